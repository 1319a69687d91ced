"""Ridge logistic regression around a known log-odds (an offset), which scikit-learn lacks.

With an offset from the published curves the penalty draws towards those curves, not towards
one half: where no claim of that age was seen, the published shape stays. The outcome may be a
share between 0 and 1 (quasi-binomial, Papke and Wooldridge 1996).
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit
from threadpoolctl import threadpool_limits

_STEPS = 50
_TOLERANCE = 1e-7  # of the loss: far below what the rows can tell
_BLOCK = 20_000  # rows whose weighted copy is held at a time


def fit_logistic(
    matrix: np.ndarray,
    happened: np.ndarray,
    offset: np.ndarray,
    strength: float,
    *,
    penalties: np.ndarray | None = None,
) -> tuple[float, np.ndarray]:
    """Intercept and coefficients that minimise the penalised loss, by Newton's method.

    .. math:: \\sum_i \\ell(y_i, o_i + a + b^\\top z_i) + \\sum_j w_j b_j^2 / (2 C)

    ``matrix`` of shape (n_rows, n_columns), ``happened`` and ``offset`` of shape (n_rows,),
    ``strength`` is C, ``penalties`` the w of shape (n_columns,), ones by default; the intercept is
    hardly penalised (1e-6), so that one class alone has a solution.
    """
    weights = np.ones(matrix.shape[1]) if penalties is None else penalties
    # One thread: many small products wait for one another, and the sums keep one order.
    with threadpool_limits(limits=1, user_api="blas"):
        return _newton(matrix, happened, offset, weights / strength)


def _newton(
    matrix: np.ndarray, happened: np.ndarray, offset: np.ndarray, penalties: np.ndarray
) -> tuple[float, np.ndarray]:
    design = np.column_stack([np.ones(len(matrix)), matrix])
    penalty = np.concatenate([[1e-6], penalties])
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
        curvature = np.diag(penalty)
        for start in range(0, len(design), _BLOCK):
            block = design[start : start + _BLOCK]
            curvature += (block * spread[start : start + _BLOCK, None]).T @ block
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
