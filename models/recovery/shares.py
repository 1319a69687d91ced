r"""Cash as it comes in parts: the mean share of the open amount paid in each interval.

Payments recur (who paid last month pays again), so cash is modelled by interval of the horizons,
not by the first payment. With y the share of the open amount paid in interval k,

.. math:: \operatorname{logit} E[y_k \mid x] = \operatorname{logit}(α\,Δp_k + π\,(Δq_k − Δp_k)^+
          + ρ\,d_k\,\overline{(q − p)}_k) + a_k + b^\top z(x),

Δp and Δq what the forecasts of payment in full and of any payment gain in the interval, d its
months, q − p the chance of having begun to pay and not ended, so that those who pay by
instalments go on in the intervals that nobody has lived through yet. α, π and ρ are learnt, drawn
to one, to the assumed part and to nothing. Intervals not yet over are left out, whatever was paid
in them (the marginal mean of recurrent events, Ghosh and Lin 2000). The sum over intervals lies
between the two probabilities, so that p_365, p_any_365 and the expected cash agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import nnls
from scipy.special import expit, logit

from models.recovery import prior as published
from models.recovery.cash import HORIZONS
from models.recovery.logistic import fit_logistic

CASH = tuple(f"cash_{h}" for h in HORIZONS)
_FEWEST = 200
_LAST = len(HORIZONS) - 1
_MADE = 0.001  # share of the amount from which something, or not all, was paid
_QUARTER = 90
_STRENGTH = 0.005
_MARGIN = 0.02  # share of the gap between the two probabilities kept free at both ends
_PRIOR_PAYERS = 25.0
_MONTHS = np.diff(np.array(HORIZONS, dtype=float), prepend=0.0) / 30.0
_ASSUMED_ROWS = 20.0  # worth of belief in the assumed flows, in rows with a payment


@dataclass(frozen=True, slots=True)
class Shares:
    """What was learnt; ``precision`` is that of the Beta of the parts around their mean."""

    intercept: float
    intervals: tuple[float, ...]
    coefficients: tuple[float, ...]
    precision: float
    flows: tuple[float, float, float]

    def expected(
        self, matrix: np.ndarray, full: np.ndarray, any_: np.ndarray, by: int = _LAST
    ) -> np.ndarray:
        """Expected share paid within 365 days, shape (n_claims,), between the probabilities.

        ``full`` and ``any_`` of shape (n_claims, 5), ``matrix`` the columns of the linear model;
        ``by`` is the position of another horizon.
        """
        index = np.einsum("ij,j->i", matrix, np.array(self.coefficients))
        margin = logit(_offsets(full, any_, self.flows)) + np.array(self.intervals)
        margin = margin + self.intercept
        total = expit(margin + index[:, None])[:, : by + 1].sum(axis=1)
        low, gap = full[:, by], any_[:, by] - full[:, by]
        return np.clip(total, low + _MARGIN * gap, low + (1 - _MARGIN) * gap)

    def timing(self, full: np.ndarray, any_: np.ndarray) -> np.ndarray:
        """Part of the cash of 365 days that comes in each interval, shape (n_claims, 5), sum one.

        By the three flows, and what was learnt of the intervals of the first quarter, which newest
        days have lived through. That of longer ones stays out: it is known from old days only, and
        where the pace of a ledger changes it tells the change, not the interval. The columns of
        the linear model move all intervals alike.
        """
        newest = np.where(np.array(HORIZONS) <= _QUARTER, np.array(self.intervals), 0.0)
        flows = expit(logit(_offsets(full, any_, self.flows)) + newest)
        return np.asarray(flows / flows.sum(axis=1, keepdims=True))

    def to_json(self) -> dict[str, Any]:
        """Plain lists and numbers."""
        return {
            "intercept": self.intercept,
            "intervals": list(self.intervals),
            "coefficients": list(self.coefficients),
            "precision": self.precision,
            "flows": list(self.flows),
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Shares:
        """What ``to_json`` wrote."""
        return cls(
            record["intercept"],
            tuple(record["intervals"]),
            tuple(record["coefficients"]),
            record["precision"],
            tuple(record["flows"]),
        )


def assumed(n_columns: int = 0) -> Shares:
    """What is believed before anything was seen."""
    return Shares(
        0.0,
        (0.0,) * len(HORIZONS),
        (0.0,) * n_columns,
        _assumed_precision(),
        _assumed_flows(),
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
    nothing = assumed(matrix.shape[1])
    if len(row) < _FEWEST:
        return nothing
    flows = _fit_flows(full, any_, part, usable)
    intercept, found = fit_logistic(
        np.column_stack([np.eye(len(HORIZONS))[at], matrix[row]]),
        part[row, at],
        logit(_offsets(full, any_, flows))[row, at],
        _STRENGTH,
    )
    found = np.round(found, 10)
    shares = Shares(
        round(intercept, 10),
        tuple(found[: len(HORIZONS)].tolist()),
        tuple(found[len(HORIZONS) :].tolist()),
        nothing.precision,
        flows,
    )
    # Of the longest horizon at which enough claims were seen to pay a part, else of the year.
    partial = usable & (paid > _MADE) & (paid < 1.0 - _MADE)
    n_partial = [rows["claim_id"][partial[:, at]].nunique() for at in range(len(HORIZONS))]
    by = max((at for at in range(len(HORIZONS)) if n_partial[at] >= _PRIOR_PAYERS), default=_LAST)
    mean = part_mean(shares.expected(matrix, full, any_, by), full[:, by], any_[:, by])
    precision = _precision(n_partial[by], paid[partial[:, by], by], mean[partial[:, by]])
    return replace(shares, precision=precision)


def part_mean(expected: np.ndarray, full: np.ndarray, any_: np.ndarray) -> np.ndarray:
    """Mean share of those who pay a part only, from the expected share and p_365, p_any_365.

    >>> part_mean(np.array([.5]), np.array([.3]), np.array([.7])).round(6).tolist()
    [0.5]
    """
    gap = np.maximum(any_ - full, 1e-9)
    return np.clip((expected - full) / gap, _MARGIN, 1 - _MARGIN)


def _precision(n: int, paid: np.ndarray, mean: np.ndarray) -> float:
    """Precision of the parts by moments, drawn to the assumed one while payers are few.

    ``n`` counts the claims, ``paid`` and ``mean`` are by row.
    """
    assumed = _assumed_precision()
    if n < 5:
        return assumed
    spread = float(np.mean((paid - mean) ** 2))
    found = float(np.clip(np.mean(mean * (1 - mean)) / max(spread, 1e-6) - 1.0, 0.5, 40.0))
    weight = n / (n + _PRIOR_PAYERS)
    return round(float(np.exp(weight * np.log(found) + (1 - weight) * np.log(assumed))), 6)


def _assumed_precision() -> float:
    return float(published.curves()["assumptions"]["partial_precision"])


def _assumed_flows() -> tuple[float, float, float]:
    return 1.0, float(published.curves()["assumptions"]["partial_share"]), 0.0


def _fit_flows(
    full: np.ndarray, any_: np.ndarray, part: np.ndarray, usable: np.ndarray
) -> tuple[float, float, float]:
    """Least squares of the shares paid on the three flows, none below zero, weighted by noise."""
    flows = np.stack(_flows(full, any_), axis=-1)[usable]
    start = np.array(_assumed_flows())
    spread = np.clip(flows @ start, 0.01, None)
    # The pull is that of rows whose only flow is the one, at the mean noise.
    scale = np.sqrt(_ASSUMED_ROWS * flows.mean(axis=0) / spread.mean())
    matrix = np.vstack([flows / np.sqrt(spread)[:, None], np.diag(scale)])
    target = np.concatenate([part[usable] / np.sqrt(spread), scale * start])
    found = np.round(nnls(matrix, target)[0], 10)
    return float(found[0]), float(found[1]), float(found[2])


def _flows(full: np.ndarray, any_: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What comes of payments in full, of first payments in part, and of those who go on."""
    gained = np.diff(full, axis=1, prepend=0.0)
    parts = np.maximum(np.diff(any_, axis=1, prepend=0.0) - gained, 0.0)
    begun = np.maximum(any_ - full, 0.0)
    before = np.concatenate([np.zeros((len(begun), 1)), begun[:, :-1]], axis=1)
    return gained, parts, _MONTHS * (before + begun) / 2


def _offsets(full: np.ndarray, any_: np.ndarray, flows: tuple[float, float, float]) -> np.ndarray:
    total = sum(w * flow for w, flow in zip(flows, _flows(full, any_), strict=True))
    return np.clip(total, 0.0005, 0.98)
