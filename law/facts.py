"""What one must know of a suit before the law can say anything about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

#: Kinds of document that show what was agreed, or that it was performed.
PROOFS = frozenset({"order", "quote", "contract", "delivery_note", "acknowledgment", "title"})


@dataclass(frozen=True, slots=True)
class SuitFacts:
    """The joined claims of one creditor on one debtor, as known on ``as_of``.

    ``amount`` is the open principal in EUR, tax included; ``interest`` what it has borne.
    ``oldest_due_on`` None: a due date is unknown. ``formal_notice_expires_on``: end of the time
    it gave. ``amicable_attempt_on``: conciliation, mediation, participative procedure or a failed
    simplified small-claims procedure; letters and calls do not count: of those ``was_chased``
    speaks. ``approved``: what a person said of the suit, None while nobody did. ``is_trader``
    speaks of the debtor. ``before_tae``: its commercial court is an economic one.
    ``headcount``, ``turnover``, ``profit`` (EUR, three-year averages) speak of the creditor.
    ``is_enforceable``: the title, if there is one, was served and its time to oppose has passed.
    ``is_declared``: in the insolvency; ``declaring_is_over``: nobody may declare, or ask for
    relief, any more. ``has_founded_dispute``: one found justified, neither credited nor repaired.
    ``was_lost``: a judgment went against the creditor; ``is_unenforceable``: an officer found
    nothing to seize; ``has_land``: what the land registry
    answered; ``land_decided``: a person decided that what may be a home is seized. ``documents``
    holds document kinds of the contract. ``identity_known``: the SIREN or the kind is known; left
    out, the kind decides. None otherwise means unknown.
    """

    amount: Decimal
    as_of: date
    interest: Decimal = Decimal(0)
    debtor_kind: str = "unknown"
    creditor_kind: str | None = "company"
    nature: str = "contract"
    country: str = "FR"
    creditor_country: str = "FR"
    postcode: str | None = None
    is_trader: bool | None = None
    before_tae: bool | None = None
    solvency_score: float | None = None
    oldest_due_on: date | None = None
    formal_notice_on: date | None = None
    formal_notice_expires_on: date | None = None
    amicable_attempt_on: date | None = None
    has_order: bool | None = None
    has_delivery_proof: bool | None = None
    has_terms: bool | None = None
    documents: frozenset[str] = frozenset()
    has_serious_dispute: bool = False
    has_founded_dispute: bool = False
    insolvency: str | None = None
    is_declared: bool = False
    declaring_is_over: bool = False
    time_barred: bool = False
    has_title: bool = False
    is_enforceable: bool = True
    in_court: bool = False
    was_lost: bool = False
    is_unenforceable: bool = False
    has_land: bool | None = None
    land_decided: bool = False
    address_known: bool = True
    identity_known: bool | None = None
    insured: bool = False
    insurer_agrees: bool = False
    assigned: bool = False
    assignee_agrees: bool = False
    was_chased: bool = False
    approved: bool | None = None
    headcount: int | None = None
    turnover: Decimal | None = None
    profit: Decimal | None = None
    recovers_vat: bool = True
    vat_on_receipts: bool = False
    vat_amount: Decimal = Decimal(0)

    @property
    def claimed(self) -> Decimal:
        """What is asked in all: the principal and what it has borne."""
        return self.amount + self.interest

    @property
    def vat_comes_back(self) -> bool:
        """Whether there is VAT that an irrecoverable claim would give back (CGI, art. 272-1)."""
        return self.recovers_vat and not self.vat_on_receipts and self.vat_amount > 0

    @property
    def is_identified(self) -> bool:
        """Whether it is known who owes."""
        if self.identity_known is None:
            return self.debtor_kind != "unknown"
        return self.identity_known

    @property
    def is_documented(self) -> bool:
        """Whether what was agreed, or that it was performed, can be shown."""
        return bool(self.has_order or self.has_delivery_proof or PROOFS & self.documents)
