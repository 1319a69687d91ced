"""An archive that tells whether anything in it was changed, added or removed.

Each file has its fingerprint (SHA-256) in a manifest; each event holds that of the one before it,
so that none can be taken out of the chain; the seal is the fingerprint of the manifest. Files lie
in the archive as they are, without compression: the same files give the same bytes anywhere, so
the archive is checked to its last byte. A seal proves what was made here only to who kept it: the
home keeps its own in ``dossiers.jsonl``.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from amiable.errors import AmiableError
from amiable.logs import counted
from letters.writing import clean

MANIFEST = "manifest.json"
FORMAT = "amiable.dossier/1"
#: What precedes the first event.
FIRST = "0" * 64
#: An archive larger than this is no dossier of ours.
MOST_BYTES = 1 << 30

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an archive: whether it is as it was sealed, and the sentence that says so."""

    is_intact: bool
    says: str
    seal: str | None = None


def chained(events: Iterable[Event]) -> list[dict[str, Any]]:
    """The events, numbered, each with its fingerprint over its own text and the one before.

    >>> first, second = chained([{"kind": "issued"}, {"kind": "due"}])
    >>> second["sha256"] == chained([{"kind": "due"}])[0]["sha256"]
    False
    """
    link, made = FIRST, []
    for number, event in enumerate(events, start=1):
        told = {"number": number, **event}
        link = _digest(link + _canonical(told))
        made.append({**told, "sha256": link})
    return made


def sealed(files: Mapping[str, bytes], about: Mapping[str, Any], *, as_of: date) -> bytes:
    """The archive of the files with its manifest; the same files give the same bytes.

    ``about`` is what the manifest tells besides the files: ``events`` is a chain of `chained`.
    """
    told = {"format": FORMAT, "as_of": as_of.isoformat(), **about, "files": _listed(files)}
    manifest = {**told, "seal": _seal(told)}
    return _packed({**files, MANIFEST: _text(manifest)}, as_of)


def seal_of(archive: bytes) -> str:
    """The seal that an archive of `sealed` bears."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return str(json.loads(opened.read(MANIFEST))["seal"])


def verify(path: Path, *, seal: str | None = None, home: Path | None = None) -> Verdict:
    """Whether an archive is as it was sealed.

    ``seal`` is the one noted when it was made; without it, the register of ``home`` is asked when
    that home made a dossier of the same suit.

    Raises
    ------
    AmiableError
        When the file cannot be read.
    """
    try:
        if not path.is_file():
            raise AmiableError(f"{path} is no file.")
        if path.stat().st_size > MOST_BYTES:
            return Verdict(False, f"{path}: not a dossier, it is too large.")
        content = path.read_bytes()
    except OSError as error:
        raise AmiableError(f"{path} cannot be read: {error.strerror or error}.") from error
    try:
        files = _unpacked(content)
        manifest = json.loads(files.pop(MANIFEST))
        as_of = date.fromisoformat(manifest["as_of"])
        noted = {str(file["path"]): str(file["sha256"]) for file in manifest["files"]}
        events, held = list(manifest["events"]), str(manifest["seal"])
        if manifest["format"] != FORMAT:
            raise ValueError("another format")
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        return Verdict(False, f"{path}: CHANGED or no dossier: {clean(error)[:200]}.")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Verdict(False, f"{path}: CHANGED or no dossier: its manifest is missing or broken.")
    faults = _differences(files, noted)
    if chained(_bare(events)) != events:
        faults.append("the chain of events is broken")
    if _seal({name: value for name, value in manifest.items() if name != "seal"}) != held:
        faults.append("the manifest is not the one that was sealed")
    if not faults and _packed({**files, MANIFEST: _text(manifest)}, as_of) != content:
        faults.append("every file is intact but the archive was packed anew or added to")
    if not faults:
        faults += _unknown_seal(held, seal, str(manifest.get("suit_id")), home)
    if faults:
        return Verdict(False, f"{path}: CHANGED: {'; '.join(faults)}.", held)
    told = f"{counted(len(files), 'file')} and {counted(len(events), 'chained event')}"
    return Verdict(True, f"{path}: intact, {told}, seal {held}.", held)


def register(home: Path, entry: Mapping[str, str]) -> None:
    """Keep the seal of a dossier made in a home, once."""
    path = home / "dossiers.jsonl"
    if any(known.get("seal") == entry["seal"] for known in registered(home)):
        return
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
    except OSError as error:
        raise AmiableError(f"{path} cannot be written: {error.strerror or error}.") from error


def registered(home: Path) -> list[dict[str, str]]:
    """Dossiers that a home made, oldest first.

    Raises
    ------
    AmiableError
        When the register is no longer what `register` wrote.
    """
    path = home / "dossiers.jsonl"
    if not path.exists():
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [dict(json.loads(line)) for line in lines if line.strip()]
    except (OSError, ValueError, TypeError) as error:
        raise AmiableError(f"{path} cannot be read: it was written by something else.") from error


def _unknown_seal(held: str, wanted: str | None, suit_id: str, home: Path | None) -> list[str]:
    if wanted is not None:
        same = held == wanted.strip().lower()
        return [] if same else [f"it bears another seal, {held}"]
    if home is None:
        return []
    known = [entry for entry in registered(home) if entry.get("suit_id") == suit_id]
    if known and all(entry.get("seal") != held for entry in known):
        return [f"this home made dossiers of that suit, none with the seal {held[:64]}"]
    return []


def _differences(files: Mapping[str, bytes], noted: Mapping[str, str]) -> list[str]:
    changed = [name for name in noted if name in files and _digest(files[name]) != noted[name]]
    lists = {
        "changed": changed,
        "removed": [name for name in noted if name not in files],
        "added": [name for name in files if name not in noted],
    }
    return [f"{what} {_few(names)}" for what, names in lists.items() if names]


def _few(names: Sequence[str]) -> str:
    told = ", ".join(clean(name)[:80] for name in sorted(names)[:5])
    return told + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _bare(events: Sequence[Event]) -> list[Event]:
    return [
        {name: value for name, value in event.items() if name not in ("number", "sha256")}
        for event in events
    ]


def _listed(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    return [
        {"path": name, "size": len(content), "sha256": _digest(content)}
        for name, content in sorted(files.items())
    ]


def _packed(files: Mapping[str, bytes], as_of: date) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            day = (max(as_of.year, 1980), as_of.month, as_of.day, 0, 0, 0)
            entry = zipfile.ZipInfo(name, date_time=day)
            # The same on every system that may pack or check.
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return held.getvalue()


def _unpacked(content: bytes) -> dict[str, bytes]:
    """The files of an archive, refused when two bear one name or one was compressed.

    Nothing is written to disk, so that no name can lead out of a folder.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos = archive.infolist()
        names = [info.filename for info in infos]
        if any(info.compress_type != zipfile.ZIP_STORED for info in infos):
            raise zipfile.BadZipFile("it was packed anew, with compression; check the first copy")
        if sum(info.file_size for info in infos) > len(content):
            raise zipfile.BadZipFile("it claims more bytes than it holds")
        if len(set(names)) < len(names):
            raise zipfile.BadZipFile("two files bear one name")
        return {info.filename: archive.read(info) for info in infos}


def _seal(told: Mapping[str, Any]) -> str:
    return _digest(_canonical(told))


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _text(manifest: Mapping[str, Any]) -> bytes:
    return (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode(
        "utf-8", "surrogatepass"
    )


def _digest(content: bytes | str) -> str:
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return hashlib.sha256(raw).hexdigest()
