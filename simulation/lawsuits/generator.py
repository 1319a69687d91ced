"""Suits of a world as the product sees them, past suits to learn from, and their truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from scipy.special import ndtri

from law.courts import lawyer_required
from law.facts import SuitFacts
from law.terms import course_terms
from simulation.lawsuits import outcomes
from simulation.lawsuits.outcomes import CALM, COURTS, Case, Hidden, Price

PROFILES = ("disorganised", "cash_strapped", "bad_faith", "dissatisfied")
_OWN_TIME = {"payment_order": 45, "summary": 200, "merits": 450, "tj_request": 200,
             "small_claim": 35}  # fmt: skip


@dataclass(frozen=True)
class Lawsuits:
    """``frames``: what the product is given, by the name of its argument. ``truth``: one row per
    suit and course: ``value``, expected present value given what can be seen; and of ``lives``
    lived, ``worth``, shape (n_suits, n_lives) by course. ``seen``: what can be seen of the suits.
    """

    frames: dict[str, pd.DataFrame]
    truth: pd.DataFrame
    worth: dict[str, np.ndarray]
    seen: dict[str, np.ndarray]


@cache
def worlds() -> dict[str, dict[str, Any]]:
    """Every world, whole."""
    text = Path(__file__).with_name("worlds.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return {name: found["usual"] | each for name, each in found.items()}


def generate(
    world: str, *, n_suits: int, seed: int, as_of: date, draws: int = 240, lives: int = 20
) -> Lawsuits:
    """Invent suits of a world; the same arguments give the same rows.

    The belief about a debtor and its score are true to what they say: the unseen state is drawn
    given them. The forecast without a judge is that of the world, a little off.
    """
    law = worlds()[world]
    rng = np.random.default_rng([seed, sorted(worlds()).index(world)])
    seen = visible(rng, n_suits, law)
    hidden = unseen(rng, seen, draws, law)
    case = case_of(seen)
    prices = {course: prices_of(course, seen, law, as_of) for course in COURTS}
    values = {c: outcomes.calm_value(c, hidden, case, law) for c in CALM}
    for course in COURTS:
        values[course] = outcomes.suit_value(
            course, hidden, case, prices[course], values["amicable"], law
        )
    truth = pd.DataFrame(
        {
            "suit_id": np.repeat(seen["suit_id"], len(values)),
            "course": np.tile(np.asarray(list(values), dtype=object), n_suits),
            "value": np.stack([v.mean(axis=1) for v in values.values()], axis=1).ravel(),
        }
    )
    lived = Hidden(hidden.wealth[:, :lives], hidden.merit[:, :lives], hidden.profile[:, :lives])
    luck = {name: rng.random((n_suits, lives)) for name in ("full", "part", "relief")}
    worth = {c: outcomes.realised_calm(c, lived, case, law, luck) for c in CALM}
    for course in COURTS:
        lived_on = outcomes.realised(
            course, lived, case, prices[course], worth["amicable"], law, rng
        )
        worth[course] = lived_on["worth"]
    frames = _frames(rng, seen, hidden, case, law, as_of)
    frames |= _history(rng, law, as_of)
    return Lawsuits(frames, truth, worth, seen)


def visible(rng: np.random.Generator, n: int, law: dict[str, Any]) -> dict[str, np.ndarray]:
    """What can be seen of so many accounts."""
    consumer = rng.random(n) < law["consumers"]
    belief = rng.dirichlet(law["belief"], n)
    documented = rng.random(n) < 0.7
    return {
        "suit_id": np.asarray([f"S{i:06d}" for i in range(n)], dtype=object),
        "kind": np.where(consumer, "consumer", "company").astype(object),
        "amount": np.round(np.exp(rng.normal(np.where(consumer, 6.6, 7.71), 1.085, n)), 2),
        "months": rng.uniform(3, 20, n),
        "belief": belief,
        "documented": documented,
        "disputed": rng.random(n) < 0.04 + 0.1 * belief[:, 3],
        "score": np.where(rng.random(n) < 0.6, rng.integers(5, 98, n).astype(float), np.nan),
    }


def unseen(
    rng: np.random.Generator, seen: dict[str, np.ndarray], draws: int, law: dict[str, Any]
) -> Hidden:
    """The unseen state, drawn given what is seen; shape (n_suits, draws).

    Draws of a suit are spread evenly over each of its unknowns, so that their mean is nearly exact.
    """
    n = len(seen["amount"])
    cuts = np.cumsum(seen["belief"], axis=1)[:, None, :3]
    profile = (_evenly(rng, n, draws)[:, :, None] > cuts).sum(axis=2)
    score = np.where(np.isnan(seen["score"])[:, None], 5 + 93 * _evenly(rng, n, draws),
                     seen["score"][:, None])  # fmt: skip
    wealth = (
        law["wealth"]
        + law["wealth_of_score"] * (score - 50)
        + np.asarray(law["wealth_of_profile"])[profile]
        + law["wealth_spread"] * ndtri(_evenly(rng, n, draws))
        - 0.6 * (seen["kind"] == "consumer")[:, None]
    )
    of = law["merit"]
    merit = (
        np.where(seen["documented"], of["documented"], of["bare"])[:, None]
        + of["disputed"] * seen["disputed"][:, None]
        + of["dissatisfied"] * (profile == 3)
        + of["spread"] * ndtri(_evenly(rng, n, draws))
    )
    return Hidden(wealth, merit, profile)


def _evenly(rng: np.random.Generator, n: int, draws: int) -> np.ndarray:
    """Uniform numbers, shape (n, draws): one of each row in each part of the unit interval."""
    parts = rng.permuted(np.tile(np.arange(draws), (n, 1)), axis=1)
    return np.asarray((parts + rng.random((n, draws))) / draws)


def case_of(seen: dict[str, np.ndarray]) -> Case:
    """What is at stake in each suit."""
    amount = seen["amount"][:, None]
    professional = (seen["kind"] == "company")[:, None]
    return Case(
        amount=amount,
        claimed=amount * np.where(professional, 1.04, 1.01) + 40 * professional,
        vat=amount / 6,
        months=seen["months"][:, None],
        disputed=seen["disputed"][:, None],
    )


def prices_of(course: str, seen: dict[str, np.ndarray], law: dict[str, Any], as_of: date) -> Price:
    """The law's central figures, times those of the world."""
    asked: dict[tuple[str, float], list[float]] = {}
    rows = []
    # Tariffs move in steps: the suit at the middle of each half step of the logarithm speaks.
    steps = np.round(np.log2(seen["amount"]) * 2) / 2
    for kind, step, amount in zip(seen["kind"], steps, seen["amount"], strict=True):
        key = (str(kind), float(step) + (1000 if amount > 10_000 else 0))
        if key not in asked:
            facts = SuitFacts(
                Decimal(str(amount)), as_of, debtor_kind=str(kind), postcode="69001",
                is_trader=kind == "company", has_order=True, headcount=0,
            )  # fmt: skip
            terms = course_terms(course, facts)
            won_back = terms.recoverable_costs.central + terms.article_700.central
            spent = terms.advance_cost.central + terms.enforcement_cost.central
            lawyer = lawyer_required(course, facts)
            asked[key] = [
                float(terms.advance_cost.central), float(terms.contested_extra_cost.central),
                float(terms.enforcement_cost.central), float(min(won_back, spent)),
                float(terms.days_to_title.central + terms.days_enforcement.central),
                float(terms.days_if_opposed.central + terms.days_enforcement.central),
                1.15 if lawyer else 1.0,
            ]  # fmt: skip
        rows.append(asked[key])
    advance, contested, enforcing, back, days, longer, lawyer = np.asarray(rows).T[:, :, None]
    dearer, slower = law["dearer"], law["slower"]
    return Price(
        advance * dearer * lawyer, contested * dearer, enforcing * dearer, back,
        float(_OWN_TIME[course]), days * slower, longer * slower,
    )  # fmt: skip


def _frames(
    rng: np.random.Generator,
    seen: dict[str, np.ndarray],
    hidden: Hidden,
    case: Case,
    law: dict[str, Any],
    as_of: date,
) -> dict[str, pd.DataFrame]:
    n = len(seen["amount"])
    ids = [f"C{i:06d}" for i in range(n)]
    who = [f"D{i:06d}" for i in range(n)]
    professional = seen["kind"] == "company"
    due = [as_of - timedelta(days=round(m * 30.4375)) for m in seen["months"]]
    claims = pd.DataFrame(
        {
            "claim_id": ids, "debtor_id": who, "creditor_id": "K1", "amount": seen["amount"],
            "open_amount": seen["amount"], "open_amount_eur": seen["amount"],
            "vat_amount": np.round(seen["amount"] / 6, 2),
            "late_penalties": np.round(seen["amount"] * np.where(professional, 0.04, 0.0), 2),
            "legal_interest": np.round(seen["amount"] * np.where(professional, 0.0, 0.01), 2),
            "fixed_indemnity": np.where(professional, 40.0, 0.0), "date_basis": "stated",
            "due_on": due, "nature": "contract", "limitation_on": as_of + timedelta(days=400),
            "has_order": seen["documented"], "has_delivery_proof": seen["documented"],
            "has_terms": True, "assigned_to": None, "insured_by": None, "title_on": None,
            "has_open_dispute": seen["disputed"],
            "formal_notice_on": as_of - timedelta(days=60),
            "formal_notice_expires_on": as_of - timedelta(days=50),
        }
    )  # fmt: skip
    suits = pd.DataFrame(
        {
            "suit_id": seen["suit_id"], "creditor_id": "K1", "debtor_id": who,
            "claim_ids": [[each] for each in ids], "suit_amount": seen["amount"],
            "suit_amount_eur": seen["amount"], "n_claims": 1,
        }
    )  # fmt: skip
    debtors = pd.DataFrame(
        {
            "debtor_id": who, "kind": seen["kind"], "country": "FR", "postcode": "69001",
            "siren": np.where(professional, "000000000", None), "is_trader": professional,
            "solvency_score": seen["score"], "insolvency_kind": None,
        }
    )  # fmt: skip
    full = outcomes.paid_chances(hidden, case, "amicable", law).mean(axis=1)
    full = _off(rng, full)
    some = full + (1 - full) * outcomes.PART_PAYERS
    share = full + (1 - full) * outcomes.PART_PAYERS * outcomes.PART_PAID
    recovery = pd.DataFrame(
        {
            "claim_id": ids, "p_365": full, "p_any_365": some, "median_days": np.nan,
            "expected_recovered": np.round(share * seen["amount"], 2),
        }
    )  # fmt: skip
    beliefs = {f"p_{name}": seen["belief"][:, k] for k, name in enumerate(PROFILES)}
    return {
        "suits": suits,
        "open_claims": claims,
        "debtors": debtors,
        "creditors": pd.DataFrame(
            [{"creditor_id": "K1", "kind": "company", "recovers_vat": True,
              "vat_on_receipts": False}]
        ),
        "profiles": pd.DataFrame({"debtor_id": who} | beliefs),
        "recovery": recovery,
        "documents": pd.DataFrame(),
    }  # fmt: skip


def _off(rng: np.random.Generator, p: np.ndarray) -> np.ndarray:
    """A forecast a little off, as any is."""
    odds = np.log(p / (1 - p)) + 0.2 * rng.standard_normal(len(p))
    return np.asarray(1 / (1 + np.exp(-odds)))


def _history(rng: np.random.Generator, law: dict[str, Any], as_of: date) -> dict[str, pd.DataFrame]:
    """Past suits and the accounts they were chosen from, by those who knew more than they wrote."""
    n = law["past"]
    seen = visible(rng, n, law)
    hidden = unseen(rng, seen, 1, law)
    case = case_of(seen)
    wish = promise(seen, hidden, law)[:, 0] + rng.standard_normal(n)
    brought = wish >= np.quantile(wish, 1 - law["brought"])
    # Once in five, the agent preferred a hearing.
    course = np.where(rng.random(n) < 0.8, "payment_order", "summary")
    rows: dict[str, np.ndarray] = {}
    for name in ("payment_order", "summary"):
        price = prices_of(name, seen, law, as_of)
        lived = outcomes.realised(name, hidden, case, price, 0 * case.amount, law, rng)
        for key, each in lived.items():
            rows[key] = np.where(course == name, each[:, 0], rows.get(key, each[:, 0]))
    seen = {key: each[brought] for key, each in seen.items()}
    rows = {key: each[brought] for key, each in rows.items()}
    granted, opposed, titled = (rows[key].astype(bool) for key in ("granted", "opposed", "titled"))
    past = pd.DataFrame(
        {
            "creditor_id": "K1", "debtor_id": [f"P{i:05d}" for i in range(brought.sum())],
            "procedure": course[brought], "kind": seen["kind"], "nature": "contract",
            "country": "FR", "is_trader": seen["kind"] == "company",
            "solvency_score": seen["score"], "is_documented": seen["documented"],
            "is_disputed": seen["disputed"], "amount_eur": seen["amount"],
            "months": seen["months"], "granted": granted,
            "opposed": _told(opposed, granted & (course[brought] == "payment_order")),
            "won": _told(rows["won"].astype(bool), opposed),
            "collected": _told(rows["collected"].astype(bool), titled),
            "collected_share": np.where(rows["collected"], rows["share"], np.nan),
            "awarded_share": np.where(granted, rows["part"], np.nan),
            "days_to_title": np.where(granted & ~opposed, np.round(rows["days"]), np.nan),
            "cost": np.round(rows["cost"], 2),
        }
    )  # fmt: skip
    ripe = pd.DataFrame(
        [{"creditor_id": "K1", "kind": "company", "ripe": n, "brought": int(brought.sum())},
         {"creditor_id": "K1", "kind": "consumer", "ripe": n, "brought": int(brought.sum())}]
    )  # fmt: skip
    return {"past": past, "ripe": ripe}


def promise(seen: dict[str, np.ndarray], hidden: Hidden, law: dict[str, Any]) -> np.ndarray:
    """What an account promises to an agent who chooses, shape as the hidden state."""
    known = (
        0.5 * np.log(seen["amount"])
        + 0.5 * seen["documented"]
        + 0.01 * np.nan_to_num(seen["score"], nan=50.0)
    )
    return np.asarray(known[:, None] + law["cherry"] * 0.6 * (hidden.wealth + hidden.merit))


def _told(outcome: np.ndarray, known: np.ndarray) -> pd.Series[Any]:
    """Yes or no where it is known, nothing elsewhere."""
    return pd.Series(outcome.astype(object)).where(pd.Series(known), None)
