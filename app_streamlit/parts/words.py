"""Phrases in French and English, and figures as each language writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from data_schema import word as code_word
from data_schema import yaml_text
from law.words import word as law_word
from letters.writing import semicolon

LANGUAGES = ("fr", "en")
_LOCALES = Path(__file__).parent.parent / "locales"
#: What Markdown makes a link of, even escaped; a word joiner, which nobody sees, parts it.
_LINK = re.compile(r"https?(?=://)|ftp(?=://)|www(?=\.)", re.IGNORECASE)
_JOINER = "\u2060"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")
_EVENT_LISTS = (
    "outcome",
    "stage",
    "payment_method",
    "dispute_reason",
    "legal_step",
    "action",
    "procedure",
    "document_kind",
    "insolvency_kind",
)
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


@cache
def _phrases(language: str) -> Mapping[str, Mapping[str, str]]:
    text = (_LOCALES / f"{language}.yaml").read_text(encoding="utf-8")
    phrases: Mapping[str, Mapping[str, str]] = yaml_text.loaded(text)
    return phrases


@cache
def _sentences() -> list[tuple[re.Pattern[str], str]]:
    pairs = yaml_text.loaded((_LOCALES / "sentences_fr.yaml").read_text(encoding="utf-8"))
    return [(re.compile(pattern), french) for pattern, french in pairs]


def _translated(told: str) -> str:
    for pattern, french in _sentences():
        if found := pattern.fullmatch(told):
            return french.format(*found.groups())
    return told


class Words:
    """The words of one language.

    >>> Words("fr")("claim.days", n=12)
    '12 jours de retard'
    """

    def __init__(self, language: str) -> None:
        """Take ``fr`` or ``en``; any other language reads French."""
        self.language = language if language in LANGUAGES else "fr"

    def __call__(self, key: str, **values: object) -> str:
        """The phrase of a key ``group.name``, its blanks filled; a missing key is an error."""
        group, name = key.split(".", 1)
        return _phrases(self.language)[group][name].format(**values)

    def counted(self, key: str, n: int, **values: object) -> str:
        """The phrase of a key about ``n`` things, that of ``key_one`` where one is told.

        >>> Words("fr").counted("today.undated", 1)
        "1 créance n'a aucune date."
        """
        # Zero is singular in French.
        one = abs(n) < 2 if self.language == "fr" else n == 1
        return self(key + "_one" if one else key, n=n, **values)

    @property
    def date_format(self) -> str:
        """How a person types a day."""
        return "DD/MM/YYYY" if self.language == "fr" else "YYYY-MM-DD"

    @property
    def joint(self) -> str:
        """What stands between the parts of a list of phrases."""
        return semicolon(self.language)

    def code(self, list_name: str, code: object) -> str:
        """The word for a code of a closed list; empty for a missing code."""
        return code_word(list_name, code, self.language) if isinstance(code, str) else ""

    def label(self, code: object) -> str:
        """The word for what an event of the timeline is about, of whichever list it comes.

        >>> Words("en").label("credit_note")
        'credit note'
        """
        for name in _EVENT_LISTS:
            told = self.code(name, code)
            if told and told != code:
                return told
        return "" if missing(code) else self.known("state", str(code))

    def groups(self) -> dict[str, set[str]]:
        """Names of the phrases by group."""
        return {group: set(phrases) for group, phrases in _phrases(self.language).items()}

    def known(self, group: str, name: str) -> str:
        """The phrase if there is one, else the name with its underscores opened."""
        return _phrases(self.language)[group].get(name, name.replace("_", " "))

    def rule(self, code: str, list_name: str = "rules") -> str:
        """The words of the law's room for a rule, an obstacle or a task."""
        if code in _phrases(self.language)["guard"]:
            return self("guard." + code)
        told = law_word(list_name, code, self.language)
        return told if told != code else code.replace("_", " ")

    def segment(self, name: object) -> str:
        """A part of the portfolio, as ``models.segments`` names it.

        >>> Words("fr").segment("kind = company"), Words("en").segment("size = under 1")
        ('nature : société', 'headcount: under 1')
        """
        column, _, band = str(name).partition(" = ")
        told = self.known("segment", column)
        if not band:
            return told
        colon = " : " if self.language == "fr" else ": "
        if column == "kind":
            return told + colon + self.code("debtor_kind", band)
        return told + colon + " ".join(self.known("segment", word) for word in band.split())

    def sentence(self, told: str) -> str:
        """A sentence of the import in the language; as it came when nobody translated it.

        >>> Words("fr").sentence("amount is missing: fill it in")
        'amount est vide : à remplir'
        """
        if self.language != "fr":
            return told
        if (whole := _translated(told)) != told:
            return whole
        return "; ".join(_translated(part) for part in re.split(r"; (?=\w+ is )", told))

    def money(self, amount: object, currency: str = "EUR") -> str:
        """An amount to the cent, as the language writes it.

        >>> Words("fr").money(Decimal("1234.5"))
        '1 234,50 €'
        >>> Words("en").money(Decimal("-1234.5"), "GBP")
        '-£1,234.50'
        """
        if missing(amount):
            return "–"
        exact = Decimal(str(amount)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        sign = _SIGNS.get(currency, currency)
        text = f"{abs(exact):,.2f}"
        minus = "-" if exact < 0 else ""
        if self.language == "fr":
            return f"{minus}{text.replace(',', ' ').replace('.', ',')} {sign}"
        return f"{minus}{sign}{text}" if len(sign) == 1 else f"{minus}{text} {sign}"

    def euros(self, amount: object) -> str:
        r"""A sum of euros told without its cents.

        >>> Words("fr").euros(-1234.5), Words("en").euros(1234.4)
        ('-1\u202f235 €', '€1,234')
        """
        if missing(amount):
            return "–"
        # By way of cents, so that a sum and what was published of it are told alike.
        cents = Decimal(str(amount)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        whole = cents.quantize(Decimal(1), rounding=ROUND_HALF_UP)
        text = self.number(abs(whole))
        minus = "-" if whole < 0 else ""
        return f"{minus}{text} €" if self.language == "fr" else f"{minus}€{text}"

    def share(self, value: object, digits: int = 0) -> str:
        """A probability or share in percent.

        >>> Words("fr").share(0.123), Words("fr").share(0.123, 1)
        ('12 %', '12,3 %')
        """
        if missing(value):
            return "–"
        space = " " if self.language == "fr" else ""
        text = f"{float(str(value)) * 100:.{digits}f}"
        return f"{text.replace('.', ',') if self.language == 'fr' else text}{space}%"

    def number(self, value: object, digits: int = 0) -> str:
        """A plain number with its decimals.

        >>> Words("fr").number(5.83, 1)
        '5,8'
        """
        if missing(value):
            return "–"
        text = f"{float(str(value)):,.{digits}f}"
        if self.language == "en":
            return text
        return text.replace(",", "\u202f").replace(".", ",")

    def points(self, value: float) -> str:
        """A difference of probability in points, with its sign.

        >>> Words("en").points(-0.051)
        '-5.1 pts'
        """
        text = f"{value * 100:+.1f} pts"
        return text.replace(".", ",") if self.language == "fr" else text

    def day(self, value: object) -> str:
        """A day as the language writes it.

        >>> Words("fr").day(date(2026, 11, 3))
        '03/11/2026'
        """
        if missing(value):
            return "–"
        day = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
        return f"{day:%d/%m/%Y}" if self.language == "fr" else f"{day:%d %b %Y}"


def missing(value: Any) -> bool:
    """Whether a cell of a frame holds nothing.

    >>> missing(float("nan")), missing(None), missing("")
    (True, True, False)
    """
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def plain(text: object) -> str:
    r"""Text that Markdown shows as it stands, whatever a stranger put into it; no link either.

    >>> plain("<script>*x*")
    '\\<script\\>\\*x\\*'
    >>> plain("www.example.com") == "www\u2060\\.example\\.com"
    True
    """
    parted = _LINK.sub(rf"\g<0>{_JOINER}", str(text))
    return _MARKDOWN.sub(r"\\\1", parted).replace("\n", " ")
