"""Delimited text from any accounting program: how it is written, and its rows as a stream.

Nothing here knows invoices. A file is read three times at most: once for its bytes (encoding,
binary, endless lines), once for a sample of lines (separator, header), once for its rows.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.errors import LedgerRefused
from pipelines.sources.encoding import encoding_of
from pipelines.store import quoted, statement

MAX_COLUMNS = 500
MAX_LINES_PER_RECORD = 100
BATCH_ROWS = 50_000

_SAMPLE_LINES = 300
_SAMPLE_CHARACTERS = 2_000_000
_HEADER_WITHIN = 60
_SEPARATORS = (";", ",", "\t", "|")
# What a header cell never is: a number or a date.
_DATA = re.compile(r"[-+(]?[\d\s.,'/:\u00a0\u202f%€$£)-]+")


@dataclass(frozen=True)
class TextShape:
    """How a delimited file is written.

    ``header`` holds the names of the columns, made unique without regard to case (a second
    ``Amount`` becomes ``Amount (2)``, an empty name ``column 3``, and ``row_number``, which is
    ours, ``row_number (2)``). ``header_row`` is its line, the first being 1. ``line_ending`` is
    ``\\n``, ``\\r\\n``, ``\\r`` or ``\\r\\r\\n``. ``quote`` is the quoting character, or empty:
    ``dataclasses.replace(shape, quote="")`` reads a file that never quotes, such as a FEC.
    """

    encoding: str
    separator: str
    header: tuple[str, ...]
    header_row: int
    line_ending: str
    quote: str = '"'


def sniff(path: Path, *, encoding: str | None = None, separator: str | None = None) -> TextShape:
    """How ``path`` is written; what is given is taken as said, the rest is detected.

    The bytes are checked to the end of the file, the separator and the header on a sample.
    Raises ``LedgerRefused`` for an empty or binary file, bytes that are not in the encoding
    given, a line of more than 10 MB, more than ``MAX_COLUMNS`` columns, or no header.
    """
    encoding = encoding_of(path, encoding)
    lines, line_ending = _sample(path, encoding)
    candidates = (separator,) if separator else _SEPARATORS
    if any(len(candidate) != 1 for candidate in candidates):
        raise LedgerRefused(f"{path.name}: a separator is one character, not {separator!r}.")
    # A lone quote inside the sample must not hide its other lines from the choice.
    scored = [(_score(lines, candidate), -rank) for rank, candidate in enumerate(candidates)]
    best = candidates[-max(scored)[1]]
    header, header_row = _header(path, lines, best)
    return TextShape(encoding, best, header, header_row, line_ending)


def rows(path: Path, shape: TextShape) -> Iterator[tuple[int, list[str]]]:
    """Records after the header, each with the line on which it starts (the first line is 1).

    Blank lines are skipped (a line of empty cells is not blank), cells lose the spaces around
    them, non-breaking ones too, and empty cells beyond the header are dropped, so that trailing
    separators do not count. Raises ``LedgerRefused`` when a quote is not closed.
    """
    lines = _Lines(_lines(path, shape))
    width = len(shape.header)
    reader = _reader(lines, shape.separator, shape.quote)
    started = 1
    try:
        for record in reader:
            if lines.ended or lines.count - started >= MAX_LINES_PER_RECORD:
                raise _unclosed(path, started)
            line, started = started, lines.count + 1
            if line <= shape.header_row or not record:
                continue
            cells = [cell.strip() for cell in record]
            if len(cells) == 1 and not cells[0]:
                continue
            while len(cells) > width and not cells[-1]:
                cells.pop()
            yield line, cells
    except csv.Error as error:
        raise _unclosed(path, started) from error


def to_table(
    con: duckdb.DuckDBPyConnection,
    name: str,
    columns: Sequence[str],
    rows: Iterable[tuple[int, Sequence[str]]],
    *,
    ragged: str | None = None,
) -> int:
    """Stream ``rows`` into the TEMP table ``name``; returns how many rows it holds.

    The table has ``row_number BIGINT`` and the ``columns``, all VARCHAR; names are unique
    without regard to case and none is ``row_number`` (``TextShape.header`` sees to both). At most
    ``BATCH_ROWS`` rows are held in memory. Rows with too few or too many cells go, in the same
    pass, to the TEMP table ``ragged``: ``row_number BIGINT, reason VARCHAR, payload VARCHAR`` (a
    JSON object of the cells under their headers, surplus ones as a list under ``surplus``); the
    table is made even when it stays empty. Without ``ragged``, the first such row raises
    ``LedgerRefused``.
    """
    schema = pa.schema([("row_number", pa.int64()), *((column, pa.string()) for column in columns)])
    odd_schema = pa.schema(
        [("row_number", pa.int64()), ("reason", pa.string()), ("payload", pa.string())]
    )
    _append(con, name, schema, [], create=True)
    if ragged is not None:
        _append(con, ragged, odd_schema, [], create=True)
    count, width = 0, len(columns)
    batch: list[tuple[int, Sequence[str]]] = []
    odd: list[tuple[int, str, str]] = []
    for number, cells in rows:
        if len(cells) == width:
            batch.append((number, cells))
        elif ragged is None:
            raise LedgerRefused(f"Line {number} has {_misfit(columns, cells)[0]}.")
        else:
            odd.append((number, *_misfit(columns, cells)))
        if len(batch) >= BATCH_ROWS:
            count += _append(con, name, schema, _columns(batch))
            batch = []
        if ragged is not None and len(odd) >= BATCH_ROWS:
            _append(con, ragged, odd_schema, [list(values) for values in zip(*odd, strict=True)])
            odd = []
    if batch:
        count += _append(con, name, schema, _columns(batch))
    if odd and ragged is not None:
        _append(con, ragged, odd_schema, [list(values) for values in zip(*odd, strict=True)])
    return count


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Names of columns made unique without regard to case, none empty, none ``row_number``.

    >>> unique_names(["Date", "date", "", "row_number"])
    ('Date', 'date (2)', 'column 3', 'row_number (2)')
    """
    taken, unique = {"row_number"}, []
    for position, name in enumerate(names, start=1):
        base = " ".join(name.split()) or f"column {position}"
        candidate, copy = base, 1
        while candidate.casefold() in taken:
            copy += 1
            candidate = f"{base} ({copy})"
        taken.add(candidate.casefold())
        unique.append(candidate)
    return tuple(unique)


def looks_like_data(cell: str) -> bool:
    """Whether a cell is a number or a date rather than the name of a column.

    >>> looks_like_data("1 234,50 €"), looks_like_data("31/12/2024"), looks_like_data("Montant")
    (True, True, False)
    """
    return _DATA.fullmatch(cell) is not None


def header_position(records: Sequence[Sequence[str]]) -> int | None:
    """Index of the record that names the columns, below title lines; None if none does.

    It is the first one that fills most of the usual width with words.
    """
    widths = Counter(sum(1 for cell in record if cell) for record in records)
    widths.pop(0, None)
    if not widths:
        return None
    wide = [width for width in widths if width > 1] or [1]
    usual = max(wide, key=lambda width: (widths[width], width))
    for index, record in enumerate(records[:_HEADER_WITHIN]):
        filled = [cell for cell in record if cell]
        words = sum(1 for cell in filled if not looks_like_data(cell))
        if len(filled) >= max(1, 0.6 * usual) and words > 0.5 * len(filled):
            return index
    return None


class _Lines:
    """Lines on their way to a reader: how many it took, and whether it asked beyond the last.

    ``ended`` is true once it did: in the middle of a record, that is an unclosed quote.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.count = 0
        self.ended = False
        self._lines = iter(lines)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = next(self._lines)
        except StopIteration:
            self.ended = True
            raise
        self.count += 1
        return line


def _lines(path: Path, shape: TextShape) -> Iterator[str]:
    """Lines of a file, ended by a single newline whatever the file ends them with."""
    newline = "\r" if shape.line_ending == "\r" else "\n"
    # cp1252 leaves five bytes without a character: they become the replacement sign.
    with path.open(encoding=shape.encoding, errors="replace", newline=newline) as file:
        for line in file:
            yield line.rstrip("\r\n").replace("\r", " ") + "\n"


def _reader(lines: Iterable[str], separator: str, quote: str) -> Iterator[list[str]]:
    if quote:
        return csv.reader(lines, delimiter=separator, quotechar=quote, skipinitialspace=True)
    return csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)


def _unclosed(path: Path, line: int) -> LedgerRefused:
    return LedgerRefused(
        f"{path.name}, line {line}: a quote is opened and not closed, or the cell is too long. "
        "Close it, or double the quotes inside the cell."
    )


def _misfit(columns: Sequence[str], cells: Sequence[str]) -> tuple[str, str]:
    cell = "cell" if len(cells) == 1 else "cells"
    reason = f"{len(cells)} {cell} where the header has {len(columns)}"
    payload: dict[str, str | list[str]] = dict(zip(columns, cells, strict=False))
    if len(cells) > len(columns):
        payload["surplus"] = list(cells[len(columns) :][:MAX_COLUMNS])
    return reason, json.dumps(payload, ensure_ascii=False)


def _columns(batch: Sequence[tuple[int, Sequence[str]]]) -> list[Sequence[object]]:
    numbers = [number for number, _ in batch]
    return [numbers, *zip(*(cells for _, cells in batch), strict=True)]


def _append(
    con: duckdb.DuckDBPyConnection,
    name: str,
    schema: pa.Schema,
    values: Sequence[Sequence[object]],
    *,
    create: bool = False,
) -> int:
    columns = values or [[] for _ in schema]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    arriving = pa.Table.from_arrays(arrays, schema=schema)
    template = "insert into {name} select * from arriving_batch"
    if create:
        template = "create or replace temp table {name} as select * from arriving_batch"
    con.register("arriving_batch", arriving)
    try:
        con.execute(statement(template, name=quoted(name))).fetchall()
    finally:
        con.unregister("arriving_batch")
    return int(arriving.num_rows)


def _sample(path: Path, encoding: str) -> tuple[list[str], str]:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        text = file.read(_SAMPLE_CHARACTERS)
    controls = sum(text.count(chr(code)) for code in range(32) if code not in (9, 10, 12, 13))
    if controls > 0.01 * len(text):
        raise LedgerRefused(f"{path.name} is not text: it holds control characters.")
    ending = "\r" if "\n" not in text and "\r" in text else "\n"
    if ending == "\n" and "\r\n" in text:
        ending = "\r\r\n" if text.count("\r\r\n") > text.count("\r\n") / 2 else "\r\n"
    pieces = text.split("\r" if ending == "\r" else "\n", _SAMPLE_LINES)
    if len(pieces) > _SAMPLE_LINES or (len(text) == _SAMPLE_CHARACTERS and len(pieces) > 1):
        pieces.pop()
    return [piece.rstrip("\r").replace("\r", " ") + "\n" for piece in pieces], ending


def _records(lines: Sequence[str], separator: str) -> list[tuple[int, list[str]]]:
    """Records of the sample with the line on which each starts."""
    source = _Lines(lines)
    started, found = 1, []
    try:
        for record in _reader(source, separator, '"'):
            found.append((started, [cell.strip() for cell in record]))
            started = source.count + 1
    except csv.Error:
        return found
    return found


def _score(lines: Sequence[str], separator: str) -> float:
    """How much like a table the sample is under a separator: even width, a header of words."""
    records = [record for _, record in _records(lines, separator) if any(record)]
    widths = Counter(len(record) for record in records if len(record) > 1)
    if not widths:
        return 0.0
    usual, times = max(widths.items(), key=lambda item: (item[1], item[0]))
    position = header_position(records)
    # Decimal commas are as regular as separators, but their header is one cell.
    header = len(records[position]) >= 0.6 * usual if position is not None else False
    return times / len(records) * min(usual, 12) * (1.0 if header else 0.1)


def _header(path: Path, lines: Sequence[str], separator: str) -> tuple[tuple[str, ...], int]:
    found = [(line, record) for line, record in _records(lines, separator) if any(record)]
    position = header_position([record for _, record in found])
    if position is None:
        raise LedgerRefused(f"{path.name} has no line that names its columns.")
    line, names = found[position]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise LedgerRefused(
            f"{path.name} has {len(names):,} columns; {MAX_COLUMNS} is the most it may have."
        )
    return unique_names(names), line
