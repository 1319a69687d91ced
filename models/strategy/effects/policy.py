"""What a policy of channels would have brought, from the decisions of the past.

The policy judged takes of each decision the channel whose gain, by some effects, is largest net of
outlay and time, or waits; it may only choose what the past policy did now and then in such a case
(``SUPPORT``), and elsewhere does as was done. Reward: euros received within the month, net of
outlay and time, the highest hundredth of balances cut to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit, logit

from models.strategy.conduct import CHANNELS
from models.strategy.effects.crossfit import FLOOR, Nuisance, folds, nuisance
from models.strategy.effects.posterior import later_share
from models.strategy.effects.units import ARMS, Units, in_state
from models.strategy.ope import Logged, Value, evaluate

SUPPORT = 0.05
LEAST_LOGGED = 0.5
"""Part of the decisions whose chance must be on file before their value counts as proven."""


@dataclass(frozen=True)
class Past:
    """Decisions with the models of who was contacted and what came in, fitted on other debtors."""

    units: Units
    models: Nuisance
    later: float
    costs: np.ndarray
    most: float

    @property
    def logged_share(self) -> float:
        """Part of the decisions that were drawn, with their chance on file."""
        return float((self.units.is_drawn | self.units.is_random).mean())


def past(units: Units, steps: Mapping[str, Any]) -> Past:
    """Prepare decisions for any number of policies; ``steps`` tells what a contact costs."""
    matrix = np.column_stack([units.matrix, units.recent])
    matrix = matrix[:, matrix.std(axis=0) > 1e-9]
    fold = folds(units.debtor)
    models = nuisance(matrix, units.arm, len(ARMS), units.share, units.dose, fold)
    costs = [steps["channels"][name] for name in CHANNELS]
    spent = [each["outlay"] + steps["minute_price"] * each["minutes"] for each in costs]
    most = float(np.quantile(units.open_eur, 0.99))
    return Past(units, models, later_share(units), np.asarray([0.0, *spent]), most)


def target(seen: Past, effects: Mapping[str, Any], *, explore: float = 0.0) -> np.ndarray:
    """Probability of each arm under a policy by some effects, (n, n_arms).

    ``explore`` is the share drawn evenly among the arms it may choose from.
    """
    units, models = seen.units, seen.models
    near = np.clip(models.share[:, 0], 0.02, 0.98)
    far = np.clip(1 - (1 - near) ** seen.later, 0.02, 0.99)
    owed = np.minimum(units.open_eur, seen.most)
    gain = np.zeros((len(units), len(ARMS)))
    for i, name in enumerate(CHANNELS):
        own = np.atleast_2d(in_state(effects, name, units.state))
        moved = expit(logit(far)[:, None] + units.tired[:, None] * own)
        gain[:, i + 1] = owed * ((units.belief * moved).sum(axis=1) - far) - seen.costs[i + 1]
    may = models.propensity >= SUPPORT
    best = np.where(may, gain, -np.inf).argmax(axis=1)
    rows = np.arange(len(units))
    chosen = np.zeros((len(units), len(ARMS)))
    chosen[rows, best] = 1.0
    chosen = (1 - explore) * chosen + explore * may / np.maximum(may.sum(axis=1, keepdims=True), 1)
    unsupported = may.sum(axis=1) < 2
    chosen[unsupported] = models.propensity[unsupported]
    return np.asarray(chosen)


def value(seen: Past, chosen: np.ndarray, *, seed: int = 0) -> Value:
    """Worth of a policy a decision, EUR, beside that of the logged one."""
    units, models = seen.units, seen.models
    owed = np.minimum(units.open_eur, seen.most)
    rows = np.arange(len(units))
    chance = np.maximum(models.propensity[rows, units.arm], FLOOR)
    # Chances on file take the place of estimated ones, at the level of what was seen: contacts
    # of the ledger and decisions of runs are written down in units of their own.
    for known in (units.is_drawn, units.is_random):
        if known.any():
            told = np.maximum(units.logged[known], FLOOR / 4)
            chance[known] = told * np.average(chance[known] / told)
    chance = np.clip(chance, FLOOR / 4, 1.0)
    reward = units.share * owed - seen.costs[units.arm]
    predicted = models.share * owed[:, None] - seen.costs[None, :]
    return evaluate(Logged(units.arm, reward, chance, chosen, predicted, units.debtor), seed=seed)


def compared(
    seen: Past, mine: Mapping[str, Any], theirs: Mapping[str, Any] | None = None
) -> dict[str, Value]:
    """Worth of the policy by ``mine``, and by ``theirs`` where given."""
    found = {"policy": value(seen, target(seen, mine))}
    if theirs is not None:
        found["champion"] = value(seen, target(seen, theirs))
    return found
