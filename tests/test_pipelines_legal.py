"""Interest and limitation of a portfolio against reckonings done claim by claim."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from law.interest import penalty_rate, rounded
from law.limitation import limitation_on, suspended
from law.rows import rows as law_rows
from pipelines.build import attach_rows, build, connect

DAY = date(2026, 10, 1)
FIRST = date(2022, 1, 1)
RATES = {
    FIRST + timedelta(days=n): Fraction(penalty_rate(FIRST + timedelta(days=n)))
    for n in range((DAY - FIRST).days)
}


def disputed(claims, payments):
    """Of every third claim a dispute found justified: whole or a part, open, closed, put right."""
    rng = np.random.default_rng(23)
    disputes, actions = [], []
    for claim in claims[::3]:
        name, due = claim["claim_id"], claim["due_on"]
        opened = due + timedelta(days=int(rng.integers(-20, 300)))
        closed = opened + timedelta(days=int(rng.integers(1, 400)))
        row = {"dispute_id": f"d{name}", "claim_id": name, "opened_on": opened, "founded": True,
               "answered_on": opened, "closed_on": closed if rng.random() < 0.7 else None,
               "amount": None if rng.random() < 0.3 else claim["amount"] / 3}  # fmt: skip
        if row["amount"] is not None:
            row["amount"] = row["amount"].quantize(Decimal("0.01"))
        if rng.random() < 0.4:
            done = opened + timedelta(days=int(rng.integers(0, 300)))
            actions.append({"action_id": f"a{name}", "claim_id": name,
                            "at": datetime.combine(done, time(10)), "channel": "email",
                            "stage": "reminder", "action": "resolve_dispute"})  # fmt: skip
        disputes.append(row)
    known = [row for row in disputes if max(row["opened_on"], row["closed_on"] or DAY) <= DAY]
    return known, [row for row in actions if row["at"].date() <= DAY]


def held(claim, payments, dispute, actions):
    """What a justified dispute holds back: its amount, since when, until when (None: still)."""
    if dispute is None:
        return None
    remedies = [row["at"].date() for row in actions]
    remedies += [p["paid_on"] for p in payments if p["method"] == "credit_note"]
    remedied = min((day for day in remedies if day >= dispute["opened_on"]), default=None)
    ends = [dispute["closed_on"], remedied]
    amount = claim["amount"] if dispute["amount"] is None else dispute["amount"]
    return Fraction(amount), dispute["opened_on"], None if None in ends else max(ends)


def portfolio():
    rng = np.random.default_rng(7)
    claims, payments = [], []
    for n in range(60):
        due = FIRST + timedelta(days=int(rng.integers(0, 1500)))
        amount = Decimal(int(rng.integers(1, 5_000_000))) / 100
        creditor = "first" if n % 2 else "ledger"
        claims.append(
            {"claim_id": f"c{n:02}", "debtor_id": "d", "creditor_id": creditor, "amount": amount,
             "issued_on": due - timedelta(days=30), "due_on": due, "currency": "EUR",
             "nature": "contract"}
        )  # fmt: skip
        for k in range(int(rng.integers(0, 6))):
            paid_on = due + timedelta(days=int(rng.integers(-40, 900)))
            part = (amount * Decimal(int(rng.integers(1, 25))) / 100).quantize(Decimal("0.01"))
            method = ("transfer", "transfer", "credit_note", "set_off")[int(rng.integers(0, 4))]
            payments.append(
                {"payment_id": f"p{n:02}{k}", "claim_id": f"c{n:02}", "paid_on": paid_on,
                 "amount": part, "method": method}
            )  # fmt: skip
            if method == "transfer" and rng.random() < 0.2:
                again = {"payment_id": f"r{n:02}{k}", "paid_on": paid_on + timedelta(days=9)}
                payments.append(payments[-1] | again | {"amount": -part})
    return claims, payments


def reckoned(claim, payments, withheld=None):
    """Interest of a claim, day by day: what moved on a day counts from that day.

    Of what a dispute justly ``withheld`` the larger of it and its credit notes bears nothing until
    it was put right; from then on, what the credit notes took of it.
    """
    least, since, until = withheld or (Fraction(0), DAY, None)
    remedies = {p["payment_id"]: Fraction(p["amount"]) for p in payments
                if withheld and p["method"] == "credit_note" and p["paid_on"] >= since}  # fmt: skip
    taken = min(least, sum(remedies.values(), Fraction(0)))
    credited = Fraction(0)
    balance, owed, total = Fraction(claim["amount"]), Fraction(0), Fraction(0)
    to_interest = to_principal = Fraction(0)
    day = claim["due_on"]
    while day < DAY:
        moved = [p for p in payments if max(p["paid_on"], claim["due_on"]) == day]
        credits = sum(
            (p["amount"] for p in moved
             if p["method"] == "credit_note" and p["payment_id"] not in remedies),
            Decimal(0),
        )  # fmt: skip
        credited += sum((remedies.get(p["payment_id"], Fraction(0)) for p in moved), Fraction(0))
        money = sum((p["amount"] for p in moved if p["method"] != "credit_note"), Decimal(0))
        if claim["creditor_id"] == "ledger":
            settled = Fraction(0)
        elif money >= 0:
            settled = min(Fraction(money), max(Fraction(rounded(to_decimal(owed))), Fraction(0)))
        else:
            settled = -min(max(-Fraction(money) - to_principal, Fraction(0)), to_interest)
        owed -= settled
        balance -= Fraction(money) - settled + Fraction(credits)
        to_interest += settled
        to_principal += Fraction(money) - settled
        if day > claim["due_on"]:
            free = max(credited, least if until is None or day < until else taken)
            borne = max(balance - free, Fraction(0)) * RATES[day] / 365
            owed, total = owed + borne, total + borne
        day += timedelta(days=1)
    return rounded(to_decimal(total))


def to_decimal(value):
    return Decimal(value.numerator) / Decimal(value.denominator)


@pytest.fixture(scope="module")
def con():
    return built(*portfolio())


def built(claims, payments, **further):
    made = connect(None, threads=1)
    given = {
        name: [dict(zip(columns, row, strict=True)) for row in found]
        for name, (columns, found) in law_rows(DAY).items()
    }
    given |= {"claims": claims, "payments": payments} | further
    given["debtors"] = [{"debtor_id": "d", "kind": "company"}]
    given["creditors"] = [
        {"creditor_id": "first", "imputation": "interest_first"},
        {"creditor_id": "ledger", "imputation": "ledger"},
    ]
    attach_rows(made, given)
    build(made, ["core.open_claims"], as_of=DAY)
    return made


def test_what_was_justly_withheld_bears_what_a_reckoning_day_by_day_finds():
    claims, payments = portfolio()
    disputes, actions = disputed(claims, payments)
    of = {row["claim_id"]: row for row in disputes}
    found = dict(
        built(claims, payments, disputes=disputes, actions=actions)
        .execute("select claim_id, late_penalties from core.open_claims")
        .fetchall()
    )

    expected, plain = {}, {}
    for claim in (each for each in claims if each["claim_id"] in found):
        name = claim["claim_id"]
        paid = [p for p in payments if p["claim_id"] == name]
        acted = [row for row in actions if row["claim_id"] == name]
        expected[name] = reckoned(claim, paid, held(claim, paid, of.get(name), acted))
        plain[name] = reckoned(claim, paid)
    assert sum(name in of for name in found) > 10
    assert found == expected
    assert sum(found[name] < plain[name] for name in found if name in of) > 10
    assert all(found[name] <= plain[name] for name in found)


def test_each_claim_bears_what_a_reckoning_day_by_day_finds(con):
    claims, payments = portfolio()
    found = dict(con.execute("select claim_id, late_penalties from core.open_claims").fetchall())

    by_claim = {claim["claim_id"]: claim for claim in claims}
    expected = {
        name: reckoned(by_claim[name], [p for p in payments if p["claim_id"] == name])
        for name in found
    }
    assert len(found) > 50
    assert found == expected


def test_what_is_imputed_of_a_payment_is_the_payment(con):
    wrong = con.execute(
        "with paid as (select claim_id, sum(amount) as amount from core.payments"
        " where method <> 'credit_note' group by claim_id)"
        " select count(*) filter (where paid.amount <> told.amount), count(*) from paid join ("
        " select claim_id, sum(to_interest + to_principal) as amount from core.imputations"
        " where step > 0 group by claim_id) as told using (claim_id)"
    ).fetchone()

    assert wrong[0] == 0
    assert wrong[1] > 15


def test_imputing_on_interest_first_never_lowers_what_is_due(con):
    lower = con.execute(
        "select count(*) from core.imputations join core.balances using (claim_id)"
        " where balance < open_amount and step = (select max(step) from core.imputations as last"
        " where last.claim_id = imputations.claim_id)"
    ).fetchone()

    assert lower == (0,)


def test_nothing_bears_negative_interest_or_leaves_a_hole_between_stretches(con):
    odd = con.execute(
        "with lines as (select *, lead(from_on) over (partition by claim_id order by from_on)"
        " as next_on from core.interest_lines)"
        " select count(*) from lines where balance * rate < 0 or n_days <= 0 or next_on < to_on"
    ).fetchone()

    assert odd == (0,)


def lived():
    """Claims of a company with a life of acknowledgments, a mediation, a suit."""
    rng = np.random.default_rng(11)
    claims, events = [], {}
    for n in range(80):
        due = date(2012, 1, 1) + timedelta(days=int(rng.integers(0, 4000)))
        name = f"c{n:02}"
        claims.append(
            {"claim_id": name, "debtor_id": "d", "amount": 9, "issued_on": due, "due_on": due,
             "currency": "EUR", "nature": "contract" if n % 2 else "transport"}
        )  # fmt: skip
        days = sorted(int(day) for day in rng.integers(1, 3000, size=int(rng.integers(0, 5))))
        events[name] = [
            (due + timedelta(days=day), "interrupt", due + timedelta(days=day)) for day in days
        ]
        if rng.random() < 0.5:
            begun = due + timedelta(days=int(rng.integers(1, 2200)))
            end = begun + timedelta(days=int(rng.integers(5, 400)))
            events[name].append((begun, "suspend", min(end, DAY)))
        if rng.random() < 0.3:
            begun = due + timedelta(days=int(rng.integers(1, 2200)))
            end = begun + timedelta(days=int(rng.integers(5, 700)))
            events[name].append((begun, "sue", end))
        events[name] = sorted(each for each in events[name] if each[2] <= DAY)
    return claims, events


def test_the_clock_is_that_of_a_reckoning_event_by_event():
    claims, events = lived()
    made = connect(None, threads=1)
    given = {
        name: [dict(zip(columns, row, strict=True)) for row in found]
        for name, (columns, found) in law_rows(DAY).items()
    }
    given |= {"claims": claims, "debtors": [{"debtor_id": "d", "kind": "company"}]}
    rows = [
        (name, n, *each) for name, lived_by in events.items() for n, each in enumerate(lived_by)
    ]
    given["promises"] = [
        {"promise_id": f"{name}{n}", "claim_id": name, "made_on": first, "due_on": first,
         "amount": 9, "in_writing": True}
        for name, n, first, kind, _ in rows if kind == "interrupt"
    ]  # fmt: skip
    given["facts"] = [
        {"subject_type": "claim", "subject_id": name, "name": "mediation_or_conciliation_agreed",
         "value": f"{first}/{last}", "known_on": last}
        for name, n, first, kind, last in rows if kind == "suspend"
    ]  # fmt: skip
    given["legal_steps"] = [
        {"step_id": f"{name}{n}{step}", "claim_id": name, "procedure": "merits", "step": step,
         "on": day}
        for name, n, first, kind, last in rows if kind == "sue"
        for step, day in (("filed", first), ("unenforceable", last))
    ]  # fmt: skip
    attach_rows(made, given)
    build(made, ["core.limitation"], as_of=DAY)
    found = dict(made.execute("select claim_id, limitation_on from core.limitation").fetchall())

    expected = {}
    for claim in claims:
        months = 60 if claim["nature"] == "contract" else 12
        resumed, end = claim["due_on"], limitation_on(claim["due_on"], months)
        for first, kind, last in events[claim["claim_id"]]:
            if first > end:
                break
            # What is acknowledged while a suit runs does not end the suit.
            resumed = resumed if kind == "suspend" else max(resumed, last)
            end = (
                suspended(end, first, last) if kind == "suspend" else limitation_on(resumed, months)
            )
        expected[claim["claim_id"]] = end
    assert found == expected
    assert sum(len(each) for each in events.values()) > 150


def test_a_failed_enforcement_gives_back_the_vat_of_what_the_title_carries():
    made = connect(None, threads=1)
    given = {
        name: [dict(zip(columns, row, strict=True)) for row in found]
        for name, (columns, found) in law_rows(DAY).items()
    }
    opened = date(2026, 6, 1)
    given["debtors"] = [{"debtor_id": each, "kind": "company"} for each in ("broke", "wound_up")]
    given["insolvencies"] = [
        {
            "debtor_id": "wound_up",
            "opened_on": opened,
            "kind": "liquidation",
            "published_on": opened,
        }
    ]
    # Title, its sum if for a part, whether an enforcement failed; VAT that may come back.
    lived = {
        "part": ("payment_order", 6000, True, "1000.00"),
        "whole": ("payment_order", None, True, "2000.00"),
        "still": ("summary", 6000, False, "2000.00"),
        "refused": ("payment_order", 6000, False, "1000.00"),
    }
    given["claims"] = [
        {"claim_id": each, "debtor_id": "broke" if failed else "wound_up", "creditor_id": "K",
         "amount": Decimal(12000), "vat_amount": Decimal(2000), "issued_on": date(2025, 1, 5),
         "due_on": date(2025, 2, 5), "currency": "EUR"}
        for each, (_, _, failed, _) in lived.items()
    ]  # fmt: skip
    steps = []
    for each, (procedure, told, failed, _) in lived.items():
        granted = "granted" if told is None else "granted_in_part"
        for step, on in (
            (granted, date(2025, 6, 2)), ("served", date(2025, 6, 20)),
            *([("unenforceable", date(2026, 2, 2))] if failed else []),
        ):  # fmt: skip
            steps.append(
                {"step_id": each + step, "claim_id": each, "procedure": procedure, "step": step,
                 "on": on, "amount": told if step == granted else None}
            )  # fmt: skip
    given["legal_steps"] = steps
    attach_rows(made, given)
    build(made, ["mart.vat_relief"], as_of=DAY)

    found = made.execute("select claim_id, vat_unpaid, net_unpaid, event from mart.vat_relief")
    rows = {claim: (vat, net, event) for claim, vat, net, event in found.fetchall()}
    assert {claim: str(vat) for claim, (vat, _, _) in rows.items()} == {
        claim: vat for claim, (_, _, _, vat) in lived.items()
    }
    assert rows["part"][1:] == (Decimal("5000.00"), "enforcement_failed")
    assert rows["still"][1:] == (Decimal("10000.00"), "liquidation")
