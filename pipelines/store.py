"""The store: what was imported, with the history of what was replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from data_schema import Table, tables
from pipelines.connection import offline
from pipelines.errors import PipelineError

THREADS = 2
MEMORY_LIMIT = "2GB"

# Kept beside the contract's columns of every canonical table. A row without row_number was
# created because another row named it.
ORIGIN = {
    "source_id": "VARCHAR",
    "row_number": "BIGINT",
    "imported_at": "TIMESTAMP",
    "row_hash": "VARCHAR",
}

_INTAKE = {
    "sources": {
        "source_id": "VARCHAR",
        "path": "VARCHAR",
        "format": "VARCHAR",
        "fingerprint": "VARCHAR",
        "read": "BIGINT",
        "accepted": "BIGINT",
        "out_of_scope": "BIGINT",
        "quarantined": "BIGINT",
        "amount_read": "DECIMAL(38,2)",
        "amount_accepted": "DECIMAL(38,2)",
        "amount_out_of_scope": "DECIMAL(38,2)",
        "amount_quarantined": "DECIMAL(38,2)",
        "unreadable_amounts": "BIGINT",
        "notes": "VARCHAR[]",
        "imported_at": "TIMESTAMP",
    },
    "quarantine": {
        "source": "VARCHAR",
        "table_name": "VARCHAR",
        "row_number": "BIGINT",
        "reason": "VARCHAR",
        "payload": "VARCHAR",
        "key": "VARCHAR",
        "source_id": "VARCHAR",
        "amount": "DECIMAL(38,2)",
        "imported_at": "TIMESTAMP",
    },
    # What credit notes and corrections refer to: the invoice may come later.
    "einvoice_references": {
        "kind": "VARCHAR",
        "row_key": "VARCHAR",
        "creditor_id": "VARCHAR",
        "invoice_number": "VARCHAR",
        "currency": "VARCHAR",
    },
    # E-mails, reduced to what is needed; never facts before a person confirms them.
    "messages": {
        "message_id": "VARCHAR",
        "sent_at": "TIMESTAMP",
        "sender": "VARCHAR",
        "sender_name": "VARCHAR",
        "subject": "VARCHAR",
        "text": "VARCHAR",
        "attachments": "VARCHAR[]",
        "mentions": "VARCHAR[]",
        "names": "VARCHAR[]",
        "debtor_id": "VARCHAR",
        "claim_ids": "VARCHAR[]",
        "matched_by": "VARCHAR",
        "source_id": "VARCHAR",
        "imported_at": "TIMESTAMP",
    },
    "extra_columns": {
        "table_name": "VARCHAR",
        "column_name": "VARCHAR",
        "known": "VARCHAR",
        "numeric": "BOOLEAN",
    },
}

_MARKER = re.compile(r"\{(\w+)\}")


def quoted(name: str) -> str:
    """A name as an SQL identifier, whatever characters it holds; dots do not split it.

    >>> quoted('on')
    '"on"'
    >>> quoted('a"b; drop table claims')
    '"a""b; drop table claims"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL string.

    >>> literal("l'avoir")
    "'l''avoir'"
    """
    return "'" + text.replace("'", "''") + "'"


def statement(template: str, **parts: str) -> str:
    """The template with each ``{name}`` filled once; filled text is never filled again.

    Parts are identifiers from `quoted`, texts from `literal`, or SQL composed of such.

    >>> statement("select {what} from {table}", what=quoted("{table}"), table="claims")
    'select "{table}" from claims'
    """
    return _MARKER.sub(lambda found: parts[found.group(1)], template)


def scalar(con: duckdb.DuckDBPyConnection, sql: str, parameters: object = None) -> object:
    """The one value of a query; ``None`` when it has no row."""
    rows = con.execute(sql, parameters).fetchall()
    return rows[0][0] if rows else None


def count(con: duckdb.DuckDBPyConnection, sql: str, parameters: object = None) -> int:
    """The one whole number of a query."""
    return int(str(scalar(con, sql, parameters) or 0))


def columns_of(con: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    """Names of a relation's columns, in order, without reading its rows."""
    con.execute(statement("select * from {relation} limit 0", relation=relation))
    names = [str(column[0]) for column in con.description or []]
    con.fetchall()
    return names


def stored_columns(table: Table) -> dict[str, str]:
    """SQL type of each column that the store keeps for a table of the contract."""
    stored = {column.name: column.sql_type for column in table.columns}
    if table.extras:
        stored["extra"] = "VARCHAR"
    return stored | ORIGIN


def open_store(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """The store at ``path``, created or brought up to the contract's columns as needed.

    A store made by an earlier version is brought up to them before it is read, too.
    Nothing is fetched from outside, and work that does not fit in memory goes to files beside
    the store.

    Raises
    ------
    PipelineError
        Another process holds the store, the file is no DuckDB database, or it is to be read
        and does not exist.
    """
    if read_only and not path.exists():
        raise PipelineError(f"{path}: there is no store yet; import a ledger first")
    con = _connected(path, read_only=read_only)
    if read_only and _lacks(con):
        con.close()
        open_store(path).close()
        con = _connected(path, read_only=True)
    if not read_only:
        try:
            with transaction(con):
                _bring_up_to_date(con)
        except BaseException:
            con.close()
            raise
    return con


def _connected(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    config = offline(
        threads=THREADS,
        memory_limit=MEMORY_LIMIT,
        temp_directory=f"{path}.tmp",
        preserve_insertion_order=False,
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        con = duckdb.connect(str(path), read_only=read_only, config=config)
    except (duckdb.Error, OSError) as error:
        raise PipelineError(_why_not_opened(path, str(error))) from error
    # Moments with a zone read the same wherever the machine stands.
    con.execute("set timezone = 'UTC'")
    return con


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of the block's changes, or none of them if it raises."""
    con.execute("begin transaction")
    try:
        yield
    except BaseException:
        # An error so grave that the engine has already rolled back must not hide behind this.
        with suppress(duckdb.Error):
            con.execute("rollback")
        raise
    con.execute("commit")


def _why_not_opened(path: Path, detail: str) -> str:
    if "lock" in detail.lower():
        return f"{path}: another process holds the store; close it (console or import), then retry"
    first = detail.strip().splitlines()[0] if detail.strip() else "unknown reason"
    return f"{path}: the store cannot be opened ({first[:200]})"


def renew(path: Path) -> None:
    """Give a store made by an earlier version the tables and columns it lacks.

    A store that lacks nothing is only read, so that those who read it are not disturbed.

    Raises
    ------
    PipelineError
        As `open_store`.
    """
    open_store(path, read_only=True).close()


def _lacks(con: duckdb.DuckDBPyConnection) -> bool:
    return next(_lacking(con), None) is not None


def _lacking(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, dict[str, str], bool]]:
    """Relations that lack columns, with those columns, and whether they are there at all."""
    wanted = {f"intake.{name}": columns for name, columns in _INTAKE.items()}
    for name, table in tables("in").items():
        stored = stored_columns(table)
        wanted[f"main.{name}"] = stored
        wanted[f"past.{name}"] = stored | {"replaced_at": "TIMESTAMP"}
    present: dict[str, set[str]] = {}
    for relation, column in con.execute(
        "select schema_name || '.' || table_name, column_name from duckdb_columns()"
        " where not internal and database_name = current_database()"
    ).fetchall():
        present.setdefault(relation, set()).add(column)
    for relation, columns in wanted.items():
        lacking = {n: kind for n, kind in columns.items() if n not in present.get(relation, ())}
        if lacking:
            yield relation, lacking, relation in present


def _bring_up_to_date(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create schema if not exists past")
    con.execute("create schema if not exists intake")
    for relation, columns, is_there in list(_lacking(con)):
        if not is_there:
            _create(con, relation, columns)
            continue
        for name, kind in columns.items():
            con.execute(
                statement(
                    "alter table {relation} add column {name} {type}",
                    relation=relation,
                    name=quoted(name),
                    type=kind,
                )
            )


def _create(con: duckdb.DuckDBPyConnection, relation: str, columns: dict[str, str]) -> None:
    described = ", ".join(quoted(name) + " " + sql_type for name, sql_type in columns.items())
    con.execute(
        statement("create table {relation} ({columns})", relation=relation, columns=described)
    )
