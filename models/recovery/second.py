r"""A second look at the margins of trees, learnt on debtors that the trees did not see.

Trees stop early and shrink, so that what they say lies too near the mean, and more so for the
oldest claims. On forecasts out of fold (stacking: Wolpert 1992),

.. math:: \operatorname{logit} h_j = m_j + a_j + c_{b} + (s + s_b)\,(m_j - m^*),

m the margin of the trees, a by bin, c and s_b by band of the age that the claim will have, s one
for all, each drawn to nothing by a ridge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.recovery.logistic import fit_logistic
from models.recovery.periods import MIDDLES, N_BINS, Periods

_AGES = (0.0, 30.0, 90.0, 180.0, 365.0)
_STRENGTH = 0.02
_USUAL_MARGIN = -2.0


@dataclass(frozen=True, slots=True)
class SecondLook:
    """``bins`` and ``ages`` are added to a margin, ``slope`` times its distance from the usual.

    ``slopes`` by band of age are added to ``slope``.
    """

    intercept: float
    bins: tuple[float, ...]
    ages: tuple[float, ...]
    slope: float
    slopes: tuple[float, ...]

    @classmethod
    def fit(cls, margins: np.ndarray, age: np.ndarray, seen: Periods) -> SecondLook:
        """Learn from margins out of fold (n_rows, N_BINS), days overdue (n_rows,) and what came."""
        at = margins[seen.row, seen.bin]
        known = ~np.isnan(at)
        band = _bands(age)[seen.row, seen.bin][known]
        bin_, away = seen.bin[known], at[known] - _USUAL_MARGIN
        ages = np.eye(len(_AGES) + 2)[band]
        columns = np.column_stack([np.eye(N_BINS)[bin_], ages, ages * away[:, None], away])
        intercept, found = fit_logistic(columns, seen.happened[known], at[known], _STRENGTH)
        found = np.round(found, 10)
        return cls(
            round(intercept, 10),
            tuple(found[:N_BINS].tolist()),
            tuple(found[N_BINS : N_BINS + ages.shape[1]].tolist()),
            float(found[-1]),
            tuple(found[N_BINS + ages.shape[1] : -1].tolist()),
        )

    def __call__(self, margins: np.ndarray, age: np.ndarray) -> np.ndarray:
        """The margins set right, same shape (n_rows, N_BINS)."""
        band = _bands(age)
        moved = np.array(self.bins) + np.array(self.ages)[band]
        slope = self.slope + np.array(self.slopes)[band]
        return margins + self.intercept + moved + slope * (margins - _USUAL_MARGIN)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> SecondLook:
        """What its fields as plain data give back."""
        return cls(
            record["intercept"],
            tuple(record["bins"]),
            tuple(record["ages"]),
            record["slope"],
            tuple(record["slopes"]),
        )


def _bands(age: np.ndarray) -> np.ndarray:
    """Band of the age in the middle of each bin, shape (n_rows, N_BINS); the last is unknown."""
    bands = np.searchsorted(_AGES, np.nan_to_num(age)[:, None] + MIDDLES, side="right")
    return np.where(np.isnan(age)[:, None], len(_AGES) + 1, bands)
