"""Plans of instalments: to the cent, on the days the debtor pays, worth most."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.strategy.plans import Asked, asked_of, first_days, plan_offers, schedules
from models.strategy.tables import ladder

OFFERED = np.datetime64("2026-11-20")


def asked(amount=3000.0, kept=0.6, monthly=None, alone=0.4, pay_day=0, lean=()):
    dry = np.zeros((1, 12), dtype=bool)
    dry[0, [month - 1 for month in lean]] = True
    return Asked(
        cents=np.array([round(amount * 100)]),
        from_on=np.array([OFFERED]),
        kept=np.array([kept]),
        monthly=np.array([amount / 4 if monthly is None else monthly]),
        alone=np.array([alone]),
        pay_day=np.array([pay_day]),
        lean=dry,
    )


def offer(whom):
    return plan_offers(np.array(["G1"], dtype=object), whom, ladder(), 0.08)


@given(
    cents=st.integers(1, 50_000_000),
    kept=st.floats(0.05, 0.99),
    monthly=st.floats(1, 50_000),
    lean=st.sets(st.integers(1, 12), max_size=11),
)
@settings(max_examples=60, deadline=None)
def test_every_plan_sums_to_the_cent_and_can_only_break(cents, kept, monthly, lean):
    rows = offer(asked(cents / 100, kept, monthly, lean=sorted(lean)))

    assert round(rows["amount"].sum() * 100) == cents
    assert (np.rint(rows["amount"] * 100) > 0).all()
    assert rows["p_kept"].is_monotonic_decreasing
    assert rows["p_kept"].between(0, 1).all()
    assert pd.to_datetime(rows["due_on"]).is_monotonic_increasing
    assert 1 <= len(rows) <= 12


def test_who_can_bear_less_a_month_gets_more_months():
    lengths = [len(offer(asked(6000.0, monthly=each))) for each in (6000, 2000, 1000, 500)]

    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[-1]


def test_the_plan_offered_is_the_one_worth_most():
    whom = asked(6000.0, kept=0.5, monthly=1200.0)
    found = schedules(whom, ladder(), 0.08)
    best = np.where(found.open, found.value, -1)[0].argmax()

    rows = offer(whom)

    assert len(rows) == found.months[best]
    assert rows["p_kept"].iloc[-1] == pytest.approx(found.kept[0, best])
    assert found.value[0, best] == found.value[0][found.open[0]].max()


def test_instalments_fall_on_the_day_the_debtor_usually_pays():
    rows = offer(asked(pay_day=10))

    assert {pd.Timestamp(day).day for day in rows["due_on"]} == {10}
    assert pd.Timestamp(rows["due_on"].iloc[0]) == pd.Timestamp("2026-12-10")


def test_nothing_large_is_asked_in_a_month_in_which_the_debtor_never_pays():
    rows = offer(asked(pay_day=10, lean=[12]))

    assert rows["amount"].iloc[0] == rows["amount"].min()
    assert rows["amount"].iloc[0] < rows["amount"].iloc[-1]


def test_a_debtor_s_own_plans_count_beside_the_hypothesis():
    habits = pd.DataFrame(
        {
            "n_plans_kept": [0, 3, 0],
            "n_plans_broken": [0, 0, 3],
            "n_months_paid": [0, 8, 8],
            "monthly_eur": [np.nan, 900.0, 900.0],
            "months_paid": [None, np.array([1, 2, 3, 5, 6, 9]), np.array([1])],
            "watched_days": [np.nan, 600, 600],
            "pay_day": [np.nan, 5, 5],
            "pay_day_share": [np.nan, 0.7, 0.1],
        }
    )
    three = np.full(3, 1000.0), np.full(3, OFFERED), np.full(3, 0.6), np.full(3, 0.4)

    found = asked_of(*three, habits, ladder())

    assert found.kept[2] < found.kept[0] < found.kept[1]
    assert found.kept[0] == pytest.approx(0.6)
    assert found.pay_day.tolist() == [0, 5, 0]
    assert found.lean[1].tolist() == [month not in (1, 2, 3, 5, 6, 9) for month in range(1, 13)]
    assert not found.lean[0].any()
    assert first_days(found, ladder())[0] == OFFERED + np.timedelta64(15, "D")


def test_the_surer_the_payment_without_a_plan_the_less_a_plan_adds():
    sure, doubtful = (schedules(asked(alone=each), ladder(), 0.08) for each in (0.95, 0.2))

    assert (sure.value.max() - 0.95) < (doubtful.value.max() - 0.2)


def test_keeping_falls_with_the_instalment_and_with_the_months():
    whom = asked(6000.0, monthly=1000.0)
    heavier = dataclasses.replace(whom, monthly=np.array([500.0]))
    found, other = schedules(whom, ladder(), 0.08), schedules(heavier, ladder(), 0.08)

    assert (other.kept < found.kept).all()
    long = found.months >= 8
    assert np.diff(found.kept[0, long & ~found.rising]).max() < 0
