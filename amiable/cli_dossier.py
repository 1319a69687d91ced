"""The commands around a dossier: was an archive changed, and which papers are on file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amiable.errors import AmiableError
from amiable.home import Home
from amiable.logs import say, summary, warn
from amiable.options import HERE, DebugOption, HomeOption, JsonOption, day_of, guarded, now


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (verify, pieces):
        app.command()(command)


def verify(
    file: Annotated[Path, typer.Argument(help="Archive written by `amiable export dossier`.")],
    seal: Annotated[
        str | None, typer.Option("--seal", help="Seal noted when the dossier was made.")
    ] = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Tell whether anything in a dossier was changed, added or removed.

    Example: amiable verify dossier.zip --seal 3f9a…
    """

    def work() -> None:
        from amiable.sealing import verify as examine

        verdict = examine(file, seal=seal, home=home if home.is_dir() else None)
        (say if verdict.is_intact else warn)(verdict.says)
        if as_json:
            summary({"intact": verdict.is_intact, "says": verdict.says, "seal": verdict.seal})
        if not verdict.is_intact:
            raise typer.Exit(1)

    guarded(work, debug=debug)


def pieces(
    claim: Annotated[str, typer.Argument(help="Claim or invoice number.")],
    file: Annotated[Path | None, typer.Option("--add", help="File to keep for the claim.")] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="order, delivery_note, invoice, receipt, …")
    ] = None,
    dated_on: Annotated[
        str | None, typer.Option("--dated-on", metavar="DATE", help="Day that the paper bears.")
    ] = None,
    remove: Annotated[
        str | None, typer.Option("--remove", help="Identifier of a piece to take back.")
    ] = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """List the papers on file for a claim and those that miss; add one, or take one back.

    Example: amiable pieces F-2025-0117 --add bon.pdf --kind delivery_note --dated-on 2025-03-04
    """
    day = None if dated_on is None else day_of(dated_on, "--dated-on")

    def work() -> None:
        from amiable.dossier import gather
        from amiable.pieces import MOST_BYTES, give, take_back
        from amiable.statement import open_claim
        from pipelines.warehouse import Warehouse

        here = Home.at(home)
        with Warehouse(here.path) as warehouse:
            claim_id = open_claim(warehouse, claim)
        if file is not None:
            if kind is None:
                raise AmiableError("Say what the file is: --kind invoice, order, delivery_note, …")
            try:
                # One byte more than is taken is enough to refuse it.
                with file.open("rb") as opened:
                    content = opened.read(MOST_BYTES + 1)
            except OSError as error:
                raise AmiableError(f"{file} cannot be read: {error.strerror}.") from error
            say(give(here, claim_id, file.name, content, kind=kind, dated_on=day, at=now()))
        if remove is not None:
            take_back(here, remove, at=now())
        with Warehouse(here.path) as warehouse:
            made = gather(here, warehouse, claim_id)
            rows = warehouse.on_file([claim_id], made.told.as_of)
        there = [row for row in made.told.pieces if claim_id in row["claim_ids"]]
        for row in there:
            say(f"{row['number']:>3}. {row['kind']} {row['dated_on'] or ''} {row['sha256']}")
        wanted = [row for row in made.told.missing if claim_id in row["claim_ids"]]
        for row in wanted:
            say(f"missing: {row['kind']} ({row['why']})")
        if as_json:
            documents = [row["document_id"] for row in rows if not row["is_source"]]
            told = {"claim_id": claim_id, "documents": documents}
            summary({**told, "pieces": there, "missing": [dict(row) for row in wanted]})

    guarded(work, debug=debug)
