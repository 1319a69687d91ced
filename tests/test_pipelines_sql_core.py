"""Every SQL file of the build keeps to the common core of SQL, and to the house's form."""

import re

import pytest
import sqlglot
from sqlglot import exp

from pipelines.build import SCHEMAS, SQL, queries

FILES = [
    pytest.param(path, id=path.relative_to(SQL).as_posix())
    for schema in SCHEMAS
    for path in sorted((SQL / schema).glob("*.sql"))
]

# What DuckDB and Spark answer differently, or Spark not at all.
FORBIDDEN = {
    "a difference in months counts boundaries or whole months": r"date_diff\(\s*'(?!day')",
    "months are subtracted differently": r"date_sub\(\s*'month'",
    "days of the week are numbered differently": r"\b(dayofweek|isodow|weekday)\b",
    "hashes differ": r"\bhash\(",
    "no asof join": r"\basof\b",
    "no continuous quantile": r"\bquantile(_cont)?\(",
    "no pivot": r"\bpivot\b",
    "no star with replacements": r"\*\s*replace\b",
    "the order inside a list is lost": r"\b(list|array_agg|group_concat)\([^()]*\border by\b",
    "a day is an argument": r"\b(current_date|today\(|now\(|current_timestamp)\b",
}


def code(path):
    """The query without its comments."""
    return re.sub(r"--.*", "", path.read_text(encoding="utf-8"))


def is_date(node):
    """Whether an operand is plainly a day: a column by its suffix, the day of the build, a cast."""
    if isinstance(node, exp.Paren):
        return is_date(node.this)
    if isinstance(node, exp.Column):
        return node.name.endswith("_on") or node.name == "day"
    if isinstance(node, exp.Parameter | exp.Placeholder):
        return True
    return isinstance(node, exp.Cast) and node.to.is_type("date")


@pytest.mark.parametrize("path", FILES)
def test_nothing_that_engines_read_differently(path):
    text = code(path).lower()

    assert [why for why, pattern in FORBIDDEN.items() if re.search(pattern, text)] == []


@pytest.mark.parametrize("path", FILES)
def test_no_day_is_subtracted_from_a_day(path):
    tree = sqlglot.parse_one(path.read_text(encoding="utf-8"), dialect="duckdb")

    found = [
        node.sql()
        for node in tree.find_all(exp.Sub)
        if is_date(node.this) and is_date(node.expression)
    ]

    assert found == []


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_one_select_below_the_sentence_of_its_grain(path):
    text = path.read_text(encoding="utf-8")

    assert text.startswith("-- One row per ")
    statements = sqlglot.parse(text, dialect="duckdb")
    assert len(statements) == 1
    assert isinstance(statements[0], exp.Query)
    assert "\t" not in text
    assert len(text.splitlines()) < 400


@pytest.mark.parametrize("path", FILES)
def test_columns_are_named_and_so_are_parameters(path):
    tree = sqlglot.parse_one(path.read_text(encoding="utf-8"), dialect="duckdb")

    assert not [star for star in tree.find_all(exp.Star) if isinstance(star.parent, exp.Select)]
    assert set(re.findall(r"\$\w+", code(path))) <= {"$as_of"}


@pytest.mark.parametrize("path", FILES)
def test_it_carries_over_to_the_other_engine(path):
    text = path.read_text(encoding="utf-8")

    assert sqlglot.transpile(text, read="duckdb", write="spark")[0]


def test_each_table_says_what_it_promises_of_its_key():
    silent = [
        name
        for name, query in queries().items()
        if not any(promise.kind in ("unique", "not_null") for promise in query.promises)
    ]

    # What was refused at the door promises nothing.
    assert silent == ["mart.quarantine"]


def test_the_check_sees_what_it_forbids():
    tree = sqlglot.parse_one("select paid_on - due_on, $as_of - due_on", dialect="duckdb")

    assert [is_date(s.this) and is_date(s.expression) for s in tree.find_all(exp.Sub)] == [True] * 2
    for text in ("date_diff('month', a, b)", "list(x order by y)", "a asof join b", "hash(x)"):
        assert [why for why, pattern in FORBIDDEN.items() if re.search(pattern, text)]
