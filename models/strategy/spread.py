"""Lists laid end to end and rows that are alike numbered once, so that nobody walks over rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd

#: Room for a day beside its row in one whole number.
_DAYS = np.int64(1) << 32


@dataclass(frozen=True)
class Marks:
    """Names that stand on ``n`` rows: the row and the name of each."""

    n: int
    row: np.ndarray
    name: np.ndarray

    def has(self, names: Collection[str]) -> np.ndarray:
        """Whether one of these names stands on each row, shape (n,)."""
        hit = np.zeros(self.n, dtype=bool)
        hit[self.row[pd.Series(self.name, dtype=object).isin(names).to_numpy()]] = True
        return hit


@dataclass(frozen=True)
class Stamps:
    """Days on ``n`` rows, ``at`` sorted: row and day of each in one whole number."""

    n: int
    at: np.ndarray

    def since(self, rows: np.ndarray, days: np.ndarray) -> np.ndarray:
        """How many days of each of these rows are no earlier than the given one."""
        after = np.searchsorted(self.at, (rows + 1) * _DAYS)
        return after - np.searchsorted(self.at, rows * _DAYS + days.astype(np.int64))

    def count(self) -> np.ndarray:
        """How many days are known of each row, shape (n,)."""
        return np.bincount(self.at // _DAYS, minlength=self.n)

    def last(self, rows: np.ndarray, place: np.ndarray) -> np.ndarray:
        """The day that stands so far from the end of each of these rows, 1 for the last."""
        end = np.searchsorted(self.at, (rows + 1) * _DAYS)
        return (self.at[end - place] % _DAYS).astype("datetime64[D]")


def places(words: np.ndarray, names: Sequence[str] | pd.Index) -> np.ndarray:
    """Place of each word among the names, −1 where it is none of them; shape (n,).

    >>> places(np.asarray(["sms", None, "email"], dtype=object), ["email", "sms"]).tolist()
    [1, -1, 0]
    """
    # Kept as objects on both sides: pandas would make text of the words only to undo it.
    found: np.ndarray = pd.Index(names, dtype=object).get_indexer(pd.Index(words, dtype=object))
    return found


def alike(columns: Sequence[np.ndarray]) -> np.ndarray:
    """A number per row, equal where all columns are; null equals null.

    Numbers go from 0 on in the order in which they first appear, none left out.
    """
    which = np.zeros(len(columns[0]), dtype=np.int64)
    for values in columns:
        code, each = pd.factorize(values, use_na_sentinel=False)
        # Numbered anew each time, so that they never grow beyond the rows.
        which = pd.factorize(which * len(each) + code)[0]
    return which


def firsts(which: np.ndarray) -> np.ndarray:
    """First row of each number of `alike`, shape (n_numbers,).

    >>> firsts(np.asarray([0, 0, 1, 0, 2])).tolist()
    [0, 2, 4]
    """
    return np.flatnonzero(np.diff(np.maximum.accumulate(which), prepend=-1))


def marks(frame: pd.DataFrame, *columns: str) -> Marks:
    """The words that columns of lists hold."""
    spread = [_spread(frame, column) for column in columns if column in frame]
    rows = np.concatenate([row for row, _ in spread] or [np.empty(0, dtype=np.int64)])
    words = [word for _, cells in spread for word in cells]
    return Marks(len(frame), rows, np.asarray(words, dtype=object))


def stamps(frame: pd.DataFrame, column: str) -> Stamps:
    """The days that a column of lists holds."""
    if column not in frame:
        return Stamps(len(frame), np.empty(0, dtype=np.int64))
    row, cells = _spread(frame, column)
    days = pd.to_datetime(pd.Series(cells, dtype=object)).to_numpy().astype("datetime64[D]")
    known = ~np.isnat(days)
    return Stamps(len(frame), np.sort(row[known] * _DAYS + days[known].astype(np.int64)))


def _spread(frame: pd.DataFrame, column: str) -> tuple[np.ndarray, list[object]]:
    """Row and content of every cell of a column of lists; null counts as an empty list."""
    # None, NaN and the missing value of pandas alike.
    lists = [each if np.iterable(each) else () for each in frame[column].to_numpy(dtype=object)]
    sizes = np.fromiter(map(len, lists), dtype=np.int64, count=len(lists))
    return np.repeat(np.arange(len(lists)), sizes), list(chain.from_iterable(lists))
