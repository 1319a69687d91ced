"""Figures of a model: calibration, payment with open claims counted, ends of claims, drift."""

from __future__ import annotations

import altair as alt
import pandas as pd

from app_streamlit.parts.charts import BLUE, GREEN, GREY, ORANGE, VERMILION

_OF_ENDS = (GREEN, "#56B4E9", "#CC79A7", VERMILION, BLUE, ORANGE, "#e5e7eb")


def calibration(bins: pd.DataFrame, *, x: str, y: str) -> alt.Chart:
    """Outcome against forecast in ten bins, sized by their rows, beside the diagonal.

    ``bins`` has the columns forecast, observed and n.
    """
    scale = alt.Scale(domain=[0, 1])
    points = (
        alt.Chart(bins)
        .mark_point(filled=True, color=BLUE, opacity=0.9)
        .encode(
            x=alt.X("forecast:Q", title=x, scale=scale, axis=alt.Axis(format="%")),
            y=alt.Y("observed:Q", title=y, scale=scale, axis=alt.Axis(format="%")),
            size=alt.Size("n:Q", legend=None, scale=alt.Scale(range=[40, 300], zero=True)),
            tooltip=[alt.Tooltip("forecast:Q", format=".1%"),
                     alt.Tooltip("observed:Q", format=".1%"), "n:Q"],
        )
    )  # fmt: skip
    line = pd.DataFrame({"forecast": [0.0, 1.0], "observed": [0.0, 1.0]})
    diagonal = (
        alt.Chart(line)
        .mark_line(strokeDash=[4, 4], color=GREY)
        .encode(x="forecast:Q", y="observed:Q")
    )
    return (diagonal + points).properties(height=280)


def payment(curve: pd.DataFrame, *, names: tuple[str, str], censored: str, x: str) -> alt.Chart:
    """Two curves of the share paid by day; ticks where claims still open leave the view.

    ``curve`` has the columns days, all, paid_only and censored (a number of claims).
    """
    everyone, only_paid = names
    long = pd.concat(
        [
            pd.DataFrame({"days": curve["days"], "p": curve[column], "series": name})
            for column, name in (("all", everyone), ("paid_only", only_paid))
        ]
    )
    scale = alt.Scale(domain=[everyone, only_paid], range=[BLUE, ORANGE])
    lines = (
        alt.Chart(long)
        .mark_line()
        .encode(
            x=alt.X("days:Q", title=x),
            y=alt.Y("p:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")),
            color=alt.Color(
                "series:N", scale=scale, title=None, legend=alt.Legend(orient="bottom")
            ),
            strokeDash=alt.StrokeDash("series:N", legend=None),
            tooltip=["series", "days", alt.Tooltip("p:Q", format=".1%")],
        )
    )
    ticks = (
        alt.Chart(curve[curve["censored"] > 0])
        .mark_tick(orient="vertical", color=BLUE, thickness=2, size=12)
        .encode(
            x="days:Q",
            y="all:Q",
            tooltip=["days", alt.Tooltip("censored:Q", title=censored)],
        )
    )
    return (lines + ticks).properties(height=260)


def ends(lines: pd.DataFrame, *, names: list[str], x: str) -> alt.Chart:
    """Shares of the states of claims by day, stacked to one.

    ``lines`` has the columns days, share, name, and place: where the name stands in ``names``,
    from the bottom up.
    """
    last = int(lines["days"].max())
    return (
        alt.Chart(lines)
        .mark_area(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("days:Q", title=x, scale=alt.Scale(domain=[0, max(last, 1)], nice=False)),
            y=alt.Y(
                "share:Q",
                stack="zero",
                title=None,
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%"),
            ),
            color=alt.Color(
                "name:N",
                scale=alt.Scale(domain=names, range=list(_OF_ENDS)),
                title=None,
                legend=alt.Legend(
                    orient="bottom", columns=3, labelLimit=260, symbolType="square", symbolSize=140
                ),
            ),
            order=alt.Order("place:Q"),
            tooltip=["name", "days", alt.Tooltip("share:Q", format=".1%")],
        )
        .properties(height=400)
    )


def drift(lines: pd.DataFrame) -> alt.Chart:
    """Heat map of the shift of each input since training; the level is written too.

    ``lines`` has the columns name, segment, figure and told.
    """
    scale = alt.Scale(domain=[0, 0.1, 0.25, 0.6], range=["#f3f4f6", "#fde7b0", ORANGE, VERMILION])
    base = alt.Chart(lines).encode(
        x=alt.X("segment:N", title=None, sort=None, axis=alt.Axis(labelAngle=-30, labelLimit=160)),
        y=alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelLimit=260, labelOverlap=False)),
    )
    cells = base.mark_rect(stroke="white").encode(
        color=alt.Color("figure:Q", scale=scale, legend=None),
        tooltip=["name", "segment", alt.Tooltip("figure:Q", format=".2f"), "told"],
    )
    texts = base.mark_text(fontSize=11).encode(text=alt.Text("figure:Q", format=".2f"))
    rows = lines["name"].nunique()
    return (cells + texts).properties(height=22 * max(rows, 1) + 60)
