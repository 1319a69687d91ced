"""Incoming messages in the store: kept once, matched to a debtor and its claims, read back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from pipelines.errors import LedgerRefused
from pipelines.quarantine import record_source, requarantine, source_id
from pipelines.sources import eml
from pipelines.sources.eml import Mail
from pipelines.sources.eml_text import LEGAL_FORMS
from pipelines.sources.reading import SourceReport
from pipelines.store import count, open_store, statement, transaction

_SQL = Path(__file__).parent / "sql" / "messages"
TABLE = "messages"

# A shared domain says nothing of who writes.
_SHARED = (
    "gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr live.com live.fr "
    "msn.com yahoo.com yahoo.fr ymail.com orange.fr wanadoo.fr free.fr laposte.net sfr.fr "
    "neuf.fr bbox.fr numericable.fr aol.com icloud.com me.com mac.com gmx.com gmx.fr gmx.net "
    "protonmail.com proton.me pm.me club-internet.fr aliceadsl.fr voila.fr cegetel.net "
    "mail.com zoho.com tutanota.com"
)
FREE_MAIL = _SHARED.split()


@dataclass(frozen=True, slots=True)
class Stored:
    """A message kept, with the debtor and claims that it was matched with.

    ``matched_by`` is ``address``, ``number``, ``name`` or ``domain``, the last two being hints
    that a person must check; None when it matches nobody.
    """

    message_id: str
    sent_at: datetime
    sender: str
    sender_name: str
    subject: str
    text: str
    attachments: tuple[str, ...]
    debtor_id: str | None
    debtor_name: str | None
    claim_ids: tuple[str, ...]
    matched_by: str | None


def import_mails(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    imported_at: datetime,
    strict: bool = False,
    mask: Callable[[str], str] = str,
) -> SourceReport:
    """Keep the e-mails of a file or folder that are not yet known; all or nothing.

    ``mask`` is applied to subjects and texts before they are kept.

    Raises
    ------
    LedgerRefused
        A folder without e-mails; under ``strict``, an e-mail that cannot be read.
    """
    mails: list[tuple[int, str, Mail]] = []
    refused: list[tuple[int, str, str]] = []
    for number, file in enumerate(eml.files(path), start=1):
        name = file.name if file == path else file.relative_to(path).as_posix()
        try:
            mails.append((number, name, eml.read(file)))
        except (LedgerRefused, OSError) as error:
            refused.append((number, name, str(error)))
    if strict and refused:
        number, name, reason = refused[0]
        raise LedgerRefused(f"{path}: {name}: {reason}; nothing was imported")
    report = SourceReport(
        path=str(path),
        format=eml.FORMAT,
        read=len(mails) + len(refused),
        accepted=len(mails),
        quarantined=len(refused),
    )
    with transaction(con):
        new = keep(con, [m for _, _, m in mails], path=path, imported_at=imported_at, mask=mask)
        match(con)
        _account(con, report, mails, refused, imported_at)
    report.tables[TABLE] = new
    return report


def keep(
    con: duckdb.DuckDBPyConnection,
    mails: Iterable[Mail],
    *,
    path: Path,
    imported_at: datetime,
    mask: Callable[[str], str] = str,
) -> int:
    """Keep messages that are not yet known, inside the caller's transaction; how many are new."""
    unique = {mail.message_id: mail for mail in mails}
    known = {
        str(row[0])
        for row in con.execute(
            "select message_id from intake.messages where list_contains($ids, message_id)",
            {"ids": list(unique)},
        ).fetchall()
    }
    rows = []
    for mail in unique.values():
        if mail.message_id in known:
            continue
        kept = eml.hidden(mail, mask)
        rows.append(
            [
                *(kept.message_id, kept.sent_at, kept.sender, kept.sender_name),
                *(kept.subject, kept.text, list(kept.attachments)),
                *(list(kept.mentions), list(kept.names), source_id(str(path)), imported_at),
            ]
        )
    if rows:
        con.executemany(_INSERT, rows)
    return len(rows)


def match(con: duckdb.DuckDBPyConnection) -> None:
    """Match every message anew with the debtors and claims that the store now holds.

    Runs inside the caller's transaction; costs nothing while there is no message.
    """
    if not count(con, "select count(*) from intake.messages"):
        return
    con.execute(
        "create or replace temp table messages_matched as " + _select("matched"),
        {"free_mail": FREE_MAIL, "legal_forms": sorted(LEGAL_FORMS)},
    )
    con.execute(_UPDATE)
    con.execute("drop table messages_matched")


def add_pasted(
    store: Path, mail: Mail, *, imported_at: datetime, mask: Callable[[str], str]
) -> str:
    """Keep one message that a person pasted; its identifier, the known one if it is known."""
    with open_store(store) as con, transaction(con):
        keep(con, [mail], path=Path("pasted"), imported_at=imported_at, mask=mask)
        match(con)
    return mail.message_id


def stored(store: Path) -> list[Stored]:
    """Every message kept, newest first; none where there is no store yet.

    Raises
    ------
    PipelineError
        Another process is importing.
    """
    if not store.exists():
        return []
    with open_store(store, read_only=True) as con:
        rows = con.execute(_select("stored")).fetchall()
    return [
        Stored(
            message_id=row[0],
            sent_at=row[1],
            sender=row[2],
            sender_name=row[3],
            subject=row[4],
            text=row[5],
            attachments=tuple(row[6]),
            debtor_id=row[7],
            debtor_name=row[8],
            claim_ids=tuple(row[9]),
            matched_by=row[10],
        )
        for row in rows
    ]


def _account(
    con: duckdb.DuckDBPyConnection,
    report: SourceReport,
    mails: Sequence[tuple[int, str, Mail]],
    refused: Sequence[tuple[int, str, str]],
    imported_at: datetime,
) -> None:
    con.execute(_REFUSED)
    con.execute(_ACCEPTED)
    if refused:
        con.executemany(
            "insert into messages_refused values (?, ?, ?, ?, ?, 0)",
            [
                [number, TABLE, reason, json.dumps({"file": name}, ensure_ascii=False), name]
                for number, name, reason in refused
            ],
        )
    if mails:
        con.executemany(
            "insert into messages_accepted values (?, ?, ?)",
            [[number, TABLE, name] for number, name, _ in mails],
        )
    requarantine(
        con, "messages_refused", "messages_accepted", source=report.path, imported_at=imported_at
    )
    record_source(con, report, imported_at=imported_at)
    for relation in ("messages_refused", "messages_accepted"):
        con.execute(statement("drop table {relation}", relation=relation))


def _select(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


_INSERT = """insert into intake.messages
    (message_id, sent_at, sender, sender_name, subject, text, attachments, mentions, names,
    source_id, imported_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_UPDATE = """update intake.messages
    set debtor_id = matched.debtor_id, claim_ids = matched.claim_ids,
        matched_by = matched.matched_by
    from messages_matched as matched
    where matched.message_id = messages.message_id"""
_REFUSED = """create or replace temp table messages_refused (row_number bigint, table_name varchar,
    reason varchar, payload varchar, key varchar, amount decimal(38,2))"""
_ACCEPTED = """create or replace temp table messages_accepted
    (row_number bigint, table_name varchar, key varchar)"""
