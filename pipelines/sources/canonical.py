"""Canonical sources: one CSV or Parquet file per table of the contract, named after it."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from data_schema import Table, tables
from pipelines.errors import LedgerRefused
from pipelines.intake import arrival_order
from pipelines.sources import text
from pipelines.sources.encoding import encoding_of
from pipelines.sources.reading import Incoming, Reading
from pipelines.store import count, literal, quoted, statement
from pipelines.typed_rows import check_columns, check_width

SUFFIXES = (".csv", ".parquet")
BATCH_ROWS = 50_000

_NUMBER = "row_number"  # no column of a source has this name: `text.unique_names` sees to it


def read(con: duckdb.DuckDBPyConnection, path: Path) -> list[Reading]:
    """One reading per table of a canonical folder, parents first, or of one such file.

    Raises ``LedgerRefused`` when no file is named after a table, two are named after the same
    one, or a file cannot be read or lacks a required column.
    """
    return [read_table(con, table, file) for table, file in files(path)]


def files(path: Path) -> list[tuple[str, Path]]:
    """Tables and their files, parents first; ``LedgerRefused`` if there is none or one too many.

    A file of another name is nobody's: `strangers` names them.
    """
    found: dict[str, Path] = {}
    for file in _inside(path):
        table = table_of(file)
        if table is None:
            continue
        if table in found:
            raise LedgerRefused(
                f"{path}: {found[table].name} and {file.name} are both the table {table};"
                " keep one of them"
            )
        if not file.is_file():
            raise LedgerRefused(
                f"{file} is no file that can be read (a pipe, a folder, or a link that leads"
                " nowhere); take it away"
            )
        found[table] = file
    if not found:
        raise LedgerRefused(
            f"{path}: no file here is named after a table of the contract"
            " (claims.csv, debtors.parquet, …); name them so, or import a single file"
        )
    return [(table, found[table]) for table in arrival_order() if table in found]


def strangers(path: Path) -> list[str]:
    """Names of the files in a folder that are no table of the contract."""
    return [file.name for file in _inside(path) if table_of(file) is None]


def table_of(path: Path) -> str | None:
    """The table a file is named after.

    >>> table_of(Path("ledger/Claims.CSV")), table_of(Path("ledger/invoices.csv"))
    ('claims', None)
    """
    name = path.stem.lower()
    return name if name in tables("in") and path.suffix.lower() in SUFFIXES else None


def is_canonical(path: Path) -> bool:
    """Whether a path is a folder with a table in it, or a file with a table's name and columns."""
    if path.is_dir():
        return any(table_of(file) for file in _inside(path))
    table = table_of(path)
    if table is None:
        return False
    if path.suffix.lower() == ".parquet":
        return True
    required = {column.name for column in tables("in")[table].columns if column.required}
    try:
        return required <= set(_header(path, tables("in")[table])[0])
    except LedgerRefused:
        return False


def read_table(con: duckdb.DuckDBPyConnection, table: str, path: Path) -> Reading:
    """One file, put as text into the TEMP table ``canonical_<table>`` as a stream.

    A row with too few or too many fields is refused; its amount counts as unreadable.
    """
    contract = tables("in")[table]
    relation = "canonical_" + table
    if path.suffix.lower() == ".parquet":
        rows = _parquet_to_table(con, relation, contract, path)
        return Reading(str(path), "canonical", [Incoming(table, relation)], read=rows)
    names, header_row = _header(path, contract)
    check_columns(contract, list(names), str(path))
    encoding = encoding_of(path, "utf-8")
    shape = text.TextShape(encoding, ",", names, header_row, "\n")
    uneven = relation + "_uneven"
    rows = text.to_table(con, relation, names, text.rows(path, shape), ragged=uneven)
    refused = relation + "_refused"
    con.execute(
        statement(
            """create or replace temp table {refused} as
            select
                row_number,
                {table} as table_name,
                reason || '; check the separators and quotes of this row' as reason,
                payload,
                0::decimal(38,2) as amount,
            from {uneven}""",
            refused=refused,
            uneven=uneven,
            table=literal(table),
        )
    )
    con.execute("drop table " + uneven)
    lost = count(con, "select count(*) from " + refused)
    return Reading(
        str(path),
        "canonical",
        [Incoming(table, relation)],
        read=rows + lost,
        unreadable_amounts=lost if contract.amount else 0,
        refused=refused if lost else None,
    )


def _inside(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.iterdir() if not file.name.startswith("."))


def _header(path: Path, table: Table) -> tuple[tuple[str, ...], int]:
    """Names of a CSV's columns and the line on which its header ends."""
    encoding = encoding_of(path, "utf-8")
    with path.open(encoding=encoding, newline="") as file:
        lines = csv.reader(file)
        try:
            names = next(lines, [])
        except csv.Error as error:
            raise LedgerRefused(f"{path}: the header cannot be read ({error})") from error
        return _named(path, table, names), lines.line_num


def _named(path: Path, table: Table, names: list[str]) -> tuple[str, ...]:
    """Columns under their canonical names; a canonical name may stand there once only."""
    check_width(len(names), str(path))
    stripped = [name.strip() for name in names]
    lowered = [name.lower() if name.lower() in table.names else name for name in stripped]
    twice = sorted({name for name in lowered if name in table.names and lowered.count(name) > 1})
    if twice:
        raise LedgerRefused(f"{path}: the column {', '.join(twice)} stands there twice; keep one")
    return text.unique_names(lowered)


def _parquet_to_table(
    con: duckdb.DuckDBPyConnection, relation: str, table: Table, path: Path
) -> int:
    try:
        with pq.ParquetFile(path) as file:
            names = _named(path, table, list(file.schema_arrow.names))
            check_columns(table, list(names), str(path))
            return _batches_to_table(con, relation, names, file)
    except (pa.ArrowException, OSError) as error:
        first = (str(error).splitlines() or ["unknown reason"])[0][:200]
        raise LedgerRefused(f"{path}: not a readable Parquet file ({first})") from error


def _batches_to_table(
    con: duckdb.DuckDBPyConnection, relation: str, names: tuple[str, ...], file: pq.ParquetFile
) -> int:
    columns = ", ".join(quoted(name) + " varchar" for name in names)
    con.execute(
        statement(
            "create or replace temp table {relation} (row_number bigint, {columns})",
            relation=relation,
            columns=columns,
        )
    )
    casts = ", ".join(
        _as_text(name, kind) for name, kind in zip(names, file.schema_arrow.types, strict=True)
    )
    insertion = statement(
        "insert into {relation} select {number}, {casts} from arriving_batch",
        number=quoted(_NUMBER),
        relation=relation,
        casts=casts,
    )
    rows = 0
    for batch in file.iter_batches(BATCH_ROWS):
        numbers = pa.array(range(rows + 2, rows + 2 + batch.num_rows), pa.int64())
        arriving = pa.Table.from_arrays([numbers, *batch.columns], names=[_NUMBER, *names])
        con.register("arriving_batch", arriving)
        try:
            con.execute(insertion).fetchall()
        finally:
            con.unregister("arriving_batch")
        rows += batch.num_rows
    return rows


def _as_text(name: str, kind: pa.DataType) -> str:
    column = quoted(name)
    if pa.types.is_floating(kind):
        # A missing number of pandas is not a value.
        return statement("case when not isnan({c}) then {c}::varchar end", c=column)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return statement("array_to_string({c}::varchar[], ';')", c=column)
    return column + "::varchar"
