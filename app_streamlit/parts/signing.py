"""Where a person approves a suit or refuses it, with the reason, in one place."""

from __future__ import annotations

import streamlit as st

from amiable.suits import SuitFile
from app_streamlit import desk
from app_streamlit.parts import frame, suit
from app_streamlit.parts.words import Words, plain

_SIGNED = ("approve_suit", "refuse_suit")


def panel(say: Words, file: SuitFile, course: str) -> None:
    """What was decided, and two buttons under one reason; a refusal needs the reason."""
    st.markdown(f"#### {say('signing.title')}")
    st.markdown(plain(_state(say, file, course)))
    if not frame.decides(say):
        return
    with st.form("signing", border=True):
        reason = st.text_input(say("signing.reason"), key="sign_reason", max_chars=500)
        left, right = st.columns(2)
        approved = left.form_submit_button(
            say("signing.approve"), icon=":material/check:", width="stretch", type="primary"
        )
        refused = right.form_submit_button(
            say("signing.refuse"), icon=":material/block:", width="stretch"
        )
    if approved or refused:
        suit.record(say, file, _SIGNED[refused], str(desk.day()), reason)


def _state(say: Words, file: SuitFile, course: str) -> str:
    """What stands: approved, refused, or nothing yet; and what is to be done before this course."""
    approval = next(check for check in file.checks if check.gate.code == "approval")
    if approval.gate.reason in ("suit_approved", "suit_refused"):
        told = say(f"signing.{approval.gate.reason}")
    else:
        told = say("signing.open")
    tasks = [
        say.rule(check.gate.task, "tasks")
        for check in file.checks
        if check.gate.task and check is not approval and course in check.gate.bars | check.gate.asks
    ]
    return f"{told} {say('signing.before', tasks=' ; '.join(tasks))}" if tasks else told
