"""Claims lettered with a receipt outside the file: a person says which are still open."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app_streamlit import clock, desk
from app_streamlit.parts import frame, tables
from app_streamlit.parts.words import Words
from pipelines.journal import Entry

QUESTION = "lettered_outside_file"


def unanswered(claims: pd.DataFrame) -> pd.DataFrame:
    """The claims about which nobody has answered yet."""
    answered = {
        entry.subject_id
        for entry in desk.journal().standing(as_of=desk.day())
        if entry.kind == "answer" and entry.payload.get("question") == QUESTION
    }
    return claims[~claims["claim_id"].isin(answered)].reset_index(drop=True)


def still_open(say: Words, claims: pd.DataFrame) -> None:
    """A list to tick and a button: the answers go to the journal and free the next run."""
    if claims.empty:
        return
    st.subheader(say("confirm.title"))
    st.caption(say("confirm.help"))
    shown = tables.shown(
        claims.assign(due=list(map(say.money, claims["open_amount"], claims["currency"]))),
        {
            "debtor_name": ("debtor", str),
            "invoice_number": ("invoice", tables.text),
            "issued_on": ("on", say.day),
            "due": ("open", str),
            "days_overdue": ("days", tables.text),
        },
        say,
    )
    ticked = st.dataframe(
        shown,
        hide_index=True,
        width="stretch",
        height=min(320, 40 + 35 * len(shown)),
        on_select="rerun",
        selection_mode="multi-row",
        key="to_confirm",
    )
    chosen = claims.iloc[ticked.selection.rows if ticked else []]
    if not frame.decides(say):
        return
    left, right = st.columns([2, 5])
    if left.button(say("confirm.chosen", n=len(chosen)), disabled=chosen.empty, key="confirm"):
        _record(say, chosen)
    if right.button(say("confirm.all", n=len(claims)), key="confirm_all"):
        _record(say, claims)


def _record(say: Words, claims: pd.DataFrame) -> None:
    actor = st.session_state.get("actor", "").strip()
    if not actor:
        st.error(say("claim.who_needed"))
        return
    desk.record(
        Entry(
            at=clock.now(),
            as_of=desk.day(),
            actor=actor,
            subject_type="claim",
            subject_id=str(claim_id),
            kind="answer",
            payload={"question": QUESTION, "answer": "oui"},
            run_id=desk.run()["run_id"],
        )
        for claim_id in claims["claim_id"]
    )
    st.toast(say("claim.saved"))
    st.rerun()
