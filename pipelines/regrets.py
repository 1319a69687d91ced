"""Steps advised in the past, beside what was done and what became of the claims."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from pipelines.build import build
from pipelines.publication import published
from pipelines.store import literal, statement

HORIZON = 90
"""Days after which a decision is judged: those over which its gain was expected."""

MOST_ROWS = 2_000_000
"""Rows of the history looked at, about; of a larger one, those of some debtors."""

_SQL = Path(__file__).parent / "sql" / "regret"
_NEEDS = ("core.actions", "core.balances", "core.claims", "core.decisions", "core.payments")
_HISTORY = ("runs", "recommendations", "recovery", "profiles")
COLUMNS = (
    *("debtor_id", "profile", "stage", "action", "chosen", "open_eur"),
    *("chance", "expected_gain", "is_paid"),
)


def decisions(con: duckdb.DuckDBPyConnection, home: Path, *, as_of: date) -> pd.DataFrame:
    """Decisions of the year before whose horizon is over on the day, a row each (`COLUMNS`).

    ``con`` is the scratch file of a run: of what became of the claims it knows what was known on
    the day, and no more. No rows before there is such a history.
    """
    previous = published(home)
    if previous is None:
        return pd.DataFrame(columns=list(COLUMNS))
    build(con, _NEEDS, as_of=as_of)
    con.execute(statement("attach {file} as previous (read_only)", file=literal(str(previous))))
    try:
        kept = con.execute(
            "select count(*) from information_schema.tables where table_catalog = 'previous'"
            " and table_schema = 'history' and list_contains($names, table_name)",
            {"names": list(_HISTORY)},
        ).fetchall()[0][0]
        if kept < len(_HISTORY):
            return pd.DataFrame(columns=list(COLUMNS))
        asked = {"as_of": as_of, "horizon": HORIZON}
        ((size,),) = con.execute(_sql("size"), asked).fetchall()
        keep = max(min(1000, MOST_ROWS * 1000 // max(size, 1)), 1)
        return con.execute(_sql("decisions"), {**asked, "keep": keep}).df()
    finally:
        con.execute("detach previous")


def _sql(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")
