"""Courses that bind a claim for a while and are drawn whole when they begin.

Promises, plans, disputes, hand-overs and lawsuits: each writes its rows, with days that may lie
after the day of the ledger (the ledger is cut there later), lowers the balance by what it will
bring, and makes the claim busy until it ends.
"""

from __future__ import annotations

import numpy as np

from simulation.days import NEVER, on_contact_days, weekday
from simulation.state import State


def promise(state: State, claims: np.ndarray, day: np.ndarray) -> None:
    """Promises to pay the open amount, or half of it, within three weeks."""
    if claims.size == 0:
        return
    rng, n = state.rng, claims.size
    due = _working(day + rng.integers(3, 22, n))
    part = rng.random(n) < 0.15
    cents = np.where(part, state.open[claims] // 2, state.open[claims])
    cents = np.maximum(cents, 1)
    chance = np.array(state.world["collection"]["promise_kept"])[state.profile(claims)]
    kept = rng.random(n) < chance
    paid = np.maximum(day, _working(due - rng.integers(0, 4, n)))
    state.events.add(
        "promises",
        claim=claims,
        made=day,
        due=due,
        cents=cents,
        kept=np.where(kept, paid, NEVER),
        written=rng.random(n) < 0.35,
    )
    state.busy_until[claims] = due + 3
    state.receive(claims[kept], paid[kept], cents[kept])


def plan(state: State, claims: np.ndarray, day: np.ndarray) -> None:
    """Monthly instalments; the first one missed breaks the plan ten days later."""
    if claims.size == 0:
        return
    rng, n = state.rng, claims.size
    count = rng.integers(2, 7, n)
    numbers = state.events.add("plans", claim=claims, agreed=day, signed=rng.random(n) < 0.6)
    chance = np.array(state.world["collection"]["instalment_paid"])[state.profile(claims)]
    row = np.repeat(np.arange(n), count)
    place = np.arange(row.size) - np.repeat(np.cumsum(count) - count, count)
    due = day[row] + 15 + 30 * place
    total = state.open[claims]
    each = total // count
    cents = np.where(place == count[row] - 1, (total - each * (count - 1))[row], each[row])
    fails = rng.random(row.size) >= chance[row]
    first_fail = np.full(n, 99)
    np.minimum.at(first_fail, row[fails], place[fails])
    paid = place < first_fail[row]
    paid_on = _working(due - rng.integers(0, 3, row.size))
    state.events.add(
        "instalments",
        plan=numbers[row],
        claim=claims[row],
        due=due,
        cents=cents,
        paid=np.where(paid, paid_on, NEVER),
    )
    broken = first_fail < 99
    broken_on = np.where(broken, day + 15 + 30 * first_fail + 10, NEVER)
    state.events.add("plan_ends", plan=numbers, broken=broken_on)
    state.busy_until[claims] = np.where(broken, broken_on, day + 15 + 30 * count)
    state.pay(claims[row[paid]], paid_on[paid], cents[paid], "transfer")
    np.subtract.at(state.open, claims[row[paid]], cents[paid])
    last = day + 15 + 30 * (count - 1)
    whole = ~broken
    final = np.full(n, 0)
    np.maximum.at(final, row, np.where(paid, paid_on, 0))
    state.settle(claims[whole], np.where(whole, final, last)[whole], "paid")


def dispute(state: State, claims: np.ndarray, day: np.ndarray) -> None:
    """Disputes: some founded and repaired, some answered, some left without an answer."""
    if claims.size == 0:
        return
    rng, n = state.rng, claims.size
    aggrieved = state.grievance[claims]
    founded = rng.random(n) < np.where(aggrieved, 0.62, 0.08)
    answers = rng.random(n) < 0.94
    answered = np.where(
        answers, on_contact_days(day + rng.integers(3, 40, n), state.holidays), NEVER
    )
    # A debtor who does not come back on the answer has its dispute closed a month later.
    wait = np.where(rng.random(n) < 0.9, rng.integers(0, 25, n), rng.integers(30, 60, n))
    closed = np.where(answers, _working(answered + wait), NEVER)
    reasons = ["quality", "quantity", "price", "not_delivered", "not_ordered", "duplicate", "other"]
    sincere = rng.choice(reasons, n, p=[0.34, 0.16, 0.2, 0.14, 0.05, 0.04, 0.07])
    excuse = rng.choice(reasons, n, p=[0.24, 0.1, 0.26, 0.12, 0.12, 0.08, 0.08])
    partial = rng.random(n) < 0.4
    disputed = (state.open[claims] * rng.uniform(0.1, 0.8, n)).astype(np.int64)
    state.events.add(
        "disputes",
        claim=claims,
        opened=day,
        reason=np.where(aggrieved, sincere, excuse),
        cents=np.where(partial, disputed, -1),
        written=rng.random(n) < np.where(aggrieved, 0.6, 0.3),
        answered=answered,
        founded=founded,
        closed=closed,
        sincere=aggrieved,
    )
    state.voiced[claims] = True
    end_dispute(state, claims, day, founded, closed)
    told = answers & (rng.random(n) < 0.85)
    state.events.add(
        "answers",
        claim=claims[told],
        day=answered[told],
        repaired=founded[told],
    )


def end_dispute(
    state: State, claims: np.ndarray, day: np.ndarray, founded: np.ndarray, closed: np.ndarray
) -> None:
    """Credit notes and repaired grievances of disputes opened on ``day``, closed or never."""
    rng, n, answers = state.rng, claims.size, closed < NEVER
    # Disputes that nobody answers are taken up again after most of a year, wrongly.
    state.busy_until[claims] = np.where(answers, closed, day + 300)
    granted = founded & answers & (state.open[claims] > 200)
    credit = (state.open[claims] * rng.uniform(0.05, 0.5, n)).astype(np.int64)[granted]
    hit = claims[granted]
    state.pay(hit, closed[granted], credit, "credit_note")
    state.open[hit] -= credit
    # A grievance repaired gives the debtor back its own speed, and unlocks the payment.
    aggrieved = state.grievance[claims]
    resolved = aggrieved & (founded & answers | (rng.random(n) < 0.35) & answers)
    undone = claims[resolved]
    state.grievance[undone] = False
    state.relief[undone] = -np.log(state.world["payment"]["grievance_hazard"])
    state.boost[undone] += state.world["collection"]["repair_effect"]


def suit(state: State, claims: np.ndarray, day: np.ndarray) -> None:
    """A lawsuit, from the request to the money or to nothing."""
    if claims.size == 0:
        return
    rng, n = state.rng, claims.size
    legal = state.world["legal"]
    profile = state.profile(claims)
    procedure = rng.choice(["payment_order", "summary", "merits"], n, p=[0.88, 0.07, 0.05])
    draw = rng.random(n)
    full = draw < legal["granted"]
    granted = draw < legal["granted"] + legal["granted_in_part"]
    asked = state.open[claims]
    sum_granted = np.where(full, asked, (asked * rng.uniform(0.5, 0.97, n)).astype(np.int64))
    decided = _working(day + 8 + rng.gamma(2.0, 14.0, n).astype(np.int64))
    served = _working(decided + rng.integers(8, 60, n))
    opposed = granted & (rng.random(n) < np.array(legal["opposed"])[profile])
    opposed_on = _working(served + rng.integers(5, 28, n))
    judged = _working(opposed_on + rng.integers(60, 150, n))
    lost = opposed & (rng.random(n) < np.where(state.grievance[claims], 0.5, 0.18))
    title_on = np.where(opposed, judged, served + 32)
    titled = granted & ~lost
    collects = titled & (rng.random(n) < np.array(legal["collects"])[profile])
    ended = _working(title_on + rng.integers(15, 120, n))
    step = _Steps(state, claims, procedure)
    step.write(np.full(n, True), "filed", day, -1, np.where(procedure == "merits", 90000, 3023))
    step.write(full, "granted", decided, sum_granted, 0)
    step.write(granted & ~full, "granted_in_part", decided, sum_granted, 0)
    step.write(~granted, "rejected", decided, -1, 0)
    step.write(granted, "served", served, -1, 7318)
    step.write(opposed, "opposed", opposed_on, -1, 0)
    step.write(opposed & ~lost, "judged_won", judged, sum_granted, 60000)
    step.write(lost, "judged_lost", judged, -1, 60000)
    step.write(collects, "seized", ended, sum_granted, 12000)
    step.write(collects, "enforced", ended + 20, sum_granted, 0)
    step.write(titled & ~collects, "unenforceable", ended, -1, 9000)
    state.events.add("suits", claim=claims, day=day)
    end = np.where(titled, ended + 21, np.where(granted, judged, decided))
    state.busy_until[claims] = end
    hit = claims[collects]
    paid_on = _working(ended + 20)[collects]
    state.pay(hit, paid_on, sum_granted[collects], "other")
    state.open[hit] -= sum_granted[collects]
    none_left = state.open[hit] <= 0
    state.settle(hit[none_left], paid_on[none_left], "paid")


def hand_over(state: State, claims: np.ndarray, day: np.ndarray) -> None:
    """A collection agency tries for four months, for a share of what it brings."""
    if claims.size == 0:
        return
    rng, n = state.rng, claims.size
    chance = np.array(state.world["collection"]["agency_collects"])[state.profile(claims)]
    collects = rng.random(n) < chance
    cents = (state.open[claims] * rng.choice([1.0, 0.7, 0.5], n)).astype(np.int64)
    paid = _working(day + rng.integers(20, 115, n))
    state.events.add("hand_overs", claim=claims, day=day)
    state.busy_until[claims] = day + 120
    state.receive(claims[collects], paid[collects], cents[collects])


class _Steps:
    """Writes the steps of suits begun together."""

    def __init__(self, state: State, claims: np.ndarray, procedure: np.ndarray) -> None:
        self._state, self._claims, self._procedure = state, claims, procedure

    def write(
        self, rows: np.ndarray, step: str, day: np.ndarray, cents: object, cost: object
    ) -> None:
        """One step on the claims where ``rows`` holds; −1 means no amount."""
        size = rows.shape
        self._state.events.add(
            "legal_steps",
            claim=self._claims[rows],
            procedure=self._procedure[rows],
            step=step,
            day=day[rows],
            cents=np.broadcast_to(np.asarray(cents), size)[rows],
            cost=np.broadcast_to(np.asarray(cost), size)[rows],
        )


def _working(day: np.ndarray) -> np.ndarray:
    """The Friday before a week-end, else the day itself (``NEVER`` stays)."""
    return np.where(day >= NEVER, NEVER, day - np.maximum(weekday(day) - 4, 0))
