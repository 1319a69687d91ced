"""The dossier and the memo of the claim looked at: what they hold, and the files themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from amiable import pieces
from amiable.dossier import archive, file_name, gather, noted
from amiable.memo import case_of
from app_streamlit import clock, desk
from letters.dossier.paper import PARTS, dossier_pdf
from letters.memo import memo_pdf
from pipelines.errors import EarlierVersion
from pipelines.warehouse import Warehouse

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Held:
    """What the dossier of a claim holds: its claims, its exhibits, what misses."""

    reference: str
    numbers: dict[str, str]
    pieces: Rows
    missing: Rows


def held(subject: str) -> Held | None:
    """What the dossier of a claim or a suit would hold now; None for a day of an earlier version.

    Raises ``PipelineError`` while another process is importing.
    """
    store = desk.home().store
    changed = store.stat().st_mtime_ns if store.exists() else 0
    return _held(str(desk.snapshot()), subject, desk.looked_at() is not None, changed)


@st.cache_data(max_entries=50, show_spinner=False)
def _held(path: str, subject: str, is_past: bool, changed: int) -> Held | None:
    here = desk.home()
    try:
        with Warehouse(here.path, file=Path(path)) as warehouse:
            told = gather(here, warehouse, subject, is_past=is_past).told
    except EarlierVersion:
        return None
    rows = [dict(row) for row in told.pieces], [dict(row) for row in told.missing]
    return Held(told.reference, told.numbers, *rows)


def paper(subject: str, ending: str, language: str, outward: bool) -> Callable[[], bytes]:
    """What makes the dossier as ``zip`` (its seal is noted in the home) or ``pdf``.

    ``outward``: without the internal checks.
    """
    here, path, is_past = desk.home(), desk.snapshot(), desk.looked_at() is not None

    def made() -> bytes:
        with Warehouse(here.path, file=path) as warehouse:
            dossier = gather(here, warehouse, subject, is_past=is_past)
        if ending == "pdf":
            return dossier_pdf(dossier.told, PARTS[:1] if outward else PARTS, language=language)
        content = archive(dossier, language=language, outward=outward)
        noted(here, dossier, content, at=clock.now())
        return content

    return made


def memo(subject: str, language: str) -> Callable[[], bytes]:
    """What makes the memo of a suit, or of the suit of a claim."""
    here, path = desk.home(), desk.snapshot()

    def made() -> bytes:
        with Warehouse(here.path, file=path) as warehouse:
            return memo_pdf(case_of(here, warehouse, subject), language=language)

    return made


def name(reference: str, what: str, ending: str) -> str:
    """The name under which a file is taken along."""
    return file_name(reference, what, ending)


def given(claim_ids: list[str]) -> Rows:
    """Papers given here for the claims, each with what takes it back."""
    return pieces.given(desk.home(), claim_ids)


def give(claim_id: str, file: str, content: bytes, kind: str, dated_on: date | None) -> None:
    """Keep a file for a claim; raises ``AmiableError`` for one that is not taken."""
    here = desk.home()
    pieces.give(here, claim_id, file, content, kind=kind, dated_on=dated_on, at=clock.now())


def take_back(document_id: str) -> None:
    """No longer count a paper given here as one."""
    pieces.take_back(desk.home(), document_id, at=clock.now())
