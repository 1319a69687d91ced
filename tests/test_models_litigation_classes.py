"""The law asked once for many suits answers as it would each of them."""

import datetime as dt
import random

import numpy as np
import pandas as pd

from data_schema.contract import codes
from law.gates import COURSES
from law.procedures import gates
from models.litigation import classes
from models.litigation.facts import read_suits

DAY = dt.date(2026, 11, 21)
ALIKE = 16


def drawn(n, seed):
    """Rows that differ in all that gates look at: claims, debtors and creditors, one a suit."""
    draw = random.Random(seed)
    claims, debtors, creditors = [], [], []
    for i in range(n):
        amount = draw.choice([0.0, 100.0, 3000.0, 4999.5, 5000.0, 5000.01, 10000.0, 60000.0])
        noticed = draw.choice([None, dt.date(2026, 9, 1), dt.date(2026, 11, 19)])
        claims.append(
            {
                "claim_id": f"C{i}", "amount": max(amount, 1.0), "open_amount": amount,
                "open_amount_eur": amount, "vat_amount": draw.choice([0.0, amount / 6]),
                "legal_interest": draw.choice([0.0, 0.5, 40.0]), "date_basis": "stated",
                "due_on": draw.choice([None, dt.date(2026, 3, 1), dt.date(2026, 11, 1),
                                       dt.date(2026, 11, 21), dt.date(2025, 10, 1)]),
                "nature": draw.choice(codes("claim_nature")), "n_actions": draw.choice([0, 2]),
                "limitation_on": draw.choice([dt.date(2031, 3, 1), dt.date(2026, 1, 1)]),
                "has_order": draw.choice([True, False, None]),
                "has_delivery_proof": draw.choice([True, False]),
                "has_open_dispute": draw.choice([True, False]),
                "formal_notice_on": noticed,
                "formal_notice_expires_on": noticed and noticed + dt.timedelta(8),
                "insured_by": draw.choice([None, "insurer"]),
                "insurer_agreed_on": draw.choice([None, dt.date(2026, 10, 1)]),
                "assigned_to": draw.choice([None, None, "factor"]),
                "assignee_agreed_on": draw.choice([None, dt.date(2026, 10, 1)]),
                "amicable_attempt_on": draw.choice([None, dt.date(2026, 10, 1)]),
                "suit_approved": draw.choice([None, True, False]),
                "title_on": draw.choice([None, None, dt.date(2026, 10, 1)]),
                "enforceable_on": draw.choice([None, dt.date(2026, 11, 1)]),
                "declared_on": draw.choice([None, dt.date(2026, 11, 1)]),
                "legal_status": draw.choice([None, None, "filed", "unenforceable", "judged_lost"]),
            }
        )  # fmt: skip
        debtors.append(
            {
                "debtor_id": f"D{i}", "kind": draw.choice(codes("debtor_kind")),
                "country": draw.choice(["FR", "FR", "DE", "US"]),
                "postcode": draw.choice([None, "75001", "67000", "69001"]),
                "siren": draw.choice([None, "123456789"]),
                "is_trader": draw.choice([None, True, False]),
                "solvency_score": draw.choice([None, 10.0, 40.0, 90.0]),
                "insolvency_kind": draw.choice([None, None, None, *codes("insolvency_kind")]),
            }
        )  # fmt: skip
        creditors.append(
            {
                "creditor_id": f"K{i}", "kind": draw.choice(codes("creditor_kind")),
                "country": draw.choice(["FR", "DE"]), "headcount": draw.choice([None, 40, 300]),
                "turnover": draw.choice([None, 6e7]), "profit_avg_3y": draw.choice([None, 4e6]),
                "recovers_vat": draw.choice([True, False]),
                "vat_on_receipts": draw.choice([True, False]),
            }
        )  # fmt: skip
    return claims, debtors, creditors


def told(suits, claims, debtors, creditors):
    """Obstacles and tasks of every suit by course, asked of the example of its class."""
    none = pd.DataFrame()
    known = read_suits(suits, claims, debtors, creditors, none, none, none, (0.25,) * 4, as_of=DAY)
    answers = [
        {course: gates(course, facts)[1:] for course in COURSES} for facts in known.classes.facts
    ]
    return len(answers), [answers[each] for each in known.classes.of]


def nearly_alike(n):
    """``n`` suits, sixteen of a kind that differ from it in one thing each: the tables read."""
    draw = random.Random(11)
    kinds, others = drawn(n // ALIKE, 3), drawn(n, 5)
    tables = [[], [], []]
    for i in range(n):
        rows = [dict(table[i // ALIKE]) for table in kinds]
        changed = draw.randrange(3)
        name = draw.choice(sorted(rows[changed]))
        rows[changed][name] = others[changed][i][name]
        for table, row, key in zip(
            tables, rows, ("claim_id", "debtor_id", "creditor_id"), strict=True
        ):
            table.append(row | {key: f"{i:04}"})
    suits = [
        {"suit_id": f"{i:04}", "creditor_id": f"{i:04}", "debtor_id": f"{i:04}",
         "claim_ids": [f"{i:04}"], "suit_amount_eur": tables[0][i]["open_amount"]}
        for i in range(n)
    ]  # fmt: skip
    return pd.DataFrame(suits), *(pd.DataFrame(table) for table in tables)


def test_suits_of_one_class_pass_and_fail_the_same_gates_as_each_by_itself(monkeypatch):
    tables = nearly_alike(2400)
    n_classes, together = told(*tables)
    monkeypatch.setattr(
        classes, "told_apart", lambda columns, n: (np.arange(n), np.arange(n)), raising=True
    )
    n_suits, alone = told(*tables)

    assert n_classes < 1700 < n_suits
    assert together == alone
