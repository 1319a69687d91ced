"""The law that the program uses: what is to verify, what grew old, and the client's own values."""

import streamlit as st

from app_streamlit import clock
from app_streamlit.parts import frame, law, own_law

say = frame.words()
frame.title(say, "law")
values = law.values(say, clock.today())
if values is not None:
    law.figures(say, values)
    law.behind(say, values)
    law.panel(say, values, "verify", "to_verify")
    law.panel(say, values, "old", "grown_old")
    own_law.standing(say, values)
    law.every(say, values)
    st.caption(say("law.advice"))
