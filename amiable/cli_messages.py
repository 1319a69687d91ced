"""The command that lists incoming messages and what each proposes."""

from __future__ import annotations

import typer

from amiable.home import Home
from amiable.logs import counted, say, summary
from amiable.options import HERE, DebugOption, HomeOption, JsonOption, guarded


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(messages)


def messages(
    home: HomeOption = HERE, as_json: JsonOption = False, debug: DebugOption = False
) -> None:
    """List incoming messages, what each seems to say, and whether a person has confirmed it.

    Example: amiable messages --json
    """

    def work() -> None:
        from amiable.incoming import waiting

        found = waiting(Home.at(home))
        for one in found:
            say(one.line())
        counts = {state: sum(one.state == state for one in found) for state in STATES}
        told = ", ".join(f"{n} {state.replace('_', ' ')}" for state, n in counts.items())
        say(
            f"{counted(len(found), 'message')}: {told}."
            if found
            else "No message: import .eml files first."
        )
        if as_json:
            summary({"messages": [one.told() for one in found], "counts": counts})

    guarded(work, debug=debug)


STATES = ("to_confirm", "to_read", "to_attach", "done")
