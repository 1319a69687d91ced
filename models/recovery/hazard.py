r"""Hazards of payment by bin of follow-up, by two engines that answer alike.

With x the features known on the day of the row, j a bin of ``EDGES`` and o_j the log-odds of the
published curve in that bin at the age that the claim will then have,

.. math:: \operatorname{logit} h_j(x) = a_j + s\, o_j(x) + b^\top z(x) + 1_{j \le 1} e^\top z(x)
          + g(\text{age}_j)\, d^\top z(x) + f^\top r_j(x)

for the logistic engine, ridge-penalised (s towards one), so that with little history the published
shape stays and with much it may fade: not every ledger waits for the due date
(what is known of a debtor says less of a claim the longer it is unpaid: g is the logarithm of the
age that the claim will have, one from a year on; r_j says how near the last instalment is,
:mod:`models.recovery.pace`, for payment in full alone);
the boosted engine learns logit h from trees over the same features, the bin and o_j. A bin that
nobody has lived through yet follows the published shape from the bins before it.

Discrete-time hazards on person-period rows: Singer and Willett 1993; Tutz and Schmid 2016.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import logit
from sklearn.ensemble import HistGradientBoostingClassifier

from models.recovery import pace
from models.recovery import prior as published
from models.recovery.design import Design
from models.recovery.logistic import fit_logistic
from models.recovery.periods import EDGES, N_BINS, Periods
from models.recovery.second import SecondLook

EARLY_BINS = 2
"""Bins (30 days) in which what is going on today weighs differently from later."""

EARLY_SOURCES = (
    "promise_running",
    "plan_running",
    "dispute_open",
    "n_payments_30",
    "days_since_last_payment",
    "debtor_days_since_payment",
    "debtor_mean_delay_days",
    "days_overdue",
)
NEVER_BETTER = ("n_promises_broken", "n_plans_broken", "n_refusal")
"""Features of which more never raises the chance, whatever few rows seem to say."""

AGEING_SOURCES = (
    "debtor_late_share",
    "debtor_mean_delay_days",
    "debtor_n_settled",
    "debtor_n_payments_365",
    "debtor_overdue_eur",
    "months_paid_6",
    "n_payments",
    "days_since_last_payment",
    "open_amount_eur",
    "solvency_score",
)
THEN_KNOTS = (0.0, 30.0, 90.0, 180.0)
"""Days overdue from which the age that a claim will have bends its hazard."""

_BIN_PRECISION = 10.0  # a bin lies within some .3 in log-odds of the one before, unless it tells
_THEN_PENALTY = 0.1
_PACE_PRECISION = 0.5  # a leap of one or two in log-odds is no surprise, whatever the penalty
_USUAL_MARGIN = -2.0  # log-odds about which the scale of the published shape turns
_FEWEST_AT_RISK = 20
_LEARNING_RATE = 0.1
_FAR_FROM_DONE = -9.0  # nothing was paid; that it was not, the features know
_MOST_TREES = 120


class Inputs:
    """What the engines read of the rows, each computed once.

    ``age`` is days overdue, NaN where unknown; ``curves`` holds for ``full`` and ``any`` the
    published log-odds by bin, shape (n_rows, N_BINS).
    """

    def __init__(self, design: Design, joined: pd.DataFrame) -> None:
        """``joined`` are the features with the free columns in use."""
        self.design, self.joined = design, joined
        self.age = published.inputs(joined)[0]
        self.curves = {kind: curve_margins(joined, kind) for kind in ("full", "any")}

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.joined)

    def take(self, rows: np.ndarray) -> Inputs:
        """Those of the rows marked, a boolean array; what was computed is kept."""
        taken = Inputs.__new__(Inputs)
        taken.design, taken.joined = self.design, self.joined[rows]
        taken.age = self.age[rows]
        taken.curves = {kind: curve[rows] for kind, curve in self.curves.items()}
        for name in ("matrix", "raw", "ratios", "then"):
            if name in vars(self):
                vars(taken)[name] = vars(self)[name][rows]
        return taken

    @cached_property
    def matrix(self) -> np.ndarray:
        """Columns of the linear model, shape (n_rows, n_columns)."""
        return self.design.matrix(self.joined)

    @cached_property
    def ageing(self) -> np.ndarray:
        """Logarithm of the age that a claim will have in each bin, (n_rows, N_BINS); one at a year.

        After a year it grows no more: what fades by then has faded, and few were followed
        further. Of a claim of unknown age that of half a year.
        """
        age = np.where(np.isnan(self.age), 180.0, self.age)[:, None] + np.array(EDGES[:-1])
        return np.log1p(np.clip(age, 0.0, 365.0) / 30.0) / np.log1p(365.0 / 30.0)

    @cached_property
    def then(self) -> np.ndarray:
        """Columns of the age that a claim will have in each bin, (n_rows, N_BINS, knots).

        The logarithm of the months past each of ``THEN_KNOTS``; of a claim of unknown age that of
        half a year.
        """
        age = np.where(np.isnan(self.age), 180.0, self.age)[:, None] + np.array(EDGES[:-1])
        return np.log1p(np.maximum(age[:, :, None] - np.array(THEN_KNOTS), 0.0) / 30.0)

    @cached_property
    def ratios(self) -> np.ndarray:
        """How near the last instalment is, shape (n_rows, N_BINS, 2); see ``pace.ratios``."""
        return pace.ratios(self.joined)

    @cached_property
    def raw(self) -> np.ndarray:
        """Columns of the trees, shape (n_rows, n_raw), NaN where unknown."""
        return self.design.raw(self.joined)


def curve_margins(features: pd.DataFrame, kind: str) -> np.ndarray:
    """Log-odds of the published hazard in each bin, shape (n_rows, N_BINS), whatever the debtor."""
    age = published.inputs(features)[0]
    hazards = np.empty((len(age), N_BINS))
    ages = np.array(published.curves()["assumptions"]["unknown_ages_days"], dtype=float)
    for j in range(N_BINS):
        width = EDGES[j + 1] - EDGES[j]
        known = published.paid_within(np.nan_to_num(age) + EDGES[j], width)
        unknown = float(published.paid_within(ages + EDGES[j], width).mean())
        hazards[:, j] = np.where(np.isnan(age), unknown, known)
    if kind == "any":
        hazards = 1.0 - (1.0 - hazards) ** published.curves()["assumptions"]["any_to_full_hazard"]
    return logit(np.clip(hazards, 0.0005, 0.999))


def bins_seen(periods: Periods) -> np.ndarray:
    """Which bins enough rows have lived through, shape (N_BINS,)."""
    return np.bincount(periods.bin, minlength=N_BINS) >= _FEWEST_AT_RISK


@dataclass(frozen=True, slots=True)
class LogisticHazard:
    """The logistic engine.

    ``early`` are the further coefficients of the first bins, ``ageing`` those that grow with age,
    ``pace`` those of the last instalment (none for any payment), ``scale`` how much of the
    published shape is left.
    """

    intercept: float
    bins: tuple[float, ...]
    coefficients: tuple[float, ...]
    early: tuple[float, ...]
    ageing: tuple[float, ...]
    pace: tuple[float, ...]
    then: tuple[float, ...]
    usual: tuple[float, ...]
    scale: float

    @classmethod
    def fit(
        cls,
        inputs: Inputs,
        kind: str,
        periods: Periods,
        strength: float,
        near: LogisticHazard | None = None,
    ) -> LogisticHazard:
        """Learn from person-period rows; ``strength`` as in ``fit_logistic``.

        ``near`` is an engine of the same columns to begin at: it saves time, nothing else.
        """
        early = early_columns(inputs.design)
        # A step from each bin to the next: what few have lived through stays near what came before.
        at = (periods.bin[:, None] >= np.arange(N_BINS)).astype(float)
        z = inputs.matrix[periods.row]
        soon = z[:, early] * (periods.bin < EARLY_BINS)[:, None]
        old = z[:, ageing_columns(inputs.design)] * inputs.ageing[periods.row, periods.bin, None]
        curve = inputs.curves[kind][periods.row, periods.bin]
        left = np.empty((len(at), 0))
        if kind == "full":
            left = pace.columns(inputs.ratios)[periods.row, periods.bin]
        then = inputs.then[periods.row, periods.bin]
        parts = [at, z, soon, old, left, then, (curve - _USUAL_MARGIN)[:, None]]
        widths = [part.shape[1] for part in parts]
        last = _PACE_PRECISION * strength
        weight = [_BIN_PRECISION * strength, 1.0, 1.0, 1.0, last, _THEN_PENALTY, 1.0]
        columns, penalties = np.column_stack(parts), np.repeat(weight, widths)
        signed = N_BINS + np.flatnonzero([c.source in NEVER_BETTER for c in inputs.design.columns])
        start = None if near is None else near.theta
        for _ in range(2):
            intercept, found = fit_logistic(
                columns,
                periods.happened,
                curve,
                strength,
                penalties=penalties,
                start=start,
            )
            wrong = signed[found[signed] > 0]
            if not len(wrong):
                break
            # A coefficient of the wrong sign is noise: it is held at zero and the rest fitted anew.
            columns[:, wrong], found[wrong] = 0.0, 0.0
            start = np.concatenate([[intercept], found])
        found = np.round(found, 10)
        bins, all_bins, first, later, done, aged, rest = np.split(found, np.cumsum(widths)[:-1])
        usual = np.round((inputs.then @ aged).mean(axis=0), 10)
        bins = np.round(np.cumsum(bins), 10)
        return cls(
            round(intercept - float(rest[0]) * _USUAL_MARGIN, 10),
            tuple(bins.tolist()),
            tuple(all_bins.tolist()),
            tuple(first.tolist()),
            tuple(later.tolist()),
            tuple(done.tolist()),
            tuple(aged.tolist()),
            tuple(usual.tolist()),
            1.0 + float(rest[0]),
        )

    @property
    def theta(self) -> np.ndarray:
        """What was learnt as ``fit_logistic`` gave it, intercept first."""
        rest = self.scale - 1.0
        steps = np.diff(self.bins, prepend=0.0)
        parts = (steps, self.coefficients, self.early, self.ageing, self.pace, self.then)
        intercept = self.intercept + rest * _USUAL_MARGIN
        return np.concatenate([[intercept], *parts, [rest]])

    def weights(self, design: Design) -> np.ndarray:
        """Coefficient of each column of the design in each bin, shape (N_BINS, n_columns)."""
        out = np.tile(np.array(self.coefficients), (N_BINS, 1))
        out[:EARLY_BINS, early_columns(design)] += np.array(self.early)
        return out

    def ageing_weights(self, design: Design) -> np.ndarray:
        """Coefficient that each column of the design gains with age, shape (n_columns,)."""
        out = np.zeros(len(design.columns))
        out[ageing_columns(design)] = self.ageing
        return out

    def nearing(self, inputs: Inputs) -> np.ndarray:
        """What the last instalment adds in each bin, shape (n_rows, N_BINS)."""
        if not self.pace:
            return np.zeros((len(inputs), N_BINS))
        return np.einsum("ijk,k->ij", pace.columns(inputs.ratios), np.array(self.pace))

    def ageing_then(self, inputs: Inputs) -> np.ndarray:
        """What the age in each bin adds, shape (n_rows, N_BINS); ``usual`` is its mean."""
        return np.einsum("ijk,k->ij", inputs.then, np.array(self.then))

    def margins(self, inputs: Inputs, kind: str) -> np.ndarray:
        """Log-odds of the event in each bin, shape (n_rows, N_BINS)."""
        weights = self.weights(inputs.design)
        # A fixed order of summation: the same bytes for one row as for many.
        late = np.einsum("ij,j->i", inputs.matrix, weights[-1])
        soon = np.einsum("ij,j->i", inputs.matrix, weights[0])
        index = np.where(np.arange(N_BINS) < EARLY_BINS, soon[:, None], late[:, None])
        growing = np.einsum("ij,j->i", inputs.matrix, self.ageing_weights(inputs.design))
        index = index + inputs.ageing * growing[:, None] + self.nearing(inputs)
        index = index + self.ageing_then(inputs)
        return self.intercept + np.array(self.bins) + self.scale * inputs.curves[kind] + index


def early_columns(design: Design) -> np.ndarray:
    """Positions of the columns that have a coefficient of their own in the first bins."""
    return np.flatnonzero([column.source in EARLY_SOURCES for column in design.columns])


def ageing_columns(design: Design) -> np.ndarray:
    """Positions of the columns whose coefficient changes with the age of the claim."""
    return np.flatnonzero(
        [c.source in AGEING_SOURCES or c.source.startswith("extra_") for c in design.columns]
    )


@dataclass(frozen=True, slots=True)
class BoostedHazard:
    """The boosted engine: trees without native categories, whose Shapley values would be wrong."""

    trees: HistGradientBoostingClassifier
    seen: tuple[bool, ...]
    second: SecondLook | None = None

    @classmethod
    def fit(cls, inputs: Inputs, kind: str, periods: Periods, *, n_trees: int) -> BoostedHazard:
        """Learn from person-period rows with a given number of trees."""
        trees = _classifier(len(periods.row), n_trees, inputs)
        trees.fit(_stacked(inputs, kind, periods.row, periods.bin), periods.happened)
        return cls(trees, tuple(bins_seen(periods).tolist()))

    @classmethod
    def choose_size(
        cls, inputs: Inputs, kind: str, learn: Periods, judge: Periods
    ) -> tuple[int, float]:
        """Number of trees that forecasts ``judge`` best, and the mean log loss it reaches."""
        trees = _classifier(len(learn.row), _MOST_TREES, inputs)
        trees.fit(_stacked(inputs, kind, learn.row, learn.bin), learn.happened)
        held_out = _stacked(inputs, kind, judge.row, judge.bin)
        losses = [
            float(np.mean(np.logaddexp(0.0, margin) - judge.happened * margin))
            for margin in trees.staged_decision_function(held_out)
        ]
        best = int(np.argmin(losses))
        return best + 1, losses[best]

    def margins(self, inputs: Inputs, kind: str) -> np.ndarray:
        """Log-odds of the event in each bin, shape (n_rows, N_BINS)."""
        n, curve = len(inputs), inputs.curves[kind]
        seen = np.flatnonzero(self.seen)
        margins = np.empty((n, N_BINS))
        for j in seen if n else ():
            # One bin at a time: a million claims in every bin at once would not fit.
            columns = _stacked(inputs, kind, np.arange(n), np.full(n, j))
            margins[:, j] = self.trees.decision_function(columns)
        late = seen[-2:]
        moved = (margins[:, late] - curve[:, late]).mean(axis=1) if len(seen) else np.zeros(n)
        for j in np.flatnonzero(~np.array(self.seen)):
            margins[:, j] = curve[:, j] + moved
        return margins if self.second is None else self.second(margins, inputs.age)


def _classifier(n_periods: int, n_trees: int, inputs: Inputs) -> HistGradientBoostingClassifier:
    signs = [-int(name in NEVER_BETTER) for name in inputs.design.raw_names]
    return HistGradientBoostingClassifier(
        learning_rate=_LEARNING_RATE,
        max_iter=n_trees,
        max_leaf_nodes=8,
        min_samples_leaf=max(40, n_periods // 1000),
        l2_regularization=5.0,
        max_bins=63,
        monotonic_cst=[*signs, 0, 0, 0, 0, 0],
        early_stopping=False,
        random_state=0,
    )


def _stacked(inputs: Inputs, kind: str, row: np.ndarray, bin_: np.ndarray) -> np.ndarray:
    """Trees' columns for some rows in some bins: features, published log-odds, day, age, pace."""
    start = np.array(EDGES[:-1], dtype=np.float32)[bin_]
    near = np.nan_to_num(inputs.ratios[row, bin_], nan=_FAR_FROM_DONE)
    more = np.column_stack([inputs.curves[kind][row, bin_], start, inputs.age[row] + start, near])
    return np.concatenate([inputs.raw[row], more.astype(np.float32)], axis=1)


def period_losses(margins: np.ndarray, periods: Periods) -> np.ndarray:
    """Negative log-likelihood of each person-period row under margins (n_rows, N_BINS)."""
    at = margins[periods.row, periods.bin]
    return np.asarray(np.logaddexp(0.0, at) - periods.happened * at)


def as_json(engine: LogisticHazard) -> dict[str, Any]:
    """Plain lists and numbers of a logistic engine."""
    told = asdict(engine)
    return {name: list(part) if isinstance(part, tuple) else part for name, part in told.items()}


def from_json(record: dict[str, Any]) -> LogisticHazard:
    """The engine that ``as_json`` wrote."""
    fields = {name: tuple(x) if isinstance(x, list) else x for name, x in record.items()}
    return LogisticHazard(**fields)
