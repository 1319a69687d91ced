"""Bank statements: what they bring in becomes ``bank_lines``, told apart for ever by their keys.

Three forms are read: the CSV of French banks, CAMT.053 and OFX. Money that leaves the account is
out of scope, unless it is a receipt that the bank takes back. No line is matched here: a person
confirms what `pipelines.sql.bank` proposes.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb

from pipelines.errors import LedgerRefused
from pipelines.sources import bank_camt, bank_csv, bank_ofx, text
from pipelines.sources.bank_fields import FIELDS
from pipelines.sources.reading import Incoming, Reading
from pipelines.store import count, scalar

FORMAT = "bank"
MAX_BYTES = 200_000_000

_ASIDE = {
    "debit": "{n} lines take money out of the account: out of scope",
    "debit_reversed": "{n} lines give back money paid out: out of scope",
    "pending": "{n} lines are not booked yet: out of scope until they are",
    "balance": "{n} lines are balances or totals: out of scope",
    "title": "{n} lines repeat the header: out of scope",
    "zero": "{n} lines of nothing: out of scope",
}
_SQL = Path(__file__).parent / "sql"


def looks_like_bank(path: Path) -> bool:
    """Whether a file is a bank statement, by its name and first bytes."""
    with path.open("rb") as file:
        head = file.read(16_384)
    if bank_camt.looks_like_camt(head) or bank_ofx.looks_like_ofx(head):
        return True
    return path.suffix.lower() in (".csv", ".txt", ".tsv") and bank_csv.looks_like_statement(path)


def read(con: duckdb.DuckDBPyConnection, path: Path) -> Reading:
    """Read one statement; working tables ``bank_*`` last until the next call.

    A line is accepted when it brings money in or takes such money back. Amounts are signed as
    the account sees them.

    Raises
    ------
    LedgerRefused
        The file is no statement of these forms, is broken, or is beyond a bound.
    """
    if not path.is_file():
        raise LedgerRefused(f"{path}: a bank statement is one file, not a folder")
    if path.stat().st_size > MAX_BYTES:
        raise LedgerRefused(
            f"{path.name} has more than {MAX_BYTES // 1_000_000} MB; export a shorter period"
        )
    reading = Reading(path=str(path), format=FORMAT)
    with path.open("rb") as file:
        head = file.read(16_384)
    if not head.strip():
        raise LedgerRefused(f"{path.name} is empty; export it again")
    is_ofx = bank_ofx.looks_like_ofx(head)
    if is_ofx or head.lstrip(b"\xef\xbb\xbf\xff\xfe\r\n\t ").startswith(b"<"):
        form = bank_ofx if is_ofx else bank_camt
        text.to_table(con, "bank_cells", FIELDS, form.lines(path, reading.notes))
        con.execute("update bank_cells set aside = nullif(aside, '')").fetchall()
        con.execute(_EMPTY_REFUSED).fetchall()
    else:
        bank_csv.to_cells(con, path, reading.notes)
    _account(con, reading)
    con.execute(_select("bank_lines")).fetchall()
    reading.incoming.append(Incoming("bank_lines", "bank_incoming"))
    return reading


def _account(con: duckdb.DuckDBPyConnection, reading: Reading) -> None:
    """Rows read, refused and left aside, with their amounts and why."""
    refused = count(con, "select count(*) from bank_refused")
    reading.refused = "bank_refused" if refused else None
    reading.read = refused + count(con, "select count(*) from bank_cells")
    aside = con.execute(_select("bank_aside")).fetchall()
    for reason, n, amount in aside:
        reading.out_of_scope += n
        reading.amount_out_of_scope += Decimal(str(amount))
        reading.notes.append(_ASIDE[reason].format(n=n))
    if not reading.read:
        reading.notes.append("The statement holds no line.")
    nameless = scalar(con, "select count(*) from bank_cells where account = '-' and aside is null")
    if nameless:
        reading.notes.append(
            "No account number in the file: its lines are taken as those of one account without a"
            " number."
        )


def _select(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


_EMPTY_REFUSED = (
    "create or replace temp table bank_refused (row_number bigint, table_name varchar,"
    " reason varchar, payload varchar, amount decimal(38,2))"
)
