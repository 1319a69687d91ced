r"""What the signals say together, learnt without labels: Dawid and Skene's model, MAP.

Each signal is an annotator that speaks only where it had the occasion:

.. math:: r_{ik} \propto \pi_k \prod_j C_{jk}^{g_j s_{ij}} (1 - C_{jk})^{g_j m_{ij}}

with :math:`s` the strength of a signal seen, :math:`m` of one missed, :math:`C_{jk}` its rate
among debtors of profile :math:`k` (a Beta prior around the elicited rate, weak) and
:math:`g_j \le 1` a temper for what other signals repeat. An analyst's label is an annotator too,
nearly always right (Dawid and Skene 1979; the temper and the prior are ours).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.base import BaseEstimator

from models.profile.belief import posterior
from models.profile.rules import Rules, rules

_FLOOR = 1e-4
_STEP = 0.1
_TEMPERED = 2
_LEVEL_STEPS = 4
_RESIDUAL, _FEW, _APART = 5.0, 20.0, 0.1


class LabelModel(BaseEstimator):
    """Soft labels from signals; learns the rates of a ledger from the elicited ones.

    Parameters
    ----------
    strength
        Weight of the elicited rates and shares, in debtors of each profile.
    trust
        Weight of the elicited differences between profiles for each debtor with the occasion:
        at a half, they count half as much as the ledger, however large it is.
    missed_share
        Weight of a signal missed beside one seen.
    label_weight
        Weight of a labelled debtor in the rates: what its signals say of its profile is known,
        where that of others is believed, from these very signals.
    """

    def __init__(
        self,
        *,
        strength: float = 10.0,
        trust: float = 0.5,
        missed_share: float = 0.5,
        label_weight: float = 15.0,
        max_iter: int = 100,
        tol: float = 1e-4,
    ) -> None:
        """Nothing is learnt before ``fit``."""
        self.strength = strength
        self.trust = trust
        self.missed_share = missed_share
        self.label_weight = label_weight
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, seen: np.ndarray, missed: np.ndarray, labels: np.ndarray) -> LabelModel:
        """Learn from signals (n, n_signals) and labels (n,): 0 to 3, -1 where nobody said."""
        elicited = rules()
        seen, missed, labels, weight = _compressed(seen, missed, labels)
        told = label_odds(labels, elicited)
        labelled = labels >= 0
        heavy = np.where(labelled, self.label_weight, 1.0) * weight
        start = np.stack([signal.rates for signal in elicited.signals])
        prior = elicited.prior
        self.rates_, self.prior_ = start, prior
        self.temper_ = np.full(len(start), elicited.temper)
        for _ in range(_TEMPERED):
            belief = posterior(self._odds(seen, missed) + told)
            for _ in range(self.max_iter):
                part = belief * heavy[:, None]
                shown = seen.T @ part
                occasions = shown + missed.T @ part
                centre = _levelled(start, shown.sum(axis=1), occasions)
                # Labels are no belief: nothing draws what they say to the elicited rates.
                believed = occasions - (seen + missed)[labelled].T @ part[labelled]
                pull = self.strength + self.trust * believed
                rates = (shown + pull * centre) / (occasions + pull)
                self.rates_ = np.clip(rates, _FLOOR, 1 - _FLOOR)
                total = weight @ belief
                total = total + (self.strength + self.trust * total.sum()) * prior
                self.prior_ = total / total.sum()
                before, belief = belief, posterior(self._odds(seen, missed) + told)
                if np.average(np.abs(belief - before).sum(axis=1), weights=weight) < self.tol:
                    break
            self.temper_ = _temper(seen, missed, belief, self.rates_, weight)
        return self

    def predict_proba(
        self, seen: np.ndarray, missed: np.ndarray, labels: np.ndarray | None = None
    ) -> np.ndarray:
        """Belief, shape (n, 4); labels count where given."""
        odds = self._odds(seen, missed)
        if labels is not None:
            odds = odds + label_odds(labels, rules())
        return posterior(odds)

    def _odds(self, seen: np.ndarray, missed: np.ndarray) -> np.ndarray:
        told = seen @ (self.temper_[:, None] * np.log(self.rates_))
        absent = self.missed_share * (missed @ (self.temper_[:, None] * np.log1p(-self.rates_)))
        odds: np.ndarray = np.log(self.prior_) + told + absent
        return odds

    def told(self) -> dict[str, Any]:
        """What it learnt, as plain data by signal."""
        return {
            "prior": self.prior_.tolist(),
            "temper": self.temper_.tolist(),
            "rates": self.rates_.tolist(),
        }


def majority(seen: np.ndarray, *, temper: float = 1.0) -> np.ndarray:
    """Tempered vote: each signal seen is a voice for the profile it favours, shape (n, 4).

    The baseline of every report, and the soft labels of a book too small to learn rates from.
    """
    elicited = rules()
    votes = np.zeros((len(elicited.signals), 4))
    votes[np.arange(len(votes)), [signal.favours for signal in elicited.signals]] = 1.0
    return posterior(np.log(elicited.prior) + temper * (np.minimum(seen, 1.0) @ votes))


def label_odds(labels: np.ndarray, elicited: Rules) -> np.ndarray:
    """Log-odds that an analyst's label adds, shape (n, 4); zero without one."""
    right = elicited.label_accuracy
    gap = np.log(right) - np.log((1 - right) / 3)
    odds = np.zeros((len(labels), 4))
    known = np.flatnonzero(labels >= 0)
    odds[known, labels[known]] = gap
    return odds


def _levelled(rates: np.ndarray, shown: np.ndarray, occasions: np.ndarray) -> np.ndarray:
    """The elicited rates at the level of the ledger: their odds moved alike for each profile.

    How often a signal fires differs between ledgers; how profiles differ in it, much less.
    """
    odds = np.log(rates) - np.log1p(-rates)
    shift = np.zeros((len(rates), 1))
    for _ in range(_LEVEL_STEPS):
        at = expit(odds + shift)
        gap = shown - (occasions * at).sum(axis=1)
        slope = (occasions * at * (1 - at)).sum(axis=1) + 1.0
        shift += np.clip(gap / slope, -1.0, 1.0)[:, None]
    levelled: np.ndarray = expit(odds + np.clip(shift, -4.0, 4.0))
    return levelled


def _compressed(
    seen: np.ndarray, missed: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Distinct patterns of signals, strengths to a tenth, and how many debtors show each."""
    steps = np.hstack([seen, missed]) / _STEP
    whole = np.column_stack([np.rint(steps).astype(np.int8), labels.astype(np.int8)])
    columns = pd.DataFrame(whole)
    first = pd.util.hash_pandas_object(columns, index=False).to_numpy()
    _, place, counts = np.unique(first, return_index=True, return_counts=True)
    n = seen.shape[1]
    kept = whole[place].astype(float)
    return (
        _STEP * kept[:, :n],
        _STEP * kept[:, n : 2 * n],
        labels[place],
        counts.astype(float),
    )


def _temper(
    seen: np.ndarray,
    missed: np.ndarray,
    belief: np.ndarray,
    rates: np.ndarray,
    weight: np.ndarray,
) -> np.ndarray:
    """One over one plus what other signals repeat of each, beyond what the profiles explain.

    Correlations of Pearson residuals, given the belief; pairs of signals that few debtors had the
    occasion for together say little, and theirs are drawn towards none.
    """
    occasions = seen + missed
    expected = belief @ rates.T
    spread = np.sqrt(np.maximum(occasions * expected * (1 - expected), 1e-3))
    left = np.where(occasions > 0, (seen - occasions * expected) / spread, 0.0)
    left = np.clip(left, -_RESIDUAL, _RESIDUAL)
    total = (left * weight[:, None]).T @ left
    size = np.sqrt(np.diag(total)) + 1e-9
    both = (occasions > 0).astype(float)
    common = (both * weight[:, None]).T @ both
    correlation = total / np.outer(size, size) * common / (common + _FEW)
    np.fill_diagonal(correlation, 0.0)
    repeated = np.where(np.abs(correlation) > _APART, np.abs(correlation), 0.0).sum(axis=1)
    # The root: what is repeated still confirms a little.
    tempered: np.ndarray = 1 / np.sqrt(1 + repeated)
    return tempered
