r"""Habits of a debtor drawn to those of debtors like it, and those of a group to the common ones.

Empirical Bayes (Robbins 1956): a debtor of two invoices says little of itself. Late payments by
the beta-binomial, numbers of settlements by the gamma-Poisson.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

NO_ANSWER = "no_answer"
SIZES = (4, 50, 200, 1000)  # headcount at which a size of firm begins (Altares)
GROUP_FLOOR = 20.0  # settled claims that the common rate is worth at least, beside a group's


PACES = {
    "debtor_expected_settled": "debtor_n_settled_timed",
    "debtor_expected_payments": "debtor_n_payments_timed",
}
"""What the pace of the ledger would have brought of a debtor, and what came."""


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """Rates of a debtor drawn to its group's, and those of a group to the common one.

    The group is the sector (two digits) by size of the debtor, else its kind. With the group's
    rate g = (late + k·rate) / (settled + k), the debtor's is (late + m·g) / (settled + m).
    """

    rate: float
    m: float
    delay: float
    groups: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    pace: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def fit(cls, features: pd.DataFrame) -> Shrinkage:
        """Rate and weight by the moments of the beta-binomial, one row per debtor (the last)."""
        last = features.drop_duplicates("debtor_id", keep="last")
        settled = number(last["debtor_n_settled"], 0.0)
        late = np.minimum(number(last["debtor_n_settled_late"], 0.0), settled)
        rate = float((late.sum() + 1.0) / (settled.sum() + 2.0))
        delay = number(last["debtor_mean_delay_days"], np.nan)
        known = ~np.isnan(delay) & (settled > 0)
        mean_delay = float(np.average(delay[known], weights=settled[known])) if known.any() else 0.0
        table = pd.DataFrame(
            {
                "group": debtor_groups(last),
                "settled": settled,
                "late": late,
                "days": np.where(known, settled * np.nan_to_num(delay), 0.0),
                "delays": np.where(known, settled, 0.0),
            }
        )
        sums = table.groupby("group").sum()
        k = beta_binomial_weight(sums["late"].to_numpy(), sums["settled"].to_numpy(), 20.0)
        k = max(k, GROUP_FLOOR)
        groups = {
            str(name): (
                round(float((row.late + k * rate) / (row.settled + k)), 10),
                round(float((row.days + k * mean_delay) / (row.delays + k)), 10),
            )
            for name, row in zip(sums.index, sums.itertuples(index=False), strict=True)
        }
        pace = {
            name: gamma_poisson_weight(number(last[seen], 0.0), number(last[name], 0.0))
            for name, seen in PACES.items()
            if {name, seen} <= set(last.columns)
        }
        return cls(rate, beta_binomial_weight(late, settled), mean_delay, groups, pace)

    def of_groups(self, features: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Late rate and mean delay (days) of each row's group; those of all where it is new."""
        names = pd.Series(debtor_groups(features))
        rate = names.map({name: value[0] for name, value in self.groups.items()})
        delay = names.map({name: value[1] for name, value in self.groups.items()})
        return (
            rate.astype(float).fillna(self.rate).to_numpy(),
            delay.astype(float).fillna(self.delay).to_numpy(),
        )


def debtor_groups(features: pd.DataFrame) -> np.ndarray:
    """Sector by size of each row's debtor where known, else its kind, shape (n_rows,)."""
    kind = texts(features, "debtor_kind").astype(str).to_numpy(dtype=object)
    sector = texts(features, "naf_division").astype(str).to_numpy(dtype=object)
    if "headcount" in features.columns:
        headcount = number(features["headcount"], np.nan)
    else:
        headcount = np.full(len(features), np.nan)
    size = np.where(
        np.isnan(headcount),
        "?",
        np.searchsorted(SIZES, np.nan_to_num(headcount), side="right").astype(str),
    ).astype(object)
    known = (sector != "") | (size != "?")
    return np.where(known, sector + "|" + size, kind)


def beta_binomial_weight(successes: np.ndarray, trials: np.ndarray, default: float = 5.0) -> float:
    """How many trials the common rate is worth beside a debtor's own, by moment matching.

    Kept within [1, 50]; ``default`` when fewer than ten debtors have two trials.
    """
    enough = trials >= 2
    if enough.sum() < 10:
        return default
    n, shares = trials[enough], successes[enough] / trials[enough]
    rate = successes[enough].sum() / n.sum()
    noise = rate * (1 - rate)
    if noise == 0:
        return default
    total = float(np.average((shares - rate) ** 2, weights=n))
    between = total - noise * len(n) / n.sum()
    within = max(1.0 - len(n) / n.sum(), 1e-9)
    if between <= 0:
        return 50.0
    return float(np.clip(noise * within / between - 1.0, 1.0, 50.0))


def gamma_poisson_weight(seen: np.ndarray, expected: np.ndarray, default: float = 2.0) -> float:
    """How many expected events the common pace is worth beside a debtor's own.

    By the moments of a Poisson count whose pace is gamma among debtors (Greenwood and Yule 1920):
    the excess of the variance over the expected counts. Kept within [0.5, 50].
    """
    known = expected > 0
    if known.sum() < 10:
        return default
    n, mean = seen[known], expected[known]
    mean = mean * n.sum() / mean.sum() if n.sum() else mean
    excess = float(((n - mean) ** 2 - mean).sum() / (mean**2).sum())
    return 50.0 if excess <= 0 else float(np.clip(1.0 / excess, 0.5, 50.0))


def number(column: pd.Series, missing: float) -> np.ndarray:
    """The column as floats, ``missing`` where it holds no finite number."""
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    return np.where(np.isnan(numbers), missing, numbers)


def texts(features: pd.DataFrame, name: str) -> pd.Series:
    """The column as texts, empty where unknown or absent."""
    if name not in features.columns:
        return pd.Series("", index=features.index, dtype=object)
    column = features[name].astype(object)
    column = column.where(column.notna(), "")
    # Our own unanswered calls must not come in by the last outcome.
    return column.replace(NO_ANSWER, "") if name == "last_outcome" else column
