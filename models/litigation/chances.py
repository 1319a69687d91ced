"""Chances at each turn of a suit: official statistics first, then one's own past suits.

A range of the law (low, central, high) becomes a Beta law: its mean the central value, its
weight such that nine times in ten the chance lies between the bounds. Own outcomes move it in
two steps, so that results with one kind of debtor also teach a little about another: a shift
common to all kinds, on the log-odds, and what remains of each kind by itself.

**Selection.** Past suits were chosen. Were the choice made on something that tells the outcome,
the suits brought would have done better than those left, by

    log-odds = rho * 1.7 * phi(z) / s,   z = the (1 - s) quantile of the normal law,

with s the share of ripe accounts that were sued and rho the unknown correlation of choice and
outcome (Heckman 1979, on the latent scale; 1.7 turns probits into logits). rho is drawn with the
rest: own results are believed less, and with more doubt, the more was left aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import betaincinv, betaln, expit, logit, ndtri

_SHIFTS = np.linspace(-2.4, 2.4, 33)
_NINETY = 1.6449
_PROBIT_TO_LOGIT = 1.7
#: By node: whether those who choose their suits see more of it (+1) or less (-1).
SIGNS = {"p_granted": 1.0, "p_opposed": -1.0, "p_won_if_opposed": 1.0, "p_enforced": 1.0}


@dataclass(frozen=True)
class Tally:
    """Own outcomes at one node, by stratum, shape (n_strata,).

    ``hits`` of ``trials`` (weighted, hence not whole); ``sued``: share of the ripe accounts of
    the stratum that went to court.
    """

    hits: np.ndarray
    trials: np.ndarray
    sued: np.ndarray


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
    tally: Tally,
    sign: float,
    u: Mapping[str, np.ndarray],
    by: Mapping[str, Any],
) -> np.ndarray:
    """Chances drawn from what is known of each stratum.

    Parameters
    ----------
    ranges
        low, central and high of the law, shape (n_strata, 3).
    tally
        own outcomes; zeros where there are none.
    sign
        1 where selection raises the share seen, -1 where it lowers it.
    u
        uniform numbers ``cell`` and ``chance``, shape (n_draws,).

    Returns
    -------
    ndarray, shape (n_strata, n_draws).
    """
    n_draws = len(u["chance"])
    mean, worth = ranges[:, 1], weights(ranges)
    open_ = np.isfinite(worth)
    drawn = np.repeat(mean[:, None], n_draws, axis=1)
    if not open_.any():
        return drawn
    mean, worth = mean[open_], worth[open_]
    hits, trials = tally.hits[open_], tally.trials[open_]
    lift = sign * _PROBIT_TO_LOGIT * inverse_mills(tally.sued[open_]) * (trials > 0)
    shift, rho, chance = _cells(mean, worth, hits, trials, lift, by)
    at = np.searchsorted(np.cumsum(chance)[:-1], u["cell"])
    seen = expit(logit(mean)[:, None] + shift[at] + lift[:, None] * rho[at])
    alpha = seen * worth[:, None] + hits[:, None]
    beta = (1 - seen) * worth[:, None] + (trials - hits)[:, None]
    among_sued = np.clip(betaincinv(alpha, beta, u["chance"][None, :]), 1e-6, 1 - 1e-6)
    drawn[open_] = expit(logit(among_sued) - lift[:, None] * rho[at])
    return drawn


def _cells(
    mean: np.ndarray,
    worth: np.ndarray,
    hits: np.ndarray,
    trials: np.ndarray,
    lift: np.ndarray,
    by: Mapping[str, Any],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Grid of the common shift and of rho, with the posterior chance of each cell."""
    if not trials.any():
        return np.zeros(1), np.zeros(1), np.ones(1)
    rhos, prior = np.asarray(by["selection_rho"]), np.asarray(by["selection_rho_weight"])
    shift, rho = (each.ravel() for each in np.meshgrid(_SHIFTS, rhos, indexing="ij"))
    log_p = -0.5 * (shift / by["own_shift_spread"]) ** 2
    log_p += np.log(np.tile(prior / prior.sum(), len(_SHIFTS)))
    seen = expit(logit(mean)[:, None] + shift + lift[:, None] * rho)
    alpha, beta = seen * worth[:, None], (1 - seen) * worth[:, None]
    fit = betaln(alpha + hits[:, None], beta + (trials - hits)[:, None]) - betaln(alpha, beta)
    log_p = log_p + fit.sum(axis=0)
    chance = np.exp(log_p - log_p.max())
    return shift, rho, chance / chance.sum()


def times_odds(p: np.ndarray, factor: np.ndarray | float) -> np.ndarray:
    """A probability whose odds are multiplied."""
    return factor * p / (1 - p + factor * p)
