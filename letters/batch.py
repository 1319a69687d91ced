"""Many messages as files: drafts, letters, a mail-merge table. Nothing here can send."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from letters.letter import letters_pdf
from letters.mail import draft
from letters.render import Message
from letters.writing import clean

_LETTERS = ("letter", "registered_letter")
COLUMNS = (
    "rank",
    "contact_group_id",
    "to_sign",
    "channel",
    "action",
    "stage",
    "tone",
    "language",
    "debtor_id",
    "debtor_name",
    "contact_name",
    "email",
    "phone",
    "address",
    "postcode",
    "city",
    "country",
    "creditor_id",
    "creditor_name",
    "claims",
    "n_claims",
    "principal",
    "penalties",
    "interest",
    "indemnities",
    "total",
    "currency",
    "subject",
    "text",
)
"""Columns of the mail-merge table, in order."""


def eml(message: Message) -> bytes:
    """The message as a draft for a mail program."""
    request = message.request
    return draft(
        sender_name=request.sender.name or request.sender.identifier,
        sender=request.sender.email,
        to_name=request.contact_name or request.debtor.name or "",
        to=str(request.email),
        subject=message.subject,
        text=message.text,
    )


def file_name(message: Message, number: int, ending: str) -> str:
    """A name that any system takes and that tells a person what to do.

    The mark of a letter to be signed stands first, so that such letters lie together.
    """
    request = message.request
    bare = unicodedata.normalize("NFKD", clean(request.debtor.name or request.debtor.identifier))
    slug = re.sub(r"[^a-z0-9]+", "-", bare.encode("ascii", "ignore").decode().lower()).strip("-")
    mark = {"fr": "A-SIGNER_", "en": "TO-SIGN_"}[request.language] if message.to_sign else ""
    what = request.purpose
    return f"{mark}{number:04d}_{slug[:40] or 'debiteur'}_{what}.{ending}"


def merge_row(message: Message) -> dict[str, object]:
    """One row of the mail-merge table; sums as exact decimals, empty when currencies differ."""
    request, debtor = message.request, message.request.debtor
    currencies = {line.claim.currency for line in message.asked}
    # A message that asks for nothing states no sum.
    one = len(currencies) == 1 and message.asks

    def total(part: str) -> Decimal | None:
        return sum((getattr(line, part) for line in message.asked), Decimal(0)) if one else None

    row = {
        "rank": request.keys.get("rank"),
        "contact_group_id": request.keys.get("contact_group_id"),
        "to_sign": {"fr": "à signer", "en": "to sign"}[request.language] if message.to_sign else "",
        "channel": request.channel,
        "action": request.action,
        "stage": request.stage,
        "tone": request.tone,
        "language": request.language,
        "debtor_id": debtor.identifier,
        "debtor_name": debtor.name,
        "contact_name": request.contact_name,
        "email": request.email,
        "phone": request.phone,
        "address": debtor.address,
        "postcode": debtor.postcode,
        "city": debtor.city,
        "country": debtor.country,
        "creditor_id": request.creditor.identifier,
        "creditor_name": request.creditor.name,
        "claims": " | ".join(line.claim.number for line in message.asked),
        "n_claims": len(message.asked),
        "principal": total("principal"),
        "penalties": total("penalties"),
        "interest": total("interest"),
        "indemnities": total("indemnity"),
        "total": total("total"),
        "currency": " | ".join(sorted(currencies)),
        "subject": message.subject,
        "text": message.text,
    }
    return {name: row[name] for name in COLUMNS}


def drafts_zip(messages: Sequence[Message], *, as_of: date) -> bytes:
    """The ``.eml`` drafts of the messages that go by e-mail."""
    mails = [message for message in messages if message.request.channel == "email"]
    return zipped(
        {file_name(each, number, "eml"): eml(each) for number, each in enumerate(mails, start=1)},
        as_of=as_of,
    )


def letters_zip(messages: Sequence[Message], *, as_of: date) -> bytes:
    """One PDF for each letter, and one with all of them for the printer."""
    return zipped(_letters(messages), as_of=as_of)


def batch_zip(
    messages: Sequence[Message], *, as_of: date, further: Mapping[str, bytes] | None = None
) -> bytes:
    """Drafts, letters and what else belongs to the batch, in one archive."""
    mails = [message for message in messages if message.request.channel == "email"]
    files = {
        f"emails/{file_name(each, number, 'eml')}": eml(each)
        for number, each in enumerate(mails, start=1)
    }
    files |= {f"letters/{name}": made for name, made in _letters(messages).items()}
    return zipped({**files, **(further or {})}, as_of=as_of)


def _letters(messages: Sequence[Message]) -> dict[str, bytes]:
    letters = [message for message in messages if message.request.channel in _LETTERS]
    if not letters:
        return {}
    files = {
        file_name(each, number, "pdf"): letters_pdf([each])
        for number, each in enumerate(letters, start=1)
    }
    # Every language keeps its own hyphenation and words.
    for language in sorted({each.request.language for each in letters}):
        spoken = [each for each in letters if each.request.language == language]
        files[f"all_{language}.pdf"] = letters_pdf(spoken)
    return files


def zipped(files: Mapping[str, bytes], *, as_of: date) -> bytes:
    """An archive whose bytes depend on its files and the day alone."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(
                name, date_time=(max(as_of.year, 1980), as_of.month, as_of.day, 0, 0, 0)
            )
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return held.getvalue()
