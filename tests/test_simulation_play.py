"""A world that is played: the same luck for every policy, books that grow, time that runs out."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from simulation.play import World, worlds
from simulation.play.conduct_check import violations
from simulation.play.oracle import oracle
from simulation.play.policies import SIMPLE
from simulation.play.scoring import play, scored


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


def books(*contacts, **others):
    """Tables of one debtor and one claim, contacted as told: day, channel, stage, tone, action."""
    empty = World.start("calibrated", seed=1, claims=1).tables()
    rows = [
        {"action_id": str(n), "claim_id": "F0000001", "at": pd.Timestamp(day), "channel": channel,
         "stage": stage, "tone": tone, "action": action, "contact_group_id": str(n),
         "received_on": pd.NaT}
        for n, (day, channel, stage, tone, action) in enumerate(contacts)
    ]  # fmt: skip
    debtor = {"debtor_id": "D000001", "kind": "company", "email_consent": None,
              "sms_consent": None, "do_not_contact": False, "represented_by": None}  # fmt: skip
    debtor |= {key: others.pop(key) for key in list(others) if key in debtor}
    tables = {name: table.iloc[:0] for name, table in empty.items()}
    claim = {"claim_id": "F0000001", "debtor_id": "D000001", "amount": 100.0}
    tables |= {"actions": pd.DataFrame(rows), "debtors": pd.DataFrame([debtor])}
    tables |= {"claims": pd.DataFrame([claim])}
    return tables | {name: pd.DataFrame(rows) for name, rows in others.items()}


FIRST = ("2026-01-05 10:00", "email", "reminder", "courteous", "remind")


@pytest.mark.parametrize(
    ("contacts", "rule"),
    [
        ([("2026-01-04 10:00", *FIRST[1:])], "no_contact_day"),
        ([("2026-01-05 21:00", *FIRST[1:])], "outside_hours"),
        ([("2026-01-05 10:00", "email", "firm_reminder", "firm", "remind")], "stage_skipped"),
        ([FIRST, ("2026-01-15 10:00", "phone", "reminder", "helpful", "call")], "tone_falls"),
        ([FIRST, ("2026-01-15 10:00", "letter", "firm_reminder", "firm", "remind"),
          ("2026-01-26 10:00", "phone", "reminder", "firm", "call")], "stage_falls"),
        ([(f"2026-01-{day} 10:00", *FIRST[1:]) for day in ("05", "15", "26")], "channel_running"),
        ([(f"2026-01-0{day} 10:00", way, *FIRST[2:])
          for day, way in ((5, "email"), (6, "letter"), (7, "email"), (8, "letter"))],
         "contacts_per_week"),
        ([("2026-01-05 10:00", "letter", "third_party", "formal", "third_party")],
         "third_party_too_early"),
        ([("2026-01-05 10:00", "sms", *FIRST[2:])], None),
    ],
)  # fmt: skip
def test_the_bailiff_finds_what_breaks_conduct(contacts, rule):
    found = violations(books(*contacts), date(2026, 1, 1))
    assert (set(found) == {rule}) if rule else not found


def test_the_bailiff_reads_what_was_agreed_and_forgets_what_ended():
    promise = {"claim_id": "F0000001", "made_on": "2026-01-02", "due_on": "2026-01-09",
               "kept_on": None}  # fmt: skip
    times = {name: pd.Timestamp(value) for name, value in promise.items() if name != "claim_id"}
    promised = [{**promise, **times}]
    firm = ("2026-01-02 09:00", "email", "reminder", "firm", "remind")
    later = ("2026-01-12 10:00", "phone", "reminder", "courteous", "call")

    assert set(violations(books(FIRST, promises=promised), date(2026, 1, 1))) == {"promise_running"}
    assert not violations(books(firm, later, promises=promised), date(2026, 1, 1))
    assert set(violations(books(firm, later), date(2026, 1, 1))) == {"tone_falls"}
    assert not violations(books(firm, later), date(2026, 2, 1))


@pytest.mark.parametrize("name", ["oldest_first", "amount_first", "oracle"])
def test_policies_of_the_world_keep_to_conduct_and_time(name):
    world = World.start("calibrated", seed=7, claims=500)
    policy = {**SIMPLE, "oracle": oracle}[name]
    play(world, policy, 26)
    told = scored(world, name, world)

    assert told.contacts > 20
    assert told.violations == {}
    assert told.beyond_capacity == 0
    assert told.minutes <= told.capacity


def test_the_oracle_brings_more_than_the_plain_ladder():
    worth = {}
    for name, policy in {**SIMPLE, "oracle": oracle}.items():
        if name in ("none", "amount_first", "oracle"):
            world = play(World.start("calibrated", seed=1, claims=600), policy, 30)
            worth[name] = scored(world, name, world).worth

    assert worth["none"] < worth["amount_first"] < worth["oracle"]
