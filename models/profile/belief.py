"""From log-odds to probabilities, their exact attribution, and what a question would tell."""

from __future__ import annotations

import numpy as np

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2


def posterior(logits: np.ndarray) -> np.ndarray:
    """Softmax over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def attribution(base: np.ndarray, total: np.ndarray, target: np.ndarray) -> np.ndarray:
    r"""How a unit of log-odds for each profile moves one probability along the way, (n, 4).

    Aumann-Shapley values along the straight path from the base to the posterior:

    .. math:: \phi_j = \int_0^1 p_l(t) \, \bigl(w_{jl} - \sum_k p_k(t) w_{jk}\bigr) \, dt

    are linear in the log-odds :math:`w_j` of a part, so one vector a debtor explains every part:
    :math:`\phi_j = w_j \cdot a` (Aumann and Shapley 1974; Sundararajan et al. 2017).

    Parameters
    ----------
    base
        shape (4,) or (n, 4), log-odds without any part.
    total
        shape (n, 4), log-odds of all parts together.
    target
        shape (n,), index of the profile explained.
    """
    rows = np.arange(len(total))
    found = np.zeros_like(total)
    for node, share in zip(_NODES, _WEIGHTS, strict=True):
        at = posterior(base + node * total)
        reached = share * at[rows, target]
        found -= reached[:, None] * at
        found[rows, target] += reached
    return found


def information(probabilities: np.ndarray, likelihoods: np.ndarray) -> np.ndarray:
    """Expected information of a question about the profile, in nats, shape (n_debtors,).

    Mutual information between the profile and the answer; ``likelihoods`` (n_answers, 4).
    """
    marginal = probabilities @ likelihoods.T
    apart = probabilities @ (likelihoods * np.log(likelihoods)).sum(axis=0)
    found: np.ndarray = apart - (marginal * np.log(marginal)).sum(axis=1)
    return found
