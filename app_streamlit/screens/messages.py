"""Incoming messages: what each proposes, and the person's word on it."""

import streamlit as st

from app_streamlit import waiting as waiting_room
from app_streamlit.parts import frame, messages
from app_streamlit.parts.words import plain
from pipelines.errors import PipelineError

say = frame.words()
if frame.head(say, "messages"):
    messages.last_word(say)
    messages.paste(say)
    try:
        waiting = waiting_room.inbox()
    except PipelineError as error:
        st.info(plain(error))
    else:
        chosen = messages.choice(say, waiting)
        if chosen is not None:
            left, right = st.columns(2)
            with left:
                messages.text(say, chosen)
            with right:
                messages.proposal(say, chosen)
                if chosen.entries:
                    messages.done(say, chosen)
                else:
                    claims = messages.claims(say, chosen)
                    messages.decide(say, chosen, claims)
