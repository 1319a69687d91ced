"""Features as numbers that trees split: one column a feature, missing values kept missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.recovery.design import EXTRA_GROUP, GROUPS

EXTRA = "extra_"
LEVEL_WEIGHT = 10.0
_DATED = ("days_overdue", "terms_days")
_GROUPS = {**GROUPS, "in_insolvency": "solvency"}


def group_of(feature: str) -> str:
    """Business reason of a feature; ``KeyError`` for a column that no model reads."""
    return EXTRA_GROUP if feature.startswith(EXTRA) else _GROUPS[feature]


def explained(joined: pd.DataFrame) -> list[str]:
    """Columns of a joined frame that a model may read, in a fixed order."""
    known = [name for name in _GROUPS if name in joined.columns]
    return known + sorted(name for name in joined.columns if str(name).startswith(EXTRA))


def is_number(column: pd.Series) -> bool:
    """Whether a feature is a number or a boolean, not a category."""
    return pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)


def numbers(joined: pd.DataFrame, feature: str) -> np.ndarray:
    """Values of a numeric feature, shape (n_claims,), NaN where unknown.

    An age counted from a date that nobody knows is unknown too.
    """
    raw = joined[feature].to_numpy(dtype=float, na_value=np.nan)
    raw = np.where(np.isfinite(raw), raw, np.nan)
    if feature in _DATED and "date_basis" in joined.columns:
        return np.where(joined["date_basis"].astype(object) == "unknown", np.nan, raw)
    return raw


@dataclass(frozen=True)
class Encoding:
    """How the columns of a joined frame become a float matrix.

    ``levels`` holds for each category the mean published probability of its levels, drawn to the
    common mean by ten claims: an order of the levels that trees can split, where native
    categories would make path-dependent Shapley values wrong without an error.
    """

    features: tuple[str, ...]
    levels: dict[str, dict[str, float]]
    common: float

    @classmethod
    def fit(cls, joined: pd.DataFrame, published: np.ndarray) -> Encoding:
        """Learn the levels; ``published`` has shape (n_claims,)."""
        names = explained(joined)
        common = float(published.mean()) if len(published) else 0.0
        levels = {}
        for name in names:
            if is_number(joined[name]):
                continue
            column = joined[name].astype(object)
            table = pd.DataFrame({"level": column.to_numpy(), "p": published}).dropna()
            sums = table.groupby("level")["p"].agg(["sum", "count"])
            means = (sums["sum"] + LEVEL_WEIGHT * common) / (sums["count"] + LEVEL_WEIGHT)
            levels[name] = {str(level): float(mean) for level, mean in means.items()}
        whole = cls(tuple(names), levels, common)
        return cls(tuple(name for name in names if whole._varies(joined, name)), levels, common)

    def matrix(self, joined: pd.DataFrame) -> pd.DataFrame:
        """Float columns named after their features, shape (n_claims, n_features).

        A level never seen stands at the common mean.
        """
        return pd.DataFrame(
            {name: self._column(joined, name) for name in self.features},
            columns=list(self.features),
            dtype=float,
        )

    def _varies(self, joined: pd.DataFrame, name: str) -> bool:
        """Whether there is a value, and a second one or a gap: else there is nothing to split."""
        column = self._column(joined, name)
        known = column[~np.isnan(column)]
        return bool(len(known)) and (len(known) < len(column) or float(np.ptp(known)) > 0.0)

    def _column(self, joined: pd.DataFrame, name: str) -> np.ndarray:
        if name not in self.levels:
            return numbers(joined, name)
        column = joined[name].astype(object)
        codes, found = pd.factorize(column)
        means = np.array([self.levels[name].get(str(level), self.common) for level in found])
        means = np.append(means, np.nan)  # code −1, a missing value, reads the last
        return means[codes]
