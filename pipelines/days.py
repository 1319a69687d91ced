"""Days gone by, each kept as it was published, in one small file a run.

``HOME/days/<run_id>.duckdb`` holds the schemas of the published file under the same names, so
that whoever reads the published day reads a day gone by with the same queries. Of the ledger it
keeps what belongs to the claims open on the day or settled lately, and one row per claim of what
was closed before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from pipelines import connection
from pipelines.errors import PipelineError
from pipelines.store import columns_of, literal, quoted, statement

SCHEMAS = ("mart", "core", "features", "law", "staging")
# Of staging only what the desk asks: the rest stands in core, and persons are not copied twice.
OF_STAGING = ("contacts", "creditors", "documents", "partners")
# Small blocks: a day is many tables of few rows, and each column takes a block of its own.
_BLOCK = "16384"
_WHOLE = ("core.claims", "core.balances")
# Claims open on the day, and those settled so lately that a comparison of two days tells how.
_LATELY = "10 days"
_KEPT = """create or replace temp table kept_claims as
select claim_id, debtor_id from {core}.claims semi join {mart}.claims using (claim_id)
union
select claim_id, debtor_id from {core}.claims join {core}.balances using (claim_id)
where settled_on >= (select max(as_of) from {mart}.runs) - interval {lately}"""
_ROWS = (
    ("claim_id", " where claim_id is null or claim_id in (select claim_id from kept_claims)"),
    ("debtor_id", " where debtor_id in (select debtor_id from kept_claims)"),
)


@dataclass(frozen=True, slots=True)
class Day:
    """One run that can be looked at: its day, when it ran, whether it was shown, its file."""

    run_id: str
    as_of: date
    started_at: datetime | None
    published: bool
    path: Path


def folder_of(home: Path) -> Path:
    """Where the days gone by lie."""
    return home / "days"


def days(home: Path, published: Path) -> list[Day]:
    """Every run that can be looked at, newest day first; the published file tells which ran.

    Of several runs of one day the one that was shown comes first, then the newest.
    """
    with connection.read(published) as con:
        shown = con.execute("select run_id, as_of, started_at, true from mart.runs").fetchall()
        rows = []
        if "runs" in tables_of(con, "history"):
            rows = con.execute(
                "select run_id, as_of, started_at, published from history.runs order by rowid"
            ).fetchall()
    found: dict[str, Day] = {}
    for run_id, as_of, started_at, was_shown in [*rows, *shown]:
        path = published if run_id == shown[0][0] else folder_of(home) / f"{run_id}.duckdb"
        if run_id not in found and path.exists():
            found[run_id] = Day(run_id, as_of, started_at, bool(was_shown), path)
    # Sorting is stable: within a day, the run written last comes first.
    newest_first = list(found.values())[::-1]
    return sorted(newest_first, key=_rank, reverse=True)


def _rank(day: Day) -> tuple[date, bool]:
    return day.as_of, day.published


def day_of(home: Path, published: Path, as_of: date) -> Day:
    """The run that shows a day as it was published.

    Raises
    ------
    PipelineError
        When no run of that day is kept, naming the nearest days that are.
    """
    kept = days(home, published)
    for day in kept:
        if day.as_of == as_of:
            return day
    nearest = sorted({day.as_of for day in kept}, key=lambda d: abs((d - as_of).days))[:3]
    named = ", ".join(str(day) for day in sorted(nearest))
    raise PipelineError(f"No run of {as_of} is kept; the nearest days are {named}.")


def tables_of(con: duckdb.DuckDBPyConnection, schema: str, catalog: str | None = None) -> list[str]:
    """Tables of a schema, of the catalog in use without one, in order."""
    rows = con.execute(
        "select table_name from duckdb_tables()"
        " where database_name = coalesce($catalog, current_database()) and schema_name = $schema"
        " order by table_name",
        {"catalog": catalog, "schema": schema},
    ).fetchall()
    return [str(name) for (name,) in rows]


def keep(con: duckdb.DuckDBPyConnection, catalog: str, folder: Path, run_id: str) -> Path:
    """Write the file of a run from the tables of a catalog, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    part, target = folder / f"{run_id}.part", folder / f"{run_id}.duckdb"
    part.unlink(missing_ok=True)
    attach = "attach {file} as kept (block_size {block})"
    con.execute(statement(attach, file=literal(str(part)), block=_BLOCK))
    try:
        con.begin()
        named = {name: quoted(catalog) + "." + name for name in ("core", "mart")}
        con.execute(statement(_KEPT, lately=literal(_LATELY), **named))
        for schema in SCHEMAS:
            con.execute(statement("create schema kept.{schema}", schema=schema))
            for name in tables_of(con, schema, catalog):
                if schema != "staging" or name in OF_STAGING:
                    _keep_table(con, catalog, schema, name)
        con.commit()
    finally:
        con.execute("detach kept")
    part.rename(target)
    return target


def _keep_table(con: duckdb.DuckDBPyConnection, catalog: str, schema: str, name: str) -> None:
    source = ".".join((quoted(catalog), schema, quoted(name)))
    which = ""
    if schema in ("core", "staging") and f"{schema}.{name}" not in _WHOLE:
        columns = columns_of(con, source)
        which = next((rule for column, rule in _ROWS if column in columns), "")
    con.execute(
        statement(
            "create table kept.{schema}.{name} as select * from {source}" + which,
            schema=schema,
            name=quoted(name),
            source=source,
        )
    )


def prune(home: Path, published: Path, *, most_bytes: int) -> None:
    """Let days go until those left take no more than so many bytes.

    First go runs that another run of their day hides, then the oldest days; files of no known
    run go at once. The newest run shown stays when there is room for anything at all.
    """
    kept = [
        (day, folder_of(home) / f"{day.run_id}.duckdb")
        for day in days(home, published)
        if (folder_of(home) / f"{day.run_id}.duckdb").exists()
    ]
    for stray in set(folder_of(home).glob("*")) - {path for _, path in kept}:
        stray.unlink()
    firsts = {day.as_of: day for day, _ in reversed(kept)}
    oldest_first = kept[::-1]
    order = sorted(oldest_first, key=lambda pair: firsts[pair[0].as_of] is pair[0])
    total = sum(path.stat().st_size for _, path in kept)
    for _, path in order:
        if total <= most_bytes:
            return
        total -= path.stat().st_size
        path.unlink()
