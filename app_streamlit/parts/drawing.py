"""A chart put on the screen as the language writes its numbers, its days and its names."""

from __future__ import annotations

import altair as alt
import streamlit as st

from app_streamlit.parts.words import Words

_FRENCH = {
    "number": {
        "decimal": ",",
        "thousands": "\u202f",
        "grouping": [3],
        "currency": ["", "\u202f€"],
        "percent": "\u202f%",
    },
    "time": {
        "dateTime": "%A %-d %B %Y, %X",
        "date": "%d/%m/%Y",
        "time": "%H:%M:%S",
        "periods": ["AM", "PM"],
        "days": ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
        "shortDays": ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."],
        "months": [
            *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
            *("septembre", "octobre", "novembre", "décembre"),
        ],
        "shortMonths": [
            *("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août"),
            *("sept.", "oct.", "nov.", "déc."),
        ],
    },
}
_PARTS = ("layer", "vconcat", "hconcat", "concat")


def draw(say: Words, chart: alt.TopLevelMixin, *, says: str | None = None) -> None:
    """Show a chart over the whole width; figures and tooltips in the language of the person.

    ``says``: the sentence of the chart, which a screen reader reads in its place.
    """
    made = told(say, chart)
    st.altair_chart(made if says is None else made.properties(description=says), width="stretch")


def told(say: Words, chart: alt.TopLevelMixin) -> alt.TopLevelMixin:
    """The chart in a language: numbers, days, and what a tooltip calls each field.

    The chart itself is told its names: it is made anew at each run of a screen.
    """
    _name(say, chart)
    if say.language != "fr":
        return chart
    number, time = alt.NumberLocale(**_FRENCH["number"]), alt.TimeLocale(**_FRENCH["time"])
    return chart.configure(locale=alt.Locale(number=number, time=time))


def _name(say: Words, chart: alt.TopLevelMixin) -> None:
    """Give each field of a tooltip that has no title its name in words."""
    for part in _PARTS:
        for each in getattr(chart, part, None) or ():
            _name(say, each)
    tips = getattr(getattr(chart, "encoding", None), "tooltip", None)
    if isinstance(tips, list):
        for tip in tips:
            if tip["title"] is alt.Undefined:
                tip["title"] = say.known("axis", str(tip["shorthand"]).split(":")[0])
