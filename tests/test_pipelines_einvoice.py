"""Electronic invoices: what the XML states becomes claims, and what is odd is refused by name."""

import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import pairwise, permutations

import pytest
from pypdf import PdfWriter

from pipelines.errors import LedgerRefused
from pipelines.sources import format_of, import_paths
from pipelines.sources.einvoice_document import (
    MAX_DEPTH,
    MAX_ELEMENTS,
    EInvoice,
    NotAnInvoice,
    Party,
    parsed,
    party,
)
from pipelines.sources.einvoice_files import invoice_in
from pipelines.sources.einvoice_rows import is_late_interest, penalty_rate
from pipelines.sources.einvoice_terms import due_on
from pipelines.store import open_store

NOON = datetime(2026, 3, 2, 12)
SELLER, BUYER = "732829320", "552100554"  # both pass the check of a SIREN
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"


def cii(
    number="F-1",
    *,
    kind="380",
    issued="20260105",
    due="20260204",
    grand="120.00",
    prepaid=None,
    rounding=None,
    payable="120.00",
    currency="EUR",
    refers=(),
    buyer="Menuiserie Été",
    buyer_ids=f'<ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">{BUYER}</ram:ID>'
    "</ram:SpecifiedLegalOrganization>",
    items=("Planches",),
    note="",
    profile="urn:cen.eu:en16931:2017",
    extra="",
):
    lines = "".join(
        "<ram:IncludedSupplyChainTradeLineItem><ram:SpecifiedTradeProduct>"
        f"<ram:Name>{item}</ram:Name></ram:SpecifiedTradeProduct>"
        "</ram:IncludedSupplyChainTradeLineItem>"
        for item in items
    )
    sums = {
        "GrandTotalAmount": grand,
        "TotalPrepaidAmount": prepaid,
        "RoundingAmount": rounding,
        "DuePayableAmount": payable,
    }
    told = "".join(f"<ram:{k}>{v}</ram:{k}>" for k, v in sums.items() if v is not None)
    ends = (
        "<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>"
        f'<udt:DateTimeString format="102">{due}</udt:DateTimeString>'
        "</ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>"
        if due
        else ""
    )
    named = "".join(
        "<ram:InvoiceReferencedDocument>"
        f"<ram:IssuerAssignedID>{each}</ram:IssuerAssignedID></ram:InvoiceReferencedDocument>"
        for each in refers
    )
    cross = "urn:un:unece:uncefact:data:standard:"
    return (
        f'<rsm:CrossIndustryInvoice xmlns:rsm="{cross}CrossIndustryInvoice:100"'
        f' xmlns:udt="{cross}UnqualifiedDataType:100"'
        f' xmlns:ram="{cross}ReusableAggregateBusinessInformationEntity:100">'
        "<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>"
        f"<ram:ID>{profile}</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter>"
        "</rsm:ExchangedDocumentContext>"
        f"<rsm:ExchangedDocument><ram:ID>{number}</ram:ID><ram:TypeCode>{kind}</ram:TypeCode>"
        f'<ram:IssueDateTime><udt:DateTimeString format="102">{issued}</udt:DateTimeString>'
        f"</ram:IssueDateTime><ram:IncludedNote><ram:Content>{note}</ram:Content>"
        "</ram:IncludedNote></rsm:ExchangedDocument>"
        f"<rsm:SupplyChainTradeTransaction>{lines}<ram:ApplicableHeaderTradeAgreement>"
        "<ram:SellerTradeParty><ram:Name>Bois du Nord SAS</ram:Name>"
        f'<ram:SpecifiedLegalOrganization><ram:ID schemeID="0009">{SELLER}00074</ram:ID>'
        "</ram:SpecifiedLegalOrganization><ram:PostalTradeAddress>"
        "<ram:PostcodeCode>59000</ram:PostcodeCode><ram:CountryID>FR</ram:CountryID>"
        "</ram:PostalTradeAddress></ram:SellerTradeParty>"
        f"<ram:BuyerTradeParty><ram:Name>{buyer}</ram:Name>{buyer_ids}"
        "</ram:BuyerTradeParty></ram:ApplicableHeaderTradeAgreement>"
        "<ram:ApplicableHeaderTradeDelivery><ram:ActualDeliverySupplyChainEvent>"
        '<ram:OccurrenceDateTime><udt:DateTimeString format="102">20260103</udt:DateTimeString>'
        "</ram:OccurrenceDateTime></ram:ActualDeliverySupplyChainEvent>"
        "</ram:ApplicableHeaderTradeDelivery><ram:ApplicableHeaderTradeSettlement>"
        f"<ram:InvoiceCurrencyCode>{currency}</ram:InvoiceCurrencyCode>{ends}"
        "<ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
        '<ram:TaxTotalAmount currencyID="XXX">7</ram:TaxTotalAmount>'
        f'<ram:TaxTotalAmount currencyID="{currency}">20.00</ram:TaxTotalAmount>{told}'
        f"</ram:SpecifiedTradeSettlementHeaderMonetarySummation>{named}{extra}"
        "</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction>"
        "</rsm:CrossIndustryInvoice>"
    ).encode()


def ubl(number="F-1", *, root="Invoice", payable="120.00", refers="", vat=f"FR32{BUYER}"):
    told = (
        f"<c:BillingReference><c:InvoiceDocumentReference><b:ID>{refers}</b:ID>"
        "</c:InvoiceDocumentReference></c:BillingReference>"
        if refers
        else ""
    )
    return (
        f'<{root} xmlns="{UBL}{root}-2" xmlns:c="{UBL}CommonAggregateComponents-2"'
        f' xmlns:b="{UBL}CommonBasicComponents-2"><b:ID>{number}</b:ID>'
        "<b:IssueDate>2026-01-05+01:00</b:IssueDate>"
        + ("<b:DueDate>2026-02-04</b:DueDate>" if root == "Invoice" else "")
        + f"<b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode>{told}"
        "<c:AccountingSupplierParty><c:Party><c:PartyLegalEntity>"
        "<b:RegistrationName>Bois du Nord SAS</b:RegistrationName>"
        f'<b:CompanyID schemeID="0002">{SELLER}</b:CompanyID></c:PartyLegalEntity>'
        "</c:Party></c:AccountingSupplierParty><c:AccountingCustomerParty><c:Party>"
        '<b:EndpointID schemeID="EM">compta@menuiserie.example</b:EndpointID>'
        "<c:PostalAddress><b:PostalZone>62000</b:PostalZone><c:Country>"
        "<b:IdentificationCode>FR</b:IdentificationCode></c:Country></c:PostalAddress>"
        f"<c:PartyTaxScheme><b:CompanyID>{vat}</b:CompanyID><c:TaxScheme><b:ID>VAT</b:ID>"
        "</c:TaxScheme></c:PartyTaxScheme><c:PartyLegalEntity>"
        "<b:RegistrationName>Menuiserie Été</b:RegistrationName></c:PartyLegalEntity>"
        "</c:Party></c:AccountingCustomerParty><c:LegalMonetaryTotal>"
        f'<b:TaxInclusiveAmount currencyID="EUR">{payable}</b:TaxInclusiveAmount>'
        f'<b:PayableAmount currencyID="EUR">{payable}</b:PayableAmount>'
        f"</c:LegalMonetaryTotal></{root}>"
    ).encode()


def pdf(xml=None, name="factur-x.xml"):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if xml is not None:
        writer.add_attachment(name, xml)
    held = BytesIO()
    writer.write(held)
    return held.getvalue()


def archive(files):
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return held.getvalue()


@pytest.fixture
def store(tmp_path):
    con = open_store(tmp_path / "store.duckdb")
    yield con
    con.close()


@pytest.fixture
def bring(store, tmp_path):
    """Import documents as one folder, or one file of a given name; the report."""

    def run(files, *, name="invoices", format="auto", **choices):
        path = tmp_path / name
        if isinstance(files, bytes):
            path.write_bytes(files)
        else:
            for inner, content in files.items():
                (path / inner).parent.mkdir(parents=True, exist_ok=True)
                (path / inner).write_bytes(content)
        (report,) = import_paths(store, [path], format=format, imported_at=NOON, **choices)
        whole = report.accepted + report.out_of_scope + report.quarantined
        assert report.read == whole
        assert report.amount_read == (
            report.amount_accepted + report.amount_out_of_scope + report.amount_quarantined
        )
        return report

    return run


def rows(store, sql):
    return store.execute(sql).fetchall()


def reasons(store):
    return [told for (told,) in rows(store, "select reason from intake.quarantine order by 1")]


def test_a_cii_gives_its_claim_and_its_parties(store, bring):
    report = bring(cii(), name="f.xml")

    assert report.format == "einvoice"
    assert rows(
        store,
        "select claim_id, debtor_id, creditor_id, invoice_number, issued_on, due_on, date_basis,"
        " amount, vat_amount, currency, nature, performed_on from claims",
    ) == [
        (
            f"{SELLER}/F-1",
            BUYER,
            SELLER,
            "F-1",
            date(2026, 1, 5),
            date(2026, 2, 4),
            "stated",
            Decimal("120.00"),
            Decimal("20.00"),
            "EUR",
            "contract",
            date(2026, 1, 3),
        )
    ]
    assert rows(store, "select name, siren, kind, postcode, country from creditors") == [
        ("Bois du Nord SAS", SELLER, "company", "59000", "FR")
    ]
    assert rows(store, "select name, siren, kind from debtors") == [
        ("Menuiserie Été", BUYER, "unknown")
    ]


def test_ubl_and_cii_of_one_invoice_are_one_claim(store, bring):
    report = bring({"a.xml": cii(), "b.xml": ubl(), "c.pdf": pdf(cii())})

    assert (report.read, report.accepted, report.out_of_scope) == (3, 1, 2)
    assert report.amount_out_of_scope == Decimal("240.00")
    assert any("repeat another one" in note and "b.xml" in note for note in report.notes)
    assert rows(store, "select claim_id from claims") == [(f"{SELLER}/F-1",)]


def test_a_ubl_tells_siren_by_vat_and_the_address_of_its_mail(store, bring):
    bring(ubl(), name="f.xml")

    assert rows(store, "select debtor_id, siren, email, postcode, country from debtors") == [
        (BUYER, BUYER, "compta@menuiserie.example", "62000", "FR")
    ]


@pytest.mark.parametrize(
    "profile",
    [
        "urn:factur-x.eu:1p0:minimum",
        "urn:factur-x.eu:1p0:basicwl",
        "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic",
        "urn:cen.eu:en16931:2017",
        "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended",
    ],
)
def test_every_profile_of_factur_x_is_read(profile):
    invoice, form = invoice_in("f.pdf", pdf(cii(profile=profile)))

    assert (invoice.number, invoice.payable, invoice.due_days) == ("F-1", "120.00", ("2026-02-04",))
    assert form.startswith("Factur-X ")
    assert "unnamed" not in form


@pytest.mark.parametrize(("password", "opens"), [("", True), ("secret", False)])
def test_a_pdf_locked_against_changes_opens_and_one_with_a_password_does_not(password, opens):
    writer = PdfWriter(clone_from=BytesIO(pdf(cii())))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    held = BytesIO()
    writer.write(held)

    if opens:
        assert invoice_in("f.pdf", held.getvalue())[0].number == "F-1"
    else:
        with pytest.raises(NotAnInvoice, match="locked by a password"):
            invoice_in("f.pdf", held.getvalue())


def test_an_invoice_without_due_date_takes_the_assumed_term(store, bring):
    report = bring(cii(due=""), name="f.xml", assumed_terms_days=45)

    assert rows(store, "select due_on, date_basis from claims") == [(None, "assumed")]
    assert any("45 days after issue are assumed" in note for note in report.notes)


def test_what_was_prepaid_leaves_the_payable_amount_open(store, bring):
    bring(cii(prepaid="100.00", rounding="0.01", payable="20.01"), name="f.xml")

    assert rows(store, "select amount from claims") == [(Decimal("120.01"),)]
    assert rows(store, "select claim_id, paid_on, amount, method from payments") == [
        (f"{SELLER}/F-1", date(2026, 1, 5), Decimal("100.00"), "other")
    ]


@pytest.mark.parametrize(
    "note",
    [
        cii("A-1", kind="381", grand="30", payable="30", refers=["F-1"]),
        cii("A-1", kind="380", grand="-30", payable="-30", refers=["F-1"]),
        ubl("A-1", root="CreditNote", payable="30.00", refers="F-1"),
    ],
    ids=["cii 381", "negative invoice", "ubl credit note"],
)
def test_a_credit_note_reduces_what_it_refers_to(store, bring, note):
    report = bring({"a-first.xml": note, "f.xml": cii()})

    assert report.amount_accepted == Decimal("90.00")
    assert rows(store, "select payment_id, claim_id, debtor_id, amount, method from payments") == [
        (f"{SELLER}/A-1#credit", f"{SELLER}/F-1", BUYER, Decimal("30.00"), "credit_note")
    ]


def test_a_credit_note_waits_on_account_until_its_invoice_comes(store, bring):
    note = cii("A-1", kind="381", refers=["F-1"])
    told = bring(note, name="a.xml")
    assert rows(store, "select claim_id, debtor_id from payments") == [(None, BUYER)]
    assert any("on account" in line for line in told.notes)

    came = bring(cii(), name="f.xml")
    assert rows(store, "select claim_id from payments") == [(f"{SELLER}/F-1",)]
    assert any("concern these invoices: 1" in line for line in came.notes)

    bring(note, name="a.xml")
    bring(cii(), name="f.xml")
    assert rows(store, "select claim_id from payments") == [(f"{SELLER}/F-1",)]
    assert rows(store, "select count(*) from past.payments") == [(1,)]


DOCUMENTS = {
    "invoice": cii(prepaid="20", payable="100.00"),
    "credit": cii("A-1", kind="381", grand="30", payable="30", refers=["F-1"]),
    "correction": cii("F-2", kind="384", grand="110", payable="110", refers=["F-1"]),
}


@pytest.mark.parametrize("order", list(permutations(DOCUMENTS)), ids="-".join)
def test_invoice_credit_and_correction_agree_in_any_order_of_imports(store, bring, order):
    for name in (*order, order[0]):
        bring(DOCUMENTS[name], name=name + ".xml")

    assert rows(
        store,
        "select claim_id, amount - coalesce((select sum(amount) from payments"
        " where payments.claim_id = claims.claim_id), 0) from claims order by 1",
    ) == [(f"{SELLER}/F-1", Decimal("0.00")), (f"{SELLER}/F-2", Decimal("110.00"))]
    assert rows(store, "select count(*) from payments where claim_id is null") == [(0,)]


def test_a_correction_that_is_refused_replaces_nothing(store, bring):
    bring(cii(), name="f.xml")
    bring({"n.xml": cii("F-2", kind="384", refers=["F-1"], issued="20261350")})

    assert rows(store, "from payments") == []


@pytest.mark.parametrize(
    ("kind", "is_claim"), [("471", True), ("473", True), ("502", False), ("503", False)]
)
def test_the_codes_of_the_french_reform_are_known(store, bring, kind, is_claim):
    bring({"f.xml": cii(), "n.xml": cii("N-1", kind=kind, refers=["F-1"])})

    names = {name for (name,) in rows(store, "select invoice_number from claims")}
    assert names == {"F-1", "N-1"} if is_claim else {"F-1"}
    assert rows(store, "select claim_id, amount from payments") == [
        (f"{SELLER}/F-1", Decimal("120.00"))
    ]


def test_one_invoice_with_two_spellings_of_its_buyer_is_one_claim(store, bring):
    other = ubl().replace("Menuiserie Été".encode(), b"Menuiserie Ete SARL")
    bring({"a.xml": cii(), "b.xml": other, "c.xml": cii(buyer_ids="")})

    assert rows(store, "select claim_id, debtor_id from claims") == [(f"{SELLER}/F-1", BUYER)]


def test_the_named_attachment_of_a_pdf_comes_before_other_invoices(store):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("a-former-invoice.xml", cii("OLD"))
    writer.add_attachment("ZUGFeRD-invoice.xml", cii("F-1"))
    held = BytesIO()
    writer.write(held)

    assert invoice_in("f.pdf", held.getvalue())[0].number == "F-1"


def test_a_foreign_credit_note_without_its_invoice_is_refused(store, bring):
    report = bring({"a.xml": cii("A-1", kind="381", currency="NOK"), "f.xml": cii()})

    assert (report.accepted, report.quarantined) == (1, 1)
    assert report.amount_quarantined == Decimal("-120.00")
    assert "credit note in NOK" in reasons(store)[0]


def test_a_correction_replaces_what_it_refers_to(store, bring):
    documents = {
        "f.xml": cii(prepaid="20", payable="100.00"),
        "credit.xml": cii("A-1", kind="381", grand="30", payable="30", refers=["F-1"]),
        "new.xml": cii("F-2", kind="384", grand="110", payable="110", refers=["F-1"]),
    }
    bring(documents)
    again = bring(documents)

    assert rows(
        store,
        "select claim_id, amount - coalesce((select sum(amount) from payments"
        " where payments.claim_id = claims.claim_id), 0) from claims order by 1",
    ) == [(f"{SELLER}/F-1", Decimal("0.00")), (f"{SELLER}/F-2", Decimal("110.00"))]
    assert any("Corrective invoices (384): 1" in note for note in again.notes)
    assert rows(store, "select count(*) from past.payments") == [(0,)]


def test_an_advance_is_a_claim_and_a_pro_forma_none(store, bring):
    report = bring({"a.xml": cii("F-1", kind="386"), "b.xml": cii("F-2", kind="325")})

    assert (report.accepted, report.out_of_scope) == (1, 1)
    assert rows(store, "select invoice_number from claims") == [("F-1",)]


def test_late_interest_is_recognised_by_its_items_not_by_the_legal_notes(store, bring):
    note = "Pénalités de retard : 12 % par an. Indemnité forfaitaire de recouvrement : 40 €"
    items = ("Intérêts de retard sur F-1", "Indemnité forfaitaire pour frais de recouvrement")
    bring({"a.xml": cii("F-1", note=note), "b.xml": cii("F-2", items=items)})

    assert rows(
        store, "select invoice_number, nature, marks, contract_penalty_rate from claims order by 1"
    ) == [
        ("F-1", "contract", None, Decimal("0.120000")),
        ("F-2", "other", ["late_interest"], None),
    ]


def test_one_number_on_two_different_invoices_is_two_claims_of_stable_names(store, bring):
    documents = {"a.xml": cii(), "b.xml": cii(grand="99", payable="99.00")}
    report = bring(documents)
    first = rows(store, "select claim_id, amount, marks from claims order by 1")
    bring(documents)
    bring(documents["b.xml"], name="alone.xml")

    assert first == [
        (f"{SELLER}/F-1", Decimal("120.00"), ["same_number"]),
        (f"{SELLER}/F-1/99.00", Decimal("99.00"), ["same_number"]),
    ]
    assert any("check which one holds" in note for note in report.notes)
    assert [row[:2] for row in rows(store, "select claim_id, amount from claims order by 1")] == [
        row[:2] for row in first
    ]


def test_an_import_done_twice_changes_nothing(store, bring):
    documents = {"f.xml": cii(prepaid="20", payable="100"), "b.xml": b"<x/>", "n.txt": b"hello"}
    first = bring(documents)
    second = bring(documents)

    assert first == second
    for table in ("claims", "payments", "debtors", "creditors", "documents"):
        assert rows(store, f"from past.{table}") == []
    assert len(reasons(store)) == 1


def test_an_invoice_that_a_ledger_brought_already_is_told(store, bring):
    ledger = b"claim_id,debtor_id,amount,invoice_number\nF-1,C1,120.00,F-1\n"
    bring(ledger, name="claims.csv")

    report = bring(cii(), name="f.xml")

    assert any(f"{SELLER}/F-1 and F-1); both are kept" in note for note in report.notes)


def test_what_a_later_invoice_leaves_unsaid_stays_known(store, bring):
    bring(ubl(), name="a.xml")
    bring(cii("F-2"), name="b.xml")

    assert rows(store, "select email, postcode from debtors") == [
        ("compta@menuiserie.example", "62000")
    ]


BAD = [
    (cii(payable="99.00"), "the totals contradict one another"),
    (cii(number=""), "has no number"),
    (cii(grand=None, payable=None), "neither a payable amount"),
    (cii(payable="1e30"), "not an amount"),
    (cii(payable="NaN"), "not an amount"),
    (cii(currency=""), "the currency"),
    (cii(buyer="", buyer_ids=""), "the buyer (BG-7) has neither"),
    (cii(prepaid="-5", payable="125"), "prepaid amount is negative"),
    (cii(issued="20261350"), "issued_on"),
    (cii(grand="900000000000000", payable="900000000000000"), "amount"),
    (pdf(), "the PDF holds no XML"),
    (pdf(b"<order/>"), "cannot be taken"),
    (pdf()[:200], "the PDF"),
    (b"%PDF-1.7 nothing", "the PDF"),
    (b"", "empty"),
    (b"not xml at all", "not well formed"),
    (b"<Invoice/>", "its XML is a Invoice"),
]


def test_a_document_that_cannot_be_taken_goes_to_quarantine_by_its_reason(store, bring):
    names = [f"{n:02}." + ("pdf" if b"%PDF" in c[:5] else "xml") for n, (c, _) in enumerate(BAD)]
    files = dict(zip(names, (content for content, _ in BAD), strict=True))

    report = bring(files | {"good.xml": cii("F-9")})

    assert (report.accepted, report.quarantined) == (1, len(BAD))
    told = dict(rows(store, "select row_number, reason from intake.quarantine"))
    assert {n: reason in told[n] for n, (_, reason) in enumerate(BAD, start=1)} == dict.fromkeys(
        range(1, len(BAD) + 1), True
    )


def test_a_pdf_without_xml_given_by_itself_is_refused(bring):
    with pytest.raises(LedgerRefused, match="the PDF holds no XML"):
        bring(pdf(), name="plain.pdf")


def test_strict_refuses_the_folder_of_one_bad_document(store, bring):
    with pytest.raises(LedgerRefused, match="nothing was loaded"):
        bring({"bad.xml": b"<x/>", "good.xml": cii()}, strict=True)

    assert rows(store, "from claims") == []


def test_a_document_put_right_leaves_the_quarantine(store, bring):
    bring({"f.xml": cii(payable="99.00")})
    assert len(reasons(store)) == 1

    bring({"f.xml": cii()})

    assert reasons(store) == []


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    "prolog",
    [
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
    ids=["a thousand million laughs", "a file of this machine", "a DTD of the network"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused_before_anything_of_it_is_read(prolog, encoding):
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    content = (head + prolog + cii().decode().replace("Planches", "&l9;")).encode(encoding)

    with pytest.raises(NotAnInvoice, match="DOCTYPE"):
        parsed(content)
    with pytest.raises(NotAnInvoice, match="DOCTYPE"):
        invoice_in("f.pdf", pdf(content))


def test_depth_and_number_of_elements_are_bounded():
    with pytest.raises(NotAnInvoice, match="levels deep"):
        parsed(b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1))
    with pytest.raises(NotAnInvoice, match="elements"):
        parsed(b"<a>" + b"<b/>" * MAX_ELEMENTS + b"</a>")


def test_an_archive_is_read_and_its_traps_are_not(store, bring):
    files = {
        "2026/f.xml": cii(),
        "2026/g.pdf": pdf(cii("F-2")),
        "bomb.xml": b" " * 15_000_000,
        "inner.zip": archive({"f.xml": cii("F-3")}),
        "../out.xml": cii("F-4"),
        "readme.txt": b"hello",
    }
    report = bring(archive(files), name="month.zip")

    assert (report.read, report.accepted, report.quarantined) == (5, 2, 3)
    told = reasons(store)
    assert [reason.partition(": ")[2] for reason in told] == [
        "its name leads out of the archive; it is not opened",
        "it unpacks to more than 200 times its size; it is not opened",
        "an archive within an archive is not opened; unpack it first",
    ]
    assert any("readme.txt" in note for note in report.notes)


def test_a_broken_archive_is_refused(bring):
    with pytest.raises(LedgerRefused, match="archive cannot be read"):
        bring(archive({"f.xml": cii()})[:-30], name="month.zip")


def test_folders_of_tables_stay_canonical(tmp_path):
    (tmp_path / "f.xml").write_bytes(cii())
    assert format_of(tmp_path) == "einvoice"

    (tmp_path / "claims.csv").write_text("claim_id,debtor_id,amount\n1,2,3\n")
    assert format_of(tmp_path) == "canonical"


def test_names_of_strangers_are_kept_as_text(store, bring):
    bring(cii(buyer="&lt;script&gt;alert(1)&lt;/script&gt;", buyer_ids=""), name="f.xml")

    assert rows(store, "select name, debtor_id from debtors") == [
        ("<script>alert(1)</script>", "script-alert-1-script")
    ]


def test_a_wrong_siren_is_dropped_and_told(store, bring):
    ids = '<ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">552100555</ram:ID>'
    report = bring(cii(buyer_ids=ids + "</ram:SpecifiedLegalOrganization>"), name="f.xml")

    assert rows(store, "select siren, debtor_id from debtors") == [
        (None, "552100555-menuiserie-ete")
    ]
    assert any("1 wrong SIREN left empty" in note for note in report.notes)


def made(**told):
    texts = dict.fromkeys(
        "syntax type_code number delivered_on currency grand_total prepaid rounding payable vat"
        " terms".split(),
        "",
    )
    start = {"issued_on": "2026-01-31", "due_days": (), "is_credit_note": False}
    return EInvoice(**(texts | start | {"seller": Party(), "buyer": Party()} | told))


@pytest.mark.parametrize(
    ("terms", "day"),
    [
        ("30 jours", "2026-03-02"),
        ("Paiement à 30 jours nets", "2026-03-02"),
        ("PAIEMENT 45 JOURS FIN DE MOIS", "2026-03-31"),
        ("30 days net", "2026-03-02"),
        ("Virement à 30 jours fin de mois le 10", "2026-04-10"),
        ("Net 45", "2026-03-17"),
        ("Payable à réception de la facture", "2026-01-31"),
        ("Échéance : 15/03/2026", "2026-03-15"),
        ("à payer le 15.01.2026", ""),
        ("15/03/2026 ou 31/03/2026", ""),
        ("30 jours, escompte de 2 % à 8 jours", ""),
        ("2 % discount if paid within 2 days", ""),
        ("50% prepaid, 50% within one month", ""),
        ("", ""),
    ],
)
def test_plain_terms_are_counted_and_others_are_not(terms, day):
    basis = "stated" if day else "assumed"
    assert due_on(made(terms=terms), {"terms": 0, "assumed": 0}) == (day, basis)


def test_of_several_due_dates_the_last_one_counts():
    counts = {"instalments": 0}
    days = ("2026-03-31", "2026-02-28")
    assert due_on(made(due_days=days), counts) == ("2026-03-31", "stated")
    assert counts == {"instalments": 1}


@pytest.mark.parametrize(
    ("note", "rate"),
    [
        ("Pénalités de retard : 12 % par an", "0.12"),
        ("pénalités de retard au taux annuel de 10,5 % l'an.", "0.105"),
        ("Pénalités de retard : taux BCE majoré de 10 % par an", ""),
        ("Pénalités de retard : trois fois le taux légal", ""),
        ("Pénalités de retard : 1 % par mois", ""),
        ("Pénalités de retard : 8 % par an. Pénalités de retard : 9 % par an", ""),
    ],
)
def test_a_penalty_rate_counts_only_when_clearly_stated(note, rate):
    assert penalty_rate(made(notes=(note,))) == rate


def test_an_exemption_that_says_late_interest_is_enough_and_mixed_items_are_not():
    assert is_late_interest(made(items=("Divers",), exemptions=("Intérêts de retard",)))
    assert not is_late_interest(made(items=("Intérêts de retard", "Planches")))
    assert not is_late_interest(made())


@pytest.mark.parametrize(
    ("registered", "other", "vat", "country", "siren"),
    [
        ([("0002", SELLER)], [], "", "", SELLER),
        ([("0009", SELLER + "00074")], [], "", "", SELLER),
        ([("", SELLER)], [], "", "FR", SELLER),
        ([("", SELLER)], [], "", "NO", ""),
        ([], [("0009", "732 829 320 00074")], "", "FR", SELLER),
        ([], [("", SELLER)], "", "FR", ""),
        ([], [], f"FR 44 {SELLER}", "", SELLER),
        ([("0002", "123456789")], [], "", "FR", ""),
    ],
)
def test_a_siren_is_read_where_it_may_stand(registered, other, vat, country, siren):
    found = party(
        name="X",
        registered=registered,
        vat=vat,
        other=other,
        address="",
        postcode="",
        city="",
        country=country,
        email="not an address",
        phone="",
    )
    assert (found.siren, found.email) == (siren, "")


def test_random_cuts_of_a_document_never_break_the_import(bring):
    whole = cii(prepaid="20", payable="100")
    cuts = [0, 40, 400, 900, 1500, 2000, len(whole)]
    parts = {f"{n}.xml": whole[:a] + whole[b:] for n, (a, b) in enumerate(pairwise(cuts))}

    report = bring(parts | {"whole.xml": whole})

    assert report.read == len(parts) + 1
    assert report.accepted >= 1
