"""Courses without a suit and their ends, each with its chance and worth.

All of it comes in, or a part; or nothing does, and the VAT comes back or not. VAT comes back whole
or not at all: were it counted as its expected part, a suit would seem to lose less often than it
does beside a large claim, and more often beside a small one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from law.procedures import OUT_OF_COURT


@dataclass(frozen=True)
class Stake:
    """What is at stake in each suit, shape (n_suits,) but ``belief`` (n_suits, 4); EUR.

    ``expected``: cash within a year going on as now; ``p_full``, ``p_any``: chances behind it.
    ``relief``: VAT that could come back; ``relief_now``: chance of it without another step.
    ``commission``: share that an agency keeps, ``agency_fee``: what it asks beside, EUR.
    ``contribution``: due at filing, expected.
    """

    amount: np.ndarray
    interest: np.ndarray
    expected: np.ndarray
    p_full: np.ndarray
    p_any: np.ndarray
    relief: np.ndarray
    relief_now: np.ndarray
    belief: np.ndarray
    insolvent: np.ndarray
    dividend: float
    commission: np.ndarray
    agency_fee: np.ndarray
    contribution: np.ndarray

    def of(self, rows: np.ndarray) -> Stake:
        """The stakes of some suits."""
        return replace(
            self, **{k: v[rows] for k, v in vars(self).items() if isinstance(v, np.ndarray)}
        )


@dataclass(frozen=True)
class Calm:
    """One course without a suit: all, a part, VAT back, nothing; each of shape (n_suits, 4).

    ``cost``: expected cash out, ``fixed``: of it what does not move with the amount,
    ``p_collect``: any cash, ``vat``: of the expected worth, VAT that comes back, shape (n_suits,).
    """

    chance: np.ndarray
    worth: np.ndarray
    cost: np.ndarray
    fixed: np.ndarray
    p_collect: np.ndarray
    vat: np.ndarray

    def of(self, rows: np.ndarray) -> Calm:
        """The course for some suits."""
        return Calm(**{name: each[rows] for name, each in vars(self).items()})

    @property
    def mean(self) -> np.ndarray:
        """Expected present value, shape (n_suits,)."""
        return np.asarray((self.chance * self.worth).sum(axis=1))


def calm_courses(stake: Stake, by: Mapping[str, Any]) -> dict[str, Calm]:
    """Each course without a suit, in the order of ``OUT_OF_COURT``."""
    n = len(stake.amount)
    watched, soon = np.full(n, by["plan_cost"]), by["amicable_days"]
    lifted = _lifted(stake, by["agency_effect"])
    third = _paid(stake, lifted, stake.agency_fee, 1 - stake.commission, soon, by)
    found = {
        "amicable": _paid(stake, stake.expected, np.full(n, by["amicable_cost"]), 1.0, soon, by),
        "plan": _paid(stake, _lifted(stake, by["plan_effect"]), watched, 1.0, by["plan_days"], by),
        "agency": replace(third, cost=lifted * stake.commission + stake.agency_fee),
        "write_off": _write_off(stake),
    }
    return {name: found[name] for name in OUT_OF_COURT}


def given_ability(calm: Calm, able: np.ndarray, by: Mapping[str, Any]) -> np.ndarray:
    """Chances of the ends for a debtor able to pay and for one who is not.

    ``able``, shape (n_suits,): chance of the former. Shape (n_suits, 2, 4); mixed over the
    ability they are the chances of the course.
    """
    some = calm.chance[:, :2].sum(axis=1)
    less = by["amicable_unable"]
    of_able = np.minimum(some / (able + less * (1 - able)), 1.0)
    of_unable = np.clip((some - able * of_able) / np.maximum(1 - able, 1e-9), 0.0, 1.0)
    cash, without = (
        np.divide(each, total, where=total > 0, out=np.zeros_like(each))
        for each, total in ((part, part.sum(axis=1, keepdims=True))
                            for part in (calm.chance[:, :2], calm.chance[:, 2:]))
    )  # fmt: skip
    any_cash = np.stack([of_able, of_unable], axis=1)[:, :, None]
    return np.concatenate([any_cash * cash[:, None], (1 - any_cash) * without[:, None]], axis=2)


def together(one: Calm, other: Calm) -> tuple[np.ndarray, np.ndarray]:
    """Differences of worth of two courses and their chances, shape (n_suits, 7) each.

    The same debtor decides: whoever pays in full by the course that brings less does so by the
    other. The four ends of each part the debtors at three places, six in all.
    """
    cuts = [np.cumsum(each.chance, axis=1)[:, :-1] for each in (one, other)]
    edges = np.sort(np.concatenate(cuts, axis=1), axis=1)
    n = len(edges)
    edges = np.concatenate([np.zeros((n, 1)), edges, np.ones((n, 1))], axis=1)
    middle = (edges[:, 1:] + edges[:, :-1]) / 2
    worths = []
    for each, cut in zip((one, other), cuts, strict=True):
        at = (middle[:, :, None] > cut[:, None, :]).sum(axis=2)
        worths.append(np.take_along_axis(each.worth, at, axis=1))
    return worths[0] - worths[1], np.diff(edges, axis=1)


def _lifted(stake: Stake, effect: list[float]) -> np.ndarray:
    """Cash expected within a year once an action adds to the log-odds of the share recovered."""
    share = np.clip(stake.expected / np.maximum(stake.amount, 0.01), 1e-4, 1 - 1e-4)
    logit = np.log(share / (1 - share))[:, None] + np.asarray(effect)[None, :]
    return np.asarray((stake.belief / (1 + np.exp(-logit))).sum(axis=1) * stake.amount)


def _paid(
    stake: Stake,
    expected: np.ndarray,
    cost: np.ndarray,
    kept: np.ndarray | float,
    days: float,
    by: Mapping[str, Any],
) -> Calm:
    """Payment without a judge, with the expected cash as its mean."""
    amount = np.maximum(stake.amount, 0.01)
    share = np.clip(expected / amount, 0, 1)
    # What lifts the cash lifts whole payments as much as parts.
    times = np.divide(expected, stake.expected, out=np.ones(len(share)), where=stake.expected > 0)
    full = np.minimum(stake.p_full * times, share)
    some = np.clip(np.maximum(stake.p_any, share), full, 1.0)
    # The part paid by those who pay a part only, so that the mean holds.
    part = np.divide(share - full, some - full, out=np.zeros_like(share), where=some - full > 1e-9)
    none, back = np.zeros_like(part), stake.relief_now
    paid = np.stack([np.ones_like(part), part, none, none], axis=1)
    # Of what a part payment leaves, the VAT is counted as expected.
    returns = np.stack([none, back * (1 - part), none + 1, none], axis=1) * stake.relief[:, None]
    discount = (1 + by["discount_rate"]) ** (-days / 365)
    worth = ((amount * kept)[:, None] * paid + returns) * discount - cost[:, None]
    chance = np.stack([full, some - full, (1 - some) * back, (1 - some) * (1 - back)], axis=1)
    return Calm(chance, worth, cost, cost, some, (chance * returns).sum(axis=1) * discount)


def _write_off(stake: Stake) -> Calm:
    """Nothing more is asked: VAT comes back where it was due on the invoice (D24).

    In liquidation ordinary creditors get a dividend.
    """
    none = np.zeros(len(stake.amount))
    dividend = stake.insolvent * stake.dividend * stake.amount
    back = stake.relief_now
    chance = np.stack([none, none, back, 1 - back], axis=1)
    worth = np.stack([dividend, dividend, stake.relief + dividend, dividend], axis=1)
    return Calm(chance, worth, none, none, none, stake.relief * back)
