"""A dossier holds its own claims alone, tells what misses, and tells when it was changed."""

import csv
import io
import json
import re
import shutil
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from amiable import pieces
from amiable.cli import app
from amiable.dossier import archive, gather, piece_name
from amiable.errors import AmiableError
from amiable.home import Home
from amiable.imports import import_sources
from amiable.logs import Steps
from amiable.memo import case_of
from amiable.runs import run_day
from amiable.sealing import MANIFEST, chained, sealed, verify
from app_streamlit.parts.words import LANGUAGES, Words
from letters.memo import _proposal as memo_proposal
from letters.memo import _tasks as memo_tasks
from letters.memo import memo_pdf
from letters.turning import flips
from pipelines.warehouse import Warehouse

APP = Path(__file__).parent.parent / "app_streamlit" / "app.py"
DAY = date(2026, 10, 1)
AT = datetime(2026, 10, 1, 9, 0)
HOSTILE = "=cmd|' /C calc'!A0 #pagebreak() $x$ <script> ../../etc"
STRANGER = "Voisin Discret"
LEDGER = {
    "creditors": """creditor_id,name,kind,siren,address,postcode,city,default_penalty_rate
K,Atelier Vasseur,company,552100554,4 quai du Canal,44000,Nantes,0.12
""",
    "debtors": f"""debtor_id,name,kind,siren,address,postcode,city,email,solvency_score,is_trader
D1,{HOSTILE},company,732829320,2 rue du Four,49000,Angers,secret@un.example,17,true
STRANGER-2,{STRANGER},company,404833048,9 rue Haute,49000,Angers,voisin@deux.example,83,true
""",
    "claims": """claim_id,debtor_id,creditor_id,invoice_number,issued_on,due_on,amount,has_order
C1,D1,K,F-001,2025-09-01,2025-10-01,9000.00,true
C2,D1,K,#F-002,2025-10-01,2025-11-01,1000.00,true
STRANGE-3,STRANGER-2,K,V-003,2025-09-01,2025-10-01,7777.00,true
C4,D1,K,F-004,2026-09-20,2026-10-20,50.00,true
""",
    "payments": "payment_id,claim_id,paid_on,amount\nP1,C1,2026-02-10,500.00\n",
    "actions": """action_id,claim_id,at,channel,stage,tone,received_on
A1,C1,2025-11-05T10:00:00,email,reminder,courteous,
A2,C1,2025-12-05T10:00:00,letter,firm_reminder,firm,
A3,C1,2026-06-01T10:00:00,registered_letter,formal_notice,formal,2026-06-04
A4,C2,2026-06-01T10:00:00,registered_letter,formal_notice,formal,2026-06-04
A5,STRANGE-3,2026-06-01T10:00:00,registered_letter,formal_notice,formal,2026-06-04
""",
    "interactions": f"""interaction_id,claim_id,at,channel,outcome,note
I1,C1,2025-11-06T10:00:00,email,promise,{STRANGER} dit qu'il est de mauvaise foi
I2,STRANGE-3,2025-11-07T10:00:00,email,refusal,non
""",
    "documents": """document_id,claim_id,kind,dated_on,path,sha256
DOC1,C1,order,2025-08-20,papers/order.pdf,
DOC2,C1,delivery_note,2025-08-30,../outside.pdf,
DOC3,C1,quote,2025-08-10,papers/quote.pdf,00ff
DOC4,C2,order,2025-09-20,papers/gone.pdf,
DOC5,STRANGE-3,order,2025-08-20,papers/stranger.pdf,
DOC6,C1,other,2025-08-20,papers/link.pdf,
DOC7,C1,contract,2025-08-01,papers/script.exe,
""",
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dossier")
    papers = folder / "ledger" / "papers"
    papers.mkdir(parents=True)
    for name, rows in LEDGER.items():
        (folder / "ledger" / f"{name}.csv").write_text(rows, encoding="utf-8")
    for name in ("order.pdf", "quote.pdf", "stranger.pdf", "script.exe"):
        (papers / name).write_bytes(b"%PDF-1.4 " + name.encode())
    (folder / "outside.pdf").write_bytes(b"%PDF-1.4 outside")
    (papers / "link.pdf").symlink_to(folder / "outside.pdf")
    home = Home.at(folder / "home", make=True)
    import_sources(home, [folder / "ledger"], imported_at=AT, strict=True)
    run_day(home, DAY, started_at=AT, steps=Steps())
    return home


@pytest.fixture
def home(ran, tmp_path):
    shutil.copytree(ran.path, tmp_path / "home", symlinks=True)
    return Home.at(tmp_path / "home")


@pytest.fixture(scope="module")
def made(ran):
    with Warehouse(ran.path) as warehouse:
        return gather(ran, warehouse, "F-001")


@pytest.fixture
def zipped(made, tmp_path):
    path = tmp_path / "dossier.zip"
    path.write_bytes(archive(made, language="fr"))
    return path


def text_of(content):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def run(*words, home):
    return CliRunner().invoke(app, [*map(str, words), "--home", str(home.path)])


def files_of(path):
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def repacked(path, files):
    with zipfile.ZipFile(path, "w") as opened:
        for name, content in files.items():
            opened.writestr(name, content)


def test_a_suit_brings_its_claims_together_and_nobody_elses(made):
    assert made.subject.claim_ids == ["C1", "C2"]
    assert {event["claim_id"] for event in made.events} == {"C1", "C2"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_file_of_the_archive_tells_of_others_of_notes_of_profiles_or_of_odds(made, language):
    content = archive(made, language=language)
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        told = [(name, opened.read(name)) for name in opened.namelist()]
    never = (
        STRANGER, "voisin", "V-003", "STRANGE-3", "7777.00", "7 777,00", "STRANGER-2",
        "mauvaise foi", "bad_faith", "bad faith", "p_90", "p_success", "solvency_score",
        "secret@un", "propensity", "recommended", "disorganised", "désorganisé", "expected",
    )  # fmt: skip

    for name, raw in told:
        # The exhibits are as they were given; of the papers, what a reader can read.
        is_paper = name.endswith(".pdf") and not name.startswith("pieces/")
        text = text_of(raw).replace("\xa0", " ") if is_paper else raw.decode("utf-8", "ignore")
        whole = (text + name).lower()
        assert not [word for word in never if word.lower() in whole], name


def test_the_same_facts_give_the_same_bytes(ran, made):
    with Warehouse(ran.path) as warehouse:
        again = gather(ran, warehouse, made.subject.reference)

    assert archive(again, language="fr") == archive(made, language="fr")


def test_the_account_in_the_dossier_adds_up_to_the_cent(made):
    for claim in made.told.claims:
        lines = made.told.lines[claim["claim_id"]]
        assert sum(line["amount"] for line in lines) == claim["total_due"]


def test_only_files_beside_their_source_are_taken_and_the_others_are_told(made):
    assert [(piece.kind, piece.ending) for piece in made.pieces] == [("order", "pdf")]
    told = {(row["kind"], row["why"]) for row in made.told.missing}
    assert {
        ("delivery_note", "elsewhere"), ("other", "elsewhere"), ("quote", "altered"),
        ("order", "no_file"), ("contract", "not_taken"), ("invoice", "invoice"),
        ("formal_notice", "formal_notice"), ("receipt", "receipt"), ("terms", "terms"),
    } <= told  # fmt: skip


def test_every_contact_and_answer_stands_with_its_day_and_receipt(made):
    paper = text_of(files_of(io.BytesIO(archive(made, language="fr")))["dossier.pdf"])

    for said in ("Démarches amiables", "05/11/2025", "Relance ferme", "Mise en demeure",
                 "le 04/06/2026", "promet de payer", "déclarée", "9 000,00"):  # fmt: skip
        assert said in paper.replace("\xa0", " "), said
    assert HOSTILE in " ".join(paper.split())


def test_checks_stand_apart_and_say_what_misses(made):
    files = files_of(io.BytesIO(archive(made, language="fr")))
    checks = text_of(files["controles-internes.pdf"])

    assert "à ne pas communiquer" in checks
    assert "Accusé de réception" in checks
    assert "Pièces manquantes" not in text_of(files["dossier.pdf"])


def test_what_goes_to_the_other_side_holds_neither_checks_nor_what_misses(made, tmp_path):
    path = tmp_path / "outward.zip"
    path.write_bytes(archive(made, language="fr", outward=True))

    files = files_of(path)

    assert verify(path).is_intact
    assert "controles-internes.pdf" not in files
    assert "missing" not in json.loads(files[MANIFEST])
    assert "bordereau.csv" in files


def test_no_cell_of_a_table_runs_as_a_formula(made):
    files = files_of(io.BytesIO(archive(made, language="fr")))

    for name in ("bordereau.csv", "chronologie.csv", "decompte.csv"):
        rows = csv.reader(io.StringIO(files[name].decode("utf-8-sig")))
        cells = [cell for row in rows for cell in row]
        assert not [cell for cell in cells if re.match(r"[=+@]|-[^0-9]", cell)]


def test_an_archive_as_it_was_made_is_intact(zipped):
    verdict = verify(zipped)

    assert verdict.is_intact, verdict.says
    assert verdict.seal in verdict.says


def _altered(files):
    files["bordereau.csv"] += b" "


def _removed(files):
    del files["decompte.csv"]


def _added(files):
    files["pieces/../../evil.pdf"] = b"x"


def _without_an_event(files):
    manifest = json.loads(files[MANIFEST])
    del manifest["events"][2]
    files[MANIFEST] = json.dumps(manifest).encode()


def _noted_anew(files):
    manifest = json.loads(files[MANIFEST])
    manifest["claim_ids"] = ["STRANGE-3"]
    files[MANIFEST] = json.dumps(manifest).encode()


def _same(files):
    """Packed anew by another program."""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_altered, "changed bordereau.csv"),
        (_removed, "removed decompte.csv"),
        (_added, "added pieces/../../evil.pdf"),
        (_without_an_event, "the chain of events is broken"),
        (_noted_anew, "the manifest is not the one that was sealed"),
        (_same, "packed anew"),
    ],
)
def test_whatever_is_done_to_an_archive_is_told(zipped, change, told):
    files = files_of(zipped)
    change(files)
    repacked(zipped, files)

    verdict = verify(zipped)

    assert not verdict.is_intact
    assert told in verdict.says
    assert "\n" not in verdict.says


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw + b"hidden",
        lambda raw: b"hidden" + raw,
        lambda raw: raw[:-30],
        lambda raw: raw.replace(b"Atelier", b"Atelie2", 1),
        lambda raw: b"",
        lambda raw: b"PK\x03\x04 no archive",
    ],
    ids=["appended", "prepended", "cut", "one byte", "empty", "another file"],
)
def test_bytes_around_or_inside_the_files_are_noticed(zipped, spoil):
    zipped.write_bytes(spoil(zipped.read_bytes()))

    assert not verify(zipped).is_intact


def test_a_forged_dossier_with_a_seal_of_its_own_is_unmasked_by_the_seal_that_was_noted(
    zipped, home, made
):
    seal = verify(zipped).seal
    (home.path / "dossiers.jsonl").write_text(
        json.dumps({"suit_id": made.subject.reference, "seal": seal}) + "\n", encoding="utf-8"
    )
    files = files_of(zipped)
    manifest = json.loads(files.pop(MANIFEST))
    about = {k: v for k, v in manifest.items() if k not in ("files", "seal", "format", "as_of")}
    files["bordereau.csv"] += b"forged"
    forged = zipped.with_name("forged.zip")
    forged.write_bytes(sealed(files, about, as_of=DAY))

    assert verify(forged).is_intact
    assert not verify(forged, seal=seal).is_intact
    assert not verify(forged, home=home.path).is_intact
    assert verify(zipped, seal=seal, home=home.path).is_intact


def test_a_chain_notices_an_event_taken_out_or_moved():
    events = [{"kind": "issued"}, {"kind": "due"}, {"kind": "payment"}]
    last = chained(events)[-1]["sha256"]

    assert chained(events[1:])[-1]["sha256"] != last
    assert chained([events[1], events[0], events[2]])[-1]["sha256"] != last


def test_names_in_the_archive_are_made_of_number_kind_and_day_alone(made):
    piece = pieces.Piece(3, "delivery_note", ("../../C1",), date(2026, 1, 2), "pdf", "0" * 64, b"x")

    assert piece_name(piece, "fr") == "pieces/piece-003_bon-de-livraison_2026-01-02.pdf"


def test_the_command_gives_a_piece_writes_verifies_and_takes_back(home, tmp_path):
    receipt, target = tmp_path / "a;$(b) é.PDF", tmp_path / "out.zip"
    receipt.write_bytes(b"%PDF-1.4 receipt")

    given = run("pieces", "F-001", "--add", receipt, "--kind", "receipt",
                "--dated-on", "2026-06-04", home=home)  # fmt: skip
    written = run("export", "dossier", "F-001", "--to", target, home=home)
    checked = run("verify", target, home=home)

    assert (given.exit_code, written.exit_code, checked.exit_code) == (0, 0, 0), given.output
    names = files_of(target)
    assert "pieces/piece-002_accuse-de-reception_2026-06-04.pdf" in names
    assert "missing: receipt of C2" in written.output
    # The receipt proves the notice of its day.
    assert "pièce n° 2" in text_of(names["dossier.pdf"])
    document = given.output.split()[0]
    assert run("pieces", "F-001", "--remove", document, home=home).exit_code == 0
    assert not list((home.path / "pieces").glob("*.pdf"))
    run("export", "dossier", "F-001", "--to", target, home=home)
    assert not [name for name in files_of(target) if "accuse" in name]


def test_a_changed_archive_ends_the_command_with_one_line_and_one(home, zipped):
    zipped.write_bytes(zipped.read_bytes()[:-40])

    told = run("verify", zipped, home=home)

    assert told.exit_code == 1
    assert len(told.output.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("export", "dossier", "--to", "x.zip"), "needs a suit"),
        (("export", "dossier", "F-001", "--to", "x.docx"), ".zip or a .pdf"),
        (("export", "dossier", "nobody", "--to", "x.zip"), "No claim"),
        (("export", "memo", "C4", "--to", "x.pdf"), "joins no suit"),
        (("export", "memo", "F-001", "--to", "x.zip"), ".pdf"),
        (("pieces", "F-001", "--add", "nowhere.pdf", "--kind", "receipt"), "cannot be read"),
        (("pieces", "F-001", "--remove", "nothing"), "No piece"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(home, tmp_path, monkeypatch, words, told):
    monkeypatch.chdir(tmp_path)

    result = run(*words, home=home)

    assert result.exit_code == 1
    assert told in result.output


@pytest.mark.parametrize(
    ("name", "kind", "content", "told"),
    [
        ("a.exe", "order", b"x", "ends in"),
        ("a.html", "order", b"x", "ends in"),
        ("a.pdf", "poem", b"x", "no kind"),
        ("a.pdf", "order", b"", "1 byte"),
    ],
)
def test_a_file_that_nobody_should_open_is_not_taken(home, name, kind, content, told):
    with pytest.raises(AmiableError, match=told):
        pieces.give(home, "C1", name, content, kind=kind, dated_on=None, at=AT)
    assert not (home.path / "pieces").exists()


def test_a_claim_that_joins_no_suit_has_a_dossier_of_its_own(ran):
    with Warehouse(ran.path) as warehouse:
        alone = gather(ran, warehouse, "F-004")

    assert alone.subject.claim_ids == ["C4"]
    files = files_of(io.BytesIO(archive(alone, language="fr")))
    assert "n'entre dans aucune action" in text_of(files["controles-internes.pdf"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", ["claim", "suits"])
def test_the_page_of_a_claim_and_of_suits_tell_what_is_on_file_and_what_misses(
    ran, monkeypatch, language, screen
):
    monkeypatch.setenv("AMIABLE_HOME", str(ran.path))
    console = AppTest.from_file(str(APP), default_timeout=60)
    console.session_state["language"] = language
    console.session_state["claim_id"] = "C1"
    console.session_state["dossier_open"] = True
    console.run()

    console.switch_page(f"screens/{screen}.py").run()

    assert not console.exception
    say = Words(language)
    shown = "\n".join(str(part.value) for part in [*console.markdown, *console.caption])
    assert say("dossier.missing") in shown
    assert say("dossier.title") in [box.label for box in console.expander]
    assert console.selectbox(key="piece_claim").options


@pytest.mark.parametrize(
    ("language", "told"), [("fr", "Note de décision"), ("en", "Decision memo")]
)
def test_the_memo_holds_on_one_page_and_leaves_the_decision_to_a_person(ran, language, told):
    with Warehouse(ran.path) as warehouse:
        case = case_of(ran, warehouse, "F-001")

    reader = PdfReader(io.BytesIO(memo_pdf(case, language=language)))

    assert len(reader.pages) == 1
    text = reader.pages[0].extract_text()
    assert told in text
    assert "71-1130" in text
    assert memo_pdf(case, language=language) == memo_pdf(case, language=language)


@pytest.mark.parametrize(
    ("kind", "told", "vat"),
    [
        ("safeguard", "sauvegarde", False),
        ("liquidation", "liquidation judiciaire", True),
        ("over_indebtedness", "surendettement", False),
    ],
)
def test_a_claim_in_proceedings_is_declared_and_called_no_loss(ran, kind, told, vat):
    with Warehouse(ran.path) as warehouse:
        case = case_of(ran, warehouse, "F-001")
    courses = [{**row, "recommended": row["course"] == "write_off"} for row in case.courses]

    changed = replace(case, courses=courses, insolvency=kind, vat_comes_back=True)
    pdf = memo_pdf(changed, language="fr")

    text = " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
    assert f"ne pas agir : {told}" in text
    assert "passage en perte" not in text
    assert ("TVA se récupère" in text) is vat


def test_the_memo_names_the_court_in_its_own_language(ran):
    with Warehouse(ran.path) as warehouse:
        case = case_of(ran, warehouse, "F-001")
    courses = [{**row, "recommended": row["course"] == "merits"} for row in case.courses]

    told = {name: memo_proposal(replace(case, courses=courses), name) for name in LANGUAGES}

    assert "du débiteur" in told["fr"]
    assert case.courts["merits"] in told["en"]
    assert "débiteur" not in told["en"]


def test_the_last_day_to_declare_stands_in_the_memo(ran):
    with Warehouse(ran.path) as warehouse:
        case = case_of(ran, warehouse, "F-001")
    declaring = [
        {**row, "recommended": row["course"] == "write_off", "tasks": ["declare_claim"]}
        for row in case.courses
    ]

    def told(day, courses):
        case_ = replace(case, courses=courses, insolvency="liquidation", declare_by=day)
        return memo_tasks(case_, "en") or ""

    assert "Last day to declare: 20 December 2099" in told(date(2099, 12, 20), declaring)
    assert "relief from forfeiture" in told(date(2020, 1, 2), declaring)
    assert "declare" not in told(date(2099, 12, 20), case.courses)


def test_two_figures_turn_the_advice_at_their_exact_limits():
    told = {"expected_net": 196, "cost": 201, "suit_amount": 1176, "break_even_amount": 441}
    row = {name: Decimal(value) for name, value in told.items()}

    amount, cost = flips(row, "en")

    assert "€441.00" in amount
    assert "€397.00" in cost
    assert "even free of costs" in flips({**row, "expected_net": Decimal(-300)}, "en")[1]


def test_the_published_pivots_are_told_where_the_day_has_them():
    row = {"cost": Decimal(201), "p_collect": 0.38, "pivot_1": "p_collect", "pivot_1_at": 0.31,
           "pivot_2": "costs", "pivot_2_at": 1.974}  # fmt: skip

    chance, costs = flips(row, "fr")

    assert "31\xa0%" in chance
    assert "38\xa0%" in chance
    assert "1,97 fois" in costs
