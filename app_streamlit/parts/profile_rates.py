"""Equity of hypotheses: how often each word is said, by size, sector, department and kind."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app_streamlit.parts import drawing, profile_charts, tables
from app_streamlit.parts.profiles import WORDS, word_of
from app_streamlit.parts.words import Words, plain

SMALL = 30
"""Debtors below which a group's rates say little."""
_WATCHED = ("bad_faith", "undetermined")
_DIMENSIONS = ("kind", "size", "sector", "region")
_MOST_DRAWN = 25


def panel(say: Words, rates: pd.DataFrame) -> None:
    """The rates of one dimension as a picture, a sentence and a table."""
    st.subheader(say("rates.title"))
    st.markdown(plain(say("rates.says")))
    if rates.empty:
        st.caption(say("rates.none"))
        return
    chosen = st.selectbox(
        say("rates.by"), _DIMENSIONS, format_func=lambda name: say(f"rates.{name}"), key="rates_by"
    )
    whole = rates[rates["dimension"] == "all"].iloc[0]
    rows = rates[rates["dimension"] == chosen]
    named = rows.assign(
        name=[_band(say, chosen, band, n) for band, n in zip(rows["band"], rows["n"], strict=True)]
    )
    _picture(say, named)
    _sentence(say, named, whole)
    columns = {
        "name": ("group", str),
        "n": ("n_debtors", str),
        **{f"share_{word}": (f"share_{word}", say.share) for word in WORDS},
        "bad_faith_ratio": ("ratio", lambda value: tables.text(_number(say, value))),
    }
    everyone = whole.to_frame().T.assign(name=say("rates.all"))
    table = tables.shown(pd.concat([everyone, named], ignore_index=True), columns, say)
    tables.plain_table(table)
    st.caption(say("rates.ratio_says"))


def _band(say: Words, dimension: str, band: object, n: int) -> str:
    told = str(band)
    if told in ("unknown", "abroad"):
        told = say(f"rates.{told}")
    elif dimension == "kind":
        told = say.code("debtor_kind", told)
    elif dimension == "sector":
        told = f"NAF {told}"
    return told if n >= SMALL else f"{told} *"


def _picture(say: Words, named: pd.DataFrame) -> None:
    drawn = named.head(_MOST_DRAWN)
    lines = pd.concat(
        [
            pd.DataFrame(
                {
                    "band": drawn["name"],
                    "word": word_of(say, word),
                    "share": drawn[f"share_{word}"].astype(float),
                    "n": drawn["n"],
                    "small": drawn["n"] < SMALL,
                }
            )
            for word in _WATCHED
        ]
    )
    names = [word_of(say, word) for word in _WATCHED]
    drawing.draw(say, profile_charts.rates(lines, names=names))


def _sentence(say: Words, named: pd.DataFrame, whole: pd.Series) -> None:
    large = named[named["n"] >= SMALL]
    n_small = len(named) - len(large)
    if n_small:
        st.caption(say("rates.small", n=n_small, groups=len(named), least=SMALL))
    if large.empty:
        return
    if large["share_bad_faith"].nunique() == 1:
        st.markdown(plain(say("rates.even", all=say.share(large["share_bad_faith"].iloc[0]))))
        return
    most, least = large["share_bad_faith"].idxmax(), large["share_bad_faith"].idxmin()
    told = say(
        "rates.gap",
        most=large.loc[most, "name"],
        high=say.share(large.loc[most, "share_bad_faith"]),
        least=large.loc[least, "name"],
        low=say.share(large.loc[least, "share_bad_faith"]),
        all=say.share(whole["share_bad_faith"]),
    )
    st.markdown(plain(told))


def _number(say: Words, value: object) -> str:
    text = f"{float(str(value)):.2f}"
    return "–" if text == "nan" else text.replace(".", ",") if say.language == "fr" else text
