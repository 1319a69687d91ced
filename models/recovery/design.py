"""From the features of a claim to the columns of a linear model, each traceable to its feature.

Left out on purpose: how often we acted (n_actions, n_actions_30, days_since_action, stage_rank,
n_reached, n_no_answer), because collectors contact the slow payers and a model would learn that
contacts delay payment; and is_vulnerable, which protects a person and must not rank them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from models.recovery.shrinkage import PACES, Shrinkage, number, texts

Transform = Literal["identity", "log", "age"]

AGE_KNOTS = (0.0, 15.0, 30.0, 60.0, 90.0, 180.0, 365.0)
MOST_DEVIATIONS = 4.0
RAREST_LEVEL = 30
NUMBERS: dict[str, tuple[Transform, str]] = {
    "days_overdue": ("age", "age"),
    "days_since_issue": ("log", "age"),
    "terms_days": ("log", "age"),
    "open_amount_eur": ("log", "amount"),
    "amount_eur": ("log", "amount"),
    "debtor_late_share": ("identity", "debtor_history"),
    "debtor_mean_delay_days": ("log", "debtor_history"),
    "debtor_n_settled": ("log", "debtor_history"),
    "debtor_expected_settled": ("identity", "debtor_history"),
    "debtor_expected_payments": ("identity", "debtor_history"),
    "debtor_n_overdue": ("log", "outstanding"),
    "debtor_overdue_eur": ("log", "outstanding"),
    "debtor_oldest_overdue_days": ("log", "outstanding"),
    "n_payments": ("log", "recent_payments"),
    "paid_share": ("identity", "recent_payments"),
    "days_since_last_payment": ("log", "recent_payments"),
    "n_payments_30": ("log", "recent_payments"),
    "n_payments_90": ("log", "recent_payments"),
    "n_payments_180": ("log", "recent_payments"),
    "months_paid_6": ("identity", "recent_payments"),
    "paid_90_share": ("identity", "recent_payments"),
    "days_to_clear": ("log", "recent_payments"),
    "debtor_n_payments_30": ("log", "recent_payments"),
    "debtor_n_payments_90": ("log", "recent_payments"),
    "debtor_n_payments_365": ("log", "recent_payments"),
    "debtor_days_since_payment": ("log", "recent_payments"),
    "n_promises": ("log", "promises"),
    "n_promises_kept": ("log", "promises"),
    "n_promises_broken": ("log", "promises"),
    "n_plans_broken": ("log", "plans"),
    "disputed_share": ("identity", "disputes"),
    "n_disputes_founded": ("log", "disputes"),
    "n_disputes_unfounded": ("log", "disputes"),
    "debtor_n_disputes": ("log", "disputes"),
    "n_wrong_contact": ("log", "answers"),
    "n_missing_document": ("log", "answers"),
    "n_cash_wait": ("log", "answers"),
    "n_refusal": ("log", "answers"),
    "solvency_score": ("identity", "solvency"),
    "headcount": ("log", "kind_and_size"),
    "company_age_days": ("log", "kind_and_size"),
    "debtor_tenure_days": ("log", "relationship"),
}
BOOLEANS: dict[str, str] = {
    "promise_running": "promises",
    "plan_running": "plans",
    "dispute_open": "disputes",
    "has_order": "documents",
    "has_delivery_proof": "documents",
    "has_terms": "documents",
}
CATEGORIES: dict[str, str] = {
    "debtor_kind": "kind_and_size",
    "naf_division": "kind_and_size",
    "country": "kind_and_size",
    "date_basis": "age",
    "nature": "documents",
    "last_outcome": "answers",
}
EXTRA_GROUP = "extra_columns"
GROUPS: dict[str, str] = {
    **{name: group for name, (_, group) in NUMBERS.items()},
    **BOOLEANS,
    **CATEGORIES,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the model matrix: a piece of the feature ``source``.

    ``kind`` is ``number`` (the transformed value past ``knot``, standardised), ``missing`` (one
    where the feature is unknown) or ``level`` (one where a category has that ``level``).
    """

    source: str
    kind: Literal["number", "missing", "level"]
    transform: Transform = "identity"
    knot: float | None = None
    level: str | None = None
    mean: float = 0.0
    deviation: float = 1.0


@dataclass(frozen=True, slots=True)
class Design:
    """Columns learnt on a training frame; JSON in, JSON out."""

    columns: tuple[Column, ...]
    shrinkage: Shrinkage

    @classmethod
    def fit(
        cls, features: pd.DataFrame, extra_numbers: Sequence[str], extra_levels: Sequence[str]
    ) -> Design:
        """Columns for the features of ``features``; extras are ``extra_*`` columns of it."""
        shrinkage = Shrinkage.fit(features)
        columns: list[Column] = []
        for name, (transform, _) in NUMBERS.items():
            columns += _number_columns(name, transform, values(features, name, shrinkage))
        for name in extra_numbers:
            columns += _number_columns(name, "identity", values(features, name, shrinkage))
        for name in BOOLEANS:
            columns += _number_columns(name, "identity", values(features, name, shrinkage))
        for name in [*CATEGORIES, *extra_levels]:
            counts = texts(features, name).value_counts()
            common = sorted(counts.index[counts >= RAREST_LEVEL])
            shares = [(level, float(counts[level]) / max(len(features), 1)) for level in common]
            columns += [
                Column(name, "level", level=level, mean=share, deviation=1.0)
                for level, share in shares
                if share < 1.0
            ]
        return cls(tuple(columns), shrinkage)

    @property
    def sources(self) -> tuple[str, ...]:
        """Features used, in the order of their first column."""
        return tuple(dict.fromkeys(column.source for column in self.columns))

    def matrix(self, features: pd.DataFrame) -> np.ndarray:
        """Model matrix, shape (n_claims, n_columns); every column has mean near zero in training.

        A missing number stands at the training mean and raises its indicator.
        """
        out = np.zeros((len(features), len(self.columns)))
        numbers: dict[str, np.ndarray] = {}
        known: dict[str, np.ndarray] = {}
        for i, column in enumerate(self.columns):
            if column.kind == "level":
                if column.source not in known:
                    known[column.source] = texts(features, column.source).to_numpy(dtype=object)
                out[:, i] = (known[column.source] == column.level) - column.mean
                continue
            if column.source not in numbers:
                numbers[column.source] = values(features, column.source, self.shrinkage)
            raw = numbers[column.source]
            if column.kind == "missing":
                out[:, i] = np.isnan(raw) - column.mean
            else:
                scaled = (
                    transformed(raw, column.transform, column.knot) - column.mean
                ) / column.deviation
                out[:, i] = np.clip(
                    np.nan_to_num(scaled, nan=0.0), -MOST_DEVIATIONS, MOST_DEVIATIONS
                )
        return out

    @property
    def raw_names(self) -> list[str]:
        """Columns of ``raw``: features by name, and ``feature=level``."""
        levels = (column for column in self.columns if column.kind == "level")
        return [*self._raw_numbers(), *(f"{c.source}={c.level}" for c in levels)]

    def _raw_numbers(self) -> list[str]:
        numbers = (column.source for column in self.columns if column.kind != "level")
        return list(dict.fromkeys(numbers))

    def raw(self, features: pd.DataFrame) -> np.ndarray:
        """Numbers as they are, NaN where unknown, and levels as 0 or 1, for trees.

        Shape (n_claims, n_raw), single precision. A missing number stays missing: that is what
        a tree learns from.
        """
        names = self._raw_numbers()
        levels = [column for column in self.columns if column.kind == "level"]
        out = np.empty((len(features), len(names) + len(levels)), dtype=np.float32)
        for i, source in enumerate(names):
            out[:, i] = values(features, source, self.shrinkage)
        known: dict[str, np.ndarray] = {}
        for i, column in enumerate(levels, start=len(names)):
            if column.source not in known:
                known[column.source] = texts(features, column.source).to_numpy(dtype=object)
            out[:, i] = known[column.source] == column.level
        return out

    def to_json(self) -> dict[str, Any]:
        """Plain lists and numbers."""
        return {
            "columns": [asdict(column) for column in self.columns],
            "shrinkage": {
                **asdict(self.shrinkage),
                "groups": {name: list(pair) for name, pair in self.shrinkage.groups.items()},
            },
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Design:
        """The design that ``to_json`` wrote."""
        columns = tuple(Column(**column) for column in record["columns"])
        told = dict(record["shrinkage"])
        groups = {name: (pair[0], pair[1]) for name, pair in told.pop("groups", {}).items()}
        return cls(columns, Shrinkage(**told, groups=groups))


def values(features: pd.DataFrame, name: str, shrinkage: Shrinkage) -> np.ndarray:
    """The numbers of one feature, NaN where unknown; rates of a debtor are shrunken."""
    if name not in features.columns:
        return np.full(len(features), np.nan)
    if name in ("debtor_late_share", "debtor_mean_delay_days"):
        settled = number(features["debtor_n_settled"], 0.0)
        rate, usual = shrinkage.of_groups(features)
        if name == "debtor_late_share":
            late = np.minimum(number(features["debtor_n_settled_late"], 0.0), settled)
            return (late + shrinkage.m * rate) / (settled + shrinkage.m)
        delay = np.where(settled > 0, number(features[name], shrinkage.delay), 0.0)
        return (settled * delay + shrinkage.m * usual) / (settled + shrinkage.m)
    raw = number(features[name], np.nan)
    if name in PACES and PACES[name] in features.columns:
        weight = shrinkage.pace.get(name, 2.0)
        seen = number(features[PACES[name]], 0.0)
        return np.log((seen + weight) / (np.nan_to_num(raw) + weight))
    if name in ("days_overdue", "terms_days") and "date_basis" in features.columns:
        return np.where(texts(features, "date_basis") == "unknown", np.nan, raw)
    return raw


def transformed(raw: np.ndarray, transform: Transform, knot: float | None) -> np.ndarray:
    """A number as the model takes it: itself, its signed logarithm, or the part past a knot."""
    if transform == "log":
        return np.sign(raw) * np.log1p(np.abs(raw))
    if transform == "age" and knot is not None:
        return np.log1p(np.maximum(raw - knot, 0.0))
    if transform == "age":
        return np.log1p(np.maximum(-raw, 0.0))
    return raw


def _number_columns(name: str, transform: Transform, raw: np.ndarray) -> list[Column]:
    knots: tuple[float | None, ...] = (None, *AGE_KNOTS) if transform == "age" else (None,)
    known = ~np.isnan(raw)
    columns = []
    for knot in knots:
        seen = transformed(raw[known], transform, knot)
        if len(seen) and np.std(seen) > 1e-9:
            column = Column(
                name, "number", transform, knot, None, float(seen.mean()), float(seen.std())
            )
            columns.append(column)
    absent = float(1.0 - known.mean()) if len(raw) else 0.0
    if 0.001 < absent < 0.999:
        columns.append(Column(name, "missing", mean=absent))
    return columns
