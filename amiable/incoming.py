"""Messages that wait for a person: what each proposes, and what a confirmation writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from amiable.errors import AmiableError
from amiable.home import Home
from models.messages.lexicon import hidden, subject_speaks
from models.messages.proposal import Dispute, Promise, Proposal, propose_all
from pipelines.journal import Entry, Journal
from pipelines.messages import Stored, add_pasted, stored
from pipelines.sources.eml import pasted

# How a message that asks for nothing is told in the journal, as an answer.
QUESTION, NOTHING = "message", "nothing_to_do"
_SAYS_NOTHING = ("information", "other")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message, what it proposes, and the journal entries that a person made of it."""

    message: Stored
    proposal: Proposal
    entries: tuple[Entry, ...]

    @property
    def state(self) -> str:
        """``done``, ``to_attach`` (matches nobody), ``to_read`` or ``to_confirm``."""
        if self.entries:
            return "done"
        if self.message.debtor_id is None:
            return "to_attach"
        return "to_read" if self.proposal.to_read else "to_confirm"

    def line(self) -> str:
        """As ``amiable messages`` prints it, on one line."""
        made, message = self.proposal, self.message
        parts = [
            f"{message.sent_at:%Y-%m-%d}",
            message.sender or message.sender_name or "?",
            message.debtor_id or "no debtor found",
            " ".join(message.claim_ids) or "no claim named",
            f"{made.outcome} {made.certainty:.0%}" if not made.to_read else "to read",
        ]
        if made.promise is not None:
            parts.append(f"promise {made.promise.due_on} {made.promise.amount or 'of what is due'}")
        if made.dispute is not None:
            parts.append(f"dispute {made.dispute.reason}")
        return " | ".join([self.state, *parts]).replace("\n", " ")

    def told(self) -> dict[str, Any]:
        """As ``amiable messages --json`` tells it."""
        made, message = self.proposal, self.message
        return {
            "message_id": message.message_id,
            "state": self.state,
            "sent_at": message.sent_at.isoformat(),
            "sender": message.sender,
            "subject": message.subject,
            "debtor_id": message.debtor_id,
            "claim_ids": list(message.claim_ids),
            "matched_by": message.matched_by,
            "outcome": made.outcome,
            "certainty": round(made.certainty, 3),
            "promise": made.promise
            and {
                "due_on": made.promise.due_on.isoformat(),
                "amount": made.promise.amount and str(made.promise.amount),
                "share": str(made.promise.share),
            },
            "plan": made.plan
            and {"n": made.plan.n, "amount": made.plan.amount and str(made.plan.amount)},
            "dispute": made.dispute
            and {
                "reason": made.dispute.reason,
                "amount": made.dispute.amount and str(made.dispute.amount),
                "grievance": made.dispute.grievance,
            },
            "evidence": [{"outcome": e.outcome, "quote": e.quote} for e in made.evidence],
            "entries": [entry.entry_id for entry in self.entries],
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person makes of a message.

    ``claims`` maps each claim concerned to what is open on it; a promise or a dispute needs one.
    """

    outcome: str
    claims: Mapping[str, Decimal]
    promise: Promise | None = None
    dispute: Dispute | None = None
    note: str | None = None


def waiting(home: Home) -> list[Waiting]:
    """Every message kept, newest first, with its proposal and what was made of it."""
    messages = stored(home.store)
    if not messages:
        return []
    journal = Journal(home.journal_url)
    try:
        made = made_of(journal)
    finally:
        journal.close()
    return proposed(messages, made)


def proposed(
    messages: Sequence[Stored],
    made: Mapping[str, Sequence[Entry]],
    read: Callable[[tuple[tuple[str, date], ...]], Sequence[Proposal]] = propose_all,
) -> list[Waiting]:
    """The proposals of messages, as ``read`` makes them, beside what was made of them.

    A subject mostly repeats what was answered or names an invoice: it is read only where the
    text itself says nothing, and the subject does.
    """
    found = list(read(tuple((m.text, m.sent_at.date()) for m in messages)))
    silent = [
        place
        for place, (message, proposal) in enumerate(zip(messages, found, strict=True))
        if (proposal.to_read or proposal.outcome in _SAYS_NOTHING)
        and subject_speaks(message.subject)
    ]
    again = [messages[place] for place in silent]
    texts = tuple((f"{m.subject}\n\n{m.text}", m.sent_at.date()) for m in again)
    for place, proposal in zip(silent, read(texts), strict=True):
        found[place] = proposal
    return [
        Waiting(message, proposal, tuple(made.get(message.message_id, ())))
        for message, proposal in zip(messages, found, strict=True)
    ]


def made_of(journal: Journal) -> dict[str, list[Entry]]:
    """Standing journal entries by the message that they were made of."""
    made: dict[str, list[Entry]] = {}
    for entry in journal.standing(as_of=date.max):
        if entry.payload.get("message_id"):
            made.setdefault(str(entry.payload["message_id"]), []).append(entry)
    return made


def paste(home: Home, text: str, *, received_at: datetime, sender: str, now: datetime) -> str:
    """Keep a message that a person pasted; returns its identifier.

    Raises
    ------
    pipelines.errors.LedgerRefused
        The text is empty.
    """
    mail = pasted(text, received_at=received_at, sender=sender)
    with home.alone():
        return add_pasted(home.store, mail, imported_at=now, mask=hidden)


def confirm(
    journal: Journal,
    message: Stored,
    decision: Decision,
    *,
    actor: str,
    at: datetime,
    as_of: date,
    run_id: str | None = None,
) -> list[Entry]:
    """Write what a person confirmed: one outcome, promise and dispute per claim concerned.

    Raises
    ------
    AmiableError
        Nobody is named, no claim or debtor is concerned, or the message was dealt with meanwhile.
    pipelines.journal.JournalRefused
        A value breaks the journal's rules.
    """
    _check_free(journal, message, actor)
    if not decision.claims:
        raise AmiableError("Attach the message to a claim first: a decision needs its claim.")

    def entry(claim_id: str, kind: str, payload: dict[str, Any]) -> Entry:
        told = {name: value for name, value in payload.items() if value not in (None, "")}
        told |= {"message_id": message.message_id, "channel": "email"}
        return Entry(
            at=at,
            as_of=as_of,
            actor=actor.strip(),
            subject_type="claim",
            subject_id=claim_id,
            kind=kind,
            payload=told,
            run_id=run_id,
        ).identified()

    note = hidden(decision.note) if decision.note else None
    entries = [
        entry(claim_id, "outcome", {"outcome": decision.outcome, "note": note})
        for claim_id in decision.claims
    ]
    parts: Mapping[str, Decimal | None] = {}
    promised = decision.claims
    if (dispute := decision.dispute) is not None:
        parts = dict.fromkeys(decision.claims)
        if dispute.amount is not None:
            taken = spread(dispute.amount, decision.claims)
            parts = taken
            # "The rest": what is contested is not promised.
            promised = {
                claim: max(open_amount - taken.get(claim, Decimal(0)), Decimal(0))
                for claim, open_amount in decision.claims.items()
            }
    if decision.promise is not None:
        due = decision.promise.due_on.isoformat()
        entries += [
            entry(claim_id, "promise", {"due_on": due, "amount": str(amount), "note": note})
            for claim_id, amount in shared(decision.promise, promised).items()
        ]
    if dispute is not None:
        entries += [
            entry(
                claim_id,
                "dispute",
                {
                    "dispute_reason": dispute.reason,
                    "amount": str(amount) if amount is not None else None,
                    "note": hidden(dispute.grievance),
                },
            )
            for claim_id, amount in parts.items()
        ]
    journal.record(entries)
    return entries


def dismiss(
    journal: Journal, message: Stored, *, actor: str, at: datetime, as_of: date
) -> list[Entry]:
    """Write that a message asks for nothing; no run reads it as a fact."""
    _check_free(journal, message, actor)
    if message.claim_ids:
        subject = ("claim", message.claim_ids[0])
    elif message.debtor_id:
        subject = ("debtor", message.debtor_id)
    else:
        subject = ("model", "messages")
    entry = Entry(
        at=at,
        as_of=as_of,
        actor=actor.strip(),
        subject_type=subject[0],
        subject_id=subject[1],
        kind="answer",
        payload={"question": QUESTION, "answer": NOTHING, "message_id": message.message_id},
    ).identified()
    journal.record([entry])
    return [entry]


def undo(journal: Journal, message_id: str, *, actor: str, at: datetime, as_of: date) -> int:
    """Take back all that was made of a message; how many entries."""
    if not actor.strip():
        raise AmiableError("Say who decides: the journal needs a name.")
    made = made_of(journal).get(message_id, [])
    journal.record(
        Entry(
            at=at,
            as_of=max(as_of, entry.as_of),
            actor=actor.strip(),
            subject_type=entry.subject_type,
            subject_id=entry.subject_id,
            kind="undo",
            supersedes=entry.entry_id,
        )
        for entry in made
    )
    return len(made)


def shared(promise: Promise, claims: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What a promise means for each claim, exact to the cent; claims that get nothing are left out.

    Without an amount, its share of what is open on each; with one, the claims in their order.

    >>> shared(Promise(date(2026, 12, 1), Decimal("150")), {"A": Decimal(100), "B": Decimal(100)})
    {'A': Decimal('100.00'), 'B': Decimal('50.00')}
    """
    if promise.amount is not None:
        return spread(promise.amount, claims)
    parts = {
        claim_id: (open_amount * promise.share).quantize(_CENT, ROUND_HALF_UP)
        for claim_id, open_amount in claims.items()
    }
    return {claim_id: part for claim_id, part in parts.items() if part > 0}


def spread(amount: Decimal, claims: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """An amount over claims in their order; what exceeds them all stays with the last one."""
    left, parts = amount.quantize(_CENT, ROUND_HALF_UP), {}
    for place, (claim_id, open_amount) in enumerate(claims.items(), start=1):
        part = left if place == len(claims) else min(left, open_amount.quantize(_CENT))
        if part > 0:
            parts[claim_id] = part
        left -= part
    return parts


def _check_free(journal: Journal, message: Stored, actor: str) -> None:
    if not actor.strip():
        raise AmiableError("Say who decides: the journal needs a name.")
    earlier = made_of(journal).get(message.message_id)
    if earlier:
        raise AmiableError(f"This message was dealt with by {earlier[0].actor}: undo it first.")
