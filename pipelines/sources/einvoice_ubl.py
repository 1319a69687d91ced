"""Universal Business Language 2.1, Invoice and CreditNote, read into `EInvoice`."""

from __future__ import annotations

from lxml import etree  # type: ignore[import-untyped]

from pipelines.sources.einvoice_cii import CREDIT_TYPES
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

_SCHEMA = "urn:oasis:names:specification:ubl:schema:xsd:"
INVOICE = "{" + _SCHEMA + "Invoice-2}Invoice"
CREDIT_NOTE = "{" + _SCHEMA + "CreditNote-2}CreditNote"


def read(root: etree._Element) -> EInvoice:
    """The invoice or credit note that a root element of UBL states."""
    is_credit_note = root.tag == CREDIT_NOTE
    line = "CreditNoteLine" if is_credit_note else "InvoiceLine"
    type_code = text(root, "CreditNoteTypeCode" if is_credit_note else "InvoiceTypeCode")
    currency = text(root, "DocumentCurrencyCode")
    totals = node(root, "LegalMonetaryTotal")
    due = (
        *texts(root, "DueDate"),
        *texts(root, "PaymentMeans/PaymentDueDate"),
        *texts(root, "PaymentTerms/PaymentDueDate"),
    )
    return EInvoice(
        syntax="UBL",
        is_credit_note=is_credit_note or type_code in CREDIT_TYPES,
        type_code=type_code or ("381" if is_credit_note else ""),
        number=text(root, "ID"),
        issued_on=iso_day(text(root, "IssueDate")),
        due_days=tuple(iso_day(each) for each in due),
        terms=" ".join(texts(root, "PaymentTerms/Note")),
        delivered_on=iso_day(text(root, "Delivery/ActualDeliveryDate")),
        currency=currency,
        grand_total=text(totals, "TaxInclusiveAmount"),
        prepaid=text(totals, "PrepaidAmount"),
        rounding=text(totals, "PayableRoundingAmount"),
        payable=text(totals, "PayableAmount"),
        vat=next(
            (
                (each.text or "").strip()
                for each in nodes(root, "TaxTotal/TaxAmount")
                if each.get("currencyID") in (None, "", currency)
            ),
            "",
        ),
        seller=_party(node(root, "AccountingSupplierParty/Party")),
        buyer=_party(node(root, "AccountingCustomerParty/Party")),
        payee=text(root, "PayeeParty/PartyName/Name"),
        references=texts(root, "BillingReference/InvoiceDocumentReference/ID"),
        items=texts(root, line + "/Item/Name"),
        exemptions=texts(root, "TaxTotal/TaxSubtotal/TaxCategory/TaxExemptionReason"),
        notes=texts(root, "Note"),
    )


def _party(of: etree._Element | None) -> Party:
    schemes = nodes(of, "PartyTaxScheme")
    vat = [text(each, "CompanyID") for each in schemes if text(each, "TaxScheme/ID") == "VAT"]
    endpoint = node(of, "EndpointID")
    is_mail = endpoint is not None and endpoint.get("schemeID") == "EM"
    return party(
        name=text(of, "PartyLegalEntity/RegistrationName") or text(of, "PartyName/Name"),
        registered=[_identifier(each) for each in nodes(of, "PartyLegalEntity/CompanyID")],
        vat=next(iter(vat), ""),
        other=[_identifier(each) for each in nodes(of, "PartyIdentification/ID")],
        address=", ".join(
            line
            for part in ("StreetName", "AdditionalStreetName", "AddressLine/Line")
            if (line := text(of, f"PostalAddress/{part}"))
        ),
        postcode=text(of, "PostalAddress/PostalZone"),
        city=text(of, "PostalAddress/CityName"),
        country=text(of, "PostalAddress/Country/IdentificationCode"),
        email=text(of, "Contact/ElectronicMail") or (text(of, "EndpointID") if is_mail else ""),
        phone=text(of, "Contact/Telephone"),
    )


def _identifier(each: etree._Element) -> tuple[str, str]:
    return str(each.get("schemeID") or ""), " ".join((each.text or "").split())
