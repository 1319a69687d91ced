"""What a labeller reads of one debtor: figures and events, no name, belief, evidence or score."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from amiable import labels as room
from app_streamlit import blind
from app_streamlit.parts import tables
from app_streamlit.parts.words import Words, missing, plain

_COLUMNS = 2
_EUROS = ("debtor_open_eur",)
_SHARES = ("debtor_late_share",)


def show(say: Words, debtor_id: str) -> None:
    """The case: what was noted, then its figures, then its events, newest first."""
    case = blind.case(debtor_id)
    if case is None:
        st.caption(say("labels.no_events"))
        return
    st.subheader(say("labels.notes"))
    notes = [
        f"- {say.day(event['happened_at'])} · {say.code('channel', event['channel'])} — "
        + plain(f"« {event['note']} »")
        for event in case.events
        if event["note"]
    ]
    st.markdown("\n".join(notes) or f"*{say('labels.no_notes')}*")
    st.subheader(say("labels.facts"))
    told = [
        (room.word("facts", name, say.language), _cell(say, name, value))
        for name, value in case.facts.items()
    ]
    size = -(-len(told) // _COLUMNS)
    names = [say("labels.fact"), say("col.value")]
    for place, column in enumerate(st.columns(_COLUMNS)):
        with column:
            tables.plain_table(
                pd.DataFrame(told[place * size : (place + 1) * size], columns=names),
                height=38 + 35 * size,
            )
    st.subheader(say("labels.events"))
    _events(say, case)


def _events(say: Words, case: room.Case) -> None:
    if not case.events:
        st.caption(say("labels.no_events"))
        return
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
            },
            say,
        ),
        height=min(600, 40 + 35 * len(case.events)),
    )


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
