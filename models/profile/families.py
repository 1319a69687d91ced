"""The model of families: what a sentence speaks of, learnt from sentences written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, vstack
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from models.profile.corpus import NONE, elsewhere, sentences
from models.profile.rules import rules
from models.profile.words import Words, running

_SMOOTHING, _PENALTY = 0.2, 0.25
# A family that a sentence speaks of beside its main one.
_BESIDE = 0.5
# Both fitted on styles left out (docs/profile_notes_report.md).
SHARPNESS = 1.3
LEAST = 0.225
# What speaks of bad faith must be surer: it is the costliest error (D10).
LEAST_OF_BLAME = 0.4
BLAME = ("refusal", "stalling")
_CHUNK = 50_000


class FamilyModel:
    """Complement naive Bayes and a linear support vector machine, added up.

    Both are linear, so that a text's chance is the softmax of one sparse product.

    Attributes
    ----------
    families_ : list of str
        Families in the order of columns, ``none`` among them.
    """

    def fit(self, texts: pd.DataFrame) -> FamilyModel:
        """Learn from texts: columns text, family, weight and, if any, beside."""
        self._words = Words()
        features = self._words.fit_transform(running(texts["text"].tolist(), rules().sensitive))
        families, weights = texts["family"].to_numpy(), texts["weight"].to_numpy(dtype=float)
        beside = [(i, name) for i, names in enumerate(texts["beside"]) for name in names]
        if beside:
            rows = [i for i, _ in beside]
            features = csr_matrix(vstack([features, features[rows]]))
            families = np.concatenate([families, [name for _, name in beside]])
            weights = np.concatenate([weights, _BESIDE * weights[rows]])
        self.families_ = sorted(set(families))
        with threadpool_limits(1):
            bayes = ComplementNB(alpha=_SMOOTHING).fit(features, families, weights)
            margin = LinearSVC(C=_PENALTY, random_state=0).fit(features, families, weights)
        # Only differences between families count: their mean is taken out.
        told = bayes.feature_log_prob_ - bayes.feature_log_prob_.mean(axis=0)
        self._slopes = np.ascontiguousarray((told + margin.coef_).T)
        self._level = margin.intercept_
        return self

    def decide(self, texts: Sequence[str]) -> np.ndarray:
        """What speaks for each family, before it is made a chance: shape (n_texts, n_families)."""
        parts = []
        for start in range(0, len(texts), _CHUNK):
            said = running(texts[start : start + _CHUNK], rules().sensitive)
            parts.append(self._words.decide(said, self._slopes) + self._level)
        return np.vstack(parts) if parts else np.zeros((0, len(self.families_)))

    def predict_proba(self, texts: Sequence[str], sharpness: float = SHARPNESS) -> np.ndarray:
        """Chance of each family, ``families_`` in columns; rows sum to one."""
        return chances(self.decide(texts), sharpness)


def spoken(chance: np.ndarray, families: list[str]) -> np.ndarray:
    """Which families are said of each text: shape (n_texts, n_families), ``none`` never."""
    needed = [LEAST_OF_BLAME if name in BLAME else LEAST for name in families]
    said: np.ndarray = (chance >= np.asarray(needed)) & (np.asarray(families) != NONE)
    return said


def chances(decided: np.ndarray, sharpness: float) -> np.ndarray:
    """Softmax, row by row."""
    told = np.exp(sharpness * (decided - decided.max(axis=1, keepdims=True, initial=-np.inf)))
    shares: np.ndarray = told / told.sum(axis=1, keepdims=True)
    return shares


def lessons(written: pd.DataFrame) -> pd.DataFrame:
    """What the model learns from: these sentences and all that is never judged."""
    return pd.concat(
        [
            written.assign(weight=1.0)[["text", "family", "weight", "beside"]],
            elsewhere(),
        ],
        ignore_index=True,
    )


@cache
def trained() -> FamilyModel:
    """The model of all sentences, fitted at first use."""
    return FamilyModel().fit(lessons(sentences()))
