"""The handbook's worked examples, each under its id: the law's functions, and a run's tables."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from law import costs, interest, parameters
from law.facts import SuitFacts
from law.rows import rows as law_rows
from pipelines.build import attach_rows, build, connect

EXAMPLES = yaml.safe_load(
    (Path(__file__).parent / "cases_law" / "worked_examples.yaml").read_text(encoding="utf-8")
)
OF_INTEREST = [name for name, example in EXAMPLES.items() if "stretches" in example]
OF_COSTS = [name for name in EXAMPLES if name not in OF_INTEREST]


@pytest.fixture(scope="module")
def empty():
    con = connect(None, threads=1)
    attach_rows(con, {})
    return con


@pytest.fixture
def con(empty):
    yield empty
    for schema in ("core", "staging"):
        empty.execute("drop schema if exists " + schema + " cascade")


def cost(example):
    if "act" in example:
        price = costs.officer_act(example["act"], Decimal(example["claim"]), example["day"])
        return price * (1 + parameters.number("vat", "standard_rate", example["day"]))
    if "scale" in example:
        scale = parameters.scale("commissaire_scales", example["scale"], example["day"])
        return scale.fee(Decimal(example["collected"]))
    facts = {**example["facts"], "amount": Decimal(example["facts"]["amount"])}
    return costs.total(costs.outlays(example["course"], SuitFacts(**facts))).central


def ledger(example):
    claim = {name: str(v) if isinstance(v, float) else v for name, v in example["claim"].items()}
    stated = {"claim_id": "c", "debtor_id": "d", "currency": "EUR", "nature": "contract"}
    paid = [
        {"payment_id": str(n), "claim_id": "c", "paid_on": day, "amount": amount}
        for n, (day, amount) in enumerate(example.get("paid", []))
    ]
    notices = [
        {
            "action_id": "a",
            "claim_id": "c",
            "at": datetime.combine(received, time(9)),
            "channel": "registered_letter",
            "stage": "formal_notice",
            "action": "formal_notice",
            "received_on": received,
        }
        for received in [example.get("notice_received_on")]
        if received
    ]
    return {
        "debtors": [{"debtor_id": "d", "kind": example["debtor"]}],
        "claims": [stated | claim],
        "payments": [{"method": "transfer"} | payment for payment in paid],
        "actions": notices,
    }


def run(con, example):
    of_law = {
        name: [dict(zip(columns, row, strict=True)) for row in found]
        for name, (columns, found) in law_rows(example["as_of"]).items()
    }
    attach_rows(con, of_law | ledger(example))
    build(con, ["core.interest"], as_of=example["as_of"])


def test_each_example_of_the_handbook_is_a_case():
    assert sorted(EXAMPLES) == [
        "a444_31_on_10000_scale_2020",
        "a444_32_on_10000_scale_2020",
        "b2b_contract_rate_below_floor",
        "b2b_penalty_three_semesters",
        "b2b_penalty_with_part_payment",
        "consumer_legal_interest_from_notice",
        "payment_order_tc_out_of_pocket_2026_10",
        "rounding_convention",
        "service_of_order_claim_above_1280",
        "summons_claim_above_1280",
    ]


@pytest.mark.parametrize("name", OF_COSTS)
def test_each_cost_comes_out_to_the_cent(name):
    example = EXAMPLES[name]

    assert interest.rounded(cost(example)) == Decimal(example["expected"])


@pytest.mark.parametrize("name", OF_INTEREST)
def test_each_interest_comes_out_to_the_cent_by_the_law_and_by_a_run(con, name):
    example = EXAMPLES[name]
    stretches = [(first, end, Decimal(base)) for first, end, base in example["stretches"]]
    kind = example.get("kind", "penalties")
    agreed = Decimal(example["contract_rate"]) if "contract_rate" in example else None

    printed = interest.statement(stretches, agreed, kind=kind)
    run(con, example)
    (row,) = con.execute(
        "select late_penalties + legal_interest, fixed_indemnity from core.interest"
    ).fetchall()
    days = con.execute("select n_days from core.interest_lines order by from_on").fetchall()

    assert sum(line.amount for line in printed) == Decimal(example["expected"])
    assert row == (Decimal(example["expected"]), Decimal(example["indemnity"]))
    assert [day for (day,) in days] == example["days"] == [line.days for line in printed]
    if "lines" in example:
        assert [line.amount for line in printed] == list(map(Decimal, example["lines"]))


def test_the_day_of_the_run_bears_nothing_and_the_due_date_neither(con):
    example = EXAMPLES["b2b_penalty_three_semesters"] | {"as_of": date(2025, 10, 1)}

    run(con, example)

    assert con.execute("select late_penalties from core.interest").fetchall() == [(Decimal(0),)]
