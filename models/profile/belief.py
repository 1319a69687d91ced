"""From signals to probabilities: tempered Bayes, its exact attribution, and the decision."""

from __future__ import annotations

import numpy as np

from models.profile.rules import Rules

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2


def posterior(logits: np.ndarray) -> np.ndarray:
    """Softmax over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def attribute(prior: np.ndarray, weights: np.ndarray, leading: np.ndarray) -> np.ndarray:
    r"""Contribution of each signal to the probability of the leading profile.

    Aumann-Shapley values along the straight path from the prior to the posterior:

    .. math:: \phi_j = \int_0^1 p_l(t) \, \bigl(w_{jl} - \sum_k p_k(t) w_{jk}\bigr) \, dt

    They add up to ``posterior - prior`` (Aumann and Shapley 1974; Sundararajan et al. 2017).

    Parameters
    ----------
    prior
        shape (4,), probabilities.
    weights
        shape (n_debtors, n_signals, 4), log-odds of each signal.
    leading
        shape (n_debtors,), index of the profile explained.

    Returns
    -------
    ndarray of shape (n_debtors, n_signals), in probability.
    """
    rows = np.arange(len(leading))
    towards = weights[rows, :, leading]
    total = weights.sum(axis=1)
    contributions = np.zeros_like(towards)
    for node, share in zip(_NODES, _WEIGHTS, strict=True):
        at = posterior(np.log(prior) + node * total)
        mean = np.einsum("njk,nk->nj", weights, at)
        contributions += share * at[rows, leading][:, None] * (towards - mean)
    # What quadrature leaves (below 1e-6) goes to the signals in proportion, so that sums are exact.
    reached = posterior(np.log(prior) + total)[rows, leading]
    missing = reached - prior[leading] - contributions.sum(axis=1)
    size = np.abs(contributions)
    whole = size.sum(axis=1, keepdims=True)
    return contributions + missing[:, None] * np.divide(
        size, whole, out=np.zeros_like(size), where=whole > 0
    )


def decide(probabilities: np.ndarray, elicited: Rules) -> np.ndarray:
    """The profile worth saying, or ``undetermined`` (Chow's rule with unequal costs, D14).

    A wrong *bad faith* costs most, so it needs the most certainty; when every word would cost more
    than silence on average, nothing is said.
    """
    expected = elicited.error_costs * (1 - probabilities)
    names = np.asarray([*elicited.profiles, "undetermined"], dtype=object)
    silence = np.full((len(probabilities), 1), elicited.undetermined_cost)
    return names[np.argmin(np.hstack([expected, silence]), axis=1)]


def information(probabilities: np.ndarray, likelihoods: np.ndarray) -> np.ndarray:
    """Expected information of a question about the profile, in nats, shape (n_debtors,).

    Mutual information between the profile and the answer.
    """
    marginal = probabilities @ likelihoods.T
    surprise = np.log(likelihoods)[None, :, :] - np.log(marginal)[:, :, None]
    return np.einsum("nk,ak,nak->n", probabilities, likelihoods, surprise)
