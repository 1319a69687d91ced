import os
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.errors import LedgerRefused, PipelineError
from pipelines.sources import format_of, import_paths
from pipelines.store import open_store

MONDAY = datetime(2026, 3, 2, 8, 0)
HEADER = "claim_id,debtor_id,amount\n"


@pytest.fixture
def con(tmp_path: Path):
    with open_store(tmp_path / "home" / "store.duckdb") as con:
        yield con


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "ledger"
    path.mkdir()
    return path


def bring(con, *paths: Path, **options):
    return import_paths(con, list(paths), imported_at=MONDAY, **options)


def test_a_folder_is_imported_parents_first(con, folder: Path) -> None:
    (folder / "facts.csv").write_text(
        "subject_type,subject_id,name,value,known_on\nclaim,C1,n,1,2026-01-01\n"
    )
    (folder / "payments.csv").write_text(
        "payment_id,claim_id,paid_on,amount\nP1,C1,2026-02-01,0.10\n"
    )
    (folder / "Claims.CSV").write_text(HEADER + "C1,D1,100.10\n")
    (folder / "debtors.csv").write_text("debtor_id,name\nD1,Alpha\n")
    (folder / "notes.txt").write_text("hello")
    told: list[str] = []

    reports = bring(con, folder, progress=told.append)

    assert [Path(report.path).name for report in reports] == [
        "debtors.csv",
        "Claims.CSV",
        "payments.csv",
        "facts.csv",
    ]
    assert all(report.accepted == report.read == 1 for report in reports)
    assert told[0] == "debtors.csv: 1 of 1 rows"
    assert "notes.txt" in reports[-1].notes[-1]
    assert con.execute("select sum(amount) from payments").fetchall() == [(Decimal("0.10"),)]


def test_parquet_and_csv_of_one_ledger_give_the_same_rows(con, folder: Path) -> None:
    (folder / "claims.csv").write_text(
        HEADER.strip() + ",due_on,has_order,Score,Tags\n"
        "C1,D1,12.34,2026-01-31,true,1.5,a;b\nC2,D1,0.1,,false,,\n"
    )
    bring(con, folder)
    query = "select * exclude (source_id, imported_at) from claims order by claim_id"
    rows = con.execute(query).fetchall()
    other = folder.parent / "claims.parquet"
    pq.write_table(
        pa.table(
            {
                "claim_id": ["C1", "C2"],
                "debtor_id": ["D1", "D1"],
                "amount": [12.34, 0.1],
                "due_on": pa.array([date(2026, 1, 31), None]),
                "has_order": [True, False],
                "Score": [1.5, float("nan")],
                "Tags": [["a", "b"], None],
            }
        ),
        other,
    )
    (report,) = bring(con, other)

    assert report.accepted == 2
    assert con.execute(query).fetchall() == rows
    assert con.execute("select count(*) from past.claims").fetchall() == [(0,)]


def test_a_bom_a_quote_and_a_line_break_are_read_as_they_are(con, folder: Path) -> None:
    text = HEADER.strip() + ',invoice_number\nC1,D1,5,"F ""7"",\nbis"\nC2,D1,6,é\n'
    (folder / "claims.csv").write_bytes(text.encode("utf-8-sig"))

    (report,) = bring(con, folder)

    assert report.read == 2
    assert con.execute("select invoice_number, row_number from claims order by 1").fetchall() == [
        ('F "7",\nbis', 2),
        ("é", 4),
    ]


def test_an_uneven_row_is_refused_and_counted(con, folder: Path) -> None:
    (folder / "claims.csv").write_text(HEADER + "C1,D1,5\nC2,D1\nC3,D1,5,00\nC4,D1,6\n")

    (report,) = bring(con, folder)

    assert (report.read, report.accepted, report.quarantined) == (4, 2, 2)
    assert report.unreadable_amounts == 2
    assert report.amount_read == Decimal("11.00")
    held = con.execute("select row_number, reason from intake.quarantine order by 1").fetchall()
    assert [number for number, _ in held] == [3, 4]
    assert "2 cells where the header has 3" in held[0][1]


def test_a_column_of_the_source_may_be_called_row_number(con, folder: Path) -> None:
    (folder / "claims.csv").write_text(
        HEADER.strip() + ",row_number,'; drop table claims\nC1,D1,5,77,x\n"
    )
    bring(con, folder)
    assert con.execute("select row_number, extra from claims").fetchall() == [
        (2, '{"\'; drop table claims":"x","row_number (2)":"77"}')
    ]


def test_a_header_alone_is_a_ledger_without_rows(con, folder: Path) -> None:
    (folder / "claims.csv").write_text(HEADER)
    (report,) = bring(con, folder)
    assert (report.read, report.accepted, report.amount_read) == (0, 0, Decimal("0.00"))


def refusal(con, path: Path, **options) -> str:
    with pytest.raises(LedgerRefused) as refused:
        bring(con, path, **options)
    message = str(refused.value)
    assert "\n" not in message
    assert len(message) < 500
    assert con.execute("select count(*) from claims").fetchall() == [(0,)]
    return message


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("claims.csv", b"", "empty"),
        ("claims.csv", b"claim_id;debtor_id;amount\nC1;D1;5\n", "amount"),
        ("claims.csv", b"claim_id,amount\nC1,5\n", "required column debtor_id missing"),
        ("claims.csv", b"claim_id,debtor_id,amount,Amount\nC1,D1,5,6\n", "twice"),
        ("claims.csv", b"\x00\x01\x02\x03" * 500, "not text"),
        ("claims.csv", "claim_id,debtor_id,amount,n\nC1,D1,5,é\n".encode("cp1252"), "utf-8"),
        ("claims.csv", b'claim_id,debtor_id,amount\nC1,D1,"5\nC2,D1,6\n', "quote"),
        ("claims.parquet", b"", "Parquet"),
        ("claims.parquet", b"PAR1" + b"\x00" * 100, "not a readable Parquet file"),
    ],
)
def test_what_cannot_be_read_ends_in_one_line(con, folder, name, content, said) -> None:
    (folder / name).write_bytes(content)
    assert said in refusal(con, folder, format="canonical")


def test_a_hundred_thousand_columns_are_refused_at_once(con, folder: Path) -> None:
    names = ",".join(f"c{number}" for number in range(100_000))
    (folder / "claims.csv").write_text(HEADER.strip() + "," + names + "\n")
    assert "100003 columns, of which at most 500" in refusal(con, folder)


def test_a_cell_of_two_million_characters_costs_its_row_or_its_source(con, folder: Path) -> None:
    long = "x" * 2_000_000
    (folder / "claims.csv").write_text(HEADER + f"C1,D1,{long}\n")
    assert "line 2" in refusal(con, folder)

    pq.write_table(
        pa.table({"claim_id": ["C1"], "debtor_id": ["D1"], "amount": [5], "note": [long]}),
        folder.parent / "claims.parquet",
    )
    (report,) = bring(con, folder.parent / "claims.parquet")
    assert report.quarantined == 1
    (held,) = con.execute("select max(length(payload)) from intake.quarantine").fetchall()
    assert held[0] < 5000


def test_nested_columns_of_parquet_are_kept_as_text(con, folder: Path) -> None:
    pq.write_table(
        pa.table(
            {
                "claim_id": ["C1"],
                "debtor_id": ["D1"],
                "amount": pa.array([Decimal("5.00")]),
                "who": [{"name": "a", "tags": [1, 2]}],
                "raw": [b"\xff\x00"],
            }
        ),
        folder / "claims.parquet",
    )
    (report,) = bring(con, folder)
    assert report.accepted == 1
    assert "'tags'" in con.execute("select extra from claims").fetchall()[0][0]


def test_a_folder_with_no_table_or_twice_the_same_is_refused(con, folder: Path) -> None:
    assert "no file here is named after a table" in refusal(con, folder)
    (folder / "claims.csv").write_text(HEADER)
    pq.write_table(pa.table({"claim_id": ["C1"]}), folder / "claims.parquet")
    assert "both the table claims" in refusal(con, folder)


def test_what_is_no_source_is_refused_in_one_line(con, tmp_path: Path) -> None:
    assert "does not exist" in refusal(con, tmp_path / "nowhere.csv")
    (tmp_path / "a.xml").write_text("<Invoice/>")
    assert "not an invoice" in refusal(con, tmp_path / "a.xml")
    (tmp_path / "a.csv").write_bytes(b"")
    assert "is empty" in refusal(con, tmp_path / "a.csv")
    (tmp_path / "invoices.parquet").write_bytes(b"PAR1")
    assert "name of its table" in refusal(con, tmp_path / "invoices.parquet")
    assert "no format" in refusal(con, tmp_path / "a.xml", format="sage")


def test_strict_refuses_a_folder_whole(con, folder: Path) -> None:
    (folder / "debtors.csv").write_text("debtor_id\nD1\n")
    (folder / "claims.csv").write_text(HEADER + "C1,D1,abc\n")

    assert "1 of 1 rows refused" in refusal(con, folder, strict=True)
    assert con.execute("select count(*) from debtors").fetchall() == [(0,)]


def test_what_came_before_a_failing_path_stays(con, folder: Path) -> None:
    (folder / "claims.csv").write_text(HEADER + "C1,D1,5\n")
    with pytest.raises(PipelineError, match="does not exist"):
        bring(con, folder, folder / "nowhere.csv")
    assert con.execute("select count(*) from claims").fetchall() == [(1,)]


def test_the_format_is_told_by_name_and_content(folder: Path) -> None:
    (folder / "claims.csv").write_text(HEADER)
    (folder / "invoices.csv").write_text("Numéro;Client;Montant\n")
    (folder / "fec.txt").write_text(
        "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\n"
    )

    assert format_of(folder) == "canonical"
    assert format_of(folder / "claims.csv") == "canonical"
    assert format_of(folder / "claims.csv", mapped=True) == "ledger"
    assert format_of(folder / "invoices.csv") == "ledger"
    assert format_of(folder / "fec.txt") == "fec"


def test_a_table_that_is_a_pipe_or_a_lost_link_is_refused_and_not_waited_for(con, folder) -> None:
    os.mkfifo(folder / "debtors.csv")
    with pytest.raises(LedgerRefused, match="no file that can be read"):
        bring(con, folder)

    (folder / "debtors.csv").unlink()
    (folder / "debtors.csv").symlink_to(folder / "debtors.csv")
    with pytest.raises(LedgerRefused, match="no file that can be read"):
        bring(con, folder)


@pytest.mark.parametrize("kind", ["ledger", "fec", "bodacc"])
def test_a_folder_is_no_file_of_a_format_read_file_by_file(con, folder, kind) -> None:
    with pytest.raises(LedgerRefused, match="is a folder"):
        bring(con, folder, format=kind)


def test_a_partner_with_a_nonsense_fee_waits_in_quarantine_and_a_hostile_name_is_a_name(
    con, folder: Path
) -> None:
    (folder / "partners.csv").write_text(
        "partner_id,kind,name,area,fixed_fee,success_rate_fee\n"
        "1,lawyer,=cmd|' /C calc'!A0 <script>,69,800.00,0.1\n"
        "2,lawyer,Même nom,un peu partout,,\n"
        "3,lawyer,Même nom,,-1,\n"
        "4,agency,A,France,0,12\n"
        "5,agency,A,France,0,-0.1\n"
        "6,notary,A,France,0,0\n"
        "7,mediator,A,France,beaucoup,\n"
        ",mediator,A,France,1,\n"
    )

    (report,) = bring(con, folder)

    assert (report.read, report.accepted, report.quarantined) == (8, 2, 6)
    kept = con.execute("select name, area, fixed_fee from partners order by partner_id").fetchall()
    assert kept[0] == ("=cmd|' /C calc'!A0 <script>", "69", Decimal("800.00"))
    assert kept[1] == ("Même nom", "un peu partout", None)
    reasons = con.execute("select reason from intake.quarantine order by row_number").fetchall()
    assert all(
        word in reason
        for (reason,), word in zip(
            reasons,
            ("below 0", "fraction", "fraction", "notary", "beaucoup", "partner_id"),
            strict=True,
        )
    )


def test_a_due_day_that_somebody_states_is_assumed_no_longer(con, folder: Path) -> None:
    whole = "claim_id,debtor_id,amount,issued_on,due_on,date_basis\n"
    first, then = folder / "claims.csv", folder / "later" / "claims.csv"
    first.write_text(
        whole
        + "C1,D1,1,2026-01-01,2026-01-31,assumed\nC2,D1,1,2026-01-01,2026-01-31,assumed\n"
        + "C3,D1,1,2026-01-01,,\n"
    )
    then.parent.mkdir()
    then.write_text(
        "claim_id,debtor_id,amount,due_on\nC1,D1,1,2026-02-15\nC2,D1,1,\nC3,D1,1,2026-02-15\n"
    )
    bring(con, first)
    bring(con, then)

    told = con.execute("select claim_id, date_basis from claims order by claim_id").fetchall()
    # What never had a basis keeps none: the core reads it from the day.
    assert told == [("C1", "stated"), ("C2", "assumed"), ("C3", None)]

    # The file that assumes comes again, with a new day: only what nobody stated follows.
    first.write_text(first.read_text().replace("2026-01-31", "2026-01-30"))
    bring(con, first)

    again = con.execute("select claim_id, due_on::varchar from claims order by claim_id limit 2")
    assert again.fetchall() == [("C1", "2026-02-15"), ("C2", "2026-01-30")]


@pytest.mark.parametrize("told", ["fr;en", "fr | en", '"fr, en"', "\"['fr', 'en']\"", "fr;;en;"])
def test_a_list_is_read_however_it_is_parted(con, folder: Path, told: str) -> None:
    (folder / "agents.csv").write_text(f"agent_id,languages\nA1,{told}\n")

    bring(con, folder)

    assert con.execute("select languages from agents").fetchall() == [(["fr", "en"],)]
