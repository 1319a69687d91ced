"""The statement of account of a claim: on the terminal, as a table, as a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amiable import law_values
from amiable.errors import AmiableError
from amiable.export import harmless, write
from amiable.home import Home
from amiable.logs import counted
from amiable.report import write_bytes
from law import interest, parameters
from law.interest import Line
from law.rows import rate_source
from letters.statement import statement_pdf, told, untold
from letters.writing import money, short_day, word
from pipelines.warehouse import Warehouse

if TYPE_CHECKING:
    from pandas import DataFrame

Rows = list[dict[str, Any]]
_FURTHEST = timedelta(days=5 * 365)
_NO_CELL: dict[str, Any] = dict.fromkeys(("number", "label", "to_interest", "to_principal"))


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


def until(warehouse: Warehouse, claim_id: str, day: date) -> Rows:
    """The statement carried on to a later day, were nothing paid and the law the same until then.

    Rates of half-years that are not known yet are the last known ones, marked to verify. The
    component is rounded once: the last stretch absorbs what rounding left.

    Raises
    ------
    AmiableError
        When the day is not after the day of the run, or more than five years after it.
    """
    rows = warehouse.statement(claim_id)
    as_of: date = rows[0]["as_of"]
    if not as_of < day <= as_of + _FURTHEST:
        raise AmiableError(f"{day} is not within five years after {as_of}, the day of the run.")
    bearing = warehouse.trace("bearing", claim_id)
    rows = [{**row, "as_of": day, "ran_on": as_of} for row in rows]
    if not bearing or bearing[0]["is_stopped"]:
        return rows
    terms = bearing[0]
    with law_values.of_day(warehouse):
        exact = _further(terms, max(as_of, terms["from_on"]), day)
        kind = "penalties" if terms["is_commercial"] else "legal_interest"
        made = [{**_NO_CELL, **_row(rows[0], terms, line, kind)} for line in exact]
    if not made:
        return rows
    past = Decimal(int(terms["daily_products"])) / (100_000_000 * interest.DAYS_PER_YEAR)
    total = interest.rounded(past + sum((line.amount for line in exact), Decimal(0)))
    told = sum((row["amount"] for row in [*rows, *made[:-1]] if row["line"] == kind), Decimal(0))
    made[-1]["amount"] = total - told
    at = next((n for n, row in enumerate(rows) if row["line"] == "indemnity"), len(rows))
    joined = [*rows[:at], *made, *rows[at:]]
    return [{**row, "number": number} for number, row in enumerate(joined, start=1)]


def _further(terms: dict[str, Any], first: date, day: date) -> list[Line]:
    """Stretches of the rule that the claim bears by, amounts exact."""
    stretch = [(first, day, terms["balance"])]
    rule, agreed = terms["rule"], terms["agreed_rate"]
    if first >= day:
        return []
    if rule == "agreed":
        days = (day - first).days
        amount = terms["balance"] * agreed * days / interest.DAYS_PER_YEAR
        article = parameters.record("interest", "consumer_interest_start", first).article
        return [Line(first, day, days, terms["balance"], agreed, article, amount)]
    if terms["is_commercial"]:
        return interest.penalty_lines(stretch, agreed, public=rule == "public")
    return interest.legal_lines(
        stretch, individual=rule == "legal_individual", raised_on=terms["uplift_on"]
    )


def _row(like: dict[str, Any], terms: dict[str, Any], line: Line, kind: str) -> dict[str, Any]:
    rule = terms["rule"]
    if rule == "contract" and line.rate > terms["agreed_rate"]:
        rule = "floor"
    elif terms["uplift_on"] is not None and line.from_on >= terms["uplift_on"]:
        rule += "_raised"
    last = line.to_on - timedelta(days=1)
    article, unsure, own = rate_source(rule, line.from_on, last)
    kept = {name: like[name] for name in ("as_of", "ran_on", "claim_id", "debtor_id", "currency")}
    return {
        **kept,
        "line": kind,
        "from_on": line.from_on,
        "to_on": line.to_on,
        "days": line.days,
        "base": line.balance,
        "rate": line.rate,
        "rule": rule,
        "article": article,
        "is_to_verify": unsure,
        "replaced": own,
        "amount": interest.rounded(line.amount),
    }


def lines(rows: Rows, language: str) -> Iterator[str]:
    """The statement as text, a line each, and the total due."""
    total = sum((row["amount"] for row in rows), Decimal(0))
    for row in rows:
        cells = told(row, language)
        days = f"{cells['days']}/365" if cells["days"] else ""
        borne = " × ".join(filter(None, (cells["base"], cells["rate"], days)))
        parts = (cells["line"], cells["period"], borne, cells["article"])
        yield f"{cells['amount']:>16}  " + " | ".join(filter(None, parts))
    due = word("statement", "total", language).format(day=short_day(rows[0]["as_of"], language))
    yield f"{money(total, rows[0]['currency'], language):>16}  {due}"
    if (before := untold(rows, language)) is not None:
        yield before


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


def statement_paper(
    warehouse: Warehouse,
    claim_id: str,
    *,
    language: str,
    invented: bool,
    rows: Rows | None = None,
) -> bytes:
    """The statement of one open claim as PDF; ``rows`` where it was carried on to a later day."""
    (parties,) = warehouse.trace("parties", claim_id)
    told = warehouse.statement(claim_id) if rows is None else rows
    return statement_pdf(told, parties, language=language, invented=invented)


def write_statement(
    home: Home,
    text: str | None,
    target: Path,
    *,
    language: str,
    as_of: date | None,
    day: date | None = None,
) -> str:
    """Write the statement of one claim, or of every open claim as a table; what to tell.

    ``day`` carries the statement of one claim on to a later day.

    Raises
    ------
    AmiableError
        For another ending, a PDF of every claim, or a claim that is not open.
    """
    with Warehouse(home.path, as_of) as warehouse:
        claim_id = None if text is None else open_claim(warehouse, text)
        if day is not None and claim_id is None:
            raise AmiableError("Only the statement of one claim is carried on: name it.")
        rows = (
            warehouse.statement(claim_id)
            if day is None or claim_id is None
            else until(warehouse, claim_id, day)
        )
        if not rows:
            raise AmiableError("No claim is open: there is no statement to write.")
        made = None
        if target.suffix.lower() == ".pdf":
            if claim_id is None:
                raise AmiableError("A PDF holds the statement of one claim: name it.")
            made = statement_paper(
                warehouse, claim_id, language=language, invented=home.is_demo, rows=rows
            )
    if made is not None:
        write_bytes(target, made)
    else:
        write(frame(rows), target, watermark="DEMO, invented" if home.is_demo else None)
    n = len({row["claim_id"] for row in rows})
    return f"{target}: {counted(len(rows), 'line')} of {counted(n, 'claim')}."
