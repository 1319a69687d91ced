"""Who was contacted, and what came in, as models that have not seen the debtor they speak of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from models.recovery.logistic import fit_logistic

FOLDS = 4
FLOOR = 0.02
"""Propensities estimated below this count as this; such rows are left out of contrasts."""

_STRENGTH = 1.0


@dataclass(frozen=True, slots=True)
class Nuisance:
    """By arm, (n, n_arms): chance of each, share expected to be paid, dose expected."""

    propensity: np.ndarray
    share: np.ndarray
    dose: np.ndarray


def folds(debtors: np.ndarray) -> np.ndarray:
    """Fold of each row, the same for all rows of a debtor and on every machine."""
    return np.asarray(pd.util.hash_array(debtors.astype(object)) % FOLDS).astype(int)


def nuisance(
    matrix: np.ndarray,
    arm: np.ndarray,
    n_arms: int,
    share: np.ndarray,
    dose: np.ndarray,
    fold: np.ndarray,
) -> Nuisance:
    """Fit on the other folds and predict, for every arm, each row's fold.

    The outcome's model is one logistic of shares with an offset for each arm, drawn to nothing;
    the dose's is the mean by arm; an arm's chance is one logistic against the rest, scaled.
    """
    n = len(arm)
    propensity, paid, dosed = (np.empty((n, n_arms)) for _ in range(3))
    arms = np.eye(n_arms)[arm]
    for each in range(FOLDS):
        here = fold == each
        if not here.any():
            continue
        there = ~here if (~here).any() else here
        propensity[here] = _chances(matrix[there], arms[there], matrix[here])
        paid[here] = _shares(matrix[there], arms[there], share[there], matrix[here], n_arms)
        total = arms[there].sum(axis=0)
        mean = (arms[there].T @ dose[there] + dose.mean()) / (total + 1)
        dosed[here] = mean[None, :]
    return Nuisance(propensity, paid, dosed)


def _chances(matrix: np.ndarray, arms: np.ndarray, asked: np.ndarray) -> np.ndarray:
    none = np.zeros(len(matrix))
    found = np.zeros((len(asked), arms.shape[1]))
    for column in np.flatnonzero(arms.any(axis=0)):
        base, slopes = fit_logistic(matrix, arms[:, column], none, _STRENGTH)
        found[:, column] = expit(base + asked @ slopes)
    return np.asarray(found / np.maximum(found.sum(axis=1, keepdims=True), 1e-12))


def _shares(
    matrix: np.ndarray, arms: np.ndarray, share: np.ndarray, asked: np.ndarray, n_arms: int
) -> np.ndarray:
    design = np.column_stack([matrix, arms[:, 1:]])
    base, slopes = fit_logistic(design, share, np.zeros(len(matrix)), _STRENGTH)
    ahead = base + asked @ slopes[: matrix.shape[1]]
    shift = np.concatenate([[0.0], slopes[matrix.shape[1] :]])
    return np.asarray(expit(ahead[:, None] + shift[None, :n_arms]))
