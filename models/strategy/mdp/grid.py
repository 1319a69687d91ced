"""The process solved once for a grid of cases; any claim is read off it by interpolation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

from models.strategy.mdp.backward import Week, solve
from models.strategy.mdp.problem import (
    CONTACTS,
    N_PROFILES,
    N_STEPS,
    WEEKS,
    Cases,
    assumptions,
    steps_of,
)

#: What today's table holds, in this order: four profiles each.
TODAY = ("value", "wait", "after", "after_next", "third", "next")
#: What is kept for each checkpoint: by how much the next stage beats a little less than staying,
#: and a little more (hysteresis): between the two the ladder's own pace decides.
LATER = ("ripe", "urgent")
#: Claims read at a time: what is added up for them fits the processor's cache.
_AT_ONCE = 4096


@dataclass(frozen=True)
class Tables:
    """Worth by state and case: shares of the amount.

    ``today``: shape (n_states, n_cases, len(TODAY), N_PROFILES); ``later``: shape (n_states,
    n_cases, n_checkpoints, len(LATER), N_PROFILES). ``axes``: the grid's values as they are
    interpolated (logarithms of hazard and amount).
    """

    axes: tuple[np.ndarray, ...]
    today: np.ndarray
    later: np.ndarray


@dataclass(frozen=True)
class Place:
    """Where claims lie in the grid: corners and weights, each of shape (n_corners, n_claims)."""

    corner: np.ndarray
    weight: np.ndarray


def state_of(step: np.ndarray, handed: np.ndarray, contacts: np.ndarray) -> np.ndarray:
    """Number of each state."""
    made = np.clip(contacts, 0, CONTACTS - 1).astype(int)
    number: np.ndarray = (step.astype(int) * 2 + handed.astype(int)) * CONTACTS + made
    return number


def tables_of(ladder: Mapping[str, Any], effects: Mapping[str, Any]) -> Tables:
    """The tables for a ladder and effects; solved once per process."""
    return _solved(json.dumps([ladder, effects], sort_keys=True, default=str))


@lru_cache(maxsize=4)
def _solved(text: str) -> Tables:
    ladder, effects = json.loads(text)
    given = assumptions()
    axes = [np.asarray(given["grid"][name]) for name in ("hazard", "bend", "amount", "suit")]
    corners = np.asarray(list(product(*axes)))
    cases = Cases(*corners.T, suit_weeks=np.full(len(corners), np.inf))
    weeks = solve(cases, steps_of(ladder, effects, given["reference_minute"]), given["checkpoints"])
    n_states = N_STEPS * 2 * CONTACTS

    def flat(week: Week, names: tuple[str, ...]) -> np.ndarray:
        parts = [getattr(week, name).reshape(n_states, -1, N_PROFILES) for name in names]
        return np.stack(parts, axis=2)

    later = np.stack([_margins(weeks[on], n_states) for on in given["checkpoints"]], axis=2)
    # What beats staying goes on doing so, and for more money all the more: no advice flickers.
    by_amount = later.reshape(n_states, -1, len(axes[2]), len(axes[3]), *later.shape[2:])
    by_amount = np.maximum.accumulate(np.maximum.accumulate(by_amount, axis=2), axis=4)
    later = by_amount.reshape(later.shape)
    logs = (np.log(axes[0]), axes[1], np.log(axes[2]), axes[3])
    return Tables(logs, flat(weeks[0], TODAY), later)


def _margins(week: Week, n_states: int) -> np.ndarray:
    """How far the next stage beats staying, less and more the hysteresis."""
    ahead, band = np.maximum(week.next, week.third), assumptions()["hysteresis"]
    both = [ahead - (1 + more) * week.stay for more in (-assumptions()["slack"], band)]
    return np.stack([each.reshape(n_states, -1, N_PROFILES) for each in both], axis=2)


def place(tables: Tables, cases: Cases, minute_price: float) -> Place:
    """Corners around each case and their weights; beyond the grid its edge counts.

    What matters of an amount is how many minutes it is worth, at EUR ``minute_price`` each.
    """
    amount = cases.amount * (assumptions()["reference_minute"] / minute_price)
    wanted = (np.log(cases.hazard), cases.bend, np.log(amount), cases.suit)
    low, share = [], []
    for axis, value in zip(tables.axes, wanted, strict=True):
        inside = np.clip(value, axis[0], axis[-1])
        left = np.clip(np.searchsorted(axis, inside, side="right") - 1, 0, len(axis) - 2)
        low.append(left)
        share.append((inside - axis[left]) / (axis[left + 1] - axis[left]))
    corner, weight = [], []
    sizes = [len(axis) for axis in tables.axes]
    for up in product((0, 1), repeat=len(sizes)):
        number = np.zeros(len(cases), dtype=np.int64)
        part = np.ones(len(cases))
        for size, left, high, side in zip(sizes, low, share, up, strict=True):
            number = number * size + left + side
            part = part * (high if side else 1 - high)
        corner.append(number)
        weight.append(part)
    return Place(np.stack(corner), np.stack(weight).astype(np.float32))


def read(table: np.ndarray, state: np.ndarray, at: Place) -> np.ndarray:
    """Rows of a table for each claim, shape (n_claims, ...)."""
    flat = table.reshape(-1, int(np.prod(table.shape[2:])))
    found = np.zeros((len(state), flat.shape[1]), dtype=np.float32)
    first = state * table.shape[1]
    for start in range(0, len(state), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        total, row = found[some], first[some]
        for corner, weight in zip(at.corner[:, some], at.weight[:, some], strict=True):
            used = np.flatnonzero(weight > 0)
            total[used] += weight[used, None] * flat[row[used] + corner[used]]
    return found.reshape(len(state), *table.shape[2:])


def hazard_of(
    share: np.ndarray, within_90: np.ndarray, *, weeks: int = WEEKS
) -> tuple[np.ndarray, np.ndarray]:
    """Hazard in a year and its bend, from the share expected within it and the 90 days' chance.

    The first is exact (waiting for ever brings the share expected), the second within the grid.
    """
    least, most = assumptions()["grid"]["bend"][0], assumptions()["grid"]["bend"][-1]
    year = -np.log1p(-np.clip(share, 0.002, 0.9995))
    quarter = -np.log1p(-np.clip(within_90, 0.0005, 0.9995))
    bend = np.log(year / np.minimum(quarter, 0.999 * year)) / np.log(365 / 90)
    return year, np.clip(bend, least, most)
