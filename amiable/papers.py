"""Letters and batches to files; a person looks at them, signs where needed, and sends."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from amiable import messages
from amiable.errors import AmiableError
from amiable.export import harmless
from amiable.home import Home
from amiable.logs import counted
from amiable.report import write_bytes
from letters import batch
from letters.letter import letters_pdf
from letters.render import Message
from pipelines.warehouse import Warehouse

# An archive without a message has no day of its own.
_FIRST_DAY = date(1980, 1, 1)


def write_letter(
    home: Home, subject: str, target: Path, *, stage: str | None, language: str | None
) -> list[str]:
    """Write the message about one claim as ``.pdf`` or ``.eml``; returns what to tell.

    Raises
    ------
    AmiableError
        When the claim is not open, the message is refused, or the file cannot be written.
    """
    with Warehouse(home.path) as warehouse:
        found = warehouse.find_claims(subject)
    if not found:
        raise AmiableError(f"No claim or invoice {subject!r} on the published day.")
    if len(found) > 1:
        raise AmiableError(f"{subject!r} is the invoice of several claims: {', '.join(found)}.")
    (claim_id,) = found
    try:
        prepared = messages.of_claim(home, claim_id, stage=stage, language=language)
    except LookupError as error:
        raise AmiableError(f"{error}.") from error
    if prepared.scripts:
        return _write_scripts(target, prepared)
    if not prepared.messages:
        raise AmiableError(" ".join(prepared.refused))
    (made, *_) = prepared.messages
    if target.suffix.lower() == ".pdf":
        write_bytes(target, letters_pdf(prepared.messages))
    elif target.suffix.lower() == ".eml" and made.request.channel == "email":
        write_bytes(target, batch.eml(made))
    else:
        raise AmiableError(f"{target}: a letter is written to .pdf, an e-mail also to .eml.")
    claims = sum(len(each.asked) for each in prepared.messages)
    told = [f"{target}: {made.request.purpose}, {counted(claims, 'claim')}, {made.total}."]
    if made.to_sign:
        told.append("À signer par une personne avant envoi. / To be signed by a person first.")
    return [*told, *prepared.refused]


def _write_scripts(target: Path, prepared: messages.Prepared) -> list[str]:
    """What to say where the contact advised is a call or a visit, as ``.txt``."""
    if target.suffix.lower() != ".txt":
        raise AmiableError(
            f"{target}: the contact advised is a call; its script is written to .txt."
        )
    told = "\n\n".join(f"{each.subject}\n\n{each.text}" for each in prepared.scripts)
    write_bytes(target, told.encode("utf-8"))
    request = prepared.scripts[0].request
    return [f"{target}: {request.channel}, {request.purpose}.", *prepared.refused]


def write_messages(
    home: Home, target: Path, *, language: str | None, beyond: bool
) -> tuple[str, list[str]]:
    """Write the day's written contacts as ``.zip`` or mail-merge ``.csv``.

    Returns
    -------
    tuple
        What was written, and one line for each message refused.

    Raises
    ------
    AmiableError
        For another ending, or a file that cannot be written.
    """
    day = messages.of_the_day(home, language=language, beyond=beyond)
    written = [each for each in day if messages.is_written(each)]
    made = [message for each in written for message in each.messages]
    refused = list(dict.fromkeys(line for each in written for line in each.refused))
    spoken = [script for each in day for script in each.scripts]
    ending = target.suffix.lower()
    if ending == ".csv":
        write_bytes(target, merge_csv(made, invented=home.is_demo))
    elif ending == ".zip":
        write_bytes(target, batch_zip(made, refused, spoken, invented=home.is_demo))
    else:
        raise AmiableError(f"{target}: messages are written to a .zip or a .csv file.")
    signs = sum(each.to_sign for each in made)
    by = {
        name: sum(each.request.channel in channels for each in made)
        for name, channels in (
            ("e-mails", ("email",)),
            ("letters", ("letter", "registered_letter")),
            ("text messages", ("sms",)),
        )
    }
    by["calls"] = len(spoken) if ending == ".zip" else 0
    told = ", ".join(f"{count} {name}" for name, count in by.items())
    return f"{target}: {told}; {signs} to be signed by a person; nothing was sent.", refused


def batch_zip(
    made: Sequence[Message], refused: Sequence[str], spoken: Sequence[Message], *, invented: bool
) -> bytes:
    """Drafts, letters, scripts of calls, the mail-merge table, and why others were not written."""
    further = {"merge.csv": merge_csv(made, invented=invented)}
    for number, script in enumerate(spoken, start=1):
        name = f"calls/{batch.file_name(script, number, 'txt')}"
        further[name] = f"{script.subject}\r\n\r\n{script.text}".encode("utf-8-sig")
    if refused:
        further["not_written.txt"] = ("\r\n".join(refused) + "\r\n").encode("utf-8-sig")
    if not made:
        return batch.zipped(further, as_of=_FIRST_DAY)
    return batch.batch_zip(made, as_of=made[0].request.as_of, further=further)


def merge_csv(made: Sequence[Message], *, invented: bool) -> bytes:
    """The mail-merge table: UTF-8 with its mark, cells that no spreadsheet runs as a formula."""
    rows = [batch.merge_row(message) for message in made]
    frame = pd.DataFrame(rows, columns=list(batch.COLUMNS), dtype=object)
    if invented:
        frame["portfolio"] = "DEMO, invented"
    held = io.StringIO()
    harmless(frame).to_csv(held, index=False, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    return held.getvalue().encode("utf-8-sig")
