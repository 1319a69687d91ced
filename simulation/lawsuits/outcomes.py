"""How suits end in a world: laws of another form than those of any model of the product.

Each suit stands before its debtor's unseen state, drawn many times given what can be seen:
wealth within reach, merit of the claim, profile. Arrays have shape (n_suits, n_draws).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit, ndtr

#: Courses of these worlds that need a judge.
COURTS = ("payment_order", "summary", "merits", "tj_request", "small_claim")
CALM = ("amicable", "plan", "agency", "write_off")
_RATE = 0.08
_LUCK = np.exp(0.7 * np.asarray([-1.35, -0.55, 0.0, 0.55, 1.35]))


@dataclass(frozen=True)
class Hidden:
    """What nobody sees: log wealth, merit (a probit), profile (0 to 3)."""

    wealth: np.ndarray
    merit: np.ndarray
    profile: np.ndarray


@dataclass(frozen=True)
class Case:
    """What is at stake, shape (n_suits, 1): EUR and months."""

    amount: np.ndarray
    claimed: np.ndarray
    vat: np.ndarray
    months: np.ndarray
    disputed: np.ndarray


@dataclass(frozen=True)
class Price:
    """Costs (EUR) and times (days) of one course in a world, shape (n_suits, 1)."""

    advance: np.ndarray
    contested: np.ndarray
    enforcing: np.ndarray
    back: np.ndarray
    own_time: float
    days: np.ndarray
    longer_days: np.ndarray


def chances(course: str, hidden: Hidden, case: Case, world: dict[str, Any]) -> list[np.ndarray]:
    """Chances of a title at first, of an opposition, and of winning after it."""
    won = expit(world["won"] + 1.0 * hidden.merit)
    if course == "small_claim":
        agreed = 0.1 + 0.15 * (hidden.profile == 0)
        return [agreed * (hidden.wealth > 7.5), np.zeros_like(won), np.ones_like(won)]
    if course in ("merits", "tj_request"):
        return [won, np.zeros_like(won), np.ones_like(won)]
    if course == "summary":
        return [ndtr(0.3 + 0.45 * hidden.merit), np.zeros_like(won), np.ones_like(won)]
    granted = 1 - np.exp(-np.exp(-0.1 + world["granted"] + 0.4 * hidden.merit))
    opposed = ndtr(
        world["opposed"]
        + np.asarray(world["opposed_of_profile"])[hidden.profile]
        + 1.4 * case.disputed
        + world["opposed_of_wealth"] * (hidden.wealth - 9.0)
    )
    return [granted, opposed, won]


def within_reach(
    hidden: Hidden, case: Case, years: np.ndarray, luck: np.ndarray | float, world: dict[str, Any]
) -> np.ndarray:
    """Share of the claim that a seizure brings after so many years, if anything does."""
    left = hidden.wealth - world["fades"] * years
    return _seized(world["within_reach"] * np.exp(left) * luck / case.claimed)


def _seized(share: np.ndarray) -> np.ndarray:
    """Of what lies within reach, in parts of the claim: not worth a seizure, or at most all."""
    return np.where(share < 0.05, 0.0, np.minimum(share, 1.0))


def found(hidden: Hidden, years: np.ndarray, world: dict[str, Any]) -> np.ndarray:
    """Chance that the debtor is not insolvent by then, and that something is found to seize."""
    hazard = world["fails"] * np.exp(-0.4 * (hidden.wealth - 9.0))
    there = expit(world["found"] + world["found_of_wealth"] * (hidden.wealth - 9.0))
    return np.asarray(there * np.exp(-hazard * years))


def suit_value(
    course: str,
    hidden: Hidden,
    case: Case,
    price: Price,
    left: np.ndarray,
    world: dict[str, Any],
    odds: list[np.ndarray] | None = None,
) -> np.ndarray:
    """Expected present value of a course given the unseen state; ``left``: amicable value.

    ``odds``: other chances than the world's, as ``chances`` gives them.
    """
    granted, opposed, won = odds or chances(course, hidden, case, world)
    part = 0.57 * (5 / 7) + 0.43 if course == "payment_order" else 1.0
    quick, slow = price.days / 365, price.longer_days / 365
    title = np.exp(-np.log1p(_RATE) * 0.6 * quick)
    after = []
    for years in (quick, slow):
        alive = found(hidden, years, world)
        left_over = hidden.wealth - world["fades"] * years
        usual = world["within_reach"] * np.exp(left_over) / case.claimed
        shares = [_seized(usual * luck) for luck in _LUCK]
        share = sum(shares, np.zeros(1)) / len(_LUCK)
        some = sum((each > 0 for each in shares), np.zeros(1)) / len(_LUCK)
        cash = alive * (0.94 * part * share * case.claimed + some * price.back)
        cash = cash + (1 - alive * some) * 0.8 * case.vat - price.enforcing
        after.append(cash * np.exp(-np.log1p(_RATE) * years))
    fought = won * after[1] - price.contested * title
    worth = granted * ((1 - opposed) * after[0] + opposed * fought)
    return np.asarray(worth + (1 - granted) * 0.5 * left * title - price.advance - price.own_time)


def paid_chances(hidden: Hidden, case: Case, course: str, world: dict[str, Any]) -> np.ndarray:
    """Chance of payment in full within a year without a judge."""
    lift = np.asarray({"agency": [world["agency"]] * 4, "plan": world["plan"]}.get(course, [0] * 4))
    log_hazard = (
        world["pays"]
        + np.asarray(world["pays_of_profile"])[hidden.profile]
        + lift[hidden.profile]
        + world["pays_of_wealth"] * (hidden.wealth - np.log(case.amount))
        - 0.05 * (case.months - 6)
    )
    return np.asarray(1 - np.exp(-np.exp(np.clip(log_hazard, -8, 2))))


#: Of those who do not pay in full, so many pay this share.
PART_PAYERS, PART_PAID = 0.08, 0.4


def calm_value(course: str, hidden: Hidden, case: Case, world: dict[str, Any]) -> np.ndarray:
    """Expected present value of a course without a judge, given the unseen state."""
    if course == "write_off":
        return np.broadcast_to(0.15 * case.vat, hidden.wealth.shape)
    full = paid_chances(hidden, case, course, world)
    share = full + (1 - full) * PART_PAYERS * PART_PAID
    kept = 0.82 if course == "agency" else 1.0
    days, cost = {"amicable": (120, 12), "plan": (165, 20), "agency": (120, 0)}[course]
    worth = kept * share * case.amount + (1 - share) * 0.15 * case.vat
    return np.asarray(worth * np.exp(-np.log1p(_RATE) * days / 365) - cost)


def realised(
    course: str,
    hidden: Hidden,
    case: Case,
    price: Price,
    left: np.ndarray,
    world: dict[str, Any],
    rng: np.random.Generator,
) -> dict[str, np.ndarray]:
    """One life of each suit: its net, and how it ended, shape as the hidden state."""
    size = hidden.wealth.shape
    granted, opposed, won = (
        rng.random(size) < each for each in chances(course, hidden, case, world)
    )
    opposed &= granted
    titled = granted & (~opposed | won)
    years = np.where(opposed, price.longer_days, price.days) / 365
    years = years * rng.gamma(9.0, 1 / 9.0, size)
    title = np.exp(-np.log1p(_RATE) * 0.6 * price.days / 365)
    part = np.ones(size)
    if course == "payment_order":
        part = np.where(rng.random(size) < 0.57, rng.beta(5, 2, size), 1.0)
    luck = np.exp(0.7 * rng.standard_normal(size))
    share = within_reach(hidden, case, years, luck, world)
    share = share * (rng.random(size) < found(hidden, years, world)) * titled
    dear = np.exp(0.2 * rng.standard_normal(size) - 0.02)
    cash = np.where(share > 0, 0.94 * part * share * case.claimed + price.back, 0.8 * case.vat)
    cash = (cash - price.enforcing * dear) * np.exp(-np.log1p(_RATE) * years)
    net = np.where(titled, cash, 0.0) - opposed * price.contested * dear * title
    net = np.where(granted, net, 0.5 * left * title) - price.advance * dear - price.own_time
    spent = price.advance + opposed * price.contested + titled * price.enforcing
    return {
        "worth": net, "granted": granted, "opposed": opposed, "won": won, "titled": titled,
        "collected": share > 0, "share": share, "part": part, "cost": spent * dear,
        "days": 0.6 * years * 365,
    }  # fmt: skip


def realised_calm(
    course: str, hidden: Hidden, case: Case, world: dict[str, Any], luck: dict[str, np.ndarray]
) -> np.ndarray:
    """One year of each account without a judge: its present value.

    ``luck``: uniform numbers ``full``, ``part`` and ``relief``, the same for every course: it is
    the same debtor.
    """
    relief = np.where(luck["relief"] < 0.15, case.vat, 0.0)
    if course == "write_off":
        return relief
    full = luck["full"] < paid_chances(hidden, case, course, world)
    share = np.where(full, 1.0, np.where(luck["part"] < PART_PAYERS, PART_PAID, 0.0))
    kept = 0.82 if course == "agency" else 1.0
    days, cost = {"amicable": (120, 12), "plan": (165, 20), "agency": (120, 0)}[course]
    worth = kept * share * case.amount + (1 - share) * relief
    return np.asarray(worth * np.exp(-np.log1p(_RATE) * days / 365) - cost)
