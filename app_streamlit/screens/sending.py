"""Messages of the day: seen, prepared as files, and marked as sent by a person."""

import streamlit as st

from app_streamlit import desk
from app_streamlit.parts import editing, frame, sending

say = frame.words()
if frame.head(say, "sending"):
    st.caption(say("sending.never"))
    contacts = desk.messages()
    if not contacts:
        st.info(say("sending.empty"))
    else:
        chosen = sending.choose(say, contacts)
        ready = editing.applied(chosen)
        sending.refused(say, ready)
        sending.files(say, ready)
        sending.preview(say, chosen)
        sending.mark(say, ready)
    sending.standing(say)
