"""A letter of instruction: facts and a template of words become text and paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from data_schema import word as code_word
from law.procedures import service_deadline
from law.words import word as law_word
from letters.blocks import Block, as_text, parsed
from letters.facts import NATURAL_PERSONS
from letters.instructions.mandate import Decision, Mandate, Owed, check
from letters.instructions.words import say
from letters.letter import party_lines
from letters.paper import pdf
from letters.render import printed
from letters.writing import clean, day, money, percent, semicolon, short_day, typeset, word

FOLDER = Path(__file__).parent
_ARTICLES = (
    *("fee_agreement", "amicable_attempt", "collection_mandate", "collection_rules"),
    *("officer_tariff", "order_service", "small_claim", "cheque_title", "uncontested"),
    "data_protection",
)
_EXTRAS = ("penalties", "interest", "indemnity")
_MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class Instruction:
    """A letter ready for a person to look at, sign and send."""

    mandate: Mandate
    subject: str
    blocks: tuple[Block, ...]
    total: str

    @property
    def text(self) -> str:
        """The letter as plain text, for an e-mail."""

        def lines(name: str) -> list[str]:
            told = [f"- {line}" for line in _lines(self.mandate, name)]
            return [*told, *([self.total] if name == "invoices" else [])]

        parts = as_text(self.blocks, lines)
        return "\n".join([*parts, "", clean(self.mandate.sender.name)]) + "\n"


def instruction(mandate: Mandate) -> Instruction:
    """The letter that a mandate asks for.

    Raises
    ------
    MissingFact
        A fact that it must state is not known.
    NotWritten
        The law stands against what would be asked.
    """
    check(mandate)
    collects = mandate.mission == "collect"
    name = "agency" if collects else mandate.kind
    template = _environment().get_template(f"{mandate.language}/{name}.md")
    subject, blocks = parsed(template.render(_facts(mandate)))
    total = say("table", "sum", mandate.language).format(
        amount=_joined(mandate, [(each.total, each.currency) for each in mandate.claims])
    )
    return Instruction(mandate, subject, tuple(blocks), total)


def instruction_pdf(made: Instruction) -> bytes:
    """The letter on paper; the same facts give the same bytes."""
    mandate, language = made.mandate, made.mandate.language
    sender, partner = mandate.sender, mandate.partner
    place = " ".join(filter(None, (partner.postcode, partner.city)))
    recipient = [partner.name, partner.address, place]
    lines = party_lines(sender, language)
    if mandate.agency is not None:
        named = word("letter", "agency_for", language)
        lines.insert(1, named.format(name=clean(mandate.creditor.name)))
    data = {
        "title": clean(made.subject),
        "author": clean(sender.name),
        "language": language,
        "page": word("letter", "page", language),
        "watermark": word("letter", "invented", language) if mandate.invented else None,
        "letters": [
            {
                "sender": lines,
                "recipient": [clean(each) for each in recipient if each],
                "registered": None,
                "place": word("letter", "place", language).format(
                    city=clean(sender.city or ""), day=day(mandate.as_of, language)
                ),
                "subject": typeset(
                    f"{word('letter', 'subject', language)} {made.subject}", language
                ),
                "blocks": [_set(made, block) for block in made.blocks],
                "sign": say("letter", "sign", language),
                "footer": " · ".join(
                    dict.fromkeys(clean(each) for each in (sender.name, mandate.reference) if each)
                ),
            }
        ],
    }
    return pdf("letter", data, as_of=mandate.as_of)


def _set(made: Instruction, block: Block) -> dict[str, Any]:
    table = None
    if block.kind == "table":
        table = _table(made.mandate, block.text)
        table["total"] = made.total if block.text == "invoices" else ""
    return {"kind": block.kind, "text": typeset(block.text, made.mandate.language), "table": table}


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        finalize=printed,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )


def _facts(mandate: Mandate) -> dict[str, Any]:
    language = mandate.language
    disputed = [(each.disputed, each.currency) for each in mandate.claims if each.disputed]
    entrusted = [(each.undisputed, each.currency) for each in mandate.claims]
    sender = mandate.sender
    return {
        "creditor": mandate.creditor,
        "debtor": mandate.debtor,
        "agency": mandate.agency,
        "debtor_kind": code_word("debtor_kind", mandate.debtor.kind, language),
        "is_abroad": mandate.debtor.country != "FR",
        "is_natural_person": mandate.debtor.kind in NATURAL_PERSONS,
        "is_lawyer": mandate.kind == "lawyer",
        "is_officer": mandate.kind == "enforcement_officer",
        "greeting": say("greeting", mandate.kind, language),
        "mission": mandate.mission,
        "course": code_word("course", mandate.course, language),
        "court": mandate.court if language == "fr" else None,
        "many": len(mandate.claims) > 1,
        "today": day(mandate.as_of, language),
        "reply_by": day(mandate.reply_by, language),
        "disputed": _joined(mandate, disputed) if disputed else None,
        "entrusted": _joined(mandate, entrusted),
        "fee": _fee(mandate),
        "represented_by": mandate.represented_by,
        "reference": mandate.reference,
        "contact_point": " / ".join(filter(None, (sender.email, sender.phone))) or None,
        "has_exhibits": bool(mandate.exhibits),
        "missing": _lacking(mandate),
        "tasks": semicolon(language).join(
            law_word("tasks", code, language) for code in mandate.tasks
        )
        or None,
        "titles": [_title(each, mandate) for each in mandate.decisions],
        "unnoticed": _named(mandate.unnoticed, language),
        "serve_by": day(service_deadline(mandate.order_on), language) if mandate.order_on else None,
        **{
            name: _day(getattr(mandate, name), language)
            for name in (
                *("notice_on", "attempt_on", "limitation_on"),
                *("order_on", "served_on", "title_on"),
            )
        },
        "articles": {name: law_word("articles", name, language) for name in _ARTICLES},
    }


def _title(decision: Decision, mandate: Mandate) -> str:
    """A decision in words: its procedure, its days, the invoices and the sum granted."""
    language, currency = mandate.language, mandate.claims[0].currency
    served = "served" if decision.served_on else "unserved"
    granted = decision.granted
    return say("title", "line", language).format(
        procedure=say("decided", decision.procedure, language),
        day=day(decision.given_on, language),
        served=say("title", served, language).format(day=_day(decision.served_on, language)),
        invoices=_named(decision.invoices, language),
        granted=""
        if granted is None
        else say("title", "granted", language).format(amount=money(granted, currency, language)),
    )


def _named(invoices: Sequence[str], language: str) -> str | None:
    """Numbers of invoices, the first few where they are many."""
    told = ", ".join(clean(each) for each in invoices[:_MOST_NAMED])
    more = len(invoices) - _MOST_NAMED
    return (told + (say("title", "more", language).format(n=more) if more > 0 else "")) or None


def _fee(mandate: Mandate) -> str | None:
    """What the register says of the fee, where it is agreed and not a tariff."""
    language = mandate.language
    if mandate.kind == "enforcement_officer" and mandate.mission != "collect":
        return None
    fixed, rate = mandate.fixed_fee, mandate.success_rate
    told = {
        "fixed": money(fixed, "EUR", language) if fixed else "",
        "rate": percent(rate, language, digits=1) if rate else "",
    }
    key = "both" if fixed and rate else "fixed" if fixed else "rate" if rate else None
    if key == "both" and mandate.kind != "lawyer":
        return " + ".join(say("fee", each, language).format(**told) for each in ("fixed", "rate"))
    return say("fee", key, language).format(**told) if key else None


def _table(mandate: Mandate, name: str) -> dict[str, Any]:
    language = mandate.language
    if name == "exhibits":
        head = [say("table", each, language) for each in ("exhibit", "place", "dated_on")]
        rows = [
            [code_word("document_kind", each.kind, language), str(each.number),
             _short(each.dated_on, language), clean(each.invoices)]
            for each in mandate.exhibits
        ]  # fmt: skip
        return {"head": [*head, say("table", "invoices", language)], "rows": rows}
    parts = _parts(mandate.claims)
    names = ["number", "issued_on", "due_on", "principal", *parts, *(["total"] if parts else [])]
    rows = [
        [
            clean(each.number),
            _short(each.issued_on, language),
            _short(each.due_on, language),
            *(money(getattr(each, part), each.currency, language) for part in names[3:]),
        ]
        for each in mandate.claims
    ]
    return {"head": [say("table", each, language) for each in names], "rows": rows}


def _lines(mandate: Mandate, name: str) -> list[str]:
    language = mandate.language
    if name == "exhibits":
        return [
            say("table", "exhibit_line", language).format(
                n=each.number,
                kind=code_word("document_kind", each.kind, language),
                day=_short(each.dated_on, language),
                invoices=clean(each.invoices),
            )
            for each in mandate.exhibits
        ]
    return [_line(mandate, each) for each in mandate.claims]


def _line(mandate: Mandate, claim: Owed) -> str:
    language = mandate.language
    parts = ", ".join(
        f"{say('table', part, language).lower()} "
        f"{money(getattr(claim, part), claim.currency, language)}"
        for part in _parts([claim])
    )
    return say("table", "line", language).format(
        number=clean(claim.number),
        issued=_short(claim.issued_on, language),
        due=_short(claim.due_on, language),
        principal=money(claim.principal, claim.currency, language),
        extras=say("table", "extras", language).format(parts=parts) if parts else "",
    )


def _parts(claims: Sequence[Owed]) -> list[str]:
    return [part for part in _EXTRAS if any(getattr(each, part) for each in claims)]


def _joined(mandate: Mandate, amounts: Sequence[tuple[Decimal, str]]) -> str:
    """A sum for each currency; different currencies are never added."""
    found: dict[str, Decimal] = {}
    for amount, currency in amounts:
        found[currency] = found.get(currency, Decimal(0)) + amount
    told = [money(amount, currency, mandate.language) for currency, amount in found.items()]
    return word("joint", "and", mandate.language).join(told)


def _lacking(mandate: Mandate) -> str | None:
    """Kinds of paper that miss, each with its invoices where it is on file for others."""
    told = []
    for kind in dict.fromkeys(mandate.missing):
        name = code_word("document_kind", kind, mandate.language)
        of = _named(mandate.missing_of.get(kind, ()), mandate.language)
        told.append(f"{name} ({of})" if of else name)
    return ", ".join(told) or None


def _day(value: date | None, language: str) -> str | None:
    return None if value is None else day(value, language)


def _short(value: date | None, language: str) -> str:
    return say("table", "undated", language) if value is None else short_day(value, language)
