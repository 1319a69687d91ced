"""One electronic invoice as its XML states it, and the safe way to that XML.

The XML of a stranger is parsed without entities, DTD or network, and with bounds on its size
and its number of elements. Both syntaxes of EN 16931 (CII and UBL) end in `EInvoice`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from io import BytesIO

from lxml import etree  # type: ignore[import-untyped]

from pipelines.errors import PipelineError

MAX_XML_BYTES = 20_000_000
MAX_ELEMENTS = 300_000
MAX_DEPTH = 100
LONGEST = 100_001  # one more than the intake takes, so that it says so

_AMOUNT = re.compile(r"[+-]?(\d{1,15}(\.\d{0,10})?|\.\d{1,10})")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(Z|[+-]\d{2}:\d{2}|T.*)?")
_FRENCH_VAT = re.compile(r"FR[0-9A-Z]{2}(\d{9})")


class NotAnInvoice(PipelineError):
    """A file is no electronic invoice that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Party:
    """Seller or buyer: name, registered and other identifiers, address, contact; empty if unsaid.

    ``siren`` has nine digits and a right check digit. ``written_siren`` is what was written in
    its place, right or wrong.
    """

    name: str = ""
    siren: str = ""
    written_siren: str = ""
    identifier: str = ""
    private_identifier: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class EInvoice:
    """What one document states, under the terms of EN 16931 (BT numbers); texts, empty if unsaid.

    Days are ISO where they could be read, else as written. Amounts are as written, in
    ``currency``. ``due_days`` holds every due date named, in order.
    """

    syntax: str
    is_credit_note: bool
    type_code: str  # BT-3
    number: str  # BT-1
    issued_on: str  # BT-2
    due_days: tuple[str, ...]  # BT-9
    terms: str  # BT-20
    delivered_on: str  # BT-72
    currency: str  # BT-5
    grand_total: str  # BT-112
    prepaid: str  # BT-113
    rounding: str  # BT-114
    payable: str  # BT-115
    vat: str  # BT-110
    seller: Party  # BG-4
    buyer: Party  # BG-7
    payee: str = ""  # BT-59
    references: tuple[str, ...] = ()  # BT-25
    items: tuple[str, ...] = ()  # BT-153
    exemptions: tuple[str, ...] = ()  # BT-120
    notes: tuple[str, ...] = ()  # BT-22


def parsed(content: bytes) -> etree._Element:
    """The root of an XML document; nothing in it is expanded, loaded or fetched.

    Raises ``NotAnInvoice`` for a document with a DOCTYPE, beyond a bound, or not well formed.
    """
    if not content.strip(b"\0\r\n\t "):
        raise NotAnInvoice("the file is empty; ask for it again")
    if len(content) > MAX_XML_BYTES:
        raise NotAnInvoice(f"its XML has more than {MAX_XML_BYTES // 1_000_000} MB")
    # Looked for before parsing: entities in attributes would be expanded by any parser.
    if b"<!DOCTYPE" in content.replace(b"\0", b""):
        raise NotAnInvoice("its XML has a DOCTYPE, which no invoice needs; it is not opened")
    steps = etree.iterparse(
        BytesIO(content),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    elements = depth = 0
    try:
        for event, _ in steps:
            depth += 1 if event == "start" else -1
            elements += event == "start"
            if depth > MAX_DEPTH:
                raise NotAnInvoice(f"its XML is nested more than {MAX_DEPTH} levels deep")
            if elements > MAX_ELEMENTS:
                raise NotAnInvoice(f"its XML has more than {MAX_ELEMENTS:,} elements")
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        first = (str(error).splitlines() or ["no reason given"])[0][:200]
        raise NotAnInvoice(f"its XML is not well formed ({first})") from error
    root = steps.root
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise NotAnInvoice("its XML has a DOCTYPE, which no invoice needs; it is not opened")
    return root


def text(node: etree._Element | None, path: str) -> str:
    """The first filled text at a path of local names, blanks squeezed; empty if there is none."""
    return next(iter(texts(node, path)), "")


def texts(node: etree._Element | None, path: str) -> tuple[str, ...]:
    """Every filled text at a path of local names below a node, cut where none is that long."""
    found = (" ".join((each.text or "").split())[:LONGEST] for each in nodes(node, path))
    return tuple(each for each in found if each)


def nodes(node: etree._Element | None, path: str) -> list[etree._Element]:
    """Every element at a path of local names below a node."""
    if node is None:
        return []
    found: list[etree._Element] = node.findall("/".join("{*}" + name for name in path.split("/")))
    return found


def node(parent: etree._Element | None, path: str) -> etree._Element | None:
    """The first element at a path of local names below a node."""
    return next(iter(nodes(parent, path)), None)


def amount(written: str) -> Decimal | None:
    """The amount a text states, exactly; None when it states none.

    >>> amount("801.78"), amount("1e30"), amount("")
    (Decimal('801.78'), None, None)
    """
    if not _AMOUNT.fullmatch(written):
        return None
    try:
        return Decimal(written)
    except InvalidOperation:
        return None


def iso_day(written: str) -> str:
    """A day of UBL without its time zone; what is no day stays as written.

    >>> iso_day("2024-02-29+01:00"), iso_day("soon")
    ('2024-02-29', 'soon')
    """
    found = _DAY.fullmatch(written)
    return written[:10] if found else written


def party(
    *,
    name: str,
    registered: list[tuple[str, str]],
    vat: str,
    other: list[tuple[str, str]],
    address: str,
    postcode: str,
    city: str,
    country: str,
    email: str,
    phone: str,
) -> Party:
    """A party from its identifiers, each with its scheme (ICD code of ISO 6523, may be empty).

    A SIREN comes from a SIREN (0002) or SIRET (0009), an identifier without scheme of a French
    party, or the last nine digits of a French VAT number, in this order.
    """
    vat = re.sub(r"[\s.]", "", vat).upper()
    found = _FRENCH_VAT.fullmatch(vat)
    country = country or (vat[:2].replace("EL", "GR") if re.match(r"[A-Z]{2}\w", vat) else "")
    candidates = [
        digits[:9]
        for scheme, written in [*registered, *other]
        if (scheme in ("0002", "0009") or (country == "FR" and ("", written) in registered))
        and re.fullmatch(r"\d{9}(\d{5})?", digits := re.sub(r"[\s.-]", "", written))
    ]
    candidates += [found[1]] if found else []
    right = [digits for digits in candidates if is_siren(digits)]
    public = [vat, *(written for _, written in registered)]
    public += [written for scheme, written in other if scheme]
    private = [written for scheme, written in other if not scheme]
    return Party(
        name=name,
        siren=next(iter(right), ""),
        written_siren=next(iter([*right, *candidates]), ""),
        identifier=next((each for each in public if each), ""),
        private_identifier=next((each for each in private if each), ""),
        address=" ".join(address.split())[:200],
        postcode=postcode[:20],
        city=" ".join(city.split())[:100],
        country=country.upper() if re.fullmatch(r"[A-Za-z]{2}", country) else "",
        email=email if re.fullmatch(r"[^@\s<>]{1,64}@[^@\s<>]{1,190}", email) else "",
        phone=phone[:40],
    )


def is_siren(digits: str) -> bool:
    """Whether nine digits pass the check of a SIREN (Luhn, ISO/IEC 7812-1 annex B).

    >>> is_siren("732829320"), is_siren("732829321")
    (True, False)
    """
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(digits)]
    return digits != "000000000" and sum(n // 10 + n % 10 for n in doubled) % 10 == 0


def plain(words: str, longest: int = 60) -> str:
    """Words without case, accents and signs, joined by hyphens: what tells a name apart.

    >>> plain("Société  Générale, S.A.")
    'societe-generale-s-a'
    """
    bare = unicodedata.normalize("NFKD", words[: 4 * longest].casefold())
    letters = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return "-".join(re.findall(r"\w+", letters))[:longest].strip("-")
