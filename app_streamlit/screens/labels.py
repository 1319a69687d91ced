"""Blind labels: facts in, one word of a person out; the belief stays hidden."""

import streamlit as st

from app_streamlit.parts import frame, label_agreement, label_case, labels

say = frame.words()
if frame.head(say, "labels"):
    given = labels.given()
    labeller = labels.labeller(say)
    if labeller:
        queue = labels.queue(given, labeller)
        labels.progress(say, queue)
        debtor_id = labels.next_case(queue)
        if debtor_id is None:
            labels.finished(say, queue)
            labels.undo_last(say, labeller)
        else:
            left, right = st.columns([2, 1])
            with right:
                labels.choose(say, debtor_id, queue, labeller)
                labels.undo_last(say, labeller)
            with left:
                label_case.show(say, debtor_id)
        labels.files(say, labeller)
    label_agreement.panel(say, given)
    label_agreement.contested(say, given, labeller)
    if labeller:
        labels.retrain(say)
