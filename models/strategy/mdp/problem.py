"""The decision process: what can happen to a claim from week to week, and what acting changes.

Left to itself a claim is paid with the hazard of its own published odds. A contact adds a mass of
hazard at once: its effect is given in log-odds of payment within 90 days, so that with P the chance
of that without it and x the factor on the odds, a share P (x − 1) / (1 + P (x − 1)) of those who
would not have paid yet pays because of it. Each further contact adds less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import yaml

#: Weeks looked ahead; what comes later counts as a year more of waiting.
WEEKS = 52
#: Steps of the ladder: none, reminder, firm reminder, notice running, notice run out, last attempt.
NONE, REMINDED, FIRM, NOTICED, NOTICE_OVER, LAST = range(6)
N_STEPS = 6
#: Contacts made so far, the last meaning that many or more.
CONTACTS = 8
N_PROFILES = 4
_YEAR = 365 / 7
_QUARTER = 90 / 7


@cache
def assumptions() -> Mapping[str, Any]:
    """What is elicited for the look ahead."""
    text = Path(__file__).with_name("assumptions.yaml").read_text(encoding="utf-8")
    content: Mapping[str, Any] = yaml.safe_load(text)
    return content


@dataclass(frozen=True)
class Cases:
    """Claims, or kinds of claims, to look ahead for; arrays of shape (n_cases,).

    ``hazard`` and ``bend``: cumulative hazard of payment without us in a year, and the exponent
    of time in it. ``amount``: what the debtor is asked for, EUR. ``suit``: what a lawsuit brings,
    as a share of the amount, 0 where none is advised. ``suit_weeks``: weeks left to bring it.
    """

    hazard: np.ndarray
    bend: np.ndarray
    amount: np.ndarray
    suit: np.ndarray
    suit_weeks: np.ndarray

    def __len__(self) -> int:
        """How many cases."""
        return len(self.hazard)

    def cumulative(self, weeks: np.ndarray | float) -> np.ndarray:
        """Cumulative hazard up to each week, shape (n_cases, *weeks)."""
        time = np.asarray(weeks, dtype=float) / _YEAR
        shape = (-1, *([1] * time.ndim))
        return self.hazard.reshape(shape) * time ** self.bend.reshape(shape)

    def within_90_days(self, week: int) -> np.ndarray:
        """Chance of payment within 90 days of a week, unpaid until then."""
        return -np.expm1(self.cumulative(week) - self.cumulative(week + _QUARTER))


@dataclass(frozen=True)
class Steps:
    """What the ladder and the effects say, as the look ahead needs it.

    ``factor``: by channel or action, on the odds of payment, shape (CONTACTS, N_PROFILES);
    ``price``: EUR of outlay and time; ``rest``: weeks until the next contact, by stage.
    """

    factor: Mapping[str, np.ndarray]
    price: Mapping[str, float]
    rest: Mapping[str, int]
    third_party_weeks: int
    weekly: float
    delay: float


def steps_of(ladder: Mapping[str, Any], effects: Mapping[str, Any], minute_price: float) -> Steps:
    """The process by the ladder and the effects; minutes cost ``minute_price`` EUR each."""
    minute = float(minute_price)
    left = tiring(np.arange(CONTACTS), effects)
    means = {**effects["channel"], **effects["action"]}
    price = {
        name: float(each["outlay"]) + minute * float(each["minutes"])
        for name, each in ladder["channels"].items()
    }
    price |= {name: minute * float(minutes) for name, minutes in ladder["actions"].items()}
    rate = 1 + float(effects["discount_rate"])
    return Steps(
        factor={name: odds_factor(mean, left) for name, mean in means.items()},
        price=price,
        rest={
            stage: max(1, ceil(float(each["gap_days"][-1]) / 7))
            for stage, each in ladder["stages"].items()
        },
        third_party_weeks=max(1, ceil(float(ladder["third_party_days"]) / 7)),
        weekly=rate ** (-7 / 365),
        delay=rate ** (-float(effects["horizon_days"]) / 365),
    )


def tiring(contacts: np.ndarray, effects: Mapping[str, Any]) -> np.ndarray:
    """Share of the effect left after so many contacts."""
    left: np.ndarray = np.maximum(effects["repeat_decay"] ** contacts, effects["repeat_floor"])
    return left


def odds_factor(effect: Sequence[float] | np.ndarray, left: np.ndarray) -> np.ndarray:
    """Factor on the odds, shape (\\*left, N_PROFILES), for log-odds by profile."""
    factor: np.ndarray = np.exp(left[..., None] * np.asarray(effect, dtype=float))
    return factor


def converted(chance: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Share of the unpaid that a contact makes pay, for the chance without it (broadcast)."""
    more = np.clip(chance, 0.0, 1.0) * (factor - 1)
    share: np.ndarray = more / (1 + more)
    return share
