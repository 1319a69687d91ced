"""Cash of a claim within 365 days: nothing, a part, or everything.

The estimand is the share R of the open amount paid within 365 days. With p the probability of
payment in full and q of any payment, R is 0 with probability 1 − q, 1 with probability p, and
in between otherwise, where it follows a distribution given by its quantiles.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

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


def share_quantile(
    p_full: np.ndarray, p_any: np.ndarray, level: float, partial_quantiles: np.ndarray
) -> np.ndarray:
    """Quantile of the share paid within 365 days, shape (n_claims,).

    ``partial_quantiles`` are the quantiles of the share of partial payers at equally spaced
    levels from 0 to 1.

    >>> share_quantile(np.array([.5]), np.array([.9]), .95, np.array([0., 1.])).tolist()
    [1.0]
    >>> share_quantile(np.array([.5]), np.array([.9]), .05, np.array([0., 1.])).tolist()
    [0.0]
    """
    nothing = 1.0 - p_any
    partial = np.maximum(p_any - p_full, 1e-12)
    inside = np.interp(
        np.clip((level - nothing) / partial, 0.0, 1.0),
        np.linspace(0.0, 1.0, len(partial_quantiles)),
        partial_quantiles,
    )
    return np.where(level <= nothing, 0.0, np.where(level > 1.0 - p_full, 1.0, inside))


def money(
    open_amount: np.ndarray,
    p_full: np.ndarray,
    p_any: np.ndarray,
    partial_share: np.ndarray,
    partial_quantiles: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Expected cash within 365 days and the ends of its 90 % prediction interval, in EUR cents.

    ``partial_share`` is the mean share of those who pay a part only. The interval is widened to
    hold the expectation, which a rare payment can push outside two quantiles. Rounded to cents
    and within [0, open amount]; NaN where the open amount is unknown (no exchange rate).
    """
    expected = open_amount * (p_full + (p_any - p_full) * partial_share)
    low = open_amount * share_quantile(p_full, p_any, 0.05, partial_quantiles)
    high = open_amount * share_quantile(p_full, p_any, 0.95, partial_quantiles)
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
