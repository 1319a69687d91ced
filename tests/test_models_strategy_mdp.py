"""The look ahead: what waiting, acting and the next stage are worth, week by week."""

import dataclasses

import numpy as np
import pytest

from models.strategy.mdp import grid
from models.strategy.mdp.backward import solve
from models.strategy.mdp.price import minute_price, weekly_minutes
from models.strategy.mdp.problem import (
    FIRM,
    LAST,
    NONE,
    REMINDED,
    WEEKS,
    Cases,
    steps_of,
)
from models.strategy.tables import effects, ladder

BELIEF = np.array([0.4, 0.2, 0.2, 0.2])


def cases(hazard=0.7, bend=0.45, amount=1500.0, suit=0.0, weeks=np.inf):
    arrays = np.broadcast_arrays(*(np.atleast_1d(each) for each in (hazard, bend, amount, suit)))
    n = arrays[0].size
    return Cases(*(each.astype(float) for each in arrays), np.full(n, float(weeks)))


@pytest.fixture(scope="module")
def tables():
    return grid.tables_of(ladder(), effects())


def read(tables, step, found, table="today", price=2.0):
    n = len(found)
    state = grid.state_of(np.full(n, step), np.zeros(n), np.zeros(n))
    return grid.read(getattr(tables, table), state, grid.place(tables, found, price))


def today(tables, step, found, name):
    return read(tables, step, found)[:, grid.TODAY.index(name)] @ BELIEF


def test_waiting_for_ever_brings_the_published_expectation():
    expected = np.array([0.05, 0.3, 0.62, 0.95])
    hazard, bend = grid.hazard_of(expected, expected * 0.7)

    brought = -np.expm1(-cases(hazard, bend).cumulative(365 / 7))

    assert brought == pytest.approx(expected, abs=1e-9)


def test_never_acting_is_worth_the_money_that_comes_by_itself():
    free = dataclasses.replace(steps_of(ladder(), effects(), 1.0), weekly=1.0)
    dear = dataclasses.replace(free, price=dict.fromkeys(free.price, 1e9))
    found = cases()

    alone = solve(found, dear, [0])[0].value[NONE, 0, 0, 0]

    by_then = -np.expm1(-found.cumulative(2 * WEEKS))
    assert alone == pytest.approx(np.full(4, by_then), abs=1e-4)


def test_the_tables_say_what_solving_the_very_case_says(tables):
    found = cases([0.4, 1.0, 3.0], [0.3, 0.6, 0.5], [400.0, 2500.0, 9000.0], [0.0, 0.5, 0.0])
    exact = solve(found, steps_of(ladder(), effects(), 2.0), [0])[0]

    for step in (NONE, REMINDED, FIRM, LAST):
        for name in ("value", "wait", "after"):
            solved = getattr(exact, name)[step, 0, 0] @ BELIEF
            assert today(tables, step, found, name) == pytest.approx(solved, abs=0.03)


def test_who_pays_alone_is_left_alone_and_large_sums_are_not(tables):
    chance = np.array([0.3, 0.3, 0.98, 0.98])
    hazard, bend = grid.hazard_of(np.array([0.4, 0.4, 0.999, 0.999]), chance)
    amount = np.array([20.0, 5000.0, 200.0, 5000.0])
    found = cases(hazard, bend, amount)

    better = today(tables, NONE, found, "next") - today(tables, NONE, found, "wait")

    assert better[1] > 0
    assert (better[1] * amount[1]) > 20 * max(better[3] * amount[3], better[2] * amount[2])
    assert better[0] < better[1]


@pytest.mark.parametrize("step", [REMINDED, FIRM, LAST])
def test_the_more_and_the_later_the_sooner_the_next_stage_pays(tables, step):
    amounts = np.geomspace(50, 100_000, 40)
    for suit in (0.0, 0.6):
        later = read(tables, step, cases(0.5, 0.4, amounts, suit), "later")
        margin = np.einsum("ncmz,z->ncm", later, BELIEF)
        assert (np.diff(margin, axis=0) >= -1e-5).all()
        assert (np.diff(margin, axis=1) >= -1e-5).all()


def test_a_suit_that_time_bars_soon_is_not_counted_on_later():
    open_long = solve(cases(suit=0.9, hazard=0.1), steps_of(ladder(), effects(), 1.0), [0, 8])
    barred = solve(cases(suit=0.9, hazard=0.1, weeks=4), steps_of(ladder(), effects(), 1.0), [0, 8])

    assert open_long[8].value[LAST, 0, 0, 0, 0] > barred[8].value[LAST, 0, 0, 0, 0] + 0.3
    assert barred[0].value[LAST, 0, 0, 0, 0] == pytest.approx(
        open_long[0].value[LAST, 0, 0, 0, 0], abs=0.05
    )


def test_waiting_never_beats_acting_well(tables):
    rng = np.random.default_rng(1)
    found = cases(
        rng.uniform(0.02, 8, 300), rng.uniform(0.2, 0.85, 300), rng.uniform(5, 90_000, 300)
    )

    for step in range(6):
        gap = read(tables, step, found)
        assert (gap[:, 0] >= gap[:, 1] - 1e-6).all()


def priced(minutes, **changes):
    n = 200
    rng = np.random.default_rng(3)
    return minute_price(
        np.arange(n),
        rng.lognormal(7, 1, n) * changes.get("times", 1),
        rng.uniform(0.1, 0.8, n),
        rng.uniform(0.2, 0.9, n),
        ladder(),
        effects(),
        belief=BELIEF,
        minutes_a_week=minutes,
    )


def test_the_less_time_the_dearer_a_minute_and_never_below_its_cost():
    prices = [priced(minutes) for minutes in (10, 40, 160, 640, 10_000)]

    assert prices == sorted(prices, reverse=True)
    assert prices[0] > prices[2] > ladder()["minute_price"]
    assert prices[-1] == ladder()["minute_price"]
    assert priced(40, times=10) == pytest.approx(10 * prices[1])


def test_a_busy_team_is_taken_at_what_it_does_an_idle_one_at_what_it_states():
    assert weekly_minutes(360, 0, 0, 0.0) == 1800
    assert weekly_minutes(60, 40, 40, 400.0) == pytest.approx(120)
    assert weekly_minutes(360, 40, 40, 400.0) == 1800
    assert weekly_minutes(10, 4000, 2000, 40_000.0) == 50
