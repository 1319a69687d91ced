"""Parts of the import: upload, mapping to confirm, report, quarantine, run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePath

import pandas as pd
import streamlit as st

from amiable.errors import AmiableError
from amiable.export import harmless
from amiable.imports import import_sources
from amiable.learning import train
from amiable.logs import Steps
from amiable.runs import run_day
from app_streamlit import clock, desk
from app_streamlit.parts import tables
from app_streamlit.parts.words import Words, plain
from pipelines.errors import PipelineError
from pipelines.sources import format_of
from pipelines.sources.eml import FORMAT as MESSAGE
from pipelines.sources.mapping import Mapping, canonical_names, dump
from pipelines.sources.proposal import Proposal, propose

_REPORT = "import_report"
_DROPPED, _LET_GO = "file_dropped", "file_let_go"


def upload(say: Words) -> Path | None:
    """The file dropped, kept in the home's inbox under its own name; None without one."""
    dropped = st.file_uploader(
        say("imports.upload"),
        type=["csv", "tsv", "txt", "xlsx", "parquet", "pdf", "xml", "zip", "ofx", "eml"],
        help=say("imports.upload_help"),
        key="upload",
    )
    if dropped is None or dropped.file_id == st.session_state.get(_LET_GO):
        return None
    # A message is kept without its attachments: the file itself goes after the import.
    st.session_state[_DROPPED] = dropped.file_id
    inbox = desk.home().path / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    # Only the last part of the name: a browser may send any path.
    path = inbox / (PurePath(dropped.name.replace("\\", "/")).name or "upload")
    path.write_bytes(dropped.getvalue())
    return path


def take(say: Words, path: Path) -> None:
    """Confirm the mapping where the format needs one, then import."""
    try:
        mapping = None
        if format_of(path) == "ledger":
            mapping = _mapping(say, propose(path), path)
        if st.button(say("imports.import"), type="primary", key="import"):
            _import(say, path, mapping)
    except (PipelineError, AmiableError) as error:
        st.error(plain(error))


def _mapping(say: Words, proposal: Proposal, path: Path) -> Path:
    """The proposal as a form to correct; returns the file that holds the mapping chosen."""
    st.subheader(say("imports.mapping"))
    st.caption(say("imports.mapping_help"))
    nothing = say("imports.ignored")
    shown = [name for name in canonical_names("claims") if "." not in name]
    shown += [name for name in proposal.mapping.columns if name not in shown]
    rows = pd.DataFrame(
        {
            "name": shown,
            "source": [proposal.mapping.columns.get(name, nothing) for name in shown],
            "field": [say.known("field", name) for name in shown],
            "sure": [say.share(proposal.confidence.get(name)) for name in shown],
            "example": [_examples(proposal, name) for name in shown],
        }
    ).sort_values("source", key=lambda column: column == nothing, kind="stable")
    edited = st.data_editor(
        rows,
        hide_index=True,
        width="stretch",
        disabled=["field", "sure", "example"],
        column_order=["field", "source", "sure", "example"],
        column_config={
            "field": st.column_config.TextColumn(say("imports.column")),
            "source": st.column_config.SelectboxColumn(
                say("imports.source"), options=[nothing, *proposal.header], required=True
            ),
            "sure": st.column_config.TextColumn(say("imports.sure")),
            "example": st.column_config.TextColumn(say("imports.example")),
        },
        key=f"mapping_{path.name}",
    )
    for warning in proposal.warnings:
        st.caption(plain(say.sentence(warning)))
    columns = {
        row.name: row.source for row in edited.itertuples(index=False) if row.source != nothing
    }
    known = {k: v for k, v in proposal.mapping.known.items() if k not in columns.values()}
    mapping: Mapping = replace(proposal.mapping, columns=columns, known=known)
    text = dump(mapping)
    target = path.with_suffix(path.suffix + ".mapping.yaml")
    target.write_text(text, encoding="utf-8")
    st.download_button(say("imports.download"), text, target.name, key="mapping_yaml")
    with st.expander(say("imports.sample")):
        tables.plain_table(pd.DataFrame(proposal.sample, columns=list(proposal.header)))
    return target


def _examples(proposal: Proposal, name: str) -> str:
    source = proposal.mapping.columns.get(name)
    if source is None:
        return ""
    place = proposal.header.index(source)
    return " ; ".join(dict.fromkeys(row[place] for row in proposal.sample[:3]))


def _import(say: Words, path: Path, mapping: Path | None) -> None:
    with st.spinner(say("imports.import")):
        reports = import_sources(desk.home(), [path], imported_at=clock.now(), mapping=mapping)
    lines = []
    for report in reports:
        counts = say(
            "imports.counts",
            read=report.read,
            accepted=report.accepted,
            out=report.out_of_scope,
            quarantined=report.quarantined,
        )
        lines += [
            f"{Path(report.path).name} ({say.known('format', report.format)}) — {counts}",
            *map(say.sentence, report.notes),
        ]
    st.session_state[_REPORT] = lines
    if reports[0].format == MESSAGE:
        path.unlink(missing_ok=True)
        st.session_state[_LET_GO] = st.session_state.get(_DROPPED)
    st.rerun()


def last_report(say: Words) -> None:
    """What the last import of this session did."""
    lines = st.session_state.get(_REPORT)
    if lines:
        st.success(say("imports.report") + "\n\n" + "\n\n".join(plain(line) for line in lines))


def quarantine(say: Words, rows: pd.DataFrame | None) -> None:
    """Refused rows with their reasons, and a file of them."""
    if rows is None or rows.empty:
        st.info(say("imports.quarantine_empty"))
        return
    st.caption(say("imports.quarantine_help"))
    shown = tables.shown(
        rows.assign(source=[Path(source).name for source in rows["source"]]),
        {
            "source": ("source", str),
            "table_name": ("table", str),
            "row_number": ("row", int),
            "reason": ("refused", lambda told: say.sentence(str(told))),
            "payload": ("payload", tables.text),
        },
        say,
    )
    tables.plain_table(shown)
    st.download_button(
        say("today.export"), harmless(shown).to_csv(index=False), "quarantine.csv", key="refused"
    )


def sources(say: Words, rows: pd.DataFrame | None) -> None:
    """What was imported, newest first."""
    if rows is None or rows.empty:
        st.info(say("imports.no_sources"))
        return
    tables.plain_table(
        pd.DataFrame(
            {
                say("col.source"): [Path(path).name for path in rows["path"]],
                say("col.format"): [say.known("format", name) for name in rows["format"]],
                say("col.imported"): [say.day(at) for at in rows["imported_at"]],
                say("imports.report"): [
                    say(
                        "imports.counts",
                        read=row.read,
                        accepted=row.accepted,
                        out=row.out_of_scope,
                        quarantined=row.quarantined,
                    )
                    for row in rows.itertuples()
                ],
            }
        )
    )


def run_form(say: Words) -> None:
    """Run a day from the console."""
    day = st.date_input(
        say("imports.run_day"), clock.today(), format=say.date_format, key="run_day"
    )
    if not st.button(say("imports.run"), key="run"):
        return
    with st.spinner(say("imports.running")):
        try:
            record = run_day(desk.home(), day, started_at=clock.now(), steps=Steps())
        except (PipelineError, AmiableError) as error:
            st.error(plain(error))
            return
    told = say.day(day)
    if not record.published:
        st.warning(say("imports.ran_history", day=told))
        return
    rows = record.rows
    st.success(say("imports.ran", day=told, claims=rows["claims"], contacts=rows["worklist"]))
    st.page_link("screens/bilan.py", label=say("bilan.first_look"), icon=":material/monitoring:")


def train_form(say: Words) -> None:
    """Train the recovery model from the console; the gates decide on a first champion."""
    if not st.button(say("imports.train"), key="train"):
        return
    with st.spinner(say("imports.training")):
        try:
            report = train(desk.home(), st.session_state["run_day"], steps=Steps())
        except (PipelineError, AmiableError) as error:
            st.error(plain(error))
            return
    st.success("\n\n".join(plain(line) for line in report.reasons) or "✓")
