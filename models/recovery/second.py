r"""A second look at the margins of trees, learnt on debtors that the trees did not see.

Trees stop early and shrink, so that what they say lies too near the mean, and more so for the
oldest claims. On forecasts out of fold (stacking: Wolpert 1992),

.. math:: \operatorname{logit} h_j = m_j + a_j + c_{b} + (s + s_b + t_j)\,(m_j - m^*),

m the margin of the trees, a and t by bin, c and s_b by band of the age that the claim will have, s
one for all, each drawn to nothing by a ridge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.recovery.logistic import fit_logistic
from models.recovery.periods import MIDDLES, N_BINS, Periods

_AGES = (0.0, 30.0, 90.0, 180.0, 365.0, 540.0)
_STRENGTH = 0.1
_USUAL_MARGIN = -2.0


@dataclass(frozen=True, slots=True)
class SecondLook:
    """``bins`` and ``ages`` are added to a margin, ``slope`` times its distance from the usual.

    ``slopes`` by band of age and ``bin_slopes`` by bin are added to ``slope``.
    """

    intercept: float
    bins: tuple[float, ...]
    ages: tuple[float, ...]
    slope: float
    slopes: tuple[float, ...]
    bin_slopes: tuple[float, ...]

    @classmethod
    def fit(cls, margins: np.ndarray, age: np.ndarray, seen: Periods) -> SecondLook:
        """Learn from margins out of fold (n_rows, N_BINS), days overdue (n_rows,) and what came."""
        at = margins[seen.row, seen.bin]
        known = ~np.isnan(at)
        band = _bands(age)[seen.row, seen.bin][known]
        away = at[known, None] - _USUAL_MARGIN
        bins, ages = np.eye(N_BINS)[seen.bin[known]], np.eye(len(_AGES) + 2)[band]
        parts = [bins, ages, away, ages * away, bins * away]
        intercept, found = fit_logistic(
            np.column_stack(parts), seen.happened[known], at[known], _STRENGTH
        )
        ends = np.cumsum([part.shape[1] for part in parts])[:-1]
        by_bin, by_age, slope, slopes, bin_slopes = (
            tuple(part.tolist()) for part in np.split(np.round(found, 10), ends)
        )
        return cls(round(intercept, 10), by_bin, by_age, slope[0], slopes, bin_slopes)

    def __call__(self, margins: np.ndarray, age: np.ndarray) -> np.ndarray:
        """The margins set right, same shape (n_rows, N_BINS)."""
        band = _bands(age)
        moved = np.array(self.bins) + np.array(self.ages)[band]
        slope = self.slope + np.array(self.slopes)[band] + np.array(self.bin_slopes)
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
            tuple(record["bin_slopes"]),
        )


def _bands(age: np.ndarray) -> np.ndarray:
    """Band of the age in the middle of each bin, shape (n_rows, N_BINS); the last is unknown."""
    bands = np.searchsorted(_AGES, np.nan_to_num(age)[:, None] + MIDDLES, side="right")
    return np.where(np.isnan(age)[:, None], len(_AGES) + 1, bands)
