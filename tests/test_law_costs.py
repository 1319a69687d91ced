"""Costs: the worked examples of the tariffs, to the cent."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from law import costs
from law.facts import SuitFacts
from law.interest import rounded
from law.terms import course_terms

CASES = yaml.safe_load(
    (Path(__file__).parent / "cases_law" / "costs.yaml").read_text(encoding="utf-8")
)
MONEY = {"amount", "interest", "turnover", "profit"}
TAX = Decimal("1.2")


def facts_of(case):
    return SuitFacts(**{k: Decimal(v) if k in MONEY else v for k, v in case["facts"].items()})


def name(case):
    return case["name"]


@pytest.mark.parametrize("case", CASES["acts"], ids=name)
def test_an_act_costs_what_the_tariff_of_its_day_says(case):
    price = costs.officer_act(case["act"], Decimal(case["claim"]), case["day"])

    assert rounded(price * TAX) == Decimal(case["including_tax"])


@pytest.mark.parametrize("case", CASES["collected"], ids=name)
def test_the_fee_on_sums_collected_follows_its_slices(case):
    fee = costs.collection_fee(Decimal(case["sum"]), case["day"], payer=case["payer"])

    assert rounded(fee) == Decimal(case["before_tax"])


@pytest.mark.parametrize("case", CASES["registry"], ids=name)
def test_the_registry_asks_the_fee_of_the_day(case):
    assert costs.registry_fee(case["fee"], case["day"]) == Decimal(case["including_tax"])


@pytest.mark.parametrize("case", CASES["advances"], ids=name)
def test_the_advance_of_a_course_adds_up(case):
    terms = course_terms(case["course"], facts_of(case))

    assert rounded(terms.advance_cost.central) == Decimal(case["expected"])


@pytest.mark.parametrize("case", CASES["contributions"], ids=name)
def test_the_contribution_for_economic_justice_is_due_where_the_law_says(case):
    found = costs.tae_contribution(facts_of(case))

    assert found.due is case["due"]
    assert found.amount.high == Decimal(case["high"])


@given(st.decimals(min_value=189, max_value=500_000, places=2), st.integers(1, 10_000))
def test_collecting_more_never_costs_less_nor_more_than_the_surplus(collected, more):
    day = CASES["registry"][-1]["day"]

    less = costs.collection_fee(collected, day, payer="creditor")
    greater = costs.collection_fee(collected + more, day, payer="creditor")

    assert 0 <= greater - less <= more
