"""A whole letter: its wording, what it must mention, how it reads, and what an edit changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from letters.disputes import apart, grievance
from letters.errors import NotWritten
from letters.facts import CHASING, NATURAL_PERSONS, Request
from letters.tone.linter import LIKENESS, Finding, Setting, wording
from letters.tone.patterns import Mention, mentions
from letters.tone.reading import FLOOR, LONG, reading
from letters.tone.words import folded, words
from letters.writing import clean, colon

_AMOUNT = re.compile(r"\d[\d\u00a0\u202f .,]*\d(?=\s*(?:€|eur))|(?<=[€£$])\s*\d[\d,.]*\d", re.I)
_READS = (
    "Se lit difficilement ({ease} sur 100, Kandel et Moles) : phrases plus courtes, mots simples.",
    "Hard to read ({ease} of 100, Flesch): use shorter sentences and plain words.",
)
_LONG = ("Phrase de plus de {most} mots.", "A sentence of more than {most} words.")
_SUM = (
    "Somme qui n'est pas celle du décompte : {what}.",
    "A sum that is not in the account: {what}.",
)
_GONE = ("Il manque ce que la lettre devait dire : {what}.", "The letter no longer says: {what}.")


def check(
    text: str, setting: Setting, *, subject: str = "", names: Sequence[str] = (), sms: bool = False
) -> list[Finding]:
    """Findings of a letter, those of its lines first.

    ``names`` are proper names that say nothing (of the parties, numbers of invoices): a debtor
    may be called anything.
    """
    bare, head = without(text, names), without(subject, names)
    found = [replace(each, line=-1) for each in wording(head, setting)]
    found += wording(bare, setting)
    found += _missing(f"{head}\n{bare}", setting, sms=sms)
    return found + _reads(bare, setting.language or "fr")


def setting_of(request: Request) -> Setting:
    """What a request tells of the letter that it asks for."""
    return Setting(
        language=request.language,
        stage=(request.stage or "reminder") if request.action in CHASING else None,
        debtor_kind="consumer" if request.debtor.kind == "unknown" else request.debtor.kind,
        collects_for_others=request.collects_for_others,
        time_barred=any(claim.time_barred for claim in request.claims),
    )


def names_of(request: Request) -> tuple[str, ...]:
    """Proper names that a message may hold."""
    parties = [request.creditor, request.debtor, *([request.agency] if request.agency else [])]
    told = [request.contact_name, request.email, request.phone]
    for party in parties:
        told += [party.name, party.address, party.city, party.email, party.phone, party.iban]
    told += [claim.number for claim in request.claims]
    # What the debtor wrote is repeated to answer it: it is not our word.
    told += [grievance(part) for each in request.disputes for part in (each, *apart(each))]
    return tuple(name for name in told if name)


def refuse(request: Request, subject: str, text: str) -> None:
    """Refuse a message whose words may not be sent.

    Raises
    ------
    NotWritten
        With the first line that stands against it.
    """
    found = check(
        text,
        setting_of(request),
        subject=subject,
        names=names_of(request),
        sms=request.channel == "sms",
    )
    stop(request, found)


def stop(request: Request, found: Sequence[Finding]) -> None:
    """Stop at the first finding that stands against a message of ours.

    The rules alone judge: the words are those of a template that a person reviewed, and what they
    sound like beside the number of an invoice is no reason to keep it back.

    Raises
    ------
    NotWritten
        With that finding and the debtor whom it is about.
    """
    who = clean(request.debtor.name or request.debtor.identifier)
    for each in found:
        if not each.advice and each.rule != LIKENESS:
            raise NotWritten(f"{who}{colon(request.language)}{each.told(request.language)}")


def changed(
    request: Request, *, written: tuple[str, str], edited: tuple[str, str], total: str
) -> list[Finding]:
    """Findings of a message that a person edited; subject and text of each.

    Beside the wording: a sum that the message did not state, and a total, a number of an invoice
    or a party that is gone.
    """
    subject, text = edited
    found = check(
        text,
        setting_of(request),
        subject=subject,
        names=names_of(request),
        sms=request.channel == "sms",
    )
    found = [each for each in found if not _is_ours(each, written, edited)]
    known = {_figures(each) for each in _AMOUNT.findall(" ".join(written))}
    for number, line in enumerate(text.splitlines(), start=1):
        for amount in _AMOUNT.findall(line):
            if _figures(amount) not in known:
                found.append(_own("sum", number, _SUM, amount.strip(), what=amount.strip()))
    whole = _one_line(" ".join(edited))
    for fact in _facts(request, total):
        if _one_line(fact) in _one_line(" ".join(written)) and _one_line(fact) not in whole:
            found.append(_own("fact", 0, _GONE, "", what=fact))
    return sorted(found, key=lambda each: (each.advice, each.line == 0, each.line))


def _is_ours(found: Finding, written: tuple[str, str], edited: tuple[str, str]) -> bool:
    """Whether a sound was heard in a line that nobody changed, of a reviewed template."""
    if found.rule != LIKENESS or not found.line:
        return False
    if found.line < 0:
        return _one_line(edited[0]) == _one_line(written[0])
    kept = {_one_line(line) for line in written[1].splitlines()}
    return _one_line(edited[1].splitlines()[found.line - 1]) in kept


def _facts(request: Request, total: str) -> list[str]:
    told = [total] if request.action in CHASING else []
    if request.stage == "formal_notice":
        told += [request.creditor.name or "", request.debtor.name or ""]
    return [*filter(None, told), *(claim.number for claim in request.claims)]


def _own(
    rule: str, line: int, says: tuple[str, str], shown: str, *, advice: bool = False, **told: object
) -> Finding:
    french, english = (each.format(**told) for each in says)
    return Finding(line, rule, "missing_mention", advice, (french, english), "", shown)


def _missing(text: str, setting: Setting, *, sms: bool) -> list[Finding]:
    if setting.stage is None:
        return []
    spoken = tuple(word for line in text.splitlines() for word in words(line))
    return [
        Finding(0, each.name, "missing_mention", False, each.says, each.source, "")
        for each in mentions()
        if _is_due(each, setting, sms=sms)
        and not any(next(pattern.hits(spoken), None) for pattern in each.patterns)
    ]


def _is_due(mention: Mention, setting: Setting, *, sms: bool) -> bool:
    if setting.stage not in mention.stages or (sms and not mention.short):
        return False
    if setting.time_barred and mention.unless_time_barred:
        return False
    return {
        None: True,
        "for_others": setting.collects_for_others,
        "consumer": setting.debtor_kind == "consumer",
        "person": setting.debtor_kind in NATURAL_PERSONS,
    }[mention.only]


def _reads(text: str, language: str) -> list[Finding]:
    told = reading(text, language)
    found = [
        replace(_own("long", line, _LONG, "…", advice=True, most=LONG), family="reading")
        for line in told.long_lines
    ]
    if told.ease is not None and told.ease < FLOOR:
        hard = _own("ease", 0, _READS, "", advice=True, ease=f"{told.ease:.0f}")
        found.append(replace(hard, family="reading"))
    return found


def without(text: str, names: Sequence[str]) -> str:
    """The text with a blank sign for each proper name, given or as a letter writes it."""
    for name in sorted({*names, *map(clean, names)}, key=len, reverse=True):
        if len(name) > 1:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "–", text)
    return text


def _figures(amount: str) -> str:
    return re.sub(r"\D", "", amount)


def _one_line(text: str) -> str:
    return " ".join(folded(text).split())
