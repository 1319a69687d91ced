"""Refused rows, with the reason: they come in, and leave when they are put right."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import duckdb

from pipelines.sources.reading import SourceReport
from pipelines.store import statement

_PIECE = 1 << 20


def source_id(path: str) -> str:
    """Identifier of a source: the same path is the same source, from wherever it is called."""
    resolved = Path(path).resolve().as_posix()
    return hashlib.sha256(resolved.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def fingerprint(path: str) -> str | None:
    """SHA-256 of a source's bytes; ``None`` when it is not a file."""
    if not Path(path).is_file():
        return None
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def requarantine(
    con: duckdb.DuckDBPyConnection,
    refused: str,
    accepted: str,
    *,
    source: str,
    imported_at: datetime,
) -> None:
    """Renew what the quarantine holds after one import of ``source``.

    ``refused``: row_number, table_name, reason, payload, key (null when unreadable), amount.
    ``accepted``: row_number, table_name, key of the accepted canonical rows. A quarantined row
    leaves when its key is accepted, from whatever source, or, without a key, when its number
    is accepted from the same source; it gives way to the same row refused anew. Entries that
    stay as they were are not touched. Runs inside the caller's transaction.
    """
    parameters = {"source": source, "source_id": source_id(source)}
    con.execute(
        statement(
            """create or replace temp table intake_entering as
            select
                $source as source,
                refused.table_name,
                refused.row_number,
                refused.reason,
                refused.payload,
                refused.key,
                $source_id as source_id,
                refused.amount,
            from {refused} as refused""",
            refused=refused,
        ),
        parameters,
    )
    con.execute(
        statement(
            """delete from intake.quarantine as held
            where
                (
                    exists (
                        select 1 from {accepted} as accepted
                        where accepted.table_name = held.table_name and accepted.key = held.key
                    )
                    or (
                        held.source_id = $source_id
                        and held.key is null
                        and exists (
                            select 1 from {accepted} as accepted
                            where accepted.row_number = held.row_number
                        )
                    )
                    or (
                        held.source_id = $source_id
                        and exists (
                            select 1 from intake_entering as entering
                            where
                                entering.table_name = held.table_name
                                and (
                                    entering.key = held.key
                                    or (
                                        held.key is null
                                        and entering.row_number = held.row_number
                                    )
                                )
                        )
                    )
                )
                and not exists (
                    select 1 from intake_entering as entering
                    where {same}
                )""",
            accepted=accepted,
            same=_SAME,
        ),
        {"source_id": parameters["source_id"]},
    )
    con.execute(
        statement(
            """insert into intake.quarantine by name
            select entering.*, $imported_at::timestamp as imported_at
            from intake_entering as entering
            where not exists (select 1 from intake.quarantine as held where {same})""",
            same=_SAME,
        ),
        {"imported_at": imported_at},
    )
    con.execute("drop table intake_entering")


_SAME = """held.source_id = entering.source_id
    and held.table_name = entering.table_name
    and held.row_number = entering.row_number
    and held.reason = entering.reason
    and held.payload is not distinct from entering.payload"""


def record_source(
    con: duckdb.DuckDBPyConnection, report: SourceReport, *, imported_at: datetime
) -> None:
    """Keep the account of one source in ``intake.sources``; an equal account is not touched.

    Runs inside the caller's transaction.
    """
    account = {
        "source_id": source_id(report.path),
        "path": report.path,
        "format": report.format,
        "fingerprint": fingerprint(report.path),
        "read": report.read,
        "accepted": report.accepted,
        "out_of_scope": report.out_of_scope,
        "quarantined": report.quarantined,
        "amount_read": report.amount_read,
        "amount_accepted": report.amount_accepted,
        "amount_out_of_scope": report.amount_out_of_scope,
        "amount_quarantined": report.amount_quarantined,
        "unreadable_amounts": report.unreadable_amounts,
    }
    names = ", ".join(account)
    held = con.execute(
        statement("select {names} from intake.sources where source_id = $id", names=names),
        {"id": account["source_id"]},
    ).fetchall()
    if held == [tuple(account.values())]:
        return
    con.execute("delete from intake.sources where source_id = $id", {"id": account["source_id"]})
    con.execute(
        statement(
            "insert into intake.sources by name"
            " select {values}, $notes::varchar[] as notes, $imported_at::timestamp as imported_at",
            values=", ".join("$" + name + " as " + name for name in account),
        ),
        {**account, "notes": report.notes, "imported_at": imported_at},
    )
