"""From the day's advice to files, to the journal, to the next run; and the Bilan on paper."""

import csv
import hashlib
import io
import json
import shutil
import zipfile
from dataclasses import replace
from datetime import date, datetime
from email import message_from_bytes, policy
from pathlib import Path

import duckdb
import pytest
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from amiable.cli import app
from amiable.home import Home
from amiable.imports import import_sources
from amiable.logs import Steps
from amiable.messages import is_written, of_claim, of_the_day, sent, undone
from amiable.pieces import collect
from amiable.runs import run_day
from data_schema import codes, word
from letters.editing import edited
from pipelines import publication
from pipelines.journal import Entry, Journal, JournalRefused, check
from pipelines.warehouse import Warehouse

APP = Path(__file__).parent.parent / "app_streamlit" / "app.py"
DAY = date(2026, 10, 1)
AT = datetime(2026, 10, 1, 9, 0)
HOSTILE = "=cmd|' /C calc'!A0 #pagebreak() <script>"
LEDGER = {
    "creditors": """creditor_id,name,kind,siren,address,postcode,city,email,collects_for_others
K,Atelier Vasseur,company,552100554,4 quai du Canal,44000,Nantes,compta@vasseur.example,false
A,Client Mandant,company,404833048,1 rue du Moulin,35000,Rennes,,true
""",
    "debtors": f"""debtor_id,name,kind,siren,address,postcode,city,email,email_consent,phone
D1,{HOSTILE},company,732829320,2 rue du Four,49000,Angers,compta@morel.example,true,0240000001
D2,Jeanne Petit,sole_trader,404833048,9 rue Haute,49000,Angers,petit@petit.example,true,0240000003
D3,Garage Lemoine,company,552100554,,,,,,0240000002
D4,Client du client,company,,3 rue Basse,35000,Rennes,c4@client.example,true,
D5,Avance SARL,company,,3 rue Basse,35000,Rennes,c5@client.example,true,
D6,Dupond,unknown,,3 rue Basse,35000,Rennes,c6@client.example,true,
""",
    "claims": """claim_id,debtor_id,creditor_id,invoice_number,issued_on,due_on,amount,has_order
C1,D1,K,F-001,2026-05-01,2026-05-31,900.00,true
C2,D1,K,F-002,2026-06-01,2026-07-01,100.00,true
C3,D2,K,F-003,2026-02-01,2026-03-01,6000.00,true
C4,D3,K,F-004,2026-05-01,2026-05-31,400.00,true
C5,D4,A,F-005,2026-05-01,2026-05-31,500.00,true
C6,D5,K,F-006,2026-06-01,2026-07-01,700.00,true
C7,D6,K,F-007,2026-06-01,2026-07-01,1000.00,false
""",
    "payments": """payment_id,claim_id,debtor_id,paid_on,amount
P1,,D5,2026-07-10,250.00
""",
    "actions": "action_id,claim_id,at,channel,stage,tone\n"
    "A1,C3,2026-08-03T10:00:00,email,reminder,courteous\n"
    "A2,C3,2026-08-24T10:00:00,letter,firm_reminder,firm\n",
}
ADVICE = {
    "C1": {"action": "remind", "channel": "email", "stage": "reminder", "tone": "courteous"},
    "C3": {"action": "formal_notice", "channel": "registered_letter", "stage": "formal_notice"},
    "C4": {"action": "remind", "channel": "letter", "stage": "reminder"},
    "C5": {"action": "remind", "channel": "email", "stage": "reminder"},
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    (folder / "ledger").mkdir()
    for name, rows in LEDGER.items():
        (folder / "ledger" / f"{name}.csv").write_text(rows, encoding="utf-8")
    home = Home.at(folder / "home", make=True)
    import_sources(home, [folder / "ledger"], imported_at=AT, strict=True)
    record(home, [
        Entry(at=AT, as_of=DAY, actor="Zoé", subject_type="claim", subject_id=claim,
              kind="override", payload=advice, reason="essai")
        for claim, advice in ADVICE.items()
    ])  # fmt: skip
    run_day(home, DAY, started_at=AT, steps=Steps())
    return home


@pytest.fixture
def home(ran, tmp_path):
    shutil.copytree(ran.path, tmp_path / "home", symlinks=True)
    return Home.at(tmp_path / "home")


def record(home, entries):
    journal = Journal(home.journal_url)
    journal.record(entries)
    journal.close()


def standing(home):
    journal = Journal(home.journal_url)
    entries = [entry for entry in journal.standing(as_of=DAY) if entry.kind == "sent"]
    journal.close()
    return entries


def command(home, *words):
    return CliRunner().invoke(app, [*map(str, words), "--home", str(home.path)])


def by_claim(home):
    found = {}
    for each in of_the_day(home):
        found |= dict.fromkeys(each.claims, each)
    return found


def test_advice_becomes_one_message_per_debtor_or_a_reason(ran):
    day = by_claim(ran)

    (made,) = day["C1"].messages
    assert [line.claim.claim_id for line in made.asked] == ["C1", "C2"]
    assert made.subject == "Atelier Vasseur : factures F-001 et F-002"
    with Warehouse(ran.path) as warehouse:
        claims = warehouse.table("claims").set_index("claim_id")
    total = claims.loc[["C1", "C2"], "total_due"].sum()
    assert float(sum(line.total for line in made.asked)) == pytest.approx(total)
    assert (day["C3"].messages[0].to_sign, day["C1"].messages[0].to_sign) == (True, False)
    assert "l'adresse" in day["C4"].refused[0]
    assert "agency_name" in day["C5"].refused[0]


def test_an_agency_writes_in_its_own_name_once_it_is_known(home):
    settings = "".join(
        f'agency_{name} = "{value}"\n'
        for name, value in (
            ("name", "Sornelval"), ("address", "8 place du Marché"),
            ("postcode", "35000"), ("city", "Rennes"), ("email", "d@sornelval.example"),
        )
    )  # fmt: skip
    (home.path / "settings.toml").write_text(settings, encoding="utf-8")

    (made,) = by_claim(Home.at(home.path))["C5"].messages

    assert "Sornelval, 8 place du Marché" in made.text
    assert "Client Mandant" in made.text
    assert "L. 111-8" in made.text


def test_the_batch_holds_drafts_letters_and_what_was_not_written(home, tmp_path):
    told = command(home, "export", "messages", "--to", tmp_path / "batch.zip", "--all")

    assert told.exit_code == 0, told.output
    assert "nothing was sent" in told.output
    with zipfile.ZipFile(tmp_path / "batch.zip") as archive:
        names = archive.namelist()
        rows = list(csv.DictReader(io.StringIO(archive.read("merge.csv").decode("utf-8-sig"))))
        refused = archive.read("not_written.txt").decode("utf-8-sig")
    assert any(name.startswith("letters/A-SIGNER_") for name in names)
    assert {"letters/all_fr.pdf", "merge.csv"} < set(names)
    hostile = next(row for row in rows if row["debtor_id"] == "D1")
    assert hostile["debtor_name"] == "'" + HOSTILE
    assert (hostile["principal"], hostile["to_sign"]) == ("1000.00", "")
    assert "Garage Lemoine" in refused


def test_one_claim_becomes_a_letter_a_draft_or_a_clear_line(home, tmp_path):
    assert command(home, "export", "letter", "F-003", "--to", tmp_path / "n.pdf").exit_code == 0
    assert (tmp_path / "n.pdf").read_bytes().startswith(b"%PDF")
    assert command(home, "export", "letter", "C1", "--to", tmp_path / "n.eml").exit_code == 0
    for words, why in (
        (("C4",), "l'adresse"),
        (("C1", "--stage", "formal_notice"), "on ne revient pas"),
        (("C3", "--stage", "reminder"), "on ne revient pas"),
        (("nobody",), "No claim"),
    ):
        told = command(home, "export", "letter", *words, "--to", tmp_path / "x.pdf")
        assert told.exit_code == 1
        assert why in told.output
        assert told.output.count("amiable: ") == 1


def test_a_stage_asked_for_by_a_person_follows_the_ladder(ran):
    made = of_claim(ran, "C3", stage="formal_notice")

    assert made.messages[0].request.stage == "formal_notice"
    assert of_claim(ran, "C3", stage="last_attempt").messages == ()
    with pytest.raises(LookupError):
        of_claim(ran, "nobody")


def test_what_was_sent_is_a_contact_of_the_next_run_with_its_propensity(home):
    day = by_claim(home)
    entries = sent(home, [day["C1"], day["C4"]], actor="Zoé", at=AT, as_of=DAY, run_id="run")
    record(home, entries)
    run_day(home, date(2026, 10, 2), started_at=AT, steps=Steps())

    (entry,) = entries
    assert entry.payload["claim_ids"] == ["C1", "C2"]
    (kept,) = entry.payload["copies"]
    content = (home.path / "sent" / kept["file"]).read_bytes()
    assert kept["sha256"] == hashlib.sha256(content).hexdigest()
    assert content.decode().endswith("\n\n" + day["C1"].messages[0].text)
    with duckdb.connect(str(publication.published(home.path)), read_only=True) as con:
        actions = con.execute(
            "select claim_id, channel, stage, tone, propensity, recommendation_id"
            " from core.actions where claim_id in ('C1', 'C2') order by claim_id"
        ).fetchall()
        stage = con.execute("select stage from mart.claims where claim_id = 'C1'").fetchone()
    advice = day["C1"].advice
    told = ("email", "reminder", "courteous", advice["propensity"], advice["recommendation_id"])
    assert actions == [("C1", *told), ("C2", *told)]
    assert stage == ("reminder",)

    record(home, undone(standing(home), actor="Zoé", at=AT, as_of=DAY))
    run_day(home, date(2026, 10, 2), started_at=AT, steps=Steps())
    with Warehouse(home.path) as warehouse:
        claims = warehouse.table("claims").set_index("claim_id")
    assert claims.loc["C1", "stage"] == "not_chased"


def test_what_was_sent_is_an_exhibit_until_it_is_undone_or_altered(home):
    """A message whose words a person changed, for two invoices; then a letter on paper."""
    day = by_claim(home)
    first = day["C1"].messages[0]
    changed, found = edited(first, first.subject, first.text.replace("Bonjour", "Cher client"))
    assert not found
    (mail,) = sent(
        home, [replace(day["C1"], messages=(changed,))], actor="Zoé", at=AT, as_of=DAY, run_id="r"
    )
    notice = of_claim(home, "C3", stage="formal_notice")
    (letter,) = sent(home, [notice], actor="Zoé", at=AT, as_of=DAY, run_id="r")
    record(home, [mail, letter])

    with Warehouse(home.path) as warehouse:
        ids = {"as_of": DAY, "is_past": False}
        (exhibit,), gone = collect(home, warehouse, ["C1", "C2"], **ids)
        (paper,), _ = collect(home, warehouse, ["C3"], **ids)
        assert collect(home, warehouse, ["C1"], as_of=date(2026, 9, 30), is_past=True) == ([], [])
        assert (exhibit.kind, exhibit.claim_ids, gone) == ("reminder", ("C1", "C2"), [])
        assert exhibit.content.decode() == f"{changed.subject}\n\n{changed.text}"
        assert (exhibit.dated_on, exhibit.sha256) == (DAY, mail.payload["copies"][0]["sha256"])
        assert (paper.kind, paper.ending, paper.content[:4]) == ("formal_notice", "pdf", b"%PDF")

        (home.path / "sent" / mail.payload["copies"][0]["file"]).write_text("autre chose")
        pieces, gone = collect(home, warehouse, ["C1"], **ids)
        assert pieces == []
        assert [each.why for each in gone] == ["altered"]
        record(home, undone([letter.identified()], actor="Zoé", at=AT, as_of=DAY))
        assert collect(home, warehouse, ["C3"], **ids) == ([], [])


@pytest.mark.parametrize("propensity", [0, 1.5, "much", -0.1])
def test_a_propensity_that_is_no_probability_is_refused(propensity):
    entry = Entry(
        at=AT, as_of=DAY, actor="Zoé", subject_type="claim", subject_id="C1", kind="sent",
        payload={"channel": "email", "stage": "reminder", "propensity": propensity},
    )  # fmt: skip

    with pytest.raises(JournalRefused, match="propensity"):
        check(entry)


def lines(home):
    with Warehouse(home.path) as warehouse:
        return {row["line"]: row for row in warehouse.bilan("lines")}


def test_credits_and_the_unknown_kind_are_priced(ran):
    told = lines(ran)

    assert (told["credits"]["n_claims"], told["credits"]["worth"]) == (1, 250)
    # From 2 July to 1 October at the default rate on 1,000 euros, and the fixed indemnity.
    assert float(told["gap_kind"]["worth"]) == pytest.approx(1000 * 0.124 * 91 / 365 + 40, abs=0.01)
    assert told["gap_address"]["n_claims"] == 1


def test_the_report_is_a_short_pdf_in_both_languages(home, tmp_path):
    for language in ("fr", "en"):
        target = tmp_path / f"{language}.pdf"
        told = command(home, "report", "--to", target, "--language", language, "--json")
        assert told.exit_code == 0, told.output
        assert json.loads(told.output.splitlines()[-1])["claims"] == 7
        content = target.read_bytes()
        assert content.startswith(b"%PDF")
        assert len(content) < 400_000
    again = tmp_path / "again.pdf"
    command(home, "report", "--to", again, "--language", "en")
    assert again.read_bytes() == content
    refused = command(home, "report", "--to", tmp_path / "bilan.docx")
    assert (refused.exit_code, refused.output.count("amiable: ")) == (1, 1)


@pytest.fixture
def console(home, monkeypatch):
    monkeypatch.setenv("AMIABLE_HOME", str(home.path))
    opened = AppTest.from_file(str(APP), default_timeout=60).run()
    assert not opened.exception
    return opened


def test_the_chosen_messages_are_marked_as_sent_once_and_undone(console, home):
    console.switch_page("screens/sending.py").run()
    assert not console.exception
    written = [
        each
        for each in of_the_day(home)
        if each.within_capacity and each.messages and is_written(each)
    ]
    # What a person must sign first is not ticked for them.
    signed = {each.group for each in written if each.messages[0].to_sign}
    chosen = {each.group for each in written} - signed
    assert signed
    assert len(chosen) >= 2

    console.button(key="mark_sent").click().run()
    assert standing(home) == []
    console.text_input(key="actor").set_value("Zoé").run()
    console.button(key="mark_sent").click().run()

    assert {entry.subject_id for entry in standing(home)} == chosen
    console.button(key="undo_sent").click().run()
    assert standing(home) == []


def test_what_a_person_writes_is_read_at_once_and_leaves_only_if_it_may(console, home):
    console.session_state["claim_id"] = "C1"
    console.switch_page("screens/claim.py").run()
    (box,) = [area for area in console.text_area if str(area.key).startswith("edit_")]
    written = box.value
    assert written == by_claim(home)["C1"].messages[0].text

    box.set_value(written + "\nNotre huissier passera demain.\n").run()
    assert not console.exception
    assert any("huissier" in each.value for each in console.error)
    downloads = [block.key for block in console.get("download_button")]
    assert not [key for key in downloads if str(key).startswith("claim_")]
    assert console.button(key="mark_one").disabled

    (box,) = [area for area in console.text_area if str(area.key).startswith("edit_")]
    box.set_value(written.replace("Madame, Monsieur,", "Chère cliente, cher client,")).run()
    assert not console.error
    assert "Chère cliente" in "".join(block.value for block in console.code)
    console.text_input(key="actor").set_value("Zoé").run()
    console.button(key="mark_one").click().run()
    (kept,) = standing(home)[0].payload["copies"]
    assert kept["edited"]
    assert "Chère cliente, cher client," in (home.path / "sent" / kept["file"]).read_text("utf-8")
    (reset,) = [each for each in console.button if str(each.key).endswith("_reset")]
    reset.click().run()
    assert written.strip() in [block.value for block in console.code]
    assert not console.exception


def test_the_message_of_a_claim_is_on_its_screen(console, home):
    made = by_claim(home)["C1"]
    console.session_state["claim_id"] = "C1"
    console.switch_page("screens/claim.py").run()
    assert not console.exception

    assert made.messages[0].text.strip() in [block.value for block in console.code]
    console.text_input(key="actor").set_value("Zoé").run()
    console.button(key="mark_one").click().run()
    assert [entry.subject_id for entry in standing(home)] == [made.group]


def test_the_credits_of_the_overview_are_shown_with_the_claims_they_settle(console):
    console.switch_page("screens/bilan.py").run()

    console.button(key="line_credits").click().run()

    assert not console.exception
    *_, sums, claims, _weeks = (frame.value for frame in console.dataframe)
    assert sums["Débiteur"].tolist() == ["Avance SARL"]
    assert claims["Créances"].tolist() == ["C6"]


def texts(file, content):
    """Every text of a file: of an archive's members, a PDF's pages, an e-mail's parts."""
    if file.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from texts(name, archive.read(name))
    elif file.endswith(".pdf"):
        yield " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    elif file.endswith(".eml"):
        message = message_from_bytes(content, policy=policy.default)
        yield from (
            part.get_content() for part in message.walk() if part.get_content_type() == "text/plain"
        )
    else:
        yield content.decode("utf-8-sig")


def test_no_hypothesis_about_a_debtor_leaves_the_house(home, tmp_path):
    for words in (
        ("export", "messages", "--all", "--to", tmp_path / "batch.zip"),
        ("export", "messages", "--all", "--to", tmp_path / "merge.csv"),
        ("export", "letter", "F-003", "--to", tmp_path / "letter.pdf"),
        ("report", "--to", tmp_path / "bilan.pdf"),
    ):
        assert command(home, *words).exit_code == 0
    written = [
        " ".join(text.casefold().split())
        for file in tmp_path.iterdir()
        if file.is_file()
        for text in texts(file.name, file.read_bytes())
    ]
    words = {
        word(name, code, language)
        for name in ("profile", "profile_decision")
        for code in codes(name)
        for language in ("fr", "en")
    }
    words |= {*codes("profile_decision"), "hypothèse", "hypothesis", "p_bad_faith"}

    assert len(written) > 8
    assert sum("6 000,00" in text for text in written) >= 2
    for told in words:
        assert not [text for text in written if told.casefold() in text], told
