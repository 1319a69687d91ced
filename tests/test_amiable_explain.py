"""One claim is told from its row to its worklist line, today or on a day gone by."""

import json
import shutil
from datetime import date, datetime, timedelta
from decimal import Decimal

import duckdb
import pandas as pd
import pytest
from typer.testing import CliRunner

from amiable import statement
from amiable.cli import app
from amiable.home import Home
from amiable.imports import import_sources
from amiable.logs import Steps
from amiable.runs import run_day
from amiable.suits import suit_file
from law.gates import GATES
from letters.dossier.chronology import sentence
from letters.statement import told
from pipelines.warehouse import Warehouse

DAY = date(2026, 10, 1)
NEXT_DAY = date(2026, 10, 2)
AT = datetime(2026, 10, 1, 9, 0)
LEDGER = {
    "creditors": "creditor_id,name,kind\nK,Atelier Vasseur,company\nP,Anne Roy,natural_person\n",
    "debtors": """debtor_id,name,kind,siren
D1,Boulangerie Morel,company,732829320
D2,Mairie de Brocelande,public,217500016
D3,Jeanne Petit,consumer,
D4,Inconnu,,
""",
    "claims": """claim_id,debtor_id,creditor_id,invoice_number,issued_on,due_on,amount,\
contract_penalty_rate,nature
C1,D1,K,F1,2025-06-01,2025-07-01,900.00,,
C2,D2,K,F2,2025-05-01,2025-06-01,2500.00,,
C3,D3,P,F3,2025-07-01,2025-08-01,300.00,,
C4,D1,K,F4,2026-01-01,2026-02-01,80.00,0.12,transport
C5,D1,K,F5,2026-01-01,2026-02-01,50.00,,
C6,D4,K,F5,2026-01-01,2026-02-01,60.00,,
C7,D3,K,F7,2025-07-01,2025-08-01,300.00,0.05,
C8,D1,K,F8,2026-01-01,2026-02-01,1000.00,,
""",
    "disputes": "dispute_id,claim_id,opened_on,reason,amount,closed_on,founded\n"
    "X8,C8,2026-03-01,quality,300.00,2026-05-01,true\n",
    "payments": "payment_id,claim_id,paid_on,amount\nP1,C1,2025-12-01,100.00\n"
    "P5,C5,2026-03-01,50.00\nP6,C7,2026-01-05,50.00\nP7,C7,2026-01-20,-50.00\n",
    "actions": "action_id,claim_id,at,channel,stage,received_on\n"
    "A3,C3,2025-09-01T10:00:00,registered_letter,formal_notice,2025-09-04\n"
    "A7,C7,2025-09-01T10:00:00,registered_letter,formal_notice,2025-09-04\n",
}
NEXT = {"payments": "payment_id,claim_id,paid_on,amount\nP2,C2,2026-10-02,2500.00\n"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explain")
    made = Home.at(folder / "home", make=True)
    for number, tables in enumerate((LEDGER, NEXT)):
        source = folder / str(number)
        source.mkdir()
        for name, text in tables.items():
            (source / f"{name}.csv").write_text(text, encoding="utf-8")
        import_sources(made, [source], imported_at=AT, strict=True)
        day = DAY + timedelta(days=number)
        run_day(made, day, started_at=AT + timedelta(days=number), steps=Steps())
    return made


def cli(home, *words):
    return CliRunner().invoke(app, [*words, "--home", str(home.path)])


def explained(home, *words):
    told = cli(home, "explain", *words)
    assert told.exit_code == 0, told.output
    return " ".join(told.output.split())


def test_the_road_leads_from_the_source_row_to_the_worklist(home):
    told = explained(home, "C1")

    for part in (
        "claims.csv, format canonical, row 2",
        "[staging.claims, core.claims]",
        "open_amount 800.00",
        "[features.claim_features] claim_id C1",
        "art. L441-10 II C. com.",
        "event between_professionals, months 60",
        '"recovery": "prior"',
        "[history.recommendations] as_of 2026-10-01",
    ):
        assert part in told


def test_the_suit_of_a_claim_tells_its_gates_and_the_ways_through_its_course(home):
    """Two invoices, 880 EUR, never noticed, nothing proved; carriage lapses after a year, first."""
    steps = json.loads(cli(home, "explain", "C1", "--json").output.splitlines()[-1])
    gates = {row["gate"]: row for row in steps["gates"]}

    assert set(gates) == set(GATES)
    assert gates["formal_notice"]["task"] == "send_formal_notice"
    assert gates["limitation"]["on"] == "2027-01-01"
    assert gates["proof"]["closes"] == ["summary"]
    assert sum(row["chance"] for row in steps["ways"]) == pytest.approx(1, abs=1e-9)
    assert not steps["gates"][0]["passed"]
    assert steps["gates"][-1]["passed"]


def test_a_suit_is_laid_open_with_its_trees_and_limits(home):
    """300 EUR of a consumer, noticed in 2025; no conciliation yet. An order of 6 November 2026 is
    served within three months.
    """
    with Warehouse(home.path, DAY) as warehouse:
        assert suit_file(warehouse, "nobody", as_of=DAY) is None
        found = suit_file(warehouse, "P|D3", as_of=DAY)

    assert found.claim_ids == ["C3"]
    assert found.facts.amount == 300
    by = {check.gate.code: check for check in found.checks}
    assert by["amicable_attempt"].gate.task == "try_conciliation"
    assert by["formal_notice"].on == date(2025, 9, 12)
    assert [turn.code for turn in (found.trees["payment_order"], found.trees["merits"])] == [
        "granted",
        "won",
    ]
    assert found.limits["payment_order"][1].on == date(2027, 2, 6)


def test_lines_of_each_statement_add_up_to_the_total_published(home):
    with Warehouse(home.path, DAY) as warehouse:
        rows = warehouse.statement(None)
        published = (
            warehouse.table("claims").set_index("claim_id")["total_due"].map(str).map(Decimal)
        )

    totals = dict.fromkeys(published.index, Decimal(0))
    for row in rows:
        totals[row["claim_id"]] += row["amount"]
        assert row["article"] or row["line"] in ("principal", "payment", "payment_reversed")
        assert row["line"] != "justified" or row["amount"] == 0
        assert (row["days"] is None) == (row["line"] not in ("penalties", "legal_interest"))
    assert totals == {name: total.quantize(Decimal("0.01")) for name, total in published.items()}
    assert {row["rule"] for row in rows} > {"default", "public", "agreed", "legal_individual"}


def test_the_statement_of_a_claim_tells_days_base_rate_and_article(home, tmp_path):
    told = cli(home, "statement", "F1", "--language", "en", "--as-of", "2026-10-01").output
    paper = cli(home, "export", "statement", "C1", "--to", str(tmp_path / "c1.pdf"))
    table = cli(home, "export", "statement", "--to", str(tmp_path / "all.csv"))

    later = ("--until", "2027-01-31")
    assert (
        cli(home, "export", "statement", "C1", *later, "--to", str(tmp_path / "2.pdf")).exit_code
        == 0
    )
    assert (tmp_path / "2.pdf").read_bytes() != (tmp_path / "c1.pdf").read_bytes()
    assert "€900.00 × 12.15% × 152/365 | art. L441-10 II C. com." in told.replace("\xa0", " ")
    assert told.rstrip().splitlines()[-1].split() == "€967.00 Total due on 2026-10-01".split()
    french = cli(home, "statement", "F1", "--as-of", "2026-10-01", "--language", "fr").output
    assert french.rstrip().splitlines()[-1].split() == "967,00 € Total dû au 01/10/2026".split()
    assert paper.exit_code == 0
    assert (tmp_path / "c1.pdf").read_bytes().startswith(b"%PDF")
    assert table.output.endswith("of 6 claims.\n")


def test_a_payment_taken_back_is_told_as_such_and_raises_the_balance_again(home):
    with Warehouse(home.path, DAY) as warehouse:
        rows = warehouse.statement("C7")
        events = warehouse.dossier("events", claim_ids=["C7"])

    moved = [told(row, "fr") for row in rows if row["line"].startswith("payment")]
    assert [line["line"].split(" (")[0] for line in moved] == ["Paiement", "Paiement annulé"]
    assert [line["amount"].replace("\xa0", " ") for line in moved] == ["-50,00 €", "50,00 €"]
    said = [sentence(event, "fr") for event in events if event["kind"] == "payment"]
    assert [text.split(" (")[0] for text in said] == ["Paiement du débiteur", "Paiement annulé"]


def test_what_was_found_justified_is_told_and_bears_nothing(home):
    """700 EUR bear, not 1,000: 12.15 % for 149 days from 2 February, 12.40 % for 92 from 1 July."""
    with Warehouse(home.path, DAY) as warehouse:
        rows = warehouse.statement("C8")
    printed = cli(home, "statement", "C8", "--language", "fr", "--as-of", "2026-10-01").output

    (held,) = [row for row in rows if row["line"] == "justified"]
    assert (held["base"], held["amount"], held["article"]) == (300, 0, "art. 1219 C. civ.")
    assert (held["from_on"], held["to_on"]) == (date(2026, 2, 1), DAY)
    assert {row["base"] for row in rows if row["line"] == "penalties"} == {700}
    borne = sum(row["amount"] for row in rows if row["line"] == "penalties")
    assert borne == Decimal("56.60")
    assert "Litige reconnu fondé" in printed
    assert "retenue à bon droit" in printed


@pytest.mark.parametrize("claim", ["C1", "C3", "C4", "C7", "C8"])
def test_an_account_carried_on_is_that_of_a_run_on_the_later_day(home, claim):
    with Warehouse(home.path, DAY) as warehouse:
        carried = statement.until(warehouse, claim, NEXT_DAY)
        far = statement.until(warehouse, claim, date(2027, 7, 2))
    with Warehouse(home.path) as warehouse:
        ran = warehouse.statement(claim)

    total, of_run = (sum(row["amount"] for row in rows) for rows in (carried, ran))
    assert total == of_run
    assert [row["number"] for row in carried] == list(range(1, len(carried) + 1))
    assert carried[0]["as_of"] == NEXT_DAY
    last = [row for row in far if row["line"] in ("penalties", "legal_interest")][-1]
    assert last["to_on"] == date(2027, 7, 2)
    assert last["is_to_verify"] is (claim in ("C1", "C3", "C8")), "the half-year has no rate yet"


def test_each_event_is_told_with_its_effect_on_the_limitation_and_its_article(home):
    with Warehouse(home.path, DAY) as warehouse:
        period, notice, end = warehouse.trace("limitation", "C3")
        _, payment, _ = warehouse.trace("limitation", "C1")

    assert (period["event"], period["months"]) == ("civil", 60)
    assert (notice["event"], notice["effect"]) == ("registered_letter", "none")
    assert "18 mai 2022" in notice["article"]
    assert (payment["event"], payment["effect"], payment["is_counted"]) == (
        "part_payment",
        "interrupt",
        True,
    )
    assert (end["happened_on"], end["until_on"]) == (date(2030, 8, 1), date(2030, 7, 1))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("statement", "F2"), "Claim C2 is not open on 2026-10-02: nothing is due on it."),
        (("statement", "NOPE"), "No claim or invoice 'NOPE' on 2026-10-02."),
        (
            ("statement", "C1", "--until", "2026-10-02"),
            "2026-10-02 is not within five years after 2026-10-02, the day of the run.",
        ),
        (
            ("export", "statement", "--to", "all.pdf"),
            "A PDF holds the statement of one claim: name it.",
        ),
    ],
)
def test_a_statement_that_cannot_be_made_is_refused_in_one_line(home, words, told):
    said = cli(home, *words)

    assert said.exit_code == 1
    assert said.output.strip().splitlines() == [f"amiable: {told}"]


def test_a_claim_that_is_not_open_says_how_it_ended_and_nothing_of_odds(home):
    told = explained(home, "C2")

    assert "Not open on that day: settled by payment on 2026-10-02." in told
    assert "Odds" not in told
    assert "as_of 2026-10-01, action" in told, "what was advised while it was open"


def test_a_day_gone_by_is_told_as_it_was_published(home):
    told = explained(home, "C2", "--as-of", "2026-10-01")

    assert told.startswith("Claim C2 as of 2026-10-01")
    assert "open_amount 2500.00" in told
    assert "P2" not in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("explain", "NOPE"), "No claim or invoice 'NOPE' on 2026-10-02."),
        (("explain", "F5"), "2 claims bear invoice 'F5': C5, C6."),
        (
            ("explain", "C1", "--as-of", "2026-09-01"),
            "No run of 2026-09-01 is kept; the nearest days are 2026-10-01, 2026-10-02.",
        ),
    ],
)
def test_what_cannot_be_told_is_said_in_one_line(home, words, told):
    said = cli(home, *words)

    assert said.exit_code == 1
    assert said.output.strip().splitlines() == [f"amiable: {told}"]


def test_the_object_of_a_program_has_every_step(home):
    told = cli(home, "explain", "C1", "--json")

    summary = json.loads(told.output.strip().splitlines()[-1])
    assert summary["claim_id"] == "C1"
    assert [row["as_of"] for row in summary["by_day"]] == ["2026-10-01", "2026-10-02"]


def test_an_export_of_a_day_gone_by_has_its_rows(home, tmp_path):
    files = []
    for name, words in (("now", ()), ("then", ("--as-of", "2026-10-01"))):
        file = tmp_path / f"{name}.csv"
        assert cli(home, "export", "claims", "--to", str(file), *words).exit_code == 0
        files.append(set(pd.read_csv(file)["claim_id"]))

    assert files[1] - files[0] == {"C2"}


def test_a_value_of_the_clients_own_is_told_on_the_statement_and_the_road(home, tmp_path):
    other = Home.at(shutil.copytree(home.path, tmp_path / "home", symlinks=True))
    text = "- {parameter: late_payment.default_margin, from: 2008-08-06, value: 11, by: Zoé,"
    text += " reason: our counsel reads it so, decided_on: 2026-10-03}\n"
    (other.path / "law.yaml").write_text(text, encoding="utf-8")
    day = date(2026, 10, 3)

    before = cli(other, "statement", "C1", "--language", "en").output
    run_day(other, day, started_at=AT + timedelta(days=2), steps=Steps())
    rows = json.loads(cli(other, "statement", "C1", "--json").output.splitlines()[-1])["lines"]
    told = explained(other, "C1")

    assert "12.15%" in before
    rates = [row["rate"] for row in rows if row["line"] == "penalties"]
    assert rates == [0.1315, 0.1315, 0.1315, 0.134]
    why = "our counsel reads it so (Zoé, 2026-10-03)"
    assert {row["replaced"] for row in rows if row["line"] == "penalties"} == {why}
    assert "parameter late_payment.default_margin, from_on 2008-08-06, printed 11, " in told
    assert f"why {why}" in told
    assert "legal parameters" in cli(other, "doctor").output


def test_a_day_of_an_earlier_version_is_told_without_what_it_did_not_write(home, tmp_path):
    other = Home.at(shutil.copytree(home.path, tmp_path / "home", symlinks=True))
    with duckdb.connect(str((other.path / "warehouse.duckdb").resolve())) as con:
        for name in ("core.interest_lines", "core.limitation_events", "law.replaced"):
            con.execute(f"drop table {name}")

    told = explained(other, "C1")
    refused = cli(other, "statement", "C1")

    assert "[core.interest_lines, law.rate_sources] nothing" in told
    assert "[mart.recovery] p_30" in told
    assert refused.exit_code == 1
    assert "amiable run" in refused.output
