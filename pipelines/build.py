"""Runs ``sql/<schema>/<table>.sql`` as ``<schema>.<table>``, in order, whole or not at all.

One file is one SELECT and makes one table. Which tables it reads is found by parsing it; a
table that no file makes and nobody supplied is an error. What a column promises in its comment
is checked as soon as its table stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from time import perf_counter

import duckdb
import pandas as pd
import pyarrow as pa
import sqlglot
from sqlglot import exp

from data_schema import tables
from pipelines.connection import offline
from pipelines.door import DOOR, READ_OF_INTAKE
from pipelines.errors import PipelineError, UnknownTable
from pipelines.promises import Promise, check, promised
from pipelines.store import MEMORY_LIMIT, literal, quoted, renew, statement, stored_columns

SQL = Path(__file__).parent / "sql"

# In reading order. The tables of training look back from a later day; `pipelines.panel` asks
# for them, and the door for those of bank, which propose what a statement pays.
SCHEMAS = ("staging", "core", "features", "mart", "bank", "training")
_ASKED_FOR = ("bank.", "training.")

# A source of this catalog is the imported ledger; it is read and never built.
LEDGER = "ledger"

_SETTINGS = {"default_minutes_per_day": 360, "tolerance": 0, "assumed_terms_days": 30}

Rows = Sequence[Sequence[object]] | pd.DataFrame


@dataclass(frozen=True, slots=True)
class Query:
    """One SQL file: the table it makes, the tables it reads, what its columns promise."""

    name: str
    path: Path
    sql: str
    reads: frozenset[str]
    promises: tuple[Promise, ...]
    is_dated: bool


@dataclass(frozen=True, slots=True)
class Built:
    """A table made, its rows, and the seconds it took with its checks."""

    name: str
    rows: int
    seconds: float


def connect(
    path: Path | None, store: Path | None = None, *, threads: int = 2
) -> duckdb.DuckDBPyConnection:
    """A scratch database, in memory without ``path``, with the store attached read-only.

    A store made by an earlier version is first brought up to the contract's columns.
    Nothing is fetched from outside. Work on a file that does not fit in ``MEMORY_LIMIT`` goes to
    files beside it, so that memory does not follow the ledger. The store is seen under the name
    ``ledger``; without one, an empty ``ledger`` in memory takes the rows of `put`.
    """
    if store is not None and store.exists():
        renew(store)
    config = offline(threads=threads)
    if path is not None:
        config |= {"memory_limit": MEMORY_LIMIT, "temp_directory": str(path.parent)}
    con = duckdb.connect(":memory:" if path is None else str(path), config=config)
    if store is None:
        con.execute("attach ':memory:' as ledger")
        return con
    try:
        con.execute(statement("attach {file} as ledger (read_only)", file=literal(str(store))))
    except duckdb.Error as error:
        con.close()
        raise PipelineError(f"{store} cannot be read now: {_in_short(error)}") from error
    return con


def put(con: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str], rows: Rows) -> int:
    """Create ``schema.table`` (or ``catalog.schema.table``) with those SQL types and fill it.

    Types are the ones given, never guessed from the values; a missing value (None, NaN, NaT)
    is null. Returns the number of rows.
    """
    *schema, _ = name.split(".")
    target = _identifier(name)
    con.execute(statement("create schema if not exists {schema}", schema=_identifier(*schema)))
    typed = ", ".join(quoted(column) + " " + kind for column, kind in columns.items())
    con.execute(statement("create table {target} ({typed})", target=target, typed=typed))
    return fill(con, name, columns, rows)


def fill(con: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str], rows: Rows) -> int:
    """Add rows to a table that `put` made; returns their number."""
    if len(rows) == 0:
        return 0
    target = _identifier(name)
    frame = rows if isinstance(rows, pd.DataFrame) else _framed(columns, rows)
    named = ", ".join(quoted(column) for column in columns)
    con.register("rows_to_put", _arrow(con, target, frame[list(columns)]))
    add = "insert into {target} select {named} from rows_to_put"
    con.execute(statement(add, target=target, named=named)).fetchall()
    con.unregister("rows_to_put")
    return len(frame)


def attach_rows(
    con: duckdb.DuckDBPyConnection, rows: Mapping[str, Sequence[Mapping[str, object]]]
) -> None:
    """Give the tables of an in-memory ``ledger`` and of the door these rows, instead of theirs.

    Keys are table names (``claims``, ``intake.extra_columns``, ``law.penalty_rates``); each row
    names the columns it fills. The tables are made if they are not there; the settings have one
    row unless told.
    """
    if "settings.run" not in _standing(con):
        attach_tables(con)
    given = {"settings.run": [_SETTINGS], **rows}
    for name, columns in _kinds().items():
        short = name.removeprefix(LEDGER + ".").removeprefix("main.")
        if short not in given:
            continue
        values = [[row.get(column) for column in columns] for row in given.pop(short)]
        con.execute(statement("delete from {name}", name=_identifier(name)))
        fill(con, name, columns, values)
    if given:
        raise UnknownTable(f"No such table: {', '.join(sorted(given))}")


def attach_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Give an in-memory ``ledger`` and the door their tables, all of them, empty."""
    for name, columns in _kinds().items():
        put(con, name, columns, [])


def _kinds() -> Mapping[str, Mapping[str, str]]:
    kinds: dict[str, Mapping[str, str]] = dict(DOOR)
    for name, table in tables("in").items():
        kinds[f"{LEDGER}.main.{name}"] = stored_columns(table)
    for name, columns in READ_OF_INTAKE.items():
        kinds[f"{LEDGER}.{name}"] = columns
    return kinds


def build(
    con: duckdb.DuckDBPyConnection,
    targets: Collection[str] | None,
    *,
    as_of: date,
    on_table: Callable[[str, int, float], None] | None = None,
) -> list[Built]:
    """Build what the targets need and does not stand yet, as seen on a day.

    A target is a table (``core.open_claims``) or a schema (``features``: all its tables); None
    is every file but those of bank and training. All happens in one transaction: the caller's if
    one is open, else one of its own, undone on failure.

    Raises
    ------
    UnknownTable
        A target, or a table some file reads, is made by no file and stands nowhere.
    BrokenPromise
        A table breaks a promise of one of its columns.
    PipelineError
        A query failed; the message names its table and its file.
    """
    ordered = _ordered(con, targets)
    built = []
    with _transaction(con):
        for schema in sorted({query.name.split(".")[0] for query in ordered}):
            con.execute(statement("create schema if not exists {schema}", schema=quoted(schema)))
        for query in ordered:
            start = perf_counter()
            rows = _create(con, query, as_of)
            built.append(Built(query.name, rows, perf_counter() - start))
            if on_table is not None:
                on_table(query.name, rows, built[-1].seconds)
    return built


def frame(con: duckdb.DuckDBPyConnection, name: str) -> pd.DataFrame:
    """A table as a data frame, its rows in the order of its columns from the left."""
    return con.execute(statement("select * from {name} order by all", name=_identifier(name))).df()


@cache
def queries() -> Mapping[str, Query]:
    """Every SQL file by the name of the table it makes."""
    paths = [path for schema in SCHEMAS for path in sorted((SQL / schema).glob("*.sql"))]
    return {query.name: query for query in map(_read, paths)}


def _read(path: Path) -> Query:
    sql = path.read_text(encoding="utf-8")
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    steps = {step.alias for step in tree.find_all(exp.CTE)}
    reads = frozenset(
        ".".join(part.name for part in table.parts)
        for table in tree.find_all(exp.Table)
        if table.db or table.name not in steps
    )
    return Query(
        name=".".join((path.parent.name, path.stem)),
        path=path,
        sql=sql,
        reads=reads,
        promises=promised(sql),
        is_dated="$as_of" in sql,
    )


def _ordered(con: duckdb.DuckDBPyConnection, targets: Collection[str] | None) -> list[Query]:
    """The queries to run, each after those it reads; tables that stand are not made again."""
    files = queries()
    standing = _standing(con)
    graph: dict[str, frozenset[str]] = {}
    unknown: list[str] = []
    waiting = [(name, "the targets") for name in _named(targets)]
    while waiting:
        name, reader = waiting.pop()
        if name in graph or name in standing:
            continue
        if name not in files:
            unknown.append(f"{name} (read by {reader})")
            continue
        graph[name] = files[name].reads
        source = files[name].path.relative_to(SQL.parent).as_posix()
        waiting += [(read, source) for read in files[name].reads]
    if unknown:
        missing = ", ".join(sorted(set(unknown)))
        raise UnknownTable(f"No file makes these tables and nobody supplied them: {missing}")
    order = TopologicalSorter({name: sorted(reads) for name, reads in sorted(graph.items())})
    return [files[name] for name in order.static_order() if name in graph]


def _named(targets: Collection[str] | None) -> Iterable[str]:
    files = queries()
    if targets is None:
        return [name for name in files if not name.startswith(_ASKED_FOR)]
    return [
        name
        for target in sorted(targets)
        for name in ([target] if "." in target else _of_schema(target, files))
    ]


def _of_schema(schema: str, files: Mapping[str, Query]) -> list[str]:
    names = [name for name in sorted(files) if name.startswith(schema + ".")]
    if not names:
        raise UnknownTable(f"There is no schema {schema}")
    return names


def _standing(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Names under which queries may read the tables that exist; the store's carry its catalog."""
    rows = con.execute(
        "select database_name, schema_name, table_name from duckdb_tables()"
        " union all select database_name, schema_name, view_name from duckdb_views()"
        " where not internal"
    ).fetchall()
    names = set()
    for database, schema, table in rows:
        if database != LEDGER:
            names.add(".".join((schema, table)))
        elif schema == "main":
            names.add(".".join((LEDGER, table)))
        else:
            names.add(".".join((LEDGER, schema, table)))
    return names


def _create(con: duckdb.DuckDBPyConnection, query: Query, as_of: date) -> int:
    parameters = {"as_of": as_of} if query.is_dated else None
    try:
        made = con.execute(
            statement("create table {name} as {sql}", name=_identifier(query.name), sql=query.sql),
            parameters,
        ).fetchall()
    except duckdb.Error as error:
        source = query.path.relative_to(SQL.parent).as_posix()
        raise PipelineError(f"{query.name} ({source}): {_in_short(error)}") from error
    check(con, query.name, query.promises)
    return int(made[0][0])


def _in_short(error: duckdb.Error) -> str:
    """What went wrong and where, without the engine's list of candidates."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    where = [line.strip() for line in lines[1:] if line.startswith("LINE ")]
    return "; ".join([*lines[:1], *where])


@contextmanager
def _transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """The caller's transaction if one is open, else one that ends here.

    A second BEGIN would abort the caller's, so it is asked whether two statements in a row run
    in the same transaction.
    """
    first, second = (con.execute("select txid_current()").fetchall() for _ in range(2))
    if first == second:
        yield
        return
    con.begin()
    try:
        yield
        con.commit()
    except BaseException:
        con.rollback()
        raise


def _framed(columns: Mapping[str, str], rows: Sequence[Sequence[object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=pd.Index(list(columns)), dtype=object)


def _arrow(con: duckdb.DuckDBPyConnection, target: str, frame: pd.DataFrame) -> pa.Table:
    """The frame in the types of the table it goes to.

    Amounts travel as text, so that neither a Decimal loses a cent nor a float is refused; the
    table's own type rounds them. Columns of numbers keep their type and are cast on arrival.
    """
    empty = statement("select * from {target} limit 0", target=target)
    schema = con.sql(empty).to_arrow_table().schema
    arrays = []
    for column in frame.columns:
        values = frame[column]
        kind = schema.field(column).type
        if not pd.api.types.is_object_dtype(values):
            arrays.append(pa.array(values, from_pandas=True))
        elif pa.types.is_decimal(kind):
            texts = values.map(str).where(values.notna(), None)
            arrays.append(pa.array(texts, type=pa.string(), from_pandas=True))
        else:
            arrays.append(pa.array(values, type=kind, from_pandas=True))
    return pa.table(arrays, names=list(frame.columns))


def _identifier(*names: str) -> str:
    return ".".join(quoted(part) for name in names for part in name.split("."))
