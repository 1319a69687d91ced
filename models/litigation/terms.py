"""Terms of the courses as arrays: the law is asked once for suits that it cannot tell apart."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

import numpy as np

from law import parameters
from law.costs import agency_commission, vat_factor
from law.courts import court_kind
from law.facts import SuitFacts
from law.parameters import Range, Scale
from law.terms import course_terms

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
    (n_suits,), says of which class each suit is.
    """

    ranges: dict[str, np.ndarray]
    place: np.ndarray
    scale: Scale | None
    cost_factor: np.ndarray

    def __getitem__(self, name: str) -> np.ndarray:
        """One range of terms."""
        return self.ranges[name]


def terms(course: str, facts: list[SuitFacts]) -> Terms:
    """Terms of a course for each suit."""
    known: dict[Hashable, int] = {}
    found: list[_Answer] = []
    place = np.empty(len(facts), dtype=int)
    for i, each in enumerate(facts):
        key = _class_of(course, each)
        if key not in known:
            known[key] = len(found)
            found.append(_asked(course, key, each))
        place[i] = known[key]
    ranges = {
        name: np.asarray([each[name] for each, _, _ in found], dtype=float).reshape(-1, 3)
        for name in _RANGES
    }
    # One day, one tariff.
    scale = next((each for _, each, _ in found if each is not None), None)
    factor = np.asarray([each for _, _, each in found], dtype=float)
    return Terms(ranges, place, scale, factor)


def commissions(facts: list[SuitFacts]) -> np.ndarray:
    """Share that an agency keeps of what it recovers, VAT that stays included; shape (n_suits,)."""
    return np.asarray(
        [float(agency_commission(each)[0].central * vat_factor(each)) for each in facts]
    )


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
        found = course_terms(course, facts)
        ranges = {name: _floats(getattr(found, name)) for name in _RANGES}
        _ANSWERS[key] = (ranges, found.collection_scale, float(found.cost_factor))
    return _ANSWERS[key]


def _class_of(course: str, facts: SuitFacts) -> Hashable:
    """What terms depend on: suits that agree in it get one answer.

    Steps of the tariff, the lawyer's threshold and the contribution's are the law's; above the
    contribution's the amount itself, the place and the creditor's size count.
    """
    tops, exact_above = _steps_on(facts.as_of)
    large = facts.amount > exact_above
    step = (
        (facts.amount, facts.postcode, facts.headcount, facts.turnover, facts.profit)
        if large
        else (bisect_left(tops, facts.amount))
    )
    return (
        course,
        step,
        facts.as_of,
        facts.debtor_kind,
        facts.creditor_kind,
        facts.nature,
        facts.country,
        court_kind(facts),
        _solvency_class(facts.solvency_score, facts.as_of),
        facts.is_documented,
        facts.has_serious_dispute,
        facts.has_title,
        facts.recovers_vat,
    )


@lru_cache(maxsize=64)
def _steps_on(day: date) -> tuple[list[Decimal], Decimal]:
    name = ("commissaire_scales", "coefficient")
    coefficient = parameters.scale(*name, parameters.begun(*name, day))
    tops = [each.high for each in coefficient.brackets if each.high is not None]
    name = ("thresholds", "lawyer_optional_max_claim")
    tops.append(parameters.number(*name, parameters.begun(*name, day)))
    name = ("court_fees", "tae_min_claims")
    least = parameters.number(*name, parameters.begun(*name, day))
    return sorted(each for each in tops if each < least), least


@lru_cache(maxsize=64)
def _levels(day: date) -> tuple[float, float]:
    sound, fragile = (
        float(parameters.number("priors", name, parameters.begun("priors", name, day)))
        for name in ("solvent_from_score", "fragile_below_score")
    )
    return sound, fragile


def _solvency_class(score: float | None, day: date) -> str:
    """Sound, fragile or between: all that the priors of enforcement tell apart."""
    if score is None:
        return "unknown"
    sound, fragile = _levels(day)
    if score >= sound:
        return "sound"
    return "fragile" if score < fragile else "between"
