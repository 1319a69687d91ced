"""Free columns of a user's ledger: which the models may use, and as what.

A column without a date counts as known when the claim was issued. It is refused, with a reason,
when the mapping says so, when it is filled only on settled claims, or when alone it separates
the outcome out of time with an AUC above .95.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from models.metrics import auc

LEAK_AUC = 0.95
MOST_COLUMNS = 100
MOST_LEVELS = 12
OWN_VALUES = 0.9
MOST_NUMBER = 1e15
"""Beyond it a number is a mark of the source, and its square no float: it counts as missing."""

RATE_WEIGHT = 20.0
FEWEST_ROWS = 40
_KEY = ["claim_id", "day"]
_ACROSS, _WITHIN = "0123456789123456", "folds in a fold!"  # keys of two draws, of 16 bytes


@dataclass(frozen=True, slots=True)
class ExtraColumns:
    """What was learnt about the free columns.

    ``numbers`` and ``levels`` name those taken as numbers and as categories; ``rates`` holds,
    for a category of many values, the shrunken rate of payment by value (and ``""`` for the
    others); ``refused`` the reason by column.
    """

    numbers: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    rates: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)

    def join(self, features: pd.DataFrame, extras: pd.DataFrame) -> pd.DataFrame:
        """``features`` with one column ``extra_<name>`` for each column in use."""
        wide = widened(features, extras, [*self.numbers, *self.levels, *self.rates])
        joined = {}
        for name in self.numbers:
            joined[f"extra_{name}"] = wide[name][0]
        for name in self.levels:
            joined[f"extra_{name}"] = wide[name][1]
        for name, rates in self.rates.items():
            known = pd.Series(wide[name][1], dtype=object)
            rate = known.map(rates).astype(float).fillna(rates[""])
            joined[f"extra_{name}"] = rate.where(known.notna()).to_numpy()
        if not joined:
            return features
        return pd.concat([features, pd.DataFrame(joined, index=features.index)], axis=1)

    @property
    def number_columns(self) -> list[str]:
        """Joined columns that hold numbers."""
        return [f"extra_{name}" for name in (*self.numbers, *self.rates)]

    @property
    def level_columns(self) -> list[str]:
        """Joined columns that hold categories."""
        return [f"extra_{name}" for name in self.levels]

    def to_json(self) -> dict[str, Any]:
        """Plain lists and numbers."""
        return {
            "numbers": list(self.numbers),
            "levels": list(self.levels),
            "rates": {name: dict(rates) for name, rates in self.rates.items()},
            "refused": dict(self.refused),
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> ExtraColumns:
        """What ``to_json`` wrote."""
        return cls(
            tuple(record["numbers"]), tuple(record["levels"]), record["rates"], record["refused"]
        )


def widened(
    features: pd.DataFrame, extras: pd.DataFrame, names: list[str]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Number and text of each named column on each row of ``features``: NaN and None if absent.

    Rows meet by claim, and by day where both frames carry ``day``.
    """
    known = sorted(set(names))
    which = _codes(pd.Series(known, dtype=object), extras["name"])
    met = np.flatnonzero(which >= 0)
    place = _places(features, extras.iloc[met]) if len(met) else met
    met, place = met[place >= 0], place[place >= 0]
    order = np.argsort(which[met], kind="stable")
    met, place = met[order], place[order]
    ends = np.searchsorted(which[met], np.arange(len(known) + 1))
    found = extras["number_value"].to_numpy(dtype=float, na_value=np.nan)
    found = np.where(np.abs(found) <= MOST_NUMBER, found, np.nan)
    out = {}
    for code, name in enumerate(known):
        part = slice(ends[code], ends[code + 1])
        number = np.full(len(features), np.nan)
        text = np.full(len(features), None, dtype=object)
        # Of several rows the last is taken.
        number[place[part]] = found[met[part]]
        words = extras["text_value"].iloc[met[part]].astype(object)
        text[place[part]] = words.where(words.notna(), None).to_numpy(dtype=object)
        out[name] = (number, text)
    return out


def _places(features: pd.DataFrame, extras: pd.DataFrame) -> np.ndarray:
    """Row of ``features`` that each row of ``extras`` belongs to, −1 where there is none.

    Keys are met as whole numbers: millions of pairs of texts would take gigabytes.
    """
    mine, theirs = np.zeros(len(features), dtype=np.int64), np.zeros(len(extras), dtype=np.int64)
    for key in [key for key in _KEY if key in features.columns and key in extras.columns]:
        codes, distinct = pd.factorize(features[key])
        mine = mine * len(distinct) + codes
        other = _codes(pd.Series(distinct), extras[key])
        theirs = np.where((theirs < 0) | (other < 0), -1, theirs * len(distinct) + other)
    return pd.Index(mine).get_indexer(theirs)


def _codes(distinct: pd.Series, values: pd.Series) -> np.ndarray:
    """Place of each value among ``distinct``, read as texts; −1 where it is not among them."""
    codes, found = pd.factorize(values)
    places = pd.Index(distinct.astype(str)).get_indexer(pd.Series(found).astype(str))
    return np.append(places, -1)[codes]


def learn(
    features: pd.DataFrame,
    extras: pd.DataFrame,
    paid: np.ndarray,
    settled: np.ndarray,
) -> tuple[ExtraColumns, pd.DataFrame]:
    """Choose the columns; return them and the features joined with them for *training*.

    Parameters
    ----------
    features : one row per claim and day, with claim_id, debtor_id and day.
    extras : long frame claim_id, day, name, numeric, number_value, text_value, and where the
        importer gives it ``known`` (``issue``, ``close`` or ``never``).
    paid : array of shape (n_rows,), 1 paid in full in time, 0 not, NaN not known yet.
    settled : array of shape (n_rows,), whether the claim is settled by the day of training.

    Notes
    -----
    The shrunken rates that a training row receives come from other debtors only: a row must not
    see its own outcome.
    """
    refused: dict[str, str] = {}
    if "known" in extras.columns:
        late = extras[extras["known"].isin(["close", "never"])]
        refused.update({str(n): "the mapping says so" for n in sorted(late["name"].unique())})
    counts = extras.loc[~extras["name"].isin(list(refused)), "name"].value_counts()
    ranked = sorted(counts.index, key=lambda name: (-int(counts[name]), str(name)))
    for name in ranked[MOST_COLUMNS:]:
        refused[str(name)] = f"only the {MOST_COLUMNS} columns filled most often are used"
    offered = sorted(ranked[:MOST_COLUMNS])
    wide = widened(features, extras, offered)
    numeric = extras.groupby("name")["numeric"].all() if len(extras) else pd.Series(dtype=bool)
    days = features["day"].astype(str).to_numpy()
    debtors = folds(features["debtor_id"], 2)
    numbers, levels, rates = [], [], {}
    training: dict[str, np.ndarray] = {}
    for name in offered:
        number, text = wide[name]
        is_number = bool(numeric[name])
        filled = ~np.isnan(number) if is_number else pd.notna(text)
        if reason := refusal(number if is_number else text, filled, paid, settled, days, debtors):
            refused[name] = reason
        elif filled.sum() < FEWEST_ROWS:
            refused[name] = f"filled on fewer than {FEWEST_ROWS} rows"
        elif reason := _says_nothing(number if is_number else text, filled, features["claim_id"]):
            refused[name] = reason
        elif is_number:
            numbers.append(name)
            training[f"extra_{name}"] = number
        elif len(set(text[filled])) <= MOST_LEVELS:
            levels.append(name)
            training[f"extra_{name}"] = text
        else:
            rates[name] = shrunken_rates(text, paid)
            other = folds(features["debtor_id"], 5)
            training[f"extra_{name}"] = _rates_of_others(text, paid, other)
    chosen = ExtraColumns(tuple(numbers), tuple(levels), rates, refused)
    if not training:
        return chosen, features
    return chosen, pd.concat([features, pd.DataFrame(training, index=features.index)], axis=1)


def _says_nothing(values: np.ndarray, filled: np.ndarray, claims: pd.Series) -> str | None:
    """Why a column teaches nothing about other claims, or None."""
    distinct = len(pd.unique(values[filled]))
    if distinct == 1 and filled.all():
        return "the same on every claim"
    of_claims = claims[filled].nunique()
    if values.dtype == object and distinct > max(MOST_LEVELS, OWN_VALUES * of_claims):
        return "a text of its own on nearly every claim (an identifier, a date or number as text)"
    return None


def refusal(
    values: np.ndarray,
    filled: np.ndarray,
    paid: np.ndarray,
    settled: np.ndarray,
    days: np.ndarray,
    halves: np.ndarray,
) -> str | None:
    """Why a column may not be used, or None.

    The column alone is judged out of time: rates of payment by its bins (or values, or absence)
    are learnt on the earlier days of one half of the debtors and judged on the later days of
    the other half.
    """
    open_rows = ~settled
    if filled.any() and open_rows.sum() >= FEWEST_ROWS and not filled[open_rows].any():
        return "filled only on settled claims"
    known = ~np.isnan(paid)
    if known.sum() < FEWEST_ROWS:
        return None
    middle = np.sort(days[known])[known.sum() // 2]
    early, late = known & (days < middle) & (halves == 0), known & (days >= middle) & (halves == 1)
    if min(early.sum(), late.sum()) < FEWEST_ROWS // 2 or len(np.unique(paid[late])) < 2:
        early, late = known & (halves == 0), known & (halves == 1)
    if min(early.sum(), late.sum()) < FEWEST_ROWS // 4 or len(np.unique(paid[late])) < 2:
        return None
    keys = pd.Series(binned(values, filled, early), dtype=object)
    rates = shrunken_rates(keys[early].to_numpy(), paid[early], weight=1.0)
    score = keys.map(rates).astype(float).fillna(rates[""]).to_numpy()
    separation = auc(paid[late], score[late])
    if separation > LEAK_AUC:
        return f"alone it separates the outcome out of time (AUC {separation:.3f})"
    return None


def binned(values: np.ndarray, filled: np.ndarray, learnt_on: np.ndarray) -> np.ndarray:
    """A label per row: the value of a category, one of twenty bins of a number, or ``absent``."""
    if values.dtype == object:
        return np.where(filled, values, "absent").astype(object)
    seen = values[filled & learnt_on]
    if not len(seen):
        return np.full(len(values), "absent", dtype=object)
    edges = np.unique(np.quantile(seen, np.linspace(0, 1, 21)[1:-1]))
    bins = np.searchsorted(edges, np.nan_to_num(values), side="right").astype(str).astype(object)
    return np.where(filled, bins, "absent")


def shrunken_rates(
    keys: np.ndarray, paid: np.ndarray, weight: float = RATE_WEIGHT
) -> dict[str, float]:
    """Rate of payment by value, drawn to the common rate; ``""`` holds the common rate.

    >>> rates = shrunken_rates(np.array(["a", "a", "b"]), np.array([1., 1., 0.]), weight=1)
    >>> round(rates["a"], 3)
    0.889
    """
    known = ~np.isnan(paid) & pd.notna(keys)
    table = pd.DataFrame({"key": keys[known].astype(str), "paid": paid[known]})
    common = float(table["paid"].mean()) if len(table) else 0.5
    sums = table.groupby("key")["paid"].agg(["sum", "count"])
    rates = (sums["sum"] + weight * common) / (sums["count"] + weight)
    return {**{str(key): float(rate) for key, rate in rates.items()}, "": common}


def folds(debtor_ids: pd.Series, n: int, *, within: bool = False) -> np.ndarray:
    """Fold of each row, the same for all claims of a debtor and on every machine.

    ``within`` draws apart from the folds without it: of debtors whom such a fold has left, the
    same draw would leave some folds empty.
    """
    key = _WITHIN if within else _ACROSS
    hashed = pd.util.hash_array(debtor_ids.astype(str).to_numpy(dtype=object), hash_key=key)
    return (hashed % np.uint64(n)).astype(int)


def _rates_of_others(text: np.ndarray, paid: np.ndarray, fold: np.ndarray) -> np.ndarray:
    out = np.full(len(text), np.nan)
    for k in np.unique(fold):
        rates = shrunken_rates(text[fold != k], paid[fold != k])
        mine = pd.Series(text[fold == k], dtype=object)
        rate = mine.map(rates).astype(float).fillna(rates[""])
        out[fold == k] = rate.where(mine.notna()).to_numpy()
    return out
