"""Parts of the law: a client's own values where they act."""

from __future__ import annotations

import streamlit as st

from app_streamlit import accounts
from app_streamlit.parts.words import Words, plain


def own_values(say: Words) -> None:
    """A line for each value of the client that held on the day looked at."""
    for row in accounts.replaced():
        told = f"{row['parameter']} = {row['printed']} : {row['why']}"
        st.caption(plain(say("law.replaced", why=told)))
