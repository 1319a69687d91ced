"""Electronic invoices (Factur-X, CII, UBL): each document is one row of its source.

A file, a folder or a zip archive is one source; its documents are numbered in the order of
their names. Invoices make claims, credit notes payments; parties are told apart by SIREN, else
by another registered identifier and the name.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import duckdb

from pipelines.errors import LedgerRefused
from pipelines.sources import einvoice_rows as rows
from pipelines.sources.einvoice_document import NotAnInvoice, amount
from pipelines.sources.einvoice_files import MAX_FILES, documents, holds_invoices, invoice_in
from pipelines.sources.einvoice_tables import EInvoiceTables
from pipelines.sources.reading import Reading

__all__ = ["holds_invoices", "read"]

FORMAT = "einvoice"


def read(con: duckdb.DuckDBPyConnection, path: Path, *, assumed_terms_days: int = 30) -> Reading:
    """Read the electronic invoices of a file, folder or zip archive.

    The reading hands over TEMP tables ``einvoice_<table>`` of claims, payments, creditors,
    debtors and documents. ``assumed_terms_days`` is only told: a run counts it from the issue
    date where no due date is stated. Amounts are in each document's own currency.

    Raises
    ------
    LedgerRefused
        A file given by itself is no electronic invoice or an archive without any, a folder
        holds none, or there are too many; the message says why.
    """
    reading = Reading(path=str(path), format=FORMAT)
    aside: list[str] = []
    entries: list[rows.Entry] = []
    refused: list[tuple[rows.Entry | None, int, str, str]] = []
    forms: Counter[str] = Counter()
    number = 0
    for number, found in enumerate(documents(path, aside), start=1):
        if number > MAX_FILES:
            raise LedgerRefused(
                f"{path} holds more than {MAX_FILES:,} documents; import it in parts"
            )
        try:
            if found.refusal:
                raise NotAnInvoice(found.refusal)
            invoice, form = invoice_in(found.name, found.content)
        except NotAnInvoice as error:
            if not path.is_dir() and path.name == found.name:
                raise LedgerRefused(f"{path}: {error}") from error
            refused.append((None, number, found.name, str(error)))
            continue
        sha256 = hashlib.sha256(found.content).hexdigest()
        entry = rows.Entry(number, found.name, sha256, form, invoice)
        complaint = rows.judge(entry)
        if complaint:
            refused.append((entry, number, found.name, complaint))
        else:
            entries.append(entry)
            forms[form] += 1
    if not number:
        raise LedgerRefused(f"{path} holds no PDF or XML; electronic invoices are one or the other")
    reading.read = number
    made = EInvoiceTables(con, reading, path, entries)
    made.make(assumed_terms_days)
    refused += made.homeless
    _refuse(con, reading, refused)
    if forms:
        told = ", ".join(f"{form} {n}" for form, n in sorted(forms.items()))
        reading.notes.insert(0, f"Documents read: {told}.")
    if aside:
        named = ", ".join(aside[:10]) + (" …" if len(aside) > 10 else "")
        reading.notes.append(f"Neither PDF nor XML, left aside: {named}.")
    return reading


def _refuse(
    con: duckdb.DuckDBPyConnection,
    reading: Reading,
    refused: Sequence[tuple[rows.Entry | None, int, str, str]],
) -> None:
    if not refused:
        return
    made = []
    for entry, number, name, reason in refused:
        said = {"file": name}
        worth = Decimal(0)
        if entry is None:
            reading.unreadable_amounts += 1
        else:
            invoice = entry.invoice
            said |= {
                "number": invoice.number,
                "seller": invoice.seller.name,
                "buyer": invoice.buyer.name,
                "currency": invoice.currency,
                "total": invoice.grand_total,
                "prepaid": invoice.prepaid,
                "payable": invoice.payable,
            }
            stated = amount(invoice.payable or invoice.grand_total)
            reading.unreadable_amounts += stated is None
            worth = (stated or Decimal(0)) * (-1 if invoice.is_credit_note else 1)
        payload = json.dumps({k: v[:500] for k, v in said.items() if v}, ensure_ascii=False)
        made.append((number, "claims", f"{name[:300]}: {reason}", payload, worth))
    con.execute(_REFUSED).fetchall()
    con.executemany("insert into einvoice_refused values (?, ?, ?, ?, ?)", made)
    reading.refused = "einvoice_refused"


_REFUSED = (
    "create or replace temp table einvoice_refused (row_number bigint, table_name varchar,"
    " reason varchar, payload varchar, amount decimal(38,2))"
)
