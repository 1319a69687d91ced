"""Ladders by client: which ladder each debtor follows, as arrays.

A client's own ladder is the house's with parts of it replaced (`models.strategy.ladder_parts`).
A debtor hears from us once, for all who are owed: where its creditors have ladders of their own,
it follows the patient one of them (`cautious`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from law.conduct import TONE_RANK
from models.strategy import tables
from models.strategy.conduct import CHANNELS
from models.strategy.spread import places

STAGES = ("reminder", "firm_reminder", "formal_notice", "last_attempt")
TONES = tuple(sorted(TONE_RANK, key=TONE_RANK.__getitem__))

Ladder = Mapping[str, Any]


class Ladders(Mapping[str, Any]):
    """The house's ladder as a mapping, and beside it what each debtor's own says.

    ``each`` holds the distinct ladders, the house's first; ``of``, shape (n_debtors,), says which
    of them a debtor follows. Arrays come out with debtors last. What is not a client's to change
    (costs, arms, reviews) is read from the mapping and is the same for all.
    """

    def __init__(self, each: Sequence[Ladder], of: np.ndarray) -> None:
        """Keep the ladders; ``of`` indexes them."""
        self._house, self.of = each[0], of
        self._delays = np.asarray([one["first_delay_days"] for one in each])
        curing = [one["self_curing"] for one in each]
        self._sure = np.asarray([one["p_30"] for one in curing], dtype=float)
        self._until = np.asarray([one["until_days"] for one in curing], dtype=int)
        self._days = {
            name: np.asarray([[one["stages"][stage][name] for stage in STAGES] for one in each])
            for name in ("gap_days", "advance_days")
        }
        self._tones = np.asarray(
            [
                [[TONE_RANK[tone] for tone in one["stages"][stage]["tone"]] for stage in STAGES]
                for one in each
            ]
        )
        self._answers = pd.Index(list(self._house["answers"]), dtype=object)
        self._rests = np.asarray(
            [[one["answers"][name]["gap_days"] for name in self._answers] for one in each]
        )
        # Answers first, then the stages: places of the channels, shape (ladder, list, channel).
        self._orders = np.asarray(
            [
                [
                    *(_order(one["answers"][name]["channels"]) for name in self._answers),
                    *(_order(one["stages"][stage]["channels"]) for stage in STAGES),
                ]
                for one in each
            ]
        )
        self._each = each

    def __getitem__(self, name: str) -> Any:
        """A part of the house's ladder."""
        return self._house[name]

    def __iter__(self) -> Iterator[str]:
        """Names of the parts of the house's ladder."""
        return iter(self._house)

    def __len__(self) -> int:
        """How many parts the house's ladder has."""
        return len(self._house)

    def versions(self, effects: Mapping[str, Any]) -> np.ndarray:
        """Version of the policy that each debtor is under, shape (n_debtors,)."""
        told = [tables.version(one, effects) for one in self._each]
        return np.asarray(told, dtype=object)[self.of]

    def first_delay(self, row: np.ndarray) -> np.ndarray:
        """Days after the due date before the first reminder; ``row`` is the profile's."""
        return self._delays[self.of, row]

    def self_curing(self) -> tuple[np.ndarray, np.ndarray]:
        """The chance from which one waits for a debtor to pay alone, and for how many days."""
        return self._sure[self.of], self._until[self.of]

    def by_rank(self, name: str, row: np.ndarray) -> np.ndarray:
        """``gap_days`` or ``advance_days`` of each stage, shape (4, n_debtors)."""
        return self._days[name][self.of, :, row].T

    def tone_ranks(self, row: np.ndarray) -> np.ndarray:
        """Rank of each stage's tone, shape (4, n_debtors)."""
        return self._tones[self.of, :, row].T

    def rest_before(self, answer: np.ndarray) -> np.ndarray:
        """Days of rest before each answer, 0 where there is none, shape (n_debtors,)."""
        at = places(answer, self._answers)
        return np.where(at < 0, 0, self._rests[self.of, at])

    def order(self, answer: np.ndarray, rank: np.ndarray) -> np.ndarray:
        """Place of each channel for an answer, else for a stage, shape (n_debtors, n_channels).

        A channel that is not on the list has the place ``len(CHANNELS)``.
        """
        at = places(answer, self._answers)
        stage = len(self._answers) + np.clip(rank, 1, len(STAGES)) - 1
        return self._orders[self.of, np.where(at < 0, stage, at)]


def _order(channels: Sequence[str]) -> list[int]:
    return [channels.index(name) if name in channels else len(CHANNELS) for name in CHANNELS]


def resolved(
    house: Ladder,
    own: Mapping[str, Ladder],
    creditors: np.ndarray,
    of: np.ndarray,
    n_debtors: int,
) -> Ladders:
    """Which ladder each debtor follows.

    Parameters
    ----------
    house
        the ladder of the clients who have none of their own.
    own
        whole ladders by creditor_id.
    creditors, of
        shape (n_claims,): the creditor of each open claim, the index of its debtor.
    """
    names = sorted(own)
    place = places(creditors, names) + 1
    if not (place > 0).any():
        return Ladders([house], np.zeros(n_debtors, dtype=int))
    held = np.zeros((n_debtors, len(names) + 1), dtype=bool)
    held[of, place] = True
    kinds, which = np.unique(held, axis=0, return_inverse=True)
    whole = [house, *(own[name] for name in names)]
    each = [cautious([whole[at] for at in np.flatnonzero(kind)]) for kind in kinds]
    return Ladders([house, *each], which.reshape(-1) + 1)


def cautious(ladders: Sequence[Ladder]) -> Ladder:
    """The patient one of several: longest waits, softest tones, the channels that all allow.

    Where no channel is common, all of them stay open. No ladder: the first that is given none.

    >>> kept = tables.ladder()
    >>> cautious([kept, kept]) == kept
    True
    """
    first = ladders[0]
    if len(ladders) == 1:
        return first
    made = {name: first[name] for name in first}
    made["first_delay_days"] = _largest([one["first_delay_days"] for one in ladders])
    made["self_curing"] = {
        "p_30": min(one["self_curing"]["p_30"] for one in ladders),
        "until_days": max(one["self_curing"]["until_days"] for one in ladders),
    }
    made["stages"] = {
        stage: {
            "gap_days": _largest([one["stages"][stage]["gap_days"] for one in ladders]),
            "advance_days": _largest([one["stages"][stage]["advance_days"] for one in ladders]),
            "tone": [
                min(tones, key=TONE_RANK.__getitem__)
                for tones in zip(*(one["stages"][stage]["tone"] for one in ladders), strict=True)
            ],
            "channels": _common([one["stages"][stage]["channels"] for one in ladders]),
        }
        for stage in STAGES
    }
    made["answers"] = {
        name: {
            "gap_days": max(one["answers"][name]["gap_days"] for one in ladders),
            "channels": _common([one["answers"][name]["channels"] for one in ladders]),
        }
        for name in first["answers"]
    }
    return made


def _largest(rows: Sequence[Sequence[int]]) -> list[int]:
    return [max(values) for values in zip(*rows, strict=True)]


def _common(lists: Sequence[Sequence[str]]) -> list[str]:
    every = list(dict.fromkeys(name for names in lists for name in names))
    return [name for name in every if all(name in names for names in lists)] or every
