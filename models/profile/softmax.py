"""Multinomial logistic regression on soft labels, and steps from where another one is.

The objective is scikit-learn's with four weighted copies of each row, one for each profile; said
at once for all four it costs a quarter, and steps that move the four together are possible.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from models.profile.belief import posterior

_FLOOR = 1e-12
_PULL_BASE = 1e-3


def fit_softmax(
    matrix: np.ndarray, target: np.ndarray, weight: np.ndarray, *, pull: float
) -> tuple[np.ndarray, np.ndarray]:
    """Base (4,) and coefficients (n_columns, 4) of log-odds that fit soft labels best.

    ``matrix`` (n, n_columns), ``target`` (n, 4) shares, ``weight`` (n,). ``pull`` draws the
    coefficients to zero.
    """
    base, _, beta = fit_moves(
        np.zeros((len(matrix), 4)),
        np.zeros((len(matrix), 4, 0)),
        matrix,
        target,
        weight,
        pull=pull,
        pull_base=_PULL_BASE,
    )
    return base, beta


def fit_moves(
    offset: np.ndarray,
    tied: np.ndarray,
    free: np.ndarray,
    target: np.ndarray,
    weight: np.ndarray,
    *,
    pull: float,
    pull_base: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Base (4,), one step (n_tied,) for each column of ``tied``, four (n_free, 4) of ``free``.

    Together they move the log-odds ``offset`` (n, 4) to fit ``target`` (n, 4) best: a step of
    ``tied`` (n, 4, n_tied) moves the four together, in their given proportion; those of ``free``
    (n, n_free) each its own. ``pull`` draws steps to zero, ``pull_base`` the base.
    """
    n_tied, n_free = tied.shape[2], free.shape[1]
    part = target * weight[:, None]

    def cut(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return theta[:4], theta[4 : 4 + n_tied], theta[4 + n_tied :].reshape(n_free, 4)

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        base, together, apart = cut(theta)
        p = posterior(offset + base + tied @ together + free @ apart)
        value = -np.sum(part * np.log(p + _FLOOR)) + pull_base * np.sum(base**2) / 2
        value += pull * np.sum(theta[4:] ** 2) / 2
        error = p * weight[:, None] - part
        slope = np.concatenate(
            [
                error.sum(axis=0) + pull_base * base,
                np.tensordot(error, tied, axes=2) + pull * together,
                (free.T @ error + pull * apart).ravel(),
            ]
        )
        return value, slope

    first = np.zeros(4 + n_tied + 4 * n_free)
    found = minimize(
        loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 300, "ftol": 1e-8}
    )
    return cut(found.x)
