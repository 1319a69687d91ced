"""What people said of a debtor: confirmations and labels, and answers to questions."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from models.profile import belief
from models.profile.rules import Question, Rules, rules
from models.profile.signals import calendar_days

CONFIRMED = "confirmed_by_a_person"
ANSWER = "answer:"


def confirmations(
    features: pd.DataFrame, ids: pd.Index, as_of: date, elicited: Rules
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log-odds of the last word of a person, (n_debtors, 4), how fresh it is, 0 to 1, its day.

    The last label or confirmation is a column of ``features.debtor_features``. It is forgotten
    like all else: a profile may change.
    """
    odds, fresh, on = np.zeros((len(ids), 4)), np.zeros(len(ids)), _undated(ids)
    if "last_label" not in features:
        return odds, fresh, on
    code = pd.Index(elicited.profiles).get_indexer(features["last_label"].astype(object))
    rows = np.flatnonzero(code >= 0)
    if "last_label_on" in features:
        on = calendar_days(features["last_label_on"])
    gap = np.datetime64(as_of, "D") - on
    days = np.where(np.isnat(gap), 0.0, np.maximum(gap.astype(float), 0.0))
    fresh[rows] = elicited.memory_per_week ** (days[rows] / 7)
    odds[rows, code[rows]] = elicited.confirmation * fresh[rows]
    return odds, fresh, on


def labels(features: pd.DataFrame) -> np.ndarray:
    """Last label of each debtor as its place among the profiles, -1 without one."""
    names = features["last_label"].astype(object)
    found: np.ndarray = pd.Index(rules().profiles).get_indexer(names)
    return found


def answers(
    decisions: pd.DataFrame, question: Question, ids: pd.Index, as_of: date, elicited: Rules
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log-odds of the answers to one question, (n_debtors, 4), rows that gave any, and days."""
    odds, on = np.zeros((len(ids), 4)), _undated(ids)
    none = np.empty(0, dtype=np.int64)
    if decisions.empty:
        return odds, none, on
    mine = decisions["question"].map(question.is_told_by).astype(bool)
    given = decisions[(decisions["kind"] == "answer") & mine & decisions["debtor_id"].isin(ids)]
    given = given.sort_values(["at", "entry_id"]).drop_duplicates("debtor_id", keep="last")
    rows = ids.get_indexer(given["debtor_id"])
    pick = pd.Index(question.answers).get_indexer(given["answer"])
    known = pick >= 0
    at = calendar_days(given["at"])[known]
    on[rows[known]] = at
    weeks = np.maximum((np.datetime64(as_of, "D") - at).astype(float), 0.0) / 7
    kept = elicited.memory_per_week**weeks
    odds[rows[known]] = kept[:, None] * _slopes(question, elicited)[pick[known]]
    return odds, rows, on


def updated(probabilities: np.ndarray, question: str, answer: str) -> np.ndarray:
    """Belief after an answer given now, shape (4,) or (n, 4): what the next run will publish.

    For a screen that shows it at once. ``question`` is its name or its text in either language,
    ``answer`` one of its codes; raises ``KeyError`` for another.
    """
    elicited = rules()
    for each in elicited.questions:
        if each.is_told_by(question):
            if answer not in each.answers:
                raise KeyError(f"{each.name}: no answer {answer!r}; there are {each.answers}")
            slope = _slopes(each, elicited)[each.answers.index(answer)]
            return belief.posterior(np.log(np.maximum(probabilities, 1e-12)) + slope)
    raise KeyError(f"no question {question!r}")


def next_questions(
    probabilities: np.ndarray,
    answered: dict[str, np.ndarray],
    elicited: Rules,
    said: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """The question to ask and its information in nats, (n_debtors,) each.

    In doubt the one expected to settle most; where a word was ``said`` (n_debtors,), the profile's
    own (D10 to D13). One already answered is not asked again: ``answered`` holds the rows by
    question. Once all are, it is the first, and nothing is expected of it.
    """
    gains = np.stack(
        [belief.information(probabilities, each.likelihoods) for each in elicited.questions], axis=1
    )
    for place, question in enumerate(elicited.questions):
        gains[answered.get(question.name, np.empty(0, dtype=np.int64)), place] = 0.0
    texts = np.asarray([question.french for question in elicited.questions], dtype=object)
    best = gains.argmax(axis=1)
    for place, question in enumerate(elicited.questions):
        if said is not None and question.of is not None:
            best[(said == question.of) & (gains[:, place] > 0)] = place
    worth = np.maximum(gains[np.arange(len(gains)), best], 0.0)
    return texts[best], worth


def _undated(ids: pd.Index) -> np.ndarray:
    return np.full(len(ids), np.datetime64("NaT"), dtype="datetime64[D]")


def _slopes(question: Question, elicited: Rules) -> np.ndarray:
    log_shares = np.log(question.likelihoods)
    slopes: np.ndarray = elicited.temper * (log_shares - log_shares.mean(axis=1, keepdims=True))
    return slopes
