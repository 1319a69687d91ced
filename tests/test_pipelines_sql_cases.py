"""Rows in, rows out: each case of ``tests/cases/<table>.yaml`` builds one table from few rows.

A case gives the rows of the ledger and of the door that matter (the law of the day stands
unless the case brings its own), and expects rows: of the columns it names, all rows, any order.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from data_schema import tables
from law.rows import rows as law_rows
from pipelines.build import attach_rows, build, connect

CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['says']}")
    for path in sorted((Path(__file__).parent / "cases").glob("*.*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


EMPTY = {"journal.decisions": (), "intake.extra_columns": ()}


def given(case):
    of_law = {
        name: [dict(zip(columns, row, strict=True)) for row in rows]
        for name, (columns, rows) in law_rows(case["as_of"]).items()
    }
    return of_law | case.get("given", {})


def plain(value):
    """A value as a case writes it: money as a number, lists as lists."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


@pytest.fixture(scope="module")
def empty():
    con = connect(None, threads=1)
    attach_rows(con, {})
    return con


@pytest.fixture
def con(empty):
    """A ledger without rows, without tables built, left as it was found."""
    yield empty
    for schema in ("training", "mart", "features", "core", "staging"):
        empty.execute("drop schema if exists " + schema + " cascade")


@pytest.mark.parametrize(("table", "case"), CASES)
def test_rows_in_give_rows_out(con, table, case):
    attach_rows(con, dict.fromkeys(tables("in"), ()) | EMPTY | given(case))

    build(con, [table], as_of=case["as_of"])

    columns = list(case["expect"][0]) if case["expect"] else ["1"]
    named = ", ".join(columns)
    found = con.execute("select " + named + " from " + table).fetchall()
    rows = [dict(zip(columns, map(plain, row), strict=True)) for row in found]
    assert sorted(rows, key=str) == sorted(case["expect"], key=str)


def test_there_are_cases_for_the_tables_that_the_law_and_the_money_depend_on():
    covered = {case.values[0] for case in CASES}

    assert covered >= {
        "core.balances",
        "core.payments",
        "core.interest",
        "core.limitation",
        "core.open_claims",
        "core.conduct",
        "mart.credits",
    }
    assert all(isinstance(case.values[1]["as_of"], date) for case in CASES)
