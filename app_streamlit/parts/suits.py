"""Parts of the screen of suits: those to bring, those that tasks hold back, one to look at."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from app_streamlit import suits
from app_streamlit.parts import tables, worth
from app_streamlit.parts.words import Words, missing, plain

_MOST = 200


def of_the_day(say: Words) -> pd.DataFrame:
    """The suits of the day, with their figures; no rows without any."""
    found = suits.of_the_day()
    if found.empty:
        st.info(say("suits.empty"))
        return found
    brought, held = _parted(found)
    _figures(say, found, brought, held)
    if brought.empty:
        _none(say)
    _followed(say)
    return found


def _none(say: Words) -> None:
    """Without a suit to bring: why, and which one is the nearest to being worth it."""
    reasons, nearest = suits.not_advised()
    first = reasons.iloc[0]
    n, most = int(reasons["n"].sum()), int(first["n"])
    told = [say("suits.no_suit", n=n, most=most, why=_reason(say, first["reason"]))]
    if not nearest.empty:
        row = nearest.iloc[0]
        names = {"debtor": row["debtor_name"], "course": say.code("course", row["course"])}
        told.append(say("suits.closest", net=say.euros(row["expected_net"]), **names))
    st.info(plain(" ".join(told)))


def _followed(say: Words) -> None:
    """Orders and titles to follow: the work of the day where no new suit is advised."""
    lines = suits.titled()
    if not lines:
        return
    lapsing = [each for each in lines if each.step.lapses and each.step.on is not None]
    begun = "suits.to_follow" if lapsing else "suits.to_follow_calm"
    told = [say(begun, n=len(lines), lapsing=len(lapsing))]
    if lapsing:
        first = lapsing[0]
        told.append(say("suits.follow_first", debtor=first.debtor_name, on=say.day(first.step.on)))
    show = st.warning if lapsing else st.info
    show(plain(" ".join(told)), icon=":material/event:")


def lists(say: Words, found: pd.DataFrame) -> None:
    """The suits to bring, those that tasks hold back, and why the others are none."""
    brought, held = _parted(found)
    _brought(say, brought)
    _held(say, held)
    _others(say)


def _parted(found: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    held = ~found["is_in_court"] & found["opened_course"].notna()
    return found[found["is_in_court"]], found[held]


def _figures(say: Words, found: pd.DataFrame, brought: pd.DataFrame, held: pd.DataFrame) -> None:
    left, middle, after, right = st.columns(4)
    net = say.money(brought["expected_net"].sum())
    quiet: dict[str, Any] = {"delta_color": "off", "delta_arrow": "off"}
    left.metric(say("suits.to_bring"), str(len(brought)), plain(net), **quiet)
    net = say.money(held["opened_net"].sum())
    middle.metric(say("suits.held_back"), str(len(held)), plain(net), **quiet)
    waiting = ~found.index.isin([*brought.index, *held.index])
    under_way = int((waiting & found["is_under_way"]).sum())
    after.metric(say("suits.under_way"), str(under_way))
    right.metric(say("suits.others"), str(int(waiting.sum()) - under_way))
    st.caption(plain(say("suits.figures")))


def _brought(say: Words, brought: pd.DataFrame) -> None:
    st.markdown(f"#### {say('suits.to_bring')}")
    if brought.empty:
        st.caption(say("suits.none_to_bring"))
        return
    rows = _with_vat(say, brought.head(_MOST), "expected_net", "vat")
    read: dict[str, tuple[str, tables.Cell]] = {
        "debtor_name": ("debtor", tables.name),
        "course": ("course", lambda code: say.code("course", code)),
        "suit_amount": ("amount", say.money),
        "net": ("net", str),
        "p_loss": ("loss", say.share),
        "tasks": ("todo", lambda codes: _told(say, codes, "tasks")),
    }
    more: dict[str, tuple[str, tables.Cell]] = {
        "debtor_name": ("debtor", str),
        "cost": ("cost", say.money),
        "court": ("court", tables.text),
    }
    tables.readable(say, tables.shown(rows, read, say), tables.shown(rows, read | more, say))


def _held(say: Words, held: pd.DataFrame) -> None:
    """Suits that would be worth it once tasks are done, the dearest first."""
    st.markdown(f"#### {say('suits.held_back')}")
    if held.empty:
        st.caption(say("suits.none_held_back"))
        return
    st.caption(say("suits.held_says"))
    tables.readable(
        say,
        tables.shown(
            _with_vat(
                say,
                held.sort_values("opened_net", ascending=False).head(_MOST),
                "opened_net",
                "opened_vat",
            ),
            {
                "debtor_name": ("debtor", tables.name),
                "opened_course": ("course", lambda code: say.code("course", code)),
                "suit_amount": ("amount", say.money),
                "net": ("net", str),
                "opened_obstacles": ("obstacles", lambda codes: _told(say, codes, "obstacles")),
                "opened_tasks": ("todo", lambda codes: _told(say, codes, "tasks")),
            },
            say,
        ),
    )


def _with_vat(say: Words, rows: pd.DataFrame, net: str, vat: str) -> pd.DataFrame:
    """The net in words; what is mostly VAT says so."""
    told = [
        say.money(gain) if missing(part) else say("suits.of_vat", net=say.money(gain),
                                                  vat=say.money(part))
        for gain, part in zip(rows[net], rows[vat], strict=True)
    ]  # fmt: skip
    return rows.assign(net=told)


def _others(say: Words) -> None:
    """Why the other suits are not advised, and what would make the nearest of them worth it."""
    reasons, nearest = suits.not_advised()
    if reasons.empty:
        return
    st.markdown(f"#### {say('suits.why_none')}")
    first = reasons.iloc[0]
    says = {"n": int(reasons["n"].sum()), "most": int(first["n"])}
    st.markdown(plain(say("suits.why_says", why=_reason(say, first["reason"]), **says)))
    tables.wrapped(
        tables.shown(
            reasons,
            {
                "reason": ("reason", lambda code: _reason(say, code)),
                "n": ("n_suits", str),
                "amount": ("amount", say.money),
                "best_net": ("best_net", say.money),
            },
            say,
        )
    )
    if nearest.empty:
        return
    st.markdown(f"**{say('suits.nearest')}**")
    rows = nearest.assign(flips=[worth.flips(say, row) for row in nearest.to_dict("records")])
    tables.readable(
        say,
        tables.shown(
            rows,
            {
                "debtor_name": ("debtor", tables.name),
                "course": ("course", lambda code: say.code("course", code)),
                "suit_amount": ("amount", say.money),
                "expected_net": ("net", say.money),
                "break_even_amount": ("breakeven", say.money),
                "flips": ("flips", str),
                "obstacles": ("before", lambda codes: _told(say, codes, "obstacles")),
            },
            say,
        ),
    )


def _reason(say: Words, code: str) -> str:
    if code in ("loses", "held", "not_enough", "closed"):
        return say(f"suits.reason_{code}")
    return say.rule(code, "obstacles")


def choice(say: Words, found: pd.DataFrame) -> str | None:
    """The suit that the person wants to look at."""
    names = {
        row.suit_id: f"{row.debtor_name} · {say.money(row.suit_amount)}"
        f" · {say.code('course', row.course)}"
        for row in found.head(_MOST * 5).itertuples()
    }
    chosen = st.selectbox(
        say("suits.choose"), list(names), format_func=names.__getitem__, key="suit_id"
    )
    return None if missing(chosen) else str(chosen)


def _told(say: Words, codes: object, name: str) -> str:
    return say.joint.join(say.rule(code, name) for code in tables.listed(codes))
