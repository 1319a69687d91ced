"""Parts of the dossier: its exhibits, what misses, the files, and the form that takes a paper."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from amiable.errors import AmiableError
from amiable.pieces import ENDINGS
from app_streamlit import desk, dossiers
from app_streamlit.parts import frame, tables
from app_streamlit.parts.words import Words, plain
from data_schema import codes
from letters.dossier.words import say as paper_word
from pipelines.errors import PipelineError


def panel(say: Words, subject: str, suit_id: str | None) -> None:
    """The dossier of a claim or a suit, with the claims joined, and the memo of the suit."""
    # Gathered once a person opens it: a suit may hold hundreds of invoices.
    box = st.expander(
        say("dossier.title"), icon=":material/folder_zip:", key="dossier_open", on_change="rerun"
    )
    if not box.open:
        return
    with box:
        st.caption(say("dossier.help"))
        try:
            held = dossiers.held(subject)
        except (PipelineError, AmiableError) as error:
            st.warning(plain(error))
            return
        if held is None:
            st.caption(say("suit.earlier"))
            return
        if len(held.numbers) > 1:
            numbers = _invoices(held, tuple(held.numbers))
            st.caption(plain(say("dossier.together", n=len(held.numbers), numbers=numbers)))
        _files(say, subject, suit_id, held)
        _exhibits(say, held)
        _missing(say, held)
        if frame.decides(say):
            _give(say, subject, held)
            _take_back(say, held)


def _files(say: Words, subject: str, suit_id: str | None, held: dossiers.Held) -> None:
    outward = st.checkbox(say("dossier.outward"), key="dossier_outward")
    left, middle, right = st.columns(3)
    for column, ending, kind in (
        (left, "zip", "application/zip"),
        (middle, "pdf", "application/pdf"),
    ):
        column.download_button(
            say(f"dossier.{ending}"),
            dossiers.paper(subject, ending, say.language, outward),
            dossiers.name(held.reference, "dossier", ending),
            kind,
            key=f"dossier_{ending}",
        )
    if suit_id:
        right.download_button(
            say("dossier.memo"),
            dossiers.memo(subject, say.language),
            dossiers.name(held.reference, "note", "pdf"),
            "application/pdf",
            key="memo",
        )


def _exhibits(say: Words, held: dossiers.Held) -> None:
    if not held.pieces:
        st.caption(say("dossier.no_piece"))
        return
    rows = [
        {
            "N°": piece["number"],
            say("dossier.piece"): say.code("document_kind", piece["kind"]),
            say("col.on"): say.day(piece["dated_on"]) if piece["dated_on"] else "–",
            say("dossier.invoices"): _invoices(held, piece["claim_ids"]),
            "SHA-256": f"{piece['sha256'][:12]}…",
        }
        for piece in held.pieces
    ]
    tables.plain_table(pd.DataFrame(rows))


def _missing(say: Words, held: dossiers.Held) -> None:
    if not held.missing:
        st.caption(say("dossier.none_missing"))
        return
    st.markdown(f"**{say('dossier.missing')}**")
    lines = []
    for row in held.missing:
        kind, of = say.code("document_kind", row["kind"]), _invoices(held, row["claim_ids"])
        why = paper_word("why", row["why"], say.language)
        lines.append(f"- {plain(f'{kind} ({of}) : {why}')}")
    st.markdown("\n".join(lines))


def _invoices(held: dossiers.Held, claim_ids: tuple[str, ...]) -> str:
    numbers = [held.numbers[claim_id] for claim_id in claim_ids]
    return ", ".join(numbers[:5]) + (f" +{len(numbers) - 5}" if len(numbers) > 5 else "")


def _give(say: Words, subject: str, held: dossiers.Held) -> None:
    """One paper at a time: the file, of which invoice, what it is, the day that it bears."""
    claims = list(held.numbers)
    with st.form("piece", clear_on_submit=True, border=False):
        file = st.file_uploader(say("dossier.file"), type=list(ENDINGS), key="piece_file")
        first, left, right = st.columns(3)
        claim_id = first.selectbox(
            say("dossier.invoice"),
            claims,
            index=claims.index(subject) if subject in claims else 0,
            format_func=held.numbers.__getitem__,
            key="piece_claim",
        )
        kind = left.selectbox(
            say("dossier.kind"),
            list(codes("document_kind")),
            format_func=lambda code: say.code("document_kind", code),
            key="piece_kind",
        )
        dated_on = right.date_input(
            say("dossier.dated_on"),
            None,
            max_value=desk.day(),
            format=say.date_format,
            key="piece_on",
        )
        sent = st.form_submit_button(say("dossier.give"))
    if not sent:
        return
    if file is None:
        st.error(say("dossier.file_needed"))
        return
    try:
        dossiers.give(claim_id, file.name, file.getvalue(), kind, dated_on)
    except (PipelineError, AmiableError) as error:
        st.error(plain(error))
        return
    st.rerun()


def _take_back(say: Words, held: dossiers.Held) -> None:
    given = {row["document_id"]: row for row in dossiers.given(list(held.numbers))}
    if not given:
        return

    def told(document_id: str) -> str:
        row = given[document_id]
        kind, number = say.code("document_kind", row["kind"]), held.numbers[row["claim_id"]]
        return f"{kind} {row['dated_on']} – {number} – {row['sha256'][:12]}"

    chosen = st.selectbox(say("dossier.given"), list(given), format_func=told, key="piece_given")
    if st.button(say("dossier.take_back"), key="piece_back"):
        try:
            dossiers.take_back(chosen)
        except (PipelineError, AmiableError) as error:
            st.error(plain(error))
            return
        st.rerun()
