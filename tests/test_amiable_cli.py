"""The door says what is wrong in one line, and starts fast because it imports late."""

import json
import subprocess
import sys
from datetime import date

import pytest
from typer.testing import CliRunner

from amiable.cli import app
from amiable.cli_models import _figures, _say_gates
from amiable.doctor import examine
from amiable.home import Home
from amiable.reference import PAGE, page
from amiable.settings import example
from models.training import TrainingReport
from models.verdict import Gate

VERBS = (
    "import", "run", "demo", "train", "promote", "rollback", "evaluate", "record", "explain",
    "export", "report", "console", "doctor",
)  # fmt: skip


@pytest.fixture
def cli(tmp_path):
    def run(*words):
        return CliRunner().invoke(app, [*map(str, words), "--home", str(tmp_path / "home")])

    return run


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself_with_an_example(verb):
    told = CliRunner().invoke(app, [verb, "--help"])

    assert told.exit_code == 0
    assert f"Example: amiable {verb}" in " ".join(told.output.split())


@pytest.mark.parametrize("day", ["21/11/2026", "2026-02-30", "", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_no_day_is_wrong_usage(cli, day):
    assert cli("run", "--as-of", day).exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--as-of", "2026-01-01"),
        ("explain", "F1"),
        ("export", "worklist", "--to", "w.csv"),
        ("export", "everything", "--to", "w.csv"),
        ("train", "--as-of", "2026-01-01"),
        ("import", "no-such-file.csv"),
        ("record", "no-such-file.csv"),
        ("evaluate", "--target", "policy"),
        ("rollback", "recovery"),
    ],
)
def test_an_empty_home_is_explained_in_one_line(cli, words):
    told = cli(*words)

    lines = [line for line in told.output.splitlines() if line.startswith("amiable: ")]
    assert told.exit_code == 1
    assert len(lines) == 1
    assert "Traceback" not in told.output


def test_the_doctor_finds_nothing_bad_in_an_empty_home(cli):
    told = cli("doctor", "--json")

    findings = json.loads(told.output.strip().splitlines()[-1])["findings"]
    assert told.exit_code == 0
    assert {"installation", "home"} <= {finding["subject"] for finding in findings}


def test_the_doctor_finds_a_broken_published_file(cli, tmp_path):
    cli("import", "no-such-file.csv")
    (tmp_path / "home" / "warehouse.duckdb").write_bytes(b"no database" * 1000)

    told = cli("doctor", "--json")

    findings = json.loads(told.output.strip().splitlines()[-1])["findings"]
    assert told.exit_code == 1
    assert ("published day", "bad") in {(each["subject"], each["state"]) for each in findings}


def test_the_door_does_not_import_heavy_rooms():
    heavy = "{'pandas', 'duckdb', 'sklearn', 'mlflow', 'streamlit', 'shap', 'sqlalchemy'}"
    code = f"import sys, amiable.cli; sys.exit(len({heavy} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_example_settings_are_up_to_date(pytestconfig):
    page = pytestconfig.rootpath / "settings.example.toml"

    assert page.read_text(encoding="utf-8") == example()


def test_the_page_of_the_commands_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page()


def test_doctor_goes_through_a_broken_home_and_names_each_fault(tmp_path):
    for name in ("store.duckdb", "journal.db", "mlflow.db"):
        (tmp_path / name).write_bytes(b"garbage" * 100)
    (tmp_path / "warehouse.duckdb").symlink_to(tmp_path / "gone")

    found = {each.subject: each.state for each in examine(Home.at(tmp_path), date(2026, 11, 20))}

    assert {name for name, state in found.items() if state == "bad"} >= {
        "store",
        "journal",
        "recovery model",
    }
    assert found["legal parameters"] == "good"


def test_the_command_line_speaks_english_of_gates_whatever_the_console_speaks(capsys):
    gates = {"sense": Gate("sense", True, -1.5, 1.0, about={"what": ("age", {})})}
    _say_gates(TrainingReport({}, gates, False, None, (), {}, 0, 0, ()), "recovery")

    assert "common sense: Six months of age more changes" in "".join(capsys.readouterr())


def test_a_back_test_is_told_a_line_per_horizon_with_its_intervals():
    names = ("n", "auc", "log_loss", "brier", "calibration_slope", "observed_over_expected")
    metrics = {f"{name}_90": 0.5 for name in names} | {"auc_90_low": 0.4, "auc_90_high": 0.6}

    (line,) = _figures({"metrics": metrics, "baseline": {"auc_90": 0.45}})

    assert line.startswith(
        "  90 days: n 0, auc 0.500 [0.400, 0.600] (curves 0.450), log loss 0.500"
    )
