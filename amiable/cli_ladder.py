"""The commands of the ladder: which is in force for whom, another in its place, and undo."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from amiable.errors import AmiableError
from amiable.home import Home
from amiable.logs import counted, say, summary
from amiable.options import (
    HERE,
    DayOption,
    DebugOption,
    HomeOption,
    JsonOption,
    day_of,
    guarded,
)

if TYPE_CHECKING:
    from amiable.ladder_preview import Preview
    from amiable.ladders import Change

ladder_app = typer.Typer(
    help="The chasing ladder as data, for all clients or for one: list, show, preview, set, undo.",
    no_args_is_help=True,
)
ClientOption = Annotated[
    str | None, typer.Option("--client", metavar="ID", help="A creditor_id; else every client.")
]
FileArgument = Annotated[
    Path, typer.Argument(help="YAML with the parts to replace; see `amiable ladder show`.")
]


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    app.add_typer(ladder_app, name="ladder")


@ladder_app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Also what was replaced or undone.")] = False,
    as_of: DayOption = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """The ladders that clients put in the place of the one shipped, on a day.

    Example: amiable ladder list
    """
    day = day_of(as_of)

    def work() -> None:
        from amiable import ladders

        found = Home.at(home)
        in_use = ladders.in_force(found, day)
        changes = ladders.read(found) if every else in_use.changes
        for each in changes:
            undone = f", undone on {each.withdrawn_on}" if each.withdrawn_on else ""
            say(f"{_whose(each.creditor)}: since {each.decided_on}{undone}, by {each.by}")
            say(f"   {each.reason}")
            say(f"   {', '.join(each.ladder)}")
        if not changes:
            say("Every client follows the ladder shipped; see `amiable ladder show`.")
        if as_json:
            told = [_told(each) for each in changes]
            summary({"as_of": day.isoformat(), "version": in_use.version, "ladders": told})

    guarded(work, debug=debug)


@ladder_app.command("show")
def show(
    client: ClientOption = None,
    as_of: DayOption = None,
    home: HomeOption = HERE,
    debug: DebugOption = False,
) -> None:
    """The whole ladder of a client on a day, as a file that `set` takes.

    Example: amiable ladder show --client C-007 > ladder.yaml
    """
    day = day_of(as_of)

    def work() -> None:
        from amiable import ladders
        from models.strategy.ladder_parts import readable

        in_use = ladders.in_force(Home.at(home), day)
        text = readable(in_use.house if client is None else in_use.of(client))
        typer.echo(text, nl=False)

    guarded(work, debug=debug)


@ladder_app.command("preview")
def preview(
    file: FileArgument,
    client: ClientOption = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """What a ladder would change tomorrow: claims and euros, from which step to which.

    Example: amiable ladder preview ladder.yaml --client C-007
    """
    today = day_of(None)

    def work() -> None:
        from amiable import ladder_preview

        here = Home.at(home)
        change = _change(here, file, client, reason="a preview only", by="-", today=today)
        found = ladder_preview.preview(here, change)
        _say_preview(found)
        if as_json:
            summary(found.told())

    guarded(work, debug=debug)


@ladder_app.command("set")
def set_(
    file: FileArgument,
    reason: Annotated[str, typer.Option("--reason", help="What was agreed, and where.")],
    by: Annotated[str, typer.Option("--by", help="Who decided it.")],
    client: ClientOption = None,
    home: HomeOption = HERE,
    debug: DebugOption = False,
) -> None:
    """Put a ladder in force; it counts from the next run and replaces the client's former one.

    Example: amiable ladder set ladder.yaml --client C-007 --reason "Contract of 3 March, annex 2"
    --by "Claire Morel"
    """
    today = day_of(None)

    def work() -> None:
        from amiable import ladders

        here = Home.at(home)
        change = _change(here, file, client, reason=reason, by=by, today=today)
        ladders.put(here, change)
        parts = ", ".join(change.ladder)
        say(f"{_whose(change.creditor)}: {parts} from {today}. It counts from the next run.")

    guarded(work, debug=debug)


@ladder_app.command("undo")
def undo(client: ClientOption = None, home: HomeOption = HERE, debug: DebugOption = False) -> None:
    """Take the last change of a client's ladder back; the one before it counts again.

    Example: amiable ladder undo --client C-007
    """
    today = day_of(None)

    def work() -> None:
        from amiable import ladders

        whose = ladders.ALL if client is None else client
        undone, before = ladders.undo(Home.at(home), whose, today=today)
        left = (
            f"that of {before.decided_on} counts again" if before else "the ladder beneath counts"
        )
        say(f"{_whose(whose)}: the ladder of {undone.decided_on} is taken back; {left}.")

    guarded(work, debug=debug)


def _change(
    home: Home, file: Path, client: str | None, *, reason: str, by: str, today: date
) -> Change:
    """The change that a file asks for, of a client that exists; only what differs is kept."""
    from amiable import ladders
    from models.strategy.ladder_parts import BrokenLadder, read

    where, whose = str(file), ladders.ALL if client is None else client
    try:
        parts = read(file.read_text(encoding="utf-8"), where)
    except (OSError, UnicodeDecodeError) as error:
        raise AmiableError(f"{file} cannot be read as UTF-8 text: {error}.") from error
    except BrokenLadder as error:
        raise AmiableError(str(error)) from error
    return ladders.asked_for(home, whose, parts, where, reason=reason, by=by, today=today)


def _say_preview(found: Preview) -> None:
    from data_schema.contract import word

    def step(told: tuple[str | None, ...]) -> str:
        lists = ("action", "stage", "channel", "tone")
        words = [word(name, code, "en") for name, code in zip(lists, told, strict=True) if code]
        return ", ".join(words)

    say(
        f"On {found.day}, {found.n_changed} of {counted(found.n_claims, 'claim')} would change"
        f" ({found.eur_changed:,.2f} EUR)."
    )
    for each in found.moves:
        later = "" if not each.days else f", next step {each.days:+.0f} days"
        same = each.before == each.after
        to = "same step, another day" if same else step(each.after)
        say(f"  {each.n_claims:>6} {each.eur:>14,.2f} EUR  {step(each.before)} -> {to}{later}")
    for one in found.examples:
        say(f"  e.g. {one.claim_id}: {one.before['act_on']} -> {one.after['act_on']}")
    (n, minutes), (n_after, minutes_after) = found.work_before, found.work_after
    say(
        f"Work of the day: {counted(n, 'contact')},"
        f" {minutes:.0f} min -> {n_after}, {minutes_after:.0f} min."
    )


def _whose(creditor: str) -> str:
    return "every client" if creditor == "*" else f"client {creditor}"


def _told(each: Change) -> dict[str, Any]:
    return {
        "client": each.creditor,
        "decided_on": each.decided_on.isoformat(),
        "withdrawn_on": each.withdrawn_on.isoformat() if each.withdrawn_on else None,
        "by": each.by,
        "reason": each.reason,
        "ladder": dict(each.ladder),
    }
