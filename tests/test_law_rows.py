"""The law as rows: what a run as of a day may see, and the calendar."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_schema.contract import codes
from law import parameters
from law.calendar import is_public_holiday, may_contact, public_holidays
from law.facts import SuitFacts
from law.limitation import EVENTS, effect, limitation_months
from law.procedures import gates
from law.rows import FOR_EVER, rows

TODAY = date(2026, 11, 21)


def test_each_row_has_as_many_cells_as_its_table_has_columns():
    for name, (columns, found) in rows(TODAY).items():
        assert found or name == "law.replaced"
        assert all(len(row) == len(columns) for row in found)


@given(as_of=st.dates(min_value=date(2005, 1, 1), max_value=date(2028, 1, 1)))
@settings(max_examples=60, deadline=None)
def test_intervals_touch_and_no_parameter_of_the_future_is_seen(as_of):
    made = rows(as_of)

    dated = [
        found
        for name, (columns, found) in made.items()
        if next(iter(columns)) == "from_on" and name != "law.days"
    ]
    assert len(dated) >= 5
    for found in dated:
        assert all(first[1] == second[0] for first, second in pairwise(found))
        assert all(row[0] <= as_of for row in found)
        assert not found or found[-1][1] == FOR_EVER
    assert all(row[1] <= as_of for row in made["law.rate_sources"][1])


def test_a_run_on_the_eve_of_a_half_year_does_not_see_its_rate():
    eve = rows(date(2026, 6, 30))["law.penalty_rates"][1][-1]
    day = rows(date(2026, 7, 1))["law.penalty_rates"][1][-1]

    assert eve[2:] == (Decimal("0.1215"), Decimal("0.0786"), Decimal("0.1015"))
    assert day[2:] == (Decimal("0.1240"), Decimal("0.0825"), Decimal("0.1040"))


def test_the_default_rate_is_the_published_one_of_each_half_year():
    found = {row[0]: row[2] for row in rows(TODAY)["law.penalty_rates"][1]}

    assert found[date(2023, 1, 1)] == Decimal("0.125")
    assert found[date(2023, 7, 1)] == Decimal("0.14")
    assert found[date(2024, 1, 1)] == Decimal("0.145")
    assert found[date(2025, 7, 1)] == Decimal("0.1215")


def test_every_regime_and_nature_has_its_period():
    found = rows(TODAY)["law.limitation_periods"][1]

    pairs = {(row[0], row[1]) for row in found}
    natures = {*codes("claim_nature"), "title"}
    regimes = {"professional", "consumer", "civil", "public", "unknown"}
    assert pairs == {(regime, nature) for regime in regimes for nature in natures}
    assert len(found) == len(pairs)


@pytest.mark.parametrize(
    ("regime", "nature", "months"),
    [
        ("professional", "contract", 60),
        ("consumer", "contract", 24),
        ("civil", "contract", 60),
        ("public", "contract", 48),
        ("unknown", "contract", 24),
        ("professional", "transport", 12),
        ("consumer", "residential_rent", 36),
        ("professional", "cheque", 6),
        ("professional", "title", 120),
        ("unknown", "title", 120),
        ("unknown", "telecom", 12),
    ],
)
def test_the_period_of_a_claim_is_that_of_its_own_law(regime, nature, months):
    assert limitation_months(regime, nature, TODAY) == months


@pytest.mark.parametrize("nature", [*codes("claim_nature")])
def test_an_unknown_debtor_never_has_a_longer_period_than_a_known_one(nature):
    unknown = limitation_months("unknown", nature, TODAY)

    for regime in ("professional", "consumer", "civil"):
        assert unknown <= limitation_months(regime, nature, TODAY)


def test_easter_moves_the_holidays_with_it():
    assert {date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25)} <= public_holidays(2026)
    assert len(public_holidays(2026)) == 11


def test_ascension_may_fall_on_the_first_of_may():
    assert len(public_holidays(2008)) == 10
    assert is_public_holiday(date(2008, 5, 1))


def test_saturday_may_be_used_and_sunday_may_not():
    assert may_contact(date(2026, 11, 21))
    assert not may_contact(date(2026, 11, 22))
    assert not may_contact(date(2026, 11, 11))


def test_the_calendar_reaches_from_forty_days_behind_to_four_hundred_ahead():
    found = rows(TODAY)["law.days"][1]

    assert found[0][0] == date(2026, 10, 12)
    assert found[-1][0] == date(2027, 12, 26)
    assert (date(2026, 11, 21), True, False) in found


def test_each_event_has_its_effect_for_each_kind_of_claim():
    found = rows(TODAY)["law.limitation_effects"][1]

    assert len(found) == len(EVENTS) * 5 * (len(codes("claim_nature")) + 1)
    assert all(row[3] == effect(row[0], TODAY, row[2], row[1]) for row in found)


@given(as_of=st.dates(min_value=date(2015, 1, 1), max_value=date(2027, 6, 1)))
@settings(max_examples=20, deadline=None)
def test_a_run_as_of_a_past_day_is_the_same_without_all_later_law(as_of):
    known = {
        (subject, name): tuple(each for each in parameter.records if each.from_on <= as_of)
        for subject, found in parameters.load().items()
        for name, parameter in found.items()
    }
    begun = {name: records for name, records in known.items() if records}
    facts = SuitFacts(Decimal(6000), as_of, debtor_kind="company", oldest_due_on=date(2014, 1, 1))
    courses = ("payment_order", "merits", "summary")
    told = [rows(as_of), *(gates(course, facts) for course in courses)]

    with parameters.replacing(begun):
        again = [rows(as_of), *(gates(course, facts) for course in courses)]

    assert again == told


@pytest.mark.parametrize(
    ("name", "eve", "day"),
    [
        # An order to pay by its own day, the registry by that of the act, a rate by its half-year,
        # an attempt by the day of the suit.
        (("payment_order", "service_deadline_months"), date(2026, 8, 31), date(2026, 9, 1)),
        (("court_fees", "tc_payment_order_ttc"), date(2026, 2, 28), date(2026, 3, 1)),
        (("late_payment", "ecb_rate"), date(2026, 6, 30), date(2026, 7, 1)),
        (
            ("thresholds", "mandatory_amicable_attempt_max_claim"),
            date(2023, 9, 30),
            date(2023, 10, 1),
        ),
    ],
)
def test_each_rule_is_asked_by_the_day_that_it_follows(name, eve, day):
    assert parameters.value(*name, eve) != parameters.value(*name, day)


def test_the_default_rate_is_to_verify_only_where_the_floor_lies_above_it():
    unsure = [
        row[1] for row in rows(TODAY)["law.rate_sources"][1] if row[0] == "default" and row[4]
    ]

    assert unsure == [date(2024, 1, 1), date(2024, 7, 1), date(2026, 7, 1)]
