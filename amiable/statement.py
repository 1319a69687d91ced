"""The statement of account of a claim: on the terminal, as a table, as a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amiable.errors import AmiableError
from amiable.export import harmless, write
from amiable.home import Home
from amiable.report import write_bytes
from letters.statement import statement_pdf, told
from pipelines.warehouse import Warehouse

if TYPE_CHECKING:
    from pandas import DataFrame

Rows = list[dict[str, Any]]


def open_claim(warehouse: Warehouse, text: str) -> str:
    """The id of the open claim with that id or invoice number.

    Raises
    ------
    AmiableError
        When none or several bear it, or the claim is not open.
    """
    as_of = warehouse.versions()[0]["as_of"]
    found = warehouse.find_claims(text)
    if not found:
        raise AmiableError(f"No claim or invoice {text!r} on {as_of}.")
    if len(found) > 1:
        raise AmiableError(f"{len(found)} claims bear invoice {text!r}: {', '.join(found)}.")
    if not warehouse.trace("parties", found[0]):
        raise AmiableError(f"Claim {found[0]} is not open on {as_of}: nothing is due on it.")
    return found[0]


def lines(rows: Rows, language: str) -> Iterator[str]:
    """The statement as text, a line each, and the total due."""
    total = sum((row["amount"] for row in rows), Decimal(0))
    for row in rows:
        cells = told(row, language)
        days = f"{cells['days']}/365" if cells["days"] else ""
        borne = " × ".join(filter(None, (cells["base"], cells["rate"], days)))
        parts = (cells["line"], cells["period"], borne, cells["article"])
        yield f"{row['amount']:>14,.2f}  " + " | ".join(filter(None, parts))
    yield f"{total:>14,.2f}  {rows[0]['currency']} on {rows[0]['as_of']}"


def frame(rows: Rows) -> DataFrame:
    """The lines as a table, the last day of a stretch included in it."""
    import pandas as pd

    made = pd.DataFrame(rows)
    last = pd.to_datetime(made.pop("to_on")) - pd.Timedelta(days=1)
    made.insert(list(made.columns).index("from_on") + 1, "last_on", last.dt.date)
    return made


def csv_text(rows: Rows) -> bytes:
    """The lines as a CSV that a spreadsheet opens, no cell of it a formula."""
    return harmless(frame(rows)).to_csv(index=False).encode("utf-8-sig")


def statement_paper(warehouse: Warehouse, claim_id: str, *, language: str, invented: bool) -> bytes:
    """The statement of one open claim as PDF."""
    (parties,) = warehouse.trace("parties", claim_id)
    return statement_pdf(
        warehouse.statement(claim_id), parties, language=language, invented=invented
    )


def write_statement(
    home: Home, text: str | None, target: Path, *, language: str, as_of: date | None
) -> str:
    """Write the statement of one claim, or of every open claim as a table; what to tell.

    Raises
    ------
    AmiableError
        For another ending, a PDF of every claim, or a claim that is not open.
    """
    with Warehouse(home.path, as_of) as warehouse:
        claim_id = None if text is None else open_claim(warehouse, text)
        rows = warehouse.statement(claim_id)
        if not rows:
            raise AmiableError("No claim is open: there is no statement to write.")
        made = None
        if target.suffix.lower() == ".pdf":
            if claim_id is None:
                raise AmiableError("A PDF holds the statement of one claim: name it.")
            made = statement_paper(warehouse, claim_id, language=language, invented=home.is_demo)
    if made is not None:
        write_bytes(target, made)
    else:
        write(frame(rows), target, watermark="DEMO, invented" if home.is_demo else None)
    n = len({row["claim_id"] for row in rows})
    return f"{target}: {len(rows)} lines of {n} {'claim' if n == 1 else 'claims'}."
