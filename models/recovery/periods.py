r"""Follow-up of a panel row in bins of days after its day: the person-period rows of a hazard.

A row (claim, day s) is watched for u days after s, in the bins ``EDGES``. Only bins that ended
by the row's last day of observation count, whether something happened in them or not: counting a
half-seen bin when it holds an event and dropping it otherwise would teach that everybody pays.

Insolvent rows stay under watch without an event until the day on which the outcomes were read,
which is known for every row: the hazards are those of the subdistribution (Fine and Gray 1999),
and :math:`1 - \prod_u (1 - h_u)` is the share paid in the presence of that end. A write-off ends
the person-periods: it comes by policy, at ages that few have been followed to, and is counted
apart (:mod:`models.recovery.write_offs`). A lawsuit and a credit note end the watch, since the
forecast is of amicable treatment. A dispute is a state on the way, not an end: disputed claims do
get paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from models.recovery.cash import HORIZONS

EDGES = (0, 15, 30, 60, 90, 135, 180, 270, 365)
"""Days after the day of a row at which a bin ends and the next begins: (EDGES[j], EDGES[j+1]]."""

N_BINS = len(EDGES) - 1
MIDDLES = (np.array(EDGES[:-1]) + np.array(EDGES[1:])) / 2
"""Days from the day of a row to the middle of each bin, shape (N_BINS,)."""

AT_HORIZON = tuple(EDGES.index(h) for h in HORIZONS)
"""How many bins lie within each horizon."""

_TO_THE_END = ("paid", "write_off", "insolvency")


@dataclass(frozen=True, slots=True)
class Periods:
    """Person-period rows: the panel row and the bin of each, and whether the event came in it.

    Arrays of shape (n_periods,); ``happened`` is 0.0 or 1.0.
    """

    row: np.ndarray
    bin: np.ndarray
    happened: np.ndarray

    def of(self, rows: np.ndarray) -> Periods:
        """Those of the panel rows marked in ``rows``, a boolean array of shape (n_rows,)."""
        kept = rows[self.row]
        return Periods(self.row[kept], self.bin[kept], self.happened[kept])


def watched_days(outcomes: pd.DataFrame, known_by: date) -> np.ndarray:
    """Days for which each row was under watch, shape (n_rows,)."""
    until = np.datetime64(known_by, "D")
    elapsed = (until - pd.to_datetime(outcomes["day"]).to_numpy().astype("datetime64[D]")).astype(
        int
    )
    seen = _number(outcomes["censored_after_days"], 0.0)
    whole = outcomes["ended_as"].isin(_TO_THE_END).to_numpy(dtype=bool)
    return np.where(whole, elapsed, np.minimum(seen, elapsed))


def whole_bins(watched: np.ndarray) -> np.ndarray:
    """How many bins each row saw to their end, shape (n_rows,)."""
    return np.searchsorted(EDGES[1:], watched, side="right")


def bins_on_the_books(outcomes: pd.DataFrame, known_by: date) -> np.ndarray:
    """How many bins each row saw to their end on the books, shape (n_rows,).

    A write-off ends them, and counts its own bin where it came in the second half of it.
    """
    whole = whole_bins(watched_days(outcomes, known_by))
    gone = (outcomes["ended_as"] == "write_off").to_numpy(dtype=bool)
    kept = np.searchsorted(MIDDLES, _number(outcomes["censored_after_days"], 0.0), side="right")
    return np.where(gone, np.minimum(whole, kept), whole)


def days_to(outcomes: pd.DataFrame, kind: str) -> np.ndarray:
    """Days to payment in full (``full``) or to the next payment (``any``), inf if not seen."""
    full = _number(outcomes["days_to_full"], np.inf)
    if kind == "full":
        return full
    return np.minimum(_number(outcomes["days_to_any"], np.inf), full)


def periods(outcomes: pd.DataFrame, known_by: date, kind: str) -> Periods:
    """Person-period rows of one kind of event, in the order of the rows and bins.

    >>> seen = pd.DataFrame({"day": ["2024-01-01"], "days_to_full": [40], "days_to_any": [40],
    ...     "censored_after_days": [40], "ended_as": ["paid"]})
    >>> periods(seen, date(2024, 12, 31), "full").happened.tolist()
    [0.0, 0.0, 1.0]
    """
    whole = bins_on_the_books(outcomes, known_by)
    event = np.searchsorted(EDGES, days_to(outcomes, kind), side="left") - 1
    length = np.minimum(np.maximum(event, 0) + 1, whole)
    row = np.repeat(np.arange(len(outcomes)), length)
    first = np.cumsum(length) - length
    bin_ = np.arange(len(row)) - np.repeat(first, length)
    return Periods(row, bin_, (bin_ == event[row]).astype(float))


def within(hazards: np.ndarray) -> np.ndarray:
    """Chance of the event within each horizon, shape (n_rows, 5), from hazards (n_rows, N_BINS)."""
    log_still = np.cumsum(np.log1p(-np.clip(hazards, 0.0, 1 - 1e-12)), axis=1)
    return -np.expm1(log_still[:, [n - 1 for n in AT_HORIZON]])


def _number(column: pd.Series, missing: float) -> np.ndarray:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isnan(numbers), missing, numbers)
