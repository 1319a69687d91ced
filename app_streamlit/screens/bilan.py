"""The first look at a portfolio."""

import streamlit as st

from app_streamlit import desk
from app_streamlit.parts import bilan, cash, frame, regret
from letters.bilan import GAPS, TO_DO

say = frame.words()
if frame.head(say, "bilan"):
    look = desk.look()
    if look is None:
        st.info(say("bilan.older"))
    elif look.is_empty:
        st.info(say("today.empty"))
    else:
        bilan.paper(say)
        bilan.ages(say, look)
        bilan.section(say, look, TO_DO, "to_do")
        bilan.section(say, look, GAPS, "gaps")
        cash.weeks(say, desk.cash_forecast())
        regret.panel(say, desk.ask_if_held("regret"))
