r"""One arm against another: doubly robust, and with what speaks against believing it.

Of each decision the pseudo-outcome of an arm is :math:`\mu_a(x) + 1[A=a](Y-\mu_a(x))/\pi_a(x)`,
models fitted on other debtors, weights scaled to their number (Robins and Rotnitzky 1995; Hájek
1971; Chernozhukov et al. 2018). It is right on average if either the model or the chances are.
Logged chances are; estimated ones only if all that drove both action and payment was written down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.strategy.effects.crossfit import FLOOR, Nuisance, folds, nuisance
from models.strategy.effects.units import ARMS, Units
from models.strategy.ope import effective

FEWEST_TREATED = 30
FEWEST_ESS = 40.0
LEAST_OVERLAP = 0.5
LEAST_EVALUE = 1.25
LEAST_DOSE = 0.3
"""Contacts that a decision to contact must add: below, hardly any of those asked for was made."""

MOST_PLACEBO = 1.96
_NORMAL = 1.96


@dataclass(frozen=True)
class Contrast:
    """What one arm adds to the share paid within the horizon against another.

    ``design`` is ``random`` (chances of both logged), ``between`` (two kinds of contact, chances
    logged) or ``observed`` (chances estimated). ``pseudo`` (n,) pseudo-outcomes; ``rows`` the
    decisions they belong to; ``alone`` (n,) share expected without the arm; ``dose`` the
    contacts that one decision to act added in the month. ``weight`` (n,) how much each decision
    speaks of both arms, one on average; ``effect`` with its ends is the weighted mean.
    """

    arm: int
    against: int
    design: str
    rows: np.ndarray
    pseudo: np.ndarray
    weight: np.ndarray
    alone: np.ndarray
    dose: float
    n_treated: int
    n_against: int
    ess: float
    overlap: float
    effect: float
    error: float
    placebo: float
    placebo_z: float

    @property
    def e_value(self) -> float:
        """Strength that an unseen cause needs, as a risk ratio, to explain the nearer limit away.

        VanderWeele and Ding 2017; 1 where nothing need be explained.
        """
        alone = max(float(np.average(self.alone, weights=self.weight)), 0.01)
        ratio = (alone + self.effect - _NORMAL * self.error) / alone
        return 1.0 if ratio <= 1 else float(ratio + np.sqrt(ratio * (ratio - 1)))

    @property
    def is_seen(self) -> bool:
        """Whether the money seen with the arm and without differs beyond chance."""
        return abs(self.effect) > _NORMAL * self.error

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why it is not believed; by logged chances only overlap and number count."""
        found = []
        if self.overlap < LEAST_OVERLAP:
            found.append("no_overlap")
        if self.ess < FEWEST_ESS:
            found.append("too_few")
        if self.design == "random" and self.dose < LEAST_DOSE:
            found.append("in_part")
        if self.design == "observed":
            if abs(self.placebo_z) > MOST_PLACEBO:
                found.append("placebo")
            if self.effect < 0:
                found.append("wrong_sign")
            elif self.e_value < LEAST_EVALUE:
                found.append("e_value")
        return tuple(found)


def contrasts(units: Units) -> list[Contrast]:
    """Every contrast that the logs hold, each by the best design open to it.

    By runs a decision counts as what was asked for, made or not: many contacts are left for want of
    time, and those made are no draw any more. What asking brings is then shared over the contacts
    that it added.

    An arm is compared with waiting by logged chances where those are known on both sides. Where
    only contacts carry them, arms are compared with the commonest of them. Where neither, or to
    place that commonest one, chances are estimated.
    """
    counts = np.bincount(units.arm, minlength=len(ARMS))
    arms = [a for a in range(1, len(ARMS)) if counts[a] >= FEWEST_TREATED]
    if not arms or counts[0] < FEWEST_TREATED:
        return []
    found: list[Contrast] = []
    drawn = _randomised(units, np.flatnonzero(units.is_asked))
    # Too few draws leave the next best design its say.
    whole = [each for each in drawn if not each.doubts]
    found += whole
    left = [a for a in arms if a not in {each.arm for each in whole}]
    contacts = np.flatnonzero(units.is_drawn)
    reference = int(np.bincount(units.arm[contacts], minlength=len(ARMS)).argmax())
    between = _between(units, left, contacts, reference)
    found += between
    left = [a for a in left if a not in {each.arm for each in between}]
    return found + _observed(units, left)


def tone_contrast(units: Units) -> Contrast | None:
    """A firm contact against a courteous one on the same channel, by estimated chances."""
    spoken = np.flatnonzero(units.arm > 0)
    part = units.rows(spoken)
    if min(part.firm.sum(), (~part.firm).sum()) < FEWEST_TREATED:
        return None
    channel = np.eye(len(ARMS))[part.arm][:, 2:]
    part = replace(part, arm=part.firm.astype(int), matrix=np.column_stack([part.matrix, channel]))
    models = _fitted(part, part.share, with_recent=True)
    placebo = _fitted(part, part.before, with_recent=False)
    none = np.full(len(part), np.nan)
    return _contrast(part, spoken, models, 1, 0, "observed", none, placebo)


def _randomised(units: Units, rows: np.ndarray) -> list[Contrast]:
    part = units.rows(rows)
    part = replace(part, arm=part.asked)
    counts = np.bincount(part.arm, minlength=len(ARMS))
    arms = [a for a in range(1, len(ARMS)) if min(counts[a], counts[0]) >= FEWEST_TREATED]
    if not arms:
        return []
    models = _fitted(part, part.share, with_recent=True)
    # Where both sides were likely, much is learnt of each decision; where a draw of one in thirty
    # decided, little: overlap weights (Li, Morgan and Zaslavsky 2018).
    weight = part.alone * (1 - part.alone)
    return [
        _contrast(part, rows, models, a, 0, "random", part.asked_chance, weight=weight)
        for a in arms
    ]


def _between(units: Units, arms: list[int], rows: np.ndarray, reference: int) -> list[Contrast]:
    part = units.rows(rows)
    counts = np.bincount(part.arm, minlength=len(ARMS))
    if counts[reference] < FEWEST_TREATED:
        return []
    arms = [a for a in arms if a != reference and counts[a] >= FEWEST_TREATED]
    if not arms:
        return []
    models = _fitted(part, part.share, with_recent=True)
    return [_contrast(part, rows, models, a, reference, "between", part.logged) for a in arms]


def _observed(units: Units, arms: list[int]) -> list[Contrast]:
    if not arms:
        return []
    models = _fitted(units, units.share, with_recent=True)
    placebo = _fitted(units, units.before, with_recent=False)
    rows = np.arange(len(units))
    none = np.full(len(units), np.nan)
    return [_contrast(units, rows, models, a, 0, "observed", none, placebo) for a in arms]


def _fitted(units: Units, share: np.ndarray, *, with_recent: bool) -> Nuisance:
    matrix = np.column_stack([units.matrix, units.recent]) if with_recent else units.matrix
    # Columns of the whole need not vary in a part.
    matrix = matrix[:, matrix.std(axis=0) > 1e-9]
    return nuisance(matrix, units.arm, len(ARMS), share, units.dose, folds(units.debtor))


def _contrast(
    units: Units,
    rows: np.ndarray,
    models: Nuisance,
    arm: int,
    against: int,
    design: str,
    logged: np.ndarray,
    placebo: Nuisance | None = None,
    weight: np.ndarray | None = None,
) -> Contrast:
    share = np.ones(len(units)) if weight is None else weight
    estimated = models.propensity
    inside = np.minimum(estimated[:, arm], estimated[:, against]) > FLOOR
    if not inside.any():
        inside[:] = True
    overlap = float(np.average(inside, weights=share))
    share = np.where(inside, share, 0.0) / share[inside].mean()
    known = ~np.isnan(logged)

    def chance(nuisances: Nuisance, which: int) -> np.ndarray:
        guessed = np.maximum(nuisances.propensity[:, which], FLOOR)
        return np.where(known, np.maximum(np.nan_to_num(logged, nan=1.0), FLOOR / 4), guessed)

    def difference(nuisances: Nuisance, values: np.ndarray, means: np.ndarray) -> np.ndarray:
        both = [
            _pseudo(units.arm == which, values, means[:, which], chance(nuisances, which), share)
            for which in (arm, against)
        ]
        return np.asarray(both[0] - both[1])

    effects = difference(models, units.share, models.share)[inside]
    added = difference(models, units.dose, models.dose)[inside]
    cluster = units.debtor[inside]
    kept = share[inside]
    error = _error(effects, cluster, kept)
    sides = [
        effective((share / chance(models, which))[inside & (units.arm == which)],
                  units.debtor[inside & (units.arm == which)])
        for which in (arm, against)
    ]  # fmt: skip
    before, z = 0.0, 0.0
    if placebo is not None:
        fake = difference(placebo, units.before, placebo.share)[inside]
        before = float(np.average(fake, weights=kept))
        z = before / max(_error(fake, cluster, kept), 1e-9)
    return Contrast(
        arm=arm,
        against=against,
        design=design,
        rows=rows[inside],
        pseudo=effects,
        weight=kept,
        alone=np.clip(models.share[inside, against], 0.02, 0.98),
        dose=_dose(added, kept, design) if against == 0 else 1.0,
        n_treated=int((units.arm[inside] == arm).sum()),
        n_against=int((units.arm[inside] == against).sum()),
        ess=float(min(sides)),
        overlap=overlap,
        effect=float(np.average(effects, weights=kept)),
        error=error,
        placebo=before,
        placebo_z=z,
    )


def _dose(added: np.ndarray, share: np.ndarray, design: str) -> float:
    """Contacts that acting added, within bounds but for a draw, which is doubted below them."""
    mean = float(np.average(added, weights=share))
    return float(np.clip(mean, 0.01 if design == "random" else LEAST_DOSE, 1.5))


def _pseudo(
    treated: np.ndarray,
    value: np.ndarray,
    mean: np.ndarray,
    chance: np.ndarray,
    share: np.ndarray,
) -> np.ndarray:
    """Pseudo-outcome of an arm, (n,), to be averaged by ``share``; of no sense where that is 0."""
    weight = np.where(treated & (share > 0), 1 / chance, 0.0)
    scale = share.sum() / max((share * weight).sum(), 1e-12)
    return np.asarray(mean + scale * weight * (value - mean))


def _error(values: np.ndarray, cluster: np.ndarray, share: np.ndarray) -> float:
    """Standard error of a mean by ``share``, whole debtors apart."""
    of = np.unique(cluster, return_inverse=True)[1]
    apart = share * (values - np.average(values, weights=share))
    sums = np.bincount(of, weights=apart)
    n_clusters = max(len(sums), 2)
    return float(np.sqrt((sums**2).sum() * n_clusters / (n_clusters - 1)) / max(share.sum(), 1e-9))
