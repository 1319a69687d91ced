"""The bank's screen and command over a small day: proposals, a person's word, its undo."""

import json
import shutil
from datetime import date, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from amiable.cli import app
from amiable.home import Home
from amiable.imports import import_sources
from amiable.logs import Steps
from amiable.matching import bank_day, shared_out
from amiable.runs import run_day
from app_streamlit.parts import bank
from pipelines.journal import Journal
from pipelines.warehouse import Warehouse

APP = Path(__file__).parent.parent / "app_streamlit" / "app.py"
DAY = date(2026, 10, 10)
NOW = datetime(2026, 10, 10, 8, 0)
LEDGER = {
    "debtors": "debtor_id,name,kind\n"
    "D1,Boulangerie Morel,company\nD2,<b>Garage</b> *Lemoine*,company\n",
    "claims": "claim_id,debtor_id,issued_on,due_on,amount\n"
    "FA-1001,D1,2026-06-01,2026-07-01,900.00\nFA-1002,D2,2026-06-01,2026-07-01,250.00\n",
}  # fmt: skip
STATEMENT = """Date;Date de valeur;Libellé;Débit;Crédit
05/10/2026;05/10/2026;VIR BOULANGERIE MOREL FA-1001;;900,00
05/10/2026;05/10/2026;VIR GARAGE LEMOINE;;100,00
06/10/2026;06/10/2026;<script>alert(1)</script> **x**;;7,00
12/10/2026;12/10/2026;PLUS TARD;;1,00
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    (folder / "ledger").mkdir()
    for name, rows in LEDGER.items():
        (folder / "ledger" / f"{name}.csv").write_text(rows, encoding="utf-8")
    (folder / "statement.csv").write_text(STATEMENT, encoding="utf-8")
    home = Home.at(folder / "home", make=True)
    import_sources(home, [folder / "ledger", folder / "statement.csv"], imported_at=NOW)
    run_day(home, DAY, started_at=NOW, steps=Steps())
    return home


@pytest.fixture
def home(ran, tmp_path):
    shutil.copytree(ran.path, tmp_path / "home", symlinks=True)
    return Home.at(tmp_path / "home")


@pytest.fixture
def screen(home, monkeypatch):
    """The screen with the rows ticked that a test names: places among the proposals, the others."""
    ticked = {"bank_proposals": [], "bank_without": []}
    monkeypatch.setattr(bank, "_ticked", lambda rows, ids, key: [
        place for place in ticked[key] if place < len(rows)
    ])  # fmt: skip
    monkeypatch.setenv("AMIABLE_HOME", str(home.path))
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    app.text_input(key="actor").set_value("Zoé").run()
    app.switch_page("screens/bank.py").run()
    assert not app.exception

    def tick(proposals=(), without=()):
        ticked.update(bank_proposals=list(proposals), bank_without=list(without))
        app.run()
        assert not app.exception
        return app

    return tick


def standing(home):
    journal = Journal(home.journal_url)
    entries = journal.standing(as_of=DAY)
    journal.close()
    return entries


def command(*words):
    told = CliRunner().invoke(app, [*words], catch_exceptions=False)
    assert told.exit_code == 0, told.output
    return told.output


def test_proposals_confirmed_together_are_paid_in_the_next_run_and_undone_by_a_click(home, screen):
    app = screen(proposals=[0, 1])
    assert [each.value for each in app.metric] == ["3", "1", "0", "1"]
    app.button(key="bank_confirm").click().run()

    first, second = sorted(standing(home), key=lambda entry: str(entry.payload))
    assert first.payload["amounts"] == {"FA-1001": "900.00"}
    assert second.payload["on_account"] == "100.00"
    run_day(home, DAY, started_at=NOW, steps=Steps())
    with Warehouse(home.path) as warehouse:
        assert warehouse.table("claims")["claim_id"].tolist() == ["FA-1002"]
        assert warehouse.table("credits")["amount"].astype(float).tolist() == [100.0]

    app = screen()
    assert app.metric[0].value == "1"
    app.button(key=f"undo_{first.entry_id}").click().run()
    assert standing(home) == [second]
    assert app.metric[0].value == "2"


def test_another_claim_is_chosen_for_a_line_and_the_rest_goes_on_account(home, screen):
    app = screen(without=[0])
    app.text_input(key="bank_search").set_value("lemoine").run()
    app.multiselect(key="bank_claims").set_value(["FA-1002"]).run()
    app.button(key="bank_confirm_chosen").click().run()

    (entry,) = standing(home)
    assert entry.payload == {
        "question": "bank_match", "answer": "confirm", "debtor_id": "D2",
        "amounts": {"FA-1002": "7.00"},
    }  # fmt: skip


def test_lines_that_pay_nothing_are_set_aside(home, screen):
    screen(proposals=[1], without=[0]).button(key="bank_reject").click().run()

    assert [entry.payload["answer"] for entry in standing(home)] == ["reject", "reject"]
    assert len(bank_day(home, DAY).lines) == 1


def test_nobody_confirms_without_a_name(home, screen):
    app = screen(proposals=[0])
    app.text_input(key="actor").set_value("").run()
    app.button(key="bank_confirm").click().run()

    assert standing(home) == []
    assert app.error


def test_without_a_statement_the_screen_says_what_to_do(tmp_path, monkeypatch, ran):
    monkeypatch.setenv("AMIABLE_HOME", str(tmp_path / "none"))
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    app.switch_page("screens/bank.py").run()

    assert not app.exception
    assert app.info


def test_the_command_lists_exports_and_its_entries_are_recorded_once_signed(home, tmp_path):
    here = ["--as-of", "2026-10-10", "--home", str(home.path)]
    file = tmp_path / "matches.jsonl"
    told = json.loads(command("matches", *here, "--json", "--to", str(file)).splitlines()[-1])

    assert [each["kind"] for each in told["proposals"]] == ["named", "account"]
    assert told["proposals"][0]["reasons_fr"][0] == "le libellé cite la facture"
    assert len(told["unmatched"]) == 1
    unsigned = CliRunner().invoke(app, ["record", str(file), "--home", str(home.path)])
    assert unsigned.exit_code == 1
    signed = [
        {**json.loads(row), "actor": "Zoé", "at": "2026-10-10T09:00"}
        for row in file.read_text(encoding="utf-8").splitlines()
    ]
    file.write_text("\n".join(map(json.dumps, signed)), encoding="utf-8")
    command("record", str(file), "--home", str(home.path))
    assert "0 proposals, 1 line without" in command("matches", *here)
    command("matches", *here, "--to", str(tmp_path / "m.xlsx"))


def test_a_line_shared_out_never_exceeds_its_amount():
    line = {"amount": "-10.00", "currency": "EUR"}
    claims = [
        {"claim_id": "a", "debtor_id": "d", "open_amount": 4.1},
        {"claim_id": "b", "debtor_id": "e", "open_amount": 3.0},
        {"claim_id": "c", "debtor_id": "e", "open_amount": 9.0},
    ]

    assert shared_out(line, claims)["amounts"] == ["4.10", "3.00", "2.90"]
    assert shared_out(line, claims[:2])["on_account"] == "2.90"
