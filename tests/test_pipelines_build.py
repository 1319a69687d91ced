"""The runner: order, promises, transactions, and what crosses its door."""

from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from data_schema import tables
from law.rows import rows as law_rows
from pipelines import build as runner
from pipelines.build import attach_rows, build, connect, frame, put, queries
from pipelines.door import DOOR, score_columns
from pipelines.errors import BrokenPromise, PipelineError, UnknownTable
from pipelines.journal import DECISION_TYPES
from pipelines.promises import promised
from pipelines.store import open_store
from pipelines.tranches import divide

DAY = date(2026, 6, 30)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of SQL files in place of the house's."""

    def write(**files):
        for name, sql in files.items():
            schema, table = name.split("__")
            path = tmp_path / "sql" / schema / f"{table}.sql"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(sql, encoding="utf-8")
        monkeypatch.setattr(runner, "SQL", tmp_path / "sql")
        queries.cache_clear()

    yield write
    queries.cache_clear()


def standing(con):
    return {
        ".".join(row)
        for row in con.execute("select schema_name, table_name from duckdb_tables()").fetchall()
    }


def test_tables_are_built_after_those_they_read_and_only_those_that_targets_need(folder):
    folder(
        mart__sums="-- One row.\nselect sum(double) as total from core.doubles",
        core__doubles="-- One row per number.\nselect 2 * n as double from staging.numbers",
        staging__numbers="-- One row per number.\nselect unnest([1, 2, 3]) as n",
        core__unused="-- One row.\nselect 1 as one",
    )
    con = connect(None)
    told = []

    built = build(con, ["mart.sums"], as_of=DAY, on_table=lambda *line: told.append(line))

    assert [table.name for table in built] == ["staging.numbers", "core.doubles", "mart.sums"]
    assert [table.rows for table in built] == [3, 3, 1]
    assert [line[:2] for line in told] == [(table.name, table.rows) for table in built]
    assert con.execute("select total from mart.sums").fetchall() == [(12,)]
    assert "core.unused" not in standing(con)


def test_a_step_inside_a_query_is_not_a_table(folder):
    folder(
        core__steps="-- One row.\nwith numbers as (select 1 as n) select n from numbers",
        core__other="-- One row.\nselect n from core.steps",
    )

    assert queries()["core.steps"].reads == frozenset()
    assert queries()["core.other"].reads == {"core.steps"}


def test_what_stands_is_not_built_again(folder):
    folder(core__ones="-- One row.\nselect 1 as one")
    con = connect(None)
    build(con, ["core"], as_of=DAY)

    assert build(con, ["core"], as_of=DAY) == []


def test_an_unknown_table_is_named_with_the_file_that_reads_it(folder):
    folder(core__typo="-- One row.\nselect n from staging.nmbers")

    with pytest.raises(UnknownTable, match=r"staging.nmbers \(read by sql/core/typo.sql\)"):
        build(connect(None), ["core.typo"], as_of=DAY)
    with pytest.raises(UnknownTable, match=r"core\.nothing"):
        build(connect(None), ["core.nothing"], as_of=DAY)
    with pytest.raises(UnknownTable, match="no schema nowhere"):
        build(connect(None), ["nowhere"], as_of=DAY)


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("unnest([1, 1, 1]) as n -- #unique", r"core.bad.n: #unique broken by 2 rows"),
        ("unnest([1, null]) as n -- #not_null", r"core.bad.n: #not_null broken by 1 rows"),
        ("unnest([1, 0, null]) as n -- #positive", r"core.bad.n: #positive broken by 1 rows"),
        ("unnest([0, -1]) as n -- #nonnegative", r"core.bad.n: #nonnegative broken by 1 rows"),
        ("unnest(['a', 'c']) as n -- #in(a, b)", r"core.bad.n: #in\(a, b\) broken by 1 rows"),
        ("1 as m,\nunnest([2, 2]) as n -- #unique(m)", r"n: #unique\(m\) broken by 1 rows"),
    ],
)
def test_a_broken_promise_names_table_column_and_rows_and_leaves_nothing(folder, column, told):
    folder(
        staging__good="-- One row.\nselect 1 as one",
        core__bad="-- One row per number.\nselect\n" + column + "\nfrom staging.good",
    )
    con = connect(None)

    with pytest.raises(BrokenPromise, match=told):
        build(con, ["core.bad"], as_of=DAY)

    assert standing(con) == set()


def test_a_kept_promise_is_silent(folder):
    folder(
        core__good=(
            "-- One row per number.\nselect\n"
            "    unnest([1, 2, null]) as n, -- #unique #positive\n"
            "    unnest(['a', 'b', null]) as c -- #in(a, b)\n"
        )
    )

    assert build(connect(None), ["core"], as_of=DAY)[0].rows == 3


def test_a_query_that_fails_is_named_with_its_file(folder):
    folder(core__wrong="-- One row.\nselect 1 + date '2026-01-01' + 'x' as n")

    with pytest.raises(PipelineError, match=r"core.wrong \(sql/core/wrong.sql\): "):
        build(connect(None), ["core"], as_of=DAY)


def test_a_transaction_of_the_caller_is_left_open_for_the_caller_to_undo(folder):
    folder(core__ones="-- One row.\nselect 1 as one")
    con = connect(None)
    con.begin()

    build(con, ["core"], as_of=DAY)
    con.rollback()

    assert standing(con) == set()


def test_rows_are_put_in_the_types_given_whatever_they_look_like():
    columns = {
        "amount": "DECIMAL(18,2)",
        "code": "VARCHAR",
        "on": "DATE",
        "at": "TIMESTAMP",
        "n": "BIGINT",
        "share": "DOUBLE",
        "ids": "VARCHAR[]",
    }
    rows = [
        (Decimal("1.10"), "0012", date(2026, 1, 1), datetime(2026, 1, 1, 9), 1, 0.5, ["a", "b"]),
        (None, None, None, None, None, None, None),
    ]
    con = connect(None)

    assert put(con, "scores.things", columns, rows) == 2

    assert con.execute("select * from scores.things").fetchall() == rows


def test_a_frame_is_put_with_its_gaps_as_nulls_and_its_money_rounded():
    table = pd.DataFrame(
        {
            "other": [1, 2, 3],
            "amount": [1.005, np.nan, 3.0],
            "on": pd.to_datetime(["2026-01-01", None, "2026-01-03"]),
            "code": ["a", None, "c"],
            "ok": [True, False, True],
        }
    )
    columns = {"code": "VARCHAR", "amount": "DECIMAL(18,2)", "on": "DATE", "ok": "BOOLEAN"}
    con = connect(None)

    put(con, "scores.things", columns, table)

    assert con.execute('select * from scores.things order by "on"').fetchall() == [
        ("a", Decimal("1.00"), date(2026, 1, 1), True),
        ("c", Decimal("3.00"), date(2026, 1, 3), True),
        (None, None, None, False),
    ]


def test_evidence_crosses_the_door_with_its_inner_columns():
    evidence = [{"signal": "s", "for": "bad_faith", "weight": 1.5, "on": DAY, "quote": None}]
    columns = dict(score_columns("profiles"))
    row = dict.fromkeys(columns) | {"debtor_id": "d", "profile": "undetermined"}
    row["likeliest"] = "bad_faith"
    row["evidence"] = evidence
    con = connect(None)

    put(con, "scores.profiles", columns, pd.DataFrame([row]))
    build(con, ["mart.profiles"], as_of=DAY)

    assert con.execute("select as_of, evidence from mart.profiles").fetchall() == [(DAY, evidence)]


def test_the_store_is_attached_read_only(tmp_path):
    open_store(tmp_path / "store.duckdb").close()
    con = connect(tmp_path / "scratch.duckdb", tmp_path / "store.duckdb")
    attached = connect(None)
    attach_rows(attached, {})
    for name in ("settings.run", "journal.decisions"):
        put(con, name, DOOR[name], attached.execute("select * from " + name).fetchall())

    build(con, ["staging"], as_of=DAY)

    assert frame(con, "staging.claims").empty
    with pytest.raises(Exception, match="read-only"):
        con.execute("delete from ledger.claims")


def test_an_empty_ledger_builds_every_table_with_no_row():
    con = connect(None)
    attach_rows(con, {})
    for name in tables("out"):
        if name not in ("claims", "credits", "quarantine", "runs"):
            put(con, f"scores.{name}", score_columns(name), [])

    built = build(con, None, as_of=DAY)

    assert {table.name for table in built} == {
        name for name in queries() if not name.startswith(("training.", "bank."))
    }
    assert {table.name: table.rows for table in built if table.rows} == {}


def test_published_tables_have_the_columns_and_types_of_the_contract():
    con = connect(None)
    attach_rows(con, {})
    for name in tables("out"):
        if name not in ("claims", "credits", "quarantine", "runs"):
            put(con, f"scores.{name}", score_columns(name), [])
    build(con, ["mart"], as_of=DAY)

    for name, table in tables("out").items():
        if name == "runs":
            continue
        found = con.execute(
            "select column_name, data_type from duckdb_columns()"
            " where schema_name = 'mart' and table_name = $name order by column_index",
            {"name": name},
        ).fetchall()
        # The engine chooses which inner names it quotes.
        assert [(column, kind.replace('"', "")) for column, kind in found] == [
            (column.name, column.sql_type.replace('"', "")) for column in table.columns
        ]


def test_the_types_of_the_door_are_those_its_rows_come_with():
    assert dict(DECISION_TYPES) == dict(DOOR["journal.decisions"])
    for name, (columns, _) in law_rows(DAY).items():
        assert dict(columns) == dict(DOOR[name])


def test_rows_for_no_table_are_refused():
    with pytest.raises(UnknownTable, match="invoices"):
        attach_rows(connect(None), {"invoices": [{"invoice_id": 1}]})


def test_promises_are_read_from_the_end_of_the_line_whatever_stands_before():
    sql = (
        "-- One row per claim: no #unique here.\n"
        "select\n"
        "    claim_id, -- #unique #not_null\n"
        '    a."on", -- #unique(claim_id, at)\n'
        "    case when x then 1 end as y -- EUR, #in(1, 2)\n"
    )

    assert [(each.column, str(each)) for each in promised(sql)] == [
        ("claim_id", "#unique"),
        ("claim_id", "#not_null"),
        ("on", "#unique(claim_id, at)"),
        ("y", "#in(1, 2)"),
    ]


def test_claims_in_tranches_stay_with_their_debtor_and_none_is_lost():
    con = connect(None)
    owners = [f"D{n // 3}" for n in range(20)] + ["D9"] * 12
    claims = [(f"C{n:02}", owner) for n, owner in enumerate(owners)]
    put(con, "core.open_claims", {"claim_id": "VARCHAR", "debtor_id": "VARCHAR"}, claims)
    notes = [("C00", None), ("C31", "D9"), (None, "D2"), (None, None)]
    put(con, "core.notes", {"claim_id": "VARCHAR", "debtor_id": "VARCHAR"}, notes)

    tranches = divide(con, most_claims=7)

    held = [tranches.frame("core.open_claims", n) for n in range(len(tranches))]
    assert sorted(pd.concat(held)["claim_id"]) == [claim for claim, _ in claims]
    assert sum(part["debtor_id"].nunique() for part in held) == len(set(owners))
    assert [len(part) for part in held] == [9, 6, 17]
    assert [len(tranches.frame("core.notes", n)) for n in range(3)] == [2, 0, 1]
    wanted = tranches.of_claims("core.notes", pd.Series(["C31", "C99"]))
    assert wanted["debtor_id"].tolist() == ["D9"]


def test_a_ledger_of_one_tranche_is_framed_whole():
    con = connect(None)
    columns = {"claim_id": "VARCHAR", "debtor_id": "VARCHAR"}
    put(con, "core.open_claims", columns, [])
    put(con, "core.notes", columns, [("C1", "D1"), (None, None)])

    tranches = divide(con, most_claims=7)

    assert len(tranches) == 1
    assert len(tranches.frame("core.notes", 0)) == 2
