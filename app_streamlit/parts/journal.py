"""The journal of decisions: its entries with their state, undo, and what imports contradict."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass

import pandas as pd
import streamlit as st

from amiable import labels
from amiable.export import harmless
from app_streamlit import clock, desk
from app_streamlit.parts import frame
from app_streamlit.parts.words import Words, plain
from data_schema import codes
from pipelines.errors import PipelineError
from pipelines.journal import Entry, taken_back

_MOST = 1000
_MOST_TOLD = 20
# Codes of a payload that have words, and the list each comes from.
# Questions about a suit, in the words of its form.
_OF_SUITS = ("amicable_attempt", "insurer_consent", "assignee_consent")
_CODED = ("outcome", "channel", "stage", "tone", "action", "dispute_reason", "profile", "course")


@dataclass(frozen=True, slots=True)
class Told:
    """An entry and its state on the day: ``standing``, ``undone`` or ``contradicted``."""

    entry: Entry
    state: str


def read(say: Words) -> list[Told]:
    """Entries known on the day looked at, newest first; an error is told and gives none."""
    try:
        # On the published day all are shown: one from after it counts from its own day.
        past = desk.looked_at()
        entries = desk.journal().entries(as_of=None if past is None else past.as_of)
        gone = taken_back(entries)
    except PipelineError as error:
        st.error(plain(error))
        return []
    against = set(desk.contradictions()["entry_id"])
    return [
        Told(
            entry,
            "undone"
            if entry.entry_id in gone
            else "contradicted"
            if entry.entry_id in against
            else "standing",
        )
        for entry in sorted(entries, key=lambda entry: entry.at, reverse=True)
    ]


def filtered(say: Words, entries: list[Told]) -> list[Told]:
    """Entries of the kinds chosen whose text holds what is sought."""
    left, right = st.columns(2)
    kinds = left.multiselect(
        say("journal.kinds"),
        codes("journal_kind"),
        format_func=lambda kind: say.code("journal_kind", kind),
        key="journal_kinds",
    )
    wanted = right.text_input(say("journal.search"), key="journal_search").strip().casefold()
    return [
        told
        for told in entries
        if (not kinds or told.entry.kind in kinds) and wanted in _text(told.entry).casefold()
    ]


def _text(entry: Entry) -> str:
    return " ".join(
        (entry.actor, entry.subject_id, entry.reason or "", entry.entry_id, str(entry.payload))
    )


def table(say: Words, entries: list[Told]) -> Told | None:
    """The newest entries; returns the one chosen."""
    if len(entries) > _MOST:
        st.caption(say("journal.newest", n=_MOST, total=len(entries)))
    seen = entries[:_MOST]
    rows = pd.DataFrame(
        [
            {
                say("col.at"): f"{say.day(told.entry.at)} {told.entry.at:%H:%M} UTC",
                say("journal.as_of"): say.day(told.entry.as_of),
                say("col.by"): told.entry.actor,
                say("col.kind"): say.code("journal_kind", told.entry.kind),
                say("journal.subject"): told.entry.subject_id,
                say("col.value"): details(say, told.entry),
                say("col.reason"): told.entry.reason or "",
                say("journal.state"): say(f"journal.{told.state}"),
            }
            for told in seen
        ]
    )
    ticked = st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height=min(520, 40 + 35 * max(len(rows), 1)),
        on_select="rerun",
        selection_mode="single-row",
        key="journal_rows",
    )
    places = ticked.selection.rows if ticked else []
    return seen[places[0]] if places and places[0] < len(seen) else None


def details(say: Words, entry: Entry) -> str:
    """The payload in words; claims of a group last."""
    if labels.is_label(entry) and labels.is_blind(entry):
        # Its question, how it was drawn and its mark are not for reading.
        verdict = str(entry.payload.get("profile") or labels.CANNOT_SAY)
        unsaid = verdict == labels.CANNOT_SAY
        told_as = say("labels.cannot_say") if unsaid else say.code("profile", verdict)
        return f"{told_as} · {say('labels.blind')}"
    told = []
    for name, value in entry.payload.items():
        if name in _CODED:
            told.append(say.code(name, value) or str(value))
        elif name in ("due_on", "until_on"):
            told.append(say.day(value))
        elif entry.payload.get("question") in _OF_SUITS and name in ("question", "answer"):
            is_day = name == "answer" and re.fullmatch(r"\d{4}-\d\d-\d\d", str(value))
            told.append(say.day(value) if is_day else say.known("suit", str(value)))
        elif name == "amounts" and isinstance(value, dict):
            told.append(", ".join(f"{claim} {say.money(each)}" for claim, each in value.items()))
        elif name in ("amount", "on_account"):
            told.append(say.money(value))
        elif name not in ("claim_ids", "recommendation_id", "debtor_id", "blind", "drawn"):
            told.append(str(value))
    told += [", ".join(map(str, entry.payload.get("claim_ids", [])))]
    if entry.supersedes:
        told.append(entry.supersedes[:8])
    return " · ".join(part for part in told if part)


def undo_button(say: Words, chosen: Told | None) -> None:
    """Take the entry chosen back; an undo too can be taken back."""
    if not frame.decides(say):
        return
    useless = chosen is None or chosen.state == "undone"
    if st.button(say("claim.undo"), disabled=useless, key="journal_undo") and chosen is not None:
        undo(say, chosen.entry)
    if chosen is None:
        st.caption(say("journal.select"))


def undo(say: Words, entry: Entry) -> None:
    """Write the entry that takes another back, signed by the person at the desk."""
    actor = st.session_state.get("actor", "").strip()
    if not actor:
        st.error(say("claim.who_needed"))
        return
    back = Entry(
        at=clock.now(),
        as_of=max(desk.day(), entry.as_of),
        actor=actor,
        subject_type=entry.subject_type,
        subject_id=entry.subject_id,
        kind="undo",
        supersedes=entry.entry_id,
        run_id=desk.run()["run_id"],
    )
    try:
        desk.record([back])
    except PipelineError as error:
        st.error(plain(error))
        return
    st.toast(say("claim.undone"))
    st.rerun()


def export(say: Words, entries: list[Told]) -> None:
    """Every entry found as a CSV file that a spreadsheet opens without running anything."""
    rows = [{**asdict(told.entry), "state": told.state} for told in entries]
    for row in rows:
        row["payload"] = json.dumps(dict(row["payload"]), ensure_ascii=False, default=str)
    shown = harmless(pd.DataFrame(rows))
    st.download_button(
        say("journal.export"),
        shown.to_csv(index=False),
        "journal.csv",
        "text/csv",
        disabled=not rows,
        key="journal_export",
    )


def contradicted(say: Words, rows: pd.DataFrame) -> None:
    """Decisions that an imported row of a later day contradicts, one sentence each."""
    if rows.empty:
        return
    told = [
        say(
            "journal.against",
            kind=say.code("journal_kind", row.kind).capitalize(),
            day=say.day(row.decided_on),
            subject=row.subject_id,
            table=row.table_name,
            row=row.row_key,
            on=say.day(row.row_on),
        )
        for row in rows.head(_MOST_TOLD).itertuples()
    ]
    with st.expander(say("journal.contradictions", n=len(rows)), icon=":material/warning:"):
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in told))
        if len(rows) > _MOST_TOLD:
            st.caption(say("journal.more", n=len(rows) - _MOST_TOLD))
