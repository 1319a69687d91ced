"""When the next stage of each claim comes, and which it is: the ladder's day, or a better one."""

from __future__ import annotations

import numpy as np

from law import conduct
from models.strategy.conduct import Calendar
from models.strategy.facts import NEVER, Claims, Debtors
from models.strategy.mdp import Values
from models.strategy.mdp.problem import assumptions
from models.strategy.proposal import Proposal, is_one_of, rank_of
from models.strategy.situation import CHASE, DISPUTE, REST, Situations, in_time

_NOTICE = conduct.STAGE_RANK["formal_notice"]
_LAST = conduct.STAGE_RANK["last_attempt"]
#: Rests after which the ladder goes on; a first reminder is the next stage of some.
_GOES_ON = ("gap", "not_due", "just_due", "self_curing", "promise", "blocked", "not_worth")


def next_stage(
    chosen: Proposal,
    claims: Claims,
    debtors: Debtors,
    found: Situations,
    *,
    days: Calendar,
    suing: np.ndarray,
    gap: np.ndarray,
    advance: np.ndarray,
    value: Values | None,
    today: np.datetime64,
) -> tuple[np.ndarray, np.ndarray]:
    """Day and stage that come next, NaT and None where nothing does.

    ``gap`` and ``advance``: days of rest and of the ladder's pace, by rank and debtor, shape
    (4, n_debtors). With a ``value`` a stage comes sooner or later by what it is worth; a suit
    always early enough before the prudent end of limitation.
    """
    of = claims.of
    contact = is_one_of(chosen.family, CHASE, DISPUTE)
    level = np.maximum(rank_of(chosen.stage), debtors.stage_rank[of])
    step = np.clip(level, 1, _LAST) - 1
    start = np.where(np.isnat(debtors.episode_start_on), today, debtors.episode_start_on)
    ripe_on = start[of] + advance[step, of].astype("timedelta64[D]")
    rested = np.where(contact, chosen.act_on, debtors.last_contact_on[of])
    rested = np.where(np.isnat(rested), chosen.act_on, rested)
    rested = rested + gap[step, of].astype("timedelta64[D]")
    rested = np.where(level == _NOTICE, _notice_over(rested, contact, chosen, claims), rested)
    due = np.maximum(ripe_on, rested)
    waits = (chosen.family == REST) & is_one_of(chosen.name, *_GOES_ON)
    climbs = ((chosen.family == CHASE) & (chosen.action != "third_party")) | waits
    next_rank = np.where(level == 0, 1, level + 1)
    climbs &= next_rank <= np.minimum(found.ceiling, conduct.STAGE_RANK["litigation"])
    names = np.asarray([None, *conduct.STAGE_RANK], dtype=object)
    following = names[np.minimum(next_rank, len(names) - 1)]
    at_end = next_rank == conduct.STAGE_RANK["litigation"]
    following = np.where(at_end & ~suing, "third_party", following)
    if value is not None:
        due = value.next_stage_on(due, rested, level, claims)
    due = days.next_contact(due)
    due = np.where((level == 0) & waits, days.next_contact(chosen.act_on), due)
    due = in_time(due, following, claims, today)
    climbs &= ~np.isnat(due)
    on = np.where(climbs, np.maximum(due, chosen.act_on), NEVER)
    return on, np.where(climbs, following, None)


def _notice_over(
    rested: np.ndarray, contact: np.ndarray, chosen: Proposal, claims: Claims
) -> np.ndarray:
    """First day after the delay of the notice; of one sent today, as long as it usually takes."""
    usual = chosen.act_on + np.timedelta64(7 * assumptions()["notice_weeks"], "D")
    sent_now = contact & (chosen.action == "formal_notice")
    return np.fmax(rested, np.where(sent_now, usual, claims.notice_expires_on))
