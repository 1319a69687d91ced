"""Bank statements in three forms: what is read, what is kept, and every cent accounted for."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import pytest

from app_streamlit.parts.words import Words
from pipelines.errors import LedgerRefused
from pipelines.sources import format_of, import_paths
from pipelines.sources.iban import masked, shortened
from pipelines.store import open_store

AT = datetime(2026, 10, 6, 8, 0)
IBAN = "FR7630006000011234567890189"
CSV = """Compte courant;FR76 3000 6000 0112 3456 7890 189
Solde au 31/10/2026;12 345,67

Date;Date de valeur;Libellé;Débit;Crédit
01/10/2026;01/10/2026;VIR SEPA BOULANGERIE MOREL FACT C1;;1 900,00
02/10/2026;02/10/2026;CB CARREFOUR;-45,20;
02/10/2026;02/10/2026;FRAIS REJET PRLV;12,00;
03/10/2026;03/10/2026;VIR GARAGE DE65 FR7630006000011234567890189;;1 250,00
03/10/2026;03/10/2026;REJET PRLV DUPONT;30,00;
04/10/2026;04/10/2026;VIR ÉGAL;;10,00
04/10/2026;04/10/2026;VIR ÉGAL;;10,00
05/10/2026;05/10/2026;DOUBLE;1,00;2,00
99/10/2026;05/10/2026;FAUX JOUR;;2,00
05/10/2026;05/10/2026;FAUX MONTANT;;2,0x
Solde au 31/10/2026;;;;14 345,67
"""
CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>
<GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>S</Id>
<Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Amt Ccy="EUR">5.00</Amt></Bal>
<Ntry><Amt Ccy="EUR">900.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{booked}</Sts>
<BookgDt><Dt>2026-10-01</Dt></BookgDt><ValDt><Dt>2026-10-02</Dt></ValDt><AcctSvcrRef>R1</AcctSvcrRef>
<NtryDtls><TxDtls><Refs><EndToEndId>E2E-1</EndToEndId></Refs><RltdPties>{payer}
<DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct></RltdPties>
<RmtInf><Ustrd>Facture</Ustrd><Ustrd>C1</Ustrd><Strd><RfrdDocInf><Nb>FA-9</Nb></RfrdDocInf></Strd>
</RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{booked}</Sts>
<BookgDt><DtTm>2026-10-03T08:00:00</DtTm></BookgDt><AcctSvcrRef>R2</AcctSvcrRef><NtryDtls>
<Btch><NbOfTxs>2</NbOfTxs></Btch>
<TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">10.00</Amt></TxAmt></AmtDtls></TxDtls>
<TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">20.00</Amt></TxAmt></AmtDtls></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">7.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{booked}</Sts>
<BookgDt><Dt>2026-10-03</Dt></BookgDt><NtryDtls>
<TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">3.00</Amt></TxAmt></AmtDtls></TxDtls>
<TxDtls><RmtInf><Ustrd>sans montant</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">900.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd>
<Sts>{booked}</Sts><BookgDt><Dt>2026-10-05</Dt></BookgDt><AcctSvcrRef>R3</AcctSvcrRef></Ntry>
<Ntry><Amt Ccy="EUR">4.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>{booked}</Sts>
<BookgDt><Dt>2026-10-05</Dt></BookgDt></Ntry>
<Ntry><Amt Ccy="EUR">6.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{pending}</Sts>
<BookgDt><Dt>2026-10-06</Dt></BookgDt></Ntry></Stmt></BkToCstmrStmt></Document>"""
OFX1 = """OFXHEADER:100
DATA:OFXSGML
ENCODING:USASCII
CHARSET:1252

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR
<BANKACCTFROM><BANKID>30006<BRANCHID>00001<ACCTID>12345678901<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20261001<DTEND>20261031
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261001120000[+1:CET]<TRNAMT>+900.00<FITID>F1
<NAME>CRÊPERIE & FILS
<MEMO>FACT C1</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261002<TRNAMT>-45,20<FITID>F2<NAME>CB
</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""
OFX2 = """<?xml version="1.0" encoding="UTF-8"?><?OFX OFXHEADER="200" VERSION="211"?>
<OFX><STMTRS><CURDEF>EUR</CURDEF><BANKACCTFROM><ACCTID>12345678901</ACCTID></BANKACCTFROM>
<BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20261001</DTPOSTED><TRNAMT>12.5</TRNAMT>
<FITID>X</FITID><NAME>A &amp; B</NAME></STMTTRN></BANKTRANLIST></STMTRS></OFX>"""
DTD = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "b">]>'


def camt(version="02", **changes):
    payer = "<Dbtr><Nm>Crêperie Morel</Nm></Dbtr>"
    states = {"booked": "BOOK", "pending": "PDNG"}
    if version >= "08":
        payer = "<Dbtr><Pty><Nm>Crêperie Morel</Nm></Pty></Dbtr>"
        states = {name: f"<Cd>{code}</Cd>" for name, code in states.items()}
    return CAMT.format(version=version, payer=payer, **{**states, **changes})


@pytest.fixture
def con(tmp_path):
    with open_store(tmp_path / "store.duckdb") as store:
        yield store


@pytest.fixture
def take(con, tmp_path):
    """Import a text as a file of that name; its report."""

    def take(name, content, encoding="utf-8", **choices):
        (tmp_path / name).write_bytes(content.encode(encoding))
        (report,) = import_paths(con, [tmp_path / name], imported_at=AT, **choices)
        return report

    return take


def kept(con, columns="booked_on, amount, remittance"):
    return con.execute(
        f"select {columns} from bank_lines order by booked_on, row_number"
    ).fetchall()


def add_up(report):
    return (
        report.read == report.accepted + report.out_of_scope + report.quarantined
        and report.amount_read
        == report.amount_accepted + report.amount_out_of_scope + report.amount_quarantined
    )


def test_a_french_export_is_recognised_and_every_line_and_cent_is_accounted_for(con, take):
    report = take("releve.csv", CSV, "cp1252")

    assert report.format == "bank"
    assert add_up(report)
    assert (report.read, report.accepted, report.out_of_scope, report.quarantined) == (11, 5, 3, 3)
    assert report.amount_accepted == Decimal("3140.00")
    assert report.amount_out_of_scope == Decimal("-57.20")
    assert report.unreadable_amounts == 1
    assert kept(con, "booked_on, amount")[0] == (date(2026, 10, 1), Decimal("1900.00"))
    assert (date(2026, 10, 3), Decimal("-30.00"), "REJET PRLV DUPONT") in kept(con)


def test_the_report_of_a_statement_is_said_in_french(take):
    for name, text in (("a.csv", CSV), ("a.xml", camt()), ("a.ofx", OFX1)):
        notes = take(name, text).notes
        assert notes
        assert [note for note in notes if Words("fr").sentence(note) == note] == []


def test_importing_again_or_with_another_period_adds_no_line_twice(con, take):
    take("releve.csv", CSV, "cp1252")
    first = kept(con, "line_id")
    take("releve.csv", CSV, "cp1252")
    head, _, rows = CSV.partition("Débit;Crédit\n")
    take("other.csv", head + "Débit;Crédit\n" + rows[rows.index("03/10") :], "utf-8")

    assert kept(con, "line_id") == first
    assert len(set(first)) == 5


def test_no_whole_account_number_is_kept_anywhere(con, take):
    take("releve.csv", CSV + f"98/10/2026;01/10/2026;VIR {IBAN};;1,00\n")
    take("statement.xml", camt())

    told = str(kept(con, "bank_lines")) + str(con.execute("from intake.quarantine").fetchall())
    assert "FR…0189-" in told
    for number in (IBAN, "FR76 3000", "30006000011234567890189", "DE89370400440532013000"):
        assert number not in told


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (
            "Date opération,Libellé,Montant,Devise",
            '03/10/2026,VIR X,"1,50",EUR\n04/10/2026,CB,"-2,00",EUR\n',
        ),
        ("Booking date\tDescription\tAmount", "2026-10-03\tVIR X\t1.50\n2026-10-04\tCB\t-2.00\n"),
        (
            "Date comptable;Libellé opération;Montant;Sens",
            "03/10/2026;VIR X;1,50;C\n04/10/2026;CB;2,00;D\n",
        ),
        (
            "Date;Libellé;Débit euros;Crédit euros",
            "03/10/2026;VIR X;0,00;1,50\n04/10/2026;CB;2,00;0,00\n",
        ),
    ],
)
def test_signs_columns_and_separators_are_found(con, take, header, rows):
    report = take("r.csv", f"Titulaire : X\n\n{header}\n{rows}", format="bank")

    assert (report.accepted, report.out_of_scope) == (1, 1)
    assert report.amount_out_of_scope == Decimal("-2.00")
    assert kept(con) == [(date(2026, 10, 3), Decimal("1.50"), "VIR X")]


@pytest.mark.parametrize("version", ["02", "04", "06", "08"])
def test_each_version_of_camt_gives_the_same_lines(con, take, version):
    report = take("statement.xml", camt(version))

    assert report.format == "bank"
    assert add_up(report)
    assert (report.read, report.accepted, report.out_of_scope) == (7, 5, 2)
    assert kept(con, "booked_on, amount, counterparty, remittance, end_to_end_id")[0] == (
        date(2026, 10, 1), Decimal("900.00"), "Crêperie Morel", "Facture C1 FA-9", "E2E-1",
    )  # fmt: skip
    amounts = [amount for (amount,) in kept(con, "amount")]
    # A batch that adds up gives its parts, another stays whole; what is taken back is negative.
    assert amounts == [Decimal(each) for each in ("900", "10", "20", "7", "-900")]
    assert kept(con, "account")[0][0].startswith("FR…0189-")
    assert kept(con, "counterparty_account")[0][0] == shortened("DE89370400440532013000")


def test_camt_is_idempotent_too(con, take):
    take("statement.xml", camt())
    before = kept(con, "line_id")
    take("again.xml", camt("08"))

    assert kept(con, "line_id") == before


@pytest.mark.parametrize(
    ("name", "text", "encoding"), [("a.ofx", OFX1, "cp1252"), ("a.ofx", OFX1, "utf-8")]
)
def test_ofx_1_is_read_without_closing_tags(con, take, name, text, encoding):
    report = take(name, text, encoding)

    assert add_up(report)
    assert (report.accepted, report.out_of_scope) == (1, 1)
    assert report.amount_out_of_scope == Decimal("-45.20")
    assert kept(con, "booked_on, amount, counterparty, remittance") == [
        (date(2026, 10, 1), Decimal("900.00"), "CRÊPERIE & FILS", "CRÊPERIE & FILS FACT C1")
    ]


def test_ofx_2_is_read_as_well(con, take):
    assert take("a.xml", OFX2).format == "bank"
    assert kept(con, "amount, counterparty") == [(Decimal("12.50"), "A & B")]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.xml", DTD + camt().partition("?>")[2], "document type"),
        ("a.xml", camt().replace("BkToCstmrStmt", "BkToCstmrAcctRpt"), "camt.053"),
        ("a.xml", camt()[:900], "broken XML"),
        ("a.xml", camt().replace("<Btch>", "<b>" * 60 + "</b>" * 60 + "<Btch>"), "deep"),
        ("a.ofx", OFX2.replace("<OFX>", "<!DOCTYPE x><OFX>"), "document type"),
        ("a.ofx", "OFXHEADER:100\n<OFX></OFX>", "no list"),
        ("a.csv", "Nom;Ville\nX;Y\n", "no line names a date"),
        ("a.csv", "", "empty"),
    ],
)  # fmt: skip
def test_what_is_no_statement_is_refused_with_a_reason(con, take, name, text, said):
    with pytest.raises(LedgerRefused, match=said):
        take(name, text, format="bank")
    assert kept(con) == []


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Date;Libellé;Débit;Crédit", "bank"),
        ("Facture;Client;Date;Date échéance;Montant TTC", "ledger"),
        ("Date;Compte;Pièce;Libellé;Débit;Crédit", "ledger"),
        ("JournalCode;EcritureDate;CompteNum;EcritureLib;Debit;Credit", "fec"),
    ],
)
def test_ledgers_are_not_taken_for_statements(tmp_path, header, expected):
    row = ";".join("01/10/2026" if "Date" in name else "1,00" for name in header.split(";"))
    (tmp_path / "a.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")

    assert format_of(tmp_path / "a.csv") == expected


def test_hostile_labels_are_kept_as_they_stand(con, take):
    hostile = [
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "'; drop table claims; --",
        "𝕏\u202e",
    ]
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows(
        [
            ["Date", "Libellé", "Débit", "Crédit"],
            *(["01/10/2026", each, "", "1,00"] for each in hostile),
        ]
    )
    take("a.csv", written.getvalue())

    assert [said for *_, said in kept(con)] == hostile


def test_only_true_account_numbers_are_shortened():
    text = "VIR FA26 0001 0002 0003 0004 IBANFR7630006000011234567890189FIN"

    assert masked(text) == f"VIR FA26 0001 0002 0003 0004 IBAN{shortened(IBAN)}FIN"
    assert masked(IBAN[:-1] + "8") == IBAN[:-1] + "8"
