"""Which encoding a text file is written in, or why it is no text."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from pathlib import Path

from pipelines.errors import LedgerRefused

MAX_LINE = 10_000_000

_CHUNK = 1 << 20
_MAGIC = {
    b"PK\x03\x04": "a ZIP or Office file",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip file",
    b"\xd0\xcf\x11\xe0": "an old Office file (.xls)",
    b"PAR1": "a Parquet file",
    b"\x89PNG": "a picture",
    b"SQLite format 3": "a SQLite database",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FRENCH = "éèêëàâçùûîïôœÉÈÊÀÇÔ°€"


def encoding_of(path: Path, stated: str | None = None) -> str:
    """Encoding of a text file, checked to its last byte: ``stated``, or the one detected.

    Detected are the byte order marks, UTF-16 without one, UTF-8, and else the one of cp1252
    (Windows), cp850 (DOS) and mac_roman under which the bytes read most like French. Raises
    ``LedgerRefused`` for an empty or binary file, a line of more than ``MAX_LINE`` bytes, or
    bytes that are not in the encoding stated.
    """
    with path.open("rb") as file:
        head = file.read(_CHUNK)
    if not head.strip():
        raise LedgerRefused(f"{path.name} is empty.")
    for magic, words in _MAGIC.items():
        if head.startswith(magic):
            raise LedgerRefused(f"{path.name} is {words}, not delimited text.")
    if stated is not None:
        try:
            codecs.lookup(stated)
        except LookupError as error:
            raise LedgerRefused(f"{path.name}: the encoding {stated!r} is unknown.") from error
        guess = stated
    else:
        guess = next((name for bom, name in _BOMS if head.startswith(bom)), _wide(head) or "utf-8")
    if stated == "utf-8" and head.startswith(codecs.BOM_UTF8):
        guess = "utf-8-sig"
    valid, counts = _scan(path, guess)
    if valid:
        return guess
    if stated is not None or guess != "utf-8":
        raise LedgerRefused(f"{path.name} is not written in {guess} throughout.")
    return _single_byte(counts)


def _wide(head: bytes) -> str | None:
    """UTF-16 without its mark: nearly every second byte is zero."""
    if len(head) < 4:
        return None
    half = len(head) // 2
    if head[1::2].count(0) > 0.6 * half and head[0::2].count(0) < 0.05 * half:
        return "utf-16-le"
    if head[0::2].count(0) > 0.6 * half and head[1::2].count(0) < 0.05 * half:
        return "utf-16-be"
    return None


def _scan(path: Path, encoding: str) -> tuple[bool, Counter[int]]:
    """Whether every byte decodes, and how often each byte beyond ASCII occurs."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    valid, counts, without_end = True, Counter[int](), 0
    wide = encoding.startswith(("utf-16", "utf-32"))
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if not wide and b"\0" in chunk:
                raise LedgerRefused(f"{path.name} is not text: it holds zero bytes.")
            if valid:
                try:
                    decoder.decode(chunk)
                except UnicodeError:
                    valid = False
            if not chunk.isascii():
                counts.update(re.sub(rb"[\x00-\x7f]+", b"", chunk))
            end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            without_end = len(chunk) - end - 1 if end >= 0 else without_end + len(chunk)
            if without_end > MAX_LINE:
                raise LedgerRefused(f"{path.name} has a line of more than {MAX_LINE:,} bytes.")
    if valid:
        try:
            decoder.decode(b"", final=True)
        except UnicodeError:
            valid = False
    return valid, counts


def _single_byte(counts: Counter[int]) -> str:
    """Windows, DOS or Mac: the one under which the bytes read most like French."""

    def likeness(encoding: str) -> int:
        return sum(
            count
            for byte, count in counts.items()
            if bytes([byte]).decode(encoding, errors="replace") in _FRENCH
        )

    return max(("cp1252", "cp850", "mac_roman"), key=likeness)
