"""Notices of collective proceedings reach the debtors they name, and stop the chase of them."""

import csv
import json
from datetime import date, datetime

import pytest

from amiable.home import Home
from amiable.imports import import_sources
from amiable.logs import Steps
from amiable.recording import record_file
from amiable.runs import run_day
from pipelines.errors import LedgerRefused
from pipelines.sources import format_of
from pipelines.store import open_store
from pipelines.warehouse import Warehouse

NOW = datetime(2026, 11, 20, 8, 0)
DAY = date(2026, 10, 1)
COLUMNS = (
    "id", "publicationavis", "dateparution", "numeroannonce", "typeavis", "typeavis_lib",
    "familleavis", "familleavis_lib", "tribunal", "commercant", "ville", "registre", "cp",
    "listepersonnes", "jugement",
)  # fmt: skip
ROUSSEL, MARCHAND, LUNE = "732829320", "552100554", "404833048"
LIQUIDATION = "Jugement d'ouverture de liquidation judiciaire"


def notice(siren=ROUSSEL, nature=LIQUIDATION, on="2026-09-01", published="2026-09-10", **changes):
    judgment = {"type": "initial", "famille": "Jugement", "nature": nature, "date": on}
    return {
        "id": f"A2026-{siren}-{published}",
        "publicationavis": "A",
        "dateparution": published,
        "numeroannonce": "12",
        "typeavis": "annonce",
        "typeavis_lib": "Avis initial",
        "familleavis": "collective",
        "familleavis_lib": "Procédures collectives",
        "tribunal": "Tribunal de commerce de Nantes",
        "commercant": "ROUSSEL & FILS ; menuiserie",
        "ville": "Nantes",
        "registre": f"{siren},{siren[:3]} {siren[3:6]} {siren[6:]}",
        "cp": "44000",
        "jugement": json.dumps(judgment, ensure_ascii=False),
        **changes,
    }


def extract(path, *notices, separator=";"):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=separator)
        writer.writeheader()
        writer.writerows(notices)
    return path


def ledger(folder):
    folder.mkdir()
    (folder / "debtors.csv").write_text(
        "debtor_id,name,kind,siren,created_on\n"
        f"D1,Roussel,company,{ROUSSEL},2010-01-01\n"
        f"D1b,Roussel bis,company,{ROUSSEL},2010-01-01\n"
        f"D2,Marchand,company,{MARCHAND},2010-01-01\n"
        "D3,Roussel et Fils,company,,2010-01-01\n",
        encoding="utf-8",
    )
    lines = [
        f"C{n},{debtor},2026-0{n}-01,2026-0{n + 1}-01,900.00,F-{n}"
        for n, debtor in enumerate(("D1", "D2", "D3"), start=4)
    ]
    (folder / "claims.csv").write_text(
        "claim_id,debtor_id,issued_on,due_on,amount,invoice_number\n" + "\n".join(lines) + "\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture
def home(tmp_path):
    home = Home.at(tmp_path / "home", make=True)
    import_sources(home, [ledger(tmp_path / "ledger")], imported_at=NOW, strict=True)
    return home


def take(home, path, **options):
    (report,) = import_sources(home, [path], imported_at=NOW, **options)
    return report


def stored(home):
    con = open_store(home.store)
    rows = con.execute(
        "select debtor_id, cast(opened_on as varchar), kind, cast(published_on as varchar),"
        " cast(closed_on as varchar) from insolvencies order by all"
    ).fetchall()
    con.close()
    return rows


def scenes(path):
    """One notice of each sort; only the first three say that a known debtor fails."""
    return extract(
        path,
        notice(),
        notice(MARCHAND, "Jugement d'ouverture d'une procédure de redressement judiciaire",
               "3 août 2026", registre="552 100 554 R.C.S. Paris"),
        notice(MARCHAND, "Jugement prononçant la résolution du plan de redressement et la"
               " liquidation judiciaire", "2026-09-05"),
        notice(LUNE),
        notice("", registre="", commercant="Roussel et Fils"),
        notice(familleavis="vente", familleavis_lib="Ventes et cessions"),
        notice(nature="Jugement arrêtant le plan de redressement"),
        notice(nature="Modification du plan de sauvegarde"),
        notice(nature="Dépôt de l'état des créances de liquidation judiciaire"),
        notice(typeavis="annulation", typeavis_lib="Avis d'annulation"),
        notice(jugement="pas du JSON"),
        notice(registre="RCS non inscrit 12345"),
    )  # fmt: skip


def test_only_openings_of_debtors_known_by_their_siren_are_taken(home, tmp_path):
    report = take(home, scenes(tmp_path / "bodacc.csv"))

    assert report.format == "bodacc"
    assert (report.read, report.accepted, report.out_of_scope, report.quarantined) == (12, 3, 9, 0)
    assert stored(home) == [
        ("D1", "2026-09-01", "liquidation", "2026-09-10", None),
        ("D1b", "2026-09-01", "liquidation", "2026-09-10", None),
        ("D2", "2026-08-03", "receivership", "2026-09-10", None),
        ("D2", "2026-09-05", "liquidation", "2026-09-10", None),
    ]
    told = " ".join(report.notes)
    assert "3 notices name no SIREN of a known debtor" in told
    assert "1 notices of other families" in told
    assert "1 notices of known debtors cancel" in told


def test_the_same_extract_twice_changes_nothing(home, tmp_path):
    path = scenes(tmp_path / "bodacc.csv")
    take(home, path)
    before = stored(home)

    assert take(home, path).accepted == 3
    assert stored(home) == before


@pytest.mark.parametrize(
    ("nature", "kind"),
    [
        ("Jugement d'ouverture de sauvegarde", "safeguard"),
        ("Jugement d'ouverture d'une procédure de sauvegarde accélérée", "safeguard"),
        ("Jugement d'ouverture de redressement judiciaire", "receivership"),
        ("Redressement judiciaire", "receivership"),
        ("Jugement prononçant la liquidation judiciaire simplifiée", "liquidation"),
        ("Jugement d'extension de liquidation judiciaire", "liquidation"),
        ("Jugement de conversion en liquidation judiciaire", "liquidation"),
        ("Jugement de plan de redressement", None),
        ("Jugement de clôture pour insuffisance d'actif", None),
        ("Jugement mettant fin à la procédure de redressement judiciaire", None),
        ("Faillite personnelle", None),
        ("Arrêt infirmant l'ouverture de la liquidation judiciaire", None),
    ],
)
def test_the_kind_is_what_the_judgment_says(home, tmp_path, nature, kind):
    take(home, extract(tmp_path / "b.csv", notice(MARCHAND, nature)))

    assert [row[2] for row in stored(home)] == [kind] * (kind is not None)


@pytest.mark.parametrize(
    ("nature", "closed"),
    [
        ("Jugement de clôture pour insuffisance d'actif", "2027-01-15"),
        ("Clôture pour extinction du passif", "2027-01-15"),
        ("Jugement prorogeant le délai de clôture de la liquidation judiciaire", None),
        ("Jugement arrêtant le plan de sauvegarde", None),
        ("Jugement de plan de cession", None),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_only_a_true_closing_closes(home, tmp_path, nature, closed, together):
    opening = notice(MARCHAND)
    end = notice(MARCHAND, nature, "2027-01-15", "2027-01-20")
    files = [[opening, end]] if together else [[opening], [end]]
    for number, notices in enumerate(files):
        report = take(home, extract(tmp_path / f"{number}.csv", *notices, separator=","))

    assert stored(home) == [("D2", "2026-09-01", "liquidation", "2026-09-10", closed)]
    assert report.read == report.accepted + report.out_of_scope
    assert (report.out_of_scope == 0) is (closed is not None)
    # The opening read again does not open what was closed.
    take(home, extract(tmp_path / "0.csv", opening))
    assert stored(home)[0][4] == closed


def test_a_conversion_or_a_correction_does_not_move_the_day_of_the_deadline(home, tmp_path):
    opening = "Jugement d'ouverture de redressement judiciaire"
    take(home, extract(tmp_path / "1.csv", notice(MARCHAND, opening)))
    corrected = notice(MARCHAND, opening, published="2026-10-20", typeavis_lib="Avis rectificatif")
    converted = notice(MARCHAND, "Conversion en liquidation judiciaire", "2026-11-02", "2026-11-10")
    report = take(home, extract(tmp_path / "2.csv", corrected, converted))

    first = ("D2", "2026-09-01", "receivership", "2026-09-10", None)
    assert stored(home) == [("D2", "2026-09-01", "liquidation", "2026-09-10", None), first]
    assert (report.accepted, report.out_of_scope) == (2, 0)
    # The kind changes with the notice that says so, not before.
    con = open_store(home.store)
    assert con.execute("select kind, known_on from insolvencies order by 1").fetchall() == [
        ("liquidation", date(2026, 11, 10)),
        ("receivership", None),
    ]
    con.close()
    end = notice(MARCHAND, "Clôture pour insuffisance d'actif", "2027-01-15", "2027-01-20")
    take(home, extract(tmp_path / "3.csv", end))
    assert {row[4] for row in stored(home)} == {"2027-01-15"}
    # Read again, the conversion opens nothing new.
    take(home, extract(tmp_path / "2.csv", corrected, converted))
    assert len(stored(home)) == 2


def test_a_conversion_keeps_the_day_declared(home, tmp_path):
    opening = "Jugement d'ouverture de redressement judiciaire"
    folder = tmp_path / "declared"
    folder.mkdir()
    (folder / "insolvencies.csv").write_text(
        "debtor_id,opened_on,kind,published_on,declared_on\n"
        "D2,2026-09-01,receivership,2026-09-10,2026-09-20\n",
        encoding="utf-8",
    )
    import_sources(home, [folder], imported_at=NOW, strict=True)
    converted = notice(MARCHAND, "Conversion en liquidation judiciaire", "2026-11-02", "2026-11-10")
    take(home, extract(tmp_path / "b.csv", notice(MARCHAND, opening), converted))

    con = open_store(home.store)
    assert con.execute("select kind, declared_on from insolvencies order by 1").fetchall() == [
        ("liquidation", date(2026, 9, 20)),
        ("receivership", date(2026, 9, 20)),
    ]
    con.close()


def test_several_persons_of_one_notice_are_each_found_by_their_number(home, tmp_path):
    persons = [
        {"typePersonne": "pm", "numeroImmatriculation": {"numeroIdentification": "552 100 554"}},
        {"typePersonne": "pm", "numeroImmatriculation": {"numeroIdentification": "732829320"}},
    ]
    several = notice(LUNE, registre="", listepersonnes=json.dumps({"personne": persons}))
    report = take(home, extract(tmp_path / "b.csv", several))

    assert {row[0] for row in stored(home)} == {"D1", "D1b", "D2"}
    assert (report.read, report.accepted) == (1, 1)


def test_the_kind_may_stand_in_the_text_and_a_cancellation_in_the_judgment(home, tmp_path):
    said = {
        "type": "initial",
        "nature": "Autre jugement d'ouverture",
        "date": "2026-09-01",
        "complementJugement": "Jugement ouvrant le redressement judiciaire, qui n'est pas une"
        " liquidation judiciaire.",
    }
    other = said | {"type": "annulation"}
    told = [notice(MARCHAND, jugement=json.dumps(said)), notice(jugement=json.dumps(other))]
    report = take(home, extract(tmp_path / "b.csv", *told))

    assert stored(home) == [("D2", "2026-09-01", "receivership", "2026-09-10", None)]
    assert any("cancel or reverse" in note for note in report.notes)


def test_a_day_declared_survives_another_import_of_the_notice(home, tmp_path):
    folder = tmp_path / "declared"
    folder.mkdir()
    (folder / "insolvencies.csv").write_text(
        "debtor_id,opened_on,kind,published_on,declared_on\n"
        "D2,2026-09-01,liquidation,2026-09-10,2026-09-20\n",
        encoding="utf-8",
    )
    import_sources(home, [folder], imported_at=NOW, strict=True)
    take(home, extract(tmp_path / "b.csv", notice(MARCHAND)))

    con = open_store(home.store)
    assert con.execute("select declared_on from insolvencies").fetchall() == [(date(2026, 9, 20),)]
    con.close()


def test_days_missing_or_impossible_are_replaced_by_the_publication_or_refused(home, tmp_path):
    unread = notice(MARCHAND, on="un jour de mai")
    later = notice(ROUSSEL, on="2026-12-31")
    nothing = notice(MARCHAND, on="", published="")
    report = take(home, extract(tmp_path / "b.csv", unread, later, nothing))

    assert {row[1] for row in stored(home)} == {"2026-09-10"}
    assert (report.accepted, report.quarantined) == (2, 1)


XML = """<?xml version="1.0" encoding="UTF-8"?>
<PCL_REDIFF><parution>20260175</parution><dateParution>2026-09-10</dateParution><annonces>
<avis><typeAnnonce><creation/></typeAnnonce><numeroAnnonce>1</numeroAnnonce>
 <personnes><personne><denomination>MARCHAND &amp; CIE</denomination>
  <numeroImmatriculation><numeroIdentification>552 100 554</numeroIdentification>
  <codeRCS>RCS</codeRCS></numeroImmatriculation></personne></personnes>
 <jugement><famille>Jugement d'ouverture</famille>
  <nature>Jugement d'ouverture de liquidation judiciaire</nature><date>1er septembre 2026</date>
 </jugement></avis>
<annonce><registre>404833048</registre><jugement>{"nature": "Liquidation judiciaire"}</jugement>
</annonce></annonces></PCL_REDIFF>
"""


def test_the_xml_form_says_the_same(home, tmp_path):
    path = tmp_path / "bodacc.xml"
    path.write_text(XML, encoding="utf-8")

    report = take(home, path)

    assert stored(home) == [("D2", "2026-09-01", "liquidation", "2026-09-10", None)]
    assert (report.format, report.read, report.out_of_scope) == ("bodacc", 2, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (XML[:-200], "broken XML"),
        (XML.replace("<PCL", '<!DOCTYPE a [<!ENTITY b "c">]><PCL', 1), "document type"),
        ("<a><annonces/><dateParution/></a>", "no notice"),
        ("<a><annonces><avis>" + "<b>" * 60 + "</b>" * 60 + "</avis></annonces></a>", "deep"),
    ],
)
def test_xml_that_is_broken_or_sly_is_refused(home, tmp_path, text, told):
    path = tmp_path / "bodacc.xml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(LedgerRefused, match=told):
        take(home, path, source_format="bodacc")
    assert stored(home) == []


def test_a_csv_without_its_columns_is_refused(home, tmp_path):
    path = tmp_path / "b.csv"
    path.write_text("id;registre\n1;732829320\n", encoding="utf-8")

    with pytest.raises(LedgerRefused, match="dateparution, jugement"):
        take(home, path, source_format="bodacc")


def test_an_extract_is_known_by_its_columns(tmp_path):
    assert format_of(extract(tmp_path / "b.csv", notice())) == "bodacc"
    (tmp_path / "b.xml").write_text(XML, encoding="utf-8")
    assert format_of(tmp_path / "b.xml") == "bodacc"
    (tmp_path / "i.xml").write_text("<Invoice><Avis/></Invoice>", encoding="utf-8")
    assert format_of(tmp_path / "i.xml") == "einvoice"


def test_the_next_run_declares_by_the_deadline_and_sues_no_more(home, tmp_path):
    run_day(home, DAY, started_at=NOW, steps=Steps())
    with Warehouse(home.path) as warehouse:
        before = warehouse.table("recovery").set_index("claim_id")
    take(home, extract(tmp_path / "b.csv", notice()))
    run_day(home, DAY, started_at=NOW, steps=Steps())

    with Warehouse(home.path) as warehouse:
        tasks = warehouse.table("recommendations").set_index("claim_id")
        courses = warehouse.table("litigation")
        after = warehouse.table("recovery").set_index("claim_id")
        work = warehouse.table("worklist").set_index("claim_id")
    assert tasks.loc["C4", "action"] == "declare_in_insolvency"
    # Two months from the publication of 10 September (Code de commerce, art. R622-24).
    assert "10/11/2026" in tasks.loc["C4", "reason"] or "10 nov" in tasks.loc["C4", "reason"]
    assert work.loc["C4", "action"] == "declare_in_insolvency"
    assert work.loc["C4", "rank"] == 1
    assert "declare_in_insolvency" not in set(tasks.loc[["C5", "C6"], "action"])
    mine = courses[courses["debtor_id"] == "D1"]
    suits = mine[~mine["course"].isin(["amicable", "plan", "agency", "write_off"])]
    assert len(suits) > 0
    assert not suits["admissible"].any()
    assert all("debtor_insolvent" in each for each in suits["obstacles"])
    assert after.loc["C4", "p_365"] < 0.2 < before.loc["C4", "p_365"]
    assert after.loc["C5", "p_365"] == before.loc["C5", "p_365"]


def test_a_claim_said_to_be_declared_leaves_the_work_of_the_next_run(home, tmp_path):
    take(home, extract(tmp_path / "b.csv", notice()))
    said = tmp_path / "said.jsonl"
    said.write_text(
        json.dumps(
            {
                "at": "2026-09-20T10:00",
                "actor": "Anne",
                "subject_type": "claim",
                "subject_id": "C4",
                "kind": "answer",
                "payload": {"question": "declared_in_insolvency", "answer": "oui"},
            }
        ),
        encoding="utf-8",
    )
    record_file(home, said, now=NOW)
    run_day(home, DAY, started_at=NOW, steps=Steps())

    with Warehouse(home.path) as warehouse:
        tasks = warehouse.table("recommendations").set_index("claim_id")
        work = warehouse.table("worklist")
    assert tasks.loc["C4", "action"] == "wait"
    assert "declare_in_insolvency" not in set(work["action"])
