"""How much of a title comes in, once anything does: the claim, or what is within reach.

What an enforcement can seize, R, is lognormal, so that a large claim is collected in part more
often than a small one. Its median follows the official chance of enforcement for debtors of the
kind; past suits, of which those paid in full tell only that R was enough, move it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import log_ndtr, logit, ndtr, ndtri

from law.facts import SuitFacts
from law.terms import course_terms
from models.litigation.chances import inverse_mills

_SHIFTS = np.linspace(-3.0, 3.0, 49)
_FULL = 0.97
_AT_ONCE = 4096
#: Debtors weighed as natural persons; a sole trader owes for its business, as a company does.
NATURAL = ("consumer", "unknown")


def usual_reach(
    enforced: np.ndarray, natural: np.ndarray, amount: np.ndarray, by: Mapping[str, Any]
) -> np.ndarray:
    """Logarithm of the median within reach (EUR), shape (n,).

    ``enforced``: official chance that a title brings anything; ``natural``: a natural person.
    ``amount``: of the suit, EUR: nobody is sold much on credit who seems to have little, so that
    a claim beyond the usual one speaks of more within reach.
    """
    median = np.log(np.where(natural, by["reach_natural"], by["reach_professional"]))
    odds = logit(np.clip(enforced, 0.02, 0.98))
    beyond = np.log(np.maximum(amount / by["reach_usual_amount"], 1.0))
    return np.asarray(median + by["reach_of_enforcement"] * odds + by["reach_of_amount"] * beyond)


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


def share_of_claim(facts: SuitFacts, times: float, by: Mapping[str, Any]) -> float:
    """Mean share of one claim that comes in once something does, ``times`` the usual being there.

    Over how far what is within reach may spread.
    """
    official = float(course_terms("enforcement", facts).p_enforced.central)
    natural = np.asarray([facts.debtor_kind in NATURAL])
    amount = np.asarray([float(facts.amount)])
    reach = usual_reach(np.asarray([official]), natural, amount, by) + np.log(times)
    spreads = np.asarray(by["reach_spreads"], dtype=float)
    weights = np.asarray(by["reach_spreads_weight"], dtype=float)
    claimed = np.full(len(spreads), float(facts.claimed))
    shares = share_collected(claimed, np.repeat(reach, len(spreads)), spreads)
    return float(shares @ weights / weights.sum())


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
    for start in range(0, len(shares), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        place = usual[part][:, None] + shift
        full = log_ndtr((place - np.log(amounts[part])[:, None]) / spread)
        seen = np.log(np.maximum(shares[part], 0.01) * amounts[part])[:, None]
        partly = -0.5 * ((seen - place) / spread) ** 2 - np.log(spread)
        fit = np.where(shares[part][:, None] >= _FULL, full, partly)
        log_p = log_p + weight[part] @ fit
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


class Reach:
    """What is within reach of each suit's debtor, the same for every course."""

    def __init__(
        self,
        claimed: np.ndarray,
        usual: np.ndarray,
        group: np.ndarray,
        drawn: Sequence[tuple[np.ndarray, np.ndarray]],
    ) -> None:
        """Mean share of each claim, shape (n_suits,), and how far it is in doubt.

        ``usual``: logarithm of the median within reach of such a debtor; ``drawn``: shift and
        spread of it in each draw, by group of creditors.
        """
        self._reach, self._group = usual, group
        self._claimed = np.maximum(claimed, 0.01)
        self._tables: dict[int, np.ndarray] = {}
        self._shift, self._spread = (np.stack(each) for each in zip(*drawn, strict=True))
        # Every eighth draw gives the mean; the doubt takes them all.
        n = len(usual)
        some = (np.arange(at, min(at + _AT_ONCE, n)) for at in range(0, n, _AT_ONCE))
        shares = [self.drawn(rows, 8) for rows in some]
        self.share = np.concatenate([each.mean(axis=1) for each in shares])
        self.spread = np.concatenate([relative(each) for each in shares])

    def drawn(self, rows: np.ndarray, step: int = 1) -> np.ndarray:
        """Mean share collected in each draw, shape (n_rows, n_draws)."""
        group = self._group[rows]
        place = self._reach[rows][:, None] + self._shift[group, ::step]
        return share_collected(self._claimed[rows][:, None], place, self._spread[group, ::step])

    def scenarios(self, rows: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Shares collected and their chances, shape (n_rows, n) each.

        The last quarter stand for claims within reach as a whole, the others are spread evenly
        over what comes in of the rest.
        """
        whole = n // 4
        over = np.log(self._claimed[rows]) - self._reach[rows]
        below = np.empty(len(rows))
        part = np.empty((len(rows), n - whole))
        for group in np.unique(self._group[rows]):
            those = self._group[rows] == group
            table = self._within(int(group))
            ranks = (np.arange(len(table)) + 0.5) / len(table)
            below[those] = np.interp(over[those], table, ranks, left=0.0, right=1.0)
            at = below[those][:, None] * (np.arange(n - whole) + 0.5) / (n - whole)
            part[those] = np.interp(at, ranks, table) - over[those][:, None]
        shares = np.concatenate(
            [np.exp(np.minimum(part, 0.0)), np.ones((len(rows), whole))], axis=1
        )
        chance = np.concatenate(
            [
                np.repeat(below[:, None] / (n - whole), n - whole, axis=1),
                np.repeat((1 - below)[:, None] / whole, whole, axis=1),
            ],
            axis=1,
        )
        return shares, chance

    def _within(self, group: int) -> np.ndarray:
        """Quantiles of the logarithm of what is within reach beside the usual, in order."""
        if group not in self._tables:
            normal = ndtri((np.arange(32) + 0.5) / 32)
            drawn = self._shift[group][:, None] + self._spread[group][:, None] * normal
            self._tables[group] = np.quantile(drawn, (np.arange(1000) + 0.5) / 1000)
        return self._tables[group]


def relative(drawn: np.ndarray) -> np.ndarray:
    """Standard deviation over the draws in parts of the mean, shape (n,)."""
    mean = drawn.mean(axis=1)
    return np.divide(drawn.std(axis=1), mean, out=np.zeros_like(mean), where=mean > 0)
