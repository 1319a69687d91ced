"""An invented ledger seen from one day: tomorrow changes nothing, and the sums hold."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from data_schema import tables
from law.interest import late_payment_penalties, rounded
from law.rows import rows as law_rows
from pipelines.build import attach_rows, build, connect, frame, put, queries
from pipelines.door import score_columns

DAY = date(2026, 3, 17)
FIRST = date(2024, 9, 1)
TABLES = [name for name in queries() if name.split(".")[0] in ("core", "features", "mart")]
DATED_BY = {
    "claims": "issued_on",
    "payments": "paid_on",
    "actions": "at",
    "interactions": "at",
    "promises": "made_on",
    "plans": "agreed_on",
    "disputes": "opened_on",
    "insolvencies": "published_on",
    "legal_steps": "on",
    "documents": "dated_on",
    "facts": "known_on",
    "exchange_rates": "on",
    "profile_labels": "labelled_on",
    "journal.decisions": "at",
}
KNOWN_LATER = {
    "claims": {"closed_on": ["closed_on", "closed_as"]},
    "debtors": {"vulnerable_since": ["vulnerable_since"]},
    "promises": {"kept_on": ["kept_on"]},
    "plans": {"broken_on": ["broken_on"]},
    "instalments": {"paid_on": ["paid_on"]},
    "disputes": {"closed_on": ["closed_on", "founded"], "answered_on": ["answered_on"]},
    "insolvencies": {"declared_on": ["declared_on"], "closed_on": ["closed_on"]},
}


def invented(seed, n_claims=240):
    """Rows of every table, spread over two years around the day; a seed makes one ledger."""
    chance = np.random.default_rng(seed)

    def pick(*values):
        return values[chance.integers(len(values))]

    def later(start, low, high):
        return start + timedelta(days=int(chance.integers(low, high)))

    def maybe(value, share=0.5):
        return value if chance.random() < share else None

    def moment(day):
        return datetime(day.year, day.month, day.day, int(chance.integers(8, 20)))

    kinds = ("company", "company", "sole_trader", "consumer", "public", "association", "unknown")
    rows = defaultdict(list)
    rows["creditors"] = [
        {"creditor_id": "k1", "kind": "company", "default_penalty_rate": Decimal("0.11")},
        {"creditor_id": "k2", "kind": "natural_person"},
    ]
    rows["debtors"] = [
        {
            "debtor_id": f"d{number}",
            "kind": pick(*kinds),
            "vulnerable_since": maybe(later(FIRST, 0, 800), 0.1),
            "solvency_score": maybe(float(chance.integers(100))),
            "extra": '{"segment": "A"}',
        }
        for number in range(n_claims // 5)
    ]
    rows["intake.extra_columns"] = [
        {"table_name": "debtors", "column_name": "segment", "known": "issue", "numeric": False}
    ]
    rows["exchange_rates"] = [
        {"currency": "USD", "on": FIRST + timedelta(days=30 * n), "eur_per_unit": 0.9 + n / 100}
        for n in range(27)
    ]
    for number in range(n_claims):
        claim, debtor = f"c{number}", f"d{chance.integers(n_claims // 5)}"
        issued = later(FIRST, 0, 700)
        due = later(issued, 0, 60)
        amount = Decimal(int(chance.integers(100, 900_000))) / 100
        rows["claims"].append(
            {
                "claim_id": claim,
                "debtor_id": debtor,
                "creditor_id": pick("k1", "k1", "k2", None),
                "issued_on": issued,
                "due_on": maybe(due, 0.9),
                "amount": amount,
                "currency": pick("EUR", "EUR", "EUR", "USD", "JPY"),
                "nature": pick("contract", "contract", "transport", "tort"),
                "contract_penalty_rate": maybe(Decimal("0.09"), 0.2),
                "closed_on": (closed := maybe(later(due, 5, 300), 0.2)),
                "closed_as": pick("paid", "settled", "written_off", "cancelled")
                if closed
                else None,
            }
        )
        for part in range(int(chance.integers(0, 4))):
            rows["payments"].append(
                {
                    "payment_id": f"p{number}-{part}",
                    "claim_id": claim if chance.random() < 0.9 else None,
                    "debtor_id": debtor,
                    "creditor_id": "k1",
                    "paid_on": later(issued, 0, 300),
                    "amount": (amount * pick(1, 2, 5, 10, -2) / 10).quantize(Decimal("0.01")),
                    "method": pick("transfer", "card", "credit_note", "write_off"),
                }
            )
        for step in range(int(chance.integers(0, 4))):
            sent = later(due, 0, 250)
            rows["actions"].append(
                {
                    "action_id": f"a{number}-{step}",
                    "claim_id": claim,
                    "at": moment(sent),
                    "channel": pick("email", "phone", "letter"),
                    "stage": pick("reminder", "firm_reminder", "formal_notice", "third_party"),
                    "tone": pick("helpful", "courteous", "firm", None),
                    "received_on": maybe(later(sent, 0, 4), 0.3),
                }
            )
            rows["interactions"].append(
                {
                    "interaction_id": f"i{number}-{step}",
                    "claim_id": claim,
                    "at": moment(later(due, 0, 250)),
                    "outcome": pick(
                        "no_answer", "promise", "hardship", "acknowledgment", "refusal"
                    ),
                }
            )
        if chance.random() < 0.3:
            made = later(due, 0, 200)
            rows["promises"].append(
                {
                    "promise_id": f"q{number}",
                    "claim_id": claim,
                    "made_on": made,
                    "due_on": later(made, 1, 40),
                    "amount": amount / 2,
                    "kept_on": maybe(later(made, 1, 60), 0.3),
                    "in_writing": maybe(True),
                }
            )
            opened = later(due, 0, 200)
            rows["disputes"].append(
                {
                    "dispute_id": f"x{number}",
                    "claim_id": claim,
                    "opened_on": opened,
                    "amount": maybe(amount / 3),
                    "answered_on": maybe(later(opened, 1, 20)),
                    "closed_on": maybe(later(opened, 20, 90)),
                    "founded": pick(True, False),
                }
            )
            agreed = later(due, 0, 200)
            rows["plans"].append(
                {
                    "plan_id": f"n{number}",
                    "claim_id": claim,
                    "agreed_on": agreed,
                    "signed": maybe(True),
                    "broken_on": maybe(later(agreed, 30, 90), 0.2),
                }
            )
            rows["instalments"] += [
                {
                    "plan_id": f"n{number}",
                    "due_on": agreed + timedelta(days=30 * month),
                    "amount": amount / 4,
                    "paid_on": maybe(later(agreed, 30 * month - 3, 30 * month + 20)),
                }
                for month in range(1, 4)
            ]
            rows["legal_steps"].append(
                {
                    "step_id": f"s{number}",
                    "claim_id": claim,
                    "procedure": pick("payment_order", "merits"),
                    "step": pick("filed", "granted", "served", "judged_won", "withdrawn"),
                    "on": later(due, 60, 400),
                }
            )
            rows["documents"].append(
                {
                    "document_id": f"f{number}",
                    "claim_id": claim,
                    "kind": pick("order", "delivery_note", "terms"),
                    "dated_on": later(issued, 0, 90),
                }
            )
            rows["facts"].append(
                {
                    "subject_type": "claim",
                    "subject_id": claim,
                    "name": "score",
                    "value": str(chance.integers(9)),
                    "known_on": later(issued, 0, 400),
                }
            )
            rows["profile_labels"].append(
                {
                    "debtor_id": debtor,
                    "profile": pick("disorganised", "bad_faith"),
                    "labelled_on": later(due, 0, 300),
                    "labelled_by": f"u{number}",
                }
            )
            rows["journal.decisions"].append(
                {
                    "entry_id": f"e{number}",
                    "at": moment(made := later(due, 0, 300)),
                    "kind": pick("outcome", "promise", "dispute", "sent", "confirm_profile"),
                    "claim_id": claim,
                    "debtor_id": debtor,
                    "outcome": "cash_wait",
                    "channel": "phone",
                    "stage": "reminder",
                    "due_on": later(made, 5, 20),
                    "profile": "cash_strapped",
                }
            )
    for number in range(0, n_claims // 5, 6):
        opened = later(FIRST, 200, 700)
        rows["insolvencies"].append(
            {
                "debtor_id": f"d{number}",
                "opened_on": opened,
                "kind": pick("receivership", "liquidation"),
                "published_on": later(opened, 0, 20),
                "declared_on": maybe(later(opened, 5, 60)),
                "closed_on": maybe(later(opened, 100, 300), 0.3),
            }
        )
    return dict(rows)


def day_of(value):
    return value.date() if isinstance(value, datetime) else value


def as_known(rows, day):
    """The ledger as it stood on a day: no later row, no column that was filled later."""
    known = {}
    for name, table in rows.items():
        dated = DATED_BY.get(name)
        kept = [dict(row) for row in table if dated is None or day_of(row[dated]) <= day]
        for dated_by, columns in KNOWN_LATER.get(name, {}).items():
            for row in kept:
                if row[dated_by] is not None and row[dated_by] > day:
                    row.update(dict.fromkeys(columns))
        known[name] = kept
    for row in known["disputes"]:
        if row["closed_on"] is None and row["answered_on"] is None:
            row["founded"] = None
    plans = {row["plan_id"] for row in known["plans"]}
    known["instalments"] = [row for row in known["instalments"] if row["plan_id"] in plans]
    return known


def built(rows, day, order=None):
    con = connect(None)
    of_law = {
        name: [dict(zip(columns, row, strict=True)) for row in law]
        for name, (columns, law) in law_rows(day).items()
    }
    shuffled = {name: list(table) for name, table in rows.items()}
    if order is not None:
        for table in shuffled.values():
            order.shuffle(table)
    attach_rows(con, of_law | shuffled)
    for name in tables("out"):
        if name not in ("claims", "credits", "quarantine", "runs"):
            put(con, f"scores.{name}", score_columns(name), [])
    build(con, None, as_of=day)
    return con


@pytest.fixture(scope="module")
def rows():
    return invented(seed=20)


@pytest.fixture(scope="module")
def con(rows):
    return built(rows, DAY)


def test_what_comes_after_the_day_changes_no_table_of_the_day(rows, con):
    known = as_known(rows, DAY)

    then = built(known, DAY)

    # The future must be there to be ignored.
    assert all(len(known[name]) < len(rows[name]) for name in DATED_BY)
    for name in TABLES:
        pd.testing.assert_frame_equal(frame(then, name), frame(con, name), obj=name)


def test_the_order_of_the_rows_changes_nothing(rows, con):
    again = built(rows, DAY, order=np.random.default_rng(1))

    for name in TABLES:
        pd.testing.assert_frame_equal(frame(again, name), frame(con, name), obj=name)


def test_open_claims_less_credits_are_the_balance_of_each_debtor_and_currency(rows, con):
    balance = defaultdict(Decimal)
    currencies = {}
    for claim in rows["claims"]:
        currencies[claim["claim_id"]] = claim["currency"]
        if claim["issued_on"] <= DAY:
            balance[claim["debtor_id"], claim["currency"]] += claim["amount"]
    for payment in rows["payments"]:
        if payment["paid_on"] <= DAY:
            currency = currencies.get(payment["claim_id"], "EUR")
            balance[payment["debtor_id"], currency] -= payment["amount"]
    closings = con.execute(
        "select debtor_id, currency, sum(amount) from core.payments"
        " where payment_id like '%#closing' group by all"
    ).fetchall()
    for debtor, currency, amount in closings:
        balance[debtor, currency] -= amount

    held = defaultdict(Decimal)
    open_amounts = con.execute(
        "select debtor_id, currency, sum(open_amount) from mart.claims group by all"
    ).fetchall()
    in_hand = con.execute(
        "select debtor_id, 'EUR', -sum(amount) from mart.credits"
        " where source not like '%#overpaid' group by all"
        " union all select claims.debtor_id, claims.currency, -sum(credits.amount)"
        " from mart.credits join core.claims on claims.claim_id || '#overpaid' = credits.source"
        " group by all"
    ).fetchall()
    for debtor, currency, amount in [*open_amounts, *in_hand]:
        held[debtor, currency] += amount

    assert len(closings) > 5
    assert {key: sum_ for key, sum_ in balance.items() if sum_} == {
        key: sum_ for key, sum_ in held.items() if sum_
    }


def test_each_claim_is_due_what_its_parts_add_up_to(con):
    wrong = con.execute(
        "select count(*) from mart.claims where total_due <> open_amount + late_penalties"
        " + legal_interest + fixed_indemnity or (late_penalties > 0 and legal_interest > 0)"
        " or chaseable_amount + disputed_amount > open_amount"
    ).fetchall()

    assert wrong == [(0,)]


def test_penalties_are_those_of_the_law_to_the_cent(con):
    claims = con.execute(
        "select claim_id, due_on, penalty_rate, debtor_kind = 'public', late_penalties"
        " from core.open_claims join core.debtors using (debtor_id)"
        " where late_penalties > 0 and insolvency_opened_on is null"
    ).fetchall()
    stretches = defaultdict(list)
    for claim, from_on, to_on, balance in con.execute(
        "select claim_id, from_on, to_on, balance from core.balance_stretches"
    ).fetchall():
        stretches[claim].append((from_on, to_on, balance))

    for claim, due_on, rate, is_public, found in claims:
        after_due = [
            (max(from_on, due_on + timedelta(days=1)), to_on, balance)
            for from_on, to_on, balance in stretches[claim]
        ]
        bearing = [each for each in after_due if each[0] < each[1]]
        assert rounded(late_payment_penalties(bearing, rate, public=is_public)) == found

    assert len(claims) > 20


def test_every_open_claim_has_its_features_and_every_debtor_its_conduct(con):
    keys = [
        ("core.open_claims", "features.claim_features", "claim_id"),
        ("core.open_claims", "mart.claims", "claim_id"),
        ("core.open_claims", "features.debtor_features", "debtor_id"),
        ("core.open_claims", "core.conduct", "debtor_id"),
    ]
    for left, right, key in keys:
        assert set(frame(con, left)[key]) == set(frame(con, right)[key])
