"""Published electronic invoices: each file gives what its own XML states, read here by itself."""

from datetime import date
from decimal import Decimal

import duckdb
import pytest
from lxml import etree
from pypdf import PdfReader

FOLDER = "einvoices"
FILES = [
    "CII_business_example_01.xml",
    "CII_business_example_02.xml",
    "CII_example1.xml",
    "CII_example2.xml",
    "CII_example3.xml",
    "CII_example4.xml",
    "basic_facturx.pdf",
    "en16931_facturx.pdf",
    "ubl-tc434-creditnote1.xml",
    "ubl-tc434-example1.xml",
    "ubl-tc434-example2.xml",
    "ubl-tc434-example3.xml",
    "ubl-tc434-example4.xml",
    "ubl-tc434-example5.xml",
]
CII = (
    "//*[local-name()='DueDateDateTime']/*/text()",
    "//*[local-name()='DuePayableAmount']/text()",
    "//*[local-name()='InvoiceCurrencyCode']/text()",
    "//*[local-name()='SellerTradeParty']/*[local-name()='Name']/text()",
    "//*[local-name()='BuyerTradeParty']/*[local-name()='Name']/text()",
    "//*[local-name()='TotalPrepaidAmount']/text()",
    "/*/*[local-name()='ExchangedDocument']/*[local-name()='ID']/text()",
)
UBL = (
    "/*/*[local-name()='DueDate']/text()",
    "//*[local-name()='PayableAmount']/text()",
    "//*[local-name()='DocumentCurrencyCode']/text()",
    "//*[local-name()='AccountingSupplierParty']//*[local-name()='RegistrationName']/text()",
    "//*[local-name()='AccountingCustomerParty']//*[local-name()='RegistrationName']/text()",
    "//*[local-name()='LegalMonetaryTotal']/*[local-name()='PrepaidAmount']/text()",
    "/*/*[local-name()='ID']/text()",
)


def stated(path):
    """Due date, payable amount, currency, seller, buyer, prepaid and number, by XPath alone."""
    content = path.read_bytes()
    if path.suffix == ".pdf":
        (content,) = PdfReader(path).attachments["factur-x.xml"]
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    found = [root.xpath(one) for one in (CII if "CrossIndustry" in root.tag else UBL)]
    day = date.fromisoformat(found[0][0]) if found[0] else None
    prepaid = Decimal(found[5][0]) if found[5] else Decimal(0)
    names = (each[0].strip() for each in found[2:5])
    return day, Decimal(found[1][0]), *names, prepaid, found[6][0].strip()


def test_the_list_of_files_is_whole(data):
    here = {path.name for path in (data / FOLDER).iterdir() if path.suffix in (".xml", ".pdf")}
    assert here == {*FILES, "sample.pdf"}


@pytest.mark.parametrize("name", FILES)
def test_a_file_gives_what_its_xml_states(data, amiable, tmp_path, name):
    amiable("import", data / FOLDER / name, "--home", tmp_path)

    with duckdb.connect(str(tmp_path / "store.duckdb"), read_only=True) as con:
        claims = con.execute(
            "select due_on, claims.amount - coalesce(paid.amount, 0), currency, creditors.name,"
            " debtors.name, coalesce(paid.amount, 0), invoice_number from claims"
            " join creditors using (creditor_id) join debtors using (debtor_id)"
            " left join (select claim_id, sum(amount) as amount from payments group by claim_id)"
            " as paid using (claim_id)"
        ).fetchall()
        # A credit note has no claim; on account, its currency can only be the euro.
        credits = con.execute(
            "select null::date, payments.amount, 'EUR', creditors.name, debtors.name, 0,"
            " regexp_extract(payment_id, '/(.*)#credit$', 1) from payments"
            " join creditors using (creditor_id) join debtors using (debtor_id)"
            " where claim_id is null"
        ).fetchall()

    assert claims + credits == [stated(data / FOLDER / name)]


def test_a_pdf_without_xml_is_refused_by_its_reason(data, amiable, tmp_path):
    code, _, told = amiable("import", data / FOLDER / "sample.pdf", "--home", tmp_path, ok=False)

    assert code == 1
    assert "the PDF holds no XML" in told


def test_the_whole_folder_is_published_and_accounted_for(data, amiable, tmp_path):
    _, told, _ = amiable("import", data / FOLDER, "--home", tmp_path, "--json")
    _, again, _ = amiable("import", data / FOLDER, "--home", tmp_path, "--json")
    amiable("run", "--home", tmp_path)

    (source,) = told["sources"]
    assert source["format"] == "einvoice"
    assert (source["read"], source["accepted"]) == (15, 9)
    assert (source["out_of_scope"], source["quarantined"]) == (5, 1)
    assert told == again
    with duckdb.connect(str((tmp_path / "warehouse.duckdb").resolve()), read_only=True) as con:
        found = con.execute(
            "select claims.currency, open_amount, list_contains(flags, 'no_rate'),"
            " open_amount_eur is null from mart.claims"
        ).fetchall()
        refused = con.execute("select payload, reason from mart.quarantine").fetchall()

    # The same invoice in both syntaxes is one claim.
    files = {stated(data / FOLDER / name)[1:6] for name in FILES if "creditnote" not in name}
    assert sorted(row[:2] for row in found) == sorted((row[1], row[0]) for row in files)
    assert all(no_rate == no_euro == (name != "EUR") for name, _, no_rate, no_euro in found)
    assert len(refused) == 1
    assert "sample.pdf" in refused[0][0]
