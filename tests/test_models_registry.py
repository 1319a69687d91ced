import shutil
from datetime import date
from unittest.mock import patch

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.preprocessing import FunctionTransformer

from models.registry import Registry, RegistryError

JANUARY, MARCH, MAY = date(2026, 1, 1), date(2026, 3, 1), date(2026, 5, 1)


def keep(registry, trained_as_of, content=1, **more):
    return registry.log(
        "recovery",
        {"model": {"content": content}},
        {"auc": 0.8, "unknown": float("nan")},
        {"strength": 0.03},
        trained_as_of,
        "ledger-1",
        "# Card",
        **more,
    )


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    """A home with two champions in turn and a challenger that failed a gate."""
    home = tmp_path_factory.mktemp("made") / "home"
    registry = Registry(home)
    for day, content in ((JANUARY, 1), (MARCH, 2)):
        registry.promote("recovery", keep(registry, day, content))
    keep(registry, MAY, 3, failed_gates=["calibration_slope"])
    return home


@pytest.fixture
def registry(made_once, tmp_path):
    shutil.copytree(made_once, tmp_path / "home")
    return Registry(tmp_path / "home")


def test_an_empty_home_has_no_champion_and_stays_empty(tmp_path):
    registry = Registry(tmp_path / "home")

    assert registry.champion("recovery", MAY) is None
    assert registry.versions("recovery") == []
    assert not (tmp_path / "home").exists()


def test_a_past_day_gets_the_champion_of_its_time(registry):
    assert registry.champion("recovery", date(2025, 12, 31)) is None
    assert registry.champion("recovery", JANUARY).parts["model"] == {"content": 1}
    assert registry.champion("recovery", date(2026, 2, 28)).version == "1"
    assert registry.champion("recovery", MARCH).version == "2"


def test_a_moved_home_still_works(registry, tmp_path):
    shutil.move(tmp_path / "home", tmp_path / "elsewhere")

    moved = Registry(tmp_path / "elsewhere").champion("recovery", MAY)

    assert moved.parts["model"] == {"content": 2}


def test_the_store_never_says_where_the_home_lies(made_once):
    assert str(made_once).encode() not in (made_once / "mlflow.db").read_bytes()


def test_a_version_that_failed_a_gate_is_not_promoted(registry):
    with pytest.raises(RegistryError, match="calibration_slope"):
        registry.promote("recovery")

    assert registry.champion("recovery", MAY).version == "2"


def test_rollback_gives_the_crown_back_once(registry):
    registry.rollback("recovery")

    assert registry.champion("recovery", MAY).version == "1"
    with pytest.raises(RegistryError, match="no earlier champion"):
        registry.rollback("recovery")


def test_versions_carry_their_metrics_and_aliases(registry):
    lines = registry.versions("recovery")

    assert [line.version for line in lines] == ["1", "2", "3"]
    assert [line.aliases for line in lines] == [(), ("champion",), ("challenger",)]
    assert lines[0].metrics == {"auc": 0.8}
    assert lines[0].data_version == "ledger-1"


def test_an_unknown_version_is_named_with_those_that_exist(registry):
    with pytest.raises(RegistryError, match="no version 9; there are: 1, 2, 3"):
        registry.promote("recovery", "9")


def test_a_file_changed_since_is_refused(registry, tmp_path):
    for path in (tmp_path / "home" / "artifacts").rglob("model.json"):
        path.write_text('{"content": 9}')

    with pytest.raises(RegistryError, match="not those that were kept"):
        registry.champion("recovery", MAY)


def test_lost_files_are_said_to_be_missing(registry, tmp_path):
    shutil.rmtree(tmp_path / "home" / "artifacts")

    with pytest.raises(RegistryError, match="missing"):
        registry.champion("recovery", MAY)


def test_a_reviewed_estimator_is_kept_by_skops_and_predicts_alike(registry, tmp_path):
    rows = np.arange(200.0)[:, None]
    trees = HistGradientBoostingClassifier(max_iter=3).fit(rows, rows[:, 0] > 100)

    version = registry.log("profile", {"trees": trees}, {}, {}, MAY, "ledger-1", "# Card")
    again = registry.load("profile", version).parts["trees"]

    assert np.array_equal(again.predict_proba(rows), trees.predict_proba(rows))
    assert not list((tmp_path / "home").rglob("*.pkl"))


def test_an_unreviewed_type_is_refused(registry):
    foreign = FunctionTransformer(shutil.rmtree)

    with pytest.raises(RegistryError, match="not reviewed"):
        registry.log("profile", {"part": foreign}, {}, {}, MAY, "ledger-1", "# Card")


def test_requirements_are_pinned_by_hand(made_once):
    pinned = next((made_once / "artifacts").rglob("requirements.txt")).read_text()

    assert [line.split("==")[0] for line in pinned.splitlines()] == [
        "numpy",
        "pandas",
        "scikit-learn",
        "scipy",
        "skops",
    ]


def test_a_champion_is_read_without_opening_the_store_until_it_changes(registry, tmp_path):
    home = tmp_path / "home"
    first = registry.champion("recovery", MAY)
    with patch("models.registry._mlflow_client", side_effect=AssertionError("opened")):
        assert Registry(home).champion("recovery", MAY) == first
        assert Registry(home).champion("recovery", date(2025, 12, 31)) is None

    registry.rollback("recovery")
    assert Registry(home).champion("recovery", MAY).version == "1"


def test_a_broken_memory_of_the_store_is_read_anew(registry, tmp_path):
    first = registry.champion("recovery", MAY)
    (tmp_path / "home" / "artifacts" / "champions.json").write_text("[1", encoding="utf-8")

    assert Registry(tmp_path / "home").champion("recovery", MAY) == first
