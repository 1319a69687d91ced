"""Cash of a claim within 365 days: nothing, a part, or everything.

The estimand is the share R of the open amount paid within 365 days. With p the probability of
payment in full and q of any payment, R is 0 with probability 1 − q, 1 with probability p, and
in between otherwise, where it follows a Beta distribution around a mean of the claim's own.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.stats import beta

HORIZONS = (30, 60, 90, 180, 365)
FULL = tuple(f"p_{h}" for h in HORIZONS)
ANY = tuple(f"p_any_{h}" for h in HORIZONS)
COLUMNS = (
    "claim_id",
    *FULL,
    *ANY,
    "expected_recovered",
    "low",
    "high",
    "median_days",
    "basis",
    "weight",
)


def order(full: np.ndarray, any_: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both curves within [0, 1], non-decreasing in the horizon, any payment ≥ payment in full.

    Arrays of shape (n_claims, 5), one column per horizon of ``HORIZONS``.

    >>> order(np.array([[.3, .2, .4, .4, .5]]), np.array([[.1, .2, .3, .4, .6]]))[1].tolist()
    [[0.3, 0.3, 0.4, 0.4, 0.6]]
    """
    full = np.maximum.accumulate(np.clip(full, 0.0, 1.0), axis=1)
    any_ = np.maximum.accumulate(np.clip(np.maximum(any_, full), 0.0, 1.0), axis=1)
    return full, any_


_MEANS = np.linspace(0.01, 0.99, 50)
_LEVELS = np.linspace(0.0, 1.0, 65)


@lru_cache(maxsize=32)
def part_quantiles(precision: float) -> np.ndarray:
    """Quantiles of the share paid by partial payers, shape (50 means, 65 levels).

    Beta with mean m and precision φ, that is B(mφ, (1 − m)φ); a table, since the exact inverse
    would take minutes for a million claims.
    """
    means = _MEANS[:, None]
    return np.asarray(beta.ppf(_LEVELS[None, :], means * precision, (1 - means) * precision))


def part_quantile(mean: np.ndarray, level: np.ndarray, precision: float) -> np.ndarray:
    """Quantile of the share paid by a partial payer, by its mean and the level; shape (n,)."""
    table = part_quantiles(precision)
    at_mean = np.clip((mean - _MEANS[0]) / (_MEANS[1] - _MEANS[0]), 0.0, len(_MEANS) - 1.000001)
    at_level = np.clip(level, 0.0, 1.0) * (len(_LEVELS) - 1.000001)
    i, j = at_mean.astype(int), at_level.astype(int)
    u, v = at_mean - i, at_level - j
    low = table[i, j] * (1 - v) + table[i, j + 1] * v
    high = table[i + 1, j] * (1 - v) + table[i + 1, j + 1] * v
    return np.asarray(low * (1 - u) + high * u)


def share_quantile(
    p_full: np.ndarray,
    p_any: np.ndarray,
    level: np.ndarray | float,
    part: np.ndarray,
    precision: float,
) -> np.ndarray:
    """Quantile of the share paid within 365 days, shape (n_claims,).

    ``part`` is the mean share of those who pay a part only, ``precision`` its Beta precision.

    >>> half, most, part = np.array([.5]), np.array([.9]), np.array([.4])
    >>> share_quantile(half, most, .95, part, 2.0).tolist()
    [1.0]
    >>> share_quantile(half, most, .05, part, 2.0).tolist()
    [0.0]
    """
    nothing = 1.0 - p_any
    width = np.maximum(p_any - p_full, 1e-12)
    inside = part_quantile(part, (level - nothing) / width, precision)
    return np.where(level <= nothing, 0.0, np.where(level > 1.0 - p_full, 1.0, inside))


def money(
    open_amount: np.ndarray,
    p_full: np.ndarray,
    p_any: np.ndarray,
    part: np.ndarray,
    precision: float,
    tail: float = 0.05,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Expected cash within 365 days and the ends of its 90 % prediction interval, in EUR cents.

    ``part`` is the mean share of those who pay a part only, ``tail`` the level left out on each
    side. The interval is widened to hold the expectation, which a rare payment can push outside
    two quantiles. Rounded to cents and within [0, open amount]; NaN where the open amount is
    unknown (no exchange rate).
    """
    expected = open_amount * (p_full + (p_any - p_full) * part)
    low = open_amount * share_quantile(p_full, p_any, tail, part, precision)
    high = open_amount * share_quantile(p_full, p_any, 1.0 - tail, part, precision)
    expected = np.minimum(np.round(expected, 2), open_amount)
    low = np.minimum(np.floor(low * 100) / 100, expected)
    high = np.minimum(np.maximum(np.ceil(high * 100) / 100, expected), open_amount)
    return expected, low, high


def median_days(full: np.ndarray) -> np.ndarray:
    """Day on which the probability of payment in full reaches one half, NaN if not within 365.

    Straight lines between the horizons.

    >>> median_days(np.array([[.2, .4, .6, .7, .8], [.1, .1, .1, .1, .1]])).tolist()
    [75.0, nan]
    """
    days = np.concatenate([[0.0], np.asarray(HORIZONS, dtype=float)])
    curve = np.concatenate([np.zeros((len(full), 1)), full], axis=1)
    after = np.argmax(curve >= 0.5, axis=1)
    reached = curve[:, -1] >= 0.5
    after = np.where(reached, after, 1)
    rows = np.arange(len(full))
    low, high = curve[rows, after - 1], curve[rows, after]
    step = (0.5 - low) / np.maximum(high - low, 1e-12)
    found = days[after - 1] + step * (days[after] - days[after - 1])
    return np.where(reached, np.round(found, 1), np.nan)


def frame(
    claim_ids: pd.Series,
    full: np.ndarray,
    any_: np.ndarray,
    cash: tuple[np.ndarray, np.ndarray, np.ndarray],
    median: np.ndarray,
    basis: np.ndarray,
    weight: np.ndarray,
) -> pd.DataFrame:
    """The columns of ``mart.recovery`` without ``as_of``, one row per claim, in the given order."""
    table = {"claim_id": claim_ids.astype(str).to_numpy()}
    table.update({name: full[:, i] for i, name in enumerate(FULL)})
    table.update({name: any_[:, i] for i, name in enumerate(ANY)})
    table.update(dict(zip(("expected_recovered", "low", "high"), cash, strict=True)))
    table.update({"median_days": median, "basis": basis, "weight": weight})
    return pd.DataFrame(table, columns=list(COLUMNS))
