"""The day under capacity: exact within each collector's time, bounded, and dealt to who may."""

import datetime as dt
import os
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from models.solver import _silent
from models.strategy import planned
from models.strategy.allocation import Options, fill, prices
from models.strategy.spread import marks

DAY = dt.date(2026, 11, 20)


def drawn(rng, n_groups, most):
    """Contacts with one to ``most`` options, some of them worth nothing."""
    group = np.repeat(np.arange(n_groups), rng.integers(1, most + 1, n_groups))
    minutes = rng.choice([0.0, 1.0, 2.0, 4.0, 8.0, 12.0], len(group))
    return Options(group, np.round(rng.normal(10, 12, len(group)), 2), minutes)


def best_by_hand(options, capacity):
    ways = [[None, *np.flatnonzero(options.group == g)] for g in range(options.group.max() + 1)]
    plans = ([each for each in way if each is not None] for way in product(*ways))
    return max(
        options.gain[plan].sum() for plan in plans if options.minutes[plan].sum() <= capacity
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.integers(0, 40))
def test_a_small_day_is_filled_as_trying_every_plan_would(seed, capacity):
    rng = np.random.default_rng(seed)
    options = drawn(rng, int(rng.integers(1, 6)), 4)

    plan = fill(options, float(capacity))

    assert plan.gain == pytest.approx(best_by_hand(options, capacity), abs=1e-6)
    assert options.minutes[plan.taken].sum() <= capacity
    assert plan.bound >= plan.gain
    assert plan.is_exact
    assert not plan.taken.any() or np.bincount(options.group[plan.taken]).max() == 1


def test_a_day_of_hundreds_is_filled_as_a_general_solver_would():
    options = drawn(np.random.default_rng(3), 300, 6)
    one = (options.group[None, :] == np.arange(300)[:, None]).astype(float)
    reference = milp(
        -options.gain, integrality=np.ones(len(options.gain)), bounds=Bounds(0, 1),
        constraints=[LinearConstraint(one, 0, 1), LinearConstraint(options.minutes, 0, 360)],
    )  # fmt: skip

    plan = fill(options, 360.0)

    assert plan.gain == pytest.approx(-reference.fun, abs=1e-6)


def test_a_large_day_comes_within_a_hundredth_of_what_no_plan_exceeds():
    rng = np.random.default_rng(4)
    minutes = rng.choice([1.0, 2.0, 4.0, 8.0, 10.0, 15.0, 45.0], 4000 * 17)
    gain = np.exp(rng.normal(2.5, 1.3, 4000 * 17)) * minutes**0.4 - 2
    options = Options(np.repeat(np.arange(4000), 17), gain, minutes)

    plan = fill(options, 3000.0)

    assert plan.gain >= 0.999 * plan.bound
    assert options.minutes[plan.taken].sum() <= 3000.0


def test_the_prices_of_several_queues_bound_what_they_bring_together():
    rng = np.random.default_rng(5)
    options = drawn(rng, 600, 1)
    kind = rng.integers(0, 3, 600)
    serves = np.asarray([[True, False], [False, True], [True, True]])

    time = np.asarray([200.0, 600.0])
    pair = np.repeat(np.arange(600), 2)
    allowed = serves[kind].ravel()
    most = linprog(
        -np.repeat(options.gain, 2),
        A_ub=np.concatenate(
            [
                np.repeat(options.minutes, 2) * (np.arange(1200) % 2 == np.arange(2)[:, None]),
                (pair == np.arange(600)[:, None]).astype(float),
            ]
        ),
        b_ub=np.concatenate([time, np.ones(600)]),
        bounds=np.stack([np.zeros(1200), allowed], axis=1),
    )

    price, bound = prices(options, kind, serves, time)

    assert -most.fun - 1e-6 <= bound <= -1.005 * most.fun
    assert (price > 0).all()


def line(name, gain=50.0, minutes=10.0, **changes):
    base = {
        "contact_group_id": name, "debtor_id": name, "claim_id": name, "claim_ids": [name],
        "act_on": DAY, "action": "call", "channel": "phone", "tone": "courteous",
        "expected_gain": gain, "minutes": minutes, "agent_id": None, "language": None,
        "queue": None, "fixed": False,
    }  # fmt: skip
    return base | changes


def plan_of(lines, agents=()):
    day = planned([pd.DataFrame(lines)], pd.DataFrame(agents), default_minutes=30.0, as_of=DAY)
    return day.worklist.set_index("contact_group_id"), day.capacity.set_index("agent_id")


def agent(name, minutes=30.0, **others):
    base = {"languages": None, "queues": None, "absent_from": None, "absent_until": None}
    return {"agent_id": name, "minutes_per_day": minutes, **base, **others}


def test_time_is_filled_by_what_brings_most_together_not_by_the_best_rate_alone():
    lines = [line("A", 66.0, 20.0), line("B", 45.0, 15.0), line("C", 44.0, 15.0)]

    work, capacity = plan_of(lines)

    assert set(work.index[work["within_capacity"]]) == {"B", "C"}
    assert work.loc["A", "left_because"] == "no_time"
    assert capacity.loc["agent-1", "planned_gain"] == 89.0
    assert capacity.loc["agent-1", "next_hour"] == 66.0


def test_a_legal_deadline_comes_first_and_what_costs_more_than_it_brings_is_left():
    lines = [line("A", 500.0, 30.0), line("B", 1.0, 25.0, fixed=True), line("C", -0.85, 2.0)]

    work, _ = plan_of(lines)

    assert list(work.index[work["within_capacity"]]) == ["B"]
    assert work.loc["C", "left_because"] == "no_gain"


def test_where_deadlines_do_not_all_fit_the_most_valuable_are_kept():
    lines = [line("A", 500.0, 30.0, fixed=True), line("B", 300.0, 15.0, fixed=True),
             line("C", 290.0, 15.0, fixed=True), line("D", 900.0, 5.0)]  # fmt: skip

    work, _ = plan_of(lines)

    assert set(work.index[work["within_capacity"]]) == {"B", "C"}


def test_a_debtor_stays_with_the_collector_in_charge_and_others_go_where_there_is_time():
    lines = [line(f"K{i}", agent_id="A1") for i in range(3)] + [line(f"F{i}") for i in range(3)]

    work, _ = plan_of(lines, [agent("A1"), agent("A2")])

    assert set(work.loc[["K0", "K1", "K2"], "agent_id"]) == {"A1"}
    assert set(work.loc[["F0", "F1", "F2"], "agent_id"]) == {"A2"}
    assert work["within_capacity"].all()


def test_who_is_away_hands_over_to_who_speaks_the_language_and_serves_the_queue():
    team = [
        agent("A1", absent_from=dt.date(2026, 11, 1), absent_until=dt.date(2026, 12, 1)),
        agent("A2", languages=["fr"]),
        agent("A3", languages=["fr", "de"], queues=["energie"]),
    ]
    lines = [
        line("G", agent_id="A1", language="de"), line("E", agent_id="A1", queue="energie"),
        line("F", agent_id="A1", language="fr", queue="services"), line("H", language="hu"),
    ]  # fmt: skip

    work, capacity = plan_of(lines, team)

    assert work.loc["G", "agent_id"] == "A3"
    assert work.loc["F", "agent_id"] == "A2"
    assert work.loc["E", "agent_id"] in {"A2", "A3"}
    assert work.loc["H", "agent_id"] in {"A2", "A3"}
    assert capacity.loc["A1", "is_away"]


def test_a_language_is_the_same_however_it_is_written():
    work, _ = plan_of(
        [line("E", language="en-GB"), line("F", language="FR")],
        [agent("A2", languages=["fr"]), agent("A3", languages=["EN"])],
    )

    assert work["agent_id"].to_dict() == {"E": "A3", "F": "A2"}


def test_on_a_day_on_which_everybody_is_away_nothing_fits_and_the_reason_is_told():
    away = agent("A1", absent_from=dt.date(2026, 11, 20))

    work, capacity = plan_of([line("A"), line("B", agent_id="A1")], [away])

    assert not work["within_capacity"].any()
    assert set(work["left_because"]) == {"away"}
    assert capacity["next_hour"].tolist() == [100.0]


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_a_missing_list_is_an_empty_one_however_it_is_missing(missing):
    frame = pd.DataFrame({"languages": pd.Series([["fr"], missing], dtype=object)})

    found = marks(frame, "languages")
    assert found.row.tolist() == [0]
    assert found.name.tolist() == ["fr"]


def test_what_the_solver_prints_by_itself_is_left_unsaid(capfd):
    with _silent():
        os.write(1, b"HighsMipSolverData::note\n")
        os.write(2, b"an error\n")
    os.write(1, b"after\n")

    assert tuple(capfd.readouterr()) == ("after\n", "an error\n")
