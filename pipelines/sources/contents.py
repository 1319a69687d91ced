"""What the contents of a column say, judged on a sample of its cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from data_schema import codes

_DATE = re.compile(
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](\d{4}|\d{2})|(19|20)\d{6}"
    r"|\d{1,2}(er|st|nd|rd|th)?[-/. ]*[a-zéûA-Z]{3,9}[-/., ]*\d{2,4}"
    r"|[A-Za-zéû]{3,9}[-/. ]*\d{1,2}(st|nd|rd|th)?[-/., ]+\d{4})([T ]\d{1,2}[:h]\d{2}.*)?"
)
_NUMBER = re.compile(
    r"[-−–+(]*\s*([A-Z]{3}|US\$|[€$£])?\s*[-−–]?\d[\d\s.,'’\u00a0\u202f]*"
    r"([A-Z]{2,3}|[€$£])?\s*[-−–)]*"
)
_PARTED = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_NOTHING = frozenset({"", "-", "null", "none", "n/a", "nan", "#n/a"})
_YES_NO = frozenset({"yes", "no", "oui", "non", "true", "false", "vrai", "faux", "0", "1", "x"})
_CREDIT = re.compile(r"avoir|credit|note|refund|rembours|facture|invoice|^[sh]$|^(fa|av|rv|dg|dr)$")
_STATUS = re.compile(
    r"pay|paid|regl|sold|open|ouvert|annul|cancel|void|draft|brouillon|posted|comptabilis|closed"
    r"|overdue|retard|due|sent|envoy"
)


@dataclass(frozen=True, slots=True)
class Contents:
    """A sample of one column and the shares (0 to 1) of its filled cells that have a form."""

    cells: tuple[str, ...]
    filled: float
    dates: float
    numbers: float
    decimals: float
    distinct: float
    n_distinct: int

    def words(self) -> str:
        """The contents in words."""
        if not self.n_distinct:
            return "it is empty in the sample"
        if self.dates >= 0.8:
            return f"{self.dates:.0%} of its values are dates"
        if self.numbers >= 0.8:
            return f"{self.numbers:.0%} of its values are numbers"
        return f"it has {self.n_distinct} different values in {len(self.cells)} rows"


def contents_of(cells: Sequence[str]) -> Contents:
    """The shares of a sample of cells.

    >>> contents_of(["01/02/2024", "", "03/02/2024"]).dates
    1.0
    """
    filled = [cell for cell in cells if cell.lower() not in _NOTHING]
    count = len(filled) or 1
    numbers = [cell for cell in filled if _NUMBER.fullmatch(cell)]
    return Contents(
        cells=tuple(cells),
        filled=len(filled) / (len(cells) or 1),
        dates=sum(1 for cell in filled if _DATE.fullmatch(cell)) / count,
        numbers=len(numbers) / count,
        decimals=sum(1 for cell in numbers if re.search(r"[.,]\d{1,2}\D*$", cell)) / count,
        distinct=len(set(filled)) / count,
        n_distinct=len(set(filled)),
    )


def fitness(canonical: str, content: Contents) -> tuple[float, float]:
    """A factor for a score by name, and a score that the contents alone deserve (both 0 to 1)."""
    column = canonical.removeprefix("debtors.")
    if not content.n_distinct:
        # An empty column keeps its name: "settled on" is empty while nothing is settled.
        return (0.9, 0.0) if column in ("closed_on", "currency", "status") else (0.5, 0.0)
    texts = [cell.lower() for cell in content.cells if cell.lower() not in _NOTHING]
    judge = _JUDGES.get(column)
    if judge is not None:
        return judge(content, texts)
    return (1.0, 0.0)


def _as_date(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    serials = sum(1 for cell in texts if re.fullmatch(r"[34]\d{4}", cell)) / len(texts)
    return (1.0 if max(content.dates, serials) >= 0.6 else 0.05), 0.0


def _as_first_dates(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    factor, _ = _as_date(content, texts)
    return factor, (0.36 if content.dates >= 0.9 and content.filled >= 0.9 else 0.0)


def _as_amount(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    is_number = content.numbers >= 0.6 and content.dates < 0.5
    alone = 0.4 if is_number and content.decimals >= 0.6 and content.filled >= 0.9 else 0.0
    return (1.0 if is_number else 0.05), alone


def _as_part(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    return _as_amount(content, texts)[0], 0.0


def _as_identifier(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    if content.dates >= 0.6 and not all(re.fullmatch(r"\d{8}", cell) for cell in texts):
        return 0.05, 0.0
    if content.decimals >= 0.5:
        return 0.05, 0.0
    unique = content.distinct >= 0.8 or content.n_distinct >= 20
    alone = 0.37 if content.distinct >= 0.99 and content.filled >= 0.99 and len(texts) > 5 else 0.0
    return (1.0 if unique or len(texts) < 6 else 0.5), alone


def _as_debtor(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    if content.dates >= 0.6 or content.decimals >= 0.5:
        return 0.05, 0.0
    repeated = content.distinct < 0.8 and content.n_distinct >= 4 and content.filled >= 0.9
    is_text = content.numbers < 0.2 and max(len(cell) for cell in texts) > 3
    return (1.0 if content.n_distinct > 1 or len(texts) < 6 else 0.6), (
        0.36 if repeated and is_text else 0.0
    )


def _as_creditor(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    few = content.n_distinct <= max(3, 0.02 * len(texts))
    return (0.9 if few else 0.05), 0.0


def _as_name(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    wordy = sum(1 for cell in texts if re.search(r"[^\W\d_]{2}", cell)) / len(texts)
    return (1.0 if wordy >= 0.6 and content.dates < 0.5 else 0.05), 0.0


def _as_currency(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    known = sum(1 for cell in texts if re.fullmatch(r"[a-z]{3}|[€$£]|euros?", cell)) / len(texts)
    return (1.0 if known >= 0.9 else 0.05), 0.0


def _as_document_type(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    seen = sum(1 for cell in texts if _CREDIT.search(cell.replace("é", "e"))) / len(texts)
    return (1.0 if seen >= 0.5 else 0.05), 0.0


def _as_status(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    seen = sum(1 for cell in texts if _STATUS.search(cell.replace("é", "e"))) / len(texts)
    return (1.0 if seen >= 0.5 and content.n_distinct <= 20 else 0.05), 0.0


def _as_siren(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    digits = [re.sub(r"\W", "", cell) for cell in texts]
    share = sum(1 for cell in digits if re.fullmatch(r"\d{9}(\d{5})?", cell)) / len(digits)
    checked = sum(1 for cell in digits if re.fullmatch(r"\d{9}(\d{5})?", cell) and _luhn(cell[:9]))
    return (1.0 if share >= 0.6 else 0.05), (0.8 if checked / len(digits) >= 0.9 else 0.0)


def _as_email(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    share = sum(1 for cell in texts if re.fullmatch(r"[^@\s]+@[^@\s]+\.\w+", cell)) / len(texts)
    return (1.0 if share >= 0.6 else 0.05), (0.8 if share >= 0.9 else 0.0)


def _as_country(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    share = sum(1 for cell in texts if re.fullmatch(r"[a-z]{2}", cell)) / len(texts)
    return (1.0 if share >= 0.9 else 0.05), 0.0


def _as_postcode(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    share = sum(1 for cell in texts if re.fullmatch(r"[a-z0-9 -]{3,9}", cell)) / len(texts)
    return (1.0 if share >= 0.9 else 0.05), 0.0


def _as_kind(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    return (1.0 if set(texts) <= set(codes("debtor_kind")) else 0.05), 0.0


def _as_nature(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    return (1.0 if set(texts) <= set(codes("claim_nature")) else 0.05), 0.0


def _as_bool(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    return (1.0 if set(texts) <= _YES_NO else 0.05), 0.0


def _as_count(content: Contents, texts: Sequence[str]) -> tuple[float, float]:
    return (1.0 if all(re.fullmatch(r"\d+([.,]\d+)?", cell) for cell in texts) else 0.05), 0.0


_JUDGES = {
    "claim_id": _as_identifier,
    "debtor_id": _as_debtor,
    "creditor_id": _as_creditor,
    "issued_on": _as_first_dates,
    "due_on": _as_date,
    "closed_on": _as_date,
    "performed_on": _as_date,
    "created_on": _as_date,
    "amount": _as_amount,
    "vat_amount": _as_part,
    "balance": _as_part,
    "credit": _as_part,
    "currency": _as_currency,
    "document_type": _as_document_type,
    "status": _as_status,
    "name": _as_name,
    "siren": _as_siren,
    "email": _as_email,
    "country": _as_country,
    "language": _as_country,
    "postcode": _as_postcode,
    "kind": _as_kind,
    "nature": _as_nature,
    "has_order": _as_bool,
    "has_delivery_proof": _as_bool,
    "has_terms": _as_bool,
    "headcount": _as_count,
    "solvency_score": _as_count,
    "contract_penalty_rate": _as_count,
}


def date_form(columns: Sequence[Contents]) -> tuple[str | None, bool | None]:
    """The ``strptime`` form shared by all dates in figures, and whether the day leads.

    Both are None unless every filled cell has the same form and one date leaves no choice.
    """
    cells = [cell for column in columns for cell in column.cells if cell.lower() not in _NOTHING]
    parts = [_PARTED.fullmatch(cell) for cell in cells]
    found = [(int(part[1]), int(part[3]), part[2]) for part in parts if part]
    day_first = any(first > 12 for first, _, _ in found)
    month_first = any(second > 12 for _, second, _ in found)
    if day_first == month_first:
        return None, None
    signs = {sign for _, _, sign in found}
    if len(found) < len(cells) or len(signs) > 1:
        return None, day_first
    sign = signs.pop()
    return sign.join(("%d", "%m", "%Y") if day_first else ("%m", "%d", "%Y")), day_first


def derived_from_the_end(content: Contents, dates: Mapping[str, Contents]) -> str | None:
    """Why a further column tells the end of its claims; None if nothing shows that it does.

    ``dates`` holds the sample's canonical date columns, row by row with ``content``.
    """
    _, day_first = date_form(list(dates.values()))
    order = day_first is not False
    read = {name: [_day(cell, order) for cell in column.cells] for name, column in dates.items()}
    issued, due, closed = (read.get(name) for name in ("issued_on", "due_on", "closed_on"))
    if content.dates >= 0.8 and issued:
        pairs = [
            (own, start)
            for own, start in zip(
                (_day(cell, order) for cell in content.cells), issued, strict=True
            )
            if own and start
        ]
        if pairs and sum(1 for own, start in pairs if own > start) > 0.05 * len(pairs):
            return "its dates lie after the invoice, and nothing says when they became known"
    if closed and content.numbers >= 0.8:
        for start, words in ((issued, "issue"), (due, "due date")):
            if start and _counts_days(content.cells, start, closed):
                return f"it counts the days from {words} to settlement"
    if closed and content.filled < 0.95:
        ended = [cell for cell, end in zip(content.cells, closed, strict=True) if end]
        open_cells = [cell for cell, end in zip(content.cells, closed, strict=True) if not end]
        if ended and any(ended) and len(open_cells) > 5 and not any(open_cells):
            return "it is filled on settled invoices only"
    return None


def _counts_days(
    cells: Sequence[str], start: Sequence[date | None], end: Sequence[date | None]
) -> bool:
    known = [
        (cell, (last - first).days)
        for cell, first, last in zip(cells, start, end, strict=True)
        if first and last and re.fullmatch(r"-?\d+", cell)
    ]
    same = sum(1 for cell, days in known if int(cell) in (days, max(0, days)))
    return len(known) > 5 and same >= 0.95 * len(known)


def _day(cell: str, day_first: bool) -> date | None:
    iso = re.match(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})", cell)
    parted = re.match(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", cell)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if parted:
            first, second = int(parted[1]), int(parted[2])
            day, month = (first, second) if day_first else (second, first)
            return date(int(parted[3]), month, day)
    except ValueError:
        return None
    return None


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
