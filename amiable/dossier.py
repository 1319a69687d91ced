"""The dossier of a suit or of a claim: gathered from the published day, with the files given."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amiable import pieces
from amiable.errors import AmiableError
from amiable.export import harmless
from amiable.home import Home
from amiable.logs import counted
from amiable.report import write_bytes
from amiable.sealing import chained, register, seal_of, sealed
from amiable.statement import csv_text, open_claim
from amiable.suits import suit_file
from data_schema import word as code_word
from letters.dossier.chronology import sentence
from letters.dossier.paper import PARTS, Told, dossier_pdf
from pipelines.warehouse import Warehouse

if TYPE_CHECKING:
    from pandas import DataFrame

_NAMES = {
    "fr": ("dossier.pdf", "controles-internes.pdf", "bordereau.csv", "chronologie.csv",
           "decompte.csv"),
    "en": ("dossier.pdf", "internal-checks.pdf", "exhibits.csv", "chronology.csv",
           "statement.csv"),
}  # fmt: skip
_MOST_BYTES = 500 << 20
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """What a dossier is of: a suit with its claims, or one claim that joins no suit."""

    reference: str
    suit_id: str | None
    claim_ids: list[str]


@dataclass(frozen=True, slots=True)
class Dossier:
    """What was gathered: all that is told, and the files."""

    subject: Subject
    told: Told
    pieces: Sequence[pieces.Piece]
    events: Sequence[Mapping[str, Any]]
    parameters: str


def subject_of(warehouse: Warehouse, text: str) -> Subject:
    """The suit of that identifier, the suit of a claim or an invoice, or the claim alone.

    Raises
    ------
    AmiableError
        When the day knows no such open claim, or several bear that invoice number.
    """
    found = warehouse.dossier("suit", text=text)
    claim_id = None if found else open_claim(warehouse, text)
    found = found or warehouse.dossier("suit", text=claim_id)
    if found:
        return Subject(found[0]["suit_id"], found[0]["suit_id"], list(found[0]["claim_ids"]))
    return Subject(str(claim_id), None, [str(claim_id)])


def gather(home: Home, warehouse: Warehouse, text: str, *, is_past: bool = False) -> Dossier:
    """All that a dossier holds; ``is_past`` leaves out files given after the day.

    Raises
    ------
    AmiableError
        As `subject_of`, and when the files are too many bytes for one archive.
    EarlierVersion
        When the day was published by a version that did not write what is asked for here.
    """
    run = warehouse.versions()[0]
    as_of: date = run["as_of"]
    subject = subject_of(warehouse, text)
    ids = subject.claim_ids
    claims = warehouse.dossier("claims", claim_ids=ids)
    events = warehouse.dossier("events", claim_ids=ids)
    lines = {claim_id: warehouse.statement(claim_id) for claim_id in ids}
    given, gone = pieces.collect(home, warehouse, ids, as_of=as_of, is_past=is_past)
    if sum(len(piece.content) for piece in given) > _MOST_BYTES:
        raise AmiableError(f"The pieces of {subject.reference} exceed {_MOST_BYTES >> 20} MB.")
    all_lines = [line for each in lines.values() for line in each]
    wanting = pieces.wanting(claims, events, all_lines, given)
    # What the books list without a file is told once, as such.
    named = {(each.kind, claim) for each in gone for claim in each.claim_ids}
    wanting = [
        replace(each, claim_ids=left)
        for each in wanting
        if (left := tuple(c for c in each.claim_ids if (each.kind, c) not in named))
    ]
    suit = suit_file(warehouse, subject.suit_id, as_of=as_of) if subject.suit_id else None
    chain = chained(_event(event) for event in events)
    told = Told(
        reference=subject.reference,
        as_of=as_of,
        run_id=run["run_id"],
        invented=home.is_demo,
        claims=claims,
        lines=lines,
        events=events,
        pieces=[_row(piece) for piece in given],
        missing=[
            {"kind": each.kind, "claim_ids": each.claim_ids, "why": each.why}
            for each in (*gone, *wanting)
        ],
        checks=None if suit is None else [(check.gate, check.on) for check in suit.checks],
        limitation={claim_id: warehouse.trace("limitation", claim_id) for claim_id in ids},
        head=chain[-1]["sha256"] if chain else "–",
    )
    return Dossier(subject, told, given, chain, run["parameters"])


def archive(dossier: Dossier, *, language: str, outward: bool = False) -> bytes:
    """The dossier as a sealed archive; the same inputs give the same bytes.

    ``outward``: what may go to the other side, without the checks and without what misses.
    """
    told = dossier.told
    file, checks, listed, chronology, statement = _NAMES[language]
    rows = [line for lines in told.lines.values() for line in lines]
    names = {piece.number: piece_name(piece, language) for piece in dossier.pieces}
    files = {
        file: dossier_pdf(told, ("file",), language=language),
        listed: _csv(_exhibits(dossier, names), told.invented),
        chronology: _csv(_chronology(dossier, language), told.invented),
        statement: csv_text([dict(row) for row in rows]),
        **{names[piece.number]: piece.content for piece in dossier.pieces},
    }
    if not outward:
        files[checks] = dossier_pdf(told, ("checks",), language=language)
    about = {
        "suit_id": dossier.subject.reference,
        "claim_ids": dossier.subject.claim_ids,
        "run_id": told.run_id,
        "parameters": dossier.parameters,
        "language": language,
        "invented": told.invented,
        "events": list(dossier.events),
    }
    if not outward:
        missing = [{**row, "claim_ids": list(row["claim_ids"])} for row in told.missing]
        about |= {"missing": missing}
    return sealed(files, about, as_of=told.as_of)


def write_dossier(
    home: Home, text: str | None, target: Path, *, language: str, at: datetime,
    as_of: date | None = None, outward: bool = False,
) -> list[str]:  # fmt: skip
    """Write the dossier as a sealed ``.zip``, or as one ``.pdf`` without the files; what to tell.

    Raises
    ------
    AmiableError
        Without a subject, for another ending, or what `gather` refuses.
    """
    if text is None:
        raise AmiableError("`export dossier` needs a suit, a claim or an invoice number.")
    ending = target.suffix.lower()
    if ending not in (".zip", ".pdf"):
        raise AmiableError(f"{target}: a dossier is written to a .zip or a .pdf file.")
    with Warehouse(home.path, as_of) as warehouse:
        made = gather(home, warehouse, text, is_past=as_of is not None)
    told = made.told
    gathered = {"claim": told.claims, "event": told.events, "piece": told.pieces}
    counts = ", ".join(counted(len(rows), name) for name, rows in gathered.items())
    wanting = "kind" if len(told.missing) == 1 else "kinds"
    lines = [f"{target}: {counts}; {len(told.missing)} {wanting} of paper missing."]
    if ending == ".pdf":
        write_bytes(target, dossier_pdf(told, PARTS[:1] if outward else PARTS, language=language))
    else:
        content = archive(made, language=language, outward=outward)
        write_bytes(target, content)
        lines.append(f"Seal {noted(home, made, content, at=at)}")
    lines += [f"missing: {row['kind']} of {_some(row['claim_ids'])}" for row in told.missing]
    return lines


def _some(claim_ids: Sequence[str]) -> str:
    """The first claims by their id, and how many more; the paper itself names them all."""
    more = len(claim_ids) - _MOST_NAMED
    told = ", ".join(claim_ids[:_MOST_NAMED])
    return f"{told} and {more} more" if more > 0 else told


def noted(home: Home, dossier: Dossier, content: bytes, *, at: datetime) -> str:
    """Note the seal of an archive in the register of the home; the seal."""
    seal = seal_of(content)
    about = {"suit_id": dossier.subject.reference, "as_of": dossier.told.as_of.isoformat()}
    register(home.path, {"at": at.isoformat(timespec="seconds"), **about, "seal": seal})
    return seal


def piece_name(piece: pieces.Piece, language: str) -> str:
    """Where a piece lies in the archive: made of its number, kind and day, of nothing else."""
    words = unicodedata.normalize("NFKD", code_word("document_kind", piece.kind, language))
    slug = re.sub(r"[^a-z0-9]+", "-", words.encode("ascii", "ignore").decode().lower()).strip("-")
    day = f"_{piece.dated_on.isoformat()}" if piece.dated_on else ""
    return f"pieces/piece-{piece.number:03d}_{slug}{day}.{piece.ending}"


def file_name(reference: str, what: str, ending: str) -> str:
    """The name under which a dossier or a memo is taken along.

    >>> file_name("K|../D 1", "dossier", "zip")
    'dossier-K-D-1.zip'
    """
    kept = "-".join(part for part in re.split(r"[^0-9A-Za-z_-]+", reference) if part)
    return f"{what}-{kept[:80] or 'creance'}.{ending}"


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    """An event as it is chained: plain texts."""
    return {
        "at": row["happened_at"].isoformat(),
        "claim_id": row["claim_id"],
        "invoice_number": row["invoice_number"],
        "kind": row["kind"],
        "label": row["label_code"],
        "channel": row["channel"],
        "stage": row["stage"],
        "amount": None if row["amount"] is None else str(row["amount"]),
        "until_on": None if row["until_on"] is None else row["until_on"].isoformat(),
        "procedure": row["procedure"],
        "allocation": row["allocation"],
        "source": f"{row['source_table']}:{row['source_key']}",
    }


def _row(piece: pieces.Piece) -> dict[str, Any]:
    return {
        "number": piece.number,
        "kind": piece.kind,
        "claim_ids": piece.claim_ids,
        "dated_on": piece.dated_on,
        "sha256": piece.sha256,
        "size": len(piece.content),
    }


def _exhibits(dossier: Dossier, names: Mapping[int, str]) -> DataFrame:
    import pandas as pd

    columns = ["number", "kind", "dated_on", "claims", "file", "bytes", "sha256"]
    rows = [
        [piece.number, piece.kind, piece.dated_on, " | ".join(piece.claim_ids),
         names[piece.number], len(piece.content), piece.sha256]
        for piece in dossier.pieces
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _chronology(dossier: Dossier, language: str) -> DataFrame:
    import pandas as pd

    rows = [
        {**link, "says": sentence(event, language)}
        for link, event in zip(dossier.events, dossier.told.events, strict=True)
    ]
    return pd.DataFrame(rows, dtype=object)


def _csv(frame: DataFrame, invented: bool) -> bytes:
    """A table that a spreadsheet opens, no cell of it a formula."""
    if invented:
        frame = frame.assign(portfolio="DEMO, invented")
    return harmless(frame).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
