"""A request becomes a message: facts, law and a template of words, or a refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from law.words import word as law_word
from letters import disputes, sums
from letters.blocks import GUARD, Block, as_text, parsed
from letters.errors import MissingFact
from letters.facts import CHASING, NATURAL_PERSONS, Party, Request
from letters.grounds import check
from letters.ladders import rung, rungs, template
from letters.tone.letter import refuse
from letters.writing import NBSP, clean, colon, day, iban, money, percent, short_day, word

TEMPLATES = Path(__file__).parent / "templates"
_ARTICLES = (
    "late_payment",
    "penalties",
    "indemnity",
    "notice",
    "legal_interest",
    "consumer_mediation",
    "collection",
    "data_protection",
)
_PUBLIC = ("late_payment", "penalties", "indemnity")


@dataclass(frozen=True, slots=True)
class Table:
    """Head and rows as texts; ``total`` is the last line, ``lines`` the same for plain text."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready for a person to look at and send; ``is_edited``: a person changed it."""

    request: Request
    asked: tuple[sums.Asked, ...]
    subject: str
    blocks: tuple[Block, ...]
    tables: Mapping[str, Table]
    total: str
    to_sign: bool
    is_edited: bool = False

    @property
    def asks(self) -> bool:
        """Whether the message asks for money."""
        return self.request.action in CHASING

    @property
    def text(self) -> str:
        """The message as plain text, for an e-mail or an SMS."""

        def lines(name: str) -> list[str]:
            table = self.tables[name]
            return [*(f"- {line}" for line in table.lines), *filter(None, [table.total])]

        text = "\n".join(as_text(self.blocks, lines)) + "\n"
        # A no-break space is no sign of the SMS alphabet, and would halve what one text holds.
        return text.replace(NBSP, " ") if self.request.channel == "sms" else text


def message(request: Request) -> Message:
    """The message that a request asks for.

    Raises
    ------
    MissingFact
        A fact that it must state is not known.
    NotWritten
        It may not or need not be written, or its words may not be sent.
    """
    if request.action in CHASING and (request.stage or "reminder") in rungs():
        request = replace(request, tone=rung(request).tone(request.tone))
    lines = sums.asked(request)
    check(request, lines)
    found = made(request, lines, template(request), disputes.facts(request))
    refuse(request, found.subject, found.text)
    return found


def made(
    request: Request, lines: Sequence[sums.Asked], name: str, further: Mapping[str, object]
) -> Message:
    """The words of a template with the facts of a request in them, and ``further`` ones."""
    tables = {"invoices": _invoices(request, lines), "plan": _plan(request, lines)}
    rendered = _environment().get_template(name).render({**_facts(request, lines), **further})
    subject, blocks = parsed(rendered)
    return Message(
        request=request,
        asked=tuple(lines),
        subject=subject,
        blocks=tuple(blocks),
        tables=tables,
        total=_total(request, lines),
        to_sign=request.person_signs,
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        finalize=printed,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )


def printed(value: object) -> str:
    """What a template prints; nothing known is nothing said."""
    if value is None or value == "":
        raise MissingFact("a fact that this message states is not known")
    # Texts of one template included in another carry their guard already.
    return GUARD + clean_keeping_spaces(str(value))


def clean_keeping_spaces(text: str) -> str:
    """A value on one line whose figures stay together."""
    kept = text.replace("\u00a0", "\x1f")
    return "\u00a0".join(clean(part) for part in kept.split("\x1f"))


def _facts(request: Request, lines: Sequence[sums.Asked]) -> dict[str, Any]:
    language = request.language
    reply_by = request.as_of + timedelta(days=sums.days_of("reply_days", request))
    notified = [line.claim.notified_on for line in lines if line.claim.notified_on]
    disputed = [line.claim.disputed_on for line in lines if line.claim.disputed_on]
    return {
        "creditor": request.creditor,
        "debtor": request.debtor,
        "sender": request.sender,
        "agency": request.agency if request.collects_for_others else None,
        "account": iban((request.agency or request.creditor).iban),
        "reference": request.debtor.identifier,
        "mediator": request.mediator,
        "first_letter_on": day(request.first_letter_on, language)
        if request.first_letter_on
        else None,
        "contact_point": _point(request.sender),
        "tone": request.tone,
        "first_letter_short": short_day(request.first_letter_on, language),
        "promised_on": day(request.promise_on, language) if request.promise_on else None,
        "question": request.question,
        "many": len(lines) > 1,
        "n_invoices": len(lines),
        "number": lines[0].claim.number if lines else "",
        "numbers": _joined([line.claim.number for line in lines], language),
        "total": _total(request, lines),
        "parts": _parts(request, lines),
        "origin": _joined(
            list(dict.fromkeys(word("origin", line.claim.nature, language) for line in lines)),
            language,
        ),
        "rates": word("joint", "then", language).join(
            percent(rate, language) for rate in sums.rates(list(lines), request)
        ),
        "rate_now": _or_none(sums.rate_now(list(lines), request), language),
        "today": day(request.as_of, language),
        "reply_by": day(reply_by, language),
        "reply_by_short": short_day(reply_by, language),
        "reach": request.sender.phone or request.sender.email,
        "notice_days": sums.days_of("formal_notice_days", request),
        "notified_on": day(max(notified), language) if notified else None,
        "disputed_on": day(max(disputed), language) if disputed else None,
        "last_contact_on": day(request.last_contact_on, language)
        if request.last_contact_on
        else None,
        "has_penalties": any(line.penalties for line in lines),
        "has_interest": any(line.interest for line in lines),
        "has_indemnity": any(line.indemnity for line in lines),
        "is_consumer": request.debtor.kind in ("consumer", "unknown"),
        "is_natural_person": request.debtor.kind in NATURAL_PERSONS,
        "may_sue": not any(line.claim.time_barred for line in lines),
        "is_public": request.debtor.kind == "public",
        "articles": _articles(request),
        "costs_rule": law_word("texts", "costs_without_title", language),
    }


def _articles(request: Request) -> dict[str, str]:
    """Articles in words; a public buyer owes penalties by its own code."""
    found = {name: law_word("articles", name, request.language) for name in _ARTICLES}
    if request.debtor.kind == "public":
        for name in _PUBLIC:
            found[name] = law_word("articles", f"{name}_public", request.language)
    return found


def _or_none(rate: Any, language: str) -> str | None:
    return None if rate is None else percent(rate, language)


def _point(party: Party) -> str | None:
    """Where one answers: e-mail, telephone, else by post."""
    return " / ".join(filter(None, (party.email, party.phone))) or None


def _joined(parts: Sequence[str], language: str, most: int = 5) -> str:
    shown = [clean(part) for part in parts]
    # One more is told rather than counted.
    if len(shown) > most + 1:
        more = word("letter", "more", language).format(n=len(shown) - most)
        return ", ".join(shown[:most]) + " " + more
    return word("joint", "and", language).join(
        part for part in (", ".join(shown[:-1]), shown[-1] if shown else "") if part
    )


def _total(request: Request, lines: Sequence[sums.Asked]) -> str:
    found = sums.totals(list(lines))
    return _joined([money(a, c, request.language) for c, a in found.items()], request.language)


def _parts(request: Request, lines: Sequence[sums.Asked]) -> dict[str, str]:
    """Each component of the total, by its name; of one message's currencies each."""
    found: dict[str, str] = {}
    for part in ("principal", "penalties", "interest", "indemnity"):
        sums_by: dict[str, Any] = {}
        for line in lines:
            currency = line.claim.currency
            sums_by[currency] = sums_by.get(currency, 0) + getattr(line, part)
        found[part] = _joined(
            [money(a, c, request.language) for c, a in sums_by.items() if a], request.language
        )
    return found


def _invoices(request: Request, lines: Sequence[sums.Asked]) -> Table:
    language = request.language
    extras = [
        part
        for part in ("penalties", "interest", "indemnity")
        if any(getattr(line, part) for line in lines)
    ]
    before = ["invoiced", "settled"] if any(line.claim.settled for line in lines) else []
    sums_told = ["principal", *extras, *(["total"] if extras else [])]
    names = ["number", "issued_on", "due_on", *before, *sums_told]
    rows = []
    for line in lines:
        claim = line.claim
        cells = [clean(claim.number)]
        cells += [short_day(claim.issued_on, language), short_day(claim.due_on, language)]
        amounts = [claim.open_amount + claim.settled, claim.settled] if before else []
        amounts += [getattr(line, name) for name in sums_told]
        cells += [money(amount, claim.currency, language) for amount in amounts]
        rows.append(tuple(cells))
    total = word("line", "total", language).format(amount=_total(request, lines))
    return Table(
        head=tuple(word("table", name, language) for name in names),
        rows=tuple(rows),
        total=total if len(lines) > 1 else "",
        lines=tuple(_line(request, line) for line in lines),
    )


def _line(request: Request, line: sums.Asked) -> str:
    language, claim = request.language, line.claim
    told = [word("line", "invoice", language).format(number=clean(claim.number))]
    if claim.issued_on:
        told[0] += " " + word("line", "issued", language).format(
            day=short_day(claim.issued_on, language)
        )
    if claim.due_on:
        late = claim.days_overdue is not None and claim.days_overdue > 0
        told.append(
            word("line", "due" if late else "falls", language).format(
                day=short_day(claim.due_on, language)
            )
        )
    extras = [
        word("line", part, language).format(
            amount=money(getattr(line, part), claim.currency, language)
        )
        for part in ("penalties", "interest", "indemnity")
        if getattr(line, part)
    ]
    if claim.settled:
        before = {"invoiced": claim.open_amount + claim.settled, "settled": claim.settled}
        told_before = {name: money(each, claim.currency, language) for name, each in before.items()}
        extras.insert(0, word("line", "settled", language).format(**told_before))
    text = ", ".join(told) + colon(language) + money(line.principal, claim.currency, language)
    return text + (f" ({', '.join(extras)})" if extras else "")


def _plan(request: Request, lines: Sequence[sums.Asked]) -> Table:
    language = request.language
    currency = lines[0].claim.currency if lines else "EUR"
    rows = [(day(on, language), money(amount, currency, language)) for on, amount in request.plan]
    return Table(
        head=(word("table", "instalment", language), word("table", "amount", language)),
        rows=tuple(rows),
        total="",
        lines=tuple(
            word("line", "instalment", language).format(day=on, amount=amount)
            for on, amount in rows
        ),
    )
