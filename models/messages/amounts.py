"""Sums of money that a text names, and how often it wants to pay."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_LARGEST = Decimal("1e10")
_FIGURE = r"(?:\d{1,3}(?:[  .,']\d{3}){1,4}|\d{1,12})(?:[.,]\d{1,2})?(?!\d)"
_CURRENCY = r"(?:€|e\b|eur\b|euros?\b|balles\b)"
_SUM = re.compile(
    rf"(?<![\w/.,-])(?P<figure>{_FIGURE}) ?(?:(?P<thousand>k) ?{_CURRENCY}?|{_CURRENCY}"
    r"(?:(?P<cents>\d\d)\b)?)"
    rf"|(?:€|\beur\b|\beuros\b) ?(?P<before>{_FIGURE})(?P<kilo>k\b)?"
)
_TIMES = re.compile(
    r"\b(?:en|in|sur|over) (?P<n>\d{1,2}|deux|trois|troi|quatre|cinq|six|dix|douze|two|three|four|"
    r"five|ten|twelve) (?:fois|foi|echeances?|versements?|mensualites?|mois|moi|cheques?|"
    r"payments?|instal+ments?|monthly|months)\b"
    r"|\b(?P<x>\d{1,2}) ?(?:x|fois|mensualites?|versements|instal+ments?)\b"
)
_WORDS = {
    "deux": 2, "trois": 3, "troi": 3, "quatre": 4, "cinq": 5, "six": 6, "dix": 10, "douze": 12,
    "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10, "twelve": 12,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount in euros and where the plain text names it."""

    amount: Decimal
    start: int
    end: int


def sums(text: str) -> list[Sum]:
    """Amounts of euros in a plain text, in its order, exact to the cent.

    >>> [str(found.amount) for found in sums("1 234,56 € puis 2k€, puis eur 1,200.50")]
    ['1234.56', '2000.00', '1200.50']
    """
    found = []
    for match in _SUM.finditer(text):
        amount = _read(match["figure"] or match["before"])
        if amount is None:
            continue
        if match["thousand"] or match["kilo"]:
            amount *= 1000
        if match["cents"]:
            amount += Decimal(match["cents"]) / 100
        if 0 < amount < _LARGEST:
            found.append(Sum(amount.quantize(Decimal("0.01")), *match.span()))
    return found


def instalments(text: str) -> int | None:
    """In how many payments a plain text wants to pay; None when it does not say.

    >>> instalments("payer en trois fois"), instalments("3x sans frais"), instalments("tout")
    (3, 3, None)
    """
    match = _TIMES.search(text)
    if match is None:
        return None
    told = match["n"] or match["x"]
    count = int(told) if told.isdigit() else _WORDS[told]
    return count if 2 <= count <= 60 else None


def _read(figure: str) -> Decimal | None:
    """A figure as French or English writes it: the last mark before two digits is the decimal."""
    bare = figure.replace(" ", "").replace("'", "").replace(" ", "")
    decimal = re.search(r"[.,](\d{1,2})$", bare)
    whole = bare[: decimal.start()] if decimal else bare
    cents = decimal[1] if decimal else "0"
    try:
        return Decimal(f"{re.sub('[.,]', '', whole)}.{cents}")
    except InvalidOperation:
        return None
