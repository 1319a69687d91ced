"""The year ahead of a claim: two curves, the day to go further, the price of waiting, a plan."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from amiable.ahead import Ahead
from app_streamlit import ahead, desk
from app_streamlit.parts import charts, drawing, tables
from app_streamlit.parts.words import Words, missing, plain

#: Weeks told in the table beside the curves.
_TOLD = (0, 1, 2, 4, 8, 13, 26, 51)


def of_claim(say: Words, told: dict[str, Any]) -> None:
    """The panel; nothing where nothing may be asked for."""
    found = ahead.of(told["debtor_id"], told["claim_id"])
    if found is None:
        return
    st.markdown(f"#### {say('ahead.title')}")
    left, right = st.columns(2)
    with left:
        _curves(say, found)
    with right:
        _clock(say, told)
        _moment(say, told, found)
        _sensitivity(say, found)
        if not missing(told["days_overdue"]) and told["days_overdue"] > 0:
            _plan(say, told, found)


def _clock(say: Words, told: dict[str, Any]) -> None:
    """Euros a week of delay."""
    lost = ahead.cost_of_waiting(told["claim_id"])
    if lost is not None:
        st.metric(
            say("ahead.clock"), plain(say.money(round(lost, 2))), help=say("ahead.clock_help")
        )


def _curves(say: Words, found: Ahead) -> None:
    road, start = found.outlook, desk.day()
    stage = say.code("stage", road.to)
    names = {"stay": say("ahead.stay"), "ahead": say("ahead.go", stage=stage)}
    days = [start + timedelta(days=7 * int(week)) for week in road.weeks]
    series = {names["stay"]: list(road.stay), names["ahead"]: list(road.ahead)}
    drawing.draw(say, charts.by_week(days, series, road.on, x=say("ahead.axis"), y="EUR"))
    st.caption(say("ahead.reading"))
    with st.expander(say("ahead.table")):
        rows = [
            {
                say("ahead.week"): say.day(days[week]),
                names["stay"]: say.money(round(float(road.stay[week]), 2)),
                names["ahead"]: say.money(round(float(road.ahead[week]), 2)),
            }
            for week in _TOLD
        ]
        tables.plain_table(pd.DataFrame(rows))


def _moment(say: Words, told: dict[str, Any], found: Ahead) -> None:
    """The day on which the next stage is clearly worth more, and what holds it back."""
    road = found.outlook
    stage = say.code("stage", road.to)
    figures = {
        "stage": stage,
        "ahead": say.money(round(float(road.ahead[0]), 2)),
        "stay": say.money(round(float(road.stay[0]), 2)),
    }
    if road.on is None:
        sentence = say("ahead.never", **figures)
    else:
        sentence = say("ahead.from", day=say.day(road.on), **figures)
    if road.held_by is not None:
        because = say.known("hold", road.held_by)
        sentence += " " + say("ahead.held", day=say.day(road.held_until), because=because)
    if not missing(told["escalate_on"]) and told["escalate_to"]:
        planned = say.code("stage", told["escalate_to"])
        sentence += " " + say("ahead.planned", stage=planned, day=say.day(told["escalate_on"]))
    st.markdown(plain(sentence))


def _sensitivity(say: Words, found: Ahead) -> None:
    """How the day moves when one input is moved."""
    road = found.outlook
    first = say("ahead.never_short") if road.on is None else say.day(road.on)
    rows = [
        {
            say("ahead.input"): say(f"ahead.{shift.what}"),
            say(
                "ahead.moved"
            ): f"{'+' if shift.factor > 1 else '−'}{say.share(abs(shift.factor - 1))}",
            say("ahead.day"): say("ahead.never_short") if shift.on is None else say.day(shift.on),
        }
        for shift in road.shifted
    ]
    with st.expander(say("ahead.sensitivity", day=first)):
        tables.plain_table(pd.DataFrame(rows))


def _signed(say: Words, change: float) -> str:
    return ("+" if change > 0 else "−") + say.share(abs(change))


def _plan(say: Words, told: dict[str, Any], found: Ahead) -> None:
    """The plan worth most, and what each length is worth against a discount for cash now."""
    offer, unit = found.offer, told["currency"]
    if offer.empty:
        return
    last = offer.iloc[-1]
    sentence = say(
        "ahead.plan_says",
        n=len(offer),
        total=say.money(round(float(offer["amount"].sum()), 2), unit),
        first=say.money(offer.iloc[0]["amount"], unit),
        day=say.day(offer.iloc[0]["due_on"]),
        kept=say.share(last["p_kept"]),
    )
    st.markdown(plain(sentence))
    with st.expander(say("ahead.plan_table")):
        tables.plain_table(
            pd.DataFrame(
                {
                    say("ahead.due"): [say.day(day) for day in offer["due_on"]],
                    say("ahead.instalment"): [say.money(each, unit) for each in offer["amount"]],
                    say("ahead.kept"): [say.share(each) for each in offer["p_kept"]],
                }
            )
        )
        st.caption(say("ahead.discount_reading"))
        lengths = found.lengths
        tables.plain_table(
            pd.DataFrame(
                {
                    say("ahead.months"): lengths["months"],
                    say("ahead.instalment"): [
                        say.money(each, unit) for each in lengths["instalment"]
                    ],
                    say("ahead.kept_whole"): [say.share(each) for each in lengths["p_kept"]],
                    say("ahead.discount"): [say.share(each, 1) for each in lengths["discount"]],
                }
            )
        )
