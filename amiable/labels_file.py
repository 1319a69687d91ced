"""The queue of a labeller as a file to fill elsewhere, and the filled file back."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amiable import labels
from amiable.errors import AmiableError
from amiable.export import harmless, write
from amiable.home import Home
from data_schema import codes
from data_schema import word as code_word
from pipelines.entries import JournalRefused, check
from pipelines.journal import Entry, Journal
from pipelines.sources.tabular import open_tabular
from pipelines.warehouse import Warehouse

if TYPE_CHECKING:
    from pandas import DataFrame

MOST_LINES = 20_000
MOST_CASES = 500
_MOST_TOLD = 10
_LISTS = ("outcome", "dispute_reason", "payment_method", "action", "insolvency_kind")
_SPREAD = re.compile(r"^'(?=[=+\-@\t\r])")
_FRENCH_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did: lines read, without a label, new in the journal, already there."""

    read: int
    blank: int
    new: int
    known: int


def export(home: Home, to: Path, *, labeller: str, n: int, language: str) -> int:
    """Write the cases of a person that are left to label; the number of rows.

    Raises
    ------
    AmiableError
        For a folder that cannot be written or an ending that is none of csv, xlsx, parquet.
    """
    with Warehouse(home.path) as warehouse:
        told = standing(home, as_of(warehouse))
        frame = sheet(warehouse, told, labeller=labeller, n=n, lang=language)
    write(frame, to, watermark="DEMO, invented" if home.is_demo else None)
    return len(frame)


def sheet(
    warehouse: Warehouse, entries: list[Entry], *, labeller: str, n: int, lang: str
) -> DataFrame:
    """The cases of a person left to label, one row each: facts, exchanges, and cells to fill."""
    import pandas as pd

    day = as_of(warehouse)
    given = labels.given(warehouse, entries)
    queue = labels.queue_of(warehouse, given, labeller=labeller, day=day, n=n)
    rows = [
        {
            labels.word("columns", "debtor_id", lang): case.debtor_id,
            labels.word("columns", "profile", lang): "",
            labels.word("columns", "remark", lang): "",
            labels.word("columns", "labelled_by", lang): labeller,
            labels.word("columns", "labelled_on", lang): "",
            **{
                labels.word("facts", name, lang): _cell(name, value, lang)
                for name, value in case.facts.items()
            },
            labels.word("columns", "events", lang): "\n".join(
                event_line(event, lang) for event in case.events
            ),
            labels.word("columns", "offered_on", lang): day.isoformat(),
        }
        for case in labels.cases(warehouse, queue["debtor_id"][~queue["done"]])
    ]
    return pd.DataFrame(rows)


def sheet_csv(frame: DataFrame) -> bytes:
    """The sheet as a CSV file that a French spreadsheet opens by itself."""
    return bytes(harmless(frame).to_csv(index=False, sep=";").encode("utf-8-sig"))


def as_of(warehouse: Warehouse) -> date:
    """The day that the warehouse shows."""
    day = warehouse.versions()[0]["as_of"]
    return day.date() if isinstance(day, datetime) else day


def event_line(event: Mapping[str, Any], lang: str) -> str:
    """One event in words, its note last."""
    parts = [
        str(event["happened_at"])[:10],
        labels.word("events", str(event["kind"]), lang),
        _code(event["label_code"], lang),
        code_word("channel", event["channel"], lang) if event["channel"] else "",
        "" if event["amount"] is None else f"{event['amount']:.2f}",
        event["note"] or "",
    ]
    return " · ".join(part for part in parts if part)


def _code(code: object, lang: str) -> str:
    for name in _LISTS:
        if isinstance(code, str) and code in codes(name):
            return code_word(name, code, lang)
    return ""


def _cell(name: str, value: Any, lang: str) -> object:
    if value is None or value != value:
        return None
    if name == "debtor_kind":
        return code_word("debtor_kind", str(value), lang)
    if isinstance(value, bool):
        return ("oui" if lang == "fr" else "yes") if value else ("non" if lang == "fr" else "no")
    if isinstance(value, float):
        return round(value, 2)
    return value


def take(home: Home, path: Path, *, by: str | None, now: datetime, day: date) -> Taken:
    """Record the labels of a filled file, all or none; the same file twice records once.

    Raises
    ------
    AmiableError
        Naming each line that cannot be taken, at most ten, and how many there are.
    """
    with Warehouse(home.path) as warehouse:
        known = set(warehouse.labels("known")["debtor_id"])
    read = 0
    blank = 0
    entries: list[Entry] = []
    wrong: list[str] = []
    said: dict[tuple[str, str], str] = {}
    for line, cells in _lines(path):
        read += 1
        if read > MOST_LINES:
            raise AmiableError(f"{path}: more than {MOST_LINES} lines; split the file.")
        if not cells.get("profile"):
            blank += 1
            continue
        try:
            entry = _entry(cells, known, by=by, now=now, day=day)
            who = (entry.subject_id, labels.person(entry.actor))
            verdict = entry.payload.get("profile", labels.CANNOT_SAY)
            if said.setdefault(who, verdict) != verdict:
                raise AmiableError("has two different labels in this file")
        except AmiableError as error:
            wrong.append(f"line {line} ({cells['debtor_id'][:60]}): {error}")
            continue
        entries.append(entry)
    if wrong:
        more = f"; … and {len(wrong) - _MOST_TOLD} more" if len(wrong) > _MOST_TOLD else ""
        raise AmiableError(
            f"{path}: nothing was taken, {len(wrong)} of {read} lines to correct. "
            + "; ".join(wrong[:_MOST_TOLD])
            + more
        )
    journal = Journal(home.journal_url)
    try:
        new = journal.record(entries)
    finally:
        journal.close()
    return Taken(read, blank, new, len(entries) - new)


def _lines(path: Path) -> list[tuple[int, dict[str, str]]]:
    table = open_tabular(path, lambda header: float(len(_columns(header))))
    columns = _columns(table.header)
    if missing := {"debtor_id", "profile"} - columns.keys():
        named = " and ".join(labels.word("columns", name, "fr") for name in sorted(missing))
        raise AmiableError(f"{path}: no column {named}; export the queue and fill that file.")
    return [
        (line, {name: _clean(cells[place]) for name, place in columns.items()})
        for line, cells in table.rows()
    ]


def _columns(header: tuple[str, ...] | list[str] | Any) -> dict[str, int]:
    """Place of each column that is understood: its code, its words, then other usual words."""
    simple = [_simple(cell) for cell in header]
    found: dict[str, int] = {}
    for name, pair in labels.words()["columns"].items():
        own = [name, *pair]
        for word in [*own, *labels.words()["also"].get(name, [])]:
            if name not in found and _simple(word) in simple:
                found[name] = simple.index(_simple(word))
    return found


def _clean(cell: str) -> str:
    """A cell without the apostrophe that the export puts before what a spreadsheet would run."""
    return _SPREAD.sub("", cell.strip())


def _entry(
    cells: Mapping[str, str], known: set[str], *, by: str | None, now: datetime, day: date
) -> Entry:
    debtor_id = cells["debtor_id"]
    if debtor_id not in known:
        raise AmiableError("there is no such debtor")
    verdict = verdict_of(cells["profile"])
    labeller = " ".join((cells.get("labelled_by") or by or "").split())
    if not labeller:
        raise AmiableError("who labelled? fill the column « Étiqueté par », or use --by")
    on = _day_of(cells.get("labelled_on", ""))
    if on is not None and on > day:
        raise AmiableError(f"labelled on {on}, after {day}")
    remark = cells.get("remark", "")[:500]
    told = "|".join(
        ("label", debtor_id, labels.person(labeller), verdict, str(on or cells.get("offered_on")))
    )
    entry = labels.entry_of(
        debtor_id,
        verdict,
        labeller=labeller,
        at=now if on is None else datetime.combine(on, time(12)),
        as_of=on or day,
        remark=remark,
        # From the content alone: a file taken twice, on whatever day, counts once.
        entry_id=hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32],
    )
    try:
        check(entry)
    except JournalRefused as error:
        raise AmiableError(str(error).partition(": ")[2]) from error
    return entry


def verdict_of(text: str) -> str:
    """The verdict that a word says, in French or English, with or without accents.

    >>> verdict_of("Tresorerie tendue"), verdict_of("bad-faith"), verdict_of("Impossible à dire")
    ('cash_strapped', 'bad_faith', 'cannot_say')
    """
    spoken = {_simple(name): name for name in labels.verdicts()}
    for name in codes("profile"):
        for lang in ("fr", "en"):
            spoken[_simple(code_word("profile", name, lang))] = name
    for word in labels.words()["verdicts"]["cannot_say"]:
        spoken[_simple(word)] = labels.CANNOT_SAY
    for name, others in labels.words()["also_verdicts"].items():
        spoken.update({_simple(word): name for word in others})
    found = spoken.get(_simple(text))
    if found is None:
        french = [code_word("profile", name, "fr") for name in codes("profile")]
        raise AmiableError(
            f"{text[:40]!r} is no profile; write {', '.join(french)} or impossible à dire"
        )
    return found


def _simple(text: str) -> str:
    """Lower case, no accents, one space between words, whatever joined them."""
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFD", str(text))
        if not unicodedata.combining(letter)
    )
    return " ".join(re.split(r"[\s_\-’']+", bare.lower().strip()))


def _day_of(text: str) -> date | None:
    if not text:
        return None
    if french := _FRENCH_DAY.fullmatch(text):
        day, month, year = map(int, french.groups())
        text = f"{year:04d}-{month:02d}-{day:02d}"
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise AmiableError(f"{text[:30]!r} is no day; write 21/11/2026 or 2026-11-21") from error


def standing(home: Home, day: date) -> list[Entry]:
    """Entries of the journal that stand on a day."""
    journal = Journal(home.journal_url)
    try:
        return journal.standing(as_of=day)
    finally:
        journal.close()
