"""A world that is played: the same luck for every policy, books that grow, time that runs out."""

import numpy as np
import pandas as pd
import pytest

from simulation.play import World, worlds


@pytest.fixture(scope="module")
def beginning():
    return World.start("calibrated", seed=3, claims=240)


def calls(world, n=400):
    """A call about every late claim, one contact a debtor."""
    state = world.state
    claims = state.chaseable(state.start)[:n]
    return pd.DataFrame(
        {
            "claim_id": state.claim_ids[claims],
            "contact_group_id": state.debtor_ids[state.people.debtor[claims]],
            "action": "call", "channel": "phone", "stage": "reminder", "tone": "courteous",
            "act_on": pd.Timestamp(world.today), "propensity": 1.0,
        }
    )  # fmt: skip


def test_two_plays_alike_are_the_same_to_the_cent():
    once, again = (World.start("drift", seed=5, claims=120) for _ in range(2))
    for world in (once, again):
        for _ in range(3):
            world.step(None)

    for name, table in once.tables().items():
        pd.testing.assert_frame_equal(table, again.tables()[name])


def test_contacts_bring_money_sooner_and_change_nobody_elses_luck():
    alone, called = (World.start("calibrated", seed=2, claims=400, minutes=900.0) for _ in range(2))
    claims = alone.state.chaseable(alone.state.start)
    debtors = set(alone.state.people.debtor[claims])
    done = called.step(calls(called))
    alone.step(None)
    for _ in range(12):
        alone.step(None)
        called.step(None)

    assert done.contacts > 10
    assert called.cash()["amount"].sum() > alone.cash()["amount"].sum()
    others = [i for i in range(alone.state.born) if alone.state.people.debtor[i] not in debtors]
    np.testing.assert_array_equal(alone.state.open[others], called.state.open[others])


def test_increments_add_up_to_the_tables():
    world = World.start("calibrated", seed=4, claims=150)
    whole = {name: [table] for name, table in world.increment().items()}
    for _ in range(4):
        world.step(None)
        for name, table in world.increment().items():
            whole.setdefault(name, []).append(table)

    keys = {"instalments": ["plan_id", "due_on"], "insolvencies": ["debtor_id"]}
    for name, table in world.tables().items():
        key = keys.get(name, [table.columns[0]])
        if len(table):
            told = pd.concat(whole[name]).drop_duplicates(key, keep="last").sort_values(key)
            pd.testing.assert_frame_equal(
                told.reset_index(drop=True), table.sort_values(key).reset_index(drop=True)
            )
    assert len(world.increment()) == 0


def test_nothing_is_known_before_its_day(beginning):
    today = np.datetime64(beginning.today, "s")
    tables = beginning.tables()

    assert (tables["claims"]["issued_on"] < today).all()
    assert (tables["payments"]["paid_on"] < today).all()
    assert (tables["actions"]["at"] < today).all()
    assert not (tables["promises"]["kept_on"] >= today).any()
    assert not (tables["instalments"]["paid_on"] >= today).any()
    assert not (tables["disputes"]["closed_on"] >= today).any()


def test_what_no_longer_fits_the_minutes_is_left_undone():
    world = World.start("calibrated", seed=2, claims=400, minutes=24.0)
    week = world.step(calls(world))

    assert week.beyond_capacity > 0
    assert week.minutes <= 24.0


def test_past_chances_are_written_down_where_the_world_says_so():
    logged = World.start("calibrated", seed=1, claims=150).tables()["actions"]["propensity"]
    hidden = World.start("confounded", seed=1, claims=150).tables()["actions"]["propensity"]

    assert logged.notna().all()
    assert logged.astype(float).between(0.001, 1).all()
    assert hidden.isna().all()


def test_worlds_differ_only_in_what_they_name():
    assert len(worlds.names()) >= 5
    assert worlds.load("null_tone")["effects"]["tone"][2] == [1.0] * 4
    assert worlds.load("null_tone")["payment"] == worlds.load("calibrated")["payment"]
    with pytest.raises(KeyError, match="no world 'calm' to play"):
        World.start("calm", seed=1, claims=10)
    with pytest.raises(ValueError, match="at least one claim"):
        World.start("drift", seed=1, claims=0)


def test_the_truth_speaks_of_every_debtor_and_effect(beginning):
    truth = beginning.truth()

    assert truth["debtors"]["profile"].notna().all()
    assert len(truth["claims"]) == len(beginning.tables()["claims"])
    assert {"phone", "resend_documents"} <= set(truth["effects"]["what"])
