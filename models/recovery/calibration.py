r"""A forecast's probabilities set right by what they got wrong, by a map that fits the evidence.

Few claims cannot carry a flexible map: isotonic regression is the worst choice below a thousand
(log loss .586 against .539 with two hundred claims, measured on invented data), so the family is
chosen by the number of claims of the rarer outcome:

- below 50 nothing but a temperature drawn hard to one,
- below 1,000 Platt's line in log-odds (Platt 1999),
- from there the beta map :math:`\operatorname{logit} q = a \ln p - c \ln(1-p) + b` (Kull,
  Silva Filho and Flach 2017), of which Platt's line is the case a = c.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

FEW, MANY = 50, 1000
BELIEF = 30.0
"""Belief that one's own forecasts, held out, need not be set right: one over its variance."""

_FLOOR = 1e-9


@dataclass(frozen=True, slots=True)
class Calibration:
    """logit q = a·ln p − c·ln(1 − p) + b; (1, 1, 0) changes nothing."""

    a: float = 1.0
    c: float = 1.0
    b: float = 0.0

    def __call__(self, chance: np.ndarray) -> np.ndarray:
        """The probabilities set right, same shape; their order is kept.

        >>> bool(abs(Calibration()(np.array([.3]))[0] - .3) < 1e-9)
        True
        """
        return np.asarray(expit(self.log_odds(chance)))

    def log_odds(self, chance: np.ndarray) -> np.ndarray:
        """Log-odds of the probabilities set right."""
        p = np.clip(chance, _FLOOR, 1 - _FLOOR)
        return self.a * np.log(p) - self.c * np.log1p(-p) + self.b

    def slope(self, chance: np.ndarray) -> np.ndarray:
        """Derivative of the probability set right by the one given."""
        p = np.clip(chance, _FLOOR, 1 - _FLOOR)
        q = self(p)
        return q * (1 - q) * (self.a / p + self.c / (1 - p))

    @property
    def family(self) -> str:
        """``none``, ``temperature``, ``platt`` or ``beta``."""
        if (self.a, self.c, self.b) == (1.0, 1.0, 0.0):
            return "none"
        if self.a != self.c:
            return "beta"
        return "temperature" if self.b == 0.0 else "platt"


def fit_calibration(
    happened: np.ndarray,
    chance: np.ndarray,
    n_rarer: int,
    *,
    rows_per_claim: float = 1.0,
    weights: np.ndarray | None = None,
    family: str | None = None,
    belief: float = BELIEF,
    near: Calibration | None = None,
) -> Calibration:
    """The map for forecasts ``chance`` of outcomes ``happened`` (0 or 1), shape (n,).

    ``n_rarer`` counts the claims of the rarer outcome and chooses the family where none is asked
    for; rows of one claim repeat one another, so that the pull towards no change, ``belief``, grows
    with ``rows_per_claim``. ``weights`` of shape (n,) count rows, one each by default. The map is
    drawn to ``near`` (to no change by default): old outcomes that weigh little say little against
    what newer ones taught of a shorter horizon.
    """
    near = near or Calibration()
    if len(happened) == 0 or happened.min() == happened.max():
        return near
    p = np.clip(chance, _FLOOR, 1 - _FLOOR)
    one, zero = np.log(p), np.log1p(-p)
    weight = np.ones(len(p)) if weights is None else weights
    pull = belief * rows_per_claim
    if family is None:
        family = "beta" if n_rarer >= MANY else "platt" if n_rarer >= FEW else "temperature"
    if near.family == "beta":
        family = "beta"  # what is drawn to a beta map keeps its shape
    centre = np.array([np.log(near.a), np.log(near.c), near.b])

    def unpacked(theta: np.ndarray) -> tuple[float, float, float]:
        # Slopes are positive by construction, so that an order is never turned round.
        if family == "beta":
            return float(np.exp(theta[0])), float(np.exp(theta[1])), float(theta[2])
        slope = float(np.exp(theta[0]))
        return slope, slope, near.b if family == "temperature" else float(theta[2])

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        a, c, b = unpacked(theta)
        z = a * one - c * zero + b
        error = weight * (expit(z) - happened)
        by_a, by_c, by_b = error @ one * a, -(error @ zero) * c, error.sum()
        if family == "beta":
            gradient = np.array([by_a, by_c, by_b])
        else:
            gradient = np.array([by_a + by_c, 0.0, 0.0 if family == "temperature" else by_b])
        away = theta - centre
        value = weight @ (np.logaddexp(0.0, z) - happened * z) + pull * np.sum(away**2) / 2
        return float(value), gradient + pull * away

    bounds = [(-3, 3), (-3, 3), (-6, 6)]
    found = minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=bounds)
    a, c, b = unpacked(found.x)
    return Calibration(round(a, 10), round(c, 10), round(b, 10))
