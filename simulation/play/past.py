"""How the claims were chased before the play: a plain ladder, drawn with known chances."""

from __future__ import annotations

import numpy as np

from simulation.days import on_contact_days
from simulation.play.contacting import Deed
from simulation.play.ladder import Step, next_steps, reachable
from simulation.play.state import State

Deeds = dict[int, list[Deed]]


def deeds(state: State, monday: int, holidays: np.ndarray) -> Deeds:
    """The past team's week: who was contacted, how, and with which probability.

    The world's ``confounding`` makes the hard ones called and contacted more; whether chances are
    written down is the world's too.
    """
    rules, found = state.world["past"], {}
    for step in next_steps(state, monday):
        wish = np.log(rules["contact"] / (1 - rules["contact"]))
        hard = rules["confounding"] * float(state.people.hardness[step.debtor])
        owed = state.open[step.claims].sum() / 100
        odds = wish + rules["amount"] * (np.log(owed + 1) - np.log(900)) + hard
        chance = 1 / (1 + np.exp(-odds))
        if state.draws.uniform("past", step.debtor, monday) >= chance:
            continue
        channel, share = _channel(state, step, monday, hard)
        day = monday + int(state.draws.whole("past day", 0, 5, step.debtor, monday))
        day = int(on_contact_days(np.array([day]), holidays)[0])
        logged = chance * share if rules["logged"] else np.nan
        deed = deed_of(state, step, day, channel=channel, propensity=logged)
        found.setdefault(min(day, monday + 5), []).append(deed)
    return found


def deed_of(
    state: State, step: Step, day: int, *, channel: str | None, propensity: float = np.nan
) -> Deed:
    """A step of the ladder on a day."""
    action = step.action
    if action in ("remind", "call"):
        action = "call" if channel == "phone" else "remind"
    return Deed(
        debtor=step.debtor,
        claims=step.claims,
        action=action,
        channel=channel,
        stage=step.stage,
        tone=step.tone,
        second=32_400 + int(state.draws.whole("moment", 0, 28_000, step.debtor, day)),
        group=f"G{step.debtor + 1:06d}-{day}-{step.action}",
        recommendation=None,
        propensity=propensity,
        agent=str(state.agent_ids[state.people.creditor[step.debtor]]),
    )


def _channel(state: State, step: Step, monday: int, hard: float) -> tuple[str | None, float]:
    """A channel among those that are open, and its chance; steps with one channel keep it."""
    if step.action not in ("remind", "call") or step.channel is None:
        return step.channel, 1.0
    wishes = state.world["past"]["channels"]
    open_ = [name for name in reachable(state, step.debtor, monday) if name in wishes]
    if not open_:
        return step.channel, 1.0
    weights = np.array([wishes[name] for name in open_], dtype=float)
    weights = weights * np.where(np.array(open_) == "phone", np.exp(hard), 1.0)
    weights = weights / weights.sum()
    place = int(
        state.draws.pick("past channel", weights[None, :], np.array([step.debtor]), monday)[0]
    )
    return open_[place], float(weights[place])
