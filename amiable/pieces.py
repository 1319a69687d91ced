"""The papers that prove a claim: files given for it, checked, numbered; and those that miss.

A file given is copied to the folder ``pieces`` of the home, under the name of its fingerprint, and
``pieces/documents.csv`` says what it is: an ordinary source of the contract. A document named by
another source is taken from beside that source, never from elsewhere on the disk.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from amiable import copies
from amiable.errors import AmiableError
from amiable.home import Home
from amiable.imports import import_sources
from data_schema import codes
from pipelines.warehouse import Warehouse

Row = Mapping[str, Any]

ENDINGS = (
    "pdf", "png", "jpg", "jpeg", "tif", "tiff", "txt", "eml", "msg", "xml", "csv",
    "doc", "docx", "odt", "xls", "xlsx", "ods", "p7m", "asice",
)  # fmt: skip
"""Kinds of file that a court or a lawyer can read; nothing that runs."""

MOST_BYTES = 50 << 20
#: How pieces are numbered: what was agreed, what was done, what was asked, what was said.
ORDER = (
    "order", "quote", "contract", "terms", "delivery_note", "invoice", "reminder", "formal_notice",
    "receipt", "acknowledgment", "correspondence", "title", "other",
)  # fmt: skip
_COLUMNS = ("document_id", "claim_id", "kind", "dated_on", "path", "sha256", "deleted_on")


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a dossier, for one claim or several; ``number`` is its place in the list."""

    number: int
    kind: str
    claim_ids: tuple[str, ...]
    dated_on: date | None
    ending: str
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Missing:
    """A paper that should be there: ``why`` is a code of ``letters/dossier.yaml``."""

    kind: str
    claim_ids: tuple[str, ...]
    why: str


def give(
    home: Home, claim_id: str, name: str, content: bytes, *, kind: str, dated_on: date | None,
    at: datetime,
) -> str:  # fmt: skip
    """Keep a file as a document of a claim; its identifier. The next dossier holds it.

    Raises
    ------
    AmiableError
        For a claim that the day does not know, a kind that is none, or a file that is not taken.
    """
    if kind not in codes("document_kind"):
        known = ", ".join(codes("document_kind"))
        raise AmiableError(f"{kind!r} is no kind of document; use one of {known}.")
    ending = Path(name).suffix.lower().lstrip(".")
    if ending not in ENDINGS:
        raise AmiableError(f"{name[:80]}: give a file that ends in {', '.join(ENDINGS)}.")
    if not content or len(content) > MOST_BYTES:
        raise AmiableError(f"{name[:80]}: a piece holds 1 byte to {MOST_BYTES >> 20} MB.")
    if dated_on is not None and dated_on > at.date():
        raise AmiableError(f"{name[:80]}: {dated_on} is still to come.")
    digest = hashlib.sha256(content).hexdigest()
    told = "\n".join((claim_id, kind, digest))
    row = {
        "document_id": "piece-" + hashlib.sha256(told.encode("utf-8")).hexdigest()[:20],
        "claim_id": claim_id,
        "kind": kind,
        "dated_on": dated_on.isoformat() if dated_on else "",
        "path": f"{digest[:32]}.{ending}",
        "sha256": digest,
        "deleted_on": "",
    }
    with home.alone():
        folder = home.path / "pieces"
        folder.mkdir(exist_ok=True)
        (folder / row["path"]).write_bytes(content)
        _write(folder, {**_rows(folder), row["document_id"]: row})
    _import(home, at)
    return row["document_id"]


def take_back(home: Home, document_id: str, *, at: datetime) -> None:
    """No longer count a document given as one; its file goes when no other document needs it.

    Raises
    ------
    AmiableError
        When no such document was given here.
    """
    with home.alone():
        folder = home.path / "pieces"
        rows = _rows(folder)
        if document_id not in rows:
            raise AmiableError(f"No piece {document_id!r} was given in this home.")
        path = rows[document_id]["path"]
        rows[document_id] = {**rows[document_id], "deleted_on": at.date().isoformat()}
        _write(folder, rows)
        if all(row["path"] != path or row["deleted_on"] for row in rows.values()):
            (folder / Path(path).name).unlink(missing_ok=True)
    _import(home, at)


def given(home: Home, claim_ids: list[str]) -> list[dict[str, str]]:
    """Documents given here for the claims and not taken back, by identifier."""
    rows = _rows(home.path / "pieces")
    return [
        row for _, row in sorted(rows.items())
        if row["claim_id"] in claim_ids and not row["deleted_on"]
    ]  # fmt: skip


def collect(
    home: Home, warehouse: Warehouse, claim_ids: list[str], *, as_of: date, is_past: bool
) -> tuple[list[Piece], list[Missing]]:
    """The files on hand for the claims, numbered, and the documents whose file is not there.

    Copies of the messages sent from here are files on hand.
    What was given since the day was published counts too, unless a day gone by is looked at.
    """
    rows: list[Row] = list(warehouse.on_file(claim_ids, as_of))
    if is_past:
        known = {r["document_id"] for r in warehouse.dossier("documents", claim_ids=claim_ids)}
        rows = [row for row in rows if row["is_source"] or row["document_id"] in known]
    rows = [*rows, *copies.of_claims(home, claim_ids, as_of)]
    found: dict[tuple[str, str], tuple[Row, bytes, list[str]]] = {}
    missing: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        content, fault = _content(home, row)
        if content is None:
            # An invoice in an archive of many is no file of its own: it may be given as a piece.
            if not row["is_source"]:
                missing.setdefault((row["kind"], fault), []).append(row["claim_id"])
            continue
        key = (row["kind"], hashlib.sha256(content).hexdigest())
        found.setdefault(key, (row, content, []))[2].append(row["claim_id"])
    there = {(kind, claim) for (kind, _), (_, _, claims) in found.items() for claim in claims}
    gone = [
        Missing(kind, tuple(sorted(left)), fault)
        for (kind, fault), claims in sorted(missing.items())
        if (left := {claim for claim in claims if (kind, claim) not in there})
    ]
    ordered = sorted(found.items(), key=_place)
    return [_piece(number, *each) for number, each in enumerate(ordered, start=1)], gone


def wanting(
    claims: Sequence[Row], events: Sequence[Row], lines: Sequence[Row], pieces: Sequence[Piece]
) -> list[Missing]:
    """Papers that the facts call for and that no file proves, by kind; none is invented."""
    there = {(piece.kind, claim) for piece in pieces for claim in piece.claim_ids}

    def without(rows: Iterable[Row], *kinds: str) -> tuple[str, ...]:
        named = {row["claim_id"] for row in rows}
        return tuple(sorted(c for c in named if all((kind, c) not in there for kind in kinds)))

    notices = [
        event for event in events
        if event["kind"] == "action" and event["is_contact"] and event["stage"] == "formal_notice"
        and event["channel"] in ("letter", "registered_letter", "email", "portal")
    ]  # fmt: skip
    registered = [event for event in notices if event["channel"] == "registered_letter"]
    admitted = [
        event for event in events
        if event["kind"] == "plan"
        or (event["kind"] == "interaction" and event["label_code"] == "acknowledgment")
    ]  # fmt: skip
    told = [
        ("invoice", without(claims, "invoice"), "invoice"),
        ("order", without(claims, "order", "quote", "contract"), "order"),
        ("delivery_note", without(claims, "delivery_note"), "delivery"),
        ("terms", without((ln for ln in lines if ln["rule"] in _AGREED), "terms", "contract"),
         "terms"),
        ("formal_notice", without(notices, "formal_notice"), "formal_notice"),
        ("receipt", without(registered, "receipt"), "receipt"),
        ("acknowledgment", without(admitted, "acknowledgment", "correspondence"),
         "acknowledgment"),
        ("correspondence", without((e for e in events if e["kind"] == "dispute"),
                                   "correspondence"), "dispute"),
        ("title", without((row for row in claims if row["title_on"]), "title"), "title"),
    ]  # fmt: skip
    return [Missing(kind, ids, why) for kind, ids, why in told if ids]


#: Rules of interest that rest on what was agreed.
_AGREED = ("contract", "floor", "agreed")


def _content(home: Home, row: Row) -> tuple[bytes | None, str]:
    """The bytes of a document, or why they are not taken."""
    if not row["path"]:
        return None, "no_file"
    beside = Path(row["source_path"]).parent if row["source_path"] else home.path / "pieces"
    try:
        path = (beside / row["path"]).resolve(strict=True)
        own = row["is_source"] and path == Path(row["source_path"]).resolve()
        if not own and not path.is_relative_to(beside.resolve()):
            return None, "elsewhere"
        if not path.is_file() or path.suffix.lower().lstrip(".") not in ENDINGS:
            return None, "not_taken"
        if not 0 < path.stat().st_size <= MOST_BYTES:
            return None, "not_taken"
        content = path.read_bytes()
    except (OSError, ValueError, RuntimeError):
        return None, "no_file"
    if row["sha256"] and hashlib.sha256(content).hexdigest() != row["sha256"].strip().lower():
        return None, "altered"
    return content, ""


def _place(found: tuple[tuple[str, str], tuple[Row, bytes, list[str]]]) -> tuple[Any, ...]:
    (kind, digest), (row, _, claims) = found
    at = ORDER.index(kind) if kind in ORDER else len(ORDER)
    return at, row["dated_on"] or date.max, min(claims), digest


def _piece(number: int, key: tuple[str, str], found: tuple[Row, bytes, list[str]]) -> Piece:
    (kind, digest), (row, content, claims) = key, found
    ending = Path(row["path"]).suffix.lower().lstrip(".")
    ids = tuple(sorted(set(claims)))
    return Piece(number, kind, ids, row["dated_on"], ending, digest, content)


def _rows(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / "documents.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["document_id"]: row for row in csv.DictReader(file)}


def _write(folder: Path, rows: Mapping[str, Mapping[str, str]]) -> None:
    held = io.StringIO()
    writer = csv.DictWriter(held, _COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows[name] for name in sorted(rows))
    part = folder / "documents.part"
    part.write_text(held.getvalue(), encoding="utf-8", newline="")
    part.replace(folder / "documents.csv")


def _import(home: Home, at: datetime) -> None:
    reports = import_sources(home, [home.path / "pieces" / "documents.csv"], imported_at=at)
    if any(report.quarantined for report in reports):
        raise AmiableError(
            "A piece went to quarantine: is its claim imported? See the console, Importer."
        )
