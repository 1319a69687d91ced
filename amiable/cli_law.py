"""The commands of the law: what holds, what is to verify, and a client's own values."""

from __future__ import annotations

from typing import Annotated

import typer

from amiable.home import Home
from amiable.logs import say, summary
from amiable.options import (
    HERE,
    DayOption,
    DebugOption,
    HomeOption,
    JsonOption,
    day_of,
    guarded,
)

law_app = typer.Typer(
    help="The law as dated values: list them, and put your own in their place with a reason.",
    no_args_is_help=True,
)
ParameterArgument = Annotated[
    str, typer.Argument(help="Name, as interest.professional; see `amiable law list`.")
]


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    app.add_typer(law_app, name="law")


@law_app.command("list")
def list_(
    words: Annotated[
        list[str] | None, typer.Argument(help="Words that the name, rule or article must hold.")
    ] = None,
    to_verify: Annotated[bool, typer.Option("--to-verify", help="Only values to verify.")] = False,
    old: Annotated[
        bool, typer.Option("--old", help="Only what grew old, or lacks its new half-year.")
    ] = False,
    own: Annotated[bool, typer.Option("--own", help="Only values of your own.")] = False,
    as_of: DayOption = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """The values that hold on a day, with article, source and what is unsure.

    Example: amiable law list --to-verify
    """
    day = day_of(as_of)

    def work() -> None:
        from amiable import law_values

        with law_values.in_force(Home.at(home), day):
            rows = law_values.listed(day)
        wanted = [word.casefold() for word in words or []]
        rows = [
            row
            for row in rows
            if (row["to_verify"] or not to_verify)
            and (row["grown_old"] or row["behind"] or not old)
            and (row["replaced"] or not own)
            and all(
                word in f"{row['parameter']} {row['says']} {row['article']}".casefold()
                for word in wanted
            )
        ]
        for row in rows:
            marks = [name for name in ("to_verify", "grown_old", "behind") if row[name]]
            told = f" [{', '.join(marks).replace('_', ' ')}]" if marks else ""
            say(f"{row['parameter']}: {row['value']} {row['unit']} since {row['from_on']}{told}")
            say(f"   {row['article']} | {row['source']} | checked on {row['checked_on']}")
            if row["replaced"]:
                say(f"   your own value: {row['replaced']}")
        if not rows:
            say("No value of that kind.")
        if as_json:
            summary({"as_of": day.isoformat(), "values": rows})

    guarded(work, debug=debug)


@law_app.command("override")
def override(
    parameter: ParameterArgument,
    value: Annotated[
        str,
        typer.Option(
            "--value", help="As the law's file prints it: 2.75 for 2.75 %; low/central/high."
        ),
    ],
    start: Annotated[str, typer.Option("--from", metavar="DATE", help="First day it holds.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, and where the value is from.")],
    by: Annotated[str, typer.Option("--by", help="Who decided it.")],
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="DATE", help="First day it no longer holds; else the law's next one."
        ),
    ] = None,
    home: HomeOption = HERE,
    debug: DebugOption = False,
) -> None:
    """Put a value of your own in the place of the law's; it counts from the next run.

    Example: amiable law override interest.professional --value 2.75 --from 2026-07-01
    --reason "Arrêté of 24 June 2026, read on Légifrance" --by "Claire Morel"
    """
    from_on = day_of(start, "--from")
    until_on = None if until is None else day_of(until, "--until")
    today = day_of(None)

    def work() -> None:
        from amiable import law_values

        made = law_values.add(
            Home.at(home, make=True),
            parameter,
            value,
            from_on=from_on,
            until_on=until_on,
            reason=reason,
            by=by,
            today=today,
        )
        say(f"{parameter}: {made.printed} from {made.from_on}. It counts from the next run.")

    guarded(work, debug=debug)


@law_app.command("withdraw")
def withdraw(
    parameter: ParameterArgument,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="First day of the entry, if several stand."),
    ] = None,
    home: HomeOption = HERE,
    debug: DebugOption = False,
) -> None:
    """Take a value of your own back: the law's counts again from the next run.

    Example: amiable law withdraw interest.professional
    """
    from_on = None if start is None else day_of(start, "--from")
    today = day_of(None)

    def work() -> None:
        from amiable import law_values

        entry = law_values.withdraw(Home.at(home), parameter, from_on=from_on, today=today)
        say(f"{parameter}: {entry.printed} of {entry.from_on} no longer counts from the next run.")

    guarded(work, debug=debug)
