"""Parts of the messages: the text, the proposal, one key to confirm, correction, undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pandas as pd
import streamlit as st

from amiable import incoming
from amiable.errors import AmiableError
from amiable.incoming import Decision, Waiting
from app_streamlit import clock, desk
from app_streamlit.parts import frame
from app_streamlit.parts.words import Words, plain
from data_schema import codes
from models.messages.proposal import Dispute, Promise
from pipelines.errors import PipelineError

_SAID = "message_said"
_CENT = Decimal("0.01")
Claims = dict[str, Decimal]


def last_word(say: Words) -> None:
    """What the last click of this session did."""
    told = st.session_state.pop(_SAID, None)
    if told:
        st.success(plain(told))


def paste(say: Words) -> None:
    """A text that a person pastes, read like a message."""
    with st.expander(say("messages.paste")), st.form("paste", clear_on_submit=True, border=False):
        body = st.text_area(say("messages.paste_text"), key="paste_text", max_chars=100_000)
        left, right = st.columns(2)
        sender = left.text_input(say("messages.paste_sender"), key="paste_sender", max_chars=200)
        day = right.date_input(
            say("messages.paste_day"), clock.today(), format=say.date_format, key="paste_day"
        )
        sent = st.form_submit_button(say("messages.paste_send"))
        st.caption(say("messages.upload_hint"))
    if sent:
        received = datetime.combine(day, time(12))

        def keep() -> str:
            made = incoming.paste(
                desk.home(), body, received_at=received, sender=sender, now=clock.now()
            )
            st.session_state["message"] = made
            return say("messages.pasted")

        _done(say, keep)


def choice(say: Words, waiting: Sequence[Waiting]) -> Waiting | None:
    """The message to deal with: the newest that waits, or the one chosen."""
    if not waiting:
        st.info(say("messages.none"))
        return None
    all_shown = st.toggle(say("messages.show_done"), key="messages_done")
    left = [one for one in waiting if not one.entries]
    st.caption(say("messages.left", n=len(left)))
    shown = {one.message.message_id: one for one in (waiting if all_shown else left)}
    if not shown:
        st.success(say("messages.all_done"))
        return None
    if st.session_state.get("message") not in shown:
        st.session_state["message"] = next(iter(shown))
    chosen = st.selectbox(
        say("messages.choose"),
        list(shown),
        format_func=lambda name: _label(say, shown[name]),
        key="message",
    )
    return shown[chosen]


def _label(say: Words, one: Waiting) -> str:
    message = one.message
    who = message.debtor_name or message.debtor_id or message.sender or message.sender_name or "?"
    what = "" if one.proposal.to_read else " — " + say.code("outcome", one.proposal.outcome)
    state = say(f"messages.state_{one.state}")
    return f"{say.day(message.sent_at)} — {who} — {message.subject[:60]} — {state}{what}"


def text(say: Words, one: Waiting) -> None:
    """The message as it was written, never read as HTML or Markdown."""
    message = one.message
    st.markdown(f"**{plain(message.subject or '–')}**")
    who = " ".join(part for part in (message.sender_name, message.sender) if part)
    st.caption(plain(f"{who or '–'} · {say.day(message.sent_at)} {message.sent_at:%H:%M}"))
    with st.container(border=True, height=min(460, 90 + 24 * message.text.count("\n"))):
        st.text(message.text or say("messages.no_text"))
    if message.attachments:
        told = say("messages.attachments", names=", ".join(message.attachments))
        st.caption(plain(told))


def proposal(say: Words, one: Waiting) -> None:
    """What the message seems to say, with the words that say so."""
    made = one.proposal
    st.subheader(say("messages.proposal"))
    if made.to_read:
        st.warning(say("messages.to_read"), icon=":material/visibility:")
        return
    outcome = say.code("outcome", made.outcome).capitalize()
    lines = [say("messages.says", outcome=outcome, certainty=say.share(made.certainty))]
    if made.promise is not None:
        due = say.day(made.promise.due_on)
        lines.append(say("messages.promise_says", amount=_promised(say, made.promise), day=due))
    elif made.outcome == "promise":
        lines.append(say("messages.promise_undated"))
    if made.plan is not None:
        n, amount = made.plan.n or "?", say.money(made.plan.amount)
        lines.append(say("messages.plan_says", n=n, amount=amount))
    if (dispute := made.dispute) is not None:
        amount = say.money(dispute.amount) if dispute.amount else say("messages.whole")
        reason = say.code("dispute_reason", dispute.reason)
        lines.append(
            say(
                "messages.dispute_says",
                reason=reason,
                amount=amount,
                grievance=dispute.grievance,
            )
        )
    st.markdown("\n\n".join(plain(line) for line in lines))
    if made.promise is not None and made.promise.due_on < desk.day():
        st.caption(say("messages.promise_past"))
    if made.ironic:
        st.caption(say("messages.ironic"))
    quotes = [f"« {evidence.quote} »" for evidence in made.evidence]
    st.caption(plain(say("messages.evidence") + " : " + say.joint.join(quotes)))


def _promised(say: Words, promise: Promise) -> str:
    if promise.amount is not None:
        return say.money(promise.amount)
    return say("messages.of_due", share=say.share(float(promise.share)))


def claims(say: Words, one: Waiting) -> Claims:
    """The claims that the decision concerns, each with what is open on it."""
    message = one.message
    if message.debtor_id is None:
        st.warning(say("messages.to_attach"), icon=":material/link:")
        return _attached(say, one)
    name = message.debtor_name or message.debtor_id
    how = say(f"messages.by_{message.matched_by}")
    st.caption(plain(say("messages.debtor", name=f"{name} ({how})")))
    open_claims = _amounts(desk.siblings(message.debtor_id))
    with st.expander(say("messages.attach"), expanded=not open_claims):
        other = _attached(say, one)
    if other:
        return other
    if not open_claims:
        st.info(say("messages.no_open"))
        return {}
    named = [claim for claim in message.claim_ids if claim in open_claims]
    chosen = st.multiselect(
        say("messages.claims"),
        list(open_claims),
        default=named or list(open_claims)[:1],
        format_func=lambda claim: f"{claim} · {say.money(open_claims[claim])}",
        key=f"claims_{message.message_id}",
    )
    return {claim: open_claims[claim] for claim in chosen}


def _attached(say: Words, one: Waiting) -> Claims:
    """A claim that a person looks up."""
    key = one.message.message_id
    wanted = st.text_input(say("messages.attach_find"), key=f"find_{key}").strip()
    found = desk.find_claims(wanted) if wanted else pd.DataFrame()
    if found.empty:
        if wanted:
            st.caption(say("claim.empty"))
        return {}
    amounts = _amounts(found)
    names = dict(zip(found["claim_id"], found["debtor_name"], strict=True))
    chosen = st.selectbox(
        say("claim.choose"),
        list(amounts),
        format_func=lambda claim: f"{claim} · {names[claim]} · {say.money(amounts[claim])}",
        key=f"attach_{key}",
    )
    return {chosen: amounts[chosen]}


def _amounts(found: pd.DataFrame) -> Claims:
    return {
        str(row.claim_id): Decimal(str(row.open_amount)).quantize(_CENT)
        for row in found.itertuples()
    }


def decide(say: Words, one: Waiting, concerned: Claims) -> None:
    """One key to confirm, one to set aside, and a form to correct."""
    if not frame.decides(say):
        return
    made = one.proposal
    note = " ; ".join(evidence.quote for evidence in made.evidence) or None
    ready = bool(concerned) and not made.to_read
    left, right = st.columns(2)
    if left.button(
        say("messages.confirm"), type="primary", disabled=not ready, shortcut="V", key="confirm"
    ):
        _confirm(say, one, Decision(made.outcome, concerned, made.promise, made.dispute, note))
    if right.button(say("messages.nothing"), shortcut="N", key="nothing"):
        _done(say, lambda: _dismissed(say, one))
    with st.expander(say("messages.correct"), expanded=made.to_read):
        _correction(say, one, concerned, note)


def _correction(say: Words, one: Waiting, concerned: Claims, note: str | None) -> None:
    made, key = one.proposal, one.message.message_id
    with st.form(f"correct_{key}", border=False):
        outcomes = codes("outcome")
        outcome = st.selectbox(
            say("claim.outcome"),
            outcomes,
            index=list(outcomes).index(made.outcome),
            format_func=lambda code: say.code("outcome", code),
            key="correct_outcome",
        )
        promise, dispute = _promise_fields(say, one), _dispute_fields(say, one)
        told = st.text_area(say("claim.note"), note or "", key=f"note_{key}", max_chars=2000)
        sent = st.form_submit_button(say("messages.correct_save"), disabled=not concerned)
    if sent:
        _confirm(say, one, Decision(str(outcome), concerned, promise, dispute, told or None))


def _promise_fields(say: Words, one: Waiting) -> Promise | None:
    made = one.proposal.promise
    wanted = st.checkbox(say("messages.with_promise"), made is not None, key="with_promise")
    left, right = st.columns(2)
    due = left.date_input(
        say("claim.due"),
        made.due_on if made else desk.day() + timedelta(days=7),
        format=say.date_format,
        key="correct_due",
    )
    amount = _amount(say, right, made.amount if made else None, "correct_promised")
    if not wanted or not isinstance(due, date):
        return None
    share = made.share if made and amount is None else Decimal(1)
    return Promise(due, amount, share)


def _dispute_fields(say: Words, one: Waiting) -> Dispute | None:
    made = one.proposal.dispute
    wanted = st.checkbox(say("messages.with_dispute"), made is not None, key="with_dispute")
    left, right = st.columns(2)
    reasons = codes("dispute_reason")
    reason = left.selectbox(
        say("claim.dispute_reason"),
        reasons,
        index=list(reasons).index(made.reason) if made else 0,
        format_func=lambda code: say.code("dispute_reason", code),
        key="correct_reason",
    )
    amount = _amount(say, right, made.amount if made else None, "correct_disputed")
    if not wanted:
        return None
    return Dispute(str(reason), amount, made.grievance if made else one.message.text[:300])


def _amount(say: Words, where: object, amount: Decimal | None, key: str) -> Decimal | None:
    told = where.number_input(  # type: ignore[attr-defined]
        say("claim.amount"),
        min_value=0.0,
        max_value=1e11,
        value=float(amount or 0),
        help=say("messages.amount_none"),
        key=key,
    )
    exact = Decimal(str(told)).quantize(_CENT)
    return exact if exact > 0 else None


def done(say: Words, one: Waiting) -> None:
    """What a person made of the message, and its undo."""
    first = one.entries[0]
    what = ", ".join(say.code("journal_kind", entry.kind) for entry in one.entries)
    told = say("messages.done_by", who=first.actor, day=say.day(first.as_of), what=what)
    st.info(plain(told))
    if frame.decides(say) and st.button(say("messages.undo"), shortcut="Z", key="undo_message"):
        _done(say, lambda: _undone(say, one))


def _confirm(say: Words, one: Waiting, decision: Decision) -> None:
    def write() -> str:
        incoming.confirm(
            desk.writable(),
            one.message,
            decision,
            actor=_actor(say),
            at=clock.now(),
            as_of=desk.day(),
            run_id=desk.run()["run_id"],
        )
        return say("messages.saved")

    _done(say, write)


def _dismissed(say: Words, one: Waiting) -> str:
    incoming.dismiss(
        desk.writable(), one.message, actor=_actor(say), at=clock.now(), as_of=desk.day()
    )
    return say("messages.dismissed")


def _undone(say: Words, one: Waiting) -> str:
    n = incoming.undo(
        desk.writable(),
        one.message.message_id,
        actor=_actor(say),
        at=clock.now(),
        as_of=desk.day(),
    )
    return say("messages.undone", n=n)


def _actor(say: Words) -> str:
    actor = str(st.session_state.get("actor", "")).strip()
    if not actor:
        raise AmiableError(say("claim.who_needed"))
    return actor


def _done(say: Words, work: Callable[[], str]) -> None:
    """Do what was clicked and show the next message; an error is one line."""
    try:
        st.session_state[_SAID] = work()
    except (PipelineError, AmiableError) as error:
        st.error(plain(say.sentence(str(error))))
        return
    st.rerun()
