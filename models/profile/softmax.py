"""Multinomial logistic regression on soft labels, its coefficients drawn to given ones.

The objective is scikit-learn's with four weighted copies of each row, one for each profile; said
at once for all four it costs a quarter, and a prior elsewhere than at zero is possible.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from models.profile.belief import posterior

_FLOOR = 1e-12


def fit_softmax(
    matrix: np.ndarray,
    target: np.ndarray,
    weight: np.ndarray,
    *,
    offset: np.ndarray | float = 0.0,
    pull: float = 1.0,
    pull_base: float = 1e-3,
    start: tuple[np.ndarray, np.ndarray] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Base (4,) and coefficients (n_columns, 4) of log-odds that fit soft labels best.

    ``matrix`` (n, n_columns), ``target`` (n, 4) shares, ``weight`` (n,), ``offset`` (n, 4)
    log-odds added to each row. ``pull`` draws the coefficients to zero, ``pull_base`` the base.
    """
    n_columns = matrix.shape[1]
    part = target * weight[:, None]

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        base, beta = theta[:4], theta[4:].reshape(n_columns, 4)
        p = posterior(offset + base + matrix @ beta)
        value = -np.sum(part * np.log(p + _FLOOR))
        error = p * weight[:, None] - part
        value += pull * np.sum(beta**2) / 2 + pull_base * np.sum(base**2) / 2
        steps = [error.sum(axis=0) + pull_base * base, (matrix.T @ error + pull * beta).ravel()]
        return value, np.concatenate(steps)

    first = np.zeros(4 + 4 * n_columns)
    if start is not None:
        first = np.concatenate([start[0], start[1].ravel()])
    found = minimize(
        loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 300, "ftol": 1e-8}
    )
    return found.x[:4], found.x[4:].reshape(n_columns, 4)
