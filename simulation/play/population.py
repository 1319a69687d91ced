"""Who owes what in a world that is played: hidden traits, invoices of the past and to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simulation import parties
from simulation.days import NEVER, weekday
from simulation.play.draws import Draws
from simulation.play.worlds import Parameters
from simulation.worlds import load

if TYPE_CHECKING:
    from simulation.play.state import State

NATURAL = ("consumer", "sole_trader", "unknown")


@dataclass
class Population:
    """Debtors and claims at birth, shapes (n_debtors,) and (n_claims,); claims by day of issue.

    ``profile`` to ``insolvent_on`` are hidden; ``table`` is what the ledger shows of debtors.
    ``creditor`` counts from 0: each debtor buys from one, and its agent is in charge.
    """

    table: pd.DataFrame
    kind: np.ndarray
    true_kind: np.ndarray
    profile: np.ndarray
    frailty: np.ndarray
    ability: np.ndarray
    wrong_contact: np.ndarray
    insolvent_on: np.ndarray
    hardness: np.ndarray
    creditor: np.ndarray
    debtor: np.ndarray
    issued: np.ndarray
    due: np.ndarray
    cents: np.ndarray
    no_documents: np.ndarray
    grievance: np.ndarray
    voiced_on: np.ndarray
    speed: np.ndarray


def draw(
    draws: Draws, seed: int, n_past: int, first: int, start: int, last: int, world: Parameters
) -> Population:
    """Draw ``n_past`` claims issued from ``first`` to ``start``, as many a day until ``last``."""
    rules, owed = world["debtors"], world["claims"]
    n = max(1, round(n_past * (last - first) / (start - first)))
    m = max(1, round(n_past / rules["claims_per_debtor"]))
    # The parties of the invented ledger, with the shares of this world and euros only.
    portfolio = {**load("calm")["portfolio"], "profiles": rules["profiles"], "foreign": 0.0}
    people = parties.draw_debtors(
        np.random.default_rng([seed, 1]), m, start, {**load("calm"), "portfolio": portfolio}
    )
    who, each = np.arange(m), np.arange(n)
    profile = people.profile
    shape = world["payment"]["frailty_shape"]
    frailty = np.random.default_rng([seed, 2]).gamma(shape, 1 / shape, m)
    yearly = np.array(rules["insolvent_yearly"])[profile] * np.exp(-0.5 * people.ability)
    fails = first + np.ceil(draws.exponential("insolvent", who) / yearly * 365).astype(np.int64)
    share = np.cumsum(people.flow) / people.flow.sum()
    debtor = np.searchsorted(share, draws.uniform("owner", each))
    debtor = np.minimum(debtor, m - 1)
    issued = first + draws.whole("issued", 0, last - first, each)
    issued = np.sort(issued - np.maximum(weekday(issued) - 4, 0))
    kinds = np.array(parties.KINDS, dtype=object)[people.kind]
    median = np.array([rules["amount_median"][kind] for kind in kinds], dtype=float)[debtor]
    amount = median * np.exp(rules["amount_spread"] * draws.normal("amount", each))
    cents = np.clip((amount * 100).astype(np.int64), 3000, 4_000_000)
    terms = np.array([15, 30, 45, 60])[
        draws.pick("terms", np.array([[0.15, 0.5, 0.2, 0.15]]).repeat(n, 0), each)
    ]
    aggrieved = draws.uniform("grievance", each) < np.array(owed["grievance"])[profile[debtor]]
    alone = aggrieved & (draws.uniform("voiced", each) < owed["disputes_alone"])
    pay = world["payment"]
    slope = np.array(pay["ability_slope"])[profile] * people.ability
    speed = frailty[debtor] * np.exp(
        slope[debtor] + pay["amount_slope"] * (np.log(cents / 100) - np.log(900))
    )
    table = people.table.drop(columns=["customer_segment", "data_origin"])
    return Population(
        table=table,
        kind=table["kind"].to_numpy(dtype=object),
        true_kind=kinds,
        profile=profile,
        frailty=frailty,
        ability=people.ability,
        wrong_contact=draws.uniform("wrong", who) < np.array(rules["wrong_contact"])[profile],
        insolvent_on=np.where(fails > last, NEVER, fails),
        hardness=people.perceived,
        creditor=who % world["team"]["agents"],
        debtor=debtor,
        issued=issued,
        due=issued + terms,
        cents=cents,
        no_documents=draws.uniform("papers", each)
        < np.array(owed["no_documents"])[profile[debtor]],
        grievance=aggrieved,
        voiced_on=np.where(alone, issued + draws.whole("voice day", 15, 80, each), NEVER),
        speed=speed,
    )


def add_contacts(state: State) -> None:
    """One person at each firm; who can pay is known only where nothing stands in the way."""
    people, draws = state.people, state.draws
    firms = np.flatnonzero(~np.isin(people.kind, ["consumer", "sole_trader"]))
    known = (draws.uniform("knows payer", firms) < 0.5) & ~people.wrong_contact[firms]
    state.books["contacts"].add(
        firms.size,
        debtor_id=state.debtor_ids[firms],
        name=np.array([f"Interlocuteur {firm + 1}" for firm in firms], dtype=object),
        role=np.where(known, "accounts_payable", "unknown").astype(object),
        can_pay=np.where(known, True, None),
    )
