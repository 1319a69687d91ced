"""The public invoice file: a proposed mapping, a day in the past, an honest back-test."""

import csv
from datetime import datetime
from decimal import Decimal

import duckdb
import pytest

FILE = "ibm_late_payment/WA_Fn-UseC_-Accounts-Receivable.csv"
DAY = "2013-08-01"


@pytest.fixture(scope="module")
def home(data, amiable, tmp_path_factory):
    made = tmp_path_factory.mktemp("home")
    amiable("import", data / FILE, "--home", made)
    amiable("run", "--as-of", DAY, "--home", made)
    return made


def invoices(data):
    with (data / FILE).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            days = {
                k: datetime.strptime(row[k], "%d/%m/%Y") for k in ("InvoiceDate", "SettledDate")
            }
            yield row, days["InvoiceDate"], days["SettledDate"]


def test_the_open_claims_of_the_day_are_those_of_the_file(home, data):
    day = datetime.fromisoformat(DAY)
    expected = {
        row["invoiceNumber"]: Decimal(row["InvoiceAmount"])
        for row, issued, settled in invoices(data)
        if issued <= day < settled
    }

    with duckdb.connect(str((home / "warehouse.duckdb").resolve()), read_only=True) as con:
        found = dict(con.execute("select claim_id, open_amount from mart.claims").fetchall())

    assert found == expected


def test_the_proposed_mapping_can_be_saved_and_used(data, amiable, tmp_path):
    mapping = tmp_path / "mapping.yaml"
    amiable("import", data / FILE, "--save-mapping", mapping, "--home", tmp_path / "home")

    _, told, _ = amiable(
        "import", data / FILE, "--mapping", mapping, "--home", tmp_path / "home", "--json"
    )

    (source,) = told["sources"]
    assert (source["read"], source["accepted"], source["quarantined"]) == (2466, 2466, 0)
    assert told["tables"]["claims"] == 2466


def test_the_back_test_of_lateness_is_honest(home, amiable):
    _, told, _ = amiable(
        "evaluate", "--target", "late", "--train-before", "2013-07-01", "--home", home, "--json"
    )

    assert (told["n_train"], told["n_test"]) == (1846, 536)
    assert 0.84 < told["metrics"]["auc"] < 0.905, "above .905 something leaks"
    assert told["metrics"]["auc"] > told["baseline"]["auc"] - 0.02
