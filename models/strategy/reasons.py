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
    """What the sentences speak of, one entry per claim; sums are those of the claim's group."""

    name: np.ndarray
    action: np.ndarray
    stage: np.ndarray
    tone: np.ndarray
    channel: np.ndarray
    until: np.ndarray
    deadline: np.ndarray
    group_eur: np.ndarray
    group_size: np.ndarray
    group_late: np.ndarray
    because: np.ndarray


def euros(amount: float, language: str) -> str:
    """An amount as the language writes it.

    >>> euros(1234.5, "en")
    '€1,234.50'
    >>> euros(1234.5, "fr").split()
    ['1', '234,50', '€']
    """
    plain = f"{amount:,.2f}"
    if language == "en":
        return f"€{plain}"
    return plain.replace(",", "\u202f").replace(".", ",") + "\u00a0€"


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


def reasons(claims: Claims, debtors: Debtors, spoken: Spoken, language: str) -> list[str]:
    """One sentence per claim."""
    at = LANGUAGES.index(language)
    table = phrases()
    parts: dict[str, str] = {key: pair[at] for key, pair in table["parts"].items()}
    sentences = {key: pair[at] for key, pair in table["reasons"].items()}
    last = _by_debtor(debtors, parts, language)
    belief = _hypotheses(debtors, parts, language)
    days = {
        day: calendar_day(day, language)
        for day in np.unique(np.concatenate([spoken.until, spoken.deadline]))
        if not np.isnat(day)
    }
    written = []
    for i in range(len(claims)):
        row = claims.of[i]
        channel = spoken.channel[i]
        sentence = sentences[spoken.name[i]].format(
            facts=_facts(spoken, i, parts, language),
            last=last[row],
            hypothesis=belief[row],
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
        written.append(sentence[0].upper() + sentence[1:])
    return written


def _word(codes: str, code: Any, language: str) -> str:
    return "" if code is None else word(codes, str(code), language)


def _facts(spoken: Spoken, i: int, parts: dict[str, str], language: str) -> str:
    many = spoken.group_size[i] > 1
    late = spoken.group_late[i]
    if np.isnan(late):
        lateness = parts["no_date"]
    elif late <= 0:
        lateness = parts["not_late"]
    elif many:
        lateness = parts["late_most"].format(days=int(late))
    elif late == 1:
        lateness = parts["late_one"]
    else:
        lateness = parts["late"].format(days=int(late))
    amount = euros(spoken.group_eur[i], language)
    template = parts["facts_many" if many else "facts_one"]
    return template.format(amount=amount, n=int(spoken.group_size[i]), late=lateness)


def _by_debtor(debtors: Debtors, parts: dict[str, str], language: str) -> list[str]:
    return [
        parts["never"] if np.isnat(day) else parts["last"].format(day=calendar_day(day, language))
        for day in debtors.last_contact_on
    ]


def _hypotheses(debtors: Debtors, parts: dict[str, str], language: str) -> list[str]:
    """The profile is said as a hypothesis, and only when it is one (D14)."""
    said = []
    for row, belief in zip(debtors.row, debtors.belief, strict=True):
        if row >= len(PROFILES):
            said.append("")
            continue
        profile = word("profile", PROFILES[row], language)
        said.append(
            parts["hypothesis"].format(profile=profile, percent=round(100 * float(belief[row])))
        )
    return said
