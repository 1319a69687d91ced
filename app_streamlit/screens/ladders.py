"""The chasing ladder, for all clients or for one: its cells, its effect before it counts, undo."""

import streamlit as st

from amiable.errors import AmiableError
from app_streamlit.parts import frame, ladder, ladder_effect

say = frame.words()
if frame.head(say, "ladders"):
    try:
        client = ladder.whose(say)
        st.caption(say("ladders.fixed"))
        parts = ladder.cells(say, client)
        ladder_effect.of(say, client, parts)
        ladder.history(say, client)
    except AmiableError as error:
        ladder.refused(say, error)
