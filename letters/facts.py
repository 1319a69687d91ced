"""What one must know before a message can be written; plain values, given by the door."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

#: Actions that ask for money; the others ask for nothing that is contested.
CHASING = frozenset({"remind", "call", "formal_notice"})
ANSWERS = frozenset(
    {
        "resend_documents",
        "offer_plan",
        "find_contact",
        "ask_written_dispute",
        "resolve_dispute",
        "answer_dispute",
    }
)
WRITTEN = ("email", "letter", "registered_letter", "sms")
NATURAL_PERSONS = frozenset({"consumer", "sole_trader", "unknown"})


@dataclass(frozen=True, slots=True)
class Party:
    """A creditor, a debtor or an agency, as a letter names it; None is not known."""

    identifier: str
    name: str | None
    kind: str = "unknown"
    siren: str | None = None
    address: str | None = None
    postcode: str | None = None
    city: str | None = None
    country: str = "FR"
    email: str | None = None
    phone: str | None = None
    iban: str | None = None

    @property
    def is_located(self) -> bool:
        """Whether a letter reaches it."""
        return bool(self.address and self.postcode and self.city)


@dataclass(frozen=True, slots=True)
class Claim:
    """One open claim; amounts in its currency, exact.

    ``asked`` is the part of ``open_amount`` that may be chased; ``invoiced`` the amount at issue.
    ``penalty_rate`` is the contract's, None for the rate of the law.
    """

    claim_id: str
    invoice_number: str | None
    issued_on: date | None
    due_on: date | None
    date_basis: str
    currency: str
    open_amount: Decimal
    asked: Decimal
    penalties: Decimal = Decimal(0)
    interest: Decimal = Decimal(0)
    indemnity: Decimal = Decimal(0)
    nature: str = "contract"
    penalty_rate: Decimal | None = None
    days_overdue: int | None = None
    disputed: Decimal = Decimal(0)
    disputed_on: date | None = None
    notified_on: date | None = None
    stage: str = "not_chased"
    time_barred: bool = False
    invoiced: Decimal | None = None

    @property
    def settled(self) -> Decimal:
        """What payments and credit notes took off the invoice so far."""
        return max(Decimal(0), (self.invoiced or self.open_amount) - self.open_amount)

    @property
    def number(self) -> str:
        """What the debtor knows it by."""
        return self.invoice_number or self.claim_id


@dataclass(frozen=True, slots=True)
class Dispute:
    """One open dispute of a claim; ``grievance`` is the debtor's own word, ``founded`` ours.

    ``amount`` in the claim's currency, None for the whole claim.
    """

    claim_id: str
    opened_on: date
    reason: str | None
    amount: Decimal | None = None
    grievance: str | None = None
    in_writing: bool = False
    founded: bool | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """One document on file about a claim: its kind and the day that it bears."""

    claim_id: str
    kind: str
    dated_on: date | None


@dataclass(frozen=True, slots=True)
class Request:
    """One message wanted: from one creditor to one debtor, about some of its claims.

    ``agency`` collects for the creditor (None: the creditor writes itself). ``plan`` holds the
    instalments offered. ``first_letter_on``: the day of the first letter about these claims, which
    later steps of an agency recall. ``mediator``: the consumer mediator of the creditor.
    ``person_signs``: a person has to sign before anything leaves. ``question``: the one to ask on
    the telephone, in the language. ``promise_on``: the day of a promise that was broken. ``owner``:
    who answers for the debtor's disputes.
    """

    action: str
    stage: str | None
    tone: str
    channel: str
    language: str
    as_of: date
    creditor: Party
    debtor: Party
    claims: tuple[Claim, ...]
    collects_for_others: bool = False
    agency: Party | None = None
    contact_name: str | None = None
    email: str | None = None
    phone: str | None = None
    plan: tuple[tuple[date, Decimal], ...] = ()
    last_contact_on: date | None = None
    first_letter_on: date | None = None
    mediator: str | None = None
    in_insolvency: bool = False
    do_not_contact: bool = False
    represented_by: str | None = None
    email_refused: bool = False
    sms_refused: bool = False
    person_signs: bool = False
    invented: bool = False
    disputes: tuple[Dispute, ...] = ()
    papers: tuple[Paper, ...] = ()
    question: str | None = None
    promise_on: date | None = None
    owner: str | None = None
    keys: dict[str, object] = field(default_factory=dict)

    @property
    def purpose(self) -> str:
        """What the message is for: the answer that it is, else the stage of the ladder."""
        return self.action if self.action in ANSWERS else self.stage or self.action

    @property
    def sender(self) -> Party:
        """Who writes: the agency where there is one."""
        return self.agency or self.creditor
