"""Days that a text names, in French or English, told from the day on which it was written."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

Direction = Literal["ahead", "back"]
Read = Callable[[re.Match[str], date, Direction], "date | None"]
_FILE = Path(__file__).parent / "dates.yaml"

_NUMBERS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7,
    "huit": 8, "neuf": 9, "dix": 10, "douze": 12, "quinze": 15, "vingt": 20, "trente": 30,
    "quarante": 40, "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10,
    "fifteen": 15, "quelques": 5,
}  # fmt: skip
_MONTHS = {
    1: "janvier|janv|january|jan", 2: "fevrier|fevr|fev|february|feb", 3: "mars|march",
    4: "avril|avr|april", 5: "mai|may", 6: "juin|june", 7: "juillet|juil|july",
    8: "aout|august|aug", 9: "septembre|sept|september", 10: "octobre|oct|october",
    11: "novembre|nov|november", 12: "decembre|dec|december",
}  # fmt: skip
_WEEKDAYS = {
    0: "lundi|lun|monday", 1: "mardi|tuesday", 2: "mercredi|mer|wednesday",
    3: "jeudi|jeu|thursday", 4: "vendredi|ven|friday", 5: "samedi|sam|samdi|saturday",
    6: "dimanche|dim|sunday",
}  # fmt: skip
_MONTH = {name: number for number, names in _MONTHS.items() for name in names.split("|")}
_WEEKDAY = {name: number for number, names in _WEEKDAYS.items() for name in names.split("|")}


def _any(names: dict[str, int]) -> str:
    return "(?:" + "|".join(sorted(names, key=len, reverse=True)) + r")\b\.?"


# Days of a paper ("votre facture du 12 octobre") are no days of payment.
_OF_A_PAPER = re.compile(
    r"(?:factur\w*|fact\w*|courriers?|relances?|mails?|courriels?|messages?|lettres?|commandes?|"
    r"devis|livraison|datee?s?|echue?s?|recue?s?|emise?s?|invoice|letter|reminder|dated|appel|"
    r"mise en demeure|periode)\W+(?:\S+\W+)?(?:du|de|depuis|le|en date du|of|from)\W*(?:le )?$"
)
_SINCE = re.compile(r"(?:depuis|since)(?: le)?\W*$")


@dataclass(frozen=True, slots=True)
class Named:
    """A day and where the text names it, in a plain text."""

    on: date
    start: int
    end: int


def days(text: str, written_on: date, direction: Direction = "ahead") -> list[Named]:
    """Days named in a plain text (see ``models.profile.notes.plain``), in its order.

    ``direction`` settles a day without month or year: the next one of its kind, or the last.
    A vague span means its last working day: at the latest then. Days of papers and impossible
    days are left out.

    >>> [str(found.on) for found in days("vir. vendredi ou fin du mois", date(2026, 11, 25))]
    ['2026-11-27', '2026-11-30']
    """
    taken: list[tuple[int, int]] = []
    found: list[Named] = []
    for pattern, read in _forms():
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < last and first < end for first, last in taken):
                continue
            taken.append((start, end))
            before = text[max(0, start - 60) : start]
            if _OF_A_PAPER.search(before) or _SINCE.search(before):
                continue
            try:
                on = read(match, written_on, direction)
            except (ValueError, OverflowError):
                continue
            if on is not None:
                found.append(Named(on, start, end))
    return sorted(found, key=lambda named: named.start)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text]


def _last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _month_later(day: date, months: int) -> date:
    """The first of the month so many months later."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def _friday(day: date) -> date:
    """The Friday of a day's week; of the next one from Saturday on."""
    return day + timedelta(days=(4 - day.weekday()) % 7)


def _year_of(day: int, month: int, written_on: date, direction: Direction) -> date:
    on = date(written_on.year, month, day)
    if direction == "ahead" and on < written_on:
        # A day of last week is meant as such; of last spring, as next year's.
        return on if (written_on - on).days <= 7 else on.replace(year=on.year + 1)
    return on.replace(year=on.year - 1) if direction == "back" and on > written_on else on


def _full(match: re.Match[str], written_on: date, direction: Direction) -> date:
    day, month, year = int(match["d"]), int(match["m"]), match["y"]
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    return _year_of(day, month, written_on, direction)


def _iso(match: re.Match[str], written_on: date, direction: Direction) -> date:
    return date.fromisoformat(match.group())


def _worded(match: re.Match[str], written_on: date, direction: Direction) -> date:
    month = _MONTH[match["m"].rstrip(".")]
    if match["y"]:
        return date(int(match["y"]), month, int(match["d"]))
    return _year_of(int(match["d"]), month, written_on, direction)


def _day_of_next_month(match: re.Match[str], written_on: date, direction: Direction) -> date:
    return _month_later(written_on, 1).replace(day=int(match["d"]))


def _day_only(match: re.Match[str], written_on: date, direction: Direction) -> date:
    day = int(match["d"])
    if direction == "back":
        here = written_on.replace(day=1)
        on = here.replace(day=day) if day <= written_on.day else None
        return on or _month_later(here, -1).replace(day=day)
    if day >= written_on.day:
        last = _last_of_month(written_on)
        # "le 31" in a month of thirty days is its last day.
        return written_on.replace(day=min(day, last.day))
    return _month_later(written_on, 1).replace(day=day)


def _weekday(match: re.Match[str], written_on: date, direction: Direction) -> date:
    place = _WEEKDAY[match["w"].rstrip(".")]
    if direction == "back" or match["past"]:
        return written_on - timedelta(days=(written_on.weekday() - place - 1) % 7 + 1)
    ahead = (place - written_on.weekday() - 1) % 7 + 1
    if match["this"] and ahead == 7:
        ahead = 0
    if match["fortnight"] or (match["nextweek"] and written_on.weekday() + ahead <= 6):
        ahead += 7
    return written_on + timedelta(days=ahead)


def _span(match: re.Match[str], written_on: date, direction: Direction) -> date:
    count, unit = _number(match["n"]), match["u"]
    sign = -1 if direction == "back" or match["ago"] else 1
    if match["open"]:
        day = written_on
        while count > 0:
            day += timedelta(days=sign)
            count -= day.weekday() < 5
        return day
    if unit.startswith(("mois", "month")):
        first = _month_later(written_on, sign * count)
        return first.replace(day=min(written_on.day, _last_of_month(first).day))
    if unit.startswith("h"):
        return written_on + timedelta(days=sign * -(-count // 24))
    each = 7 if unit.startswith(("sem", "week")) else 1
    return written_on + timedelta(days=sign * each * count)


def _of_month(match: re.Match[str], written_on: date, direction: Direction) -> date:
    month, part = _MONTH[match["m"].rstrip(".")], match["part"]
    day = 5 if part.startswith(("debut", "beg")) else 15 if part.startswith("mi") else None
    year = written_on.year + (month < written_on.month and direction == "ahead")
    year -= month > written_on.month and direction == "back"
    first = date(year, month, 1)
    return first.replace(day=day) if day else _last_of_month(first)


def _part_of_next_month(match: re.Match[str], written_on: date, direction: Direction) -> date:
    first, part = _month_later(written_on, 1), match["part"] or ""
    if part.startswith(("debut", "beg")):
        return first.replace(day=5)
    return first.replace(day=15) if part.startswith("mi") else _last_of_month(first)


def _next_week(match: re.Match[str], written_on: date, direction: Direction) -> date:
    monday = written_on + timedelta(days=7 - written_on.weekday())
    part = match["part"] or ""
    return monday + timedelta(
        days=1 if part.startswith(("debut", "early")) else 2 if part.startswith("mi") else 4
    )


def _fixed(day_of: Callable[[date], date]) -> Read:
    return lambda match, written_on, direction: day_of(written_on)


def _in_days(count: int) -> Read:
    return _fixed(lambda day: day + timedelta(days=count))


def _feast(month: int, day: int) -> Read:
    return lambda match, written_on, direction: _year_of(day, month, written_on, direction)


_READS: dict[str, Read] = {
    "iso": _iso,
    "full": _full,
    "worded": _worded,
    "day_of_next_month": _day_of_next_month,
    "of_month": _of_month,
    "part_of_next_month": _part_of_next_month,
    "end_of_month": _fixed(_last_of_month),
    "early_next_month": _fixed(lambda day: _month_later(day, 1).replace(day=5)),
    "end_of_year": _feast(12, 31),
    "christmas": _feast(12, 24),
    "next_week": _next_week,
    "this_week": _fixed(_friday),
    "week_end": _fixed(lambda day: day + timedelta(days=6 - day.weekday())),
    "weekday": _weekday,
    "in_two_days": _in_days(2),
    "tomorrow": _in_days(1),
    "today": _in_days(0),
    "yesterday": _in_days(-1),
    "in_eight_days": _in_days(8),
    "in_fifteen_days": _in_days(15),
    "span": _span,
    "day_only": _day_only,
}


@cache
def _forms() -> list[tuple[re.Pattern[str], Read]]:
    """The forms of ``dates.yaml``, in order, each with the function that reads it."""
    slots = {
        "{D}": r"(?P<d>3[01]|[12]\d|0?[1-9])(?:er|st|nd|rd|th)?",
        "{M}": _any(_MONTH),
        "{W}": _any(_WEEKDAY),
        "{N}": r"(?:\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")",
    }
    forms = []
    for form in yaml.safe_load(_FILE.read_text(encoding="utf-8")):
        pattern = form["pattern"]
        for slot, filled in slots.items():
            pattern = pattern.replace(slot, filled)
        forms.append((re.compile(pattern), _READS[form["reads"]]))
    return forms
