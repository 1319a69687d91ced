"""What a store holds: rows by table, its first day, its fingerprint."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from data_schema import load_order
from pipelines.store import count, open_store, quoted, scalar, statement


def contents(path: Path) -> dict[str, int]:
    """Rows of each canonical table, and of ``quarantine``."""
    with open_store(path, read_only=True) as con:
        tables = {
            name: count(con, statement("select count(*) from {table}", table=quoted(name)))
            for name in load_order()
        }
        return {**tables, "quarantine": count(con, "select count(*) from intake.quarantine")}


def first_day(path: Path) -> date | None:
    """The first day on which the ledger knows a claim; None for an empty store."""
    with open_store(path, read_only=True) as con:
        day = scalar(con, "select min(coalesce(known_on, issued_on)) from claims")
        return day if isinstance(day, date) else None


def fingerprint(path: Path) -> str:
    """Sixteen hexadecimal digits that change with any row, whatever the order of the rows."""
    told = hashlib.sha256()
    with open_store(path, read_only=True) as con:
        for name in sorted(load_order()):
            held = "select concat(count(*), ' ', bit_xor(md5_number(row_hash))) from {table}"
            told.update(f"{name} {scalar(con, statement(held, table=quoted(name)))}\n".encode())
    return told.hexdigest()[:16]
