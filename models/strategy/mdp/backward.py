"""Backward induction, week by week from the end, all cases and profiles at once.

States: step of the ladder, whether a third party had the file, contacts made. Values are shares of
the amount, discounted, net of outlay and time. Two processes are solved: the whole one, and the one
in which the present stage is never left, to know from when leaving it pays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.strategy.mdp.problem import (
    CONTACTS,
    FIRM,
    LAST,
    N_PROFILES,
    N_STEPS,
    NONE,
    NOTICE_OVER,
    NOTICED,
    REMINDED,
    WEEKS,
    Cases,
    Steps,
    assumptions,
    converted,
)

#: Step that a contact of each stage leads to.
_LEADS_TO = {"reminder": REMINDED, "firm_reminder": FIRM, "last_attempt": LAST}
_CONTACTS = ("email", "sms", "phone", "letter", "visit")
_NEXT = np.minimum(np.arange(CONTACTS) + 1, CONTACTS - 1)
_SHAPE = (N_STEPS, 2, CONTACTS)


@dataclass(frozen=True)
class Week:
    """What each state is worth in one week; shape (N_STEPS, 2, CONTACTS, n_cases, N_PROFILES).

    ``value``: acting well from now on. ``wait``: leaving it for a week, then acting well.
    ``after``: after a contact at the present stage, unpaid; ``after_next``: after one at the next.
    ``stay``: never leaving the present stage, ``rest`` with a week of waiting first; ``next`` and
    ``third``: the next stage now, and a third party now (−1 where that is not open).
    """

    value: np.ndarray
    wait: np.ndarray
    after: np.ndarray
    after_next: np.ndarray
    stay: np.ndarray
    rest: np.ndarray
    next: np.ndarray
    third: np.ndarray


def solve(cases: Cases, steps: Steps, keep: Sequence[int]) -> Mapping[int, Week]:
    """The weeks asked for, 0 being today."""
    process = _Process(cases, steps)
    full: dict[int, np.ndarray] = {WEEKS: process.end(suits=True)}
    calm: dict[int, np.ndarray] = {WEEKS: process.end(suits=False)}
    kept: dict[int, Week] = {}
    for week in range(WEEKS - 1, -1, -1):
        process.at(week)
        found = process.week(lambda on: full[min(on, WEEKS)], lambda on: calm[min(on, WEEKS)])
        full[week] = process.later(found.value, found.wait)
        calm[week] = process.later(found.stay, found.rest)
        for passed in [on for on in full if week + process.longest < on < WEEKS]:
            del full[passed], calm[passed]
        if week in keep:
            kept[week] = found
    return kept


class _Process:
    """One week of the process at a time."""

    def __init__(self, cases: Cases, steps: Steps) -> None:
        self.cases, self.steps = cases, steps
        self.given = assumptions()
        self.shape = (*_SHAPE, len(cases), N_PROFILES)
        # Undiscounted money is counted in the middle of its week.
        weeks = np.arange(2 * WEEKS + 1)
        self._hazard = cases.cumulative(weeks)
        self.longest = max(
            *steps.rest.values(), self.given["notice_weeks"], steps.third_party_weeks
        )
        self._now = 0

    def at(self, week: int) -> None:
        """Turn to a week: chances of payment on the way to the following ones."""
        self._now = week
        chance = self.cases.within_90_days(week)[:, None]
        self.pays = {
            name: converted(chance, factor[:, None, :]).astype(np.float32)
            for name, factor in self.steps.factor.items()
            if name in self.steps.price
        }
        self.pays_again = {
            name: converted(chance, factor[:, None, :] ** self.given["again"]).astype(np.float32)
            for name, factor in self.steps.factor.items()
            if name in _CONTACTS
        }

    def alone(self, start: int, weeks: int) -> tuple[np.ndarray, np.ndarray]:
        """Discounted payments by themselves within weeks, and what is left; shape (n_cases, 1)."""
        passed = np.arange(weeks + 1)
        left = np.exp(self._hazard[:, start, None] - self._hazard[:, start + passed])
        worth = self.steps.weekly ** (passed[1:] - 0.5)
        paid = ((left[:, :-1] - left[:, 1:]) * worth).sum(axis=1)
        still = left[:, -1] * self.steps.weekly**weeks
        return paid[:, None].astype(np.float32), still[:, None].astype(np.float32)

    def end(self, *, suits: bool) -> np.ndarray:
        """Worth of each state at the end of the horizon: a year more of waiting, or a suit."""
        paid, _ = self.alone(WEEKS, WEEKS)
        value = np.broadcast_to(paid, self.shape).copy()
        if suits:
            self._now = WEEKS
            value[LAST] = np.maximum(value[LAST], self._suit())
        return value

    def week(self, full: Callable[[int], np.ndarray], calm: Callable[[int], np.ndarray]) -> Week:
        """The present week, from the values of the weeks to come."""
        wait, resting = self._waiting(full), self._waiting(calm)
        after, after_next = self._afters(full)
        stay_after, _ = self._afters(calm)
        on = np.full(self.shape, -1.0, dtype=np.float32)
        ahead = on.copy()
        for step, stage in (
            (REMINDED, "reminder"),
            (FIRM, "firm_reminder"),
            (LAST, "last_attempt"),
        ):
            on[step] = self._contact(stage, stay_after[step], self.pays_again)
        for step, stage in ((NONE, "reminder"), (REMINDED, "firm_reminder")):
            ahead[step] = self._contact(stage, after_next[step], self.pays)
        ahead[NOTICE_OVER] = self._contact("last_attempt", after_next[NOTICE_OVER], self.pays)
        ahead[FIRM] = self._of("registered_letter", after_next[FIRM], self.pays)
        ahead[FIRM] -= self._goodwill("formal_notice")
        ahead[LAST] = self._suit()
        third = self._third_party(full)
        again = np.full(self.shape, -1.0, dtype=np.float32)
        for step, stage in (
            (REMINDED, "reminder"),
            (FIRM, "firm_reminder"),
            (LAST, "last_attempt"),
        ):
            again[step] = self._contact(stage, after[step], self.pays_again)
        value = np.maximum(np.maximum(wait, again), np.maximum(ahead, third))
        stay = np.maximum(resting, on)
        return Week(value, wait, after, after_next, stay, resting, ahead, third)

    def later(self, value: np.ndarray, wait: np.ndarray) -> np.ndarray:
        """Worth of a week to come: the team may not come to it."""
        comes = np.float32(self.given["comes"])
        awaited: np.ndarray = wait + comes * (value - wait)
        return awaited

    def _waiting(self, values: Callable[[int], np.ndarray]) -> np.ndarray:
        paid, left = self.alone(self._now, 1)
        later = values(self._now + 1)
        waited: np.ndarray = paid + left * later
        # The delay of a notice runs out by itself.
        waited[NOTICED] = paid + left * later[NOTICE_OVER]
        return waited

    def _afters(self, values: Callable[[int], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Worth after a contact that did not bring the payment: at the same stage, at the next."""
        same = np.zeros(self.shape, dtype=np.float32)
        ahead = same.copy()
        rests = self.steps.rest
        plain = {NONE: "reminder", REMINDED: "reminder", FIRM: "firm_reminder"}
        for step in range(N_STEPS):
            rest = rests[plain.get(step, "last_attempt")] if step != NOTICED else 1
            to = NOTICE_OVER if step == NOTICED else step
            same[step] = self._rested(values, to, rest)
        for step, to, rest in (
            (NONE, REMINDED, rests["reminder"]),
            (REMINDED, FIRM, rests["firm_reminder"]),
            (FIRM, NOTICE_OVER, int(self.given["notice_weeks"])),
            (NOTICE_OVER, LAST, rests["last_attempt"]),
        ):
            ahead[step] = self._rested(values, to, rest)
        return same, ahead

    def _rested(self, values: Callable[[int], np.ndarray], step: int, weeks: int) -> np.ndarray:
        paid, left = self.alone(self._now, weeks)
        worth: np.ndarray = paid + left * values(self._now + weeks)[step][:, _NEXT]
        return worth

    def _of(self, name: str, after: np.ndarray, pays: Mapping[str, np.ndarray]) -> np.ndarray:
        """Worth of one contact: who pays because of it, who does not, and its price."""
        share = pays[name]
        price = (self.steps.price[name] / self.cases.amount)[:, None].astype(np.float32)
        worth: np.ndarray = after + share * (self.steps.delay - after) - price
        return worth

    def _contact(self, stage: str, after: np.ndarray, pays: Mapping[str, np.ndarray]) -> np.ndarray:
        """Worth of a contact of a stage: the mean of its two best channels, which take turns."""
        each = [self._of(name, after, pays) for name in self.given["channels"][stage]]
        best = np.maximum(each[0], each[1])
        second = np.minimum(each[0], each[1])
        for one in each[2:]:
            second = np.maximum(second, np.minimum(best, one))
            best = np.maximum(best, one)
        worth: np.ndarray = (best + second) / 2
        return worth

    def _third_party(self, values: Callable[[int], np.ndarray]) -> np.ndarray:
        """Worth of a hand-over, from the firm reminder on, once: the third party keeps its fee."""
        found = np.full(self.shape, -1.0, dtype=np.float32)
        weeks, kept = self.steps.third_party_weeks, 1 - self.given["third_party_fee"]
        paid, left = self.alone(self._now, weeks)
        later = values(self._now + weeks)
        price = (self.steps.price["third_party"] / self.cases.amount)[:, None].astype(np.float32)
        share = self.pays["third_party"]
        for step in (FIRM, NOTICE_OVER, LAST):
            after = kept * paid + left * later[step, 1][_NEXT]
            worth = after + share * (kept * self.steps.delay - after) - price
            found[step, 0] = worth - self._goodwill("third_party")
        return found

    def _suit(self) -> np.ndarray:
        """Worth of a suit now, −1 where none is open; shape (n_cases, N_PROFILES)."""
        price = self.steps.price["sue"] / self.cases.amount
        brought = (self.cases.suit - price)[:, None] - self._goodwill("litigation")
        is_open = (self.cases.suit > 0) & (self._now <= self.cases.suit_weeks)
        return np.where(is_open[:, None], brought, -1.0).astype(np.float32)

    def _goodwill(self, stage: str) -> np.ndarray:
        return np.asarray(self.given["goodwill"][stage], dtype=np.float32)
