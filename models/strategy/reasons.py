"""The sentence behind each recommendation, in French and in English, with figures."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from string import Formatter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from data_schema.contract import word
from models.strategy.facts import Claims, Debtors
from models.strategy.spread import alike, firsts
from models.strategy.tables import PROFILES, phrases

_MONTHS = tuple(calendar.month_name)[1:]
LANGUAGES = ("fr", "en")
#: Fields of a phrase that are codes of a closed list.
_CODES = ("stage", "tone", "channel", "action", "course")


class Sums(NamedTuple):
    """Amounts by group and currency, in order of the groups: three arrays side by side."""

    group: np.ndarray
    currency: np.ndarray
    amount: np.ndarray


@dataclass(frozen=True)
class Spoken:
    """What the sentences speak of, one entry per claim but for the two sums.

    ``group`` numbers the claims' groups from 0 on. ``sums`` are what each group is asked for,
    ``disputed`` what a chase leaves aside. ``limit_on``: first day on
    which a claim of the group may be time-barred, when that is near, else NaT.
    """

    name: np.ndarray
    action: np.ndarray
    stage: np.ndarray
    tone: np.ndarray
    channel: np.ndarray
    until: np.ndarray
    deadline: np.ndarray
    group: np.ndarray
    sums: Sums
    disputed: Sums
    group_size: np.ndarray
    group_late: np.ndarray
    gain: np.ndarray
    limit_on: np.ndarray
    barred: np.ndarray
    because: np.ndarray


def money(amount: float, language: str, currency: str = "EUR") -> str:
    """An amount in its currency, as the language writes it.

    >>> money(1234.5, "en")
    '€1,234.50'
    >>> money(1234.5, "fr", "CHF").split()
    ['1', '234,50', 'CHF']
    """
    written: str = _monies(np.asarray([amount]), np.asarray([currency]), language)[0]
    return written


def _monies(amounts: np.ndarray, currencies: np.ndarray, language: str) -> np.ndarray:
    """As `money`, of many amounts, shape (n,)."""
    plain = [f"{amount:,.2f}" for amount in amounts.tolist()]
    euros = currencies == "EUR"
    if language == "en":
        units = np.where(euros, "€", currencies.astype(object) + " ")
        return units.astype(object) + np.asarray(plain, dtype=object)
    # All in one text, so that the signs are changed at one go.
    told = "\n".join(plain).replace(",", "\u202f").replace(".", ",").split("\n")[: len(plain)]
    units = "\u00a0" + np.where(euros, "€", currencies.astype(object))
    return np.asarray(told, dtype=object) + units


def calendar_day(day: np.datetime64, language: str) -> str:
    """A day as the language writes it.

    >>> calendar_day(np.datetime64("2026-11-02"), "fr")
    '02/11/2026'
    >>> calendar_day(np.datetime64("2026-11-02"), "en")
    '2 November 2026'
    """
    plain = day.astype("datetime64[D]").item()
    if language == "fr":
        return f"{plain.day:02d}/{plain.month:02d}/{plain.year}"
    return f"{plain.day} {_MONTHS[plain.month - 1]} {plain.year}"


def sums_by_currency(group: np.ndarray, currency: np.ndarray, asked: np.ndarray) -> Sums:
    """Sums above zero by group and currency, EUR first, to the cent.

    What a debtor owes in francs is asked for in francs.
    """
    cents = np.rint(asked * 100)
    rows = np.flatnonzero(cents > 0)
    code, names = pd.factorize(currency[rows], sort=True)
    order = np.argsort(names != "EUR", kind="stable")
    cell = group[rows] * len(names) + np.argsort(order)[code]
    which, cells = pd.factorize(cell, sort=True)
    of, unit = np.divmod(cells, max(len(names), 1))
    return Sums(of, names[order][unit], np.bincount(which, cents[rows], len(cells)) / 100)


def reasons(claims: Claims, debtors: Debtors, spoken: Spoken) -> dict[str, np.ndarray]:
    """One sentence per claim in each language, shape (n_claims,).

    What a sentence says of amounts is said once a group, the rest once for all claims alike in
    what their phrase tells, and each whole sentence once.
    """
    told = _told(claims, debtors, spoken)
    kind = _kinds(told, spoken.name)
    limit, days = _limits(spoken)
    group = _groups(spoken)
    whole = alike([kind, spoken.group, limit])
    rows = firsts(whole)
    said = {}
    for at, language in enumerate(LANGUAGES):
        parts: dict[str, str] = {key: pair[at] for key, pair in phrases()["parts"].items()}
        say = _sayings(parts, language)
        head, tail = _phrased(firsts(kind), told, spoken.name, say, at)
        facts = _facts(group, _amounts(spoken.sums, len(group.size), parts, language), parts)
        aside = _amounts(spoken.disputed, len(group.size), parts, language)
        aside = np.where(aside == "", "", _around(parts["disputed"], "amount", aside))
        near = [parts["near_limit"].format(day=say["until"](day)) for day in days]
        limits = np.asarray([parts["barred"], "", *near], dtype=object)
        of = spoken.group[rows]
        pieces = head[kind[rows]], facts[of], tail[kind[rows]], aside[of], limits[limit[rows]]
        written = ["".join(each) for each in zip(*(one.tolist() for one in pieces), strict=True)]
        said[language] = np.asarray([_sentence(each) for each in written], dtype=object)[whole]
    return said


def _sentence(text: str) -> str:
    first, capital = text[0], text[0].upper()
    return f"{text}." if first == capital else f"{capital}{text[1:]}."


def _told(claims: Claims, debtors: Debtors, spoken: Spoken) -> dict[str, np.ndarray]:
    """What fields of phrases tell of each claim."""
    return {
        "approach": np.where(spoken.stage == "formal_notice", -1, debtors.row[claims.of]),
        "last": debtors.last_contact_on[claims.of],
        "gain": np.maximum(spoken.gain, 0.0),
        "stage": spoken.stage,
        "tone": spoken.tone,
        "channel": spoken.channel,
        "by": spoken.channel,
        "action": spoken.action,
        "course": claims.course,
        "until": spoken.until,
        "deadline": spoken.deadline,
        "because": spoken.because,
    }


def _sayings(parts: dict[str, str], language: str) -> dict[str, Callable[[Any], str]]:
    """How each field is said."""
    say: dict[str, Callable[[Any], str]] = {
        "approach": lambda row: _approach(int(row), parts),
        "last": lambda day: _last(day, parts, language),
        "gain": lambda gain: money(gain, language),
        "by": lambda channel: _by(channel, parts, language),
        "until": lambda day: _day(day, language),
        "deadline": lambda day: _day(day, language),
        "because": lambda why: parts["because"].format(why=why) if why else "",
    }
    return say | {code: partial(_word, code, language=language) for code in _CODES}


def _kinds(told: dict[str, np.ndarray], name: np.ndarray) -> np.ndarray:
    """A number per claim as `alike` gives it: equal where phrases tell the same."""
    code, names = pd.factorize(name)
    fields = [_fields(each) for each in names]
    columns = [code]
    for field, values in told.items():
        uses = np.asarray([field in each for each in fields])[code]
        if uses.any():
            number = np.full(len(code), -1)
            number[uses] = pd.factorize(values[uses], use_na_sentinel=False)[0]
            columns.append(number)
    return alike(columns)


def _phrased(
    rows: np.ndarray,
    told: dict[str, np.ndarray],
    name: np.ndarray,
    say: dict[str, Callable[[Any], str]],
    at: int,
) -> tuple[np.ndarray, np.ndarray]:
    """What some claims' phrases say before and after their facts, without the last full stop."""
    head, tail = np.empty(len(rows), dtype=object), np.empty(len(rows), dtype=object)
    for place, row in enumerate(rows):
        words = {field: say[field](told[field][row]) for field in _fields(name[row])}
        before, _, after = phrases()["reasons"][name[row]][at].partition("{facts}")
        head[place] = before.format(**words)
        tail[place] = after.format(**words).removesuffix(".")
    return head, tail


@cache
def _fields(name: str) -> frozenset[str]:
    """Fields that a phrase has in any language, but for its facts."""
    parsed = (Formatter().parse(text) for text in phrases()["reasons"][name])
    return frozenset(field for each in parsed for _, field, _, _ in each if field) - {"facts"}


def _around(template: str, field: str, values: np.ndarray) -> np.ndarray:
    """A template with one field, filled by each value."""
    before, _, after = template.partition("{" + field + "}")
    return before + values + after


def _limits(spoken: Spoken) -> tuple[np.ndarray, np.ndarray]:
    """What is said of each claim's limitation, and the days of which something is said.

    Shape (n_claims,): 0 that it is over, 1 nothing, from 2 on that one of the days is near.
    """
    code, days = pd.factorize(spoken.limit_on)
    kind, names = pd.factorize(spoken.name)
    named = np.asarray(["barred" in each for each in names])[kind]
    return np.where(spoken.barred, np.where(named, 1, 0), code + 2), days


def _amounts(sums: Sums, n_groups: int, parts: dict[str, str], language: str) -> np.ndarray:
    """The sums of each group in words, joined; empty where there is none."""
    said = np.full(n_groups, "", dtype=object)
    words = _monies(sums.amount, sums.currency, language)
    # In turn: the first currency of every group, then the second of those that have one.
    turn = np.arange(len(words)) - np.searchsorted(sums.group, sums.group)
    for place in range(int(turn.max()) + 1 if len(turn) else 0):
        rows = turn == place
        said[sums.group[rows]] += (parts["and"] if place else "") + words[rows]
    return said


class _Groups(NamedTuple):
    """Number of invoices and greatest lateness of each group, and groups that are alike in them."""

    size: np.ndarray
    late: np.ndarray
    which: np.ndarray


def _groups(spoken: Spoken) -> _Groups:
    n_groups = int(spoken.group.max()) + 1
    size, late = np.ones(n_groups), np.zeros(n_groups)
    size[spoken.group], late[spoken.group] = spoken.group_size, spoken.group_late
    return _Groups(size, late, alike([size, late]))


def _facts(group: _Groups, amount: np.ndarray, parts: dict[str, str]) -> np.ndarray:
    """Amount, number of invoices and lateness of each group."""
    after = []
    for row in firsts(group.which):
        size, late = group.size[row], group.late[row]
        template = parts["facts_many" if size > 1 else "facts_one"].partition("{amount}")[2]
        after.append(template.format(n=int(size), late=_lateness(late, size, parts)))
    return amount + np.asarray(after, dtype=object)[group.which]


def _lateness(late: float, size: float, parts: dict[str, str]) -> str:
    if np.isnan(late):
        return parts["no_date"]
    if late == 0:
        return parts["due_today"]
    if late < 0:
        return parts["not_late"]
    if size > 1:
        return parts["late_most"].format(days=int(late))
    return parts["late_one"] if late == 1 else parts["late"].format(days=int(late))


def _word(codes: str, code: Any, language: str) -> str:
    return "" if code is None else word(codes, str(code), language)


def _day(day: Any, language: str) -> str:
    return "" if np.isnat(day) else calendar_day(day, language)


def _last(day: Any, parts: dict[str, str], language: str) -> str:
    return parts["never"] if np.isnat(day) else parts["last"].format(day=_day(day, language))


def _by(channel: Any, parts: dict[str, str], language: str) -> str:
    said = _word("channel", channel, language)
    return parts["by"].format(channel=said) if channel else ""


def _approach(row: int, parts: dict[str, str]) -> str:
    """How to speak to a debtor, when the profile is a hypothesis at all (D14)."""
    return parts[f"approach_{PROFILES[row]}"] if 0 <= row < len(PROFILES) else ""
