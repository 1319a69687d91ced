r"""Published recovery curves by age, for a home without history of its own.

The surveys give E(a), the share eventually recovered of claims unpaid a days after the due date.
With F the distribution of the day of payment in full (its total mass below one: some never pay),
E(a) = (F(∞) − F(a)) / (1 − F(a)), hence

.. math:: F(a) = (E(0) − E(a)) / (1 − E(a)), \qquad
          P(\text{paid within } h \mid \text{unpaid at } a) = \frac{F(a+h) − F(a)}{1 − F(a)}.

A claim not yet due may also be paid on time, with the share of invoices that French firms pay on
time. The surveys are American, old, and made by agencies: they lend their *shape*; every figure
from here is published with ``basis = prior``. Sources stand in ``prior_curves.yaml``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from scipy.interpolate import PchipInterpolator

from models.recovery.cash import HORIZONS, frame, median_days, money, order

_DAYS_PER_MONTH = 365.25 / 12
_FIRST_DAY, _LAST_DAY = -400, 3650


@cache
def curves() -> dict[str, Any]:
    """The dated records of ``prior_curves.yaml``, the newest value of each."""
    text = (Path(__file__).parent / "prior_curves.yaml").read_text(encoding="utf-8")
    records = yaml.safe_load(text)
    newest = {
        name: max(record["values"], key=lambda value: value["from"])
        for name, record in records.items()
        if "values" in record
    }
    return {**newest, "assumptions": records["assumptions"]}


@cache
def paid_by_day() -> np.ndarray:
    """Distribution of the day of payment in full, by day from 400 before the due date.

    Shape (n_days,): entry i is the share paid by the end of day ``i − 400`` after the due date;
    it never reaches one. Point by point the median of the published curves, in between a
    monotone interpolation; after the last survey age the share recoverable goes on falling at
    the pace of the last year.
    """
    table = pd.DataFrame(curves()["recovery_by_age"]["curves"]).sort_index() / 100.0
    # Ages that a single agency quotes would bend the curve by that agency alone.
    shared = table[(table.notna().sum(axis=1) > 1) | (table.index == 0) | (table.index >= 24)]
    eventually = shared.median(axis=1)
    ages = eventually.index.to_numpy(dtype=float) * _DAYS_PER_MONTH
    logarithms = np.log(eventually.to_numpy())
    late_days = np.arange(0, _LAST_DAY + HORIZONS[-1] + 1, dtype=float)
    pace = (logarithms[-1] - logarithms[-2]) / (ages[-1] - ages[-2])
    inside = PchipInterpolator(ages, logarithms)(np.minimum(late_days, ages[-1]))
    recoverable = np.exp(inside + pace * np.maximum(late_days - ages[-1], 0.0))
    late = (recoverable[0] - recoverable) / (1.0 - recoverable)
    on_time = curves()["on_time_share"]["value"]
    early_days = np.arange(_FIRST_DAY, 0, dtype=float)
    early = on_time * np.exp(early_days / curves()["assumptions"]["on_time_spread_days"])
    return np.concatenate([early, on_time + (1.0 - on_time) * late])


def paid_within(
    age_days: np.ndarray, horizon: int, slowness: np.ndarray | float = 1.0
) -> np.ndarray:
    """Probability of payment in full within ``horizon`` days, given unpaid at each age in days.

    A payer whose delays are ``slowness`` times the mean lives on a slower clock after the due
    date; before it nothing changes.

    >>> young, old = paid_within(np.array([0.0, 365.0]), 90)
    >>> bool(young > .5 > .25 > old)
    True
    """
    days = np.arange(_FIRST_DAY, _LAST_DAY + HORIZONS[-1] + 1, dtype=float)
    start = np.clip(age_days, _FIRST_DAY, _LAST_DAY)
    end = start + horizon
    start = np.where(start > 0, start / slowness, start)
    end = np.where(end > 0, end / slowness, end)
    now = np.interp(start, days, paid_by_day())
    then = np.interp(end, days, paid_by_day())
    return (then - now) / (1.0 - now)


def slowness(headcount: np.ndarray) -> np.ndarray:
    """Factor by which the delays of a firm of that size exceed the mean, 1 where unknown.

    >>> slowness(np.array([2000.0, np.nan])).round(2).tolist()
    [1.38, 1.0]
    """
    record = curves()["delay_by_headcount"]
    smallest = np.array(sorted(record["classes"]), dtype=float)
    delays = np.array([record["classes"][int(size)] for size in smallest])
    place = np.clip(
        np.searchsorted(smallest, np.nan_to_num(headcount), side="right") - 1, 0, len(delays) - 1
    )
    return np.where(np.isnan(headcount), 1.0, delays[place] / record["mean"])


def chance(
    age_days: np.ndarray, headcount: np.ndarray, insolvent: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Probability of payment in full and of any payment, each of shape (n_claims, 5).

    ``age_days`` is the number of days overdue, negative before the due date, NaN when unknown:
    then the mean over the ages of ``unknown_ages_days``, all of them late. In an insolvency
    earlier debts may no longer be paid (art. L622-7 C. com.): what remains is a dividend.
    """
    assumed = curves()["assumptions"]
    slow = slowness(headcount)
    full = np.column_stack([paid_within(np.nan_to_num(age_days), h, slow) for h in HORIZONS])
    possible_ages = np.array(assumed["unknown_ages_days"], dtype=float)
    of_unknown = [paid_within(possible_ages, h).mean() for h in HORIZONS]
    full = np.where(np.isnan(age_days)[:, None], of_unknown, full)
    any_ = 1.0 - (1.0 - full) ** assumed["any_to_full_hazard"]
    dividend = curves()["insolvency_dividend"]
    elapsed = np.array(HORIZONS) / HORIZONS[-1] * assumed["dividend_within_a_year"]
    frozen = insolvent.astype(bool)[:, None]
    full = np.where(frozen, dividend["low"] / 100 * elapsed[None, :], full)
    any_ = np.where(frozen, dividend["high"] / 100 * elapsed[None, :], any_)
    return order(full, any_)


def inputs(features: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Age in days, headcount and insolvency of each claim, the age unknown where its date is."""
    age = features["days_overdue"].to_numpy(dtype=float, na_value=np.nan).copy()
    unknown = (features["date_basis"] == "unknown").fillna(False).to_numpy(dtype=bool)
    age[unknown] = np.nan
    headcount = features["headcount"].to_numpy(dtype=float, na_value=np.nan)
    insolvent = features["in_insolvency"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    return age, headcount, insolvent


def prior(features: pd.DataFrame) -> pd.DataFrame:
    """Recovery of each claim by the published curves: the columns of ``mart.recovery``.

    ``features`` is ``features.claim_features``; read are claim_id, open_amount_eur (EUR),
    days_overdue, date_basis, headcount and in_insolvency. Zero rows give zero rows.
    """
    age, headcount, insolvent = inputs(features)
    full, any_ = chance(age, headcount, insolvent)
    full, any_ = np.round(full, 6), np.round(any_, 6)
    open_amount = features["open_amount_eur"].to_numpy(dtype=float, na_value=np.nan)
    precision = curves()["assumptions"]["partial_precision"]
    cash = money(open_amount, full[:, -1], any_[:, -1], partial_mean(insolvent), precision)
    n = len(features)
    return frame(
        features["claim_id"],
        full,
        any_,
        cash,
        median_days(full),
        np.full(n, "prior", dtype=object),
        np.zeros(n),
    )


def partial_mean(insolvent: np.ndarray) -> np.ndarray:
    """Mean share paid by those who pay a part; in an insolvency what gives the dividend."""
    dividend = curves()["insolvency_dividend"]
    of_dividend = (dividend["central"] - dividend["low"]) / (dividend["high"] - dividend["low"])
    return np.where(insolvent, of_dividend, curves()["assumptions"]["partial_share"])
