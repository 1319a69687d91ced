"""Whether a message may be written at all, and whether all that it must state is known."""

from __future__ import annotations

from law.words import word as law_word
from letters import disputes
from letters.errors import MissingFact, NotWritten
from letters.facts import ANSWERS, CHASING, WRITTEN, Party, Request
from letters.ladders import rung
from letters.mail import is_address
from letters.sums import Asked
from letters.writing import clean, colon, word

_AS_CONSUMER = ("consumer", "unknown")
#: Steps that call for no message of ours to the debtor, each with its reason in words.
_TASKS = frozenset(
    {
        "third_party",
        "sue",
        "declare_in_insolvency",
        "write_off",
        "monitor_plan",
        "identify",
    }
)
_PLACE = ("address", "postcode", "city")


def check(request: Request, lines: list[Asked]) -> None:
    """Refuse a message in one sentence.

    Raises
    ------
    NotWritten
        The law, a dispute, a promise or a missing text stands against it.
    MissingFact
        Something that it must state is not known.
    """
    _may_be_written(request, lines)
    _reaches(request)
    _is_stated(request, lines)


def _may_be_written(request: Request, lines: list[Asked]) -> None:
    language, who = request.language, clean(request.debtor.name or request.debtor.identifier)
    if request.channel not in WRITTEN or request.action not in CHASING | ANSWERS:
        why = request.action if request.action in _TASKS else "no_text"
        raise NotWritten(word("refused", why, language).format(who=who))
    rules = {
        "do_not_contact": request.do_not_contact,
        "represented": request.represented_by is not None,
        "no_email_consent": request.channel == "email" and request.email_refused,
        "no_sms_consent": request.channel == "sms" and request.sms_refused,
        "debtor_insolvent": request.action in CHASING and request.in_insolvency,
        # An answer stays on the stage that was reached; it is no notice, and threatens nothing.
        "formal_notice_channel": request.action in CHASING
        and request.stage == "formal_notice"
        and request.channel not in ("letter", "registered_letter"),
        "time_barred": request.action in CHASING
        and request.stage in ("formal_notice", "last_attempt")
        and any(line.claim.time_barred for line in lines),
    }
    for rule, broken in rules.items():
        if broken:
            raise NotWritten(f"{who}{colon(language)}{law_word('rules', rule, language)}.")
    if not lines:
        raise NotWritten(word("refused", "nothing", language).format(who=who))
    if request.channel not in rung(request).channels:
        why = "no_sms" if request.channel == "sms" else "no_text"
        raise NotWritten(word("refused", why, language).format(who=who))


def _reaches(request: Request) -> None:
    if request.channel == "email" and not is_address(request.email):
        _missing(request, request.debtor, "email", "debtors")
    if request.channel == "sms" and not request.phone:
        _missing(request, request.debtor, "phone", "debtors")
    if request.channel in ("letter", "registered_letter"):
        for name in _PLACE:
            if not getattr(request.debtor, name):
                _missing(request, request.debtor, name, "debtors")


def _is_stated(request: Request, lines: list[Asked]) -> None:
    if not request.creditor.name:
        _missing(request, request.creditor, "name", "creditors")
    if request.collects_for_others:
        for name in ("name", *_PLACE):
            if request.agency is None or not getattr(request.agency, name):
                raise MissingFact(word("refused", "agency", request.language).format(field=name))
    if request.channel in ("letter", "registered_letter"):
        # A letter carries who claims, and where one may answer.
        for name in _PLACE:
            if not getattr(request.creditor, name):
                _missing(request, request.creditor, name, "creditors")
    if request.channel == "sms" and request.collects_for_others and not request.first_letter_on:
        # The first step of an agency is a letter with five mentions (art. R124-4 CPCE).
        raise NotWritten(
            word("refused", "agency_first", request.language).format(
                who=clean(request.debtor.name or request.debtor.identifier)
            )
        )
    if request.channel == "sms" and not (request.sender.phone or request.sender.email):
        _missing(request, request.creditor, "phone", "creditors")
    if request.action == "offer_plan" and not request.plan:
        raise MissingFact(
            word("refused", "no_plan", request.language).format(who=clean(request.debtor.name))
        )
    if request.action == "answer_dispute":
        disputes.check(request)
    if request.stage == "formal_notice" and request.action in CHASING:
        _formal(request, lines)
    if request.stage == "last_attempt" and request.action in CHASING:
        for line in lines:
            if line.claim.notified_on is None:
                _unsaid(request, line, "notified_on")


def _formal(request: Request, lines: list[Asked]) -> None:
    if request.creditor.kind == "company" and not request.creditor.siren:
        _missing(request, request.creditor, "siren", "creditors")
    for line in lines:
        if line.claim.due_on is None or line.claim.date_basis != "stated":
            _unsaid(request, line, "due_on")


def _missing(request: Request, party: Party, field: str, table: str) -> None:
    raise MissingFact(
        word("refused", "missing", request.language).format(
            who=clean(party.name or party.identifier),
            fact=word("fact", field, request.language),
            table=table,
            field=field,
        )
    )


def _unsaid(request: Request, line: Asked, field: str) -> None:
    raise MissingFact(
        word("refused", "unsaid", request.language).format(
            claim=clean(line.claim.number), fact=word("fact", field, request.language), field=field
        )
    )
