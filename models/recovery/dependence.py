r"""How claims move together: two claims of one debtor, and all claims of one day.

A latent normal score stands behind each claim's outcome (a one-factor Gaussian copula, Li 2000,
as in credit portfolios): :math:`z_i = \sqrt{ρ}\,u_{d(i)} + \sqrt{γ}\,w + \sqrt{1-ρ-γ}\,e_i`. To
first order two outcomes y with chance p have covariance :math:`ρ\,φ(Φ^{-1}(p_i))\,φ(Φ^{-1}(p_j))`,
so that ρ is the sum of products of residuals over that of densities, over pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from models.recovery import prior as published

_PRIOR_PAIRS = 300.0
_PRIOR_MONTHS = 6.0
_LOGIT_TO_NORMAL = 1.7  # a logistic is about a normal of that deviation
_MOST = 0.6


@dataclass(frozen=True, slots=True)
class Dependence:
    """Latent correlation of two claims of one debtor (beyond the climate), and of any two."""

    debtor: float
    common: float


def assumed() -> Dependence:
    """What is assumed before anything was seen."""
    told = published.curves()["assumptions"]
    return Dependence(float(told["debtor_correlation"]), float(told["common_correlation"]))


def fit_dependence(
    happened: np.ndarray,
    chance: np.ndarray,
    debtors: pd.Series,
    days: pd.Series,
    *,
    month: tuple[np.ndarray, np.ndarray],
    level_error: float = 0.0,
) -> Dependence:
    """Correlations by moments from outcomes (0, 1 or NaN) and forecasts out of fold.

    Pairs are of one day, since the same claim on two days is no second claim; both figures are
    drawn to the assumed ones while pairs are few. The climate is measured on ``month``, outcomes
    and forecasts of any payment within thirty days: a year of them is twelve looks at it, of
    quarters four. ``level_error`` is the standard error, in log-odds, of the level of the newest
    months: all forecasts are off together by as much.
    """
    start = assumed()
    common = _climate(*month, debtors, days, start.common)
    residual, density, known = _residuals(happened, chance)
    unsure = min((level_error / _LOGIT_TO_NORMAL) ** 2, 0.1)
    if not known.any():
        return start
    near = _pairs(_codes(days[known], debtors[known]), residual, density)
    within = near[0] / max(near[1], 1e-9) - common
    drawn = _drawn(within, start.debtor, near[1] / 0.1, _PRIOR_PAIRS)
    return Dependence(round(float(np.clip(drawn, 0.0, _MOST)), 6), round(common + unsure, 6))


def _climate(
    happened: np.ndarray,
    chance: np.ndarray,
    debtors: pd.Series,
    days: pd.Series,
    assumed_value: float,
) -> float:
    """Correlation of claims of two debtors, by pairs of one day.

    A day counts as it would tell a climate of the assumed size from the noise of its claims; what
    is assumed counts for ``_PRIOR_MONTHS`` of them.
    """
    residual, density, known = _residuals(happened, chance)
    if not known.any():
        return assumed_value
    day = _codes(days[known])
    wide = _pairs(day, residual, density)
    near = _pairs(_codes(days[known], debtors[known]), residual, density)
    noise = np.bincount(day, residual**2) / np.maximum(np.bincount(day, density) ** 2, 1e-9)
    n_days = float(((assumed_value / (assumed_value + noise)) ** 2).sum())
    found = (wide[0] - near[0]) / max(wide[1] - near[1], 1e-9)
    return float(np.clip(_drawn(found, assumed_value, n_days, _PRIOR_MONTHS), 0.0, 0.1))


def _residuals(
    happened: np.ndarray, chance: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcome less forecast and latent density where the outcome is known, and where that is."""
    known = ~np.isnan(happened)
    p = np.clip(chance[known], 0.001, 0.999)
    return happened[known] - p, norm.pdf(norm.ppf(p)), known


def _codes(*keys: pd.Series) -> np.ndarray:
    """A whole number for each combination of keys."""
    joined = keys[0].astype(str)
    for key in keys[1:]:
        joined = joined + "|" + key.astype(str)
    return np.asarray(pd.factorize(joined)[0])


def _pairs(group: np.ndarray, residual: np.ndarray, density: np.ndarray) -> tuple[float, float]:
    """Sums over pairs of one group of products of residuals and of densities."""

    def products(values: np.ndarray) -> float:
        sums = np.bincount(group, weights=values)
        return float((sums**2).sum() - (values**2).sum()) / 2

    return products(residual), products(density)


def _drawn(found: float, assumed_value: float, n: float, prior_n: float) -> float:
    return (n * found + prior_n * assumed_value) / (n + prior_n)
