"""Blind labelling on the screen: the queue, the word, its undo, files, training."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from amiable import labels as room
from amiable.errors import AmiableError
from amiable.learning import train_profile
from amiable.logs import Steps
from app_streamlit import blind, clock, desk
from app_streamlit.parts import frame, journal
from app_streamlit.parts.words import Words, plain
from data_schema import codes
from pipelines.errors import PipelineError

_MOST_CASES = 500
_HELPED = (*codes("profile"), room.CANNOT_SAY)


def given() -> pd.DataFrame:
    """Labels known on the day looked at."""
    return blind.given()


def labeller(say: Words) -> str | None:
    """Who labels; None, and a sentence, without a name or on a day gone by."""
    if not frame.decides(say):
        return None
    name = " ".join(st.session_state.get("actor", "").split())
    if not name:
        st.info(say("labels.who"), icon=":material/person:")
        return None
    return name


def queue(labels: pd.DataFrame, name: str) -> pd.DataFrame:
    """The person's cases of the day; more once they were asked for."""
    return blind.queue(labels, name, st.session_state.get("label_count", room.USUAL))


def progress(say: Words, cases: pd.DataFrame) -> None:
    """How far the person has come today."""
    done, n = int(cases["done"].sum()), len(cases)
    if n:
        st.progress(done / n, text=say("labels.progress", done=done, n=n))


def next_case(cases: pd.DataFrame) -> str | None:
    """The first case left."""
    left = cases["debtor_id"][~cases["done"]]
    return None if left.empty else str(left.iloc[0])


def finished(say: Words, cases: pd.DataFrame) -> None:
    """Nothing left: the day's part is done, or there was nothing to label."""
    if cases.empty:
        st.info(say("labels.empty"))
        return
    st.success(say("labels.finished", n=len(cases)))
    count = st.session_state.get("label_count", room.USUAL)
    if (
        len(cases) >= count
        and count < _MOST_CASES
        and st.button(say("labels.more", n=room.USUAL), key="label_more")
    ):
        st.session_state["label_count"] = count + room.USUAL
        st.rerun()


def choose(say: Words, debtor_id: str, cases: pd.DataFrame, name: str) -> None:
    """One of four profiles, or that it cannot be said; the next case follows at once."""
    st.subheader(say("labels.ask"))
    with st.form("label", clear_on_submit=True, border=False):
        verdict = st.radio(
            say("labels.ask"),
            _HELPED,
            index=None,
            format_func=lambda code: verdict_word(say, code),
            captions=[say(f"labels.says_{code}") for code in _HELPED],
            label_visibility="collapsed",
            # Of its own for each case: a choice must not wait for the next debtor.
            key=f"verdict_{debtor_id}",
        )
        remark = st.text_input(say("labels.remark"), key=f"remark_{debtor_id}", max_chars=500)
        sent = st.form_submit_button(say("labels.send"), type="primary")
    if not sent:
        return
    if verdict is None:
        st.error(say("labels.choose_one"))
        return
    drawn = cases.set_index("debtor_id")["drawn"][debtor_id]
    record(say, debtor_id, verdict, name, remark, drawn=str(drawn), unseen=True)


def verdict_word(say: Words, code: str) -> str:
    """The word of a profile, or of *cannot say*."""
    return say("labels.cannot_say") if code == room.CANNOT_SAY else say.code("profile", code)


def record(
    say: Words, debtor_id: str, verdict: str, name: str, remark: str, *, drawn: str, unseen: bool
) -> None:
    """Write a label into the journal and go on; ``unseen`` where its author saw no belief."""
    entry = room.entry_of(
        debtor_id,
        verdict,
        labeller=name,
        at=clock.now(),
        as_of=desk.day(),
        blind=unseen,
        drawn=drawn,
        remark=remark.strip(),
        run_id=desk.run()["run_id"],
    )
    try:
        desk.record([entry])
    except PipelineError as error:
        st.error(plain(error))
        return
    st.toast(say("labels.saved"))
    st.rerun()


def undo_last(say: Words, name: str) -> None:
    """Take back the person's last label of the day; the case comes back."""
    mine = [
        entry
        for entry in desk.journal().standing(as_of=desk.day())
        if room.is_label(entry)
        and room.is_blind(entry)
        and room.person(entry.actor) == room.person(name)
        and entry.as_of == desk.day()
    ]
    if mine and st.button(say("labels.undo"), key="label_undo", icon=":material/undo:"):
        journal.undo(say, max(mine, key=lambda entry: entry.at))


def files(say: Words, name: str) -> None:
    """The same queue as a file to fill elsewhere; the way back is said."""
    with st.expander(say("labels.files")):
        st.markdown(say("labels.files_says"))
        st.download_button(
            say("labels.export"),
            lambda: blind.sheet(name, say.language),
            "etiquettes.csv",
            "text/csv",
            key="label_export",
        )
        sent = st.file_uploader(say("labels.import"), type=["csv", "xlsx"], key="label_import")
        if sent is not None and st.button(say("labels.take"), key="label_take"):
            try:
                taken = blind.take(sent.name, sent.getvalue(), name, clock.now())
            except (AmiableError, PipelineError) as error:
                st.error(plain(error))
                return
            st.success(say("labels.taken", new=taken.new, known=taken.known, blank=taken.blank))


def retrain(say: Words) -> None:
    """Learn the profiles anew with the labels there are."""
    st.subheader(say("labels.train"))
    st.caption(say("labels.train_says"))
    if not st.button(say("labels.train_do"), key="label_train"):
        return
    try:
        with st.spinner(say("models.training")):
            report = train_profile(desk.home(), desk.day(), steps=Steps())
    except AmiableError as error:
        st.error(plain(error))
        return
    if report.version is None:
        st.info(say("models.nothing"))
    elif report.promoted:
        st.success(say("labels.trained_first", version=report.version))
    elif report.n_failed:
        st.warning(say("labels.trained_refused", version=report.version, n=report.n_failed))
    else:
        st.success(say("labels.trained", version=report.version))
