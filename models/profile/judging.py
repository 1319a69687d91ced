"""How good beliefs about profiles are, and the gates of a promotion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import beta as beta_distribution

from models import metrics as measure
from models.profile.decision import decide
from models.profile.model import CrossFit, ProfileModel
from models.profile.rules import rules
from models.verdict import Gate

FEWEST_DEBTORS = 100
FEWEST_JUDGES = 40
MOST_LOSS = 0.1
MOST_ERROR = 0.05
MOST_FALSE = 0.03
LEAST_AGREEMENT, FORBIDDING_AGREEMENT = 0.8, 0.6
_FLOOR = 1e-6
_BINS = 10
_DRAWS = 200


def figures(belief: np.ndarray, truth: np.ndarray, said: np.ndarray) -> dict[str, float]:
    """Log loss, accuracy of the likeliest, macro F1, Brier, ECE, abstention and false bad faith.

    ``belief`` (n, 4), ``truth`` (n,) places of the profiles, ``said`` (n,) the words.
    """
    if not len(truth):
        return {}
    right = belief.argmax(axis=1) == truth
    disorganised = truth == 0
    spoken = said != "undetermined"
    named = np.asarray(rules().profiles, dtype=object)[truth]
    return {
        "log_loss": float(losses(belief, truth).mean()),
        "accuracy": float(right.mean()),
        "macro_f1": macro_f1(belief.argmax(axis=1), truth),
        "brier": float(((belief - np.eye(4)[truth]) ** 2).sum(axis=1).mean()),
        "calibration_error": calibration_error(belief.max(axis=1), right.astype(float)),
        "abstention": float(1 - spoken.mean()),
        "accuracy_when_said": float((said == named)[spoken].mean()) if spoken.any() else 1.0,
        "false_bad_faith": float((said[disorganised] == "bad_faith").mean())
        if disorganised.any()
        else 0.0,
        "n": float(len(truth)),
    }


def losses(belief: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Negative log-likelihood of each debtor's profile, in nats."""
    found: np.ndarray = -np.log(np.clip(belief[np.arange(len(truth)), truth], _FLOOR, 1))
    return found


def macro_f1(said: np.ndarray, truth: np.ndarray) -> float:
    """Mean over the profiles that occur of the harmonic mean of precision and recall."""
    found = []
    for k in np.unique(truth):
        hit = float(((said == k) & (truth == k)).sum())
        found.append(2 * hit / max(float((said == k).sum() + (truth == k).sum()), 1.0))
    return float(np.mean(found))


def calibration_error(certainty: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error of the likeliest profile over ten bins of equal width."""
    place = np.minimum((certainty * _BINS).astype(int), _BINS - 1)
    n = np.bincount(place, minlength=_BINS)
    gap = np.bincount(place, weights=right - certainty, minlength=_BINS)
    return float(np.abs(gap).sum() / max(n.sum(), 1))


def chance_calibration_errors(certainty: np.ndarray) -> np.ndarray:
    """Calibration errors of a belief that is exactly right, over so many draws of the debtors.

    ``certainty`` (n_debtors,) of the likeliest; shape (n_draws,). Their mean is
    what is found of a perfect belief: bins of few debtors are never exact.

    >>> n = 2000
    >>> bool(chance_calibration_errors(np.full(n, 0.5)).mean() < 0.02)
    True
    """
    drawn = np.random.default_rng(0).random((_DRAWS, len(certainty))) < certainty
    return np.asarray([calibration_error(certainty, one.astype(float)) for one in drawn])


def excess_calibration_error(belief: np.ndarray, truth: np.ndarray) -> float:
    """Calibration error beyond what chance gives a calibrated belief about as many debtors.

    Chance is the 95th percentile over labels drawn from the belief itself.
    """
    certainty = belief.max(axis=1)
    found = calibration_error(certainty, (belief.argmax(axis=1) == truth).astype(float))
    return float(max(found - np.quantile(chance_calibration_errors(certainty), 0.95), 0.0))


@dataclass(frozen=True)
class Trial:
    """What the gates look at.

    ``champion`` is the belief of the model in use on the same rows, NaN where it may have learnt
    the label.
    """

    model: ProfileModel
    past: CrossFit
    champion: np.ndarray | None


def report(trial: Trial) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Figures of the held-out beliefs on the labels that judge, and those of each baseline."""
    past = trial.past
    known = past.judges
    truth = past.labels[known]
    others = {
        "majority": past.majority,
        "elicited": past.elicited,
        "label_model": past.label_model,
    }
    mine = past.model[known]
    found = figures(mine, truth, decide(mine, None, trial.model.limits))
    beside = {
        name: figures(belief[known], truth, decide(belief[known]))
        for name, belief in others.items()
    }
    about = {"n_labels": float((past.labels >= 0).sum()), "is_fair": float(past.is_fair)}
    return {**found, "stability": past.agreement, **about}, beside


def judge(trial: Trial) -> dict[str, Gate]:
    """Every gate by name."""
    return {gate.name: gate for gate in _gates(trial)}


def _gates(trial: Trial) -> Iterator[Gate]:
    past, n = trial.past, trial.model.n_rows
    yield Gate("enough_debtors", n >= FEWEST_DEBTORS, float(n), FEWEST_DEBTORS)
    known = past.judges
    truth, enough = past.labels[known], known.sum() >= FEWEST_JUDGES
    mine = past.model[known]
    baselines = (("majority", past.majority), ("elicited", past.elicited))
    proven = False
    for name, belief in (*baselines, ("champion", trial.champion)):
        gate = f"profile_beside_{name}"
        fair = np.zeros(0, dtype=bool) if belief is None else ~np.isnan(belief[known, 0])
        if belief is None or fair.sum() < FEWEST_JUDGES:
            yield Gate(gate, True, None, 100 * MOST_LOSS)
            continue
        theirs = losses(belief[known][fair], truth[fair])
        verdict = _beside(gate, losses(mine[fair], truth[fair]), theirs)
        proven |= name == "elicited" and verdict.about["high"] < 0
        yield verdict
    yield _calibrated(mine, truth, enough)
    yield _false_bad_faith(mine, truth, enough, trial.model)
    agreement = past.agreement
    holds = agreement >= LEAST_AGREEMENT
    # A few dozen labels move a model, rightly; proven better, or not far off, it only warns.
    blocks = agreement < FORBIDDING_AGREEMENT and not proven
    yield Gate("profile_stability", holds, agreement, LEAST_AGREEMENT, blocks=blocks)


def _beside(name: str, mine: np.ndarray, theirs: np.ndarray) -> Gate:
    """Loss against another belief in percent; worse beyond doubt, or by far, forbids.

    A few dozen labels, some of them wrong, cannot tell a small difference.
    """
    difference = mine - theirs
    reference = max(float(theirs.mean()), 1e-9)
    low, high = measure.debtor_bootstrap(difference, pd.Series(np.arange(len(difference))))
    change = 100 * float(difference.mean()) / reference
    limit = 100 * MOST_LOSS
    about = {"low": 100 * low / reference, "high": 100 * high / reference, "n": len(mine)}
    return Gate(name, change <= limit and low <= 0, change, limit, about=about)


def _calibrated(mine: np.ndarray, truth: np.ndarray, enough: bool) -> Gate:
    if not enough:
        return Gate("profile_calibration", True, None, MOST_ERROR)
    found = excess_calibration_error(mine, truth)
    return Gate("profile_calibration", found <= MOST_ERROR, found, MOST_ERROR)


def _false_bad_faith(
    mine: np.ndarray, truth: np.ndarray, enough: bool, model: ProfileModel
) -> Gate:
    name, limit = "profile_false_bad_faith", 100 * MOST_FALSE
    of = int((truth == 0).sum())
    if not enough or not of:
        return Gate(name, True, None, limit)
    said = decide(mine, None, model.limits)
    wrong = int(((said == "bad_faith") & (truth == 0)).sum())
    # Lower end of the 95 % interval of Clopper and Pearson: a label or two prove nothing.
    low = float(beta_distribution.ppf(0.025, wrong, of - wrong + 1)) if wrong else 0.0
    about = {"n": of, "wrong": wrong}
    return Gate(name, low <= MOST_FALSE, 100 * wrong / of, limit, about=about)


def shares(belief: np.ndarray) -> Mapping[str, float]:
    """Mean probability of each profile."""
    return dict(zip(rules().profiles, belief.mean(axis=0).tolist(), strict=True))
