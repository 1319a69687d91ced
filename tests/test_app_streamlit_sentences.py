"""What an import of electronic invoices or notices says is said in French too."""

import pytest

from app_streamlit.parts.words import Words
from pipelines.sources.bodacc import _FATES
from pipelines.sources.einvoice_notes import NOTES

REASONS = [
    "Documents read: CII 2, UBL 1.",
    "Neither PDF nor XML, left aside: readme.txt.",
    "Pro forma invoices, which ask for nothing, left aside: 1 (b.xml).",
    "Documents that repeat another one (same seller, number, day, amounts, buyer) left aside: 2"
    " (b.xml, c.pdf).",
    "Invoices whose number and amount another source brought as another claim: 1 (such as F-1 and"
    " C-1); both are kept: delete one of each, or the debtor is chased twice.",
    "Credit notes and corrections of earlier imports that concern these invoices: 1; their credits"
    " were brought up to date.",
    "a.xml: the invoice has no number (BT-1)",
    "a.xml: the currency (BT-5) is 'euro', not three letters as in EUR",
    "a.xml: the payable amount (BT-115) is 'NaN', not an amount",
    "a.xml: neither a payable amount (BT-115) nor a total with VAT (BT-112) is stated",
    "a.xml: the totals contradict one another: 120.00 with VAT less 0 prepaid plus 0 rounding is"
    " 120.00, but 99.00 is asked for",
    "a.xml: the prepaid amount is negative (-5)",
    "a.xml: the seller (BG-4) has neither a name nor an identifier",
    "a.xml: the buyer (BG-7) has neither a name nor an identifier",
    "a.xml: seller and buyer are the same company",
    "a.xml: a credit note in NOK that refers to no single known claim has no account to stand on;"
    " import the invoice it refers to first",
    "a.pdf: the PDF holds no XML: it is a plain picture of an invoice; ask for the Factur-X file",
    "a.pdf: the PDF is locked by a password; ask for an open one",
    "a.pdf: the PDF cannot be read (PdfReadError)",
    "a.pdf: the XML within the PDF cannot be taken: its XML is a order, not an invoice in CII, nor"
    " an Invoice or CreditNote in UBL 2",
    "a.pdf: the PDF has more than 50 MB",
    "a.xml: its XML has more than 20 MB",
    "a.xml: the file is empty; ask for it again",
    "a.xml: its XML has a DOCTYPE, which no invoice needs; it is not opened",
    "a.xml: its XML is nested more than 100 levels deep",
    "a.xml: its XML has more than 300,000 elements",
    "a.xml: its XML is not well formed (Start tag expected, '<' not found)",
    "a.xml: its XML is a order, not an invoice in CII, nor an Invoice or CreditNote in UBL 2",
    "a.xml: the file cannot be opened: Permission denied",
    "a.zip: the archive holds more than 20,000 files",
    "a.zip: the archive unpacks to more than 500 MB",
    "a.zip: the archive cannot be read (File is not a zip file)",
    "a.zip/b.zip: an archive within an archive is not opened; unpack it first",
    "a.zip/../b.xml: its name leads out of the archive; it is not opened",
    "a.zip/b.xml: it is a link, not a file",
    "a.zip/b.xml: it is locked by a password; unpack it first",
    "a.zip/b.xml: it unpacks to more than 200 times its size; it is not opened",
    "a.zip/b.xml: it cannot be unpacked (error)",
    "the mapping says so",
    "filled only on settled claims",
    "filled on fewer than 40 rows",
    "alone it separates the outcome out of time (AUC 0.991)",
    "only the 100 columns filled most often are used",
    "the same on every claim",
    "a text of its own on nearly every claim (an identifier, a date or number as text)",
]


@pytest.mark.parametrize("told", REASONS)
def test_a_reason_is_said_in_french_with_its_figures(told):
    said = Words("fr").sentence(told)

    assert said != told
    assert " the " not in said
    assert Words("en").sentence(told) == told


@pytest.mark.parametrize("told", [*NOTES.values(), *_FATES.values()])
def test_a_note_is_said_in_french_with_its_count(told):
    said = Words("fr").sentence(told.format(n=37, days=30))

    assert said != told.format(n=37, days=30)
    assert "37" in said
