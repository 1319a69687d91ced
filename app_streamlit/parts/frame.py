"""What every screen shares: language, person, watermark, day, footer."""

from __future__ import annotations

import json

import streamlit as st

from app_streamlit import clock, desk
from app_streamlit.parts.words import LANGUAGES, Words, plain


def words() -> Words:
    """The words of the language chosen, the settings' language at first."""
    if "language" not in st.session_state:
        asked = st.query_params.get("lang", desk.home().settings.language)
        st.session_state["language"] = asked if asked in LANGUAGES else "fr"
    return Words(st.session_state["language"])


def side_bar(say: Words) -> None:
    """Language, name of the person, and the day looked at."""
    with st.sidebar:
        st.radio(say("app.language"), LANGUAGES, key="language", horizontal=True)
        st.text_input(say("app.who"), key="actor", help=say("app.who_help"), max_chars=80)
        if desk.snapshot() is not None:
            st.caption(say("app.as_of", day=say.day(desk.day())))


def title(say: Words, screen: str) -> None:
    """Title, question and, for an invented portfolio, the watermark."""
    st.title(say(f"{screen}.title"))
    st.caption(say(f"{screen}.question"))
    if desk.home().is_demo:
        st.warning(say("app.demo"), icon=":material/warning:")


def head(say: Words, screen: str) -> bool:
    """The title of a screen of the day; False (and a hint) when no day is published."""
    title(say, screen)
    if desk.snapshot() is None:
        st.info(say("app.none"))
        return False
    if desk.day() < clock.today() and not desk.home().is_demo:
        st.caption(say("app.stale", day=say.day(desk.day())))
    return True


def footer(say: Words) -> None:
    """Where the figures come from: run, models, parameters."""
    st.divider()
    if desk.snapshot() is not None:
        run = desk.run()
        models = ", ".join(f"{name} {made}" for name, made in json.loads(run["models"]).items())
        told = say("app.run", run=run["run_id"], models=models, parameters=run["parameters"])
        st.caption(plain(told))
    st.caption(say("app.footer"))
