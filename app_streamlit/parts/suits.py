"""Parts of the screen of suits: those to bring, those that tasks hold back, one to look at."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from app_streamlit import suits
from app_streamlit.parts import tables
from app_streamlit.parts.words import Words, missing, plain

_MOST = 200


def overview(say: Words) -> pd.DataFrame:
    """The suits of the day in two tables; no rows without any."""
    found = suits.of_the_day()
    if found.empty:
        st.info(say("suits.empty"))
        return found
    brought = found[found["is_in_court"]]
    held = found[~found["is_in_court"] & found["opened_course"].notna()]
    _figures(say, found, brought, held)
    _brought(say, brought)
    _held(say, held)
    return found


def _figures(say: Words, found: pd.DataFrame, brought: pd.DataFrame, held: pd.DataFrame) -> None:
    left, middle, right = st.columns(3)
    net = say.money(brought["expected_net"].sum())
    quiet: dict[str, Any] = {"delta_color": "off", "delta_arrow": "off"}
    left.metric(say("suits.to_bring"), str(len(brought)), plain(net), **quiet)
    net = say.money(held["opened_net"].sum())
    middle.metric(say("suits.held_back"), str(len(held)), plain(net), **quiet)
    right.metric(say("suits.others"), str(len(found) - len(brought) - len(held)))
    st.caption(plain(say("suits.figures")))


def _brought(say: Words, brought: pd.DataFrame) -> None:
    st.markdown(f"#### {say('suits.to_bring')}")
    if brought.empty:
        st.caption(say("suits.none_to_bring"))
        return
    tables.plain_table(
        tables.shown(
            brought.head(_MOST),
            {
                "debtor_name": ("debtor", str),
                "suit_amount": ("amount", say.money),
                "course": ("course", lambda code: say.code("course", code)),
                "expected_net": ("net", say.money),
                "p_loss": ("loss", say.share),
                "cost": ("cost", say.money),
                "tasks": ("todo", lambda codes: _told(say, codes, "tasks")),
                "court": ("court", tables.text),
            },
            say,
        )
    )


def _held(say: Words, held: pd.DataFrame) -> None:
    """Suits that would be worth it once tasks are done, the dearest first."""
    st.markdown(f"#### {say('suits.held_back')}")
    if held.empty:
        st.caption(say("suits.none_held_back"))
        return
    st.caption(say("suits.held_says"))
    tables.plain_table(
        tables.shown(
            held.sort_values("opened_net", ascending=False).head(_MOST),
            {
                "debtor_name": ("debtor", str),
                "suit_amount": ("amount", say.money),
                "opened_course": ("course", lambda code: say.code("course", code)),
                "opened_net": ("net", say.money),
                "opened_obstacles": ("obstacles", lambda codes: _told(say, codes, "obstacles")),
                "opened_tasks": ("todo", lambda codes: _told(say, codes, "tasks")),
            },
            say,
        )
    )


def choice(say: Words, found: pd.DataFrame) -> str | None:
    """The suit that the person wants to look at."""
    names = {
        row.suit_id: f"{row.debtor_name} · {say.money(row.suit_amount)}"
        f" · {say.code('course', row.course)}"
        for row in found.head(_MOST * 5).itertuples()
    }
    chosen = st.selectbox(
        say("suits.choose"), list(names), format_func=names.__getitem__, key="suit_id"
    )
    return None if missing(chosen) else str(chosen)


def _told(say: Words, codes: object, name: str) -> str:
    return " ; ".join(say.rule(code, name) for code in tables.listed(codes))
