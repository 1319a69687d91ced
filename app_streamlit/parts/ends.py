"""How unpaid claims end: a stacked chart, a sentence and a table, with open claims counted."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app_streamlit.parts import drawing, model_charts, tables
from app_streamlit.parts.words import Words
from models.recovery.cash import HORIZONS
from models.recovery.ends import EVER, SHOWN

_YEAR = HORIZONS[-1]
_NEVER_ENDED = ("disputed", "open")


def panel(say: Words, frame: pd.DataFrame) -> None:
    """The panel for a part of the portfolio and an age that a person chooses."""
    st.subheader(say("ends.title"))
    if frame.empty:
        st.caption(say("ends.none"))
        return
    left, right = st.columns(2)
    parts = list(frame["segment"].unique())
    part = left.selectbox(say("ends.part"), parts, format_func=say.segment, key="ends_part")
    frame = frame[frame["segment"] == part]
    ages = sorted(frame["from_age"].unique())
    age = right.selectbox(
        say("ends.age"), ages, format_func=lambda days: _age(say, days), key="ends_age"
    )
    lines = frame[frame["from_age"] == age]
    stacked = lines[lines["state"] != EVER].assign(
        name=lambda rows: [say.code("claim_end", state) for state in rows["state"]],
        place=lambda rows: [SHOWN.index(state) for state in rows["state"]],
    )
    names = [say.code("claim_end", state) for state in SHOWN]
    drawing.draw(say, model_charts.ends(stacked, names=names, x=say("ends.days")))
    st.markdown(_sentence(say, lines))
    with st.expander(say("ends.table")):
        tables.plain_table(_table(say, lines))
    st.caption(say("ends.note"))


def _age(say: Words, days: int) -> str:
    return say("ends.due") if days == 0 else say("ends.late", days=days)


def _sentence(say: Words, lines: pd.DataFrame) -> str:
    """Where claims stand on the last day seen; from the due date also what closed ones say."""
    last = int(lines["days"].max())
    at = lines[lines["days"] == last].set_index("state")
    share = at["share"]
    told = say(
        "ends.says",
        n=int(at["n_at_risk"].iloc[0]),
        days=last,
        paid=say.share(share["paid"]),
        low=say.share(at.loc["paid", "low"]),
        high=say.share(at.loc["paid", "high"]),
        left=say.share(share[list(_NEVER_ENDED)].sum()),
        disputes=say.share(share[EVER]),
    )
    alone = at.loc["paid", "closed_only"]
    return told if pd.isna(alone) else f"{told} {say('ends.alone', share=say.share(alone))}"


def _table(say: Words, lines: pd.DataFrame) -> pd.DataFrame:
    """One row per state: its share with its interval at each horizon, and the claims seen."""
    rows = {say("col.state"): [say.code("claim_end", state) for state in (*SHOWN, EVER)]}
    for horizon in HORIZONS:
        at = lines[lines["days"] == horizon].set_index("state")
        if len(at):
            shown = [_cell(say, at.loc[state]) for state in (*SHOWN, EVER)]
            rows[say("ends.in_days", days=horizon)] = shown
    last = lines[lines["days"] == lines["days"].max()].set_index("state")
    rows[say("ends.seen")] = [
        "" if state in _NEVER_ENDED else str(last.loc[state, "n_events"])
        for state in (*SHOWN, EVER)
    ]
    return pd.DataFrame(rows)


def _cell(say: Words, line: pd.Series) -> str:
    if pd.isna(line["low"]):
        return say.share(line["share"], 1)
    low, high = say.share(line["low"], 1), say.share(line["high"], 1)
    return f"{say.share(line['share'], 1)} ({low} – {high})"
