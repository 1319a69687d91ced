"""Cash of the weeks to come, as a picture, a sentence and a table."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app_streamlit.parts import charts, drawing, tables
from app_streamlit.parts.words import Words, plain


def weeks(say: Words, frame: pd.DataFrame) -> None:
    """What the claims open today should bring in each week, and how sure that is."""
    if frame.empty:
        return
    st.subheader(say("cash.title"))
    total, first = frame["expected"].sum(), frame.iloc[0]
    told = say(
        "cash.says",
        n=len(frame),
        total=say.money(total),
        first=say.money(first["expected"]),
        low=say.money(first["low"]),
        high=say.money(first["high"]),
    )
    st.markdown(plain(told))
    drawing.draw(say, charts.fan(frame, x=say("cash.week"), y="EUR"))
    shown = {
        "from_on": ("from", say.day),
        "to_on": ("to", say.day),
        "expected": ("expected", say.money),
        "low": ("low", say.money),
        "high": ("high", say.money),
    }
    with st.expander(say("cash.table")):
        tables.plain_table(tables.shown(frame, shown, say))
    st.caption(say("cash.note"))
