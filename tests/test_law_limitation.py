"""Limitation: when a claim can no longer be sued for, and what moves that day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_schema.contract import codes
from law.errors import NotYetLaw
from law.limitation import (
    EVENTS,
    effect,
    events,
    limitation_on,
    months_of,
    regime,
    suspended,
)

TODAY = date(2026, 11, 21)
days = st.dates(min_value=date(2010, 1, 1), max_value=date(2030, 1, 1))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2021, 11, 21), 60, date(2026, 11, 21)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2026, 1, 1), 24, date(2028, 1, 1)),
    ],
)
def test_a_period_ends_on_the_same_day_of_its_last_month(start, months, end):
    assert limitation_on(start, months) == end


@pytest.mark.parametrize(
    ("event", "what"),
    [
        ("formal_notice", "none"),
        ("action", "none"),
        ("part_payment", "interrupt"),
        ("acknowledgment", "interrupt"),
        ("plan_request", "interrupt"),
        ("signed_plan", "interrupt"),
        ("payment_order_filed", "none"),
        ("payment_order_served", "interrupt"),
        ("suit_filed", "interrupt"),
        ("seized", "interrupt"),
        ("declared_in_insolvency", "interrupt"),
        ("small_claim_agreed", "suspend"),
        ("mediation_or_conciliation_agreed", "suspend"),
        ("negotiation_without_mediator", "none"),
    ],
)
def test_each_event_does_to_the_period_what_the_code_says(event, what):
    assert effect(event, TODAY) == what


def test_every_event_of_the_tables_is_known_to_the_law():
    known = {record.name for record in events(TODAY)}

    assert set(EVENTS.values()) <= known
    assert len(known) == 18


def test_a_registered_letter_interrupts_for_an_insurance_premium_only():
    assert effect("registered_letter", TODAY, "insurance_premium") == "interrupt"
    assert effect("formal_notice", TODAY, "insurance_premium") == "none"
    assert effect("registered_letter", TODAY, "contract") == "none"


def test_a_written_request_interrupts_against_a_public_body_only():
    assert effect("written_reminder", TODAY, regime_name="public") == "interrupt"
    assert effect("action", TODAY, regime_name="public") == "none"
    assert effect("written_reminder", TODAY, regime_name="civil") == "none"


def test_the_time_bar_of_consumer_credit_yields_to_a_suit_only():
    assert effect("suit_filed", TODAY, "consumer_credit") == "interrupt"
    assert effect("payment_order_served", TODAY, "consumer_credit") == "interrupt"
    assert effect("acknowledgment", TODAY, "consumer_credit") == "none"
    assert effect("small_claim_agreed", TODAY, "consumer_credit") == "none"


def test_an_unknown_event_is_refused():
    with pytest.raises(NotYetLaw, match="No parameter"):
        effect("a_dream", TODAY)


@given(days, days, days)
def test_a_suspension_never_shortens_and_leaves_six_months(end, a, b):
    from_on, to_on = sorted([a, b])

    found = suspended(end, from_on, to_on)

    assert found >= end
    if from_on < to_on and from_on < end:
        assert found >= limitation_on(to_on, 6)


def test_a_suspension_after_the_end_changes_nothing():
    assert suspended(date(2026, 1, 1), date(2026, 1, 1), date(2026, 6, 1)) == date(2026, 1, 1)


@pytest.mark.parametrize("debtor_kind", codes("debtor_kind"))
def test_every_debtor_has_a_regime_with_a_period(debtor_kind):
    assert months_of(regime(debtor_kind), "contract", TODAY) >= 24


def test_professionals_may_agree_on_one_to_ten_years_and_consumers_on_nothing():
    assert months_of("professional", "contract", TODAY, agreed_months=6) == 12
    assert months_of("professional", "contract", TODAY, agreed_months=36) == 36
    assert months_of("professional", "contract", TODAY, agreed_months=600) == 120
    assert months_of("consumer", "contract", TODAY, agreed_months=60) == 24
    assert months_of("professional", "commercial_rent", TODAY, agreed_months=36) == 60


def test_before_the_reform_of_2008_no_period_is_known():
    with pytest.raises(NotYetLaw, match="No limitation period"):
        months_of("professional", "contract", date(2008, 6, 18))
