"""One claim from its ledger row to its worklist line, in words and figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from amiable.errors import AmiableError
from pipelines.warehouse import Warehouse

_STEPS = (
    ("ledger_row", "Ledger row", "core.claims"),
    ("payments", "Payments and credits", "core.payments"),
    ("balance", "Balance, interest, limitation", "mart.claims"),
    ("events", "Events", "core.timeline"),
    ("recovery", "Odds of payment", "mart.recovery"),
    ("reasons", "Reasons of p_90, in points of probability", "mart.explanations"),
    ("profile", "Profile, a hypothesis", "mart.profiles"),
    ("courses", "Courses compared", "mart.litigation"),
    ("recommendation", "Recommendation and worklist", "mart.recommendations, mart.worklist"),
)


def explain(warehouse: Warehouse, text: str) -> tuple[str, dict[str, list[dict[str, Any]]]]:
    """Every step of the claim with that id or invoice number.

    Returns
    -------
    tuple
        The claim's id, and its rows by step, in the order of the road.

    Raises
    ------
    AmiableError
        When the published day knows no such claim.
    """
    claim_id = warehouse.find_claim(text)
    if claim_id is None:
        raise AmiableError(f"No claim or invoice {text!r} on the published day.")
    return claim_id, {step: warehouse.trace(step, claim_id) for step, _, _ in _STEPS}


def lines(claim_id: str, steps: Mapping[str, list[dict[str, Any]]]) -> Iterator[str]:
    """The road as text, one line per row and filled column."""
    yield f"Claim {claim_id}"
    for number, (step, title, table) in enumerate(_STEPS, start=1):
        yield f"{number}. {title}  [{table}]"
        for row in steps[step]:
            told = ", ".join(
                f"{name} {_told(value)}" for name, value in row.items() if _filled(value)
            )
            yield f"   {told}"
        if not steps[step]:
            yield "   nothing"


def _filled(value: object) -> bool:
    return value is not None and value != [] and value == value  # NaN differs from itself


def _told(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return str(value)
