"""How well outcomes are read: each style of author left out in turn, and unseen sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

from models.messages.classifier import OutcomeModel
from models.messages.proposal import LEAST_CERTAINTY


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of one set of sentences.

    ``proposed`` is the share whose certainty reaches the least one at which something is
    proposed, ``right`` the accuracy among those; ``certainty`` their mean certainty.
    """

    n: int
    macro_f1: float
    accuracy: float
    proposed: float
    right: float
    certainty: float


def left_out(corpus: pd.DataFrame, model: OutcomeModel | None = None) -> pd.DataFrame:
    """Each sentence read by a model that has seen no sentence of its style.

    ``model`` is fitted anew for each style; without it, one with the usual weights.

    Returns
    -------
    DataFrame
        ``corpus`` with the columns read (outcome) and certainty.
    """
    parts = []
    for style in corpus["style"].unique():
        held = corpus["style"] == style
        seen = corpus[~held]
        model = (model or OutcomeModel()).fit(seen["text"].tolist(), seen["outcome"].tolist())
        parts.append(read(model, corpus[held]))
    return pd.concat(parts).sort_index()


def read(model: OutcomeModel, texts: pd.DataFrame) -> pd.DataFrame:
    """Texts with what the model reads in each: read (outcome) and certainty."""
    told = model.predict_proba(texts["text"].tolist())
    return texts.assign(read=model.outcomes_[told.argmax(axis=1)], certainty=told.max(axis=1))


def score(found: pd.DataFrame, *, outcomes: Sequence[str] | None = None) -> Score:
    """Figures of texts that were read: columns outcome, read, certainty."""
    names = sorted(outcomes if outcomes is not None else found["outcome"].unique())
    right = found["read"] == found["outcome"]
    sure = found["certainty"] >= LEAST_CERTAINTY
    return Score(
        n=len(found),
        macro_f1=float(f1_score(found["outcome"], found["read"], labels=names, average="macro")),
        accuracy=float(right.mean()),
        proposed=float(sure.mean()),
        right=float(right[sure].mean()) if sure.any() else float("nan"),
        certainty=float(np.mean(found["certainty"][sure])) if sure.any() else float("nan"),
    )
