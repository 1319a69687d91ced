"""Courses under way on a day, drawn again from there given what is already on the books."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.days import NEVER, weekday
from simulation.scripts import end_dispute
from simulation.state import State

_TRIES = 12


@dataclass(frozen=True)
class Pending:
    """What binds claims on a day, and what the books show of them.

    ``on_the_books`` cents open on the day by claim of the whole world; ``redrawn`` claims whose
    scripted future is thrown away; ``to_come`` payments after the day on the other claims
    (columns claim, day, cents, method); the frames hold one row per claim and course under way.
    """

    on_the_books: np.ndarray
    redrawn: np.ndarray
    to_come: pd.DataFrame
    promises: pd.DataFrame
    instalments: pd.DataFrame
    disputes: pd.DataFrame
    hand_overs: pd.DataFrame

    @classmethod
    def of(cls, state: State, last: int) -> Pending:
        """Read from the events of a world that was lived up to ``last``."""
        payments = state.events.frame("payments", ("claim", "day", "cents", "method"))
        n = state.open.size
        # An insolvency voids what was scripted to come after it.
        dies = state.insolvent_on[state.invoices.debtor[payments["claim"]]]
        booked = payments["method"].isin(("credit_note", "write_off")) | (payments["day"] <= dies)
        seen = payments[booked & (payments["day"] <= last)]
        on_the_books = state.invoices.cents - np.bincount(
            seen["claim"], weights=seen["cents"], minlength=n
        ).astype(np.int64)
        # The second creditor keeps no closing date: what it gave up stays open on its books.
        given_up = (state.closed_as == "written_off") & (state.invoices.creditor != 1)
        over = (state.settled_on <= last) & (
            given_up | np.isin(state.closed_as, ["settled", "cancelled"])
        )
        on_the_books = np.where(over | (on_the_books < 0), 0, on_the_books)
        bound = (on_the_books > 0) & (state.busy_until > last)
        promises = _promises(state, bound, last)
        instalments = _instalments(state, bound, last)
        disputes = _disputes(state, bound, last)
        hand_overs = _hand_overs(state, bound, last, seen)
        redrawn = np.zeros(n, dtype=bool)
        for part in (promises, instalments, disputes, hand_overs):
            redrawn[part["claim"]] = True
        later = payments[(payments["day"] > last) & ~redrawn[payments["claim"]]]
        return cls(on_the_books, redrawn, later, promises, instalments, disputes, hand_overs)

    def kept_payments(self, rows: np.ndarray, copies: int) -> pd.DataFrame:
        """Payments to come that are not drawn again, on each copy of the claims ``rows``."""
        return copied(self.to_come, rows, copies)


def copied(table: pd.DataFrame, rows: np.ndarray, copies: int) -> pd.DataFrame:
    """Rows of a table by claim, once per copy, with the copy's number as claim."""
    place = np.searchsorted(rows, table["claim"])
    here = (place < rows.size) & (rows[np.minimum(place, rows.size - 1)] == table["claim"])
    kept = table[here]
    again = kept.loc[kept.index.repeat(copies)].reset_index(drop=True)
    copy = np.tile(np.arange(copies), len(kept))
    return again.assign(claim=np.repeat(place[here], copies) * copies + copy)


def resume(state: State, pending: Pending, rows: np.ndarray, copies: int, last: int) -> None:
    """Draw anew what binds the copies; ``state`` comes from :meth:`State.again`."""
    redrawn = np.repeat(pending.redrawn[rows], copies)
    state.open[redrawn] = np.repeat(pending.on_the_books[rows], copies)[redrawn]
    state.settled_on[redrawn] = NEVER
    state.closed_as[redrawn] = ""
    _keep_promises(state, copied(pending.promises, rows, copies), last)
    _keep_plans(state, copied(pending.instalments, rows, copies), last)
    _settle_disputes(state, copied(pending.disputes, rows, copies), last)
    _collect(state, copied(pending.hand_overs, rows, copies), last)


def _promises(state: State, bound: np.ndarray, last: int) -> pd.DataFrame:
    rows = state.events.frame("promises", ("claim", "made", "due", "cents", "kept"))
    rows = rows[bound[rows["claim"]] & (rows["due"] + 3 > last) & (rows["kept"] > last)]
    return rows.drop_duplicates("claim", keep="last")[["claim", "made", "due", "cents"]]


def _instalments(state: State, bound: np.ndarray, last: int) -> pd.DataFrame:
    """Instalments of running plans not paid by the day; ``missed`` one is overdue already."""
    rows = state.events.frame("instalments", ("plan", "claim", "due", "cents", "paid"))
    ends = state.events.frame("plan_ends", ("plan", "broken"))
    rows = rows.assign(broken=ends["broken"].to_numpy()[rows["plan"]])
    end = rows.groupby("plan")["due"].transform("max")
    open_ = bound[rows["claim"]] & (rows["broken"] > last) & (end + 15 > last)
    rows = rows[open_ & (rows["paid"] > last)]
    newest = rows.groupby("claim")["plan"].transform("max")
    rows = rows[rows["plan"] == newest].sort_values(["claim", "due"], kind="stable")
    missed = (rows["due"] <= last).groupby(rows["claim"]).transform("any")
    return rows.assign(missed=missed)[["claim", "due", "cents", "missed"]]


def _disputes(state: State, bound: np.ndarray, last: int) -> pd.DataFrame:
    names = ("claim", "opened", "answered", "closed", "sincere")
    rows = state.events.frame("disputes", names)
    rows = rows[bound[rows["claim"]] & (rows["closed"] > last)]
    rows = rows.drop_duplicates("claim", keep="last")
    resolved = rows["sincere"].astype(bool) & ~state.grievance[rows["claim"]]
    return rows[list(names)].assign(resolved=resolved)


def _hand_overs(state: State, bound: np.ndarray, last: int, seen: pd.DataFrame) -> pd.DataFrame:
    """Claims at an agency that has brought nothing yet."""
    rows = state.events.frame("hand_overs", ("claim", "day"))
    rows = rows[bound[rows["claim"]] & (rows["day"] + 120 > last)]
    rows = rows.drop_duplicates("claim", keep="last")
    newest = seen.groupby("claim")["day"].max().reindex(rows["claim"]).to_numpy()
    return rows[~(newest > rows["day"].to_numpy())][["claim", "day"]]


def _keep_promises(state: State, rows: pd.DataFrame, last: int) -> None:
    claims, made, due = (rows[name].to_numpy() for name in ("claim", "made", "due"))
    chance = np.array(state.world["collection"]["promise_kept"])[state.profile(claims)]

    def draw(size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        kept = state.rng.random(size.size) < chance[size]
        day = np.maximum(made[size], _working(due[size] - state.rng.integers(0, 4, size.size)))
        return kept, day

    kept, day = _unseen(draw, claims.size, last)
    state.busy_until[claims] = due + 3
    state.receive(claims[kept], day[kept], rows["cents"].to_numpy()[kept])


def _keep_plans(state: State, rows: pd.DataFrame, last: int) -> None:
    """Each instalment as at first, until one is missed; one that is overdue already breaks it."""
    if rows.empty:
        return
    rng = state.rng
    rows = rows.sort_values(["claim", "due"], kind="stable")
    claims, due, cents = (rows[name].to_numpy() for name in ("claim", "due", "cents"))
    chance = np.array(state.world["collection"]["instalment_paid"])[state.profile(claims)]
    fails = (rng.random(claims.size) >= chance) | rows["missed"].to_numpy()
    owners, first, owner = np.unique(claims, return_index=True, return_inverse=True)
    place = np.arange(claims.size) - first[owner]
    first_fail = np.full(owners.size, NEVER)
    np.minimum.at(first_fail, owner[fails], place[fails])
    paid = place < first_fail[owner]
    day = np.maximum(_working(due - rng.integers(0, 3, claims.size)), last + 1)
    state.pay(claims[paid], day[paid], cents[paid], "transfer")
    np.subtract.at(state.open, claims[paid], cents[paid])
    broken = first_fail < NEVER
    failed_on = due[first + np.minimum(first_fail, np.bincount(owner) - 1)]
    final, end = np.zeros(owners.size, dtype=np.int64), np.zeros(owners.size, dtype=np.int64)
    np.maximum.at(final, owner[paid], day[paid])
    np.maximum.at(end, owner, due)
    state.busy_until[owners] = np.where(broken, np.maximum(failed_on + 10, last + 1), end + 15)
    state.settle(owners[~broken], final[~broken], "paid")


def _settle_disputes(state: State, rows: pd.DataFrame, last: int) -> None:
    if rows.empty:
        return
    rng = state.rng
    claims, opened, known = (rows[name].to_numpy() for name in ("claim", "opened", "answered"))
    sincere = rows["sincere"].to_numpy(dtype=bool)
    undone = claims[rows["resolved"].to_numpy(dtype=bool)]
    state.boost[undone] -= state.world["collection"]["repair_effect"]
    state.relief[undone] = 0.0
    state.grievance[claims] = sincere

    def draw(on: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        told = known[on] <= last
        answers = told | (rng.random(on.size) < 0.94)
        fresh = opened[on] + rng.integers(3, 41, on.size)
        answered = np.where(told, known[on], fresh)
        quick = rng.random(on.size) < 0.9
        wait = np.where(quick, rng.integers(0, 25, on.size), rng.integers(30, 60, on.size))
        # An answer that would be on the books by now is no answer to come.
        early = ~told & (answered <= last)
        closed = np.where(early, last, _working(answered + wait))
        return answers, closed

    answers, closed = _unseen(draw, claims.size, last)
    closed = np.where(answers, closed, NEVER)
    founded = rng.random(claims.size) < np.where(sincere, 0.62, 0.08)
    end_dispute(state, claims, opened, founded, closed)


def _collect(state: State, rows: pd.DataFrame, last: int) -> None:
    claims, since = rows["claim"].to_numpy(), rows["day"].to_numpy()
    chance = np.array(state.world["collection"]["agency_collects"])[state.profile(claims)]

    def draw(on: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        collects = state.rng.random(on.size) < chance[on]
        return collects, _working(since[on] + state.rng.integers(20, 115, on.size))

    collects, day = _unseen(draw, claims.size, last)
    share = state.rng.choice([1.0, 0.7, 0.5], claims.size)
    cents = (state.open[claims] * share).astype(np.int64)
    state.busy_until[claims] = since + 120
    state.receive(claims[collects], day[collects], cents[collects])


def _unseen(draw, size: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Whether and when, given that nothing of it was seen by the day: drawn until it fits."""
    happens, day = draw(np.arange(size))
    for _ in range(_TRIES):
        seen = np.flatnonzero(happens & (day <= last))
        if not seen.size:
            break
        happens[seen], day[seen] = draw(seen)
    happens &= day > last
    return happens, day


def _working(day: np.ndarray) -> np.ndarray:
    return np.where(day >= NEVER, NEVER, day - np.maximum(weekday(day) - 4, 0))
