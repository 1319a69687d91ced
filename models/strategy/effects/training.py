"""Training of effects: learnt from past decisions, judged by what they would have brought."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from models.registry import LoadedModel, Registry
from models.strategy.effects import model, policy
from models.strategy.effects.card import card
from models.strategy.effects.model import Learnt
from models.strategy.effects.units import Units, read
from models.strategy.effects.uplift import Uplift, uplift
from models.strategy.ope import FEWEST_ESS, Value
from models.strategy.tables import effects, ladder
from models.training import Ledger, TrainingReport
from models.verdict import Gate, failed

NAME = "effects"
FEWEST_DECISIONS = 300
MARGIN = 0.05
"""Part of the logged policy's worth by which a new one may fall short, at worst."""

LEAST_EFFECT = -0.1


class NotEnoughDecisions(Exception):
    """There are too few decisions whose month is over; the message counts them."""


@dataclass(frozen=True)
class Decisions:
    """What the door hands over, and whether the ledger is made up.

    ``points`` is ``training.decision_points``, ``choices`` what runs recommended, ``beliefs`` those
    of some past days (see :func:`models.strategy.effects.units.read`).
    """

    points: pd.DataFrame
    choices: pd.DataFrame
    beliefs: pd.DataFrame
    is_invented: bool = False

    def units(self) -> Units:
        """The mature decisions as rows to learn from."""
        priors = effects()
        return read(
            self.points,
            self.choices,
            self.beliefs,
            decay=priors["repeat_decay"],
            floor=priors["repeat_floor"],
        )


@dataclass(frozen=True)
class Trial:
    """What the gates look at; values are by the effects learnt and by those in use."""

    learnt: Learnt
    value: Value | None
    in_use: Value | None
    logged_share: float


def train_effects(
    decisions: Decisions,
    *,
    known_by: date,
    registry: Registry,
    ledger: Ledger,
    champion: LoadedModel | None = None,
) -> TrainingReport:
    """Learn, judge off-policy, keep as challenger; the first is crowned if every gate holds.

    Raises ``NotEnoughDecisions`` when no decision's month is over.
    """
    units = decisions.units()
    if not len(units):
        raise NotEnoughDecisions(
            f"No decision on an overdue claim is a month old by {known_by}:"
            " the elicited effects stay."
        )
    trial = tried(units, champion, is_invented=decisions.is_invented)
    gates = judge(trial)
    found = metrics(trial)
    lifted = uplift(decisions.points, decisions.choices)
    params = {
        "known_by": known_by.isoformat(),
        "data_hash": ledger.data_version,
        "code": ledger.code,
        "n_rows": trial.learnt.n_units,
        "n_debtors": trial.learnt.n_debtors,
        "logged_share": round(trial.logged_share, 4),
    }
    version = registry.log(
        NAME,
        trial.learnt.parts(),
        found,
        params,
        known_by,
        ledger.data_version,
        card(trial.learnt, trial.value, gates, params),
        failed_gates=failed(gates),
        records={
            "gates": {name: gate.told() for name, gate in gates.items()},
            "effects": [dict(line) for line in trial.learnt.told],
            "uplift": told_uplift(lifted, is_invented=decisions.is_invented),
        },
    )
    promoted = not failed(gates) and registry.never_promoted(NAME)
    if promoted:
        registry.promote(NAME, version)
    said = [f"gate {name} does not hold: {gates[name].says('en')}" for name in failed(gates)]
    n_test = 0 if trial.value is None else trial.value.n
    return TrainingReport(
        found, gates, promoted, version, (), {}, trial.learnt.n_units, n_test, tuple(said)
    )


def tried(units: Units, champion: LoadedModel | None, *, is_invented: bool) -> Trial:
    """Effects learnt from decisions, with the worth of the policies by them and by those in use."""
    learnt = model.fit(units, is_invented=is_invented)
    if len(units) < FEWEST_DECISIONS:
        return Trial(learnt, None, None, 0.0)
    in_use = None if champion is None else model.mapping_of(champion.parts)
    seen = policy.past(units, ladder())
    values = policy.compared(seen, learnt.mapping, effects() if in_use is None else in_use)
    return Trial(learnt, values["policy"], values["champion"], seen.logged_share)


def judge(trial: Trial) -> dict[str, Gate]:
    """Every gate by name, in the order in which a person would ask."""
    return {gate.name: gate for gate in _gates(trial)}


def _gates(trial: Trial) -> Iterator[Gate]:
    learnt = trial.learnt
    enough = learnt.n_units >= FEWEST_DECISIONS
    about = {"debtors": float(learnt.n_debtors)}
    yield Gate("effects_decisions", enough, float(learnt.n_units), FEWEST_DECISIONS, about=about)
    yield Gate("effects_believed", learnt.believed > 0, float(learnt.believed), 1.0)
    lines = [line for line in learnt.told if line["design"] != "none" and "sd" in line]
    if lines:
        lowest = min(lines, key=lambda line: line["average"])
        proven = lowest["status"] in ("measured", "simulated")
        holds = lowest["average"] >= LEAST_EFFECT or proven
        yield Gate(
            "effects_no_harm", holds, lowest["average"], LEAST_EFFECT,
            about={"channel": ("channel_" + lowest["effect"], {})},
        )  # fmt: skip
    value = trial.value
    if value is None or value.ess < FEWEST_ESS:
        yield Gate("effects_value", True, None, 0.0)
        return
    limit = -MARGIN * abs(value.logged.value)
    about = {
        "gain": value.gain.value,
        "high": value.gain.high,
        "logged": value.logged.value,
        "ess": value.ess,
        "known": 100 * trial.logged_share,
    }
    yield Gate("effects_value", value.gain.low >= limit, value.gain.low, limit, about=about)


def metrics(trial: Trial) -> dict[str, float]:
    """Figures of a version by name."""
    found = {"n_units": float(trial.learnt.n_units), "believed": float(trial.learnt.believed)}
    for line in trial.learnt.told:
        if "average_low" in line:
            found[f"effect_{line['effect']}"] = float(line["average"])
        if "seen" in line:
            found[f"seen_{line['effect']}"] = float(line["seen"])
    if trial.value is not None:
        found |= {f"ope_{key}": value for key, value in trial.value.told().items()}
        found["logged_value"] = trial.value.logged.value
    return {key: value for key, value in found.items() if np.isfinite(value)}


def evaluated(
    decisions: Decisions, *, known_by: date, champion: LoadedModel | None = None
) -> dict[str, Any]:
    """Off-policy figures of the policy in use, the keys of the contract; baseline is the log.

    ``verdict`` is ``not_provable_yet`` where too few decisions speak of it or the chances of too
    many are only estimated. Raises ``NotEnoughDecisions`` when there is next to nothing to judge.
    """
    units = decisions.units()
    if len(units) < FEWEST_DECISIONS:
        raise NotEnoughDecisions(
            f"{len(units)} decisions on overdue claims are a month old by {known_by}; at least"
            f" {FEWEST_DECISIONS} are needed to judge a policy."
        )
    in_use = None if champion is None else model.mapping_of(champion.parts)
    seen = policy.past(units, ladder())
    value = policy.value(seen, policy.target(seen, effects() if in_use is None else in_use))
    lifted = uplift(decisions.points, decisions.choices)
    lines = model.elicited_lines() if champion is None or in_use is None else []
    if champion is not None and in_use is not None:
        lines = list(champion.parts["effects"]["told"])
    baseline = value.logged.told("logged")
    if lifted.n_control:
        baseline["control"] = lifted.control
    provable = value.is_provable and seen.logged_share >= policy.LEAST_LOGGED
    return {
        "target": "policy",
        "verdict": status(provable=provable, is_invented=decisions.is_invented),
        "metrics": {**value.told(), "logged_share": seen.logged_share},
        "baseline": baseline,
        "uplift": told_uplift(lifted, is_invented=decisions.is_invented),
        "effects": [
            {key: line[key] for key in ("effect", "status", "design", "n", "ess")} for line in lines
        ],
        "refused_columns": [],
        "refused_reasons": {},
        "n_train": len(units),
        "n_test": value.n,
    }


def told_uplift(found: Uplift, *, is_invented: bool) -> dict[str, Any]:
    """The uplift as plain data with its status; the difference is null where it proves nothing."""
    plain: dict[str, Any] = dict(found.told())
    if not found.is_provable:
        plain |= dict.fromkeys(("difference", "low", "high"))
    return {"status": status(provable=found.is_provable, is_invented=is_invented), **plain}


def status(*, provable: bool, is_invented: bool) -> str:
    """How far a figure is known.

    >>> status(provable=True, is_invented=False), status(provable=False, is_invented=True)
    ('measured', 'not_provable_yet')
    """
    if not provable:
        return "not_provable_yet"
    return "simulated" if is_invented else "measured"
