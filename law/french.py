"""The records in French for those who read them on screen; the records themselves are English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from law.parameters import Parameter

_HERE = Path(__file__).parent
_NUMBER = re.compile(r"(?<![\d.])\d+\.\d+(?![\d.])")
_MONTHS = {
    "Jan": "janvier", "Feb": "février", "Mar": "mars", "Apr": "avril", "May": "mai", "Jun": "juin",
    "Jul": "juillet", "Aug": "août", "Sep": "septembre", "Oct": "octobre", "Nov": "novembre",
    "Dec": "décembre",
}  # fmt: skip
_BOUNDS = re.compile(r"low: ([\d.]+), central: ([\d.]+), high: ([\d.]+)")
_TO = re.compile(r"(\d) to ([A-Z]?\d)")
_ANNEXED = re.compile(r"\btable (\S+) annexed to art\.")
_SEMICOLON = re.compile(r"(?<=\S); ")
_DAY = re.compile(rf"\b(of )?(\d{{1,2}}) ({'|'.join(_MONTHS)})[a-z]* (\d{{4}})")


def says(parameter: Parameter) -> str:
    """What a parameter is, in French; the English sentence where nobody translated it."""
    found: str = _read("says").get(parameter.subject, {}).get(parameter.name, parameter.says)
    return found


def term(group: str, text: str) -> str:
    """A subject, a unit, a source or an article in French; as it came where nobody did.

    >>> term("units", "percent per year"), term("articles", "art. L313-2 and D313-1-A CMF")
    ('% par an', 'art. L313-2 et D313-1-A CMF')
    >>> term("sources", "arrêté of 19 Jun 2025, JO 24 Jun 2025")
    'arrêté du 19 juin 2025, JO 24 juin 2025'
    >>> term("articles", "art. A444-10 ff. C. com.; table 3-1 annexed to art. R444-3 C. com.")
    "art. A444-10 et s. C. com. ; tableau 3-1 annexé à l'art. R444-3 C. com."
    """
    found: str | None = _read("terms").get(group, {}).get(text)
    if found is not None:
        return found
    text = _DAY.sub(_day, text).replace(" and ", " et ").replace(" ff.", " et s.")
    text = _TO.sub(r"\1 à \2", text).replace("created by", "créé par")
    return _SEMICOLON.sub(" ; ", _ANNEXED.sub(r"tableau \1 annexé à l'art.", text))


def _day(found: re.Match[str]) -> str:
    of, day, month, year = found.groups()
    return f"{'du ' if of else ''}{'1er' if day == '1' else int(day)} {_MONTHS[month]} {year}"


def value(text: str, unit: str) -> str:
    """A value as printed, in French; words that nobody translated are told by their rule alone.

    >>> value("2.75", "percent per year"), value("low: 300, central: 450, high: 800", "EUR")
    ('2,75', '300 à 800, central 450')
    """
    found: str | None = _read("terms")["values"].get(text)
    if found is not None:
        return found
    if unit == "rule":
        return "voir la règle"
    if bounds := _BOUNDS.fullmatch(text):
        text = f"{bounds[1]} à {bounds[3]}, central {bounds[2]}"
    return _NUMBER.sub(lambda number: number[0].replace(".", ","), text)


@cache
def _read(name: str) -> Mapping[str, Mapping[str, Any]]:
    text = (_HERE / f"french_{name}.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load(text)
    return found
