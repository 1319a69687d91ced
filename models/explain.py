r"""Why a claim has its probability, in probability points that add up to the published one.

The logistic engine is explained by :mod:`models.recovery.attribution` against the average claim.
Columns of one feature are summed. The published figure is a mean of model
and published curve, linear in probability, and so is its explanation. What is left (a horizon
raised to its predecessor) is a row of its own. A model that is not linear is explained by a tree
surrogate of its published figure (:mod:`models.explanations.surrogate`). An explanation is of the
*forecast*: it does not say what an action would change.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.explanations import surrogate
from models.explanations.mixtures import FEWEST_CLAIMS, mixtures
from models.explanations.rows import COLUMNS, TARGET, UNEXPLAINED, rows
from models.recovery import prior as curves
from models.recovery.cash import HORIZONS
from models.recovery.design import values
from models.recovery.model import MAIN_HORIZON, RecoveryModel

__all__ = [
    "COLUMNS",
    "UNEXPLAINED",
    "Explainer",
    "explain_recovery",
    "explainer",
    "to_learn_from",
]

_AT = HORIZONS.index(MAIN_HORIZON)
SHRUNKEN = ("debtor_late_share", "debtor_mean_delay_days")
_LOG = logging.getLogger(__name__)


def explain_recovery(
    model: RecoveryModel | None,
    features: pd.DataFrame,
    extras: pd.DataFrame,
    published: pd.DataFrame,
) -> pd.DataFrame:
    """Rows of ``mart.explanations`` without ``as_of`` for p_90 of every claim.

    Parameters
    ----------
    model : the model that made ``published``, None for the published curves alone.
    features, extras : the frames that were scored.
    published : columns of ``mart.recovery``, claim by claim in any order.

    Returns
    -------
    DataFrame, sorted by claim and feature. For each claim base_value + Σ contribution equals
    p_90 to 1e-6. Lines and curves are explained exactly; any other model by a surrogate, its gap
    a row of its own.
    """
    return explainer(model, features, extras, published).rows(features, extras, published)


def explainer(
    model: RecoveryModel | None,
    features: pd.DataFrame,
    extras: pd.DataFrame,
    published: pd.DataFrame,
) -> Explainer:
    """What explains the claims of a day, learnt once and used on all of them, part by part.

    ``features`` hold the claims to learn from: those `to_learn_from` draws, or all of the day.
    Lines and curves need none.
    """
    if model is None or model.engine_ != "boosted":
        return Explainer(model, None)
    learnt = features.iloc[surrogate.drawn(features["claim_id"])]
    if len(learnt) < len(features):
        extras = extras[extras["claim_id"].isin(learnt["claim_id"])]
    return Explainer(model, _surrogate(model, learnt, extras, published))


def to_learn_from(model: RecoveryModel | None, claim_ids: pd.Series) -> pd.Series:
    """Those of the day's claims from which `explainer` learns; none for lines and curves."""
    if model is None or model.engine_ != "boosted":
        return claim_ids.iloc[:0]
    return claim_ids.iloc[surrogate.drawn(claim_ids)]


@dataclass(frozen=True, slots=True)
class Explainer:
    """A model with the surrogate of what it published, None for lines and curves."""

    model: RecoveryModel | None
    learnt: surrogate.Surrogate | None

    def rows(
        self, features: pd.DataFrame, extras: pd.DataFrame, published: pd.DataFrame
    ) -> pd.DataFrame:
        """Rows of ``mart.explanations`` without ``as_of``, see `explain_recovery`."""
        told = _told(features, published)
        if self.model is not None and self.learnt is not None:
            return _by_surrogate(self.model, self.learnt, features, extras, told)
        return _exactly(self.model, features, extras, told)


def _told(features: pd.DataFrame, published: pd.DataFrame) -> np.ndarray:
    target = published.set_index("claim_id")[TARGET].reindex(features["claim_id"].astype(str))
    return target.to_numpy(dtype=float)


def _exactly(
    model: RecoveryModel | None, features: pd.DataFrame, extras: pd.DataFrame, told: np.ndarray
) -> pd.DataFrame:
    """Lines and curves, step by step."""
    joined = features if model is None else model.joined(features, extras)
    weight, parts = np.zeros(len(features)), {}
    if model is None or not model.hazards_:
        base = float(curves.chance(np.zeros(1), np.full(1, np.nan), np.zeros(1))[0][0, _AT])
    else:
        base, points = model.attributed(joined)
        weight = model.weights(joined)[:, _AT] * ~curves.inputs(joined)[2]
        parts = {name: weight * point for name, point in points.items()}
    for name, steps in curve_steps(model, features, base).items():
        parts[name] = parts.get(name, 0.0) + (1.0 - weight) * steps
    return rows(joined, parts, base, told)


def _surrogate(
    model: RecoveryModel, features: pd.DataFrame, extras: pd.DataFrame, published: pd.DataFrame
) -> surrogate.Surrogate:
    """The surrogate of a day; of mixtures of its claims where these are too few."""
    if 0 < len(features) < FEWEST_CLAIMS:
        mixed, mixed_extras = mixtures(features, extras)
        scored = model.predict(mixed, mixed_extras)
        mixed = _as_seen(model, model.joined(mixed, mixed_extras))
        return surrogate.Surrogate.fit(mixed, scored[TARGET].to_numpy(dtype=float))
    joined = _as_seen(model, model.joined(features, extras))
    return surrogate.Surrogate.fit(joined, _told(features, published))


def _by_surrogate(
    model: RecoveryModel,
    learnt: surrogate.Surrogate,
    features: pd.DataFrame,
    extras: pd.DataFrame,
    published: np.ndarray,
) -> pd.DataFrame:
    joined = model.joined(features, extras)
    found = learnt.explain(_as_seen(model, joined), published)
    _LOG.info(
        "surrogate of p_90: %d trees, R² %.4f, mean gap %.4f",
        found.n_trees,
        found.fidelity,
        found.mean_gap,
    )
    if found.mean_gap > surrogate.LARGEST_GAP:
        _LOG.warning("the surrogate leaves a mean gap of %.3f unexplained", found.mean_gap)
    parts = {str(name): found.frame[name].to_numpy() for name in found.frame.columns}
    parts.setdefault("days_overdue", np.zeros(len(joined)))
    return rows(joined, parts, found.base, published)


def _as_seen(model: RecoveryModel, joined: pd.DataFrame) -> pd.DataFrame:
    """The features with the rates of a debtor shrunken, as the model reads them.

    The shrunken share rests on counts that a surrogate could only guess from the raw one.
    """
    shrunken = {name: values(joined, name, model.design_.shrinkage) for name in SHRUNKEN}
    return joined.assign(**shrunken)


def curve_steps(
    model: RecoveryModel | None, features: pd.DataFrame, base: float
) -> dict[str, np.ndarray]:
    """How the published curve, at the level of the ledger, gets from ``base`` to its figure.

    First by age (or by the date being unknown), then by size, then by insolvency.
    """
    age, headcount, insolvent = curves.inputs(features)
    unknown, solvent = np.full(len(age), np.nan), np.zeros(len(age), dtype=bool)
    by_age = curves.chance(age, unknown, solvent)[0][:, _AT]
    by_size = curves.chance(age, headcount, solvent)[0][:, _AT]
    by_all = curves.chance(age, headcount, insolvent)[0][:, _AT]
    if model is not None:
        map_ = model.prior_maps_["full", MAIN_HORIZON]
        by_age, by_size = map_(by_age), map_(by_size)
        by_all = np.where(insolvent, by_all, by_size)
    undated = np.isnan(age)
    return {
        "days_overdue": np.where(undated, 0.0, by_age - base),
        "date_basis": np.where(undated, by_age - base, 0.0),
        "headcount": by_size - by_age,
        "in_insolvency": by_all - by_size,
    }
