r"""Why a claim has its probability, in probability points that add up to the published one.

The model is linear in log-odds, so that with a base claim whose columns stand at their training
means the Shapley value of a column is exactly its coefficient times its deviation. Log-odds are
carried over to probability along the straight line from the base to the claim (Aumann–Shapley):

.. math:: c_j = \varphi_j \, \frac{P − P_0}{\sum_k \varphi_k},

whose sum is P − P₀. Columns of one feature are summed. The published figure is a mean of model
and published curve, linear in probability, and so is its explanation. What is left (a horizon
raised to its predecessor) is a row of its own. A model that is not linear is explained by a tree
surrogate of its published figure (:mod:`models.explanations.surrogate`). An explanation is of the
*forecast*: it does not say what an action would change.
"""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
from scipy.special import expit

from models.explanations import surrogate
from models.explanations.mixtures import FEWEST_CLAIMS, mixtures
from models.explanations.rows import COLUMNS, TARGET, UNEXPLAINED, rows
from models.recovery import prior as curves
from models.recovery.cash import HORIZONS
from models.recovery.model import MAIN_HORIZON, Line, RecoveryModel, age_bands, age_curves

__all__ = ["COLUMNS", "UNEXPLAINED", "explain_recovery"]

_AT = HORIZONS.index(MAIN_HORIZON)
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
    target = published.set_index("claim_id")[TARGET].reindex(features["claim_id"].astype(str))
    told = target.to_numpy(dtype=float)
    if model is not None and not hasattr(model, "lines_"):
        return _by_surrogate(model, features, extras, told)
    line = model.lines_.get(("full", MAIN_HORIZON)) if model is not None else None
    if model is None or line is None:
        base = float(curves.chance(np.zeros(1), np.full(1, np.nan), np.zeros(1))[0][0, _AT])
        weight = np.zeros(len(features))
        parts: dict[str, np.ndarray] = {}
        joined = features
    else:
        base = float(expit(line.intercept + line.slope * line.curve))
        joined = model.extras_.join(features, extras)
        insolvent = curves.inputs(features)[2]
        weight = line.weight(age_bands(features)) * ~insolvent
        points = carried(shares(model, line, joined), base)
        parts = {name: weight * point for name, point in points.items()}
    for name, steps in curve_steps(features, base).items():
        parts[name] = parts.get(name, 0.0) + (1.0 - weight) * steps
    return rows(joined, parts, base, told)


def _by_surrogate(
    model: RecoveryModel, features: pd.DataFrame, extras: pd.DataFrame, published: np.ndarray
) -> pd.DataFrame:
    joined = model.joined(features, extras)
    learn_from = None
    if 0 < len(features) < FEWEST_CLAIMS:
        mixed, mixed_extras = mixtures(features, extras)
        scored = model.predict(mixed, mixed_extras)
        learn_from = model.joined(mixed, mixed_extras), scored[TARGET].to_numpy(dtype=float)
    found = surrogate.explain(joined, published, learn_from=learn_from)
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


def shares(model: RecoveryModel, line: Line, joined: pd.DataFrame) -> dict[str, np.ndarray]:
    """Log-odds by feature against the average claim, arrays of shape (n_claims,).

    Exactly the Shapley values of a linear model whose background is the average claim.
    """
    pieces = model.design_.matrix(joined) * np.array(line.coefficients)
    out = {name: np.zeros(len(joined)) for name in model.design_.sources}
    for i, column in enumerate(model.design_.columns):
        out[column.source] += pieces[:, i]
    curve = age_curves(joined)["full", MAIN_HORIZON]
    age = out.get("days_overdue", np.zeros(len(joined)))
    out["days_overdue"] = age + line.slope * (curve - line.curve)
    return out


def carried(log_odds: dict[str, np.ndarray], base: float) -> dict[str, np.ndarray]:
    """Log-odds by feature as probability points that sum to P − ``base``.

    >>> points = carried({"a": np.array([1.0]), "b": np.array([-1.0])}, 0.5)
    >>> points["a"].tolist(), points["b"].tolist()
    ([0.25], [-0.25])
    """
    total = np.sum(list(log_odds.values()), axis=0)
    start = np.log(base / (1 - base))
    moved = expit(start + total) - base
    # Where the pieces cancel, the quotient tends to the slope of the curve at the base.
    small = np.abs(total) < 1e-9
    rate = np.where(small, base * (1 - base), moved / np.where(small, 1.0, total))
    return {name: piece * rate for name, piece in log_odds.items()}


def curve_steps(features: pd.DataFrame, base: float) -> dict[str, np.ndarray]:
    """How the published curve gets from ``base`` to its figure.

    First by age (or by the date being unknown), then by size, then by insolvency.
    """
    age, headcount, insolvent = curves.inputs(features)
    unknown, solvent = np.full(len(age), np.nan), np.zeros(len(age), dtype=bool)
    by_age = curves.chance(age, unknown, solvent)[0][:, _AT]
    by_size = curves.chance(age, headcount, solvent)[0][:, _AT]
    by_all = curves.chance(age, headcount, insolvent)[0][:, _AT]
    undated = np.isnan(age)
    return {
        "days_overdue": np.where(undated, 0.0, by_age - base),
        "date_basis": np.where(undated, by_age - base, 0.0),
        "headcount": by_size - by_age,
        "in_insolvency": by_all - by_size,
    }
