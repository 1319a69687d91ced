r"""Why a claim has its probability, in probability points that add up to the published one.

The model is linear in log-odds, so that with a base claim whose columns stand at their training
means the Shapley value of a column is exactly its coefficient times its deviation. Log-odds are
carried over to probability along the straight line from the base to the claim (Aumann–Shapley):

.. math:: c_j = \varphi_j \, \frac{P − P_0}{\sum_k \varphi_k},

whose sum is P − P₀. Columns of one feature are summed. The published figure is a mean of model
and published curve, linear in probability, and so is its explanation. What is left (a horizon
raised to its predecessor) is a row of its own. An explanation is of the *forecast*: it does not
say what an action would change.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

from models.recovery import prior as curves
from models.recovery.cash import HORIZONS
from models.recovery.design import EXTRA_GROUP, GROUPS, values
from models.recovery.model import MAIN_HORIZON, Line, RecoveryModel, age_bands, age_curves

MODEL, TARGET = "recovery", f"p_{MAIN_HORIZON}"
UNEXPLAINED = "(unexplained)"
COLUMNS = (
    "model",
    "target",
    "subject_id",
    "feature",
    "reason_group",
    "value",
    "text_value",
    "contribution",
    "base_value",
)
_AT = HORIZONS.index(MAIN_HORIZON)
_EXTRA = "extra_"
_GROUPS = {**GROUPS, "in_insolvency": "solvency"}
_DECIMALS = 9


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
    p_90 to 1e-6; features that contribute nothing have no row, except ``days_overdue``, so
    that every claim has its base.
    """
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
    target = published.set_index("claim_id")[TARGET].reindex(features["claim_id"].astype(str))
    parts = {name: np.round(part, _DECIMALS) for name, part in parts.items()}
    base = round(base, _DECIMALS)
    left = np.round(target.to_numpy(dtype=float) - base - sum(parts.values()), _DECIMALS)
    parts[UNEXPLAINED] = np.where(np.abs(left) > 1e-6, left, 0.0)
    return _long(model, joined, parts, base)


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


def _long(
    model: RecoveryModel | None, joined: pd.DataFrame, parts: dict[str, np.ndarray], base: float
) -> pd.DataFrame:
    names = sorted(parts, key=_shown)
    shown = np.array([_shown(name) for name in names], dtype=object)
    groups = np.array([_group(name) for name in names], dtype=object)
    n, k = len(joined), len(names)
    numbers, texts = np.full((n, k), np.nan), np.full((n, k), None, dtype=object)
    for i, name in enumerate(names):
        if name not in joined.columns:
            continue
        if pd.api.types.is_numeric_dtype(joined[name]) or pd.api.types.is_bool_dtype(joined[name]):
            numbers[:, i] = (
                joined[name].to_numpy(dtype=float, na_value=np.nan)
                if model is None
                else values(joined, name, model.design_.shrinkage)
            )
        else:
            column = joined[name].astype(object)
            texts[:, i] = column.where(column.notna(), None).to_numpy(dtype=object)
    contributions = np.column_stack([parts[name] for name in names])
    claims = joined["claim_id"].astype(str).to_numpy(dtype=object)
    order = np.argsort(claims, kind="stable")
    worth_a_row = contributions[order] != 0.0
    worth_a_row[:, names.index("days_overdue")] = True
    row, at = np.nonzero(worth_a_row)
    row = order[row]
    return pd.DataFrame(
        {
            "model": MODEL,
            "target": TARGET,
            "subject_id": claims[row],
            "feature": shown[at],
            "reason_group": groups[at],
            "value": numbers[row, at],
            "text_value": texts[row, at],
            "contribution": contributions[row, at],
            "base_value": base,
        },
        columns=list(COLUMNS),
    )


def _shown(name: str) -> str:
    return name.removeprefix(_EXTRA)


def _group(name: str) -> str:
    if name == UNEXPLAINED:
        return "unexplained"
    return EXTRA_GROUP if name.startswith(_EXTRA) else _GROUPS[name]
