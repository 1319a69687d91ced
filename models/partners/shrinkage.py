"""Results of partners drawn towards one another by how little each has shown.

Shares: the chance of file i of partner g is ``logit p_i = logit e_i + c + u_g`` with ``e_i`` what
its case mix lets expect, ``c`` the house's own level and ``u_g ~ N(0, tau^2)``: the hierarchical
logistic form of an observed over expected ratio drawn to one [1]_ [2]_. Means: normal, likewise.
Neither ``c`` nor ``tau`` is fixed: both are integrated over their priors (normal, half-normal) and
what all partners show, so that with one or two of them the prior speaks, with many the data.

References
----------
.. [1] D. Clayton and J. Kaldor, Empirical Bayes estimates of age-standardized relative risks for
   use in disease mapping, Biometrics 43 (1987), 671-681.
.. [2] S.-L. Normand, M. Glickman and C. Gatsonis, Statistical methods for profiling providers of
   medical care: issues and applications, JASA 92 (1997), 803-814.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, logsumexp, ndtri

_SHIFTS = np.linspace(-5.0, 5.0, 201)
_CENTRES = np.linspace(-1.5, 1.5, 25)
_SPREADS = np.asarray([0.03, 0.1, 0.2, 0.3, 0.4, 0.55, 0.75, 1.0, 1.4])


@dataclass(frozen=True)
class Shrunk:
    """One entry per group, shape (n_groups,): what to expect of it, its interval, and of all."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    usual: float
    expected: np.ndarray


def shrunk_odds(
    hits: np.ndarray,
    chances: np.ndarray,
    group: np.ndarray,
    n_groups: int,
    *,
    spread: float,
    interval: float,
) -> Shrunk:
    """Chances of each group with the files of all; ``expected``: the usual one's with its own.

    Parameters
    ----------
    hits
        Whether each file ended well, shape (n_files,).
    chances
        What its case mix lets expect, in (0, 1), same shape.
    group
        Whose file it is, -1 for nobody's, same shape.
    spread
        Scale of the prior on ``tau``, in log-odds.
    interval
        Share of the interval.

    A group without a file is told as any partner would be, with the interval of a new one.

    >>> two = shrunk_odds(np.ones(2), np.full(2, 0.6), np.zeros(2, dtype=int), 1, spread=0.4,
    ...                   interval=0.9)
    >>> bool(0.6 < two.value[0] < 0.85)
    True
    """
    odds = logit(np.clip(np.round(chances, 3), 0.005, 0.995))
    cells, of = np.unique(odds, return_inverse=True)
    good, all_ = np.zeros((n_groups + 1, len(cells))), np.zeros((n_groups + 1, len(cells)))
    np.add.at(good, (group, of), hits)
    np.add.at(all_, (group, of), 1.0)
    p = expit(cells[:, None] + _SHIFTS[None, :])
    told = good @ np.log(p) + (all_ - good) @ np.log1p(-p)
    # The house's level is the law's within an odds ratio of three or so.
    weight, of_all = _posterior(told, _SHIFTS, _SPREADS, spread, _CENTRES, -0.5 * _CENTRES**2)
    mix = all_.sum(axis=0) / all_.sum()
    by_shift, usual = mix @ p, mix @ expit(cells[:, None] + _CENTRES[None, :])
    tail = (1 - interval) / 2
    rank = np.cumsum(weight[:n_groups], axis=1)
    at = [np.minimum((rank < cut).sum(axis=1), len(_SHIFTS) - 1) for cut in (tail, 1 - tail)]
    own = all_[:n_groups]
    at_level = expit(cells[:, None] + _CENTRES[None, :]) @ of_all
    expected = np.divide(
        own @ at_level, own.sum(axis=1),
        out=np.full(n_groups, np.nan), where=own.sum(axis=1) > 0,
    )  # fmt: skip
    value = weight[:n_groups] @ by_shift
    return Shrunk(value, by_shift[at[0]], by_shift[at[1]], float(usual @ of_all), expected)


def shrunk_means(
    values: np.ndarray,
    group: np.ndarray,
    n_groups: int,
    *,
    spread: float,
    within: float,
    within_files: float,
    interval: float,
) -> Shrunk:
    """Means of each group; ``within``: prior spread between files, worth ``within_files`` of them.

    ``spread``: scale of the prior on ``tau``, in parts of the spread between files.
    """
    whole = float(values.mean())
    place = np.where(group >= 0, group, n_groups)
    n = np.bincount(place, minlength=n_groups + 1).astype(float)
    sums = np.bincount(place, values - whole, minlength=n_groups + 1)
    mean = np.divide(sums, n, out=np.zeros(n_groups + 1), where=n > 0)
    square = float(((values - whole - mean[place]) ** 2).sum())
    freedom = max(float(len(values) - (n > 0).sum()), 0.0)
    sigma = np.sqrt((within_files * within**2 + square) / (within_files + freedom))
    shifts, centres = _SHIFTS * sigma, _CENTRES * sigma
    told = -0.5 * n[:, None] * ((mean[:, None] - shifts[None, :]) / sigma) ** 2
    weight, of_all = _posterior(
        told, shifts, _SPREADS * sigma, spread * sigma, centres, np.zeros(len(centres))
    )
    value = weight[:n_groups] @ shifts
    sd = np.sqrt(np.maximum(weight[:n_groups] @ shifts**2 - value**2, 0))
    wide = float(ndtri((1 + interval) / 2)) * sd
    usual = whole + float(centres @ of_all)
    value = whole + value
    return Shrunk(value, value - wide, value + wide, usual, np.full(n_groups, usual))


def _posterior(
    told: np.ndarray,
    shifts: np.ndarray,
    spreads: np.ndarray,
    prior: float,
    centres: np.ndarray,
    centre_prior: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Weights of the shifts of each group, (n_groups, n_shifts), and of the centres, (n_centres,).

    ``told``: log-likelihood of each group's files at each shift. Spread and centre of the groups
    are integrated out.
    """
    scale = -0.5 * (spreads / prior) ** 2 + np.log(np.gradient(spreads))
    belief, given = [], []
    for spread, logged in zip(spreads, scale, strict=True):
        density = -0.5 * ((shifts[None, :] - centres[:, None]) / spread) ** 2
        density -= logsumexp(density, axis=1, keepdims=True)
        joint = told[:, None, :] + density[None, :, :]
        whole = logsumexp(joint, axis=2)
        belief.append(logged + centre_prior + whole.sum(axis=0))
        given.append(whole)
    weights = np.exp(np.asarray(belief) - logsumexp(np.asarray(belief)))
    found = np.zeros_like(told)
    for spread, weight, whole in zip(spreads, weights, given, strict=True):
        density = -0.5 * ((shifts[None, :] - centres[:, None]) / spread) ** 2
        density -= logsumexp(density, axis=1, keepdims=True)
        for at in np.flatnonzero(weight > 1e-9):
            found += weight[at] * np.exp(told + density[at] - whole[:, at : at + 1])
    return found, np.asarray(weights.sum(axis=0))
