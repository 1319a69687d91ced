"""The ladder walked by one debtor at a time: stage, tone and channel of the next contact."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from law import conduct
from models.strategy import arms, guards, titles, unasked
from models.strategy.conduct import (
    CHANNELS,
    Calendar,
    closed_by,
    rested_on,
    usable_channels,
)
from models.strategy.facts import NEVER, Claims, Debtors
from models.strategy.ladders import STAGES, TONES, Ladders
from models.strategy.mdp import Values
from models.strategy.next_stage import next_stage
from models.strategy.proposal import Proposal, is_one_of, name_of
from models.strategy.situation import (
    CHASE,
    DISPUTE,
    NEAR_LIMITATION,
    REST,
    TASK,
    Situations,
)

NOTICE = conduct.STAGE_RANK["formal_notice"]
LAST = conduct.STAGE_RANK["last_attempt"]
#: Answers to what the debtor said, most useful first, and their situation.
ANSWERS = {
    "missing_document": "resend_documents",
    "wants_time": "offer_plan",
    "broken_promise": "call",
}
QUIET = ("resend_documents", "offer_plan", "third_party")
NOT_A_SUIT = ("amicable", "plan", "agency", "write_off")


def propose(
    claims: Claims,
    debtors: Debtors,
    found: Situations,
    value: Values,
    refused: np.ndarray,
    days: Calendar,
    steps: Ladders,
    *,
    by_value: bool,
    as_of: date,
) -> Proposal:
    """The next step of every claim, one contact a debtor.

    ``value`` is what the look ahead says each step is worth; ``refused`` says that a person
    refused the suit. With ``by_value`` it decides on channel, time and stage; else the ladder does.
    """
    walk = _Walk(claims, debtors, found, days, steps, as_of)
    if by_value:
        walk.climbs, walk.ripe, walk.hands_over = value.pace(walk.ready, walk.ripe, walk.today)
        walk.may_hand_over = value.third_now
    walk.suits_and_third_parties(refused)
    walk.chase(value, by_value)
    walk.disputes(value, by_value)
    walk.calendar(value if by_value else None)
    return walk.proposal()


class _Walk:
    """State of one walk over the ladder; each method settles one kind of claim."""

    def __init__(
        self,
        claims: Claims,
        debtors: Debtors,
        found: Situations,
        days: Calendar,
        steps: Ladders,
        as_of: date,
    ) -> None:
        self.claims, self.debtors, self.found = claims, debtors, found
        self.days, self.steps = days, steps
        self.as_of, self.today = as_of, np.datetime64(as_of, "D")
        n = len(claims)
        self.name, self.family = found.name.copy(), found.family.copy()
        self.action, self.act_on = found.action.copy(), found.until.copy()
        self.stage = np.full(n, None, dtype=object)
        self.tone, self.channel = self.stage.copy(), self.stage.copy()
        self.next_stage = self.stage.copy()
        self.next_on = np.full(n, NEVER, dtype="datetime64[D]")
        self.near = np.zeros((n, len(CHANNELS) + 1), dtype=bool)
        self.guards = guards.none(n)
        since = (self.today - debtors.last_contact_on).astype(float)
        self.since = np.where(np.isnat(debtors.last_contact_on), np.inf, since)
        start = np.where(
            np.isnat(debtors.episode_start_on), debtors.last_contact_on, debtors.episode_start_on
        )
        age = (self.today - start).astype(float)
        self.episode_days = np.where(np.isnat(start), 0.0, age)
        self.gap = steps.by_rank("gap_days", debtors.row)
        self.advance = steps.by_rank("advance_days", debtors.row)
        rank = np.clip(debtors.stage_rank, 1, LAST) - 1
        each = np.arange(len(debtors))
        self.ready = (debtors.stage_rank == 0) | (self.since >= self.gap[rank, each])
        self.ripe = self.ready & (self.episode_days >= self.advance[rank, each])
        self.climbs = self.ripe
        self.hands_over = np.zeros(len(debtors), dtype=bool)
        self.may_hand_over = np.ones(len(debtors), dtype=bool)
        self.contacted = np.zeros(len(debtors), dtype=bool)

    def _guard(self, rows: np.ndarray, rule: str) -> None:
        self.guards[rows] |= guards.bits([rule])

    def _rest(self, rows: np.ndarray, name: str, until: np.ndarray) -> None:
        self.family[rows], self.action[rows], self.name[rows] = REST, "wait", name
        self.act_on[rows] = np.broadcast_to(until, len(self.claims))[rows]

    def _any(self, rows: np.ndarray) -> np.ndarray:
        """Debtors with at least one of the claims."""
        hit = np.zeros(len(self.debtors), dtype=bool)
        hit[self.claims.of[rows]] = True
        return hit

    def _suing(self) -> np.ndarray:
        """Claims whose best course is a lawsuit."""
        return pd.notna(self.claims.course) & ~is_one_of(self.claims.course, *NOT_A_SUIT)

    def suits_and_third_parties(self, refused: np.ndarray) -> None:
        """After the last attempt: court, third party, write-off, or once more (D15, D16)."""
        claims, debtors, of = self.claims, self.debtors, self.claims.of
        chased = self.family == CHASE
        handed = ~np.isnat(debtors.third_party_on)
        at_work = (self.today - debtors.third_party_on).astype(float) < self.steps[
            "third_party_days"
        ]
        back_on = debtors.third_party_on + np.timedelta64(self.steps["third_party_days"], "D")
        self._rest(chased & (handed & at_work)[of], "third_party", back_on[of])
        chased = self.family == CHASE
        # A suit may outlive its episode: then nothing formal was said since.
        formal = debtors.tone_rank >= conduct.TONE_RANK["formal"]
        ends = ((debtors.stage_rank == LAST) | (debtors.stage_rank > LAST) & formal) & self.ripe
        suing = self._suing()
        noticed = claims.notice_expires_on <= self.today
        sound = claims.dates_known & ~(claims.limitation_on <= self.today)
        sound &= ~claims.has_open_dispute & noticed
        sound &= self.found.ceiling >= conduct.STAGE_RANK["litigation"]
        sue = chased & ends[of] & suing & sound & ~refused
        self.family[sue], self.action[sue], self.name[sue] = TASK, "sue", "sue"
        self.name[sue & (claims.course == "enforcement")] = "enforce"
        serve = titles.is_service(self.name)
        review = self.today + np.timedelta64(self.steps["review_days"], "D")
        self._rest(serve & refused, titles.REFUSED, review)
        sue |= serve & ~refused
        self.stage[sue], self.tone[sue] = "litigation", "formal"
        self._guard(sue & debtors.person_signs[of], "person_signs")
        lost = chased & ~sue & (ends & handed)[of] & (claims.course == "write_off")
        self.family[lost], self.action[lost], self.name[lost] = TASK, "write_off", "write_off"
        # In bad faith the strong message comes from a third party, early (D12).
        early = (debtors.row == 2) & self.ripe & np.isin(debtors.stage_rank, [NOTICE, LAST])
        early &= self._any(chased & (claims.course == "agency"))
        early |= self.hands_over
        ready = (
            (ends | early)
            & ~handed
            & self.may_hand_over
            & (debtors.stage_rank >= conduct.THIRD_PARTY_FROM_RANK)
        )
        to_third = chased & ~sue & ~lost & ready[of]
        to_third &= self.found.ceiling >= conduct.THIRD_PARTY_FROM_RANK
        self.action[to_third], self.name[to_third] = "third_party", "hand_over"

    def chase(self, value: Values, by_value: bool) -> None:
        """One chasing contact for all the claims of a debtor that may be chased."""
        debtors, of = self.debtors, self.claims.of
        chased = self.family == CHASE
        # Whoever is to be sued is not called about another claim beside: no stage falls back.
        sued = chased & self._any((self.family == TASK) & (self.action == "sue"))[of]
        self._rest(sued, "in_suit", self.today + np.timedelta64(7, "D"))
        chased = self.family == CHASE
        third = chased & (self.action == "third_party")
        hands_over = self._any(third)
        # The hand-over speaks for the debtor's other claims too, where they may go that far.
        joins = chased & hands_over[of] & (self.found.ceiling >= conduct.THIRD_PARTY_FROM_RANK)
        self.action[joins], self.name[joins] = "third_party", "hand_over"
        held_back = chased & hands_over[of] & ~joins
        self._rest(
            held_back, "ceiling", self.today + np.timedelta64(self.steps["review_days"], "D")
        )
        chased = self.family == CHASE
        answer = np.full(len(debtors), None, dtype=object)
        for name, action in reversed(ANSWERS.items()):
            answer[self._any(chased & (self.name == name))] = action
        answer[hands_over] = "third_party"
        spoken = np.full(len(debtors), None, dtype=object)
        for name, action in ANSWERS.items():
            spoken[answer == action] = name
        # One contact, one story: the other claims of the debtor join the answer.
        joins = chased & pd.notna(spoken)[of]
        self.name[joins] = spoken[of][joins]
        rank = self._rank(chased, answer)
        answering = pd.notna(answer)
        gaps = self.steps.rest_before(answer)
        may = np.where(answering, self.since >= gaps, self._ladder_open(rank)) & (rank > 0)
        self._stop_at_ceiling(chased, rank)
        chased = self.family == CHASE
        resting = chased & ~may[of]
        self._rest(resting, "gap", self._due_again(answering, gaps)[of])
        self._guard(
            resting & ((debtors.stage_rank == NOTICE) & self.ripe)[of], "formal_notice_running"
        )
        chased &= may[of]
        if by_value:
            sent = unasked.documents(
                self.claims, debtors, chased, answer, rank, value, self.steps, self.as_of
            )
            answer[sent], rank = "resend_documents", np.where(sent, debtors.stage_rank, rank)
            self.name[chased & sent[of]] = unasked.DOCUMENTS
        self._contact(chased, answer, rank, value, by_value)

    def _rank(self, chased: np.ndarray, answer: np.ndarray) -> np.ndarray:
        """Rank of the contact: one further when the time has come, never back, never two."""
        debtors = self.debtors
        highest = np.zeros(len(debtors), dtype=int)
        np.maximum.at(highest, self.claims.of[chased], self.found.ceiling[chased])
        now = debtors.stage_rank
        step = np.where((now == 0) | (self.climbs & (now < LAST)), now + 1, now)
        step = np.where((now == NOTICE) & ~self._notice_expired(), NOTICE, step)
        # An answer to the debtor climbs no step.
        step = np.where(pd.notna(answer), np.maximum(now, 1), step)
        step = np.minimum(step, np.minimum(highest, LAST))
        step = np.where(step < np.minimum(now, LAST), 0, step)
        # Beside a running suit only answers to the debtor are left, none that asks for money.
        return np.where((now > LAST) & ~is_one_of(answer, *QUIET), 0, step)

    def _notice_expired(self) -> np.ndarray:
        """Whether some formal notice to the debtor has run out."""
        expired = np.zeros(len(self.debtors), dtype=bool)
        expired[self.claims.of[self.claims.notice_expires_on <= self.today]] = True
        return expired

    def _ladder_open(self, rank: np.ndarray) -> np.ndarray:
        """Whether the ladder has a contact for the debtor today."""
        noticed = self._any(~np.isnat(self.claims.notice_expires_on))
        again = (rank == NOTICE) & (self.debtors.stage_rank == NOTICE) & noticed
        # A formal notice is sent once; what follows is its delay. Where all that it was about is
        # paid, what is left has none yet.
        return self.ready & ~again

    def _stop_at_ceiling(self, chased: np.ndarray, rank: np.ndarray) -> None:
        of = self.claims.of
        over = chased & ((self.found.ceiling < rank[of]) | (rank[of] == 0))
        review = self.today + np.timedelta64(self.steps["review_days"], "D")
        self._rest(over, "ceiling", review)
        self.name[over & (self.debtors.stage_rank > LAST)[of]] = "in_suit"
        self._guard(over & ~self.claims.dates_known, "dates_unknown")
        self._guard(over & (self.claims.limitation_on <= self.today), "time_barred")
        nameless = (self.debtors.kind == "unknown")[of]
        # Who owes is the first thing to find out before going further (D8).
        stuck = over | (chased & nameless & ~self.ready[of] & (self.debtors.stage_rank >= 1)[of])
        unknown = stuck & nameless
        self.family[unknown], self.act_on[unknown] = TASK, self.today
        self.action[unknown] = self.name[unknown] = "identify"
        self._guard(unknown, "kind_unknown")

    def _due_again(self, answering: np.ndarray, gaps: np.ndarray) -> np.ndarray:
        rank = np.clip(self.debtors.stage_rank, 1, LAST) - 1
        each = np.arange(len(self.debtors))
        rest = np.where(answering, gaps, self.gap[rank, each])
        last = np.where(
            np.isnat(self.debtors.last_contact_on), self.today, self.debtors.last_contact_on
        )
        due = last + rest.astype("timedelta64[D]")
        runs_out = np.full(len(self.debtors), NEVER, dtype="datetime64[D]")
        noticed = ~np.isnat(self.claims.notice_expires_on)
        np.fmax.at(runs_out, self.claims.of[noticed], self.claims.notice_expires_on[noticed])
        waits = (self.debtors.stage_rank == NOTICE) & ~np.isnat(runs_out)
        due = np.where(waits, np.maximum(due, runs_out), due)
        start = np.where(
            np.isnat(self.debtors.episode_start_on), last, self.debtors.episode_start_on
        )
        ripe_on = start + self.advance[rank, each].astype("timedelta64[D]")
        due = np.where(self.debtors.stage_rank == NOTICE, np.maximum(due, ripe_on), due)
        return np.maximum(due, self.today + np.timedelta64(1, "D"))

    def disputes(self, value: Values, by_value: bool) -> None:
        """Letters about a dispute; the debtor hears from us once a day, the dispute first."""
        wanted = self.family == DISPUTE
        for action in ("answer_dispute", "ask_written_dispute"):
            rows = wanted & (self.action == action)
            hit = self._any(rows) & ~self.contacted
            fresh = self.since < 1
            rank = np.clip(self.debtors.stage_rank, 1, LAST)
            answer = np.full(len(self.debtors), action, dtype=object)
            busy = rows & ~hit[self.claims.of] | rows & fresh[self.claims.of]
            self._guard(busy, "one_contact_per_debtor")
            self._rest(busy, "other_contact", self.today + np.timedelta64(1, "D"))
            self._contact(rows & ~busy, answer, rank, value, by_value)

    def _contact(
        self,
        rows: np.ndarray,
        answer: np.ndarray,
        rank: np.ndarray,
        value: Values,
        by_value: bool,
    ) -> None:
        """Settle tone and channel of one contact a debtor, or let the claims rest."""
        debtors, of = self.debtors, self.claims.of
        order = self.steps.order(answer, rank)
        mask, usable = usable_channels(debtors, order, rank, self.as_of)
        worth = np.zeros(mask.shape)
        climbs = (rank > debtors.stage_rank)[of[rows], None]
        np.add.at(worth, of[rows], np.where(climbs, value.climb[rows], value.stay[rows]))
        cost = [self.steps["channels"][name] for name in CHANNELS]
        spent = np.asarray([each["outlay"] for each in cost])
        price = value.minute_price if by_value else self.steps["minute_price"]
        timed = price * np.asarray([each["minutes"] for each in cost])
        worth = worth - spent - timed
        score = worth - 1e-6 * order if by_value else -order.astype(float)
        best = np.where(usable, score, -np.inf).argmax(axis=1)
        can = usable.any(axis=1)
        answered = pd.notna(answer)
        urgent = answered | self._any(self.claims.has(NEAR_LIMITATION))
        idle = can & by_value & ~urgent
        # Left alone is who gains nothing by it now: what time is short for stays on the list.
        now = np.zeros(mask.shape)
        np.add.at(now, of[rows], np.where(climbs, value.climb_now[rows], value.stay_now[rows]))
        idle &= now[np.arange(len(debtors)), best] <= spent[best]
        near = arms.nearly_as_good(
            worth, usable, best, np.bincount(of[rows], value.waits[rows], len(debtors)),
            self.steps["arms"]["near"], may_wait=~urgent & by_value,
        )  # fmt: skip
        for rule, hit in closed_by(debtors, (order < len(CHANNELS)) & ~mask, self.as_of).items():
            self._guard(rows & hit[of], rule)
        blocked = rows & ~can[of]
        self._rest(blocked, "blocked", self._unblocked()[of])
        self._rest(rows & idle[of], "not_worth", self.today + np.timedelta64(7, "D"))
        rows = rows & (can & ~idle)[of]
        chosen = np.asarray(CHANNELS, dtype=object)[best]
        tone = self._tone(rank)
        stage = np.asarray(["", *STAGES], dtype=object)[rank]
        stage = np.where(answer == "third_party", "third_party", stage)
        self.action[rows] = name_of(answer, rank, chosen)[of][rows]
        self.stage[rows], self.tone[rows] = stage[of][rows], tone[of][rows]
        self.channel[rows], self.act_on[rows] = chosen[of][rows], self.today
        self.near[rows] = near[of][rows]
        self._guard(rows & (self._wanted_tone(rank) < debtors.tone_rank)[of], "tone_falls")
        signs = rows & (self.action == "formal_notice") & debtors.person_signs[of]
        self._guard(signs, "person_signs")
        self.contacted |= self._any(rows)

    def _tone(self, rank: np.ndarray) -> np.ndarray:
        wanted = np.maximum(self._wanted_tone(rank), self.debtors.tone_rank)
        return np.asarray(TONES, dtype=object)[np.clip(wanted, 1, len(TONES)) - 1]

    def _wanted_tone(self, rank: np.ndarray) -> np.ndarray:
        table = self.steps.tone_ranks(self.debtors.row)
        return table[np.clip(rank, 1, LAST) - 1, np.arange(len(rank))]

    def _unblocked(self) -> np.ndarray:
        """Day on which to look again at debtors whom no channel reaches today."""
        review = self.today + np.timedelta64(self.steps["review_days"], "D")
        limit = conduct.limits(self.as_of).max_contacts_7d
        full = self.debtors.n_contacts_7d >= limit
        return np.where(full, rested_on(self.debtors, False, self.days, self.as_of), review)

    def calendar(self, value: Values | None) -> None:
        """Move days to those on which one may contact or work; say when the next stage is due."""
        debtors = self.debtors
        contact = is_one_of(self.family, CHASE, DISPUTE)
        moved = np.where(contact, self.days.next_contact(self.act_on), self.act_on)
        task = self.family == TASK
        moved = np.where(task, self.days.next_working(moved), moved)
        self._guard(contact & (moved > self.act_on), "no_contact_day")
        self.act_on = moved
        self.next_on, self.next_stage = next_stage(
            self.proposal(), self.claims, debtors, self.found, days=self.days, suing=self._suing(),
            gap=self.gap, advance=self.advance, value=value, today=self.today,
        )  # fmt: skip

    def proposal(self) -> Proposal:
        """What the walk came to."""
        return Proposal(
            self.name,
            self.family,
            self.action,
            self.stage,
            self.tone,
            self.channel,
            self.act_on,
            self.next_on,
            self.next_stage,
            self.near,
            self.guards,
        )
