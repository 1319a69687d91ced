"""Business reasons in sentences that a collector can say aloud, with their figures.

The words are data (``reasons.yaml``), shared by the console, the terminal and exports. A sentence
tells facts of the claim and how many points of probability the forecast lays to them; it never
says that one makes the other. Facts come from strangers: whoever shows a sentence escapes it.
"""

from __future__ import annotations

import math
import operator
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from data_schema import word

MOST_UP, MOST_DOWN = 3, 3
WORTH_TELLING = 0.005
LANGUAGES = ("fr", "en")
_SIGNS = {">=": operator.ge, ">": operator.gt, "<": operator.lt, "==": operator.eq}
_DOCUMENTS = {
    "has_order": ("commande signée", "signed order"),
    "has_delivery_proof": ("preuve de livraison", "proof of delivery"),
    "has_terms": ("conditions acceptées", "accepted terms"),
}
_SILENT = ("small", "unexplained")


@dataclass(frozen=True, slots=True)
class Reason:
    """One business reason of one claim: its sentence, points as a fraction, rows that show it."""

    group: str
    says: str
    points: float
    proof: str


@cache
def _told() -> Mapping[str, Any]:
    text = (Path(__file__).parent / "reasons.yaml").read_text(encoding="utf-8")
    told: Mapping[str, Any] = yaml.safe_load(text)
    return told


def groups() -> tuple[str, ...]:
    """Every business reason that has words."""
    return tuple(_told())


def reasons(
    points: Mapping[str, float],
    facts: Mapping[str, object],
    language: str,
    extras: Iterable[tuple[str, object]] = (),
) -> list[Reason]:
    """Every reason with its sentence, largest first.

    Parameters
    ----------
    points : contribution by business reason, a fraction of one.
    facts : one row of ``features.claim_features``.
    language : ``fr`` or ``en``.
    extras : names and values of free columns among the features shown.
    """
    blanks = {**facts, **_derived(facts, language, extras)}
    filled = _Blanks(LANGUAGES.index(language))
    found = []
    for group, value in sorted(points.items(), key=lambda item: (-abs(item[1]), item[0])):
        told = _told().get(group)
        if told is None:
            found.append(Reason(group, group.replace("_", " "), value, "claim"))
            continue
        sentence = next(
            each for each in told["say"] if all(_holds(c, blanks) for c in each.get("when", ()))
        )
        found.append(
            Reason(group, filled.vformat(sentence[language], (), blanks), value, told["proof"])
        )
    return found


def leading(found: Sequence[Reason]) -> tuple[list[Reason], list[Reason]]:
    """At most three reasons up and three down, none too small to be told."""
    named = [each for each in found if each.group not in _SILENT]
    up = [each for each in named if each.points >= WORTH_TELLING][:MOST_UP]
    return up, [each for each in named if each.points <= -WORTH_TELLING][:MOST_DOWN]


def sentence(reason: Reason, language: str) -> str:
    """The reason with its points.

    >>> sentence(Reason("age", "120 jours de retard", -0.083, "claim"), "fr")
    '120 jours de retard : −8 points'
    >>> sentence(Reason("age", "1 day late", 0.012, "claim"), "en")
    '1 day late: +1 point'
    """
    size = abs(reason.points) * 100
    number = f"{size:.0f}" if size >= 0.95 else f"{size:.1f}"
    if language == "fr":
        number = number.replace(".", ",")
    sign = "+" if reason.points >= 0 else "−"
    many = round(size) >= 2
    colon = " : " if language == "fr" else ": "
    return f"{reason.says}{colon}{sign}{number} point{'s' if many else ''}"


def missing(value: object) -> bool:
    """Whether a fact is not known."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and math.isnan(value)


def _holds(condition: Sequence[Any], facts: Mapping[str, object]) -> bool:
    name, sign, wanted = condition
    value = facts.get(name)
    if missing(value):
        return False
    if sign == "known":
        return value != ""
    if sign == "is":
        return value == wanted
    return bool(_SIGNS[sign](float(str(float(value))), float(wanted)))  # type: ignore[arg-type]


def _derived(
    facts: Mapping[str, object], language: str, extras: Iterable[tuple[str, object]]
) -> dict[str, object]:
    at = LANGUAGES.index(language)
    late = facts.get("days_overdue")
    on_file = [w[at] for n, w in _DOCUMENTS.items() if not missing(facts.get(n)) and facts[n]]
    lacking = [w[at] for n, w in _DOCUMENTS.items() if not missing(facts.get(n)) and not facts[n]]
    joined = " ni " if language == "fr" else " or "
    return {
        "days_left": None if missing(late) else -float(late),  # type: ignore[arg-type]
        "on_file": ", ".join(on_file),
        "not_on_file": joined.join(lacking),
        "extras": ", ".join(f"{name} = {_value(value, at)}" for name, value in extras),
    }


def _value(value: object, at: int) -> str:
    if missing(value):
        return ("inconnu", "unknown")[at]
    return _number(value, at) if isinstance(value, float | int) else str(value)[:60]


def _number(value: object, at: int, digits: int | None = None) -> str:
    number = float(value)  # type: ignore[arg-type]
    if digits is None:
        digits = 0 if abs(number - round(number)) < 0.05 or abs(number) >= 10 else 1
    text = f"{number:,.{digits}f}"
    return text.replace(",", "\u202f").replace(".", ",") if at == 0 else text


class _Blanks(string.Formatter):
    """Fills blanks with figures as the language writes them; an unknown fact reads « ? »."""

    def __init__(self, at: int) -> None:
        self.at = at

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key))

    def format_field(self, value: Any, format_spec: str) -> str:
        if missing(value):
            return "?"
        if not format_spec:
            return str(value)
        if "|" in format_spec:
            one, many = format_spec.split("|")
            count = round(float(value))
            single = abs(count) < 2 if self.at == 0 else abs(count) == 1
            return f"{_number(count, self.at, 0)} {one if single else many}"
        if format_spec == "n":
            return _number(value, self.at)
        if format_spec == "eur":
            number = _number(value, self.at, 0 if float(value) >= 100 else 2)
            return f"{number} €" if self.at == 0 else f"€{number}"
        if format_spec == "share":
            return f"{_number(float(value) * 100, self.at, 0)}{' ' if self.at == 0 else ''}%"
        if format_spec == "span":
            return self._span(float(value))
        return word(format_spec, str(value), LANGUAGES[self.at])

    def _span(self, days: float) -> str:
        years, months = int(days // 365.25), int(days // 30.44)
        if years >= 2:
            return f"{years} {('ans', 'years')[self.at]}"
        if months >= 2:
            return f"{months} {('mois', 'months')[self.at]}"
        return f"{days:.0f} {('jours', 'days')[self.at]}"
