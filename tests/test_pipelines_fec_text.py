"""The text of a FEC: what is tolerated, what is quarantined, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import LedgerRefused
from pipelines.sources.fec import import_file, ledger_of, looks_like_fec
from pipelines.sources.reading import SourceReport
from pipelines.store import open_store

LEGAL = (
    "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|"
    "PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|"
    "Idevise"
)
SALE = "VE|Ventes|1|20220110|411000|Clients|C1|Société Éléonore|F1|20220110|Facture|{}|{}||||| "
INCOME = "VE|Ventes|1|20220110|706000|Prestations|||F1|20220110|Facture|{}|{}||||| "
NOW = datetime(2026, 1, 5, 8, 0)


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    con = open_store(tmp_path_factory.mktemp("fec_text") / "store.duckdb")
    yield con
    con.close()


@pytest.fixture
def store(shared_store: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    for table in ("claims", "payments", "debtors", "creditors", "intake.quarantine"):
        shared_store.execute("delete from " + table)
    shared_store.execute("drop table if exists intake.fec_lines")
    shared_store.execute("drop table if exists intake.fec_files")
    return shared_store


def whole(debit: str = "120,00", credit: str = "0,00") -> list[str]:
    return [LEGAL, SALE.format(debit, credit), INCOME.format(credit, debit)]


def take(con: duckdb.DuckDBPyConnection, folder: Path, content: bytes) -> SourceReport:
    path = folder / "123456782FEC20221231.txt"
    path.write_bytes(content)
    return import_file(con, path, imported_at=NOW)


def claims(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute(
        "select name, amount from claims join debtors using (debtor_id) order by all"
    ).fetchall()


TAKEN = [("Société Éléonore", Decimal("120.00"))]


@pytest.mark.parametrize(
    ("encoding", "end"),
    [
        ("utf-8", "\r\n"),
        ("utf-8-sig", "\r\r\n"),
        ("cp1252", "\n"),
        ("utf-16", "\r\n"),
        ("cp1252", "\r"),
    ],
)
def test_encodings_and_line_ends_are_found(
    store: duckdb.DuckDBPyConnection, tmp_path: Path, encoding: str, end: str
) -> None:
    report = take(store, tmp_path, (end.join(whole()) + end).encode(encoding))

    assert claims(store) == TAKEN
    assert (report.read, report.quarantined) == (2, 0)


@pytest.mark.parametrize(("separator", "tail"), [("\t", ""), ("|", "|"), (";", "||"), ("\t", "|")])
def test_separators_and_what_trails_are_tolerated(
    store: duckdb.DuckDBPyConnection, tmp_path: Path, separator: str, tail: str
) -> None:
    lines = [line + tail for line in whole()]

    report = take(store, tmp_path, "\n".join(lines).replace("|", separator).encode())

    assert claims(store) == TAKEN
    assert report.quarantined == 0


@pytest.mark.parametrize(
    "amount",
    ["120,00", "120.00", "120", "0000000120,00", " 120,0 ", "120,000000", "1 20,00", "+120,00"],
)
def test_amounts_are_read_however_they_are_padded(
    store: duckdb.DuckDBPyConnection, tmp_path: Path, amount: str
) -> None:
    take(store, tmp_path, "\n".join(whole(amount, "")).encode())

    assert claims(store) == TAKEN


@pytest.mark.parametrize(
    ("amount", "read"), [("1.234.567,89", "1234567.89"), ("1,234.50", "1234.50")]
)
def test_grouped_thousands_are_read(
    store: duckdb.DuckDBPyConnection, tmp_path: Path, amount: str, read: str
) -> None:
    take(store, tmp_path, "\n".join(whole(amount, "")).encode())

    assert claims(store)[0][1] == Decimal(read)


@pytest.mark.parametrize("sides", [("D", "C"), ("+1", "-1"), ("d", "c")])
def test_montant_and_sens_say_the_same_as_debit_and_credit(
    store: duckdb.DuckDBPyConnection, tmp_path: Path, sides: tuple[str, str]
) -> None:
    lines = [
        LEGAL.replace("Debit|Credit", "MONTANT|SENS").replace("Montantdevise", "MontantDevise"),
        SALE.format("120,00", sides[0]),
        INCOME.format("120,00", sides[1]),
    ]

    report = take(store, tmp_path, "\n".join(lines).encode())

    assert claims(store) == TAKEN
    assert report.sides["debit"]["read"] == report.sides["credit"]["read"] == Decimal(120)


@pytest.mark.parametrize("day", ["20220110", "2022-01-10", "10/01/2022"])
def test_other_forms_of_date_are_read_and_said(
    store: duckdb.DuckDBPyConnection, tmp_path: Path, day: str
) -> None:
    report = take(store, tmp_path, "\n".join(whole()).replace("20220110", day).encode())

    assert store.execute("select issued_on::varchar from claims").fetchall() == [("2022-01-10",)]
    assert any("otherwise than" in note for note in report.notes) == (day != "20220110")


def test_twenty_two_columns_in_another_order_are_read_by_name(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    added = "|DateRglt|ModeRglt|NatOp|IdClient"
    rows = [row + ("|20220301|VIR|B|7" if place else added) for place, row in enumerate(whole())]
    turned = ["|".join(reversed(row.split("|"))) for row in rows]

    report = take(store, tmp_path, "\n".join(turned).encode())

    assert claims(store) == TAKEN
    assert "22 columns" in report.notes[0]


def test_a_name_with_quotes_and_markup_stays_as_it_is(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    name = '"L\'Atelier" <b>&Co</b>'

    take(store, tmp_path, "\n".join(whole()).replace("Société Éléonore", name).encode())

    assert claims(store)[0][0] == name


def test_a_quoted_field_may_hold_the_separator(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    text = "\n".join(whole()).replace("|Facture|", '|"Facture | solde"|')

    report = take(store, tmp_path, text.encode())

    assert (claims(store), report.quarantined) == (TAKEN, 0)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("120,00|0,00", "abc|0,00", "Debit is not an amount"),
        ("120,00|0,00", "1e30|0,00", "Debit is not an amount"),
        ("120,00|0,00", "9" * 20 + "|0,00", "amount out of range"),
        ("120,00|0,00", "9" * 60 + "|0,00", "Debit is not an amount"),
        ("120,00|0,00", "12,345|0,00", "amount finer than a cent"),
        ("|1|20220110|411000", "|1|20221310|411000", "EcritureDate is not a date"),
        ("|1|20220110|411000", "|1|00010101|411000", "EcritureDate is not between 1970 and 2100"),
        ("|1|20220110|411000", "||20220110|411000", "customer line without EcritureNum"),
        ("|411000|Clients", "||Clients", "CompteNum is empty"),
        ("|Facture|120", "|Facture|12|120", "19 fields where the header has 18"),
    ],
)
def test_a_line_that_cannot_be_taken_is_quarantined_with_its_number(
    store: duckdb.DuckDBPyConnection, tmp_path: Path, old: str, new: str, reason: str
) -> None:
    content = "\n".join([*whole(), INCOME.format("", "0")]).replace(old, new, 1).encode()

    report = take(store, tmp_path, content)

    held = store.execute("select row_number, reason from intake.quarantine").fetchall()
    assert held == [(2, reason)]
    assert (report.read, report.accepted, report.out_of_scope) == (3, 0, 2)
    total = report.amount_accepted + report.amount_out_of_scope + report.amount_quarantined
    assert report.amount_read == total


def test_a_corrected_file_leaves_quarantine(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    content = "\n".join(whole())
    take(store, tmp_path, content.replace("120,00|0,00", "abc|0,00", 1).encode())

    take(store, tmp_path, content.encode())

    assert store.execute("select count(*) from intake.quarantine").fetchall() == [(0,)]
    assert claims(store) == TAKEN


@pytest.mark.parametrize("place", [1, 30, 70, 85])
def test_half_a_file_gives_at_most_one_quarantined_line_and_is_said(
    store: duckdb.DuckDBPyConnection, tmp_path: Path, place: int
) -> None:
    content = "\n".join(whole()).encode()
    cut = content[: content.rindex(b"\n") + place]

    report = take(store, tmp_path, cut)

    assert report.quarantined <= 1
    assert report.read in (1, 2)
    assert any("do not balance" in note for note in report.notes) == (report.out_of_scope == 0)


def test_strict_refuses_the_whole_file_and_leaves_the_store_as_it_was(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "x.txt"
    path.write_text("\n".join([*whole(), "half"]), encoding="utf-8")

    with pytest.raises(LedgerRefused, match=r"x\.txt, line 4: 1 fields"):
        import_file(store, path, imported_at=NOW, strict=True)

    assert claims(store) == []


def test_a_header_alone_is_an_empty_ledger(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    report = take(store, tmp_path, LEGAL.encode())

    assert (report.read, claims(store)) == (0, [])


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\xff" * 5000, b"a,b,c\n1,2,3\n", LEGAL.replace("|", ",").encode(), b"\n" * 99],
)
def test_what_is_no_fec_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(content)

    assert not looks_like_fec(path)
    with duckdb.connect() as con, pytest.raises(LedgerRefused, match="no header of a FEC"):
        import_file(con, path, imported_at=NOW)


@pytest.mark.parametrize(
    ("name", "ledger"),
    [
        ("123456782FEC20221231.txt", "123456782"),
        ("123456782fec20221231 (1).TXT", "123456782"),
        ("0000000001FEC20220831.txt", "0000000001"),
        ("grand livre.txt", "grand livre"),
    ],
)
def test_the_ledger_is_named_after_the_file(name: str, ledger: str) -> None:
    assert ledger_of(Path(name)) == ledger


def test_an_invented_siren_is_kept_under_the_demo_flag_only(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "111111111FEC20221231.txt"
    path.write_text("\n".join(whole()), encoding="utf-8")

    import_file(store, path, imported_at=NOW)
    real = store.execute("select siren from creditors").fetchall()
    import_file(store, path, imported_at=NOW, demo=True)

    assert real == [(None,)]
    assert store.execute("select siren from creditors").fetchall() == [("111111111",)]
