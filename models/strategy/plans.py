"""Instalment plans to offer: the schedule that is worth most, to the cent (D7, D11).

An instalment breaks a plan with a hazard that rises with what it asks of the debtor in a month:
long plans break because they are long, short ones because each month is heavy. In between lies
the schedule worth most; what is left after a break is worth a part of going on without a plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from models.litigation.columns import lists, number


@cache
def assumptions() -> Mapping[str, Any]:
    """What is elicited about plans."""
    text = Path(__file__).with_name("instalments.yaml").read_text(encoding="utf-8")
    content: Mapping[str, Any] = yaml.safe_load(text)
    return content


@dataclass(frozen=True)
class Asked:
    """For whom plans are made; arrays of shape (n_groups,).

    ``cents`` to pay; ``from_on`` the day of the offer; ``kept`` the chance that a usual plan is
    kept to its end; ``monthly`` what the debtor usually pays in a month, in the unit of ``cents``
    / 100; ``alone`` the share of the amount that going on without a plan is worth; ``pay_day`` the
    usual day of the month, 0 if there is none; ``lean``, shape (n_groups, 12): months of the year
    in which the debtor never pays.
    """

    cents: np.ndarray
    from_on: np.ndarray
    kept: np.ndarray
    monthly: np.ndarray
    alone: np.ndarray
    pay_day: np.ndarray
    lean: np.ndarray


@dataclass(frozen=True)
class Schedules:
    """Plans for each group: a column per number of months and form, rising or equal.

    ``months`` and ``rising``: shape (n_plans,). ``value``, ``kept``: share of the amount that a
    plan is worth once offered (one worth less than none is not excused by being refused), and its
    chance to be kept whole, shape (n_groups, n_plans).
    ``worth``: the same for a plan that is accepted. ``open``: whether the plan may be offered.
    """

    months: np.ndarray
    rising: np.ndarray
    value: np.ndarray
    worth: np.ndarray
    kept: np.ndarray
    open: np.ndarray


def months_later(days: np.ndarray, months: np.ndarray | int) -> np.ndarray:
    """The same day of the month so many months later, or the last one of a shorter month.

    >>> str(months_later(np.datetime64("2026-01-31"), 1))
    '2026-02-28'
    """
    month = days.astype("datetime64[M]")
    later = month + np.asarray(months).astype("timedelta64[M]")
    last = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.minimum(later.astype("datetime64[D]") + (days - month.astype("datetime64[D]")), last)


def asked_of(
    amount: np.ndarray,
    from_on: np.ndarray,
    kept: np.ndarray,
    alone: np.ndarray,
    habits: pd.DataFrame,
    steps: Mapping[str, Any],
) -> Asked:
    """Plans to make, from what the debtors' habits tell and the ladder's usual months.

    ``habits`` has the rows of ``features.debtor_habits`` in the order of the groups, empty where
    nothing is known; ``kept`` is the prior of the belief.
    """
    given = assumptions()
    cents = np.rint(amount * 100).astype(np.int64)
    tops = np.asarray([np.inf if top is None else top * 100 for top, _ in steps["plan"]["steps"]])
    usual = np.asarray([months for _, months in steps["plan"]["steps"]], dtype=float)
    guess = amount / usual[np.searchsorted(tops, cents)]
    n_months = number(habits, "n_months_paid", 0.0)
    monthly = np.nan_to_num(number(habits, "monthly_eur", 0.0))
    prior = float(given["prior_months"])
    ended = number(habits, "n_plans_kept", 0.0) + number(habits, "n_plans_broken", 0.0)
    plans = float(given["prior_plans"])
    near = number(habits, "pay_day_share", 0.0) >= given["pay_day"]["share"]
    near &= n_months >= given["pay_day"]["payments_months"]
    return Asked(
        cents=cents,
        from_on=from_on.astype("datetime64[D]"),
        kept=(plans * kept + number(habits, "n_plans_kept", 0.0)) / (plans + ended),
        monthly=np.maximum((n_months * monthly + prior * guess) / (n_months + prior), 1.0),
        alone=alone,
        pay_day=np.where(near, np.nan_to_num(number(habits, "pay_day", 0.0)), 0).astype(int),
        lean=_lean(habits, n_months),
    )


def _lean(habits: pd.DataFrame, n_months: np.ndarray) -> np.ndarray:
    """Months of the year without a payment, of debtors watched for more than a year."""
    paid = np.zeros((len(habits), 12), dtype=bool)
    for row, months in enumerate(lists(habits, "months_paid")):
        paid[row, [int(str(month)) - 1 for month in months]] = True
    known = (number(habits, "watched_days", 0.0) >= 400) & (n_months >= 6)
    return ~paid & known[:, None]


def first_days(asked: Asked, steps: Mapping[str, Any]) -> np.ndarray:
    """Day of the first instalment: the usual day of payment, else some days after the offer."""
    plain = asked.from_on + np.timedelta64(steps["plan"]["first_days"], "D")
    start = asked.from_on + np.timedelta64(assumptions()["first_after_days"], "D")
    month = start.astype("datetime64[M]").astype("datetime64[D]")
    here = month + (np.maximum(asked.pay_day, 1) - 1).astype("timedelta64[D]")
    usual = np.where(here >= start, here, months_later(here, 1))
    return np.where(asked.pay_day > 0, usual, plain)


def schedules(asked: Asked, steps: Mapping[str, Any], yearly_rate: float) -> Schedules:
    """Every plan that may be offered, and what it is worth to each group."""
    given = assumptions()
    plans = list(product(given["months"], (False, True)))
    first = first_days(asked, steps)
    value, worth, kept, is_open = [], [], [], []
    for months, rising in plans:
        cents = amounts(asked, first, months, rising=rising)
        stays = _stays(asked, cents)
        days = (months_later(first[:, None], np.arange(months)) - asked.from_on[:, None]).astype(
            float
        )
        discount = (1 + yearly_rate) ** (-days / 365)
        before = np.concatenate([np.ones((len(cents), 1)), stays[:, :-1]], axis=1)
        left = asked.cents[:, None] - np.cumsum(cents, axis=1) + cents
        rest = given["left_after_break"] * asked.alone[:, None] * left
        total = ((cents * stays + (before - stays) * rest) * discount).sum(axis=1)
        share = total / np.maximum(asked.cents, 1)
        heavy = np.maximum(cents.max(axis=1) / 100 / asked.monthly - 1, 0.0)
        accepts = np.exp(-given["refusal_per_burden"] * heavy)
        worth.append(share)
        better = share - asked.alone
        value.append(asked.alone + np.where(better > 0, accepts * better, better))
        kept.append(stays[:, -1])
        is_open.append(
            (cents.min(axis=1) >= 100 * given["least_instalment"])
            | (months == min(given["months"]))
        )
    return Schedules(
        months=np.asarray([months for months, _ in plans]),
        rising=np.asarray([rising for _, rising in plans]),
        value=np.stack(value, axis=1),
        worth=np.stack(worth, axis=1),
        kept=np.stack(kept, axis=1),
        open=np.stack(is_open, axis=1),
    )


def amounts(asked: Asked, first: np.ndarray, months: int, *, rising: bool) -> np.ndarray:
    """Cents of each instalment, shape (n_groups, months); every row sums to what is asked."""
    given = assumptions()
    weight = np.ones((len(asked.cents), months))
    if rising:
        weight[:, : max(1, months // 3)] = given["rising"]["first_third"]
    due = months_later(first[:, None], np.arange(months)).astype("datetime64[M]").astype(int) % 12
    weight = weight * np.where(
        np.take_along_axis(asked.lean, due, axis=1), given["lean_month"], 1.0
    )
    upto = np.cumsum(weight, axis=1) / weight.sum(axis=1, keepdims=True)
    # The cents that do not divide go to the first instalments.
    reached = np.ceil(asked.cents[:, None] * upto - 1e-6).astype(np.int64)
    reached[:, -1] = asked.cents
    return np.diff(reached, axis=1, prepend=0)


def _stays(asked: Asked, cents: np.ndarray) -> np.ndarray:
    """Chance that a plan is kept up to each instalment, shape of ``cents``."""
    usual = assumptions()["usual_months"]
    rate = -np.log(np.clip(asked.kept, 0.01, 0.995))[:, None] / usual
    burden = cents / 100 / asked.monthly[:, None]
    return np.exp(-np.cumsum(rate * (1 + burden**2) / 2, axis=1))


def plan_offers(
    group_ids: np.ndarray, asked: Asked, steps: Mapping[str, Any], yearly_rate: float
) -> pd.DataFrame:
    """Instalments of the best plan of each group.

    Returns the columns of ``mart.plan_offers`` without ``as_of``, sorted by key; ``p_kept`` is the
    chance that the plan is kept up to and with the instalment.
    """
    found, first = schedules(asked, steps, yearly_rate), first_days(asked, steps)
    best = np.where(found.open, found.value, -np.inf).argmax(axis=1)
    parts = []
    for plan in np.unique(best):
        rows = np.flatnonzero(best == plan)
        part = Asked(*(getattr(asked, name)[rows] for name in Asked.__dataclass_fields__))
        months = int(found.months[plan])
        cents = amounts(part, first[rows], months, rising=bool(found.rising[plan]))
        due = months_later(first[rows][:, None], np.arange(months))
        parts.append(
            pd.DataFrame(
                {
                    "contact_group_id": np.repeat(group_ids[rows], months),
                    "due_on": due.reshape(-1).astype(object),
                    "amount": cents.reshape(-1) / 100,
                    "p_kept": _stays(part, cents).reshape(-1),
                }
            )
        )
    offers = pd.concat(parts, ignore_index=True)
    offers = offers[offers["amount"] > 0]
    return offers.sort_values(["contact_group_id", "due_on"]).reset_index(drop=True)
