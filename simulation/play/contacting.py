"""What people do to debtors, and what debtors answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulation.days import NEVER

if TYPE_CHECKING:
    from simulation.play.state import State

CHANNEL_MINUTES = {
    "email": 2.0, "sms": 1.0, "phone": 8.0, "letter": 4.0, "registered_letter": 10.0, "visit": 45.0,
}  # fmt: skip
ACTION_MINUTES = {
    "resend_documents": 5.0, "offer_plan": 12.0, "ask_written_dispute": 5.0, "answer_dispute": 20.0,
    "resolve_dispute": 30.0, "find_contact": 10.0, "identify": 8.0, "monitor_plan": 3.0,
    "third_party": 15.0, "sue": 30.0, "declare_in_insolvency": 25.0, "write_off": 6.0,
}  # fmt: skip
OUTLAY_CENTS = {"sms": 8, "phone": 15, "letter": 160, "registered_letter": 650, "visit": 3000}
STAGE_RANK = {"reminder": 1, "firm_reminder": 2, "formal_notice": 3, "last_attempt": 4,
              "litigation": 5}  # fmt: skip
TONE_RANK = {"helpful": 1, "courteous": 2, "firm": 3, "formal": 4}
SAID = ("promise", "plan_request", "cash_wait", "refusal", "paid_claim", "hardship",
        "acknowledgment", "information", "dispute")  # fmt: skip
#: Work at the desk: nobody is reached, and no row of ``actions`` is written.
AT_DESK = ("resolve_dispute", "find_contact", "identify", "monitor_plan", "write_off",
           "declare_in_insolvency")  # fmt: skip
_DELAY = {"email": 5, "sms": 3, "phone": 1, "letter": 9, "registered_letter": 9, "visit": 1}


@dataclass(frozen=True)
class Deed:
    """One contact or task of a debtor: ``claims`` it speaks of, the largest open one first."""

    debtor: int
    claims: np.ndarray
    action: str
    channel: str | None
    stage: str
    tone: str | None
    second: int
    group: str
    recommendation: str | None
    propensity: float
    agent: str

    def minutes(self) -> float:
        """What it takes, by its action, else its channel."""
        by_channel = CHANNEL_MINUTES.get(self.channel or "", 0.0)
        return ACTION_MINUTES.get(self.action, by_channel)


def carry_out(state: State, deed: Deed, day: int) -> None:
    """Do it: the books, the effect, and the answer to come."""
    state.minutes += deed.minutes() if day >= state.start else 0.0
    if deed.action in AT_DESK:
        _at_desk(state, deed, day)
        return
    if deed.action == "sue":
        _sue(state, deed, day)
        return
    row = _written(state, deed, day)
    _reach(state, deed, day)
    # What is agreed on ends the episode, this contact included.
    _ladder(state, deed, day)
    _words(state, deed, day)
    _answer_to_come(state, deed, day, row)


def _written(state: State, deed: Deed, day: int) -> int:
    cost = OUTLAY_CENTS.get(deed.channel or "", 0)
    first = np.arange(deed.claims.size) == 0
    posted = deed.channel in ("letter", "registered_letter")
    lag = int(state.draws.whole("post", 1, 5, deed.debtor, day))
    rows = state.books["actions"].add(
        deed.claims.size,
        claim_id=state.claim_ids[deed.claims],
        at=day * 86400 + deed.second,
        channel=deed.channel or "letter",
        stage=deed.stage,
        tone=deed.tone,
        action=deed.action,
        contact_group_id=deed.group,
        recommendation_id=deed.recommendation,
        agent_id=deed.agent,
        received_on=day + lag if posted else NEVER,
        minutes=np.where(first, deed.minutes(), 0.0).astype(object),
        cost=np.where(first, cost, 0),
        propensity=None if np.isnan(deed.propensity) else deed.propensity,
    )
    if day >= state.start:
        state.outlay_cents += cost
    return int(rows[0])


def _reach(state: State, deed: Deed, day: int) -> None:
    """The effect of being reached: by channel or action, stage, tone, and what went before."""
    effects, debtor = state.world["effects"], np.array([deed.debtor])
    profile = int(state.people.profile[deed.debtor])
    name = deed.action if deed.action in effects else str(deed.channel)
    if name not in effects:
        return
    tone = TONE_RANK.get(deed.tone or "courteous", 2)
    factor = effects["tone"][profile][tone - 1]
    if deed.stage == "last_attempt" and profile == 2:
        factor *= effects["last_attempt"]
    if state.wrong_contact[deed.debtor]:
        factor *= 0.2
    missed = deed.channel == "phone" and not _reached(state, deed, day)
    factor *= 0.3 if missed else 1.0
    if day >= state.middle:
        factor *= effects["drift"].get(deed.channel, 1.0)
    state.add_effect(debtor, name, factor)
    state.pressure[deed.debtor] += 1
    if tone >= 3 and state.n_contacts[deed.debtor] < 3:
        state.hostility[deed.debtor] += effects["hostility"][profile] * (tone - 2)
    state.n_contacts[deed.debtor] += 1


def _reached(state: State, deed: Deed, day: int) -> bool:
    answers = state.world["answers"]
    chance = answers["reached"].get(deed.channel, 0.2)
    chance *= answers["talkative"][int(state.people.profile[deed.debtor])]
    return bool(state.draws.uniform("reached", deed.debtor, day) < chance)


def _words(state: State, deed: Deed, day: int) -> None:
    """What some actions do beyond being heard."""
    claims, draws = deed.claims, state.draws
    if deed.action == "resend_documents":
        told = draws.uniform("documents", claims, day) < 0.92
        state.no_documents[claims[told]] = False
        state.asked_documents[claims], state.told_documents[claims] = False, True
    elif deed.action == "offer_plan":
        _offer_plan(state, deed, day)
    elif deed.action == "ask_written_dispute":
        open_ = claims[state.dispute_row[claims] >= 0]
        sincere = state.grievance[open_]
        writes = draws.uniform("writes", open_, day) < np.where(sincere, 0.75, 0.3)
        lag = draws.whole("writes after", 3, 11, open_, day)
        state.write_on[open_[writes]] = (day + lag)[writes]
        drops = ~sincere & ~writes & (draws.uniform("drops", open_, day) < 0.6)
        state.close_on[open_[drops]] = (day + lag)[drops]
    elif deed.action == "answer_dispute":
        open_ = claims[state.dispute_row[claims] >= 0]
        state.books["disputes"].change(state.dispute_row[open_], answered_on=day)
        state.close_on[open_] = day + draws.whole("closes", 7, 20, open_, day)
    elif deed.action == "third_party":
        state.handed_on[deed.debtor] = day


def _offer_plan(state: State, deed: Deed, day: int) -> None:
    answers, debtor, draws = state.world["answers"], deed.debtor, state.draws
    chance = answers["plan_accepted"][int(state.people.profile[debtor])]
    if day - state.asked_time_on[debtor] <= 45:
        chance += 0.2
    chance *= 0.15 if state.wrong_contact[debtor] else 1.0
    if draws.uniform("accepts", debtor, day) >= chance:
        return
    claims = deed.claims[(state.open[deed.claims] > 0) & (state.plan_row[deed.claims] < 0)]
    claims = claims[(state.dispute_row[claims] < 0) & (state.court_on[claims] == NEVER)]
    for claim in claims:
        _begin_plan(state, int(claim), day)
    if claims.size:
        state.end_episode(np.array([debtor]), day)


def _begin_plan(state: State, claim: int, day: int) -> None:
    cents = int(state.open[claim])
    parts = 3 if cents < 150_000 else 4 if cents < 500_000 else 5
    row = int(
        state.books["plans"].add(1, claim_id=state.claim_ids[claim], agreed_on=day, signed=True)[0]
    )
    each = cents // parts
    amounts = np.full(parts, each)
    amounts[-1] = cents - each * (parts - 1)
    rows = state.books["instalments"].add(
        parts,
        plan_id=f"E{row + 1:07d}",
        due_on=day + 15 + 30 * np.arange(parts),
        amount=amounts,
    )
    state.plan_row[claim], state.plan_left[claim] = row, parts
    state.plan_cents[claim], state.instalment_row[claim] = each, rows[0]
    state.plan_next[claim], state.plan_breaks_on[claim] = day + 15, NEVER
    state.promise_due[claim], state.bound_on[claim] = NEVER, day


def _ladder(state: State, deed: Deed, day: int) -> None:
    """The episode of D4 as the team keeps it."""
    debtor = deed.debtor
    state.chased[deed.claims] = True
    rank = STAGE_RANK.get(deed.stage, 0)
    state.tries[debtor] = 1 if rank > state.rank[debtor] else state.tries[debtor] + 1
    if state.rank[debtor] == 0 or state.episode_on[debtor] < 0:
        state.episode_on[debtor] = day
    if state.reset_on[debtor] != day:
        state.rank[debtor] = max(state.rank[debtor], rank)
        state.tone[debtor] = max(state.tone[debtor], TONE_RANK.get(deed.tone or "", 0))
    same = state.last_channel[debtor] == deed.channel
    state.channel_run[debtor] = state.channel_run[debtor] + 1 if same else 1
    state.last_channel[debtor], state.last_contact[debtor] = deed.channel, day
    state.recent[debtor] = np.append(state.recent[debtor][1:], day)
    if deed.channel == "phone":
        state.recent_calls[debtor] = np.append(state.recent_calls[debtor][1:], day)
    if deed.action == "formal_notice":
        state.notice_ends_on[debtor] = day + 4 + 9


def _answer_to_come(state: State, deed: Deed, day: int, row: int) -> None:
    debtor = deed.debtor
    if _reached(state, deed, day):
        longest = _DELAY.get(deed.channel or "", 5)
        lag = int(state.draws.whole("answers after", 0, longest, debtor, day))
        state.answer_on[debtor] = day + lag
        state.answer_lead[debtor], state.answer_action[debtor] = deed.claims[0], row
        state.answer_channel[debtor] = deed.channel
    elif deed.channel == "phone":
        _say(state, deed.claims, day, "no_answer", row, "phone")


def _say(
    state: State, claims: np.ndarray, day: int, outcome: str, action: int, channel: str
) -> None:
    second = 43_200 + int(state.draws.whole("said at", 0, 18_000, int(claims[0]), day))
    state.books["interactions"].add(
        claims.size,
        claim_id=state.claim_ids[claims],
        at=day * 86400 + second,
        action_id=f"A{action + 1:07d}",
        channel=channel,
        outcome=outcome,
    )


def hear(state: State, day: int) -> None:
    """Answers that arrive on the day."""
    for debtor in np.flatnonzero(state.answer_on == day):
        state.answer_on[debtor] = NEVER
        lead = int(state.answer_lead[debtor])
        if state.open[lead] > 0 and state.people.insolvent_on[debtor] > day:
            _hear(state, int(debtor), lead, day)


def _hear(state: State, debtor: int, lead: int, day: int) -> None:
    answers, draws = state.world["answers"], state.draws
    action, channel = int(state.answer_action[debtor]), str(state.answer_channel[debtor])
    owed = state.chaseable(day)
    owed = owed[state.people.debtor[owed] == debtor]
    concerned = owed if owed.size else np.array([lead])

    def say(outcome: str, claims: np.ndarray) -> None:
        _say(state, claims, day, outcome, action, channel)

    if state.wrong_contact[debtor] and draws.uniform("who", debtor, day) < answers["wrong_contact"]:
        state.said_wrong[debtor] = True
        say("wrong_contact", concerned)
        return
    lacking = concerned[state.no_documents[concerned]]
    if lacking.size and draws.uniform("papers?", debtor, day) < answers["missing_document"]:
        state.asked_documents[lacking] = True
        say("missing_document", lacking)
        return
    angry = concerned[state.grievance[concerned] & ~state.voiced[concerned]]
    if angry.size and draws.uniform("dispute?", debtor, day) < answers["dispute"]:
        say("dispute", angry)
        state.dispute(angry, day, sincere=True)
        return
    chances = np.array([answers["said"][int(state.people.profile[debtor])]]) + 0.01
    said = SAID[int(draws.pick("said", chances, np.array([debtor]), day)[0])]
    say(said, concerned)
    if said == "promise" and owed.size:
        _promise(state, owed, day)
    elif said in ("plan_request", "cash_wait", "hardship"):
        state.asked_time_on[debtor] = day
        if said == "hardship":
            state.end_episode(np.array([debtor]), day)
    elif said == "paid_claim":
        state.says_paid_on[debtor] = day
        true = concerned[draws.uniform("paid?", concerned, day) < 0.7]
        state.pays_on[true] = day + 1 + draws.whole("paid in", 0, 5, true, day)
    elif said == "dispute":
        state.dispute(concerned[:1][~state.voiced[concerned[:1]]], day, sincere=False)


def _promise(state: State, claims: np.ndarray, day: int) -> None:
    due = day + 4 + int(state.draws.whole("promised for", 0, 12, int(claims[0]), day))
    state.promise_row[claims] = state.books["promises"].add(
        claims.size,
        claim_id=state.claim_ids[claims],
        made_on=day,
        due_on=due,
        amount=state.open[claims],
        in_writing=False,
    )
    state.n_promises[claims] += 1
    state.promise_due[claims], state.bound_on[claims] = due, day
    state.end_episode(np.unique(state.people.debtor[claims]), day)


def _at_desk(state: State, deed: Deed, day: int) -> None:
    claims, debtor, draws = deed.claims, deed.debtor, state.draws
    if deed.action == "resolve_dispute":
        open_ = claims[(state.dispute_row[claims] >= 0) & (state.resolve_on[claims] == NEVER)]
        open_ = open_[~state.unfounded[open_]]
        state.resolve_on[open_] = day + draws.whole("resolved in", 1, 4, open_)
    elif deed.action == "find_contact":
        if draws.uniform("found", debtor, day) < state.world["answers"]["contact_found"]:
            state.wrong_contact[debtor] = False
            state.said_wrong[debtor] = False
            state.books["contacts"].add(
                1,
                debtor_id=state.debtor_ids[debtor],
                name=f"Service comptable {debtor + 1}",
                role="accounts_payable",
                can_pay=True,
            )
    elif deed.action == "monitor_plan":
        state.monitored_on[claims] = day
    elif deed.action == "declare_in_insolvency":
        state.books["insolvencies"].change(state.insolvency_row[debtor], declared_on=day)
    elif deed.action == "identify" and state.kind_unknown[debtor]:
        state.identify(debtor)
    elif deed.action == "write_off":
        state.dead[claims] = True
        state.book_payment(claims, day, state.open[claims].copy(), "write_off")


def _sue(state: State, deed: Deed, day: int) -> None:
    """A suit is filed; on a claim that has an order already, it is served at once."""
    claims = deed.claims[state.open[deed.claims] > 0]
    unserved = claims[(state.granted_on[claims] < NEVER) & (state.served_on[claims] == NEVER)]
    state.book_step(unserved, "served", day)
    state.served_on[unserved] = day
    claims = claims[state.court_on[claims] == NEVER]
    if claims.size == 0:
        return
    _written(state, deed, day)
    cost = int(state.world["legal"]["cost_cents"])
    state.outlay_cents += cost if day >= state.start else 0
    state.book_step(claims, "filed", day, cost=np.where(np.arange(claims.size) == 0, cost, 0))
    state.court_on[claims], state.bound_on[claims] = day, day
    for name in ("granted_on", "served_on"):
        getattr(state, name)[claims] = NEVER
    state.add_effect(np.array([deed.debtor]), "sue")
    state.rank[deed.debtor], state.chased[claims] = 5, True
