"""Where what the law says of a suit changes: amounts, ages and scores at which it takes a step.

Between two steps it says the same, so that suits may be grouped before it is asked.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from law import parameters
from law.costs import AGENCY_OLD_DAYS, AGENCY_SMALL_CLAIM
from law.parameters import Scale

_THRESHOLDS = (
    ("thresholds", "lawyer_optional_max_claim"),
    ("thresholds", "mandatory_amicable_attempt_max_claim"),
    ("thresholds", "small_claims_procedure_max"),
    ("thresholds", "tj_request_max"),
    ("thresholds", "eu_small_claims_max"),
    ("court_fees", "tae_min_claims"),
)


@parameters.cached
def amount_steps() -> tuple[Decimal, ...]:
    """Amounts in EUR, rising, that belong to the step below them; of every day, hence of any.

    >>> [int(each) for each in amount_steps() if each >= 2500]
    [2500, 4000, 5000, 10000, 50000]
    """
    found = {Decimal(0), AGENCY_SMALL_CLAIM}
    for record in parameters.history("commissaire_scales", "coefficient"):
        if isinstance(record.value, Scale):
            found |= {each.high for each in record.value.brackets if each.high is not None}
    for name in _THRESHOLDS:
        found |= {
            record.value
            for record in parameters.history(*name)
            if isinstance(record.value, Decimal)
        }
    return tuple(sorted(found))


@parameters.cached
def contribution_above() -> Decimal:
    """The least amount above which the contribution for economic justice was ever due, EUR."""
    values = (each.value for each in parameters.history("court_fees", "tae_min_claims"))
    return min(value for value in values if isinstance(value, Decimal))


@parameters.cached
def age_steps() -> tuple[int, ...]:
    """Days since the oldest due date, rising, that belong to the step below them.

    >>> age_steps()
    (0, 29, 365, 730)
    """
    waits = {
        int(record.value) - 1
        for record in parameters.history("procedures", "cheque_certificate_wait_days")
        if isinstance(record.value, Decimal)
    }
    return tuple(sorted({0, *waits, *AGENCY_OLD_DAYS}))


@parameters.cached
def solvency_steps(day: date) -> tuple[Decimal, Decimal]:
    """Scores from which a debtor is no longer fragile, and from which it counts as sound."""
    low, high = (
        parameters.number("priors", name, parameters.begun("priors", name, day))
        for name in ("fragile_below_score", "solvent_from_score")
    )
    return low, high
