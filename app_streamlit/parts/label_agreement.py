"""How far blind labellers agree, and the cases on which they do not."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from amiable import labels as room
from app_streamlit import blind
from app_streamlit.parts import tables
from app_streamlit.parts.labels import record, verdict_word
from app_streamlit.parts.words import Words, plain
from data_schema import codes
from models.profile.labelling import contested as split


def panel(say: Words, labels: pd.DataFrame) -> None:
    """How far blind labellers agree, and which profiles they mix up."""
    st.subheader(say("labels.agreement"))
    told = blind.summary(labels)
    if told["labels"] + told["cannot_say"] == 0:
        st.caption(say("labels.none"))
        return
    st.markdown(
        say(
            "labels.counts",
            n=told["labels"],
            people=told["labellers"],
            cannot=told["cannot_say"],
        )
    )
    if told["fair"]:
        mix = ", ".join(
            f"{verdict_word(say, code)} {say.share(share)}" for code, share in told["mix"].items()
        )
        st.markdown(plain(say("labels.fair", n=told["fair"], mix=mix)))
    if told["alpha"] is None:
        st.caption(say("labels.too_few", n=told["cases"]))
        return
    figures = {name: _number(say, told[name]) for name in ("alpha", "low", "high")}
    st.metric(say("labels.alpha"), figures["alpha"], help=say("labels.alpha_help"))
    st.markdown(say("labels.alpha_says", n=told["cases"], same=say.share(told["same"]), **figures))
    with st.expander(say("labels.pairs")):
        names = [say.code("profile", code) for code in told["profiles"]]
        pairs = pd.DataFrame(told["pairs"], columns=names)
        pairs = pairs.map(lambda value: f"{value:.0f}")
        pairs.insert(0, " ", names)
        tables.plain_table(pairs)


def contested(say: Words, labels: pd.DataFrame, name: str | None) -> None:
    """Cases on which labellers differ: those that this person has labelled, to be settled."""
    cases = split(labels)
    if cases.empty:
        return
    st.subheader(say("labels.contested", n=len(cases)))
    me = room.person(name)
    mine = cases[[me in told for told in cases["told"]]]
    if len(mine) < len(cases):
        # Whoever has yet to label them must not read what others said.
        st.caption(say("labels.contested_hidden", n=len(cases) - len(mine)))
    if name is None or mine.empty:
        return
    voices = [
        ", ".join(f"{who} : {say.code('profile', profile)}" for who, profile in told.items())
        for told in mine["told"]
    ]
    tables.plain_table(
        pd.DataFrame({say("col.debtor"): mine["debtor_id"], say("labels.voices"): voices})
    )
    with st.form("third", border=False):
        left, right = st.columns(2)
        debtor_id = left.selectbox(say("col.debtor"), mine["debtor_id"], key="third_case")
        verdict = right.selectbox(
            say("labels.settled_as"),
            codes("profile"),
            index=None,
            format_func=lambda code: say.code("profile", code),
            key="third_profile",
        )
        why = st.text_input(say("labels.why"), key="third_why", max_chars=500)
        sent = st.form_submit_button(say("labels.settle"))
    if sent and not (verdict and why.strip()):
        st.error(say("labels.why_needed"))
    elif sent and verdict:
        record(say, debtor_id, verdict, name, why, drawn="settled", unseen=False)


def _number(say: Words, value: float) -> str:
    text = f"{value:.2f}"
    return text.replace(".", ",") if say.language == "fr" else text
