"""What the policy proposes for each claim, before people and the law have their say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from law.conduct import STAGE_RANK
from models.strategy.spread import places


@dataclass(frozen=True)
class Proposal:
    """What to do, one entry per claim, shape (n_claims,).

    ``near``, shape (n_claims, n_channels + 1): channels whose value lies within the margin of the
    best, the choice included; last, whether leaving it for a week does.
    ``guards``: rules that bound the choice, as bits. ``next_on``: day of the next stage.
    """

    name: np.ndarray
    family: np.ndarray
    action: np.ndarray
    stage: np.ndarray
    tone: np.ndarray
    channel: np.ndarray
    act_on: np.ndarray
    next_on: np.ndarray
    next_stage: np.ndarray
    near: np.ndarray
    guards: np.ndarray


def name_of(answer: np.ndarray, rank: np.ndarray, channel: np.ndarray) -> np.ndarray:
    """Name of the contact: the answer, else what the stage and the channel make of it."""
    ladder = np.where(channel == "phone", "call", "remind").astype(object)
    ladder = np.where(channel == "visit", "visit", ladder)
    ladder = np.where(rank == STAGE_RANK["formal_notice"], "formal_notice", ladder)
    answered = np.where((answer == "call") & (channel != "phone"), "remind", answer)
    return np.where(pd.isna(answer), ladder, answered)


def is_one_of(values: np.ndarray, *names: str) -> np.ndarray:
    """Whether each word is one of the names, shape of ``values``."""
    hit = np.zeros(values.shape, dtype=bool)
    for name in names:
        hit |= values == name
    return hit


def rank_of(stage: np.ndarray) -> np.ndarray:
    """Rank of each stage, 0 where there is none or it is a lane of its own."""
    found: np.ndarray = np.asarray([*STAGE_RANK.values(), 0])[places(stage, list(STAGE_RANK))]
    return found
