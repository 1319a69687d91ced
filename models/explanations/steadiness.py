"""Whether reasons stay what they are when a model is trained anew on other debtors.

Two models explain the same claims. An explanation that turns with the debtors who happened to be
in the ledger is no reason to give to anybody, however exactly its points add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from models.columns import folds
from models.explain import explain_recovery
from models.recovery.model import RecoveryModel, score
from models.verdict import Gate

TOP = 3
FEWEST_CLAIMS = 20
LEAST_SIGN = 0.7
LEAST_RANK = 0.4
MOST_ROWS = 6_000
"""Rows that each half learns from at most: reasons are compared, not models chosen."""

_NO_REASON = ("small", "unexplained")


@dataclass(frozen=True, slots=True)
class Steadiness:
    """How two explanations of the same claims agree.

    ``rank`` is the rank correlation (Spearman) over claims of what a reason adds, mean of the
    reasons weighted by their points; ``sign`` the share of the points on which both models point
    the same way; ``top`` the mean overlap (Jaccard) of a claim's ``TOP`` largest reasons; ``n``
    the claims compared.
    """

    rank: float
    sign: float
    top: float
    n: int


def agreement(one: pd.DataFrame, other: pd.DataFrame) -> Steadiness | None:
    """How two frames of explanations agree by business reason; None with too few claims.

    >>> rows = pd.DataFrame({"subject_id": [str(i // 2) for i in range(60)],
    ...     "reason_group": ["age", "amount"] * 30, "contribution": [i + 1.0 for i in range(60)]})
    >>> agreement(rows, rows.assign(contribution=-rows["contribution"]))
    Steadiness(rank=-1.0, sign=0.0, top=1.0, n=30)
    """
    first, second = _by_reason(one), _by_reason(other)
    names = sorted(set(first.columns) | set(second.columns))
    claims = first.index.intersection(second.index)
    if len(claims) < FEWEST_CLAIMS or len(names) < 2:
        return None
    a, b = (
        frame.reindex(index=claims, columns=names, fill_value=0.0).to_numpy(dtype=float)
        for frame in (first, second)
    )
    weight = np.abs(a) + np.abs(b)
    same = np.sum(weight * (np.sign(a) == np.sign(b))) / max(float(weight.sum()), 1e-12)
    shared = (_largest(a) & _largest(b)).sum(axis=1)
    either = (_largest(a) | _largest(b)).sum(axis=1)
    top = float(np.mean(shared / either))
    rank = _rank_correlation(a, b, weight.sum(axis=0) + 1e-12)
    return Steadiness(round(rank, 6), round(float(same), 6), round(top, 6), len(claims))


def between(
    one: RecoveryModel, other: RecoveryModel, features: pd.DataFrame, extras: pd.DataFrame
) -> Steadiness | None:
    """How two models explain the same claims; frames as for ``RecoveryModel.predict``."""
    told = [
        explain_recovery(model, features, extras, score(model, features, extras))
        for model in (one, other)
    ]
    return agreement(*told)


def over_halves(
    features: pd.DataFrame,
    extras: pd.DataFrame,
    outcomes: pd.DataFrame,
    claims: tuple[pd.DataFrame, pd.DataFrame],
    *,
    known_by: date,
) -> Steadiness | None:
    """How models learnt from either half of the debtors explain the same claims.

    The halves have no debtor in common, and each model has half of the evidence: the model
    learnt from all is steadier than this. ``claims`` are features and free columns of the claims
    explained. None where a half teaches nothing.
    """
    half = folds(features["debtor_id"], 2)
    models = [
        RecoveryModel(most_rows=MOST_ROWS).fit(
            features[half == i], extras, outcomes, known_by=known_by
        )
        for i in range(2)
    ]
    if not all(model.hazards_ for model in models):
        return None
    return between(models[0], models[1], *claims)


def gate(name: str, found: Steadiness | None) -> Gate:
    """A warning where reasons turn: below ``LEAST_SIGN`` of the points, or ``LEAST_RANK``."""
    if found is None:
        return Gate(name, True, None, 100 * LEAST_SIGN, blocks=False)
    holds = found.sign >= LEAST_SIGN and found.rank >= LEAST_RANK
    about = {"rank": found.rank, "least": LEAST_RANK, "top": 100 * found.top, "n": found.n}
    return Gate(name, holds, 100 * found.sign, 100 * LEAST_SIGN, blocks=False, about=about)


def _by_reason(rows: pd.DataFrame) -> pd.DataFrame:
    """Contributions by claim and business reason."""
    kept = rows[~rows["reason_group"].isin(_NO_REASON)]
    named = kept.assign(reason_group=kept["reason_group"].astype(str))
    return named.pivot_table(
        index="subject_id",
        columns="reason_group",
        values="contribution",
        aggfunc="sum",
        fill_value=0.0,
        observed=True,
    )


def _largest(points: np.ndarray) -> np.ndarray:
    """Which reasons are among the ``TOP`` of each claim, in absolute points."""
    order = np.argsort(-np.abs(points), axis=1, kind="stable")[:, :TOP]
    marked = np.zeros(points.shape, dtype=bool)
    np.put_along_axis(marked, order, True, axis=1)
    return marked & (points != 0)


def _rank_correlation(a: np.ndarray, b: np.ndarray, weight: np.ndarray) -> float:
    """Mean over the columns of their Spearman correlations; 0 for one that never varies."""
    x, y = (rankdata(points, axis=0) for points in (a, b))
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    spread = np.sqrt((x**2).sum(axis=0) * (y**2).sum(axis=0))
    return float(np.average((x * y).sum(axis=0) / np.maximum(spread, 1e-12), weights=weight))
