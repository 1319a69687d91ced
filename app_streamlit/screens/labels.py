"""Blind labels: facts in, one word of a person out; the belief stays hidden."""

from app_streamlit.parts import frame, label_case, labels

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
        else:
            label_case.show(say, debtor_id)
            labels.choose(say, debtor_id, queue, labeller)
        labels.undo_last(say, labeller)
        labels.files(say, labeller)
    labels.agreement(say, given)
    labels.contested(say, given, labeller)
    if labeller:
        labels.retrain(say)
