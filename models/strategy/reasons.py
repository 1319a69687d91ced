"""The sentence behind each recommendation, in French and in English, with figures."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from string import Formatter
from typing import Any

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


@dataclass(frozen=True)
class Spoken:
    """What the sentences speak of, one entry per claim but for the two sums.

    ``group`` numbers the claims' groups from 0 on. ``sums`` (group, currency, amount) are what
    each group is asked for, ``disputed`` what a chase leaves aside. ``limit_on``: first day on
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
    sums: pd.DataFrame
    disputed: pd.DataFrame
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
    plain = f"{amount:,.2f}"
    if language == "en":
        return f"€{plain}" if currency == "EUR" else f"{currency} {plain}"
    unit = "€" if currency == "EUR" else currency
    return plain.replace(",", "\u202f").replace(".", ",") + f"\u00a0{unit}"


def calendar_day(day: np.datetime64, language: str) -> str:
    """A day as the language writes it.

    >>> calendar_day(np.datetime64("2026-11-02"), "fr")
    '02/11/2026'
    >>> calendar_day(np.datetime64("2026-11-02"), "en")
    '2 November 2026'
    """
    plain = pd.Timestamp(day)
    if language == "fr":
        return f"{plain.day:02d}/{plain.month:02d}/{plain.year}"
    return f"{plain.day} {_MONTHS[plain.month - 1]} {plain.year}"


def sums_by_currency(group: np.ndarray, currency: np.ndarray, asked: np.ndarray) -> pd.DataFrame:
    """Sums above zero by group and currency, EUR first, to the cent: group, currency, amount.

    What a debtor owes in francs is asked for in francs.
    """
    frame = pd.DataFrame({"group": group, "currency": currency, "amount": np.rint(asked * 100)})
    frame = frame[frame["amount"] > 0]
    frame = frame.assign(foreign=frame["currency"] != "EUR")
    summed = frame.groupby(["group", "foreign", "currency"], sort=True)["amount"].sum() / 100
    return summed.reset_index()[["group", "currency", "amount"]]


def reasons(claims: Claims, debtors: Debtors, spoken: Spoken, language: str) -> np.ndarray:
    """One sentence per claim, shape (n_claims,).

    What a sentence says of amounts is said once a group; the rest once for all claims alike in
    what their phrase tells.
    """
    at = LANGUAGES.index(language)
    table = phrases()
    parts: dict[str, str] = {key: pair[at] for key, pair in table["parts"].items()}
    n_groups = int(spoken.group.max()) + 1
    asked = _amounts(spoken.sums, n_groups, parts, language)
    aside = _amounts(spoken.disputed, n_groups, parts, language)
    aside = np.where(aside == "", "", _around(parts["disputed"], "amount", aside))
    facts = _facts(spoken, asked, parts)
    sentences = {key: pair[at] for key, pair in table["reasons"].items()}
    head, tail = _phrased(claims, debtors, spoken, sentences, parts, language)
    written = head + facts[spoken.group] + tail + aside[spoken.group]
    written = written + _limits(spoken, parts, language) + "."
    return np.asarray([each[0].upper() + each[1:] for each in written], dtype=object)


def _phrased(
    claims: Claims,
    debtors: Debtors,
    spoken: Spoken,
    sentences: dict[str, str],
    parts: dict[str, str],
    language: str,
) -> tuple[np.ndarray, np.ndarray]:
    """What each claim's phrase says before and after its facts, without the last full stop."""
    told = {
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
    say: dict[str, Callable[[Any], str]] = {
        "approach": lambda row: _approach(int(row), parts),
        "last": lambda day: _last(day, parts, language),
        "gain": lambda gain: money(gain, language),
        "by": lambda channel: _by(channel, parts, language),
        "until": lambda day: _day(day, language),
        "deadline": lambda day: _day(day, language),
        "because": lambda why: parts["because"].format(why=why) if why else "",
    }
    say |= {code: partial(_word, code, language=language) for code in _CODES}
    code, names = pd.factorize(spoken.name)
    fields = [_fields(sentences[name]) for name in names]
    columns = [code]
    for field, values in told.items():
        uses = np.asarray([field in each for each in fields])[code]
        if uses.any():
            number, _ = pd.factorize(values, use_na_sentinel=False)
            columns.append(np.where(uses, number, -1))
    which = alike(columns)
    first = firsts(which)
    head, tail = np.empty(len(first), dtype=object), np.empty(len(first), dtype=object)
    for place, row in enumerate(first):
        words = {field: say[field](told[field][row]) for field in fields[code[row]]}
        before, _, after = sentences[spoken.name[row]].partition("{facts}")
        head[place] = before.format(**words)
        tail[place] = after.format(**words).removesuffix(".")
    return head[which], tail[which]


def _fields(template: str) -> set[str]:
    found = {field for _, field, _, _ in Formatter().parse(template) if field}
    return found - {"facts"}


def _around(template: str, field: str, values: np.ndarray) -> np.ndarray:
    """A template with one field, filled by each value."""
    before, _, after = template.partition("{" + field + "}")
    return before + values + after


def _limits(spoken: Spoken, parts: dict[str, str], language: str) -> np.ndarray:
    """What is said of limitation: that it is over, else that it is near, else nothing."""
    code, days = pd.factorize(spoken.limit_on)
    near = [parts["near_limit"].format(day=_day(day, language)) for day in days]
    said = np.asarray([*near, ""], dtype=object)[code]
    named = pd.Series(spoken.name, dtype=object).str.contains("barred", regex=False)
    over = spoken.barred & ~named.to_numpy(dtype=bool)
    return np.where(over, parts["barred"], np.where(spoken.barred, "", said))


def _amounts(sums: pd.DataFrame, n_groups: int, parts: dict[str, str], language: str) -> np.ndarray:
    """The sums of each group in words, joined; empty where there is none."""
    said = np.full(n_groups, "", dtype=object)
    group = sums["group"].to_numpy()
    words = np.asarray(
        [
            money(amount, language, unit)
            for amount, unit in zip(sums["amount"], sums["currency"], strict=True)
        ],
        dtype=object,
    )
    # In turn: the first currency of every group, then the second of those that have one.
    turn = np.arange(len(group)) - np.searchsorted(group, group)
    for place in range(int(turn.max()) + 1 if len(turn) else 0):
        rows = turn == place
        said[group[rows]] += (parts["and"] if place else "") + words[rows]
    return said


def _facts(spoken: Spoken, amount: np.ndarray, parts: dict[str, str]) -> np.ndarray:
    """Amount, number of invoices and lateness of each group."""
    size, late = np.ones(len(amount)), np.zeros(len(amount))
    size[spoken.group], late[spoken.group] = spoken.group_size, spoken.group_late
    which = alike([size, late])
    first = firsts(which)
    after = []
    for row in first:
        template = parts["facts_many" if size[row] > 1 else "facts_one"].partition("{amount}")[2]
        after.append(template.format(n=int(size[row]), late=_lateness(late[row], size[row], parts)))
    return amount + np.asarray(after, dtype=object)[which]


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
