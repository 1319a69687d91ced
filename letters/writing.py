"""Figures and days as each language writes them in a sentence; words of this room."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from data_schema.yaml_text import loaded

LANGUAGES = ("fr", "en")
#: Holds a figure and its sign on one line.
NBSP = "\u00a0"
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
#: Signs after which a word without a blank may be broken.
_LONG = 24
_UNWANTED = ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")


def money(amount: Decimal, currency: str, language: str, *, space: str = NBSP) -> str:
    """An amount to the cent; ``space`` stands between thousands and before the sign.

    >>> money(Decimal("1234.5"), "EUR", "fr", space=" ")
    '1 234,50 €'
    >>> money(Decimal("-1234.5"), "GBP", "en")
    '-£1,234.50'
    """
    exact = amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    sign = _SIGNS.get(currency, currency)
    text = f"{abs(exact):,.2f}"
    minus = "-" if exact < 0 else ""
    if language == "fr":
        return f"{minus}{text.replace(',', space).replace('.', ',')}{space}{sign}"
    return f"{minus}{sign}{text}" if len(sign) == 1 else f"{minus}{text}{space}{sign}"


def day(value: date, language: str) -> str:
    """A day in words.

    >>> day(date(2026, 3, 1), "fr"), day(date(2026, 3, 2), "en")
    ('1er mars 2026', '2 March 2026')
    """
    month = _MONTHS[language].split()[value.month - 1]
    number = "1er" if language == "fr" and value.day == 1 else str(value.day)
    return f"{number} {month} {value.year}"


def short_day(value: date | None, language: str) -> str:
    """A day in figures; a dash for none.

    >>> short_day(date(2026, 3, 1), "fr"), short_day(date(2026, 3, 1), "en"), short_day(None, "fr")
    ('01/03/2026', '2026-03-01', '–')
    """
    if value is None:
        return "–"
    return f"{value:%d/%m/%Y}" if language == "fr" else f"{value:%Y-%m-%d}"


def percent(share: Decimal | float, language: str, *, digits: int = 2) -> str:
    """A share in percent, without idle zeros.

    >>> percent(Decimal("0.124"), "en"), percent(0.3333, "en", digits=0)
    ('12.4%', '33%')
    """
    text = f"{float(share) * 100:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text.replace('.', ',')}{NBSP}%" if language == "fr" else f"{text}%"


def semicolon(language: str) -> str:
    """What stands between the parts of a list of phrases."""
    return " ; " if language == "fr" else "; "


def colon(language: str) -> str:
    """What stands between who or what is spoken of and what is said."""
    return " : " if language == "fr" else ": "


def iban(number: str | None) -> str | None:
    """An account number in groups of four, held together; another text as it is.

    >>> iban("FR7630006000011234567890189").replace(NBSP, " "), iban("chez nous"), iban(None)
    ('FR76 3000 6000 0112 3456 7890 189', 'chez nous', None)
    """
    bare = "".join((number or "").split()).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}", bare):
        return number
    return NBSP.join(bare[at : at + 4] for at in range(0, len(bare), 4))


def typeset(text: str, language: str) -> str:
    """A text for paper: no line begins with a sign of punctuation or parts an article's number.

    >>> typeset("Total : 3 ; article L. 441-10 « dit »", "fr").count(NBSP)
    5
    """
    held = re.sub(r"\b([LRD]\.|[Aa]rt\.|n°|[Nn]o\.) (?=\d)", rf"\1{NBSP}", text)
    if language == "fr":
        held = re.sub(r" (?=[:;?!»])", NBSP, held)
        held = held.replace("« ", f"«{NBSP}")
    return held


def phrase(file: str, key: str, language: str, group: str | None = None) -> str:
    """A phrase of one of this room's files of words, such as ``bilan.yaml``; French first.

    Raises
    ------
    KeyError
        When nobody wrote it.
    """
    phrases: Any = _phrases(file) if group is None else _phrases(file)[group]
    return str(phrases[key][0 if language == "fr" else 1])


@cache
def _phrases(file: str) -> Mapping[str, Any]:
    phrases: Mapping[str, Any] = loaded((Path(__file__).parent / file).read_text(encoding="utf-8"))
    return phrases


def count(number: int, language: str) -> str:
    """A whole number with its thousands apart.

    >>> count(12345, "en")
    '12,345'
    """
    text = f"{number:,}"
    return text.replace(",", NBSP) if language == "fr" else text


def clean(value: object) -> str:
    r"""A stranger's text on one line: no control, no direction mark, no private sign.

    >>> clean("SARL\r\nBcc: x\u202e@y")
    'SARL Bcc: x@y'
    """
    spaced = "".join(
        " " if sign.isspace() or sign in "\u2028\u2029" else sign
        for sign in str(value)
        if sign.isspace() or unicodedata.category(sign) not in _UNWANTED
    )
    return " ".join(part for part in spaced.split(" ") if part)


def fit(text: str) -> str:
    """A text whose overlong words may be broken at the end of a line, so that none hides a figure.

    >>> len(fit("F" * 60)), fit("FA-2026-000117")
    (62, 'FA-2026-000117')
    """
    return re.sub(rf"(\S{{{_LONG}}})(?=\S)", "\\1\u200b", text)


def word(group: str, name: str, language: str) -> str:
    """The words of this room for a name, from ``words.yaml``.

    Raises
    ------
    KeyError
        When nobody wrote them.
    """
    return phrase("words.yaml", name, language, group)
