"""Contributions as rows of ``mart.explanations``, few enough for a million claims.

A claim shows its largest features; those too small to be said aloud are summed by business
reason, and what even then is nothing to speak of in one row. Nothing is dropped from the sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from models.explanations.encoding import EXTRA, group_of, is_number, numbers

MODEL, TARGET = "recovery", "p_90"
UNEXPLAINED, SMALL = "(unexplained)", "(small)"
COLUMNS = (
    "model",
    "target",
    "subject_id",
    "feature",
    "reason_group",
    "value",
    "text_value",
    "contribution",
    "base_value",
)
WORTH_SAYING = 0.001
MOST_FEATURES = 12
_ANCHOR = "days_overdue"
_DECIMALS = 9
_CHUNK = 100_000


def rows(
    joined: pd.DataFrame, parts: Mapping[str, np.ndarray], base: float, published: np.ndarray
) -> pd.DataFrame:
    """Rows without ``as_of``, sorted by claim and feature; texts are categoricals.

    ``parts`` holds an array (n_claims,) per feature in points of probability. What base and parts
    do not reach of ``published`` is the row ``(unexplained)``. Every claim has a row of
    ``days_overdue`` (or its first feature), so that every claim has its base.
    """
    names = sorted(parts, key=_shown)
    base = round(base, _DECIMALS)
    rest_names = sorted({group_of(name) for name in names})
    shown = [*map(_shown, names), *(f"(other: {group})" for group in rest_names)]
    shown += [SMALL, UNEXPLAINED]
    groups = [*map(group_of, names), *rest_names, "small", "unexplained"]
    at_rest = np.array([rest_names.index(group_of(name)) for name in names], dtype=int)
    anchor = names.index(_ANCHOR) if _ANCHOR in names else 0
    found = [
        _kept(
            np.column_stack([parts[name][start : start + _CHUNK] for name in names]),
            published[start : start + _CHUNK] - base,
            at_rest,
            anchor,
        )
        for start in range(0, len(joined), _CHUNK)
    ]
    row = np.concatenate([r + i * _CHUNK for i, (r, _, _) in enumerate(found)] or [[]]).astype(int)
    at = np.concatenate([a for _, a, _ in found] or [[]]).astype(int)
    amount = np.concatenate([c for _, _, c in found] or [[]])
    by_name = np.argsort(np.array(shown, dtype=object), kind="stable")
    name_rank = np.empty(len(shown), dtype=int)
    name_rank[by_name] = np.arange(len(shown))
    claims = joined["claim_id"].astype(str).to_numpy(dtype=object)
    by_claim = np.argsort(claims, kind="stable")
    claim_rank = np.empty(len(claims), dtype=int)
    claim_rank[by_claim] = np.arange(len(claims))
    order = np.argsort(claim_rank[row] * len(shown) + name_rank[at], kind="stable")
    row, at, amount = row[order], at[order], amount[order]
    value, text = _values(joined, names, row, at)
    return pd.DataFrame(
        {
            "model": _repeated(MODEL, len(row)),
            "target": _repeated(TARGET, len(row)),
            "subject_id": pd.Categorical.from_codes(claim_rank[row], _labels(claims[by_claim])),
            "feature": _coded(at, shown),
            "reason_group": _coded(at, groups),
            "value": value,
            "text_value": text,
            "contribution": amount,
            "base_value": base,
        },
        columns=list(COLUMNS),
    )


def _labels(labels: Sequence[object] | np.ndarray) -> pd.Index:
    return pd.Index(labels, dtype=object)


def _kept(
    contributions: np.ndarray, total: np.ndarray, at_rest: np.ndarray, anchor: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row, column and amount of what is shown of a chunk (n_claims, n_features)."""
    n, k = contributions.shape
    contributions = np.round(contributions.astype(float), _DECIMALS)
    size = np.abs(contributions)
    keep = size >= WORTH_SAYING
    if k > MOST_FEATURES:
        least = -np.partition(-size, MOST_FEATURES - 1, axis=1)[:, MOST_FEATURES - 1]
        keep &= size >= least[:, None]
    keep[:, anchor] = True
    folded = np.where(keep, 0.0, contributions)
    rest = np.zeros((n, int(at_rest.max()) + 1 if len(at_rest) else 0))
    for column, group in enumerate(at_rest):
        rest[:, group] += folded[:, column]
    told = np.abs(rest) >= WORTH_SAYING
    small = np.where(told, 0.0, rest).sum(axis=1)
    rest = np.where(told, rest, 0.0)
    everything = np.column_stack([np.where(keep, contributions, 0.0), rest, small])
    everything = np.round(everything, _DECIMALS)
    left = np.round(total - everything.sum(axis=1), _DECIMALS)
    everything = np.column_stack([everything, np.where(np.abs(left) > 1e-6, left, 0.0)])
    worth_a_row = everything != 0.0
    worth_a_row[:, anchor] = True
    row, at = np.nonzero(worth_a_row)
    return row, at, everything[row, at]


def _values(
    joined: pd.DataFrame, names: Sequence[str], row: np.ndarray, at: np.ndarray
) -> tuple[np.ndarray, pd.Categorical]:
    """What the claim has of each feature shown: a number, or a text."""
    value = np.full(len(row), np.nan)
    codes = np.full(len(row), -1, dtype=int)
    levels: dict[str, int] = {}
    for column, name in enumerate(names):
        if name not in joined.columns:
            continue
        here = np.flatnonzero(at == column)
        if is_number(joined[name]):
            value[here] = numbers(joined, name)[row[here]]
            continue
        code, found = pd.factorize(joined[name].astype(object).iloc[row[here]])
        place = np.array([levels.setdefault(str(x), len(levels)) for x in found] + [-1], dtype=int)
        codes[here] = place[code]
    return value, pd.Categorical.from_codes(codes, _labels(list(levels)))


def _coded(at: np.ndarray, labels: Sequence[str]) -> pd.Categorical:
    distinct = list(dict.fromkeys(labels))
    codes = np.array([distinct.index(label) for label in labels], dtype=int)
    return pd.Categorical.from_codes(codes[at], _labels(distinct))


def _repeated(label: str, n: int) -> pd.Categorical:
    return pd.Categorical.from_codes(np.zeros(n, dtype=np.int8), _labels([label]))


def _shown(name: str) -> str:
    return name.removeprefix(EXTRA)
