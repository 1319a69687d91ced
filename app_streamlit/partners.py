"""The partners of the day looked at, who may work on a suit, and the letter to one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from amiable import courts, instructions, partners
from amiable.partners import Role
from app_streamlit import clock, desk
from letters.instructions.letter import Instruction
from pipelines.errors import EarlierVersion
from pipelines.warehouse import Warehouse

Rows = list[dict[str, Any]]


def register() -> Rows | None:
    """Partners with their results; None for a day of an earlier version."""
    return _register(str(desk.snapshot()))


@st.cache_data(max_entries=5, show_spinner=False)
def _register(path: str) -> Rows | None:
    try:
        with Warehouse(desk.home().path, file=Path(path)) as warehouse:
            return partners.register_rows(warehouse)
    except EarlierVersion:
        return None


def advised(suit_id: str) -> dict[str, dict[str, Any]]:
    """The partner of each course of a suit that calls for one; empty for an earlier version."""
    return _advised(str(desk.snapshot()), suit_id)


@st.cache_data(max_entries=100, show_spinner=False)
def _advised(path: str, suit_id: str) -> dict[str, dict[str, Any]]:
    try:
        with Warehouse(desk.home().path, file=Path(path)) as warehouse:
            return partners.of_courses(warehouse, suit_id)
    except EarlierVersion:
        return {}


def roles(suit_id: str, course: str) -> tuple[Role, ...] | None:
    """Who may do each part of a course of a suit; None for a day of an earlier version."""
    return _roles(str(desk.snapshot()), suit_id, course)


@st.cache_data(max_entries=100, show_spinner=False)
def _roles(path: str, suit_id: str, course: str) -> tuple[Role, ...] | None:
    here = desk.home()
    try:
        with Warehouse(here.path, file=Path(path)) as warehouse:
            return partners.roles(
                warehouse, suit_id, course, as_of=desk.day(), seats=courts.seats(here)
            )
    except EarlierVersion:
        return None


def letter(suit_id: str, partner_id: str, course: str, language: str) -> Instruction:
    """The letter of instruction; raises ``AmiableError`` or ``LetterError`` where it is refused."""
    here = desk.home()
    with Warehouse(here.path, file=desk.snapshot()) as warehouse:
        return instructions.written(
            here,
            warehouse,
            suit_id,
            partner_id=partner_id,
            course=course,
            language=language,
            is_past=desk.looked_at() is not None,
        )


def choose(suit_id: str, partner_id: str, actor: str, reason: str) -> None:
    """Give a suit to a partner; raises ``AmiableError`` or ``PipelineError`` with the reason."""
    with Warehouse(desk.home().path, file=desk.snapshot()) as warehouse:
        entry = partners.choice(
            warehouse, suit_id, partner_id, actor=actor, reason=reason, at=clock.now()
        )
    desk.record([entry])
