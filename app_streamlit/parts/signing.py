"""Where a person approves a suit or refuses it, with the reason, in one place."""

from __future__ import annotations

import streamlit as st

from amiable.suits import SuitFile
from app_streamlit import desk
from app_streamlit.parts import frame, suit
from app_streamlit.parts.words import Words, plain
from pipelines.journal import Entry

_SIGNED = ("approve_suit", "refuse_suit")
_SAID = {"approve_suit": "suit_approved", "refuse_suit": "suit_refused"}


def panel(say: Words, file: SuitFile, course: str) -> None:
    """What was decided, and two buttons under one reason; a refusal needs the reason."""
    st.markdown(f"#### {say('signing.title')}")
    state = st.empty()
    state.markdown(plain(_state(say, file, course)))
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
        state.markdown(plain(_state(say, file, course)))


def _last(suit_id: str) -> Entry | None:
    """The signature that stands in the journal, whether a run has read it yet or not."""
    signed = [
        entry
        for entry in desk.journal().standing(as_of=desk.day())
        if entry.subject_id == suit_id and entry.kind in _SIGNED
    ]
    return max(signed, key=lambda entry: (entry.at, entry.entry_id), default=None)


def _state(say: Words, file: SuitFile, course: str) -> str:
    """What stands: approved, refused, or nothing yet; and what is to be done before this course."""
    approval = next(check for check in file.checks if check.gate.code == "approval")
    reason = approval.gate.reason
    told = say(f"signing.{reason if reason in _SAID.values() else 'open'}")
    last = _last(file.suit_id)
    if last is not None and _SAID[last.kind] != reason:
        done = say(f"signing.{last.kind}", by=last.actor, on=say.day(last.at.date()))
        told = f"{done} {say('signing.counts_next')}"
    tasks = [
        say.rule(check.gate.task, "tasks")
        for check in file.checks
        if check.gate.task and check is not approval and course in check.gate.bars | check.gate.asks
    ]
    return f"{told} {say('signing.before', tasks=say.joint.join(tasks))}" if tasks else told
