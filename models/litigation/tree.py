"""The decision tree of one course, drawn many times: granted, opposed, won, enforced, paid when.

The same draws serve every suit and course (common random numbers), so that differences between
courses are differences of the courses. Amounts in EUR; arrays have shape (n_suits, n_draws).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.litigation.terms import Terms, collection_fee

_NODES = (
    "granted",
    "opposed",
    "won",
    "pays",
    "accepts",
    "keeps",
    "about_granted",
    "about_opposed",
    "about_won",
    "about_enforced",
    "about_costs",
    "about_time",
    "share",
    "relief",
)


@dataclass(frozen=True)
class Stake:
    """What is at stake in each suit of a batch, shape (n_suits,) but ``belief`` (n_suits, 4)."""

    amount: np.ndarray
    interest: np.ndarray
    expected: np.ndarray
    p_full: np.ndarray
    p_any: np.ndarray
    vat_relief: np.ndarray
    belief: np.ndarray
    insolvent: np.ndarray
    dividend: float
    partial: np.ndarray


@dataclass(frozen=True)
class Outcome:
    """What a course brings: ``cash`` realised and ``mean`` given the parameters of each draw.

    ``cash`` and ``mean``: present value, EUR, shape (n_suits, n_draws), costs taken off.
    ``cost``: expected cash out; ``fixed``: expected outlay that the amount does not move;
    ``p_success``, ``p_collect``, ``days``: shape (n_suits,).
    """

    cash: np.ndarray
    mean: np.ndarray
    cost: np.ndarray
    fixed: np.ndarray
    p_success: np.ndarray
    p_collect: np.ndarray
    days: np.ndarray


def draw(n: int, seed: int) -> Mapping[str, np.ndarray]:
    """Uniform numbers for each node, shape (n,): stratified, hence steadier than plain draws."""
    generator = np.random.default_rng(seed)
    return {node: (generator.permutation(n) + generator.random(n)) / n for node in _NODES}


def court(
    stake: Stake,
    terms: Terms,
    amicable: Outcome,
    u: Mapping[str, np.ndarray],
    by: Mapping[str, Any],
) -> Outcome:
    """A suit or an enforcement.

    .. math:: g [(1-o) e\\, C_1 + o\\, w\\, e\\, C_2] - costs

    with g granted, o opposed, w won after it, e anything collected; refused, what is left of the
    amicable value.
    """
    granted = _between(terms["p_granted"], u["about_granted"])
    opposed = _mixed(_between(terms["p_opposed"], u["about_opposed"]), by["odds_opposed"], stake)
    won = _mixed(_between(terms["p_won_if_opposed"], u["about_won"]), by["odds_won"], stake)
    enforced = _mixed(
        _between(terms["p_enforced"], u["about_enforced"]), by["odds_enforced"], stake
    )
    share = np.interp(u["share"], [0, 0.5, 1], by["share_collected"])[None, :]
    advance = _between(terms["advance_cost"], u["about_costs"])
    contested = _between(terms["contested_extra_cost"], u["about_costs"])
    enforcing = _between(terms["enforcement_cost"], u["about_costs"])
    quick = _between(terms["days_to_title"], u["about_time"])
    slow = _between(terms["days_if_opposed"], u["about_time"])
    seizing = _between(terms["days_enforcement"], u["about_time"])
    award = (stake.amount * stake.partial + stake.interest)[:, None]
    collected = award * share
    fee = collection_fee(terms.scale, collected) * terms.cost_factor[:, None]
    back = terms["recoverable_costs"][:, 1:2] + terms["article_700"][:, 1:2]
    back_contested = terms["contested_recoverable"][:, 1:2]
    relief = stake.vat_relief[:, None] * by["vat_relief_after_enforcement"]
    rate = by["discount_rate"]
    now = _present(quick + seizing, rate)
    later = _present(slow + seizing, rate)
    paid_quick = (collected - fee + back) * now
    paid_slow = (collected - fee + back + back_contested) * later
    unpaid = relief * now
    # A refusal leaves the amicable way, weakened; a lost suit leaves nothing.
    refused = by["left_after_refusal"] * amicable.mean * _present(quick, rate)
    after_quick = enforced * paid_quick + (1 - enforced) * unpaid - enforcing * now
    after_slow = enforced * paid_slow + (1 - enforced) * relief * later - enforcing * later
    mean = (
        -advance
        + (1 - granted) * refused
        + granted * (1 - opposed) * after_quick
        + granted * opposed * (won * after_slow - contested * _present(quick, rate))
    )
    is_granted = u["granted"][None, :] < granted
    is_opposed = u["opposed"][None, :] < opposed
    is_won = u["won"][None, :] < won
    pays = u["pays"][None, :] < enforced
    won_quick = np.where(pays, paid_quick, unpaid) - enforcing * now
    won_slow = np.where(pays, paid_slow, relief * later) - enforcing * later
    fought = np.where(is_won, won_slow, 0.0) - contested * _present(quick, rate)
    left = by["left_after_refusal"] * amicable.cash * _present(quick, rate)
    cash = -advance + np.where(is_granted, np.where(is_opposed, fought, won_quick), left)
    titled = granted * (1 - opposed + opposed * won)
    # The lawyer's own costs come back in part when the suit is won and the debtor pays.
    out = advance + granted * opposed * contested + titled * enforcing
    returns = titled * enforced * (back + opposed * back_contested)
    take = titled * enforced * fee
    return Outcome(
        cash=cash,
        mean=mean,
        cost=(out + take).mean(axis=1),
        fixed=(out - returns).mean(axis=1),
        p_success=titled.mean(axis=1),
        p_collect=enforced.mean(axis=1),
        days=np.median(np.where(is_opposed, slow, quick) + seizing, axis=1),
    )


def amicable(stake: Stake, u: Mapping[str, np.ndarray], by: Mapping[str, Any]) -> Outcome:
    """Going on as in the creditor's history: all, a part or nothing within a year."""
    return _paid(stake, stake.expected, np.full(len(stake.amount), by["amicable_cost"]), 1.0, u, by)


def agency(
    stake: Stake, terms: Terms, u: Mapping[str, np.ndarray], by: Mapping[str, Any]
) -> Outcome:
    """A third party on success fee: more is recovered, of which it keeps its commission."""
    share = np.clip(stake.expected / np.maximum(stake.amount, 0.01), 1e-4, 1 - 1e-4)
    logit = np.log(share / (1 - share))[:, None] + np.asarray(by["agency_effect"])[None, :]
    lifted = (stake.belief / (1 + np.exp(-logit))).sum(axis=1) * stake.amount
    kept = 1 - terms["commission"][:, 1] * terms.cost_factor
    none = np.zeros(len(stake.amount))
    outcome = _paid(stake, lifted, none, kept, u, by)
    commission = lifted * (1 - kept)
    return Outcome(
        outcome.cash, outcome.mean, commission, none, none, outcome.p_collect, outcome.days
    )


def plan(
    stake: Stake, going_on: Outcome, u: Mapping[str, np.ndarray], by: Mapping[str, Any]
) -> Outcome:
    """Instalments: accepted, kept to the end or broken on the way; refused, the amicable way."""
    accepted = (stake.belief @ np.asarray(by["plan_accepted"]))[:, None]
    kept = (stake.belief @ np.asarray(by["plan_kept"]))[:, None]
    discount = _present(np.asarray(by["plan_days"], dtype=float), by["discount_rate"])
    whole = stake.amount[:, None] * discount
    broken = whole * by["plan_paid_if_broken"]
    mean = accepted * (kept * whole + (1 - kept) * broken) + (1 - accepted) * going_on.mean
    holds = np.where(u["keeps"][None, :] < kept, whole, broken)
    cash = np.where(u["accepts"][None, :] < accepted, holds, going_on.cash)
    n = len(stake.amount)
    return Outcome(
        cash, mean, going_on.cost, going_on.fixed, np.zeros(n), accepted[:, 0], going_on.days
    )


def write_off(stake: Stake, u: Mapping[str, np.ndarray], by: Mapping[str, Any]) -> Outcome:
    """Nothing more is asked: VAT comes back where it was due on the invoice (D24).

    In liquidation the judgment itself gives the relief; ordinary creditors get a dividend.
    """
    chance = np.where(stake.insolvent, 1.0, by["vat_relief_now"])[:, None]
    dividend = (stake.insolvent * stake.dividend * stake.amount)[:, None]
    mean = np.broadcast_to(
        chance * stake.vat_relief[:, None] + dividend, (len(stake.amount), len(u["relief"]))
    )
    cash = np.where(u["relief"][None, :] < chance, stake.vat_relief[:, None], 0.0) + dividend
    none = np.zeros(len(stake.amount))
    return Outcome(cash, mean, none, none, none, none, np.full(len(none), np.nan))


def _paid(
    stake: Stake,
    expected: np.ndarray,
    cost: np.ndarray,
    kept: np.ndarray | float,
    u: Mapping[str, np.ndarray],
    by: Mapping[str, Any],
) -> Outcome:
    """Payment without a judge: all, part or nothing, with the expected cash as its mean."""
    amount = np.maximum(stake.amount, 0.01)
    share = expected / amount
    full = np.minimum(stake.p_full, share)
    some = np.clip(np.maximum(stake.p_any, share), full, 1.0)
    # The part paid by those who pay a part only, so that the mean holds.
    part = np.divide(share - full, some - full, out=np.zeros_like(share), where=some - full > 1e-9)
    draws = u["pays"][None, :]
    paid = np.where(draws < full[:, None], 1.0, np.where(draws < some[:, None], part[:, None], 0.0))
    discount = _present(np.asarray(by["amicable_days"], dtype=float), by["discount_rate"])
    relief = stake.vat_relief * by["vat_relief_now"]
    worth = (amount * kept)[:, None] * paid + relief[:, None] * (1 - paid)
    mean = amount * kept * share + relief * (1 - share)
    n = len(amount)
    return Outcome(
        cash=worth * discount - cost[:, None],
        mean=np.broadcast_to((mean * discount - cost)[:, None], (n, draws.shape[1])),
        cost=cost,
        fixed=cost,
        p_success=np.zeros(n),
        p_collect=some,
        days=np.full(n, np.nan),
    )


def _between(bounds: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Values between low, central and high, shape (n_suits, n_draws): linear in each half."""
    low, central, high = bounds[:, 0:1], bounds[:, 1:2], bounds[:, 2:3]
    below = low + (central - low) * 2 * u[None, :]
    above = central + (high - central) * (2 * u[None, :] - 1)
    return np.where(u[None, :] < 0.5, below, above)


def _mixed(p: np.ndarray, odds: list[float], stake: Stake) -> np.ndarray:
    """A probability mixed over the belief, the odds of each profile multiplied by its factor."""
    mixed = np.zeros_like(p)
    for column, factor in enumerate(odds):
        mixed += stake.belief[:, column : column + 1] * (factor * p / (1 - p + factor * p))
    return mixed


def _present(days: np.ndarray, rate: float) -> np.ndarray:
    return np.exp(-np.log1p(rate) * days / 365)
