"""One suit of a published day, laid open: its gates with their days, its courses as trees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from law.gates import Gate
from law.schedule import Limit
from law.trees import Turn

if TYPE_CHECKING:
    from pandas import DataFrame

    from amiable.titles import AfterTitle
    from law.facts import SuitFacts
    from law.parameters import Range
    from models.litigation.facts import Suits
    from models.litigation.irrecoverable import Exit
    from models.litigation.laid_open import LaidOpen
    from models.litigation.own import Own
    from pipelines.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Check:
    """A gate of the suit and the day that matters for it: an end, a deadline, what was done."""

    gate: Gate
    on: date | None


@dataclass(frozen=True, slots=True)
class SuitFile:
    """What the law says of one suit, as the published day had it.

    ``trees`` and ``limits`` by course; ``fee``: of a whole collection, EUR before tax, what the
    officer keeps (A444-32); ``commission``: share that an agency keeps; ``exits``: ways out
    should the claims prove irrecoverable; ``after``: what follows an order or a title; ``courts``:
    name in English of the court of each course before one (the published name is French).
    """

    suit_id: str
    debtor_id: str
    claim_ids: list[str]
    facts: SuitFacts
    checks: tuple[Check, ...]
    trees: dict[str, Turn]
    limits: dict[str, tuple[Limit, ...]]
    fee: Decimal
    commission: Range
    exits: tuple[Exit, ...]
    after: AfterTitle | None
    courts: dict[str, str]


def suit_file(
    warehouse: Warehouse, suit_id: str, *, as_of: date, seats: DataFrame | None = None
) -> SuitFile | None:
    """One suit of the day that a warehouse shows; None where the day has no such suit.

    Raises
    ------
    EarlierVersion
        When the day was published by a version that did not write what is asked for here.
    """
    from amiable.law_values import of_day
    from amiable.titles import after_title
    from law.costs import agency_commission, collection_fee
    from law.courts import court
    from law.gates import COURSES, SUITS, bearing, checklist
    from law.schedule import limits
    from law.trees import tree
    from models.litigation.compare import assumptions
    from models.litigation.irrecoverable import exits

    rows = {name: warehouse.suit(name, suit_id) for name in _QUERIES}
    known = read_one(rows, as_of=as_of, seats=seats)
    if known is None:
        return None
    facts = known.classes.facts[0]
    seat = known.places.seats[int(known.places.of[0])]
    days = _days(rows["open_claims"], rows["debtors"])
    paying = (_share(known.p_full[0]), _share(max(known.p_full[0], known.p_any[0])))
    with of_day(warehouse):
        return SuitFile(
            suit_id,
            str(known.debtor_ids[0]),
            known.claim_ids[0],
            facts,
            tuple(Check(gate, days.get(gate.code)) for gate in bearing(checklist(facts))),
            {course: tree(course, facts, paying) for course in COURSES},
            {course: limits(course, facts) for course in COURSES},
            collection_fee(facts.amount, as_of, payer="creditor"),
            agency_commission(facts)[0],
            exits(facts, assumptions()),
            after_title(warehouse.titles(suit_id), facts, assumptions(), rows["enforcement"]),
            {each: court(facts, each, seat).name_en for each in (*SUITS, "enforcement")},
        )


def own_suits(warehouse: Warehouse, as_of: date) -> Own:
    """What the creditors' past suits told the day; the same for every suit of it.

    Raises
    ------
    EarlierVersion
        When the day was published by a version that did not keep them.
    """
    from amiable.law_values import of_day
    from models.litigation import own_outcomes

    past, ripe = (warehouse.own_suits(name) for name in ("past_suits", "ripe_accounts"))
    with of_day(warehouse):
        return own_outcomes(past, ripe, as_of=as_of)


def laid_open(
    warehouse: Warehouse,
    suit_id: str,
    course: str,
    own: Own,
    *,
    recommended: str,
    as_of: date,
    seats: DataFrame | None = None,
) -> LaidOpen:
    """One course in court of one suit of the day: its ends of a hundred, what moves its net, why.

    Raises
    ------
    EarlierVersion
        As ``suit_file``.
    """
    from amiable.law_values import of_day
    from amiable.partners import partners_of
    from models.litigation import lay_open

    names = ("suits", "open_claims", "debtors", "creditors", "profiles", "recovery", "documents")
    rows = [warehouse.suit(name, suit_id) for name in names]
    with of_day(warehouse):
        return lay_open(
            *rows, own, course=course, recommended=recommended, as_of=as_of, seats=seats,
            partners=partners_of(warehouse, suit_id, seats),
        )  # fmt: skip


_QUERIES = (
    "suits", "open_claims", "debtors", "creditors", "recovery", "documents", "enforcement",
)  # fmt: skip


def read_one(
    rows: Mapping[str, DataFrame], *, as_of: date, seats: DataFrame | None
) -> Suits | None:
    """One suit of the rows of ``sql/suit``; None where the day has no such suit."""
    import pandas as pd

    from models.litigation.facts import read_suits

    if rows["suits"].empty or rows["open_claims"].empty:
        return None
    return read_suits(
        *(rows[name] for name in ("suits", "open_claims", "debtors", "creditors")),
        pd.DataFrame(),
        rows["recovery"],
        rows["documents"],
        (0.25, 0.25, 0.25, 0.25),
        as_of=as_of,
        seats=seats,
    )


def _days(claims: DataFrame, debtors: DataFrame) -> dict[str, date | None]:
    """Of each gate with a day, which one."""
    from law.schedule import declaration_until

    published = None if debtors.empty else _day(debtors["insolvency_published_on"].iloc[0])
    longer = bool(claims["has_longer_to_declare"].all())
    return {
        "due": _day(claims["due_on"].max()),
        "limitation": _day(claims["limitation_earliest_on"].min()),
        "formal_notice": _day(claims["formal_notice_expires_on"].max()),
        "amicable_attempt": _day(claims["amicable_attempt_on"].max()),
        "insurance": _day(claims["insurer_agreed_on"].max()),
        "assignment": _day(claims["assignee_agreed_on"].max()),
        "insolvency": None if published is None else declaration_until(published, longer=longer),
    }


def _day(value: object) -> date | None:
    import pandas as pd

    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()  # type: ignore[call-overload,arg-type]


def _share(value: float) -> Decimal:
    return Decimal(str(round(float(value), 6)))
