"""The command around orders and titles: what follows them, by which day."""

from __future__ import annotations

from typing import Annotated

import typer

from amiable.errors import AmiableError
from amiable.home import Home
from amiable.logs import say, summary
from amiable.options import (
    HERE,
    DebugOption,
    HomeOption,
    JsonOption,
    LanguageOption,
    PastOption,
    day_of,
    guarded,
)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(titles)


def titles(
    subject: Annotated[
        str | None, typer.Argument(help="A suit, a claim or an invoice number; none: all of them.")
    ] = None,
    language: LanguageOption = None,
    as_of: PastOption = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Tell what follows an order or a title: the day to serve it by, its clocks, what to seize.

    Without a subject, one dated line for each suit with an order or a title, what lapses first.

    Example: amiable titles FA2026-000117 --language en
    """

    past = None if as_of is None else day_of(as_of)

    def work() -> None:
        from amiable.courts import seats
        from amiable.dossier import subject_of
        from amiable.suits import suit_file
        from amiable.titles import dated, line, pages, summed
        from pipelines.warehouse import Warehouse

        here = Home.at(home)
        spoken = language.value if language else here.settings.language
        with Warehouse(here.path, past) as warehouse:
            day = warehouse.versions()[0]["as_of"]
            if subject is None:
                found = dated(warehouse, day)
                for each in found:
                    say(line(each, spoken))
                if not found:
                    say(f"No open suit has an order or a title on {day}.")
                if as_json:
                    summary({"as_of": day.isoformat(), "titles": [each.told() for each in found]})
                return
            suit_id = subject_of(warehouse, subject).suit_id
            file = suit_id and suit_file(warehouse, suit_id, as_of=day, seats=seats(here))
        if not file or file.after is None:
            raise AmiableError(f"{subject!r} has neither an order nor a title on {day}.")
        for text in pages(file.after, spoken):
            say(text)
        if as_json:
            summary({"suit_id": suit_id, "as_of": day.isoformat(), **summed(file.after)})

    guarded(work, debug=debug)
