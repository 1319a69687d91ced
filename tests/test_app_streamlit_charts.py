"""Charts speak the language of the console: figures, axes, tooltips."""

import re
from pathlib import Path

import altair as alt
import pandas as pd
import pytest

from app_streamlit.parts import charts
from app_streamlit.parts.drawing import told
from app_streamlit.parts.words import Words

PARTS = Path(charts.__file__).parent


def intervals(language):
    net = {"name": "X", "p10": -120.5, "p90": 1234.5, "expected_net": 80.0, "recommended": True}
    return told(Words(language), charts.intervals(pd.DataFrame([net]), x="EUR")).to_dict()


def test_figures_of_a_chart_are_french_in_french():
    locale = intervals("fr")["config"]["locale"]

    assert locale["number"]["decimal"] == ","
    assert locale["number"]["thousands"] == "\u202f"
    assert locale["time"]["months"][0] == "janvier"
    assert "locale" not in intervals("en")["config"]


@pytest.mark.parametrize(("language", "title"), [("fr", "Pire décile (€)"), ("en", "Worst decile")])
def test_a_tooltip_calls_a_field_by_its_name(language, title):
    tips = intervals(language)["layer"][1]["encoding"]["tooltip"]

    assert any(tip["title"].startswith(title) for tip in tips)


def test_a_title_given_to_a_tooltip_stands():
    bars = alt.Chart(pd.DataFrame({"p": [1]})).mark_bar()
    chart = bars.encode(tooltip=[alt.Tooltip("p:Q", title="mine"), "p:Q"])

    tips = told(Words("fr"), chart).to_dict()["encoding"]["tooltip"]

    assert [tip["title"] for tip in tips] == ["mine", "Chance"]


def test_every_chart_is_drawn_in_the_language_of_the_person():
    drawing = [path.name for path in PARTS.glob("*.py") if "altair_chart(" in path.read_text()]

    assert drawing == ["drawing.py"]


@pytest.mark.parametrize("path", sorted(PARTS.glob("*charts.py")), ids=lambda path: path.stem)
def test_every_field_of_a_tooltip_has_a_name(path):
    listed = re.findall(r"tooltip=\[(.*?)\]", path.read_text(), re.DOTALL)
    fields = set(re.findall(r'"([a-z_0-9]+)(?::[QNO])?"', " ".join(listed)))

    known = Words("fr").groups()["axis"]

    assert listed
    assert fields - known == set()
