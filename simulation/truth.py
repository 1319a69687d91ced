"""The invented ledger's world, lived again and again from what it was on the day.

The forecast of :func:`known` is that of the **true-parameter model**: it knows every parameter of
the world and the hidden state on the day (profile, frailty, ability, grievance, what agents think),
but not what is to come. Thresholds of payment are exponential, so what is left of them is drawn
anew; so are failures, and the ends of promises, plans, disputes and hand-overs under way, given
what is already on the books. Kept as they were drawn, because they concern few claims: lawsuits
under way, credit notes to come, and replies of the last week that are not on the books yet.

No new lawsuit is begun after the day, neither in the futures nor in the year lived: the odds that
amiable publishes assume none.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from simulation import futures
from simulation.days import NEVER
from simulation.futures import Futures, Ledger
from simulation.generator import Portfolio, begin, generate
from simulation.parties import ids
from simulation.paying import Hazard
from simulation.resuming import Pending, resume
from simulation.state import State
from simulation.weeks import draw_insolvencies, live

_CHUNK = 25
_SUNDAY = 6
_YEAR = 7 * 53
_BOOKINGS = ("credit_note", "write_off")


def known(
    *,
    n_claims: int,
    seed: int,
    as_of: date,
    months: int = 24,
    world: str = "calm",
    draws: int = 200,
) -> Portfolio:
    """The portfolio of :func:`simulation.generator.generate`, with the truth of its open claims.

    ``truth`` holds, beside the generator's tables, those of :func:`simulation.futures.truth`.
    The same arguments give the same portfolio. Raises ``ValueError`` if ``as_of`` is not a Sunday
    (weeks are lived whole) or ``draws`` is less than one.
    """
    if as_of.weekday() != _SUNDAY or draws < 1:
        raise ValueError(f"a Sunday and at least one draw, not {as_of:%A %Y-%m-%d} and {draws}")
    arguments = {
        "n_claims": n_claims, "seed": seed, "as_of": as_of, "months": months, "world": world,
    }  # fmt: skip
    portfolio = generate(**arguments)
    begun = begin(**arguments)
    state, hazard, last = begun.state, begun.hazard, begun.last
    live(state, hazard, begun.first, last + 1)
    legal = {**state.world["legal"], "weekly": 0.0}
    state.world = {**state.world, "legal": legal}
    pending = Pending.of(state, last)
    rows = np.flatnonzero(pending.on_the_books > 0)
    rng = np.random.default_rng(np.random.SeedSequence([seed, draws, 11]))
    parts = [
        _drawn(state, pending, rows, min(_CHUNK, draws - start), last, rng)
        for start in range(0, draws, _CHUNK)
    ]
    lived = _lived(state, hazard, pending, rows, last)
    return Portfolio(
        portfolio.tables, {**portfolio.truth, **futures.truth(lived, futures.joined(parts))}
    )


def _drawn(
    state: State,
    pending: Pending,
    rows: np.ndarray,
    copies: int,
    last: int,
    rng: np.random.Generator,
) -> Futures:
    other = state.again(rows, copies, rng)
    people = other.debtors
    fresh = draw_insolvencies(
        rng,
        people.profile,
        people.ability,
        people.size,
        last,
        state.world["insolvency"]["yearly"],
    )
    fresh[people.kind == 3] = NEVER
    other.insolvent_on = np.where(other.insolvent_on > last, fresh, other.insolvent_on)
    resume(other, pending, rows, copies, last)
    kept = pending.kept_payments(rows, copies)
    live(
        other,
        Hazard(other.invoices, other.debtors, last, state.world),
        last + 1,
        last + 1 + _YEAR,
    )
    return _collected(other, kept, rows, state, pending, copies, last)


def _lived(state: State, hazard: Hazard, pending: Pending, rows: np.ndarray, last: int) -> Futures:
    """The year that comes, from the state as it is."""
    live(state, hazard, last + 1, last + 1 + _YEAR)
    place = np.full(state.open.size, -1)
    place[rows] = np.arange(rows.size)
    payments = _money(state)
    payments = payments[place[payments["claim"]] >= 0]
    ledger = Ledger(rows.size, 1, last)
    ledger.pay(place[payments["claim"]], payments["day"].to_numpy(), payments["cents"].to_numpy())
    dies = state.insolvent_on[state.invoices.debtor[rows]]
    paid = (state.closed_as[rows] == "paid") & (state.settled_on[rows] <= dies)
    ledger.settle(np.flatnonzero(paid), state.settled_on[rows][paid])
    return _named(ledger, rows, state, pending)


def _collected(
    other: State,
    kept: pd.DataFrame,
    rows: np.ndarray,
    state: State,
    pending: Pending,
    copies: int,
    last: int,
) -> Futures:
    ledger = Ledger(rows.size, copies, last)
    dies = other.insolvent_on[other.invoices.debtor]
    for payments in (_money(other), kept[~kept["method"].isin(_BOOKINGS)]):
        on, day = payments["claim"].to_numpy(), payments["day"].to_numpy()
        valid = day <= dies[on]
        ledger.pay(on[valid], day[valid], payments["cents"].to_numpy()[valid])
    paid = np.flatnonzero((other.closed_as == "paid") & (other.settled_on <= dies))
    ledger.settle(paid, other.settled_on[paid])
    return _named(ledger, rows, state, pending)


def _money(state: State) -> pd.DataFrame:
    """Payments by the debtor; an insolvency voids the later ones."""
    rows = state.events.frame("payments", ("claim", "day", "cents", "method"))
    dies = state.insolvent_on[state.invoices.debtor[rows["claim"]]]
    return rows[~rows["method"].isin(_BOOKINGS) & (rows["day"] <= dies)]


def _named(ledger: Ledger, rows: np.ndarray, state: State, pending: Pending) -> Futures:
    debtor_ids = state.debtors.table["debtor_id"].to_numpy()[state.invoices.debtor[rows]]
    return ledger.futures(ids("F", rows + 1, 7), debtor_ids, pending.on_the_books[rows])
