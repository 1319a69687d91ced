"""The life of claims in the worlds of payers, window by window, with rival ends.

Rival ends do not depend on the hidden effect of the debtor, given what the ledger shows, and keep
no memory: an open dispute ends with the same chance each week, a debtor fails at a constant rate.
What is to come therefore depends on the past only through the ledger and the effect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulation.payers.forms import Form
from simulation.payers.population import Population

Told = Callable[[str, np.ndarray, np.ndarray, np.ndarray], None]
"""(what, lives, days, cents): ``payment``, ``full`` (cents 0), ``credit_note``, ``write_off``,
``dispute`` (cents 0) and ``answer`` (cents 1 if founded)."""

_DISPUTE, _ANSWER, _CREDIT, _GIVE_UP = 0.006, 0.15, 0.0004, 0.03


@dataclass
class Lives:
    """Claims on their way, arrays of shape (n_lives,): one life per claim, or per claim and draw.

    ``claim`` number in the population, ``effect`` of its debtor, ``insolvent_on`` day, ``open``
    cents, ``last_paid`` day or −1, ``frozen`` in an open dispute, ``voiced`` disputed once,
    ``ended`` nothing more to come.
    """

    claim: np.ndarray
    effect: np.ndarray
    insolvent_on: np.ndarray
    open: np.ndarray
    last_paid: np.ndarray
    frozen: np.ndarray
    voiced: np.ndarray
    ended: np.ndarray

    @classmethod
    def born(cls, population: Population, effect: np.ndarray, insolvent_on: np.ndarray) -> Lives:
        """One life per claim, before anything happened; effects and failures by debtor."""
        n = population.cents.size
        return cls(
            np.arange(n),
            effect[population.debtor],
            insolvent_on[population.debtor],
            population.cents.copy(),
            np.full(n, -1, dtype=np.int64),
            np.zeros(n, dtype=bool),
            np.zeros(n, dtype=bool),
            np.zeros(n, dtype=bool),
        )

    def again(self, rows: np.ndarray, effect: np.ndarray, insolvent_on: np.ndarray) -> Lives:
        """Copies of some lives, with effects and failures of their own, each (n_rows,)."""
        kept = (self.open, self.last_paid, self.frozen, self.voiced, self.ended)
        return Lives(self.claim[rows], effect, insolvent_on, *(part[rows] for part in kept))


def live(
    population: Population,
    form: Form,
    lives: Lives,
    first: int,
    last: int,
    rng: np.random.Generator,
    told: Told,
    likelihood: np.ndarray | None = None,
) -> None:
    """Let the windows that begin on ``first`` or later, and before ``last``, go by.

    ``likelihood`` of shape (n_debtors, n_nodes) receives the log-likelihood of what was seen of
    each debtor under each possible effect.
    """
    issued = population.issued[lives.claim]
    for start in range(first, last, form.step):
        alive = np.flatnonzero(~lives.ended & (issued < start))
        sound = alive[lives.insolvent_on[alive] >= start + form.step]
        free = sound[~lives.frozen[sound]]
        _pay(population, form, lives, free, start, rng, told, likelihood)
        free = free[~lives.ended[free]]
        # Grievances are voiced early or never.
        young = free[start - issued[free] < 90]
        _complain(lives, form, sound[lives.frozen[sound]], young, start, rng, told)
        _credit(lives, form, free[~lives.frozen[free]], start, rng, told)
        _give_up(population, lives, form, alive[~lives.ended[alive]], start, rng, told)


def _pay(
    population: Population,
    form: Form,
    lives: Lives,
    free: np.ndarray,
    start: int,
    rng: np.random.Generator,
    told: Told,
    likelihood: np.ndarray | None,
) -> None:
    claims, since = lives.claim[free], lives.last_paid[free]
    paid = rng.random(free.size) < form.chance(claims, start, since, lives.effect[free])
    if likelihood is not None and free.size:
        chance = form.chance(claims[:, None], start, since[:, None], form.nodes[None, :])
        seen = np.log(np.where(paid[:, None], chance, 1 - chance) + 1e-300)
        np.add.at(likelihood, population.debtor[claims], seen)
    hit = free[paid]
    own = form.day_in_window
    offset = rng.integers(0, form.step, hit.size) if own is None else own[lives.claim[hit]]
    day = start + offset
    cents = np.minimum(form.amount(rng, lives.claim[hit], lives.open[hit]), lives.open[hit])
    told("payment", hit, day, cents)
    lives.open[hit] -= cents
    lives.last_paid[hit] = day
    whole = lives.open[hit] <= 0
    lives.ended[hit[whole]] = True
    told("full", hit[whole], day[whole], np.zeros(int(whole.sum()), dtype=np.int64))


def _complain(
    lives: Lives,
    form: Form,
    disputed: np.ndarray,
    free: np.ndarray,
    start: int,
    rng: np.random.Generator,
    told: Told,
) -> None:
    """Disputes freeze a claim; a founded one ends in a credit note, for all or for a part."""
    closed = disputed[rng.random(disputed.size) < _per(form, _ANSWER)]
    founded = rng.random(closed.size) < 0.4
    lives.frozen[closed] = False
    day = start + rng.integers(0, form.step, closed.size)
    told("answer", closed, day, founded.astype(np.int64))
    _take_off(lives, closed[founded], day[founded], 0.15, rng, told)
    opens = free[~lives.voiced[free] & (rng.random(free.size) < _per(form, _DISPUTE))]
    lives.voiced[opens] = lives.frozen[opens] = True
    told("dispute", opens, start + rng.integers(0, form.step, opens.size), opens * 0)


def _credit(
    lives: Lives, form: Form, free: np.ndarray, start: int, rng: np.random.Generator, told: Told
) -> None:
    hit = free[rng.random(free.size) < _per(form, _CREDIT)]
    _take_off(lives, hit, start + rng.integers(0, form.step, hit.size), 0.25, rng, told)


def _take_off(
    lives: Lives,
    rows: np.ndarray,
    day: np.ndarray,
    whole: float,
    rng: np.random.Generator,
    told: Told,
) -> None:
    share = np.where(rng.random(rows.size) < whole, 1.0, rng.uniform(0.05, 0.5, rows.size))
    cents = np.minimum(np.ceil(lives.open[rows] * share).astype(np.int64), lives.open[rows])
    told("credit_note", rows, day, cents)
    lives.open[rows] -= cents
    lives.ended[rows[lives.open[rows] <= 0]] = True


def _give_up(
    population: Population,
    lives: Lives,
    form: Form,
    alive: np.ndarray,
    start: int,
    rng: np.random.Generator,
    told: Told,
) -> None:
    """Policy, not nature: small old claims, very old ones, and those of failed debtors."""
    age = start - population.due[lives.claim[alive]]
    quiet = start - lives.last_paid[alive] > 180
    old = quiet & ((age > 400) & (lives.open[alive] < 40_000) | (age > 640))
    failed = start - lives.insolvent_on[alive] > 200
    hit = alive[(old | failed) & (rng.random(alive.size) < _per(form, _GIVE_UP))]
    told("write_off", hit, start + rng.integers(0, form.step, hit.size), lives.open[hit].copy())
    lives.open[hit] = 0
    lives.ended[hit] = True


def _per(form: Form, weekly: float) -> float:
    """Chance within a window of what happens with a chance each week."""
    return float(1 - (1 - weekly) ** (form.step / 7))
