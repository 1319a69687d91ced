"""The two published ledgers, to the cent, against a reading of the files by other means."""

import csv
from collections import defaultdict
from decimal import Decimal

import duckdb
import pytest

LEDGERS = [
    ("0000000001FEC20220831.txt", "\t", "utf-8-sig", "2022-09-15", Decimal("52517.24")),
    ("111111111FEC20221231.TXT", "|", "cp850", "2024-01-15", Decimal("14416.52")),
]


def customer_balances(path, separator, encoding):
    """Debit less credit of every customer account, read line by line."""
    balances = defaultdict(Decimal)
    with path.open(encoding=encoding, newline="") as file:
        rows = csv.reader((line.rstrip("\r\n") for line in file), delimiter=separator)
        header = [name.strip() for name in next(rows)]
        for cells in rows:
            row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            if not row or not row.get("CompteNum", "").startswith(("411", "416")):
                continue
            customer = row["CompAuxNum"] or row["CompteNum"]
            amounts = (Decimal(row[side].replace(",", ".")) for side in ("Debit", "Credit"))
            balances[customer] += next(amounts) - next(amounts)
    return {customer: balance for customer, balance in balances.items() if balance}


@pytest.fixture(scope="module", params=LEDGERS, ids=lambda ledger: ledger[0])
def published(request, data, amiable, tmp_path_factory):
    name, separator, encoding, day, total = request.param
    home = tmp_path_factory.mktemp("home")
    path = data / "fec" / name
    _, imported, _ = amiable("import", path, "--home", home, "--json")
    _, ran, _ = amiable("run", "--as-of", day, "--home", home, "--json")
    con = duckdb.connect(str(home / "warehouse.duckdb"), read_only=True)
    balances = customer_balances(path, separator, encoding)
    yield con, balances, total, imported, ran, home, path, day
    con.close()


def test_every_line_and_every_cent_is_accounted_for(published):
    imported = published[3]

    (source,) = imported["sources"]

    assert source["read"] == source["accepted"] + source["out_of_scope"] + source["quarantined"]
    parts = ("amount_accepted", "amount_out_of_scope", "amount_quarantined")
    assert round(source["amount_read"], 2) == round(sum(source[part] for part in parts), 2)
    for side in source["sides"].values():
        parts = side["accepted"] + side["out_of_scope"] + side["quarantined"]
        assert round(side["read"], 2) == round(parts, 2)


def test_open_less_credits_is_the_balance_of_every_customer(published):
    con, balances, total, *_ = published

    rows = con.execute(
        "select name, sum(amount) from ("
        " select debtor_id, open_amount as amount from mart.claims"
        " union all select debtor_id, -amount from mart.credits)"
        " join core.debtors using (debtor_id) group by debtor_id, name having sum(amount) <> 0"
    ).fetchall()

    assert sorted(amount for _, amount in rows) == sorted(balances.values())
    assert sum(amount for _, amount in rows) == total


def test_dates_are_assumed_and_said_so(published):
    con = published[0]

    bases = dict(con.execute("select date_basis, count(*) from mart.claims group by 1").fetchall())

    assert "stated" not in bases


def test_what_is_lettered_outside_the_file_is_never_escalated(published):
    con = published[0]

    harsh = con.execute(
        "select count(*) from mart.recommendations join mart.claims using (claim_id)"
        " where list_contains(flags, 'lettered_outside_file')"
        " and (recommendations.stage <> 'reminder'"
        " or action in ('sue', 'third_party', 'formal_notice'))"
    ).fetchone()[0]

    assert harsh == 0


def test_importing_twice_and_running_twice_changes_nothing(published, amiable):
    con, *_, home, path, day = published
    before = hashes(con)

    amiable("import", path, "--home", home)
    amiable("run", "--as-of", day, "--home", home)

    with duckdb.connect(str((home / "warehouse.duckdb").resolve()), read_only=True) as again:
        assert hashes(again) == before


def hashes(con):
    names = con.execute(
        "select table_name from information_schema.tables where table_schema = 'mart'"
        " and table_name <> 'runs' order by 1"
    ).fetchall()
    return {
        name: con.execute(f"from mart.{name} order by all").fetchall().__repr__()
        for (name,) in names
    }


def test_half_a_ledger_ends_in_quarantine(data, amiable, tmp_path):
    whole = (data / "fec" / "0000000001FEC20220831.txt").read_bytes()
    cut = tmp_path / "0000000001FEC20220831.txt"
    cut.write_bytes(whole[: len(whole) // 2 + 37])

    _, told, _ = amiable("import", cut, "--home", tmp_path / "home", "--json")

    (source,) = told["sources"]
    assert source["quarantined"] == 1
    assert source["read"] == source["accepted"] + source["out_of_scope"] + source["quarantined"]
