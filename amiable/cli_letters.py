"""The commands on letters that somebody else wrote: whether their words may be sent."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from amiable.home import Home
from amiable.logs import say, summary
from amiable.options import (
    HERE,
    DebugOption,
    HomeOption,
    JsonOption,
    LanguageOption,
    guarded,
)

letters = typer.Typer(
    help="Check letters and e-mails written elsewhere.", no_args_is_help=True, add_completion=False
)


class Stage(StrEnum):
    """Stages that a letter may be of; ``answer`` asks for nothing."""

    REMINDER = "reminder"
    FIRM_REMINDER = "firm_reminder"
    FORMAL_NOTICE = "formal_notice"
    LAST_ATTEMPT = "last_attempt"


class Kind(StrEnum):
    """Whom a letter is written to."""

    COMPANY = "company"
    SOLE_TRADER = "sole_trader"
    CONSUMER = "consumer"
    ASSOCIATION = "association"
    PUBLIC = "public"


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(letters, name="letters")


@letters.command()
def check(
    file: Annotated[Path, typer.Argument(help="Letter as .txt or .md, e-mail as .eml.")],
    stage: Annotated[
        Stage | None, typer.Option("--stage", help="Stage; its mentions are checked too.")
    ] = None,
    debtor: Annotated[Kind | None, typer.Option("--debtor", help="Whom it is written to.")] = None,
    for_others: Annotated[
        bool, typer.Option("--for-others", help="Written by an agency for a creditor.")
    ] = False,
    title: Annotated[
        bool, typer.Option("--title", help="An enforceable title was obtained.")
    ] = False,
    suit: Annotated[
        bool, typer.Option("--suit", help="A person decided on the suit it speaks of.")
    ] = False,
    time_barred: Annotated[
        bool, typer.Option("--time-barred", help="The claim is time-barred.")
    ] = False,
    language: LanguageOption = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Say which lines of a letter may not be sent, why, and by which source; exit code 1 if any.

    Example: amiable letters check lettre.txt --stage formal_notice --debtor consumer
    """

    def work() -> None:
        from amiable.letter_check import checked
        from letters.tone.linter import Setting

        setting = Setting(
            stage=stage.value if stage else None,
            debtor_kind=debtor.value if debtor else None,
            collects_for_others=for_others,
            has_title=title,
            suit_decided=suit,
            time_barred=time_barred,
        )
        spoken = language.value if language else Home.at(home).settings.language
        found, ease = checked(file, setting)
        stopping = [each for each in found if not each.advice]
        for each in found:
            mark = {"fr": "conseil, ", "en": "advice, "}[spoken] if each.advice else ""
            say(mark + each.told(spoken))
        say(_total(len(stopping), len(found) - len(stopping), ease, spoken))
        if as_json:
            summary({"findings": [_told(each) for each in found], "ease": ease})
        if stopping:
            raise typer.Exit(1)

    guarded(work, debug=debug)


def _told(finding: object) -> dict[str, object]:
    from dataclasses import asdict

    from letters.tone.linter import Finding

    assert isinstance(finding, Finding)
    return asdict(finding)


def _total(stopping: int, advice: int, ease: float | None, language: str) -> str:
    if language == "fr":
        read = "" if ease is None else f" Facilité de lecture : {ease:.0f} sur 100."
        return f"{stopping} à corriger avant envoi, {advice} conseil(s).{read}"
    read = "" if ease is None else f" Reading ease: {ease:.0f} of 100."
    return f"{stopping} to correct before sending, {advice} advice.{read}"
