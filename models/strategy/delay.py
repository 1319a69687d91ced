"""The clock: what one more week without doing anything loses, in EUR by claim."""

from __future__ import annotations

import numpy as np

from models.strategy import titles
from models.strategy.facts import Claims
from models.strategy.mdp import Values
from models.strategy.proposal import Proposal, is_one_of
from models.strategy.situation import CHASE, DAYS_TO_SUE, REST, TASK

#: Rests in which nothing is lost by a week: law, a person or the debtor's word holds them.
_AT_WORK = ("gap", "held", "not_worth", "self_curing", "just_due", "blocked", "other_contact")
_WEEK = np.timedelta64(7, "D")


def cost_of_waiting(
    final: Proposal,
    claims: Claims,
    worth: Values,
    gain: np.ndarray,
    deadline: np.ndarray,
    today: np.datetime64,
) -> np.ndarray:
    """EUR by claim that a week of delay loses, at least 0, shape (n_claims,).

    What may be chased: its worth today, acting well, less its worth if the week goes by. Work on a
    dispute or a file: its gain, which fades as the chance of payment does. A suit that can only be
    brought this week: what it brings beyond waiting. A declaration or a decision to serve that is
    due this week: all it brings.
    """
    cases = worth.cases
    chased = (final.family == CHASE) | (final.family == REST) & is_one_of(final.name, *_AT_WORK)
    lost = np.where(chased, worth.cost_of_waiting, 0.0)
    now, then = cases.within_90_days(0), cases.within_90_days(1)
    fades = 1 - np.clip(np.divide(then, now, out=np.ones(len(claims)), where=now > 0), 0.0, 1.0)
    works = (final.family == TASK) & ~is_one_of(final.action, "sue", "declare_in_insolvency")
    works |= ~chased & (final.family != TASK) & (final.family != REST)
    lost = np.where(works, np.maximum(gain, 0.0) * fades, lost)
    sues = final.action == "sue"
    lost = np.where(sues, worth.cost_of_waiting, lost)
    last = claims.limitation_earliest_on - np.timedelta64(DAYS_TO_SUE, "D")
    barred = (cases.suit > 0) & (last >= today) & (last < today + _WEEK)
    brings = cases.suit * claims.open_eur - worth.waits
    lost = np.where(barred & (chased | sues), np.maximum(lost, brings), lost)
    lapses = titles.fixed(final.name) | (final.action == "declare_in_insolvency")
    lost = np.where(lapses & (deadline < today + _WEEK), np.maximum(gain, 0.0), lost)
    return np.maximum(np.nan_to_num(lost), 0.0)
