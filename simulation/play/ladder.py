"""The plain ladder that any careful team walks: what it would do next for each debtor.

Nothing hidden is read here; what the debtor said, and what is on file, is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.days import NEVER
from simulation.play.contacting import ACTION_MINUTES, CHANNEL_MINUTES
from simulation.play.state import State

STAGES = ("", "reminder", "firm_reminder", "formal_notice", "last_attempt")
TONES = ("", "courteous", "firm", "formal", "formal")
_TONE_RANK = {"helpful": 1, "courteous": 2, "firm": 3, "formal": 4}
_TONE_NAMES = ("", "helpful", "courteous", "firm", "formal")
_GAP = (0, 9, 10, 14, 21)
_TRIES = (1, 2, 2, 1, 2)
#: First words wait so many days after the due date.
GRACE_DAYS = 5


@dataclass(frozen=True)
class Step:
    """What may be done next: one contact or task of a debtor, for some claims."""

    debtor: int
    claims: np.ndarray
    action: str
    channel: str | None
    stage: str
    tone: str | None

    def minutes(self) -> float:
        """Time it takes."""
        return ACTION_MINUTES.get(self.action, CHANNEL_MINUTES.get(self.channel or "", 0.0))


def next_steps(state: State, monday: int) -> list[Step]:
    """One step a debtor, and the desk work on its disputes; in no order that means anything."""
    return [*_on_disputes(state, monday), *_to_debtors(state, monday)]


def reachable(state: State, debtor: int, monday: int) -> list[str]:
    """Channels that consent, the weekly limits and alternation leave open, the last one last."""
    table = state.reach
    if monday - state.recent[debtor][0] < 7 or table["closed"][debtor]:
        return []
    channels = []
    if table["email"][debtor]:
        channels.append("email")
    calls = monday - state.recent_calls[debtor][0] >= 7
    if table["phone"][debtor] and calls:
        channels.append("phone")
    channels.append("letter")
    if table["sms"][debtor]:
        channels.append("sms")
    last = state.last_channel[debtor]
    if last in channels:
        channels.remove(last)
        if state.channel_run[debtor] < 2:
            channels.append(last)
    return channels


def groups(state: State, monday: int) -> list[tuple[int, np.ndarray]]:
    """Debtors with claims that are late and bound by nothing, and those claims."""
    claims = state.chaseable(monday)
    claims = claims[state.people.due[claims] + GRACE_DAYS <= monday]
    order = np.lexsort((-state.open[claims], state.people.debtor[claims]))
    claims = claims[order]
    debtor = state.people.debtor[claims]
    cuts = np.flatnonzero(np.diff(debtor)) + 1
    if claims.size == 0:
        return []
    return [(int(state.people.debtor[part[0]]), part) for part in np.split(claims, cuts)]


def _to_debtors(state: State, monday: int) -> list[Step]:
    steps = []
    for debtor, claims in groups(state, monday):
        step = step_of(state, debtor, claims, monday)
        if step is not None:
            steps.append(step)
    return steps


def step_of(state: State, debtor: int, claims: np.ndarray, monday: int) -> Step | None:
    """The answer to what the debtor said, else the next rung; nothing while it is not time."""
    if state.said_wrong[debtor]:
        return Step(debtor, claims, "find_contact", None, STAGES[1], None)
    since = monday - state.last_contact[debtor]
    channels = reachable(state, debtor, monday)
    if not channels:
        return None
    quiet = next((name for name in channels if name in ("email", "letter")), None)
    rank = int(state.rank[debtor])
    said = max(rank, 1)
    asked = claims[state.asked_documents[claims]]
    if asked.size and quiet and rank <= 4:
        return _quiet(state, debtor, asked, "resend_documents", quiet, said)
    asked_on = state.asked_time_on[debtor]
    if asked_on >= max(monday - 28, state.last_contact[debtor]) and since >= 1 and rank <= 4:
        return _quiet(state, debtor, claims, "offer_plan", channels[0], said)
    if monday - state.says_paid_on[debtor] <= 8 or since < _GAP[min(rank, 4)]:
        return None
    if monday - state.handed_on[debtor] < 60 or rank > 4:
        return None
    return rung(state, debtor, claims, monday, channels)


def rung(
    state: State, debtor: int, claims: np.ndarray, monday: int, channels: list[str]
) -> Step | None:
    """The next rung of the ladder itself."""
    rank = int(state.rank[debtor])
    up = rank == 0 or state.tries[debtor] >= _TRIES[rank]
    if rank == 3 and (state.notice_ends_on[debtor] > monday):
        return None
    if rank == 4 and up:
        if state.handed_on[debtor] > -NEVER:
            return None
        channel = "letter" if "letter" in channels else channels[0]
        return Step(debtor, claims, "third_party", channel, "third_party", "formal")
    new = rank + 1 if up else rank
    if new == 3:
        fresh = state.last_channel[debtor] != "registered_letter" or state.channel_run[debtor] < 2
        if state.kind_unknown[debtor] or not fresh:
            return None
        return Step(debtor, claims, "formal_notice", "registered_letter", STAGES[3], "formal")
    if state.kind_unknown[debtor] and new > 1:
        return Step(debtor, claims, "identify", None, STAGES[1], None)
    if new == 4:
        channels = [name for name in channels if name in ("phone", "letter")]
        if not channels:
            return None
    action = "call" if channels[0] == "phone" else "remind"
    return Step(debtor, claims, action, channels[0], STAGES[new], tone_at(state, debtor, new))


def tone_at(state: State, debtor: int, rank: int) -> str:
    """The tone of a rung, never below what was said in the episode."""
    return _TONE_NAMES[max(_TONE_RANK[TONES[rank]], int(state.tone[debtor]))]


def _quiet(
    state: State, debtor: int, claims: np.ndarray, action: str, channel: str, rank: int
) -> Step:
    return Step(
        debtor, claims, action, channel, STAGES[min(rank, 4)], tone_at(state, debtor, min(rank, 4))
    )


def _on_disputes(state: State, monday: int) -> list[Step]:
    claims = state.alive()
    claims = claims[(state.dispute_row[claims] >= 0) & (state.resolve_on[claims] == NEVER)]
    claims = claims[state.people.insolvent_on[state.people.debtor[claims]] > monday]
    answered = state.books["disputes"].get("answered_on")[state.dispute_row[claims]] < NEVER
    steps = []
    for claim in claims[~answered]:
        debtor, alone = int(state.people.debtor[claim]), np.array([claim])
        if not state.unfounded[claim]:
            steps.append(Step(debtor, alone, "resolve_dispute", None, STAGES[1], None))
            continue
        channels = [c for c in reachable(state, debtor, monday) if c in ("email", "letter")]
        if channels and monday - state.last_contact[debtor] >= 1:
            rank = min(max(int(state.rank[debtor]), 1), 4)
            steps.append(_quiet(state, debtor, alone, "answer_dispute", channels[0], rank))
    return steps
