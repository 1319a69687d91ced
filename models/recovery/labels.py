"""What became of a claim after a day, as far as it is known on another.

The frame ``outcomes`` has one row per claim and day of scoring: claim_id, as_of, settled_on (first
day with nothing open, null if open), settled_by (``payment``, ``credit``, ``write_off``),
next_payment_on (first payment by the debtor after as_of) and cash_365 (EUR that the debtor paid
in the 365 days after as_of).
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from models.recovery.cash import HORIZONS

OUTCOMES = ("settled_on", "settled_by", "next_payment_on", "cash_365")

Labels = dict[tuple[str, int], np.ndarray]


def mature(as_of: pd.Series, horizon: int, known_by: date) -> np.ndarray:
    """Whether the whole horizon of each row lies on or before ``known_by``.

    A payment seen inside an unfinished horizon is not used either: keeping the early payers of
    young rows and dropping the rest would teach that everybody pays.
    """
    return (days(as_of) + horizon) <= np.datetime64(known_by, "D").astype(int)


def labels(outcomes: pd.DataFrame, known_by: date) -> Labels:
    """Labels by kind (``full``, ``any``) and horizon, arrays of shape (n_rows,): 1, 0, or NaN.

    NaN are rows whose horizon is not over and claims that a credit note ended within it (they
    ceased to be owed, which says nothing about paying). A claim written off counts as not paid:
    writing off is our decision, and follows not paying. Events after ``known_by`` are ignored.
    """
    start = days(outcomes["as_of"])
    end = np.datetime64(known_by, "D").astype(int)
    settled, paid = _elapsed(outcomes["settled_on"], start, end), outcomes["settled_by"]
    by_payment = (paid == "payment").fillna(False).to_numpy(dtype=bool)
    by_credit = (paid == "credit").fillna(False).to_numpy(dtype=bool)
    next_payment = _elapsed(outcomes["next_payment_on"], start, end)
    out: Labels = {}
    for horizon in HORIZONS:
        usable = mature(outcomes["as_of"], horizon, known_by)
        gone = by_credit & (settled <= horizon)
        full = by_payment & (settled <= horizon)
        any_ = full | (next_payment <= horizon)
        out["full", horizon] = np.where(usable & ~gone, full.astype(float), np.nan)
        out["any", horizon] = np.where(usable & (any_ | ~gone), any_.astype(float), np.nan)
    return out


def settled_by_day(outcomes: pd.DataFrame, known_by: date) -> np.ndarray:
    """Whether each row's claim is settled on ``known_by``, in whatever way."""
    settled = pd.to_datetime(outcomes["settled_on"])
    return (settled.notna() & (settled <= pd.Timestamp(known_by))).to_numpy(dtype=bool)


def days(column: pd.Series) -> np.ndarray:
    """Dates as whole days since 1970, shape (n_rows,)."""
    return pd.to_datetime(column).to_numpy().astype("datetime64[D]").astype(int)


def _elapsed(column: pd.Series, start: np.ndarray, end: int) -> np.ndarray:
    found = pd.to_datetime(column)
    present = found.notna().to_numpy(dtype=bool)
    filled = days(found.fillna(pd.Timestamp("1970-01-01")))
    return np.where(present & (filled <= end), (filled - start).astype(float), np.inf)
