"""The letter that instructs a partner about one suit: gathered from the day, written to a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amiable import courts, letter_facts
from amiable.dossier import Dossier, gather, subject_of
from amiable.errors import AmiableError
from amiable.home import Home
from amiable.law_values import of_day
from amiable.partners import course_of, register_rows, roles
from amiable.report import write_bytes
from law import parameters
from law.gates import OUT_OF_COURT
from law.titles import ORDERS
from letters.facts import Party
from letters.instructions.letter import Instruction, instruction, instruction_pdf
from letters.instructions.mandate import MISSIONS, Decision, Exhibit, Mandate, Owed
from pipelines.warehouse import Warehouse

if TYPE_CHECKING:
    from pandas import DataFrame

Row = Mapping[str, Any]
#: What the creditor does within the house, or by this very letter: no word to a partner.
_OWN_TASKS = frozenset({
    "approve_suit", "person_signs", "instruct_lawyer", "choose_officer", "written_mandate",
    "enforce_title", "obtain_title", "rectified_invoice", "show_irrecoverable", "review_refusal",
    "follow_suit", "sue_on_merits", "no_threat",
})  # fmt: skip
_MOST_EXHIBITS = 60


def written(
    home: Home,
    warehouse: Warehouse,
    text: str,
    *,
    partner_id: str | None,
    course: str | None,
    language: str,
    is_past: bool = False,
) -> Instruction:
    """The letter about a suit to the partner advised for it, or to the one named.

    Raises
    ------
    AmiableError
        When there is no suit, no such partner, or nobody is advised.
    LetterError
        When the letter is refused: a fact misses, or the law stands against it.
    """
    subject = subject_of(warehouse, text)
    if subject.suit_id is None:
        raise AmiableError(f"{text} joins no suit on that day (not due, undated, or no rate).")
    as_of: date = warehouse.versions()[0]["as_of"]
    partner, by = _whom(home, warehouse, subject.suit_id, partner_id, course, as_of)
    rows = {
        name: _records(warehouse.suit(name, subject.suit_id))
        for name in ("creditors", "debtors", "open_claims", "titles")
    }
    weighed = {row["course"]: row for row in warehouse.dossier("courses", suit_id=subject.suit_id)}
    made = gather(home, warehouse, text, is_past=is_past)
    with of_day(warehouse):
        return instruction(_mandate(home, partner, weighed[by], rows, made, as_of, language))


def write_instruction(
    home: Home,
    text: str | None,
    target: Path,
    *,
    partner_id: str | None,
    course: str | None,
    language: str,
    as_of: date | None = None,
) -> list[str]:
    """Write the letter as ``.pdf`` or ``.txt``; what to tell.

    Raises
    ------
    AmiableError
        Without a subject, for another ending, or what `written` refuses.
    """
    if text is None:
        raise AmiableError("`export instruction` needs a suit, a claim or an invoice number.")
    ending = target.suffix.lower()
    if ending not in (".pdf", ".txt"):
        raise AmiableError(f"{target}: a letter of instruction is written to .pdf or .txt.")
    with Warehouse(home.path, as_of) as warehouse:
        made = written(
            home, warehouse, text, partner_id=partner_id, course=course, language=language,
            is_past=as_of is not None,
        )  # fmt: skip
    content = instruction_pdf(made) if ending == ".pdf" else plain(made)
    write_bytes(target, content)
    partner = made.mandate.partner
    return [
        f"{target}: {made.mandate.mission} to {partner.identifier}, {made.total}",
        "À signer par une personne avant envoi. / To be signed by a person first.",
        f"Joignez le dossier : / Enclose the file: amiable export dossier {text} --outward",
    ]


def plain(made: Instruction) -> bytes:
    """The letter as a text file."""
    return f"{made.subject}\n\n{made.text}".encode()


def _whom(
    home: Home,
    warehouse: Warehouse,
    suit_id: str,
    partner_id: str | None,
    course: str | None,
    as_of: date,
) -> tuple[Row, str]:
    """The partner written to, and the course that it is asked for."""
    seats = courts.seats(home)
    by = course_of(warehouse, suit_id, course)
    if partner_id is None:
        found = roles(warehouse, suit_id, by, as_of=as_of, seats=seats)
        chosen = [each for role in found for each in role.candidates if each.reason]
        if not chosen:
            why = f"calls for no partner on file ({found[0].reason})" if found else "needs none"
            raise AmiableError(
                f"Suit {suit_id}: the course {by} {why}; name one with --partner,"
                " or another course with --course."
            )
        return chosen[0].row, by
    known = {row["partner_id"]: row for row in register_rows(warehouse)}
    if partner_id not in known:
        raise AmiableError(f"No partner {partner_id!r} on {as_of}; see `amiable partners`.")
    partner = known[partner_id]
    return partner, course or _course_of(warehouse, suit_id, str(partner["kind"]), by)


def _course_of(warehouse: Warehouse, suit_id: str, kind: str, advised: str) -> str:
    """The course that a partner of a kind is asked for: the advised one where it may do it."""
    if kind == "agency":
        return "agency"
    if kind == "mediator" or advised not in OUT_OF_COURT:
        return advised
    rows = warehouse.dossier("courses", suit_id=suit_id)
    suits = [row for row in rows if row["course"] in MISSIONS and row["course"] != "enforcement"]
    best = max(suits, key=lambda row: float(row["expected_net"] or 0), default=None)
    return advised if best is None else str(best["course"])


def _mandate(
    home: Home,
    partner: Row,
    weighed: Row,
    rows: Mapping[str, Sequence[Row]],
    made: Dossier,
    as_of: date,
    language: str,
) -> Mandate:
    creditor = next(iter(rows["creditors"]), {})
    debtor = next(iter(rows["debtors"]))
    order = next((row for row in rows["titles"] if _is_order(row)), {})
    claims = rows["open_claims"]
    others = bool(creditor.get("collects_for_others"))
    first = parameters.history("conduct", "reply_days")[0].from_on
    days = parameters.whole("conduct", "reply_days", max(as_of, first))
    barred = _day_of(claims, "limitation_on")
    return Mandate(
        partner=_party(partner, "partner_id"),
        kind=str(partner["kind"]),
        course=str(weighed["course"]),
        creditor=_party(creditor, "creditor_id"),
        debtor=_party(debtor, "debtor_id"),
        reference=str(weighed["suit_id"]),
        as_of=as_of,
        reply_by=as_of + timedelta(days=days),
        language=language,
        claims=tuple(_owed(row) for row in made.told.claims),
        court=weighed["court"],
        fixed_fee=_decimal(partner["fixed_fee"]),
        success_rate=_decimal(partner["success_rate_fee"]),
        exhibits=tuple(_exhibit(row, made) for row in made.told.pieces[:_MOST_EXHIBITS]),
        missing=tuple(str(row["kind"]) for row in made.told.missing),
        missing_of=_lacking(made),
        tasks=tuple(code for code in weighed["tasks"] or () if code not in _OWN_TASKS),
        notice_on=_day_of(claims, "formal_notice_on", latest=True),
        attempt_on=_day_of(claims, "amicable_attempt_on", latest=True),
        limitation_on=_day_of(claims, "limitation_earliest_on"),
        order_on=_day(order.get("granted_on")),
        served_on=_day(order.get("served_on")),
        title_on=_day_of(claims, "title_on"),
        decisions=tuple(_decision(row, made) for row in rows["titles"] if _stands(row)),
        unnoticed=tuple(
            made.told.numbers.get(str(row["claim_id"]), str(row["claim_id"]))
            for row in claims
            if _day(row.get("formal_notice_on")) is None
        ),
        represented_by=debtor.get("represented_by"),
        is_insolvent=debtor.get("insolvency_kind") is not None,
        is_barred=barred is not None and barred <= as_of,
        do_not_contact=bool(debtor.get("do_not_contact")),
        collects_for_others=others,
        agency=letter_facts.agency(home.settings) if others else None,
        invented=home.is_demo,
    )


def _is_order(row: Row) -> bool:
    """Whether a row of ``sql/suit/titles`` is an order that nobody opposed."""
    return row["procedure"] in ORDERS and row["won_on"] is None and row["opposed_on"] is None


def _stands(row: Row) -> bool:
    """Whether a row of ``sql/suit/titles`` is a judgment, or an order served and not opposed."""
    return row["won_on"] is not None or (
        row["opposed_on"] is None
        and (row["procedure"] not in ORDERS or row["served_on"] is not None)
    )


def _decision(row: Row, made: Dossier) -> Decision:
    given = _day(row["won_on"]) or _day(row["granted_on"])
    assert given is not None
    return Decision(
        procedure=str(row["procedure"]),
        given_on=given,
        served_on=_day(row["served_on"]),
        granted=_decimal(row["granted"]),
        invoices=tuple(made.told.numbers.get(str(each), str(each)) for each in row["claim_ids"]),
    )


def _lacking(made: Dossier) -> dict[str, tuple[str, ...]]:
    """Numbers of the invoices for which a kind of paper misses, where it does not for all."""
    of: dict[str, set[str]] = {}
    for row in made.told.missing:
        of.setdefault(str(row["kind"]), set()).update(map(str, row["claim_ids"]))
    every = len(made.told.claims)
    numbers = made.told.numbers
    return {
        kind: tuple(sorted(numbers.get(each, each) for each in claims))
        for kind, claims in of.items()
        if len(claims) < every
    }


def _owed(row: Row) -> Owed:
    return Owed(
        number=str(row["invoice_number"] or row["claim_id"]),
        issued_on=row["issued_on"],
        due_on=row["due_on"],
        currency=str(row["currency"]),
        principal=row["open_amount"],
        penalties=row["late_penalties"],
        interest=row["legal_interest"],
        indemnity=row["fixed_indemnity"],
        disputed=row["disputed_amount"],
    )


def _exhibit(row: Row, made: Dossier) -> Exhibit:
    numbers = made.told.numbers
    told = [numbers[claim] for claim in row["claim_ids"] if claim in numbers]
    named = ", ".join(told[:3]) + (f" +{len(told) - 3}" if len(told) > 3 else "")
    return Exhibit(int(row["number"]), str(row["kind"]), row["dated_on"], named)


def _party(row: Row, key: str) -> Party:
    fields = ("name", "kind", "siren", "address", "postcode", "city", "country", "email", "phone")
    told = {name: str(row[name]) for name in fields if row.get(name) is not None}
    return Party(str(row.get(key) or "–"), told.pop("name", None), **told)


def _records(frame: DataFrame) -> list[dict[str, Any]]:
    plain = frame.astype(object)
    return plain.where(frame.notna(), None).to_dict("records")  # type: ignore[return-value]


def _day_of(rows: Sequence[Row], name: str, *, latest: bool = False) -> date | None:
    """The first or last of a day of the claims; None where none has one."""
    found = [each for row in rows if (each := _day(row.get(name))) is not None]
    return (max if latest else min)(found, default=None)


def _day(value: object) -> date | None:
    import pandas as pd

    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()  # type: ignore[call-overload,arg-type]


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
