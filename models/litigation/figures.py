"""The figures of each suit and course as they are published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from models.litigation.branches import OPPOSED_UNPAID, UNPAID
from models.litigation.calm import Calm, Stake, together
from models.litigation.inputs import break_even_probability, pivots, settlement
from models.litigation.spread import below_nothing, deciles
from models.litigation.terms import Terms
from models.litigation.worth import Worth, keeps


def of_court(
    worth: Worth, stake: Stake, given: Terms, best: Calm, by: Mapping[str, Any]
) -> dict[str, np.ndarray]:
    """The figures of a course in court, shape (n_suits,) each."""
    first, middle, last = worth.deciles
    flips = pivots(worth, best, by)
    least, most = settlement(worth, best)
    return {
        "cost": cents(worth.cost),
        "p_success": np.clip(worth.p_success, 0, 1),
        "p_collect": np.clip(worth.p_collect, 0, 1),
        "expected_net": cents(worth.expected),
        "p10": cents(first),
        "p50": cents(middle),
        "p90": cents(last),
        "p_loss": worth.p_loss,
        "break_even_amount": _break_even(worth, stake, given, best),
        "duration_days": np.rint(worth.days),
        "months_to_cash": np.round(worth.days / 30.4375, 1),
        "peak_cash_out": cents(worth.peak),
        "break_even_probability": break_even_probability(worth),
        "settlement_low": cents(least),
        "settlement_high": cents(most),
        "pivot_1": flips.name[:, 0],
        "pivot_1_at": flips.at[:, 0],
        "pivot_2": flips.name[:, 1],
        "pivot_2_at": flips.at[:, 1],
        "vat_part": cents(vat_of_court(worth, stake, given, by) - best.vat),
    }


def of_calm(
    found: Calm, best: Calm, amount: np.ndarray, usual: np.ndarray, course: str
) -> dict[str, np.ndarray]:
    """The figures of a course without a suit, shape (n_suits,) each; ``usual``: days to cash."""
    values, weights = together(found, best)
    first, middle, last = deciles(values, weights, np.zeros(len(amount)))
    n = len(amount)
    nothing, unknown, none = np.zeros(n), np.full(n, np.nan), np.full(n, None, dtype=object)
    days = unknown if course == "write_off" else np.rint(usual)
    return {
        "cost": cents(found.cost),
        "p_success": nothing,
        "p_collect": np.clip(found.p_collect, 0, 1),
        "expected_net": cents(found.mean - best.mean),
        "p10": cents(first),
        "p50": cents(middle),
        "p90": cents(last),
        "p_loss": below_nothing(values, weights),
        "break_even_amount": unknown,
        "duration_days": days,
        "months_to_cash": np.round(days / 30.4375, 1),
        "peak_cash_out": cents(found.fixed),
        "break_even_probability": unknown,
        "settlement_low": cents(np.maximum(found.mean, 0.0)),
        "settlement_high": unknown,
        "pivot_1": none,
        "pivot_1_at": unknown,
        "pivot_2": none,
        "pivot_2_at": unknown,
        "vat_part": cents(found.vat - best.vat),
    }


def vat_of_court(worth: Worth, stake: Stake, given: Terms, by: Mapping[str, Any]) -> np.ndarray:
    """VAT that an enforcement in vain is expected to bring back, shape (n_suits,), EUR today."""
    waits = [
        given[name][given.place, 1] + given["days_enforcement"][given.place, 1]
        for name in ("days_to_title", "days_if_opposed")
    ]
    soon, late = ((1 + by["discount_rate"]) ** (-days / 365) for days in waits)
    vain = worth.ends[:, UNPAID] * soon + worth.ends[:, OPPOSED_UNPAID] * late
    return np.asarray(stake.relief * by["vat_relief_after_enforcement"] * vain)


def _break_even(worth: Worth, stake: Stake, given: Terms, best: Calm) -> np.ndarray:
    """Amount at which the course is worth no more than the best without a suit.

    What moves with the amount is scaled, fixed costs are not, and the officer's fee follows its
    tariff; NaN where no amount is enough.
    """
    claimed = stake.amount + stake.interest
    fixed = worth.fixed + best.fixed

    def kept(times: np.ndarray) -> np.ndarray:
        none, slope = keeps(given, claimed * times, given.place)
        return worth.per_award * (none + slope * worth.usual)

    moved = worth.expected - fixed - kept(np.ones_like(claimed))
    times = np.ones_like(claimed)
    for _ in range(4):
        slope = moved + kept(times) / times
        times = np.divide(-fixed, slope, out=np.full_like(slope, np.nan), where=slope > 1e-9)
        times = np.clip(times, 1e-4, 1e4)
    reached = np.where((times > 1e-4) & (times < 1e4), times * stake.amount, np.nan)
    return cents(np.where(reached > 0, reached, np.nan))


def cents(values: np.ndarray) -> np.ndarray:
    """Amounts to the cent."""
    return np.asarray(np.rint(values * 100) / 100)
