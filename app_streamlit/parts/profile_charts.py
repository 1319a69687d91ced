"""Figures of hypotheses: before and after an answer, over the days, from one word to another."""

from __future__ import annotations

import altair as alt
import pandas as pd

from app_streamlit.parts.charts import BLUE, GREEN, GREY, ORANGE, VERMILION

_OF_FOUR = (BLUE, ORANGE, VERMILION, GREEN)
_BARE = {"grid": False, "domain": False, "ticks": False}


def two_beliefs(frame: pd.DataFrame, *, now: str, before: str) -> alt.Chart:
    """Probabilities as bars, those from before an answer as ticks: name, p, p_before, label."""
    y = alt.Y("name:N", sort=list(frame["name"]), title=None, axis=alt.Axis(labelLimit=200))
    x = alt.X("p:Q", title=now, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%"))
    told = ["name", alt.Tooltip("label", title=now), alt.Tooltip("label_before", title=before)]
    bars = alt.Chart(frame).mark_bar(height=18, color=BLUE).encode(y=y, x=x, tooltip=told)
    ticks = alt.Chart(frame).mark_tick(color=VERMILION, thickness=3, size=26)
    texts = bars.mark_text(align="left", dx=8, color=GREY).encode(text="label:N")
    return (bars + ticks.encode(y=y, x="p_before:Q", tooltip=told) + texts).properties(height=170)


def over_days(lines: pd.DataFrame, *, names: list[str]) -> alt.Chart:
    """Four probabilities by published day: day, name, p."""
    return (
        alt.Chart(lines)
        .mark_line(point=True)
        .encode(
            x=alt.X("day:O", title=None, sort=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("p:Q", title="P", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")),
            color=alt.Color(
                "name:N",
                title=None,
                scale=alt.Scale(domain=names, range=list(_OF_FOUR)),
                legend=alt.Legend(orient="bottom", columns=2),
            ),
            shape=alt.Shape("name:N", title=None),
            tooltip=["day", "name", alt.Tooltip("p:Q", format=".0%")],
        )
        .properties(height=220)
    )


def moves(frame: pd.DataFrame, *, x: str, y: str, names: list[str]) -> alt.Chart:
    """Debtors by their word before (rows) and now (columns): before, now, n, stays."""
    base = alt.Chart(frame).encode(
        x=alt.X(
            "now:N",
            sort=names,
            title=x,
            axis=alt.Axis(orient="top", labelAngle=0, labelLimit=160, **_BARE),
        ),
        y=alt.Y("before:N", sort=names, title=y, axis=alt.Axis(labelLimit=160, **_BARE)),
    )
    cells = base.mark_rect(stroke="white").encode(
        color=alt.condition("datum.stays", alt.value("#e5e7eb"), alt.value("#fde7b0")),
        tooltip=["before", "now", "n", "euros"],
    )
    texts = base.mark_text(fontSize=13).encode(text="n:Q")
    return (cells + texts).properties(height=40 * max(frame["before"].nunique(), 1) + 90)


def rates(frame: pd.DataFrame, *, names: list[str]) -> alt.Chart:
    """Shares of words by group, as points apart: band, word, share, n; small groups pale."""
    return (
        alt.Chart(frame)
        .mark_point(filled=True, size=90)
        .encode(
            y=alt.Y("band:N", sort=None, title=None, axis=alt.Axis(labelLimit=220)),
            yOffset=alt.YOffset("word:N", sort=names),
            x=alt.X("share:Q", title=None, scale=alt.Scale(domain=[0, 1]),
                    axis=alt.Axis(format="%")),
            color=alt.Color("word:N", title=None, legend=alt.Legend(orient="bottom"),
                            scale=alt.Scale(domain=names, range=[VERMILION, GREY])),
            shape=alt.Shape("word:N", title=None, scale=alt.Scale(domain=names)),
            opacity=alt.condition("datum.small", alt.value(0.35), alt.value(1.0)),
            tooltip=["band", "word", "n", alt.Tooltip("share:Q", format=".0%")],
        )
        .properties(height=26 * max(frame["band"].nunique(), 1) + 80)
    )  # fmt: skip
