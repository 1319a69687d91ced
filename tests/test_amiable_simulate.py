"""The command that plays policies, and how the product's tables become a week of work."""

import json
from datetime import date

import pandas as pd
from typer.testing import CliRunner

from amiable.cli import app
from amiable.playing import week_of_work

MONDAY = date(2026, 11, 9)


def simulate(*options):
    return CliRunner().invoke(app, ["simulate", "--claims", "150", "--weeks", "6", *options])


def advice(*rows):
    columns = ["recommendation_id", "claim_id", "contact_group_id", "action", "stage", "tone",
               "channel", "act_on", "expected_gain", "minutes", "propensity"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def row(n, group, action="call", on="2026-11-09", gain=10.0, minutes=8.0):
    channel = None if action == "wait" else "phone"
    return (f"R{n}", f"F{n}", group, action, "reminder", "courteous", channel,
            pd.Timestamp(on), gain, minutes, 0.9)  # fmt: skip


def work(*lines):
    return pd.DataFrame(
        lines, columns=["rank", "contact_group_id", "agent_id", "minutes", "within_capacity"]
    )


def test_a_play_is_told_by_policy_and_as_one_object():
    done = simulate("--policy", "amount_first", "--policy", "none", "--json")
    told = json.loads(done.stdout.splitlines()[-1])

    assert done.exit_code == 0, done.output
    assert [each["policy"] for each in told["policies"]] == ["none", "amount_first"]
    assert told["policies"][0]["lift"] == 0
    assert told["policies"][1]["violations"] == {}
    assert told["policies"][1]["minutes"] <= told["policies"][1]["capacity"]


def test_an_unknown_world_or_policy_is_one_clear_line():
    assert "no policy luck; there are: none" in simulate("--policy", "luck").stderr
    refused = simulate("--world", "calm", "--policy", "none")
    assert "no world 'calm' to play; there are: calibrated" in refused.stderr
    assert refused.exit_code == 1


def test_the_week_follows_the_worklist_then_what_falls_due_while_minutes_last():
    rows = advice(
        row(1, "A"), row(2, "A"), row(3, "B"), row(4, "C", on="2026-11-12", gain=50.0),
        row(5, "D", on="2026-11-12", gain=90.0), row(6, "E", action="wait", on="2026-11-10"),
        row(7, "F", on="2026-11-17"), row(8, "G", on="2026-11-12", gain=-1.0),
    )  # fmt: skip
    lines = work(
        (2, "B", "AG0", 8.0, True), (1, "A", "AG0", 8.0, True), (3, "X", "AG0", 8.0, False)
    )
    made = week_of_work(rows, lines, MONDAY, {"AG0": 24.0})

    assert made["claim_id"].tolist() == ["F1", "F2", "F3", "F5"]
    assert (made["act_on"] >= pd.Timestamp(MONDAY)).all()
    assert made["act_on"].iloc[3] == pd.Timestamp("2026-11-12")
    assert made["agent_id"].unique().tolist() == ["AG0"]
    # The eleventh of November is a public holiday: what fills that day is done the day after.
    assert pd.Timestamp("2026-11-11") not in set(made["act_on"])


def test_a_monday_without_work_is_an_empty_week():
    rows = advice(row(1, "E", action="wait"))
    made = week_of_work(rows, work(), MONDAY, {"AG0": 24.0})
    assert made.empty
    assert {"claim_id", "action", "agent_id"} <= set(made)
