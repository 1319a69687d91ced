"""Copies of what a person says was sent: kept in the home, told in the journal, shown as exhibits.

A copy holds the message as it left, changes of a person included: a letter as its PDF, any other
message as its subject and text. It lies in the folder ``sent`` of the home under the name of its
fingerprint; the entry of the journal names it, and what is undone there is no exhibit any more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from amiable.errors import AmiableError
from amiable.home import Home
from letters.letter import letters_pdf
from letters.render import Message
from pipelines.journal import Journal

FOLDER = "sent"
_ON_PAPER = ("letter", "registered_letter")


def keep(home: Home, messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Write a copy of each message, once for the same bytes; what the journal says of each.

    Raises
    ------
    AmiableError
        When the folder cannot be written.
    """
    folder = home.path / FOLDER
    try:
        return [_kept(folder, message) for message in messages]
    except OSError as error:
        raise AmiableError(f"{folder}: no copy can be kept: {error.strerror}.") from error


def of_claims(home: Home, claim_ids: Sequence[str], as_of: date) -> list[Mapping[str, Any]]:
    """Copies that the journal names for the claims on a day, as rows of documents."""
    folder = home.path / FOLDER
    if not folder.is_dir():
        return []
    journal = Journal(home.journal_url)
    try:
        entries = [e for e in journal.standing(as_of=as_of) if e.kind == "sent"]
    finally:
        journal.close()
    wanted = set(claim_ids)
    return [
        {
            "document_id": f"sent:{entry.entry_id}",
            "claim_id": claim_id,
            "kind": copy["kind"],
            "dated_on": entry.at.date(),
            "path": Path(str(copy["file"])).name,
            "sha256": copy["sha256"],
            "source_path": str(folder / "journal"),
            "is_source": False,
        }
        for entry in entries
        for copy in _told(entry.payload)
        for claim_id in map(str, copy["claim_ids"])
        if claim_id in wanted
    ]


def _kept(folder: Path, message: Message) -> dict[str, Any]:
    content, ending = _content(message)
    digest = hashlib.sha256(content).hexdigest()
    path = folder / f"{digest[:32]}.{ending}"
    if not path.exists():
        folder.mkdir(exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(content)
        part.replace(path)
    return {
        "kind": _kind(message),
        "file": path.name,
        "sha256": digest,
        "claim_ids": [line.claim.claim_id for line in message.asked],
        "edited": message.is_edited,
    }


def _content(message: Message) -> tuple[bytes, str]:
    """What left: a letter as set on paper where its sender has a place, else subject and text."""
    request = message.request
    if request.channel in _ON_PAPER and request.sender.city:
        return letters_pdf([message]), "pdf"
    return f"{message.subject}\n\n{message.text}".encode(), "txt"


def _kind(message: Message) -> str:
    if message.request.stage == "formal_notice" and message.asks:
        return "formal_notice"
    return "reminder" if message.asks else "correspondence"


def _told(payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Copies of an entry that another program may have written: whole ones only."""
    found = payload.get("copies")
    needed = {"kind", "file", "sha256", "claim_ids"}
    rows = found if isinstance(found, list) else []
    return [
        row for row in rows
        if isinstance(row, dict) and needed <= set(row) and isinstance(row["claim_ids"], list)
    ]  # fmt: skip
