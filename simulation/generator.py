"""An invented French credit ledger with known truth, from one seed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from data_schema import contract
from simulation import days, invoices, parties, surroundings, worlds
from simulation.ledger import Books
from simulation.paying import Hazard, first_payment_without_action
from simulation.state import State
from simulation.weeks import draw_insolvencies, live

_BEYOND_WEEKS = 52
"""Weeks lived after the day of the ledger, for the truth only."""


@dataclass(frozen=True)
class Portfolio:
    """A ledger and its truth.

    ``tables`` holds the canonical tables by name, money as floats that are exact to the cent,
    days as ``datetime64``; ``truth`` holds what no creditor knows: ``debtors`` (profile,
    frailty, ability), ``claims`` (first payment had nobody chased; payments under the past
    policy, up to a year after the day), ``disputes`` (sincere or not), ``effects`` (log
    hazards of actions), ``world`` (all parameters as JSON).
    """

    tables: dict[str, pd.DataFrame]
    truth: dict[str, pd.DataFrame]


def generate(
    *, n_claims: int, seed: int, as_of: date, months: int = 24, world: str = "calm"
) -> Portfolio:
    """Invent a ledger of ``n_claims`` invoices issued in the ``months`` before ``as_of``.

    The same arguments give the same portfolio. Raises ``KeyError`` for an unknown world and
    ``ValueError`` for fewer than one claim or month.
    """
    begun = begin(n_claims=n_claims, seed=seed, as_of=as_of, months=months, world=world)
    state, hazard, last = begun.state, begun.hazard, begun.last
    horizon = last + 7 * _BEYOND_WEEKS
    live(state, hazard, begun.first, horizon)
    untouched = first_payment_without_action(
        hazard, state.invoices, state.insolvent_on, begun.first, horizon
    )
    books = Books(begun.rngs[0], state, last)
    tables = _tables(begun.rngs[1], books, state, begun.issued_from, last)
    return Portfolio(tables, _truth(books, state, tables, untouched, worlds.load(world)))


@dataclass(frozen=True)
class Beginning:
    """A world before its first week: ``first`` is a Monday, days since 1970."""

    state: State
    hazard: Hazard
    first: int
    issued_from: int
    last: int
    rngs: list[np.random.Generator]


def begin(*, n_claims: int, seed: int, as_of: date, months: int, world: str) -> Beginning:
    """Debtors and claims at their birth, nothing lived yet; see ``generate``."""
    if n_claims < 1 or months < 1:
        raise ValueError(f"at least one claim and one month, not {n_claims} and {months}")
    parameters = worlds.load(world)
    rngs = [np.random.default_rng(part) for part in np.random.SeedSequence(seed).spawn(6)]
    last = days.number(as_of)
    issued_from = last - round(months * 30.4375)
    first = issued_from - int(days.weekday(np.array(issued_from)))
    n_debtors = max(1, round(n_claims / parameters["portfolio"]["claims_per_debtor"]))
    debtors = parties.draw_debtors(rngs[0], n_debtors, last, parameters)
    claims = invoices.draw_invoices(rngs[1], n_claims, debtors, issued_from, last, parameters)
    opened = draw_insolvencies(
        rngs[2],
        debtors.profile,
        debtors.ability,
        debtors.size,
        issued_from,
        parameters["insolvency"]["yearly"],
    )
    opened[debtors.kind == 3] = days.NEVER
    horizon = last + 7 * _BEYOND_WEEKS
    holidays = days.public_holidays(first, horizon + 400)
    state = State(rngs[3], claims, debtors, parameters, opened, holidays)
    hazard = Hazard(claims, debtors, last, parameters)
    return Beginning(state, hazard, first, issued_from, last, rngs[4:])


def write(portfolio: Portfolio, folder: Path) -> None:
    """Write ``folder/ledger/*.csv`` (a canonical folder) and ``folder/truth/*.parquet``."""
    ledger, truth = folder / "ledger", folder / "truth"
    ledger.mkdir(parents=True, exist_ok=True)
    truth.mkdir(parents=True, exist_ok=True)
    for name, table in portfolio.tables.items():
        pa.csv.write_csv(
            _arrow(name, table),
            ledger / f"{name}.csv",
            pa.csv.WriteOptions(quoting_style="needed"),
        )
    for name, table in portfolio.truth.items():
        pa.parquet.write_table(
            pa.Table.from_pandas(table, preserve_index=False), truth / f"{name}.parquet"
        )


def _tables(
    rng: np.random.Generator, books: Books, state: State, begin: int, last: int
) -> dict[str, pd.DataFrame]:
    debtors = state.debtors
    contacts = parties.draw_contacts(rng, debtors)
    fragile = np.where(state.vulnerable_on > last, days.NEVER, state.vulnerable_on)
    plans, instalments = books.plans()
    claims, actions, steps = books.claims(books.outcome()), books.actions(), books.legal_steps()
    return {
        "creditors": parties.draw_creditors(rng),
        "debtors": debtors.table.assign(vulnerable_since=days.dates(fragile)),
        "contacts": contacts.drop(columns="_debtor"),
        "agents": parties.agents(),
        "partners": parties.partners(),
        "claims": claims,
        "payments": books.payments(),
        "actions": actions,
        "interactions": books.interactions(contacts),
        "promises": books.promises(),
        "plans": plans,
        "instalments": instalments,
        "disputes": books.disputes()[0],
        "insolvencies": surroundings.insolvencies(rng, debtors, state.insolvent_on, last),
        "legal_steps": steps,
        "documents": surroundings.documents(claims, actions, steps),
        "facts": surroundings.facts(rng, debtors, state.insolvent_on, begin, last),
        "exchange_rates": surroundings.exchange_rates(rng, begin, last),
        "profile_labels": surroundings.profile_labels(rng, debtors, actions, claims),
    }


def _truth(
    books: Books,
    state: State,
    tables: dict[str, pd.DataFrame],
    untouched: np.ndarray,
    parameters: worlds.World,
) -> dict[str, pd.DataFrame]:
    debtors, claims, outcome = state.debtors, state.invoices, books.outcome()
    rules = parameters["collection"]
    effects = [
        (profile, f"channel_{name}", value)
        for profile in worlds.PROFILES
        for name, value in rules["channel_effect"].items()
    ]
    effects += list(zip(worlds.PROFILES, ["firm_tone"] * 4, rules["firm_effect"], strict=True))
    effects += [(profile, "formal_notice", rules["notice_effect"]) for profile in worlds.PROFILES]
    effects += [
        (profile, "resend_documents", rules["documents_effect"])
        for profile in ("disorganised", "dissatisfied")
    ]
    return {
        "debtors": pd.DataFrame(
            {
                "debtor_id": books.debtor_ids,
                "profile": np.array(worlds.PROFILES, dtype=object)[debtors.profile],
                "frailty": debtors.frailty,
                "ability": debtors.ability,
                "insolvent_on": days.dates(state.insolvent_on),
            }
        ),
        "claims": pd.DataFrame(
            {
                "claim_id": books.claim_ids,
                "aggrieved": claims.aggrieved,
                "due_on": days.dates(claims.due),
                "first_payment_without_action_on": days.dates(untouched),
                "first_payment_on": days.dates(outcome.first_payment_on),
                "paid_in_full_on": days.dates(outcome.paid_in_full_on),
            }
        ),
        "disputes": books.disputes()[1],
        "effects": pd.DataFrame(effects, columns=["profile", "what", "log_hazard"]),
        "world": pd.DataFrame({"parameters": [json.dumps(parameters, sort_keys=True)]}),
    }


def _arrow(name: str, table: pd.DataFrame) -> pa.Table:
    """The table with ISO days and moments and decimal money, as the contract writes them."""
    promised = {column.name: column.type for column in contract.tables("in")[name].columns}
    arrays = []
    for column in table.columns:
        kind, values = promised.get(column), table[column]
        if kind == "money":
            arrays.append(_decimals(values.to_numpy(dtype=float)))
        elif kind == "date":
            arrays.append(pa.array(values.to_numpy().astype("datetime64[D]")))
        elif kind == "timestamp":
            arrays.append(pa.array(np.datetime_as_string(values.to_numpy(), unit="s")))
        elif kind == "integer":
            arrays.append(pa.array(values, from_pandas=True).cast(pa.int64()))
        else:
            arrays.append(pa.array(values, from_pandas=True))
    return pa.table(arrays, names=list(table.columns))


def _decimals(values: np.ndarray) -> pa.Array:
    """Exact decimals of two places; NaN is missing."""
    known = ~np.isnan(values)
    cents = np.rint(np.where(known, values, 0) * 100).astype(np.int64)
    # A 128-bit integer is its low and its high half; the high one repeats the sign.
    halves = np.stack([cents, cents >> 63], axis=1)
    buffers = [pa.array(known).buffers()[1], pa.py_buffer(halves.tobytes())]
    return pa.Array.from_buffers(pa.decimal128(18, 2), cents.size, buffers)
