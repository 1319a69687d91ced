"""What a labeller reads of one debtor: figures and events, no name, belief, evidence or score."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from amiable import labels as room
from app_streamlit import blind
from app_streamlit.parts import tables
from app_streamlit.parts.words import Words, missing

_COLUMNS = 3
_EUROS = ("debtor_open_eur",)
_SHARES = ("debtor_late_share",)


def show(say: Words, debtor_id: str) -> None:
    """The case: its figures in three columns, then its events, newest first."""
    case = blind.case(debtor_id)
    if case is None:
        st.caption(say("labels.no_events"))
        return
    st.subheader(say("labels.facts"))
    told = [
        (room.word("facts", name, say.language), _cell(say, name, value))
        for name, value in case.facts.items()
    ]
    size = -(-len(told) // _COLUMNS)
    for place, column in enumerate(st.columns(_COLUMNS)):
        part = told[place * size : (place + 1) * size]
        column.dataframe(pd.DataFrame(part, columns=["", " "]), hide_index=True, width="stretch")
    st.subheader(say("labels.events"))
    if not case.events:
        st.caption(say("labels.no_events"))
        return
    notes = [event["note"] for event in case.events if event["note"]]
    tables.plain_table(
        tables.shown(
            pd.DataFrame(case.events).astype(object),
            {
                "happened_at": ("at", say.day),
                "kind": ("event", lambda kind: room.word("events", str(kind), say.language)),
                "label_code": ("kind", say.label),
                "channel": ("channel", lambda code: say.code("channel", code)),
                "tone": ("tone", lambda code: say.code("tone", code)),
                "amount": ("amount", lambda v: "" if missing(v) else say.money(v)),
                "note": ("note", lambda v: "" if missing(v) else str(v)),
            },
            say,
        ),
        height=min(420, 40 + 35 * len(case.events)),
    )
    if notes:
        st.markdown(f"**{say('labels.notes')}**")
        for note in notes:
            st.text(f"« {note} »")


def _cell(say: Words, name: str, value: object) -> str:
    if missing(value):
        return "–"
    if name in _EUROS:
        return say.money(value)
    if name in _SHARES:
        return say.share(value)
    if name == "debtor_kind":
        return say.code("debtor_kind", value)
    if isinstance(value, bool):
        return say("word.yes") if value else say("word.no")
    return f"{float(str(value)):.0f}"
