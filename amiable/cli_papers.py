"""The commands that write papers: tables, letters and messages to files, and the Bilan."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from amiable.errors import AmiableError
from amiable.home import Home
from amiable.logs import counted, say, summary, warn
from amiable.options import (
    HERE,
    DebugOption,
    HomeOption,
    JsonOption,
    Language,
    LanguageOption,
    PastOption,
    day_of,
    guarded,
    now,
)


class Stage(StrEnum):
    """Stages that a message may be of."""

    reminder = "reminder"
    firm_reminder = "firm_reminder"
    formal_notice = "formal_notice"
    last_attempt = "last_attempt"


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (export, statement, report):
        app.command()(command)


def export(
    what: Annotated[
        str,
        typer.Argument(
            help="worklist, litigation, …, statement, letter, messages, dossier, memo, instruction."
        ),
    ],
    subject: Annotated[
        str | None, typer.Argument(help="Claim, invoice number or suit, for one paper.")
    ] = None,
    to: Annotated[
        Path, typer.Option("--to", help="File to write: .csv, .xlsx, .parquet, .pdf, .eml or .zip.")
    ] = ...,  # type: ignore[assignment]
    stage: Annotated[
        Stage | None, typer.Option("--stage", help="Stage of a `letter`; the advised one without.")
    ] = None,
    language: Annotated[
        Language | None, typer.Option("--language", help="Language; the debtor's without.")
    ] = None,
    beyond: Annotated[
        bool, typer.Option("--all", help="`messages` below the cut line too.")
    ] = False,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="Carry a `statement` on to a later day."),
    ] = None,
    partner: Annotated[
        str | None,
        typer.Option("--partner", help="Whom an `instruction` goes to; the advised one without."),
    ] = None,
    course: Annotated[
        str | None,
        typer.Option("--course", help="Course of an `instruction`; the advised one without."),
    ] = None,
    outward: Annotated[
        bool, typer.Option("--outward", help="`dossier` for the other side: no internal checks.")
    ] = False,
    as_of: PastOption = None,
    home: HomeOption = HERE,
    debug: DebugOption = False,
) -> None:
    """Write a published table, a letter or the day's messages to a file; nothing is sent.

    Example: amiable export worklist --to worklist.xlsx
    """
    past = None if as_of is None else day_of(as_of)
    later = None if until is None else day_of(until, "--until")

    def work() -> None:
        from amiable.export import TABLES, outgoing, write

        here = Home.at(home)
        spoken = language.value if language else None
        if past is not None and what in ("letter", "messages"):
            raise AmiableError("What is written today states today's sums: leave out --as-of.")
        if what == "letter":
            from amiable.papers import write_letter

            if subject is None:
                raise AmiableError("`export letter` needs a claim or an invoice number.")
            step = stage.value if stage else None
            for line in write_letter(here, subject, to, stage=step, language=spoken):
                say(line)
            return
        if what == "messages":
            from amiable.papers import write_messages

            told, refused = write_messages(here, to, language=spoken, beyond=beyond)
            say(told)
            for line in refused[:20]:
                warn(f"not written: {line}")
            if len(refused) > 20:
                warn(f"… and {len(refused) - 20} more: not_written.txt of the .zip.")
            return
        if what in ("dossier", "memo"):
            from amiable.dossier import write_dossier
            from amiable.memo import write_memo

            chosen = spoken or here.settings.language
            told_of = (
                write_dossier(
                    here, subject, to, language=chosen, at=now(), as_of=past, outward=outward
                )
                if what == "dossier"
                else write_memo(here, subject, to, language=chosen, as_of=past)
            )
            for line in told_of:
                say(line)
            return
        if what == "instruction":
            from amiable.instructions import write_instruction

            chosen = spoken or here.settings.language
            for line in write_instruction(
                here, subject, to, partner_id=partner, course=course, language=chosen, as_of=past
            ):
                say(line)
            return
        if what == "statement":
            from amiable.statement import write_statement

            chosen = spoken or here.settings.language
            say(write_statement(here, subject, to, language=chosen, as_of=past, day=later))
            return
        if what not in TABLES:
            papers = ("statement", "letter", "messages", "dossier", "memo", "instruction")
            known = ", ".join([*TABLES, *papers])
            raise AmiableError(f"{what!r} cannot be exported; choose one of {known}.")
        from pipelines.warehouse import Warehouse

        with Warehouse(here.path, past) as warehouse:
            frame = outgoing(what, warehouse.table(TABLES[what]))
        write(frame, to, watermark="DEMO, invented" if here.is_demo else None)
        say(f"{to}: {counted(len(frame), 'row')}.")

    guarded(work, debug=debug)


def statement(
    claim: Annotated[str, typer.Argument(help="Claim or invoice number.")],
    language: LanguageOption = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="Carry the account on to a later day."),
    ] = None,
    as_of: PastOption = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """The account of one claim to the cent: each stretch with its days, base, rate and article.

    `amiable export statement CLAIM --to FILE` writes it as .pdf, .csv or .xlsx.

    Example: amiable statement F-2025-0117 --until 2027-01-15
    """
    past = None if as_of is None else day_of(as_of)
    later = None if until is None else day_of(until, "--until")

    def work() -> None:
        from amiable import statement as account
        from pipelines.warehouse import Warehouse

        here = Home.at(home)
        spoken = language.value if language else here.settings.language
        with Warehouse(here.path, past) as warehouse:
            claim_id = account.open_claim(warehouse, claim)
            rows = (
                warehouse.statement(claim_id)
                if later is None
                else account.until(warehouse, claim_id, later)
            )
        for line in account.lines(rows, spoken):
            say(line)
        if as_json:
            summary({"claim_id": claim_id, "lines": rows})

    guarded(work, debug=debug)


def report(
    to: Annotated[Path, typer.Option("--to", help="PDF file to write.")],
    language: LanguageOption = None,
    as_of: PastOption = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Write the Bilan, the first look at the portfolio, as a PDF.

    Example: amiable report --to bilan.pdf
    """
    past = None if as_of is None else day_of(as_of)

    def work() -> None:
        from amiable.report import report as write_report

        here = Home.at(home)
        spoken = language.value if language else here.settings.language
        count = write_report(here, to, language=spoken, as_of=past)
        say(f"{to}: the Bilan of {count} open claims.")
        if as_json:
            summary({"path": str(to), "claims": count, "language": spoken})

    guarded(work, debug=debug)
