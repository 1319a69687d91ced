"""The command on advice gone by: what came of following it, and of doing otherwise."""

from __future__ import annotations

from typing import Any

import typer

from amiable.home import Home
from amiable.logs import counted, say, summary
from amiable.options import HERE, DebugOption, HomeOption, JsonOption, guarded

_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(regret)


def regret(
    home: HomeOption = HERE, as_json: JsonOption = False, debug: DebugOption = False
) -> None:
    """Tell what came of the advice of past days, followed or not, situation by situation.

    Example: amiable regret --json
    """

    def work() -> None:
        from amiable.regret import rows

        found = rows(Home.at(home))
        if not found:
            say("Too early to tell: no advice of a past run is 90 days old yet.")
        for row in found[:_SHOWN]:
            say(_line(row))
        if len(found) > _SHOWN:
            say(f"{len(found) - _SHOWN} further situations; see --json or mart.regret.")
        if as_json:
            summary({"situations": found})

    guarded(work, debug=debug)


def _line(row: dict[str, Any]) -> str:
    from data_schema.contract import word

    def told(name: str, list_name: str) -> str:
        return "all" if row[name] == "all" else word(list_name, row[name], "en")

    where = "all situations"
    if row["action"] != "all":
        stage = "not chased" if row["stage"] == "not_chased" else told("stage", "stage")
        where = (
            f"{told('profile', 'profile_decision')}, {stage}, {told('action', 'action')} advised"
        )
    head = f"{where}; {word('advice_taken', row['how'], 'en')}: {counted(row['n'], 'decision')}"
    if row["verdict"] == "too_early":
        return f"{head}, {row['eur']:,.2f} EUR: too early to tell."
    score = (
        f"{row['score'] * 100:+.1f} EUR for each 100 against what was expected"
        f" ({row['low'] * 100:+.1f} to {row['high'] * 100:+.1f})"
    )
    worse = "" if row["regret"] is None else f"; regret {row['regret'] * 100:+.1f}"
    return f"{head}, {row['eur']:,.2f} EUR: {score}{worse}."
