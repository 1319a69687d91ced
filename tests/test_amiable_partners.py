"""Partners on a day that was run: the command, the letter, the screen and the choice agree."""

import json
import shutil
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from amiable import partner_words
from amiable.cli import app
from amiable.home import Home
from amiable.imports import import_sources
from amiable.logs import Steps
from amiable.runs import run_day
from pipelines.journal import Entry, Journal, JournalRefused
from pipelines.warehouse import Warehouse

APP = Path(__file__).parent.parent / "app_streamlit" / "app.py"
DAY, AT = date(2026, 10, 1), datetime(2026, 10, 1, 9, 0)
HOSTILE = "=cmd|' /C calc'!A0 <b>Me X</b> *y*"
STEP = "{id},{claim},merits,{step},{on},{amount},{cost},L1"
LEDGER = {
    "creditors": """creditor_id,name,kind,siren,address,postcode,city
K,Atelier Vasseur,company,552100554,4 quai du Canal,44000,Nantes
""",
    "debtors": """debtor_id,name,kind,siren,address,postcode,city,solvency_score,is_trader
D1,Menuiserie Faure,company,732829320,2 rue du Four,69001,Lyon,80,true
D2,Voisin Discret,company,404833048,9 rue Haute,69002,Lyon,80,true
D3,Ancien Procès,company,552100554,9 rue Haute,69002,Lyon,80,true
""",
    "claims": """claim_id,debtor_id,creditor_id,invoice_number,issued_on,due_on,amount,has_order
C1,D1,K,F-001,2025-09-01,2025-10-01,30000.00,true
C2,D2,K,F-002,2025-09-01,2025-10-01,30000.00,true
C3,D3,K,F-003,2024-01-01,2024-02-01,20000.00,true
""",
    "actions": """action_id,claim_id,at,channel,stage,tone,received_on
A1,C1,2026-06-01T10:00:00,registered_letter,formal_notice,formal,2026-06-04
A2,C2,2026-06-01T10:00:00,registered_letter,formal_notice,formal,2026-06-04
""",
    "legal_steps": "step_id,claim_id,procedure,step,on,amount,cost,partner_id\n"
    + "\n".join(
        [
            STEP.format(id=1, claim="C3", step="filed", on="2025-01-10", amount="", cost=900),
            STEP.format(id=2, claim="C3", step="judged_won", on="2025-09-10", amount="", cost=""),
            STEP.format(id=3, claim="C3", step="enforced", on="2025-12-10", amount=20000, cost=""),
        ]
    )
    + "\n",
    "partners": f"""partner_id,kind,name,area,fixed_fee,success_rate_fee
L1,lawyer,{HOSTILE},69,800.00,0.05
L2,lawyer,Cabinet Ostravel,Auvergne-Rhône-Alpes,2900.00,
L3,lawyer,Cabinet Lointain,29,1.00,
A1,agency,Rembalor,partout,,0.1
""",
}
CHOICE = Entry(
    AT, DAY, "Zoé", "suit", "K|D2", "answer",
    {"question": "partner", "answer": "L3", "claim_ids": ["C2"]}, "connaît le dossier",
)  # fmt: skip


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("partners")
    (folder / "ledger").mkdir()
    for name, text in LEDGER.items():
        (folder / "ledger" / f"{name}.csv").write_text(text, encoding="utf-8")
    home = Home.at(folder / "home", make=True)
    import_sources(home, [folder / "ledger"], imported_at=AT, strict=True)
    journal = Journal(home.journal_url)
    journal.record([CHOICE])
    journal.close()
    run_day(home, DAY, started_at=AT, steps=Steps())
    return home


def run(home, *words):
    return CliRunner().invoke(app, [*words, "--home", str(home.path)])


def told(home, *words):
    result = run(home, "partners", *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout.strip().splitlines()[-1])


def test_the_register_tells_areas_fees_and_drawn_results(ran):
    rows = {row["partner_id"]: row for row in told(ran)["partners"]}

    title = next(row for row in rows["L1"]["results"] if row["measure"] == "title")
    assert (title["n"], title["observed"]) == (1, 1.0)
    assert title["low"] < title["value"] < 0.97
    assert rows["A1"]["area_read"] is None
    assert rows["A1"]["area_unread"] == ["partout"]
    assert "<b>Me X</b>" in run(ran, "partners").output


def test_the_partner_of_each_course_is_the_same_in_the_mart_and_in_the_command(ran):
    with Warehouse(ran.path) as warehouse:
        rows = warehouse.partners("courses", suit_id="K|D1").set_index("course")

    for course in ("merits", "payment_order", "agency"):
        first = told(ran, "F-001", "--course", course)["roles"][0]
        known = rows["partner_id"][course]
        assert first["partner_id"] == (known if isinstance(known, str) else None)
        assert first["reason"] == rows["partner_reason"][course]
    assert rows["partner_id"]["merits"] == "L1"
    assert rows["partner_reason"]["agency"] == "area_unknown"
    assert rows["partner_reason"]["payment_order"] == "none_on_file"
    explained = run(ran, "explain", "F-001").output
    assert "800,00" in explained
    assert "forfait" in explained


def test_the_run_follows_the_choice_of_a_person_for_that_suit_alone(ran):
    with Warehouse(ran.path) as warehouse:
        rows = warehouse.table("litigation").set_index(["suit_id", "course"])

    assert rows.loc[("K|D2", "merits"), "partner_id"] == "L3"
    assert rows.loc[("K|D2", "merits"), "partner_reason"] == "chosen"
    assert rows.loc[("K|D1", "merits"), "partner_id"] == "L1"
    # Its fixed fee is lower, and it has no success fee.
    assert rows.loc[("K|D2", "merits"), "cost"] < rows.loc[("K|D1", "merits"), "cost"] - 799
    assert told(ran, "F-002", "--course", "merits")["roles"][0]["reason"] == "chosen"


def test_a_choice_needs_a_known_partner_a_person_and_a_reason(ran, tmp_path):
    shutil.copytree(ran.path, tmp_path / "home", symlinks=True)
    home = Home.at(tmp_path / "home")
    wanted = ("partners", "F-001", "--choose")

    assert "--reason" in run(home, *wanted, "L3", "--by", "Zoé").output
    assert "No partner" in run(home, *wanted, "L9", "--by", "Zoé", "--reason", "x").output
    done = run(home, *wanted, "L3", "--by", "Zoé", "--reason", "connaît le dossier")

    assert done.exit_code == 0
    journal = Journal(home.journal_url)
    entry = next(each for each in journal.entries() if each.subject_id == "K|D1")
    journal.close()
    assert entry.payload == {"question": "partner", "answer": "L3", "claim_ids": ["C1"]}
    assert (entry.actor, entry.reason) == ("Zoé", "connaît le dossier")


def test_the_journal_takes_no_choice_without_a_reason(ran):
    entry = Entry(AT, DAY, "Zoé", "suit", "K|D1", "answer", {"question": "partner", "answer": "L1"})
    journal = Journal(ran.journal_url)

    with pytest.raises(JournalRefused, match="reason"):
        journal.record([entry])
    journal.close()


def test_the_letter_states_its_own_suit_alone(ran, tmp_path):
    paper, text = tmp_path / "l.pdf", tmp_path / "l.txt"
    asked = ("export", "instruction", "F-001", "--course", "merits")

    assert run(ran, *asked, "--to", str(paper)).exit_code == 0
    assert run(ran, *asked, "--to", str(text), "--language", "en").exit_code == 0

    read = "\n".join(page.extract_text() for page in PdfReader(paper).pages).replace("\xa0", " ")
    assert "30 000,00 €" in read
    assert "800,00 € hors taxes" in read
    assert "<b>Me X</b>" in read
    for stranger in ("Voisin", "F-002", "Procès"):
        assert stranger not in read + text.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("F-001", "--course", "payment_order"), "no partner on file"),
        (("F-001", "--course", "plan"), "needs none"),
        (("F-001", "--partner", "L9"), "No partner"),
        (("F-404",), "F-404"),
        (("F-001", "--course", "nonsense"), "no course"),
    ],
)
def test_a_letter_that_cannot_be_written_is_one_clear_line(ran, tmp_path, words, says):
    refused = run(ran, "export", "instruction", *words, "--to", str(tmp_path / "l.pdf"))

    assert refused.exit_code == 1
    assert says in refused.output
    assert "Traceback" not in refused.output


def test_the_screen_shows_register_partner_and_letter_and_takes_a_choice(ran, monkeypatch):
    monkeypatch.setenv("AMIABLE_HOME", str(ran.path))
    console = AppTest.from_file(str(APP), default_timeout=60)
    console.session_state["partners_open"] = True
    console.run()
    console.switch_page("screens/suits.py").run()
    console.selectbox(key="partners_course").set_value("merits").run()

    assert not console.exception
    shown = " ".join(line.value for line in console.markdown)
    assert "avocat" in shown
    assert "<b>" not in shown.replace("\\<b\\>", "")
    assert any("69" in str(table.value) for table in console.dataframe)
    console.text_input(key="partner_reason").set_value("plus proche")
    next(b for b in console.button if b.label.startswith("Confier")).click().run()
    assert not console.exception
    assert any(line.value for line in console.error)


def test_words_of_fees_and_reasons_are_whole_in_both_languages():
    row = {"partner_id": "P", "name": None, "kind": "agency", "fixed_fee": Decimal(0),
           "success_rate_fee": Decimal("0.125")}  # fmt: skip

    assert (
        partner_words.fee(row, "fr")
        .replace("\xa0", " ")
        .endswith("12,5 % HT de ce qui est encaissé")
    )
    assert partner_words.fee(row | {"success_rate_fee": None}, "en").startswith("fee of P: €0.00")
    assert "tarif" in partner_words.fee(row | {"kind": "enforcement_officer"}, "fr")
    assert "equal" in partner_words.why("best", "en", n=2, ahead=None)
    assert "free" in partner_words.why("only_one", "en", kind="mediator")
