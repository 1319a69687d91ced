"""What happened, event by event, and what was tried without a judge, with its proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data_schema import word as code_word
from letters.dossier.words import Row, has, say
from letters.writing import clean, money, short_day

_CREDITS = ("credit_note", "set_off", "write_off")
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
        credited = code in _CREDITS
        name = "credit" if credited else "reversed" if event["amount"] < 0 else "payment"
    elif kind == "action":
        name = "contact" if event["is_contact"] else "act"
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
        "interaction": "outcome",
        "dispute": "dispute_reason",
        "dispute_answered": "dispute_reason",
        "legal_step": "legal_step",
        "insolvency": "insolvency_kind",
    }
    if kind == "action":
        chased = code in ("remind", "call", "formal_notice") and event["stage"]
        words = code_word("stage", event["stage"], language) if chased else None
        words = words or code_word("action", str(code), language)
        return upper(words) if event["is_contact"] else words
    return code_word(lists[kind], str(code), language) if kind in lists and code else ""


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
            ", ".join(named),
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
            ", ".join(numbers[claim] for claim in piece["claim_ids"]),
            "",
        )
        for piece in pieces
        if piece["dated_on"]
    ]
    # Sorting is stable: what happened on one day keeps its order, exhibits last.
    ordered = sorted(told, key=lambda row: row[0])
    return [[short_day(on, language), says, clean(of), sum_] for on, says, of, sum_ in ordered]


def contacts(events: Sequence[Row], pieces: Sequence[Row], language: str) -> list[list[str]]:
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
            clean(", ".join(numbers)),
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
