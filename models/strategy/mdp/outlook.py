"""The road of one claim: staying amicable against going one stage further, week by week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from law.conduct import STAGE_RANK
from models.strategy.facts import Claims, Debtors
from models.strategy.mdp.backward import Week, solve
from models.strategy.mdp.problem import (
    CONTACTS,
    NOTICE_OVER,
    NOTICED,
    WEEKS,
    Cases,
    assumptions,
    steps_of,
)
from models.strategy.mdp.values import YOUNG_DISPUTE_DAYS, cases_of, steps_reached
from models.strategy.situation import DAYS_TO_SUE

#: By how much each input is moved, up and down.
SHIFT = 0.2
_MOVED = ("odds", "amount", "belief")
_AT_LAST = 5


@dataclass(frozen=True)
class Shifted:
    """What becomes of the day when one input is moved: ``odds``, ``amount`` or ``belief``."""

    what: str
    factor: float
    on: date | None


@dataclass(frozen=True)
class Outlook:
    """One claim, EUR as of each week, still unpaid then; arrays of shape (WEEKS,).

    ``stay``: never leaving the present stage. ``ahead``: one stage further in that week, then the
    best. ``to``: that stage. ``on``: first day on which going on is clearly worth more (beyond
    the hysteresis) and nothing holds it back; ``held_until`` and ``held_by`` say what does.
    ``cost_of_waiting``: EUR that the coming week loses.
    """

    weeks: np.ndarray
    stay: np.ndarray
    ahead: np.ndarray
    to: str
    on: date | None
    held_until: date | None
    held_by: str | None
    cost_of_waiting: float
    shifted: tuple[Shifted, ...]


def outlook(
    claims: Claims,
    debtors: Debtors,
    claim_id: str,
    ladder: Mapping[str, Any],
    effects: Mapping[str, Any],
    *,
    minute_price: float,
    as_of: date,
) -> Outlook | None:
    """The road of a claim among those of its debtor; None where nothing may be asked for.

    Solved for the very claim, without the grid of the tables: what these read between their points
    may differ by a few days. Odds are moved on the log-odds of payment, the belief by moving mass
    from or to the leading profile.
    """
    found = np.flatnonzero(claims.ids == claim_id)
    if not len(found) or claims.chaseable_eur[found[0]] <= 0:
        return None
    row, today = int(found[0]), np.datetime64(as_of, "D")
    of = claims.of[row]
    case = _one(cases_of(claims, debtors, today), row)
    variants, beliefs = _variants(case, debtors.belief[of])
    step, handed = (int(each[row]) for each in steps_reached(claims, debtors, today))
    step = NOTICE_OVER if step == NOTICED else step
    made = int(min(claims.n_actions[row], CONTACTS - 1))
    weeks = solve(variants, steps_of(ladder, effects, minute_price), range(WEEKS))
    at = (step, handed, made)
    ahead = _by_week(weeks, at, beliefs, lambda week: np.maximum(week.next, week.third))
    stay = _by_week(weeks, at, beliefs, lambda week: week.stay)
    third = _by_week({0: weeks[0]}, at, beliefs, lambda week: week.third - week.next)[0, 0]
    rank = int(debtors.stage_rank[of])
    to = "third_party" if third > 0 else _next(min(rank, _AT_LAST - 1))
    until, by = _held(claims, debtors, row, ladder, today)
    days = [_first(ahead[i], stay[i], until, today, claims, row, to) for i in range(len(variants))]
    money = float(claims.chaseable_eur[row])
    now = weeks[0]
    lost = ((now.value - now.wait)[at][0] * beliefs[0]).sum()
    moved = (
        ("odds", 1),
        ("odds", -1),
        ("amount", 1),
        ("amount", -1),
        ("belief", 1),
        ("belief", -1),
    )
    return Outlook(
        weeks=np.arange(WEEKS),
        stay=money * stay[0],
        ahead=money * ahead[0],
        to=to,
        on=days[0],
        held_until=None if until <= today else until.astype(object),
        held_by=by if until > today else None,
        cost_of_waiting=max(0.0, money * float(lost)),
        shifted=tuple(
            Shifted(what, factor, day) for (what, factor), day in zip(moved, days[1:], strict=True)
        ),
    )


def _next(rank: int) -> str:
    names = {number: name for name, number in STAGE_RANK.items()}
    return names[rank + 1]


def _one(cases: Cases, row: int) -> Cases:
    fields = ("hazard", "bend", "amount", "suit", "suit_weeks")
    return Cases(*(np.atleast_1d(getattr(cases, name)[row]) for name in fields))


def _variants(case: Cases, belief: np.ndarray) -> tuple[Cases, np.ndarray]:
    """The case itself, then with odds, amount and belief up and down; belief by variant."""
    up, down = 1 + SHIFT, 1 - SHIFT
    hazard = np.repeat(case.hazard, 7)
    hazard[1:3] = [_odds(case.hazard[0], up), _odds(case.hazard[0], down)]
    amount = np.repeat(case.amount, 7)
    amount[3:5] = case.amount[0] * np.asarray([up, down])
    variants = replace(
        case,
        hazard=hazard,
        amount=amount,
        bend=np.repeat(case.bend, 7),
        suit=np.repeat(case.suit, 7),
        suit_weeks=np.repeat(case.suit_weeks, 7),
    )
    beliefs = np.tile(belief, (7, 1))
    lead = int(belief.argmax())
    for place, factor in ((5, up), (6, down)):
        mass = min(belief[lead] * factor, 0.99)
        beliefs[place] *= (1 - mass) / max(1 - belief[lead], 1e-9)
        beliefs[place, lead] = mass
    return variants, beliefs


def _odds(hazard: float, factor: float) -> float:
    """Hazard of a year when the odds of payment within it are multiplied."""
    return float(np.log1p(factor * np.expm1(hazard)))


def _by_week(
    weeks: Mapping[int, Week], at: tuple[int, int, int], beliefs: np.ndarray, read: Any
) -> np.ndarray:
    """Shares of the amount by variant and week, averaged over the belief."""
    each = [(read(weeks[on])[at] * beliefs).sum(axis=1) for on in sorted(weeks)]
    return np.stack(each, axis=1)


def _held(
    claims: Claims, debtors: Debtors, row: int, ladder: Mapping[str, Any], today: np.datetime64
) -> tuple[np.datetime64, str | None]:
    """Day until which something holds the next stage back, and what that is."""
    of = int(claims.of[row])
    day = np.timedelta64(1, "D")
    rank = int(np.clip(debtors.stage_rank[of], 0, len(ladder["stages"])))
    rest = today
    if rank and not np.isnat(debtors.last_contact_on[of]):
        stage = list(ladder["stages"])[rank - 1]
        gap = int(ladder["stages"][stage]["gap_days"][int(debtors.row[of])])
        rest = debtors.last_contact_on[of] + gap * day
    reasons = {"rest": rest, "promise_running": claims.promise_due_on[row] + day}
    if rank == STAGE_RANK["formal_notice"]:
        reasons["formal_notice_running"] = claims.notice_expires_on[row]
    if claims.plan_running[row]:
        reasons["plan_kept"] = claims.plan_next_due_on[row] + day
    if claims.has_open_dispute[row]:
        young = YOUNG_DISPUTE_DAYS - np.nan_to_num(claims.dispute_open_days[row])
        reasons["disputed_part"] = today + int(max(young, 0)) * day
    if rank == 0 and not np.isnat(claims.due_on[row]):
        delay = int(ladder["first_delay_days"][int(debtors.row[of])])
        reasons["not_due"] = claims.due_on[row] + delay * day
    known = {name: on for name, on in reasons.items() if not np.isnat(on) and on > today}
    if not known:
        return today, None
    name = max(known, key=lambda each: known[each])
    return known[name], name


def _first(
    ahead: np.ndarray,
    stay: np.ndarray,
    until: np.datetime64,
    today: np.datetime64,
    claims: Claims,
    row: int,
    to: str,
) -> date | None:
    """First day on which the next stage is clearly worth more, not before a day, not too late."""
    margin = np.maximum.accumulate(ahead - (1 + assumptions()["hysteresis"]) * stay)
    if not (margin > 0).any():
        return None
    week = int((margin > 0).argmax())
    part = 0.0
    if week:
        part = float(np.clip(-margin[week - 1] / (margin[week] - margin[week - 1]), 0, 1)) - 1
    on = max(today + np.timedelta64(int(np.ceil(7 * (week + part))), "D"), until)
    barred = claims.limitation_earliest_on[row]
    if to == "litigation" and barred > today:
        on = min(on, barred - np.timedelta64(DAYS_TO_SUE, "D"))
    found: date = max(on, today).astype(object)
    return found
