"""What electronic invoices of several imports say of one another, whichever came first.

A credit note may come before its invoice, and so may a correction (384) before what it replaces.
What each refers to is kept in ``intake.einvoice_references`` and looked up after every import.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from pipelines.history import upsert
from pipelines.quarantine import source_id
from pipelines.sources.reading import SourceReport
from pipelines.store import count, statement

REFERRING = "einvoice_referring"
_SQL = Path(__file__).with_name("sql")


def settle(con: duckdb.DuckDBPyConnection, report: SourceReport, *, imported_at: datetime) -> None:
    """Bring the references of one import, then every credit that they concern, up to date.

    Reads the TEMP table ``einvoice_referring`` (kind, row_key, creditor_id, invoice_number,
    currency). What moves for documents of earlier imports is told in the report. Runs inside
    the caller's transaction.
    """
    for step in (_FORGET, _REMEMBER):
        con.execute(step).fetchall()
    con.execute("create or replace temp table einvoice_targets as " + _select("targets")).fetchall()
    found = replaced = 0
    for name in ("waiting_credits", "replacements"):
        made = "einvoice_" + name
        con.execute("create or replace temp table " + made + " as " + _select(name)).fetchall()
        if name == "waiting_credits":
            found = count(con, "select count(*) from einvoice_waiting_credits")
        else:
            replaced = count(con, _OF_EARLIER)
            con.execute("alter table einvoice_replacements drop column correction_id")
        upsert(con, "payments", made, source_id=source_id(report.path), imported_at=imported_at)
        con.execute("drop table " + made)
    con.execute("drop table einvoice_targets")
    if found + replaced:
        report.notes.append(
            f"Credit notes and corrections of earlier imports that concern these invoices:"
            f" {found + replaced}; their credits were brought up to date."
        )


def _select(name: str) -> str:
    return (_SQL / f"einvoice_{name}.sql").read_text(encoding="utf-8")


_FORGET = statement(
    "delete from intake.einvoice_references where row_key in (select row_key from {now})",
    now=REFERRING,
)
# Only what was accepted: a refused document refers to nothing.
_REMEMBER = statement(
    "insert into intake.einvoice_references by name select distinct"
    " kind, row_key, creditor_id, invoice_number, currency from {now}"
    " where row_key in (select payment_id from main.payments)"
    " or row_key in (select claim_id from main.claims)",
    now=REFERRING,
)
_OF_EARLIER = statement(
    "select count(*) from einvoice_replacements"
    " where correction_id not in (select row_key from {now})",
    now=REFERRING,
)
