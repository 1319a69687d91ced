"""The first look at a portfolio."""

import streamlit as st

from app_streamlit import desk
from app_streamlit.parts import bilan, frame

say = frame.words()
if frame.head(say, "bilan"):
    rows = desk.bilan()
    if rows.empty:
        st.info(say("today.empty"))
    else:
        bilan.ages(say, rows)
        bilan.lines(say, rows, bilan.TO_DO, "to_do")
        bilan.lines(say, rows, bilan.GAPS, "gaps")
        figures = desk.figures()
        st.caption(say("today.credits", amount=say.money(figures["credits"])))
        chosen = bilan.detail(say, rows)
        if st.button(say("today.open"), disabled=chosen is None, key="open_claim"):
            st.session_state["claim_id"] = chosen
            st.switch_page("screens/claim.py")
