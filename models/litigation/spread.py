"""How a net is spread: its ends weighted by their chances, costs and times in a few scenarios."""

from __future__ import annotations

import numpy as np

from models.litigation.branches import (
    LOST,
    OPPOSED_PAID,
    OPPOSED_UNPAID,
    PAID,
    REFUSED,
    UNPAID,
)
from models.litigation.scenarios import Money

DECILES = (0.1, 0.5, 0.9)


def nets(
    chance: np.ndarray,
    money: Money,
    fewer: Money,
    shares: tuple[np.ndarray, np.ndarray],
    keeps: tuple[np.ndarray, np.ndarray],
    relief: np.ndarray,
    left: np.ndarray,
    contribution: np.ndarray,
    calm: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every net that a suit may end with, and its chance, shape (n_suits, n_points) each.

    Last, the part of the mean net that each end makes up, shape (n_suits, 6).

    Parameters
    ----------
    chance
        of each end with each end of the best course without a suit, shape (n_suits, 6, n_calm).
    money, fewer
        scenarios of each suit, shape (n_suits, n_scenarios): where something comes in, and where
        only costs and times differ.
    shares
        of the claim that come in when anything does, and their chances, shape
        (n_suits, n_scenarios) each.
    keeps
        what is kept of a share x of the claim is ``keeps[0] + keeps[1] * x``, fee taken off.
    left
        worth of the amicable way in each of its ends, shape (n_suits, n_calm).
    calm
        worth of the best course without a suit in each of its ends, shape (n_suits, n_calm).
    """
    relief = relief[:, None] * money.after_enforcement
    worth = {}
    for each, come_in in ((money, True), (fewer, False)):
        begun = -each.advance - each.own_time - contribution[:, None]
        fight = begun - each.contested * each.title
        if come_in:
            kept = keeps[0][:, None] + keeps[1][:, None] * shares[0]
            kept = kept + each.back + contribution[:, None] - each.enforcing
            worth[PAID] = kept * each.cash + begun
            worth[OPPOSED_PAID] = (kept + each.back_fought) * each.longer_cash + fight
        else:
            worth[UNPAID] = (relief - each.enforcing) * each.cash + begun
            worth[OPPOSED_UNPAID] = (relief - each.enforcing) * each.longer_cash + fight
            worth[LOST] = fight
            remains = left[:, :, None] * (each.left * each.title)[:, None] + begun[:, None]
    worth[REFUSED] = remains
    values, weights, parts = [], [], np.zeros(chance.shape[:2])
    for end, value in worth.items():
        if not chance[:, end].any():
            continue
        if end != REFUSED:
            value = np.broadcast_to(value[:, None], (len(value), calm.shape[1], value.shape[1]))
        values.append((value - calm[:, :, None]).reshape(len(value), -1))
        if end in (PAID, OPPOSED_PAID):
            shared = chance[:, end, :, None] * shares[1][:, None]
            weights.append(shared.reshape(len(value), -1))
        else:
            weights.append(_shared(chance[:, end], value.shape[2]))
        parts[:, end] = (values[-1] * weights[-1]).sum(axis=1)
    return np.concatenate(values, axis=1), np.concatenate(weights, axis=1), parts


def _shared(chance: np.ndarray, among: int) -> np.ndarray:
    """A chance divided evenly among scenarios, flat."""
    return np.repeat(chance / among, among, axis=1)


def deciles(values: np.ndarray, weights: np.ndarray, near: np.ndarray) -> np.ndarray:
    """First, fifth and ninth decile of weighted values, shape (3, n_suits).

    Between two values less than ``near`` apart the quantile moves evenly from one to the other;
    across a wider gap it jumps, as the truth does.
    """
    order = np.argsort(values, axis=1)
    values = np.take_along_axis(values, order, axis=1)
    weights = np.take_along_axis(weights, order, axis=1)
    total = np.cumsum(weights, axis=1)
    middle = total - weights / 2
    last, found = values.shape[1] - 1, []
    for share in DECILES:
        aim = share * total[:, -1:]
        at = np.minimum((total < aim).sum(axis=1, keepdims=True), last)
        value = np.take_along_axis(values, at, axis=1)[:, 0]
        half = np.take_along_axis(middle, at, axis=1)[:, 0]
        side = np.where(aim[:, 0] < half, -1, 1)
        beside = np.clip(at[:, 0] + side, 0, last)[:, None]
        there = np.take_along_axis(values, beside, axis=1)[:, 0]
        far = np.take_along_axis(middle, beside, axis=1)[:, 0]
        way = np.divide(aim[:, 0] - half, far - half, out=np.zeros_like(half), where=far != half)
        moved = value + (there - value) * np.clip(way, 0, 1)
        found.append(np.where(np.abs(there - value) <= near, moved, value))
    return np.stack(found)


def below_nothing(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Chance of a net below zero by a cent or more, shape (n_suits,)."""
    return np.asarray(np.clip((weights * (values < -0.005)).sum(axis=1), 0, 1))
