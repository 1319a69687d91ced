"""Effects learnt from the past of worlds whose truth is known."""

import numpy as np
import pandas as pd
import pytest

from data_schema import tables
from models.strategy.effects.model import fit
from models.strategy.effects.units import read
from models.strategy.tables import effects
from pipelines.build import attach_rows, build, connect, fill, frame, put
from pipelines.decided import decision_days
from pipelines.store import stored_columns
from simulation.play.world import START, World

CLAIMS = 1000


def decisions(world):
    """The decision points of a world's past, its tables read as a ledger."""
    con = connect(None)
    attach_rows(con, {})
    for name, rows in world.tables().items():
        columns = stored_columns(tables("in")[name])
        fill(con, f"ledger.main.{name}", columns, rows.reindex(columns=list(columns)))
    days = [(day,) for day in decision_days(pd.Series([], dtype=object), START)]
    put(con, "training.decision_days", {"day": "DATE"}, days)
    build(con, ["training.decision_points"], as_of=START)
    found = frame(con, "training.decision_points")
    con.close()
    return found


@pytest.fixture(scope="module")
def pasts():
    """World, decisions and what is learnt of them, by name."""
    found = {}
    for name in ("calibrated", "confounded", "null_tone"):
        world = World.start(name, seed=3, claims=CLAIMS)
        units = read(decisions(world), pd.DataFrame(), pd.DataFrame(), decay=0.88, floor=0.4)
        found[name] = (world, units, fit(units, is_invented=True))
    return found


def true_effect(world, channel):
    """Log-odds at six in ten that a first contact adds, a call that nobody answers for less."""
    told = world.truth()
    shares = told["debtors"]["profile"].value_counts(normalize=True)
    hazard = told["effects"].set_index(["profile", "what"])["hazard"]
    reached = 0.66 if channel == "phone" else 1.0
    right_person = 1 - 0.8 * told["debtors"]["wrong_contact"].mean()
    mass = sum(shares[p] * hazard[(p, channel)] for p in shares.index) * reached * right_person
    moved = 1 - 0.4 * np.exp(-mass)
    return float(np.log(moved / (1 - moved)) - np.log(0.6 / 0.4))


def line(pasts, name, effect):
    return next(each for each in pasts[name][2].told if each["effect"] == effect)


def test_with_logged_chances_the_effect_of_a_call_moves_towards_the_truth(pasts):
    world, _, learnt = pasts["calibrated"]
    told, truth = line(pasts, "calibrated", "phone"), true_effect(world, "phone")

    assert learnt.believed > 0
    assert told["design"] == "between"
    assert abs(told["average"] - truth) < abs(told["elicited"] - truth)


def test_a_past_that_called_the_hard_ones_teaches_nothing_wrong_of_calls(pasts):
    told = line(pasts, "confounded", "phone")
    truth = true_effect(pasts["confounded"][0], "phone")

    assert told["design"] == "observed"
    assert told["status"] == "not_provable_yet"
    assert told["average"] > 0
    assert abs(told["average"] - truth) <= abs(told["elicited"] - truth)


@pytest.mark.parametrize("name", ["calibrated", "confounded", "null_tone"])
def test_no_world_without_drawn_waits_is_called_measured_and_no_tone_is_claimed(pasts, name):
    learnt, tone = pasts[name][2], line(pasts, name, "firm_tone")

    assert set(learnt.mapping["status"].values()) == {"not_provable_yet"}
    assert learnt.mapping["tone"] == effects()["tone"]
    assert tone["average_low"] < 0 < tone["average_high"]
    assert abs(tone["average"]) < 0.1
