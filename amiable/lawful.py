"""Which value of the law, by which article, made each sum and date of one claim."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from law import parameters
from law.errors import LawError
from law.interest import Line, statement
from law.limitation import regime
from law.rows import OWN_PERIOD, REGIMES

if TYPE_CHECKING:
    from pipelines.warehouse import Warehouse

_ONE_DAY = timedelta(days=1)


def law_applied(warehouse: Warehouse, claim_id: str, as_of: date) -> list[dict[str, Any]]:
    """Lines of interest with rate and article, the indemnity, and the period of limitation."""
    terms = warehouse.trace("terms", claim_id)
    if not terms:
        return []
    return [
        *_interest(terms[0], warehouse.trace("stretches", claim_id)),
        *_indemnity(terms[0]),
        *_limitation(terms[0], as_of),
    ]


def _interest(terms: dict[str, Any], stretches: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    penalties = terms["late_penalties"] > 0
    if not penalties and not terms["legal_interest"] > 0:
        return
    first, last = terms["due_on"] + _ONE_DAY, terms["insolvency_opened_on"] or date.max
    if not penalties:
        first = max(first, terms["first_notice_on"] + _ONE_DAY)
    bearing = [
        (max(s["from_on"], first), min(s["to_on"], last), s["balance"])
        for s in stretches
        if max(s["from_on"], first) < min(s["to_on"], last)
    ]
    kind = "penalties" if penalties else "legal_interest"
    agreed = terms["penalty_rate"] if penalties else terms["contract_penalty_rate"]
    if not penalties and agreed is not None and terms["debtor_kind"] != "unknown":
        yield {"sum": kind, "rate": agreed, "article": "rate of the contract"}
        return
    made = statement(
        bearing,
        agreed if penalties else None,
        kind=kind,
        public=terms["debtor_kind"] == "public",
        individual=terms["creditor_kind"] == "natural_person",
    )
    yield from (_line(kind, line) for line in made)


def _line(kind: str, line: Line) -> dict[str, Any]:
    return {
        "sum": kind,
        "from": line.from_on,
        "to": line.to_on,
        "days": line.days,
        "balance": line.balance,
        "rate": f"{line.rate:.5f}",
        "amount": line.amount,
        "article": line.article,
    }


def _indemnity(terms: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if terms["fixed_indemnity"] > 0:
        record = parameters.record("late_payment", "fixed_indemnity", terms["due_on"] + _ONE_DAY)
        yield {"sum": "indemnity", "amount": record.value, "article": record.article}


def _limitation(terms: dict[str, Any], as_of: date) -> Iterator[dict[str, Any]]:
    """The period by the nature of the claim where it has its own, else by who owes whom."""
    name = REGIMES.get(regime(terms["debtor_kind"], terms["creditor_kind"]))
    names = [terms["nature"]] if terms["nature"] in OWN_PERIOD else []
    for each in [*names, *([name] if name else [])]:
        try:
            record = parameters.record("limitation", each, as_of)
        except LawError:
            continue
        yield {
            "period": each,
            "months": terms["limitation_months"] or record.value,
            "article": record.article,
        }
        return
    yield {"period": "unknown", "article": "nobody knows what the debtor is: the shortest period"}
