"""The text model: character n-grams and rules into probabilities of outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from models.messages.corpus import sentences
from models.messages.lexicon import hits, simple, spelt_out
from models.profile.rules import rules

# Chosen by leaving one style of author out (docs/model_messages.md).
_RULE_WEIGHT = 0.3
_INVERSE_PENALTY = 10.0
# Power that makes certainty agree with how often the model is right on authors left out.
_SHARPNESS = 1.7


class OutcomeModel:
    """Multinomial logistic regression over n-grams and rules.

    Attributes
    ----------
    outcomes_ : ndarray of shape (n_outcomes,)
        The outcomes seen while fitting, sorted.
    """

    def __init__(self, rule_weight: float = _RULE_WEIGHT) -> None:
        """Take the weight of a rule beside the n-grams, whose vectors have length one."""
        self.rule_weight = rule_weight

    def fit(self, texts: Sequence[str], outcomes: Sequence[str]) -> OutcomeModel:
        """Learn from sentences and their outcomes."""
        self._letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True
        )
        self._words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        features = self._features(texts, fit=True)
        self._model = LogisticRegression(C=_INVERSE_PENALTY, tol=1e-3, max_iter=100)
        # Products this small are ten times slower when threads wait for one another.
        with threadpool_limits(1):
            self._model.fit(features, outcomes)
        self.outcomes_ = self._model.classes_
        return self

    def predict_proba(self, texts: Sequence[str]) -> np.ndarray:
        """Probability of each outcome.

        Returns
        -------
        ndarray of shape (n_texts, n_outcomes)
            In the order of ``outcomes_``; rows sum to one. No text gives no row.
        """
        if not len(texts):
            return np.zeros((0, len(self.outcomes_)))
        told = self._model.predict_proba(self._features(texts, fit=False)) ** _SHARPNESS
        return told / told.sum(axis=1, keepdims=True)

    def _features(self, texts: Sequence[str], *, fit: bool) -> csr_matrix:
        elicited = rules()
        low = [simple(text, elicited) for text in texts]
        full = [spelt_out(text) for text in low]
        parts = [
            made.fit_transform(full) if fit else made.transform(full)
            for made in (self._letters, self._words)
        ]
        return csr_matrix(hstack([*parts, csr_matrix(self.rule_weight * hits(low))]))


@cache
def trained() -> OutcomeModel:
    """The model of the whole corpus, fitted at first use (about a second)."""
    corpus = sentences()
    return OutcomeModel().fit(corpus["text"].tolist(), corpus["outcome"].tolist())
