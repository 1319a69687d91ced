"""Simple policies: the same plain ladder under the same minutes, in different orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from simulation.days import on_contact_days, public_holidays
from simulation.play.ladder import Step, next_steps
from simulation.play.state import State
from simulation.play.world import ACTION_COLUMNS, World

Policy = Callable[[World], pd.DataFrame | None]


def none(world: World) -> None:
    """Nobody does anything."""
    del world


def oldest_first(world: World) -> pd.DataFrame:
    """The plain ladder, the claim that is due for longest first."""
    due = world.state.people.due
    return _in_order(world, lambda state, step: -float(due[step.claims].min()))


def amount_first(world: World) -> pd.DataFrame:
    """The plain ladder, the debtor who owes most first."""
    return _in_order(world, lambda state, step: float(state.open[step.claims].sum()))


def propensity_amount(world: World) -> pd.DataFrame:
    """The plain ladder by amount times the chance of payment that claims of that age had."""
    chance = _paid_by_age(world.state)

    def worth(state: State, step: Step) -> float:
        age = np.clip((state.today - state.people.due[step.claims]) // 30, 0, 17)
        return float((state.open[step.claims] * chance[age]).sum())

    return _in_order(world, worth)


SIMPLE: dict[str, Policy] = {
    "none": none,
    "oldest_first": oldest_first,
    "amount_first": amount_first,
    "propensity_amount": propensity_amount,
}


def _in_order(world: World, worth: Callable[[State, Step], float]) -> pd.DataFrame:
    state = world.state
    steps = next_steps(state, state.today)
    worths = np.array([worth(state, step) for step in steps])
    return scheduled(world, (steps[place] for place in np.argsort(-worths, kind="stable")))


def scheduled(world: World, steps: Iterable[Step]) -> pd.DataFrame:
    """The week's actions: steps in this order while their agent's minutes last.

    A debtor is contacted once a week; work is spread over the days that its minutes fill.
    """
    state, monday = world.state, world.state.today
    holidays = public_holidays(monday, monday + 14)
    limit = state.agent_minutes
    spent = dict.fromkeys(state.agent_ids, 0.0)
    reached: set[int] = set()
    rows: list[tuple[object, ...]] = []
    for step in steps:
        agent = state.agent_ids[state.people.creditor[step.debtor]]
        if spent[agent] + step.minutes() > limit + 1e-6:
            continue
        if step.channel is not None and step.debtor in reached:
            continue
        wanted = monday + min(int(spent[agent] / limit * 5), 4)
        day = int(on_contact_days(np.array([wanted]), holidays)[0])
        spent[agent] += step.minutes()
        if step.channel is not None:
            reached.add(step.debtor)
        moment = np.datetime64(day, "D").astype("datetime64[s]")
        group = f"G{step.debtor + 1:06d}-{day}-{step.action}-{step.claims[0]}"
        rows += [
            (state.claim_ids[claim], group, step.action, step.channel, step.stage, step.tone,
             moment, agent, None, 1.0)
            for claim in step.claims
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(ACTION_COLUMNS))


def _paid_by_age(state: State) -> np.ndarray:
    """Share of the claims unpaid at each age (months late) that were paid within ninety days."""
    born = np.arange(state.born)
    due, settled = state.people.due[born], state.settled_on[born]
    chance = np.zeros(18)
    for month in range(18):
        then = due + 30 * month
        seen = (then + 90 <= state.today) & (settled >= then)
        if seen.any():
            chance[month] = (settled[seen] < then[seen] + 90).mean()
    return chance
