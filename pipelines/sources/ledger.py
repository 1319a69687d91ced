"""Any list of invoices, CSV or XLSX, becomes claims, payments and debtors.

The rows are streamed as text into a TEMP table; SQL over its columns does the rest, so that a
million rows need no more memory than a thousand. Nothing is judged here: a cell that cannot be
read stays as it came, and the intake refuses it with its text in the reason.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from data_schema import tables
from pipelines.sources import text
from pipelines.sources.headers import header_likeness
from pipelines.sources.invoices import Invoices
from pipelines.sources.mapping import Mapping, load
from pipelines.sources.proposal import Proposal, proposal_of
from pipelines.sources.readable import Readable, choose
from pipelines.sources.reading import Incoming, Reading
from pipelines.sources.tabular import open_tabular
from pipelines.store import count, quoted, statement

RAW = "ledger_raw"
RAGGED = "ledger_ragged"
REFUSED = "ledger_refused"


def read(
    con: duckdb.DuckDBPyConnection, path: Path, mapping: Path | Mapping | None = None
) -> Reading:
    """Read a list of invoices (or any one table) under a mapping, proposed when absent.

    The reading hands over TEMP tables ``ledger_claims``, ``ledger_payments`` (credit notes and
    what balances show as paid) and ``ledger_debtors``, each with the line of the source as
    ``row_number``; they last until the next call on this connection.

    Raises
    ------
    LedgerRefused
        The file cannot be read at all, the mapping is wrong or names columns that the file
        lacks, or no mapping was given and none can be proposed.
    """
    given = load(mapping) if isinstance(mapping, Path) else mapping
    table = open_tabular(
        path,
        header_likeness,
        encoding=given.encoding if given else None,
        separator=given.separator if given else None,
        sheet=given.sheet if given else None,
    )
    reading = Reading(path=str(path), format="ledger", notes=list(table.notes))
    if given is None:
        proposal = proposal_of(path, table)
        given = proposal.mapping
        reading.notes += _told(proposal)
    chosen = given.on(table.header, path.name)
    text.to_table(con, RAW, table.header, table.rows(), ragged=RAGGED)
    readable = choose(con, RAW, chosen, french=table.separator == ";")
    reading.notes += readable.notes
    if chosen.table == "claims":
        Invoices(con, reading, readable, table.header).make()
    else:
        _one_table(con, reading, readable, table.header)
    _refuse_ragged(con, reading, chosen.table)
    return reading


def _told(proposal: Proposal) -> list[str]:
    mapped = ", ".join(
        f"{name} from {source!r}" for name, source in proposal.mapping.columns.items()
    )
    told = [f"The mapping was proposed: {mapped}.", *proposal.warnings]
    if proposal.mapping.known:
        known = ", ".join(f"{name!r} ({when})" for name, when in proposal.mapping.known.items())
        told.append(f"Known only after the invoice was issued: {known}.")
    return told


def _one_table(
    con: duckdb.DuckDBPyConnection, reading: Reading, readable: Readable, header: tuple[str, ...]
) -> None:
    """A table other than claims: each column read by its type, nothing derived."""
    mapping = readable.mapping
    names = tables("in")[mapping.table].names
    wanted = [name for name in names if name in mapping.columns or name in mapping.defaults]
    columns = [statement("{v} as {n}", v=readable.value(n), n=quoted(n)) for n in wanted]
    if tables("in")[mapping.table].extras:
        columns += [quoted(name) for name in header if name not in mapping.columns.values()]
        reading.known = dict(mapping.known)
    relation = "ledger_" + mapping.table
    con.execute(
        statement(
            "create or replace temp table {relation} as select row_number, {columns} from {raw}",
            relation=quoted(relation),
            columns=", ".join(columns),
            raw=RAW,
        )
    ).fetchall()
    reading.incoming.append(Incoming(mapping.table, relation))
    reading.read = count(con, statement("select count(*) from {raw}", raw=RAW))


def _refuse_ragged(con: duckdb.DuckDBPyConnection, reading: Reading, table: str) -> None:
    """Rows of the wrong width are refused, but for totals, which are out of scope."""
    total = count(con, _RAGGED_TOTALS)
    refused = count(con, statement("select count(*) from {ragged}", ragged=RAGGED)) - total
    reading.read += total + refused
    reading.out_of_scope += total
    if total:
        reading.notes.append(f"Lines of totals left aside: {total}.")
    if refused:
        con.execute(_RAGGED_ROWS, {"table": table}).fetchall()
        reading.refused = REFUSED
        reading.unreadable_amounts += refused


_IS_TOTAL = (
    "regexp_matches(lower(strip_accents(payload)),"
    """ '": "(sous[- ]?|grand |sub)?total[ :"]')"""
)
_RAGGED_TOTALS = "select count(*) from ledger_ragged where " + _IS_TOTAL
_RAGGED_ROWS = (
    "create or replace temp table ledger_refused as select row_number, $table::varchar as"
    " table_name, reason, payload, 0::decimal(38,2) as amount from ledger_ragged where not "
    + _IS_TOTAL
)
