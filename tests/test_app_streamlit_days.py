"""A day gone by on the screens: chosen in the side bar or by address, marked, and only read."""

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from amiable.home import Home
from amiable.imports import import_sources
from amiable.logs import Steps
from amiable.runs import run_day
from app_streamlit import desk
from app_streamlit.parts import changes
from app_streamlit.parts.words import Words
from pipelines.errors import PipelineError
from pipelines.journal import Entry
from pipelines.warehouse import Warehouse

APP = Path(__file__).parent.parent / "app_streamlit" / "app.py"
DAY = date(2026, 10, 1)
NEXT_DAY = date(2026, 10, 2)
AT = datetime(2026, 10, 1, 9, 0)
LEDGER = {
    "debtors": """debtor_id,name,kind,siren,email,email_consent,phone
D1,Boulangerie *Morel*,company,732829320,compta@morel.example,true,0240000001
D2,Garage Lemoine,company,552100554,compta@lemoine.example,true,0240000002
""",
    "claims": """claim_id,debtor_id,issued_on,due_on,amount
C1,D1,2026-06-01,2026-07-01,900.00
C2,D2,2026-05-01,2026-06-01,2500.00
C3,D2,2026-07-01,2026-08-01,300.00
C4,D1,2026-07-01,2026-08-01,80.00
""",
}
NEXT = {
    "claims": "claim_id,debtor_id,issued_on,due_on,amount\nC5,D1,2026-10-02,2026-11-01,10.00\n",
    "payments": """payment_id,claim_id,paid_on,amount,method
P1,C1,2026-10-02,900.00,transfer
P2,C2,2026-10-02,120.00,transfer
P3,C4,2026-10-02,80.00,credit_note
""",
    "disputes": "dispute_id,claim_id,opened_on,reason\nL1,C3,2026-10-02,price\n",
}


def imported(home, folder, tables):
    folder.mkdir()
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    import_sources(home, [folder], imported_at=AT, strict=True)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("days")
    home = Home.at(folder / "home", make=True)
    imported(home, folder / "first", LEDGER)
    run_day(home, DAY, started_at=AT, steps=Steps())
    imported(home, folder / "next", NEXT)
    run_day(home, NEXT_DAY, started_at=AT + timedelta(days=1), steps=Steps())
    return home


@pytest.fixture
def home(ran, tmp_path, monkeypatch):
    shutil.copytree(ran.path, tmp_path / "home", symlinks=True)
    monkeypatch.setenv("AMIABLE_HOME", str(tmp_path / "home"))
    return Home.at(tmp_path / "home")


@pytest.fixture
def console(home):
    return opened()


def opened(**query):
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def shown(app):
    parts = [*app.title, *app.subheader, *app.markdown, *app.caption, *app.info, *app.warning]
    return "\n".join(str(part.value) for part in [*parts, *app.success, *app.error])


def choose(app, as_of):
    box = app.selectbox(key=desk.CHOSEN)
    place = next(n for n, label in enumerate(box.options) if f"{as_of:%d/%m/%Y}" in label)
    box.select_index(place).run()
    assert not app.exception
    return app


PAST = "Vous regardez le 01/10/2026 tel qu'il a été publié"


def test_the_published_day_is_shown_first_and_a_day_gone_by_is_marked(console):
    assert PAST not in shown(console)
    assert console.selectbox(key=desk.CHOSEN).options[0] == "Journée du 02/10/2026"

    choose(console, DAY)

    assert PAST in shown(console)
    assert console.query_params["as_of"] == "2026-10-01"
    console.button(key="back_to_published").click().run()
    assert PAST not in shown(console)
    assert "as_of" not in console.query_params


def test_the_address_opens_a_day_gone_by(home):
    assert PAST in shown(opened(as_of="2026-10-01"))
    assert PAST not in shown(opened(as_of="2026-10-02"))


@pytest.mark.parametrize("text", ["2026-09-15", "yesterday", "<b>"])
def test_an_address_of_a_day_that_is_not_kept_shows_the_published_one(home, text):
    app = opened(as_of=text)

    assert "n'est conservée" in shown(app)
    assert PAST not in shown(app)


@pytest.mark.parametrize("page", ["today", "bilan", "claim"])
def test_every_screen_of_the_day_follows_to_a_day_gone_by(console, page):
    choose(console, DAY)
    console.session_state["claim_id"] = "C1"

    console.switch_page(f"screens/{page}.py").run()

    assert not console.exception
    assert PAST in shown(console)
    if page == "claim":
        assert "900,00" in console.table[0].value.to_string(), "open that day, paid the day after"


def test_no_decision_is_taken_on_a_day_gone_by(console, home):
    choose(console, DAY)
    console.session_state["claim_id"] = "C1"
    console.switch_page("screens/claim.py").run()

    assert "ne se décide pas" in shown(console)
    assert not [button for button in console.button if button.label == "Décider"]
    entry = Entry(
        at=AT,
        as_of=DAY,
        actor="Zoé",
        subject_type="claim",
        subject_id="C1",
        kind="accept",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "looked_at", lambda: "a day")
        with pytest.raises(PipelineError, match="published day"):
            desk.record([entry])


def test_a_day_let_go_meanwhile_gives_the_published_one(console, home):
    choose(console, DAY)
    for file in (home.path / "days").iterdir():
        file.unlink()

    console.run()

    assert not console.exception
    assert PAST not in shown(console)
    with Warehouse(home.path) as warehouse:
        assert len(warehouse.table("worklist")) == len(desk.worklist())


def told(claim_id=None):
    (since,) = desk.earlier_days()
    events = desk.changed_events(since, claim_id).to_dict("records")
    return {
        row["claim_id"]: (
            row["kind"],
            list(
                changes.sentences(
                    Words("fr"), row, [e for e in events if e["claim_id"] == row["claim_id"]]
                )
            ),
        )
        for row in desk.changes(since, claim_id).to_dict("records")
    }


def test_each_change_of_a_claim_is_told_with_its_fact(home):
    found = told()

    kinds = {claim_id: kind for claim_id, (kind, _) in found.items()}
    assert kinds == {"C1": "paid", "C2": "part_paid", "C3": "moved", "C4": "gone", "C5": "new"}
    assert "Boulangerie *Morel* a payé 900,00 € le 02/10/2026 (virement)" in found["C1"][1]
    part = found["C2"][1]
    assert "Garage Lemoine a payé 120,00 € le 02/10/2026 (virement)" in part
    assert "solde : 2 500,00 € → 2 380,00 €" in part
    assert any(fact.startswith("litige ouvert le 02/10/2026 (prix") for fact in found["C3"][1])
    assert any("80,00 €" in fact and "avoir" in fact for fact in found["C4"][1])
    assert found["C5"][1] == ["facture émise depuis"]
    assert told("C2") == {"C2": found["C2"]}


def test_the_claim_screen_tells_what_changed_and_stranger_names_stay_text(console):
    console.session_state["claim_id"] = "C2"
    console.switch_page("screens/claim.py").run()

    assert any("Ce qui a changé depuis le 01/10/2026" in part.label for part in console.expander)
    assert "Garage Lemoine a payé 120,00" in shown(console).replace("\\", "")

    console.session_state["claim_id"] = "C1"
    console.switch_page("screens/claim.py").run()
    assert "Boulangerie \\*Morel\\* a payé 900,00" in shown(console), "gone, and told why"


def test_the_first_day_has_nothing_to_compare_with(console):
    choose(console, DAY)

    assert not [part for part in console.expander if "Depuis le" in part.label]
