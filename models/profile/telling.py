"""Which labels would teach most: those that take most doubt away from all other debtors.

Doubtful cases alone teach little: they are alike, or nothing is known of them. A label tells how
much each fact speaks, so it is worth most where a debtor shows what many doubtful ones show and no
labelled one has shown yet. That is optimal design of experiments for a logistic model, one debtor
after the other (A-optimality; Atkinson, Donev and Tobias 2007).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.profile.design import behaviours
from models.profile.rules import rules
from models.profile.signals import growth, number

REPLIES = (
    "n_missing_document", "n_wrong_contact", "n_cash_wait", "n_plan_request", "n_hardship",
    "n_refusal", "n_dispute_answers", "n_paid_claim", "n_no_answer",
)  # fmt: skip
_BASE, _MOVE = 0.25, 0.05
"""Variances of what is not known of a profile's share, and of what one fact says."""


def described(debtors: pd.DataFrame) -> np.ndarray:
    """What a label of each debtor would speak of, (n_debtors, n_facts): share, figures, replies.

    ``debtors`` has columns of ``features.debtor_features``; one that is missing tells nothing.
    """
    _, figures = behaviours(debtors)
    elicited = rules()
    times = np.nan_to_num(np.column_stack([number(debtors, name) for name in REPLIES]))
    answers = np.nan_to_num(number(debtors, "n_answers"))
    contacts = answers + times[:, -1]
    occasions = growth(np.column_stack([*[answers] * (len(REPLIES) - 1), contacts]), elicited)
    shown = growth(times, elicited)
    usual = shown.sum(axis=0) / np.maximum(occasions.sum(axis=0), 1.0)
    share = np.full((len(debtors), 1), np.sqrt(_BASE))
    return np.hstack([share, np.sqrt(_MOVE) * np.hstack([figures, shown - usual * occasions])])


def telling_order(
    belief: np.ndarray, facts: np.ndarray, labelled: np.ndarray, n: int
) -> np.ndarray:
    """Rows of the ``n`` debtors to label, the most telling first, each beside those before it.

    Parameters
    ----------
    belief
        (n_debtors, 4), probabilities.
    facts
        (n_debtors, n_facts), of ``described``.
    labelled
        (n_debtors,) of bool: labelled already, never returned.
    """
    doubt = (belief * (1 - belief)).sum(axis=1)
    fresh = np.flatnonzero(~labelled)
    own, worth = facts[fresh], doubt[fresh]
    usual = worth.mean() if len(fresh) else 0.0
    # A labelled debtor is no longer doubted; what it taught is that of a usual one.
    left = np.linalg.inv(np.eye(facts.shape[1]) + usual * facts[labelled].T @ facts[labelled])
    asked = (own * worth[:, None]).T @ own / max(len(own), 1)
    taken = np.zeros(len(fresh), dtype=bool)
    order: list[int] = []
    for _ in range(min(n, len(fresh))):
        along = own @ left
        spread = worth * (along * own).sum(axis=1)
        gain = worth * ((along @ asked) * along).sum(axis=1) / (1 + spread)
        best = int(np.where(taken, -1.0, gain).argmax())
        taken[best] = True
        order.append(best)
        step = along[best]
        left = left - np.outer(step, step) * worth[best] / (1 + spread[best])
    return fresh[np.asarray(order, dtype=np.int64)]
