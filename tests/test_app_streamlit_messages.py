"""The screen of messages: text shown as text, one key to confirm, correction, attaching, undo."""

import shutil
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from amiable.cli import Format
from amiable.home import Home
from amiable.imports import import_sources
from amiable.incoming import paste
from amiable.logs import Steps
from amiable.runs import run_day
from app_streamlit import desk
from app_streamlit.parts.words import Words
from pipelines.errors import PipelineError
from pipelines.journal import Journal
from pipelines.publication import published

APP = Path(__file__).parent.parent / "app_streamlit" / "app.py"
DAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 8, 0)
LEDGER = {
    "debtors": """debtor_id,name,kind,siren,email
D1,<b>Morel</b> & *Fils*,company,732829320,compta@morel.example
""",
    "claims": """claim_id,debtor_id,invoice_number,issued_on,due_on,amount
C1,D1,FA2026-0117,2026-06-01,2026-07-01,900.00
C3,D1,FA2026-0118,2026-06-11,2026-07-11,100.00
""",
}
PROMISE = "De : compta@morel.example\nObjet : FA2026-0117\n\nLe virement partira vendredi."


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inbox")
    (folder / "ledger").mkdir()
    for name, rows in LEDGER.items():
        (folder / "ledger" / f"{name}.csv").write_text(rows, encoding="utf-8")
    home = Home.at(folder / "home", make=True)
    import_sources(home, [folder / "ledger"], imported_at=NOW, strict=True)
    run_day(home, DAY, started_at=NOW, steps=Steps())
    return home


@pytest.fixture
def home(ran, tmp_path):
    shutil.copytree(ran.path, tmp_path / "home", symlinks=True)
    return Home.at(tmp_path / "home")


def received(home, text, sender=""):
    paste(home, text, received_at=datetime(2026, 11, 24, 12), sender=sender, now=NOW)


@pytest.fixture
def screen(home, monkeypatch):
    def screen():
        monkeypatch.setenv("AMIABLE_HOME", str(home.path))
        app = AppTest.from_file(str(APP), default_timeout=60).run()
        app.text_input(key="actor").set_value("Zoé").run()
        app.switch_page("screens/messages.py").run()
        assert not app.exception
        return app

    return screen


def shown(app):
    parts = [*app.markdown, *app.caption, *app.info, *app.warning, *app.success, *app.error]
    return "\n".join(str(part.value) for part in [*parts, *app.text])


def entries(home):
    journal = Journal(home.journal_url)
    standing = journal.standing(as_of=date(2026, 12, 31))
    journal.close()
    return standing


def test_one_click_confirms_and_one_takes_it_back(home, screen):
    received(home, PROMISE)
    app = screen()
    assert "27/11/2026" in shown(app)

    app.button(key="confirm").click().run()
    assert sorted((e.kind, e.subject_id, e.actor) for e in entries(home)) == [
        ("outcome", "C1", "Zoé"), ("promise", "C1", "Zoé"),
    ]  # fmt: skip
    assert "Tous les messages sont traités" in shown(app)

    app.toggle(key="messages_done").set_value(True).run()
    app.button(key="undo_message").click().run()
    assert entries(home) == []
    assert not app.exception


def test_nothing_is_proposed_of_what_cannot_be_told(home, screen):
    received(home, "zxcv qwer asdf", sender="compta@morel.example")
    app = screen()

    assert "À lire" in shown(app)
    assert app.button(key="confirm").disabled
    app.button(key="nothing").click().run()
    (entry,) = entries(home)
    assert (entry.kind, entry.payload["answer"]) == ("answer", "nothing_to_do")


def test_a_message_of_nobody_is_attached_by_a_person(home, screen):
    received(home, "Je vous paie lundi.", sender="inconnu@gmail.com")
    app = screen()
    assert app.button(key="confirm").disabled

    (find,) = [field for field in app.text_input if str(field.key).startswith("find_")]
    find.set_value("FA2026-0118").run()
    app.button(key="confirm").click().run()
    assert {(e.kind, e.subject_id) for e in entries(home)} == {("outcome", "C3"), ("promise", "C3")}


def test_a_correction_is_written_instead_of_the_proposal(home, screen):
    received(home, PROMISE)
    app = screen()
    app.selectbox(key="correct_outcome").set_value("dispute")
    app.checkbox(key="with_promise").set_value(False)
    app.checkbox(key="with_dispute").set_value(True)
    app.number_input(key="correct_disputed").set_value(12.5)
    (save,) = [b for b in app.button if b.label == "Inscrire la correction"]
    save.click().run()

    told = {e.kind: e.payload for e in entries(home)}
    assert set(told) == {"outcome", "dispute"}
    assert (told["outcome"]["outcome"], told["dispute"]["amount"]) == ("dispute", "12.50")


def test_a_hostile_message_is_shown_as_it_stands(home, screen):
    text = "<script>alert(1)</script> **je conteste** [lien](http://x) la facture"
    received(home, text, sender="compta@morel.example")
    app = screen()

    assert text in [part.value for part in app.text]
    marked = "\n".join(str(part.value) for part in [*app.markdown, *app.caption])
    assert "<script>" not in marked
    assert "**je conteste**" not in marked
    assert "<b>Morel" not in marked


def test_a_pasted_text_is_proposed_at_once_and_writes_nothing(home, screen):
    app = screen()
    assert "Aucun message" in shown(app)
    app.text_area(key="paste_text").set_value("Je conteste la facture, trop chère.")
    app.text_input(key="paste_sender").set_value("compta@morel.example")
    (send,) = [b for b in app.button if b.label == "Lire ce texte"]
    send.click().run()

    assert not app.exception
    assert "Litige" in shown(app)
    assert entries(home) == []


def test_a_name_is_asked_for_in_the_language_of_the_screen(home, screen):
    received(home, PROMISE)
    app = screen()
    app.text_input(key="actor").set_value("").run()
    app.button(key="confirm").click().run()

    assert "votre nom" in shown(app)
    assert entries(home) == []


def test_the_screen_speaks_english(home, screen):
    received(home, PROMISE)
    app = screen()
    app.radio(key="language").set_value("en").run()

    assert not app.exception
    assert "Promise: €900.00" in shown(app) or "of the balance" in shown(app)


@pytest.mark.parametrize("screen_name", ["bilan", "claim", "sending", "models", "today"])
def test_a_day_of_an_earlier_program_breaks_no_screen(home, monkeypatch, screen_name):
    with duckdb.connect(str(published(home.path))) as con:
        for table in ("mart.bilan", "mart.cash_forecast", "mart.levers", "mart.watch"):
            con.execute(f"drop table {table}")
        con.execute("alter table core.debtors drop column address")
    monkeypatch.setenv("AMIABLE_HOME", str(home.path))
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    app.switch_page(f"screens/{screen_name}.py").run()

    assert not app.exception
    if screen_name == "sending":
        assert any("version antérieure" in line.value for line in app.info)


def test_a_day_gone_by_takes_no_entry_whatever_screen_asks(home, monkeypatch):
    monkeypatch.setenv("AMIABLE_HOME", str(home.path))
    monkeypatch.setattr(desk, "looked_at", lambda: "some day")

    with pytest.raises(PipelineError, match="day gone by"):
        desk.writable()
    assert "desk.journal().record" not in "".join(
        path.read_text(encoding="utf-8") for path in (APP.parent / "parts").glob("*.py")
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_format_of_a_source_has_its_words(language):
    named = Words(language).groups()["format"]
    assert named == {each.value for each in Format} - {"auto"}
