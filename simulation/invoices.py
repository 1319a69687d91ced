"""The claims at their birth: who owes how much since when, and what is on file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.days import NEVER, weekday
from simulation.parties import KINDS, Debtors
from simulation.worlds import World


@dataclass
class Invoices:
    """Arrays of shape (n_claims,), sorted by day of issue; money in cents.

    ``speed`` multiplies the baseline hazard (debtor, amount); ``threshold`` is the cumulative
    hazard at which the first payment comes: drawn once, shared by the world with actions and
    the world without, so that their difference is the effect and not noise. ``grievance_on``
    is the day on which a real grievance would be voiced unasked (``NEVER`` if there is none
    or it stays unsaid).
    """

    debtor: np.ndarray
    creditor: np.ndarray
    issued: np.ndarray
    due: np.ndarray
    cents: np.ndarray
    vat_cents: np.ndarray
    nature: np.ndarray
    has_order: np.ndarray
    has_delivery: np.ndarray
    has_terms: np.ndarray
    aggrieved: np.ndarray
    grievance_on: np.ndarray
    speed: np.ndarray
    threshold: np.ndarray
    credit_cents: np.ndarray
    credited_on: np.ndarray


def draw_invoices(
    rng: np.random.Generator,
    n_claims: int,
    debtors: Debtors,
    first: int,
    as_of: int,
    world: World,
) -> Invoices:
    """Draw ``n_claims`` invoices issued between two days, both included."""
    portfolio, payment = world["portfolio"], world["payment"]
    n = n_claims
    issued = np.sort(_issue_days(rng, n, first, as_of, portfolio["season"]))
    debtor = rng.choice(debtors.flow.size, n, p=debtors.flow / debtors.flow.sum())
    # Every debtor has at least one claim: the ledger would not know it otherwise.
    owners = rng.permutation(n)[: debtors.flow.size]
    missing = np.setdiff1d(np.arange(debtors.flow.size), debtor)
    debtor[owners[: missing.size]] = missing
    kind = debtors.kind[debtor]
    median = np.array([portfolio["amount_median"][name] for name in KINDS], dtype=float)
    size_lift = 0.06 * np.minimum(debtors.size[debtor], 4)
    amount = np.exp(rng.normal(np.log(median[kind]) + size_lift, portfolio["amount_spread"]))
    cents = np.maximum(1500, (amount * 100).astype(np.int64))
    cents[debtors.currency[debtor] != "EUR"] += 5
    taxed = rng.random(n) < 0.93
    vat = np.where(taxed, np.rint(cents / 6), 0).astype(np.int64)
    terms = np.where(
        kind == 2,
        rng.choice([0, 15, 30], n, p=[0.2, 0.5, 0.3]),
        np.where(kind == 3, 30, rng.choice([15, 30, 45, 60], n, p=[0.1, 0.5, 0.22, 0.18])),
    )
    home = rng.choice(3, debtors.flow.size, p=[0.5, 0.3, 0.2])
    creditor = np.where(rng.random(n) < 0.9, home[debtor], rng.integers(0, 3, n))
    nature = np.where(creditor == 2, "energy", "contract").astype(object)
    nature[(creditor == 1) & (rng.random(n) < 0.02)] = "bill_of_exchange"
    profile = debtors.profile[debtor]
    aggrieved = rng.random(n) < np.array(payment["grievance_share"])[profile]
    voiced = aggrieved & (rng.random(n) < 0.8)
    speed = np.exp(
        payment["frailty_spread"] * debtors.frailty[debtor]
        + np.array(payment["ability_slope"])[profile] * debtors.ability[debtor]
        + payment["amount_slope"] * (np.log(cents / 100) - np.log(900))
    )
    speed = np.where(aggrieved, speed * payment["grievance_hazard"], speed)
    credited = rng.random(n) < payment["credit_note_share"]
    whole = credited & (rng.random(n) < 0.3)
    share = np.where(whole, 1.0, rng.uniform(0.04, 0.4, n))
    return Invoices(
        debtor=debtor,
        creditor=creditor,
        issued=issued,
        due=issued + terms,
        cents=cents,
        vat_cents=vat,
        nature=nature,
        has_order=rng.random(n) < np.where(kind == 2, 0.6, 0.78),
        has_delivery=rng.random(n) < np.where(aggrieved, 0.55, 0.74),
        has_terms=rng.random(n) < 0.62,
        aggrieved=aggrieved,
        grievance_on=np.where(voiced, issued + rng.integers(5, 60, n), NEVER),
        speed=speed,
        threshold=rng.exponential(size=n),
        credit_cents=np.where(credited, np.rint(cents * share), 0).astype(np.int64),
        credited_on=np.where(credited, issued + rng.integers(2, 40, n), NEVER),
    )


def _issue_days(
    rng: np.random.Generator, size: int, first: int, last: int, season: float
) -> np.ndarray:
    span = np.arange(first, last + 1)
    weight = np.where(weekday(span) < 5, 1.0, 0.03)
    # A slow August and a busy end of year when the world has seasons.
    weight = weight * (1 + season * np.cos(2 * np.pi * (span % 365.25 - 320) / 365.25))
    weight = weight * (1 + 0.3 * (span - first) / span.size)
    return rng.choice(span, size, p=weight / weight.sum())
