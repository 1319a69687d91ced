"""What may be done to a debtor: each rule breaks alone, and the good action passes."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_schema.contract import codes
from law import conduct
from law.conduct import Action, DebtorContext, allowed, limits, needs_person, violations
from law.words import words

MONDAY = date(2026, 11, 23)
COMPANY = DebtorContext(debtor_kind="company", stage_rank=1, tone_rank=2)
REMINDER = Action("remind", MONDAY, stage="reminder", tone="courteous", channel="email", hour=10)
NOTICE = Action("formal_notice", MONDAY, "formal_notice", "formal", "registered_letter", hour=10)
LAST = Action("call", MONDAY, stage="last_attempt", tone="formal", channel="phone", hour=10)
SUIT = Action("sue", MONDAY, stage="litigation", tone="formal", signed=True)


def test_a_plain_reminder_on_a_monday_breaks_nothing():
    assert allowed(COMPANY, REMINDER)


@pytest.mark.parametrize(
    ("context", "action", "rule"),
    [
        ({}, {"hour": 7}, "outside_hours"),
        ({}, {"hour": 20}, "outside_hours"),
        ({}, {"on": date(2026, 11, 22)}, "no_contact_day"),
        ({}, {"on": date(2026, 11, 11)}, "no_contact_day"),
        ({"n_contacts_7d": 3}, {}, "contacts_per_week"),
        ({"n_calls_7d": 2, "n_contacts_7d": 2}, {"channel": "phone"}, "calls_per_week"),
        ({"last_channel": "email", "last_channel_run": 2}, {}, "channel_running"),
        ({"stage_rank": 2}, {}, "stage_falls"),
        ({"stage_rank": 0}, {"stage": "firm_reminder"}, "stage_skipped"),
        ({"tone_rank": 3}, {}, "tone_falls"),
        ({}, {"action": "third_party", "stage": "third_party"}, "third_party_too_early"),
        ({"do_not_contact": True}, {}, "do_not_contact"),
        ({"represented": True}, {}, "represented"),
        ({"email_consent": False}, {}, "no_email_consent"),
        ({"sms_consent": False}, {"channel": "sms"}, "no_sms_consent"),
        ({"debtor_kind": "consumer"}, {"channel": "sms"}, "no_sms_consent"),
        ({"debtor_kind": "unknown"}, {"channel": "sms"}, "no_sms_consent"),
        ({}, {"channel": "visit"}, "visit_not_allowed"),
        (
            {"allows_visits": True, "debtor_kind": "consumer"},
            {"channel": "visit"},
            "visit_not_allowed",
        ),
        ({"in_insolvency": True}, {}, "debtor_insolvent"),
        ({"chaseable_amount": Decimal(0)}, {}, "disputed_part"),
        ({"promise_due_on": MONDAY}, {}, "promise_running"),
        ({"plan_kept": True}, {}, "plan_kept"),
    ],
)
def test_each_rule_breaks_alone(context, action, rule):
    assert violations(replace(COMPANY, **context), replace(REMINDER, **action)) == [rule]


@pytest.mark.parametrize(
    ("context", "action"),
    [
        ({}, {"hour": 8}),
        ({}, {"hour": 19}),
        ({}, {"on": date(2026, 11, 28)}),
        ({"n_contacts_7d": 2}, {}),
        ({"last_channel": "email", "last_channel_run": 1}, {}),
        ({"last_channel": "sms", "last_channel_run": 2}, {}),
        ({"stage_rank": 0, "tone_rank": 0}, {}),
        ({}, {"stage": "firm_reminder", "tone": "firm"}),
        ({"stage_rank": 2}, {"action": "third_party", "stage": "third_party"}),
        ({"debtor_kind": "consumer"}, {}),
        ({"sms_consent": True, "debtor_kind": "consumer"}, {"channel": "sms"}),
        ({"allows_visits": True}, {"channel": "visit"}),
        ({"represented": True, "do_not_contact": True}, {"to_representative": True}),
        ({"promise_due_on": date(2026, 11, 22)}, {}),
        ({"chaseable_amount": Decimal("0.01")}, {}),
    ],
)
def test_just_within_the_rules_is_allowed(context, action):
    assert violations(replace(COMPANY, **context), replace(REMINDER, **action)) == []


@pytest.mark.parametrize("accompanying", sorted(conduct.ACCOMPANYING))
def test_helping_is_no_softening_and_touches_disputes_and_promises(accompanying):
    context = replace(
        COMPANY,
        stage_rank=4,
        tone_rank=4,
        in_insolvency=True,
        chaseable_amount=Decimal(0),
        promise_due_on=MONDAY,
        plan_kept=True,
    )
    action = replace(REMINDER, action=accompanying, stage="reminder", tone="helpful")

    assert allowed(context, action)


def test_a_suit_needs_a_formal_notice_its_delay_and_the_last_attempt():
    ready = replace(COMPANY, stage_rank=4, tone_rank=4, formal_notice_expires_on=MONDAY)

    assert violations(ready, SUIT) == []
    running = replace(ready, formal_notice_expires_on=MONDAY + timedelta(days=1))
    assert violations(running, SUIT) == ["formal_notice_running"]
    assert violations(replace(ready, stage_rank=3), SUIT) == ["stage_skipped"]
    assert violations(replace(ready, stage_rank=2), SUIT) == [
        "stage_skipped",
        "formal_notice_missing",
    ]


def test_a_suit_never_touches_a_debtor_in_insolvency_nor_unknown_dates():
    ready = replace(COMPANY, stage_rank=4, formal_notice_expires_on=MONDAY)

    assert violations(replace(ready, in_insolvency=True), SUIT) == ["debtor_insolvent"]
    assert violations(replace(ready, dates_known=False), SUIT) == ["dates_unknown"]
    assert violations(replace(ready, time_barred=True), SUIT) == ["time_barred"]


def test_a_last_attempt_may_be_a_call_once_the_notice_has_run_out():
    context = replace(COMPANY, stage_rank=3, tone_rank=4, formal_notice_expires_on=MONDAY)

    assert allowed(context, LAST)
    assert violations(replace(context, formal_notice_expires_on=None), LAST) == [
        "formal_notice_running"
    ]


def test_a_formal_notice_goes_by_registered_letter():
    context = replace(COMPANY, stage_rank=2)

    assert allowed(context, NOTICE)
    assert violations(context, replace(NOTICE, channel="email")) == ["formal_notice_channel"]


@pytest.mark.parametrize("kind", codes("debtor_kind"))
def test_a_person_signs_for_natural_persons_and_unknown_debtors(kind):
    natural = kind in ("consumer", "sole_trader", "unknown")

    assert needs_person(kind, "sue") is natural
    assert needs_person(kind, "formal_notice") is natural
    assert not needs_person(kind, "remind")


def test_an_unsigned_notice_to_a_consumer_is_a_breach_only_once_done():
    context = replace(COMPANY, debtor_kind="consumer", stage_rank=2)

    assert violations(context, replace(NOTICE, signed=None)) == []
    assert violations(context, replace(NOTICE, signed=False)) == ["person_signs"]


def test_a_consumer_is_not_threatened_over_a_time_barred_claim():
    consumer = replace(COMPANY, debtor_kind="consumer", stage_rank=2, time_barred=True)

    assert violations(consumer, NOTICE) == ["time_barred"]
    assert violations(consumer, replace(REMINDER, stage="firm_reminder", tone="firm")) == []


def test_every_rule_has_its_words():
    assert set(conduct.RULES) == set(words()["rules"])


def test_ranks_cover_the_stages_and_tones_of_the_contract():
    assert {*conduct.STAGE_RANK, "third_party"} == set(codes("stage"))
    assert tuple(conduct.TONE_RANK) == codes("tone")
    assert set(codes("action")) > conduct.CHASING | conduct.ACCOMPANYING


def test_the_limits_serve_older_days_too():
    assert limits(date(2012, 1, 1)) == limits(MONDAY)
    assert limits(MONDAY).max_calls_7d == 2
    assert limits(MONDAY).formal_notice_days == 8


@given(
    rank=st.integers(0, 5),
    stage=st.sampled_from(sorted(conduct.STAGE_RANK)),
    tone_rank=st.integers(0, 4),
    tone=st.sampled_from(sorted(conduct.TONE_RANK)),
)
def test_whatever_is_allowed_climbs_by_one_step_at_most(rank, stage, tone_rank, tone):
    context = replace(
        COMPANY, stage_rank=rank, tone_rank=tone_rank, formal_notice_expires_on=MONDAY
    )
    by_post = "registered_letter" if stage == "formal_notice" else "email"
    own = {"formal_notice": "formal_notice", "litigation": "sue"}.get(stage, "remind")
    action = replace(REMINDER, action=own, stage=stage, tone=tone, channel=by_post)

    climbs = rank <= conduct.STAGE_RANK[stage] <= rank + 1
    softens = conduct.TONE_RANK[tone] < tone_rank
    assert allowed(context, action) is (climbs and not softens)


def test_no_reminder_passes_for_a_formal_notice_and_nothing_for_a_suit_but_a_suit():
    context = replace(COMPANY, stage_rank=2)
    late = replace(COMPANY, stage_rank=4, formal_notice_expires_on=MONDAY)

    as_notice = violations(context, replace(REMINDER, stage="formal_notice"))
    as_suit = violations(late, replace(REMINDER, stage="litigation"))
    hidden_suit = violations(context, replace(SUIT, stage="reminder"))
    hidden_notice = violations(replace(COMPANY, stage_rank=0), replace(NOTICE, stage="reminder"))

    assert as_notice == ["formal_notice_missing"]
    assert as_suit == ["stage_skipped"]
    assert hidden_suit == ["stage_skipped", "formal_notice_missing"]
    assert hidden_notice == ["stage_skipped"]


def test_a_last_attempt_is_a_call_or_a_letter_and_no_text_message():
    ready = replace(COMPANY, stage_rank=3, sms_consent=True, formal_notice_expires_on=MONDAY)

    assert violations(ready, LAST) == []
    assert violations(ready, replace(LAST, channel="letter")) == []
    assert violations(ready, replace(LAST, channel="sms")) == ["last_attempt_channel"]
