"""Whether a suit is worth it: cash, break-evens, what would flip the advice, settling, a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from app_streamlit import suits
from app_streamlit.parts import drawing, suit_charts, tables
from app_streamlit.parts.words import Words, missing, plain

# Inputs that are chances, and those told as a multiple of what is expected.
_CHANCES = ("p_granted", "p_opposed", "p_won", "p_collect")
_TIMES = ("share_collected", "costs")
# Of a gain, the part from which it is told by the name of what it mostly is.
_MOSTLY = 0.5
_NO_VAT: Mapping[str, float] = {}


def of_suit(say: Words, suit_id: str | None) -> None:
    """The worth of the open courses in court of a suit, if there is any."""
    if not suit_id:
        return
    found = suits.worth(suit_id)
    if not found.empty:
        open_ = found[found["admissible"] & found["settlement_high"].notna()]
        of_courses(say, open_, suits.vat(suit_id))


def of_courses(say: Words, found: pd.DataFrame, vat: Mapping[str, float] = _NO_VAT) -> None:
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
    vat_within(say, told, vat.get(course, 0.0))
    left, middle, right = st.columns(3)
    left.metric(say("worth.peak"), plain(say.money(told["peak_cash_out"])))
    middle.metric(say("worth.months"), plain(say.number(told["months_to_cash"], 1)))
    right.metric(say("worth.break_even"), plain(_or_none(say, told["break_even_amount"])))
    st.markdown(plain(_settling(say, told)))
    st.markdown(plain(_report(say, told)))
    _flips(say, told)


def vat_within(say: Words, told: Mapping[str, Any], part: float) -> None:
    """A gain that is mostly VAT, of which ``part`` is, is called so."""
    net = float(told["expected_net"])
    if net > 0 and part >= _MOSTLY * net:
        key = "worth.vat_all" if part >= net else "worth.vat"
        told_sums = {"net": say.euros(net), "vat": say.euros(part), "rest": say.euros(part - net)}
        st.warning(plain(say(key, **told_sums)))


def balance(say: Words, told: Mapping[str, Any], amount: float) -> None:
    """Where the course breaks even, and what to settle for: sentences, one line, a table."""
    st.markdown(f"#### {say('balance.title')}")
    lines = [
        _amount(say, told, amount),
        *_pays(say, told),
        _settling(say, told),
        _report(say, told),
    ]
    st.markdown("\n".join(f"- {plain(line)}" for line in lines))
    sums = {
        "least": told["settlement_low"],
        "most": told["settlement_high"],
        "claimed": amount,
        "even": told["break_even_amount"],
    }
    frame = pd.DataFrame(
        [{"name": say(f"balance.{name}"), "at": float(at)} for name, at in sums.items()
         if not missing(at)]
    )  # fmt: skip
    low, high = float(told["settlement_low"]), float(told["settlement_high"])
    chart = suit_charts.zone(frame, (low, high) if low <= high else None, x="EUR")
    drawing.draw(say, chart, says=_settling(say, told))
    tables.html_table(
        [{say("col.what"): row.name, say("col.amount"): say.euros(row.at)}
         for row in frame.itertuples(index=False)]
    )  # fmt: skip


def _amount(say: Words, told: Mapping[str, Any], amount: float) -> str:
    needed = told["break_even_amount"]
    if missing(needed):
        return say("balance.no_amount")
    key = "balance.above" if amount >= float(needed) else "balance.below"
    return say(key, needed=say.euros(needed), amount=say.euros(amount))


def _pays(say: Words, told: Mapping[str, Any]) -> list[str]:
    if missing(told["break_even_probability"]):
        return []
    at, now = (say.share(told[name]) for name in ("break_even_probability", "p_collect"))
    key = "worth.pays" if told["break_even_probability"] >= 0.005 else "worth.pays_anyway"
    return [say(key, at=at, now=now)]


def _hundred(told: Mapping[str, Any]) -> int:
    """Of a hundred such suits, how many end below the best course without one."""
    return round(float(told["p_loss"]) * 100)


def _or_none(say: Words, amount: object) -> str:
    return say("worth.no_amount") if missing(amount) else say.money(amount)


def _settling(say: Words, told: Mapping[str, Any]) -> str:
    low, high = told["settlement_low"], told["settlement_high"]
    key = "worth.settle" if low <= high else "worth.settle_no_zone"
    return say(key, low=say.money(low), high=say.money(high))


def _report(say: Words, told: Mapping[str, Any]) -> str:
    key = "worth.report_buy" if told["buy_report"] else "worth.report_leave"
    return say(key, value=say.money(told["report_value"]))


def _flips(say: Words, told: Mapping[str, Any]) -> None:
    """The inputs nearest to flipping the sign of the net, and where they do."""
    rows = [
        {
            say("col.what"): say.code("suit_input", told[f"pivot_{i}"]),
            say("worth.flips_at"): _at(say, str(told[f"pivot_{i}"]), told[f"pivot_{i}_at"]),
        }
        for i in (1, 2)
        if not missing(told[f"pivot_{i}"])
    ]
    for line in _pays(say, told):
        st.markdown(plain(line))
    if rows:
        st.caption(say("worth.flips"))
        tables.plain_table(pd.DataFrame(rows))
    else:
        st.caption(say("worth.no_flip"))


def flips(say: Words, told: Mapping[str, Any]) -> str:
    """The input nearest to flipping the sign of the net, and where it does; a dash without one."""
    name, at = told["pivot_1"], told["pivot_1_at"]
    if missing(name):
        return "–"
    return f"{say.code('suit_input', name)} : {_at(say, name, at)}"


def _at(say: Words, name: str, value: float) -> str:
    if name in _CHANCES:
        return say.share(value)
    return say("worth.times", n=say.number(value, 2)) if name in _TIMES else say.money(value)
