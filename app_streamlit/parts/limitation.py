"""Parts of the limitation of a claim: the period, each event with its effect, the two ends."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from app_streamlit import accounts, desk
from app_streamlit.parts import tables
from app_streamlit.parts.words import Words, missing, plain
from law.french import term


def of_claim(say: Words, claim: dict[str, Any]) -> None:
    """What bars the claim and when, what moved that day and what did not, with the articles."""
    lines = accounts.limitation(claim["claim_id"])
    if not lines:
        return
    with st.expander(say("claim.limitation_law"), icon=":material/hourglass:"):
        period, *events, end = lines
        if missing(end["happened_on"]):
            st.caption(say("claim.limitation_unknown"))
            return
        st.markdown(plain(_period(say, period)))
        if period["is_agreed"]:
            st.caption(say("claim.limitation_agreed"))
        if period["replaced"]:
            st.caption(plain(say("law.replaced", why=period["replaced"])))
        if events:
            cells = [_event(say, event, period["happened_on"]) for event in events]
            tables.plain_table(pd.DataFrame(cells))
        st.markdown(f"**{plain(_end(say, end))}**")
        if any(line["is_to_verify"] for line in lines):
            st.caption(say("claim.limitation_verify"))


def _period(say: Words, line: dict[str, Any]) -> str:
    return say(
        "claim.limitation_period",
        months=line["months"],
        period=say.rule(line["event"], "limitation_periods"),
        start=say.day(line["happened_on"]),
        earliest=say.day(line["until_on"]),
        article=_article(say, line),
    )


def _event(say: Words, line: dict[str, Any], start_on: date) -> dict[str, str]:
    days = say.day(line["happened_on"])
    if not missing(line["until_on"]):
        days += f" → {say.day(line['until_on'])}"
    effect = line["effect"] or "none"
    if effect != "none" and not line["is_counted"]:
        effect = "before" if line["happened_on"] <= start_on else "barred"
    return {
        say("limitation.at"): days,
        say("limitation.event"): say.rule(line["event"], "limitation_events"),
        say("limitation.effect"): say.rule(effect, "limitation_effects"),
        say("limitation.article"): _article(say, line),
    }


def _article(say: Words, line: dict[str, Any]) -> str:
    told = line["article"] or ""
    if say.language == "fr":
        told = term("articles", told)
    return f"{told} ({say('law.to_verify')})" if line["is_to_verify"] else told


def _end(say: Words, line: dict[str, Any]) -> str:
    last, earliest = line["happened_on"], line["until_on"]
    today = desk.day()
    if last <= today:
        return say("claim.limitation_ended", day=say.day(last))
    told = say("claim.limitation_ends", day=say.day(last), earliest=say.day(earliest))
    left = (earliest - today).days
    return told if left < 0 else f"{told} {say('claim.limitation_left', n=left)}"
