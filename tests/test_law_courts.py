"""The court of a suit and its name, with and without a table of communes."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from typer.testing import CliRunner

from amiable.cli import app
from amiable.courts import FILE, load, seats
from amiable.home import Home
from law.costs import tae_contribution
from law.courts import Seats, court, is_economic
from law.facts import SuitFacts
from law.words import words
from models.litigation.places import located
from pipelines.errors import LedgerRefused
from pipelines.sources.courts import read

DAY = date(2026, 11, 21)
LYON = Seats(judicial="Lyon", protection="Villeurbanne", commercial="Lyon")
TABLE = """Code INSEE;Commune;Code postal;Tribunal judiciaire;Tribunal de proximité;Tribunal de commerce
69123;Lyon;69003;Tribunal judiciaire de Lyon;Tribunal de proximité de Villeurbanne;TAE de Lyon
1004;Ambérieu-en-Bugey;01500;TJ de Bourg-en-Bresse;;Tribunal de commerce de Bourg-en-Bresse
72181;Le Mans;72000;Le Mans;;Le Mans
00;nowhere;;x;;y
"""  # noqa: E501


def facts(**changes):
    plain = {"amount": Decimal(4000), "as_of": DAY, "debtor_kind": "company"}
    return SuitFacts(**(plain | changes))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "communes.csv"
    path.write_text(TABLE, encoding="cp1252")
    return path


@pytest.mark.parametrize(
    ("changes", "course", "name"),
    [
        ({}, "merits", "tribunal des activités économiques de Lyon"),
        ({"as_of": date(2024, 6, 1)}, "merits", "tribunal de commerce de Lyon"),
        ({"debtor_kind": "consumer"}, "merits", "tribunal judiciaire de Lyon"),
        (
            {"debtor_kind": "consumer", "nature": "consumer_credit"},
            "payment_order",
            "juge des contentieux de la protection de Villeurbanne",
        ),
        (
            {},
            "small_claim",
            "commissaire de justice du ressort de la cour d'appel du siège du débiteur",
        ),
        (
            {"has_title": True},
            "enforcement",
            "commissaire de justice ; en cas de contestation, juge de l'exécution du tribunal"
            " judiciaire de Lyon",
        ),
        ({"debtor_kind": "public"}, "merits", "juridiction administrative, hors des voies civiles"),
    ],
)
def test_a_loaded_table_gives_the_town_and_the_law_the_rest(changes, course, name):
    found = court(facts(**changes), course, LYON)

    assert found.name == name
    assert found.reason in words()["court_reasons"]


def test_the_twelve_economic_courts_are_those_of_their_years():
    assert is_economic("LE HAVRE", DAY)
    assert not is_economic("Lille", DAY)
    assert not is_economic("Paris", date(2024, 12, 31))
    assert not is_economic("Paris", date(2029, 1, 1))


def test_the_table_settles_whether_the_contribution_is_due():
    """Turnover 60 M EUR, profit 4 M EUR: 3 % of 80 000 EUR are 2 400 EUR, at a TAE only."""
    large = {"amount": Decimal(80000), "headcount": 300, "turnover": Decimal("6e7"),
             "profit": Decimal("4e6")}  # fmt: skip

    assert tae_contribution(facts(**large)).due is None
    assert tae_contribution(facts(**large, before_tae=False)).due is False
    owed = tae_contribution(facts(**large, before_tae=True))
    assert owed.due is True
    assert owed.amount.central == 2400


def test_a_table_is_read_with_french_names_court_names_and_short_codes(file):
    found = read(file)

    rows = found.rows.set_index("commune_code")
    assert list(rows.index) == ["69123", "01004", "72181"]
    assert rows.loc["01004", "judicial"] == "Bourg-en-Bresse"
    assert rows.loc["69123", ["protection", "commercial"]].tolist() == ["Villeurbanne", "Lyon"]
    assert found.refused == ["line 5: '00' is no commune code"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("ville;tribunal judiciaire\nLyon;Lyon\n", "no column of commune codes"),
        ("code insee;ville\n69123;Lyon\n", "no column of courts"),
        ("code insee;tribunal judiciaire\nabc;Lyon\n", "holds no commune"),
        ("", "empty"),
    ],
)
def test_what_is_no_such_table_is_refused_in_one_sentence(tmp_path, content, why):
    path = tmp_path / "other.csv"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(LedgerRefused, match=why):
        read(path)


def test_a_debtor_is_found_by_code_then_postcode_then_town_and_never_guessed():
    table = pd.DataFrame(
        [
            ["69123", "Lyon", None, "Lyon", None, "Lyon"],
            ["42218", "Saint-Étienne", "42000", "Saint-Étienne", None, "Saint-Étienne"],
            ["01004", "Ambérieu", "01500", "Bourg-en-Bresse", None, "Bourg-en-Bresse"],
            ["01007", "Ambronay", "01500", "Belley", None, "Bourg-en-Bresse"],
        ],
        columns=["commune_code", "commune", "postcode", "judicial", "protection", "commercial"],
    )
    debtors = pd.DataFrame(
        [
            ["69123", None, None],
            [None, "42000", None],
            [None, "42999", "SAINT ETIENNE"],
            [None, "01500", None],
            ["99999", "75001", "Lyon"],
        ],
        columns=["commune_code", "postcode", "city"],
    )

    places = located(debtors, table)

    towns = [places.seats[each].judicial for each in places.of]
    assert towns == ["Lyon", "Saint-Étienne", "Saint-Étienne", None, None]
    assert list(places.before_tae(DAY)) == [True, False, False, None, None]


def test_the_table_is_loaded_replaced_and_forgotten_by_a_command(tmp_path, file):
    home = tmp_path / "home"
    run = CliRunner().invoke

    loaded = run(app, ["courts", str(file), "--home", str(home)])
    assert loaded.exit_code == 0, loaded.output
    assert "courts of 3 communes" in loaded.output
    assert len(seats(Home.at(home))) == 3
    assert load(Home.at(home), file)[0] == 3
    assert run(app, ["courts", "--home", str(home)]).exit_code == 1
    assert run(app, ["courts", "--remove", "--home", str(home)]).exit_code == 0
    assert not (home / FILE).exists()
    assert seats(Home.at(home)) is None
