from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest

from pipelines.errors import LedgerRefused
from pipelines.intake import load
from pipelines.sources import tabular
from pipelines.sources.ledger import read
from pipelines.sources.mapping import Mapping
from pipelines.sources.proposal import propose
from pipelines.sources.reading import Reading
from pipelines.store import open_store

FILES = {
    "sage": (
        "cp1252",
        "Échéancier clients;;;;;;\nSociété: EXEMPLE SA;;;;;;\n"
        "N° pièce;Code tiers;Intitulé;Date pièce;Date échéance;Montant TTC;Solde\n"
        "FA001;C01;Menuiserie Été SARL;05/01/2024;04/02/2024;1 200,50;1 200,50\n"
        "FA002;C02;Toiture Noël;17/01/2024;16/02/2024;300,00;100,00\n"
        "AV001;C01;Menuiserie Été SARL;20/01/2024;;-50,00;-50,00\n"
        "Total;;;;;1 450,50;1 250,50\n",
        {
            "claim_id": "N° pièce",
            "debtor_id": "Code tiers",
            "issued_on": "Date pièce",
            "due_on": "Date échéance",
            "amount": "Montant TTC",
            "balance": "Solde",
            "debtors.name": "Intitulé",
        },
    ),
    "sap": (
        "utf-8",
        "BUKRS\tKUNNR\tBELNR\tBLDAT\tZFBDT\tWRBTR\tWAERS\n"
        "FR01\t0000100001\t1800000001\t20240105\t20240204\t1200.50\tEUR\n"
        "FR01\t0000100002\t1800000002\t20240117\t20240216\t300.00\tEUR\n",
        {
            "claim_id": "BELNR",
            "debtor_id": "KUNNR",
            "creditor_id": "BUKRS",
            "issued_on": "BLDAT",
            "due_on": "ZFBDT",
            "amount": "WRBTR",
            "currency": "WAERS",
        },
    ),
    "sap_report": (
        "utf-16",
        "Customer\tDocument Number\tDocument Date\tNet due date\tAmount in local currency\n"
        "100001\t1800000001\t05.01.2024\t04.02.2024\t1.200,50-\n"
        "100002\t1800000002\t17.01.2024\t16.02.2024\t3.300,00\n",
        {
            "claim_id": "Document Number",
            "debtor_id": "Customer",
            "issued_on": "Document Date",
            "due_on": "Net due date",
            "amount": "Amount in local currency",
        },
    ),
    "odoo": (
        "utf-8-sig",
        "Number,Invoice Partner Display Name,Invoice Date,Due Date,Tax Excluded,Total Signed,"
        "Amount Due,Payment Status\n"
        'INV/2024/1,"Azure, Bob",2024-01-05,2024-02-04,1000.42,1200.50,1200.50,Not Paid\n'
        "INV/2024/0002,Deco Addict,2024-01-17,2024-02-16,250.00,300.00,0.00,Paid\n",
        {
            "claim_id": "Number",
            "debtor_id": "Invoice Partner Display Name",
            "issued_on": "Invoice Date",
            "due_on": "Due Date",
            "amount": "Total Signed",
            "balance": "Amount Due",
            "status": "Payment Status",
        },
    ),
    "odoo_fr": (
        "utf-8",
        "Numéro,Nom d'affichage du partenaire,Date de facturation,Date d'échéance,Hors taxes,"
        "Total,Montant dû\n"
        "FAC/2024/001,Bois et Fils SARL,2024-01-05,2024-02-04,1000.42,1200.50,1200.50\n"
        "FAC/2024/002,Deco SAS,2024-01-17,2024-02-16,250.00,300.00,100.00\n",
        {
            "claim_id": "Numéro",
            "debtor_id": "Nom d'affichage du partenaire",
            "issued_on": "Date de facturation",
            "due_on": "Date d'échéance",
            "amount": "Total",
            "balance": "Montant dû",
        },
    ),
    "pennylane": (
        "utf-8",
        "Numéro de facture;Client;Date d'émission;Échéance;Montant HT;Montant TTC;"
        "Restant dû;Statut\n"
        "F-2024-001;Bois et Fils SARL;05/01/2024;04/02/2024;1 000,42;1 200,50;1 200,50;En retard\n"
        "F-2024-002;Deco SAS;17/01/2024;16/02/2024;250,00;300,00;0,00;Payée\n",
        {
            "claim_id": "Numéro de facture",
            "debtor_id": "Client",
            "issued_on": "Date d'émission",
            "due_on": "Échéance",
            "amount": "Montant TTC",
            "balance": "Restant dû",
            "status": "Statut",
        },
    ),
    "quickbooks": (
        "utf-8",
        "A/R Report,,,,,\nJanuary 2024,,,,,\n"
        "Customer,Num,Date,Due Date,Amount,Open Balance\n"
        'Bob Wood LLC,1001,01/05/2024,02/04/2024,"$1,200.50","$1,200.50"\n'
        "Deco Inc,1002,01/17/2024,02/16/2024,$300.00,$100.00\n"
        'TOTAL,,,,"$1,500.50","$1,300.50"\n',
        {
            "claim_id": "Num",
            "debtor_id": "Customer",
            "issued_on": "Date",
            "due_on": "Due Date",
            "amount": "Amount",
            "balance": "Open Balance",
        },
    ),
}


def write(folder: Path, content: str, encoding: str = "utf-8") -> Path:
    path = folder / "invoices.csv"
    path.write_bytes(content.encode(encoding))
    return path


def store_without_debtors() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("create table debtors (debtor_id varchar)")
    return con


def claims(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str, str, str]]:
    return con.execute(
        "select claim_id, debtor_id, issued_on, due_on, amount from ledger_claims order by all"
    ).fetchall()


@pytest.mark.parametrize("program", FILES)
def test_a_mapping_is_proposed_for_each_program(tmp_path: Path, program: str) -> None:
    encoding, content, columns = FILES[program]
    proposal = propose(write(tmp_path, content, encoding))
    assert dict(proposal.mapping.columns) == columns
    assert set(proposal.reasons) == set(proposal.confidence) == set(columns)


@pytest.mark.parametrize(
    ("header", "name", "source"),
    [
        ("Facture;Code client;Client;Date;Montant", "debtors.name", "Client"),
        ("Invoice;Customer ID;Customer;Date;Amount", "debtors.name", "Customer"),
        ("Invoice;Customer;Date;Amount;Local Currency", "currency", "Local Currency"),
    ],
)
def test_names_and_currencies_are_found(
    tmp_path: Path, header: str, name: str, source: str
) -> None:
    cells = {"Amount": "100,00", "Montant": "100,00", "Date": "25/01/2024", "Local Currency": "USD"}
    row = ";".join(cells.get(column, column + " 1") for column in header.split(";"))
    proposal = propose(write(tmp_path, f"{header}\n{row}\n"))
    assert proposal.mapping.columns[name] == source


@pytest.mark.parametrize("program", [name for name in FILES if name != "sap_report"])
def test_each_program_gives_the_same_claims(tmp_path: Path, program: str) -> None:
    encoding, content, _ = FILES[program]
    con = store_without_debtors()
    reading = read(con, write(tmp_path, content, encoding))
    found = [(issued, due, Decimal(amount)) for _, _, issued, due, amount in claims(con)]
    assert sorted(found) == [
        ("2024-01-05", "2024-02-04", Decimal("1200.50")),
        ("2024-01-17", "2024-02-16", Decimal("300.00")),
    ]
    assert reading.notes


def test_a_credit_note_finds_a_debtor_that_only_the_list_names(tmp_path: Path) -> None:
    content = (
        "Facture;Code client;Date;Montant\n"
        "F1;C01;05/01/2024;100,00\nAV1;C01;20/01/2024;-40,00\nAV2;C02;20/01/2024;-30,00\n"
    )
    con = open_store(tmp_path / "store.duckdb")
    for day in (1, 2):
        report = load(con, read(con, write(tmp_path, content)), imported_at=datetime(2024, 6, day))
        assert (report.read, report.accepted, report.quarantined) == (3, 3, 0)
        assert report.amount_read == report.amount_accepted == Decimal("30.00")
    assert con.execute("from (select debtor_id, name from debtors) order by all").fetchall() == [
        ("C01", "C01"),
        ("C02", "C02"),
    ]


def test_a_debtor_keeps_its_name_when_its_first_row_is_refused(tmp_path: Path) -> None:
    content = (
        "Facture;Code client;Nom client;Date;Montant\n"
        "F1;C01;Menuiserie Été;05/01/2024;abc\nF2;C01;Menuiserie Été;06/01/2024;10,00\n"
        "AV1;C01;Menuiserie Été;20/01/2024;-4,00\n"
    )
    con = open_store(tmp_path / "store.duckdb")
    report = load(con, read(con, write(tmp_path, content)), imported_at=datetime(2024, 6, 1))
    assert (report.accepted, report.quarantined) == (2, 1)
    assert con.execute("select name from debtors").fetchall() == [("Menuiserie Été",)]


def test_a_whole_sage_list_is_accounted_for(tmp_path: Path) -> None:
    encoding, content, _ = FILES["sage"]
    con = open_store(tmp_path / "store.duckdb")
    reading = read(con, write(tmp_path, content, encoding))
    report = load(con, reading, imported_at=datetime(2024, 6, 1))
    assert (report.read, report.accepted, report.out_of_scope, report.quarantined) == (4, 3, 1, 0)
    paid = con.execute(
        "select payment_id, claim_id, debtor_id, amount, method from payments order by all"
    ).fetchall()
    assert paid == [
        ("AV001", None, "C01", Decimal("50.00"), "credit_note"),
        ("FA002#paid", "FA002", None, Decimal("200.00"), None),
    ]
    names = con.execute("select debtor_id, name from debtors order by all").fetchall()
    assert names == [("C01", "Menuiserie Été SARL"), ("C02", "Toiture Noël")]
    again = load(
        con, read(con, write(tmp_path, content, encoding)), imported_at=datetime(2024, 7, 1)
    )
    assert again.accepted == 3
    assert con.execute("select count(*) from past.claims").fetchall() == [(0,)]


def test_a_trailing_minus_makes_a_credit_note(tmp_path: Path) -> None:
    encoding, content, _ = FILES["sap_report"]
    con = store_without_debtors()
    read(con, write(tmp_path, content, encoding))
    assert [row[0] for row in claims(con)] == ["1800000002"]
    assert con.execute(
        "select payment_id, debtor_id, paid_on, amount, method from ledger_payments"
    ).fetchall() == [("1800000001", "100001", "2024-01-05", "1200.50", "credit_note")]


def test_a_settled_date_closes_the_claim_and_derived_columns_are_not_used(tmp_path: Path) -> None:
    lines = ["region,customerID,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,"]
    lines[0] += "SettledDate,Score,DaysLate"
    for day in range(1, 28):
        lines.append(
            f"{day % 3},C{day % 5},{1000 + day},{day:02d}/01/2024,{day:02d}/02/2024,10.{day:02d},"
            f"No,{day:02d}/03/2024,29,29"
        )
    proposal = propose(write(tmp_path, "\n".join(lines)))
    assert proposal.mapping.columns["closed_on"] == "SettledDate"
    assert proposal.day_first is True
    assert proposal.mapping.date_format == "%d/%m/%Y"
    assert proposal.mapping.known == {"Disputed": "close", "DaysLate": "never", "Score": "never"}
    con = store_without_debtors()
    reading = read(con, tmp_path / "invoices.csv")
    assert reading.known == dict(proposal.mapping.known)
    assert con.execute("select region, closed_on from ledger_claims limit 1").fetchall() == [
        ("1", "2024-03-01")
    ]


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        (["01/02/2024", "13/02/2024"], "2024-02-01"),
        (["01/02/2024", "02/13/2024"], "2024-01-02"),
        (["01/02/2024", "03/04/2024"], "2024-02-01"),
        (["2024-02-01", "2024-02-13"], "2024-02-01"),
        (["45323", "45330"], "2024-02-01"),
        (["1 févr. 2024", "3 août 2024"], "2024-02-01"),
        (["1.2.24", "31.1.24"], "2024-02-01"),
        (["Feb 1, 2024", "Aug 3, 2024"], "2024-02-01"),
        (["20240201", "20240213"], "2024-02-01"),
        (["2024-02-01 23:59:00", "2024-02-13 00:00:00"], "2024-02-01"),
    ],
)
def test_dates_are_read_over_the_whole_column(tmp_path: Path, dates: list[str], first: str) -> None:
    body = "".join(f'F{i};C1;"{day}";10\n' for i, day in enumerate(dates))
    con = store_without_debtors()
    read(con, write(tmp_path, "Invoice number;Customer code;Invoice date;Amount\n" + body))
    assert claims_on(con)[0] == first


def claims_on(con: duckdb.DuckDBPyConnection) -> list[str]:
    rows = con.execute("select issued_on from ledger_claims order by row_number").fetchall()
    return [row[0] for row in rows]


def test_an_open_date_order_is_said(tmp_path: Path) -> None:
    path = write(tmp_path, "Invoice no,Customer code,Invoice date,Amount\nF1,C1,01/02/2024,10.00\n")
    reading = read(store_without_debtors(), path)
    assert any("assumed to be day first" in note for note in reading.notes)


def test_an_impossible_date_is_quarantined_with_its_text(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "Facture;Code client;Date facture;Montant TTC\n"
        "F1;C1;31/02/2024;10,00\nF2;C1;28/02/2024;abc\nF3;C1;28/02/2024;10,00\n",
    )
    con = open_store(tmp_path / "store.duckdb")
    report = load(con, read(con, path), imported_at=datetime(2024, 6, 1))
    assert (report.accepted, report.quarantined, report.unreadable_amounts) == (1, 2, 1)
    reasons = [
        row[0]
        for row in con.execute(
            "select reason from intake.quarantine order by row_number"
        ).fetchall()
    ]
    assert "31/02/2024" in reasons[0]
    assert "abc" in reasons[1]


@pytest.mark.parametrize(
    ("amounts", "found"),
    [
        (["1 234,50", "2,5"], ["1234.50", "2.5"]),
        (["1\u202f234,50", "1\u00a0000,00"], ["1234.50", "1000.00"]),
        (["1.234,50", "1.234"], ["1234.50", "1234"]),
        (["1,234.50", "1,234"], ["1234.50", "1234"]),
        (["1'234.50", "12.00"], ["1234.50", "12.00"]),
        (["1.234", "5.678"], ["1234", "5678"]),
        (["€ 12,00", "15,50 EUR"], ["12.00", "15.50"]),
        (["12,00 DR", "7,00"], ["12.00", "7.00"]),
        (["0.125", "1.5"], ["0.125", "1.5"]),
    ],
)
def test_amounts_are_read_over_the_whole_column(
    tmp_path: Path, amounts: list[str], found: list[str]
) -> None:
    body = "".join(f'F{i};C1;01/01/2024;"{each}"\n' for i, each in enumerate(amounts))
    con = store_without_debtors()
    read(con, write(tmp_path, "Facture;Code client;Date facture;Montant TTC\n" + body))
    rows = con.execute("select amount from ledger_claims order by row_number").fetchall()
    assert [row[0] for row in rows] == found


def test_the_currency_comes_from_beside_the_amount(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "Facture;Code client;Date facture;Montant TTC\n"
        "F1;C1;01/01/2024;10,00 €\nF2;C1;01/01/2024;$ 10,00\nF3;C1;01/01/2024;CHF 10,00\n",
    )
    con = store_without_debtors()
    read(con, path)
    rows = con.execute("select currency from ledger_claims order by row_number").fetchall()
    assert rows == [("EUR",), ("USD",), ("CHF",)]


def test_a_number_of_several_debtors_names_the_debtor_too(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "Facture;Code client;Date facture;Montant TTC\n"
        "1;C1;01/01/2024;10,00\n1;C2;01/01/2024;20,00\n2;C1;01/01/2024;30,00\n",
    )
    con = store_without_debtors()
    read(con, path)
    rows = con.execute("select claim_id from ledger_claims order by row_number").fetchall()
    assert rows == [("1/C1",), ("1/C2",), ("2",)]


def test_further_columns_travel_and_numbers_get_a_point(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "Facture;Code client;Date facture;Montant TTC;Région;Remise;nature\n"
        "F1;C1;01/01/2024;10,00;Bretagne;1 000,5;bois\nF2;C1;01/01/2024;10,00;PACA;;fer\n",
    )
    con = store_without_debtors()
    read(con, path)
    rows = con.execute(
        'select "Région", "Remise", source_nature from ledger_claims order by row_number'
    ).fetchall()
    assert rows == [("Bretagne", "1000.5", "bois"), ("PACA", "", "fer")]


def test_the_sheet_of_invoices_is_found_and_read(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "Notes"
    workbook.active.append(["Sujet", "Texte"])
    workbook.active.append(["Export", "du mois"])
    sheet = workbook.create_sheet("Factures")
    sheet.append(["Export du 31/01/2024"])
    sheet.append([])
    sheet.append(["Numéro de facture", "Client", "Date de facture", "Échéance", "Montant TTC"])
    sheet.append(["F1", "Bois SARL", datetime(2024, 1, 5), date(2024, 2, 4), 1234.567])
    sheet.append(["F2", "Fer SAS", datetime(2024, 1, 6), "05/02/2024", 0.1 + 0.2])
    path = tmp_path / "invoices.xlsx"
    workbook.save(path)
    con = store_without_debtors()
    reading = read(con, path)
    assert claims(con) == [
        ("F1", "BOIS SARL", "2024-01-05", "2024-02-04", "1234.5670"),
        ("F2", "FER SAS", "2024-01-06", "2024-02-05", "0.3"),
    ]
    assert any("'Factures'" in note and "'Notes'" in note for note in reading.notes)
    with pytest.raises(LedgerRefused, match="no sheet 'Avril'"):
        read(con, path, Mapping({"claim_id": "F", "amount": "M"}, sheet="Avril"))


def test_rows_of_the_wrong_width_are_quarantined(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "Facture;Code client;Date facture;Montant TTC\n"
        "F1;C1;01/01/2024;10,00\nF2;C1\nF3;C1;01/01/2024;10,00;x\nTotal;20,00\n",
    )
    con = open_store(tmp_path / "store.duckdb")
    report = load(con, read(con, path), imported_at=datetime(2024, 6, 1))
    assert (report.read, report.accepted, report.quarantined, report.out_of_scope) == (4, 1, 2, 1)


def test_a_stated_mapping_is_obeyed(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b,c,d,e\nF1,C1,02/01/2024,1.234,x\nF2,C1,03/01/2024,5.678,\n")
    mapping = Mapping(
        {"claim_id": "a", "debtor_id": "b", "issued_on": "c", "amount": "d"},
        date_format="%m/%d/%Y",
        decimal=".",
        defaults={"currency": "CHF", "creditor_id": "US"},
        known={"e": "close"},
    )
    con = store_without_debtors()
    reading = read(con, path, mapping)
    rows = con.execute(
        "select issued_on, amount, currency, creditor_id, e from ledger_claims order by row_number"
    ).fetchall()
    assert rows == [
        ("2024-02-01", "1.234", "CHF", "US", "x"),
        ("2024-03-01", "5.678", "CHF", "US", ""),
    ]
    assert reading.known == {"e": "close"}
    with pytest.raises(LedgerRefused, match="no column 'z'"):
        read(con, path, Mapping({"claim_id": "z"}))


def test_another_table_is_read_by_its_types(tmp_path: Path) -> None:
    path = write(tmp_path, "n;facture;le;montant\nP1;F1;31/01/2024;1 200,00 €\n")
    columns = {"payment_id": "n", "claim_id": "facture", "paid_on": "le", "amount": "montant"}
    con = store_without_debtors()
    reading = read(con, path, Mapping(columns, table="payments"))
    assert isinstance(reading, Reading)
    assert con.execute("select paid_on, amount from ledger_payments").fetchall() == [
        ("2024-01-31", "1200.00")
    ]


def test_a_file_without_invoices_is_refused_in_one_line(tmp_path: Path) -> None:
    path = write(tmp_path, "Sujet;Texte\nun;deux\ntrois;quatre\n")
    with pytest.raises(LedgerRefused, match="no column looks like amount") as refusal:
        read(store_without_debtors(), path)
    assert "\n" not in str(refusal.value)


def test_a_sheet_of_too_many_rows_is_refused_before_it_is_read(tmp_path, monkeypatch) -> None:
    workbook = openpyxl.Workbook()
    for number in range(30):
        workbook.active.append([f"F{number}", "Bois SARL", 12])
    workbook.save(tmp_path / "invoices.xlsx")
    monkeypatch.setattr(tabular, "_LARGE_SHEET", 100)
    monkeypatch.setattr(tabular, "_MAX_ROWS", 29)

    with pytest.raises(LedgerRefused, match="more than 29 rows"):
        read(store_without_debtors(), tmp_path / "invoices.xlsx")
