"""A course laid open: why it is not advised, a hundred such files, what each input does to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from app_streamlit.parts import drawing, suit_charts, tables
from app_streamlit.parts.words import Words, missing, plain

if TYPE_CHECKING:
    from models.litigation.laid_open import Input, LaidOpen

_TIMES = ("share_collected", "costs")


def why_not(say: Words, found: LaidOpen, row: Mapping[str, Any]) -> str:
    """Why the course is not the one advised, and what would make it worth it."""
    gains = found.expected > found.least
    told = {
        "course": say.code("course", found.course),
        "calm": say.code("course", found.calm),
        "net": say.euros(found.expected),
        "less": say.euros(-found.expected),
        "least": say.euros(found.least),
        "doubt": say.share(found.doubt),
    }
    parts = [say(f"executive.why_{found.reason}", **told)]
    if found.reason == "closed":
        codes, tasks = (tables.listed(row[name]) for name in ("obstacles", "tasks"))
        why = say.joint.join(say.rule(code, "obstacles") for code in codes)
        do = say.joint.join(say.rule(code, "tasks") for code in tasks)
        parts.append(say("executive.because", why=why, tasks=do))
        worth = "would_gain" if gains else "would_not" if found.expected > 0 else "would_lose"
        parts.append(say(f"executive.{worth}", **told))
    if found.reason in ("closed", "loses", "too_little", "unsure") and not gains:
        parts += _turning(say, found, row)
    whole = " ".join(parts)
    return whole[:1].upper() + whole[1:]


def _turning(say: Words, found: LaidOpen, row: Mapping[str, Any]) -> list[str]:
    """The amount from which the course pays, and the input that would do as much by itself."""
    parts = []
    needed = row["break_even_amount"]
    if found.expected <= 0 and not missing(needed):
        parts.append(say("executive.from_amount", amount=say.euros(needed)))
    first = next((each for each in found.inputs if each.flips_at is not None), None)
    if first is not None and first.flips_at is not None:
        at, now = (_value(say, first.name, each) for each in (first.flips_at, first.value))
        parts.append(say("executive.or_if", what=_name(say, first.name), at=at, now=now))
    return parts or [say("executive.nothing_turns")]


def hundred(say: Words, found: LaidOpen) -> None:
    """Of a hundred such files, how each ends: signs, a sentence, sums in euros, a table."""
    st.markdown(f"#### {say('hundred.title')}")
    counts = {end.code: end.of_hundred for end in found.ends}
    says = say("hundred.says", **counts)
    if opposed := round(found.opposed * 100):
        says += " " + say("hundred.opposed", n=opposed)
    st.markdown(plain(says))
    frame = pd.DataFrame(
        {
            "name": [
                say("hundred.of", n=end.of_hundred, end=say(f"hundred.{end.code}"))
                for end in found.ends
            ],
            "n": [end.of_hundred for end in found.ends],
            "net": [end.net for end in found.ends],
        }
    )
    frame["sum"] = frame["net"] * frame["n"]
    total = float(frame["sum"].sum())
    drawing.draw(say, suit_charts.hundred(frame), says=says)
    key = "hundred.summed" if total >= 0 else "hundred.short"
    summed = say(key, total=say.euros(abs(total)), mean=say.euros(found.expected))
    st.markdown(plain(summed))
    drawing.draw(say, suit_charts.sums(frame, x=say("hundred.axis")), says=summed)
    rows = [
        {
            say("hundred.end"): say(f"hundred.{end.code}"),
            say("hundred.files"): str(end.of_hundred),
            say("hundred.mean"): say.euros(end.net),
            say("hundred.sum"): say.euros(end.net * end.of_hundred),
        }
        for end in found.ends
    ]
    tables.html_table([*rows, _total(say, total)])
    st.caption(say("hundred.note"))


def _total(say: Words, total: float) -> dict[str, str]:
    names = [say(f"hundred.{name}") for name in ("end", "files", "mean", "sum")]
    cells = [say("hundred.all"), "100", say.euros(total / 100), say.euros(total)]
    return dict(zip(names, cells, strict=True))


def tornado(say: Words, found: LaidOpen) -> None:
    """What each input does to the expected net between its deciles: bars, a sentence, a table."""
    st.markdown(f"#### {say('tornado.title')}")
    if not found.inputs:
        st.caption(say("tornado.none"))
        return
    says = _moves(say, found)
    st.markdown(plain(says))
    ends = (say("tornado.low"), say("tornado.high"))
    frame = pd.DataFrame(
        [
            {
                "name": _name(say, each.name),
                "end": end,
                "told": _value(say, each.name, value),
                "at": at,
                "flips": each.flips_at is not None,
            }
            for each in found.inputs
            for end, value, at in zip(
                ends, (each.low, each.high), (each.net_low, each.net_high), strict=True
            )
        ]
    )
    chart = suit_charts.tornado(
        frame, found.expected, x=say("tornado.axis"), ends=ends, flip=say("tornado.flip")
    )
    drawing.draw(say, chart, says=says)
    tables.html_table([_row(say, each) for each in found.inputs])
    st.caption(say("tornado.note"))


def values(say: Words, found: LaidOpen) -> dict[str, str]:
    """Each input that moves the net, and the net, as people say them."""
    told = {each.name: _value(say, each.name, each.value) for each in found.inputs}
    return told | {"net": say.euros(found.expected)}


def _moves(say: Words, found: LaidOpen) -> str:
    widest = found.inputs[0]
    low, high = (_value(say, widest.name, each) for each in (widest.low, widest.high))
    says = say(
        "tornado.says", what=_name(say, widest.name), low=low, high=high,
        net_low=say.euros(widest.net_low), net_high=say.euros(widest.net_high),
    )  # fmt: skip
    flips = [_name(say, each.name) for each in found.inputs if each.flips_at is not None]
    if not flips:
        return f"{says} {say('tornado.no_flip')}"
    return f"{says} {say('tornado.flips', names=', '.join(flips))}"


def _row(say: Words, each: Input) -> dict[str, str]:
    flips = "–" if each.flips_at is None else f"◆ {_value(say, each.name, each.flips_at)}"
    return {
        say("tornado.input"): _name(say, each.name),
        say("tornado.value"): _value(say, each.name, each.value),
        say("tornado.low"): _value(say, each.name, each.low),
        say("tornado.high"): _value(say, each.name, each.high),
        say("tornado.net_low"): say.euros(each.net_low),
        say("tornado.net_high"): say.euros(each.net_high),
        say("tornado.flips_at"): flips,
    }


def _name(say: Words, name: str) -> str:
    return say("tornado.time") if name == "time" else say.code("suit_input", name)


def _value(say: Words, name: str, value: float) -> str:
    """An input as people say it: a share, a multiple of what is expected, euros or days."""
    if name.startswith("p_"):
        return say.share(value)
    if name in _TIMES:
        return say("tornado.times", n=say.number(value, 2))
    return say("tornado.days", n=say.number(value)) if name == "time" else say.euros(value)
