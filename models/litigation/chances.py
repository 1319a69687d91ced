"""Chances at each turn of a suit: official statistics first, then one's own past suits.

A range of the law (low, central, high) becomes a Beta law: its mean the central value, its
weight such that nine times in ten the chance lies between the bounds. Without own suits, chances
are drawn from it. Own outcomes enter by a logistic regression whose strata have the Beta laws'
means and spreads on the log-odds as priors: a shift common to all strata, one of each stratum,
and slopes on what is known of a claim, all drawn to nothing where there is little to learn
(Laplace's approximation of the posterior).

**Selection.** Past suits were chosen. Were the choice made on something that tells the outcome,
the suits brought would have done better than those left, by

    log-odds = rho * 1.7 * phi(z) / s,   z = the (1 - s) quantile of the normal law,

with s the share of ripe accounts that were sued and rho the unknown correlation of choice and
outcome (Heckman 1979, on the latent scale; 1.7 turns probits into logits). The regression is
fitted once for each rho, and each counts as far as it explains the outcomes: own results are
believed less, and with more doubt, the more was left aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import betaincinv, expit, log_expit, logit, ndtri, polygamma

_NINETY = 1.6449
_PROBIT_TO_LOGIT = 1.7
#: By node: whether those who choose their suits see more of it or less, and how far. A judge goes
#: by the file, most of which is known; what a debtor has is what an agent may have heard of.
SIGNS = {"p_granted": 0.5, "p_opposed": -0.5, "p_won_if_opposed": 0.5, "p_enforced": 1.0}


@dataclass(frozen=True)
class Results:
    """Own outcomes at one node, one entry per past suit, shape (n_suits,).

    ``stratum``: place among the strata; ``weight``: what the suit counts; ``sued``: share of the
    ripe accounts of its kind that went to court; ``traits``: what else is known of it, shape
    (n_suits, n_traits), nought for the usual; ``offset``: log-odds known beforehand.
    ``usual``: what each trait usually adds, ``slopes``: how far it may differ, (n_traits,).
    """

    hit: np.ndarray
    stratum: np.ndarray
    weight: np.ndarray
    sued: np.ndarray
    traits: np.ndarray
    offset: np.ndarray
    usual: np.ndarray
    slopes: np.ndarray


@dataclass(frozen=True)
class Drawn:
    """Log-odds of each stratum and slopes of the traits in each draw.

    ``strata``: shape (n_strata, n_draws); ``slopes``: (n_traits, n_draws). Infinite where
    nothing is open.
    """

    strata: np.ndarray
    slopes: np.ndarray


def weights(ranges: np.ndarray) -> np.ndarray:
    """Number of past cases that a range is worth, shape (n,); infinite where nothing is open.

    >>> weights(np.array([[0.65, 0.74, 0.95], [1.0, 1.0, 1.0]])).round(1)
    array([22.1,  inf])
    """
    low, mean, high = ranges.T
    spread = (high - low) / (2 * _NINETY)
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = mean * (1 - mean) / spread**2 - 1
    return np.where((spread <= 0) | (mean <= 0) | (mean >= 1), np.inf, np.clip(worth, 2.0, 400.0))


def inverse_mills(share: np.ndarray) -> np.ndarray:
    """Mean of a standard normal among the ``share`` of its largest values.

    >>> inverse_mills(np.array([1.0, 0.5])).round(3)
    array([0.   , 0.798])
    """
    share = np.clip(share, 0.005, 1 - 1e-9)
    z = ndtri(1 - share)
    return np.asarray(np.exp(-0.5 * z**2 - 0.5 * np.log(2 * np.pi) - np.log(share)))


def draws(
    ranges: np.ndarray,
    results: Results | None,
    sign: float,
    u: Mapping[str, np.ndarray],
    by: Mapping[str, Any],
) -> Drawn:
    """Log-odds drawn from what is known of each stratum.

    Parameters
    ----------
    ranges
        low, central and high of the law, shape (n_strata, 3).
    results
        own outcomes, if any.
    sign
        1 where selection raises the share seen, -1 where it lowers it.
    u
        uniform numbers, shape (n_draws,): ``chance``, ``rho``, and ``0``, ``1``, … for each
        stratum and trait.
    """
    n_draws, worth = len(u["chance"]), weights(ranges)
    open_ = np.isfinite(worth)
    with np.errstate(divide="ignore"):
        strata = np.repeat(logit(ranges[:, 1])[:, None], n_draws, axis=1)
    alpha, beta = ranges[open_, 1] * worth[open_], (1 - ranges[open_, 1]) * worth[open_]
    told = None if results is None else _among(results, open_)
    if told is None or not len(told.hit):
        chance = betaincinv(alpha[:, None], beta[:, None], u["chance"][None, :])
        strata[open_] = logit(np.clip(chance, 1e-6, 1 - 1e-6))
        usual = np.zeros(0) if results is None else results.usual
        return Drawn(strata, np.repeat(usual[:, None], n_draws, axis=1))
    mean = logit(ranges[open_, 1])
    spread = polygamma(1, alpha) + polygamma(1, beta)
    posterior = _posterior(mean, spread, told, sign, u, by)
    strata[open_] = posterior[: len(mean)]
    return Drawn(strata, posterior[len(mean) :])


def beside(
    one: np.ndarray,
    met: np.ndarray,
    drawn: np.ndarray,
    u: np.ndarray,
    by: Mapping[str, Any],
) -> np.ndarray:
    """Log-odds of a stratum without own outcomes, given those of strata that have some.

    Before any outcome the strata vary each by itself and all together; what the outcomes moved
    the others by moves this one as far as they go together. ``one``: its range, shape (3,);
    ``met``: ranges of the others, ``drawn``: their log-odds, (n_met, n_draws).
    """
    ranges = np.concatenate([met, one[None]])
    worth = weights(ranges)
    if not np.isfinite(worth[-1]):
        with np.errstate(divide="ignore"):
            return np.full(drawn.shape[1], logit(one[1]))
    open_ = np.isfinite(worth)
    alpha, beta = ranges[open_, 1] * worth[open_], (1 - ranges[open_, 1]) * worth[open_]
    mean, spread = logit(ranges[open_, 1]), polygamma(1, alpha) + polygamma(1, beta)
    prior = _together(spread, by)
    pull = np.linalg.solve(prior[:-1, :-1], prior[:-1, -1])
    centre = mean[-1] + pull @ (drawn[open_[:-1]] - mean[:-1, None])
    left = prior[-1, -1] - pull @ prior[:-1, -1]
    return np.asarray(centre + np.sqrt(max(left, 0.0)) * ndtri(u))


def _together(spread: np.ndarray, by: Mapping[str, Any]) -> np.ndarray:
    """Covariance of the log-odds of strata, before any outcome, (n_strata, n_strata).

    ``spread``: their variances by the law's ranges, of which ``own_common`` is one doubt about all
    of them: who finds little at the rich finds little at the poor.
    """
    common = by["own_common"]
    root = np.sqrt(spread)
    found = common * np.outer(root, root) + by["own_shift_spread"] ** 2
    return np.asarray(found + np.diag((1 - common) * spread))


def _among(results: Results, open_: np.ndarray) -> Results:
    """The outcomes of strata that are open, which are numbered anew."""
    place, kept = np.cumsum(open_) - 1, open_[results.stratum]
    return Results(
        results.hit[kept],
        place[results.stratum[kept]],
        results.weight[kept],
        results.sued[kept],
        results.traits[kept],
        results.offset[kept],
        results.usual,
        results.slopes,
    )


def _posterior(
    mean: np.ndarray,
    spread: np.ndarray,
    results: Results,
    sign: float,
    u: Mapping[str, np.ndarray],
    by: Mapping[str, Any],
) -> np.ndarray:
    """Log-odds of strata, then slopes, in each draw; shape (n_strata + n_traits, n_draws)."""
    n_strata = len(mean)
    prior = np.diag(np.concatenate([spread, results.slopes**2]))
    prior[:n_strata, :n_strata] = _together(spread, by)
    centre = np.concatenate([mean, results.usual])
    design = np.concatenate([np.eye(n_strata)[results.stratum], results.traits], axis=1)
    lift = sign * _PROBIT_TO_LOGIT * inverse_mills(results.sued)
    rhos = np.asarray(by["selection_rho"])
    fits = [_fitted(design, results, results.offset + rho * lift, centre, prior) for rho in rhos]
    log_p = np.log(by["selection_rho_weight"]) + np.asarray([each[2] for each in fits])
    chance = np.exp(log_p - log_p.max())
    at = np.searchsorted(np.cumsum(chance / chance.sum())[:-1], u["rho"])
    normal = np.stack([ndtri(u[str(i)]) for i in range(len(centre))])
    drawn = np.stack([mode[:, None] + root @ normal for mode, root, _ in fits])
    return np.asarray(np.moveaxis(drawn, 0, -1)[:, np.arange(len(at)), at])


def _fitted(
    design: np.ndarray, results: Results, offset: np.ndarray, centre: np.ndarray, prior: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Mode, root of the covariance, and logarithm of the evidence."""
    inverse = np.linalg.inv(prior)
    at = centre.copy()
    for _ in range(30):
        p = expit(design @ at + offset)
        slope = design.T @ (results.weight * (results.hit - p)) - inverse @ (at - centre)
        bend = (design * (results.weight * p * (1 - p))[:, None]).T @ design + inverse
        step = np.linalg.solve(bend, slope)
        # A long step may overshoot where outcomes are nearly all alike.
        at = at + step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < 1e-6:
            break
    margin = design @ at + offset
    fit = np.where(results.hit, log_expit(margin), log_expit(-margin))
    gap = at - centre
    log_p = float((results.weight * fit).sum() - 0.5 * gap @ inverse @ gap)
    log_p -= 0.5 * float(np.linalg.slogdet(bend)[1])
    return at, np.linalg.cholesky(np.linalg.inv(bend)), log_p


def times_odds(p: np.ndarray, factor: np.ndarray | float) -> np.ndarray:
    """A probability whose odds are multiplied."""
    return factor * p / (1 - p + factor * p)
