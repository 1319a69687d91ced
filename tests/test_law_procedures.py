"""Courses of a suit: gates, courts, deadlines and terms."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from data_schema.contract import codes
from law.costs import tae_contribution
from law.courts import court, lawyer_required
from law.facts import SuitFacts
from law.gates import COURSES, GATES, checklist
from law.procedures import enforceable_on, gates, opposition_until, service_deadline
from law.terms import course_terms
from law.words import word, words

CASES = yaml.safe_load(
    (Path(__file__).parent / "cases_law" / "gates.yaml").read_text(encoding="utf-8")
)
PLAIN = {
    "amount": "4000",
    "as_of": date(2026, 11, 21),
    "debtor_kind": "company",
    "oldest_due_on": date(2026, 1, 31),
    "formal_notice_on": date(2026, 5, 4),
    "formal_notice_expires_on": date(2026, 5, 12),
}
MONEY = {"amount", "interest", "vat_amount", "turnover", "profit"}


def facts(**changes):
    plain = {**PLAIN, **changes}
    return SuitFacts(
        **{k: Decimal(v) if k in MONEY and v is not None else v for k, v in plain.items()}
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_each_gate_opens_and_shuts_as_the_law_says(case):
    found = gates(case["course"], facts(**case["facts"]))

    assert found.obstacles == case["obstacles"]
    assert found.admissible is (case["obstacles"] == [])
    assert case.get("task") is None or case["task"] in found.tasks


def test_the_courses_are_those_of_the_contract():
    assert set(COURSES) == set(codes("course"))


def test_an_unknown_course_is_refused():
    with pytest.raises(ValueError, match="No course 'duel'"):
        gates("duel", facts())


def test_every_obstacle_and_task_has_its_words():
    awkward = [
        facts(amount="0", debtor_kind="unknown", oldest_due_on=None, address_known=False),
        facts(country="US", assigned=True, insured=True, insolvency="safeguard", nature="tort"),
        facts(debtor_kind="public", has_serious_dispute=True, has_order=False, time_barred=True),
        facts(debtor_kind="sole_trader", amount="80000", formal_notice_on=None),
        facts(debtor_kind="consumer", insolvency="over_indebtedness", vat_amount="1"),
        facts(approved=False, in_court=True, nature="cheque"),
        facts(
            approved=True, insured=True, insurer_agrees=True, assigned=True, assignee_agrees=True
        ),
        facts(
            has_title=True, has_order=True, amicable_attempt_on=date(2026, 10, 1), amount="90000"
        ),
        facts(amount="90000", headcount=300, postcode="75001", turnover="9e8", profit="9e6"),
    ]

    for case in awkward:
        for course in COURSES:
            found = gates(course, case)
            assert set(found.obstacles) <= set(words()["obstacles"])
            assert set(found.tasks) <= set(words()["tasks"])
        for gate in checklist(case):
            assert gate.code in words()["gates"]
            assert gate.reason in words()["gate_reasons" if gate.passed else "obstacles"]
            assert gate.passed is (gate.task is None)
        assert court(case).reason in words()["court_reasons"]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "commercial"),
        ({"debtor_kind": "consumer"}, "judicial"),
        ({"debtor_kind": "association"}, "judicial"),
        ({"is_trader": False}, "judicial"),
        ({"nature": "co_ownership"}, "judicial"),
        ({"debtor_kind": "consumer", "nature": "consumer_credit"}, "protection_judge"),
        ({"debtor_kind": "consumer", "nature": "residential_rent"}, "protection_judge"),
        ({"postcode": "67000"}, "commercial_chamber"),
        ({"debtor_kind": "public"}, "administrative"),
        ({"country": "DE"}, "foreign"),
    ],
)
def test_the_court_follows_from_who_owes_and_what_for(changes, kind):
    assert court(facts(**changes)).kind == kind


def test_a_court_is_named_by_kind_and_place_and_never_by_an_invented_town():
    known = court(facts(postcode="69003"))
    unknown = court(facts(debtor_kind="consumer"))

    assert known.name == (
        "tribunal de commerce (ou tribunal des activités économiques)"
        " du siège du débiteur (code postal 69003)"
    )
    assert unknown.name == "tribunal judiciaire du domicile du débiteur"


def test_there_is_no_economic_court_before_2025_nor_after_2028():
    assert "activités économiques" not in court(facts(as_of=date(2024, 12, 31))).name
    assert "activités économiques" not in court(facts(as_of=date(2029, 1, 1))).name


@pytest.mark.parametrize(
    ("course", "changes", "needed"),
    [
        ("merits", {"amount": "10000"}, False),
        ("merits", {"amount": "10000.01"}, True),
        ("summary", {"amount": "10000.01"}, True),
        ("merits", {"amount": "9800", "interest": "200"}, False),
        ("merits", {"amount": "9800", "interest": "200.01"}, True),
        ("payment_order", {"amount": "900000"}, False),
        ("merits", {"amount": "50000", "as_of": date(2019, 6, 1)}, False),
        (
            "merits",
            {"amount": "50000", "nature": "consumer_credit", "debtor_kind": "consumer"},
            False,
        ),
    ],
)
def test_a_lawyer_is_needed_above_ten_thousand_euros(course, changes, needed):
    assert lawyer_required(course, facts(**changes)) is needed


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": "9800", "interest": "300"}, "lawyer_by_accessories"),
        ({"amount": "10500", "interest": "300"}, "lawyer_needed"),
        ({"amount": "9000", "interest": "300"}, "lawyer_optional"),
    ],
)
def test_the_gate_says_whether_only_accessories_call_for_a_lawyer(changes, reason):
    (gate,) = (gate for gate in checklist(facts(**changes)) if gate.code == "lawyer")

    assert gate.reason == reason
    assert word("obstacles", reason, "fr") != reason or gate.passed


def test_no_agency_is_sent_after_a_time_barred_claim():
    barred = facts(time_barred=True)

    assert gates("agency", barred).obstacles == ["time_barred"]
    assert gates("amicable", barred).admissible


def test_the_day_of_the_order_decides_the_time_to_serve_it():
    assert service_deadline(date(2026, 8, 31)) == date(2027, 2, 28)
    assert service_deadline(date(2026, 9, 1)) == date(2026, 12, 1)


def test_the_day_of_the_order_decides_the_wait_before_enforcing():
    served_on = date(2026, 9, 15)

    assert enforceable_on(date(2026, 8, 31), served_on) == date(2026, 10, 15)
    assert enforceable_on(date(2026, 9, 1), served_on) == date(2026, 11, 15)
    assert opposition_until(served_on) == date(2026, 10, 15)


@pytest.mark.parametrize("course", COURSES)
@pytest.mark.parametrize("debtor_kind", codes("debtor_kind"))
@pytest.mark.parametrize("as_of", [date(2013, 5, 6), date(2019, 6, 1), date(2026, 11, 21)])
def test_terms_exist_for_every_course_on_any_day_and_are_in_order(course, debtor_kind, as_of):
    terms = course_terms(course, facts(debtor_kind=debtor_kind, as_of=as_of, amount="12345.67"))

    for field in fields(terms):
        value = getattr(terms, field.name)
        if hasattr(value, "central"):
            assert 0 <= value.low <= value.central <= value.high
            assert not field.name.startswith("p_") or value.high <= 1
    assert terms.recoverable_costs.central <= (
        terms.advance_cost.central + terms.enforcement_cost.central
    )


def test_what_the_creditor_cannot_recover_of_the_vat_is_a_cost():
    with_vat = course_terms("merits", facts(amount="20000", recovers_vat=False))
    without = course_terms("merits", facts(amount="20000"))

    assert with_vat.advance_cost.central == without.advance_cost.central * Decimal("1.2")
    assert with_vat.creditor_collection_fee(Decimal(1000)) == (
        without.creditor_collection_fee(Decimal(1000)) * Decimal("1.2")
    )


def test_the_costs_of_the_small_claims_procedure_stay_on_the_creditor():
    terms = course_terms("small_claim", facts())

    assert terms.advance_cost.central == Decimal("44.92")
    assert terms.recoverable_costs.central == terms.enforcement_cost.central


def test_a_dispute_makes_an_opposition_likelier_and_lack_of_proof_a_defeat():
    plain = course_terms("payment_order", facts(has_order=True))
    disputed = course_terms("payment_order", facts(has_order=True, has_serious_dispute=True))
    bare = course_terms("payment_order", facts())

    assert disputed.p_opposed.central > plain.p_opposed.central
    assert bare.p_won_if_opposed.central < plain.p_won_if_opposed.central
    # An interim payment that somebody sought all the same was judged like a case on its merits.
    for name, other in (("has_serious_dispute", disputed), ("has_order", bare)):
        odd = facts(**{"has_order": True} | {name: name == "has_serious_dispute"})
        assert course_terms("summary", odd).p_granted == other.p_won_if_opposed
    sure = course_terms("summary", facts(has_order=True)).p_granted
    assert sure.central > disputed.p_won_if_opposed.central > 0


def test_solvency_bounds_what_enforcement_brings():
    chances = [
        course_terms("merits", facts(solvency_score=score)).p_enforced.central
        for score in (10, None, 90)
    ]

    assert chances == sorted(chances)
    assert chances[0] < chances[2]


def test_terms_say_which_records_they_used():
    terms = course_terms("payment_order", facts())

    used = {(record.subject, record.name) for record in terms.sources}
    assert ("court_fees", "tc_payment_order_ttc") in used
    assert ("priors", "payment_order_granted") in used
    assert len(used) == len(terms.sources)


def test_the_same_day_is_meant_by_facts_and_terms():
    with pytest.raises(ValueError, match="as_of differs"):
        course_terms("merits", facts(), date(2020, 1, 1))


def test_an_uncertain_contribution_asks_to_be_checked():
    case = facts(amount="60000", headcount=300)

    assert tae_contribution(case).due is None
    assert "check_tae" in gates("payment_order", case).tasks


def test_a_failed_gate_has_a_task_and_closes_or_asks_and_a_passed_one_does_neither():
    for case in (facts(), facts(debtor_kind="unknown", amount="0"), facts(insolvency="safeguard")):
        found = checklist(case)

        assert [gate.code for gate in found] == list(GATES)
        for gate in found:
            assert bool(gate.asks) is not gate.passed
            assert gate.bars <= set(COURSES)
