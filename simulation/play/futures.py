"""What the oracle expects of plans of contacts: hazards and effects known, luck not.

A *plan* is a list of events, one a week at most. For every debtor and plan the heat that its
contacts make is followed day by day, and the survival of each claim week by week.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.play.contacting import (
    ACTION_MINUTES,
    CHANNEL_MINUTES,
    OUTLAY_CENTS,
    SAID,
    TONE_RANK,
)
from simulation.play.ladder import Step
from simulation.play.living import base_pace
from simulation.play.state import State

RATE = 0.08


@dataclass(frozen=True)
class Event:
    """A contact planned so many weeks ahead."""

    week: int
    action: str
    channel: str
    stage: str
    tone: str

    def minutes(self) -> float:
        """Time it takes."""
        return ACTION_MINUTES.get(self.action, CHANNEL_MINUTES[self.channel])


@dataclass
class Chances:
    """What contacts do to one profile, per event: added hazard, jumps, what is said of hurdles."""

    mass: float
    jump: float
    told: float
    papers: float


def chances(state: State, profile: int, event: Event, *, wrong: bool) -> Chances:
    """Expected effect of one event on a debtor of a profile, before tiring."""
    world = state.world
    effects, answers = world["effects"], world["answers"]
    name = event.action if event.action in effects else event.channel
    mass = effects[name][profile] * effects["tone"][profile][TONE_RANK[event.tone] - 1]
    if event.stage == "last_attempt" and profile == 2:
        mass *= effects["last_attempt"]
    reached = answers["reached"].get(event.channel, 0.2) * answers["talkative"][profile]
    mass *= reached + 0.3 * (1 - reached) if event.channel == "phone" else 1.0
    if state.today >= state.middle:
        mass *= effects["drift"].get(event.channel, 1.0)
    if wrong:
        mass, reached = 0.2 * mass, 0.4 * reached
    said = dict(zip(SAID, np.array(answers["said"][profile]) + 0.01, strict=True))
    total = sum(said.values())
    pays = said["promise"] * answers["promise_kept"][profile] + 0.7 * said["paid_claim"]
    papers = 0.92 if event.action == "resend_documents" else reached * answers["missing_document"]
    return Chances(mass, reached * pays / total, reached * answers["dispute"], papers)


@dataclass
class Outlook:
    """Discounted EUR and minutes by plan and debtor, shape (n_plans, n_debtors).

    ``left`` is the share of what is owed that is still open, by week too.
    """

    value: np.ndarray
    minutes: np.ndarray
    left: np.ndarray


def outlook(
    state: State,
    debtors: np.ndarray,
    claims: np.ndarray,
    plans: list[list[list[Event]]],
    weeks: int,
) -> Outlook:
    """Value of each plan of each debtor over ``weeks`` weeks; ``plans[k][j]`` may be empty."""
    n_plans, n = len(plans), debtors.size
    shape = (n_plans, n, weeks)
    mass, jump, told = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    papers, count, minutes, outlay = (np.zeros(shape) for _ in range(4))
    known: dict[tuple[int, bool, Event], Chances] = {}
    for k, of_debtors in enumerate(plans):
        for j, events in enumerate(of_debtors):
            profile = int(state.people.profile[debtors[j]])
            wrong = bool(state.wrong_contact[debtors[j]])
            for event in events:
                if event.week >= weeks:
                    continue
                key = (profile, wrong, event)
                if key not in known:
                    known[key] = chances(state, profile, event, wrong=wrong)
                what, at = known[key], (k, j, event.week)
                mass[at], jump[at], count[at] = what.mass, what.jump, 1.0
                told[at], papers[at] = what.told, what.papers
                minutes[at] = event.minutes()
                outlay[at] = OUTLAY_CENTS.get(event.channel, 0) / 100
    added = _added(state, debtors, mass, count)
    value, waits = _value(state, debtors, claims, added, jump, told, papers, weeks)
    # Time and stamps are spent only while something is left to ask for.
    return Outlook(
        value - (outlay * waits).sum(axis=2),
        (minutes * waits).sum(axis=2) + 20 * (told * waits * 0.3).sum(axis=2),
        waits,
    )


def _added(state: State, debtors: np.ndarray, mass: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Hazard added in each week, before what stands in the way; shape of ``mass``."""
    effects = state.world["effects"]
    cap = np.array(effects["cap"])[state.people.profile[debtors]]
    keen = np.sqrt(state.people.frailty[debtors])
    latent = np.broadcast_to(state.latent[debtors], mass.shape[:2]).copy()
    heat = np.broadcast_to(state.heat[debtors], mass.shape[:2]).copy()
    pressure = np.broadcast_to(state.pressure[debtors], mass.shape[:2]).copy()
    moves = -np.expm1(-1 / effects["delay_days"])
    fading = -np.expm1(-1 / effects["fading_days"])
    total = np.zeros(mass.shape)
    for week in range(mass.shape[2]):
        latent = latent + mass[:, :, week] / (1 + effects["tiring"] * pressure)
        pressure = (pressure + count[:, :, week]) * np.exp(-7 / effects["tiring_days"])
        for _ in range(7):
            comes = latent * moves
            latent = latent - comes
            heat = heat * (1 - fading) + comes * fading
            total[:, :, week] += cap * -np.expm1(-heat / cap) * keen
    return total


def _hurdles(state: State, claims: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Chance that documents are missing, and that there is a grievance, given no payment yet.

    What was said is known; what was not is weighed by Bayes' rule, since who lacks something pays
    later.
    """
    world, profile = state.world, state.profile[claims]
    age = state.today - state.people.due[claims]
    passed = base_pace(state, claims, age)
    found = []
    for name, pace in (("no_documents", "no_documents_pace"), ("grievance", "grievance_pace")):
        prior = np.clip(np.array(world["claims"][name])[profile], 1e-6, 1 - 1e-6)
        odds = prior / (1 - prior) * np.exp(np.minimum(passed * (1 - world["payment"][pace]), 20))
        found.append(odds / (1 + odds))
    papers = np.where(state.asked_documents[claims], 1.0, found[0])
    papers = np.where(state.told_documents[claims], 0.08, papers)
    anger = np.where(state.voiced[claims], state.grievance[claims] * 1.0, found[1])
    return papers, anger


def _value(
    state: State,
    debtors: np.ndarray,
    claims: np.ndarray,
    added: np.ndarray,
    jump: np.ndarray,
    told: np.ndarray,
    papers: np.ndarray,
    weeks: int,
) -> tuple[np.ndarray, np.ndarray]:
    pay = state.world["payment"]
    place = np.searchsorted(debtors, state.people.debtor[claims])
    age = state.today - state.people.due[claims]
    edges = age[None, :] + 7 * np.arange(weeks + 1)[:, None]
    base = np.diff(base_pace(state, claims, edges), axis=0)
    share = np.array(pay["dry_share"])[state.profile[claims]]
    share = np.minimum(
        share * np.exp(-0.4 * state.people.ability[state.people.debtor[claims]]), 0.8
    )
    dry = state.is_dry(state.people.debtor[claims], state.today)
    no_papers, anger = _hurdles(state, claims)
    slow = np.exp(-state.hostility[state.people.debtor[claims]])
    slow = slow * (pay["drift"] if state.today >= state.middle else 1.0)
    open_ = state.open[claims] / 100
    n_plans = added.shape[0]
    alive = np.ones((n_plans, claims.size))
    value = np.zeros((n_plans, debtors.size))
    waits = np.zeros(added.shape)
    lacks = np.broadcast_to(no_papers, alive.shape).copy()
    angry = np.broadcast_to(anger, alive.shape).copy()
    owed = np.bincount(place, weights=open_, minlength=debtors.size)
    for week in range(weeks):
        share_now = dry * 1.0 if week < 2 else share
        free = 1 - share_now * (1 - pay["dry_pace"])
        shared_free = 1 - share_now * 0.5
        hurdle = (1 - lacks * (1 - pay["no_documents_pace"])) * (
            1 - angry * (1 - pay["grievance_pace"])
        )
        # What is said this week moves money in the next.
        jumps = jump[:, place, week] * (1 - lacks) * (1 - angry)
        late = age + 7 * week >= 0
        hazard = base[week] * hurdle * free * slow
        hazard = hazard + np.where(late, added[:, place, week], 0.0) * hurdle * shared_free * slow
        hazard = hazard - np.log1p(-np.minimum(jumps, 0.95))
        left = np.asarray(
            [np.bincount(place, weights=open_ * row, minlength=debtors.size) for row in alive]
        )
        waits[:, :, week] = np.minimum(left / np.maximum(owed, 0.01), 1.0)
        paid = alive * -np.expm1(-hazard)
        alive = alive - paid
        discount = (1 + RATE) ** (-(week + 0.5) * 7 / 365)
        for k in range(n_plans):
            value[k] += discount * np.bincount(
                place, weights=open_ * paid[k], minlength=debtors.size
            )
        lacks = lacks * (1 - papers[:, place, week] * 0.9)
        angry = angry * (1 - told[:, place, week] * 0.75)
    return value, waits


def first_step(debtor: int, claims: np.ndarray, event: Event) -> Step:
    """The plan's first contact as a step to carry out."""
    return Step(debtor, claims, event.action, event.channel, event.stage, event.tone)
