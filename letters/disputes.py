"""A dispute point by point: each grievance, the papers on file that answer it, what misses (D13).

Nothing is said of a paper but its kind, its day and what such a paper states; what is not on file
is a task, never a sentence of the letter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from data_schema.contract import word as code_word
from letters.errors import MissingFact, NotWritten
from letters.facts import Claim, Dispute, Paper, Request
from letters.tone.words import folded
from letters.writing import clean, day, money, phrase

_FILE = "disputes.yaml"
#: Characters of a grievance that a letter repeats; the whole stands in the file of the dispute.
MOST_WORDS = 300
#: Points of one grievance that are answered apart; what follows stays with the last.
MOST_POINTS = 10
_MOST_READ = 20_000
_MARK = re.compile(r"(?:^|[\n;])[ \t]*[-–•*][ \t]+|(?:^|(?<=[\s;:(]))(\d{1,2})[.)°][ \t]+")


@dataclass(frozen=True, slots=True)
class Point:
    """One grievance: papers that answer it, kinds of paper that miss, in words; all on one line."""

    number: int
    dispute: Dispute
    claim: Claim
    told: str
    papers: tuple[str, ...]
    ask: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be done about a debtor's disputes, by whom and until when."""

    points: tuple[Point, ...]
    owner: str | None
    until: date
    founded: bool


def points(request: Request) -> list[Point]:
    """The open disputes of the claims of a message, oldest first, numbered from 1."""
    claims = {claim.claim_id: claim for claim in request.claims}
    ordered = sorted(request.disputes, key=lambda each: (each.opened_on, each.claim_id))
    found = [
        (part, claims[each.claim_id], at, len(parts))
        for each in ordered
        if each.claim_id in claims
        for parts in [apart(each)]
        for at, part in enumerate(parts)
    ]
    return [
        _point(request, n, part, claim, at=at, of=of)
        for n, (part, claim, at, of) in enumerate(found, 1)
    ]


def apart(dispute: Dispute) -> list[Dispute]:
    """A dispute for each point that its grievance numbers or lists, else the dispute alone.

    Each has its own words and, where they tell it, its own reason.

    >>> many = Dispute("C", date(2026, 1, 1), "other", grievance="1) Prix faux 2) Vitre cassée")
    >>> [(each.reason, each.grievance) for each in apart(many)]
    [('price', 'Prix faux'), ('quality', 'Vitre cassée')]
    """
    text = (dispute.grievance or "")[:_MOST_READ]
    marks = list(_MARK.finditer(text))
    numbers = [int(each[1]) for each in marks if each[1]]
    if numbers and numbers != list(range(1, len(numbers) + 1)):
        return [dispute]
    kept = marks[:MOST_POINTS]
    ends = [each.start() for each in marks[1:MOST_POINTS]] + [len(text)]
    parts = zip(kept, ends[: len(kept)], strict=True)
    words = [clean(text[each.end() : end]).rstrip(" ;,") for each, end in parts]
    words = [each for each in words if each]
    if len(words) < 2:
        return [dispute]
    before = clean(text[: marks[0].start()])
    words[0] = f"{before} {words[0]}" if before else words[0]
    return [replace(dispute, grievance=each, reason=_heard(each, dispute)) for each in words]


def _heard(words: str, dispute: Dispute) -> str | None:
    told = " " + folded(words)
    for reason, starts in _data()["heard"].items():
        if any(f" {start}" in told for start in starts):
            return str(reason)
    return dispute.reason


def sheet(request: Request) -> Sheet | None:
    """The points with their owner and deadline; None without an open dispute.

    An answer is due fifteen days after the grievance, a week from today where that is past; what
    is founded is repaired within fifteen days.
    """
    found = points(request)
    if not found:
        return None
    founded = all(each.dispute.founded for each in found)
    soon = request.as_of + timedelta(days=_data()["late_days"])
    answer = min(each.dispute.opened_on for each in found) + timedelta(days=_data()["answer_days"])
    repair = request.as_of + timedelta(days=_data()["repair_days"])
    return Sheet(tuple(found), request.owner, repair if founded else max(answer, soon), founded)


def check(request: Request) -> None:
    """Refuse an answer for which there is no dispute, or a point that no paper on file answers.

    Raises
    ------
    NotWritten
        Without an open dispute.
    MissingFact
        With the papers to ask the creditor for.
    """
    who, language = clean(request.debtor.name or request.debtor.identifier), request.language
    found = points(request)
    if not found:
        raise NotWritten(phrase(_FILE, "no_dispute", language, "words").format(who=who))
    for each in found:
        if not each.papers:
            raise MissingFact(
                phrase(_FILE, "unproved", language, "words").format(
                    who=who,
                    n=each.number,
                    number=clean(each.claim.number),
                    missing=", ".join(each.missing),
                    creditor=clean(request.creditor.name or request.creditor.identifier),
                )
            )


def facts(request: Request) -> dict[str, Any]:
    """What the templates of answers print of the disputes."""
    found = sheet(request)
    told = [
        {
            "told": _words("point", request, n=each.number, told=each.told),
            "papers": each.papers,
            "ask": each.ask,
        }
        for each in (found.points if found else ())
    ]
    return {
        "points": told,
        "founded": bool(found and found.founded),
        "repair_by": day(found.until, request.language) if found else None,
    }


def _point(
    request: Request, number: int, dispute: Dispute, claim: Claim, *, at: int, of: int
) -> Point:
    """Point ``at`` of the ``of`` of its dispute; the sum is told once."""
    language = request.language
    reason = _data()["reasons"].get(dispute.reason or "other", _data()["reasons"]["other"])
    papers, missing = [], []
    for name in reason["proof"]:
        proof = _data()["proof"][name]
        held = [
            each
            for each in request.papers
            if each.claim_id == dispute.claim_id and each.kind in proof["kinds"]
        ]
        if held:
            papers.append(_paper(held[0], _said(proof["shows"], language), request))
        else:
            missing.append(_said(proof["missing"], language))
    return Point(
        number=number,
        dispute=dispute,
        claim=claim,
        told=_told(
            request, dispute, claim, about="" if at else "about" if of == 1 else "about_all"
        ),
        papers=tuple(papers),
        ask=_said(reason["ask"], language),
        missing=tuple(missing),
    )


def _told(request: Request, dispute: Dispute, claim: Claim, about: str) -> str:
    language = request.language
    told: dict[str, object] = {
        "day": day(dispute.opened_on, language),
        "number": clean(claim.number),
        "reason": code_word("dispute_reason", dispute.reason or "other", language),
    }
    text = grievance(dispute)
    if text and (dispute.reason or "other") == "other":
        told["reason"] = text
    name = "says" if text and dispute.in_writing else "told"
    said = _words(name, request, **told, grievance=text)
    if dispute.amount and about:
        amount = money(dispute.amount, claim.currency, language)
        said += _words(about, request, amount=amount)
    return said


def grievance(dispute: Dispute) -> str:
    """The debtor's words on one line, shortened at a word.

    >>> grievance(Dispute("C", date(2026, 1, 1), "other", grievance="  Rien\\nreçu. "))
    'Rien reçu'
    """
    text = clean(dispute.grievance or "").rstrip(" .")
    if len(text) <= MOST_WORDS:
        return text
    return text[:MOST_WORDS].rsplit(" ", 1)[0] + " […]"


def _paper(paper: Paper, shows: str, request: Request) -> str:
    kind = code_word("document_kind", paper.kind, request.language)
    kind = kind[:1].upper() + kind[1:]
    if paper.dated_on is None:
        return _words("undated", request, kind=kind, shows=shows)
    return _words(
        "paper", request, kind=kind, day=day(paper.dated_on, request.language), shows=shows
    )


def _words(name: str, request: Request, **told: object) -> str:
    return phrase(_FILE, name, request.language, "words").format(**told)


def _said(pair: list[str], language: str) -> str:
    return pair[0] if language == "fr" else pair[1]


@cache
def _data() -> Mapping[str, Any]:
    text = Path(__file__).with_name(_FILE).read_text(encoding="utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return found
