"""What one must know before a partner is written to; plain values, given by the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from letters.errors import MissingFact, NotWritten
from letters.facts import Party
from letters.instructions.words import say
from letters.writing import clean

#: What an officer is asked to do by each course; what must stand already for it.
MISSIONS: Mapping[str, str] = {
    "small_claim": "small_claim",
    "cheque_certificate": "cheque",
    "uncontested_commercial": "uncontested",
    "payment_order": "serve_order",
    "european_order": "serve_order",
    "tj_request": "serve_title",
    "european_small_claim": "serve_title",
    "summary": "summon",
    "merits": "summon",
    "enforcement": "enforce",
}
_PLACE = ("address", "postcode", "city")


@dataclass(frozen=True, slots=True)
class Owed:
    """One open claim; amounts in its currency, exact."""

    number: str
    issued_on: date | None
    due_on: date | None
    currency: str
    principal: Decimal
    penalties: Decimal = Decimal(0)
    interest: Decimal = Decimal(0)
    indemnity: Decimal = Decimal(0)
    disputed: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """Principal and what it has borne."""
        return self.principal + self.penalties + self.interest + self.indemnity

    @property
    def undisputed(self) -> Decimal:
        """What may be asked for without a judge: all, or the principal that nobody disputes."""
        return self.total if not self.disputed else self.principal - self.disputed


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A paper that goes with the letter, by its number in the dossier."""

    number: int
    kind: str
    dated_on: date | None
    invoices: str


@dataclass(frozen=True, slots=True)
class Decision:
    """An order or a judgment: by which procedure, its days, what it grants, for which invoices.

    ``granted``: None where the ledger does not say it.
    """

    procedure: str
    given_on: date
    served_on: date | None
    granted: Decimal | None
    invoices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mandate:
    """One letter wanted: what is asked of a partner about one suit.

    ``agency``: who writes for the creditor, None where it writes itself. ``order_on``: a payment
    order granted and not opposed; ``served_on``: its service; ``decisions``: those a title comes
    from. ``unnoticed``: invoices of which no formal notice was received. ``missing``: kinds of
    paper that are not there, ``missing_of`` for which invoices where not for all; ``tasks``: what
    the creditor still has to do.
    """

    partner: Party
    kind: str
    course: str
    creditor: Party
    debtor: Party
    reference: str
    as_of: date
    reply_by: date
    language: str
    claims: tuple[Owed, ...]
    court: str | None = None
    fixed_fee: Decimal | None = None
    success_rate: Decimal | None = None
    exhibits: tuple[Exhibit, ...] = ()
    missing: tuple[str, ...] = ()
    missing_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tasks: tuple[str, ...] = ()
    notice_on: date | None = None
    attempt_on: date | None = None
    limitation_on: date | None = None
    order_on: date | None = None
    served_on: date | None = None
    title_on: date | None = None
    decisions: tuple[Decision, ...] = ()
    unnoticed: tuple[str, ...] = ()
    represented_by: str | None = None
    is_insolvent: bool = False
    is_barred: bool = False
    do_not_contact: bool = False
    collects_for_others: bool = False
    agency: Party | None = None
    invented: bool = False

    @property
    def sender(self) -> Party:
        """Who writes and signs."""
        return self.agency or self.creditor

    @property
    def mission(self) -> str:
        """What is asked: by the course for an officer, by the kind of partner for others."""
        if self.kind != "enforcement_officer" or self.course == "agency":
            return "collect" if self.kind in ("agency", "enforcement_officer") else self.kind
        return MISSIONS.get(self.course, "collect")


def check(mandate: Mandate) -> None:
    """Refuse a letter in one sentence.

    Raises
    ------
    NotWritten
        The law stands against what would be asked.
    MissingFact
        Something that the letter must state is not known.
    """
    language = mandate.language
    who = clean(mandate.debtor.name or mandate.debtor.identifier)
    mission = mandate.mission
    out_of_court = mission in ("collect", "mediator")
    without_title = mission != "enforce"
    against = {
        "insolvent": mandate.is_insolvent,
        "barred": mandate.is_barred and without_title,
        "disputed": out_of_court
        and mission == "collect"
        and not any(each.undisputed > 0 for each in mandate.claims),
        "do_not_contact": mission == "collect" and mandate.do_not_contact,
        "represented": mission == "collect" and mandate.represented_by is not None,
        "nothing": not mandate.claims,
    }
    for rule, broken in against.items():
        if broken:
            raise NotWritten(say("refused", rule, language).format(who=who))
    needed = {
        "no_order": mission == "serve_order" and mandate.order_on is None,
        "served": mission == "serve_order" and mandate.served_on is not None,
        "no_title": mission in ("serve_title", "enforce") and mandate.title_on is None,
    }
    for fact, missing in needed.items():
        if missing:
            raise MissingFact(say("refused", fact, language).format(who=who))
    _named(mandate)


def _named(mandate: Mandate) -> None:
    language = mandate.language
    if not mandate.partner.name:
        _missing(mandate, mandate.partner, "name", "partners")
    for name in ("name", *_PLACE):
        if not getattr(mandate.creditor, name):
            _missing(mandate, mandate.creditor, name, "creditors")
        if not getattr(mandate.debtor, name):
            _missing(mandate, mandate.debtor, name, "debtors")
        if mandate.collects_for_others and not getattr(mandate.agency, name, None):
            raise MissingFact(say("refused", "agency", language).format(field=name))


def _missing(mandate: Mandate, party: Party, field: str, table: str) -> None:
    raise MissingFact(
        say("refused", "missing", mandate.language).format(
            who=clean(party.name or party.identifier),
            fact=say("fact", field, mandate.language),
            table=table,
            field=field,
        )
    )
