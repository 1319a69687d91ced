"""Columns of a frame as plain arrays, whatever the engine that made it (Decimal, date, null)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def number(frame: pd.DataFrame, name: str, missing: float = np.nan) -> np.ndarray:
    """A column as floats, shape (n,); ``missing`` where null or where there is no such column."""
    if name not in frame:
        return np.full(len(frame), missing)
    values = frame[name]
    if getattr(values.dtype, "kind", "O") not in "iuf":
        values = pd.to_numeric(values.astype(object), errors="coerce")
    plain = values.to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isnan(plain), missing, plain)


def flag(frame: pd.DataFrame, name: str, missing: bool = False) -> np.ndarray:
    """A column as booleans, shape (n,); ``missing`` where null or absent."""
    if name not in frame:
        return np.full(len(frame), missing)
    if frame[name].dtype == np.dtype(bool):
        return frame[name].to_numpy()
    values = frame[name].astype(object)
    return values.where(values.notna(), missing).astype(bool).to_numpy()


def day(frame: pd.DataFrame, name: str) -> np.ndarray:
    """A column of dates or timestamps as ``datetime64[D]``, shape (n,); NaT where null."""
    if name not in frame:
        return np.full(len(frame), np.datetime64("NaT"), dtype="datetime64[D]")
    values = pd.to_datetime(frame[name], errors="coerce")
    return values.to_numpy().astype("datetime64[D]")


def text(frame: pd.DataFrame, name: str, missing: str | None = None) -> np.ndarray:
    """A column of words as objects, shape (n,); ``missing`` where null or absent."""
    if name not in frame:
        return np.full(len(frame), missing, dtype=object)
    if isinstance(frame[name].dtype, pd.StringDtype):
        return frame[name].to_numpy(dtype=object, na_value=missing)
    values = frame[name].astype(object)
    return values.where(values.notna(), missing).to_numpy(dtype=object)


def lists(frame: pd.DataFrame, name: str) -> list[list[object]]:
    """A column of lists, empty where null or absent.

    >>> lists(pd.DataFrame({"days": [[1], pd.NA, None, float("nan")]}), "days")
    [[1], [], [], []]
    """
    if name not in frame:
        return [[] for _ in range(len(frame))]
    return [
        [] if value is None or value is pd.NA or isinstance(value, float) else list(value)
        for value in frame[name].to_numpy(dtype=object)
    ]


def filled(frame: pd.DataFrame, name: str) -> np.ndarray:
    """Whether a column holds more than blanks, shape (n,)."""
    if name not in frame:
        return np.zeros(len(frame), dtype=bool)
    values = frame[name]
    told = values.notna().to_numpy(copy=True)
    if told.any():
        told[told] = (values[told].astype(str).str.strip() != "").to_numpy(dtype=bool)
    return told


def aligned(
    frame: pd.DataFrame, key: str, ids: pd.Index, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """One row per id, in their order: of several with that key the last, nulls without one.

    Only ``columns`` are kept where they are named.
    """
    if frame.empty:
        return pd.DataFrame(index=ids)
    kept = frame if columns is None else frame[[name for name in columns if name in frame]]
    # Kept as objects on both sides: pandas would make text of them only to compare.
    keys = pd.Index(frame[key].astype(str).to_numpy(dtype=object), dtype=object)
    rows = np.flatnonzero(~keys.duplicated(keep="last"))
    found = keys[rows].get_indexer(pd.Index(ids, dtype=object))
    place = np.where(found < 0, -1, rows[found])
    return kept.reset_index(drop=True).reindex(place).reset_index(drop=True)
