"""What lies ahead of the claim that a screen looks at, solved on demand for the day looked at."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from amiable.ahead import Ahead
from amiable.ahead import ahead as solved
from app_streamlit import desk
from pipelines.errors import EarlierVersion
from pipelines.warehouse import Warehouse


def of(debtor_id: str, claim_id: str) -> Ahead | None:
    """The road of a claim; None where nothing may be asked for, or for an earlier version."""
    return _of(str(desk.snapshot()), debtor_id, claim_id)


def cost_of_waiting(claim_id: str) -> float | None:
    """EUR that one more week without doing anything loses; None for an earlier version."""
    found = desk.ask_if_held("waiting_of_claim", claim_id=claim_id)
    return None if found.empty else float(found.iloc[0]["cost_of_waiting"])


@st.cache_data(max_entries=50, show_spinner=False)
def _of(path: str, debtor_id: str, claim_id: str) -> Ahead | None:
    try:
        with Warehouse(desk.home().path, file=Path(path)) as warehouse:
            return solved(warehouse, desk.home(), debtor_id, claim_id, as_of=desk.day())
    except EarlierVersion:
        return None
