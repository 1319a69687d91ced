"""The commands of blind labelling: queue, export, import, agreement."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amiable.errors import AmiableError
from amiable.home import Home
from amiable.logs import counted, say, summary, warn
from amiable.options import (
    HERE,
    DayOption,
    DebugOption,
    HomeOption,
    JsonOption,
    day_of,
    guarded,
    now,
)

labels_app = typer.Typer(
    help="Label profiles blind: queue, files to fill elsewhere, agreement of the labellers.",
    no_args_is_help=True,
)
ByOption = Annotated[str, typer.Option("--by", help="Name of the labeller.")]
CountOption = Annotated[int, typer.Option("--n", min=1, max=500, help="Cases at most.")]


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    app.add_typer(labels_app, name="labels")


@labels_app.command("queue")
def queue(
    by: ByOption,
    n: CountOption = 20,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """The cases of a labeller on the published day; nothing says what is believed of them.

    Example: amiable labels queue --by "Zoé Petit"
    """

    def work() -> None:
        from amiable import labels, labels_file
        from pipelines.warehouse import Warehouse

        here = Home.at(home)
        with Warehouse(here.path) as warehouse:
            day = labels_file.as_of(warehouse)
            given = labels.given(warehouse, labels_file.standing(here, day))
            found = labels.queue_of(warehouse, given, labeller=_name(by), day=day, n=n)
        for debtor_id in found["debtor_id"][~found["done"]]:
            say(debtor_id)
        done = int(found["done"].sum())
        say(f"{counted(len(found) - done, 'case')} left for {by} as of {day}, {done} done.")
        if as_json:
            drawn = found["drawn"].value_counts().to_dict()
            summary(
                {
                    "as_of": str(day),
                    "cases": found["debtor_id"].tolist(),
                    "done": done,
                    "drawn": {name: int(drawn.get(name, 0)) for name in labels.DRAWN},
                }
            )

    guarded(work, debug=debug)


@labels_app.command("export")
def export(
    to: Annotated[Path, typer.Option("--to", help="File to write: .csv, .xlsx or .parquet.")],
    by: ByOption,
    n: CountOption = 20,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Write the queue of a labeller as a file to fill: facts and masked notes, no belief.

    Example: amiable labels export --by "Zoé Petit" --to etiquettes.xlsx
    """

    def work() -> None:
        from amiable import labels_file

        here = Home.at(home)
        lang = here.settings.language
        rows = labels_file.export(here, to, labeller=_name(by), n=n, language=lang)
        many = counted(rows, "case")
        say(f"{to}: {many} to label. Fill the second column, then `amiable labels import`.")
        if as_json:
            summary({"file": str(to), "rows": rows})

    guarded(work, debug=debug)


@labels_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="The filled file, CSV or XLSX.")],
    by: Annotated[
        str | None, typer.Option("--by", help="Who labelled, where the file does not say.")
    ] = None,
    as_of: DayOption = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Record the labels of a filled file, all or none; importing it twice changes nothing.

    Example: amiable labels import etiquettes.xlsx
    """
    day = day_of(as_of)

    def work() -> None:
        from amiable import labels_file

        taken = labels_file.take(Home.at(home), file, by=by, now=now(), day=day)
        say(
            f"{file}: {counted(taken.read, 'line')} read, {taken.blank} without a label,"
            f" {counted(taken.new, 'new label')} in the journal, {taken.known} already there."
        )
        if taken.new:
            warn("The next run and `amiable train --model profile` read them.")
        if as_json:
            summary(
                {"read": taken.read, "blank": taken.blank, "new": taken.new, "known": taken.known}
            )

    guarded(work, debug=debug)


@labels_app.command("agreement")
def agreement(
    home: HomeOption = HERE, as_json: JsonOption = False, debug: DebugOption = False
) -> None:
    """How far blind labellers agree (Krippendorff's alpha), and the cases for a third look.

    Example: amiable labels agreement --json
    """

    def work() -> None:
        from amiable import labels, labels_file
        from pipelines.warehouse import Warehouse

        here = Home.at(home)
        with Warehouse(here.path) as warehouse:
            standing = labels_file.standing(here, labels_file.as_of(warehouse))
            told = labels.told(warehouse, labels.given(warehouse, standing))
        say(
            f"Blind labels: {told['labels']}, people: {told['labellers']}; times that none could be"
            f" given: {told['cannot_say']}."
        )
        if told["fair"]:
            shares = ", ".join(f"{name} {share:.0%}" for name, share in told["mix"].items())
            say(f"In the random sample of {counted(told['fair'], 'debtor')}: {shares}.")
        if told["alpha"] is None:
            many = counted(told["cases"], "case")
            say(f"{many} with two labels or more: too few for an agreement.")
        else:
            say(
                f"Krippendorff's alpha {told['alpha']:.2f} (95 %: {told['low']:.2f} to"
                f" {told['high']:.2f}) on {told['cases']} cases; the same label"
                f" {told['same']:.0%} of the time."
            )
        for row in told["contested"][:50]:
            voices = ", ".join(f"{who}: {profile}" for who, profile in row["told"].items())
            say(f"  third look: {row['debtor_id']} ({voices})")
        if as_json:
            summary(told)

    guarded(work, debug=debug)


def _name(by: str) -> str:
    if not by.strip():
        raise AmiableError("--by is empty: write the name of the labeller.")
    return " ".join(by.split())
