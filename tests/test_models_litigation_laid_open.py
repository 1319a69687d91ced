"""A course of a suit laid open: its ends of a hundred, what each input does, why it is advised."""

import datetime as dt
import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.litigation import lay_open
from models.litigation.laid_open import ENDS, of_hundred

DAY = dt.date(2026, 11, 21)
OF_SUITS = runpy.run_path(str(Path(__file__).with_name("test_models_litigation.py")))
asked, course, weigh = (OF_SUITS[name] for name in ("asked", "course", "weigh"))


def laid(name="payment_order", recommended="payment_order", **changes):
    return lay_open(*asked(**changes), course=name, recommended=recommended, as_of=DAY)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6).filter(lambda each: sum(each) > 0.01))
def test_of_a_hundred_suits_none_is_lost_or_counted_twice(chances):
    counts = of_hundred(np.asarray(chances))

    assert counts.sum() == 100
    assert np.abs(counts - np.asarray(chances) / sum(chances) * 100).max() < 1


@pytest.mark.parametrize("name", ["payment_order", "merits", "small_claim"])
def test_what_is_laid_open_is_what_was_published(name):
    published = course(weigh(), name)

    found = laid(name)

    assert found.expected == pytest.approx(published["expected_net"], abs=0.01)
    assert sum(end.chance * end.net for end in found.ends) == pytest.approx(found.expected)
    paid = sum(end.chance for end in found.ends[:2])
    assert paid == pytest.approx(published["p_success"] * published["p_collect"])


def test_a_suit_among_others_is_laid_open_as_it_is_alone():
    suits, claims, debtors, creditors, profiles, recovery, papers = asked(n=4)
    last = suits.iloc[3:]

    found = lay_open(
        last, claims.iloc[3:], debtors, creditors, profiles, recovery.iloc[3:], papers,
        course="payment_order", recommended="payment_order", as_of=DAY,
    )  # fmt: skip

    assert found.ends == laid().ends
    assert found.inputs == laid().inputs


def test_the_four_ends_lie_in_order_and_costs_are_lost_where_nothing_comes():
    ends = {end.code: end for end in laid(creditor={"vat_on_receipts": True}).ends}

    assert list(ends) == list(ENDS)
    assert ends["paid"].net > ends["paid_in_part"].net > 0 > ends["nothing_to_seize"].net
    assert ends["nothing_and_costs"].net < 0
    assert sum(end.of_hundred for end in ends.values()) == 100


def test_a_larger_claim_is_collected_in_part_more_often():
    small, large = (
        {end.code: end.chance for end in laid(amount=amount).ends} for amount in (1500.0, 60_000.0)
    )

    def in_part(ends):
        return ends["paid_in_part"] / (ends["paid"] + ends["paid_in_part"])

    assert in_part(large) > in_part(small)


def test_each_input_moves_the_net_the_way_it_should_and_the_widest_stands_first():
    found = {each.name: each for each in laid().inputs}

    assert found["p_collect"].net_high > found["p_collect"].net_low
    assert found["costs"].net_high < found["costs"].net_low
    assert found["time"].net_high < found["time"].net_low
    assert found["time"].low < found["time"].value < found["time"].high
    widths = [abs(each.net_high - each.net_low) for each in laid().inputs]
    assert widths == sorted(widths, reverse=True)
    assert all(0 <= each.low <= each.high <= 1 for each in found.values() if each.name[:2] == "p_")


def test_an_input_flips_where_the_net_is_nought():
    found = laid(amount=250.0)
    flips = [each for each in found.inputs if each.flips_at is not None]

    assert flips
    for each in flips:
        assert each.low <= each.flips_at <= each.high
        assert each.net_low * each.net_high < 0
    assert all(each.net_low * each.net_high >= 0 for each in found.inputs if each not in flips)


@pytest.mark.parametrize(
    ("changes", "recommended", "reason"),
    [
        ({}, "payment_order", "advised"),
        ({}, "summary", "other"),
        ({"formal_notice_on": None}, "agency", "closed"),
        ({"amount": 120.0}, "agency", "loses"),
    ],
)
def test_it_says_why_the_course_is_advised_or_not(changes, recommended, reason):
    assert laid(recommended=recommended, **changes).reason == reason
