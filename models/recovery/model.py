r"""Probability of payment by a regularised logistic per horizon, drawn to the published curves.

For each horizon h of 30, 60, 90, 180 and 365 days and each kind of event (payment in full, any
payment), with x the features known on the day and o the log-odds of the published curve at the
age of the claim,

.. math:: \operatorname{logit} P(\text{event within } h \mid x) = a_h + c_h o_h(x) + b_h^\top z(x),

and the published probability is :math:`w_h P_{model} + (1 − w_h) P_{prior}` with
:math:`w_h = n_h / (n_h + 25) · m_h / (m_h + 25)`: n_h the rarer of claims with and without the
event, m_h the claims seen at about that age.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from sklearn.base import BaseEstimator

from models.columns import ExtraColumns, folds, learn
from models.metrics import log_loss, platt
from models.recovery import prior as published
from models.recovery.cash import HORIZONS, frame, median_days, money, order
from models.recovery.design import AGE_KNOTS, Design
from models.recovery.labels import OUTCOMES, days, labels, settled_by_day
from models.recovery.logistic import fit_logistic

MODEL_WEIGHT = 0.9
PRIOR_CLAIMS = 25.0
FEWEST_EVENTS = 10
MAIN_HORIZON = 90
STRENGTHS = (0.003, 0.03, 0.3)
_LEVELS = 21


@dataclass(frozen=True, slots=True)
class Line:
    """A calibrated logistic around the published curve.

    Log-odds = intercept + slope · curve + coefficients · columns of the design. ``curve`` is the
    mean log-odds of the curve over the rows learnt from: with columns at zero, the average claim.
    ``band_claims`` counts the claims learnt from by band of age, the last of unknown age.
    """

    intercept: float
    slope: float
    coefficients: tuple[float, ...]
    curve: float
    n_events: int
    n_without: int
    band_claims: tuple[int, ...]

    def margin(self, matrix: np.ndarray, curve: np.ndarray) -> np.ndarray:
        """Log-odds, shape (n_rows,), of a matrix (n_rows, n_columns) and curve (n_rows,)."""
        # A fixed order of summation: the same bytes for one row as for many.
        columns = np.einsum("ij,j->i", matrix, np.array(self.coefficients))
        return self.intercept + self.slope * curve + columns

    def weight(self, bands: np.ndarray) -> np.ndarray:
        """Weight of the model beside the published curves, by what was seen at that age."""
        rarer = min(self.n_events, self.n_without)
        near = np.array(self.band_claims, dtype=float)[bands]
        return rarer / (rarer + PRIOR_CLAIMS) * near / (near + PRIOR_CLAIMS)


class RecoveryModel(BaseEstimator):
    """Payment in full and any payment within each horizon, and cash within 365 days.

    Parameters
    ----------
    strengths : inverse strengths of the ridge penalty to choose from, on held-out debtors.
    most_rows : rows used at most, drawn by a hash of claim and day.

    Attributes
    ----------
    design_, extras_ : what the columns are.
    lines_ : ``Line`` by (kind, horizon); absent where the horizon has too few mature events.
    partial_share_, partial_quantiles_ : share of the open amount paid by partial payers.
    reasons_ : in plain words, what could not be learnt and why.
    """

    def __init__(self, strengths: tuple[float, ...] = STRENGTHS, most_rows: int = 60_000) -> None:
        """Parameters are kept as given and read in ``fit``."""
        self.strengths = strengths
        self.most_rows = most_rows

    def fit(
        self,
        panel_features: pd.DataFrame,
        panel_extras: pd.DataFrame,
        outcomes: pd.DataFrame,
        *,
        known_by: date,
    ) -> RecoveryModel:
        """Learn from rows (claim, day) of the past and what was known of them by ``known_by``.

        Parameters
        ----------
        panel_features : columns of ``features.claim_features`` and ``day``.
        panel_extras : columns of ``features.claim_extras`` and ``day``; may have no rows.
        outcomes : see :mod:`models.recovery.labels`; rows meet by claim_id and day.
        """
        rows = self._rows(panel_features, outcomes, known_by)
        marks = labels(rows, known_by)
        self.known_by_ = known_by
        self.n_rows_ = len(rows)
        self.reasons_: list[str] = []
        main = self._main_horizon(rows, marks)
        leak_label = marks["full", main] if main else np.full(len(rows), np.nan)
        self.extras_, joined = learn(rows, panel_extras, leak_label, settled_by_day(rows, known_by))
        self.design_ = Design.fit(joined, self.extras_.number_columns, self.extras_.level_columns)
        self.lines_: dict[tuple[str, int], Line] = {}
        if main is None:
            self.reasons_.append(
                f"fewer than {FEWEST_EVENTS} claims with and without payment are old enough to "
                f"learn from on {known_by}: the published curves stand alone"
            )
        else:
            self._fit_lines(rows, self.design_.matrix(joined), marks, main)
        self._fit_parts(rows, marks)
        return self

    def _rows(self, features: pd.DataFrame, outcomes: pd.DataFrame, known_by: date) -> pd.DataFrame:
        """Rows to learn from, sorted by day and claim: known by the day, not insolvent."""
        keys = ["claim_id", "day"]
        left = features.assign(day=pd.to_datetime(features["day"]))
        right = outcomes[[*keys, *OUTCOMES]].assign(day=pd.to_datetime(outcomes["day"]))
        rows = left.merge(right, on=keys, how="inner", validate="one_to_one")
        rows = rows[rows["day"] <= pd.Timestamp(known_by)]
        rows = rows[~published.inputs(rows)[2]]
        if len(rows) > self.most_rows:
            name = rows["claim_id"].astype(str) + rows["day"].astype(str)
            drawn = pd.util.hash_array(name.to_numpy(dtype=object))
            rows = rows.iloc[np.argsort(drawn, kind="stable")[: self.most_rows]]
        return rows.sort_values(keys[::-1], kind="stable").reset_index(drop=True)

    def _main_horizon(
        self, rows: pd.DataFrame, marks: Mapping[tuple[str, int], np.ndarray]
    ) -> int | None:
        for horizon in (MAIN_HORIZON, 60, 30):
            if min(_claims(rows, marks["full", horizon])) >= FEWEST_EVENTS:
                return horizon
        return None

    def _fit_lines(
        self,
        rows: pd.DataFrame,
        matrix: np.ndarray,
        marks: Mapping[tuple[str, int], np.ndarray],
        main: int,
    ) -> None:
        curves = age_curves(rows)
        self.strength_ = self._choose(rows, matrix, marks["full", main], curves["full", main])
        for horizon in HORIZONS:
            for kind in ("full", "any"):
                happened = marks[kind, horizon]
                counts = _claims(rows, happened)
                if min(counts) >= FEWEST_EVENTS:
                    self.lines_[kind, horizon] = _line(
                        rows, matrix, happened, curves[kind, horizon], self.strength_
                    )
                elif kind == "full":
                    self.reasons_.append(
                        f"{horizon} days: {counts[0]} claims with and {counts[1]} without payment "
                        f"in full are old enough, {FEWEST_EVENTS} of each are needed"
                    )

    def _choose(
        self, rows: pd.DataFrame, matrix: np.ndarray, happened: np.ndarray, curve: np.ndarray
    ) -> float:
        learn_on, judge_on = _slices(rows, happened)
        if judge_on.sum() < 100 or len(np.unique(happened[learn_on])) < 2:
            return self.strengths[0]
        losses = []
        for strength in self.strengths:
            intercept, coefficients = fit_logistic(
                matrix[learn_on], happened[learn_on], curve[learn_on], strength
            )
            chance = expit(intercept + curve[judge_on] + matrix[judge_on] @ coefficients)
            losses.append(log_loss(happened[judge_on], chance))
        return self.strengths[int(np.argmin(losses))]

    def _fit_parts(self, rows: pd.DataFrame, marks: Mapping[tuple[str, int], np.ndarray]) -> None:
        """Share paid by those who pay a part only within a year, drawn to the assumed one."""
        last = HORIZONS[-1]
        part = (marks["any", last] == 1) & (marks["full", last] == 0)
        open_amount = rows["open_amount_eur"].to_numpy(dtype=float, na_value=np.nan)
        cash = rows["cash_365"].to_numpy(dtype=float, na_value=np.nan)
        share = np.clip(cash[part] / np.maximum(open_amount[part], 0.01), 0.0, 1.0)
        share = share[~np.isnan(share)]
        n = rows.loc[part, "claim_id"].nunique()
        weight = n / (n + PRIOR_CLAIMS)
        start = published.partial_quantiles()
        seen = np.quantile(share, np.linspace(0, 1, _LEVELS)) if len(share) else start
        self.partial_quantiles_ = weight * seen + (1 - weight) * start
        assumed = published.curves()["assumptions"]["partial_share"]
        mean = float(share.mean()) if len(share) else assumed
        self.partial_share_ = weight * mean + (1 - weight) * assumed

    def predict(self, features: pd.DataFrame, extras: pd.DataFrame) -> pd.DataFrame:
        """Recovery of each claim: the columns of ``mart.recovery`` without ``as_of``.

        Zero rows give zero rows; the figures of a claim do not depend on the other claims.
        """
        age, headcount, insolvent = published.inputs(features)
        prior_full, prior_any = published.chance(age, headcount, insolvent)
        full, any_, weight = self.chances(features, extras, prior_full, prior_any)
        weight = weight * ~insolvent[:, None]
        full, any_ = order(
            weight * full + (1 - weight) * prior_full, weight * any_ + (1 - weight) * prior_any
        )
        full, any_ = np.round(full, 6), np.round(any_, 6)
        open_amount = features["open_amount_eur"].to_numpy(dtype=float, na_value=np.nan)
        share = np.where(insolvent, published.partial_mean(insolvent), self.partial_share_)
        cash = money(open_amount, full[:, -1], any_[:, -1], share, self.partial_quantiles_)
        shown = weight[:, HORIZONS.index(MAIN_HORIZON)]
        basis = np.where(shown == 0, "prior", np.where(shown >= MODEL_WEIGHT, "model", "blend"))
        return frame(
            features["claim_id"],
            full,
            any_,
            cash,
            median_days(full),
            basis.astype(object),
            np.round(shown, 6),
        )

    def chances(
        self,
        features: pd.DataFrame,
        extras: pd.DataFrame,
        prior_full: np.ndarray,
        prior_any: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Payment in full, any payment, and weight of the model, each of shape (n_claims, 5).

        Where a horizon was not learnt the model goes on from the one before by the published
        hazard, with half its weight.
        """
        matrix = self.design_.matrix(self.extras_.join(features, extras))
        curves = age_curves(features)
        bands = age_bands(features)
        found = {"full": prior_full.copy(), "any": prior_any.copy()}
        weight = np.zeros_like(prior_full)
        for kind, prior in (("full", prior_full), ("any", prior_any)):
            reached, reached_prior = np.zeros(len(prior)), np.zeros(len(prior))
            for i, horizon in enumerate(HORIZONS):
                line = self.lines_.get((kind, horizon))
                if line:
                    found[kind][:, i] = expit(line.margin(matrix, curves[kind, horizon]))
                else:
                    left = (1 - prior[:, i]) / np.maximum(1 - reached_prior, 1e-9)
                    found[kind][:, i] = 1 - (1 - reached) * left
                reached, reached_prior = found[kind][:, i], prior[:, i]
        for i, horizon in enumerate(HORIZONS):
            line = self.lines_.get(("full", horizon))
            if line:
                weight[:, i] = line.weight(bands)
            elif i:
                weight[:, i] = weight[:, i - 1] / 2
        return found["full"], found["any"], weight

    def to_json(self) -> dict[str, Any]:
        """Everything learnt, as plain lists and numbers."""
        return {
            "format": 1,
            "known_by": self.known_by_.isoformat(),
            "design": self.design_.to_json(),
            "extras": self.extras_.to_json(),
            "lines": [
                {"kind": kind, "horizon": horizon, **asdict(line)}
                for (kind, horizon), line in sorted(self.lines_.items())
            ],
            "partial_share": self.partial_share_,
            "partial_quantiles": [float(value) for value in self.partial_quantiles_],
            "reasons": self.reasons_,
            "n_rows": self.n_rows_,
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> RecoveryModel:
        """The model that ``to_json`` wrote; it scores the same bytes."""
        model = cls()
        model.known_by_ = date.fromisoformat(record["known_by"])
        model.design_ = Design.from_json(record["design"])
        model.extras_ = ExtraColumns.from_json(record["extras"])
        model.lines_ = {
            (line["kind"], line["horizon"]): Line(
                line["intercept"],
                line["slope"],
                tuple(line["coefficients"]),
                line["curve"],
                line["n_events"],
                line["n_without"],
                tuple(line["band_claims"]),
            )
            for line in record["lines"]
        }
        model.partial_share_ = record["partial_share"]
        model.partial_quantiles_ = np.array(record["partial_quantiles"])
        model.reasons_ = list(record["reasons"])
        model.n_rows_ = record["n_rows"]
        return model


def fit(
    panel_features: pd.DataFrame,
    panel_extras: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    known_by: date,
) -> RecoveryModel:
    """A ``RecoveryModel`` with the house's parameters, fitted; see there."""
    return RecoveryModel().fit(panel_features, panel_extras, outcomes, known_by=known_by)


def score(
    model: RecoveryModel | None, features: pd.DataFrame, extras: pd.DataFrame
) -> pd.DataFrame:
    """Recovery of each claim by the model, or by the published curves where there is none."""
    if model is None:
        return published.prior(features)
    return model.predict(features, extras)


def _claims(rows: pd.DataFrame, happened: np.ndarray) -> tuple[int, int]:
    """Distinct claims with and without the event."""
    ids = rows["claim_id"]
    return int(ids[happened == 1].nunique()), int(ids[happened == 0].nunique())


def _slices(rows: pd.DataFrame, happened: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows to learn from and rows to judge on: later days of other debtors.

    Two rows of one debtor share their outcomes in time; keeping debtors apart is the purge.
    """
    known = ~np.isnan(happened)
    start = days(rows["day"])
    split = np.quantile(start[known], 0.5) if known.any() else 0.0
    third = folds(rows["debtor_id"], 3) == 0
    learn_on, judge_on = known & ~third & (start <= split), known & third & (start > split)
    if len(np.unique(happened[learn_on])) < 2 or judge_on.sum() < 100:
        learn_on, judge_on = known & ~third, known & third
    return learn_on, judge_on


def _line(
    rows: pd.DataFrame,
    matrix: np.ndarray,
    happened: np.ndarray,
    curve: np.ndarray,
    strength: float,
) -> Line:
    """Fit on every mature row, calibrated by what a fit on earlier days gets wrong later."""
    learn_on, judge_on = _slices(rows, happened)
    slope, shift = 1.0, 0.0
    if len(np.unique(happened[learn_on])) == 2 and judge_on.any():
        intercept, coefficients = fit_logistic(
            matrix[learn_on], happened[learn_on], curve[learn_on], strength
        )
        margin = intercept + curve[judge_on] + matrix[judge_on] @ coefficients
        slope, shift = platt(margin, happened[judge_on], strength=20.0)
    known = ~np.isnan(happened)
    intercept, coefficients = fit_logistic(matrix[known], happened[known], curve[known], strength)
    seen = rows[known].assign(band=age_bands(rows)[known])
    by_band = seen.groupby("band")["claim_id"].nunique()
    return Line(
        round(slope * intercept + shift, 10),
        round(slope, 10),
        tuple(float(value) for value in np.round(slope * coefficients, 10)),
        round(float(curve[known].mean()), 10),
        *_claims(rows, happened),
        tuple(int(by_band.get(band, 0)) for band in range(len(AGE_KNOTS) + 2)),
    )


def age_bands(features: pd.DataFrame) -> np.ndarray:
    """Band of age of each claim: before the due date, between the knots, and last unknown."""
    age = published.inputs(features)[0]
    bands = np.searchsorted(AGE_KNOTS, np.nan_to_num(age), side="right")
    return np.where(np.isnan(age), len(AGE_KNOTS) + 1, bands)


def age_curves(features: pd.DataFrame) -> dict[tuple[str, int], np.ndarray]:
    """Log-odds of the published curves at the age of each claim, whatever the debtor."""
    age = published.inputs(features)[0]
    unknown = np.full(len(age), np.nan)
    full, any_ = published.chance(age, unknown, np.zeros(len(age), dtype=bool))
    out = {}
    for i, horizon in enumerate(HORIZONS):
        for kind, chance in (("full", full), ("any", any_)):
            out[kind, horizon] = logit(np.clip(chance[:, i], 0.001, 0.999))
    return out
