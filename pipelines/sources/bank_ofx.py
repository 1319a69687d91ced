"""OFX statements, the SGML of version 1 and the XML of version 2, read by their tags alone.

Both write ``<TAG>value``; version 1 leaves out the closing tags of values. No entity but the five
of XML is known, and no document type is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from html import unescape
from pathlib import Path

from pipelines.errors import LedgerRefused
from pipelines.sources.bank_fields import FEE, NO_ACCOUNT, TAKEN_BACK
from pipelines.sources.iban import masked, shortened

_TAG = re.compile(r"<(/?)([A-Za-z0-9._]{1,60})\s*/?>([^<]*)")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,5});")
_LONGEST_VALUE = 2_000
_CHARSETS = {"1252": "cp1252", "8859-1": "latin-1", "ISO-8859-1": "latin-1"}


def looks_like_ofx(head: bytes) -> bool:
    """Whether the first bytes of a file are those of an OFX statement."""
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\r\n\t ")[:2_000].upper()
    return start.startswith(b"OFXHEADER") or b"<OFX>" in start or b"<?OFX" in start


def lines(path: Path, notes: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Cells of each transaction in the order of ``FIELDS``, with its number; the first is 1.

    Raises ``LedgerRefused`` for a document type, or a file without a list of transactions.
    """
    content, encoding = _decoded(path)
    if "<!DOCTYPE" in content.upper():
        raise LedgerRefused(f"{path.name} declares a document type; export it without")
    notes.append(f"Read as OFX, {encoding} text.")
    number, seen_list = 0, False
    account, currency = NO_ACCOUNT, "EUR"
    holder: dict[str, str] | None = None
    line: dict[str, str] | None = None
    for closing, tag, value in _TAG.findall(content):
        name = tag.upper()
        said = "" if closing else _text(value)
        if name in ("BANKACCTFROM", "CCACCTFROM"):
            holder, account = ({}, account) if not closing else (None, _account(holder))
        elif name == "STMTTRN":
            if line:
                number += 1
                yield number, _cells(line, account, currency)
            line = None if closing else {}
        elif name == "BANKTRANLIST":
            seen_list = True
            if closing and line:
                number += 1
                yield number, _cells(line, account, currency)
                line = None
        elif line is not None and said:
            line.setdefault(name, said)
        elif holder is not None and said:
            holder.setdefault(name, said)
        elif name == "CURDEF" and said:
            currency = said
    if not seen_list:
        raise LedgerRefused(f"{path.name} holds no list of bank transactions (BANKTRANLIST)")


def _cells(line: dict[str, str], account: str, currency: str) -> list[str]:
    written = line.get("TRNAMT", "")
    amount = written.replace(",", ".").lstrip("+") if "." not in written else written.lstrip("+")
    name = line.get("NAME", "")
    memo = " ".join(filter(None, [name, line.get("MEMO", "")]))
    payer = line.get("ACCTID", "")
    return [
        account,
        _day(line.get("DTPOSTED", "")),
        _day(line.get("DTAVAIL", "")),
        amount,
        line.get("CURSYM", currency),
        masked(name),
        shortened(payer),
        masked(memo),
        "",
        line.get("FITID", "") or line.get("REFNUM", ""),
        _aside(amount, memo),
    ]


def _aside(amount: str, memo: str) -> str:
    try:
        value = Decimal(amount)
    except InvalidOperation:
        return ""
    if value == 0:
        return "zero"
    words = memo.casefold().replace("é", "e")
    is_back = re.search(TAKEN_BACK, words) and not re.search(FEE, words)
    return "debit" if value < 0 and not is_back else ""


def _account(holder: dict[str, str] | None) -> str:
    told = holder or {}
    parts = [told.get(name, "") for name in ("BANKID", "BRANCHID", "ACCTID")]
    return shortened("".join(parts)) or NO_ACCOUNT


def _day(written: str) -> str:
    found = re.match(r"(\d{4})(\d{2})(\d{2})", written)
    return "-".join(found.groups()) if found else written


def _text(value: str) -> str:
    said = _ENTITY.sub(lambda found: unescape(found.group()), value)
    return " ".join(said.replace("\0", "").split())[:_LONGEST_VALUE]


def _decoded(path: Path) -> tuple[str, str]:
    """The text of a file, in the encoding that its head names, else as it can be read."""
    content = path.read_bytes()
    head = content[:2_000].decode("latin-1").upper()
    told = re.search(r"CHARSET:\s*([\w-]+)", head)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace"), "UTF-16"
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        encoding = _CHARSETS.get(told.group(1) if told else "", "cp1252")
        return content.decode(encoding, "replace"), encoding
