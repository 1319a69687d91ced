"""Which claims justify a suit, and what must be settled before."""

import streamlit as st

from app_streamlit import desk
from app_streamlit.parts import budget, dossier, executive, frame, partners, suits, titles

say = frame.words()
if frame.head(say, "suits"):
    found = suits.of_the_day(say)
    if not found.empty:
        one, every, followed = st.tabs([say("suits.one"), say("suits.every"), say("titles.title")])
        with one:
            chosen = suits.choice(say, found)
            if chosen is not None:
                compared = desk.courses(chosen)
                executive.panel(say, chosen, compared)
                partners.panel(say, chosen, compared)
                dossier.panel(say, chosen, chosen)
        with every:
            suits.lists(say, found)
            budget.panel(say)
        with followed:
            titles.overview(say)
    partners.register(say)
