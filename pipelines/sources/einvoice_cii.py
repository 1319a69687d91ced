"""Cross Industry Invoice (UN/CEFACT D16B), the syntax within Factur-X, read into `EInvoice`."""

from __future__ import annotations

import re

from lxml import etree  # type: ignore[import-untyped]

from pipelines.sources.einvoice_document import (
    EInvoice,
    Party,
    iso_day,
    node,
    nodes,
    party,
    text,
    texts,
)

ROOT = "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"

# UNTDID 1001: the codes that EN 16931 reads as a credit note, and those of the French reform
# (502, 503: assigned, and of a self-billed advance).
CREDIT_TYPES = frozenset(
    {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"}
)

_TRADE = "SupplyChainTradeTransaction/"
_SUM = "SpecifiedTradeSettlementHeaderMonetarySummation/"


def read(root: etree._Element) -> EInvoice:
    """The invoice that a root element of CII states."""
    head = node(root, "ExchangedDocument")
    agreement = node(root, _TRADE + "ApplicableHeaderTradeAgreement")
    delivery = node(root, _TRADE + "ApplicableHeaderTradeDelivery")
    settlement = node(root, _TRADE + "ApplicableHeaderTradeSettlement")
    currency = text(settlement, "InvoiceCurrencyCode")
    type_code = text(head, "TypeCode")
    terms = "SpecifiedTradePaymentTerms/"
    return EInvoice(
        syntax="CII",
        is_credit_note=type_code in CREDIT_TYPES,
        type_code=type_code,
        number=text(head, "ID"),
        issued_on=_day(head, "IssueDateTime/DateTimeString"),
        due_days=_days(settlement, terms + "DueDateDateTime/DateTimeString"),
        terms=" ".join(texts(settlement, terms + "Description")),
        delivered_on=_day(
            delivery, "ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString"
        ),
        currency=currency,
        grand_total=text(settlement, _SUM + "GrandTotalAmount"),
        prepaid=text(settlement, _SUM + "TotalPrepaidAmount"),
        rounding=text(settlement, _SUM + "RoundingAmount"),
        payable=text(settlement, _SUM + "DuePayableAmount"),
        vat=_in_currency(settlement, _SUM + "TaxTotalAmount", currency),
        seller=_party(node(agreement, "SellerTradeParty")),
        buyer=_party(node(agreement, "BuyerTradeParty")),
        payee=text(settlement, "PayeeTradeParty/Name"),
        references=texts(settlement, "InvoiceReferencedDocument/IssuerAssignedID"),
        items=texts(root, _TRADE + "IncludedSupplyChainTradeLineItem/SpecifiedTradeProduct/Name"),
        exemptions=texts(settlement, "ApplicableTradeTax/ExemptionReason"),
        notes=texts(head, "IncludedNote/Content"),
    )


def _party(of: etree._Element | None) -> Party:
    contact = node(of, "DefinedTradeContact")
    registered = nodes(of, "SpecifiedLegalOrganization/ID")
    electronic = [
        text(each, "URIID")
        for each in nodes(of, "URIUniversalCommunication")
        if any(uri.get("schemeID") == "EM" for uri in nodes(each, "URIID"))
    ]
    return party(
        name=text(of, "Name") or text(of, "SpecifiedLegalOrganization/TradingBusinessName"),
        registered=[_identifier(each) for each in registered],
        vat=next(
            (
                each.text or ""
                for each in nodes(of, "SpecifiedTaxRegistration/ID")
                if each.get("schemeID") == "VA"
            ),
            "",
        ),
        other=[_identifier(each) for each in [*nodes(of, "GlobalID"), *nodes(of, "ID")]],
        address=", ".join(
            line
            for part in ("LineOne", "LineTwo", "LineThree")
            if (line := text(of, f"PostalTradeAddress/{part}"))
        ),
        postcode=text(of, "PostalTradeAddress/PostcodeCode"),
        city=text(of, "PostalTradeAddress/CityName"),
        country=text(of, "PostalTradeAddress/CountryID"),
        email=text(contact, "EmailURIUniversalCommunication/URIID") or next(iter(electronic), ""),
        phone=text(contact, "TelephoneUniversalCommunication/CompleteNumber"),
    )


def _identifier(each: etree._Element) -> tuple[str, str]:
    return str(each.get("schemeID") or ""), " ".join((each.text or "").split())


def _in_currency(of: etree._Element | None, path: str, currency: str) -> str:
    """The amount in the invoice's currency; an accounting currency may have one too."""
    for each in nodes(of, path):
        if each.get("currencyID") in (None, "", currency):
            return (each.text or "").strip()
    return ""


def _day(of: etree._Element | None, path: str) -> str:
    return next(iter(_days(of, path)), "")


def _days(of: etree._Element | None, path: str) -> tuple[str, ...]:
    """Days as ISO: format 102 is CCYYMMDD and 203 adds a time; others stay as written."""
    return tuple(
        iso_day(re.sub(r"^(\d{4})(\d{2})(\d{2})(\d{4})?$", r"\1-\2-\3", each))
        for each in texts(of, path)
    )
