"""One table of a file, delimited text or a sheet of a workbook: its header and its rows."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from pipelines.errors import LedgerRefused
from pipelines.sources import text

WORKBOOKS = (".xlsx", ".xlsm")

_SAMPLE_ROWS = 60
_MAX_UNPACKED = 4_000_000_000
_MAX_ROWS = 1_048_576  # of a sheet, by the format (ECMA-376)
_LARGE_SHEET = 50_000_000
_CHUNK = 1 << 20
_NAMES = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "vertical bars"}


@dataclass(frozen=True, slots=True)
class Tabular:
    """A header, rows on demand, and how they were found.

    ``rows()`` starts afresh each time: records after the header with the number of their line,
    the first line of the file or sheet being 1. ``notes`` are sentences for the user.
    """

    header: tuple[str, ...]
    rows: Callable[[], Iterator[tuple[int, list[str]]]]
    notes: tuple[str, ...]
    separator: str | None = None
    encoding: str | None = None
    sheet: str | None = None


def open_tabular(
    path: Path,
    likeness: Callable[[Sequence[str]], float],
    *,
    encoding: str | None = None,
    separator: str | None = None,
    sheet: str | None = None,
) -> Tabular:
    """The table in ``path``; in a workbook, the sheet whose header has the highest ``likeness``.

    Raises ``LedgerRefused`` when the file is missing, is neither text nor a workbook, or has no
    such sheet.
    """
    if not path.is_file():
        raise LedgerRefused(f"{path}: there is no such file.")
    with path.open("rb") as file:
        zipped = file.read(4) == b"PK\x03\x04"
    if zipped and path.suffix.lower() in WORKBOOKS:
        return _workbook(path, likeness, sheet)
    shape = text.sniff(path, encoding=encoding, separator=separator)
    notes = [
        f"Read as {shape.encoding} text, columns separated by "
        f"{_NAMES.get(shape.separator, repr(shape.separator))}."
    ]
    if shape.header_row > 1:
        notes.append(f"The header is on line {shape.header_row}; the lines above are titles.")
    return Tabular(
        header=shape.header,
        rows=lambda: text.rows(path, shape),
        notes=tuple(notes),
        separator=shape.separator,
        encoding=shape.encoding,
    )


def _workbook(path: Path, likeness: Callable[[Sequence[str]], float], sheet: str | None) -> Tabular:
    names = _sheet_names(path)
    if sheet is not None and sheet not in names:
        raise LedgerRefused(f"{path.name} has no sheet {sheet!r}; it has {', '.join(names)}.")
    found: list[tuple[float, int, str, tuple[str, ...], int]] = []
    for rank, name in enumerate(names if sheet is None else [sheet]):
        sample = list(islice(_records(path, name), _SAMPLE_ROWS))
        position = text.header_position([cells for _, cells in sample])
        if position is None:
            continue
        line, cells = sample[position]
        if len(cells) > text.MAX_COLUMNS:
            raise LedgerRefused(
                f"{path.name}, sheet {name}: {len(cells):,} columns; "
                f"{text.MAX_COLUMNS} is the most it may have."
            )
        header = text.unique_names(cells)
        found.append((likeness(header), -rank, name, header, line))
    if not found:
        raise LedgerRefused(f"{path.name} has no sheet with a line that names its columns.")
    _, _, name, header, line = max(found)
    notes = [f"Read from the sheet {name!r}" + _others(names, name)]
    if line > 1:
        notes.append(f"The header is on line {line}; the lines above are titles.")
    return Tabular(
        header=header,
        rows=lambda: _below(_records(path, name), line, len(header)),
        notes=tuple(notes),
        sheet=name,
    )


def _others(names: Sequence[str], chosen: str) -> str:
    others = [repr(name) for name in names if name != chosen]
    return f"; the sheets {', '.join(others[:10])} were left aside." if others else "."


def _below(
    records: Iterable[tuple[int, list[str]]], header_row: int, width: int
) -> Iterator[tuple[int, list[str]]]:
    for line, cells in records:
        if line > header_row and cells:
            # A sheet does not store the empty cells at the end of a row.
            yield line, cells + [""] * (width - len(cells))


def _sheet_names(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as packed:
            entries = packed.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if unpacked > _MAX_UNPACKED:
                raise LedgerRefused(
                    f"{path.name} unpacks to {unpacked:,} bytes, too much for a workbook."
                )
            for entry in entries:
                if entry.file_size > _LARGE_SHEET and "worksheets/" in entry.filename:
                    _check_rows(packed, entry, path.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise LedgerRefused(f"{path.name} is a damaged workbook ({error}).") from error
    with _opened(path) as workbook:
        return [sheet.title for sheet in workbook.worksheets]


def _check_rows(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> None:
    """Refuse a sheet of more rows than the format allows: counted in seconds, read in minutes."""
    rows = 0
    with packed.open(entry) as sheet:
        while chunk := sheet.read(_CHUNK):
            rows += chunk.count(b"<row")
            if rows > _MAX_ROWS:
                raise LedgerRefused(
                    f"{name} has a sheet of more than {_MAX_ROWS:,} rows, the most a workbook can"
                    " hold; export it again, or as CSV."
                )


class _opened:
    """A workbook open for streaming; its faults become refusals, its warnings are not ours."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> openpyxl.Workbook:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._workbook = openpyxl.load_workbook(
                    self._path, read_only=True, data_only=True, keep_links=False
                )
        except (InvalidFileException, KeyError, ValueError, OSError, SyntaxError) as error:
            raise LedgerRefused(f"{self._path.name} cannot be read as a workbook.") from error
        return self._workbook

    def __exit__(self, *_: object) -> None:
        self._workbook.close()


def _records(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Rows of a sheet as texts, without the empty cells at their end; blank rows are empty."""
    with _opened(path) as workbook, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        worksheet = workbook[sheet]
        # Some programs declare a sheet of 16,384 columns, others of one cell.
        worksheet.reset_dimensions()
        try:
            for line, values in enumerate(worksheet.iter_rows(values_only=True), start=1):
                cells = [cell_text(value) for value in values]
                while cells and not cells[-1]:
                    cells.pop()
                yield line, cells
        except (KeyError, ValueError, SyntaxError, zipfile.BadZipFile) as error:
            raise LedgerRefused(f"{path.name}, sheet {sheet}: damaged ({error}).") from error


def cell_text(value: object) -> str:
    """A cell of a workbook as text: ISO dates, decimal points, no noise of binary fractions.

    A number with exactly three decimals gets a fourth, so that it is not taken for thousands.

    >>> cell_text(datetime(2024, 3, 1)), cell_text(1234.5), cell_text(0.1 + 0.2), cell_text(1.234)
    ('2024-03-01', '1234.5', '0.3', '1.2340')
    >>> cell_text(12.0), cell_text(None), cell_text(True), cell_text(" a\\xa0")
    ('12', '', 'true', 'a')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        number = f"{value:.10f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else repr(value)
        return number + "0" if re.fullmatch(r"-?\d+\.\d{3}", number) else number
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()
