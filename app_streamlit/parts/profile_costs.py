"""What a wrong word costs: costs in force, others tried at once, and how to keep them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from app_streamlit import beliefs
from app_streamlit.parts import tables
from app_streamlit.parts.profiles import word_of
from app_streamlit.parts.words import Words, plain
from models.profile.decision import UnknownCost, words

_EDITOR = "costs_tried"
_ROUND = "costs_round"


def panel(say: Words) -> None:
    """The matrix to edit, what it changes, and the line that keeps it."""
    st.subheader(say("costs.title"))
    st.markdown(plain(say("costs.says")))
    try:
        in_force = beliefs.costs()
    except UnknownCost as error:
        st.error(plain(say("costs.wrong", error=error)))
        return
    tried = _edited(say, in_force)
    if not beliefs.in_use().is_read:
        st.caption(say("costs.unread"))
    if tried is None:
        st.error(say("costs.negative"))
        return
    _effect(say, beliefs.effect(tried))
    if np.array_equal(tried, in_force):
        st.caption(say("costs.same"))
    else:
        st.button(say("costs.back"), on_click=_back, key="costs_back")
    _keep(say, tried)


def _edited(say: Words, in_force: np.ndarray) -> np.ndarray | None:
    """The costs as edited, (4, 5); None where one is empty or below zero."""
    frame = pd.DataFrame(in_force, columns=list(words()))
    frame.insert(0, "true", [say.code("profile", name) for name in beliefs.NAMES])
    number = {
        word: st.column_config.NumberColumn(
            say("costs.said", word=word_of(say, word)), min_value=0.0, step=0.05, format="%.2f"
        )
        for word in words()
    }
    edited = st.data_editor(
        frame,
        hide_index=True,
        width="stretch",
        disabled=["true"],
        column_config={"true": st.column_config.TextColumn(say("costs.truly")), **number},
        # A new key forgets what was tried.
        key=f"{_EDITOR}_{st.session_state.get(_ROUND, 0)}",
    )
    tried = edited[list(words())].to_numpy(dtype=float)
    return tried if bool(np.all(np.isfinite(tried) & (tried >= 0))) else None


def _back() -> None:
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _effect(say: Words, effect: pd.DataFrame) -> None:
    rows = effect.set_index("word")
    total = max(int(rows["n"].sum()), 1)
    columns = st.columns(3)
    columns[0].metric(say("costs.moved"), f"{effect.attrs['moved']} / {int(rows['n'].sum())}")
    for column, word in ((columns[1], "undetermined"), (columns[2], "bad_faith")):
        now, before = (rows.loc[word, name] / total for name in ("n", "n_before"))
        column.metric(
            say(f"costs.share_{word}"),
            say.share(now),
            say.points(now - before) if now != before else None,
            delta_color="off",
        )
    shown = {
        "word": ("profile", lambda word: word_of(say, word)),
        "n_before": ("n_in_force", str),
        "n": ("n_tried", str),
        "expected_errors": ("expected_errors", say.share),
        "disorganised_in_it": ("disorganised_in_it", say.share),
    }
    tables.plain_table(tables.shown(effect, shown, say))
    st.caption(say("costs.expected"))


def _keep(say: Words, tried: np.ndarray) -> None:
    """The line of the settings that keeps the costs tried."""
    with st.expander(say("costs.keep")):
        st.markdown(plain(say("costs.keep_says")))
        st.code(setting(tried), language="toml")


def setting(tried: np.ndarray) -> str:
    """The line of ``settings.toml`` for costs, (4, 5): what differs from the house's.

    >>> from models.profile.decision import cost_matrix
    >>> setting(cost_matrix({"bad_faith": {"undetermined": 0.3}}))
    'profile_costs = {bad_faith = {undetermined = 0.3}}'
    """
    house = beliefs.house_costs()
    rows = []
    for true, name in enumerate(beliefs.NAMES):
        differ = np.flatnonzero(~np.isclose(tried[true], house[true]))
        said = ", ".join(f"{words()[word]} = {float(tried[true, word])!r}" for word in differ)
        rows += [f"{name} = {{{said}}}"] if said else []
    return f"profile_costs = {{{', '.join(rows)}}}"
