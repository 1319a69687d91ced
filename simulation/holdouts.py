"""Debtors who can pay and pay nobody without a judge: a few accounts that a demonstration adds.

The generator's debtors all pay somebody in the end, as the published curves have it, so that hardly
any of its claims is worth a suit by its own truth. Most books also hold some large, old, proved
invoices of sound firms that answer a formal notice with silence.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from simulation import days, names
from simulation.generator import Portfolio
from simulation.parties import ids

#: One such account for so many claims of the ledger, two at least.
CLAIMS_EACH, LEAST = 700, 2
#: Days after the due date, hour, channel, stage, tone, action, outcome of each contact of the past.
_CHASE = (
    (8, 9, "email", "reminder", "helpful", "remind", "no_answer"),
    (22, 10, "phone", "reminder", "courteous", "call", "no_answer"),
    (41, 11, "letter", "firm_reminder", "firm", "remind", "no_answer"),
    (63, 9, "registered_letter", "formal_notice", "formal", "formal_notice", "no_answer"),
    (84, 15, "phone", "last_attempt", "formal", "call", "refusal"),
)
_DAYS_TO_RECEIVE = 3
_REFUSAL = "Reconnaît la facture, ne la conteste pas, mais ne paiera pas sans décision de justice."


def with_holdouts(portfolio: Portfolio, *, n_claims: int, seed: int, as_of: date) -> Portfolio:
    """The portfolio with accounts of refusing debtors after its own rows, which stay as they are.

    Their invoices, one to three each, fell due fifteen to twenty-two months ago, so that the ledger
    reaches that far back; the debtors are companies with a sound score, the orders and deliveries
    proved, the chase climbed step by step to the last attempt.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, n_claims, 61]))
    n = max(LEAST, round(n_claims / CLAIMS_EACH))
    debtors = _debtors(rng, n, len(portfolio.tables["debtors"]))
    claims = _claims(rng, debtors["debtor_id"].to_numpy(), len(portfolio.tables["claims"]), as_of)
    actions, interactions = _chase(claims, portfolio, as_of)
    added = {
        "debtors": debtors,
        "claims": claims,
        "actions": actions,
        "interactions": interactions,
        "documents": _documents(claims, len(portfolio.tables["documents"])),
    }
    tables = {
        name: pd.concat([table, added[name]], ignore_index=True) if name in added else table
        for name, table in portfolio.tables.items()
    }
    return Portfolio(tables, portfolio.truth)


def _debtors(rng: np.random.Generator, n: int, after: int) -> pd.DataFrame:
    numbers = np.arange(after + 1, after + n + 1)
    forms = rng.choice(np.array(["SAS", "SARL", "SA"], dtype=object), n)
    shown = names.firm_names(rng, forms)
    places = np.array(names.words("departments"), dtype=object)
    return pd.DataFrame(
        {
            "debtor_id": ids("D", numbers, 6),
            "name": shown,
            "kind": "company",
            "siren": names.false_sirens(rng, n),
            "legal_form": forms,
            "is_trader": True,
            "naf": rng.choice(np.array(names.words("activities"), dtype=object), n),
            "headcount": rng.integers(8, 120, n),
            "country": "FR",
            "address": names.streets(rng, n),
            "postcode": [f"{place[:2]}{tail:03d}" for place, tail in zip(
                rng.choice(places, n), rng.integers(0, 98, n) * 10, strict=True)],
            "city": names.towns(rng, n),
            "email": names.addresses(np.full(n, "compta", dtype=object), shown, numbers),
            "phone": names.phones(rng, n),
            "email_consent": True,
            "do_not_contact": False,
            "solvency_score": rng.integers(68, 93, n).astype(float),
            "language": "fr",
            "customer_segment": "A",
            "data_origin": "invented",
        }
    )  # fmt: skip


def _claims(rng: np.random.Generator, debtors: np.ndarray, after: int, as_of: date) -> pd.DataFrame:
    owner = np.repeat(np.arange(len(debtors)), rng.integers(1, 4, len(debtors)))
    n = len(owner)
    creditor = np.arange(len(debtors)) % 3
    due = days.number(as_of) - rng.integers(500, 660, len(debtors))[owner] + 15 * _place(owner)
    issued = due - 30
    cents = np.round(np.exp(rng.normal(9.0, 0.55, n)) * 100).clip(300_000, 4_000_000)
    numbers = np.arange(after + 1, after + n + 1)
    year = pd.Series(days.dates(issued)).dt.year.astype(str)
    return pd.DataFrame(
        {
            "claim_id": ids("F", numbers, 7),
            "debtor_id": debtors[owner],
            "creditor_id": np.array(["CR1", "CR2", "CR3"], dtype=object)[creditor[owner]],
            "invoice_number": ("FA" + year + "-H" + pd.Series(numbers).astype(str)).to_numpy(
                object
            ),
            "issued_on": days.dates(issued),
            "due_on": days.dates(due),
            "date_basis": "stated",
            "amount": cents / 100,
            "vat_amount": np.round(cents / 6) / 100,
            "currency": "EUR",
            "nature": "contract",
            "performed_on": days.dates(issued - 3),
            "has_order": True,
            "has_delivery_proof": True,
            "has_terms": True,
            "sales_channel": "field",
            "order_lines": rng.integers(1, 9, n),
        }
    )


def _place(owner: np.ndarray) -> np.ndarray:
    """The place of each invoice among those of its debtor, from nought."""
    return np.asarray(pd.Series(owner).groupby(owner).cumcount())


def _chase(
    claims: pd.DataFrame, portfolio: Portfolio, as_of: date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Contacts about the invoices of each debtor together, from the last of them to fall due on."""
    agents = portfolio.tables["creditors"].set_index("creditor_id")["agent_id"]
    last = claims.groupby("debtor_id")["due_on"].transform("max").to_numpy()
    holidays = days.public_holidays(days.number(as_of) - 1000, days.number(as_of))
    due = last.astype("datetime64[D]").astype(np.int64)
    group = claims.groupby("debtor_id").ngroup().to_numpy()
    actions, interactions = [], []
    for step, (after, hour, channel, stage, tone, action, outcome) in enumerate(_CHASE):
        day = days.on_contact_days(due + after, holidays)
        at = day.astype("datetime64[D]").astype("datetime64[s]") + np.timedelta64(hour * 3600, "s")
        received = np.where(channel == "registered_letter", day + _DAYS_TO_RECEIVE, days.NEVER)
        keys = claims["claim_id"].str.slice(1) + str(step)
        actions.append(
            pd.DataFrame(
                {
                    "action_id": "AH" + keys,
                    "claim_id": claims["claim_id"],
                    "at": at,
                    "channel": channel,
                    "stage": stage,
                    "tone": tone,
                    "action": action,
                    "contact_group_id": [f"GH{each:05d}{step}" for each in group],
                    "agent_id": claims["creditor_id"].map(agents),
                    "received_on": days.dates(received),
                    "minutes": 6.0,
                    "cost": 8.0 if channel == "registered_letter" else 0.0,
                }
            )
        )
        interactions.append(
            pd.DataFrame(
                {
                    "interaction_id": "IH" + keys,
                    "claim_id": claims["claim_id"],
                    "at": at + np.timedelta64(240, "s"),
                    "action_id": "AH" + keys,
                    "channel": channel,
                    "outcome": outcome,
                    "note": _REFUSAL if outcome == "refusal" else None,
                }
            )
        )
    return pd.concat(actions, ignore_index=True), pd.concat(interactions, ignore_index=True)


def _documents(claims: pd.DataFrame, after: int) -> pd.DataFrame:
    kinds = ("invoice", "order", "delivery_note")
    parts = [
        pd.DataFrame(
            {
                "claim_id": claims["claim_id"],
                "kind": kind,
                "dated_on": claims["issued_on" if kind == "invoice" else "performed_on"],
                "path": "pieces/" + claims["claim_id"] + f"/{kind}.pdf",
            }
        )
        for kind in kinds
    ]
    made = pd.concat(parts, ignore_index=True)
    made.insert(0, "document_id", ids("DOC", np.arange(after + 1, after + len(made) + 1), 7))
    return made
