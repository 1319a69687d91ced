"""What to say on the telephone or at the door: an opening, facts, one question, what to note."""

from __future__ import annotations

from dataclasses import replace

from law import conduct
from law.words import word as law_word
from letters import sums
from letters.errors import MissingFact, NotWritten
from letters.facts import CHASING, NATURAL_PERSONS, Request
from letters.ladders import rung, rungs
from letters.render import Message, made
from letters.tone.letter import names_of, setting_of, stop, without
from letters.tone.linter import wording
from letters.writing import clean, colon, word

SPOKEN = ("phone", "visit")
#: Answers that have a script of their own; every other one is told as its stage.
_OWN = ("offer_plan", "find_contact")


def script(request: Request) -> Message:
    """The script of a call or a visit; its last question is the one to ask.

    Raises
    ------
    MissingFact
        No telephone number, no plan worked out, or another fact that it states is not known.
    NotWritten
        The law or a dispute stands against it, or its words may not be said.
    """
    if request.action in CHASING | {"visit"} and (request.stage or "reminder") in rungs():
        chased = replace(request, action="remind")
        request = replace(request, tone=rung(chased).tone(request.tone))
    lines = sums.asked(replace(request, action=_sums_as(request)))
    _check(request, lines)
    found = made(request, lines, f"{request.language}/phone/{_name(request)}.md", _facts(request))
    told = without(f"{found.subject}\n{found.text}", names_of(request))
    stop(request, wording(told, setting_of(request)))
    return found


def _name(request: Request) -> str:
    if request.action in _OWN:
        return request.action
    stage = request.stage or "reminder"
    return stage if stage in ("reminder", "firm_reminder", "last_attempt") else "firm_reminder"


def _sums_as(request: Request) -> str:
    return request.action if request.action in _OWN else "remind"


def _facts(request: Request) -> dict[str, object]:
    limits = conduct.limits(request.as_of)
    language = request.language
    asked = word("script", "plan_question", language) if request.action == "offer_plan" else None
    return {
        "from_hour": limits.from_hour,
        "to_hour": limits.to_hour,
        "phone": request.phone,
        "is_visit": request.channel == "visit",
        "contact": request.contact_name,
        "is_person": request.debtor.kind in NATURAL_PERSONS,
        "question": asked or request.question or word("script", "question", language),
        "has_plan": bool(request.plan),
    }


def _check(request: Request, lines: list[sums.Asked]) -> None:
    language, who = request.language, clean(request.debtor.name or request.debtor.identifier)
    rules = {
        "do_not_contact": request.do_not_contact,
        "represented": request.represented_by is not None,
        "debtor_insolvent": request.in_insolvency,
        "visit_not_allowed": request.channel == "visit"
        and request.debtor.kind in conduct.AS_CONSUMER,
        "time_barred": request.action not in _OWN
        and request.stage == "last_attempt"
        and any(line.claim.time_barred for line in lines),
    }
    for rule, broken in rules.items():
        if broken:
            raise NotWritten(f"{who}{colon(language)}{law_word('rules', rule, language)}.")
    if not lines and request.action != "find_contact":
        raise NotWritten(word("refused", "nothing", language).format(who=who))
    if request.channel == "phone" and not request.phone:
        raise MissingFact(
            word("refused", "missing", language).format(
                who=who, fact=word("fact", "phone", language), table="debtors", field="phone"
            )
        )
    if request.action == "offer_plan" and not request.plan:
        raise MissingFact(word("refused", "no_plan", language).format(who=who))
