"""A letter that somebody wrote elsewhere, read from its file and checked."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from amiable.errors import AmiableError
from letters.tone.letter import check
from letters.tone.linter import Finding, Setting, likely_language
from letters.tone.reading import reading

#: A letter of more signs is none.
_MOST_BYTES = 1_000_000


def checked(file: Path, setting: Setting) -> tuple[list[Finding], float | None]:
    """Findings of a file, and how easily it reads.

    Raises
    ------
    AmiableError
        When the file cannot be read as a letter.
    """
    subject, text = _read(file)
    if not text.strip():
        raise AmiableError(f"{file}: no text to check.")
    spoken = replace(setting, language=setting.language or likely_language(text))
    found = check(text, spoken, subject=subject)
    return found, reading(text, spoken.language or "fr").ease


def _read(file: Path) -> tuple[str, str]:
    if file.suffix.lower() not in (".txt", ".md", ".eml"):
        raise AmiableError(f"{file}: a letter is read from .txt or .md, an e-mail from .eml.")
    try:
        size = file.stat().st_size
        content = file.read_bytes() if size <= _MOST_BYTES else b""
    except OSError as error:
        raise AmiableError(f"{file}: {error.strerror or error}.") from error
    if size > _MOST_BYTES:
        raise AmiableError(f"{file}: {size} bytes are no letter ({_MOST_BYTES} at most).")
    if file.suffix.lower() == ".eml":
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("plain",))
        if body is None:
            raise AmiableError(f"{file}: the e-mail has no plain text; save it as .txt.")
        try:
            return str(message["Subject"] or ""), str(body.get_content())
        except LookupError as error:
            raise AmiableError(f"{file}: {error}; save the e-mail as .txt in UTF-8.") from error
    if b"\x00" in content[:4096]:
        raise AmiableError(f"{file}: not a text; save the letter as UTF-8 text.")
    try:
        return "", content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "", content.decode("cp1252", errors="replace")
