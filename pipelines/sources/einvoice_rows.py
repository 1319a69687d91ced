"""Electronic invoices become claims, payments and credits; the choices made are counted.

The claim of an invoice is its total, so that total less prepaid is what the invoice asks for.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pipelines.sources.einvoice_document import EInvoice, Party, amount, plain

# Two cents: each of the totals may have been rounded by itself.
TOLERANCE = Decimal("0.02")
# UNTDID 1001; from 471 on the codes of the French reform: self-billed, assigned, or both.
CORRECTIVES = frozenset({"384", "471", "472", "473"})
ADVANCES = frozenset({"386", "500"})
FACTORED = frozenset({"393", "396", "472", "473", "501", "502"})
NOT_DEMANDS = frozenset({"325"})  # a pro forma invoice asks for nothing

_LATE_INTEREST = re.compile(
    r"(interets?|penalites?)-(de-retard|moratoires?)|indemnites?-forfaitaires?-(\w+-)*recouvrement"
    r"|late-payment|late-interest|interest-on-late|verzugszins"
)
_RATE = re.compile(
    r"p[ée]nalit[ée]s?\s+de\s+retard([^%;.]{0,60}?)(\d{1,2}(?:[.,]\d{1,3})?)\s*%"
    r"\s*(?:par an|l'an|annuels?|/\s*an)",
    re.IGNORECASE,
)
_REFERENCE_RATE = re.compile(r"bce|refi|directeur|l[ée]gal|major|\+", re.IGNORECASE)


@dataclass(slots=True)
class Entry:
    """One document with what an import made of it; amounts in the currency of the document.

    ``is_credit``: it takes away from a claim instead of making one.
    """

    row_number: int
    name: str
    sha256: str
    form: str
    invoice: EInvoice
    total: Decimal = Decimal(0)
    prepaid: Decimal = Decimal(0)
    is_credit: bool = False
    creditor_id: str = ""
    debtor_id: str = ""
    claim_id: str = ""
    marks: list[str] = field(default_factory=list)

    @property
    def content(self) -> tuple[object, ...]:
        """What two documents of one number must share to be the same, beside the buyer."""
        invoice = self.invoice
        return self.is_credit, invoice.issued_on, invoice.currency, self.total, self.prepaid


@dataclass(frozen=True, slots=True)
class Known:
    """A claim that a document may refer to."""

    claim_id: str
    amount: Decimal
    issued_on: str
    currency: str


@dataclass(frozen=True, slots=True)
class Credit:
    """A payment row of a document."""

    entry: Entry
    payment_id: str
    claim_id: str
    amount: Decimal
    method: str


def party_id(party: Party, owner: str = "") -> str:
    """Identifier of a party: its SIREN, else a registered identifier and its name.

    A customer number is the seller's own (``owner``); a name alone goes with the postcode.
    """
    if party.siren:
        return party.siren
    name = plain(party.name)
    if party.identifier:
        return "-".join(filter(None, (re.sub(r"[\W_]", "", party.identifier)[:40], name)))
    if party.private_identifier:
        number = re.sub(r"[\W_]", "", party.private_identifier)[:40]
        return "-".join(filter(None, (owner, number, name)))
    return "-".join(filter(None, (name, plain(party.postcode))))


def judge(entry: Entry) -> str:
    """Fill the amounts and identifiers of an entry; the reason to refuse it, empty if none."""
    invoice = entry.invoice
    if not invoice.number:
        return "the invoice has no number (BT-1)"
    if not re.fullmatch(r"[A-Z]{3}", invoice.currency):
        return f"the currency (BT-5) is '{invoice.currency[:20]}', not three letters as in EUR"
    written = {
        "total with VAT (BT-112)": invoice.grand_total,
        "prepaid amount (BT-113)": invoice.prepaid,
        "rounding amount (BT-114)": invoice.rounding,
        "payable amount (BT-115)": invoice.payable,
    }
    for name, value in written.items():
        if value and amount(value) is None:
            return f"the {name} is '{value[:40]}', not an amount"
    grand, prepaid, rounding, payable = map(amount, written.values())
    if payable is None and grand is None:
        return "neither a payable amount (BT-115) nor a total with VAT (BT-112) is stated"
    entry.prepaid = prepaid or Decimal(0)
    asked = (grand or Decimal(0)) - entry.prepaid + (rounding or Decimal(0))
    if payable is None:
        payable = asked
    entry.total = payable + entry.prepaid
    if grand is not None and abs(asked - payable) > TOLERANCE:
        return (
            f"the totals contradict one another: {grand} with VAT less {entry.prepaid} prepaid"
            f" plus {rounding or 0} rounding is {asked}, but {payable} is asked for"
        )
    if entry.prepaid < 0 < entry.total:
        return f"the prepaid amount is negative ({entry.prepaid})"
    entry.creditor_id = party_id(invoice.seller)
    entry.debtor_id = party_id(invoice.buyer, entry.creditor_id)
    if not entry.creditor_id:
        return "the seller (BG-4) has neither a name nor an identifier"
    if not entry.debtor_id:
        return "the buyer (BG-7) has neither a name nor an identifier"
    if entry.debtor_id == entry.creditor_id:
        return "seller and buyer are the same company"
    entry.is_credit = invoice.is_credit_note or entry.total < 0
    if entry.is_credit:
        # A refund already made is no more in the debtor's hand.
        entry.total = abs(payable)
        entry.prepaid = Decimal(0)
    return ""


def apart(
    entries: Sequence[Entry], known: Mapping[tuple[str, str], Sequence[Known]]
) -> list[Entry]:
    """Name each entry's claim; returns the entries that repeat another one.

    The claim is ``seller/number``. Where one number stands on documents of different content,
    the first keeps it, unless the store knows it as that of another, and the others are named
    after their amount or day too. A stored claim of the same day and amount gives its name.
    """
    repeated: list[Entry] = []
    groups: dict[tuple[object, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.creditor_id, entry.invoice.number, entry.invoice.is_credit_note].append(entry)
    for group in groups.values():
        # Of several copies the one that states a due date, then a SIREN, says most.
        first = [
            min(same, key=lambda each: (not each.invoice.due_days, not each.invoice.buyer.siren))
            for same in _same(group)
        ]
        chosen = {each.row_number for each in first}
        repeated += [each for each in group if each.row_number not in chosen]
        stored = {
            (one.amount, one.issued_on, one.currency): one.claim_id
            for one in known.get((group[0].creditor_id, group[0].invoice.number), ())
        }
        taken: set[str] = set()
        for entry in first:
            if not entry.is_credit:
                entry.claim_id = stored.get(_print(entry), "")
                taken.add(entry.claim_id)
        for entry in first:
            if not entry.claim_id:
                entry.claim_id = _free_name(entry, taken)
                taken.add(entry.claim_id)
            if len(first) > 1:
                entry.marks.append("same_number")
    return repeated


def _same(group: Sequence[Entry]) -> list[list[Entry]]:
    """Documents of one number apart by content; one buyer is known by identifier or by name."""
    made: list[list[Entry]] = []
    places: dict[tuple[object, ...], int] = {}
    for entry in group:
        keys = [(entry.content, "id", entry.debtor_id)]
        if name := plain(entry.invoice.buyer.name):
            keys.append((entry.content, "name", name))
        place = next((places[key] for key in keys if key in places), len(made))
        if place == len(made):
            made.append([])
        made[place].append(entry)
        for key in keys:
            places.setdefault(key, place)
    return made


def _print(entry: Entry) -> tuple[Decimal, str, str]:
    return entry.total, entry.invoice.issued_on, entry.invoice.currency


def _free_name(entry: Entry, taken: set[str]) -> str:
    name = f"{entry.creditor_id}/{entry.invoice.number}"
    for further in (format(entry.total, "f"), entry.invoice.issued_on, entry.sha256[:12]):
        if name not in taken:
            break
        name += "/" + further
    return name


def credits_of(
    entries: Sequence[Entry],
    known: Mapping[tuple[str, str], Sequence[Known]],
    counts: Counter[str],
) -> list[Credit]:
    """Payments of the documents: prepaid amounts and credit notes.

    A correction (384) replaces the invoice it refers to; that is done once all rows are in the
    store (`einvoice_settling`).
    """
    claims: dict[tuple[str, str], dict[str, Known]] = defaultdict(dict)
    for key, found in known.items():
        claims[key] |= {one.claim_id: one for one in found}
    for entry in entries:
        if not entry.is_credit:
            invoice = entry.invoice
            claims[entry.creditor_id, invoice.number][entry.claim_id] = Known(
                entry.claim_id, entry.total, invoice.issued_on, invoice.currency
            )
    made: list[Credit] = []
    for entry in entries:
        if entry.is_credit:
            target = _target(entry, claims)
            made.append(
                Credit(
                    entry,
                    entry.claim_id + "#credit",
                    target.claim_id if target else "",
                    entry.total,
                    "credit_note",
                )
            )
            counts["credited" if target else "on_account"] += 1
        elif entry.prepaid:
            made.append(
                Credit(entry, entry.claim_id + "#prepaid", entry.claim_id, entry.prepaid, "other")
            )
            counts["prepaid"] += 1
    for entry in entries:
        if entry.invoice.type_code in CORRECTIVES and not entry.is_credit:
            counts["replaced" if _target(entry, claims) else "correction_alone"] += 1
    return made


def _target(entry: Entry, claims: Mapping[tuple[str, str], Mapping[str, Known]]) -> Known | None:
    """The one claim that a document refers to, in its own currency; None when not exactly one."""
    found = {
        claim_id: one
        for reference in entry.invoice.references
        if reference != entry.invoice.number or entry.is_credit
        for claim_id, one in claims.get((entry.creditor_id, reference), {}).items()
        if one.currency == entry.invoice.currency and claim_id != entry.claim_id
    }
    return next(iter(found.values())) if len(found) == 1 else None


def is_late_interest(invoice: EInvoice) -> bool:
    """Whether each item of an invoice, or its reason for bearing no VAT, says late interest.

    Its notes do not count: French invoices must name the penalties of a late payment (C. com.
    L441-9).
    """
    if any(_LATE_INTEREST.search(plain(reason, 500)) for reason in invoice.exemptions):
        return True
    return bool(invoice.items) and all(
        _LATE_INTEREST.search(plain(item, 500)) for item in invoice.items
    )


def penalty_rate(invoice: EInvoice) -> str:
    """The yearly penalty rate, a fraction, where notes or terms state one figure by itself.

    A rate told by reference to another (central bank, legal interest) is left to the law.
    """
    found = {
        Decimal(rate.replace(",", ".")) / 100
        for told in (*invoice.notes, invoice.terms)
        for between, rate in _RATE.findall(told[:5000])
        if not _REFERENCE_RATE.search(between)
    }
    return str(found.pop()) if len(found) == 1 else ""
