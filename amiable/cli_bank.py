"""The command that proposes what a bank statement pays."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amiable.home import Home
from amiable.logs import counted, say, summary
from amiable.options import HERE, DayOption, DebugOption, HomeOption, JsonOption, day_of, guarded


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(matches)


def matches(
    as_of: DayOption = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            help="File to write: .csv, .xlsx, .parquet; or .jsonl, entries for `amiable record`"
            " once your name stands in them as actor.",
        ),
    ] = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Propose which claims the imported bank lines pay; a person confirms, nothing is automatic.

    Example: amiable matches --as-of 2026-11-21
    """
    day = day_of(as_of)

    def work() -> None:
        from amiable.matching import bank_day, export, in_ledger, sentences, told, unmatched

        here = Home.at(home)
        found = bank_day(here, day)
        for line in sentences(found)[:200]:
            say(line)
        n = len(found.proposals)
        if n > 200:
            say(f"… and {n - 200} more: write them with --to.")
        say(
            f"{counted(len(found.lines), 'bank line')} to decide as of {day}:"
            f" {counted(n, 'proposal')}, {counted(len(unmatched(found)), 'line')} without any,"
            f" {len(in_ledger(found))} in the ledger already. A score with ? has rivals."
        )
        if to is not None:
            mark = "DEMO, invented" if here.is_demo else None
            say(f"{to}: {counted(export(found, to, watermark=mark), 'row')}.")
        if as_json:
            summary(told(found))

    guarded(work, debug=debug)
