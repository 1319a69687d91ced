"""Figures: a frame in, an Altair chart out; colours that colour-blind people tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import altair as alt
import pandas as pd

# Okabe and Ito (2008), a palette made for colour-blind readers.
BLUE, ORANGE, GREEN, VERMILION, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#6B7280"
#: How a sum of euros is written in a tooltip; the language decides on commas.
EUROS = ",.2f"
_OF_A_NET = ("expected_net", "p10", "p90")


def waterfall(steps: Sequence[tuple[str, float]], base: float, *, title: str) -> alt.Chart:
    """Contributions in points of probability from the reference to the published figure.

    ``steps`` are (reason, contribution as a fraction) in the order shown; the bars add up from
    the dashed line (reference) to the full one (published).
    """
    rows, level = [], base
    for name, change in steps:
        sign = "up" if change >= 0 else "down"
        row = {"name": name, "start": level, "end": level + change, "sign": sign}
        rows.append({**row, "points": change * 100, "edge": max(level, level + change)})
        level += change
    frame = pd.DataFrame(rows, columns=["name", "start", "end", "sign", "points", "edge"])
    order = [name for name, _ in steps]
    scale = alt.Scale(domain=["up", "down"], range=[BLUE, VERMILION])
    bars = (
        alt.Chart(frame)
        .mark_bar(height=16)
        .encode(
            y=alt.Y(
                "name:N", sort=order, title=None, axis=alt.Axis(labelLimit=220, labelOverlap=False)
            ),
            x=alt.X("start:Q", title=title, axis=alt.Axis(format="%")),
            x2="end:Q",
            color=alt.Color("sign:N", scale=scale, legend=None),
            tooltip=["name", alt.Tooltip("points:Q", format="+.1f")],
        )
    )
    texts = bars.mark_text(align="left", dx=6, color=GREY).encode(
        x=alt.X("edge:Q"),
        x2=alt.value(0),
        text=alt.Text("points:Q", format="+.1f"),
        color=alt.value(GREY),
    )
    rule = alt.Chart(pd.DataFrame({"base": [base]})).mark_rule(strokeDash=[4, 4], color=GREY)
    chart = bars + texts + rule.encode(x="base:Q")
    told = alt.Chart(pd.DataFrame({"told": [level]})).mark_rule(color=GREY)
    chart += told.encode(x="told:Q")
    return chart.properties(height=26 * max(len(rows), 1) + 70)


def curve(days: Sequence[int], series: dict[str, Sequence[float]], *, x: str, y: str) -> alt.Chart:
    """Probabilities by horizon, one line and one shape per series."""
    frame = pd.DataFrame(
        [
            {"days": day, "p": value, "series": name}
            for name, values in series.items()
            for day, value in zip(days, values, strict=True)
        ]
    )
    scale = alt.Scale(domain=list(series), range=[BLUE, ORANGE])
    return (
        alt.Chart(frame)
        .mark_line(point=True)
        .encode(
            x=alt.X("days:Q", title=x, axis=alt.Axis(values=list(days))),
            y=alt.Y("p:Q", title=y, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")),
            color=alt.Color(
                "series:N", scale=scale, title=None, legend=alt.Legend(orient="bottom")
            ),
            shape=alt.Shape("series:N", title=None),
            tooltip=["series", "days", alt.Tooltip("p:Q", format=".1%")],
        )
        .properties(height=240)
    )


def by_week(
    days: Sequence[date],
    series: dict[str, Sequence[float]],
    marked: date | None,
    *,
    x: str,
    y: str,
) -> alt.LayerChart:
    """Euros by day, one line and one dash per series; a line at the day marked, if any."""
    frame = pd.DataFrame(
        [
            {"day": pd.Timestamp(day), "euros": value, "series": name}
            for name, values in series.items()
            for day, value in zip(days, values, strict=True)
        ]
    )
    scale = alt.Scale(domain=list(series), range=[BLUE, ORANGE])
    lines = (
        alt.Chart(frame)
        .mark_line()
        .encode(
            x=alt.X("day:T", title=x, axis=alt.Axis(format="%d/%m/%y", labelAngle=0, tickCount=5)),
            y=alt.Y("euros:Q", title=y, axis=alt.Axis(format=",.0f")),
            color=alt.Color(
                "series:N",
                scale=scale,
                title=None,
                legend=alt.Legend(orient="bottom", direction="vertical", labelLimit=320),
            ),
            strokeDash=alt.StrokeDash("series:N", title=None, legend=None),
            tooltip=[
                "series",
                alt.Tooltip("day:T", format="%d/%m/%Y"),
                alt.Tooltip("euros:Q", format=EUROS),
            ],
        )
    )
    at = pd.DataFrame({"day": [] if marked is None else [pd.Timestamp(marked)]})
    rule = alt.Chart(at).mark_rule(strokeDash=[4, 4], color=GREY).encode(x="day:T")
    chart: alt.LayerChart = lines + rule
    return chart.properties(height=260)


def shares(values: dict[str, float], *, x: str) -> alt.Chart:
    """Shares that sum to one, as bars with their percent."""
    frame = pd.DataFrame({"name": list(values), "p": list(values.values())})
    bars = (
        alt.Chart(frame)
        .mark_bar(height=18, color=BLUE)
        .encode(
            y=alt.Y(
                "name:N",
                sort=list(values),
                title=None,
                axis=alt.Axis(labelLimit=200, labelOverlap=False),
            ),
            x=alt.X("p:Q", title=x, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")),
            tooltip=["name", alt.Tooltip("p:Q", format=".0%")],
        )
    )
    texts = bars.mark_text(align="left", dx=6, color=GREY)
    return (bars + texts.encode(text=alt.Text("p:Q", format=".0%"))).properties(height=170)


def intervals(frame: pd.DataFrame, *, x: str) -> alt.Chart:
    """Net of each course: a line from p10 to p90, a point at the expectation, a star if chosen.

    ``frame`` has the columns name, p10, p90, expected_net and recommended.
    """
    order = list(frame["name"])
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=260, labelOverlap=False))
    lines = (
        alt.Chart(frame)
        .mark_rule(strokeWidth=3, color=GREY)
        .encode(y=y, x=alt.X("p10:Q", title=x, axis=alt.Axis(format=",.0f")), x2="p90:Q")
    )
    points = (
        alt.Chart(frame)
        .mark_point(size=170, filled=True, opacity=1)
        .encode(
            y=y,
            x="expected_net:Q",
            color=alt.condition("datum.recommended", alt.value(GREEN), alt.value(BLUE)),
            shape=alt.condition("datum.recommended", alt.value("diamond"), alt.value("circle")),
            tooltip=[
                "name",
                *(alt.Tooltip(f"{each}:Q", format=EUROS) for each in _OF_A_NET),
            ],
        )
    )
    return (lines + points).properties(height=26 * max(len(frame), 1) + 70)


def amounts(frame: pd.DataFrame, *, x: str) -> alt.Chart:
    """Amounts as bars in the order of the rows; ``frame`` has name, n and amount."""
    bars = (
        alt.Chart(frame.assign(amount=frame["amount"].astype(float)))
        .mark_bar(height=18, color=BLUE)
        .encode(
            y=alt.Y(
                "name:N",
                sort=list(frame["name"]),
                title=None,
                axis=alt.Axis(labelLimit=260, labelOverlap=False),
            ),
            x=alt.X("amount:Q", title=x, axis=alt.Axis(format=",.0f")),
            tooltip=["name", "n", alt.Tooltip("amount:Q", format=EUROS)],
        )
    )
    return bars.properties(height=26 * max(len(frame), 1) + 70)


def fan(frame: pd.DataFrame, *, x: str, y: str) -> alt.Chart:
    """Cash by week as bars, its interval as a line: from_on, expected, low, high."""
    shown = frame.assign(**{c: frame[c].astype(float) for c in ("expected", "low", "high")})
    # Named weeks, not a time axis: its ticks fall on Sundays, beside the bars.
    shown["week"] = pd.to_datetime(shown["from_on"]).dt.strftime("%d/%m")
    week = alt.X("week:O", title=x, sort=None, axis=alt.Axis(labelAngle=0))
    bars = alt.Chart(shown).mark_bar(size=18, color=BLUE, opacity=0.75)
    bars = bars.encode(x=week, y=alt.Y("expected:Q", title=y))
    ends = alt.Chart(shown).mark_errorbar(ticks={"size": 8}, color=GREY)
    return bars + ends.encode(x=week, y=alt.Y("low:Q", title=y), y2="high:Q")


def frontier(frame: pd.DataFrame, budget: float, *, x: str, y: str) -> alt.Chart:
    """What each budget is worth at best; a line at the budget asked for, a point at the knee.

    ``frame`` has the columns budget, value, next_euro and knee.
    """
    base = alt.Chart(frame).encode(
        x=alt.X("budget:Q", title=x),
        y=alt.Y("value:Q", title=y),
        tooltip=[alt.Tooltip(f"{each}:Q", format=EUROS) for each in ("budget", "value")],
    )
    knee = base.transform_filter("datum.knee").mark_point(size=140, filled=True, color=ORANGE)
    asked = alt.Chart(pd.DataFrame({"budget": [budget]})).mark_rule(strokeDash=[4, 4], color=GREY)
    chart: alt.LayerChart = base.mark_line(color=BLUE) + knee + asked.encode(x="budget:Q")
    return chart.properties(height=240)
