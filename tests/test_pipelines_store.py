import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from data_schema import tables
from pipelines import build
from pipelines.contents import contents
from pipelines.errors import PipelineError
from pipelines.intake import retire, upsert
from pipelines.store import columns_of, open_store, statement, transaction

MONDAY = datetime(2026, 3, 2, 8, 0)
TUESDAY = datetime(2026, 3, 3, 8, 0)


def put_claim(con, sql: str, at: datetime):
    con.execute("create or replace temp table coming as " + sql)
    with transaction(con):
        return upsert(con, "claims", "coming", source_id="s", imported_at=at)


def test_the_store_has_every_table_of_the_contract_and_its_past(tmp_path: Path) -> None:
    with open_store(tmp_path / "home" / "store.duckdb") as con:
        for name, table in tables("in").items():
            stored = columns_of(con, f"main.{name}")
            assert set(table.names) <= set(stored)
            assert {"source_id", "row_number", "imported_at", "row_hash"} <= set(stored)
            assert columns_of(con, f"past.{name}") == [*stored, "replaced_at"]
            assert ("extra" in stored) is (name in ("claims", "debtors"))


def test_a_store_opens_again_and_an_older_one_gains_its_missing_column(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    with open_store(path) as con:
        con.execute("insert into claims (claim_id, debtor_id, amount) values ('C1', 'D1', 5)")
        con.execute("alter table claims drop column marks")

    with open_store(path) as con:
        assert con.execute("select claim_id, amount, marks from claims").fetchall() == [
            ("C1", Decimal("5.00"), None)
        ]


def test_an_older_store_is_brought_up_to_date_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    with open_store(path) as con:
        con.execute("insert into claims (claim_id, debtor_id, amount) values ('C1', 'D1', 5)")
        con.execute("alter table claims drop column marks")
        con.execute("drop table bank_lines")

    assert contents(path)["bank_lines"] == 0
    with open_store(path, read_only=True) as con:
        assert con.execute("select claim_id, marks from claims").fetchall() == [("C1", None)]


def test_a_build_on_an_older_store_finds_every_column(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    with open_store(path) as con:
        con.execute("alter table debtors drop column address")
    with build.connect(None, path) as con:
        assert "address" in columns_of(con, "ledger.main.debtors")


def test_nothing_is_fetched_from_outside(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.duckdb") as con:
        settings = dict(
            con.execute(
                "select name, value from duckdb_settings()"
                " where name like 'auto%known_extensions' or name = 'threads'"
            ).fetchall()
        )
    assert settings == {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "threads": "2",
    }


def test_a_file_that_is_no_store_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    path.write_bytes(b"not a database" * 1000)

    with pytest.raises(PipelineError, match=r"store\.duckdb: the store cannot be opened") as error:
        open_store(path)
    assert "\n" not in str(error.value)


def test_a_store_in_use_elsewhere_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(PipelineError, match="another process holds the store") as error:
            open_store(path)
        other.communicate(b"\n")
    assert "\n" not in str(error.value)


def test_reading_a_store_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="no store yet"):
        open_store(tmp_path / "store.duckdb", read_only=True)
    assert not (tmp_path / "store.duckdb").exists()


def test_a_read_only_store_takes_nothing(tmp_path: Path) -> None:
    open_store(tmp_path / "store.duckdb").close()
    with (
        open_store(tmp_path / "store.duckdb", read_only=True) as con,
        pytest.raises(duckdb.Error, match="read-only"),
    ):
        con.execute("delete from claims")


def test_a_changed_row_replaces_the_old_one_which_stays_in_the_past(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.duckdb") as con:
        old = "select 'C1' as claim_id, 'D1' as debtor_id, 10.00::decimal(18,2) as amount"
        new = "select 'C1' as claim_id, 'D1' as debtor_id, 12.00::decimal(18,2) as amount"
        first = put_claim(con, old + ", 2 as row_number", MONDAY)
        second = put_claim(con, new + ", 2 as row_number", TUESDAY)

        assert (first.inserted, first.replaced) == (1, 0)
        assert (second.inserted, second.replaced) == (0, 1)
        assert con.execute("select amount, imported_at from claims").fetchall() == [
            (Decimal("12.00"), TUESDAY)
        ]
        past = con.execute("select amount, imported_at, replaced_at from past.claims").fetchall()
        assert past == [(Decimal("10.00"), MONDAY, TUESDAY)]


def test_an_equal_row_is_not_touched(tmp_path: Path) -> None:
    row = (
        "select 'C1' as claim_id, 'D1' as debtor_id, 10::decimal(18,2) as amount, {n} as row_number"
    )
    with open_store(tmp_path / "store.duckdb") as con:
        put_claim(con, row.format(n=2), MONDAY)
        before = con.execute("select * from claims").fetchall()
        counts = put_claim(con, row.format(n=7), TUESDAY)

        assert counts.unchanged == 1
        assert con.execute("select * from claims").fetchall() == before
        assert con.execute("select count(*) from past.claims").fetchall() == [(0,)]


def test_a_missing_column_keeps_the_stored_value_and_an_empty_cell_blanks_it(
    tmp_path: Path,
) -> None:
    row = "select 'C1' as claim_id, 'D1' as debtor_id, 10::decimal(18,2) as amount, 2 as row_number"
    with open_store(tmp_path / "store.duckdb") as con:
        put_claim(con, row + ", 'F1' as invoice_number, 'USD' as currency", MONDAY)
        put_claim(con, row + ", 'transport' as nature", TUESDAY)
        kept = con.execute("select invoice_number, currency, nature from claims").fetchall()
        put_claim(con, row + ", null::varchar as invoice_number", TUESDAY)
        blanked = con.execute("select invoice_number, currency, nature from claims").fetchall()

    assert kept == [("F1", "USD", "transport")]
    assert blanked == [(None, "USD", "transport")]


def test_further_columns_are_merged_by_name_whatever_their_order(tmp_path: Path) -> None:
    row = "select 'C1' as claim_id, 'D1' as debtor_id, 10::decimal(18,2) as amount, 2 as row_number"
    with open_store(tmp_path / "store.duckdb") as con:
        put_claim(con, row + """, '{"a":"1","z":"é"}' as extra""", MONDAY)
        same = put_claim(con, row + """, '{"z":"é"}' as extra""", TUESDAY)
        changed = put_claim(con, row + """, '{"a":null,"m":"2"}' as extra""", TUESDAY)

        assert (same.unchanged, changed.replaced) == (1, 1)
        extra = con.execute("select extra from claims").fetchall()
        assert extra == [('{"m":"2","z":"é"}',)]


def test_a_key_on_two_rows_is_refused(tmp_path: Path) -> None:
    row = "select 'C1' as claim_id, 'D1' as debtor_id, 10::decimal(18,2) as amount, 2 as row_number"
    with (
        open_store(tmp_path / "store.duckdb") as con,
        pytest.raises(PipelineError, match="claims: 1 keys stand on several rows"),
    ):
        put_claim(con, row + " union all " + row, MONDAY)


def test_a_retired_row_leaves_for_the_past(tmp_path: Path) -> None:
    row = "select 'C1' as claim_id, 'D1' as debtor_id, 10::decimal(18,2) as amount, 2 as row_number"
    with open_store(tmp_path / "store.duckdb") as con:
        put_claim(con, row, MONDAY)
        con.execute("create temp table leaving as select 'C1' as claim_id")

        assert retire(con, "claims", "leaving", imported_at=TUESDAY) == 1
        assert con.execute("select count(*) from claims").fetchall() == [(0,)]
        assert con.execute("select replaced_at from past.claims").fetchall() == [(TUESDAY,)]


def test_a_part_of_a_key_may_be_empty(tmp_path: Path) -> None:
    label = (
        "select 'D1' as debtor_id, 'bad_faith' as profile, date '2026-01-01' as labelled_on,"
        " null::varchar as labelled_by, 2 as row_number"
    )
    with open_store(tmp_path / "store.duckdb") as con:
        con.execute("create temp table coming as " + label)
        first = upsert(con, "profile_labels", "coming", source_id="s", imported_at=MONDAY)
        again = upsert(con, "profile_labels", "coming", source_id="s", imported_at=TUESDAY)
    assert (first.inserted, again.unchanged) == (1, 1)


def _insert_and_fail(con: duckdb.DuckDBPyConnection) -> None:
    with transaction(con):
        con.execute("insert into claims (claim_id) values ('C1')")
        con.execute("select 'x'::integer")


def test_a_block_that_fails_changes_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.duckdb") as con:
        with pytest.raises(duckdb.ConversionException):
            _insert_and_fail(con)
        assert con.execute("select count(*) from claims").fetchall() == [(0,)]


def test_filled_text_is_never_filled_again() -> None:
    assert statement("{a} {b}", a="{b}", b="x") == "{b} x"
