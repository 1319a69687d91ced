"""A finished day becomes the published day, whole or not at all.

A run builds in a scratch file. Publishing copies what readers need into a file named after the
run, with the history of every run before it, and then repoints ``warehouse.duckdb`` by one atomic
rename. A reader holds either the old file or the new one, never half of either. What the day
looked like is kept apart, in a file of its own (`pipelines.days`).
"""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path
from string import Template

import duckdb

from data_schema import Table, codes, tables
from pipelines import connection, days
from pipelines.errors import BrokenPromise, PipelineError

HISTORY = ("recommendations", "worklist", "profiles", "recovery", "litigation", "runs")
"""Tables whose rows of every run are kept, in schema ``history``."""

# The one published now, and the one that a reader may still hold.
_KEPT_FILES = 2
_MOST_BYTES = 5 * 10**9


def audit(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Hold every ``mart`` table of a connection against the contract.

    Returns
    -------
    dict
        Rows by table.

    Raises
    ------
    BrokenPromise
        Naming the table, the column, the promise and the number of rows that break it.
    """
    return {table.name: _audit(con, table) for table in tables("out").values()}


def _audit(con: duckdb.DuckDBPyConnection, table: Table) -> int:
    name = f"mart.{table.name}"
    found = con.execute(
        "select column_name, data_type from information_schema.columns"
        " where table_schema = 'mart' and table_name = $table order by ordinal_position",
        {"table": table.name},
    ).fetchall()
    expected = [(column.name, column.sql_type) for column in table.columns]
    if [(n, _plain(t)) for n, t in found] != [(n, _plain(t)) for n, t in expected]:
        odd = sorted(set(found) ^ set(expected))
        raise BrokenPromise(f"{name}: columns differ from the contract: {odd}")
    checks = [(f"{c.name} is empty", f'"{c.name}" is null') for c in table.columns if c.required]
    for column in table.columns:
        quoted = f'"{column.name}"'
        if column.codes:
            listed = ", ".join(f"'{code}'" for code in codes(column.codes))
            checks.append((f"{column.name} is off its list", f"{quoted} not in ({listed})"))
        if column.low is not None:
            checks.append((f"{column.name} below {column.low}", f"{quoted} < {column.low}"))
        if column.high is not None:
            checks.append((f"{column.name} above {column.high}", f"{quoted} > {column.high}"))
        if column.type == "number":
            checks.append((f"{column.name} is not finite", f"not isfinite({quoted})"))
    counts = ", ".join(f"count(*) filter (where {condition})" for _, condition in checks)
    keys = ", ".join(f'"{key}"' for key in table.key)
    held = "select count(*), count(distinct row($keys)), $counts from $name"
    row = con.execute(_named(held, keys=keys, counts=counts, name=name)).fetchone()
    assert row is not None
    total, distinct, *broken = row
    if table.name != "quarantine" and total != distinct:
        raise BrokenPromise(f"{name}: {total - distinct} rows share their key ({keys})")
    for (promise, _), count in zip(checks, broken, strict=True):
        if count:
            raise BrokenPromise(f"{name}: {promise} in {count} rows")
    return int(total)


def _plain(sql_type: str) -> str:
    return sql_type.replace(" ", "").replace('"', "").upper()


def published(home: Path) -> Path | None:
    """The file now published in a home, with its own name; None before the first run."""
    link = home / "warehouse.duckdb"
    if not link.exists():
        return None
    return link.resolve()


def published_day(home: Path) -> date | None:
    """The day of the published run; None before the first run."""
    path = published(home)
    if path is None:
        return None
    with connection.read(path) as con:
        row = con.execute("select max(as_of) from mart.runs").fetchone()
    return row[0] if row else None


def publish(
    con: duckdb.DuckDBPyConnection,
    home: Path,
    *,
    run_id: str,
    history_only: bool = False,
    most_bytes: int = _MOST_BYTES,
) -> Path:
    """Write the file of a run and make it the published one.

    ``con`` holds the built and audited tables. With ``history_only`` the day shown stays the
    one published before and only ``history`` grows: for a run of a day gone by. Days gone by
    are kept whole while they take no more than ``most_bytes``.

    The new file begins as a copy of the one before, so that the rows of earlier runs are
    carried by the disk and not row by row.

    Returns
    -------
    Path
        The new published file.
    """
    folder = home / "published"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{run_id}.duckdb"
    part = folder / f"{run_id}.part"
    for leftover in [*folder.glob("*.part*"), *days.folder_of(home).glob("*.part*")]:
        leftover.unlink()
    _flush(days.keep(con, _own_catalog(con), days.folder_of(home), run_id))
    previous = published(home)
    if previous is not None:
        shutil.copyfile(previous, part)
    con.execute(_named("attach '$path' as published", path=_escaped(part)))
    try:
        is_old = previous is not None and "runs" not in days.tables_of(con, "history", "published")
        if not history_only or previous is None:
            _replace_day(con)
        _append_history(con, run_id, shown=not history_only)
        if is_old:
            _adopt_older_runs(con, folder)
    finally:
        con.execute("detach published")
    _flush(part)
    part.rename(target)
    _repoint(home, target)
    _prune(folder, keep=target)
    days.prune(home, target, most_bytes=most_bytes)
    return target


def _replace_day(con: duckdb.DuckDBPyConnection) -> None:
    """Put the tables of the day in place of those of the day before."""
    for schema in days.SCHEMAS:
        con.execute(_named("drop schema if exists published.$schema cascade", schema=schema))
    # The blocks let go of are written again only after this.
    con.execute("checkpoint published")
    catalog = _own_catalog(con)
    carry = 'create table published.$schema."$name" as from "$catalog".$schema."$name"'
    for schema in days.SCHEMAS:
        con.execute(_named("create schema published.$schema", schema=schema))
        for name in days.tables_of(con, schema):
            if schema != "staging" or name in days.OF_STAGING:
                con.execute(_named(carry, schema=schema, name=name, catalog=catalog))


def _append_history(con: duckdb.DuckDBPyConnection, run_id: str, *, shown: bool) -> None:
    con.execute("create schema if not exists published.history")
    for name in HISTORY:
        columns = {"run_id": "VARCHAR"}
        columns |= {c.name: c.sql_type for c in tables("out")[name].columns}
        if name == "runs":
            columns["published"] = "BOOLEAN"
            added = "select *, $shown as published from mart.runs"
        else:
            added = "select '$run' as run_id, * from mart.$name"
        typed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        made = "create table if not exists published.history.$name ($typed)"
        con.execute(_named(made, name=name, typed=typed))
        # A history that an earlier version began lacks the columns added since.
        grow = 'alter table published.history.$name add column if not exists "$column" $kind'
        for column, kind in columns.items():
            con.execute(_named(grow, name=name, column=column, kind=kind))
        add = "insert into published.history.$name by name " + added
        con.execute(_named(add, name=name, run=run_id, shown=str(shown).lower()))


def _adopt_older_runs(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Runs of a home from before runs were listed: those in history, and the files still kept."""
    for file in sorted(folder.glob("*.duckdb")):
        con.execute(_named("attach '$path' as older (read_only)", path=_escaped(file)))
        try:
            found = con.execute(
                "select run_id from older.mart.runs anti join published.history.runs using (run_id)"
            ).fetchone()
            if found:
                days.keep(con, "older", days.folder_of(folder.parent), str(found[0]))
                con.execute(
                    "insert into published.history.runs by name"
                    " select *, true as published from older.mart.runs"
                )
        finally:
            con.execute("detach older")
    con.execute(
        "insert into published.history.runs by name"
        " select distinct r.run_id, r.as_of, true as published,"
        " try_strptime(left(r.run_id, 15), '%Y%m%dT%H%M%S') as started_at"
        " from published.history.recommendations as r"
        " anti join published.history.runs as known on r.run_id = known.run_id"
    )


def _named(statement: str, **names: str) -> str:
    """Fill names known to the code into a statement; DDL takes no parameters."""
    return Template(statement).substitute(names)


def _own_catalog(con: duckdb.DuckDBPyConnection) -> str:
    row = con.execute("select current_database()").fetchone()
    assert row is not None
    return str(row[0])


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _repoint(home: Path, target: Path) -> None:
    """Point the warehouse at another file; the rename is the only moment that counts."""
    link = home / "warehouse.duckdb"
    fresh = home / "warehouse.duckdb.new"
    fresh.unlink(missing_ok=True)
    try:
        fresh.symlink_to(target.relative_to(home))
    except OSError as error:
        raise PipelineError(
            f"{home}: this disk cannot hold symbolic links, which publication needs."
        ) from error
    fresh.replace(link)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _prune(folder: Path, *, keep: Path) -> None:
    """Let go of old files; their history lives on in the newest, their days in ``days``."""
    files = sorted(folder.glob("*.duckdb"), key=lambda path: path.name)
    for path in [p for p in files if p != keep][: -(_KEPT_FILES - 1) or None]:
        path.unlink(missing_ok=True)
