"""What the end model reads of a debtor: signals, and how it behaves; nothing that says who it is.

Postcode, age, gender, name and what stands for them (town, e-mail, language, first name, legal
form) are not here, nor is the kind of debtor. Every column is zero for a debtor of whom nothing is
known, so that this debtor is the base of every explanation and a missing value is a fact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.profile.rules import Rules
from models.profile.signals import Signs, number


@dataclass(frozen=True)
class Behaviour:
    """One figure of a debtor's history: column, how it is scaled, its group of reasons."""

    column: str
    group: str
    kind: str
    centre: float
    scale: float


BEHAVIOURS = (
    Behaviour("debtor_late_share", "history", "plain", 0.5, 0.3),
    Behaviour("debtor_mean_delay_days", "history", "signed_log", 2.5, 1.2),
    Behaviour("delay_spread_days", "history", "log", 2.3, 1.0),
    Behaviour("debtor_n_settled", "history", "log", 0.0, 1.0),
    Behaviour("debtor_tenure_days", "history", "log", 5.5, 1.2),
    Behaviour("debtor_n_payments_365", "payments", "log", 0.0, 1.0),
    Behaviour("debtor_days_since_payment", "payments", "log", 4.0, 1.5),
    Behaviour("n_partial_payments", "payments", "log", 0.0, 0.7),
    Behaviour("debtor_n_open", "balance", "log", 0.7, 0.7),
    Behaviour("debtor_n_overdue", "balance", "log", 0.0, 0.7),
    Behaviour("debtor_oldest_overdue_days", "balance", "log", 4.0, 1.2),
    Behaviour("debtor_open_eur", "balance", "log", 7.0, 1.5),
    Behaviour("debtor_n_disputes", "disputes", "log", 0.0, 0.7),
    Behaviour("n_answers", "contact", "log", 0.0, 0.7),
    Behaviour("n_no_answer", "contact", "log", 0.0, 0.7),
    Behaviour("n_promises_due", "commitments", "log", 0.0, 0.7),
    Behaviour("solvency_score", "solvency", "plain", 50.0, 20.0),
)

_REACH = 3.0


@dataclass(frozen=True)
class Layout:
    """Columns of the matrix: ``feature`` is the place of each column's feature in ``names``."""

    names: tuple[str, ...]
    groups: tuple[str, ...]
    feature: np.ndarray

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.feature)


def layout(elicited: Rules) -> Layout:
    """Features in order: the signals, then the behaviours; two columns each."""
    names = [signal.name for signal in elicited.signals] + [each.column for each in BEHAVIOURS]
    groups = [signal.group for signal in elicited.signals] + [each.group for each in BEHAVIOURS]
    n, m = len(elicited.signals), len(BEHAVIOURS)
    signals = np.arange(n)
    places = n + np.arange(m)
    return Layout(tuple(names), tuple(groups), np.concatenate([signals, signals, places, places]))


def matrix(signs: Signs, features: pd.DataFrame) -> np.ndarray:
    """Shape (n_debtors, width), in the order of ``layout``: seen, missed, known, how far."""
    known, far = behaviours(features)
    return np.hstack([signs.seen, signs.missed, known, far])


def behaviours(features: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Whether each figure is known, and how far from its centre; (n_debtors, n_behaviours)."""
    shape = (len(features), len(BEHAVIOURS))
    known, far = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for j, each in enumerate(BEHAVIOURS):
        values = number(features, each.column)
        if each.kind == "log":
            values = np.log1p(np.maximum(values, 0.0))
        elif each.kind == "signed_log":
            values = np.sign(values) * np.log1p(np.abs(values))
        known[:, j] = ~np.isnan(values)
        steps = np.clip((values - each.centre) / each.scale, -_REACH, _REACH)
        far[:, j] = np.nan_to_num(steps)
    return known, far
