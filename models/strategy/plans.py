"""Instalment plans to offer: equal months that sum to the cent (D7, D11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd


def months_later(days: np.ndarray, months: np.ndarray | int) -> np.ndarray:
    """The same day of the month so many months later, or the last one of a shorter month.

    >>> str(months_later(np.datetime64("2026-01-31"), 1))
    '2026-02-28'
    """
    month = days.astype("datetime64[M]")
    later = month + np.asarray(months).astype("timedelta64[M]")
    last = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.minimum(later.astype("datetime64[D]") + (days - month.astype("datetime64[D]")), last)


def plan_offers(groups: pd.DataFrame, kept: np.ndarray, steps: Mapping[str, Any]) -> pd.DataFrame:
    """Instalments for each group.

    Parameters
    ----------
    groups
        contact_group_id, act_on, amount (EUR, what may be chased).
    kept
        shape (n_groups,): probability that the plan is kept to its end.

    Returns
    -------
    DataFrame
        columns of ``mart.plan_offers`` without ``as_of``. ``p_kept`` of the k-th of n instalments
        is ``kept ** (k / n)``: the plan may break at each with the same chance.
    """
    cents = np.rint(groups["amount"].to_numpy(dtype=float) * 100).astype(np.int64)
    tops = np.asarray([np.inf if top is None else top * 100 for top, _ in steps["plan"]["steps"]])
    months = np.asarray([number for _, number in steps["plan"]["steps"]])
    # Never more instalments than cents.
    n = np.minimum(months[np.searchsorted(tops, cents)], np.maximum(cents, 1))
    rows = np.repeat(np.arange(len(groups)), n)
    which = np.arange(len(rows)) - np.repeat(np.cumsum(n) - n, n)
    each, left = cents // n, cents % n
    # The cents that do not divide go to the first instalments.
    amount = each[rows] + (which < left[rows])
    first = pd.to_datetime(groups["act_on"]).to_numpy().astype("datetime64[D]")
    first = first + np.timedelta64(steps["plan"]["first_days"], "D")
    offers = pd.DataFrame(
        {
            "contact_group_id": groups["contact_group_id"].to_numpy(dtype=object)[rows],
            "due_on": months_later(first[rows], which).astype(object),
            "amount": amount / 100,
            "p_kept": kept[rows] ** ((which + 1) / n[rows]),
        }
    )
    return offers[amount > 0].sort_values(["contact_group_id", "due_on"]).reset_index(drop=True)
