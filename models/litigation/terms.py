"""Terms of the courses as arrays: the law is asked once for suits that it cannot tell apart."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np

from law import parameters
from law.conduct import AS_CONSUMER
from law.costs import CONTRIBUTING, agency_commission, vat_factor
from law.courts import court_kind, lawyer_required
from law.facts import SuitFacts
from law.parameters import Range, Scale
from law.steps import amount_steps, solvency_steps
from law.terms import course_terms
from models.litigation.facts import Suits

_RANGES = (
    "advance_cost",
    "contested_extra_cost",
    "contested_recoverable",
    "enforcement_cost",
    "recoverable_costs",
    "article_700",
    "commission",
    "p_granted",
    "p_opposed",
    "p_won_if_opposed",
    "p_enforced",
    "days_to_title",
    "days_if_opposed",
    "days_enforcement",
)


@dataclass(frozen=True)
class Terms:
    """Terms of one course for several suits: each range has shape (n_classes, 3).

    The last axis is low, central, high; amounts in EUR, times in days. ``place``, shape
    (n_suits,), says of which class each suit is; terms of a class never move with the amount.
    What does: ``contribution``, shape (n_suits, 3), advanced on top of ``advance_cost`` and part
    of the costs that a losing debtor gives back; and the fee on sums collected
    (``collection_fee`` of ``scale``, times ``cost_factor``). ``success``: share of the cash that a
    partner keeps, shape (n_classes,), None where nobody does.
    """

    ranges: dict[str, np.ndarray]
    place: np.ndarray
    scale: Scale | None
    cost_factor: np.ndarray
    contribution: np.ndarray
    success: np.ndarray | None = None

    def __getitem__(self, name: str) -> np.ndarray:
        """One range of terms."""
        return self.ranges[name]


def terms(course: str, suits: Suits) -> Terms:
    """Terms of a course for each suit."""
    known: dict[Hashable, int] = {}
    found: list[_Answer] = []
    of = np.empty(len(suits.classes.facts), dtype=int)
    law = parameters.version()
    for i, each in enumerate(suits.classes.facts):
        key = (law, *_class_of(course, each))
        if key not in known:
            known[key] = len(found)
            found.append(_asked(course, key, each))
        of[i] = known[key]
    ranges = {
        name: np.asarray([each[name] for each, _, _ in found], dtype=float).reshape(-1, 3)
        for name in _RANGES
    }
    # One day, one tariff.
    scale = next((each for _, each, _ in found if each is not None), None)
    factor = np.asarray([each for _, _, each in found], dtype=float)
    owed = suits.contribution if course in CONTRIBUTING else np.zeros_like(suits.contribution)
    return Terms(ranges, of[suits.classes.of], scale, factor, owed)


def commissions(suits: Suits) -> np.ndarray:
    """Share that an agency keeps of what it recovers, VAT that stays included; shape (n_suits,)."""
    kept = [
        float(agency_commission(each)[0].central * vat_factor(each)) for each in suits.classes.facts
    ]
    return np.asarray(kept, dtype=float)[suits.classes.of]


_Answer = tuple[dict[str, tuple[float, float, float]], Scale | None, float]
_ANSWERS: dict[Hashable, _Answer] = {}


def collection_fee(scale: Scale | None, collected: np.ndarray) -> np.ndarray:
    """Fee of the officer that stays on the creditor, before tax, element by element."""
    if scale is None:
        return np.zeros_like(collected)
    fee = np.zeros_like(collected)
    for bracket in scale.brackets:
        top = np.inf if bracket.high is None else float(bracket.high)
        fee += np.clip(collected - float(bracket.low), 0, top - float(bracket.low)) * float(
            bracket.rate
        )
    if scale.cap is not None:
        fee = np.minimum(fee, float(scale.cap))
    if scale.fixed_up_to is not None and scale.fixed_fee is not None:
        small = (collected > 0) & (collected <= float(scale.fixed_up_to))
        fee = np.where(small, float(scale.fixed_fee), fee)
    return fee


def _floats(found: Range) -> tuple[float, float, float]:
    return float(found.low), float(found.central), float(found.high)


def _asked(course: str, key: Hashable, facts: SuitFacts) -> _Answer:
    """Terms of one class of suits, as floats; asked once, also across batches and days."""
    if key not in _ANSWERS:
        # The contribution moves with the amount: it is the suit's, not the class's.
        found = course_terms(course, replace(facts, headcount=0))
        ranges = {name: _floats(getattr(found, name)) for name in _RANGES}
        _ANSWERS[key] = (ranges, found.collection_scale, float(found.cost_factor))
    return _ANSWERS[key]


def _class_of(course: str, facts: SuitFacts) -> tuple[Hashable, ...]:
    """What terms depend on: suits that agree in it get one answer."""
    return (
        course,
        bisect_left(amount_steps(), facts.amount),
        lawyer_required("merits", facts),
        facts.as_of,
        facts.debtor_kind in AS_CONSUMER,
        facts.debtor_kind in ("company", "sole_trader"),
        facts.country == "FR",
        court_kind(facts),
        _solvency_class(facts),
        facts.is_documented,
        facts.has_serious_dispute,
        facts.recovers_vat,
    )


def _solvency_class(facts: SuitFacts) -> str:
    """Sound, fragile or between: all that the priors of enforcement tell apart."""
    if facts.solvency_score is None:
        return "unknown"
    fragile, sound = solvency_steps(facts.as_of)
    if facts.solvency_score >= sound:
        return "sound"
    return "fragile" if facts.solvency_score < fragile else "between"
