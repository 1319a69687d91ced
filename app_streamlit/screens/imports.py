"""A ledger in, what was refused, and the day run."""

import streamlit as st

from app_streamlit import desk
from app_streamlit.parts import frame, intake
from app_streamlit.parts.words import plain
from pipelines.errors import PipelineError

say = frame.words()
frame.title(say, "imports")
intake.last_report(say)
path = intake.upload(say)
if path is not None:
    intake.take(say, path)
left, right = st.columns(2)
with left:
    intake.run_form(say)
with right:
    intake.train_form(say)
try:
    refused, taken = desk.quarantine(), desk.sources()
except PipelineError as error:
    st.info(plain(error))
else:
    st.subheader(say("imports.quarantine"))
    intake.quarantine(say, refused)
    st.subheader(say("imports.sources"))
    intake.sources(say, taken)
