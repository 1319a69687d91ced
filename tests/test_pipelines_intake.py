import shutil
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import LedgerRefused, PipelineError
from pipelines.intake import load
from pipelines.sources.reading import Incoming, Reading, SourceReport
from pipelines.store import open_store, quoted

MONDAY = datetime(2026, 3, 2, 8, 0)
TUESDAY = datetime(2026, 3, 3, 8, 0)


@pytest.fixture(scope="module")
def new_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("new") / "store.duckdb"
    with open_store(path) as con:
        con.execute("insert into main.debtors (debtor_id, name) values ('D1', 'Alpha')")
    return path


@pytest.fixture
def con(new_store: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    shutil.copy(new_store, tmp_path / "store.duckdb")
    with open_store(tmp_path / "store.duckdb") as con:
        yield con


def put(
    con, table: str, rows: list[dict[str, str | None]], relation: str | None = None
) -> Incoming:
    """Rows as a reader hands them over; the first is row 2 unless it says ``row_number``."""
    relation = relation or "coming_" + table
    names = list(dict.fromkeys(name for row in rows for name in row if name != "row_number"))
    columns = ", ".join(quoted(name) + " varchar" for name in names)
    con.execute(f"create or replace temp table {relation} (row_number bigint, {columns})")
    for number, row in enumerate(rows, start=2):
        values = [row.get("row_number", number), *(row.get(name) for name in names)]
        con.execute(f"insert into {relation} values ({', '.join('?' * len(values))})", values)
    return Incoming(table, relation)


def take(
    con, table: str, *rows: dict[str, str | None], at: datetime = MONDAY, **options
) -> SourceReport:
    path = options.pop("path", table + ".csv")
    reading = Reading(path, "canonical", [put(con, table, list(rows))], read=len(rows))
    return load(con, reading, imported_at=at, **options)


def claim(**changes: str | None) -> dict[str, str | None]:
    return {"claim_id": "C1", "debtor_id": "D1", "amount": "100.50"} | changes


def reasons(con) -> list[str]:
    sql = "select reason from intake.quarantine order by source, row_number, reason"
    return [reason for (reason,) in con.execute(sql).fetchall()]


def everything(con) -> list[object]:
    names = con.execute(
        "select schema_name || '.' || table_name from duckdb_tables()"
        " where not temporary order by all"
    ).fetchall()
    return [con.execute(f"select * from {name} order by all").fetchall() for (name,) in names]


@pytest.mark.parametrize(
    ("table", "column", "text", "value"),
    [
        ("claims", "amount", " 1234.5 ", Decimal("1234.50")),
        ("claims", "amount", "1.2e3", Decimal("1200.00")),
        ("claims", "amount", "12.340000000001", Decimal("12.34")),
        ("claims", "due_on", "2026-03-31", datetime(2026, 3, 31).date()),
        ("claims", "due_on", "2026-03-31 00:00:00", datetime(2026, 3, 31).date()),
        ("claims", "has_order", "OUI", True),
        ("claims", "has_order", "faux", False),
        ("claims", "has_order", "0", False),
        ("claims", "contract_penalty_rate", "0.12", Decimal("0.120000")),
        ("claims", "limitation_months", "60.0", 60),
        ("claims", "currency", "usd", "USD"),
        ("claims", "currency", "", "EUR"),
        ("claims", "nature", "Transport", "transport"),
        ("claims", "marks", "a; b|c", ["a", "b", "c"]),
        ("claims", "invoice_number", 'l\'avoir "7"\nbis', 'l\'avoir "7"\nbis'),
    ],
)
def test_a_text_becomes_the_value_it_says(con, table, column, text, value) -> None:
    report = take(con, table, claim(**{column: text}))

    assert (report.accepted, report.quarantined) == (1, 0)
    assert con.execute(f"select {column} from {table}").fetchall() == [(value,)]


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("amount", "1e30", "out of range"),
        ("amount", "1000000000000", "out of range"),
        ("amount", "12.345", "at most two decimals"),
        ("amount", "12,34", "at most two decimals"),
        ("amount", "nan", "at most two decimals"),
        ("amount", "inf", "at most two decimals|out of range"),
        ("amount", "-5", "below 0"),
        ("amount", "", "amount is missing"),
        ("amount", "1_000", "at most two decimals"),
        ("claim_id", " ", "claim_id is missing"),
        ("claim_id", "x" * 201, "longer than 200 characters"),
        ("invoice_number", "x" * 2_000_000, "longer than 100000 characters"),
        ("due_on", "2026-02-30", "not a day from 1900 to 2100"),
        ("due_on", "31/03/2026", "not a day"),
        ("due_on", "1899-12-31", "not a day"),
        ("due_on", "9999-12-31", "not a day"),
        ("has_order", "maybe", "neither yes nor no"),
        ("nature", "gift", "none of contract, cheque"),
        ("currency", "euros", "three letters of a currency"),
        ("contract_penalty_rate", "12", "0.12 for 12 %"),
        ("limitation_months", "6.5", "not a whole number"),
    ],
)
def test_a_wrong_value_sends_its_row_to_quarantine(con, column, text, reason) -> None:
    report = take(con, "claims", claim(**{column: text}), claim(claim_id="C2"))

    assert (report.read, report.accepted, report.quarantined) == (2, 1, 1)
    (said,) = reasons(con)
    assert said.startswith(column + " is ")
    assert any(part in said for part in reason.split("|"))
    assert len(said) < 250
    assert con.execute("select claim_id from claims").fetchall() == [("C2",)]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-15T10:30", datetime(2026, 1, 15, 10, 30)),
        ("2026-01-15", datetime(2026, 1, 15)),
        ("2026-01-15T10:30:00Z", datetime(2026, 1, 15, 11, 30)),
        ("2026-07-15 10:30:00 +0200", datetime(2026, 7, 15, 10, 30)),
        ("2026-07-15T10:30:00.250-05:00", datetime(2026, 7, 15, 17, 30, 0, 250000)),
    ],
)
def test_a_moment_with_a_zone_is_told_in_french_time(con, text, moment) -> None:
    take(con, "claims", claim())
    action = {"action_id": "A1", "claim_id": "C1", "at": text}
    take(con, "actions", action | {"channel": "email", "stage": "reminder"})

    assert reasons(con) == []
    assert con.execute('select "at" from actions').fetchall() == [(moment,)]


def test_a_business_may_be_older_than_any_debt(con) -> None:
    take(con, "debtors", {"debtor_id": "D2", "created_on": "1665-10-01"})
    take(con, "debtors", {"debtor_id": "D3", "created_on": "1499-12-31"}, path="b.csv")

    assert con.execute("select debtor_id from debtors order by 1").fetchall() == [("D1",), ("D2",)]
    assert "from 1500 to 2100" in reasons(con)[0]


def test_a_row_says_all_its_reasons_and_how_it_was_read(con) -> None:
    take(con, "claims", claim(amount="x", due_on="never", invoice_number="F'1", Segment='a"b'))

    assert reasons(con)[0].count("; ") >= 1
    row = con.execute("select table_name, row_number, payload, key from intake.quarantine")
    assert row.fetchall() == [
        (
            "claims",
            2,
            '{"claim_id":"C1","debtor_id":"D1","amount":"x","due_on":"never",'
            '"invoice_number":"F\'1","Segment":"a\\"b"}',
            "C1",
        )
    ]


def test_rows_and_cents_are_all_accounted_for(con) -> None:
    report = take(
        con,
        "claims",
        claim(),
        claim(claim_id="C2", amount="0.10", nature="gift"),
        claim(claim_id="C3", amount="abc"),
        claim(claim_id="C4", amount="-0.20"),
    )

    assert report.read == report.accepted + report.quarantined == 4
    assert report.amount_read == Decimal("100.40")
    assert report.amount_accepted == Decimal("100.50")
    assert report.amount_quarantined == Decimal("-0.10")
    assert report.unreadable_amounts == 1
    assert report.tables == {"claims": 1}


def test_a_wrong_siren_costs_the_siren_and_not_the_row(con) -> None:
    good, wrong = "732 829 320", "732829321"
    report = take(
        con,
        "debtors",
        {"debtor_id": "D2", "siren": good},
        {"debtor_id": "D3", "siren": wrong},
        {"debtor_id": "D4", "siren": "73282932000074"},
        {"debtor_id": "D5", "siren": "000000000"},
    )

    assert report.accepted == 4
    assert con.execute("select siren from debtors order by debtor_id offset 1").fetchall() == [
        ("732829320",),
        (None,),
        ("732829320",),
        (None,),
    ]
    assert any("2 wrong SIREN" in note for note in report.notes)


def test_an_invented_siren_is_accepted_in_a_demonstration_only(con) -> None:
    row = {"debtor_id": "D2", "siren": "732829321"}
    take(con, "debtors", row, demo=True)
    assert con.execute("select siren from debtors where debtor_id = 'D2'").fetchall() == [
        ("732829321",)
    ]


def test_parents_that_only_claims_name_are_created_and_later_filled_in(con) -> None:
    report = take(con, "claims", claim(debtor_id="D9", creditor_id="K1"))
    created = con.execute("select name, row_number from debtors where debtor_id = 'D9'").fetchall()
    take(con, "debtors", {"debtor_id": "D9", "name": "Neuf SARL"}, at=TUESDAY)
    take(con, "claims", claim(debtor_id="D9", creditor_id="K1", amount="3"), at=TUESDAY)

    assert created == [("D9", None)]
    assert any("1 debtor was created" in note for note in report.notes)
    assert con.execute("select name from debtors where debtor_id = 'D9'").fetchall() == [
        ("Neuf SARL",)
    ]


def test_a_refused_row_creates_nobody(con) -> None:
    take(con, "claims", claim(debtor_id="D9", creditor_id="K1", amount="abc"))

    assert con.execute("select debtor_id from debtors").fetchall() == [("D1",)]
    assert con.execute("select * from creditors").fetchall() == []


def test_an_unknown_parent_is_named(con) -> None:
    take(
        con,
        "payments",
        {"payment_id": "P1", "claim_id": "C7", "paid_on": "2026-01-01", "amount": "5"},
    )
    assert reasons(con) == [
        'claim_id is "C7": no such row in claims; import it first, or correct the identifier'
    ]


def test_a_payment_says_which_claim_or_who_paid(con) -> None:
    paid = {"paid_on": "2026-01-01", "amount": "5"}
    report = take(
        con, "payments", paid | {"payment_id": "P1"}, paid | {"payment_id": "P2", "debtor_id": "D1"}
    )
    assert (report.accepted, report.quarantined) == (1, 1)
    assert "both missing" in reasons(con)[0]


def test_a_fact_needs_its_subject(con) -> None:
    fact = {"subject_type": "debtor", "name": "n", "value": "1", "known_on": "2026-01-01"}
    report = take(con, "facts", fact | {"subject_id": "D1"}, fact | {"subject_id": "D8"})
    assert (report.accepted, report.quarantined) == (1, 1)
    assert "no such debtor" in reasons(con)[0]


def test_of_rows_with_one_key_the_first_good_one_stays(con) -> None:
    take(con, "claims", claim(amount="x"), claim(), claim(), claim(amount="7"))

    assert con.execute("select amount, row_number from claims").fetchall() == [
        (Decimal("100.50"), 3)
    ]
    assert reasons(con)[1:] == [
        "duplicate of row 3",
        'claim_id is "C1": row 3 has it too, with other content; keep one of them',
    ]


def test_importing_twice_changes_nothing_at_all(con) -> None:
    rows = [claim(creditor_id="K1", Segment="a"), claim(amount="x"), claim(), claim(amount="1e30")]
    take(con, "claims", *rows)
    before = everything(con)
    take(con, "claims", *rows, at=TUESDAY)

    assert everything(con) == before


def test_a_corrected_row_leaves_quarantine(con) -> None:
    take(con, "claims", claim(amount="x"), claim(claim_id="C2", amount="y"))
    take(con, "claims", claim(), path="corrected.csv", at=TUESDAY)

    assert con.execute("select key from intake.quarantine").fetchall() == [("C2",)]


def test_a_row_without_key_leaves_when_its_number_is_accepted_from_the_same_path(con) -> None:
    take(con, "claims", claim(claim_id=None))
    take(con, "claims", claim(claim_id="C5"), path="other.csv")
    assert len(reasons(con)) == 1
    take(con, "claims", claim(claim_id="C1"))
    assert reasons(con) == []


def test_a_row_refused_anew_keeps_one_entry_with_the_new_reason(con) -> None:
    take(con, "claims", claim(amount="x", due_on="never"))
    take(con, "claims", claim(amount="x"), at=TUESDAY)

    (reason,) = reasons(con)
    assert "due_on" not in reason


def test_strict_refuses_the_whole_source(con) -> None:
    before = everything(con)
    with pytest.raises(LedgerRefused, match=r"claims\.csv: 1 of 2 rows refused.* row 3: amount"):
        take(con, "claims", claim(), claim(claim_id="C2", amount="x"), strict=True)
    assert everything(con) == before


def test_further_columns_are_kept_and_known_as_numbers_or_words(con) -> None:
    hostile = "'; drop table claims; --\""
    take(con, "claims", claim(**{hostile: "1", "Score": "1.5", "Segment": "a", "extra": "e"}))
    take(con, "claims", claim(claim_id="C2", **{hostile: "x", "Score": "2"}))

    found = con.execute(
        "select column_name, numeric, known from intake.extra_columns order by 1"
    ).fetchall()
    assert found == [
        (hostile, False, "issue"),
        ("Score", True, "issue"),
        ("Segment", False, "issue"),
        ("extra", False, "issue"),
    ]
    assert con.execute("select extra from claims order by claim_id").fetchall() == [
        ('{"\'; drop table claims; --\\"":"1","Score":"1.5","Segment":"a","extra":"e"}',),
        ('{"\'; drop table claims; --\\"":"x","Score":"2"}',),
    ]


def test_what_the_mapping_says_of_a_column_is_kept(con) -> None:
    incoming = put(con, "claims", [claim(Disputed="1")])
    load(con, Reading("a", "ledger", [incoming], known={"Disputed": "close"}), imported_at=MONDAY)
    take(con, "claims", claim(claim_id="C2", Disputed="0"), at=TUESDAY)
    assert con.execute("select known from intake.extra_columns").fetchall() == [("close",)]


def test_unknown_columns_of_other_tables_are_named_and_ignored(con) -> None:
    report = take(
        con,
        "payments",
        {"payment_id": "P1", "debtor_id": "D1", "paid_on": "2026-01-01", "amount": "5", "xy": "1"},
    )
    assert any("xy" in note for note in report.notes)


def test_too_many_columns_are_refused_in_one_line(con) -> None:
    wide = claim(**{f"c{n}": "1" for n in range(600)})
    with pytest.raises(LedgerRefused, match=r"603 columns, of which at most 500") as error:
        take(con, "claims", wide)
    assert "\n" not in str(error.value)


def test_a_missing_required_column_is_refused_in_one_line(con) -> None:
    with pytest.raises(LedgerRefused, match="required columns debtor_id, amount missing"):
        take(con, "claims", {"claim_id": "C1"})


def test_one_refused_row_withholds_all_that_was_made_of_it(con) -> None:
    reading = Reading(
        "ledger.csv",
        "ledger",
        [
            put(con, "claims", [claim(amount="x"), claim(claim_id="C2")]),
            put(
                con,
                "payments",
                [
                    {
                        "row_number": n,
                        "payment_id": f"P{n}",
                        "claim_id": c,
                        "paid_on": "2026-01-01",
                        "amount": "5",
                    }
                    for n, c in ((2, "C1"), (3, "C2"), (4, "C1"))
                ],
            ),
            put(con, "debtors", [{"debtor_id": "D1", "name": "A"}, {"debtor_id": "D1"}]),
        ],
    )
    report = load(con, reading, imported_at=MONDAY)

    assert (report.read, report.accepted, report.quarantined) == (3, 1, 2)
    assert con.execute("select payment_id from payments").fetchall() == [("P3",)]
    assert "itself refused" in reasons(con)[1]


def test_a_debtor_told_on_several_rows_is_one_debtor(con) -> None:
    reading = Reading(
        "ledger.csv",
        "ledger",
        [
            put(con, "claims", [claim(), claim(claim_id="C2")]),
            put(
                con,
                "debtors",
                [{"debtor_id": "D1", "email": None}, {"debtor_id": "D1", "email": "a@b.fr"}],
            ),
        ],
    )
    report = load(con, reading, imported_at=MONDAY)

    assert (report.accepted, report.tables) == (2, {"debtors": 1, "claims": 2})
    assert con.execute("select email from debtors").fetchall() == [("a@b.fr",)]


def test_rows_that_the_reader_refused_are_in_the_account(con) -> None:
    incoming = put(con, "claims", [claim()])
    con.execute(
        "create temp table refused as select 9::bigint as row_number, 'claims' as table_name,"
        " 'cut short' as reason, '{}' as payload, 2.50::decimal(38,2) as amount"
    )
    reading = Reading(
        "a.csv",
        "ledger",
        [incoming],
        read=4,
        out_of_scope=2,
        amount_out_of_scope=Decimal("1.00"),
        refused="refused",
    )
    report = load(con, reading, imported_at=MONDAY)

    assert (report.read, report.accepted, report.quarantined, report.out_of_scope) == (4, 1, 1, 2)
    assert report.amount_read == Decimal("104.00")
    assert report.amount_quarantined == Decimal("2.50")


def test_a_reader_that_loses_a_row_is_found_out(con) -> None:
    reading = Reading("a.csv", "ledger", [put(con, "claims", [claim()])], read=2)
    with pytest.raises(PipelineError, match="2 rows were read and 1 handed over"):
        load(con, reading, imported_at=MONDAY)


def test_a_credit_note_among_invoices_takes_its_amount_away(con) -> None:
    credit = {"debtor_id": "D1", "paid_on": "2026-01-01"}
    payments = [
        credit | {"row_number": 2, "payment_id": "C1#paid", "claim_id": "C1", "amount": "40"},
        credit | {"row_number": 3, "payment_id": "AV1", "amount": "30"},
        credit | {"row_number": 4, "payment_id": "AV2", "amount": "20", "method": "barter"},
    ]
    incoming = [put(con, "claims", [claim(amount="100")]), put(con, "payments", payments)]
    report = load(con, Reading("ledger.csv", "ledger", incoming), imported_at=MONDAY)

    assert (report.read, report.accepted, report.quarantined) == (3, 2, 1)
    assert report.amount_accepted == Decimal("70.00")
    assert report.amount_quarantined == Decimal("-20.00")
    assert report.amount_read == Decimal("50.00")
    held = con.execute("select table_name, key from intake.quarantine").fetchall()
    assert held == [("payments", "AV2")]
