"""The XML form of BODACC extracts, read as a stream: one notice at a time, no entities."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError, XMLParser

from pipelines.errors import LedgerRefused

FIELDS = (
    "dateparution",
    "familleavis",
    "familleavis_lib",
    "typeavis",
    "typeavis_lib",
    "registre",
    "listepersonnes",
    "jugement",
)
"""What is read of a notice; the names of the open-data service."""

_NOTICES = ("avis", "annonce")
_NUMBERS = ("registre", "siren", "numeroidentification")
_CHUNK = 1 << 16
_LONGEST_NOTICE = 1_000_000
_DEEPEST = 50


def looks_like_notices(path: Path) -> bool:
    """Whether an XML file holds notices of the BODACC, by its first bytes."""
    with path.open("rb") as file:
        head = file.read(_CHUNK).replace(b"\0", b"").lower()
    return re.search(rb"<(avis|annonces?)[\s>]", head) is not None and b"dateparution" in head


def notices(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Cells of each notice in the order of ``FIELDS``, with its number; the first is 1.

    Raises ``LedgerRefused`` for broken XML, a document type or entities, or elements nested or
    filled beyond any notice.
    """
    reader = _Notices(path.name)
    parser = XMLParser(target=reader)
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                parser.feed(chunk)
                yield from reader.taken()
        parser.close()
    except ParseError as error:
        raise LedgerRefused(f"{path.name} is broken XML: {error}") from error
    yield from reader.taken()
    if not reader.count:
        raise LedgerRefused(f"{path.name} holds no notice (elements avis or annonce)")


class _Notices:
    """Receives the parser's events and keeps the notices that are complete."""

    def __init__(self, name: str) -> None:
        self.name, self.count = name, 0
        self._ready: list[tuple[int, list[str]]] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._within = 0
        self._published = ""
        self._fields: dict[str, str] = {}
        self._judgment: dict[str, str] = {}

    def taken(self) -> list[tuple[int, list[str]]]:
        """The notices complete since the last call."""
        ready, self._ready = self._ready, []
        return ready

    def doctype(self, *_: str | None) -> None:
        """No document type: entities could read other files or fill the memory."""
        raise LedgerRefused(f"{self.name} declares a document type; export it without")

    def start(self, tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition("}")[2].lower()
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise LedgerRefused(f"{self.name}: elements nested more than {_DEEPEST} deep")
        self._text = []
        if name in _NOTICES and not self._within:
            self._within, self._length = len(self._path), 0
            self._fields, self._judgment = {}, {}

    def data(self, text: str) -> None:
        self._length += len(text)
        if self._length > _LONGEST_NOTICE and self._within:
            raise LedgerRefused(f"{self.name}: a notice of more than {_LONGEST_NOTICE} characters")
        if self._within or self._path[-1] == "dateparution":
            self._text.append(text)

    def end(self, _: str) -> None:
        name, said = self._path[-1], " ".join("".join(self._text).split())
        self._text = []
        if not self._within:
            self._published = said if name == "dateparution" else self._published
        elif len(self._path) == self._within:
            self._finish()
        elif "jugement" in self._path[self._within : -1]:
            self._judgment.setdefault(name, said)
        elif name in _NUMBERS and said:
            self._fields["registre"] = ",".join(filter(None, [self._fields.get("registre"), said]))
        elif self._path[-2] == "typeannonce":
            self._fields["typeavis"] = name
        elif name in FIELDS and said:
            self._fields.setdefault(name, said)
        self._path.pop()

    def _finish(self) -> None:
        self.count += 1
        self._within = 0
        if self._judgment:
            self._fields["jugement"] = json.dumps(self._judgment, ensure_ascii=False)
        self._fields.setdefault("dateparution", self._published)
        cells = [self._fields.get(name, "") for name in FIELDS]
        self._ready.append((self.count, cells))

    def close(self) -> None:
        """Nothing is left open: the parser has checked that."""
