"""The yardstick: a policy that knows profiles, frailty, ability and effects, but not the future.

Every Monday it weighs a dozen plans of contacts for each debtor under the same rules of conduct,
keeps the best against the price of a minute, and carries out what the plan does this week. What a
debtor has not said (documents missing, a grievance) it does not know either: it weighs it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulation.days import NEVER
from simulation.play.futures import Event, Outlook, first_step, outlook
from simulation.play.ladder import Step, groups, next_steps, reachable
from simulation.play.policies import scheduled
from simulation.play.state import State
from simulation.play.world import World

_STAGES = ("", "reminder", "firm_reminder", "formal_notice", "last_attempt")
_TONE_NAMES = ("", "helpful", "courteous", "firm", "formal")
#: Tone that serves each profile best, as a rank.
_BEST_TONE = (1, 1, 4, 1)
_PLANS = ("nothing", "email", "call", "letters", "calls", "climb", "documents", "plan", "third",
          "fast_third", "court")  # fmt: skip
LONGEST = 24


def oracle(world: World, *, horizon: int = 52) -> pd.DataFrame:
    """The week's actions; ``horizon`` is the number of weeks that will be played."""
    state = world.state
    weeks = int(np.clip(horizon - (state.today - state.start) // 7, 4, LONGEST))
    found = _desk(state, weeks) + _contacts(state, weeks)
    found.sort(key=lambda each: -each[0])
    return scheduled(world, (step for _, step in found))


def _contacts(state: State, weeks: int) -> list[tuple[float, Step]]:
    """Steps with their gain per minute."""
    late = groups(state, state.today)
    late = [(debtor, claims) for debtor, claims in late if reachable(state, debtor, state.today)]
    if not late:
        return []
    debtors = np.array([debtor for debtor, _ in late])
    claims = np.concatenate([each for _, each in late])
    plans = [[_events(state, debtor, name, weeks) for debtor in debtors] for name in _PLANS]
    seen = outlook(state, debtors, claims, plans, weeks)
    gain = seen.value - seen.value[0]
    gain[_PLANS.index("plan")] += _plan_bonus(state, late, seen.value[0], gain)
    gain[_PLANS.index("court")] += _court_bonus(state, late, seen, plans[_PLANS.index("court")])
    now = np.array([[bool(each) and each[0].week == 0 for each in row] for row in plans])
    first = np.array([[each[0].minutes() if each else 0.0 for each in row] for row in plans])
    gain = np.where(now, gain, -np.inf)
    gain[0] = 0.0
    price = _price(gain, seen.minutes, first, state.agent_minutes * state.agent_ids.size)
    net = gain - price * seen.minutes
    found = []
    for j, (debtor, mine) in enumerate(late):
        found += _suit(state, debtor, mine, seen.value[0][j])
        if state.said_wrong[debtor] and state.wrong_contact[debtor]:
            step = Step(debtor, mine, "find_contact", None, "reminder", None)
            found.append((3 * float(gain[:, j].max()) / 18, step))
        best = int(np.argmax(net[:, j]))
        if best == 0:
            # Time left over goes to whoever brings something still.
            best = int(np.argmax(gain[:, j] / np.maximum(seen.minutes[:, j], 1.0)))
        if best > 0:
            rate = float(gain[best, j] / max(seen.minutes[best, j], 1.0))
            found.append((rate, first_step(debtor, mine, plans[best][j][0])))
    return found


def _price(gain: np.ndarray, minutes: np.ndarray, first: np.ndarray, capacity: float) -> float:
    """EUR a minute at which the first contacts of the best plans fill the week, by bisection."""
    low, high = 0.0, 500.0
    for _ in range(30):
        price = (low + high) / 2
        best = (gain - price * minutes).argmax(axis=0)
        spent = first[best, np.arange(best.size)].sum()
        low, high = (price, high) if spent > capacity else (low, price)
    return high


def _events(state: State, debtor: int, name: str, weeks: int) -> list[Event]:
    """One plan of one debtor, lawful from today on; empty where it cannot begin."""
    rank, profile = int(state.rank[debtor]), int(state.people.profile[debtor])
    channels = reachable(state, debtor, state.today)
    tone = _TONE_NAMES[max(_BEST_TONE[profile], int(state.tone[debtor]))]
    stage = _STAGES[min(max(rank, 1), 4)]
    at_work = state.today - state.handed_on[debtor] < 60
    if name == "nothing" or rank > 4:
        return []
    if rank == 3 and state.notice_ends_on[debtor] > state.today and name in ("climb",):
        return []
    light = next((each for each in channels if each in ("email", "sms", "letter")), None)
    other = next((each for each in ("email", "letter", "sms") if each in channels), "letter")

    def remind(week: int, channel: str) -> Event:
        action = "call" if channel == "phone" else "remind"
        return Event(week, action, channel, stage, tone)

    if rank >= 4:
        other = "letter"
    if name == "email":
        return [] if light is None or rank >= 4 else [remind(0, light)]
    if name == "letters":
        if light is None or rank >= 4:
            return []
        turns = (light, "letter" if light != "letter" else "email")
        return [remind(week, turns[i % 2]) for i, week in enumerate(range(0, weeks, 3))]
    if name == "call":
        return [remind(0, "phone")] if "phone" in channels else []
    if name == "calls":
        if "phone" not in channels:
            return []
        turns = ("phone", other)
        return [remind(week, turns[i % 2]) for i, week in enumerate(range(0, min(weeks, 16), 2))]
    if name in ("documents", "plan"):
        action = "resend_documents" if name == "documents" else "offer_plan"
        usable = [each for each in channels if each in ("email", "letter") or name == "plan"]
        if not usable:
            return []
        channel = "phone" if name == "plan" and "phone" in usable else usable[0]
        return [Event(0, action, channel, stage, tone)]
    if at_work or (state.handed_on[debtor] > -NEVER and name in ("third", "fast_third")):
        return []
    unknown = bool(state.kind_unknown[debtor])
    if name == "third":
        channel = "letter" if "letter" in channels else channels[0]
        lawful = rank >= 2 and not unknown
        return [Event(0, "third_party", channel, "third_party", "formal")] if lawful else []
    if unknown:
        return []
    if name == "court":
        events = _climb(state, debtor, rank, tone, channels, to_third=False)
        return [each for each in events if each.action != "third_party"]
    return _climb(state, debtor, rank, tone, channels, to_third=name == "fast_third")


def _climb(
    state: State, debtor: int, rank: int, tone: str, channels: list[str], *, to_third: bool
) -> list[Event]:
    """Stage by stage, a week between them; to the third party as soon as it is open, or later."""
    events: list[Event] = []
    week, last, now = 0, channels[0], rank
    while now < (2 if to_third else 4):
        now += 1
        if now == 3:
            events.append(Event(week, "formal_notice", "registered_letter", _STAGES[3], "formal"))
            week, tone = week + 2, "formal"
            continue
        usable = [each for each in channels if now < 4 or each in ("phone", "letter")] or ["letter"]
        channel = last if last in usable and not events else usable[len(events) % len(usable)]
        action = "call" if channel == "phone" else "remind"
        # A firm stage may be spoken in any tone that does not fall.
        events.append(Event(week, action, channel, _STAGES[now], tone))
        week += 1
    if state.handed_on[debtor] == -NEVER and (to_third or now >= 4):
        channel = "letter" if events and events[-1].channel != "letter" else channels[0]
        events.append(Event(week, "third_party", channel, "third_party", "formal"))
    return events


def _plan_bonus(
    state: State, late: list[tuple[int, np.ndarray]], alone: np.ndarray, gain: np.ndarray
) -> np.ndarray:
    """What an accepted plan of instalments brings beyond waiting, in expectation."""
    answers, bonus = state.world["answers"], np.zeros(len(late))
    for j, (debtor, claims) in enumerate(late):
        profile = int(state.people.profile[debtor])
        accepts = answers["plan_accepted"][profile]
        accepts += 0.2 if state.today - state.asked_time_on[debtor] <= 45 else 0.0
        accepts *= 0.15 if state.wrong_contact[debtor] else 1.0
        paid, open_ = answers["instalment_paid"][profile], state.open[claims].sum() / 100
        parts = 3 if open_ < 1500 else 4 if open_ < 5000 else 5
        kept = paid ** np.arange(1, parts + 1)
        months = (15 + 30 * np.arange(parts)) / 365
        worth = float((kept * 1.08**-months).sum() / parts)
        left = 1 - float(kept.sum()) / parts
        rest = alone[j] / max(open_, 0.01)
        bonus[j] = accepts * max(open_ * (worth + 0.7 * left * rest) - alone[j], 0.0)
        bonus[j] -= accepts * max(gain[_PLANS.index("plan"), j], 0.0)
    return bonus


def _court_bonus(
    state: State, late: list[tuple[int, np.ndarray]], seen: Outlook, plans: list[list[Event]]
) -> np.ndarray:
    """What a suit at the end of the climb brings, for who has not paid by then."""
    legal, bonus, k = state.world["legal"], np.zeros(len(late)), _PLANS.index("court")
    weeks_left = 52 - (state.today - state.start) // 7
    for j, (debtor, claims) in enumerate(late):
        if not plans[j]:
            continue
        files = min(plans[j][-1].week + 2, seen.left.shape[2] - 1)
        wins = legal["title"] * legal["collects"][int(state.people.profile[debtor])]
        open_ = state.open[claims].sum() / 100
        left = float(seen.left[k, j, files])
        after = float(seen.left[k, j, files] - seen.left[k, j, -1]) * open_
        if weeks_left >= files + 28:
            bonus[j] = wins * (left * open_ * 0.94 - after) - left * legal["cost_cents"] / 100
            seen.minutes[k, j] += 30 * left
    return bonus


def _suit(state: State, debtor: int, claims: np.ndarray, alone: float) -> list[tuple[float, Step]]:
    ripe = state.rank[debtor] == 4 and state.notice_ends_on[debtor] <= state.today
    if not ripe or state.notice_ends_on[debtor] == NEVER:
        return []
    legal, profile = state.world["legal"], int(state.people.profile[debtor])
    open_ = state.open[claims].sum() / 100
    brings = legal["title"] * legal["collects"][profile] * open_ * 0.95
    gain = brings + (1 - legal["title"] * legal["collects"][profile]) * 0.6 * alone - alone
    gain -= legal["cost_cents"] / 100
    weeks_left = 52 - (state.today - state.start) // 7
    if gain <= 0 or weeks_left < 29:
        return []
    return [(gain / 30, Step(debtor, claims, "sue", "letter", "litigation", "formal"))]


def _desk(state: State, weeks: int) -> list[tuple[float, Step]]:
    """Disputes to look into or to answer."""
    found = []
    for step in next_steps(state, state.today):
        if step.action not in ("resolve_dispute", "answer_dispute"):
            continue
        claim = step.claims
        open_ = float(state.open[claim].sum()) / 100
        pace = min(weeks / 12, 1.0)
        sincere = bool(state.grievance[claim].any())
        worth = open_ * pace * (0.45 if sincere else 0.25)
        if step.action == "answer_dispute":
            worth *= 0.8
        found.append((worth / step.minutes(), step))
    return found
