"""Messages on paper: one letter or many, each beginning on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from letters.facts import Party
from letters.paper import pdf
from letters.render import Message
from letters.writing import clean, day, typeset, word


def letters_pdf(messages: Sequence[Message]) -> bytes:
    """One PDF with every letter, in order; all are of one day.

    Raises
    ------
    ValueError
        Without a message.
    """
    if not messages:
        raise ValueError("no letter to set")
    first = messages[0].request
    data = {
        "title": clean(messages[0].subject),
        "author": clean(first.sender.name or first.sender.identifier),
        "language": first.language,
        "page": word("letter", "page", first.language),
        "watermark": word("letter", "invented", first.language) if first.invented else None,
        "letters": [_letter(message) for message in messages],
    }
    return pdf("letter", data, as_of=first.as_of)


def _letter(message: Message) -> dict[str, Any]:
    request, language = message.request, message.request.language
    # The name that closes an e-mail stands in the signature of a letter.
    closed = bool(message.blocks) and message.blocks[-1].text == clean(request.sender.name or "")
    blocks = message.blocks[:-1] if closed else message.blocks
    return {
        "sender": _sender(message),
        "recipient": _recipient(message),
        "registered": word("letter", "registered", language)
        if request.channel == "registered_letter"
        else None,
        "place": word("letter", "place", language).format(
            city=clean(request.sender.city or ""), day=day(request.as_of, language)
        ),
        "subject": typeset(f"{word('letter', 'subject', language)} {_about(message)}", language),
        "blocks": [
            {
                "kind": block.kind,
                "text": typeset(block.text, language),
                "table": _table(message, block.text) if block.kind == "table" else None,
            }
            for block in blocks
        ],
        "sign": _sign(message),
        "footer": _footer(message),
    }


def _about(message: Message) -> str:
    """The subject, without the sender's own name: it stands at the head of the page."""
    name = clean(message.request.sender.name or "")
    for mark in (" : ", ": "):
        if name and message.subject.startswith(name + mark):
            rest = message.subject.removeprefix(name + mark)
            return rest[:1].upper() + rest[1:]
    return message.subject


def _table(message: Message, name: str) -> dict[str, Any]:
    table = message.tables[name]
    return {"head": table.head, "rows": table.rows, "total": table.total}


def _sender(message: Message) -> list[str]:
    request, language = message.request, message.request.language
    lines = party_lines(request.sender, language)
    if request.agency is not None:
        name = clean(request.creditor.name)
        lines.insert(1, word("letter", "agency_for", language).format(name=name))
    return lines


def party_lines(party: Party, language: str) -> list[str]:
    """The head of a letter: who writes, where it is found."""
    place = " ".join(filter(None, (party.postcode, party.city)))
    siren = word("letter", "siren", language).format(siren=party.siren) if party.siren else None
    told = (party.name or party.identifier, party.address, place, siren, party.email, party.phone)
    return [clean(part) for part in told if part]


def _recipient(message: Message) -> list[str]:
    request, language = message.request, message.request.language
    debtor = request.debtor
    attention = None
    if request.contact_name and debtor.kind not in ("consumer", "sole_trader"):
        attention = word("letter", "attention", language).format(name=request.contact_name)
    place = " ".join(filter(None, (debtor.postcode, debtor.city)))
    country = debtor.country if debtor.country != "FR" else None
    told = (debtor.name or debtor.identifier, attention, debtor.address, place, country)
    return [clean(part) for part in told if part]


def _sign(message: Message) -> str:
    language = message.request.language
    if message.to_sign:
        return word("letter", "sign", language)
    name = clean(message.request.sender.name)
    return word("letter", "signed", language).format(name=name)


def _footer(message: Message) -> str:
    request = message.request
    parties = [request.creditor] if request.agency is None else [request.agency, request.creditor]
    told = []
    for party in parties:
        place = " ".join(filter(None, (party.address, party.postcode, party.city)))
        siren = word("letter", "siren", request.language).format(siren=party.siren)
        told.append(", ".join(filter(None, (party.name, place, siren if party.siren else None))))
    return " · ".join(clean(part) for part in told)
