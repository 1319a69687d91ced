"""The frame of the console: navigation, language, person."""

import streamlit as st

from app_streamlit.parts import frame

st.set_page_config(page_title="amiable", page_icon="📬", layout="wide")
say = frame.words()
pages = [
    st.Page("screens/today.py", title=say("nav.today"), icon="📋", url_path="today", default=True),
    st.Page("screens/claim.py", title=say("nav.claim"), icon="🧾", url_path="claim"),
    st.Page("screens/imports.py", title=say("nav.imports"), icon="📥", url_path="imports"),
]
chosen = st.navigation(pages)
frame.side_bar(say)
chosen.run()
frame.footer(say)
