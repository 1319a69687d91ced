"""The statement of account of one claim on paper: each stretch with its rate and its article."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from data_schema import word as code_word
from law.french import term
from law.interest import rates_known_from
from law.words import word as law_word
from letters.paper import pdf
from letters.writing import clean, count, money, percent, short_day, word

Row = Mapping[str, Any]

COLUMNS = ("line", "period", "days", "base", "rate", "article", "amount")


def statement_pdf(
    rows: Sequence[Row], parties: Mapping[str, Any], *, language: str, invented: bool
) -> bytes:
    """The statement of one claim as PDF.

    ``rows`` are the lines of the claim in order, ``parties`` its names and numbers. The lines add
    up to the total due on ``as_of``.

    Raises
    ------
    ValueError
        Without a line.
    """
    if not rows:
        raise ValueError("no line to set")
    as_of, currency = rows[0]["as_of"], rows[0]["currency"]
    total = sum((row["amount"] for row in rows), Decimal(0))
    number = parties["invoice_number"] or parties["claim_id"]
    data = {
        "title": word("statement", "title", language).format(number=clean(number)),
        "author": clean(parties["creditor_name"] or parties["creditor_id"] or ""),
        "language": language,
        "watermark": word("letter", "invented", language) if invented else None,
        "page": word("letter", "page", language),
        "facts": _facts(parties, as_of, language),
        "head": [word("statement", name, language) for name in COLUMNS],
        "rows": [list(_cells(row, language)) for row in rows],
        "total": [
            word("statement", "total", language).format(day=short_day(as_of, language)),
            money(total, currency, language),
        ],
        "notes": notes(rows, language),
    }
    return pdf("statement", data, as_of=as_of)


def file_name(claim_id: str, ending: str) -> str:
    """The name of the file that a statement is taken along as.

    >>> file_name("../F 2025", "pdf")
    'decompte-F-2025.pdf'
    """
    kept = "-".join(part for part in re.split(r"[^0-9A-Za-z_-]+", claim_id) if part)
    return f"decompte-{kept or 'creance'}.{ending}"


def told(row: Row, language: str) -> dict[str, str]:
    """One line in words, by column: what a person reads on screen and on paper."""
    return dict(zip(COLUMNS, _cells(row, language), strict=True))


def _facts(parties: Mapping[str, Any], as_of: date, language: str) -> list[list[str]]:
    debtor = parties["debtor_name"] or parties["debtor_id"]
    found = {
        "creditor": parties["creditor_name"] or parties["creditor_id"],
        "debtor": debtor,
        "claim": parties["claim_id"],
        "invoice": parties["invoice_number"],
        "issued_on": short_day(parties["issued_on"], language) if parties["issued_on"] else None,
        "due_on": short_day(parties["due_on"], language) if parties["due_on"] else None,
        "as_of": short_day(as_of, language),
    }
    return [
        [word("statement", name, language), clean(value)] for name, value in found.items() if value
    ]


def _cells(row: Row, language: str) -> tuple[str, ...]:
    currency = row["currency"]
    return (
        _line(row, language),
        _period(row, language),
        "" if row["days"] is None else count(int(row["days"]), language),
        "" if row["base"] is None else money(row["base"], currency, language),
        "" if row["rate"] is None else percent(row["rate"], language, digits=3),
        _article(row, language),
        money(row["amount"], currency, language),
    )


def _line(row: Row, language: str) -> str:
    kind = word("statement", row["line"], language)
    if row["line"].removesuffix("_reversed") in ("payment", "credit"):
        kind += f" ({code_word('payment_method', row['label'], language)})"
        if row["to_interest"]:
            kind += " · " + word("statement", "imputed", language).format(
                interest=money(row["to_interest"], row["currency"], language),
                principal=money(row["to_principal"], row["currency"], language),
            )
    elif row["line"] == "principal" and row["label"]:
        kind += f" ({clean(row['label'])})"
    elif row["rule"]:
        kind += f" · {law_word('rate_rules', row['rule'], language)}"
    return kind


def _period(row: Row, language: str) -> str:
    if row["from_on"] is None:
        return ""
    first = short_day(row["from_on"], language)
    if row["to_on"] is None:
        return first
    last = short_day(row["to_on"] - timedelta(days=1), language)
    return word("statement", "stretch", language).format(first=first, last=last)


def _article(row: Row, language: str) -> str:
    said = row["article"] or ""
    if language == "fr":
        said = term("articles", said)
    if row["is_to_verify"]:
        said += f" ({word('statement', 'to_verify', language)})"
    if row["replaced"]:
        said += f" ({word('statement', 'replaced', language)})"
    return said


def untold_before(rows: Sequence[Row]) -> date | None:
    """The first day of the rates on file, where interest would have run before it; else None.

    Such a claim was invoiced before that day, and its first stretch begins on it.
    """
    first = next((row for row in rows if row["line"] in ("penalties", "legal_interest")), None)
    issued = next((row["from_on"] for row in rows if row["line"] == "principal"), None)
    if first is None or issued is None or first["rule"] == "agreed":
        return None
    begun = rates_known_from(first["line"])
    return begun if issued < begun == first["from_on"] else None


def untold(rows: Sequence[Row], language: str) -> str | None:
    """The same in a sentence; None where every day has its rate."""
    begun = untold_before(rows)
    if begun is None:
        return None
    return word("statement", "untold_note", language).format(day=short_day(begun, language))


def notes(rows: Sequence[Row], language: str) -> list[str]:
    """What has to be known to read the lines: how they are reckoned, which values are unsure."""
    found = [word("statement", "convention", language)]
    if ran_on := rows[0].get("ran_on"):
        day = short_day(ran_on, language)
        found.insert(0, word("statement", "carried_on", language).format(day=day))
    if (before := untold(rows, language)) is not None:
        found.append(before)
    if any(row["is_to_verify"] for row in rows):
        found.append(word("statement", "verify_note", language))
    replaced = dict.fromkeys(row["replaced"] for row in rows if row["replaced"])
    found += [
        word("statement", "replaced_note", language).format(why=clean(each)) for each in replaced
    ]
    return [*found, word("statement", "advice", language)]
