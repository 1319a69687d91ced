"""Ridge logistic regression around a known log-odds (an offset), which scikit-learn lacks.

With an offset from the published curves the penalty draws towards those curves, not towards
one half: where no claim of that age was seen, the published shape stays.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit
from threadpoolctl import threadpool_limits

_STEPS = 50
_TOLERANCE = 1e-9


def fit_logistic(
    matrix: np.ndarray, happened: np.ndarray, offset: np.ndarray, strength: float
) -> tuple[float, np.ndarray]:
    """Intercept and coefficients that minimise the penalised loss, by Newton's method.

    .. math:: \\sum_i \\ell(y_i, o_i + a + b^\\top z_i) + \\lVert b \\rVert^2 / (2 C)

    ``matrix`` of shape (n_rows, n_columns), ``happened`` and ``offset`` of shape (n_rows,),
    ``strength`` is C; the intercept is hardly penalised (1e-6), so that one class alone has a
    solution.
    """
    # One thread: many small products wait for one another, and the sums keep one order.
    with threadpool_limits(limits=1, user_api="blas"):
        return _newton(matrix, happened, offset, strength)


def _newton(
    matrix: np.ndarray, happened: np.ndarray, offset: np.ndarray, strength: float
) -> tuple[float, np.ndarray]:
    design = np.column_stack([np.ones(len(matrix)), matrix])
    penalty = np.full(design.shape[1], 1.0 / strength)
    penalty[0] = 1e-6
    theta = np.zeros(design.shape[1])

    def loss(candidate: np.ndarray) -> float:
        margin = offset + design @ candidate
        fit = np.sum(np.logaddexp(0.0, margin) - happened * margin)
        return float(fit + np.sum(penalty * candidate**2) / 2)

    best = loss(theta)
    for _ in range(_STEPS):
        chance = expit(offset + design @ theta)
        gradient = design.T @ (chance - happened) + penalty * theta
        spread = np.maximum(chance * (1 - chance), 1e-9)
        curvature = (design * spread[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        size = 1.0
        while size > 1e-4 and loss(theta - size * step) > best:
            size /= 2
        theta = theta - size * step
        reached = loss(theta)
        if best - reached < _TOLERANCE * max(abs(best), 1.0):
            break
        best = reached
    return float(theta[0]), theta[1:]
