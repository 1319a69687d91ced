"""Whether a suit is worth it: cash, break-evens, what would flip the advice, settling, a report."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from app_streamlit import suits
from app_streamlit.parts import tables
from app_streamlit.parts.words import Words, missing, plain

# Inputs that are chances, and those told as a multiple of what is expected.
_CHANCES = ("p_granted", "p_opposed", "p_won", "p_collect")
_TIMES = ("share_collected", "costs")


def of_suit(say: Words, suit_id: str | None) -> None:
    """The worth of the open courses in court of a suit, if there is any."""
    if not suit_id:
        return
    found = suits.worth(suit_id)
    if not found.empty:
        of_courses(say, found[found["admissible"] & found["settlement_high"].notna()])


def of_courses(say: Words, found: pd.DataFrame) -> None:
    """The worth of one course at a time, the recommended or the best one first."""
    if found.empty:
        return
    st.markdown(f"#### {say('worth.title')}")
    names = list(found["course"])
    course = st.selectbox(
        say("worth.course"), names, format_func=lambda code: say.code("course", code), key="worth"
    )
    told = found.set_index("course").loc[course]
    key = "worth.advised" if told["recommended"] else "worth.not_advised"
    st.markdown(plain(say(key, net=say.money(told["expected_net"]), hundred=_hundred(told))))
    left, middle, right = st.columns(3)
    left.metric(say("worth.peak"), plain(say.money(told["peak_cash_out"])))
    middle.metric(say("worth.months"), plain(say.number(told["months_to_cash"], 1)))
    right.metric(say("worth.break_even"), plain(_or_none(say, told["break_even_amount"])))
    st.markdown(plain(_settling(say, told)))
    st.markdown(plain(_report(say, told)))
    _flips(say, told)


def _hundred(told: pd.Series[Any]) -> int:
    """Of a hundred such suits, how many end below the best course without one."""
    return round(float(told["p_loss"]) * 100)


def _or_none(say: Words, amount: object) -> str:
    return say("worth.no_amount") if missing(amount) else say.money(amount)


def _settling(say: Words, told: pd.Series[Any]) -> str:
    low, high = told["settlement_low"], told["settlement_high"]
    key = "worth.settle" if low <= high else "worth.settle_no_zone"
    return say(key, low=say.money(low), high=say.money(high))


def _report(say: Words, told: pd.Series[Any]) -> str:
    key = "worth.report_buy" if told["buy_report"] else "worth.report_leave"
    return say(key, value=say.money(told["report_value"]))


def _flips(say: Words, told: pd.Series[Any]) -> None:
    """The inputs nearest to flipping the sign of the net, and where they do."""
    rows = [
        {
            say("col.what"): say.code("suit_input", told[f"pivot_{i}"]),
            say("worth.flips_at"): _at(say, str(told[f"pivot_{i}"]), told[f"pivot_{i}_at"]),
        }
        for i in (1, 2)
        if not missing(told[f"pivot_{i}"])
    ]
    if not missing(told["break_even_probability"]):
        at, now = (say.share(told[name]) for name in ("break_even_probability", "p_collect"))
        key = "worth.pays" if told["break_even_probability"] >= 0.005 else "worth.pays_anyway"
        st.markdown(plain(say(key, at=at, now=now)))
    if rows:
        st.caption(say("worth.flips"))
        tables.plain_table(pd.DataFrame(rows))
    else:
        st.caption(say("worth.no_flip"))


def _at(say: Words, name: str, value: float) -> str:
    if name in _CHANCES:
        return say.share(value)
    return say("worth.times", n=say.number(value, 2)) if name in _TIMES else say.money(value)
