r"""Exact Shapley values of a tree surrogate of the published probability.

The published p_90 comes out of hazards, calibration and shrinkage, whose Shapley values no tree
explainer gives. A small boosted regressor g is therefore fitted on the *published* probability
itself, from the features of the day, and explained exactly (path-dependent, batched by Boolean
patterns):

.. math:: p = \mathbb{E}\,g + \sum_j \varphi_j(x) + (p - g(x)),

the base, the features, and a gap that is a row of its own.

On the scale of probability the contributions are points that add up without any transformation.
Trees are added until the mean absolute gap is small; what is left is published claim by claim.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor

from models.explanations.encoding import Encoding

MOST_ROWS = 100_000
CHUNK = 200_000
WANTED_GAP = 0.012
LARGEST_GAP = 0.02
TOLERATED_GAP = 0.017
_STEP, _ENOUGH_TREES, _MOST_TREES = 200, 800, 1200
# Shallow trees, long chunks: the batch explainer prepares 2^depth patterns per leaf and chunk.
_LEAVES, _DEPTH, _RATE, _SMALLEST_LEAF = 8, 4, 0.2, 20
_ADDITIVE = 1e-4
THREADS = 2
_WORTH_THREADS = 20_000
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Explained:
    """Contributions to each published probability.

    ``frame`` has one float column per feature, shape (n_claims, n_features), in points of
    probability; ``gap`` (n_claims,) is published − surrogate; ``fidelity`` is the R² of the
    surrogate on the claims explained, NaN where they do not differ.
    """

    frame: pd.DataFrame
    base: float
    gap: np.ndarray
    fidelity: float
    n_trees: int

    @property
    def mean_gap(self) -> float:
        """Mean absolute gap, in probability; 0 without claims."""
        return float(np.abs(self.gap).mean()) if len(self.gap) else 0.0


@dataclass(frozen=True)
class Surrogate:
    """Trees fitted on published probabilities, and their mean; no trees where these do not differ.

    It explains any claims, those it learnt from or not.
    """

    encoding: Encoding
    base: float
    batched: _Batched | None

    @classmethod
    def fit(cls, learnt: pd.DataFrame, published: np.ndarray) -> Surrogate:
        """Learn from claims as the model reads them; at most ``MOST_ROWS`` are used."""
        places = drawn(learnt["claim_id"])
        learnt, labels = learnt.iloc[places], np.asarray(published, dtype=float)[places]
        encoding = Encoding.fit(learnt, labels)
        if len(learnt) < 2 or np.ptp(labels) == 0.0:
            return cls(encoding, float(labels.mean()) if len(labels) else 0.0, None)
        matrix = encoding.matrix(learnt)
        trees = fitted(matrix, labels)
        return cls(encoding, float(trees.predict(matrix.to_numpy()).mean()), _Batched(trees))

    def explain(self, joined: pd.DataFrame, published: np.ndarray) -> Explained:
        """Shapley values of claims for their published probabilities, shape (n_claims,)."""
        features = list(self.encoding.features)
        if not len(joined) or self.batched is None:
            nothing = pd.DataFrame(0.0, index=joined.index, columns=features)
            return Explained(nothing, self.base, published - self.base, float("nan"), 0)
        parts, gaps = [], []
        for start, values in _in_chunks(self.batched, self.encoding, joined):
            parts.append(values)
            told = self.base + values.sum(axis=1, dtype=float)
            gaps.append(published[start : start + len(values)] - told)
        gap = np.concatenate(gaps)
        spread = float(np.var(published))
        fidelity = 1.0 - float(np.mean(gap**2)) / spread if spread > 0 else float("nan")
        frame = pd.DataFrame(np.concatenate(parts), index=joined.index, columns=features)
        return Explained(frame, self.base, gap, fidelity, int(self.batched.surrogate.n_iter_))


def explain(joined: pd.DataFrame, published: np.ndarray) -> Explained:
    """Shapley values of claims by a surrogate that learns from them.

    Parameters
    ----------
    joined : features with their ``extra_`` columns and ``claim_id``, as the model reads them.
    published : probabilities, shape (n_claims,).
    """
    return Surrogate.fit(joined, published).explain(joined, published)


def fitted(matrix: pd.DataFrame, labels: np.ndarray) -> HistGradientBoostingRegressor:
    """A regressor with as many trees as fidelity needs.

    Every tree costs time for every claim explained: beyond ``_ENOUGH_TREES`` only a gap that would
    not be tolerated buys more, at most ``_MOST_TREES``.
    """
    values = matrix.to_numpy()
    surrogate = HistGradientBoostingRegressor(
        max_iter=_STEP,
        max_leaf_nodes=_LEAVES,
        max_depth=_DEPTH,
        learning_rate=_RATE,
        min_samples_leaf=max(2, min(_SMALLEST_LEAF, len(matrix) // 50)),
        early_stopping=False,
        warm_start=True,
        random_state=0,
    )
    while True:
        surrogate.fit(values, labels)
        gap = float(np.abs(surrogate.predict(values) - labels).mean())
        enough = TOLERATED_GAP if surrogate.max_iter >= _ENOUGH_TREES else WANTED_GAP
        if gap <= enough or surrogate.max_iter >= _MOST_TREES:
            return surrogate
        surrogate.set_params(max_iter=surrogate.max_iter + _STEP)


def contributions(
    surrogate: HistGradientBoostingRegressor,
    encoding: Encoding,
    joined: pd.DataFrame,
    *,
    threads: int = THREADS,
) -> Iterator[tuple[int, np.ndarray]]:
    """Shapley values in chunks: the first row's place and an array (n_rows, n_features).

    The batch explainer is checked on the first rows against the surrogate itself; where it fails
    the reference implementation does the work, some ten times slower.
    """
    return _in_chunks(_Batched(surrogate, threads), encoding, joined)


def _in_chunks(
    batched: _Batched, encoding: Encoding, joined: pd.DataFrame
) -> Iterator[tuple[int, np.ndarray]]:
    for start in range(0, len(joined), CHUNK):
        matrix = encoding.matrix(joined.iloc[start : start + CHUNK])
        yield start, batched.values(matrix)


class _Batched:
    def __init__(self, surrogate: HistGradientBoostingRegressor, threads: int = THREADS) -> None:
        from woodelf import WoodelfExplainer

        self.surrogate = surrogate
        # One for each thread: an explainer keeps what it is working on.
        self.explainers = [WoodelfExplainer(surrogate) for _ in range(threads)]
        self.checked = False
        self.reference = False

    def values(self, matrix: pd.DataFrame) -> np.ndarray:
        if not self.reference:
            try:
                found = self._at_once(matrix)
            except ValueError as error:
                _LOG.warning("batch explainer: %s; the reference explainer takes over", error)
            else:
                if self.checked or self._adds_up(matrix, found):
                    self.checked = True
                    return found
                _LOG.warning("batch explainer does not add up; the reference takes over")
            self.reference = True
        return _reference(self.surrogate, matrix)

    def _at_once(self, matrix: pd.DataFrame) -> np.ndarray:
        """The batch explainer on long matrices in as many threads as there are explainers."""
        n = len(self.explainers)
        if n == 1 or len(matrix) < _WORTH_THREADS:
            return _values(self.explainers[0], matrix)
        ends = np.linspace(0, len(matrix), n + 1).astype(int)
        parts = [matrix.iloc[start:end] for start, end in pairwise(ends)]
        with ThreadPoolExecutor(n) as threads:
            found = threads.map(_values, self.explainers, parts)
            return np.concatenate(list(found))

    def _adds_up(self, matrix: pd.DataFrame, found: np.ndarray) -> bool:
        """Whether prediction − Σ is one base for all of the first rows."""
        few = matrix.iloc[:200].to_numpy()
        left = self.surrogate.predict(few) - found[: len(few)].sum(axis=1)
        return bool(np.ptp(left) <= _ADDITIVE)


def _values(explainer: Any, matrix: pd.DataFrame) -> np.ndarray:
    return np.asarray(explainer.shap_values(matrix, verbose=False))


def _reference(surrogate: HistGradientBoostingRegressor, matrix: pd.DataFrame) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # shap draws with what matplotlib will drop
        import shap
    explainer = shap.TreeExplainer(surrogate, feature_perturbation="tree_path_dependent")
    return np.asarray(explainer.shap_values(matrix.to_numpy()))


def drawn(claim_ids: pd.Series) -> np.ndarray:
    """Places of the claims to learn from, the same claims whatever their order."""
    hashed = pd.util.hash_array(claim_ids.astype(str).to_numpy(dtype=object))
    return np.argsort(hashed, kind="stable")[:MOST_ROWS]
