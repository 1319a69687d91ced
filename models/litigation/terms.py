"""Terms of the courses as arrays: the law is asked once for suits that it cannot tell apart."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

import numpy as np

from law import parameters
from law.facts import SuitFacts
from law.parameters import Range, Scale
from law.terms import CourseTerms, course_terms

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
    """Terms of one course for several suits: each range has shape (n_suits, 3).

    The last axis is low, central, high; amounts in EUR, times in days.
    """

    ranges: dict[str, np.ndarray]
    scale: Scale | None
    cost_factor: np.ndarray

    def __getitem__(self, name: str) -> np.ndarray:
        """One range of terms."""
        return self.ranges[name]


def terms(course: str, facts: list[SuitFacts]) -> Terms:
    """Terms of a course for each suit."""
    found = [_asked(course, _class_of(course, each)) for each in facts]
    ranges = {
        name: np.asarray([_floats(getattr(each, name)) for each in found], dtype=float)
        for name in _RANGES
    }
    # One day, one tariff.
    scale = next((each.collection_scale for each in found if each.collection_scale), None)
    factor = np.asarray([float(each.cost_factor) for each in found])
    return Terms(ranges, scale, factor)


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


@lru_cache(maxsize=65536)
def _asked(course: str, facts: SuitFacts) -> CourseTerms:
    return course_terms(course, facts)


def _class_of(course: str, facts: SuitFacts) -> SuitFacts:
    """The same suit for all that terms depend on, in round figures, so that answers are shared.

    Steps of the tariff, the lawyer's threshold and the contribution's are the law's; above the
    contribution's the amount itself counts. The age counts for an agency only.
    """
    if course == "agency":
        return replace(facts, documents=frozenset(), interest=Decimal(0), vat_amount=Decimal(0))
    tops, exact_above = _steps(facts)
    amount = facts.amount
    if amount <= exact_above:
        position = bisect_left(tops, amount)
        amount = tops[position] if position < len(tops) else exact_above
    documents = frozenset({"order"}) if facts.is_documented else frozenset()
    return replace(
        facts,
        amount=amount,
        interest=Decimal(0),
        vat_amount=Decimal(0),
        documents=documents,
        has_order=None,
        has_delivery_proof=None,
        has_terms=None,
        oldest_due_on=None,
        formal_notice_on=None,
        formal_notice_expires_on=None,
        solvency_score=_solvency_class(facts),
        time_barred=False,
        insolvency=None,
        turnover=facts.turnover if amount > exact_above else None,
        profit=facts.profit if amount > exact_above else None,
        headcount=facts.headcount if amount > exact_above else None,
        postcode=facts.postcode[:2] if facts.postcode else None,
    )


@lru_cache(maxsize=64)
def _steps_on(day: object) -> tuple[list[Decimal], Decimal]:
    name = ("commissaire_scales", "coefficient")
    coefficient = parameters.scale(*name, parameters.begun(*name, day))  # type: ignore[arg-type]
    tops = [each.high for each in coefficient.brackets if each.high is not None]
    name = ("thresholds", "lawyer_optional_max_claim")
    tops.append(parameters.number(*name, parameters.begun(*name, day)))  # type: ignore[arg-type]
    name = ("court_fees", "tae_min_claims")
    least = parameters.number(*name, parameters.begun(*name, day))  # type: ignore[arg-type]
    return sorted(each for each in tops if each < least), least


def _steps(facts: SuitFacts) -> tuple[list[Decimal], Decimal]:
    return _steps_on(facts.as_of)


def _solvency_class(facts: SuitFacts) -> float | None:
    """Sound, fragile or between: all that the priors of enforcement tell apart."""
    if facts.solvency_score is None:
        return None
    levels = []
    for name in ("solvent_from_score", "fragile_below_score"):
        day = parameters.begun("priors", name, facts.as_of)
        levels.append(float(parameters.number("priors", name, day)))
    sound, fragile = levels
    if facts.solvency_score >= sound:
        return sound
    return fragile - 1 if facts.solvency_score < fragile else fragile
