"""The sentence behind each recommendation, in French and in English, with figures."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from data_schema.contract import word
from models.strategy.facts import Claims, Debtors
from models.strategy.tables import PROFILES, phrases

_MONTHS = tuple(calendar.month_name)[1:]
LANGUAGES = ("fr", "en")


@dataclass(frozen=True)
class Spoken:
    """What the sentences speak of, one entry per claim.

    ``sums`` are those of the claim's group, one amount for each currency: what a debtor owes in
    francs is asked for in francs; ``disputed`` likewise what a chase leaves aside. ``limit_on``:
    first day on which a claim of the group may be time-barred, when that is near, else NaT.
    """

    name: np.ndarray
    action: np.ndarray
    stage: np.ndarray
    tone: np.ndarray
    channel: np.ndarray
    until: np.ndarray
    deadline: np.ndarray
    sums: list[list[tuple[str, float]]]
    disputed: list[list[tuple[str, float]]]
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


def sums_by_currency(
    group: np.ndarray, currency: np.ndarray, asked: np.ndarray
) -> list[list[tuple[str, float]]]:
    """Sums above zero of each claim's group by currency, EUR first, to the cent."""
    frame = pd.DataFrame({"group": group, "currency": currency, "cents": np.rint(asked * 100)})
    frame["foreign"] = frame["currency"] != "EUR"
    summed = frame.groupby(["group", "foreign", "currency"], sort=True)["cents"].sum()
    summed = summed[summed > 0]
    each: list[list[tuple[str, float]]] = [[] for _ in range(int(group.max()) + 1)]
    for (place, _, unit), cents in summed.items():
        each[place].append((unit, cents / 100))
    return [each[place] for place in group]


def reasons(claims: Claims, debtors: Debtors, spoken: Spoken, language: str) -> list[str]:
    """One sentence per claim."""
    at = LANGUAGES.index(language)
    table = phrases()
    parts: dict[str, str] = {key: pair[at] for key, pair in table["parts"].items()}
    sentences = {key: pair[at] for key, pair in table["reasons"].items()}
    last = _by_debtor(debtors, parts, language)
    approach = _approaches(debtors, parts)
    days = {
        day: calendar_day(day, language)
        for day in np.unique(np.concatenate([spoken.until, spoken.deadline, spoken.limit_on]))
        if not np.isnat(day)
    }
    written = []
    for i in range(len(claims)):
        row = claims.of[i]
        channel = spoken.channel[i]
        sentence = sentences[spoken.name[i]].format(
            facts=_facts(spoken, i, parts, language),
            last=last[row],
            # A formal notice says the same to everybody.
            approach="" if spoken.stage[i] == "formal_notice" else approach[row],
            gain=money(max(spoken.gain[i], 0.0), language),
            stage=_word("stage", spoken.stage[i], language),
            tone=_word("tone", spoken.tone[i], language),
            channel=_word("channel", channel, language),
            action=_word("action", spoken.action[i], language),
            course=_word("course", claims.course[i], language),
            until=days.get(spoken.until[i], ""),
            deadline=days.get(spoken.deadline[i], ""),
            because=parts["because"].format(why=spoken.because[i]) if spoken.because[i] else "",
            by=parts["by"].format(channel=_word("channel", channel, language)) if channel else "",
        )
        aside = _amounts(spoken.disputed[i], parts, language)
        if aside:
            sentence = sentence.removesuffix(".") + parts["disputed"].format(amount=aside) + "."
        if spoken.barred[i] and "barred" not in spoken.name[i]:
            sentence = sentence.removesuffix(".") + parts["barred"] + "."
        elif not np.isnat(spoken.limit_on[i]):
            near = parts["near_limit"].format(day=days[spoken.limit_on[i]])
            sentence = sentence.removesuffix(".") + near + "."
        written.append(sentence[0].upper() + sentence[1:])
    return written


def _word(codes: str, code: Any, language: str) -> str:
    return "" if code is None else word(codes, str(code), language)


def _amounts(sums: list[tuple[str, float]], parts: dict[str, str], language: str) -> str:
    """Amounts in words, joined; empty where there is none."""
    return parts["and"].join(money(each, language, unit) for unit, each in sums)


def _facts(spoken: Spoken, i: int, parts: dict[str, str], language: str) -> str:
    many = spoken.group_size[i] > 1
    late = spoken.group_late[i]
    if np.isnan(late):
        lateness = parts["no_date"]
    elif late == 0:
        lateness = parts["due_today"]
    elif late < 0:
        lateness = parts["not_late"]
    elif many:
        lateness = parts["late_most"].format(days=int(late))
    elif late == 1:
        lateness = parts["late_one"]
    else:
        lateness = parts["late"].format(days=int(late))
    amount = _amounts(spoken.sums[i], parts, language)
    template = parts["facts_many" if many else "facts_one"]
    return template.format(amount=amount, n=int(spoken.group_size[i]), late=lateness)


def _by_debtor(debtors: Debtors, parts: dict[str, str], language: str) -> list[str]:
    return [
        parts["never"] if np.isnat(day) else parts["last"].format(day=calendar_day(day, language))
        for day in debtors.last_contact_on
    ]


def _approaches(debtors: Debtors, parts: dict[str, str]) -> list[str]:
    """How to speak to each debtor, when the profile is a hypothesis at all (D14)."""
    known = [parts[f"approach_{profile}"] for profile in PROFILES]
    return [known[row] if row < len(known) else "" for row in debtors.row]
