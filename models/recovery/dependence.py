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
    level_error: float = 0.0,
) -> Dependence:
    """Correlations by moments from outcomes (0, 1 or NaN) and forecasts out of fold.

    Pairs are of one day, since the same claim on two days is no second claim; both figures are
    drawn to the assumed ones while pairs are few. ``level_error`` is the standard error, in
    log-odds, of the level of the newest months: all forecasts are off together by as much.
    """
    known = ~np.isnan(happened)
    p = np.clip(chance[known], 0.001, 0.999)
    residual = happened[known] - p
    density = norm.pdf(norm.ppf(p))
    day = pd.factorize(days[known])[0]
    debtor = pd.factorize(days[known].astype(str) + "|" + debtors[known].astype(str))[0]
    start = assumed()
    if not len(day):
        return start
    near = _pairs(debtor, residual, density)
    wide = _pairs(day, residual, density)
    far = (wide[0] - near[0], wide[1] - near[1])
    # A handful of days says little of the climate, however many claims each has, and the
    # quarters after days a month apart are mostly the same quarter.
    n_days = len(np.unique(day)) / 3.0
    common = _drawn(far[0] / max(far[1], 1e-9), start.common, n_days, 12.0)
    common = float(np.clip(common, 0.0, 0.1))
    unsure = min((level_error / _LOGIT_TO_NORMAL) ** 2, 0.1)
    within = near[0] / max(near[1], 1e-9) - common
    drawn = _drawn(within, start.debtor, near[1] / 0.1, _PRIOR_PAIRS)
    return Dependence(round(float(np.clip(drawn, 0.0, _MOST)), 6), round(common + unsure, 6))


def _pairs(group: np.ndarray, residual: np.ndarray, density: np.ndarray) -> tuple[float, float]:
    """Sums over pairs of one group of products of residuals and of densities."""

    def products(values: np.ndarray) -> float:
        sums = np.bincount(group, weights=values)
        return float((sums**2).sum() - (values**2).sum()) / 2

    return products(residual), products(density)


def _drawn(found: float, assumed_value: float, n: float, prior_n: float) -> float:
    return (n * found + prior_n * assumed_value) / (n + prior_n)
