"""The regret ledger: advice scored by what followed, by situation, honest about time and luck."""

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from models.strategy.regret import ALL, COLUMNS, FEWEST, ledger
from pipelines import regrets
from pipelines.regrets import HORIZON

DAY = date(2026, 11, 26)


def decisions(n, *, chance=0.4, paid=0.4, gain=5.0, seed=1, **fixed):
    """Decisions on one claim of 100 EUR of each of n debtors."""
    drawn = np.random.default_rng(seed).random(n)
    told = {"profile": "disorganised", "stage": "reminder", "action": "remind", "chosen": "remind"}
    told |= {"open_eur": 100.0, "chance": chance, "expected_gain": gain} | fixed
    return pd.DataFrame(
        {"debtor_id": [f"D{seed}-{n}" for n in range(n)], **told, "is_paid": drawn < paid}
    )


def only(table, **wanted):
    for name, value in wanted.items():
        table = table[table[name] == value]
    return table.iloc[0]


def test_advice_that_keeps_its_promise_is_as_expected_and_a_bad_one_is_not():
    fair = only(ledger(decisions(2000, paid=0.45)), action=ALL)
    poor = only(ledger(decisions(2000, paid=0.30)), action=ALL)

    assert fair["verdict"] == "as_expected"
    assert (poor["verdict"], round(poor["score"], 1)) == ("worse", -0.2)
    assert poor["low"] < -0.15 < poor["high"]
    assert poor["expected_advised"] == pytest.approx(2000 * 45)


def test_overrides_are_set_beside_advice_followed_in_the_same_situation():
    table = ledger(
        pd.concat([
            decisions(500, paid=0.5),
            decisions(500, paid=0.2, chosen="call", seed=2),
            decisions(500, action="call", chosen="call", gain=10.0, seed=3, paid=0.5),
            decisions(40, paid=0.4, chosen="wait", seed=4),
        ])
    )  # fmt: skip

    worse = only(table, action="remind", how="override")
    assert worse["expected_chosen"] == pytest.approx(500 * 50)
    assert worse["regret"] > 0.2
    assert worse["regret_low"] > 0
    left = only(table, action="remind", how="not_done")
    assert left["expected_chosen"] == pytest.approx(40 * 40)
    assert left["regret_low"] < left["regret"] < left["regret_high"]
    assert pd.isna(only(table, action="remind", how="followed")["regret"])
    assert set(table.columns) == set(COLUMNS)
    assert not any(name in table for name in ("debtor_id", "actor", "agent_id"))


def test_few_debtors_tell_nothing_yet_however_many_their_decisions():
    few = decisions(FEWEST - 1, paid=1.0)

    many = pd.concat([few] * 20, ignore_index=True)

    assert set(ledger(many)["verdict"]) == {"too_early"}
    once, often = (only(ledger(each), action=ALL) for each in (few, many))
    assert often["high"] - often["low"] == pytest.approx(once["high"] - once["low"])


def test_a_thin_situation_is_drawn_to_the_whole_and_order_changes_nothing():
    rows = pd.concat([decisions(1000, paid=0.45), decisions(2, paid=1.0, stage="not_chased")])

    table = ledger(rows)
    thin = only(table, stage="not_chased")

    assert abs(thin["shrunk"]) < abs(thin["score"])
    again = ledger(rows.sample(frac=1, random_state=3).reset_index(drop=True))
    pd.testing.assert_frame_equal(table, again)
    assert ledger(rows.iloc[:0]).empty
    assert ledger(decisions(50, chosen="sue")).empty


SCHEMA = """
attach ':memory:' as previous;
create schema previous.history; create schema core;
create table previous.history.runs (run_id varchar, as_of date, started_at timestamp);
create table previous.history.recommendations (run_id varchar, claim_id varchar,
    debtor_id varchar, action varchar, stage varchar, expected_gain decimal(18, 2), arm varchar);
create table previous.history.recovery (run_id varchar, claim_id varchar, p_90 double);
create table previous.history.profiles (run_id varchar, debtor_id varchar, profile varchar);
create table core.claims (claim_id varchar, amount decimal(18, 2), eur_per_unit decimal(18, 6));
create table core.payments (claim_id varchar, paid_on date, amount decimal(18, 2));
create table core.balances (claim_id varchar, settled_on date, settled_by varchar);
create table core.actions (claim_id varchar, "at" timestamp, action varchar, channel varchar,
    stage varchar, stage_rank integer);
create table core.decisions (claim_id varchar, "at" timestamp, kind varchar, action varchar);
"""
RUNS = {"R1": "2026-06-01", "R2": "2026-06-08", "R3": "2026-08-01", "R4": "2026-09-15"}


@pytest.fixture(scope="module")
def con():
    made = duckdb.connect()
    for each in filter(str.strip, SCHEMA.split(";")):
        made.execute(each)
    for run, day in RUNS.items():
        made.execute(
            "insert into previous.history.runs values (?, ?, ?)", [run, day, f"{day} 08:00"]
        )
        made.execute("insert into previous.history.profiles values (?, 'D', 'bad_faith')", [run])
        for claim in ("PAID", "LATE", "OTHER", "LEFT", "CREDIT"):
            arm = "explore" if (run, claim) == ("R3", "LEFT") else "policy"
            advice = [run, claim, "D", "wait" if run == "R3" else "remind", None, 4, arm]
            made.execute(
                "insert into previous.history.recommendations values (?, ?, ?, ?, ?, ?, ?)", advice
            )
            made.execute("insert into previous.history.recovery values (?, ?, 0.5)", [run, claim])
    for claim, on, by in (
        ("PAID", "2026-08-30", "payment"),
        ("LATE", "2026-08-31", "payment"),
        ("OTHER", None, None),
        ("LEFT", None, None),
        ("CREDIT", "2026-07-01", "credit"),
    ):
        made.execute("insert into core.claims values (?, 100, 2)", [claim])
        made.execute("insert into core.balances values (?, ?, ?)", [claim, on, by])
    made.execute(
        "insert into core.payments values ('OTHER', '2026-05-01', 30), ('PAID', '2026-08-30', 100)"
    )
    made.execute("insert into core.decisions values ('OTHER', '2026-06-03', 'override', 'visit')")
    made.execute(
        "insert into core.actions values"
        " ('PAID', '2026-06-02', 'remind', 'email', 'reminder', 1),"
        " ('LATE', '2026-06-02', 'remind', 'phone', 'reminder', 1),"
        " ('OTHER', '2026-05-02', 'remind', 'email', 'firm_reminder', 2)"
    )
    yield made
    made.close()


def read(con, as_of, keep=1000):
    sql = (Path(regrets.__file__).parent / "sql" / "regret" / "decisions.sql").read_text("utf-8")
    frame = con.execute(sql, {"as_of": as_of, "horizon": HORIZON, "keep": keep}).df()
    assert tuple(frame.columns) == regrets.COLUMNS
    return frame


def test_a_decision_is_read_once_with_what_was_done_and_what_was_paid_in_time(con):
    found = read(con, date(2026, 8, 30))

    assert len(found) == 4
    rows = {
        tuple(row)
        for row in found[["stage", "chosen", "open_eur", "is_paid"]].itertuples(index=False)
    }
    assert rows == {
        ("not_chased", "remind", 200.0, True),
        ("not_chased", "call", 200.0, False),
        ("firm_reminder", "visit", 140.0, False),
        ("not_chased", "wait", 200.0, False),
    }
    assert set(found["profile"]) == {"bad_faith"}
    assert set(found["action"]) == {"remind"}


def test_nothing_counts_before_its_horizon_is_over(con):
    assert read(con, date(2026, 8, 29)).empty
    assert set(read(con, date(2026, 10, 30))["action"]) == {"remind", "wait"}
    # What a draw left for a week was nobody's advice to wait.
    assert len(read(con, date(2026, 10, 30))) == len(read(con, date(2026, 10, 29))) + 3
    assert read(con, date(2026, 8, 30), keep=0).empty
