"""Ridge logistic regression around a known log-odds (an offset), which scikit-learn lacks.

With an offset from the published curves the penalty draws towards those curves, not towards
one half: where no claim of that age was seen, the published shape stays. The outcome may be a
share between 0 and 1 (quasi-binomial, Papke and Wooldridge 1996).
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit
from threadpoolctl import threadpool_limits

_STEPS = 50
_TOLERANCE = 1e-9  # of the loss: far below what the rows can tell
_SLOW = 0.5  # of the gain before, from which the curvature is reckoned anew
_BLOCK = 20_000  # rows whose weighted copy is held at a time
_ENOUGH = 20_000  # rows from which curvature is reckoned on a part of them


def fit_logistic(
    matrix: np.ndarray,
    happened: np.ndarray,
    offset: np.ndarray,
    strength: float,
    *,
    penalties: np.ndarray | None = None,
    start: np.ndarray | None = None,
) -> tuple[float, np.ndarray]:
    """Intercept and coefficients that minimise the penalised loss, by Newton's method.

    .. math:: \\sum_i \\ell(y_i, o_i + a + b^\\top z_i) + \\sum_j w_j b_j^2 / (2 C)

    ``matrix`` of shape (n_rows, n_columns), ``happened`` and ``offset`` of shape (n_rows,),
    ``strength`` is C, ``penalties`` the w of shape (n_columns,), ones by default; the intercept is
    hardly penalised (1e-6), so that one class alone has a solution. ``start`` is where to begin,
    intercept first, shape (1 + n_columns,): near the solution it saves time, nothing else.
    """
    weights = np.ones(matrix.shape[1]) if penalties is None else penalties
    theta = np.zeros(1 + matrix.shape[1]) if start is None else start
    # One thread: many small products wait for one another, and the sums keep one order.
    with threadpool_limits(limits=1, user_api="blas"):
        return _newton(matrix, happened, offset, weights / strength, theta)


def _newton(
    matrix: np.ndarray,
    happened: np.ndarray,
    offset: np.ndarray,
    penalties: np.ndarray,
    theta: np.ndarray,
) -> tuple[float, np.ndarray]:
    """Steps by the last curvature for as long as they gain: it costs as much as many gradients.

    Of many rows a part tells the curvature (Erdogdu and Montanari 2015): where the steps end is
    what the gradient of all rows says.
    """
    penalty = np.concatenate([[1e-6], penalties])

    def reckoned(candidate: np.ndarray) -> tuple[float, np.ndarray]:
        margin = offset + candidate[0] + matrix @ candidate[1:]
        fit = np.sum(np.logaddexp(0.0, margin) - happened * margin)
        return float(fit + np.sum(penalty * candidate**2) / 2), margin

    best, margin = reckoned(theta)
    gained, factor = np.inf, None
    for _ in range(_STEPS):
        chance = expit(margin)
        error = chance - happened
        gradient = np.concatenate([[error.sum()], matrix.T @ error]) + penalty * theta
        if factor is None:
            factor = cho_factor(
                _curvature(matrix, np.maximum(chance * (1 - chance), 1e-9), penalty)
            )
        step = cho_solve(factor, gradient)
        size = 1.0
        reached, margin = reckoned(theta - step)
        while size > 1e-4 and reached > best:
            size /= 2
            reached, margin = reckoned(theta - size * step)
        theta = theta - size * step
        gain, before, best = best - reached, gained, reached
        if gain < _TOLERANCE * max(abs(best), 1.0):
            break
        gained = gain
        if size < 1.0 or gain > _SLOW * before or not np.isfinite(before):
            factor = None
    return float(theta[0]), theta[1:]


def _curvature(matrix: np.ndarray, spread: np.ndarray, penalty: np.ndarray) -> np.ndarray:
    # An odd stride: rows of one claim follow one another by bin, and none may be passed over.
    stride = len(matrix) // _ENOUGH | 1
    matrix, spread = matrix[::stride], stride * spread[::stride]
    out = np.diag(penalty)
    out[0, 0] += spread.sum()
    for first in range(0, len(matrix), _BLOCK):
        block, weight = matrix[first : first + _BLOCK], spread[first : first + _BLOCK]
        weighted = block * weight[:, None]
        out[1:, 1:] += weighted.T @ block
        out[0, 1:] += weight @ block
    out[1:, 0] = out[0, 1:]
    return out
