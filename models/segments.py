"""Parts of a portfolio that a person would name: kind, size, amount and age."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

AMOUNTS = (200.0, 1_000.0, 5_000.0, 20_000.0)
SIZES = (1.0, 10.0, 50.0, 250.0)
AGES = (0.0, 30.0, 90.0, 180.0, 365.0)
SEGMENTS = ("kind", "size", "amount", "age")


def segments(features: pd.DataFrame) -> pd.DataFrame:
    """Bands of each claim, texts, one column per name of ``SEGMENTS``; index of ``features``.

    Amounts in EUR, sizes in heads, ages in days overdue; a missing value is ``unknown``.

    >>> segments(pd.DataFrame({"open_amount_eur": [150.0, None]}))["amount"].tolist()
    ['under 200', 'unknown']
    """
    kind = features.get("debtor_kind", pd.Series(None, index=features.index, dtype=object))
    return pd.DataFrame(
        {
            "kind": kind.astype(object).where(kind.notna(), "unknown").astype(str),
            "size": bands(_numbers(features, "headcount"), SIZES),
            "amount": bands(_numbers(features, "open_amount_eur"), AMOUNTS),
            "age": bands(_numbers(features, "days_overdue"), AGES),
        },
        index=features.index,
    )


def bands(values: np.ndarray, edges: tuple[float, ...]) -> np.ndarray:
    """Band of each value: ``under a``, ``a to b``, ``b and over``, or ``unknown``."""
    shown = [f"{edge:.0f}" for edge in edges]
    names = [f"under {shown[0]}"]
    names += [f"{low} to {high}" for low, high in pairwise(shown)]
    names += [f"{shown[-1]} and over", "unknown"]
    place = np.searchsorted(np.array(edges), np.nan_to_num(values), side="right")
    return np.array(names, dtype=object)[np.where(np.isnan(values), len(names) - 1, place)]


def _numbers(features: pd.DataFrame, name: str) -> np.ndarray:
    if name not in features.columns:
        return np.full(len(features), np.nan)
    return pd.to_numeric(features[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
