"""What became of a claim after a day, as far as it is known on another.

The frame ``outcomes`` has one row per claim and day of the panel: claim_id, day, days_to_full and
days_to_any (days from ``day`` to payment in full and to the next payment, missing if not seen),
cash_365 (EUR paid by the debtor in the 365 days after), censored_after_days (days observed) and
ended_as (``paid`` ``write_off`` ``credit`` ``insolvency`` ``litigation`` ``open``).
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from models.recovery.cash import HORIZONS

OUTCOMES = (
    "days_to_full",
    "days_to_any",
    *(f"cash_{h}" for h in HORIZONS),
    "censored_after_days",
    "ended_as",
)

Labels = dict[tuple[str, int], np.ndarray]

_NOT_PAID = ("write_off", "insolvency")
_SETTLED = ("paid", "write_off", "credit")


def labels(outcomes: pd.DataFrame, known_by: date) -> Labels:
    """Labels by kind (``full``, ``any``) and horizon, arrays of shape (n_rows,): 1, 0, or NaN.

    A row is used for a horizon only if the whole horizon lies on or before ``known_by``. A
    payment seen inside an unfinished horizon is not used either: keeping the early payers of
    young rows and dropping the rest would teach that everybody pays.

    A claim written off, or whose debtor became insolvent, counts as not paid: both follow not
    paying. A credit note ends the debt and a lawsuit ends the amicable treatment, which says
    nothing of paying: such a row is NaN from then on, unless it was paid before.
    """
    elapsed = (np.datetime64(known_by, "D").astype(int) - days(outcomes["day"])).astype(float)
    observed = _number(outcomes["censored_after_days"], 0.0)
    not_paid = outcomes["ended_as"].isin(_NOT_PAID).to_numpy(dtype=bool)
    to_full = _number(outcomes["days_to_full"], np.inf)
    to_any = np.minimum(_number(outcomes["days_to_any"], np.inf), to_full)
    out: Labels = {}
    for horizon in HORIZONS:
        mature = elapsed >= horizon
        watched = (observed >= horizon) | not_paid
        for kind, reached in (("full", to_full), ("any", to_any)):
            happened = reached <= horizon
            usable = mature & (happened | watched)
            out[kind, horizon] = np.where(usable, happened.astype(float), np.nan)
    return out


def settled_by_day(outcomes: pd.DataFrame, known_by: date) -> np.ndarray:
    """Whether each row's claim is settled on ``known_by``, in whatever way."""
    elapsed = (np.datetime64(known_by, "D").astype(int) - days(outcomes["day"])).astype(float)
    ended = np.minimum(
        _number(outcomes["days_to_full"], np.inf), _number(outcomes["censored_after_days"], np.inf)
    )
    settled = outcomes["ended_as"].isin(_SETTLED).to_numpy(dtype=bool)
    return settled & (ended <= elapsed)


def days(column: pd.Series) -> np.ndarray:
    """Dates as whole days since 1970, shape (n_rows,)."""
    return pd.to_datetime(column).to_numpy().astype("datetime64[D]").astype(int)


def _number(column: pd.Series, missing: float) -> np.ndarray:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isnan(numbers), missing, numbers)
