"""What people decided: who, when, what; and how to take it back."""

import streamlit as st

from app_streamlit import desk
from app_streamlit.parts import frame, journal

say = frame.words()
if frame.head(say, "journal"):
    entries = journal.read(say)
    if not entries:
        st.info(say("journal.empty"))
    else:
        journal.contradicted(say, desk.contradictions())
        found = journal.filtered(say, entries)
        chosen = journal.table(say, found)
        journal.undo_button(say, chosen)
        journal.export(say, found)
