"""The end model of profiles: soft labels from signals, analysts' labels, cross-fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from threadpoolctl import threadpool_limits

from models.profile.belief import posterior
from models.profile.correction import corrected, directions
from models.profile.decision import thresholds
from models.profile.design import layout, matrix
from models.profile.elicited import elicited_odds
from models.profile.label_model import LabelModel, label_odds, majority
from models.profile.rules import rules, version
from models.profile.signals import Signs
from models.profile.softmax import fit_softmax

FORMAT = 1
"""Of the parts; a version of another format is not read."""

FOLDS = 5
LABEL_WEIGHT = 2.0
PULL = 10.0
SMALL_BOOK = 300
LEARNT_SHARE, MORE_WITH_LABELS = 0.6, 0.3
UNTESTED, TESTED, SURE_OF_TESTED = 1.2, 1.03, 90.0
"""Temperature without labels: signals and history repeat one another in part, and soft labels,
which are made of both, cannot tell by how much. With labels, the temperature is drawn to the
second, so strongly: over 89 invented books, what a hundred labels alone say of it went with the
best one by a correlation of .2 only (docs/adr/0030)."""
VIEW_ROUNDS, VIEW_TEMPER, VIEW_PULL = 4, 0.6, 20.0
FEWEST_LABELS = 50
FEWEST_FAIR = 60
"""Labels of the fair sample from which on they alone judge."""
_FLOOR = 1e-9
_ACCURACIES = (0.75, 0.8, 0.85, 0.9, 0.93, 0.96, 0.985)


@dataclass
class ProfileModel:
    """Log-odds of the four profiles, linear in what is known of a debtor.

    ``base`` (4,) is the belief about a debtor of whom nothing is known, ``beta`` (width, 4) what
    each column of :mod:`models.profile.design` adds. ``limits`` (4,) are the conformal
    thresholds, None where labels are too few. ``rules_version`` names the signals it was
    learnt on.
    """

    base: np.ndarray
    beta: np.ndarray
    limits: np.ndarray | None
    temperature: float
    n_rows: int
    n_labels: int
    learnt: Mapping[str, Any]
    rules_version: str

    def log_odds(self, columns: np.ndarray) -> np.ndarray:
        """Shape (n_debtors, 4)."""
        odds: np.ndarray = self.base + columns @ self.beta
        return odds

    def predict_proba(self, signs: Signs, features: pd.DataFrame) -> np.ndarray:
        """Belief before people's answers and confirmations, shape (n_debtors, 4)."""
        return posterior(self.log_odds(matrix(signs, features)))

    def parts(self) -> dict[str, Any]:
        """What a registry keeps: plain data, nothing to unpickle."""
        names = layout(rules()).names
        return {
            "model": {
                "format": FORMAT,
                "profiles": list(rules().profiles),
                "features": list(names),
                "base": self.base.tolist(),
                "beta": self.beta.tolist(),
                "limits": None if self.limits is None else self.limits.tolist(),
                "temperature": self.temperature,
                "n_rows": self.n_rows,
                "n_labels": self.n_labels,
                "learnt": dict(self.learnt),
                "rules": self.rules_version,
            }
        }

    @staticmethod
    def from_parts(parts: Mapping[str, Any]) -> ProfileModel | None:
        """The model that ``parts`` wrote; None for one of other signals or of another format."""
        record = parts["model"]
        if record.get("format") != FORMAT or record.get("features") != list(layout(rules()).names):
            return None
        limits = record["limits"]
        return ProfileModel(
            base=np.asarray(record["base"]),
            beta=np.asarray(record["beta"]),
            limits=None if limits is None else np.asarray(limits),
            temperature=record["temperature"],
            n_rows=record["n_rows"],
            n_labels=record["n_labels"],
            learnt=record["learnt"],
            rules_version=record["rules"],
        )


@dataclass(frozen=True)
class CrossFit:
    """Beliefs of models that saw neither the debtor nor its label, and the baselines beside.

    Arrays of shape (n_debtors, 4); ``labels`` (n_debtors,) with -1 where there is none;
    ``judges`` (n_debtors,) of bool the labelled debtors that figures are of, ``is_fair`` whether
    they are a fair sample; ``agreement`` is the mean adjusted Rand index of the folds' models with
    the whole one's.
    """

    ids: pd.Index
    labels: np.ndarray
    judges: np.ndarray
    is_fair: bool
    model: np.ndarray
    elicited: np.ndarray
    majority: np.ndarray
    label_model: np.ndarray
    agreement: float


def fit(
    signs: Signs, features: pd.DataFrame, labels: np.ndarray, *, fair: np.ndarray | None = None
) -> tuple[ProfileModel, CrossFit]:
    """Learn from a ledger and the labels there are, perhaps none.

    ``labels`` (n_debtors,): 0 to 3 in the order of the profiles, -1 without; ``fair`` (n_debtors,)
    of bool: a debtor of the fair sample (:func:`models.profile.labelling.fair_rows`). All labels
    teach; certainty, limits and figures are of the fair ones, where they are enough: a label asked
    for because it teaches much is of a harder case than most. Folds are drawn by the name of the
    debtor, so the same ledger gives the same model.
    """
    # Small matrices: several threads of linear algebra wait for one another most of the time.
    with threadpool_limits(1):
        return _fitted(signs, features, labels, fair)


def _fitted(
    signs: Signs, features: pd.DataFrame, labels: np.ndarray, fair: np.ndarray | None
) -> tuple[ProfileModel, CrossFit]:
    columns = matrix(signs, features).astype(float)
    base, beta, learnt = learn(signs, columns, labels, np.ones(len(labels), dtype=bool))
    fold = pd.util.hash_array(signs.ids.to_numpy(dtype=object)) % FOLDS
    odds, soft = np.zeros((len(labels), 4)), np.zeros((len(labels), 4))
    alike = []
    leading = (base + columns @ beta).argmax(axis=1)
    for part in range(FOLDS):
        held = fold == part
        if not held.any() or held.all():
            continue
        shown = np.where(held, -1, labels)
        at, slopes, told = learn(signs, columns, shown, ~held)
        whole = at + columns @ slopes
        odds[held], soft[held] = whole[held], told["soft"][held]
        alike.append(adjusted_rand(leading, whole.argmax(axis=1)))
    known = labels >= 0
    of_fair = np.zeros(len(labels), dtype=bool) if fair is None else known & fair
    is_fair = int(of_fair.sum()) >= FEWEST_FAIR
    judges = of_fair if is_fair else known
    if judges.sum() >= FEWEST_LABELS:
        temperature, right = _calibrated(odds[judges], np.eye(4)[labels[judges]])
    else:
        temperature, right = UNTESTED, rules().label_accuracy
    belief = posterior(odds / temperature)
    model = ProfileModel(
        base=base / temperature,
        beta=beta / temperature,
        limits=thresholds(belief[judges], labels[judges], label_accuracy=right),
        temperature=temperature,
        n_rows=len(labels),
        n_labels=int(known.sum()),
        learnt={
            "label_accuracy": right,
            **{key: value for key, value in learnt.items() if key != "soft"},
        },
        rules_version=version(),
    )
    return model, CrossFit(
        ids=signs.ids,
        labels=labels,
        judges=judges,
        is_fair=is_fair,
        model=belief,
        elicited=posterior(elicited_odds(signs.seen, signs.missed)),
        majority=majority(signs.seen),
        label_model=soft,
        agreement=float(np.mean(alike)) if alike else 1.0,
    )


def learn(
    signs: Signs, columns: np.ndarray, labels: np.ndarray, use: np.ndarray
) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """Base and coefficients, uncalibrated, from the debtors of ``use``, (n_debtors,) of bool.

    ``columns`` as :func:`models.profile.design.matrix`. What was learnt on the way is told too,
    the soft labels of all among it.
    """
    told = LabelModel().fit(signs.seen[use], signs.missed[use], labels[use])
    labelled = label_odds(labels, rules())
    weight = np.where(labels >= 0, LABEL_WEIGHT, 1.0)[use]
    known = use & (labels >= 0)
    odds = soft_odds(told, signs, int(use.sum()), int(known.sum()))
    odds = _with_history(odds, labelled, columns[:, 2 * signs.seen.shape[1] :], weight, use)
    soft = posterior(odds + labelled)
    base, beta = fit_softmax(columns[use], soft[use], weight, pull=PULL)
    if known.any():
        along = directions(signs, columns.shape[1], use)
        base, beta = corrected(base, beta, columns[known], _smoothed(labels[known]), along)
    base, beta = base - base.mean(), beta - beta.mean(axis=1, keepdims=True)
    return base, beta, {**told.told(), "soft": soft}


def _with_history(
    odds: np.ndarray,
    labelled: np.ndarray,
    figures: np.ndarray,
    weight: np.ndarray,
    use: np.ndarray,
) -> np.ndarray:
    """Log-odds that also know how debtors pay: signals teach the figures, and the figures them.

    A model learnt on what signals alone say would find that the figures add nothing. So what the
    figures say of the soft labels, over the shares of the profiles, is added to what the signals
    say, and learnt again (two views of one debtor; Blum and Mitchell 1998), tempered since they
    are not independent.
    """
    current = odds
    for _ in range(VIEW_ROUNDS):
        belief = posterior(current + labelled)[use]
        base, slopes = fit_softmax(figures[use], belief, weight, pull=VIEW_PULL)
        said = np.log(posterior(base + figures @ slopes) + _FLOOR)
        current = odds + VIEW_TEMPER * (said - np.log(np.average(belief, axis=0, weights=weight)))
    return current


def _smoothed(labels: np.ndarray) -> np.ndarray:
    """Labels as shares, (n, 4), what is left to error spread over the other profiles."""
    right = rules().label_accuracy
    shares = np.full((len(labels), 4), (1 - right) / 3)
    shares[np.arange(len(labels)), labels] = right
    return shares


def soft_odds(told: LabelModel, signs: Signs, n: int, n_labels: int) -> np.ndarray:
    """What to learn from, as log-odds (n_debtors, 4): the label model and the elicited rates.

    Neither is best in every book, and together they err less than either; the label model counts
    more once labels have told it rates. In a small book the majority of the signals takes its
    place by degrees.
    """
    share = n / (n + SMALL_BOOK)
    learnt_share = LEARNT_SHARE + MORE_WITH_LABELS * n_labels / (n_labels + FEWEST_LABELS)
    learnt = np.log(told.predict_proba(signs.seen, signs.missed) + _FLOOR)
    votes = np.log(majority(signs.seen) + _FLOOR)
    elicited = elicited_odds(signs.seen, signs.missed)
    mixed = learnt_share * (share * learnt + (1 - share) * votes)
    odds: np.ndarray = mixed + (1 - learnt_share) * elicited
    return odds


def adjusted_rand(one: np.ndarray, other: np.ndarray) -> float:
    """Agreement of two divisions of the same debtors beyond chance; 1 is the same division.

    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    """
    table = np.zeros((4, 4))
    np.add.at(table, (one, other), 1)
    pairs = lambda counts: float((counts * (counts - 1)).sum() / 2)  # noqa: E731
    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    whole = pairs(np.array([float(len(one))]))
    expected = rows * columns / max(whole, 1.0)
    most = (rows + columns) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def _calibrated(odds: np.ndarray, target: np.ndarray) -> tuple[float, float]:
    """Temperature, and how often labels are right, that fit held-out labels best together.

    Analysts err: a belief calibrated to their labels as if they did not would doubt too much.
    """
    usual, wrong_before = rules().label_accuracy, 20.0
    found = []
    for right in _ACCURACIES:
        temperature, loss = _temperature(odds, target, right)
        doubt = usual * np.log(right) + (1 - usual) * np.log(1 - right)
        found.append((loss - wrong_before * doubt, temperature, right))
    _, temperature, right = min(found)
    return temperature, right


def _temperature(odds: np.ndarray, target: np.ndarray, right: float) -> tuple[float, float]:
    """What to divide log-odds by to fit held-out labels best, drawn to ``TESTED``; and the loss."""

    def loss(log_temperature: float) -> float:
        p = posterior(odds / np.exp(log_temperature))
        told = right * p + (1 - right) / 3 * (1 - p)
        drawn = SURE_OF_TESTED * (log_temperature - np.log(TESTED)) ** 2
        return float(-np.sum(target * np.log(told + _FLOOR)) + drawn)

    found = minimize_scalar(loss, bounds=(-1.0, 1.5), method="bounded")
    return float(np.exp(found.x)), float(found.fun)
