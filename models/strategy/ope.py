"""Off-policy evaluation: what a policy would have brought, from decisions that another took.

Four estimates stand side by side, since each errs in its own way: the direct method (DM, the
model alone), self-normalised inverse propensities (SNIPS, the log alone), doubly robust (DR) and
SWITCH-DR, which leaves out corrections heavier than ``tau`` (Dudik, Langford and Li 2011;
Swaminathan and Joachims 2015; Wang, Agarwal and Dudik 2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

FEWEST_ESS = 100.0
"""Effective decisions below which nothing is proven."""

TAU = 15.0
DRAWS = 400


@dataclass(frozen=True, slots=True)
class Logged:
    """Decisions and what came of them.

    ``taken`` (n,) index of the action; ``reward`` (n,); ``propensity`` (n,) of the action taken;
    ``target`` (n, k) probabilities of the policy judged; ``predicted`` (n, k) reward expected by
    a model that has not seen the row; ``cluster`` (n,) whom the row belongs to: whole clusters
    are drawn for the intervals.
    """

    taken: np.ndarray
    reward: np.ndarray
    propensity: np.ndarray
    target: np.ndarray
    predicted: np.ndarray
    cluster: np.ndarray

    @property
    def weight(self) -> np.ndarray:
        """Target over logging probability of what was done, (n,)."""
        rows = np.arange(len(self.taken))
        return np.asarray(self.target[rows, self.taken] / self.propensity)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float

    def told(self, name: str) -> dict[str, float]:
        """The figure and its ends by name."""
        return {name: self.value, f"{name}_low": self.low, f"{name}_high": self.high}


@dataclass(frozen=True, slots=True)
class Value:
    """What a policy is worth a decision, by method, and by how much it beats the logged one."""

    by_method: Mapping[str, Estimate]
    gain: Estimate
    logged: Estimate
    ess: float
    n: int

    @property
    def is_provable(self) -> bool:
        """Whether enough decisions speak of the policy."""
        return self.ess >= FEWEST_ESS

    def told(self) -> dict[str, float]:
        """All figures by name; ``gain`` is that of DR over the logged policy."""
        found = {"ess": self.ess, "n": float(self.n), **self.gain.told("gain")}
        for name, estimate in self.by_method.items():
            found |= estimate.told(name)
        return found


def evaluate(logged: Logged, *, tau: float = TAU, draws: int = DRAWS, seed: int = 0) -> Value:
    """Value of the target policy by DM, SNIPS, DR and SWITCH, and of the logged one.

    Intervals are the bootstrap's over whole clusters; they hold the propensities and the model
    for given. Raises ``ValueError`` for propensities outside (0, 1].
    """
    if np.any((logged.propensity <= 0) | (logged.propensity > 1)):
        raise ValueError("Propensities must lie in (0, 1].")
    weight = logged.weight
    rows = np.arange(len(weight))
    direct = (logged.target * logged.predicted).sum(axis=1)
    residual = weight * (logged.reward - logged.predicted[rows, logged.taken])
    parts = {
        "dm": direct,
        "dr": direct + residual,
        "switch": direct + np.where(weight <= tau, residual, 0.0),
    }
    sums = _by_cluster(
        logged.cluster,
        [np.ones(len(rows)), logged.reward, weight, weight * logged.reward, *parts.values()],
    )
    drawn = _drawn(sums, draws, seed)
    at = sums.sum(axis=0)
    found = {
        name: _estimate(at[4 + i] / at[0], drawn[:, 4 + i] / drawn[:, 0])
        for i, name in enumerate(parts)
    }
    found["snips"] = _estimate(_ratio(at[3], at[2]), _ratio(drawn[:, 3], drawn[:, 2]))
    base = _estimate(at[1] / at[0], drawn[:, 1] / drawn[:, 0])
    gain = _estimate((at[5] - at[1]) / at[0], (drawn[:, 5] - drawn[:, 1]) / drawn[:, 0])
    order = {name: found[name] for name in ("dm", "snips", "dr", "switch")}
    return Value(order, gain, base, effective(weight, logged.cluster), len(rows))


def effective(weight: np.ndarray, cluster: np.ndarray) -> float:
    """Kish's effective number of rows, no more than that of their clusters' sums allows.

    >>> effective(np.array([1.0, 1.0, 1.0, 0.0]), np.arange(4))
    3.0
    """
    if not len(weight) or weight.sum() <= 0:
        return 0.0
    by_row = weight.sum() ** 2 / (weight**2).sum()
    of = np.unique(cluster, return_inverse=True)[1]
    sums = np.bincount(of, weights=weight)
    sizes = np.bincount(of, weights=(weight > 0).astype(float))
    # Rows of one cluster tell the same thing again, though not wholly: half of them count.
    whole = sums.sum() ** 2 / (sums**2).sum()
    return float(min(by_row, whole * max(1.0, sizes[sizes > 0].mean() / 2)))


def _by_cluster(cluster: np.ndarray, columns: list[np.ndarray]) -> np.ndarray:
    of = np.unique(cluster, return_inverse=True)[1]
    return np.stack([np.bincount(of, weights=column) for column in columns], axis=1)


def _drawn(sums: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Sums over clusters drawn with replacement, (draws, n_columns)."""
    # A Poisson number of times each: as a draw with replacement, without its exact total.
    counts = np.random.default_rng(seed).poisson(1.0, size=(draws, len(sums)))
    return np.asarray(counts @ sums)


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.asarray(above) / np.maximum(np.asarray(below), 1e-12)


def _estimate(value: float | np.ndarray, drawn: np.ndarray) -> Estimate:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(float(value), float(low), float(high))
