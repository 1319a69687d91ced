"""Partners in words: what one asks, why it is advised, what its files brought."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from data_schema import word as code_word
from law.courts import of_town
from letters.writing import clean, count, money, percent, semicolon

Row = Mapping[str, Any]
_SHARES = ("title", "cash", "share")


def say(group: str, name: str, language: str) -> str:
    """A phrase of ``partner_words.yaml``."""
    pair = _phrases()[group][name]
    return pair[0] if language == "fr" else pair[1]


def name_of(row: Row) -> str:
    """What a partner is called: its name, else its identifier."""
    told = row.get("name", row.get("partner"))
    return clean(told if _filled(told) else row["partner_id"])


def fee(row: Row, language: str) -> str:
    """What a partner asks, with its name.

    >>> fee({"partner_id": "P1", "name": "Me X", "kind": "lawyer", "fixed_fee": Decimal(800),
    ...      "success_rate_fee": None}, "fr").replace(chr(160), " ")
    'honoraires de Me X : 800,00 € HT forfait'
    """
    asked = bare_fee(row, language)
    name = name_of(row)
    return say("fee", "named", language).format(name=name, of=of_town(name), fee=asked)


def bare_fee(row: Row, language: str) -> str:
    """What a partner asks, in one phrase."""
    kind = row.get("kind", row.get("partner_kind"))
    fixed, rate = row["fixed_fee"], row["success_rate_fee"]
    has_fixed, has_rate = _filled(fixed), _filled(rate) and rate > 0
    if kind == "enforcement_officer" and not (row.get("course") == "agency" and has_rate):
        key = "tariff"
    elif has_rate:
        alone = "lawyer_rate" if kind == "lawyer" else "rate"
        key = alone if not has_fixed else "both" if fixed > 0 else "rate"
    else:
        key = "fixed" if has_fixed else "unknown"
    told = {"fixed": "", "rate": ""}
    if has_fixed:
        told["fixed"] = money(Decimal(str(fixed)), "EUR", language)
    if has_rate:
        told["rate"] = percent(float(rate), language, digits=1)
    return say("fee", key, language).format(**told)


def why(
    reason: str,
    language: str,
    *,
    kind: str | None = None,
    n: int = 0,
    gain: float | None = None,
    ahead: float | None = None,
) -> str:
    """Why a partner of a kind is advised, or why none is: ``n`` competent ones, EUR gained."""
    equal = reason == "best" and (ahead is None or not _filled(ahead) or abs(ahead) < 0.005)
    key = "equal" if equal else reason
    told = say("why", key, language).format(n=n, ahead=_euros(ahead, language))
    if kind == "mediator":
        told += "; ".join(["", say("why", "conciliator", language)])
    elif gain is not None and _filled(gain) and abs(gain) >= 0.005:
        told += ", " + say("why", "beside", language).format(gain=_signed(gain, language))
    return told


def area(row: Row, language: str) -> str:
    """How the area of a partner was read.

    >>> area({"area_read": "France, Union européenne"}, "en"), area({"area_read": None}, "fr")
    ('France, European Union', 'inconnue')
    """
    told = row["area_read"]
    if not _filled(told) or not told:
        return say("register", "unknown", language)
    for name in ("union", "world"):
        told = str(told).replace(say("register", name, "fr"), say("register", name, language))
    return clean(told)


def results(rows: Iterable[Row], language: str) -> str:
    """The shares that a partner's files brought, each with its interval."""
    told = [result(row, language) for row in rows if row["measure"] in _SHARES]
    return semicolon(language).join(told) if told else say("result", "none", language)


def result(row: Row, language: str) -> str:
    """One result: drawn to the usual, with its interval, the usual one, the files behind."""
    parts = {name: figure(row, name, language) for name in ("value", "low", "high", "usual")}
    measure = code_word("partner_measure", row["measure"], language)
    return say("result", "share", language).format(
        measure=measure, n=count(int(row["n"]), language), **parts
    )


def figure(row: Row, name: str, language: str) -> str:
    """A figure of a result in the unit of its measure; a dash for none."""
    value = row[name]
    if not _filled(value):
        return "–"
    if row["measure"] in _SHARES:
        return percent(float(value), language, digits=0)
    if row["measure"] == "cost":
        return money(Decimal(str(round(float(value), 2))), "EUR", language)
    return count(round(float(value)), language)


def _euros(amount: float | None, language: str) -> str:
    if amount is None or not _filled(amount):
        return "–"
    return money(Decimal(str(round(float(amount), 2))), "EUR", language)


def _signed(amount: float, language: str) -> str:
    return ("+" if amount > 0 else "") + _euros(amount, language)


def _filled(value: object) -> bool:
    return value is not None and value == value and str(value) not in ("<NA>", "NaT")


@cache
def _phrases() -> Mapping[str, Mapping[str, list[str]]]:
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    phrases: Mapping[str, Mapping[str, list[str]]] = yaml.safe_load(text)
    return phrases
