"""The weekly loop: payments, grievances, chasing, lawsuits, hand-overs, write-offs."""

from __future__ import annotations

import numpy as np

from simulation import scripts
from simulation.collecting import chase
from simulation.days import NEVER, on_contact_days
from simulation.paying import Hazard, payment_days
from simulation.state import State


def live(state: State, hazard: Hazard, first: int, last: int) -> None:
    """Let the weeks between two days go by; both are Mondays of the same calendar of weeks."""
    invoices = state.invoices
    born = int(np.searchsorted(invoices.issued, first))
    alive = np.arange(born)
    for start in range(first, last, 7):
        new = int(np.searchsorted(invoices.issued, start + 7))
        alive = np.concatenate([alive[~state.is_settled(alive)], np.arange(born, new)])
        alive = alive[~state.is_settled(alive)]
        born = new
        sound = alive[state.insolvent_on[invoices.debtor[alive]] > start]
        free = sound[state.busy_until[sound] <= start]
        _pay(state, hazard, free, start)
        _complain(state, sound, start)
        due = sound[~state.is_settled(sound) & (invoices.due[sound] < start)]
        owing = np.bincount(invoices.debtor[due], minlength=state.rank.size) > 0
        state.end_episode(np.flatnonzero(~owing & (state.rank > 0)))
        late = invoices.due[due] + state.world["collection"]["grace_days"] < start
        open_ = (state.busy_until[due] <= start) & late
        chase(state, _approachable(state, due[open_]), start)
        _sue(state, due[open_], start)
        _hand_over(state, due[open_], start)
        _give_up(state, alive, start)
        # What was said or repaired while the claim was bound still counts when it is free again.
        unbound = alive[state.busy_until[alive] <= start]
        state.boost[unbound] *= state.world["collection"]["decay"]
        state.excited[alive] *= 0.84


def _approachable(state: State, claims: np.ndarray) -> np.ndarray:
    barred = state.debtors.table["do_not_contact"].to_numpy(dtype=bool)
    return claims[~barred[state.invoices.debtor[claims]]].copy()


def _pay(state: State, hazard: Hazard, claims: np.ndarray, start: int) -> None:
    rng, invoices = state.rng, state.invoices
    payment = state.world["payment"]
    before, after = hazard.week(claims, start)
    # Money dries up in the months before an insolvency.
    near = state.insolvent_on[invoices.debtor[claims]] - start < 120
    lift = np.exp(state.boost[claims] + state.relief[claims] + state.excited[claims] - 1.2 * near)
    before, after = before * lift, after * lift
    passed = state.left[claims] <= before + after
    hit = claims[passed]
    day = payment_days(start, invoices.due[hit], before[passed], after[passed], state.left[hit])
    day = np.maximum(day, invoices.issued[hit])
    state.left[claims] -= before + after
    overdue = day - invoices.due[hit]
    part = rng.random(hit.size) < np.array(payment["partial_share"])[state.profile(hit)]
    part &= (state.open[hit] > 5000) & (overdue > -3)
    share = np.where(part, rng.beta(2.2, 2.8, hit.size), 1.0)
    cents = np.maximum((state.open[hit] * share).astype(np.int64), 1)
    # Part payments are round sums more often than not.
    rounded = part & (rng.random(hit.size) < 0.6) & (cents > 10000)
    cents = np.where(rounded, cents // 5000 * 5000, cents)
    deal = ~part & (overdue > 150) & (rng.random(hit.size) < 0.06)
    debit = ~part & ~deal & (rng.random(hit.size) < 0.09)
    returned = debit & (rng.random(hit.size) < payment["reversal_share"])
    _return_debits(state, hit[returned], day[returned], cents[returned])
    _agree_less(state, hit[deal], day[deal])
    plain = ~returned & ~deal
    extra = plain & ~part & (rng.random(hit.size) < 0.004)
    surplus = np.where(rng.random(hit.size) < 0.4, cents, rng.integers(100, 4000, hit.size))
    state.pay(hit[extra], day[extra], surplus[extra], "transfer")
    state.receive(hit[plain], day[plain], cents[plain])
    again = hit[part]
    state.left[again] = rng.exponential(size=again.size) * 0.7
    state.scale[again] = 0.7
    state.excited[again] = payment["self_exciting"]
    loose = rng.random(hit.size) < 0.003
    state.events.add(
        "on_account",
        debtor=invoices.debtor[hit[loose]],
        creditor=invoices.creditor[hit[loose]],
        day=day[loose],
        cents=np.maximum(cents[loose] // 3, 500),
    )


def _return_debits(state: State, claims: np.ndarray, day: np.ndarray, cents: np.ndarray) -> None:
    """A direct debit comes back within a week; the claim is open again."""
    back = day + state.rng.integers(3, 8, claims.size)
    state.pay(claims, day, cents, "direct_debit")
    state.pay(claims, back, -cents, "direct_debit")
    state.busy_until[claims] = back
    state.left[claims] = state.rng.exponential(size=claims.size)
    state.scale[claims] = 1.0


def _agree_less(state: State, claims: np.ndarray, day: np.ndarray) -> None:
    """An old claim is settled for less; the rest is given up."""
    cents = (state.open[claims] * state.rng.uniform(0.6, 0.9, claims.size)).astype(np.int64)
    state.pay(claims, day, cents, "transfer")
    state.open[claims] -= cents
    state.settle(claims, day, "settled")


def _complain(state: State, claims: np.ndarray, start: int) -> None:
    """Grievances voiced unasked, whether or not the invoice is due."""
    voiced = state.invoices.grievance_on[claims]
    now = (voiced >= start) & (voiced < start + 7) & ~state.voiced[claims]
    now &= ~state.is_settled(claims) & (state.busy_until[claims] <= start)
    hit = claims[now]
    scripts.dispute(state, hit, state.invoices.grievance_on[hit])
    state.end_episode(np.unique(state.invoices.debtor[hit]))


def _sue(state: State, claims: np.ndarray, start: int) -> None:
    """Large old claims, after the last attempt has failed."""
    legal = state.world["legal"]
    claims = claims[~state.is_settled(claims) & (state.busy_until[claims] <= start)]
    debtor = state.invoices.debtor[claims]
    ripe = (state.rank[debtor] == 4) & (state.last_contact[debtor] < start - 12)
    ripe &= (start - state.invoices.due[claims] > 110) & (start - state.invoices.due[claims] < 900)
    ripe &= state.open[claims] >= legal["smallest"] * 100
    ripe &= (state.debtors.currency[debtor] == "EUR") & (
        state.rng.random(claims.size) < legal["weekly"]
    )
    hit = claims[ripe]
    scripts.suit(state, hit, _in_week(state, start, hit.size))


def _hand_over(state: State, claims: np.ndarray, start: int) -> None:
    """Smaller old claims go to an agency once the last attempt has failed."""
    claims = claims[~state.is_settled(claims) & (state.busy_until[claims] <= start)]
    debtor = state.invoices.debtor[claims]
    ripe = (state.rank[debtor] == 4) & (state.last_contact[debtor] < start - 20)
    ripe &= (start - state.invoices.due[claims] > 120) & (state.open[claims] < 300_000)
    ripe &= state.rng.random(claims.size) < state.world["collection"]["agency_weekly"]
    hit = claims[ripe]
    scripts.hand_over(state, hit, _in_week(state, start, hit.size))


def _in_week(state: State, start: int, size: int) -> np.ndarray:
    return on_contact_days(start + state.rng.integers(0, 5, size), state.holidays)


def _give_up(state: State, claims: np.ndarray, start: int) -> None:
    """Old claims that nobody hopes for are written off."""
    rng, invoices = state.rng, state.invoices
    claims = claims[~state.is_settled(claims) & (state.busy_until[claims] <= start)]
    debtor = invoices.debtor[claims]
    dead = start - state.insolvent_on[debtor] > 150
    age = start - invoices.due[claims]
    weekly = np.where(dead, 0.04, np.where((age > 480) & (state.open[claims] < 90000), 0.02, 0.0))
    weekly = np.where(~dead & (age > 600), 0.02, weekly)
    hit = claims[rng.random(claims.size) < weekly]
    day = start + rng.integers(0, 5, hit.size)
    booked = rng.random(hit.size) < 0.6
    state.pay(hit[booked], day[booked], state.open[hit][booked], "write_off")
    state.open[hit[booked]] = 0
    state.settle(hit, day, "written_off")


def draw_insolvencies(
    rng: np.random.Generator,
    profile: np.ndarray,
    ability: np.ndarray,
    size: np.ndarray,
    first: int,
    yearly: list[float],
) -> np.ndarray:
    """Day on which each debtor's proceeding opens, or ``NEVER`` within four years.

    Firms of fifty and more fail less often, those of two hundred and more seldom.
    """
    rate = np.array(yearly)[profile] * np.exp(-0.5 * ability) / 365.25
    rate = rate * np.array([1.0, 1.0, 0.6, 0.3, 0.15, 1.0, 1.0])[size]
    day = first + np.ceil(rng.exponential(size=profile.size) / rate).astype(np.int64)
    return np.where(day > first + 1500, NEVER, day)
