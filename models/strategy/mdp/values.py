"""What acting is worth for each claim of the day, read off the tables: the seam to the choice.

Averaged over the belief about the profile (QMDP): whoever is not sure acts as if the profile were
to be known next week, which prefers what helps under every hypothesis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from law.conduct import STAGE_RANK
from models.strategy.conduct import CHANNELS
from models.strategy.effects.units import in_state
from models.strategy.effects.units import states as states_of
from models.strategy.facts import NEVER, Claims, Debtors
from models.strategy.mdp import grid
from models.strategy.mdp.problem import (
    FIRM,
    LAST,
    NONE,
    NOTICE_OVER,
    NOTICED,
    REMINDED,
    Cases,
    assumptions,
    converted,
    odds_factor,
    tiring,
)
from models.strategy.mdp.reach import out_of_reach, own_channels
from models.strategy.proposal import is_one_of

#: Courses of a suit without a judge.
WITHOUT_SUIT = ("amicable", "plan", "agency", "write_off")
#: A dispute so young holds back the next stage for the debtor's other claims too.
YOUNG_DISPUTE_DAYS = 15
_EPS = 1e-9
#: Share of the amount below which two steps count as worth the same.
_NEGLIGIBLE = 0.001
_LAST_RANK = STAGE_RANK["last_attempt"]
#: Step of a debtor by the rank reached, and once a contact of that rank is made.
_STEP_OF_RANK = np.asarray([NONE, REMINDED, FIRM, NOTICED, LAST, LAST])
_STEP_AFTER = np.asarray([NONE, REMINDED, FIRM, NOTICE_OVER, LAST, LAST])


@dataclass(frozen=True)
class Values:
    """Worth against waiting, EUR by claim before the outlay and time of the contact itself.

    ``stay`` and ``climb``: a contact on each channel at the present stage and at the next, against
    going without it, shape (n_claims, n_channels); ``stay_now`` and ``climb_now``: against the same
    a week later. ``documents``, ``documents_now``: sending them along for the first time, at the
    present stage. ``alone``: share that is paid without us. ``third_party``: a hand-over.
    ``belief``: of the four profiles of its debtor, shape (4, n_claims).
    ``waits``: leaving it for a week, then acting well; ``cost_of_waiting``: what that week loses,
    at least 0; both net of costs to come.
    By debtor, shape (n_debtors,): ``may_climb`` and ``must_climb``, days on which the next stage
    is first worth as much as staying, and clearly more (NaT: not within a year); ``climbs_now``,
    ``third_now``: no other step today is worth more than the next stage, than a third party;
    ``hands_over``: a third party now is clearly worth more than any other step.
    """

    stay: np.ndarray
    climb: np.ndarray
    stay_now: np.ndarray
    climb_now: np.ndarray
    documents: np.ndarray
    documents_now: np.ndarray
    third_party: np.ndarray
    waits: np.ndarray
    cost_of_waiting: np.ndarray
    may_climb: np.ndarray
    must_climb: np.ndarray
    climbs_now: np.ndarray
    third_now: np.ndarray
    hands_over: np.ndarray
    rank: np.ndarray
    handed: np.ndarray
    alone: np.ndarray
    belief: np.ndarray
    delay: float
    minute_price: float
    moments: Moments
    cases: Cases

    def of_effect(
        self, rows: np.ndarray, chance: np.ndarray, factor: np.ndarray, euros: np.ndarray
    ) -> np.ndarray:
        """EUR of a step with its own factor on the odds for some claims, shape (4, n_rows)."""
        share = _averaged(self.belief[:, rows], converted(chance, factor))
        worth: np.ndarray = euros * share * np.maximum(self.delay - self.alone[rows], 0.0)
        return worth

    def pace(
        self, ready: np.ndarray, ripe: np.ndarray, today: np.datetime64
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Debtors to go one stage further, those whose stage is over, those to hand over.

        ``ready``: rested; ``ripe``: by the ladder's pace too. A stage comes before its time where
        it is clearly worth more, never where it is clearly worth less; in between, where a look
        ahead cannot tell, the ladder's pace holds.
        """
        must = ready & (self.must_climb <= today)
        may = ripe & (self.may_climb <= today)
        return (must | may) & self.climbs_now, must | ripe, self.hands_over & must

    def next_stage_on(
        self, ladder_on: np.ndarray, rested: np.ndarray, rank: np.ndarray, claims: Claims
    ) -> np.ndarray:
        """Day of the next stage: the ladder's, sooner or later by what it is worth; NaT: never.

        ``rank``: of the stage reached once today's contact is made, shape (n_claims,). After the
        last attempt the ladder's day always holds: what follows is a suit or a third party.
        """
        may, must = self.may_climb[claims.of], self.must_climb[claims.of]
        further = np.flatnonzero((rank > self.rank) & (rank < len(_STEP_OF_RANK)))
        if len(further):
            step = _STEP_AFTER[rank[further]]
            state = grid.state_of(step, self.handed[further], claims.n_actions[further] + 1)
            may[further], must[further] = self.moments.of_claims(state, further, claims)
        held = np.where(np.isnat(may), NEVER, np.maximum(may, ladder_on))
        held = np.where(rank >= _LAST_RANK, ladder_on, held)
        return np.fmin(held, np.maximum(must, rested))


def values(
    claims: Claims,
    debtors: Debtors,
    ladder: Mapping[str, Any],
    effects: Mapping[str, Any],
    *,
    today: np.datetime64,
    minute_price: float,
    unhurried: np.ndarray | None = None,
    refused: np.ndarray | None = None,
) -> Values:
    """Worth of every step of every claim.

    Parameters
    ----------
    effects
        what acting adds in log-odds, shaped as `tables.effects`.
    minute_price
        EUR that a minute of the team is worth.
    unhurried
        debtors whose stages never come before the ladder's time (clients who set their own pace),
        shape (n_debtors,).
    refused
        claims whose suit a person refused, shape (n_claims,).
    """
    tables = grid.tables_of(ladder, effects)
    cases = cases_of(claims, debtors, today)
    if refused is not None:
        cases = replace(cases, suit=np.where(refused, 0.0, cases.suit))
    at = grid.place(tables, cases, minute_price)
    step, handed = steps_reached(claims, debtors, today)
    state = grid.state_of(step, handed, claims.n_actions)
    belief = debtors.belief[claims.of].astype(np.float32)
    found = np.ascontiguousarray(np.moveaxis(grid.read(tables.today, state, at), 0, -1))
    by_name = dict(zip(grid.TODAY, found, strict=True))
    by_profile = np.ascontiguousarray(belief.T)
    mean = {name: _averaged(by_profile, worth) for name, worth in by_name.items()}
    delay = (1 + effects["discount_rate"]) ** (-effects["horizon_days"] / 365)
    alone = -np.expm1(-cases.hazard)
    stay, climb, stay_now, climb_now = _by_channel(
        claims, by_profile, by_name, effects, alone, delay, own_channels(debtors)[claims.of]
    )
    documents, documents_now = _documents(claims, by_profile, by_name, effects, alone, delay)
    money = claims.chaseable_eur
    third = np.where(mean["third"] > -1 + _EPS, mean["third"] - mean["wait"], -1.0)
    third = third + minute_price * ladder["actions"]["third_party"] / cases.amount
    patient = np.zeros(len(debtors), dtype=bool) if unhurried is None else unhurried
    moments = Moments(tables, at, belief, today, patient)
    # While a notice runs, what counts is what follows its delay.
    awaited = grid.state_of(np.where(step == NOTICED, NOTICE_OVER, step), handed, claims.n_actions)
    asked = np.flatnonzero(money > 0)
    may, must = moments.of_debtors(awaited[asked], asked, claims)
    better = claims.chaseable_eur * (mean["third"] - np.maximum(mean["next"], mean["wait"]))
    hands = np.bincount(claims.of, better, minlength=len(debtors)) > 0
    short = money * (np.maximum(mean["next"], mean["third"]) - mean["value"])
    now = np.bincount(claims.of, short + _NEGLIGIBLE * money, minlength=len(debtors)) >= 0
    behind = money * (mean["third"] - mean["value"] + assumptions()["hand_over_slack"])
    return Values(
        stay=money[:, None] * stay,
        climb=money[:, None] * climb,
        stay_now=money[:, None] * stay_now,
        climb_now=money[:, None] * climb_now,
        documents=money * documents,
        documents_now=money * documents_now,
        third_party=money * third,
        waits=money * mean["wait"],
        cost_of_waiting=np.maximum(money * (mean["value"] - mean["wait"]), 0.0),
        may_climb=may,
        must_climb=must,
        climbs_now=now,
        third_now=np.bincount(claims.of, behind, minlength=len(debtors)) >= 0,
        hands_over=hands & (must <= today),
        rank=debtors.stage_rank[claims.of],
        handed=handed,
        alone=alone,
        belief=by_profile,
        delay=delay,
        minute_price=minute_price,
        moments=moments,
        cases=cases,
    )


def unhurried(claims: Claims, n_debtors: int) -> np.ndarray:
    """Debtors whom nothing hurries: known to be in difficulty, or with a dispute just opened."""
    held = claims.has("vulnerable")
    held |= claims.has_open_dispute & ~(claims.dispute_open_days >= YOUNG_DISPUTE_DAYS)
    found = np.zeros(n_debtors, dtype=bool)
    found[claims.of[held]] = True
    return found


def cases_of(claims: Claims, debtors: Debtors, today: np.datetime64) -> Cases:
    """The claims as cases of the look ahead; costs are shared by what the debtor is asked for."""
    owed = np.maximum(claims.open_eur, 0.01)
    expected = claims.expected_recovered / owed
    share = np.where(expected > 0, expected, claims.p_90)
    hazard, bend = grid.hazard_of(share, claims.p_90)
    asked = np.bincount(claims.of, weights=claims.chaseable_eur, minlength=len(debtors))
    weeks = (claims.limitation_earliest_on - today).astype(float) / 7
    return Cases(
        hazard=hazard,
        bend=bend,
        amount=np.maximum(asked[claims.of], 1.0),
        suit=suit_share(claims),
        suit_weeks=np.where(np.isnat(claims.limitation_earliest_on), np.inf, weeks),
    )


def suit_share(claims: Claims) -> np.ndarray:
    """What a suit brings in all as a share of the claim, where one is advised, else 0.

    The published net of a suit is against the best course without one; here it stands on its own.
    """
    sued = ~is_one_of(claims.course, *WITHOUT_SUIT) & pd.notna(claims.course)
    if not sued.any():
        return np.zeros(len(claims))
    sums = pd.DataFrame({"owed": claims.open_eur, "calm": claims.expected_recovered})
    owed, calm = sums.groupby(claims.suit, sort=False).transform("sum").to_numpy().T
    brings = claims.course_net + calm
    share = np.divide(brings, owed, out=np.zeros(len(claims)), where=owed > 0)
    return np.where(sued, np.clip(share, 0.0, 1.0), 0.0)


def steps_reached(
    claims: Claims, debtors: Debtors, today: np.datetime64
) -> tuple[np.ndarray, np.ndarray]:
    """Step of the ladder that each claim's debtor has reached, and whether a third party had it."""
    expired = np.zeros(len(debtors), dtype=bool)
    expired[claims.of[claims.notice_expires_on <= today]] = True
    rank = np.clip(debtors.stage_rank, 0, 5)
    step = _STEP_OF_RANK[rank]
    step = np.where((step == NOTICED) & expired, NOTICE_OVER, step)
    return step[claims.of], (~np.isnat(debtors.third_party_on))[claims.of]


def _by_channel(
    claims: Claims,
    belief: np.ndarray,
    found: Mapping[str, np.ndarray],
    effects: Mapping[str, Any],
    alone: np.ndarray,
    delay: float,
    reached: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Shares of the amount gained by channel, at the present stage and at the next.

    First against going without this contact, then against the same a week later, on the channels
    that are the debtor's (``reached``, shape (n_claims, n_channels)). ``belief`` and ``found`` have
    shape (4, n_claims).
    """
    left = tiring(claims.n_actions, effects)
    late = np.maximum(delay - alone, 0.0)
    states = states_of(claims.days_overdue, claims.open_eur, claims.n_actions)
    again = float(assumptions()["again"])
    both: list[np.ndarray] = []
    for name, keeps in (("after", again), ("after_next", 1.0)):
        after, lifts, now, brings = found[name], [], [], []
        # What the next stage opens, or closes, beside what its contact brings.
        opens, ahead, rest = after - found["after"], after - found["wait"], delay - after
        for channel in CHANNELS:
            own = in_state(effects, channel, states)
            share = converted(claims.p_90, odds_factor(own, keeps * left).T)
            lifts.append(_averaged(belief, share * late + opens))
            brings.append(_averaged(belief * share, rest))
            now.append(_averaged(belief, ahead + share * rest))
        more = out_of_reach(np.stack(brings, axis=1), reached)
        both += [np.stack(lifts, axis=1), np.stack(now, axis=1) + more[:, None]]
    return both[0], both[2], both[1], both[3]


def _documents(
    claims: Claims,
    belief: np.ndarray,
    found: Mapping[str, np.ndarray],
    effects: Mapping[str, Any],
    alone: np.ndarray,
    delay: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Shares of the amount gained by documents: against going without, and against a week later.

    They tell something new, so that being a further contact of the stage takes nothing away.
    """
    factor = odds_factor(effects["action"]["resend_documents"], tiring(claims.n_actions, effects))
    share = converted(claims.p_90, factor.T)
    lifted = share * np.maximum(delay - alone, 0.0)
    ahead = found["after"] - found["wait"] + share * (delay - found["after"])
    return _averaged(belief, lifted), _averaged(belief, ahead)


def _averaged(belief: np.ndarray, worth: np.ndarray) -> np.ndarray:
    """Mean over the profiles; both of shape (4, n_claims), which runs faster than claims first."""
    first, second, third, fourth = belief * worth
    mean: np.ndarray = first + second + third + fourth
    return mean


@dataclass(frozen=True)
class Moments:
    """Reads off the tables from which day on the next stage may and must come."""

    tables: grid.Tables
    at: grid.Place
    belief: np.ndarray
    today: np.datetime64
    unhurried: np.ndarray

    def of_claims(
        self, state: np.ndarray, rows: np.ndarray, claims: Claims
    ) -> tuple[np.ndarray, np.ndarray]:
        """Both days for some claims in a state, those of their debtor; shape (n_rows,)."""
        may, must = self.of_debtors(state, rows, claims)
        return may[claims.of[rows]], must[claims.of[rows]]

    def of_debtors(
        self, state: np.ndarray, rows: np.ndarray, claims: Claims
    ) -> tuple[np.ndarray, np.ndarray]:
        """Both days by debtor, all its claims among the rows together, in EUR."""
        if not len(rows):
            never = np.full(len(self.unhurried), NEVER, dtype="datetime64[D]")
            return never, never
        at = grid.Place(self.at.corner[:, rows], self.at.weight[:, rows])
        later = grid.read(self.tables.later, state, at)
        margins = np.einsum("ncmz,nz->ncm", later, self.belief[rows])
        flat = (margins * claims.chaseable_eur[rows][:, None, None]).reshape(len(rows), -1)
        of, n = claims.of[rows], len(self.unhurried)
        summed = np.stack([np.bincount(of, each, minlength=n) for each in flat.T], axis=1)
        summed = np.maximum.accumulate(summed.reshape(n, *margins.shape[1:]), axis=1)
        weeks = np.asarray(assumptions()["checkpoints"], dtype=float)
        first, second = (_crossing(summed[:, :, i], weeks, self.today) for i in range(2))
        return first, np.where(self.unhurried, NEVER, second)


def _crossing(margin: np.ndarray, weeks: np.ndarray, today: np.datetime64) -> np.ndarray:
    """First day on which a margin, rising from checkpoint to checkpoint, is positive, else NaT."""
    beats = margin > 0
    first = beats.argmax(axis=1)
    row = np.arange(len(margin))
    before = np.maximum(first - 1, 0)
    low, high = margin[row, before], margin[row, first]
    gap = np.where(high > low, high - low, 1.0)
    part = np.where(first > 0, np.clip(-low / gap, 0.0, 1.0), 0.0)
    week = weeks[before] + part * (weeks[first] - weeks[before])
    on = today + np.ceil(7 * week).astype("timedelta64[D]")
    return np.where(beats.any(axis=1), on, NEVER)
