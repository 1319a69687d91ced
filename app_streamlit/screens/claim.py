"""One claim: what is due, why it is unpaid, what to do, and the person's decision."""

import streamlit as st

from app_streamlit import desk, suits
from app_streamlit.parts import (
    ahead,
    changes,
    claim,
    decisions,
    dossier,
    frame,
    journal,
    limitation,
    own_law,
    profile,
    sending,
    statement,
    suit,
    why,
    worth,
)

say = frame.words()
if frame.head(say, "claim"):
    if "claim" in st.query_params and "claim_id" not in st.session_state:
        st.session_state["claim_id"] = st.query_params["claim"]
    text = st.text_input(say("claim.search"), key="find")
    found = desk.find_claims(text)
    chosen = claim.choice(say, found, st.session_state.get("claim_id"))
    told = desk.claim(chosen) if chosen else None
    if chosen is None:
        st.info(say("claim.empty"))
    elif told is None:
        st.info(say("claim.gone"))
        changes.of_claim(say, chosen)
    else:
        st.session_state["claim_id"] = chosen
        st.query_params["claim"] = chosen
        claim.header(say, told)
        changes.of_claim(say, chosen)
        journal.contradicted(say, desk.contradictions(chosen, told["debtor_id"]))
        statement.of_claim(say, told)
        limitation.of_claim(say, told)
        left, right = st.columns(2)
        with left:
            claim.due(say, told)
            claim.odds(say, told)
            why.reasons_of(say, told)
        with right:
            claim.recommendation(say, told)
            sending.panel(say, chosen)
            decisions.form(say, told)
            why.levers_of(say, chosen)
            profile.of_debtor(say, told)
        ahead.of_claim(say, told)
        compared = desk.courses(told["suit_id"]) if told["suit_id"] else None
        claim.courses(say, told, compared, suits.insolvency(told["suit_id"]))
        worth.of_suit(say, told["suit_id"])
        suit.panel(say, told["suit_id"], compared)
        dossier.panel(say, chosen, told["suit_id"])
        own_law.acting(say)
        claim.timeline(say, desk.timeline(chosen))
        claim.siblings(say, desk.siblings(told["debtor_id"]))
