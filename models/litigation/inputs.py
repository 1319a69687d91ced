"""What would change the advice: break-evens, the inputs that flip it, a settlement, a report.

Everything here is read off means that are already exact: no further draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.litigation.branches import (
    LOST,
    OPPOSED_PAID,
    OPPOSED_UNPAID,
    PAID,
    REFUSED,
    UNPAID,
)
from models.litigation.calm import Calm, given_ability
from models.litigation.worth import Worth

#: Inputs that may flip an advice, in this order.
INPUTS = ("p_granted", "p_opposed", "p_won", "p_collect", "share_collected", "costs", "amicable")

QUICK, WON = [PAID, UNPAID], [OPPOSED_PAID, OPPOSED_UNPAID]
FOUGHT = [*WON, LOST]


@dataclass(frozen=True)
class Pivots:
    """The two inputs nearest to flipping the advice and where they do, shape (n_suits, 2).

    ``name`` is None and ``at`` NaN where no plausible value does.
    """

    name: np.ndarray
    at: np.ndarray


def break_even_probability(worth: Worth) -> np.ndarray:
    """Chance that a title brings anything at which the course is worth no more; NaN if none.

    Shape (n_suits,).
    """
    gain = worth.expected - worth.unpaid
    times = np.divide(-worth.unpaid, gain, out=np.full_like(gain, np.nan), where=gain > 1e-9)
    found = np.clip(times, 0, None) * worth.p_collect
    return np.where(found <= 1, found, np.nan)


def pivots(worth: Worth, best: Calm, by: Mapping[str, Any]) -> Pivots:
    """Which inputs flip the sign of the expected net soonest, in widths of what is plausible.

    The net is linear in each input, so that where it crosses nought is exact given the others.
    Probabilities are those of this suit; shares and costs are multiples of what is expected.
    """
    net = worth.expected
    ats, widths = [], []
    for name, (value, spread, slope) in steps(worth, best, by).items():
        crossing = value - np.divide(
            net, slope, out=np.full_like(net, np.nan), where=np.abs(slope) > 1e-9
        )
        top = np.inf if name in ("costs", "amicable", "share_collected") else 1.0
        # A turn that this course does not have, or that hardly any suit takes, flips nothing.
        known = (spread > 1e-9) & (crossing >= 0) & (crossing <= top)
        with np.errstate(divide="ignore", invalid="ignore"):
            width = np.abs(crossing - value) / spread
        known &= width <= by["pivot_widths"]
        ats.append(np.where(known, crossing, np.nan))
        widths.append(np.where(known, width, np.inf))
    at, width = np.stack(ats, axis=1), np.stack(widths, axis=1)
    first = np.argsort(width, axis=1, kind="stable")[:, :2]
    there = np.isfinite(np.take_along_axis(width, first, axis=1))
    names = np.where(there, np.asarray(INPUTS, dtype=object)[first], None)
    return Pivots(names, np.where(there, np.take_along_axis(at, first, axis=1), np.nan))


def steps(
    worth: Worth, best: Calm, by: Mapping[str, Any]
) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Of each of ``INPUTS`` its value, the doubt about it, and what it adds to the expected net.

    Shape (n_suits,) each. Probabilities are those of this suit; shares and costs are multiples of
    what is expected; ``amicable`` is in EUR. The net is linear in each, the others given.
    """
    net, calm = worth.expected, best.mean
    ends, nets, spreads = worth.ends, worth.nets, worth.spreads
    fought, quick = ends[:, FOUGHT].sum(axis=1), ends[:, QUICK].sum(axis=1)
    won = ends[:, WON].sum(axis=1)
    granted = 1 - ends[:, REFUSED]
    by_fought = _over(nets[:, FOUGHT].sum(axis=1), fought)
    return {
        "p_granted": (
            granted, spreads[:, 0],
            _over(nets[:, 1:].sum(axis=1), granted) - _over(nets[:, REFUSED], 1 - granted),
        ),
        "p_opposed": (
            _over(fought, granted), spreads[:, 1],
            granted * (by_fought - _over(nets[:, QUICK].sum(axis=1), quick)),
        ),
        "p_won": (
            _over(won, fought), spreads[:, 2],
            fought * (_over(nets[:, WON].sum(axis=1), won) - _over(nets[:, LOST], fought - won)),
        ),
        "p_collect": (
            worth.p_collect, spreads[:, 3], _over(net - worth.unpaid, worth.p_collect),
        ),
        "share_collected": (np.ones_like(net), worth.share_spread, worth.per_award * worth.rate),
        "costs": (np.ones_like(net), worth.cost_spread, -worth.cost),
        "amicable": (calm, by["amicable_spread"] * np.abs(calm), -np.ones_like(net)),
    }  # fmt: skip


def report_value(
    worths: Mapping[str, Worth],
    admitted: Mapping[str, np.ndarray],
    best: Calm,
    scored: np.ndarray,
    by: Mapping[str, Any],
) -> tuple[np.ndarray, np.ndarray]:
    """What knowing the debtor's ability to pay would be worth before suing, EUR, (n_suits,) each.

    Known for certain, and as a report tells it: it names the able and the unable as often as the
    assumptions say, less often where a score is known already (``scored``).
    """
    n = len(best.chance)
    able = next(iter(worths.values())).able
    split = (given_ability(best, able, by) * best.worth[:, None]).sum(axis=2)
    calm = split * np.stack([able, 1 - able], axis=1)
    courses = [
        np.where(admitted[name][:, None], each.by_ability - calm, -np.inf)
        for name, each in worths.items()
    ]
    by_ability = np.stack([np.zeros((n, 2)), *courses], axis=1)
    now = by_ability.sum(axis=2).max(axis=1)
    known = by_ability.max(axis=1).sum(axis=1)
    hits = np.where(scored, by["report_hits_scored"], by["report_hits"])[:, None]
    told = by_ability[:, :, 0] * hits + by_ability[:, :, 1] * (1 - hits)
    otherwise = by_ability[:, :, 0] * (1 - hits) + by_ability[:, :, 1] * hits
    with_report = told.max(axis=1) + otherwise.max(axis=1)
    return np.maximum(known - now, 0.0), np.maximum(with_report - now, 0.0)


def settlement(worth: Worth, best: Calm) -> tuple[np.ndarray, np.ndarray]:
    """Least that the creditor should take today, and most that the debtor would rationally give.

    Shape (n_suits,) each. Below the first, going on is better; above the second, being sued costs
    the debtor less. Where the first is larger there is no zone.
    """
    least = np.maximum(worth.by_ability.sum(axis=1), best.mean)
    return np.maximum(least, 0.0), worth.debtor_pays


def _over(value: np.ndarray, by: np.ndarray) -> np.ndarray:
    """A quotient, nought where there is nothing to divide by."""
    return np.divide(value, by, out=np.zeros_like(value), where=by > 1e-9)
