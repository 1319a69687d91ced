"""A person decides: one form, one journal entry, one undo."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import streamlit as st

from app_streamlit import clock, desk
from app_streamlit.parts import frame, journal, tables
from app_streamlit.parts.words import Words, missing, plain
from data_schema import codes
from pipelines.errors import PipelineError
from pipelines.journal import Entry

_KINDS = ("accept", "override", "postpone", "outcome", "promise", "dispute", "confirm_profile")
# Said once the claim is declared: an answer that ends the task.
_DECLARED = "declared"
# Whether a grievance is founded, put right or settled: what follows turns on it (D13).
_FOUND = "finding"
_FINDINGS = {
    "founded_false": ("dispute_founded", "no"),
    "founded_true": ("dispute_founded", "yes"),
    "remedied": ("dispute_remedied", "yes"),
    "closed": ("dispute_closed", "yes"),
}
_DISPUTED = ("resolve_dispute", "answer_dispute", "ask_written_dispute")
_TO_GROUPS = ("accept", "override", "postpone", _DECLARED)


def kinds(action: object) -> tuple[str, ...]:
    """Kinds of decision about a claim whose advice is ``action``, the usual one first.

    >>> kinds("remind")[0], "declared" in kinds("remind"), kinds("declare_in_insolvency")[-1]
    ('accept', False, 'declared')
    """
    # Said by mistake, it would let the deadline pass.
    if action == "declare_in_insolvency":
        return (*_KINDS, _DECLARED)
    return (*_KINDS, _FOUND) if action in _DISPUTED else _KINDS


def form(say: Words, told: dict[str, Any]) -> None:
    """The form of a claim's decision, and the decisions in force with their undo."""
    with st.expander(say("claim.decide"), expanded=True):
        if not frame.decides(say):
            _standing(say, told)
            return
        st.caption(say("claim.decide_help"))
        kind = st.selectbox(
            say("claim.kind"),
            kinds(told["action"]),
            format_func=lambda name: say(f"decision.{name}"),
            key="kind",
        )
        with st.form("decision", clear_on_submit=True, border=False):
            payload = _fields(say, kind, told)
            reason = st.text_input(say("claim.reason"), key="reason", max_chars=500)
            sent = st.form_submit_button(say("claim.decide"), type="primary")
        if sent:
            _record(say, kind, told, payload, reason)
    _standing(say, told)


def _fields(say: Words, kind: str, told: dict[str, Any]) -> dict[str, Any]:
    day = desk.day()
    if kind == "accept":
        # Kept, so that the next run knows what was accepted when its own advice has changed.
        advice = {name: told[name] for name in ("action", "channel", "tone")}
        return {name: str(value) for name, value in advice.items() if not missing(value)}
    if kind == "override":
        return {
            "action": _code(say, "action", told["action"]),
            "channel": _code(say, "channel", told["channel"], optional=True),
            "tone": _code(say, "tone", told["tone"], optional=True),
            "stage": _code(say, "stage", told["next_stage"], optional=True),
        }
    if kind == "postpone":
        until = st.date_input(
            say("claim.until"),
            day + timedelta(days=7),
            min_value=day,
            format=say.date_format,
            key="until",
        )
        return {"until_on": str(until)}
    if kind == "outcome":
        return {
            "outcome": _code(say, "outcome", None),
            "channel": _code(say, "channel", told["channel"], optional=True),
            "note": st.text_area(say("claim.note"), key="note", max_chars=2000) or None,
        }
    if kind == "promise":
        due = st.date_input(
            say("claim.due"),
            day + timedelta(days=7),
            min_value=day,
            format=say.date_format,
            key="due",
        )
        amount = st.number_input(
            say("claim.amount"), min_value=0.01, value=float(told["open_amount"]), key="amount"
        )
        return {"due_on": str(due), "amount": str(Decimal(str(amount)).quantize(Decimal("0.01")))}
    if kind == "dispute":
        return {
            "dispute_reason": _code(say, "dispute_reason", None),
            "note": st.text_area(say("claim.note"), key="grievance", max_chars=2000) or None,
        }
    if kind == "confirm_profile":
        chosen = None if missing(told["profile"]) else told["profile"]
        return {"profile": _code(say, "profile", chosen), "debtor_id": told["debtor_id"]}
    if kind == _DECLARED:
        return {"question": "declared_in_insolvency", "answer": "yes"}
    if kind == _FOUND:
        said = st.selectbox(
            say("spoken.finding"),
            list(_FINDINGS),
            format_func=lambda each: say(f"spoken.{each}"),
            key="finding",
        )
        question, answer = _FINDINGS[said]
        return {"question": question, "answer": answer}
    return {}


def _code(say: Words, name: str, chosen: object, *, optional: bool = False) -> str | None:
    options: list[str | None] = [*([None] if optional else []), *codes(name)]
    place = options.index(str(chosen)) if chosen in options and chosen is not None else 0
    return st.selectbox(
        say(f"claim.{name}") if name != "profile" else say("claim.profile_confirmed"),
        options,
        index=place,
        format_func=lambda code: say.code(name, code) or "–",
        key=f"field_{name}",
    )


def _record(
    say: Words, kind: str, told: dict[str, Any], payload: dict[str, Any], reason: str
) -> None:
    actor = st.session_state.get("actor", "").strip()
    if not actor:
        st.error(say("claim.who_needed"))
        return
    if kind == "override" and not reason.strip():
        st.error(say("claim.reason_needed"))
        return
    entry = entry_of(kind, told, payload, reason, actor)
    try:
        desk.record([entry])
    except PipelineError as error:
        st.error(plain(error))
        return
    st.toast(say("claim.saved"))
    st.success(say("claim.saved"))


def entry_of(
    kind: str, told: dict[str, Any], payload: dict[str, Any], reason: str, actor: str
) -> Entry:
    """The entry of a decision on a claim; advice is accepted or replaced for its whole contact."""
    group = not missing(told["contact_group_id"]) and kind in _TO_GROUPS
    subject_type = "debtor" if kind == "confirm_profile" else "contact_group" if group else "claim"
    subject = {
        "debtor": told["debtor_id"],
        "contact_group": told["contact_group_id"],
        "claim": told["claim_id"],
    }[subject_type]
    filled = {name: value for name, value in payload.items() if value not in (None, "")}
    if group:
        filled["claim_ids"] = tables.listed(told["claim_ids"]) or [told["claim_id"]]
        filled["recommendation_id"] = told["recommendation_id"]
    return Entry(
        at=clock.now(),
        as_of=desk.day(),
        actor=actor,
        subject_type=subject_type,
        subject_id=str(subject),
        kind="answer" if kind in (_DECLARED, _FOUND) else kind,
        payload=filled,
        reason=reason.strip() or None,
        run_id=desk.run()["run_id"],
    )


def _standing(say: Words, told: dict[str, Any]) -> None:
    subjects = {told["claim_id"], told["debtor_id"], told["contact_group_id"]}
    in_force = desk.journal().standing(as_of=desk.day())
    mine = [
        entry
        for entry in in_force
        if entry.subject_id in subjects or told["claim_id"] in entry.payload.get("claim_ids", [])
    ]
    if not mine:
        return
    st.caption(say("claim.past"))
    for entry in reversed(mine[-5:]):
        left, right = st.columns([4, 1])
        what = say.known("decision", entry.kind)
        left.markdown(
            plain(f"{say.day(entry.as_of)} — {what} — {entry.actor} — {entry.reason or ''}")
        )
        if desk.looked_at() is None and right.button(
            say("claim.undo"), key=f"undo_{entry.entry_id}"
        ):
            journal.undo(say, entry)
