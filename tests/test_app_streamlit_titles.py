"""After an order or a title: dated lines of work, the command, and the panel of a suit."""

import json
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from amiable.cli import app
from amiable.grounds import grounds
from amiable.home import Home
from amiable.imports import import_sources
from amiable.logs import Steps
from amiable.memo import case_of
from amiable.runs import run_day
from amiable.suits import suit_file
from amiable.titles import dated
from app_streamlit.parts.suit import place_rule
from app_streamlit.parts.words import LANGUAGES, Words, plain
from law.grounds import READS, of_gate
from letters.dossier.paper import _titled as paper_titled
from letters.memo import _stake as memo_stake
from letters.memo import _tasks as memo_tasks
from models.litigation.inputs import INPUTS
from pipelines.journal import Entry, Journal
from pipelines.warehouse import Warehouse

DAY = date(2026, 11, 26)
AT = datetime(2026, 11, 26, 8, 0)
SCREEN = Path(__file__).parent.parent / "app_streamlit" / "app.py"
# Orders of before and after 1 September 2026, a title of nine years and ten months, a liquidation,
# a consumer, a refusal, an order let go, one whose time to oppose runs.
LEDGER = {
    "creditors": "creditor_id,name,kind,siren\nK,Atelier Vasseur,company,552100554\n",
    "debtors": """debtor_id,name,kind,siren,postcode,solvency_score
D1,Ancienne SARL,company,732829320,69001,60
D2,<b>Nouvelle</b> SARL,company,404833048,69002,60
D3,Jeanne Payet,consumer,,69003,80
D4,Vieux Titre SA,company,542107651,69004,55
D5,Finie SARL,company,552081317,69005,10
D6,Refus SAS,company,380129866,69006,70
D7,Caduque SARL,company,775670417,69007,40
D8,Attente SAS,company,552032534,69009,65
D9,Sans Titre SAS,company,444608442,69001,65
DA,En Partie SARL,company,451321335,69001,60
DB,Peut Attendre SAS,company,428706097,69002,65
""",
    "claims": """claim_id,debtor_id,creditor_id,invoice_number,issued_on,due_on,amount,\
vat_amount,has_order
C1,D1,K,F1,2026-01-05,2026-02-05,6000.00,1000.00,true
C2,D2,K,F2,2026-03-05,2026-04-05,4800.00,800.00,true
C3,D3,K,F3,2025-06-05,2025-07-05,1800.00,300.00,true
C4,D4,K,F4,2016-03-05,2016-04-05,9000.00,1500.00,true
C5,D5,K,F5,2025-03-05,2025-04-05,12000.00,2000.00,true
C6,D6,K,F6,2025-03-05,2025-04-05,7200.00,1200.00,true
C7,D7,K,F7,2025-09-05,2025-10-05,3600.00,600.00,true
C8,D8,K,F8,2025-11-05,2025-12-05,8400.00,1400.00,true
C9,D9,K,F9,2026-05-05,2026-06-05,900.00,150.00,true
CA,DA,K,FA,2025-11-05,2025-12-05,10000.00,1666.67,true
CB,DA,K,FB,2025-11-05,2025-12-05,2000.00,333.33,true
CC,DB,K,FC,2026-05-05,2026-06-05,5000.00,833.33,true
""",
    "insolvencies": "debtor_id,opened_on,kind,published_on\nD5,2026-10-10,liquidation,2026-10-20\n",
    "payments": "payment_id,claim_id,paid_on,amount\nP1,CA,2026-07-01,1000.50\n",
    "facts": """subject_type,subject_id,name,value,known_on
debtor,D4,land_registry,found,2026-11-20
""",
    "legal_steps": """step_id,claim_id,procedure,step,on,amount
S1,C1,payment_order,granted,2026-08-31,6000.00
S2,C2,payment_order,granted,2026-09-01,4800.00
S3,C3,payment_order,granted,2025-12-05,1800.00
S4,C3,payment_order,served,2026-01-15,
S5,C4,merits,judged_won,2017-01-26,9000.00
S6,C4,merits,served,2017-03-01,
S7,C5,payment_order,granted,2025-11-05,12000.00
S8,C5,payment_order,served,2025-12-05,
S9,C6,payment_order,granted,2025-12-05,7200.00
S10,C6,payment_order,served,2026-01-05,
S11,C7,payment_order,granted,2026-02-10,3600.00
S12,C8,payment_order,granted,2026-10-05,8400.00
S13,C8,payment_order,served,2026-10-20,
S14,CA,payment_order,granted_in_part,2026-05-05,6000.00
S15,CA,payment_order,served,2026-05-20,
S16,CB,payment_order,granted,2026-05-05,2000.00
S17,CB,payment_order,served,2026-05-20,
S18,CC,payment_order,granted_in_part,2026-10-01,3000.00
""",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("titles")
    made = Home.at(folder / "home", make=True)
    (folder / "ledger").mkdir()
    for name, text in LEDGER.items():
        (folder / "ledger" / f"{name}.csv").write_text(text, encoding="utf-8")
    import_sources(made, [folder / "ledger"], imported_at=AT, strict=True)
    journal = Journal(made.journal_url)
    journal.record([
        Entry(
            at=datetime(2026, 11, 20, 9, 0), as_of=date(2026, 11, 20), actor="Zoé",
            subject_type="suit", subject_id="K|D6|title", kind="refuse_suit",
            payload={"claim_ids": ["C6"], "debtor_id": "D6"}, reason="accord en vue",
        ),
        Entry(
            at=datetime(2026, 11, 20, 9, 5), as_of=date(2026, 11, 20), actor="Zoé",
            subject_type="suit", subject_id="K|DA|title", kind="answer",
            payload={"question": "land_registry", "answer": "none", "claim_ids": ["CA", "CB"]},
        ),
    ])  # fmt: skip
    journal.close()
    run_day(made, DAY, started_at=AT, steps=Steps())
    return made


def cli(home, *words):
    return CliRunner().invoke(app, ["titles", *words, "--home", str(home.path)])


def test_each_suit_with_an_order_or_a_title_is_one_dated_line(home):
    with Warehouse(home.path) as warehouse:
        lines = dated(warehouse, DAY)

    assert {line.suit_id: (line.step.code, line.step.on) for line in lines} == {
        "K|D7|court": ("order_void", date(2026, 8, 10)),
        "K|D2|court": ("serve_order", date(2026, 12, 1)),
        "K|D5|title": ("declare", date(2026, 12, 20)),
        "K|D4|title": ("seize_before", date(2027, 1, 26)),
        "K|D1|court": ("serve_order", date(2027, 2, 28)),
        "K|D6|title": ("refused", date(2036, 1, 5)),
        "K|D3|title": ("seize", DAY),
        "K|D8|title": ("wait_opposition", date(2026, 12, 20)),
        "K|DA|title": ("seize", DAY),
        "K|DB|court": ("serve_part", date(2027, 1, 1)),
    }
    assert [line.suit_id for line in lines[:3]] == ["K|D7|court", "K|D2|court", "K|D5|title"]


def test_orders_to_serve_are_on_the_worklist_with_their_day(home):
    with Warehouse(home.path) as warehouse:
        told = warehouse.table("recommendations").set_index("claim_id")
        lines = warehouse.table("worklist").set_index("claim_id")

    for claim_id, by in (("C1", "28/02/2027"), ("C2", "01/12/2026")):
        assert told.loc[claim_id, "action"] == "sue"
        assert by in told.loc[claim_id, "reason"]
        assert bool(lines.loc[claim_id, "within_capacity"])
    assert told.loc["C8", "action"] == "wait"
    assert told.loc["C5", "action"] == "declare_in_insolvency"


def test_a_title_for_a_part_is_weighed_on_what_it_carries_less_what_was_paid_since(home):
    with Warehouse(home.path) as warehouse:
        rows = warehouse.table("litigation").query("suit_id == 'K|DA|title'")
        claims = warehouse.table("claims").set_index("claim_id")
        served, unserved = (
            suit_file(warehouse, name, as_of=DAY) for name in ("K|DA|title", "K|DB|court")
        )
        lines = {line.suit_id: line.amount for line in dated(warehouse, DAY)}
        exact = warehouse.dossier("claims", claim_ids=["CA", "CB"])

    # CA: 6,000 of 10,000 granted, 1,000.50 paid since; CB: 2,000 in full.
    borne = {row["claim_id"]: row["total_due"] - row["open_amount"] for row in exact}
    accessories = (borne["CA"] * Decimal("0.6")).quantize(Decimal("0.01"), ROUND_HALF_UP)
    accessories += borne["CB"]
    assert set(rows["suit_amount"]) == {10999.50}
    assert set(rows["titled_amount"]) == {6999.50}
    assert served.facts.amount == Decimal("6999.50")
    assert served.facts.interest == accessories
    assert served.after.carries.left == lines["K|DA|title"] == Decimal("6999.50")
    assert served.after.carries.accessories == accessories
    assert [(fate.code, sum_) for fate, sum_ in served.after.carries.rests] == [
        ("let_go", Decimal("4000.00"))
    ]
    assert max(each.cash for each in served.after.search.attempts) < 6999.5 + float(accessories)
    # What was let go is not asked for any more.
    assert claims.loc["CA", "chaseable_amount"] == 4999.50
    assert "title_in_part" in claims.loc["CA", "flags"]
    assert "title_in_part" not in claims.loc["CB", "flags"]
    # Before it is served the whole is still open, and the measures are weighed on the part.
    assert unserved.facts.amount == Decimal("5000.00")
    assert claims.loc["CC", "chaseable_amount"] == 5000.00
    assert [fate.code for fate, _ in unserved.after.carries.rests] == ["whole_on_merits"]
    assert unserved.after.carries.left == Decimal("3000.00")
    assert max(each.cash for each in unserved.after.search.attempts) < 3400


def test_what_a_title_carries_is_told_alike_by_the_command_the_memo_and_the_dossier(home):
    told = cli(home, "FA", "--language", "en", "--json")
    summary = json.loads(told.output.splitlines()[-1])["carries"]
    with Warehouse(home.path) as warehouse:
        claims = warehouse.dossier("claims", claim_ids=["CA", "CB"])
        weighed = case_of(home, warehouse, "FA")

    assert summary["left"] == 6999.5
    assert summary["rests"][0]["amount"] == 4000.0
    assert "6,999.50" in told.output
    assert "art. 1409 CPC" in told.output
    assert sum(row["titled_amount"] for row in claims) == Decimal("6999.50")
    assert "4,999.50 of principal" in paper_titled([claims[0]], "en").replace("€", "")
    assert any("Carried by the title" in name for name, _ in memo_stake(weighed, "en"))
    assert weighed.afoot["en"] in " ".join(told.output.split())
    assert weighed.afoot["en"] in memo_tasks(weighed, "en")


def test_each_figure_and_each_gate_of_a_suit_names_its_source(home):
    with Warehouse(home.path) as warehouse:
        open_, titled = (suit_file(warehouse, name, as_of=DAY) for name in ("K|D9", "K|D4|title"))
        order = grounds(warehouse, "K|D9", "payment_order", open_.facts)
        heard = {each.name: each for each in grounds(warehouse, "K|D9", "merits", open_.facts)}
        seized = grounds(warehouse, "K|D4|title", "enforcement", titled.facts)
    made = {each.name: each for each in order}

    assert set(made) == {"stake", "net", "time", *INPUTS}
    assert made["stake"].rows == ("C9 (claims.csv, 10)",)
    assert made["amicable"].model == "recovery prior · prior"
    assert [each.name for each in made["p_opposed"].records] == ["payment_order_opposed_b2b"]
    assert "art. A444-10" in " ".join(each.article for each in made["costs"].records)
    assert made["net"].run.startswith("20261126T080000")
    # Nine orders: a suit counts once, whatever its claims.
    assert (made["p_granted"].n_own, made["p_granted"].n_house) == (9, 9)
    # A suit on the merits is learnt from those heard: the one that was won, no order granted.
    assert (heard["p_granted"].n_own, heard["p_granted"].n_house) == (1, 1)
    assert {each.name for each in seized}.isdisjoint({"p_granted", "p_opposed", "p_won"})
    for check in open_.checks:
        assert of_gate(check.gate.code, open_.facts), check.gate.code
        assert READS[check.gate.code]


def test_a_title_is_laid_open_with_its_measures_in_order_and_what_they_are_worth(home):
    with Warehouse(home.path) as warehouse:
        found = {
            debtor: suit_file(warehouse, f"K|{debtor}", as_of=DAY)
            for debtor in (
                "D3|title",
                "D4|title",
                "D5|title",
                "D6|title",
                "D8|title",
                "D9",
                "DA|title",
            )
        }

    assert found["D9"].after is None
    after = found["D4|title"].after
    assert next(each.code for each in after.search.attempts if each.advised) == "accounts"
    assert after.search.gain > 0
    assert after.warned_on == date(2026, 1, 26)
    assert "wages" in [each.code for each in found["D3|title"].after.search.attempts]
    assert found["D3|title"].after.signs
    # The registry found land of one, none of another, and a third has too small a debt for it.
    chance = {each.code: each.chance for each in after.search.attempts}
    assert chance["mortgage"] == pytest.approx(0.35)
    for debtor, why in (("DA|title", "no_land"), ("D3|title", "stake_below_land")):
        closed = {each.code: each.closed for each in found[debtor].after.measures}
        assert closed["mortgage"] == closed["property"] == why
    for debtor in ("D5|title", "D6|title"):
        assert found[debtor].after.search is None
    ahead = found["D8|title"].after
    assert ahead.ahead
    assert {each.opens_on for each in ahead.measures} == {date(2026, 12, 20)}


def test_the_command_tells_one_suit_or_all_in_words_and_for_programs(home):
    every = cli(home, "--json")
    one = cli(home, "F1", "--language", "en", "--json")
    nothing = cli(home, "F9")

    assert every.exit_code == one.exit_code == 0
    assert "01/12/2026" in every.output
    assert len(json.loads(every.output.splitlines()[-1])["titles"]) == 10
    told = json.loads(one.output.splitlines()[-1])
    assert told["next"] == {"code": "serve_order", "on": "2027-02-28", "lapses": True}
    assert told["is_forecast"]
    assert "by 2027-02-28 at the latest" in one.output
    assert nothing.exit_code == 1
    assert "neither an order nor a title" in nothing.output


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screen_of_suits_shows_what_lapses_first_and_the_panel_of_a_suit(
    home, language, monkeypatch
):
    monkeypatch.setenv("AMIABLE_HOME", str(home.path))
    console = AppTest.from_file(str(SCREEN), default_timeout=60).run()
    console.session_state["language"] = language
    console.switch_page("screens/suits.py").run()
    console.selectbox(key="suit_id").set_value("K|D4|title").run()

    assert not console.exception
    say = Words(language)
    shown = "\n".join(str(each.value) for each in [*console.markdown, *console.warning])
    assert say("titles.title") in shown
    assert say("titles.after") in shown
    with Warehouse(home.path) as warehouse:
        lines = dated(warehouse, DAY)
    lapsing = [each for each in lines if each.step.lapses]
    first = {"debtor": "<b>Nouvelle</b> SARL", "on": say.day(date(2026, 12, 1))}
    begun = say("suits.to_follow", n=len(lines), lapsing=len(lapsing))
    assert plain(f"{begun} {say('suits.follow_first', **first)}") in shown
    counts = {each.label: int(each.value) for each in console.metric if each.label.startswith(
        tuple(say(f"suits.{name}") for name in ("to_bring", "held_back", "under_way", "others"))
    )}  # fmt: skip
    assert counts[say("suits.under_way")] > 0
    assert sum(counts.values()) == len(console.selectbox(key="suit_id").options)
    assert len(console.selectbox(key="land_note").options) == 4
    assert say.day(date(2027, 1, 26)) in shown
    first = next(each.value for each in console.table if say("titles.next") in each.value.columns)
    assert "Caduque SARL" in first.iloc[0].to_list()
    assert "<b>" not in "".join(first.iloc[1].astype(str)).replace("\\<b\\>", "")


@pytest.mark.parametrize(
    ("course", "debtor", "reason", "told"),
    [
        ("payment_order", "company", "court_between_traders", "1406"),
        ("payment_order", "consumer", "court_debtor_no_trader", "1406"),
        ("merits", "consumer", "court_debtor_no_trader", ""),
        ("payment_order", "public", "court_public_debtor", ""),
        ("merits", "company", "court_debtor_abroad", ""),
    ],
)
def test_the_place_of_civil_courts_is_told_of_civil_courts_alone(course, debtor, reason, told):
    said = place_rule(Words("fr"), course, debtor, reason)

    assert told in said
    assert bool(said) is bool(told)
