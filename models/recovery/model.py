r"""Probability, amount and time of payment by landmark hazards, drawn to the published curves.

A row is a claim as known on a day (the landmark: van Houwelingen 2007), so that a stock scored
today is judged like the stocks of past days, each entering the risk set at the age it then had.
For horizon h, with w the weight of the model,

.. math:: p_h = w_h\, g_h\Big(1 - \prod_{j \le h} (1 - h_j K_j)\Big) + (1 - w_h)\, p^{prior}_h,
          \qquad w_h = \frac{n_h^2}{n_h^2 + 25^2} \cdot \frac{m^2}{m^2 + 25^2}:

h_j the hazard of :mod:`models.recovery.hazard`, K_j the chance of being on the books still
(:mod:`models.recovery.write_offs`), g_h the map of
:mod:`models.recovery.calibration`, p^prior the published curve at the level of this ledger (a map
of two parameters, drawn to no change), n_h the rarer of claims with and without the event, m the
claims seen at about that age. Payments recur: see :mod:`models.recovery.shares`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from models.columns import learn
from models.recovery import fitting
from models.recovery import prior as published
from models.recovery.attribution import attributed
from models.recovery.calibration import Calibration
from models.recovery.cash import HORIZONS, frame, median_days, money, order
from models.recovery.dependence import Dependence, assumed, fit_dependence
from models.recovery.design import Design
from models.recovery.dividends import dividend_pace
from models.recovery.evidence import FEWEST_EVENTS, evidence, left_to_curves, weights
from models.recovery.fitting import KINDS, Hazard, Level, Maps, Margins, Recipe
from models.recovery.hazard import BoostedHazard, Inputs, LogisticHazard
from models.recovery.labels import OUTCOMES, labels, settled_by_day
from models.recovery.periods import N_BINS, watched_days
from models.recovery.rhythm import Rhythm
from models.recovery.shares import Shares, fit_shares, part_mean
from models.recovery.write_offs import WriteOffs

MODEL_WEIGHT = 0.9
MAIN_HORIZON = 90
STRENGTHS = (0.003, 0.03, 0.3)
TAILS = (0.05, 0.04, 0.03, 0.02, 0.01)
COVERED = 0.9
BELIEF_IN_CURVES = 2.0
"""That a foreign curve has the level of this ledger: log-odds off by .7 are no surprise."""

_CHUNK = 50_000


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is said of claims: probabilities (n, 5), expected share (n,) and weights (n, 5)."""

    full: np.ndarray
    any: np.ndarray
    share: np.ndarray
    weight: np.ndarray


class RecoveryModel(BaseEstimator):
    """Payment in full and any payment within each horizon, and cash within 365 days.

    Parameters
    ----------
    strengths : inverse strengths of the ridge penalty to choose from, on held-out debtors.
    most_rows : rows used at most, drawn by a hash of claim and day.
    trees_from : claims of the rarer outcome from which trees are tried beside the logistic.

    Attributes
    ----------
    engine_ : ``logistic``, ``boosted``, or ``prior`` where nothing could be learnt.
    design_, extras_ : what the columns are.
    evidence_ : ``Evidence`` by (kind, horizon); absent where too few labels are mature.
    recipe_ : what was chosen by score, with the losses of the candidates.
    level_ : by kind, log-odds by which the newest months were corrected, were found off, error.
    dependence_ : how claims move together.
    rhythm_ : when in the month payments come.
    dividend_pace_ : factor on the assumed chance of payment in an insolvency.
    write_offs_ : at what age and of what amount this ledger gives up.
    reasons_ : in plain words, what could not be learnt or was corrected, and why.
    """

    def __init__(
        self,
        strengths: tuple[float, ...] = STRENGTHS,
        most_rows: int = 60_000,
        trees_from: int = 500,
    ) -> None:
        """Parameters are kept as given and read in ``fit``."""
        self.strengths = strengths
        self.most_rows = most_rows
        self.trees_from = trees_from

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
        self.evidence_, missing = evidence(rows, marks, known_by)
        self.reasons_ += missing
        main = next((h for h in (MAIN_HORIZON, 60, 30) if ("full", h) in self.evidence_), None)
        leak_label = marks["full", main] if main else np.full(len(rows), np.nan)
        self.extras_, joined = learn(rows, panel_extras, leak_label, settled_by_day(rows, known_by))
        self.design_ = Design.fit(joined, self.extras_.number_columns, self.extras_.level_columns)
        self._nothing_learnt()
        if main is None:
            self.reasons_.insert(
                0,
                f"fewer than {FEWEST_EVENTS} claims with and without payment are old enough to "
                f"learn from on {known_by}: the published curves stand alone",
            )
        else:
            self._learn(rows, Inputs(self.design_, joined), marks, main)
        return self

    def _rows(self, features: pd.DataFrame, outcomes: pd.DataFrame, known_by: date) -> pd.DataFrame:
        """Rows to learn from, in the order of a hash, known by the day, not insolvent."""
        keys = ["claim_id", "day"]
        left = features.assign(day=pd.to_datetime(features["day"]))
        right = outcomes[[*keys, *OUTCOMES]].assign(day=pd.to_datetime(outcomes["day"]))
        rows = left.merge(right, on=keys, how="inner", validate="one_to_one")
        rows = rows[rows["day"] <= pd.Timestamp(known_by)]
        insolvent = published.inputs(rows)[2]
        self.dividend_pace_ = dividend_pace(rows[insolvent], known_by)
        rows = rows[~insolvent]
        self.write_offs_ = WriteOffs.fit(rows, known_by)
        name = rows["claim_id"].astype(str) + "|" + rows["day"].dt.strftime("%Y-%m-%d")
        drawn = pd.util.hash_array(name.to_numpy(dtype=object))
        rows = rows.iloc[np.lexsort((name.to_numpy(dtype=str), drawn))[: self.most_rows]]
        return rows.reset_index(drop=True)

    def _nothing_learnt(self) -> None:
        self.engine_ = "prior"
        self.recipe_ = Recipe("logistic", self.strengths[0], 0, {}, self.strengths[0])
        self.hazards_: dict[str, Hazard] = {}
        self.base_curve_ = np.zeros(N_BINS)
        nothing: Maps = {(kind, h): Calibration() for kind in KINDS for h in HORIZONS}
        self.calibrations_, self.prior_maps_ = nothing, nothing
        self.level_: Level = dict.fromkeys(KINDS, (0.0, 0.0, 0.0))
        self.shares_: Shares | None = None
        self.dependence_: Dependence = assumed()
        self.tail_ = TAILS[0]
        self.rhythm_ = Rhythm()

    def _learn(
        self,
        rows: pd.DataFrame,
        inputs: Inputs,
        marks: Mapping[tuple[str, int], np.ndarray],
        main: int,
    ) -> None:
        known_by = self.known_by_
        seen = fitting.by_kind(rows, known_by)
        rarer = min(self.evidence_["full", main].n_events, self.evidence_["full", main].n_without)
        self.recipe_ = fitting.choose(
            inputs, rows, seen, self.strengths, with_trees=rarer >= self.trees_from
        )
        self.engine_ = self.recipe_.engine
        self.base_curve_ = np.round(inputs.curves["full"].mean(axis=0), 10)
        self.hazards_ = {kind: self.recipe_.fit(inputs, kind, seen[kind]) for kind in KINDS}
        held_out = fitting.out_of_fold(self.recipe_, inputs, rows, seen, self.hazards_)
        curves = dict(zip(KINDS, published.chance(*published.inputs(rows)), strict=True))
        self.prior_maps_ = fitting.calibrations(
            curves, marks, rows, known_by, family="platt", belief=BELIEF_IN_CURVES
        )
        if held_out is None:
            return
        for kind, look in fitting.second_looks(self.recipe_, held_out, inputs, seen).items():
            held_out[kind] = look(held_out[kind], inputs.age)
            engine = self.hazards_[kind]
            assert isinstance(engine, BoostedHazard)
            self.hazards_[kind] = replace(engine, second=look)
        self.level_ = fitting.levels(held_out, rows, seen, known_by)
        recent = fitting.recent_bins(rows, known_by)
        held_out = fitting.at_their_level(held_out, self.level_, recent)
        chances = fitting.chances_of(held_out, self.write_offs_.kept(rows))
        again = fitting.begun(rows)
        self.calibrations_ = fitting.calibrations(chances, marks, rows, known_by, begun=again)
        self._tell_level()
        full, any_ = fitting.set_right(chances, self.calibrations_, again)
        moved = dict(zip(KINDS, fitting.set_right(curves, self.prior_maps_), strict=True))
        own = {"full": full, "any": any_}
        self.evidence_ = left_to_curves(self.evidence_, marks, own, moved)
        watched = watched_days(rows, known_by)
        self.shares_ = fit_shares(rows, inputs.matrix, watched, full, any_)
        self.rhythm_ = Rhythm.fit(rows, known_by)
        at = HORIZONS.index(main)
        share = self.shares_.expected(inputs.matrix, full, any_)
        self.dependence_ = fit_dependence(
            marks["full", main],
            full[:, at],
            rows["debtor_id"],
            rows["day"],
            month=(marks["any", HORIZONS[0]], any_[:, 0]),
            level_error=fitting.level_error(self.level_, full[:, -1], share),
        )
        self._choose_tail(rows, inputs, full, any_, marks)

    def _tell_level(self) -> None:
        used, found, _ = self.level_["full"]
        if used:
            self.reasons_.append(
                f"in the last {fitting.RECENT_DAYS} days payments came at {np.exp(found):.0%} of "
                f"the odds of the whole history; forecasts are corrected to {np.exp(used):.0%}"
            )

    def _choose_tail(
        self,
        rows: pd.DataFrame,
        inputs: Inputs,
        full: np.ndarray,
        any_: np.ndarray,
        marks: Mapping[tuple[str, int], np.ndarray],
    ) -> None:
        """The widest tail at which nine in ten held-out claims fall inside their interval."""
        last = HORIZONS[-1]
        mature = ~np.isnan(marks["any", last])
        if self.shares_ is None or mature.sum() < 200:
            return
        amount = rows["open_amount_eur"].to_numpy(dtype=float, na_value=np.nan)
        cash = rows[f"cash_{last}"].to_numpy(dtype=float, na_value=np.nan)
        share = self.shares_.expected(inputs.matrix, full, any_)
        part = part_mean(share, full[:, -1], any_[:, -1])
        for tail in TAILS:
            self.tail_ = tail
            _, low, high = money(
                amount, full[:, -1], any_[:, -1], part, self.shares_.precision, tail
            )
            inside = (cash >= low - 0.005) & (cash <= high + 0.005)
            if inside[mature].mean() >= COVERED:
                return

    def predict(self, features: pd.DataFrame, extras: pd.DataFrame) -> pd.DataFrame:
        """Recovery of each claim: the columns of ``mart.recovery`` without ``as_of``.

        Zero rows give zero rows; the figures of a claim do not depend on the other claims.
        """
        joined = self.joined(features, extras)
        starts = range(0, max(len(joined), 1), _CHUNK)
        parts = [self._predicted(joined.iloc[start : start + _CHUNK]) for start in starts]
        return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)

    def _predicted(self, joined: pd.DataFrame) -> pd.DataFrame:
        if not self.hazards_:
            return published.prior(joined)
        said = self.forecast(joined)
        open_amount = joined["open_amount_eur"].to_numpy(dtype=float, na_value=np.nan)
        last_full, last_any = said.full[:, -1], said.any[:, -1]
        part = part_mean(said.share, last_full, last_any)
        cash = money(open_amount, last_full, last_any, part, self.precision_, self.tail_)
        shown = said.weight[:, HORIZONS.index(MAIN_HORIZON)]
        basis = np.where(shown == 0, "prior", np.where(shown >= MODEL_WEIGHT, "model", "blend"))
        return frame(
            joined["claim_id"],
            said.full,
            said.any,
            cash,
            median_days(said.full),
            basis.astype(object),
            np.round(shown, 6),
        )

    @property
    def precision_(self) -> float:
        """Precision of the Beta of partial shares."""
        if self.shares_ is not None:
            return self.shares_.precision
        return float(published.curves()["assumptions"]["partial_precision"])

    def joined(self, features: pd.DataFrame, extras: pd.DataFrame) -> pd.DataFrame:
        """``features`` with a column ``extra_<name>`` for each free column in use."""
        return self.extras_.join(features, extras)

    def forecast(self, joined: pd.DataFrame) -> Forecast:
        """Model and published curves together, for features joined with the free columns."""
        insolvent = published.inputs(joined)[2]
        prior_full, prior_any = self.curves(joined)
        prior_share = prior_full[:, -1] + (
            prior_any[:, -1] - prior_full[:, -1]
        ) * published.partial_mean(insolvent)
        weight = self.weights(joined) * ~insolvent[:, None]
        weight_any = self.weights(joined, "any") * ~insolvent[:, None]
        inputs = Inputs(self.design_, joined)
        chances = fitting.chances_of(self.margins(inputs), self.write_offs_.kept(joined))
        own_full, own_any = fitting.set_right(chances, self.calibrations_, fitting.begun(joined))
        share = own_full[:, -1] + (own_any[:, -1] - own_full[:, -1]) * published.partial_mean(
            np.zeros(len(joined), dtype=bool)
        )
        if self.shares_ is not None:
            share = self.shares_.expected(inputs.matrix, own_full, own_any)
        full, any_ = order(
            weight * own_full + (1 - weight) * prior_full,
            weight_any * own_any + (1 - weight_any) * prior_any,
        )
        mixed = weight_any[:, -1] * share + (1 - weight_any[:, -1]) * prior_share
        return Forecast(np.round(full, 6), np.round(any_, 6), mixed, weight)

    def curves(self, joined: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Published curves at the level of this ledger, each (n_claims, 5)."""
        age, headcount, insolvent = published.inputs(joined)
        said = published.chance(age, headcount, insolvent)
        moved = fitting.set_right(dict(zip(KINDS, said, strict=True)), self.prior_maps_)
        frozen = insolvent[:, None]
        full, any_ = (np.minimum(curve * self.dividend_pace_, 1.0) for curve in said)
        return np.where(frozen, full, moved[0]), np.where(frozen, any_, moved[1])

    def margins(self, inputs: Inputs) -> Margins:
        """Log-odds of the hazards of both kinds at the level of the newest months."""
        return {
            kind: engine.margins(inputs, kind) + self.level_[kind][0]
            for kind, engine in self.hazards_.items()
        }

    def attributed(self, joined: pd.DataFrame) -> tuple[float, dict[str, np.ndarray]]:
        """Chance of the average claim at the main horizon, and what each feature does to it.

        Of the logistic engine alone, before the published curves are mixed in; see
        :mod:`models.recovery.attribution`.
        """
        engine = self.hazards_["full"]
        if not isinstance(engine, LogisticHazard):
            raise TypeError("only the logistic engine is explained by its coefficients")
        starts = range(0, max(len(joined), 1), _CHUNK)
        parts = [
            attributed(
                engine,
                Inputs(self.design_, some),
                self.calibrations_["full", MAIN_HORIZON],
                self.base_curve_,
                self.write_offs_.kept(some),
                horizon=MAIN_HORIZON,
                level=self.level_["full"][0],
            )
            for some in (joined.iloc[start : start + _CHUNK] for start in starts)
        ]
        base = parts[0][0]
        return base, {
            name: np.concatenate([part[name] for _, part in parts]) for name in parts[0][1]
        }

    def weights(self, joined: pd.DataFrame, kind: str = "full") -> np.ndarray:
        """Weight of the model at each horizon, shape (n_claims, 5)."""
        return weights(self.evidence_ if self.hazards_ else {}, kind, joined)

    def parts(self) -> dict[str, Any]:
        """What a registry keeps: ``model`` as plain data and, for trees, an estimator by kind."""
        from models.recovery.storing import told

        return told(self)

    @classmethod
    def from_parts(cls, parts: Mapping[str, Any]) -> RecoveryModel:
        """The model that ``parts`` wrote; it scores the same bytes."""
        from models.recovery.storing import read

        return read(parts)


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
