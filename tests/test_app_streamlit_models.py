"""The workshop: an empty home, versions with their gates, who may promote, and roll back."""

import runpy
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from amiable.home import Home
from models.registry import Registry
from models.training import train_recovery
from pipelines.journal import Journal

APP = Path(__file__).parent.parent / "app_streamlit" / "app.py"
made_up = runpy.run_path(str(Path(__file__).with_name("recovery_portfolio.py")))["made_up"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with two champions in turn and a challenger that failed its gates."""
    home = Home.at(tmp_path_factory.mktemp("workshop") / "home", make=True)
    registry = Registry(home.path)
    features, extras, outcomes = made_up(500)
    train_recovery(
        features, extras, outcomes,
        known_by=date(2025, 1, 1), registry=registry, data_version="d",
    )  # fmt: skip
    kept = registry.load("recovery", "1")
    for failed in ((), (), ("no_leak",)):
        version = registry.log(
            "recovery", kept.parts, {"auc": 0.8}, {}, date(2025, 2, 1), "d", "# Card",
            failed_gates=failed, records=kept.records,
        )  # fmt: skip
        if not failed:
            registry.promote("recovery", version)
    return home


def screen(path, monkeypatch, language="fr"):
    monkeypatch.setenv("AMIABLE_HOME", str(path))
    app = AppTest.from_file(str(APP), default_timeout=90)
    app.session_state["language"] = language
    app.run()
    app.switch_page("screens/models.py").run()
    assert not app.exception
    return app


def test_an_empty_home_says_what_the_odds_rest_on(tmp_path, monkeypatch):
    app = screen(tmp_path / "empty", monkeypatch)

    assert any("courbes publiées" in line.value for line in app.info)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_version_shows_its_gates_calibration_and_censoring(home, monkeypatch, language):
    app = screen(home.path, monkeypatch, language)

    assert len(app.dataframe[0].value) == 4
    assert len(app.table[0].value) >= 8
    assert any("%" in line.value for line in app.markdown)


def test_a_version_of_an_earlier_program_is_said_to_be_read_no_more(home, monkeypatch):
    monkeypatch.setattr("models.training.FORMAT", 99)
    app = screen(home.path, monkeypatch)

    assert not app.exception
    assert any("ne se lit plus" in warning.value for warning in app.warning)


def press(app, button, *, actor="Ana", second="Bruno", read=True, reason="essai"):
    app.text_input(key="actor").input(actor)
    app.text_input(key="second").input(second)
    app.checkbox(key="has_read").set_value(read)
    app.text_input(key="why_model").input(reason)
    next(each for each in app.button if each.label == button).click()
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    "gap", [{"second": "ana"}, {"read": False}, {"reason": " "}, {"actor": ""}]
)
def test_nobody_promotes_alone_or_without_a_reason(home, monkeypatch, gap):
    app = press(screen(home.path, monkeypatch), "Promouvoir", **gap)

    assert any("autre personne" in line.value for line in app.error)


def test_a_failed_version_is_refused_and_a_roll_back_is_in_the_journal(home, monkeypatch):
    app = screen(home.path, monkeypatch)
    app.selectbox(key="version").set_value("4").run()

    press(app, "Promouvoir")
    assert any("leak" in line.value for line in app.error)
    assert Registry(home.path).champion("recovery", date(2026, 1, 1)).version == "3"

    press(app, "Revenir au champion précédent")
    assert Registry(home.path).champion("recovery", date(2026, 1, 1)).version == "2"
    (entry,) = Journal(home.journal_url).entries()
    assert (entry.actor, entry.reason, entry.payload) == (
        "Ana", "essai", {"version": "2", "checked_by": "Bruno"},
    )  # fmt: skip
