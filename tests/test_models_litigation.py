"""Litigation: every course of every suit against the best course without one."""

import datetime as dt
import random
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data_schema.contract import codes, tables
from law.costs import collection_fee as legal_fee
from law.costs import collection_scale
from law.facts import SuitFacts
from law.terms import course_terms
from models.litigation import compare
from models.litigation.classes import Classes
from models.litigation.terms import collection_fee, terms

DAY = dt.date(2026, 11, 21)
CALM = ["amicable", "plan", "agency", "write_off"]


def suits_of(n=1, amount=4000.0, **claim_changes):
    claims = pd.DataFrame(
        [
            {
                "claim_id": f"C{i}", "debtor_id": f"D{i}", "creditor_id": "K1", "amount": amount,
                "open_amount": amount, "open_amount_eur": amount, "vat_amount": amount / 6,
                "late_penalties": 0.0, "legal_interest": 0.0, "fixed_indemnity": 40.0,
                "date_basis": "stated", "due_on": dt.date(2026, 3, 1), "nature": "contract",
                "limitation_on": dt.date(2031, 3, 1), "has_order": True,
                "has_delivery_proof": True, "has_terms": True, "assigned_to": None,
                "insured_by": None, "has_open_dispute": False, "title_on": None,
                "formal_notice_on": dt.date(2026, 9, 1),
                "formal_notice_expires_on": dt.date(2026, 9, 9),
            } | claim_changes
            for i in range(n)
        ]
    )  # fmt: skip
    suits = pd.DataFrame(
        {
            "suit_id": [f"S{i}" for i in range(n)],
            "creditor_id": "K1",
            "debtor_id": [f"D{i}" for i in range(n)],
            "claim_ids": [[f"C{i}"] for i in range(n)],
            "suit_amount": amount,
            "suit_amount_eur": amount,
            "n_claims": 1,
        }
    )
    return suits, claims


def asked(amount=4000.0, p=0.1, n=1, debtor=None, creditor=None, belief=None, **claim_changes):
    """What ``compare`` is asked about, in the order of its arguments."""
    suits, claims = suits_of(n, amount, **claim_changes)
    who = {"kind": "company", "country": "FR", "postcode": "69001", "siren": "123456789",
           "is_trader": True, "solvency_score": 80.0, "insolvency_kind": None}  # fmt: skip
    debtors = pd.DataFrame([{"debtor_id": f"D{i}"} | who | (debtor or {}) for i in range(n)])
    lender = {"creditor_id": "K1", "kind": "company", "recovers_vat": True,
              "vat_on_receipts": False}  # fmt: skip
    belief = belief or {"p_disorganised": 0.2, "p_cash_strapped": 0.1, "p_bad_faith": 0.6,
                        "p_dissatisfied": 0.1}  # fmt: skip
    profiles = pd.DataFrame([{"debtor_id": f"D{i}"} | belief for i in range(n)])
    recovery = pd.DataFrame(
        [
            {"claim_id": f"C{i}", "p_365": p * 0.9, "p_any_365": p, "median_days": None,
             "expected_recovered": p * amount * 0.95}
            for i in range(n)
        ]
    )  # fmt: skip
    creditors = pd.DataFrame([lender | (creditor or {})])
    return suits, claims, debtors, creditors, profiles, recovery, pd.DataFrame()


def weigh(*args, **changes):
    return compare(*asked(*args, **changes), as_of=DAY)


def chosen(table):
    return table[table["recommended"]].iloc[0]


def course(table, name):
    return table[table["course"] == name].iloc[0]


def test_each_suit_has_every_course_once_and_one_recommendation():
    table = weigh(n=3)

    assert list(table) == [name for name in tables("out")["litigation"].names if name != "as_of"]
    assert (table.groupby("suit_id").size() == len(codes("course"))).all()
    assert (table.groupby("suit_id")["recommended"].sum() == 1).all()


def test_a_documented_claim_on_a_solvent_silent_debtor_is_worth_a_payment_order():
    best = chosen(weigh())

    assert best["course"] in ("payment_order", "summary")
    assert best["expected_net"] > 0
    assert best["admissible"]
    assert "commerce" in best["court"].lower()


def test_a_small_claim_is_not_worth_a_suit():
    assert chosen(weigh(amount=60.0))["course"] in CALM


def test_a_debtor_who_is_going_to_pay_is_not_sued():
    assert chosen(weigh(p=0.97))["course"] in CALM


def test_nothing_inadmissible_is_ever_recommended():
    worlds = [
        weigh(debtor={"kind": "unknown"}),
        weigh(debtor={"kind": "public"}),
        weigh(debtor={"insolvency_kind": "liquidation"}),
        weigh(debtor={"postcode": None, "siren": None}),
        weigh(date_basis="unknown", due_on=None),
        weigh(limitation_on=dt.date(2026, 1, 1)),
        weigh(formal_notice_on=None, formal_notice_expires_on=None),
        weigh(assigned_to="factor"),
    ]

    for table in worlds:
        assert chosen(table)["course"] in CALM
        assert chosen(table)["admissible"]
        assert not table[~table["course"].isin(CALM)]["admissible"].any()
        assert table.loc[~table["admissible"], "obstacles"].map(len).min() > 0


def test_insolvency_leaves_the_declaration_and_the_write_off():
    table = weigh(debtor={"insolvency_kind": "liquidation"})

    assert chosen(table)["course"] == "write_off"
    assert "debtor_insolvent" in course(table, "payment_order")["obstacles"]
    assert "declare_claim" in course(table, "payment_order")["tasks"]


def test_a_dispute_closes_the_summary_way_and_lowers_the_order():
    quiet, disputed = weigh(), weigh(has_open_dispute=True)

    assert "serious_dispute" in course(disputed, "summary")["obstacles"]
    assert (
        course(disputed, "payment_order")["expected_net"]
        < course(quiet, "payment_order")["expected_net"]
    )


def test_a_dissatisfied_client_opposes_more_than_a_silent_one():
    grieved = {"p_disorganised": 0.0, "p_cash_strapped": 0.0, "p_bad_faith": 0.0,
               "p_dissatisfied": 1.0}  # fmt: skip

    assert (
        course(weigh(belief=grieved), "payment_order")["p_success"]
        < course(weigh(), "payment_order")["p_success"]
    )


def test_vat_comes_back_by_writing_off_unless_it_falls_due_on_receipts():
    usual = course(weigh(), "write_off")
    on_receipts = course(weigh(creditor={"vat_on_receipts": True}), "write_off")

    assert usual["tasks"] == ["show_irrecoverable"]
    assert on_receipts["tasks"] == []
    assert course(weigh(p=0.001), "write_off")["expected_net"] > usual["expected_net"]


def test_the_vat_within_a_net_is_what_the_net_lacks_where_no_vat_was_due():
    without = {"creditor": {"vat_on_receipts": True}, "debtor": {"solvency_score": 20.0}}

    due = course(weigh(debtor=without["debtor"]), "payment_order")
    not_due = course(weigh(**without), "payment_order")

    assert not_due["vat_part"] == 0
    assert due["vat_part"] == pytest.approx(due["expected_net"] - not_due["expected_net"], rel=0.03)


def test_quantiles_are_in_order_and_probabilities_are_ones():
    table = weigh(n=2)

    assert (table["p10"] <= table["p50"]).all()
    assert (table["p50"] <= table["p90"]).all()
    for name in ("p_success", "p_collect", "p_loss"):
        assert table[name].between(0, 1).all()
    best = table[table["course"].isin(CALM) & (table["expected_net"] == 0)]
    assert (best["p_loss"] == 0).any()


def test_more_money_at_stake_makes_a_suit_better_and_break_even_is_where_it_turns():
    small, large = weigh(amount=300.0), weigh(amount=6000.0)
    break_even = course(large, "payment_order")["break_even_amount"]

    assert (
        course(large, "payment_order")["expected_net"]
        > course(small, "payment_order")["expected_net"]
    )
    assert 50 < break_even < 6000
    assert course(weigh(amount=break_even * 1.6), "payment_order")["expected_net"] > 0
    assert course(weigh(amount=break_even * 0.5), "payment_order")["expected_net"] < 0


def test_the_agency_takes_its_commission_only_on_what_it_recovers():
    table = weigh(p=0.5)

    agency = course(table, "agency")
    assert 0 < agency["cost"] < 0.35 * 4000
    assert agency["p_success"] == 0


def test_the_fee_on_sums_collected_is_the_law_s():
    amounts = np.array([0.0, 100.0, 188.0, 500.0, 10_000.0, 60_000.0, 900_000.0])
    ours = collection_fee(collection_scale(DAY), amounts)

    theirs = [float(legal_fee(Decimal(str(each)), DAY, payer="creditor")) for each in amounts]
    np.testing.assert_allclose(ours, theirs)


def test_the_order_of_suits_changes_nothing():
    suits, claims = suits_of(5)
    empty = pd.DataFrame()
    debtors = pd.DataFrame({"debtor_id": [f"D{i}" for i in range(5)], "kind": "company"})

    first = compare(suits, claims, debtors, empty, empty, empty, empty, as_of=DAY)
    second = compare(
        suits[::-1], claims[::-1], debtors[::-1], empty, empty, empty, empty, as_of=DAY
    )

    pd.testing.assert_frame_equal(first, second)


def test_a_suit_without_an_amount_in_euros_is_not_brought():
    suits, claims = suits_of(1)
    suits["suit_amount_eur"] = None
    claims["open_amount_eur"] = None
    empty = pd.DataFrame()
    debtors = pd.DataFrame({"debtor_id": ["D0"], "kind": "company", "postcode": "69001"})

    table = compare(suits, claims, debtors, empty, empty, empty, empty, as_of=DAY)

    assert chosen(table)["course"] in CALM


@pytest.mark.parametrize("day", [dt.date(2013, 8, 1), dt.date(2022, 9, 15)])
def test_older_days_have_their_courses_too(day):
    suits, claims = suits_of(1)
    empty = pd.DataFrame()
    debtors = pd.DataFrame({"debtor_id": ["D0"], "kind": "company", "postcode": "69001"})

    table = compare(suits, claims, debtors, empty, empty, empty, empty, as_of=day)

    assert table["recommended"].sum() == 1


def test_suits_of_one_class_have_the_terms_that_the_law_would_give_each():
    """The law is asked once a class: drawn suits get what they would have got by themselves."""
    draw = random.Random(7)
    cases = [
        SuitFacts(
            Decimal(draw.choice([90, 128, 129, 1280, 1281, 4000, 5000, 9000, 10000, 10001, 70000])),
            DAY,
            debtor_kind=draw.choice(codes("debtor_kind")),
            creditor_kind=draw.choice(codes("creditor_kind")),
            nature=draw.choice(codes("claim_nature")),
            country=draw.choice(["FR", "DE", "US"]),
            postcode=draw.choice([None, "67000", "75001"]),
            is_trader=draw.choice([None, True, False]),
            solvency_score=draw.choice([None, 10.0, 40.0, 90.0]),
            has_order=draw.choice([True, False]),
            has_serious_dispute=draw.choice([True, False]),
            has_title=draw.choice([True, False]),
            recovers_vat=draw.choice([True, False]),
        )
        for _ in range(200)
    ]
    classes = Classes(np.arange(len(cases)), cases)
    suits = SimpleNamespace(classes=classes, contribution=np.zeros((len(cases), 3)))

    for course in ("payment_order", "merits", "european_order", "enforcement"):
        found = terms(course, suits)
        alone = [course_terms(course, replace(each, headcount=0)) for each in cases]
        for name, ranges in found.ranges.items():
            if name != "commission":
                own = [float(getattr(each, name).central) for each in alone]
                np.testing.assert_allclose(ranges[found.place, 1], own)


def test_no_suits_no_rows_but_every_column():
    suits, claims = suits_of(1)
    empty = pd.DataFrame()

    table = compare(suits.iloc[0:0], claims, empty, empty, empty, empty, empty, as_of=DAY)

    assert table.empty
    assert next(iter(table)) == "suit_id"


def test_a_course_tells_its_cash_its_break_evens_and_a_settlement():
    table = weigh()
    order, merits = course(table, "payment_order"), course(table, "merits")

    assert order["months_to_cash"] == pytest.approx(order["duration_days"] / 30.4375, abs=0.1)
    assert merits["peak_cash_out"] >= merits["cost"] * 0.5
    assert 0 < order["break_even_probability"] < order["p_collect"]
    assert order["settlement_low"] == pytest.approx(
        order["expected_net"] + course(table, "agency")["settlement_low"], abs=0.02
    )
    assert order["settlement_low"] < order["settlement_high"] < 4500


def test_the_input_that_flips_an_advice_does_so_where_it_says():
    """At its break-even chance of cash a suit is worth nothing more; that input comes first."""
    merits = course(weigh(), "merits")

    assert merits["pivot_1"] == "p_collect"
    assert merits["pivot_1_at"] == pytest.approx(merits["break_even_probability"], abs=0.01)
    assert weigh(amount=60.0)["pivot_2_at"].isna().any()


def test_a_report_is_worth_buying_only_where_its_answer_may_change_the_advice():
    receipts = {"vat_on_receipts": True}
    doubtful = weigh(amount=700.0, p=0.25, debtor={"solvency_score": None}, creditor=receipts)
    sure = weigh(amount=60.0)

    assert doubtful["information_value"].iloc[0] > 0
    assert (doubtful["report_value"] <= doubtful["information_value"]).all()
    assert not sure["buy_report"].any()
