"""A ledger of payers, and the truth of every open claim given what the ledger shows."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from zlib import crc32

import numpy as np
import pandas as pd

from simulation import days, futures
from simulation.futures import Futures
from simulation.generator import Portfolio
from simulation.parties import ids
from simulation.payers.forms import RECIPES, Form
from simulation.payers.living import Lives, live
from simulation.payers.population import CHANNELS, Population, draw

_CHUNK = 25
_BEYOND = 371
"""Days lived after the day: a year, to the end of its last week."""


def generate(
    world: str,
    *,
    n_claims: int,
    seed: int,
    as_of: date,
    months: int | None = None,
    draws: int = 200,
) -> Portfolio:
    """Invent ``n_claims`` claims issued evenly in the ``months`` before ``as_of``.

    The truth of an open claim is its chance **given the observable history of its debtor and the
    true parameters**: the hidden effect of the debtor is drawn from its exact posterior, then the
    year after the day is lived ``draws`` times. ``truth`` holds the tables of
    :func:`simulation.futures.truth`, or nothing with ``draws=0``: the ledger alone, for a large
    one. The same arguments give the same portfolio.

    Raises ``KeyError`` for an unknown world, ``ValueError`` for fewer than one claim or month.
    """
    if world not in RECIPES:
        raise KeyError(f"no world of payers {world!r}; there are: {', '.join(sorted(RECIPES))}")
    recipe = RECIPES[world]
    months = recipe.months if months is None else months
    if min(n_claims, months) < 1 or draws < 0:
        raise ValueError(f"at least one claim and one month, not {n_claims} and {months}")
    spawned = np.random.SeedSequence([seed, crc32(world.encode())]).spawn(6)
    rngs = [np.random.default_rng(part) for part in spawned]
    last = days.number(as_of)
    population = draw(
        rngs[0],
        n_claims,
        first=last - round(months * 30.4375),
        as_of=last,
        claims_per_debtor=recipe.claims_per_debtor,
        consumers=recipe.consumers,
        fresh_share=recipe.fresh_share,
    )
    form = recipe.form(rngs[1], population, last)
    begin = last + 1 - form.step * -(-round(months * 30.4375) // form.step)
    n_debtors = population.failing.size
    failures = _failures(rngs[2], population, np.arange(n_debtors), begin)
    lives = Lives.born(population, rngs[2].choice(form.nodes, n_debtors), failures)
    likelihood = np.zeros((n_debtors, form.nodes.size)) if draws else None
    book = _Book()
    live(population, form, lives, begin, last + 1, rngs[3], book, likelihood)
    if likelihood is None:
        return Portfolio(_tables(population, book, failures, last), {})
    rows = np.flatnonzero(lives.open > 0)
    drawn = _drawn(population, form, lives, likelihood, rows, last, draws, rngs[4])
    lived = _lived(population, form, lives, rows, last, rngs[5])
    return Portfolio(_tables(population, book, failures, last), futures.truth(lived, drawn))


def _failures(
    rng: np.random.Generator, population: Population, debtors: np.ndarray, first: int
) -> np.ndarray:
    rate = np.maximum(population.failing[debtors], 1e-12)
    wait = np.ceil(rng.exponential(size=debtors.shape) / rate)
    return np.where(wait > 5000, days.NEVER, first + wait).astype(np.int64)


def _drawn(
    population: Population,
    form: Form,
    lives: Lives,
    likelihood: np.ndarray,
    rows: np.ndarray,
    last: int,
    draws: int,
    rng: np.random.Generator,
) -> Futures:
    """The year after the day from the posterior of the debtors' effects, many times."""
    weight = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    upto = np.cumsum(weight, axis=1) / weight.sum(axis=1, keepdims=True)
    debtors = np.arange(population.failing.size)
    known = np.full(debtors.size, days.NEVER, dtype=np.int64)
    np.minimum.at(known, population.debtor, lives.insolvent_on)
    parts = []
    for start in range(0, draws, _CHUNK):
        size = min(_CHUNK, draws - start)
        point = (rng.random((debtors.size, size, 1)) > upto[:, None, :]).sum(axis=2)
        effect = form.nodes[np.minimum(point, form.nodes.size - 1)]
        fresh = _failures(rng, population, np.repeat(debtors[:, None], size, axis=1), last)
        failing = np.where(known[:, None] <= last, known[:, None], fresh)
        owner = population.debtor[rows]
        again = lives.again(
            np.repeat(rows, size), effect[owner].reshape(-1), failing[owner].reshape(-1)
        )
        parts.append(_year(population, form, again, rows, lives.open[rows], size, last, rng))
    return futures.joined(parts)


def _lived(
    population: Population,
    form: Form,
    lives: Lives,
    rows: np.ndarray,
    last: int,
    rng: np.random.Generator,
) -> Futures:
    """The one year that comes, with the true effects."""
    one = lives.again(rows, lives.effect[rows], lives.insolvent_on[rows])
    return _year(population, form, one, rows, lives.open[rows], 1, last, rng)


def _year(
    population: Population,
    form: Form,
    lives: Lives,
    rows: np.ndarray,
    open_cents: np.ndarray,
    size: int,
    last: int,
    rng: np.random.Generator,
) -> Futures:
    ledger = futures.Ledger(rows.size, size, last)

    def told(what: str, places: np.ndarray, day: np.ndarray, cents: np.ndarray) -> None:
        if what == "payment":
            ledger.pay(places, day, cents)
        elif what == "full":
            ledger.settle(places, day)

    live(population, form, lives, last + 1, last + _BEYOND, rng, told)
    names = population.table["debtor_id"].to_numpy()[population.debtor[rows]]
    return ledger.futures(_claim_ids(population)[rows], names, open_cents)


class _Book:
    """Keeps what happened, as rows."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[np.ndarray, ...]]] = defaultdict(list)

    def __call__(self, what: str, claims: np.ndarray, day: np.ndarray, cents: np.ndarray) -> None:
        self._rows[what].append((claims, day, cents))

    def frame(self, what: str, last: int) -> pd.DataFrame:
        """claim, day, cents, and what, known by a day."""
        parts = self._rows[what] or [(np.empty(0, dtype=np.int64),) * 3]
        columns = (np.concatenate(part) for part in zip(*parts, strict=True))
        rows = pd.DataFrame(dict(zip(("claim", "day", "cents"), columns, strict=True)))
        return rows[rows["day"] <= last].assign(what=what)


def _claim_ids(population: Population) -> np.ndarray:
    return ids("C", np.arange(1, population.cents.size + 1), 7)


def _tables(
    population: Population, book: _Book, failures: np.ndarray, last: int
) -> dict[str, pd.DataFrame]:
    claim_ids = _claim_ids(population)
    debtor_ids = population.table["debtor_id"].to_numpy()
    failed = np.flatnonzero(failures <= last)
    kind = np.where(population.table["kind"] == "consumer", "over_indebtedness", "liquidation")
    return {
        "creditors": pd.DataFrame(
            {
                "creditor_id": ["CR1"],
                "name": ["Tarvonel Fournitures SAS"],
                "kind": ["company"],
                "country": ["FR"],
            }
        ),
        "debtors": population.table,
        "claims": pd.DataFrame(
            {
                "claim_id": claim_ids,
                "debtor_id": debtor_ids[population.debtor],
                "creditor_id": "CR1",
                "issued_on": days.dates(population.issued),
                "due_on": days.dates(population.due),
                "amount": population.cents / 100,
                "score": population.score,
                "load": population.load,
                "noise": population.noise,
                "branch": np.char.add("B", np.char.zfill(population.branch.astype(str), 3)),
                "channel": np.array(CHANNELS, dtype=object)[population.channel],
            }
        ),
        "payments": _payments(book, claim_ids, last),
        "disputes": _disputes(book, claim_ids, last),
        "insolvencies": pd.DataFrame(
            {
                "debtor_id": debtor_ids[failed],
                "opened_on": days.dates(failures[failed]),
                "kind": kind[failed].astype(object),
            }
        ),
    }


def _payments(book: _Book, claim_ids: np.ndarray, last: int) -> pd.DataFrame:
    rows = pd.concat([book.frame(what, last) for what in ("payment", "credit_note", "write_off")])
    rows = rows.sort_values(["day", "claim"], kind="stable")
    return pd.DataFrame(
        {
            "payment_id": ids("P", np.arange(1, len(rows) + 1), 8),
            "claim_id": claim_ids[rows["claim"]],
            "paid_on": days.dates(rows["day"].to_numpy()),
            "amount": rows["cents"].to_numpy() / 100,
            "method": rows["what"].replace("payment", "transfer").to_numpy(),
        }
    )


def _disputes(book: _Book, claim_ids: np.ndarray, last: int) -> pd.DataFrame:
    """One row per dispute: a claim is disputed once."""
    opened = book.frame("dispute", last).sort_values(["day", "claim"], kind="stable")
    answers = book.frame("answer", last).set_index("claim")
    closed = opened["claim"].map(answers["day"]).fillna(days.NEVER).astype(np.int64)
    founded = opened["claim"].map(answers["cents"])
    return pd.DataFrame(
        {
            "dispute_id": ids("L", np.arange(1, len(opened) + 1), 6),
            "claim_id": claim_ids[opened["claim"]],
            "opened_on": days.dates(opened["day"].to_numpy()),
            "reason": "quality",
            "answered_on": days.dates(closed.to_numpy()),
            "founded": founded.map({1: True, 0: False}).astype(object).to_numpy(),
            "closed_on": days.dates(closed.to_numpy()),
        }
    )
