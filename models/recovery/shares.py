r"""Cash as it comes in parts: the mean share of the open amount paid in each interval.

Payments recur (who paid last month pays again), so cash is modelled by interval of the horizons,
not by the first payment. With y the share of the open amount paid in interval k,

.. math:: \operatorname{logit} E[y_k \mid x] = \operatorname{logit}(Δp_k + π\,(Δq_k − Δp_k)^+)
          + a_k + b^\top z(x),

Δp and Δq what the forecasts of payment in full and of any payment gain in the interval, π the
assumed mean part. Intervals not yet over are left out, whatever was paid in them (the marginal
mean of recurrent events, Ghosh and Lin 2000). The sum over intervals lies between the two
probabilities, so that p_365, p_any_365 and the expected cash agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from models.recovery import prior as published
from models.recovery.cash import HORIZONS
from models.recovery.logistic import fit_logistic

CASH = tuple(f"cash_{h}" for h in HORIZONS)
_FEWEST = 200
_STRENGTH = 0.02
_MARGIN = 0.02  # share of the gap between the two probabilities kept free at both ends
_PRIOR_PAYERS = 25.0


@dataclass(frozen=True, slots=True)
class Shares:
    """What was learnt; ``precision`` is that of the Beta of the parts around their mean."""

    intercept: float
    intervals: tuple[float, ...]
    coefficients: tuple[float, ...]
    precision: float

    def expected(self, matrix: np.ndarray, full: np.ndarray, any_: np.ndarray) -> np.ndarray:
        """Expected share paid within 365 days, shape (n_claims,), between the probabilities.

        ``full`` and ``any_`` of shape (n_claims, 5), ``matrix`` the columns of the linear model.
        """
        index = np.einsum("ij,j->i", matrix, np.array(self.coefficients))
        margin = logit(_offsets(full, any_)) + np.array(self.intervals) + self.intercept
        total = expit(margin + index[:, None]).sum(axis=1)
        low, gap = full[:, -1], any_[:, -1] - full[:, -1]
        return np.clip(total, low + _MARGIN * gap, low + (1 - _MARGIN) * gap)

    def to_json(self) -> dict[str, Any]:
        """Plain lists and numbers."""
        return {
            "intercept": self.intercept,
            "intervals": list(self.intervals),
            "coefficients": list(self.coefficients),
            "precision": self.precision,
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Shares:
        """What ``to_json`` wrote."""
        return cls(
            record["intercept"],
            tuple(record["intervals"]),
            tuple(record["coefficients"]),
            record["precision"],
        )


def fit_shares(
    rows: pd.DataFrame,
    matrix: np.ndarray,
    watched: np.ndarray,
    full: np.ndarray,
    any_: np.ndarray,
) -> Shares:
    """Learn from rows with their cash and forecasts that did not see them.

    Parameters
    ----------
    rows : open_amount_eur, claim_id and the columns ``CASH`` (EUR paid within each horizon).
    matrix : columns of the linear model, shape (n_rows, n_columns).
    watched : days under watch, shape (n_rows,).
    full, any_ : forecasts of shape (n_rows, 5), out of fold.
    """
    amount = rows["open_amount_eur"].to_numpy(dtype=float, na_value=np.nan)
    cash = rows[list(CASH)].to_numpy(dtype=float, na_value=np.nan)
    paid = np.clip(cash / np.maximum(amount, 0.01)[:, None], 0.0, 1.0)
    part = np.diff(paid, axis=1, prepend=0.0).clip(0.0, 1.0)
    usable = (watched[:, None] >= np.array(HORIZONS)) & ~np.isnan(part)
    row, at = np.nonzero(usable)
    nothing = Shares(0.0, (0.0,) * len(HORIZONS), (0.0,) * matrix.shape[1], _assumed_precision())
    if len(row) < _FEWEST:
        return nothing
    intercept, found = fit_logistic(
        np.column_stack([np.eye(len(HORIZONS))[at], matrix[row]]),
        part[row, at],
        logit(_offsets(full, any_))[row, at],
        _STRENGTH,
        penalties=np.concatenate([np.full(len(HORIZONS), 0.02), np.ones(matrix.shape[1])]),
    )
    found = np.round(found, 10)
    shares = Shares(
        round(intercept, 10),
        tuple(found[: len(HORIZONS)].tolist()),
        tuple(found[len(HORIZONS) :].tolist()),
        nothing.precision,
    )
    mean = part_mean(shares.expected(matrix, full, any_), full[:, -1], any_[:, -1])
    return Shares(
        shares.intercept,
        shares.intervals,
        shares.coefficients,
        _precision(rows["claim_id"], paid[:, -1], mean, usable[:, -1]),
    )


def part_mean(expected: np.ndarray, full: np.ndarray, any_: np.ndarray) -> np.ndarray:
    """Mean share of those who pay a part only, from the expected share and p_365, p_any_365.

    >>> part_mean(np.array([.5]), np.array([.3]), np.array([.7])).round(6).tolist()
    [0.5]
    """
    gap = np.maximum(any_ - full, 1e-9)
    return np.clip((expected - full) / gap, _MARGIN, 1 - _MARGIN)


def _precision(claims: pd.Series, paid: np.ndarray, mean: np.ndarray, usable: np.ndarray) -> float:
    """Precision of the parts by moments, drawn to the assumed one while payers are few."""
    partial = usable & (paid > 0.001) & (paid < 0.999)
    assumed = _assumed_precision()
    n = claims[partial].nunique()
    if n < 5:
        return assumed
    m = mean[partial]
    spread = float(np.mean((paid[partial] - m) ** 2))
    found = float(np.clip(np.mean(m * (1 - m)) / max(spread, 1e-6) - 1.0, 0.5, 40.0))
    weight = n / (n + _PRIOR_PAYERS)
    return round(float(np.exp(weight * np.log(found) + (1 - weight) * np.log(assumed))), 6)


def _assumed_precision() -> float:
    return float(published.curves()["assumptions"]["partial_precision"])


def _offsets(full: np.ndarray, any_: np.ndarray) -> np.ndarray:
    gained = np.diff(full, axis=1, prepend=0.0)
    parts = np.maximum(np.diff(any_, axis=1, prepend=0.0) - gained, 0.0)
    share = published.curves()["assumptions"]["partial_share"]
    return np.clip(gained + share * parts, 0.0005, 0.98)
