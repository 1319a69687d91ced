"""How well families are read, each style of author left out in turn and tuned without it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

from models.profile.corpus import FAMILIES, elsewhere
from models.profile.families import FamilyModel, chances, lessons, spoken

_SHARPNESSES = np.arange(0.5, 3.01, 0.1)
_LEASTS = np.arange(0.1, 0.61, 0.025)


@dataclass(frozen=True)
class Reading:
    """Sentences that were read: chances of shape (n, n_families), what was said (n, 9)."""

    families: list[str]
    chance: np.ndarray
    said: np.ndarray
    sharpness: float
    least: float


def truth(written: pd.DataFrame) -> np.ndarray:
    """Which of the nine families each sentence speaks of, shape (n, 9)."""
    spoken = [
        {family, *beside}
        for family, beside in zip(written["family"], written["beside"], strict=True)
    ]
    return np.asarray([[name in names for name in FAMILIES] for names in spoken])


def speaks(chance: np.ndarray, families: list[str], least: float) -> np.ndarray:
    """Which families are said: those of a chance of at least ``least``, shape (n, 9)."""
    said: np.ndarray = chance[:, [families.index(name) for name in FAMILIES]] >= least
    return said


def macro_f1(actual: np.ndarray, said: np.ndarray) -> float:
    """Mean over the nine families of the F1 of saying it or not."""
    return float(f1_score(actual, said, average="macro", zero_division=0))


def tuned(decided: np.ndarray, families: list[str], written: pd.DataFrame) -> tuple[float, float]:
    """Sharpness of least log loss and threshold of best macro-F1."""
    main = [families.index(name) for name in written["family"]]
    losses = [
        -np.log(np.maximum(chances(decided, s)[np.arange(len(main)), main], 1e-9)).mean()
        for s in _SHARPNESSES
    ]
    sharpness = float(_SHARPNESSES[int(np.argmin(losses))])
    chance, actual = chances(decided, sharpness), truth(written)
    scores = [macro_f1(actual, speaks(chance, families, least)) for least in _LEASTS]
    return sharpness, float(_LEASTS[int(np.argmax(scores))])


def left_out(written: pd.DataFrame, by: str = "style", *, nested: bool = True) -> Reading:
    """Each group (style, writer) read by a model that has seen none of its sentences.

    With ``nested`` sharpness and threshold come from leaving out, in the same way, each group of
    those that the model has seen; else from all groups left out once.
    """
    groups = written[by].to_numpy()
    names = list(dict.fromkeys(groups))
    once: dict[frozenset[str], tuple[list[str], np.ndarray]] = {}

    def decided(out: frozenset[str]) -> tuple[list[str], np.ndarray]:
        if out not in once:
            model = FamilyModel().fit(lessons(written[~np.isin(groups, list(out))]))
            once[out] = (model.families_, model.decide(written["text"].tolist()))
        return once[out]

    families, _ = decided(frozenset(names[:1]))
    whole = np.zeros((len(written), len(families)))
    for name in names:
        whole[groups == name] = decided(frozenset({name}))[1][groups == name]
    sharpness, least = tuned(whole, families, written)
    chance = chances(whole, sharpness)
    said = speaks(chance, families, least)
    if nested and len(names) > 2:
        for name in names:
            inner, held = np.zeros_like(whole), groups == name
            for other in set(names) - {name}:
                mine = groups == other
                inner[mine] = decided(frozenset({name, other}))[1][mine]
            told = tuned(inner[~held], families, written[~held])
            chance[held] = chances(whole[held], told[0])
            said[held] = speaks(chance[held], families, told[1])
    return Reading(families, chance, said, sharpness, least)


def across(written: pd.DataFrame) -> Reading:
    """Each writer read by a model of the other one, tuned on the other one's styles."""
    parts = {}
    for writer in dict.fromkeys(written["writer"]):
        other = written[written["writer"] != writer].reset_index(drop=True)
        tuning = left_out(other, nested=False)
        model = FamilyModel().fit(lessons(other))
        mine = written[written["writer"] == writer]
        chance = chances(model.decide(mine["text"].tolist()), tuning.sharpness)
        parts[writer] = (chance, speaks(chance, model.families_, tuning.least))
    order = np.argsort(np.concatenate([np.flatnonzero(written["writer"] == w) for w in parts]))
    chance, said = (np.concatenate([part[k] for part in parts.values()])[order] for k in (0, 1))
    return Reading(tuning.families, chance, said, tuning.sharpness, tuning.least)


def from_elsewhere(written: pd.DataFrame, sharpness: float, least: float) -> Reading:
    """All sentences read by a model of the phrasebook and the messages alone."""
    model = FamilyModel().fit(elsewhere())
    chance = chances(model.decide(written["text"].tolist()), sharpness)
    return Reading(
        model.families_, chance, speaks(chance, model.families_, least), sharpness, least
    )


def as_said(reading: Reading) -> Reading:
    """The same chances with the thresholds of the product."""
    columns = [reading.families.index(name) for name in FAMILIES]
    return replace(reading, said=spoken(reading.chance, reading.families)[:, columns])


def reliability(written: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Stated against true: chances of the nine families in ten bins; columns n, stated, true."""
    columns = [reading.families.index(name) for name in FAMILIES]
    stated, true = reading.chance[:, columns].ravel(), truth(written).ravel()
    bins = np.minimum((stated * 10).astype(int), 9)
    told = pd.DataFrame({"bin": bins, "stated": stated, "true": true})
    return told.groupby("bin").agg(
        n=("true", "size"), stated=("stated", "mean"), true=("true", "mean")
    )


def confusions(written: pd.DataFrame, reading: Reading) -> pd.Series:
    """How often the likeliest family is another than all those spoken of: (main, read)."""
    best = np.asarray(reading.families)[reading.chance.argmax(axis=1)]
    wrong = [
        (family, read)
        for family, beside, read in zip(written["family"], written["beside"], best, strict=True)
        if read != family and read not in beside
    ]
    return pd.Series(wrong, dtype=object).value_counts()
