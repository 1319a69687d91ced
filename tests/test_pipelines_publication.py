"""Days gone by are kept whole and cheaply; what is published is whole or not there."""

import shutil
import signal
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from data_schema import tables
from pipelines import days, publication
from pipelines.connection import offline
from pipelines.errors import PipelineError

FIRST = date(2026, 1, 5)
SECOND = date(2026, 1, 6)
THIRD = date(2026, 1, 7)


def built(as_of, run_id, claims=("C1", "C2"), ledger=("C1", "C2", "C3")):
    """Built tables of a day: what is open, and a ledger with a closed claim or more."""
    con = duckdb.connect(":memory:", config=offline(threads=1))
    for schema in ("mart", "core", "features", "law", "staging"):
        con.execute(f"create schema {schema}")
    for name, table in tables("out").items():
        typed = ", ".join(f'"{column.name}" {column.sql_type}' for column in table.columns)
        con.execute(f"create table mart.{name} ({typed})")
    con.execute(
        "insert into mart.runs by name select $r as run_id, $d as as_of, $t as started_at",
        {"r": run_id, "d": as_of, "t": datetime(2026, 1, 5, 8)},
    )
    for name in ("claims", "recommendations"):
        for claim in claims:
            con.execute(
                f"insert into mart.{name} by name"
                " select $d as as_of, $c as claim_id, 'D-' || $c as debtor_id",
                {"d": as_of, "c": claim},
            )
    con.execute(
        "create table core.claims as select claim_id, 'D-' || claim_id as debtor_id"
        " from (select unnest($ids) as claim_id)",
        {"ids": ledger},
    )
    con.execute("create table core.balances (claim_id varchar, settled_on date)")
    con.execute(
        "insert into core.balances values ('C3', date '2026-01-02'), ('C4', date '2025-12-02')"
    )
    con.execute("create table core.timeline as select claim_id from core.claims")
    con.execute("create table core.payments as from core.timeline union all select null")
    con.execute(
        "create table core.debtors as select 'D-' || claim_id as debtor_id from core.claims"
    )
    con.execute("create table staging.contacts as from core.debtors")
    con.execute("create table staging.payments as from core.claims")
    return con


def publish(home, as_of, run_id, **options):
    made = {name: options.pop(name) for name in ("claims", "ledger") if name in options}
    with built(as_of, run_id, **made) as con:
        return publication.publish(con, home, run_id=run_id, **options)


def rows(path, query):
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(query).fetchall()


def kept(home):
    return [day.run_id for day in days.days(home, publication.published(home))]


def test_history_is_in_the_published_file_itself_wherever_it_is_opened_from(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    publish(home, FIRST, "r1")
    publish(home, SECOND, "r2", claims=("C2",))
    monkeypatch.chdir("/")
    moved = shutil.copytree(home, tmp_path / "elsewhere", symlinks=True)
    shutil.rmtree(home)
    shutil.rmtree(moved / "days")

    history = "select run_id, as_of, claim_id from history.recommendations order by all"
    assert rows(moved / "warehouse.duckdb", history) == [
        ("r1", FIRST, "C1"),
        ("r1", FIRST, "C2"),
        ("r2", SECOND, "C2"),
    ]


def test_a_day_gone_by_is_kept_as_it_was_published(tmp_path):
    publish(tmp_path, FIRST, "r1")
    publish(tmp_path, SECOND, "r2", claims=("C2",))

    day = days.day_of(tmp_path, publication.published(tmp_path), FIRST)

    assert day.path == tmp_path / "days" / "r1.duckdb"
    assert rows(day.path, "select claim_id from mart.claims order by 1") == [("C1",), ("C2",)]
    assert rows(day.path, "select run_id, as_of from mart.runs") == [("r1", FIRST)]


def test_a_day_keeps_of_the_ledger_what_was_open_or_settled_lately(tmp_path):
    publish(tmp_path, FIRST, "r1", ledger=("C1", "C2", "C3", "C4"))

    (day,) = (tmp_path / "days").iterdir()

    assert rows(day, "select count(*) from core.claims") == [(4,)]
    told = [("C1",), ("C2",), ("C3",)]
    assert rows(day, "select claim_id from core.timeline order by 1") == told
    paid = "select claim_id from core.payments order by 1 nulls last"
    assert rows(day, paid) == [*told, (None,)]
    people = rows(day, "select debtor_id from staging.contacts order by 1")
    assert people == [("D-C1",), ("D-C2",), ("D-C3",)]
    assert rows(day, "select count(*) from duckdb_tables() where table_name = 'payments'") == [(1,)]


def test_a_run_of_an_older_day_is_kept_but_hides_no_day_that_was_shown(tmp_path):
    publish(tmp_path, FIRST, "r1")
    publish(tmp_path, SECOND, "r2")
    publish(tmp_path, FIRST, "r3", claims=("C1",), history_only=True)

    assert kept(tmp_path) == ["r2", "r1", "r3"]
    assert days.day_of(tmp_path, publication.published(tmp_path), FIRST).run_id == "r1"
    assert publication.published_day(tmp_path) == SECOND


def test_of_two_runs_shown_for_one_day_the_later_stands(tmp_path):
    publish(tmp_path, FIRST, "r1")
    publish(tmp_path, FIRST, "r2")
    publish(tmp_path, SECOND, "r3")

    assert days.day_of(tmp_path, publication.published(tmp_path), FIRST).run_id == "r2"


def test_a_day_that_is_not_kept_is_told_with_its_neighbours(tmp_path):
    publish(tmp_path, FIRST, "r1")
    publish(tmp_path, THIRD, "r2")

    with pytest.raises(PipelineError, match=r"2026-01-06.*2026-01-05, 2026-01-07"):
        days.day_of(tmp_path, publication.published(tmp_path), SECOND)


def test_disk_is_bounded_and_the_oldest_day_goes_first(tmp_path):
    publish(tmp_path, FIRST, "r1")
    (day,) = (tmp_path / "days").iterdir()
    room = 2.5 * day.stat().st_size

    publish(tmp_path, SECOND, "r2", most_bytes=room)
    publish(tmp_path, SECOND, "r3", most_bytes=room)
    assert kept(tmp_path) == ["r3", "r1"], "a run that another of its day hides goes before a day"

    publish(tmp_path, THIRD, "r4", most_bytes=room)
    assert kept(tmp_path) == ["r4", "r3"]
    listed = rows(tmp_path / "warehouse.duckdb", "select run_id from history.runs order by 1")
    assert listed == [("r1",), ("r2",), ("r3",), ("r4",)], "history forgets no run"


def test_without_room_only_the_published_day_can_be_looked_at(tmp_path):
    publish(tmp_path, FIRST, "r1", most_bytes=0)
    publish(tmp_path, SECOND, "r2", most_bytes=0)

    assert kept(tmp_path) == ["r2"]


def test_a_home_from_before_days_were_kept_keeps_its_runs(tmp_path):
    for as_of, run_id in ((FIRST, "20260105T080000-a"), (SECOND, "20260106T080000-b")):
        publish(tmp_path, as_of, run_id)
        with duckdb.connect(str(publication.published(tmp_path))) as con:
            con.execute("drop table history.runs")
    shutil.rmtree(tmp_path / "days")

    publish(tmp_path, THIRD, "20260107T080000-c")

    assert kept(tmp_path) == ["20260107T080000-c", "20260106T080000-b", "20260105T080000-a"]
    history = "select count(distinct run_id) from history.recommendations"
    assert rows(tmp_path / "warehouse.duckdb", history) == [(3,)]


def test_a_reader_goes_on_reading_while_days_are_published(tmp_path):
    publish(tmp_path, FIRST, "r1")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as reader:
        publish(tmp_path, SECOND, "r2")
        publish(tmp_path, THIRD, "r3")

        assert reader.execute("select as_of from mart.runs").fetchall() == [(FIRST,)]


def test_the_published_file_does_not_grow_with_the_days_replaced(tmp_path):
    ledger = [f"C{number}" for number in range(20_000)]
    sizes = [
        publish(tmp_path, FIRST, f"r{number}", ledger=ledger).stat().st_size for number in range(6)
    ]

    assert sizes[-1] < sizes[1] * 1.2


KILLED = """
import sys
sys.path.insert(0, {tests!r})
from datetime import date
from pathlib import Path
from test_pipelines_publication import publish
for number in range(1000):
    publish(Path({home!r}), date(2026, 1, 6), f"k{{number:04d}}")
    print(number, flush=True)
"""


@pytest.mark.parametrize("after", [0.0, 0.03, 0.09, 0.17])
def test_a_publication_killed_at_any_moment_leaves_a_whole_day(tmp_path, after):
    publish(tmp_path, FIRST, "r1")
    code = KILLED.format(tests=str(Path(__file__).parent), home=str(tmp_path))
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    child.stdout.readline()
    time.sleep(after)
    child.send_signal(signal.SIGKILL)
    child.communicate()

    held = rows(
        tmp_path / "warehouse.duckdb",
        "select (select count(*) from mart.claims), count(*) = 2 * count(distinct run_id),"
        " count(distinct run_id) = (select count(*) from history.runs)"
        " from history.recommendations",
    )
    assert held == [(2, True, True)]
    publish(tmp_path, THIRD, "r9")
    assert kept(tmp_path)[0] == "r9"
    left = [p.name for p in (*tmp_path.glob("days/*"), *tmp_path.glob("published/*"))]
    assert [name for name in left if ".part" in name] == []
