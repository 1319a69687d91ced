"""Forecasts of days gone by, beside what became of the claims."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from pipelines.build import build
from pipelines.publication import published
from pipelines.store import literal, statement

_SQL = Path(__file__).parent / "sql" / "watch" / "matured.sql"
_NEEDS = ("core.balances", "core.claims", "core.debtors", "core.legal_steps")
_COLUMNS = ("horizon", "kind", "debtor_id", "n", "expected", "observed")


def matured(con: duckdb.DuckDBPyConnection, home: Path, *, as_of: date) -> pd.DataFrame:
    """Published forecasts whose horizon ended lately, by horizon, debtor and band of chances.

    ``con`` is the scratch file of a run. Columns: horizon, kind (of the debtor), debtor_id, n,
    expected (sum of the chances), observed (claims paid in full); a row for each quarter of
    log-odds. No rows before there is such a history.
    """
    previous = published(home)
    if previous is None:
        return pd.DataFrame(columns=list(_COLUMNS))
    build(con, _NEEDS, as_of=as_of)
    con.execute(statement("attach {file} as previous (read_only)", file=literal(str(previous))))
    try:
        kept = con.execute(
            "select count(*) from information_schema.tables where table_catalog = 'previous'"
            " and table_schema = 'history' and table_name in ('runs', 'recovery')"
        ).fetchall()[0][0]
        if kept < 2:
            return pd.DataFrame(columns=list(_COLUMNS))
        return con.execute(_SQL.read_text(encoding="utf-8"), {"as_of": as_of}).df()
    finally:
        con.execute("detach previous")
