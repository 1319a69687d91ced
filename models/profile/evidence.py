"""Evidence and contributions of a day's profiles as columns: no loop over debtors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from models.profile.rules import Rules
from models.profile.signals import Signs

MODEL, NO_SIGNAL, SMALL = "profile", "no_signal", "(small)"
ALONE = "(no signal)"
WORTH_SHOWING = 0.05
MOST_SHOWN = 12
WORTH_SAYING = 0.001
_DECIMALS = 9


@dataclass(frozen=True)
class Told:
    """Names of the parts a belief is made of: signals first, then figures, then people."""

    names: tuple[str, ...]
    groups: tuple[str, ...]
    n_signals: int


def evidence(
    weights: np.ndarray,
    signs: Signs,
    quotes: pa.Array,
    spoken_on: np.ndarray,
    rows: slice,
    told: Told,
    elicited: Rules,
) -> pa.Array:
    """Evidence of some debtors, list of {signal, for, weight, on, quote}, heaviest first.

    ``weights`` (n, n_parts, 4) are log-odds, centred, ``quotes`` those of ``signs``;
    ``spoken_on`` (n, n_words) the days of what people said, the last parts. A part
    speaks for the profile that it raises most, ``weight`` is by how much. ``no_<signal>``: the
    debtor had the occasion to show it and did not. A debtor without any has one entry,
    ``no_signal``, that says so.
    """
    n = len(weights)
    top = weights.argmax(axis=2)
    size = np.take_along_axis(weights, top[:, :, None], axis=2)[:, :, 0]
    least = -np.partition(-size, MOST_SHOWN - 1, axis=1)[:, MOST_SHOWN - 1]
    kept = (size >= WORTH_SHOWING) & (size >= least[:, None])
    row, column = np.nonzero(kept)
    order = np.lexsort((column, -size[row, column], row))
    row, column = row[order], column[order]
    silent = np.flatnonzero(~kept.any(axis=1))
    at = np.concatenate([row, silent])
    order = np.argsort(at, kind="stable")
    signal = np.concatenate([column, np.full(len(silent), len(told.names))])[order]
    own = signal < told.n_signals
    line, place = at[order], np.where(own, signal, 0)
    missed = own & (signs.seen[rows][line, place] <= 0)
    n_names = len(told.names)
    labels = [*told.names, NO_SIGNAL, *(f"no_{name}" for name in told.names[: told.n_signals])]
    speaks = np.concatenate([top[row, column], np.zeros(len(silent), dtype=np.int64)])[order]
    weight = np.concatenate([size[row, column], np.zeros(len(silent))])[order]
    shown_on = np.where(own & ~missed, signs.on[rows][line, place], np.datetime64("NaT", "D"))
    word = signal - (len(told.names) - spoken_on.shape[1])
    said = (word >= 0) & (signal < len(told.names))
    shown_on[said] = spoken_on[line[said], word[said]]
    quote = np.where(own & ~missed, signs.place[rows][line, place], -1)
    offsets = np.zeros(n + 1, dtype=np.int32)
    np.cumsum(np.bincount(line, minlength=n), out=offsets[1:])
    fields = {
        "signal": pa.array(labels).take(pa.array(np.where(missed, n_names + 1 + signal, signal))),
        "for": pa.array(elicited.profiles).take(pa.array(speaks)),
        "weight": pa.array(np.round(weight, 6)),
        "on": pa.array(shown_on),
        "quote": quotes.take(pa.array(quote, mask=quote < 0)),
    }
    struct = pa.StructArray.from_arrays(list(fields.values()), names=list(fields))
    return pa.ListArray.from_arrays(pa.array(offsets), struct)


@dataclass(frozen=True)
class Contributions:
    """Rows of contributions of some debtors: their place, the part's, and the amount."""

    row: np.ndarray
    part: np.ndarray
    amount: np.ndarray


def contributions(parts: np.ndarray, moved: np.ndarray) -> Contributions:
    """What is worth a row of its own of (n, n_parts) contributions in probability.

    ``moved`` (n,) is what they add up to: the rest that no row says is the last part,
    ``(small)``, or alone ``(no signal)``, so that every debtor has a row and sums are exact.
    """
    parts = np.round(parts, _DECIMALS)
    size = np.abs(parts)
    least = -np.partition(-size, MOST_SHOWN - 1, axis=1)[:, MOST_SHOWN - 1]
    kept = (size >= WORTH_SAYING) & (size >= least[:, None])
    row, column = np.nonzero(kept)
    rest = np.round(moved - np.where(kept, parts, 0.0).sum(axis=1), _DECIMALS)
    alone = ~kept.any(axis=1)
    left = np.flatnonzero((np.abs(rest) > 1e-8) | alone)
    n_parts = parts.shape[1]
    return Contributions(
        np.concatenate([row, left]),
        np.concatenate([column, np.where(alone[left], n_parts + 1, n_parts)]),
        np.concatenate([parts[row, column], rest[left]]),
    )


def explanations(
    found: Sequence[Contributions],
    starts: Sequence[int],
    ids: pd.Index,
    target: np.ndarray,
    base: np.ndarray,
    values: np.ndarray,
    told: Told,
    elicited: Rules,
) -> pd.DataFrame:
    """Rows of ``mart.explanations`` without ``as_of``, sorted by debtor and feature.

    ``target`` (n_debtors,) is the profile explained, ``base`` (4,) the probability without any
    signal, ``values`` (n_debtors, n_parts) what each part says of each debtor. Texts are
    categoricals: a million debtors have ten million rows.
    """
    row = np.concatenate([part.row + start for part, start in zip(found, starts, strict=True)])
    column = np.concatenate([part.part for part in found])
    amount = np.concatenate([part.amount for part in found])
    names = [*told.names, SMALL, ALONE]
    groups = [*told.groups, "small", "prior"]
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.argsort(np.asarray(names, dtype=object), kind="stable")] = np.arange(len(names))
    order = np.argsort(row * len(names) + rank[column], kind="stable")
    row, column, amount = row[order], column[order], amount[order]
    inside = column < values.shape[1]
    value = np.full(len(row), np.nan)
    value[inside] = values[row[inside], column[inside]]
    leading = target[row]
    return pd.DataFrame(
        {
            "model": _coded(np.zeros(len(row), dtype=np.int8), [MODEL]),
            "target": _coded(leading, [f"p_{name}" for name in elicited.profiles]),
            "subject_id": pd.Categorical.from_codes(row, pd.Index(ids, dtype=object)),
            "feature": _coded(column, names),
            "reason_group": _grouped(column, groups),
            "value": value,
            "text_value": pd.Categorical.from_codes(
                np.full(len(row), -1, dtype=np.int8), pd.Index([], dtype=object)
            ),
            "contribution": amount,
            "base_value": base[leading],
        }
    )


def _coded(codes: np.ndarray, labels: Sequence[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, pd.Index(list(labels), dtype=object))


def _grouped(codes: np.ndarray, groups: Sequence[str]) -> pd.Categorical:
    distinct = list(dict.fromkeys(groups))
    place = np.array([distinct.index(group) for group in groups])
    return _coded(place[codes], distinct)
