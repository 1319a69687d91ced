"""The wall clock of the desk: read when a person acts, never when a table is made."""

from __future__ import annotations

from datetime import UTC, date, datetime


def now() -> datetime:
    """The moment, in UTC without a zone, as the journal writes it."""
    return datetime.now(UTC).replace(tzinfo=None)


def today() -> date:
    """The day where the console runs."""
    return datetime.now(UTC).astimezone().date()
