"""Which signals each debtor shows, how strongly, and which it had the occasion to show."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from models.profile import notes
from models.profile.rules import Condition, Rules, Signal, rules

_SIGNS = {">=": operator.ge, "<=": operator.le, "==": operator.eq}


@dataclass(frozen=True)
class Signs:
    """What was seen of each debtor; arrays of shape (n_debtors, n_signals) in the rules' order.

    ``seen`` is 0 or the strength of a signal, ``missed`` the strength of its absence where the
    debtor had the occasion. ``on`` is the day it was last shown, ``place`` the row of ``quotes``
    with its words, -1 without.
    """

    ids: pd.Index
    seen: np.ndarray
    missed: np.ndarray
    on: np.ndarray
    place: np.ndarray
    quotes: np.ndarray

    def __len__(self) -> int:
        """Number of debtors."""
        return len(self.ids)


def observe(
    features: pd.DataFrame,
    reactions: pd.DataFrame,
    texts: pd.DataFrame,
    *,
    as_of: date,
    elicited: Rules | None = None,
) -> Signs:
    """Look for every signal.

    Parameters
    ----------
    features
        ``features.debtor_features``, in any order; rows of the result are in its order.
    reactions
        ``features.debtor_reactions``: debtor_id, outcome, is_after_firm, n, weight, last_on, note.
    texts
        ``features.debtor_texts``: debtor_id, said_on, is_after_firm, words.
    as_of
        the day; what is older weighs less.
    """
    elicited = elicited or rules()
    ids = pd.Index(features["debtor_id"].astype(object), name="debtor_id")
    shape = (len(ids), len(elicited.signals))
    seen, missed = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    on = np.full(shape, np.datetime64("NaT"), dtype="datetime64[D]")
    place, quotes = np.full(shape, -1, dtype=np.int32), _Quotes()
    said = _Reactions(reactions, ids)
    words = _Words(texts, ids, as_of, elicited)
    for j, signal in enumerate(elicited.signals):
        if signal.pattern is not None:
            rows, times, days, found = words.of(signal)
            seen[rows, j] = times
            occasions = words.occasions[int(signal.is_after_firm)] if signal.hostile else words.all
        elif signal.outcome is not None:
            rows, times, days, found = said.of(signal, elicited)
            seen[rows, j] = times
            occasions = said.occasions(signal)
        else:
            _behaviour(features, signal, j, seen, missed, elicited)
            if signal.dated is not None and signal.dated in features:
                shown = np.flatnonzero(seen[:, j] > 0)
                on[shown, j] = calendar_days(features[signal.dated].iloc[shown])
            continue
        seen[:, j] = growth(seen[:, j], elicited)
        missed[:, j] = np.maximum(growth(occasions, elicited) - seen[:, j], 0.0)
        on[rows, j] = days
        place[rows, j] = quotes.add(found)
    return Signs(ids, seen, missed, on, place, quotes.all())


def growth(times: np.ndarray, elicited: Rules) -> np.ndarray:
    """Strength of a signal shown so many times: in proportion up to once, then slowly to a cap.

    >>> growth(np.array([0.0, 0.5, 1.0, 100.0]), rules()).tolist()
    [0.0, 0.5, 1.0, 1.8]
    """
    more = 1 + elicited.count_growth * np.log(np.maximum(times, 1.0))
    return np.where(times < 1, times, np.minimum(more, elicited.count_growth_cap))


def number(features: pd.DataFrame, column: str) -> np.ndarray:
    """A column as floats, missing values NaN; all NaN when there is no such column."""
    if column not in features:
        return np.full(len(features), np.nan)
    values = features[column]
    if pd.api.types.is_object_dtype(values):
        values = pd.to_numeric(values, errors="coerce")
    return values.to_numpy(dtype=float, na_value=np.nan)


def calendar_days(values: pd.Series) -> np.ndarray:
    """Days, NaT where there is none."""
    found: np.ndarray = pd.to_datetime(values).to_numpy().astype("datetime64[D]")
    return found


class _Quotes:
    """Words by place, so that a debtor without any costs nothing."""

    def __init__(self) -> None:
        self._kept: list[np.ndarray] = []
        self._size = 0

    def add(self, found: np.ndarray) -> np.ndarray:
        places = np.arange(self._size, self._size + len(found), dtype=np.int32)
        self._kept.append(found)
        self._size += len(found)
        told: np.ndarray = np.where(pd.notna(found), places, -1)
        return told

    def all(self) -> np.ndarray:
        if not self._kept:
            return np.empty(0, dtype=object)
        return np.concatenate(self._kept).astype(object)


class _Reactions:
    """Reactions of the debtors asked for, by outcome."""

    def __init__(self, reactions: pd.DataFrame, ids: pd.Index) -> None:
        row = ids.get_indexer(reactions["debtor_id"])
        known = row >= 0
        self._row, self._n = row[known], len(ids)
        part = reactions[known]
        self._outcome = part["outcome"].to_numpy(dtype=object)
        self._firm = part["is_after_firm"].to_numpy(dtype=bool)
        self._weight = part["weight"].to_numpy(dtype=float)
        self._on = calendar_days(part["last_on"])
        self._note = part["note"].to_numpy(dtype=object)
        self._totals: dict[tuple[bool, bool | None], np.ndarray] = {}

    def of(
        self, signal: Signal, elicited: Rules
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Rows, weights, last days and quotes of one kind of reaction."""
        mine = self._outcome == signal.outcome
        if signal.hostile:
            mine &= self._firm == signal.is_after_firm
        where = np.flatnonzero(mine)
        order = where[np.lexsort((self._on[where], self._row[where]))]
        row = self._row[order]
        last = np.flatnonzero(np.append(row[1:] != row[:-1], True)) if len(row) else row
        times = np.bincount(row, weights=self._weight[order], minlength=self._n)
        rows = row[last]
        texts = self._note[order][last]
        return rows, times[rows], self._on[order][last], _short(texts, elicited)

    def occasions(self, signal: Signal) -> np.ndarray:
        """Weight of all answers, or of all contacts answered or not."""
        firm = signal.is_after_firm if signal.hostile else None
        key = (signal.exposure == "contacts", firm)
        if key not in self._totals:
            mine = np.ones(len(self._row), dtype=bool)
            if not key[0]:
                mine &= self._outcome != "no_answer"
            if firm is not None:
                mine &= self._firm == firm
            weights = self._weight[mine]
            self._totals[key] = np.bincount(self._row[mine], weights=weights, minlength=self._n)
        return self._totals[key]


class _Words:
    """Signals spoken in texts, those after a firm tone of ours apart."""

    def __init__(self, texts: pd.DataFrame, ids: pd.Index, as_of: date, elicited: Rules) -> None:
        row = ids.get_indexer(texts["debtor_id"])
        known = row >= 0
        part = texts[known]
        firm = part["is_after_firm"].to_numpy(dtype=bool)
        key = row[known] * 2 + firm
        day = pd.to_datetime(part["said_on"]).dt.normalize()
        self._as_of, self._memory = np.datetime64(as_of, "D"), elicited.memory_per_week
        weight = self._kept(day.to_numpy().astype("datetime64[D]"))
        total = np.bincount(key, weights=weight, minlength=2 * len(ids)).reshape(-1, 2)
        self.occasions = (total[:, 0], total[:, 1])
        self.all = total.sum(axis=1)
        spoken = notes.read(
            pd.DataFrame({"debtor_id": key, "on": day.to_numpy(), "text": part["words"].array}),
            elicited,
        )
        self._key = spoken["debtor_id"].to_numpy(dtype=np.int64)
        self._on = calendar_days(spoken["on"])
        sure = spoken["strength"].to_numpy(dtype=float)
        self._times = spoken["n"].to_numpy(dtype=float) * sure * self._kept(self._on)
        self._quote = spoken["quote"].to_numpy(dtype=object)
        by = pd.Series(np.arange(len(spoken))).groupby(spoken["signal"].to_numpy()).indices
        self._by: Mapping[str, np.ndarray] = by

    def of(self, signal: Signal) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        where = self._by.get(signal.word, np.empty(0, dtype=np.int64))
        if signal.hostile:
            where = where[self._key[where] % 2 == int(signal.is_after_firm)]
        row = self._key[where] // 2
        order = np.lexsort((self._on[where], row))
        where, row = where[order], row[order]
        last = np.flatnonzero(np.append(row[1:] != row[:-1], True)) if len(row) else row
        rows = row[last]
        times = np.bincount(row, weights=self._times[where])[rows] if len(row) else np.empty(0)
        return rows, times, self._on[where][last], self._quote[where][last]

    def _kept(self, on: np.ndarray) -> np.ndarray:
        """Share of its weight that a thing said on a day still has."""
        weeks = np.maximum((self._as_of - on).astype(float), 0.0) / 7
        kept: np.ndarray = self._memory**weeks
        return kept


def _behaviour(
    features: pd.DataFrame,
    signal: Signal,
    j: int,
    seen: np.ndarray,
    missed: np.ndarray,
    elicited: Rules,
) -> None:
    holds = _holds(features, signal.when)
    times = np.ones(len(features))
    if signal.count is not None:
        times = np.nan_to_num(number(features, signal.count), nan=1.0)
    seen[:, j] = np.where(holds, growth(times, elicited), 0.0)
    missed[:, j] = ~holds & _holds(features, signal.observed) if signal.observed else False


def _holds(features: pd.DataFrame, conditions: tuple[Condition, ...]) -> np.ndarray:
    holds = np.ones(len(features), dtype=bool)
    for column, sign, limit in conditions:
        values = number(features, column)
        holds &= np.where(np.isnan(values), False, _SIGNS[sign](values, limit))
    return holds


def _short(texts: np.ndarray, elicited: Rules) -> np.ndarray:
    """Beginnings of texts, masked; each distinct text is cut once."""
    codes, found = pd.factorize(texts)
    cut = np.asarray([notes.quote(text, 0, 0, elicited.sensitive) for text in found] + [None])
    told: np.ndarray = cut.astype(object)[codes]
    return told
