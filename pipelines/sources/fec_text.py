"""The text of a FEC: its encoding, its separator, its header, and its lines in batches.

A FEC (fichier des écritures comptables, article A47 A-1 of the *livre des procédures fiscales*)
is a text with one accounting line per line and a header of 18 columns, 22 in some regimes.
What software really writes is looser than the article; what is tolerated here is said in the
header that is returned.
"""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import pyarrow as pa

from pipelines.errors import LedgerRefused

# Legal names of the columns in lower case, and the names they bear here.
LEGAL_NAMES = {
    "journalcode": "journal_code",
    "journallib": "journal_label",
    "ecriturenum": "entry_number",
    "ecrituredate": "entry_date",
    "comptenum": "account",
    "comptelib": "account_label",
    "compauxnum": "auxiliary",
    "compauxlib": "auxiliary_label",
    "pieceref": "piece",
    "piecedate": "piece_date",
    "ecriturelib": "label",
    "debit": "debit",
    "credit": "credit",
    "montant": "amount",
    "sens": "side",
    "ecriturelet": "letter",
    "datelet": "letter_date",
    "validdate": "valid_date",
    "montantdevise": "foreign_amount",
    "idevise": "foreign_currency",
}
REQUIRED = ("journal_code", "entry_number", "entry_date", "account")
TEXTS = (
    *("journal_code", "journal_label", "entry_number", "entry_date", "account", "account_label"),
    *("auxiliary", "auxiliary_label", "piece", "piece_date", "label"),
    *("letter", "letter_date", "foreign_amount", "foreign_currency"),
)
SCHEMA = pa.schema(
    [
        pa.field("row_number", pa.int64()),
        pa.field("line", pa.string()),
        pa.field("fault", pa.string()),
        *(pa.field(name, pa.string()) for name in (*TEXTS, "debit", "credit")),
    ]
)

_BATCH = 20_000
# A longer line is no accounting line: reading by pieces keeps a file without line ends in bounds.
_LONGEST = 1 << 16
_SEPARATORS = {"\t": "tab", "|": "pipe", ";": "semicolon"}
_DEBIT_SIDES = frozenset({"d", "+1", "1", "debit", "débit"})
_CREDIT_SIDES = frozenset({"c", "-1", "credit", "crédit"})


@dataclass(frozen=True, slots=True)
class Layout:
    """How one FEC is written.

    ``positions`` maps our names to the places of the columns; ``width`` is the number of named
    columns, and ``widths`` the numbers of fields a line may have, empty ones at its end included;
    ``header_lines`` is the number of physical lines up to the header, header included.
    """

    encoding: str
    newline: str
    separator: str
    quoted: bool
    width: int
    widths: frozenset[int]
    positions: dict[str, int]
    header_lines: int

    @property
    def has_side(self) -> bool:
        """Whether amounts come as Montant and Sens instead of Debit and Credit."""
        return "debit" not in self.positions

    def notes(self) -> list[str]:
        """What was chosen, in sentences for the user."""
        form = "Montant and Sens" if self.has_side else "Debit and Credit"
        name = _SEPARATORS[self.separator]
        return [
            f"encoding {self.encoding}, separator {name}, {self.width} columns, amounts in {form}"
        ]


def looks_like_fec(path: Path) -> bool:
    """Whether the file begins with the header of a FEC; False for anything unreadable."""
    try:
        read_layout(path)
    except (LedgerRefused, OSError):
        return False
    return True


def read_layout(path: Path) -> Layout:
    """Find encoding, separator and header.

    Raises LedgerRefused, in one line, when the text has no header of a FEC.
    """
    with path.open("rb") as file:
        start = file.read(_LONGEST)
    bom = _encoding_of_mark(start)
    # A header of a FEC is ASCII, so a first look may read any eight-bit text as Latin-1.
    text = start.decode(bom or "latin-1", errors="replace").lstrip("\ufeff")
    newline = "\r" if "\n" not in text and "\r" in text else "\n"
    lines = text.split(newline)
    above = next((i for i, line in enumerate(lines) if line.strip()), 0)
    header = lines[above].strip("\r")
    for separator in _SEPARATORS:
        names = next(csv.reader([header], delimiter=separator)) if "\x00" not in header else []
        positions = _positions(names)
        if _is_header(positions):
            width = max(i for i, name in enumerate(names) if name.strip()) + 1
            below = lines[above + 1 :] if len(start) < _LONGEST else lines[above + 1 : -1]
            return Layout(
                encoding=bom or _eight_bit_encoding(path),
                newline=newline,
                separator=separator,
                quoted=header.lstrip().startswith('"'),
                width=width,
                # Some software ends the lines, but not the header, with a separator.
                widths=frozenset({width, len(names), _usual_width(below, separator)}),
                positions=positions,
                header_lines=above + 1,
            )
    raise LedgerRefused(
        f"{path.name}: no header of a FEC (JournalCode, EcritureNum, EcritureDate, CompteNum, "
        "Debit and Credit or Montant and Sens, separated by tab or pipe)"
    )


def read_lines(path: Path, layout: Layout) -> pa.RecordBatchReader:
    """Stream the lines below the header as text, 20,000 at a time, with the columns of ``SCHEMA``.

    ``fault`` says why a line could not be divided into its columns, and only then ``line`` is the
    text of it; ``row_number`` counts
    physical lines, the first line of the file being 1. Blank lines are no rows.
    """
    return pa.RecordBatchReader.from_batches(SCHEMA, _batches(path, layout))


def _batches(path: Path, layout: Layout) -> Iterator[pa.RecordBatch]:
    with path.open(encoding=layout.encoding, errors="replace", newline=layout.newline) as file:
        lines = enumerate(iter(partial(file.readline, _LONGEST), ""), start=1)
        for _ in islice(lines, layout.header_lines):
            continue
        while numbered := list(islice(lines, _BATCH)):
            yield _batch(numbered, layout)


def _batch(numbered: list[tuple[int, str]], layout: Layout) -> pa.RecordBatch:
    """The lines of one batch by columns: first those that divide as they should, then the rest."""
    numbers: list[int] = []
    rows: list[Sequence[str]] = []
    faulty: list[tuple[int, str, str, str | None, str | None]] = []
    for number, raw in numbered:
        line = raw.rstrip("\r\n")
        fields: Sequence[str] = line.split(layout.separator)
        if len(fields) != layout.width or layout.quoted or "\x00" in line or "\r" in line:
            line = line.replace("\x00", "").replace("\r", " ")
            if not line.strip():
                continue
            fields = _fields(line, layout)
            fault = _fault(fields, layout)
            if fault is not None:
                # Before a cut, columns are still in their places; the last field may be half.
                whole = fields[:-1] if len(fields) < layout.width else ()
                faulty.append((number, line, fault, *_amounts_before_cut(whole, layout)))
                continue
            fields = fields[: layout.width]
        numbers.append(number)
        rows.append(fields)
    return _by_columns(numbers, rows, faulty, layout)


def _by_columns(
    numbers: list[int],
    rows: list[Sequence[str]],
    faulty: list[tuple[int, str, str, str | None, str | None]],
    layout: Layout,
) -> pa.RecordBatch:
    fields = list(zip(*rows, strict=True)) if rows else [()] * layout.width
    n_rows, n_faulty = len(rows), len(faulty)
    places = {name: layout.positions.get(name) for name in TEXTS}
    columns: dict[str, list[int | str | None]] = {
        name: [*([""] * n_rows if place is None else fields[place]), *[None] * n_faulty]
        for name, place in places.items()
    }
    first, second = (fields[place] for place in _amount_places(layout))
    faults: list[str | None] = [None] * n_rows
    if layout.has_side:
        sides = [_side(text) for text in second]
        faults = [None if side else "Sens is neither D nor C" for side in sides]
        pairs = [_on_side(text, side) for text, side in zip(first, sides, strict=True)]
        debits: list[str | None] = [debit for debit, _ in pairs]
        credits_: list[str | None] = [credit for _, credit in pairs]
    else:
        debits, credits_ = list(first), list(second)
    columns["row_number"] = [*numbers, *(fault[0] for fault in faulty)]
    columns["line"] = [*[None] * n_rows, *(fault[1] for fault in faulty)]
    columns["fault"] = [*faults, *(fault[2] for fault in faulty)]
    columns["debit"] = [*debits, *(fault[3] for fault in faulty)]
    columns["credit"] = [*credits_, *(fault[4] for fault in faulty)]
    arrays = [pa.array(columns[field.name], type=field.type) for field in SCHEMA]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _fields(line: str, layout: Layout) -> Sequence[str]:
    if layout.quoted:
        return next(csv.reader([line], delimiter=layout.separator))
    fields = line.split(layout.separator)
    # A FEC has no quoting, and a name may hold a quotation mark: only a line that does not
    # divide otherwise is read with quotes.
    if len(fields) > layout.width and '"' in line:
        quoted = next(csv.reader([line], delimiter=layout.separator))
        return quoted if len(quoted) < len(fields) else fields
    return fields


def _fault(fields: Sequence[str], layout: Layout) -> str | None:
    has_more = any(field.strip() for field in fields[layout.width :])
    # A separator too many inside a name would shift the amounts: it must not pass as trailing.
    if len(fields) < layout.width or has_more or len(fields) not in layout.widths:
        return f"{len(fields)} fields where the header has {layout.width}"
    return None


def _amounts_before_cut(fields: Sequence[str], layout: Layout) -> tuple[str | None, str | None]:
    first, second = _amount_places(layout)
    if max(first, second) >= len(fields):
        return None, None
    if layout.has_side:
        return _on_side(fields[first], _side(fields[second]))
    return fields[first], fields[second]


def _amount_places(layout: Layout) -> tuple[int, int]:
    first, second = ("amount", "side") if layout.has_side else ("debit", "credit")
    return layout.positions[first], layout.positions[second]


def _side(text: str) -> str:
    """``debit``, ``credit``, or nothing for a Sens that says neither."""
    plain = text.strip().casefold()
    return "debit" if plain in _DEBIT_SIDES else "credit" if plain in _CREDIT_SIDES else ""


def _on_side(amount: str, side: str) -> tuple[str | None, str | None]:
    if not side:
        return None, None
    return (amount, "") if side == "debit" else ("", amount)


def _encoding_of_mark(start: bytes) -> str | None:
    marks = (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    )
    return next((name for mark, name in marks if start.startswith(mark)), None)


def _eight_bit_encoding(path: Path) -> str:
    """UTF-8 when the whole file is, else the code page of French Windows."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            for chunk in iter(partial(file.read, 1 << 20), b""):
                decoder.decode(chunk)
            # A file cut in the middle of a letter is still UTF-8: the tail is not checked.
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _usual_width(lines: Sequence[str], separator: str) -> int:
    widths = Counter(line.count(separator) + 1 for line in lines if line.strip())
    return min(widths, key=lambda width: (-widths[width], width), default=0)


def _positions(names: Sequence[str]) -> dict[str, int]:
    positions: dict[str, int] = {}
    for place, name in enumerate(names):
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        ours = LEGAL_NAMES.get(re.sub(r"[^a-z]", "", plain.lower()))
        if ours is not None:
            positions.setdefault(ours, place)
    return positions


def _is_header(positions: dict[str, int]) -> bool:
    has_amounts = {"debit", "credit"} <= positions.keys() or {"amount", "side"} <= positions.keys()
    return has_amounts and all(name in positions for name in REQUIRED)
