"""What a play came to: money against no action, minutes, and what conduct forbids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import numpy as np

from simulation.play.conduct_check import violations
from simulation.play.world import START, World

RATE = 0.08
#: A late claim that no action would have left paid within so many days of its due day.
_SELF_HEALING_DAYS = 45
_LATE_DAYS = 5


@dataclass(frozen=True)
class Played:
    """One policy on one world.

    ``worth`` is the cash received, discounted to the first day, less outlay (EUR); lift is the
    difference of two of them. ``left_alone`` of the ``self_healers`` were never contacted.
    ``on_tone`` is what the policy claims of a firm tone, where it claims anything.
    """

    world: str
    policy: str
    seed: int
    claims: int
    weeks: int
    cash: float
    worth: float
    outlay: float
    minutes: float
    capacity: float
    contacts: int
    tasks: int
    overtaken: int
    beyond_capacity: int
    self_healers: int
    left_alone: int
    violations: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    on_tone: dict[str, object] = field(default_factory=dict)

    def told(self) -> dict[str, object]:
        """As plain values."""
        return asdict(self)


Choice = Callable[[World], object]


def play(
    world: World, choose: Choice, weeks: int, *, progress: Callable[[int], None] | None = None
) -> World:
    """Let a policy choose every Monday for so many weeks."""
    for week in range(weeks):
        world.step(choose(world))
        if progress is not None:
            progress(week + 1)
    return world


def scored(
    world: World,
    policy: str,
    untouched: World,
    *,
    seconds: dict[str, float] | None = None,
    on_tone: dict[str, object] | None = None,
) -> Played:
    """What came of a play, beside the same world in which nobody did anything."""
    cash, state = world.cash(), world.state
    outlay = state.outlay_cents / 100
    healers = _self_healers(untouched)
    contacted = {claim for _, deed in world.log if deed.channel for claim in deed.claims}
    broken: Counter[str] = violations(world.tables(), START)
    n_weeks = len(world.weeks)
    return Played(
        world=world.name,
        policy=policy,
        seed=world.seed,
        claims=state.n_past,
        weeks=n_weeks,
        cash=round(float(cash["amount"].sum()), 2),
        worth=round(float((cash["amount"] * (1 + RATE) ** (-cash["day"] / 365)).sum()) - outlay, 2),
        outlay=round(outlay, 2),
        minutes=round(state.minutes, 1),
        capacity=round(sum(world.minutes_per_week.values()) * n_weeks, 1),
        contacts=sum(week.contacts for week in world.weeks),
        tasks=sum(week.done - week.contacts for week in world.weeks),
        overtaken=sum(week.overtaken for week in world.weeks),
        beyond_capacity=sum(week.beyond_capacity for week in world.weeks),
        self_healers=len(healers),
        left_alone=len(healers - contacted),
        violations=dict(broken),
        seconds=seconds or {},
        on_tone=on_tone or {},
    )


def _self_healers(untouched: World) -> set[int]:
    """Claims that came to be late during the play and were paid soon although nobody wrote."""
    state = untouched.state
    due, settled = state.people.due, state.settled_on
    last = state.today - _SELF_HEALING_DAYS
    healing = (due >= state.start) & (due <= last) & (settled > due + _LATE_DAYS)
    healing &= settled <= due + _SELF_HEALING_DAYS
    return set(np.flatnonzero(healing).tolist())


def lift(played: Played, untouched: Played) -> float:
    """EUR against no action, discounted, net of outlay."""
    return round(played.worth - untouched.worth, 2)
