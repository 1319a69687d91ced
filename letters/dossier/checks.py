"""The second part of a dossier: what stands in the way, which papers miss, what bars the claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from data_schema import word as code_word
from law.gates import SUITS, Gate
from law.words import word as law_word
from letters.dossier.chronology import of_invoices, upper
from letters.dossier.words import Row, Section, say, section, table
from letters.writing import clean, short_day, word

#: A gate and the day that matters for it.
Check = tuple[Gate, date | None]


def gates(checks: Sequence[Check] | None, language: str) -> list[Section]:
    """The gates that fail with their tasks, then those that hold."""
    title = say("sections", "closed", language)
    if checks is None:
        return [section(title, before=[say("no_suit", None, language)])]
    head = [say("head", name, language) for name in ("state", "condition", "finding", "task")]
    failed = sorted((check for check in checks if not check[0].passed), key=lambda c: not c[0].bars)
    rows = [
        [
            _state(gate, language),
            law_word("gates", gate.code, language),
            law_word("obstacles", gate.reason, language) + _by(on, language),
            law_word("tasks", gate.task, language) if gate.task else "",
        ]
        for gate, on in failed
    ]
    met = [
        [
            law_word("gates", gate.code, language),
            law_word("gate_reasons", gate.reason, language) + _by(on, language),
        ]
        for gate, on in checks
        if gate.passed
    ]
    return [
        section(title, table=table(head, rows, (1.5, 1.3, 2.4, 2.4))),
        section(say("sections", "met", language), table=table(head[1:3], met, (1, 2))),
    ]


def _state(gate: Gate, language: str) -> str:
    if not gate.bars:
        return say("state", "todo", language)
    if set(SUITS) <= gate.bars:
        closed = say("state", "every", language)
    else:
        named = (code_word("course", code, language) for code in SUITS if code in gate.bars)
        closed = ", ".join(named)
    return say("state", "blocks", language).format(courses=closed)


def _by(on: date | None, language: str) -> str:
    return f" ({short_day(on, language)})" if on else ""


def missing(rows: Sequence[Row], numbers: Mapping[str, str], language: str) -> Section:
    """Papers that are not there, for which invoices, and why they matter."""
    title = say("sections", "missing", language)
    if not rows:
        return section(title, before=[say("no_missing", None, language)])
    head = [say("head", name, language) for name in ("piece", "invoice", "why")]
    told = [
        [
            upper(code_word("document_kind", row["kind"], language)),
            of_invoices([numbers[claim] for claim in row["claim_ids"]], len(numbers), language),
            say("why", row["why"], language),
        ]
        for row in rows
    ]
    before = [say("intro", "missing", language)]
    return section(title, before=before, table=table(head, told, (1, 1.2, 3)))


def limitation(
    lines: Mapping[str, Sequence[Row]], numbers: Mapping[str, str], language: str
) -> list[Section]:
    """The period of each claim and its end; then each event, with what the law makes of it."""
    told = {claim: rows for claim, rows in lines.items() if rows}
    columns = ("invoice", "period", "start", "prudent", "barred", "earliest", "article")
    rows = [
        [clean(numbers[claim]), *_period(found[0], found[-1], language)]
        for claim, found in told.items()
    ]
    summary = section(
        say("sections", "limitation", language),
        table=table(
            [say("head", name, language) for name in columns], rows, (1.2, 1.6, 0, 0, 0, 0, 1.4)
        ),
    )
    return [summary, *(_events(found, numbers[claim], language)
                       for claim, found in told.items() if len(found) > 2)]  # fmt: skip


def _period(period: Row, end: Row, language: str) -> list[str]:
    if end["happened_on"] is None:
        return [say("limitation", "unknown", language), *([""] * 5)]
    law = say("limitation", "period", language).format(
        period=law_word("limitation_periods", period["event"], language), months=period["months"]
    )
    if period["is_agreed"]:
        law += say("limitation", "agreed", language)
    days = (period["happened_on"], period["until_on"], end["happened_on"], end["until_on"])
    return [law, *(short_day(on, language) for on in days), _article(period, language)]


def _events(lines: Sequence[Row], number: str, language: str) -> Section:
    period, *events, _ = lines
    head = [say("head", name, language) for name in ("date", "event", "effect", "article")]
    rows = [
        [
            _stretch(line, language),
            law_word("limitation_events", line["event"], language),
            law_word("limitation_effects", _effect(line, period["happened_on"]), language),
            _article(line, language),
        ]
        for line in events
    ]
    title = say("sections", "limitation_of", language).format(number=clean(number))
    return section(title, table=table(head, rows, (1.1, 1.8, 1.8, 1.6)))


def _stretch(line: Row, language: str) -> str:
    told = short_day(line["happened_on"], language)
    return told if not line["until_on"] else f"{told} → {short_day(line['until_on'], language)}"


def _effect(line: Row, start: Any) -> str:
    effect = str(line["effect"] or "none")
    if effect != "none" and not line["is_counted"]:
        return "before" if line["happened_on"] <= start else "barred"
    return effect


def _article(line: Row, language: str) -> str:
    said = line["article"] or ""
    return f"{said} ({word('statement', 'to_verify', language)})" if line["is_to_verify"] else said
