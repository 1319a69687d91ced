"""What came in and waits for a person: bank lines to match, messages to confirm."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import streamlit as st

from amiable import incoming
from amiable.home import Home
from amiable.matching import BankDay
from amiable.matching import bank_day as compared
from app_streamlit import desk
from models.messages.proposal import Proposal, propose_all
from pipelines.messages import stored


def bank_day() -> BankDay:
    """Bank lines to decide on as of the day looked at, and what they may pay.

    Compared anew when an import or a decision has changed what there is to compare. Raises
    ``PipelineError`` while another process is importing.
    """
    store, decided = desk.home().store, desk.journal().standing(as_of=desk.day())
    if not store.exists():
        return compared(desk.home(), desk.day())
    stamp = (store.stat().st_mtime_ns, *(entry.entry_id for entry in decided))
    return _bank_day(str(desk.home().path), desk.day(), hash(stamp))


@st.cache_data(max_entries=4, show_spinner=False)
def _bank_day(path: str, as_of: date, stamp: int) -> BankDay:
    return compared(Home.at(Path(path)), as_of)


@st.cache_data(max_entries=20, show_spinner=False)
def _read(texts: tuple[tuple[str, date], ...]) -> list[Proposal]:
    return propose_all(texts)


def inbox() -> list[incoming.Waiting]:
    """Incoming messages, newest first, with their proposals and what was made of them.

    Raises ``PipelineError`` while another process is importing.
    """
    kept = stored(desk.home().store)
    return incoming.proposed(kept, incoming.made_of(desk.journal()), _read) if kept else []
