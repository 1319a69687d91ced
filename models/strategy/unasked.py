"""Documents sent along unasked: copies of the invoices instead of one more plain reminder.

Many a late payment waits for a paper that nobody asked for (D10). A second reminder that repeats
the first adds little; one that brings the papers, and asks whether any is missing, says something
new. It takes more time, so it is made where it is worth that.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from law import conduct
from models.strategy.conduct import CHANNELS, usable_channels
from models.strategy.facts import Claims, Debtors
from models.strategy.ladders import Ladders
from models.strategy.mdp import Values
from models.strategy.proposal import is_one_of
from models.strategy.situation import NEAR_LIMITATION

#: Name of the situation, a key of the phrases.
DOCUMENTS = "documents"
_ACTION = "resend_documents"
#: Stages at which papers may go along: a threat is not followed by a kindness (D4).
_RANKS = [conduct.STAGE_RANK[name] for name in ("reminder", "firm_reminder")]
#: Courses of a claim that papers do not help on.
_LOST = ("write_off",)


def tells_something(claims: Claims) -> np.ndarray:
    """Claims that were asked for once at least, without their papers since; shape (n_claims,)."""
    return (claims.n_actions >= 1) & np.isnat(claims.documents_sent_on)


def documents(
    claims: Claims,
    debtors: Debtors,
    rows: np.ndarray,
    answer: np.ndarray,
    rank: np.ndarray,
    value: Values,
    steps: Ladders,
    as_of: date,
) -> np.ndarray:
    """Debtors to whom documents are worth more than the ladder's contact, shape (n_debtors,).

    ``rows``: claims that the contact is about; ``answer``: what answers a debtor's word, None for
    the ladder's contact, whose ``rank`` may lie a stage further. Gains are net of outlay and time.
    """
    of, n = claims.of[rows], len(debtors)
    channels = [steps["channels"][name] for name in CHANNELS]
    outlay = np.asarray([each["outlay"] for each in channels])
    timed = value.minute_price * np.asarray([each["minutes"] for each in channels])
    climbs = (rank > debtors.stage_rank)[of, None]
    worth = _summed(np.where(climbs, value.climb[rows], value.stay[rows]), of, n)
    _, plain = usable_channels(debtors, steps.order(answer, rank), rank, as_of)
    ladder = np.where(plain, worth - outlay - timed, -np.inf).max(axis=1)

    new = tells_something(claims)[rows]
    asked = np.full(n, _ACTION, dtype=object)
    stage = np.maximum(debtors.stage_rank, 1)
    _, written = usable_channels(debtors, steps.order(asked, stage), stage, as_of)
    told = _summed(np.where(new[:, None], value.documents[rows, None], value.stay[rows]), of, n)
    now = np.where(new[:, None], value.documents_now[rows, None], value.stay_now[rows])
    net = np.where(written & (_summed(now, of, n) > outlay), told - outlay, -np.inf).max(axis=1)
    net = net - value.minute_price * float(steps["actions"][_ACTION])

    open_to = np.zeros(n, dtype=bool)
    open_to[of[new & ~is_one_of(claims.course[rows], *_LOST)]] = True
    # Where a limitation is near, the way to court is not lengthened.
    open_to[claims.of[claims.has(NEAR_LIMITATION)]] = False
    open_to &= pd.isna(answer) & np.isin(debtors.stage_rank, _RANKS)
    return np.asarray(open_to & (net > np.maximum(ladder, 0.0)))


def _summed(worth: np.ndarray, of: np.ndarray, n_debtors: int) -> np.ndarray:
    total = np.zeros((n_debtors, worth.shape[1]))
    np.add.at(total, of, worth)
    return total
