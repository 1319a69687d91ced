"""The hypotheses over the whole book: sizes, moves, what words cost, and rates by group."""

import streamlit as st

from app_streamlit import beliefs
from app_streamlit.parts import frame, profile_costs, profile_rates, profiles

say = frame.words()
if frame.head(say, "profiles"):
    st.caption(say("profiles.never"))
    segments = beliefs.segments()
    if segments.empty:
        st.info(say("profiles.empty"))
    else:
        profiles.sizes(say, segments)
        profiles.moves(say)
        profiles.debtors(say, segments)
        profile_costs.panel(say)
        profile_rates.panel(say, beliefs.rates())
