"""Notices of collective proceedings (BODACC open data) become insolvencies of known debtors.

A debtor is found by its SIREN alone: names are shared, and a wrong match would stop the chase of
a company that is well. What the notices say is read by the SQL of ``sql/bodacc``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from pipelines.errors import LedgerRefused
from pipelines.sources import text
from pipelines.sources.bodacc_xml import FIELDS, looks_like_notices, notices
from pipelines.sources.reading import Incoming, Reading
from pipelines.store import count, quoted, statement

FORMAT = "bodacc"
_SQL = Path(__file__).parent.parent / "sql" / "bodacc"
_STEPS = ("notices", "matched", "openings", "proceedings", "rows")
_NEEDED = ("dateparution", "registre", "jugement")
_CELL = "nullif(trim(cast({column} as varchar)), '') as {name}"

_FATES = {
    "family": "{n} notices of other families than collective proceedings, left aside",
    "stranger": "{n} notices name no SIREN of a known debtor, left aside",
    "closing": "{n} closings of proceedings that are not on file, left aside",
    "cancellation": "{n} notices of known debtors cancel or reverse another one: a person must"
    " read them and correct the table insolvencies",
    "other": "{n} notices of known debtors neither open nor close a proceeding (plans, lists of"
    " claims, extensions of time), left aside",
}


def looks_like_bodacc(path: Path) -> bool:
    """Whether a file is an extract of the BODACC, by its first bytes."""
    if path.suffix.lower() == ".xml":
        return looks_like_notices(path)
    with path.open("rb") as file:
        head = file.read(16_384).decode("utf-8", errors="replace").removeprefix("\ufeff")
    first = head.splitlines()[0].lower() if head.strip() else ""
    return all(name in first for name in _NEEDED)


def read(con: duckdb.DuckDBPyConnection, path: Path) -> Reading:
    """Read one extract, CSV or XML, against the debtors and insolvencies of the store.

    A notice counts once: it is accepted if it opens or closes a proceeding of a known debtor,
    else out of scope. Working tables ``bodacc_*`` last until the next call on this connection.

    Raises
    ------
    LedgerRefused
        The file is no such extract, lacks a column, or is broken XML.
    """
    reading = Reading(path=str(path), format=FORMAT)
    if path.suffix.lower() == ".xml":
        text.to_table(con, "bodacc_cells", FIELDS, notices(path))
        _make_raw(con, dict(zip(FIELDS, FIELDS, strict=True)))
    else:
        _read_csv(con, path, reading)
    for name in _STEPS:
        target = "create or replace temp table bodacc_" + name + " as "
        con.execute(target + _select(name)).fetchall()
    for name, condition in (("first", "place = 1"), ("further", "place > 1")):
        con.execute(statement(_CHOSEN, target="bodacc_" + name, condition=condition)).fetchall()
        reading.incoming.append(Incoming("insolvencies", "bodacc_" + name))
    fates = con.execute(_select("fates")).fetchall()
    reading.out_of_scope = sum(n for _, n in fates)
    reading.read += count(con, "select count(*) from bodacc_raw")
    reading.notes += [_FATES[fate].format(n=n) for fate, n in fates]
    return reading


def _read_csv(con: duckdb.DuckDBPyConnection, path: Path, reading: Reading) -> None:
    shape = text.sniff(path)
    named = {name.strip().lower(): name for name in reversed(shape.header)}
    if missing := [name for name in _NEEDED if name not in named]:
        raise LedgerRefused(
            f"{path.name}: no extract of the BODACC; without {', '.join(missing)} it cannot be read"
        )
    text.to_table(con, "bodacc_cells", shape.header, text.rows(path, shape), ragged="bodacc_ragged")
    _make_raw(con, named)
    ragged = count(con, "select count(*) from bodacc_ragged")
    if ragged:
        con.execute(_RAGGED).fetchall()
        reading.refused = "bodacc_refused"
        reading.read = ragged


def _make_raw(con: duckdb.DuckDBPyConnection, named: Mapping[str, str]) -> None:
    """The fields under their own names, empty ones null; those that the file lacks, too."""
    columns = [
        statement(_CELL, column=quoted(named[name]) if name in named else "null", name=name)
        for name in FIELDS
    ]
    con.execute(statement(_RAW, columns=", ".join(columns))).fetchall()


def _select(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


_RAW = "create or replace temp table bodacc_raw as select row_number, {columns} from bodacc_cells"
_CHOSEN = (
    "create or replace temp table {target} as"
    " select row_number, debtor_id, opened_on, kind, published_on, known_on, declared_on, closed_on"
    " from bodacc_rows where {condition}"
)
_RAGGED = (
    "create or replace temp table bodacc_refused as select row_number, 'insolvencies' as"
    " table_name, reason, payload, 0::decimal(38,2) as amount from bodacc_ragged"
)
