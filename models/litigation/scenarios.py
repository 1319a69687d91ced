"""Scenarios shared by all suits of a class: costs, times and shares drawn once for each.

A scenario says nothing about an amount: what a suit brings is linear in a few things of its own
(what is claimed, VAT that could come back, what is left of the amicable way), and here stand the
factors. Amounts in EUR, times in days. All classes and courses use the same random numbers, so
that a difference between courses is one of the courses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
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

#: What a suit's worth is linear in, in the order of the axis of that name.
FACTORS = ("award", "relief", "left", "fixed", "contribution")
_Z95 = 1.6449


@dataclass(frozen=True)
class Money:
    """Costs, times and shares in each scenario of each class, shape (n_classes, n_draws).

    ``title``, ``longer``: present value of a euro on the day of the title, without and with an
    opposition; ``cash``, ``longer_cash``: on the day of payment. ``award``: granted of what is
    asked, shape (n_draws,). ``back``, ``back_fought``: costs that a debtor who pays gives back,
    shape (n_classes, 1).
    """

    advance: np.ndarray
    contested: np.ndarray
    enforcing: np.ndarray
    title: np.ndarray
    cash: np.ndarray
    longer_cash: np.ndarray
    days: np.ndarray
    longer_days: np.ndarray
    award: np.ndarray
    back: np.ndarray
    back_fought: np.ndarray
    own_time: float
    after_enforcement: float
    left: float

    def of(self, at: np.ndarray) -> Money:
        """The scenarios of some classes, in this order, repeated where asked."""
        return replace(
            self,
            **{k: v[at] for k, v in vars(self).items() if isinstance(v, np.ndarray) and v.ndim > 1},
        )

    def on_average(self) -> Money:
        """One scenario per class: the mean of all."""
        means = {
            k: v.mean(axis=-1, keepdims=True)
            for k, v in vars(self).items()
            if isinstance(v, np.ndarray)
        }
        return replace(self, **means)


def uniforms(n: int, seed: int, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Uniform numbers by name, shape (n,): one in each n-th of the unit interval, shuffled."""
    generator = np.random.default_rng(seed)
    return {name: (generator.permutation(n) + 0.5) / n for name in names}


def lattice(n: int, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """n points spread evenly over the unit cube, the first coordinate in order; shape (n,) each."""
    steps = np.asarray([1 / n, 0.618034, 0.754878, 0.569840])[: len(names)]
    ranks = np.argsort(np.argsort((np.arange(n)[:, None] * steps) % 1.0, axis=0), axis=0)
    return dict(zip(names, ((ranks + 0.5) / n).T, strict=True))


def levels(bounds: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Prices or times between bounds, shape (n_classes, n_draws).

    Lognormal with the central value as its median and nine in ten between low and high; linear in
    each half where the low bound is nothing. ``normal``: standard normal numbers, (n_draws,).
    """
    low, central, high = (bounds[:, i : i + 1] for i in range(3))
    positive = (low > 0) & (central > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        above = np.where(positive, np.log(high / central), 0.0) / _Z95
        below = np.where(positive, np.log(central / low), 0.0) / _Z95
    spread = np.where(normal[None, :] > 0, above, below)
    drawn = central * np.exp(spread * normal[None, :])
    place = np.clip(normal / _Z95, -1, 1)[None, :]
    linear = central + np.where(place > 0, (high - central) * place, (central - low) * place)
    return np.where(positive, drawn, linear)


def money(
    ranges: Mapping[str, np.ndarray],
    own_time: float,
    partial: float,
    normal: Mapping[str, np.ndarray],
    u: Mapping[str, np.ndarray],
    by: Mapping[str, Any],
) -> Money:
    """Scenarios of the classes whose ``ranges`` of terms are given, each of shape (n_classes, 3).

    ``partial``: share of the titles that grant only a part of what is asked.
    """
    times = [
        levels(ranges[name], normal["time"])
        for name in ("days_to_title", "days_if_opposed", "days_enforcement")
    ]
    rate = np.log1p(by["discount_rate"]) / 365
    # Those granted a part only: from as much below the mean part as all is above it.
    least = 2 * by["partial_award"] - 1
    award = np.where(u["award"] < partial, np.interp(u["award"], [0, partial], [least, 1]), 1.0)
    # A court grants towards costs that were borne, never a profit (art. 700 CPC).
    recoverable = ranges["recoverable_costs"][:, 1]
    borne = ranges["advance_cost"][:, 1] + ranges["enforcement_cost"][:, 1] - recoverable
    granted_back = np.minimum(ranges["article_700"][:, 1], np.maximum(borne, 0))
    quick, slow = times[0] + times[2], times[1] + times[2]
    return Money(
        advance=levels(ranges["advance_cost"], normal["cost"]),
        contested=levels(ranges["contested_extra_cost"], normal["cost"]),
        enforcing=levels(ranges["enforcement_cost"], normal["cost"]),
        title=np.exp(-rate * times[0]),
        cash=np.exp(-rate * quick),
        longer_cash=np.exp(-rate * slow),
        days=quick,
        longer_days=slow,
        award=award,
        back=(recoverable + granted_back)[:, None],
        back_fought=ranges["contested_recoverable"][:, 1:2],
        own_time=own_time,
        after_enforcement=by["vat_relief_after_enforcement"],
        left=by["left_after_refusal"],
    )


def factors(ends: np.ndarray, money: Money) -> np.ndarray:
    """What a suit is worth per unit of each of ``FACTORS``.

    ``ends`` as ``branches.ends`` gives them, shape (n_classes, 4, 2, 6, n_draws); the answer has
    shape (n_classes, 4, 2, 5, n_draws): sum over abilities for the whole.
    """
    at = {name: getattr(money, name)[:, None, None] for name in ("cash", "longer_cash", "title")}
    paid, fought = ends[:, :, :, PAID], ends[:, :, :, OPPOSED_PAID]
    unpaid, fought_unpaid = ends[:, :, :, UNPAID], ends[:, :, :, OPPOSED_UNPAID]
    back, more = money.back[:, None, None], money.back_fought[:, None, None]
    enforcing = money.enforcing[:, None, None]
    draws = max(ends.shape[4], money.advance.shape[-1])
    found = np.empty((*ends.shape[:3], len(FACTORS), draws))
    came = paid * at["cash"] + fought * at["longer_cash"]
    found[:, :, :, 0] = came
    found[:, :, :, 1] = money.after_enforcement * (
        unpaid * at["cash"] + fought_unpaid * at["longer_cash"]
    )
    found[:, :, :, 2] = ends[:, :, :, REFUSED] * at["title"] * money.left
    spent = (paid + unpaid) * at["cash"] + (fought + fought_unpaid) * at["longer_cash"]
    opposed = (fought + fought_unpaid + ends[:, :, :, LOST]) * at["title"]
    whole = ends.sum(axis=3)
    found[:, :, :, 3] = (
        came * back
        + fought * at["longer_cash"] * more
        - spent * enforcing
        - opposed * money.contested[:, None, None]
        - whole * (money.advance[:, None, None] + money.own_time)
    )
    found[:, :, :, 4] = came - whole
    return found
