"""Where electronic invoices lie: a file, a folder, a zip archive; and the XML within a PDF.

Everything is read in memory and within bounds; nothing of an archive is written to disk.
"""

from __future__ import annotations

import logging
import os
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path

import facturx  # type: ignore[import-untyped]
from lxml import etree  # type: ignore[import-untyped]
from pypdf import PdfReader

from pipelines.errors import LedgerRefused
from pipelines.sources import einvoice_cii, einvoice_ubl
from pipelines.sources.einvoice_document import MAX_XML_BYTES, EInvoice, NotAnInvoice, parsed

SUFFIXES = (".pdf", ".xml", ".zip")
MAX_PDF_BYTES = 50_000_000
MAX_FILES = 20_000
MAX_ARCHIVE_BYTES = 500_000_000
MAX_RATIO = 200
MAX_FOLDER_DEPTH = 8
MAX_ATTACHMENTS = 50

_READERS = {
    einvoice_cii.ROOT: einvoice_cii.read,
    einvoice_ubl.INVOICE: einvoice_ubl.read,
    einvoice_ubl.CREDIT_NOTE: einvoice_ubl.read,
}
_SMALL = 1_000_000
_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")


@dataclass(frozen=True, slots=True)
class Found:
    """One document found: its bytes, or the reason why it was not opened."""

    name: str
    content: bytes = b""
    refusal: str = ""


def holds_invoices(folder: Path) -> bool:
    """Whether a folder holds a file that may be an electronic invoice, at any bounded depth."""
    return any(_suffix(path.name) in SUFFIXES for path in _files(folder))


def documents(path: Path, aside: list[str]) -> Iterator[Found]:
    """Every document of a path, in the order of their names; ``aside`` gets names of others.

    Raises ``LedgerRefused`` when there are more than ``MAX_FILES`` or an archive given by
    itself cannot be opened.
    """
    files = _files(path) if path.is_dir() else [path]
    for file in files:
        name = file.relative_to(path).as_posix() if path.is_dir() else file.name
        if _suffix(name) == ".zip":
            yield from _unpacked(file, name, aside)
        elif _suffix(name) in SUFFIXES or not path.is_dir():
            yield _read(file, name)
        else:
            aside.append(name)


def invoice_in(name: str, content: bytes) -> tuple[EInvoice, str]:
    """The invoice that a document holds, and its form (``UBL``, ``CII``, ``Factur-X basic``).

    Raises ``NotAnInvoice``.
    """
    if content.lstrip()[:5] == b"%PDF-" or _suffix(name) == ".pdf":
        return _of_pdf(content)
    invoice = _of_xml(parsed(content))
    return invoice, invoice.syntax


def _of_xml(root: etree._Element) -> EInvoice:
    read = _READERS.get(str(root.tag))
    if read is None:
        local = str(root.tag).rpartition("}")[2][:60]
        raise NotAnInvoice(
            f"its XML is a {local}, not an invoice in CII, nor an Invoice or CreditNote in UBL 2"
        )
    return read(root)


def _profile(root: etree._Element) -> str:
    """The profile of a Factur-X as the document names it: minimum, basicwl, …, extended."""
    try:
        return "Factur-X " + str(facturx.get_level(root, "factur-x"))
    except (ValueError, AttributeError, IndexError):
        return "Factur-X of an unnamed profile"


def _of_pdf(content: bytes) -> tuple[EInvoice, str]:
    """The first attachment of a PDF that is an invoice, and its profile."""
    if len(content) > MAX_PDF_BYTES:
        raise NotAnInvoice(f"the PDF has more than {MAX_PDF_BYTES // 1_000_000} MB")
    # What the PDF library finds odd in strangers' files is told by our reasons alone.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reason = "the PDF holds no XML: it is a plain picture of an invoice; ask for the Factur-X file"
    try:
        reader = PdfReader(BytesIO(content), strict=False)
        # Many are locked against changes only, and open with an empty password.
        if reader.is_encrypted and not reader.decrypt(""):
            raise NotAnInvoice("the PDF is locked by a password; ask for an open one")
        attached = list(islice(reader.attachment_list, MAX_ATTACHMENTS))
        # Another invoice may be attached as a document of proof: the standard names come first.
        attached.sort(key=lambda each: str(each.name).lower() not in _NAMES)
        for attachment in attached:
            if _suffix(str(attachment.name)) != ".xml":
                continue
            try:
                root = parsed(attachment.content)
                return _of_xml(root), _profile(root)
            except NotAnInvoice as error:
                reason = f"the XML within the PDF cannot be taken: {error}"
    except NotAnInvoice:
        raise
    # A broken PDF fails in as many ways as there are ways to break it.
    except Exception as error:
        raise NotAnInvoice(f"the PDF cannot be read ({type(error).__name__})") from error
    raise NotAnInvoice(reason)


def _files(folder: Path) -> list[Path]:
    """Ordinary files of a folder, sorted by name; links to folders are not followed."""
    found: list[Path] = []
    for top, folders, names in os.walk(folder):
        depth = len(Path(top).relative_to(folder).parts)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if depth >= MAX_FOLDER_DEPTH:
            folders.clear()
        files = (Path(top) / name for name in names if not name.startswith("."))
        found += [file for file in files if file.is_file()]
        if len(found) > MAX_FILES:
            raise LedgerRefused(f"{folder} holds more than {MAX_FILES:,} files; import it in parts")
    return sorted(found, key=lambda file: file.relative_to(folder).as_posix())


def _read(file: Path, name: str) -> Found:
    limit = _limit(name)
    try:
        if file.stat().st_size > limit:
            return Found(name, refusal=f"the file has more than {limit // 1_000_000} MB")
        return Found(name, file.read_bytes())
    except OSError as error:
        return Found(name, refusal=f"the file cannot be opened: {error.strerror}")


def _unpacked(file: Path, name: str, aside: list[str]) -> Iterator[Found]:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = sorted(archive.infolist(), key=lambda entry: entry.filename)
            if len(entries) > MAX_FILES:
                yield Found(name, refusal=f"the archive holds more than {MAX_FILES:,} files")
                return
            if sum(entry.file_size for entry in entries) > MAX_ARCHIVE_BYTES:
                size = MAX_ARCHIVE_BYTES // 1_000_000
                yield Found(name, refusal=f"the archive unpacks to more than {size} MB")
                return
            for entry in entries:
                inner = f"{name}/{entry.filename}"
                last = entry.filename.rpartition("/")[2]
                if entry.is_dir() or last.startswith(".") or entry.filename.startswith("__MACOSX"):
                    continue
                if _suffix(last) in SUFFIXES:
                    yield _entry(archive, entry, inner)
                else:
                    aside.append(inner)
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        yield Found(name, refusal=f"the archive cannot be read ({str(error)[:200]})")


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Found:
    """One file of an archive, never more of it than its bound whatever its header says."""
    limit = _limit(name)
    refusal = ""
    if _suffix(name) == ".zip":
        refusal = "an archive within an archive is not opened; unpack it first"
    elif entry.filename.startswith(("/", "\\")) or ".." in Path(entry.filename).parts:
        refusal = "its name leads out of the archive; it is not opened"
    elif stat.S_ISLNK(entry.external_attr >> 16):
        refusal = "it is a link, not a file"
    elif entry.flag_bits & 1:
        refusal = "it is locked by a password; unpack it first"
    elif entry.file_size > limit:
        refusal = f"the file has more than {limit // 1_000_000} MB"
    elif entry.file_size > max(_SMALL, MAX_RATIO * entry.compress_size):
        refusal = f"it unpacks to more than {MAX_RATIO} times its size; it is not opened"
    if refusal:
        return Found(name, refusal=refusal)
    try:
        with archive.open(entry) as stream:
            content = stream.read(limit + 1)
    except Exception as error:  # each compression method has errors of its own
        return Found(name, refusal=f"it cannot be unpacked ({type(error).__name__})")
    if len(content) > limit:
        return Found(name, refusal=f"the file has more than {limit // 1_000_000} MB")
    return Found(name, content)


def _limit(name: str) -> int:
    return MAX_XML_BYTES if _suffix(name) == ".xml" else MAX_PDF_BYTES


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()
