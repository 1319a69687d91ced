"""What the console asks of the ladders: whose, which is in force, what another would do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from amiable import ladder_preview, ladders
from amiable.ladder_preview import Preview
from amiable.ladders import ALL, Change, InForce
from app_streamlit import clock, desk
from pipelines.warehouse import Warehouse

WHERE = "this ladder"


def clients() -> dict[str, str]:
    """Names of the clients by creditor_id; those of the day looked at."""
    with Warehouse(desk.home().path, file=desk.snapshot()) as warehouse:
        return warehouse.clients()


def in_force() -> InForce:
    """The ladders in force today; raises ``AmiableError`` where the home's file is broken."""
    return ladders.in_force(desk.home(), clock.today())


def changes() -> list[Change]:
    """Every change ever made, the last first; raises as `in_force`."""
    return list(reversed(ladders.read(desk.home())))


def asked_for(creditor: str, parts: Mapping[str, Any], *, reason: str, by: str) -> Change:
    """The change that a person asks for; raises ``AmiableError`` where it may not stand."""
    return ladders.asked_for(
        desk.home(), creditor, parts, WHERE, reason=reason, by=by, today=clock.today()
    )


def preview(change: Change) -> Preview:
    """What it would do tomorrow, from the day published now; kept while both stay the same."""
    return _preview(str(desk.published_file()), change.entry(), change)


@st.cache_data(max_entries=10, show_spinner=False)
def _preview(path: str, entry: str, _change: Change) -> Preview:
    return ladder_preview.preview(desk.home(), _change)


def put(change: Change) -> None:
    """Put it in force from the next run on."""
    ladders.put(desk.home(), change)
    _preview.clear()


def undo(creditor: str) -> None:
    """Take a client's last change back, from the next run on."""
    ladders.undo(desk.home(), creditor, today=clock.today())
    _preview.clear()


__all__ = ["ALL", "asked_for", "changes", "clients", "in_force", "preview", "put", "undo"]
