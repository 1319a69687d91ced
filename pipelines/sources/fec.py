"""The statutory ledger of a French company (FEC): its customer accounts become claims and payments.

The customer lines of a ledger (accounts 411 and 416) are kept in ``intake.fec_lines``. After each
file everything that the ledger says is derived anew from all its lines, so that the order in
which its years arrive does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb

from pipelines.errors import LedgerRefused
from pipelines.intake import record_source, requarantine, source_id
from pipelines.sources.fec_ledger import (
    create_tables,
    derive,
    drop_working_tables,
    make,
    publish,
    row,
    select,
    store_lines,
)
from pipelines.sources.fec_text import looks_like_fec, read_layout, read_lines
from pipelines.sources.reading import SourceReport
from pipelines.store import transaction

__all__ = ["import_file", "looks_like_fec"]

FORMAT = "fec"
_FATES = ("read", "accepted", "out_of_scope", "quarantined")
_FROM_FILE = (
    "days",
    "judged_lines",
    "entries",
    "file_period",
    "accounting",
    "customer_lines",
    "refused_lines",
)


def import_file(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    imported_at: datetime,
    assumed_terms_days: int = 30,
    strict: bool = False,
    demo: bool = False,
) -> SourceReport:
    """Read one FEC into the store and derive its ledger anew, all or nothing.

    A FEC has no due date: an invoice is due ``assumed_terms_days`` after it was issued. The
    creditor is the SIREN that begins the file's name (article A47 A-1: SIREN, FEC, closing
    day), else the name itself.

    Raises
    ------
    LedgerRefused
        The file has no header of a FEC, or under ``strict`` a line of it cannot be taken.
    """
    layout = read_layout(path)
    ledger = ledger_of(path)
    with transaction(con):
        create_tables(con)
        con.register("fec_stream", read_lines(path, layout))
        con.execute("create or replace temp table fec_raw as from fec_stream")
        con.unregister("fec_stream")
        source = source_id(str(path))
        for name in _FROM_FILE:
            make(con, name, ledger=ledger, source_id=source)
        report = _account(con, path)
        if strict and report.quarantined:
            raise LedgerRefused(_first_refusal(con, path, report.quarantined))
        report.notes += layout.notes() + _file_notes(con, layout.positions)
        store_lines(con, ledger, source, imported_at)
        derive(con, ledger, assumed_terms_days)
        _count_carried(con, report, source)
        siren = _siren(ledger, demo=demo)
        report.tables = publish(con, ledger, source, imported_at, siren=siren)
        report.notes += _ledger_notes(con, ledger, assumed_terms_days)
        make(con, "left_quarantine", source_id=source)
        requarantine(
            con,
            "(select *, cast(null as varchar) as key from fec_refused)",
            "fec_left_quarantine",
            source=str(path),
            imported_at=imported_at,
        )
        record_source(con, report, imported_at=imported_at)
        drop_working_tables(con)
    return report


def ledger_of(path: Path) -> str:
    """Name of the ledger a file belongs to: what its name says before FEC and a day, else its stem.

    >>> ledger_of(Path("123456782FEC20231231.txt")), ledger_of(Path("export.txt"))
    ('123456782', 'export')
    """
    named = re.match(r"(?i)(.*[^\W_])[ _-]*FEC[ _-]*\d{8}(?!\d)", path.stem)
    return (named.group(1) if named else path.stem)[:60]


def _account(con: duckdb.DuckDBPyConnection, path: Path) -> SourceReport:
    told = row(con, "from fec_accounting")
    report = SourceReport(path=str(path), format=FORMAT)
    report.unreadable_amounts = _whole(told["unreadable_amounts"])
    for side in ("debit", "credit"):
        report.sides[side] = {fate: _money(told[side + "_" + fate]) for fate in _FATES}
    for fate in _FATES:
        setattr(report, fate, _whole(told[fate]))
        setattr(report, "amount_" + fate, sum(s[fate] for s in report.sides.values()))
    return report


def _count_carried(con: duckdb.DuckDBPyConnection, report: SourceReport, source: str) -> None:
    """Opening lines that repeat a closing balance at hand are out of scope."""
    carried = con.execute(select("carried_lines"), {"source_id": source})
    lines, *amounts = carried.fetchall()[0]
    report.accepted -= lines
    report.out_of_scope += lines
    for side, amount in zip(("debit", "credit"), amounts, strict=True):
        report.sides[side]["accepted"] -= amount
        report.sides[side]["out_of_scope"] += amount
        report.amount_accepted -= amount
        report.amount_out_of_scope += amount
    if lines:
        report.notes.append(f"{lines} opening lines carry over the year before: not counted again")


def _first_refusal(con: duckdb.DuckDBPyConnection, path: Path, n_refused: int) -> str:
    number, reason = con.execute(
        "select row_number, reason from fec_refused order by row_number limit 1"
    ).fetchall()[0]
    return f"{path.name}, line {number}: {reason} ({n_refused} such lines); nothing was imported"


def _file_notes(con: duckdb.DuckDBPyConnection, positions: Mapping[str, int]) -> list[str]:
    notes = []
    period = row(con, "from fec_file_period")
    if period["n_lines"]:
        notes.append(f"entries from {period['period_from']} to {period['period_to']}")
    if "letter" not in positions:
        notes.append("no column EcritureLet: no line is lettered")
    entries = con.execute(
        "select count_if(debit <> credit), coalesce(sum(abs(debit - credit)), 0) from fec_entries"
    ).fetchall()[0]
    if entries[0]:
        notes.append(
            f"{entries[0]} entries do not balance (by {entries[1]} in all): is the file whole?"
        )
    told = row(con, "from fec_accounting")
    if told["other_dates"]:
        notes.append(f"{told['other_dates']} lines write their date otherwise than YYYYMMDD")
    if told["foreign_lines"]:
        notes.append(
            f"{told['foreign_lines']} customer lines name a foreign currency: euros are counted"
        )
    return notes


def _ledger_notes(con: duckdb.DuckDBPyConnection, ledger: str, terms_days: int) -> list[str]:
    told = {name: _money(value) for name, value in row(con, select("outcome")).items()}
    notes = [
        f"ledger {ledger}: {told['n_customers']} customers, open {told['open_amount']},"
        f" credits in hand {told['in_hand']}"
    ]
    states = con.execute(select("lettering")).fetchall()
    notes += [
        f"lettering {state}: {lines} lines, debit {debit}, credit {credit}"
        for state, lines, debit, credit in states
    ]
    notes.append(f"no due date in a FEC: {terms_days} days after the invoice assumed")
    if told["n_outside"]:
        notes.append(
            f"{told['n_outside']} claims ({told['outside']}) are lettered with a receipt outside"
            " the file: a person must confirm that they are open"
        )
    if told["matched"]:
        share = 100 * told["inferred"] / told["matched"]
        notes.append(f"{share:.1f} % of the amounts paid were matched by inference, oldest first")
    if told["n_differences"]:
        notes.append(
            f"{told['n_differences']} opening balances differ from the closing balance of the year"
            f" before (by {told['differences']} in all): the differences are kept"
        )
    return notes


def _siren(ledger: str, *, demo: bool) -> str | None:
    """The ledger's name if it is a SIREN; under ``demo`` its check digit may be wrong."""
    if not re.fullmatch(r"[0-9]{9}", ledger):
        return None
    doubled = (int(d) * (1 + place % 2) for place, d in enumerate(ledger))
    is_valid = sum(n // 10 + n % 10 for n in doubled) % 10 == 0
    return ledger if demo or is_valid else None


def _whole(value: object) -> int:
    return int(str(value))


def _money(value: object) -> Decimal:
    return Decimal(str(value))
