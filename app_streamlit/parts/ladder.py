"""Parts of the ladder: whose it is, its cells to change, what was changed before, and undo."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from amiable.errors import AmiableError
from amiable.ladders import ALL, Change
from app_streamlit import ladders
from app_streamlit.parts import tables
from app_streamlit.parts.words import Words, plain
from data_schema import codes
from models.strategy.ladder_parts import STAGE_CHANNELS
from models.strategy.ladders import STAGES

_TOLD = "ladder_told"
_LISTS = ("stage", "tone", "channel", "profile_decision", "action")


def whose(say: Words) -> str:
    """The client whose ladder is looked at; everybody's first."""
    names = ladders.clients()
    own = ladders.in_force().own
    if told := st.session_state.pop(_TOLD, None):
        st.success(plain(told))

    def label(creditor: str) -> str:
        if creditor == ALL:
            return say("ladders.all")
        mark = f" ({say('ladders.own')})" if creditor in own else ""
        name = names.get(creditor, creditor)
        return (name if name == creditor else f"{name} · {creditor}") + mark

    return str(
        st.selectbox(say("ladders.client"), [ALL, *names], format_func=label, key="ladder_client")
    )


def cells(say: Words, creditor: str) -> dict[str, Any]:
    """The client's ladder in force, each cell to change; returns the parts as they stand now."""
    in_use = ladders.in_force()
    whole = in_use.house if creditor == ALL else in_use.of(creditor)
    order = list(whole["order"])
    delays = pd.DataFrame([whole["first_delay_days"]], columns=order, index=["first"])
    parts: dict[str, Any] = {
        "first_delay_days": _table(say, "first_delay_days", delays, creditor)["first"],
        "self_curing": whole["self_curing"],
        "answers": whole["answers"],
        "stages": {stage: {} for stage in STAGES},
    }
    for name in ("gap_days", "advance_days", "tone"):
        frame = pd.DataFrame([whole["stages"][each][name] for each in STAGES], STAGES, order)
        for stage, values in _table(say, name, frame, creditor).items():
            parts["stages"][stage][name] = values
    st.markdown(f"**{say('ladders.channels')}**")
    st.caption(say("ladders.channels_help"))
    places = [*st.columns(2), *st.columns(2)]
    for place, stage in zip(places, STAGES, strict=True):
        parts["stages"][stage]["channels"] = place.multiselect(
            say.code("stage", stage).capitalize(),
            STAGE_CHANNELS[stage],
            whole["stages"][stage]["channels"],
            format_func=lambda name: say.code("channel", name),
            key=f"ladder_channels_{creditor}_{stage}",
        )
    return parts


def _table(say: Words, name: str, frame: pd.DataFrame, creditor: str) -> dict[str, list[Any]]:
    """One kind of cell by stage and profile; what stands in it now, by row."""
    st.markdown(f"**{say(f'ladders.{name}')}**")
    st.caption(say(f"ladders.{name}_help"))
    by_word = {say.code("tone", tone): tone for tone in codes("tone")}
    shown = frame.map(lambda tone: say.code("tone", tone)) if name == "tone" else frame.astype(int)
    columns: dict[str, Any] = {
        profile: st.column_config.SelectboxColumn(_profile(say, profile), options=list(by_word))
        if name == "tone"
        else st.column_config.NumberColumn(_profile(say, profile), min_value=0, step=1)
        for profile in frame.columns
    }
    stages = [
        say("ladders.first") if at == "first" else say.code("stage", at) for at in frame.index
    ]
    edited = st.data_editor(
        shown.assign(stage=stages),
        column_config={"stage": st.column_config.TextColumn(say("ladders.stage")), **columns},
        column_order=["stage", *frame.columns],
        disabled=["stage"],
        hide_index=True,
        width="stretch",
        key=f"ladder_{name}_{creditor}",
    )
    return {
        str(at): [by_word.get(value, value) if name == "tone" else _whole(value) for value in row]
        for at, row in zip(
            frame.index, edited[list(frame.columns)].to_numpy().tolist(), strict=True
        )
    }


def _profile(say: Words, profile: str) -> str:
    return say.code("profile_decision", profile).capitalize()


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def step(say: Words, told: Sequence[str | None]) -> str:
    """A step in words: action, stage, channel and tone."""
    lists = ("action", "stage", "channel", "tone")
    words = [say.code(name, code) for name, code in zip(lists, told, strict=True) if code]
    return " · ".join(dict.fromkeys(words))


def done(say: Words, told: str, work: Callable[[], object]) -> None:
    """Do what was clicked and say so on a fresh screen; an error is one line."""
    try:
        work()
    except AmiableError as error:
        refused(say, error)
        return
    for key in [key for key in st.session_state if str(key).startswith("ladder_")]:
        if key != "ladder_client":
            del st.session_state[key]
    st.session_state[_TOLD] = say(told)
    st.rerun()


def refused(say: Words, error: Exception) -> None:
    """Why a ladder may not stand, in the words of the screen."""
    st.error(plain(_worded(say, say.sentence(str(error)))))


def _worded(say: Words, told: str) -> str:
    """The sentence with the names of stages, tones, channels and profiles in words."""
    named = {code: say.code(name, code) for name in _LISTS for code in codes(name)}
    fields = ("first_delay_days", "gap_days", "advance_days", "tone", "channels")
    named |= {name: say(f"ladders.{name}").lower() for name in fields}
    return re.sub(r"[a-z]+(?:_[a-z]+)*", lambda found: named.get(found[0], found[0]), told)


def history(say: Words, creditor: str) -> None:
    """Every change with who, why and since when, and the key that takes the last one back."""
    made = ladders.changes()
    st.markdown(f"#### {say('ladders.history')}")
    if not made:
        st.caption(say("ladders.none"))
        return
    names: Mapping[str, str] = {ALL: say("ladders.all"), **ladders.clients()}
    tables.plain_table(pd.DataFrame([_row(say, each, names) for each in made]))
    stands = any(each.creditor == creditor and each.withdrawn_on is None for each in made)
    if st.button(say("ladders.undo"), disabled=not stands, key="ladder_undo"):
        done(say, "ladders.undone", lambda: ladders.undo(creditor))


def _row(say: Words, each: Change, names: Mapping[str, str]) -> dict[str, str]:
    parts = [
        say(f"ladders.{name}")
        if name not in ("stages", "answers")
        else ", ".join(say.code("stage" if name == "stages" else "action", one) for one in told)
        for name, told in each.ladder.items()
    ]
    return {
        say("ladders.client"): names.get(each.creditor, each.creditor),
        say("ladders.since"): say.day(each.decided_on),
        say("ladders.withdrawn"): say.day(each.withdrawn_on),
        say("ladders.parts"): ", ".join(parts),
        say("ladders.reason"): each.reason,
        say("ladders.by"): each.by,
    }
