"""What the bank brought in, and which claims it pays: proposed here, decided by a person."""

import streamlit as st

from app_streamlit.parts import bank, frame

say = frame.words()
if frame.head(say, "bank"):
    found = bank.read(say)
    if found is not None:
        bank.later(say, found)
        if found.lines.empty:
            st.info(say("bank.empty"))
        else:
            bank.tiles(say, found)
            chosen = bank.proposals(say, found)
            chosen += bank.without(say, found)
            bank.decide(say, found, chosen)
            bank.in_ledger(say, found)
        bank.decided(say, found)
