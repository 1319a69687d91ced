"""Labelling from end to end: queue, file out and in, journal, agreement, the screen."""

import json
import shutil
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from amiable import labels, labels_file
from amiable.cli import app
from amiable.errors import AmiableError
from amiable.home import Home
from amiable.imports import import_sources
from amiable.logs import Steps
from amiable.runs import run_day
from app_streamlit import blind
from data_schema import codes
from pipelines.journal import Journal
from pipelines.warehouse import Warehouse

APP = Path(__file__).parent.parent / "app_streamlit" / "app.py"
DAY = date(2026, 10, 1)
AT = datetime(2026, 10, 1, 9, 0)
HOSTILE = '=HYPERLINK("http://x")'
LEDGER = {
    "debtors": """debtor_id,name,kind
=D1,<img src=x> Morel,company
D2,Garage Roux,company
D3,Atelier Blin,company
D4,Ferme Lenoir,company
D5,Café du Port,company
""",
    "claims": """claim_id,debtor_id,issued_on,due_on,amount
C1,=D1,2026-05-01,2026-06-01,900.00
C2,D2,2026-05-01,2026-06-01,2500.00
C3,D3,2026-05-01,2026-06-01,400.00
C4,D4,2026-05-01,2026-06-01,80.00
C5,D5,2026-05-01,2026-06-01,12000.00
""",
    "interactions": """interaction_id,claim_id,at,channel,outcome,note
I1,C1,2026-07-01T10:00,phone,cash_wait,"=cmd|'/c calc'!A1 trésorerie tendue"
I2,C2,2026-07-02T10:00,phone,refusal,"Garage Roux : Mme Roux, 0612345678, <b>syndicat</b> **non**"
""",
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("labels")
    (folder / "ledger").mkdir()
    for name, text in LEDGER.items():
        (folder / "ledger" / f"{name}.csv").write_text(text, encoding="utf-8")
    home = Home.at(folder / "home", make=True)
    import_sources(home, [folder / "ledger"], imported_at=AT, strict=True)
    run_day(home, DAY, started_at=AT, steps=Steps())
    return home


@pytest.fixture
def home(ran, tmp_path):
    shutil.copytree(ran.path, tmp_path / "home", symlinks=True)
    return Home.at(tmp_path / "home")


def cli(home, *words):
    told = CliRunner().invoke(app, ["labels", *words, "--home", str(home.path)])
    return told.exit_code, " ".join(told.output.split())


def told(home):
    with Warehouse(home.path) as warehouse:
        standing = labels_file.standing(home, DAY)
        return labels.told(warehouse, labels.given(warehouse, standing))


def filled(home, path, verdicts, *, by="Zoé", n=20):
    """The person's queue, exported and filled in by debtor."""
    labels_file.export(home, path, labeller=by, n=n, language="fr")
    frame = pd.read_csv(path, dtype=str) if path.suffix == ".csv" else pd.read_excel(path)
    frame["Profil"] = [verdicts.get(name.lstrip("'"), "") for name in frame["Dossier"]]
    if path.suffix == ".csv":
        # As a French spreadsheet saves it.
        path.write_bytes(frame.to_csv(index=False, sep=";").encode("cp1252", "replace"))
    else:
        frame.to_excel(path, index=False)
    return frame


def take(home, path, **options):
    return labels_file.take(home, path, by=None, now=AT, day=DAY, **options)


def test_a_file_holds_facts_but_no_name_belief_or_formula(home, tmp_path):
    code, output = cli(home, "export", "--by", "Zoé", "--to", str(tmp_path / "q.xlsx"))

    assert (code, "5 cases" in output) == (0, True)
    sheet = openpyxl.load_workbook(tmp_path / "q.xlsx").active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    text = "\n".join(cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert "[débiteur] : [une personne], [masqué], <b>[masqué]</b> **non**" in text
    for hidden in ("Morel", "Roux", "certitude", "hypothèse", "0612"):
        assert hidden not in text


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_filled_file_is_taken_once(home, tmp_path, ending):
    path = tmp_path / f"q.{ending}"
    filled(home, path, {"=D1": "Trésorerie tendue", "D2": "bad faith", "D3": "impossible à dire"})

    first, again = take(home, path), take(home, path)

    assert (first.read, first.blank, first.new, first.known) == (5, 2, 3, 0)
    assert (again.new, again.known) == (0, 3)
    entries = {entry.subject_id: entry for entry in labels_file.standing(home, DAY)}
    assert entries["=D1"].payload == {"profile": "cash_strapped", "blind": True}
    assert (entries["D3"].kind, entries["D3"].payload["answer"]) == ("answer", "cannot_say")
    assert (told(home)["labels"], told(home)["cannot_say"]) == (2, 1)


def test_wrong_lines_are_refused_by_their_number_and_nothing_is_taken(home, tmp_path):
    path = tmp_path / "q.csv"
    path.write_text(
        "Débiteur;Étiquette;Étiqueté par;Étiqueté le\n"
        "D2;désorganisé;Zoé;30/09/2026\n"
        f"D3;{HOSTILE};Zoé;\n"
        "D9;mauvaise foi;Zoé;\n"
        "D4;mauvaise foi;;\n"
        "D5;mauvaise foi;Zoé;32/13/2026\n"
        "D5;mauvaise foi;Zoé;2026-12-01\n"
        "D2;mauvais payeur;Zoé;\n",
        encoding="utf-8",
    )

    code, output = cli(home, "import", str(path), "--as-of", str(DAY))

    assert code == 1
    assert "nothing was taken, 6 of 7 lines to correct" in output
    for said in (
        "line 3 (D3): '=HYPER", "line 4 (D9): there is no", "line 5 (D4): who", "line 6 (D5): ",
        "line 7 (D5)", "line 8 (D2): has two",
    ):  # fmt: skip
        assert said in output
    assert labels_file.standing(home, DAY) == []


def test_the_words_of_the_domain_are_taken_as_labels():
    said = ("Mauvaise gestion", "tresorerie", "MAUVAIS PAYEUR", "mécontent", "NSP")

    found = [labels_file.verdict_of(word) for word in said]

    assert found == [*codes("profile"), "cannot_say"]


def test_a_file_that_is_no_queue_says_so(home, tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "b.csv").write_bytes(b"\x00\x01PK")

    with pytest.raises(AmiableError, match="no column Dossier and Profil"):
        take(home, tmp_path / "a.csv")
    assert cli(home, "import", str(tmp_path / "b.csv"))[0] == 1
    assert cli(home, "import", str(tmp_path / "none.csv"))[0] == 1


def test_a_second_person_reads_without_the_first_label_and_the_third_settles(home, tmp_path):
    everyone = [row.strip().split(",")[0] for row in LEDGER["debtors"].splitlines()[1:]]
    first = dict.fromkeys(everyone, "désorganisé")
    filled(home, tmp_path / "a.csv", first, by="Ana")
    take(home, tmp_path / "a.csv")
    path = tmp_path / "b.csv"
    lines = "".join(f"{name};mauvaise foi;Bob\n" for name in ("=D1", "D2"))
    path.write_text("Dossier;Profil;Par\n" + lines + "D3;désorganisé;Bob\n", encoding="utf-8")
    take(home, path)

    code, output = cli(home, "queue", "--by", "Zoé", "--json")
    found = json.loads(output[output.index("{") :])
    assert (code, found["drawn"]["third"], "bad_faith" in output) == (0, 2, False)
    code, output = cli(home, "agreement")
    assert "third look: D2 (ana: disorganised, bob: bad_faith)" in output
    assert told(home)["fair"] == 5

    path.write_text("Dossier,Profil,Par\nD2,mauvaise foi,Zoé\n", encoding="utf-8")
    take(home, path)
    assert [row["debtor_id"] for row in told(home)["contested"]] == ["=D1"]


def screen(home, monkeypatch, actor=""):
    monkeypatch.setenv("AMIABLE_HOME", str(home.path))
    opened = AppTest.from_file(str(APP), default_timeout=60)
    opened.session_state["actor"] = actor
    opened.run()
    opened.switch_page("screens/labels.py").run()
    assert not opened.exception
    return opened


def save(opened):
    next(button for button in opened.button if "Enregistrer" in button.label).click().run()
    assert not opened.exception


def shown(opened):
    parts = [*opened.markdown, *opened.caption, *opened.info, *opened.success, *opened.subheader]
    frames = [frame.value.to_string() for frame in opened.dataframe]
    return "\n".join([*(str(part.value) for part in parts), *frames])


def test_the_screen_asks_for_a_name_then_takes_a_label_and_its_undo(home, monkeypatch):
    assert "Écrivez votre nom" in shown(screen(home, monkeypatch))
    opened = screen(home, monkeypatch, "Zoé")
    before = [radio for radio in opened.radio if radio.key.startswith("verdict_")]

    before[0].set_value("cash_strapped")
    save(opened)

    (entry,) = labels_file.standing(home, DAY)
    assert (entry.actor, entry.kind) == ("Zoé", "confirm_profile")
    assert (entry.payload["profile"], entry.payload["blind"]) == ("cash_strapped", True)
    after = [radio for radio in opened.radio if radio.key.startswith("verdict_")]
    assert after[0].key != before[0].key
    assert after[0].value is None
    opened.button(key="label_undo").click().run()
    assert labels_file.standing(home, DAY) == []
    assert len(Journal(home.journal_url).entries()) == 2


def test_the_screen_hides_names_beliefs_and_markup(home, monkeypatch):
    opened = screen(home, monkeypatch, "Zoé")
    texts = []
    for _ in range(5):
        texts.append(shown(opened))
        radio = next(each for each in opened.radio if each.key.startswith("verdict_"))
        radio.set_value("cannot_say")
        save(opened)
    text = "\n".join(texts)

    assert "\\<b\\>" in text
    assert "[masqué]" in text.replace("\\", "")
    for hidden in ("Morel", "Roux", "p_bad_faith", "certitude", "Certitude", "Hypothèse", "D2"):
        assert hidden not in text
    assert "Votre part du jour est faite" in shown(opened)
    assert told(home)["cannot_say"] == 5
    opened.switch_page("screens/journal.py").run()
    assert "impossible à dire · à l'aveugle" in shown(opened)


def test_the_screen_speaks_english_and_trains_on_request(home, monkeypatch):
    opened = screen(home, monkeypatch, "Zoé")
    opened.session_state["language"] = "en"
    opened.run()
    assert "Your reading" in shown(opened)
    monkeypatch.setattr("app_streamlit.parts.labels.train_profile", refused)

    opened.button(key="label_train").click().run()

    assert not opened.exception
    assert [error.value for error in opened.error] == ["too \\<b\\>few\\</b\\> debtors"]


def test_a_refused_upload_is_called_by_its_own_name(home, monkeypatch):
    monkeypatch.setattr(blind.desk, "writable", lambda: None)
    monkeypatch.setattr(blind.desk, "home", lambda: home)
    monkeypatch.setattr(blind.desk, "day", lambda: DAY)

    for content, said in ((b"Dossier;Profil\nD9;voleur\n", "nothing was taken"), (b"", "empty")):
        with pytest.raises(AmiableError, match=said) as refusal:
            blind.take("../mes étiquettes.csv", content, "Zoé", AT)
        assert str(refusal.value).startswith("mes étiquettes.csv")


def refused(home, day, steps):
    raise AmiableError("too <b>few</b> debtors")


def test_only_those_who_labelled_a_case_see_the_disagreement_and_settle_it(
    home, tmp_path, monkeypatch
):
    path = tmp_path / "two.csv"
    path.write_text("Dossier;Profil;Par\nD2;bad faith;Ana\nD2;désorganisé;Bob\n", encoding="utf-8")
    take(home, path)
    assert "ana : mauvaise foi" not in shown(screen(home, monkeypatch, "Zoé"))
    opened = screen(home, monkeypatch, "Ana")
    assert "ana : mauvaise foi, bob : désorganisé" in shown(opened)

    opened.selectbox(key="third_profile").set_value("disorganised")
    opened.text_input(key="third_why").set_value("relu ensemble")
    next(button for button in opened.button if button.label == "Trancher").click().run()

    assert not opened.exception
    last = labels_file.standing(home, DAY)[-1]
    assert (last.payload["profile"], last.payload["blind"], last.reason) == (
        "disorganised",
        False,
        "relu ensemble",
    )
    assert told(home)["contested"] == []
    assert told(home)["cases"] == 1
