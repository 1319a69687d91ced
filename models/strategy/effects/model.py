"""The effects of a version: a mapping for the strategy, and how far each of them is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.strategy.conduct import CHANNELS
from models.strategy.effects.contrasts import Contrast, contrasts, tone_contrast
from models.strategy.effects.posterior import Posterior, later_share, prior, update
from models.strategy.effects.units import ARMS, HORIZON, Units
from models.strategy.tables import PROFILES, effects

FORMAT = 1
_INFORMED = 0.75
_NORMAL = 1.96
#: Belief about a debtor of whom nothing is known.
_USUAL = np.asarray([0.4, 0.2, 0.2, 0.2])


@dataclass(frozen=True)
class Learnt:
    """What was learnt.

    ``mapping`` is shaped as :func:`models.strategy.tables.effects`, with ``slopes`` by channel
    (age, amount, repeat) and ``status`` by effect beside; ``told`` holds a line for each effect:
    effect, status, design, doubts, prior, mean, sd (by profile), average with ends, the same of
    the prior, n, n_against, ess, overlap, seen (effect on the share paid within a month) with
    ends, e_value, placebo_z.
    """

    mapping: Mapping[str, Any]
    told: Sequence[Mapping[str, Any]]
    n_units: int
    n_debtors: int
    believed: int

    def parts(self) -> dict[str, Any]:
        """What the registry keeps."""
        held = {"mapping": dict(self.mapping), "told": [dict(line) for line in self.told]}
        counts = {"n_units": self.n_units, "n_debtors": self.n_debtors, "believed": self.believed}
        return {"effects": {"format": FORMAT, **held, **counts}}


def mapping_of(parts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The effects of a kept version, None for one that this program does not read."""
    held = parts.get("effects", {})
    if held.get("format") != FORMAT:
        return None
    mapping: Mapping[str, Any] = held["mapping"]
    return mapping


def fit(
    units: Units,
    priors: Mapping[str, Any] | None = None,
    *,
    is_invented: bool = False,
) -> Learnt:
    """Move the elicited effects as far as the decisions bear; ``is_invented`` for a made-up ledger.

    What is measured on an invented ledger is *simulated*.
    """
    elicited = effects() if priors is None else priors
    found = contrasts(units)
    before = prior(elicited)
    after = update(before, found, units, later_share(units))
    belief = units.belief.mean(axis=0) if len(units) else _USUAL
    by_arm = {each.arm: each for each in found}
    lines = [
        _line(channel, by_arm.get(channel + 1), before, after, belief, is_invented)
        for channel in range(len(CHANNELS))
    ]
    lines += [_own(name, means) for name, means in elicited["action"].items()]
    lines.append(_tone(units, elicited))
    mapping = {
        **elicited,
        "channel": {
            name: [round(float(v), 4) for v in after.mean[i, :4]] for i, name in enumerate(CHANNELS)
        },
        "sd": {name: round(float(after.spread(i).mean()), 4) for i, name in enumerate(CHANNELS)},
        "slopes": {
            name: [round(float(v), 4) for v in after.mean[i, 4:]] for i, name in enumerate(CHANNELS)
        },
        "status": {line["effect"]: line["status"] for line in lines},
    }
    n_debtors = len(np.unique(units.debtor))
    believed = sum(not each.doubts for each in found)
    return Learnt(mapping, lines, len(units), n_debtors, believed)


def elicited_lines(priors: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """The same lines where nothing was learnt: every effect is a first word."""
    elicited = effects() if priors is None else priors
    before = prior(elicited)
    lines = [_line(i, None, before, before, _USUAL, False) for i in range(len(CHANNELS))]
    lines += [_own(name, means) for name, means in elicited["action"].items()]
    return [*lines, _tone_line(None, 0.0, elicited["tone"]["sd"])]


def _line(
    channel: int,
    found: Contrast | None,
    before: Posterior,
    after: Posterior,
    belief: np.ndarray,
    is_invented: bool,
) -> dict[str, Any]:
    was, was_spread = before.average(channel, belief)
    mean, spread = after.average(channel, belief)
    status = "not_provable_yet"
    if (
        found is not None
        and found.design == "random"
        and not found.doubts
        # An effect known to be next to nothing is no uplift: what is measured differs from none.
        and found.is_seen
        and spread <= _INFORMED * was_spread
    ):
        status = "simulated" if is_invented else "measured"
    return {
        "effect": CHANNELS[channel],
        "status": status,
        **_logs(found),
        "profiles": list(PROFILES),
        "prior": _rounded(before.mean[channel, :4]),
        "mean": _rounded(after.mean[channel, :4]),
        "sd": _rounded(after.spread(channel)),
        **_ends("average", mean, spread),
        **_ends("elicited", was, was_spread),
    }


def _logs(found: Contrast | None) -> dict[str, Any]:
    """What the logs say of an effect, and why it is or is not believed."""
    if found is None:
        return {"design": "none", "doubts": ["no_contacts"], "n": 0, "n_against": 0, "ess": 0.0}
    return {
        "design": found.design,
        "against": ARMS[found.against],
        "doubts": list(found.doubts),
        "n": found.n_treated,
        "n_against": found.n_against,
        "ess": round(found.ess, 1),
        "overlap": round(found.overlap, 3),
        "days": HORIZON,
        **_ends("seen", found.effect, found.error),
        "e_value": round(found.e_value, 3),
        "placebo": round(found.placebo, 4),
        "placebo_z": round(found.placebo_z, 2),
    }


def _own(name: str, means: Sequence[float]) -> dict[str, Any]:
    """An action that answers the debtor: nobody waits there, so the elicited effect stays."""
    average = round(float(_USUAL @ np.asarray(means)), 4)
    return {
        "effect": name,
        "status": "not_provable_yet",
        "design": "none",
        "doubts": ["nobody_waits"],
        "n": 0,
        "n_against": 0,
        "ess": 0.0,
        "profiles": list(PROFILES),
        "prior": list(means),
        "mean": list(means),
        "average": average,
        "elicited": average,
    }


def _tone(units: Units, elicited: Mapping[str, Any]) -> dict[str, Any]:
    """Firm against courteous: follows the stage and never chance, so it is told and not used."""
    found = tone_contrast(units)
    spread = float(elicited["tone"]["sd"])
    if found is None:
        return _tone_line(None, 0.0, spread)
    alone = found.alone
    steep = max(float((alone * (1 - alone)).mean()), 0.02)
    seen, error = found.effect / steep, found.error / steep
    precision = 1 / spread**2 + 1 / (error**2 + (2 * spread) ** 2)
    mean = seen / (error**2 + (2 * spread) ** 2) / precision
    return _tone_line(found, mean, precision**-0.5)


def _tone_line(found: Contrast | None, mean: float, spread: float) -> dict[str, Any]:
    doubted = None if found is None else replace(found, against=0)
    logs = _logs(doubted)
    logs["doubts"] = ["not_by_chance", *logs["doubts"]]
    return {
        "effect": "firm_tone",
        "status": "not_provable_yet",
        **logs,
        "against": "courteous",
        **_ends("average", mean, spread),
        **_ends("elicited", 0.0, spread),
    }


def _ends(name: str, mean: float, spread: float) -> dict[str, float]:
    low, high = mean - _NORMAL * spread, mean + _NORMAL * spread
    return {name: round(mean, 4), f"{name}_low": round(low, 4), f"{name}_high": round(high, 4)}


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 4) for value in values]
