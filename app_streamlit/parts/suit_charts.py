"""Figures of one suit: a hundred such files, what each input does to the net, the settlement."""

from __future__ import annotations

import altair as alt
import pandas as pd

from app_streamlit.parts.charts import BLUE, EUROS, GREEN, GREY, ORANGE, VERMILION

_COLOURS = (GREEN, BLUE, GREY, VERMILION)
_SHAPES = ("circle", "triangle-up", "square", "cross")
_ACROSS = 25
_BARE = alt.Axis(labels=False, ticks=False, domain=False, grid=False)


def hundred(frame: pd.DataFrame) -> alt.Chart:
    """A hundred files as a hundred signs, the best ends first: one colour and one shape an end.

    ``frame``: one row per end: name and n, which sum to a hundred.
    """
    names = [name for row in frame.itertuples() for name in [row.name] * row.n]
    places = pd.DataFrame({"name": names}).rename_axis("place").reset_index()
    places["across"], places["down"] = places["place"] % _ACROSS, places["place"] // _ACROSS
    chart = (
        alt.Chart(places)
        .mark_point(filled=True, size=190, opacity=1, aria=False)
        .encode(
            x=alt.X("across:O", title=None, axis=_BARE),
            y=alt.Y("down:O", title=None, axis=_BARE),
            color=_ends(alt.Color, frame, _COLOURS),
            shape=_ends(alt.Shape, frame, _SHAPES),
            tooltip=["name"],
        )
    )
    return chart.properties(height=190)


def sums(frame: pd.DataFrame, *, x: str) -> alt.LayerChart:
    """What the files of each end add up to, in euros: name, n, sum."""
    base = alt.Chart(frame).encode(
        y=alt.Y("name:N", sort=list(frame["name"]), title=None, axis=alt.Axis(labelLimit=300)),
        x=alt.X("sum:Q", title=x, axis=alt.Axis(format=",.0f")),
        tooltip=["name", "n", alt.Tooltip("sum:Q", format=EUROS)],
    )
    scale = alt.Scale(domain=list(frame["name"]), range=list(_COLOURS))
    bars = base.mark_bar(height=16).encode(color=alt.Color("name:N", scale=scale, legend=None))
    chart: alt.LayerChart = bars + _nought()
    return chart.properties(height=30 * len(frame) + 50)


def tornado(
    frame: pd.DataFrame, net: float, *, x: str, ends: tuple[str, str], flip: str
) -> alt.LayerChart:
    """The expected net at the first and the ninth decile of each input, the widest first.

    ``frame`` has name, end (one of ``ends``), told (the input there), at (its net) and flips.
    """
    order = list(dict.fromkeys(frame["name"]))
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=300, labelOverlap=False))
    tips = ["name", "end", "told", alt.Tooltip("at:Q", format=EUROS)]
    drawn = frame.assign(net=net)
    scale = alt.Scale(domain=list(ends), range=[ORANGE, BLUE])
    colour = alt.Color("end:N", scale=scale, title=None, legend=alt.Legend(orient="bottom"))
    bars = (
        alt.Chart(drawn)
        .mark_bar(height=16)
        .encode(
            y=y, x=alt.X("net:Q", title=x, axis=alt.Axis(format=",.0f")), x2="at:Q",
            color=colour, tooltip=tips,
        )
    )  # fmt: skip
    layers = [bars, *_labels(drawn, y, tips), _nought()]
    usual = alt.Chart(pd.DataFrame({"net": [net]})).mark_rule(color=GREY)
    layers.append(usual.encode(x="net:Q"))
    flips = drawn[drawn["flips"]].drop_duplicates("name").assign(nought=0.0, told=flip)
    if not flips.empty:
        mark = alt.Chart(flips).mark_point(
            shape="diamond", size=140, filled=True, color="black", stroke="white", opacity=1
        )
        layers.append(mark.encode(y=y, x="nought:Q", tooltip=["name", "told"]))
    return alt.layer(*layers).properties(height=28 * len(order) + 80)


def zone(frame: pd.DataFrame, band: tuple[float, float] | None, *, x: str) -> alt.LayerChart:
    """Sums on one line, a band where an agreement suits both: frame has name, at and told."""
    names = list(frame["name"])
    shapes = alt.Scale(domain=names, range=["triangle-right", "triangle-left", "circle", "diamond"])
    scale = alt.Scale(domain=names, range=[GREEN, VERMILION, BLUE, ORANGE])
    legend = alt.Legend(orient="bottom", columns=2, labelLimit=420)
    points = (
        alt.Chart(frame)
        .mark_point(filled=True, size=180, opacity=1)
        .encode(
            x=alt.X("at:Q", title=x, axis=alt.Axis(format=",.0f"), scale=alt.Scale(zero=True)),
            shape=alt.Shape("name:N", scale=shapes, title=None, legend=legend),
            color=alt.Color("name:N", scale=scale, title=None, legend=legend),
            tooltip=["name", alt.Tooltip("at:Q", format=EUROS)],
        )
    )
    layers: list[alt.Chart] = [points]
    if band is not None:
        between = pd.DataFrame({"low": [band[0]], "high": [band[1]]})
        bar = alt.Chart(between).mark_bar(height=14, color=GREEN, opacity=0.3)
        layers.insert(0, bar.encode(x="low:Q", x2="high:Q"))
    return alt.layer(*layers).properties(height=130)


def _ends(channel: type, frame: pd.DataFrame, marks: tuple[str, ...]) -> alt.Color | alt.Shape:
    scale = alt.Scale(domain=list(frame["name"]), range=list(marks))
    legend = alt.Legend(orient="bottom", columns=2, labelLimit=420, symbolSize=150)
    made: alt.Color | alt.Shape = channel("name:N", scale=scale, title=None, legend=legend)
    return made


def _labels(drawn: pd.DataFrame, y: alt.Y, tips: list[object]) -> list[alt.Chart]:
    """The value of each input beside the end of its bar, outside of it."""
    outward = (drawn["at"] >= drawn["net"], drawn["at"] < drawn["net"])
    return [
        alt.Chart(drawn[side])
        .mark_text(align=align, dx=dx, color=GREY)
        .encode(y=y, x="at:Q", text="told:N", tooltip=tips)
        for side, align, dx in zip(outward, ("left", "right"), (5, -5), strict=True)
        if side.any()
    ]


def _nought() -> alt.Chart:
    nought = alt.Chart(pd.DataFrame({"nought": [0.0]}))
    return nought.mark_rule(strokeDash=[4, 4], color=GREY).encode(x="nought:Q")
