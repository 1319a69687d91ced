"""Which period of the law bars one claim."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from law import parameters
from law.errors import LawError
from law.limitation import regime
from law.rows import OWN_PERIOD, REGIMES

if TYPE_CHECKING:
    from pipelines.warehouse import Warehouse


def law_applied(warehouse: Warehouse, claim_id: str, as_of: date) -> list[dict[str, Any]]:
    """The period of limitation, with its article."""
    terms = warehouse.trace("terms", claim_id)
    if not terms:
        return []
    return list(_limitation(terms[0], as_of))


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
