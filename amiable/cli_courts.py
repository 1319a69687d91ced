"""The command that loads a table of courts by commune."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amiable.errors import AmiableError
from amiable.home import Home
from amiable.logs import counted, say, summary, warn
from amiable.options import HERE, DebugOption, HomeOption, JsonOption, guarded


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(courts)


def courts(
    path: Annotated[
        Path | None, typer.Argument(help="Table of courts by commune, .csv or .xlsx.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Forget the table loaded.")] = False,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Load an official table of courts by commune, so that runs name the town of each court.

    Example: amiable courts juridictions.csv
    """

    def work() -> None:
        from amiable.courts import load
        from amiable.courts import remove as forget

        here = Home.at(home, make=True)
        if remove == (path is not None):
            raise AmiableError("Name a file to load, or --remove; not both.")
        if path is None:
            there = forget(here)
            say("The table is forgotten." if there else "There was no table.")
            return
        communes, refused = load(here, path)
        for line in refused[:20]:
            warn(f"left out: {line}")
        if len(refused) > 20:
            warn(f"… and {len(refused) - 20} more lines left out.")
        say(f"{path}: courts of {counted(communes, 'commune')}; the next run names them.")
        if as_json:
            summary({"path": str(path), "communes": communes, "left_out": len(refused)})

    guarded(work, debug=debug)
