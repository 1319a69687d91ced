"""Sources in: what the import commands of the door and of the console share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from amiable.home import Home
from pipelines import sources
from pipelines.sources.reading import SourceReport
from pipelines.store import open_store


def import_sources(
    home: Home,
    paths: Sequence[Path],
    *,
    imported_at: datetime,
    source_format: str = "auto",
    mapping: Path | None = None,
    strict: bool = False,
    progress: Callable[[str], None] | None = None,
) -> list[SourceReport]:
    """Import every path into the store of a home, one transaction each.

    Raises
    ------
    pipelines.errors.LedgerRefused
        For a source that cannot be read; those before it stay imported.
    """
    with home.alone():
        con = open_store(home.store)
        try:
            return sources.import_paths(
                con,
                paths,
                format=source_format,
                mapping=mapping,
                strict=strict,
                imported_at=imported_at,
                demo=home.is_demo,
                assumed_terms_days=home.settings.assumed_terms_days,
                progress=progress,
                mask=_hidden,
            )
        finally:
            con.close()


def _hidden(text: str) -> str:
    """What may be kept of a message; the rules are read only when there is one."""
    from models.messages.lexicon import hidden

    masked: str = hidden(text)
    return masked


def told(reports: Sequence[SourceReport]) -> dict[str, Any]:
    """The summary object of ``amiable import --json``, as the contract gives it."""
    totals: dict[str, int] = {}
    for report in reports:
        for name, rows in report.tables.items():
            totals[name] = totals.get(name, 0) + rows
    return {
        "sources": [
            {
                "path": report.path,
                "format": report.format,
                "read": report.read,
                "accepted": report.accepted,
                "out_of_scope": report.out_of_scope,
                "quarantined": report.quarantined,
                "amount_read": report.amount_read,
                "amount_accepted": report.amount_accepted,
                "amount_out_of_scope": report.amount_out_of_scope,
                "amount_quarantined": report.amount_quarantined,
                "unreadable_amounts": report.unreadable_amounts,
                "sides": report.sides,
                "notes": report.notes,
                "refused_columns": report.refused_columns,
            }
            for report in reports
        ],
        "tables": totals,
    }
