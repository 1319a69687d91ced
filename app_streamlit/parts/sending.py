"""Parts of the sending: whom to write to, the text, the files, and what a person says was sent."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from amiable.errors import AmiableError
from amiable.messages import Prepared, is_written, sent, undone
from amiable.papers import merge_csv
from app_streamlit import clock, desk
from app_streamlit.parts import editing, spoken, tables
from app_streamlit.parts.words import Words, plain
from letters import batch, mail
from letters.render import Message
from pipelines.errors import PipelineError
from pipelines.journal import Entry


def choose(say: Words, contacts: Sequence[Prepared]) -> list[Prepared]:
    """Contacts ticked: at first those within the time, written, ready and not sent yet.

    What a person signs first is theirs to tick.
    """
    done = {entry.subject_id for entry in _today()}
    rows = [each for each in contacts if is_written(each) or each.messages]
    if not rows:
        st.info(say("sending.empty"))
        return []
    frame = pd.DataFrame({"contact": rows})
    ticked = st.dataframe(
        tables.shown(
            frame,
            {
                "contact": ("rank", lambda each: each.rank),
            },
            say,
        ).assign(
            **{
                say("col.debtor"): [each.debtor_name for each in rows],
                say("col.action"): [say.code("action", each.action) for each in rows],
                say("col.channel"): [_channel(say, each) for each in rows],
                say("col.total"): [
                    " · ".join(m.total for m in each.messages if m.asks) for each in rows
                ],
                say("col.within"): ["✓" if each.within_capacity else "·" for each in rows],
                say("sending.state"): [_state(say, each, done) for each in rows],
            }
        ),
        hide_index=True,
        width="stretch",
        height=min(420, 40 + 35 * len(rows)),
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={
            "selection": {
                "rows": [
                    at
                    for at, each in enumerate(rows)
                    if each.within_capacity
                    and each.messages
                    and is_written(each)
                    and not _signs(each)
                    and each.group not in done
                ]
            }
        },
        key="sending_rows",
    )
    places = ticked.selection.rows if ticked else []
    return [rows[at] for at in places if at < len(rows)]


def _channel(say: Words, each: Prepared) -> str:
    return say.code("channel", each.messages[0].request.channel if each.messages else each.channel)


def _state(say: Words, each: Prepared, done: set[str]) -> str:
    if each.group in done:
        return say("sending.done")
    if not each.messages:
        return say("sending.refused")
    return say("sending.to_sign") if _signs(each) else say("sending.ready")


def _signs(each: Prepared) -> bool:
    return any(message.to_sign for message in each.messages)


def refused(say: Words, chosen: Sequence[Prepared]) -> None:
    """Why some of the chosen cannot be written, a line each."""
    lines = list(dict.fromkeys(line for each in chosen for line in each.refused))
    if lines:
        with st.expander(say("sending.why", n=len(lines)), expanded=len(lines) < 6):
            for line in lines[:200]:
                st.markdown("- " + plain(line))


def files(say: Words, chosen: Sequence[Prepared]) -> None:
    """Drafts, letters and the mail-merge table of the chosen, made on demand."""
    messages = [message for each in chosen for message in each.messages]
    by_mail = [message for message in messages if message.request.channel == "email"]
    on_paper = [m for m in messages if m.request.channel in ("letter", "registered_letter")]
    signs = sum(message.to_sign for message in messages)
    if signs:
        st.warning(say("sending.signs", n=signs), icon=":material/ink_pen:")
    day, invented = desk.day(), desk.home().is_demo
    columns = st.columns(3)
    columns[0].download_button(
        say("sending.eml", n=len(by_mail)),
        lambda: batch.drafts_zip(by_mail, as_of=day),
        "emails.zip",
        "application/zip",
        disabled=not by_mail,
        key="eml_zip",
    )
    columns[1].download_button(
        say("sending.pdf", n=len(on_paper)),
        lambda: batch.letters_zip(on_paper, as_of=day),
        "lettres.zip",
        "application/zip",
        disabled=not on_paper,
        key="pdf_zip",
    )
    columns[2].download_button(
        say("sending.csv", n=len(messages)),
        lambda: merge_csv(messages, invented=invented),
        "publipostage.csv",
        "text/csv",
        disabled=not messages,
        key="merge_csv",
    )


def preview(say: Words, chosen: Sequence[Prepared]) -> None:
    """One message of the chosen, as it will read."""
    named = {
        f"{each.rank or ''} {each.debtor_name} ({message.request.creditor.name})": message
        for each in chosen
        for message in each.messages
    }
    if not named:
        return
    wanted = st.selectbox(say("sending.preview"), list(named), key="sending_preview")
    show(say, named[wanted], key="sending")


def show(say: Words, message: Message, *, key: str) -> None:
    """Subject, text, the box to change them in, and the ways to take the message along."""
    request = message.request
    if message.to_sign:
        st.warning(say("sending.sign_first"), icon=":material/ink_pen:")
    head = st.container()
    changed = editing.box(say, message)
    with head:
        shown = changed or message
        st.markdown(f"**{plain(shown.subject)}**")
        st.code(shown.text, language=None, wrap_lines=True)
    if changed is None:
        return
    message = changed
    left, middle, right = st.columns(3)
    if request.channel == "email":
        link, whole = mail.link(str(request.email), message.subject, message.text)
        left.link_button(say("sending.mailto"), link, help=None if whole else say("sending.long"))
        name = batch.file_name(message, 1, "eml")
        middle.download_button(
            say("sending.one_eml"), batch.eml(message), name, "message/rfc822", key=f"{key}_eml"
        )
    if request.channel != "sms" and request.sender.city:
        right.download_button(
            say("sending.one_pdf"),
            lambda: desk.letter_paper(message),
            batch.file_name(message, 1, "pdf"),
            "application/pdf",
            key=f"{key}_pdf",
        )


def mark(say: Words, chosen: Sequence[Prepared]) -> None:
    """A person says that the chosen were sent; the journal keeps it."""
    ready = [each for each in chosen if each.messages]
    if st.button(
        say("sending.mark", n=len(ready)), disabled=not ready, type="primary", key="mark_sent"
    ):
        record(say, ready)


def record(say: Words, ready: Sequence[Prepared]) -> None:
    """Write that messages were sent; each contact once a day."""
    actor = st.session_state.get("actor", "").strip()
    if not actor:
        st.error(say("claim.who_needed"))
        return
    done = {entry.subject_id for entry in _today()}
    fresh = [each for each in ready if each.group not in done]
    try:
        with st.spinner(say("sending.keeping")):
            entries = sent(
                desk.home(), fresh, actor=actor, at=clock.now(), as_of=desk.day(),
                run_id=desk.run()["run_id"],
            )  # fmt: skip
    except AmiableError as error:
        st.error(plain(error))
        return
    _write(say, entries, say("sending.marked", n=len(entries)))


def standing(say: Words) -> None:
    """What was marked as sent on the day looked at, with its undo."""
    entries = _today()
    if not entries:
        return
    st.caption(say("sending.standing", n=len(entries)))
    if st.button(say("sending.undo", n=len(entries)), key="undo_sent"):
        actor = st.session_state.get("actor", "").strip()
        if not actor:
            st.error(say("claim.who_needed"))
            return
        back = undone(entries, actor=actor, at=clock.now(), as_of=desk.day())
        _write(say, back, say("claim.undone"))


def _today() -> list[Entry]:
    day = desk.day()
    return [
        entry
        for entry in desk.journal().standing(as_of=day)
        if entry.kind == "sent" and entry.as_of == day
    ]


def _write(say: Words, entries: Sequence[Entry], told: str) -> None:
    try:
        desk.record(entries)
    except PipelineError as error:
        st.error(plain(error))
        return
    st.toast(told)
    st.rerun()


def panel(say: Words, claim_id: str, *, opened: bool = False) -> None:
    """What to write or say about one claim: its text, its files, and whether it was sent."""
    prepared = desk.message_of(claim_id)
    if prepared is None:
        return
    said = bool(prepared.scripts)
    with st.expander(say("spoken.script" if said else "sending.panel"), expanded=said or opened):
        for line in prepared.refused:
            st.caption(plain(line))
        for script in prepared.scripts:
            spoken.script(script)
        for at, message in enumerate(prepared.messages):
            show(say, message, key=f"claim_{at}")
        if prepared.messages:
            _one_mark(say, prepared)
    spoken.complaints(say, prepared)


def _one_mark(say: Words, prepared: Prepared) -> None:
    (ready,) = editing.applied([prepared])
    if prepared.group in {entry.subject_id for entry in _today()}:
        st.caption(say("sending.done"))
    elif st.button(say("sending.one_mark"), key="mark_one", disabled=not ready.messages):
        record(say, [ready])
