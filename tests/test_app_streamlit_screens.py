"""Every screen over a real small day: what it shows, its empty state, both languages, decisions."""

import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from amiable.home import Home
from amiable.imports import import_sources
from amiable.logs import Steps
from amiable.runs import run_day
from app_streamlit import beliefs, desk
from app_streamlit.parts.words import LANGUAGES, Words, plain
from letters.bilan import AGES
from models.profile import people
from models.profile.decision import cost_matrix
from pipelines import publication
from pipelines.journal import Journal
from pipelines.warehouse import Warehouse
from simulation.generator import generate, write

APP = Path(__file__).parent.parent / "app_streamlit" / "app.py"
DAY = date(2026, 10, 1)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("screens")
    write(generate(n_claims=250, seed=5, as_of=DAY), folder)
    home = Home.at(folder / "home", make=True)
    home.mark_demo(seed=5, claims=250)
    now = datetime(2026, 10, 1, 8, 0)
    import_sources(home, [folder / "ledger"], imported_at=now)
    run_day(home, DAY, started_at=now, steps=Steps())
    return home


@pytest.fixture
def home(ran, tmp_path):
    shutil.copytree(ran.path, tmp_path / "home", symlinks=True)
    return Home.at(tmp_path / "home")


@pytest.fixture
def console(home, monkeypatch):
    return opened(home.path, monkeypatch)


@pytest.fixture
def empty(tmp_path, monkeypatch):
    return opened(tmp_path / "empty", monkeypatch)


def opened(path, monkeypatch):
    monkeypatch.setenv("AMIABLE_HOME", str(path))
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    assert not app.exception
    return app


def shown(app):
    """All text on the screen."""
    parts = [*app.title, *app.subheader, *app.markdown, *app.caption, *app.info, *app.warning]
    return "\n".join(str(part.value) for part in [*parts, *app.success, *app.error])


def lead_claim(home):
    with Warehouse(home.path) as warehouse:
        return warehouse.table("worklist").sort_values("rank").iloc[0]["claim_id"]


def claim_screen(app, claim_id):
    app.session_state["claim_id"] = claim_id
    app.switch_page("screens/claim.py").run()
    assert not app.exception
    return app


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workshop_tells_how_claims_of_a_part_end(console, language):
    console.session_state["language"] = language
    console.switch_page("screens/models.py").run()

    console.selectbox(key="ends_part").set_value("kind = company").run()

    assert not console.exception
    assert Words(language)("ends.title") in shown(console)
    assert Words(language)("acting.title") in shown(console)
    effects = next(frame.value for frame in console.dataframe if len(frame.value) == 16)
    assert set(effects.iloc[:, 1]) == {Words(language).code("effect_status", "not_provable_yet")}
    table = next(frame.value for frame in console.dataframe if len(frame.value) == 8)
    assert Words(language).code("claim_end", "paid") in table.iloc[0, 0]


def test_the_day_shows_its_contacts_in_order(console, home):
    lines = console.dataframe[0].value

    with Warehouse(home.path) as warehouse:
        ranks = warehouse.table("worklist").sort_values("rank")["rank"].tolist()
    assert lines["Rang"].tolist() == ranks
    assert "Ma journée" in shown(console)
    assert "pas encore prouvable" in shown(console)


def test_an_invented_portfolio_says_so_on_every_screen(console):
    for page in ("today", "bilan", "sending", "claim", "imports"):
        console.switch_page(f"screens/{page}.py").run()
        assert "DÉMONSTRATION" in shown(console)


def test_less_time_moves_the_cut_line(console):
    everything = console.metric[0].value

    console.slider(key="hours").set_value(0.0).run()

    assert int(console.metric[0].value) == 0 < int(everything)


def test_the_filter_keeps_only_what_was_sought(console):
    name = console.dataframe[0].value["Débiteur"].iloc[0]

    console.text_input(key="search").set_value(name.upper()).run()

    assert set(console.dataframe[0].value["Débiteur"]) == {name}


def test_english_is_one_switch_away(console):
    console.radio(key="language").set_value("en").run()

    assert console.title[0].value == "My day"
    assert "DEMONSTRATION" in shown(console)


def test_a_claim_shows_sums_odds_reasons_and_courses(console, home):
    claim_screen(console, lead_claim(home))

    told = shown(console)
    for part in ("Ce qui est dû", "Chances", "Recommandation", "hypothèse", "Voies", "Conditions"):
        assert part in told


def test_a_claim_shows_its_account_and_what_moved_its_limitation(console, home):
    claim_id = lead_claim(home)
    console.session_state["claim_id"] = claim_id

    console.switch_page("screens/claim.py").run()

    assert not console.exception
    tables = [frame.value for frame in console.dataframe]
    account = next(table for table in tables if "Poste" in table)
    events = [table for table in tables if "Effet" in table]
    assert account["Poste"].iloc[0].startswith("Principal")
    assert all("art." in text or "Cass." in text for table in events for text in table["Article"])
    assert "60 mois" in shown(console)


def test_a_decision_is_journalled_and_can_be_undone(console, home):
    claim_screen(console, lead_claim(home))
    console.text_input(key="actor").set_value("Zoé").run()
    console.selectbox(key="kind").set_value("postpone").run()
    console.text_input(key="reason").set_value("rappel lundi")
    submit(console)

    (entry,) = standing(home)
    assert (entry.kind, entry.actor, entry.reason) == ("postpone", "Zoé", "rappel lundi")

    console.button(key=f"undo_{entry.entry_id}").click().run()
    assert standing(home) == []


def test_the_overview_counts_every_open_claim_once_by_age(console, home):
    console.switch_page("screens/bilan.py").run()
    assert not console.exception

    with Warehouse(home.path) as warehouse:
        claims = warehouse.table("claims")
        rows = warehouse.table("bilan")
    by_age = rows[rows["line"].isin(AGES)]
    assert sorted(by_age["claim_id"]) == sorted(claims["claim_id"])
    late = claims[claims["days_overdue"] > 0]
    late_lines = by_age[~by_age["line"].isin(["age_not_due", "age_unknown"])]
    assert late_lines["amount"].sum() == pytest.approx(late["open_amount_eur"].sum())
    never = rows[rows["line"] == "never_chased"]["claim_id"]
    assert set(never) == set(late[late["stage"] == "not_chased"]["claim_id"])


def test_the_second_day_says_what_came_went_and_moved(home, monkeypatch, tmp_path):
    claim = lead_claim(home)
    with Warehouse(home.path) as warehouse:
        claims = warehouse.table("claims").set_index("claim_id")
    paid = tmp_path / "payments.csv"
    amount = claims.loc[claim, "open_amount"]
    paid.write_text(
        f"payment_id,claim_id,paid_on,amount\nP-next,{claim},2026-10-02,{amount:.2f}\n", "utf-8"
    )
    new = tmp_path / "claims.csv"
    debtor = claims.loc[claim, "debtor_id"]
    new.write_text(
        f"claim_id,debtor_id,issued_on,due_on,amount\nNEW,{debtor},2026-10-02,2026-11-01,10.00\n",
        "utf-8",
    )
    now = datetime(2026, 10, 2, 8, 0)
    import_sources(home, [new, paid], imported_at=now)
    monkeypatch.setenv("AMIABLE_HOME", str(home.path))
    other = next(row for row in claims.to_dict("records") if row["debtor_id"] != debtor)
    answer = beliefs.answer_entry(other["debtor_id"], "satisfied", "precise_complaint", "Zoé")
    desk.record([replace(answer, at=now)])
    run_day(home, date(2026, 10, 2), started_at=now, steps=Steps())

    app = opened(home.path, monkeypatch)

    then, after = beliefs.history(other["debtor_id"])["p_dissatisfied"]
    assert after > then + 0.1
    assert beliefs.migration(desk.earlier_days()[0])["n"].sum() >= claims["debtor_id"].nunique()
    app.switch_page("screens/profiles.py").run()
    assert "Depuis le 01/10/2026" in shown(app)
    app.switch_page("screens/today.py").run()
    rows = desk.changes(desk.earlier_days()[0])
    told = {row.claim_id: (row.kind, row.why) for row in rows.itertuples()}
    assert told["NEW"] == ("new", "issued")
    assert told[claim] == ("paid", "settled_payment")
    assert any("Depuis le 01/10/2026" in expander.label for expander in app.expander)


def test_an_override_needs_a_reason_and_a_name(console, home):
    claim_screen(console, lead_claim(home))
    console.selectbox(key="kind").set_value("override").run()
    submit(console)
    assert "nom" in shown(console)

    console.text_input(key="actor").set_value("Zoé").run()
    submit(console)
    assert "motif" in shown(console).lower()
    assert standing(home) == []


FEC = """JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|\
PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise
VE|Vente|1|20260601|411000|Client|C1|SARL Brocelande|F1|20260601|Facture|120,00|0,00|AA||20260630||
VE|Vente|1|20260601|706000|Services|||F1|20260601|Facture|0,00|120,00|||20260630||
"""


def test_a_claim_lettered_outside_its_file_waits_for_a_person(tmp_path, monkeypatch):
    ledger = tmp_path / "123456782FEC20261231.txt"
    ledger.write_text(FEC, encoding="utf-8")
    home = Home.at(tmp_path / "home", make=True)
    now = datetime(2026, 10, 1, 8, 0)
    import_sources(home, [ledger], imported_at=now)
    run_day(home, DAY, started_at=now, steps=Steps())
    app = opened(home.path, monkeypatch)
    assert "attendent votre confirmation" in shown(app)

    app.text_input(key="actor").set_value("Zoé").run()
    app.button(key="confirm_all").click().run()
    run_day(home, DAY, started_at=now, steps=Steps())

    app = opened(home.path, monkeypatch)
    assert app.dataframe[0].value["Débiteur"].tolist() == ["SARL Brocelande"]
    assert "Encore ouvertes" not in shown(app)


def submit(app):
    button = next(b for b in app.button if b.label == "Décider")
    button.click().run()
    assert not app.exception


def standing(home):
    journal = Journal(home.journal_url)
    entries = journal.standing(as_of=DAY)
    journal.close()
    return entries


@pytest.mark.parametrize("page", ["today", "bilan", "sending", "claim", "profiles"])
def test_an_empty_home_says_where_to_begin(empty, page):
    empty.switch_page(f"screens/{page}.py").run()

    assert not empty.exception
    assert "importer un grand livre" in shown(empty)


def test_the_import_screen_has_an_empty_state(empty):
    empty.switch_page("screens/imports.py").run()

    assert not empty.exception
    assert "Rien n'a encore été importé" in shown(empty)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_law_is_shown_before_anything_is_imported_with_what_is_to_verify(empty, language):
    empty.session_state["language"] = language

    empty.switch_page("screens/law.py").run()

    assert not empty.exception
    tables = [frame.value for frame in empty.dataframe]
    wanted = {"fr": "Taux de l'intérêt légal, créancier professionnel", "en": "Legal interest rate"}
    assert all(wanted[language] in table.to_string() for table in (tables[0], tables[-1]))
    assert len(tables[0]) > 50


def test_a_value_of_the_clients_own_is_shown_and_a_broken_one_told(empty, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir(exist_ok=True)
    entry = "- {parameter: late_payment.fixed_indemnity, from: 2026-01-01, value: 45,"
    entry += ' by: "<b>Zoé</b>", reason: "=1+1 *our terms*", decided_on: 2026-02-01}\n'
    (folder / "law.yaml").write_text(entry, encoding="utf-8")

    empty.switch_page("screens/law.py").run()
    told = [frame.value.to_string() for frame in empty.dataframe]
    (folder / "law.yaml").write_text(entry * 2, encoding="utf-8")
    empty.run()

    assert any("=1+1 *our terms* (<b>Zoé</b>, 2026-02-01)" in table for table in told)
    assert "Deux valeurs remplacent late" in empty.error[0].value
    assert not empty.exception


def test_a_person_puts_a_legal_value_in_and_takes_it_back(empty, tmp_path):
    empty.switch_page("screens/law.py").run()
    empty.selectbox(key="law_put_name").set_value("interest.professional")
    empty.text_input(key="law_put_value").set_value("2,80")
    empty.text_input(key="law_put_why").set_value("court")
    send = next(button for button in empty.button if button.label == "Inscrire")

    send.click().run()
    nameless = [error.value for error in empty.error]
    empty.text_input(key="actor").set_value("Zoé")
    empty.text_input(key="law_put_value").set_value("2,80")
    next(button for button in empty.button if button.label == "Inscrire").click().run()
    too_short = [error.value for error in empty.error]
    empty.text_input(key="law_put_why").set_value("arrêté lu au Journal officiel")
    empty.date_input(key="law_put_from").set_value(date(2026, 7, 1))
    next(button for button in empty.button if button.label == "Inscrire").click().run()
    put = (tmp_path / "empty" / "law.yaml").read_text(encoding="utf-8")
    empty.button(key="law_withdraw").click().run()

    assert "votre nom" in nameless[0]
    assert "en dit trop peu" in too_short[0]
    assert "value: 2.80" in put
    assert 'by: "Zoé"' in put
    assert "withdrawn_on" in (tmp_path / "empty" / "law.yaml").read_text(encoding="utf-8")
    assert not empty.exception


def test_a_ladder_shows_its_effect_before_it_counts_and_is_taken_back(console, home):
    console.text_input(key="actor").set_value("Zoé")
    console.switch_page("screens/ladders.py").run()
    console.multiselect(key="ladder_channels_*_reminder").set_value(["letter"]).run()
    console.button(key="ladder_look").click().run()
    alone = [each.value.replace("\\", "") for each in console.error]
    console.multiselect(key="ladder_channels_*_reminder").set_value(["letter", "email"]).run()
    assert not (home.path / "ladders.yaml").exists()

    console.button(key="ladder_look").click().run()
    effect = console.dataframe[-2].value
    console.text_input(key="ladder_reason").set_value("contrat, annexe 2")
    force = next(each for each in console.button if each.label == "Mettre en vigueur")
    force.click().run()
    kept = (home.path / "ladders.yaml").read_text(encoding="utf-8")
    told = [each.value for each in console.success]
    console.button(key="ladder_undo").click().run()

    assert len(alone) == 1
    assert alone[0].startswith("relance, canaux : un seul ne peut alterner")
    assert effect["Créances"].astype(int).sum() >= 1
    assert "Mis en vigueur" in told[0]
    assert "channels: [letter, email]" in kept
    assert "by: Zoé" in kept
    assert "withdrawn_on" in (home.path / "ladders.yaml").read_text(encoding="utf-8")
    assert not console.exception


def test_the_import_screen_lists_sources_and_quarantine(console, home, tmp_path):
    bad = tmp_path / "claims.csv"
    bad.write_text("claim_id,debtor_id,amount\nX1,D1,<b>many</b>\n", encoding="utf-8")
    import_sources(home, [bad], imported_at=datetime(2026, 10, 1, 9))

    console.switch_page("screens/imports.py").run()

    assert not console.exception
    assert any("<b>many</b>" in frame.value.to_string() for frame in console.dataframe)


def test_both_languages_have_every_phrase():
    french, english = (Words(language).groups() for language in LANGUAGES)

    fallible = {"reason", "feature", "field"}
    assert french.keys() == english.keys()
    for group in french.keys() - fallible:
        assert french[group] == english[group], group


def test_no_variable_is_shown_by_the_name_of_its_column(home, monkeypatch):
    monkeypatch.setenv("AMIABLE_HOME", str(home.path))
    names = [name for name in desk.facts(lead_claim(home)) if not name.endswith("_id")]

    french, english = (Words(language).groups()["feature"] for language in LANGUAGES)
    assert set(names) - french == set()
    assert {name for name in names if name.startswith(("n_", "debtor_n_"))} - english == set()


def test_each_line_of_the_overview_leads_to_its_claims(console, home):
    console.switch_page("screens/bilan.py").run()
    names = {row["line"] for row in overview(home, "lines")}
    buttons = {b.key for b in console.button if (b.key or "").startswith("line_")}
    assert buttons >= {f"line_{name}" for name in names if not name.startswith("age_")}

    console.button(key="line_gap_history").click().run()
    *_, claims, weeks = (shown.value for shown in console.dataframe)
    assert len(weeks) == 13
    assert len(claims) == len(overview(home, "claims", line="gap_history", most=1000))
    assert console.button(key="open_claim").disabled


def overview(home, query, **parameters):
    with Warehouse(home.path) as warehouse:
        return warehouse.bilan(query, **parameters)


def test_a_claim_says_why_in_sentences_with_their_proof_and_what_can_be_changed(console, home):
    claim_screen(console, lead_claim(home))

    told = shown(console)
    assert "Pourquoi cette probabilité" in told
    assert "pas ce qui cause le paiement" in told
    assert "Ce que l" in told
    assert console.selectbox(key="proof").options


def test_the_proof_of_a_reason_counts_the_rows_of_the_ledger(home, monkeypatch):
    monkeypatch.setenv("AMIABLE_HOME", str(home.path))
    with Warehouse(home.path) as warehouse:
        claims = warehouse.table("claims")["claim_id"].tolist()

    for claim_id in claims[:20]:
        rows = desk.proof(claim_id)
        facts = desk.facts(claim_id)
        assert set(rows["proof"]) >= {"claim", "open"}
        assert (rows["proof"] == "settled").sum() == min(facts["debtor_n_settled"], 100)
        assert (rows["proof"] == "open").sum() == min(facts["debtor_n_open"], 100)


def changed(home, statement):
    with duckdb.connect(str(publication.published(home.path).resolve())) as con:
        con.execute(statement)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hypotheses_are_sized_and_a_name_stays_text(home, monkeypatch, language):
    changed(home, "update core.debtors set name = '<b>*x*</b> $y$'")
    app = opened(home.path, monkeypatch)
    app.session_state["language"] = language
    app.switch_page("screens/profiles.py").run()

    assert not app.exception
    with Warehouse(home.path) as warehouse:
        total = warehouse.table("claims")["open_amount_eur"].sum()
    assert plain(Words(language).money(total)) in shown(app)
    assert "<b>*x*</b>" in app.dataframe[1].value.to_string()


@pytest.mark.parametrize("kept", [0, 1])
def test_the_hypotheses_of_no_debtor_and_of_one(home, monkeypatch, kept):
    changed(home, f"delete from mart.profiles where rowid >= {kept}")
    app = opened(home.path, monkeypatch).switch_page("screens/profiles.py").run()

    assert not app.exception
    assert ("rien à supposer" in shown(app)) == (kept == 0)


def test_an_answer_changes_the_hypothesis_at_once_and_parts_add_up(console, home):
    claim_screen(console, lead_claim(home))
    told = desk.claim(lead_claim(home))
    for name in beliefs.NAMES:
        rows = beliefs.parts(told, name)
        whole = rows["base_value"].iloc[0] + rows["contribution"].sum()
        assert whole == pytest.approx(told[f"p_{name}"], abs=1e-6)
    console.text_input(key="actor").set_value("Zoé").run()
    next(b for b in console.button if (b.key or "").startswith("answer_")).click().run()

    assert not console.exception
    assert "à jour de vos réponses" in shown(console)
    (entry,) = standing(home)
    published = np.array([told[f"p_{name}"] for name in beliefs.NAMES])
    now = people.updated(published, entry.payload["question"], entry.payload["answer"])
    assert beliefs.updated(told).p == pytest.approx(now)


def test_other_costs_are_tried_beside_those_in_force(console):
    tried = cost_matrix({name: {"undetermined": 9.0} for name in beliefs.NAMES})
    effect = beliefs.effect(tried).set_index("word")

    assert effect.loc["undetermined", "n"] == 0 < effect.loc["undetermined", "n_before"]
    assert beliefs.effect(beliefs.costs()).attrs["moved"] == 0


def _worth_of_a_suit():
    import pandas as pd

    from app_streamlit.parts import worth
    from app_streamlit.parts.words import Words

    told = {
        "course": "payment_order", "recommended": True, "expected_net": 812.4, "cost": 295.0,
        "p_loss": 0.22, "p_collect": 0.47, "break_even_amount": 626.57,
        "break_even_probability": 0.15, "months_to_cash": 5.8, "peak_cash_out": 311.2,
        "settlement_low": 818.5, "settlement_high": 1003.11, "pivot_1": "p_collect",
        "pivot_1_at": 0.15, "pivot_2": "costs", "pivot_2_at": 2.5, "information_value": 40.0,
        "report_value": 31.0, "buy_report": True,
    }  # fmt: skip
    worth.of_courses(Words("en"), pd.DataFrame([told]))


def test_a_suit_tells_its_cash_its_break_evens_what_would_flip_it_and_a_report():
    app = AppTest.from_function(_worth_of_a_suit).run()

    assert not app.exception
    text = shown(app).replace("\\", "")
    assert "Of 100 such files, 22 end below it." in text
    assert "from €818.50 today" in text
    assert "Buy it first" in text
    assert [metric.value for metric in app.metric][1] == "5\\.8"
    table = app.dataframe[0].value
    assert list(table.iloc[:, 1]) == ["15%", "2.50 times the expected"]


def test_a_claim_shows_its_year_ahead_its_clock_and_what_a_plan_is_worth(console, home):
    with Warehouse(home.path) as warehouse:
        claims = warehouse.table("claims").merge(
            warehouse.table("recommendations"), on=["claim_id", "debtor_id"]
        )
    late = claims[(claims["days_overdue"] > 5) & (claims["chaseable_amount"] > 0)]
    claim_screen(console, late.sort_values("cost_of_waiting").iloc[-1]["claim_id"])

    text = shown(console)
    assert "L'année devant nous" in text
    assert "Échéancier qui vaut le plus" in text
    assert any(metric.label == "Ce qu'une semaine d'attente coûte" for metric in console.metric)


def test_a_day_published_before_the_clock_still_opens(home, monkeypatch):
    claim = lead_claim(home)
    changed(home, "alter table mart.recommendations drop column cost_of_waiting")
    console = opened(home.path, monkeypatch)

    claim_screen(console, claim)
    console.switch_page("screens/today.py").run()

    assert not console.exception


def test_the_day_tells_where_the_time_ends_and_what_the_next_hour_would_bring(home, monkeypatch):
    day_of_ten_minutes = datetime(2026, 10, 1, 9)
    run_day(home, DAY, started_at=day_of_ten_minutes, steps=Steps(), minutes=10, publish=True)
    console = opened(home.path, monkeypatch)

    said = shown(console)
    lines, cut = console.dataframe[0].value, console.dataframe[1].value

    assert "faute de temps" in said
    assert "faute de temps" in set(lines["Dans le temps"])
    assert (cut["Minutes"].astype(float) <= 10).all()
    assert cut["L'heure suivante"].str.contains("€").all()
    console.slider(key="hours").set_value(4.0).run()
    assert len(console.dataframe) == 1
