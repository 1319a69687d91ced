"""Where a person notes what the land registry answered, and decides on the seizure of a home."""

from __future__ import annotations

import streamlit as st

from amiable.suits import SuitFile
from app_streamlit.parts import frame, suit
from app_streamlit.parts.words import Words, plain
from law.land import LAND
from law.words import word

# What may be noted: the question of the journal and its answer.
_NOTES = {
    "registry_found": ("land_registry", "found"),
    "registry_none": ("land_registry", "none"),
    "seizure_yes": ("land_seizure", "yes"),
    "seizure_no": ("land_seizure", "no"),
}


def panel(say: Words, file: SuitFile) -> None:
    """What is to be asked of land, and a form for the answer; nothing where land has no part."""
    after = file.after
    if after is None or after.search is None:
        return
    shut = {each.closed for each in after.measures if each.code in LAND}
    if shut == {"stake_below_land"}:
        return
    if after.land:
        st.info(plain(word("land_asks", after.land, say.language)), icon=":material/home_work:")
    if frame.decides(say):
        _form(say, file)


def _form(say: Words, file: SuitFile) -> None:
    with st.expander(say("land.title")), st.form("land", clear_on_submit=True, border=False):
        note = st.selectbox(
            say("suit.what"), list(_NOTES), format_func=lambda name: say(f"land.{name}"),
            key="land_note",
        )  # fmt: skip
        reason = st.text_input(say("land.reason"), key="land_reason", max_chars=500)
        sent = st.form_submit_button(say("land.save"))
    if sent:
        question, answer = _NOTES[note]
        suit.record(say, file, question, answer, reason)
