"""What the labelling screen may ask of the day: cases and labels, never a belief."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from amiable import labels, labels_file
from amiable.errors import AmiableError
from amiable.home import Home
from app_streamlit import desk
from pipelines.errors import PipelineError
from pipelines.warehouse import Warehouse


def given() -> pd.DataFrame:
    """Last word of each person on each debtor as of the day looked at; ``drawn`` says why asked."""
    with _warehouse() as warehouse:
        return labels.given(warehouse, desk.journal().standing(as_of=desk.day()))


def summary(known: pd.DataFrame) -> dict[str, Any]:
    """Agreement, counts and disagreements, as ``labels.told``."""
    return _summary(str(desk.snapshot()), known)


@st.cache_data(max_entries=20, show_spinner=False)
def _summary(path: str, known: pd.DataFrame) -> dict[str, Any]:
    with Warehouse(desk.home().path, file=Path(path)) as warehouse:
        return labels.told(warehouse, known)


def queue(told: pd.DataFrame, labeller: str, n: int) -> pd.DataFrame:
    """Cases of a person: debtor_id, drawn, done."""
    return _queue(str(desk.snapshot()), told, labeller, desk.day(), n)


@st.cache_data(max_entries=20, show_spinner=False)
def _queue(path: str, told: pd.DataFrame, labeller: str, day: date, n: int) -> pd.DataFrame:
    with Warehouse(desk.home().path, file=Path(path)) as warehouse:
        return labels.queue_of(warehouse, told, labeller=labeller, day=day, n=n)


def case(debtor_id: str) -> labels.Case | None:
    """What may be read of a debtor; None when nothing of it is open."""
    with _warehouse() as warehouse:
        found = labels.cases(warehouse, [debtor_id])
    return found[0] if found else None


def sheet(labeller: str, language: str) -> bytes:
    """The person's queue as a file to fill."""
    with _warehouse() as warehouse:
        entries = desk.journal().standing(as_of=desk.day())
        made = labels_file.sheet(
            warehouse, entries, labeller=labeller, n=labels_file.MOST_CASES, lang=language
        )
    return labels_file.sheet_csv(made)


def take(name: str, content: bytes, labeller: str, now: datetime) -> labels_file.Taken:
    """Record the labels of a filled file; raises as ``labels_file.take``."""
    desk.writable()
    with tempfile.TemporaryDirectory() as folder:
        # Only the ending of a stranger's file name is used.
        path = Path(folder) / f"etiquettes{Path(name).suffix.lower()}"
        path.write_bytes(content)
        home: Home = desk.home()
        try:
            return labels_file.take(home, path, by=labeller, now=now, day=desk.day())
        except (AmiableError, PipelineError) as error:
            # Known by its own name, not by where it was put meanwhile.
            told = str(error).replace(str(path), path.name)
            raise AmiableError(told.replace(path.name, Path(name).name, 1)) from error


def _warehouse() -> Warehouse:
    return Warehouse(desk.home().path, file=desk.snapshot())
