"""The decision tree of one course, drawn many times: granted, opposed, won, enforced, paid when.

The same draws serve every suit and course (common random numbers), so that differences between
courses are differences of the courses. Amounts in EUR; arrays have shape (n_suits, n_draws).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.litigation.terms import Terms, collection_fee

_NODES = (
    "granted",
    "opposed",
    "won",
    "pays",
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
    relief_now: np.ndarray
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
    own_time: float,
    amicable: Outcome,
    u: Mapping[str, np.ndarray],
    by: Mapping[str, Any],
) -> Outcome:
    """A suit or an enforcement.

    .. math:: g [(1-o) e\\, C_1 + o\\, w\\, e\\, C_2] - costs

    with g granted, o opposed, w won after it, e anything collected; refused, what is left of the
    amicable value. ``own_time``: EUR of the creditor's own work.
    """
    at = terms.place
    granted = _between(terms["p_granted"], u["about_granted"])[at]
    opposed = _between(terms["p_opposed"], u["about_opposed"])[at]
    won = _between(terms["p_won_if_opposed"], u["about_won"])[at]
    enforced = _between(terms["p_enforced"], u["about_enforced"])[at]
    opposed = _mixed(opposed, by["odds_opposed"], stake)
    won = _mixed(won, by["odds_won"], stake)
    enforced = _mixed(enforced, by["odds_enforced"], stake)
    share = np.interp(u["share"], [0, 0.5, 1], by["share_collected"])[None, :]
    advance = _between(terms["advance_cost"], u["about_costs"])[at]
    if terms.contribution.any():
        advance = advance + _between(terms.contribution, u["about_costs"])
    contested = _between(terms["contested_extra_cost"], u["about_costs"])[at]
    enforcing = _between(terms["enforcement_cost"], u["about_costs"])[at]
    quick = _between(terms["days_to_title"], u["about_time"])
    slow = _between(terms["days_if_opposed"], u["about_time"])
    seizing = _between(terms["days_enforcement"], u["about_time"])
    award = (stake.amount * stake.partial + stake.interest)[:, None]
    collected = award * share
    fee = collection_fee(terms.scale, collected) * terms.cost_factor[at][:, None]
    # A court grants towards costs that were borne, never a profit (art. 700 CPC).
    recoverable = terms["recoverable_costs"][:, 1]
    borne = terms["advance_cost"][:, 1] + terms["enforcement_cost"][:, 1] - recoverable
    granted_back = np.minimum(terms["article_700"][:, 1], np.maximum(borne, 0))
    back = (recoverable + granted_back)[at][:, None] + terms.contribution[:, 1:2]
    back_contested = terms["contested_recoverable"][at, 1:2]
    relief = stake.vat_relief[:, None] * by["vat_relief_after_enforcement"]
    rate = by["discount_rate"]
    soon = _present(quick, rate)[at]
    now = _present(quick + seizing, rate)[at]
    later = _present(slow + seizing, rate)[at] if opposed.any() else now
    paid_quick = (collected - fee + back) * now
    paid_slow = (collected - fee + back + back_contested) * later
    # A refusal leaves the amicable way, weakened; a lost suit leaves nothing.
    refused = by["left_after_refusal"] * amicable.mean * soon
    unpaid_quick, unpaid_slow = relief * now, relief * later
    spent_quick, spent_slow, fight = enforcing * now, enforcing * later, contested * soon
    after_quick = unpaid_quick + enforced * (paid_quick - unpaid_quick) - spent_quick
    after_slow = unpaid_slow + enforced * (paid_slow - unpaid_slow) - spent_slow
    mean = (1 - granted) * refused - advance - own_time
    mean = mean + granted * ((1 - opposed) * after_quick + opposed * (won * after_slow - fight))
    is_granted = u["granted"][None, :] < granted
    is_opposed = u["opposed"][None, :] < opposed
    is_won = u["won"][None, :] < won
    pays = u["pays"][None, :] < enforced
    won_quick = np.where(pays, paid_quick, unpaid_quick) - spent_quick
    won_slow = np.where(pays, paid_slow, unpaid_slow) - spent_slow
    fought = np.where(is_won, won_slow, 0.0) - fight
    left = by["left_after_refusal"] * amicable.cash * soon
    cash = np.where(is_granted, np.where(is_opposed, fought, won_quick), left) - advance - own_time
    titled = granted * (1 - opposed + opposed * won)
    # The lawyer's own costs come back in part when the suit is won and the debtor pays.
    out = advance + granted * opposed * contested + titled * enforcing
    returns = titled * enforced * (back + opposed * back_contested)
    take = titled * enforced * fee
    return Outcome(
        cash=cash,
        mean=mean,
        cost=(out + take).mean(axis=1),
        fixed=(out - returns).mean(axis=1) + own_time,
        p_success=titled.mean(axis=1),
        p_collect=enforced.mean(axis=1),
        # Where most suits are opposed, the longer way is the usual one.
        days=np.where(
            opposed.mean(axis=1) > 0.5,
            (slow + seizing).mean(axis=1)[at],
            (quick + seizing).mean(axis=1)[at],
        ),
    )


def amicable(stake: Stake, u: Mapping[str, np.ndarray], by: Mapping[str, Any]) -> Outcome:
    """Going on as in the creditor's history: all, a part or nothing within a year."""
    cost = np.full(len(stake.amount), by["amicable_cost"])
    return _paid(stake, stake.expected, cost, 1.0, by["amicable_days"], u, by)


def agency(
    stake: Stake, commission: np.ndarray, u: Mapping[str, np.ndarray], by: Mapping[str, Any]
) -> Outcome:
    """A third party on success fee: more is recovered, of which it keeps its commission."""
    lifted = _lifted(stake, by["agency_effect"])
    kept = 1 - commission
    none = np.zeros(len(stake.amount))
    outcome = _paid(stake, lifted, none, kept, by["amicable_days"], u, by)
    return replace(outcome, cost=lifted * (1 - kept))


def plan(stake: Stake, u: Mapping[str, np.ndarray], by: Mapping[str, Any]) -> Outcome:
    """Instalments: who lacks cash pays more of it, later, under watch (D7, D11)."""
    cost = np.full(len(stake.amount), by["plan_cost"])
    return _paid(stake, _lifted(stake, by["plan_effect"]), cost, 1.0, by["plan_days"], u, by)


def _lifted(stake: Stake, effect: list[float]) -> np.ndarray:
    """Cash expected within a year once an action adds to the log-odds of the share recovered."""
    share = np.clip(stake.expected / np.maximum(stake.amount, 0.01), 1e-4, 1 - 1e-4)
    logit = np.log(share / (1 - share))[:, None] + np.asarray(effect)[None, :]
    return (stake.belief / (1 + np.exp(-logit))).sum(axis=1) * stake.amount


def write_off(stake: Stake, u: Mapping[str, np.ndarray], by: Mapping[str, Any]) -> Outcome:
    """Nothing more is asked: VAT comes back where it was due on the invoice (D24).

    In liquidation the judgment itself gives the relief; ordinary creditors get a dividend.
    """
    chance = stake.relief_now[:, None]
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
    days: float,
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
    discount = _present(np.asarray(days, dtype=float), by["discount_rate"])
    relief = stake.vat_relief * stake.relief_now
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
    """Values between low, central and high, shape (n, n_draws), linear in each half.

    Where no range is left to draw from, shape (n, 1).
    """
    low, central, high = bounds[:, 0:1], bounds[:, 1:2], bounds[:, 2:3]
    if (low == high).all():
        return central
    below = np.clip(1 - 2 * u, 0, 1)[None, :]
    above = np.clip(2 * u - 1, 0, 1)[None, :]
    return low * below + central * (1 - below - above) + high * above


def _mixed(p: np.ndarray, odds: list[float], stake: Stake) -> np.ndarray:
    """A probability mixed over the belief, the odds of each profile multiplied by its factor."""
    if not p.any():
        return p
    mixed = np.zeros_like(p)
    for column, factor in enumerate(odds):
        mixed += stake.belief[:, column : column + 1] * (factor * p / (1 - p + factor * p))
    return mixed


def _present(days: np.ndarray, rate: float) -> np.ndarray:
    return np.exp(-np.log1p(rate) * days / 365)
