"""When debtors pay: the weekly hazard of a payment, and what a payment looks like."""

from __future__ import annotations

import numpy as np

from simulation.days import NEVER, weekday
from simulation.invoices import Invoices
from simulation.parties import Debtors
from simulation.worlds import World

_EARLIEST, _LATEST = -60, 2200


class Hazard:
    """Baseline hazard of a payment, before any action.

    Discrete weeks, as in ``handbook`` of survival models: the cumulative hazard of claim i at
    age t is speed_i · (on_time_size · G(min(t, 0)) + late_size · (G(t) − G(0))), G of the
    debtor's profile; a payment comes when it passes the claim's own exponential threshold.
    """

    def __init__(self, invoices: Invoices, debtors: Debtors, as_of: int, world: World) -> None:
        """Tabulate the profiles' cumulative hazards by day of age."""
        payment = world["payment"]
        ages = np.arange(_EARLIEST, _LATEST + 1)
        self._table = np.stack(
            [np.interp(ages, payment["ages"], row) for row in payment["cumulative"]]
        )
        size = debtors.size[invoices.debtor]
        self._on_time = np.array(payment["size_on_time"])[size] * invoices.speed
        self._late = np.array(payment["size_late"])[size] * invoices.speed
        self._profile = debtors.profile[invoices.debtor]
        self._due = invoices.due
        self._season = world["portfolio"]["season"]
        self._shock = [
            (as_of - shock[0], as_of - shock[1], shock[2]) for shock in [payment["shock"]] if shock
        ]

    def week(self, claims: np.ndarray, start: int) -> tuple[np.ndarray, np.ndarray]:
        """Hazard before and after the due date within the week that begins on ``start``.

        Two arrays of shape (n_claims,), per claim, without any effect of actions.
        """
        age = start - self._due[claims]
        profile = self._profile[claims]

        def upto(days: np.ndarray) -> np.ndarray:
            return self._table[profile, np.clip(days, _EARLIEST, _LATEST) - _EARLIEST]

        middle = np.clip(0, age, age + 7)
        climate = np.exp(self._climate(start))
        before = (upto(middle) - upto(age)) * self._on_time[claims]
        after = (upto(age + 7) - upto(middle)) * self._late[claims]
        return before * climate, after * climate

    def _climate(self, start: int) -> float:
        wave = self._season * 0.5 * np.cos(2 * np.pi * (start % 365.25 - 330) / 365.25)
        return float(wave) + sum(
            log_hazard for first, last, log_hazard in self._shock if first <= start <= last
        )


def payment_days(
    start: int, due: np.ndarray, before: np.ndarray, after: np.ndarray, threshold: np.ndarray
) -> np.ndarray:
    """Day within the week on which each claim's hazard passes its threshold.

    Payments fall on the working days of the week: those of a week-end are made on the Friday.
    """
    cut = np.clip(due + 1 - start, 0, 7)
    early = threshold <= before
    with np.errstate(divide="ignore", invalid="ignore"):
        share_early = np.where(before > 0, threshold / before, 0.0)
        share_late = np.where(after > 0, (threshold - before) / after, 0.0)
    offset = np.where(early, share_early * cut, cut + share_late * (7 - cut))
    day = start + np.clip(offset.astype(np.int64), 0, 6)
    late_by = np.maximum(weekday(day) - 4, 0)
    return day - late_by


def first_payment_without_action(
    hazard: Hazard, invoices: Invoices, insolvent_on: np.ndarray, first: int, last: int
) -> np.ndarray:
    """Day of the first payment in the world where nobody ever chased; ``NEVER`` if none.

    Same thresholds as in the world with actions. Grievances are never repaired here.
    """
    paid = np.full(invoices.debtor.size, NEVER, dtype=np.int64)
    left = invoices.threshold.copy()
    alive = np.array([], dtype=np.int64)
    born = 0
    for start in range(first, last, 7):
        new = int(np.searchsorted(invoices.issued, start + 7))
        alive = np.concatenate([alive, np.arange(born, new)])
        born = new
        before, after = hazard.week(alive, start)
        passed = left[alive] <= before + after
        hit = alive[passed]
        paid[hit] = payment_days(start, invoices.due[hit], before[passed], after[passed], left[hit])
        paid[hit] = np.maximum(paid[hit], invoices.issued[hit])
        left[alive] -= before + after
        alive = alive[~passed & (insolvent_on[invoices.debtor[alive]] > start + 7)]
    return paid
