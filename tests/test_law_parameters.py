"""The dated records: complete, in order, sourced, exact, and asked with a day."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from dateutil.relativedelta import relativedelta

from law import french, page, parameters
from law.errors import BrokenParameter, NotYetLaw
from law.parameters import Range, Scale
from law.words import words

EVERY = [each for found in parameters.load().values() for each in found.values()]
WRITTEN_ON = date(2026, 11, 21)


def test_every_parameter_is_sourced_and_has_a_known_unit_and_confidence():
    assert len(EVERY) > 250
    for parameter in EVERY:
        assert parameter.unit in parameters.UNITS
        assert parameter.says.endswith((".", ")."))
        for record in parameter.records:
            assert record.article
            assert record.source
            assert record.confidence in parameters.CONFIDENCES


def test_records_follow_one_another_without_overlap():
    for parameter in EVERY:
        starts = [record.from_on for record in parameter.records]
        assert starts == sorted(set(starts))


def test_nobody_claims_to_have_checked_in_the_future():
    latest = max(date.today(), WRITTEN_ON)  # noqa: DTZ011 - the very question is today

    assert all(parameter.checked_on <= latest for parameter in EVERY)


def test_after_six_months_a_value_is_stale_and_before_not():
    checked = {(r.subject, r.name): r.checked_on for p in EVERY for r in p.records}
    first = min(checked.values())

    assert parameters.stale(first + relativedelta(months=6)) == ()
    stale = parameters.stale(first + relativedelta(months=6, days=1))
    assert stale
    assert {each.checked_on for each in stale} == {first}
    assert len(parameters.stale(date(2029, 1, 1))) == len(EVERY)


def test_a_value_holds_from_its_day_until_the_next():
    eve, day = date(2026, 8, 31), date(2026, 9, 1)

    assert parameters.whole("payment_order", "service_deadline_months", eve) == 6
    assert parameters.whole("payment_order", "service_deadline_months", day) == 3


def test_percents_become_fractions_once_and_exactly():
    record = parameters.record("interest", "professional", date(2026, 3, 1))

    assert record.printed == "2.62"
    assert record.value == Decimal("0.0262")
    commission = parameters.spread("market_prices", "agency_commission_percent", WRITTEN_ON)
    assert commission == Range(Decimal("0.05"), Decimal("0.14"), Decimal("0.3"))


def test_probabilities_and_multiples_are_left_alone():
    granted = parameters.spread("priors", "payment_order_granted", WRITTEN_ON)

    assert granted.central == Decimal("0.74")
    assert parameters.number("late_payment", "floor_multiple", WRITTEN_ON) == 3


def test_every_range_is_in_order():
    ranges = [r.value for p in EVERY for r in p.records if isinstance(r.value, Range)]

    assert len(ranges) > 30
    assert all(each.low <= each.central <= each.high for each in ranges)


def test_every_scale_starts_at_nothing_and_goes_on_for_ever():
    scales = [r.value for p in EVERY for r in p.records if isinstance(r.value, Scale)]

    assert len(scales) > 5
    assert all(each.brackets[0].low == 0 and each.brackets[-1].high is None for each in scales)


def test_a_day_too_early_is_refused_in_one_clear_line():
    with pytest.raises(NotYetLaw, match=r"interest.professional is not known before 2015-01-01"):
        parameters.number("interest", "professional", date(2014, 12, 31))


def test_a_repealed_value_is_refused_where_a_number_is_wanted():
    name = ("thresholds", "mandatory_amicable_attempt_max_claim")

    assert parameters.value(*name, date(2023, 1, 1)) is None
    assert not parameters.holds(*name, date(2023, 1, 1))
    with pytest.raises(NotYetLaw, match="repealed"):
        parameters.number(*name, date(2023, 1, 1))


def test_an_unknown_parameter_is_refused():
    with pytest.raises(NotYetLaw, match=r"No parameter interest.usury"):
        parameters.value("interest", "usury", WRITTEN_ON)


def test_the_version_is_stable_and_what_remains_to_verify_is_known():
    assert parameters.version() == parameters.version()
    standing = {(each.subject, each.name) for each in parameters.to_verify(WRITTEN_ON)}
    assert ("interest", "professional") in standing
    assert ("interest", "post_judgment_uplift_points") not in standing
    assert ("interest", "professional") not in {
        (each.subject, each.name) for each in parameters.to_verify(date(2026, 6, 30))
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: {says: x, unit: furlong, nature: law, checked_on: 2026-01-01, values: []}", "furlong"),
        ("a: {says: x, unit: EUR, nature: law, values: []}", "checked_on"),
        ("a: {says: x, unit: EUR, nature: law, checked_on: 2026-01-01, values: []}", "rise"),
        (
            "a: {says: x, unit: EUR, nature: law, checked_on: 2026-01-01, values: "
            "[{from: 2026-01-01, value: 1, article: y, confidence: high}]}",
            "source",
        ),
    ],
)
def test_a_file_that_breaks_the_form_is_refused(text, says, tmp_path: Path, monkeypatch):
    (tmp_path / "broken.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(parameters, "FOLDER", tmp_path)

    parameters._subject.cache_clear()
    with pytest.raises(BrokenParameter, match=says):
        parameters.history("broken", "a")
    parameters._subject.cache_clear()


def test_no_half_year_is_missing_from_the_rates():
    renewed = [parameter for parameter in EVERY if parameter.every_months]

    assert {f"{each.subject}.{each.name}" for each in renewed} == {
        "interest.individual",
        "interest.professional",
        "late_payment.ecb_rate",
    }
    for parameter in renewed:
        starts = [record.from_on for record in parameter.records]
        step = relativedelta(months=parameter.every_months)
        assert all(first + step == second for first, second in pairwise(starts))


def test_a_half_year_without_its_rate_is_told():
    last = parameters.history("interest", "professional")[-1].from_on
    due = last + relativedelta(months=6)

    assert parameters.behind(due - timedelta(days=1)) == ()
    assert {each.name for each in parameters.behind(due)} >= {"professional", "individual"}


def test_every_word_exists_in_both_languages():
    for codes in words().values():
        for pair in codes.values():
            assert len(pair) == 2
            assert all(isinstance(text, str) and text.strip() for text in pair)


def test_the_page_of_the_law_is_up_to_date():
    assert page.PAGE.read_text(encoding="utf-8") == page.page(), "run: python -m law.page"


def test_every_parameter_stands_on_the_page():
    text = page.page()

    assert "not legal advice" in text
    assert all(f"### {each.subject}.{each.name}\n" in text for each in EVERY)


def test_what_a_collector_meets_of_the_law_is_said_in_french():
    met = ("interest", "late_payment", "limitation", "limitation_events", "payment_order")
    untold = [
        f"{each.subject}.{each.name}"
        for each in EVERY
        if (each.subject in met or any(record.verify for record in each.records))
        and french.says(each) == each.says
    ]

    assert untold == [], "add them to law/french_says.yaml"
