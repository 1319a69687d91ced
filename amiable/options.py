"""Options that the commands share, the clock, and how a failure is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from amiable.logs import warn

HomeOption = Annotated[
    Path,
    typer.Option("--home", envvar="AMIABLE_HOME", help="Folder of the portfolio."),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="End with one machine-readable object on stdout.")
]
DayOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Day looked at, as 2026-11-21.")
]
PastOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="A day gone by, as it was published."),
]


class Language(StrEnum):
    """Languages of what is told and written."""

    fr = "fr"
    en = "en"


LanguageOption = Annotated[
    Language | None, typer.Option("--language", help="Language; the settings' without.")
]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure.")]
HERE = Path(".amiable")
# The years that a ledger may hold; terms and horizons are counted from them.
_FIRST_YEAR = 1900
_LAST_YEAR = 2100


def now() -> datetime:
    """The clock, read once per command."""
    return datetime.now(UTC).replace(tzinfo=None)


def day_of(text: str | None, option: str = "--as-of") -> date:
    """The day of an option; today without one."""
    if text is None:
        return datetime.now(UTC).astimezone().date()
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is not a day; write 2026-11-21.", param_hint=option
        ) from error
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise typer.BadParameter(
            f"{text!r} is no day from {_FIRST_YEAR} to {_LAST_YEAR}.", param_hint=option
        )
    return day


def guarded(work: Callable[[], None], *, debug: bool) -> None:
    """Run a command; a failure it can explain is one line on stderr and exit code 1."""
    from amiable.errors import AmiableError
    from law.errors import LawError
    from letters.errors import LetterError
    from pipelines.errors import PipelineError

    try:
        work()
    except (AmiableError, PipelineError, LawError, LetterError) as error:
        if debug:
            raise
        warn(f"amiable: {' '.join(str(error).split())}")
        raise typer.Exit(1) from error
    except Exception as error:
        if debug or isinstance(error, typer.Exit):
            raise
        said = " ".join(str(error).split())[:300]
        warn(f"amiable: {type(error).__name__}: {said} (--debug shows where)")
        raise typer.Exit(1) from error
