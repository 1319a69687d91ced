"""The word said of a debtor: unequal costs, conformal sets, and silence when in doubt (D14)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from models.profile.rules import rules

UNDETERMINED = "undetermined"
MISCOVERAGE = 0.1
FEWEST = 60
"""Labels from which on conformal sets are used."""


class UnknownCost(ValueError):
    """A cost of a profile or a word that does not exist, or below zero; the message names it."""


def words() -> tuple[str, ...]:
    """What may be said, in order: the four profiles, then nothing."""
    return (*rules().profiles, UNDETERMINED)


def cost_matrix(changes: Mapping[str, Mapping[str, float]] | None = None) -> np.ndarray:
    """Costs of a home, shape (4, 5): by true profile, of each word.

    ``changes`` names what differs from the house's costs, by true profile and word. Raises
    ``UnknownCost``.
    """
    costs = _costs().copy()
    for true, said in (changes or {}).items():
        for word, cost in said.items():
            if true not in rules().profiles or word not in words():
                raise UnknownCost(f"no cost {true} / {word}; profiles are {', '.join(words())}")
            if not cost >= 0:
                raise UnknownCost(f"cost {true} / {word} is {cost}; it must be zero or more")
            costs[rules().profiles.index(true), words().index(word)] = cost
    return costs


def decide(
    probabilities: np.ndarray, costs: np.ndarray | None = None, limits: np.ndarray | None = None
) -> np.ndarray:
    """The word of least expected cost, shape (n_debtors,); with ``limits`` more careful.

    Where the conformal set holds several profiles, only *disorganised* may be said, the
    hypothesis to prefer (D10), if it is one of them; any other word needs a set of its own.
    """
    costs = cost_matrix() if costs is None else costs
    chosen = np.argmin(probabilities @ costs, axis=1)
    if limits is not None:
        inside = sets(probabilities, limits)
        several = inside.sum(axis=1) != 1
        spoken = np.minimum(chosen, len(rules().profiles) - 1)
        outside = ~inside[np.arange(len(inside)), spoken]
        chosen = np.where(outside | (several & (chosen > 0)), len(rules().profiles), chosen)
    told: np.ndarray = np.asarray(words(), dtype=object)[chosen]
    return told


def sets(probabilities: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """Which profiles stay possible, (n_debtors, 4) of bool: each covers its own class."""
    inside: np.ndarray = 1 - probabilities <= limits
    return inside


def thresholds(
    probabilities: np.ndarray,
    labels: np.ndarray,
    miscoverage: float = MISCOVERAGE,
    *,
    label_accuracy: float = 1.0,
) -> np.ndarray | None:
    """Class-conditional split conformal limits from held-out labels, (4,); None when too few.

    Labels are right so often only: a set need not cover the wrong ones.

    A profile with too few labels for its own limit borrows the one of all labels (Vovk 2012).
    """
    if len(labels) < FEWEST:
        return None
    miscoverage = 1 - (1 - miscoverage) * label_accuracy
    scores = 1 - probabilities[np.arange(len(labels)), labels]
    of_all = _quantile(scores, miscoverage)
    limits = [_quantile(scores[labels == k], miscoverage) for k in range(4)]
    return np.asarray([of_all if limit is None else limit for limit in limits], dtype=float)


def effect(profiles: pd.DataFrame, costs: np.ndarray, limits: np.ndarray | None) -> pd.DataFrame:
    """What a matrix of costs does to the day's words, for a screen that changes it.

    ``profiles`` has the columns p_*. One row per word: ``word``, ``n`` debtors, ``expected_cost``
    (mean over them), ``expected_errors`` (share of them whose profile is another, in
    expectation), ``disorganised_in_it`` (expected share of disorganised debtors).
    """
    p = profiles[[f"p_{name}" for name in rules().profiles]].to_numpy(dtype=float)
    said = decide(p, costs, limits)
    rows = []
    for place, word in enumerate(words()):
        mine = p[said == word]
        right = mine[:, place].mean() if place < 4 and len(mine) else np.nan
        rows.append(
            {
                "word": word,
                "n": len(mine),
                "expected_cost": float((mine @ costs[:, place]).mean()) if len(mine) else np.nan,
                "expected_errors": 1 - right,
                "disorganised_in_it": float(mine[:, 0].mean()) if len(mine) else np.nan,
            }
        )
    return pd.DataFrame(rows)


def _quantile(scores: np.ndarray, miscoverage: float) -> float | None:
    n = len(scores)
    rank = int(np.ceil((n + 1) * (1 - miscoverage)))
    return None if rank > n else float(np.sort(scores)[rank - 1])


@cache
def _costs() -> np.ndarray:
    text = Path(__file__).with_name("costs.yaml").read_text(encoding="utf-8")
    read = yaml.safe_load(text)
    return np.asarray([[read[true][word] for word in words()] for true in rules().profiles])
