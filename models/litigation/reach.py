"""How much of a title comes in, once anything does: the claim, or what is within reach.

What an enforcement can seize, R, is lognormal, so that a large claim is collected in part more
often than a small one. Its median follows the official chance of enforcement for debtors of the
kind; past suits, of which those paid in full tell only that R was enough, move it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.special import log_ndtr, logit, ndtr, ndtri

from models.litigation.chances import inverse_mills

_SHIFTS = np.linspace(-3.0, 3.0, 49)
_FULL = 0.97


def usual_reach(enforced: np.ndarray, natural: np.ndarray, by: Mapping[str, Any]) -> np.ndarray:
    """Logarithm of the median within reach (EUR), shape (n,).

    ``enforced``: official chance that a title brings anything; ``natural``: a natural person.
    """
    median = np.log(np.where(natural, by["reach_natural"], by["reach_professional"]))
    odds = logit(np.clip(enforced, 0.02, 0.98))
    return np.asarray(median + by["reach_of_enforcement"] * odds)


def share_collected(claimed: np.ndarray, reach: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Mean of min(1, R / claim), for a median exp(``reach``) and a spread of log R.

    >>> share_collected(np.array([100.0]), np.array([np.log(100.0)]), np.array([1e-6])).round(3)
    array([1.])
    """
    over = np.log(claimed) - reach
    enough = ndtr(-over / spread)
    with np.errstate(over="ignore", under="ignore"):
        part = np.exp(-over + spread**2 / 2 + log_ndtr((over - spread**2) / spread))
    return np.asarray(np.clip(enough + part, 0.0, 1.0))


def draws(
    shares: np.ndarray,
    amounts: np.ndarray,
    usual: np.ndarray,
    weight: np.ndarray,
    sued: np.ndarray,
    u: Mapping[str, np.ndarray],
    by: Mapping[str, Any],
) -> tuple[np.ndarray, np.ndarray]:
    """Shift of log R from the usual, and its spread, drawn from what own suits tell.

    ``shares`` of claims of ``amounts`` that came in, where ``usual`` was expected and ``sued`` is
    the share of ripe accounts that were brought; ``u``: uniform numbers ``cell`` and ``rho``.
    """
    sizes = np.asarray(by["reach_spreads"])
    shift, spread = (each.ravel() for each in np.meshgrid(_SHIFTS, sizes, indexing="ij"))
    log_p = -0.5 * (shift / by["reach_shift_spread"]) ** 2
    log_p += np.log(np.tile(np.asarray(by["reach_spreads_weight"], dtype=float), len(_SHIFTS)))
    told = weight.sum()
    for share, amount, median, times in zip(shares, amounts, usual, weight, strict=True):
        place = median + shift
        if share >= _FULL:
            log_p = log_p + times * log_ndtr((place - np.log(amount)) / spread)
        else:
            gap = (np.log(max(share, 0.01) * amount) - place) / spread
            log_p = log_p - times * (0.5 * gap**2 + np.log(spread))
    chance = np.exp(log_p - log_p.max())
    at = np.searchsorted(np.cumsum(chance / chance.sum())[:-1], u["cell"])
    drawn, wide = shift[at], spread[at]
    if told > 0:
        rhos, prior = np.asarray(by["selection_rho"]), np.asarray(by["selection_rho_weight"])
        rho = rhos[np.searchsorted(np.cumsum(prior / prior.sum())[:-1], u["rho"])]
        lift = float(inverse_mills(np.average(sued, weights=weight)[None])[0])
        drawn = drawn - by["reach_selection"] * rho * lift * wide * told / (
            told + by["own_figures_usual"]
        )
    return drawn, wide


def scenarios(
    reach: np.ndarray, shift: np.ndarray, spread: np.ndarray, evenly: np.ndarray
) -> np.ndarray:
    """Logarithm of what is within reach, in scenarios spread evenly; shape (n_suits, n).

    ``reach``, shape (n_suits,); each scenario takes another draw of shift and spread.
    """
    at = (np.arange(len(evenly)) * 29 + 11) * len(shift) // (29 * len(evenly) + 11)
    at = at[np.argsort((np.arange(len(evenly)) * 0.618034) % 1.0)]
    return np.asarray(reach[:, None] + shift[at] + spread[at] * ndtri(evenly))
