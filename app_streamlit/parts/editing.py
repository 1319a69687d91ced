"""A message that a person changes before it leaves: a box, findings at once, and what they stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from amiable.messages import Prepared
from app_streamlit import desk
from app_streamlit.parts.words import Words, plain
from letters.editing import MOST_SIGNS, edited, stops
from letters.render import Message
from letters.tone.linter import Finding
from letters.tone.reading import reading


def applied(contacts: Sequence[Prepared]) -> list[Prepared]:
    """The contacts with the texts that a person changed; what an edit may not say is refused."""
    return [_applied(each) for each in contacts]


def _applied(contact: Prepared) -> Prepared:
    kept, refused = [], list(contact.refused)
    for message in contact.messages:
        now, found = _now(message)
        if stops(found):
            first = next(each for each in found if not each.advice)
            refused.append(f"{contact.debtor_name} : {first.told(message.request.language)}")
        else:
            kept.append(now)
    return replace(contact, messages=tuple(kept), refused=tuple(refused))


def box(say: Words, message: Message) -> Message | None:
    """The box to change a message in, with what stands against it; None while it may not leave."""
    name = _name(message)
    now, found = _now(message)
    is_changed = name in _edits()
    with st.expander(say("editing.title"), expanded=is_changed):
        if is_changed:
            _tell(say, now, found)
        # Widgets that were not on the last page have forgotten what they held.
        subject, text = _edits().get(name, (message.subject, message.text))
        st.session_state.setdefault(f"{name}_subject", subject)
        st.session_state.setdefault(f"{name}_text", text)
        told = {"on_change": _keep, "args": (message,)}
        st.text_input(say("editing.subject"), key=f"{name}_subject", max_chars=300, **told)
        st.text_area(
            say("editing.text"),
            key=f"{name}_text",
            height=360,
            max_chars=MOST_SIGNS,
            help=say("editing.help"),
            **told,
        )
        if is_changed:
            st.button(say("editing.reset"), key=f"{name}_reset", on_click=_drop, args=(message,))
    return None if stops(found) else now


def _tell(say: Words, message: Message, found: list[Finding]) -> None:
    language = "fr" if say.language == "fr" else "en"
    stopping = [each for each in found if not each.advice]
    for each in stopping[:20]:
        st.error(plain(each.told(language)), icon=":material/block:")
    for each in [each for each in found if each.advice][:10]:
        st.info(plain(each.told(language)), icon=":material/lightbulb:")
    if stopping:
        st.caption(say("editing.stopped", n=len(stopping)))
        return
    ease = reading(message.text, message.request.language).ease
    told = say("editing.passes")
    st.success(told if ease is None else f"{told} {say('editing.ease', ease=round(ease))}")


def _now(message: Message) -> tuple[Message, list[Finding]]:
    """The message as it stands after edits, and its findings."""
    kept = _edits().get(_name(message))
    return (message, []) if kept is None else edited(message, *kept)


def _keep(message: Message) -> None:
    """Hold what a person wrote, as long as the session lasts and the day is looked at."""
    name = _name(message)
    subject = st.session_state.get(f"{name}_subject", message.subject)
    text = st.session_state.get(f"{name}_text", message.text)
    if not subject.strip() or not text.strip():
        _drop(message)
    elif (subject, text.rstrip()) == (message.subject, message.text.rstrip()):
        _edits().pop(name, None)
    else:
        _edits()[name] = (subject, text)


def _drop(message: Message) -> None:
    name = _name(message)
    _edits().pop(name, None)
    st.session_state[f"{name}_subject"] = message.subject
    st.session_state[f"{name}_text"] = message.text


def _edits() -> dict[str, tuple[str, str]]:
    edits: dict[str, tuple[str, str]] = st.session_state.setdefault("edited_messages", {})
    return edits


def _name(message: Message) -> str:
    """One name for one message of one published run."""
    request = message.request
    told = (
        desk.run()["run_id"],
        request.keys.get("contact_group_id"),
        request.creditor.identifier,
        request.language,
        request.stage or request.action,
    )
    return "edit_" + "_".join(str(part) for part in told)
