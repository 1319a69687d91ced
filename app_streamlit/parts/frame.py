"""What every screen shares: language, person, watermark, day, footer."""

from __future__ import annotations

import json

import streamlit as st

from app_streamlit import clock, desk
from app_streamlit.parts.words import LANGUAGES, Words, plain
from pipelines.days import Day


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
        _day_selector(say)


def _day_selector(say: Words) -> None:
    """The published day, or one gone by; the choice stands in the address as ``as_of``."""
    days = desk.days()
    if not days:
        return
    path = desk.published_file()
    live = next((day for day in days if day.path == path), days[0])
    names = {"": say("app.as_of", day=say.day(live.as_of))}
    names |= {day.run_id: _label(say, day, days) for day in days if day != live}
    if desk.CHOSEN not in st.session_state:
        st.session_state[desk.CHOSEN] = _asked(say, names)
    elif st.session_state[desk.CHOSEN] not in names:
        st.session_state[desk.CHOSEN] = ""
    st.selectbox(say("app.looked_at"), list(names), format_func=names.__getitem__, key=desk.CHOSEN)
    chosen = desk.looked_at()
    if chosen is None:
        for name in {"as_of", "run"} & set(st.query_params):
            del st.query_params[name]
    else:
        st.query_params.update({"as_of": chosen.as_of.isoformat(), "run": chosen.run_id})


def _label(say: Words, day: Day, days: list[Day]) -> str:
    """The day; its hour where several runs show it, and a mark where it was never shown."""
    label = say.day(day.as_of)
    if sum(other.as_of == day.as_of for other in days) > 1 and day.started_at is not None:
        label += f" · {say.day(day.started_at)} {day.started_at:%H:%M}"
    return label if day.published else say("app.rerun", day=label)


def _asked(say: Words, names: dict[str, str]) -> str:
    """The run that the address asks for, by ``run`` or as the first of its ``as_of``."""
    wanted, run_id = st.query_params.get("as_of"), st.query_params.get("run")
    if run_id and run_id in names:
        return run_id
    days = {day.as_of.isoformat(): day.run_id for day in reversed(desk.days())}
    if wanted and wanted not in days:
        st.warning(plain(say("app.not_kept", day=wanted)))
    found = days.get(wanted or "", "")
    return found if found in names else ""


def back_to_published() -> None:
    """Look at the published day again."""
    st.session_state[desk.CHOSEN] = ""


def decides(say: Words) -> bool:
    """Whether decisions can be taken now; a sentence says why not on a day gone by."""
    if desk.looked_at() is None:
        return True
    st.caption(say("app.past_decide"))
    return False


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
    past = desk.looked_at()
    if past is not None:
        told = "app.past" if past.published else "app.past_rerun"
        st.info(say(told, day=say.day(past.as_of)), icon=":material/history:")
        st.button(say("app.back"), on_click=back_to_published, key="back_to_published")
    elif desk.day() < clock.today() and not desk.home().is_demo:
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
