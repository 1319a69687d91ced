"""The house stands as drawn."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
import sqlglot

ROOT = Path(__file__).parent.parent
ROOMS = (
    "amiable",
    "app_streamlit",
    "data_schema",
    "law",
    "letters",
    "models",
    "pipelines",
    "simulation",
)
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_the_package_imported_is_ours(room):
    assert Path(import_module(room).__file__).is_relative_to(ROOT)


def test_no_console_module_hides_a_package():
    """``streamlit run`` puts app_streamlit/ first on sys.path."""
    assert not {path.stem for path in (ROOT / "app_streamlit").iterdir()} & set(ROOMS)


def test_no_file_asks_to_be_two():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 400
    }
    assert long == {}


def test_no_module_is_a_drawer_for_everything():
    assert not {p.stem for p in SOURCES} & {"utils", "helpers", "common", "misc"}


def test_nothing_below_the_door_asks_the_clock():
    asking = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if not path.is_relative_to(ROOT / "amiable")
        and re.search(r"date\.today\(|datetime\.now\(|time\.time\(", path.read_text("utf-8"))
    ]
    assert [name for name in asking if name != "app_streamlit/clock.py"] == []


def test_a_script_of_the_console_is_not_run_by_collecting_tests(request):
    # Imported outside a session it draws on the portfolio of the folder, and forms outlive it.
    ignored = [ROOT / each for each in request.config.getoption("--ignore")]
    scripts = [
        path
        for path in (ROOT / "app_streamlit").rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).startswith(("st.", "frame."))
    ]

    assert scripts
    assert [each for each in scripts if not {each, each.parent} & set(ignored)] == []


def test_nothing_unpickles():
    unsafe = [
        f"{path.relative_to(ROOT)}: {node.names[0].name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and {alias.name for alias in node.names} & {"pickle", "joblib", "cloudpickle", "dill"}
    ]
    assert unsafe == []


def test_every_query_file_says_its_grain_and_holds_one_statement():
    files = [*(ROOT / "pipelines").rglob("*.sql"), *(ROOT / "app_streamlit").rglob("*.sql")]
    assert files
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("-- "), f"{path.name} does not begin with its grain"
        assert len(sqlglot.parse(text, dialect="duckdb")) == 1, f"{path.name} holds several"


def test_every_dependency_earns_its_place_in_one_line():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.findall(r'^    "([a-z0-9-]+)(?:\[[a-z]+\])?>=', project, flags=re.MULTILINE)
    told = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert listed
    assert [name for name in listed if f"`{name}`" not in told] == []
