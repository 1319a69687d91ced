"""CAMT.053 statements (ISO 20022, versions 2 to 8 and on), read entry by entry.

Names are compared without their namespace, so that every version is read alike. Nothing is
expanded, loaded or fetched, and an entry is forgotten as soon as it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lxml import etree  # type: ignore[import-untyped]

from pipelines.errors import LedgerRefused
from pipelines.sources.bank_fields import NO_ACCOUNT
from pipelines.sources.einvoice_document import node, nodes, text, texts
from pipelines.sources.iban import masked, shortened

MAX_DEPTH = 40
MAX_ENTRY_ELEMENTS = 200_000

_OTHER = {
    "BkToCstmrAcctRpt": "a report of the day (camt.052), whose lines are not final",
    "BkToCstmrDbtCdtNtfctn": "a notice (camt.054), whose lines come again in the statement",
}
_NO_REFERENCE = {"NOTPROVIDED", "NONREF", "NOREF", "NONE", "N/A"}
_LONGEST = 2_000


def looks_like_camt(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a CAMT message."""
    bare = head.replace(b"\0", b"")
    return b"BkToCstmr" in bare or b"camt.05" in bare


def lines(path: Path, notes: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Cells of each transaction in the order of ``FIELDS``, with its number; the first is 1.

    An entry of several transactions whose amounts add up to its own gives one line each, else
    one line for all.

    Raises ``LedgerRefused`` for another message, broken XML, a document type, or elements
    nested or repeated beyond a bound.
    """
    number, whole, depth, elements, seen = 0, 0, 0, 0, False
    account, currency = NO_ACCOUNT, "EUR"
    for event, element in _events(path):
        name = etree.QName(element).localname
        if event == "start":
            depth, elements = depth + 1, elements + 1
            if depth > MAX_DEPTH:
                raise LedgerRefused(f"{path.name}: elements nested more than {MAX_DEPTH} deep")
            if elements > MAX_ENTRY_ELEMENTS:
                raise LedgerRefused(
                    f"{path.name}: an entry of more than {MAX_ENTRY_ELEMENTS:,} elements"
                )
            if name in _OTHER:
                raise LedgerRefused(f"{path.name} is {_OTHER[name]}; import the camt.053")
            if name == "Stmt":
                seen, account, currency = True, NO_ACCOUNT, "EUR"
            continue
        depth -= 1
        parent = element.getparent()
        within = etree.QName(parent).localname if parent is not None else ""
        if name == "Acct" and within == "Stmt":
            account = _account(element)
            currency = text(element, "Ccy") or currency
        elif name == "Ntry" and within == "Stmt":
            rows, is_whole = _entry(element, account, currency)
            whole += is_whole
            for cells in rows:
                number += 1
                yield number, cells
            _forget(element)
            elements = 0
    if not seen:
        raise LedgerRefused(f"{path.name} is no CAMT.053 statement: it has no Stmt")
    notes.append("Read as CAMT.053.")
    if whole:
        notes.append(
            f"{whole} batches whose transactions do not add up to their amount are one line each."
        )


def _events(path: Path) -> Iterator[tuple[str, etree._Element]]:
    refusal = f"{path.name} declares a document type; export it without"
    with path.open("rb") as file:
        # Looked for before parsing: entities in attributes would be expanded by any parser.
        if b"<!DOCTYPE" in file.read(1 << 16).replace(b"\0", b""):
            raise LedgerRefused(refusal)
        file.seek(0)
        steps = etree.iterparse(
            file,
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        is_first = True
        try:
            for event, element in steps:
                if is_first and element.getroottree().docinfo.internalDTD is not None:
                    raise LedgerRefused(refusal)
                is_first = False
                yield event, element
        except (etree.XMLSyntaxError, LookupError, ValueError) as error:
            first = (str(error).splitlines() or ["no reason given"])[0][:200]
            raise LedgerRefused(f"{path.name} is broken XML: {first}") from error


def _forget(element: etree._Element) -> None:
    """Give back the memory of an entry and of those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _account(element: etree._Element) -> str:
    number = text(element, "Id/IBAN") or text(element, "Id/Othr/Id")
    return shortened(number) or NO_ACCOUNT


def _entry(entry: etree._Element, account: str, currency: str) -> tuple[list[list[str]], bool]:
    """Rows of one entry; and whether a batch had to stay whole."""
    details = nodes(entry, "NtryDtls/TxDtls")
    amount, money = _amount(entry, "Amt")
    money = money or currency
    parts = [_part(each, money) for each in details]
    side = text(entry, "CdtDbtInd")
    is_split = len(details) > 1 and None not in parts and amount is not None
    is_split = is_split and all(text(each, "CdtDbtInd") in ("", side) for each in details)
    if is_split and sum(filter(None, parts), Decimal(0)) == amount:
        rows = [
            _cells(entry, each, _plain(part), money, account, place)
            for place, (each, part) in enumerate(zip(details, parts, strict=True), start=1)
        ]
        return rows, False
    written = _plain(amount) if amount is not None else text(entry, "Amt")
    only = details[0] if len(details) == 1 else None
    row = _cells(entry, only, written, money, account, 0)
    if len(details) > 1:
        row[7] = masked(" ".join(_remittance(each) for each in details))[:_LONGEST]
    return [row], len(details) > 1


def _cells(
    entry: etree._Element,
    details: etree._Element | None,
    amount: str,
    currency: str,
    account: str,
    place: int,
) -> list[str]:
    is_back = text(entry, "RvslInd").lower() in ("true", "1")
    is_back = is_back or node(details, "RtrInf") is not None
    is_out = text(entry, "CdtDbtInd") == "DBIT"
    # What was taken back names the payer of the original as its creditor.
    payer = next((p for p in _parties(details, "Dbtr" if not is_out else "Cdtr") if p), "")
    number = text(details, f"RltdPties/{'Cdtr' if is_out else 'Dbtr'}Acct/Id/IBAN")
    own = text(details, "Refs/AcctSvcrRef") or text(details, "Refs/TxId")
    reference = _reference(own) or _reference(text(entry, "AcctSvcrRef"))
    reference = reference or _reference(text(entry, "NtryRef"))
    further = "" if details is not None and _remittance(details) else text(entry, "AddtlNtryInf")
    return [
        account,
        _day(entry, "BookgDt") or _day(entry, "ValDt"),
        _day(entry, "ValDt"),
        "-" + amount if is_out and not amount.startswith("-") else amount,
        currency,
        masked(payer),
        shortened(number),
        masked(f"{_remittance(details)} {further}".strip())[:_LONGEST],
        _reference(text(details, "Refs/EndToEndId")),
        f"{reference}#{place}" if reference and place else reference,
        _aside(entry, is_out=is_out, is_back=is_back, is_nothing=not amount.strip("0.")),
    ]


def _aside(entry: etree._Element, *, is_out: bool, is_back: bool, is_nothing: bool) -> str:
    status = text(entry, "Sts/Cd") or text(entry, "Sts")
    if status in ("PDNG", "INFO", "FUTR"):
        return "pending"
    if is_nothing:
        return "zero"
    if is_out:
        return "" if is_back else "debit"
    return "debit_reversed" if is_back else ""


def _parties(details: etree._Element | None, role: str) -> list[str]:
    """Names of a role: since version 8 they lie one level deeper; the ultimate one speaks last."""
    return [
        text(details, f"RltdPties/{name}/{path}")
        for name in (role, f"Ultmt{role}")
        for path in ("Nm", "Pty/Nm")
    ]


def _remittance(details: etree._Element | None) -> str:
    paths = (
        "RmtInf/Ustrd",
        "RmtInf/Strd/RfrdDocInf/Nb",
        "RmtInf/Strd/CdtrRefInf/Ref",
        "RmtInf/Strd/AddtlRmtInf",
        "AddtlTxInf",
    )
    return " ".join(said for path in paths for said in texts(details, path))


def _part(details: etree._Element, currency: str) -> Decimal | None:
    """What one transaction of a batch adds to it, in the currency of the entry."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        amount, money = _amount(details, path)
        if amount is not None and money in ("", currency):
            return amount
    return None


def _amount(parent: etree._Element, path: str) -> tuple[Decimal | None, str]:
    found = node(parent, path)
    if found is None:
        return None, ""
    try:
        return Decimal((found.text or "").strip()), str(found.get("Ccy") or "")
    except InvalidOperation:
        return None, str(found.get("Ccy") or "")


def _plain(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"


def _reference(written: str) -> str:
    return "" if written.upper() in _NO_REFERENCE else written


def _day(entry: etree._Element, path: str) -> str:
    return (text(entry, f"{path}/Dt") or text(entry, f"{path}/DtTm"))[:10]
