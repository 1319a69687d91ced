"""Random numbers by counter: the same question always gets the same answer.

Policies played on one world ask the same questions about the same claims, so what differs
between two plays is what the policies did, and not luck.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


class Draws:
    """Uniform, exponential, normal and categorical draws keyed by whole numbers.

    >>> Draws(7).uniform("call", np.array([3, 4])) == Draws(7).uniform("call", np.array([3, 4]))
    array([ True,  True])
    """

    def __init__(self, seed: int) -> None:
        """A source of draws; another seed is another world."""
        self._seed = np.uint64(seed % 2**63)

    def uniform(self, purpose: str, *keys: np.ndarray | int) -> np.ndarray:
        """Uniform on (0, 1), one for each combination of the broadcast keys."""
        with np.errstate(over="ignore"):
            state = _mixed(np.uint64(crc32(purpose.encode())) + self._seed * _GOLDEN)
            for key in keys:
                number = np.asarray(key).astype(np.int64).astype(np.uint64)
                state = _mixed(state ^ (number * _GOLDEN + _FIRST))
        return ((np.asarray(state) >> np.uint64(11)).astype(float) + 0.5) * 2.0**-53

    def exponential(self, purpose: str, *keys: np.ndarray | int) -> np.ndarray:
        """Exponential with mean one."""
        return -np.log(self.uniform(purpose, *keys))

    def normal(self, purpose: str, *keys: np.ndarray | int) -> np.ndarray:
        """Standard normal (Box and Muller)."""
        angle = 2 * np.pi * self.uniform(purpose + "/angle", *keys)
        length = np.sqrt(-2 * np.log(self.uniform(purpose + "/length", *keys)))
        return np.asarray(length * np.cos(angle))

    def whole(self, purpose: str, low: int, high: int, *keys: np.ndarray | int) -> np.ndarray:
        """Whole numbers from ``low`` to ``high`` − 1."""
        return low + np.floor(self.uniform(purpose, *keys) * (high - low)).astype(np.int64)

    def pick(self, purpose: str, chances: np.ndarray, *keys: np.ndarray | int) -> np.ndarray:
        """Index of a category; ``chances`` has shape (n, k), rows in any unit."""
        total = np.cumsum(chances, axis=1)
        point = self.uniform(purpose, *keys) * total[:, -1]
        return np.asarray((point[:, None] >= total).sum(axis=1))


def _mixed(state: np.ndarray) -> np.ndarray:
    """One round of SplitMix64 (Steele, Lea and Flood 2014)."""
    with np.errstate(over="ignore"):
        state = state + _GOLDEN
        state = (state ^ (state >> np.uint64(30))) * _FIRST
        state = (state ^ (state >> np.uint64(27))) * _SECOND
        return np.asarray(state ^ (state >> np.uint64(31)))
