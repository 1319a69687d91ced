"""What happened, event by event, and what was tried without a judge, with its proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data_schema import word as code_word
from letters.dossier.words import Row, has, say
from letters.writing import clean, money, short_day

_CREDITS = ("credit_note", "set_off", "write_off")
_CHASES = ("remind", "call", "formal_notice")
_FEW = 5
#: Events by which a settlement was sought, or an answer given.
_AMICABLE = (
    "action", "interaction", "promise", "promise_broken", "plan", "plan_broken", "dispute",
    "dispute_answered", "dispute_closed",
)  # fmt: skip
#: Which exhibits prove a step or an answer of their day.
_PROOFS = {
    "action": ("reminder", "formal_notice", "receipt", "correspondence"),
    "interaction": ("correspondence", "acknowledgment"),
    "promise": ("correspondence", "acknowledgment"),
    "plan": ("acknowledgment", "contract", "correspondence"),
    "dispute": ("correspondence",),
    "dispute_answered": ("correspondence",),
}


def sentence(event: Row, language: str) -> str:
    """One event in words, its amount apart.

    >>> from datetime import date
    >>> sentence({"kind": "promise", "label_code": "broken", "until_on": date(2026, 5, 2)},
    ...          "fr")
    'Promesse de payer au 02/05/2026'
    """
    kind, code = event["kind"], event.get("label_code")
    label = _label(event, language)
    name = kind
    if kind == "due" and code == "assumed":
        name = "due_assumed"
    elif kind == "payment":
        name = "credit" if code in _CREDITS else "payment"
        if event["amount"] < 0:
            name += "_reversed"
    elif kind == "action":
        name = "contact" if event["is_contact"] else "act"
        # A call made after a notice is no notice.
        if event["stage"] == "formal_notice" and not _is_notice(event) and code in _CHASES:
            name = "notice_stage"
    elif kind == "interaction" and code in ("no_answer", "wrong_contact"):
        name = str(code)
    elif kind == "dispute_closed" and code:
        name = f"dispute_{code}"
    if not has("events", name):
        return clean(f"{kind} {label}")
    told = say("events", name, language).format(
        label=label,
        until=short_day(event.get("until_on"), language),
        procedure=upper(code_word("procedure", str(event.get("procedure")), language)),
    )
    if event.get("allocation") == "inferred":
        told += say("events", "inferred", language)
    return told


def _label(event: Row, language: str) -> str:
    """What the event is of, in the words of the contract."""
    kind, code = event["kind"], event.get("label_code")
    lists = {
        "payment": "payment_method",
        "dispute": "dispute_reason",
        "dispute_answered": "dispute_reason",
        "legal_step": "legal_step",
        "insolvency": "insolvency_kind",
    }
    if kind == "action":
        if code in _CHASES and event["stage"] and event["is_contact"]:
            return upper(code_word("stage", event["stage"], language))
        return say("acts", str(code), language) if has("acts", str(code)) else str(code)
    if kind == "interaction":
        return say("answers", str(code), language) if has("answers", str(code)) else str(code)
    return code_word(lists[kind], str(code), language) if kind in lists and code else ""


def _is_notice(event: Row) -> bool:
    return event["channel"] not in ("phone", "visit", "sms")


def of_invoices(numbers: Sequence[str], of: int, language: str) -> str:
    """Numbers of invoices: all of them, a few, or the first few and how many more.

    >>> of_invoices(["A", "B"], 3, "fr"), of_invoices(list("ABCDEFG"), 9, "fr")
    ('A, B', 'A, B, C, D, E et 2 autres')
    """
    if len(numbers) == of > _FEW - 2:
        return say("invoices", "all", language).format(n=of)
    names = clean(", ".join(numbers[:_FEW]))
    if len(numbers) <= _FEW + 1:
        return clean(", ".join(numbers))
    return say("invoices", "more", language).format(names=names, n=len(numbers) - _FEW)


def upper(words: str) -> str:
    """Words with a capital to begin with."""
    return words[:1].upper() + words[1:]


def merged(events: Sequence[Row]) -> list[tuple[Row, list[str]]]:
    """Events that are one for several claims, told once, with the numbers of their invoices.

    A payment, an invoice or its due date is always one claim's own.
    """
    found: dict[tuple[object, ...], tuple[Row, list[str]]] = {}
    for event in events:
        number = str(event["invoice_number"] or event["claim_id"])
        alone = event["source_key"] if event["kind"] in ("issued", "due", "payment") else None
        key = (
            event["happened_at"], event["kind"], event["label_code"], event["channel"],
            event["stage"], event["until_on"], event["procedure"], alone,
        )  # fmt: skip
        _, numbers = found.setdefault(key, (event, []))
        if number not in numbers:
            numbers.append(number)
    return list(found.values())


def chronology(
    events: Sequence[Row],
    pieces: Sequence[Row],
    numbers: Mapping[str, str],
    currency: str,
    language: str,
) -> list[list[str]]:
    """Rows of the chronology: day, fact, invoices, amount; dated exhibits stand at their day."""
    told = [
        (
            event["happened_at"].date(),
            sentence(event, language)
            + (
                f" – {code_word('channel', event['channel'], language)}" if event["channel"] else ""
            ),
            of_invoices(named, len(numbers), language),
            "" if event["amount"] is None else money(event["amount"], currency, language),
        )
        for event, named in merged(events)
    ]
    told += [
        (
            piece["dated_on"],
            say("events", "document", language).format(
                label=upper(code_word("document_kind", piece["kind"], language)),
                number=piece["number"],
            ),
            of_invoices([numbers[c] for c in piece["claim_ids"]], len(numbers), language),
            "",
        )
        for piece in pieces
        if piece["dated_on"]
    ]
    # Sorting is stable: what happened on one day keeps its order, exhibits last.
    ordered = sorted(told, key=lambda row: row[0])
    return [[short_day(on, language), says, of, amount] for on, says, of, amount in ordered]


def contacts(
    events: Sequence[Row], pieces: Sequence[Row], n_claims: int, language: str
) -> list[list[str]]:
    """Rows of the steps out of court: day, step or answer, channel, receipt, invoices, proof."""
    kept = [
        event for event in events
        if event["kind"] in _AMICABLE
        and (event["kind"] != "action" or (event["is_contact"] and event["stage"] != "litigation"))
    ]  # fmt: skip
    return [
        [
            short_day(event["happened_at"].date(), language),
            sentence(event, language),
            _channel(event, language),
            _receipt(event, language),
            of_invoices(numbers, n_claims, language),
            proof(event, pieces, language),
        ]
        for event, numbers in merged(kept)
    ]


def _channel(event: Row, language: str) -> str:
    return code_word("channel", event["channel"], language) if event["channel"] else ""


def _receipt(event: Row, language: str) -> str:
    """The day of receipt, where the ledger states one of its own: else it is that of posting."""
    on = event["until_on"]
    if event["kind"] != "action" or on is None or on == event["happened_at"].date():
        return ""
    return say("contact", "received", language).format(day=short_day(on, language))


def proof(event: Row, pieces: Sequence[Row], language: str) -> str:
    """The exhibits that prove an event of their day; else it is the creditor's statement."""
    kinds = _PROOFS.get(event["kind"], ())
    days = {event["happened_at"].date(), event["until_on"]} - {None}
    numbers = [
        str(piece["number"]) for piece in pieces
        if piece["kind"] in kinds and piece["dated_on"] in days
        and event["claim_id"] in piece["claim_ids"]
    ]  # fmt: skip
    if not numbers:
        return say("contact", "declared", language)
    return say("contact", "exhibit", language).format(numbers=", ".join(numbers))
