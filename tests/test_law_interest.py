"""Penalties and legal interest: the worked examples, and what must hold of any period."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from law import interest
from law.errors import NotYetLaw

CASES = yaml.safe_load(
    (Path(__file__).parent / "cases_law" / "interest.yaml").read_text(encoding="utf-8")
)

days = st.dates(min_value=date(2015, 1, 1), max_value=date(2027, 12, 31))
sums = st.decimals(min_value=0, max_value=10_000_000, places=2)
rates = st.none() | st.decimals(min_value=0, max_value=1, places=4)


def stretches_of(case):
    return [(start, end, Decimal(balance)) for start, end, balance in case["stretches"]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_each_worked_example_comes_out_to_the_cent(case):
    stretches = stretches_of(case)
    if case["kind"] == "penalties":
        rate = Decimal(case["contract_rate"]) if "contract_rate" in case else None
        found = interest.late_payment_penalties(stretches, rate, public=case.get("public", False))
    else:
        found = interest.legal_interest(
            stretches,
            individual=case.get("individual", False),
            enforceable_on=case.get("enforceable_on"),
        )

    assert interest.rounded(found) == Decimal(case["expected"])


@given(sums, rates, days, days, days)
def test_splitting_a_period_changes_nothing(balance, rate, a, b, c):
    first, middle, last = sorted([a, b, c])

    whole = interest.late_payment_penalties([(first, last, balance)], rate)
    parts = interest.late_payment_penalties(
        [(first, middle, balance), (middle, last, balance)], rate
    )

    assert abs(whole - parts) < Decimal("1e-15")


@given(sums, days, days, days)
def test_splitting_changes_nothing_for_legal_interest_after_a_judgment(balance, a, b, c):
    first, middle, last = sorted([a, b, c])
    enforceable_on = date(2024, 2, 29)

    whole = interest.legal_interest([(first, last, balance)], enforceable_on=enforceable_on)
    parts = interest.legal_interest(
        [(first, middle, balance), (middle, last, balance)], enforceable_on=enforceable_on
    )

    assert abs(whole - parts) < Decimal("1e-15")


@given(sums, sums, days, days)
def test_two_balances_bear_what_their_sum_bears(one, other, a, b):
    first, last = sorted([a, b])

    apart = interest.late_payment_penalties([(first, last, one)])
    apart += interest.late_payment_penalties([(first, last, other)])

    together = interest.late_payment_penalties([(first, last, one + other)])
    assert abs(apart - together) < Decimal("1e-15")


@given(sums, rates, days, days)
def test_a_printed_statement_adds_up_to_the_component_rounded_once(balance, rate, a, b):
    first, last = sorted([a, b])

    lines = interest.statement([(first, last, balance)], rate)

    exact = interest.late_payment_penalties([(first, last, balance)], rate)
    assert sum((line.amount for line in lines), Decimal(0)) == interest.rounded(exact)
    assert sum(line.days for line in lines) == (last - first).days


@given(st.lists(st.tuples(sums, days, days), max_size=6), rates)
def test_interest_is_never_negative_nor_is_a_line_of_it(stretches, rate):
    stretches = [(*sorted([a, b]), balance) for balance, a, b in stretches]

    assert interest.late_payment_penalties(stretches, rate) >= 0
    assert interest.legal_interest(stretches, enforceable_on=date(2024, 1, 1)) >= 0
    for kind in ("penalties", "legal_interest"):
        lines = interest.statement(stretches, rate, kind=kind)
        assert all(line.amount >= 0 for line in lines)


def test_many_lines_that_round_up_leave_no_line_below_nothing():
    half_a_cent = (Decimal("18.25"), date(2022, 1, 1))
    stretches = [
        (half_a_cent[1] + timedelta(days=n), half_a_cent[1] + timedelta(days=n + 1), half_a_cent[0])
        for n in range(10)
    ]

    lines = interest.statement(stretches)

    assert [line.amount for line in lines] == [Decimal("0.01"), Decimal("0.00")] * 5


def test_each_day_bears_the_rate_in_force_that_day():
    eve = date(2026, 6, 30)

    lines = interest.statement([(eve, eve + timedelta(days=2), Decimal(36500))])

    assert [line.rate for line in lines] == [Decimal("0.1215"), Decimal("0.1240")]
    assert [line.amount for line in lines] == [Decimal("12.15"), Decimal("12.40")]


def test_the_half_year_of_july_2022_still_bears_ten_percent():
    assert interest.penalty_rate(date(2022, 12, 31)) == Decimal("0.10")


def test_the_floor_does_not_lift_the_default_rate():
    assert interest.penalty_rate(date(2024, 3, 1)) == Decimal("0.145")


def test_half_a_cent_is_rounded_up():
    assert interest.rounded(Decimal("0.005")) == Decimal("0.01")


def test_before_the_first_rate_the_law_says_so():
    with pytest.raises(NotYetLaw, match="not known before 2015-01-01"):
        interest.late_payment_penalties([(date(2014, 12, 1), date(2015, 2, 1), Decimal(100))])


def test_a_statement_names_its_article():
    line = interest.statement([(date(2026, 7, 1), date(2026, 7, 2), Decimal(1))])[0]

    assert "L441-10" in line.article
