"""Journal entries of other programs: CSV or JSON lines in, all or none recorded."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from amiable.errors import AmiableError
from amiable.home import Home
from pipelines.errors import PipelineError
from pipelines.journal import Entry, Journal, JournalRefused, check
from pipelines.warehouse import Warehouse

_FIELDS = frozenset(Entry.__dataclass_fields__)
_ADVICE = ("action", "channel", "stage", "tone")
_NEEDED = ("actor", "subject_type", "subject_id", "kind")


def record_file(home: Home, path: Path, *, now: datetime) -> tuple[int, int]:
    """Record every entry of a file, or none.

    A CSV column or JSON key that is no field of the journal belongs to the payload. ``at``
    defaults to ``now``; ``as_of`` to the day of ``at``. An entry without ``entry_id`` gets one
    from its content, so that the same file recorded twice counts once.

    Returns
    -------
    tuple
        Entries read, and entries new in the journal.

    Raises
    ------
    AmiableError
        Naming the line and the field.
    """
    entries = [_entry(fields, f"{path}, line {line}", now) for line, fields in _lines(path)]
    entries = _completed(home, entries)
    journal = Journal(home.journal_url)
    try:
        return len(entries), journal.record(entries)
    finally:
        journal.close()


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    if not path.is_file():
        raise AmiableError(f"{path}: no such file.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise AmiableError(f"{path} is not UTF-8 text.") from error
    if text.lstrip().startswith("{"):
        yield from _json_lines(path, text)
        return
    reader = csv.DictReader(text.splitlines(keepends=True))
    if not set(_NEEDED) <= set(reader.fieldnames or []):
        raise AmiableError(f"{path}: a CSV journal needs the columns {', '.join(_NEEDED)}.")
    try:
        for row in reader:
            if None in row:
                raise AmiableError(f"{path}, line {reader.line_num}: more cells than columns.")
            yield reader.line_num, {name: value for name, value in row.items() if value}
    except csv.Error as error:
        raise AmiableError(f"{path}, after line {reader.line_num}: {error}.") from error


def _json_lines(path: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except json.JSONDecodeError as error:
            raise AmiableError(
                f"{path}, line {number}: not a JSON object ({error.msg})."
            ) from error
        except RecursionError as error:
            raise AmiableError(f"{path}, line {number}: nested too deep for an entry.") from error
        if not isinstance(fields, dict):
            raise AmiableError(f"{path}, line {number}: not a JSON object.")
        yield number, fields


def _entry(fields: dict[str, Any], where: str, now: datetime) -> Entry:
    if missing := [name for name in _NEEDED if not str(fields.get(name) or "").strip()]:
        raise AmiableError(f"{where}: {', '.join(missing)} missing.")
    payload = fields.get("payload") or {}
    if isinstance(payload, str):
        try:
            payload = json.loads(payload)
        except json.JSONDecodeError as error:
            raise AmiableError(f"{where}: payload is not JSON ({error.msg}).") from error
        except RecursionError as error:
            raise AmiableError(f"{where}: payload is nested too deep.") from error
    if not isinstance(payload, dict):
        raise AmiableError(f"{where}: payload must be a JSON object.")
    payload = {**{k: v for k, v in fields.items() if k not in _FIELDS}, **payload}
    try:
        at = datetime.fromisoformat(str(fields["at"])) if fields.get("at") else now
        at = at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
        as_of = fields.get("as_of")
        day = datetime.fromisoformat(str(as_of)).date() if as_of else at.date()
    except (ValueError, OverflowError) as error:
        raise AmiableError(f"{where}: at and as_of are ISO 8601, as 2026-11-21T09:30.") from error
    texts = {
        name: str(fields[name])
        for name in ("entry_id", "role", "reason", "run_id", "supersedes")
        if fields.get(name)
    }
    entry = Entry(
        at=at,
        as_of=day,
        payload=payload,
        **{name: str(fields[name]).strip() for name in _NEEDED},
        **texts,
    )
    try:
        check(entry)
    except JournalRefused as error:
        # The line tells more than the identifier, which the file may not even have.
        raise AmiableError(f"{where}: {str(error).partition(': ')[2]}") from error
    return entry


def _completed(home: Home, entries: list[Entry]) -> list[Entry]:
    """Write down what only the published day knows: claims of a group, the advice accepted."""
    grouped = [e for e in entries if e.subject_type in ("contact_group", "suit")]
    accepted = [e for e in entries if e.kind == "accept"]
    if not grouped and not accepted:
        return entries
    try:
        with Warehouse(home.path) as warehouse:
            claims_of = cache(warehouse.claims_of)
            advice_on = cache(partial(warehouse.trace, "recommendation"))
            return [_with_advice(_with_claims(e, claims_of), advice_on) for e in entries]
    except PipelineError:
        return entries


def _with_claims(entry: Entry, claims_of: Callable[[str], list[str]]) -> Entry:
    if entry.subject_type not in ("contact_group", "suit") or entry.payload.get("claim_ids"):
        return entry
    claims = claims_of(entry.subject_id)
    return _told(entry, {"claim_ids": claims}) if claims else entry


def _with_advice(entry: Entry, advice_on: Callable[[str], list[dict[str, Any]]]) -> Entry:
    """What was accepted, so that a later run knows it when the advice itself has changed."""
    if entry.kind != "accept" or entry.payload.get("action"):
        return entry
    named = [entry.subject_id] if entry.subject_type == "claim" else entry.payload.get("claim_ids")
    advice = advice_on(str(named[0])) if named else []
    found = {name: advice[0].get(name) for name in _ADVICE} if advice else {}
    return _told(entry, {name: value for name, value in found.items() if value is not None})


def _told(entry: Entry, further: dict[str, Any]) -> Entry:
    """The entry with more in its payload, under the id that its own content gives it."""
    return replace(entry.identified(), payload={**further, **entry.payload})
