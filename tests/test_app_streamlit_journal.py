"""The journal on the screen: who decided what, undone by a click, and contradicted by imports."""

import csv
import io
import json
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from amiable.home import Home
from amiable.imports import import_sources
from amiable.logs import Steps
from amiable.recording import record_file
from amiable.runs import run_day
from app_streamlit import desk
from app_streamlit.parts import decisions, journal
from data_schema import codes
from pipelines import publication
from pipelines.journal import Entry, Journal

APP = Path(__file__).parent.parent / "app_streamlit" / "app.py"
DAY = date(2026, 10, 1)
NEXT_DAY = date(2026, 10, 2)
AT = datetime(2026, 10, 1, 9, 0)
LEDGER = {
    "debtors": """debtor_id,name,kind,siren,email,email_consent,phone
D1,Boulangerie Morel,company,732829320,compta@morel.example,true,0240000001
""",
    "claims": """claim_id,debtor_id,issued_on,due_on,amount
C1,D1,2026-06-01,2026-07-01,900.00
C2,D1,2026-05-01,2026-06-01,2500.00
""",
}
AGAINST = {
    "promises": "promise_id,claim_id,made_on,due_on,amount\nP1,C1,2026-10-02,2026-10-09,450\n"
}


def imported(home, folder, tables):
    folder.mkdir(exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    import_sources(home, [folder], imported_at=AT, strict=True)


def run(home, day):
    run_day(home, day, started_at=AT + timedelta(days=(day - DAY).days), steps=Steps())


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("journal")
    home = Home.at(folder / "home", make=True)
    imported(home, folder / "ledger", LEDGER)
    run(home, DAY)
    return home


@pytest.fixture
def home(ran, tmp_path, monkeypatch):
    shutil.copytree(ran.path, tmp_path / "home", symlinks=True)
    monkeypatch.setenv("AMIABLE_HOME", str(tmp_path / "home"))
    return Home.at(tmp_path / "home")


def promise(**changes):
    fields = {
        "at": AT,
        "as_of": DAY,
        "actor": "Zoé <b>*Petit*</b>",
        "subject_type": "claim",
        "subject_id": "C1",
        "kind": "promise",
        "payload": {"due_on": "2026-10-20", "amount": "900.00"},
        "reason": "=HYPERLINK(1)",
    }
    return Entry(**{**fields, **changes}).identified()


def recorded(home, *entries):
    opened = Journal(home.journal_url)
    opened.record(entries)
    opened.close()


def standing(home):
    opened = Journal(home.journal_url)
    entries = opened.standing(as_of=date(2100, 1, 1))
    opened.close()
    return entries


def screen(page="journal"):
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    app.switch_page(f"screens/{page}.py").run()
    assert not app.exception
    return app


def shown(app):
    parts = [*app.title, *app.subheader, *app.markdown, *app.caption, *app.info, *app.warning]
    return "\n".join(str(part.value) for part in [*parts, *app.success, *app.error])


def test_without_a_decision_the_journal_says_where_they_come_from(home):
    assert "Aucune décision inscrite" in shown(screen())


def test_each_kind_of_entry_is_told_in_words(home):
    recorded(
        home,
        promise(),
        promise(kind="postpone", payload={"until_on": "2026-10-09"}, actor="Luc"),
    )

    lines = screen().dataframe[0].value

    told = dict(zip(lines["Nature"], lines["Valeur"], strict=True))
    assert told == {"promesse": "900,00 € · 20/10/2026", "reporter": "09/10/2026"}
    assert set(lines["État"]) == {"en vigueur"}


def test_the_journal_is_filtered_by_kind_and_by_text(home):
    recorded(home, promise(), promise(kind="accept", payload={}, actor="Luc", subject_id="C2"))
    app = screen()

    app.multiselect(key="journal_kinds").set_value(["accept"]).run()
    assert app.dataframe[0].value["Sujet"].tolist() == ["C2"]

    app.multiselect(key="journal_kinds").set_value([]).run()
    app.text_input(key="journal_search").set_value("petit").run()
    assert app.dataframe[0].value["Sujet"].tolist() == ["C1"]


def chosen(monkeypatch, entry):
    """What a click on a line of the table gives; the test harness cannot click one."""
    monkeypatch.setattr(
        journal,
        "table",
        lambda _, entries: next(told for told in entries if told.entry.kind == entry),
    )


def test_an_entry_is_undone_by_a_click_and_given_back_by_another(home, monkeypatch):
    recorded(home, promise())
    chosen(monkeypatch, "promise")
    app = screen()
    app.button(key="journal_undo").click().run()
    assert "Indiquez votre nom" in shown(app)
    assert len(standing(home)) == 1

    app.text_input(key="actor").set_value("Ana").run()
    app.button(key="journal_undo").click().run()
    assert standing(home) == []
    assert app.button(key="journal_undo").disabled, "what is undone is not undone again"

    chosen(monkeypatch, "undo")
    app.run()
    app.button(key="journal_undo").click().run()
    assert [entry.kind for entry in standing(home)] == ["promise"]


def test_the_export_runs_nothing_in_a_spreadsheet(home, monkeypatch):
    given = {}
    monkeypatch.setattr(
        journal.st, "download_button", lambda _, data, *names, **options: given.update(data=data)
    )
    entry = promise(actor="@SUM(A1)")

    journal.export(lambda key: key, [journal.Told(entry, "standing")])

    (row,) = csv.DictReader(io.StringIO(given["data"]))
    assert row["actor"] == "'@SUM(A1)"
    assert row["reason"] == "'=HYPERLINK(1)"
    assert json.loads(row["payload"]) == entry.payload


def test_a_decision_that_an_import_contradicts_is_told_on_every_screen_it_concerns(home, tmp_path):
    recorded(home, promise())
    imported(home, tmp_path / "later", AGAINST)
    run(home, NEXT_DAY)
    sentence = "Promesse du 01/10/2026 sur C1"

    assert sentence in shown(screen("today")).replace("\\", "")
    app = screen()
    assert sentence in shown(app).replace("\\", "")
    assert app.dataframe[0].value["État"].tolist() == ["contredite par un import"]
    app = screen("claim")
    app.session_state["claim_id"] = "C1"
    app.run()
    assert sentence in shown(app).replace("\\", "")
    app.session_state["claim_id"] = "C2"
    app.run()
    assert sentence not in shown(app).replace("\\", "")


def test_a_day_gone_by_shows_the_journal_as_it_was_and_undoes_nothing(home):
    recorded(home, promise(), promise(as_of=NEXT_DAY, subject_id="C2"))
    run(home, NEXT_DAY)
    app = screen()
    assert sorted(app.dataframe[0].value["Sujet"]) == ["C1", "C2"]

    app.selectbox(key=desk.CHOSEN).select_index(1).run()

    assert not app.exception
    assert app.dataframe[0].value["Sujet"].tolist() == ["C1"]
    assert "journal_undo" not in [button.key for button in app.button]


KINDS = {
    "accept": {"action": "call"},
    "override": {"action": "wait"},
    "outcome": {"outcome": "cash_wait"},
    "confirm_profile": {"profile": "cash_strapped"},
    "answer": {"question": "late_payers", "answer": "oui"},
    "promise": {"due_on": "2026-10-20", "amount": "100.00"},
    "dispute": {"dispute_reason": "price"},
    "approve_suit": {},
    "refuse_suit": {},
    "sent": {"channel": "email", "stage": "reminder"},
    "postpone": {"until_on": "2026-10-09"},
    "promote": {"version": "1"},
}
SUBJECTS = {"confirm_profile": "debtor", "promote": "model"}


def many(count):
    """Entries as another program writes them: every kind by turns, a twentieth of them undone."""
    for number in range(count):
        kind = list(KINDS)[number % len(KINDS)]
        subject = SUBJECTS.get(kind, "claim")
        yield {
            "entry_id": f"E{number:05d}",
            "at": (AT + timedelta(seconds=number)).isoformat(),
            "as_of": str(DAY),
            "actor": f"crm-{number % 7}",
            "subject_type": subject,
            "subject_id": {"debtor": "D1", "model": "recovery"}.get(subject, f"C{number % 2 + 1}"),
            "kind": kind,
            "payload": KINDS[kind],
            "reason": "parce que",
        }
        if number % 20 == 19:
            yield {
                "entry_id": f"U{number:05d}",
                "at": (AT + timedelta(seconds=number)).isoformat(),
                "as_of": str(DAY),
                "actor": "crm",
                "subject_type": subject,
                "subject_id": "C1",
                "kind": "undo",
                "supersedes": f"E{number:05d}",
            }


def decided(home):
    with duckdb.connect(str(publication.published(home.path)), read_only=True) as con:
        return {row[0]: row[1] for row in con.execute(COUNTED).fetchall()}


COUNTED = """select kind, count(*) from (
    select entry_id, kind from core.decisions union select entry_id, kind from core.contradictions
) group by kind"""


def test_ten_thousand_entries_of_both_roads_outlive_imports_and_rebuilds(home, tmp_path):
    written = list(many(9_500))
    file = tmp_path / "decisions.jsonl"
    file.write_text("".join(json.dumps(entry) + "\n" for entry in written), encoding="utf-8")
    assert record_file(home, file, now=AT) == (len(written), len(written))
    told = {
        "claim_id": "C1",
        "debtor_id": "D1",
        "contact_group_id": "G",
        "claim_ids": ["C1", "C2"],
        "recommendation_id": "R",
    }
    for number in range(60):
        kind = decisions._KINDS[number % len(decisions._KINDS)]
        entry = decisions.entry_of(kind, told, KINDS[kind], "parce que", f"console-{number}")
        assert desk.record([entry]) == 1
    total = len(written) + 60
    run(home, NEXT_DAY)
    before = decided(home)
    assert set(before) == {kind for kind in codes("journal_kind") if kind not in ("undo",)}
    undone = sum(entry["kind"] == "undo" for entry in written)
    assert sum(before.values()) == total - 2 * undone

    assert record_file(home, file, now=AT) == (len(written), 0)
    home.store.unlink()
    shutil.rmtree(home.path / "published")
    (home.path / "warehouse.duckdb").unlink()
    imported(home, tmp_path / "again", LEDGER)
    imported(home, tmp_path / "again", LEDGER)
    run(home, NEXT_DAY)

    assert decided(home) == before
    opened = Journal(home.journal_url)
    assert len(opened.entries()) == total
    opened.close()


def test_a_suit_shows_its_gates_and_courses_and_a_refusal_is_noted(home):
    console = AppTest.from_file(str(APP), default_timeout=60)
    console.session_state["claim_id"] = "C1"
    console.run()
    console.switch_page("screens/claim.py").run()
    console.text_input(key="actor").set_value("Zoé").run()
    failed = next(table.value for table in console.table if "Ferme" in table.value)
    told = " ".join(map(str, failed.to_numpy().ravel()))
    assert "mise en demeure non envoyée" in told
    for key, course in (("course", "merits"), ("course", "payment_order")):
        console.selectbox(key=key).set_value(course).run()
        assert not console.exception

    console.selectbox(key="note_kind").set_value("refuse_suit")
    console.text_input(key="note_reason").set_value("client stratégique")
    next(each for each in console.button if each.label == "Noter sur cette action").click().run()

    (entry,) = Journal(home.journal_url).standing(as_of=DAY)
    assert (entry.kind, entry.subject_id) == ("refuse_suit", "|D1")
    console.switch_page("screens/suits.py").run()
    assert not console.exception
    assert console.selectbox(key="suit_id").value == "|D1"
    assert sum(int(each.value) for each in console.metric[:4]) == 1
    assert entry.payload["claim_ids"] == ["C1", "C2"]


def test_an_executive_reads_a_suit_and_signs_in_one_place(home):
    console = AppTest.from_file(str(APP), default_timeout=60)
    console.session_state["actor"] = "Zoé"
    console.run()
    console.switch_page("screens/suits.py").run()
    told = " ".join(str(each.value) for each in console.markdown)
    for said in ("Ne pas agir", "Sur 100 dossiers", "hypothèse qui pèse le plus", "Signer"):
        assert said in told
    ends = next(table.value for table in console.table if "Dossiers" in table.value)
    assert ends["Dossiers"].astype(int).iloc[:-1].sum() == 100

    def press(label):
        next(each for each in console.button if each.label == label).click().run()
        return [entry.kind for entry in Journal(home.journal_url).standing(as_of=DAY)]

    assert press("Refuser l'action") == []
    assert [str(each.value) for each in console.error]
    console.text_input(key="sign_reason").set_value("client à garder")
    assert press("Refuser l'action") == ["refuse_suit"]
    assert any(str(each.value).startswith("Refusée par Zoé le ") for each in console.markdown)
    assert press("Approuver l'action") == ["refuse_suit", "approve_suit"]
