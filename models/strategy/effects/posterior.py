r"""Effects in log-odds by channel and profile: the elicited prior, moved as far as logs bear.

State: for each channel four effects (one a profile) and three slopes (age, amount, repeat). The
prior joins profiles of a channel (correlation .7) and channels (.3). A contrast is fitted to the
curve by which the strategy itself turns an effect into euros,

.. math:: \tau_{30} = D \frac{1-p_{30}}{1-p_{90}} \Bigl[\sum_z b_z \sigma(\mathrm{logit}\, p_{90}
   + t(\delta_z + s^\top x)) - p_{90}\Bigr],

with t what earlier contacts left of an effect and D the contacts that acting added; its
information (sandwich over debtors) is added to the prior's precision. What an unseen cause may
have done to estimated chances counts as a common error of ``BIAS`` log-odds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit, logit

from models.strategy.conduct import CHANNELS
from models.strategy.effects.contrasts import Contrast
from models.strategy.effects.units import Units

BIAS = 0.3
SLOPE_SPREAD = 0.1
_PROFILES_JOINED, _CHANNELS_JOINED = 0.7, 0.3
_PER = 7  # four effects and three slopes
_STEPS = 3


@dataclass(frozen=True, slots=True)
class Posterior:
    """Mean (n_channels, 7) and covariance (7·n_channels square), of effects and slopes."""

    mean: np.ndarray
    covariance: np.ndarray

    def spread(self, channel: int) -> np.ndarray:
        """Standard deviation of the four effects of a channel."""
        at = slice(channel * _PER, channel * _PER + 4)
        return np.asarray(np.sqrt(np.diag(self.covariance)[at]))

    def average(self, channel: int, belief: np.ndarray) -> tuple[float, float]:
        """Effect of a channel on debtors of that average belief, and its standard deviation."""
        at = slice(channel * _PER, channel * _PER + 4)
        variance = float(belief @ self.covariance[at, at] @ belief)
        return float(self.mean[channel, :4] @ belief), float(np.sqrt(variance))


def prior(priors: Mapping[str, Any]) -> Posterior:
    """The elicited effects with their spread, as a joint normal law."""
    mean = np.zeros((len(CHANNELS), _PER))
    mean[:, :4] = [priors["channel"][name] for name in CHANNELS]
    spread = np.asarray([priors["sd"][name] for name in CHANNELS])
    within = np.full((4, 4), _PROFILES_JOINED) + (1 - _PROFILES_JOINED) * np.eye(4)
    across = np.full((len(CHANNELS),) * 2, _CHANNELS_JOINED)
    across += (1 - _CHANNELS_JOINED) * np.eye(len(CHANNELS))
    covariance = np.zeros((len(CHANNELS), _PER, len(CHANNELS), _PER))
    covariance[:, :4, :, :4] = np.einsum("ab,yz->aybz", across * np.outer(spread, spread), within)
    for a in range(len(CHANNELS)):
        covariance[a, 4:, a, 4:] = SLOPE_SPREAD**2 * np.eye(3)
    size = len(CHANNELS) * _PER
    return Posterior(mean, covariance.reshape(size, size))


def update(before: Posterior, found: Sequence[Contrast], units: Units, later: float) -> Posterior:
    """The posterior after the contrasts that are believed.

    ``later`` says how ninety days exceed thirty: :math:`1-p_{90} = (1-p_{30})^{later}`.
    """
    believed = [each for each in found if not each.doubts]
    base = np.linalg.inv(before.covariance)
    start = base @ before.mean.ravel()
    mean, precision = before.mean.ravel(), base
    for _ in range(_STEPS):
        precision, told = base.copy(), start.copy()
        for each in believed:
            information, score = _information(each, units, mean.reshape(-1, _PER), later)
            precision = precision + information
            told = told + score
        mean = np.linalg.solve(precision, told)
    return Posterior(mean.reshape(-1, _PER), np.linalg.inv(precision))


def _information(
    each: Contrast, units: Units, mean: np.ndarray, later: float
) -> tuple[np.ndarray, np.ndarray]:
    """Precision that a contrast adds, and precision times its estimate, over the whole state."""
    part = units.rows(each.rows)
    fitted, slopes = _curve(each, part, mean, later)
    design = np.zeros((len(part), mean.size))
    at = slice((each.arm - 1) * _PER, each.arm * _PER)
    design[:, at] = slopes[0]
    blocks = [at]
    if each.against > 0:
        beside = slice((each.against - 1) * _PER, each.against * _PER)
        design[:, beside] -= slopes[1]
        blocks.append(beside)
    columns = np.concatenate([np.arange(block.start, block.stop) for block in blocks])
    small = design[:, columns]
    target = each.pseudo - fitted + design @ mean.ravel()
    heavy = small * each.weight[:, None]
    gram = heavy.T @ small
    ridge = 1e-6 * np.trace(gram) / len(columns) * np.eye(len(columns))
    left = target - small @ np.linalg.solve(gram + ridge, heavy.T @ target)
    of = np.unique(part.debtor, return_inverse=True)[1]
    scores = np.zeros((of.max() + 1, len(columns)))
    np.add.at(scores, of, heavy * left[:, None])
    n = len(scores)
    middle = scores.T @ scores * n / max(n - len(columns), 1)
    middle += 1e-3 * np.trace(middle) / len(columns) * np.eye(len(columns))
    if each.design == "observed":
        common = np.zeros(len(columns))
        common[:4] = BIAS
        shift = gram @ common
        middle += np.outer(shift, shift)
    half = np.linalg.solve(middle, gram)
    precision, score = np.zeros((mean.size,) * 2), np.zeros(mean.size)
    precision[np.ix_(columns, columns)] = gram.T @ half
    score[columns] = half.T @ (heavy.T @ target)
    return precision, score


def _curve(
    each: Contrast, part: Units, mean: np.ndarray, later: float
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Share that the effects of now would add, (n,), and its slopes on each arm's state (n, 7)."""
    base = each.alone
    far = np.clip(1 - (1 - base) ** later, 0.02, 0.99)
    if each.against > 0:
        # What is expected of a contact holds that contact's own effect.
        own = part.tired * (part.belief @ mean[each.against - 1, :4])
        far = np.clip(expit(logit(far) - own), 0.02, 0.99)
        base = 1 - (1 - far) ** (1 / later)
    scale = each.dose * (1 - base) / (1 - far)

    def of(channel: int) -> tuple[np.ndarray, np.ndarray]:
        effect = mean[channel, :4][None, :] + (part.state @ mean[channel, 4:])[:, None]
        moved = expit(logit(far)[:, None] + part.tired[:, None] * effect)
        steep = part.belief * moved * (1 - moved) * part.tired[:, None]
        added = (part.belief * moved).sum(axis=1) - far
        columns = np.column_stack([steep, steep.sum(axis=1)[:, None] * part.state])
        return scale * added, scale[:, None] * columns

    mine, slopes = of(each.arm - 1)
    if each.against == 0:
        return mine, [slopes]
    theirs, others = of(each.against - 1)
    return mine - theirs, [slopes, others]


def later_share(units: Units) -> float:
    """How ninety days exceed thirty in this ledger, between 1.1 and 3; 1.8 where unknown."""
    known = ~np.isnan(units.late_share)
    if known.sum() < 50:
        return 1.8
    near, far = units.share[known].mean(), units.late_share[known].mean()
    near, far = np.clip([near, far], 0.02, 0.98)
    return float(np.clip(np.log(1 - far) / np.log(1 - near), 1.1, 3.0))
