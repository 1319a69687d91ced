"""How payers pay: the chance of a payment in the next days, by world.

Each form gives the chance that a claim which could be paid is paid within the next window, given
what the ledger shows of it and the hidden effect of its debtor. Debtor effects lie on a few
equally likely points, so that their posterior given a history is a finite sum, without error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit
from scipy.stats import gamma, norm

from simulation.payers.population import BRANCHES, CHANNELS, Population

POINTS = 31

Chance = Callable[[np.ndarray, int, np.ndarray, np.ndarray], np.ndarray]
"""(claims, first day of the window, day of the last payment or −1, debtor effects) to a chance.

All arrays but the day broadcast: claims of shape (n, 1) and effects of shape (1, k) give (n, k).
"""

Amount = Callable[[np.random.Generator, np.ndarray, np.ndarray], np.ndarray]
"""(generator, claims, open cents) to the cents of a payment, each of shape (n,)."""


@dataclass(frozen=True)
class Form:
    """A world's way of paying: ``step`` days in a window, ``nodes`` possible debtor effects."""

    step: int
    nodes: np.ndarray
    chance: Chance
    amount: Amount
    day_in_window: np.ndarray | None = None


@dataclass(frozen=True)
class Recipe:
    """How to make a world: its form, and the shape of its population."""

    says: str
    form: Callable[[np.random.Generator, Population, int], Form]
    claims_per_debtor: float = 3.0
    consumers: bool = False
    months: int = 24
    fresh_share: float = 0.0


def linear(rng: np.random.Generator, population: Population, size: float = 1.0) -> np.ndarray:
    """A linear predictor of everything the ledger shows, shape (n_claims,); high pays early."""
    branch = rng.normal(0, 0.45, BRANCHES)[population.branch]
    channel = rng.normal(0, 0.2, len(CHANNELS))[population.channel]
    division = np.append(rng.normal(0, 0.2, 100), 0.0)[population.division]
    region = rng.normal(0, 0.12, 13)[population.region]
    kind = np.array([0.0, -0.15, 0.2, -0.35, 0.05])[population.kind]
    score = np.where(population.missing, -0.6, 0.45 * np.nan_to_num(population.score))
    amount = -0.2 * np.log(population.cents / 90_000)
    headcount = -0.1 * (population.log_headcount - 2) * (population.kind != 2)
    load = 0.25 * population.load
    return size * (branch + channel + division + region + kind + score + amount + headcount + load)


def weibull(rng: np.random.Generator, population: Population, as_of: int) -> Form:
    """Proportional hazards, Weibull in the age since issue, gamma frailty of the debtor."""
    return _proportional(rng, population, lambda start: 0.0)


def slowing(rng: np.random.Generator, population: Population, as_of: int) -> Form:
    """The same, and payments slow down over the last months: half as fast at the day and after."""
    return _proportional(
        rng, population, lambda start: -0.7 * float(np.clip((start - as_of + 150) / 120, 0, 1))
    )


def _proportional(
    rng: np.random.Generator, population: Population, climate: Callable[[int], float]
) -> Form:
    shape, scale, variance = 0.85, 130.0, 0.5
    speed = np.exp(linear(rng, population))
    points = gamma.ppf(_middles(), 1 / variance, scale=variance)

    def chance(
        claims: np.ndarray, start: int, last_paid: np.ndarray, effect: np.ndarray
    ) -> np.ndarray:
        age = np.maximum(start - population.issued[claims], 0)
        step = ((age + 7) / scale) ** shape - (age / scale) ** shape
        hazard = step * speed[claims] * np.exp(climate(start) + _excited(start, last_paid))
        return -np.expm1(-hazard * np.exp(effect))

    return Form(7, np.log(points), chance, _parts(population))


def cured(rng: np.random.Generator, population: Population, as_of: int) -> Form:
    """Log-logistic accelerated time of those who pay; a share never does.

    That share depends on interactions and on bends: young channels with a high load, amounts at
    both ends, consumers with a low score. A first payment shows that a claim is not of it.
    """
    shape = 1.7
    location = np.log(75.0) - 0.5 * linear(rng, population)
    consumer = population.kind == 2
    low = np.nan_to_num(population.score, nan=1.0) < -0.4
    bend = np.log(population.cents / 90_000)
    never = expit(
        -2.0
        + 2.2 * (consumer & low)
        + 1.5 * (np.abs(population.load) > 1.1)
        + 1.4 * ((population.channel >= 3) & (population.load > 0.2))
        + 0.25 * bend**2
        + 1.1 * population.missing * (population.log_headcount < 1.5)
        + rng.normal(0, 0.5, BRANCHES)[population.branch]
    )

    def chance(
        claims: np.ndarray, start: int, last_paid: np.ndarray, effect: np.ndarray
    ) -> np.ndarray:
        age = np.maximum(start - population.issued[claims], 0)
        pace = np.exp(-(location[claims] - 0.5 * effect))
        now, then = (1 / (1 + (days * pace) ** shape) for days in (age, age + 7))
        unpaid = never[claims] + (1 - never[claims]) * now
        first = (1 - never[claims]) * (now - then) / unpaid
        again = -np.expm1(-0.03 * np.exp(0.5 * effect + _excited(start, last_paid)))
        return np.where(last_paid < 0, first, again)

    return Form(7, norm.ppf(_middles()), chance, _parts(population))


def instalments(rng: np.random.Generator, population: Population, as_of: int) -> Form:
    """Consumers who pay a little each month for a while: payments excite themselves.

    The chance of paying in a month is about .6 after a month paid, falls from .4 to .18 with the
    months since the last payment, and from .08 to .014 with the age of one who never paid (shape
    of a portfolio of bought consumer debts). A payment is a small share of the debt, rarely all.
    """
    claims_of = linear(rng, population, 0.5)
    tilt = claims_of - claims_of.mean()
    size = np.exp(rng.normal(np.log(0.045), 0.5, population.cents.size))
    rate = np.clip(population.cents * size / 500, 2, None).astype(np.int64) * 500

    def chance(
        claims: np.ndarray, start: int, last_paid: np.ndarray, effect: np.ndarray
    ) -> np.ndarray:
        months = (start - population.issued[claims]) // 30
        lapsed = np.maximum((start - 1 - last_paid) // 30, 0)
        never = 0.014 + 0.066 * np.exp(-np.maximum(months, 0) / 4)
        payer = np.where(lapsed == 0, 0.6, 0.18 + 0.22 * np.exp(-(lapsed - 1) / 3))
        base = np.where(last_paid < 0, never, payer)
        pull = np.where(last_paid < 0, 1.0, 0.5)
        return expit(np.log(base / (1 - base)) + pull * (tilt[claims] + 0.7 * effect))

    def amount(rng: np.random.Generator, claims: np.ndarray, cents: np.ndarray) -> np.ndarray:
        return np.where(rng.random(claims.size) < 0.02, cents, rate[claims])

    payday = rng.integers(0, 28, population.cents.size)
    return Form(30, norm.ppf(_middles()), chance, amount, payday)


def _excited(start: int, last_paid: np.ndarray) -> np.ndarray:
    """Log hazard that a part payment leaves behind, halved every four weeks."""
    return np.where(last_paid < 0, 0.0, 1.2 * 0.5 ** (np.maximum(start - last_paid, 0) / 28))


def _parts(population: Population) -> Amount:
    often = expit(-1.6 + 0.35 * np.log(population.cents / 90_000) - 0.3 * population.load)

    def amount(rng: np.random.Generator, claims: np.ndarray, cents: np.ndarray) -> np.ndarray:
        part = (rng.random(claims.size) < often[claims]) & (cents > 5000)
        share = np.where(part, rng.beta(2.0, 2.6, claims.size), 1.0)
        return np.maximum((cents * share).astype(np.int64), 1)

    return amount


def _middles() -> np.ndarray:
    return (np.arange(POINTS) + 0.5) / POINTS


RECIPES = {
    "weibull": Recipe("Proportional hazards with gamma frailty.", weibull),
    "cured": Recipe("Accelerated time, and a share that never pays.", cured),
    "instalments": Recipe(
        "Consumer debts paid a little each month.", instalments, 1.25, True, months=18
    ),
    "slowing": Recipe("Proportional hazards; payments slow down towards the day.", slowing),
    "staggered": Recipe(
        "Proportional hazards, all history younger than a year, a third of the claims new.",
        weibull,
        months=12,
        fresh_share=0.3,
    ),
    "staggered_instalments": Recipe(
        "Consumer debts, all history younger than a year, a third of the claims new.",
        instalments,
        1.25,
        True,
        months=12,
        fresh_share=0.3,
    ),
}
