"""The commands. Each is thin: it reads the day and the settings once, and passes values on."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from amiable import (
    cli_bank,
    cli_courts,
    cli_dossier,
    cli_labels,
    cli_ladder,
    cli_law,
    cli_letters,
    cli_messages,
    cli_models,
    cli_papers,
    cli_partners,
    cli_portfolio,
    cli_regret,
    cli_simulate,
    cli_titles,
)
from amiable.errors import AmiableError
from amiable.home import Home
from amiable.logs import Steps, counted, say, summary, warn
from amiable.options import (
    HERE,
    DayOption,
    DebugOption,
    HomeOption,
    JsonOption,
    PastOption,
    day_of,
    guarded,
    now,
)

app = typer.Typer(
    help="Who to contact, how, and which claims are worth a lawsuit: every morning, with proof.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


class Format(StrEnum):
    """Formats of a source."""

    auto = "auto"
    canonical = "canonical"
    ledger = "ledger"
    fec = "fec"
    einvoice = "einvoice"
    bodacc = "bodacc"
    message = "message"
    bank = "bank"


class Engine(StrEnum):
    """Engines of a run."""

    duckdb = "duckdb"
    spark = "spark"


@app.command("import")
def import_(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders to import.")],
    source_format: Annotated[
        Format, typer.Option("--format", help="Format of the source.")
    ] = Format.auto,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="Column mapping (YAML) of a ledger.")
    ] = None,
    save_mapping: Annotated[
        Path | None,
        typer.Option("--save-mapping", help="Write the proposed mapping here, and import nothing."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse a whole source if one of its rows is refused.")
    ] = False,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Load a source; importing it twice changes nothing.

    Example: amiable import 123456789FEC20251231.txt
    """

    def work() -> None:
        from amiable.imports import import_sources, told
        from pipelines.sources.mapping import save
        from pipelines.sources.proposal import propose

        if save_mapping is not None:
            proposal = propose(paths[0])
            save(proposal.mapping, save_mapping)
            for name, reason in proposal.reasons.items():
                source = proposal.mapping.columns[name]
                say(f"{name} <- {source} ({proposal.confidence[name]:.0%}): {reason}")
            for warning in proposal.warnings:
                warn(warning)
            say(f"Mapping written to {save_mapping}; edit it, then import with --mapping.")
            return
        reports = import_sources(
            Home.at(home, make=True),
            paths,
            imported_at=now(),
            source_format=source_format.value,
            mapping=mapping,
            strict=strict,
            progress=warn,
        )
        for report in reports:
            say(
                f"{report.path} ({report.format}): {counted(report.read, 'row')} read, "
                f"{report.accepted} accepted, {report.out_of_scope} out of scope, "
                f"{report.quarantined} in quarantine."
            )
            for note in report.notes:
                say(f"  {note}")
            if report.refused_columns:
                say(f"  columns not offered to models: {', '.join(report.refused_columns)}")
        if as_json:
            summary(told(reports))

    guarded(work, debug=debug)


@app.command()
def run(
    as_of: DayOption = None,
    minutes: Annotated[
        float | None,
        typer.Option("--minutes", min=0, max=1440, help="Minutes of every collector today."),
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Show this day even if a later one is published.")
    ] = False,
    engine: Annotated[Engine, typer.Option("--engine", help="Engine of the run.")] = Engine.duckdb,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Build and publish the day: features, odds, courses, worklist, explanations.

    Example: amiable run --as-of 2026-11-21
    """
    day = day_of(as_of)

    def work() -> None:

        from amiable.runs import run_day

        if engine is Engine.spark:
            raise AmiableError("--engine spark: this version runs on duckdb only.")
        record = run_day(
            Home.at(home), day, started_at=now(), steps=Steps(), minutes=minutes, publish=publish
        )
        shown = "published" if record.published else "in history only, a later day is published"
        say(
            f"Run {record.run_id} as of {day}, {shown}: "
            f"{counted(record.rows['claims'], 'open claim')}, "
            f"{counted(record.rows['worklist'], 'contact')}, {sum(record.seconds.values()):.1f} s."
        )
        away = record.nobody_there()
        if away is not None:
            warn(away)
        for line in record.contradictions[:20]:
            warn(line)
        if len(record.contradictions) > 20:
            warn(f"… and {len(record.contradictions) - 20} more: table core.contradictions.")
        if as_json:
            summary(record.told())

    guarded(work, debug=debug)


@app.command()
def demo(
    claims: Annotated[
        int, typer.Option("--claims", min=50, max=2_000_000, help="Claims to invent.")
    ] = 5000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the invention.")] = 7,
    no_console: Annotated[
        bool, typer.Option("--no-console", help="Do not open the console at the end.")
    ] = False,
    as_of: DayOption = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Invent a French portfolio, import it, train, run the day, open the console.

    Example: amiable demo --claims 20000 --no-console
    """
    day = day_of(as_of)

    def work() -> None:
        from amiable.demo import demo as whole_road

        here = Home.at(home, make=True)
        steps = Steps()
        record = whole_road(here, day, claims=claims, seed=seed, now=now(), steps=steps)
        say(
            f"Demo ready as of {day} in {sum(steps.seconds.values()):.0f} s: "
            f"{counted(record.rows['claims'], 'open claim')}, "
            f"{counted(record.rows['worklist'], 'contact')}."
        )
        if as_json:
            summary(record.told())
        if not no_console:
            from amiable.console import open_console

            open_console(here, port=None)

    guarded(work, debug=debug)


@app.command()
def record(
    file: Annotated[Path, typer.Argument(help="CSV or JSON lines of journal entries.")],
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Write decisions and outcomes from another program into the journal.

    Example: amiable record decisions.jsonl
    """

    def work() -> None:
        from amiable.recording import record_file

        count, new = record_file(Home.at(home, make=True), file, now=now())
        say(f"{file}: {counted(count, 'entry')} read, {new} new in the journal.")
        if as_json:
            summary({"read": count, "recorded": new})

    guarded(work, debug=debug)


@app.command()
def explain(
    claim: Annotated[str, typer.Argument(help="Claim or invoice number.")],
    as_of: PastOption = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """One claim from its ledger row to its worklist line, step by step.

    Example: amiable explain F-2025-0117 --as-of 2026-11-12
    """
    past = None if as_of is None else day_of(as_of)

    def work() -> None:
        from amiable.trace import explain as trace
        from amiable.trace import lines
        from pipelines.warehouse import Warehouse

        with Warehouse(Home.at(home).path, past) as warehouse:
            claim_id, steps = trace(warehouse, claim)
        for line in lines(claim_id, steps):
            say(line)
        if as_json:
            summary({"claim_id": claim_id, **steps})

    guarded(work, debug=debug)


@app.command()
def console(
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="Port of the console.")
    ] = None,
    home: HomeOption = HERE,
    debug: DebugOption = False,
) -> None:
    """Open the console, on loopback unless the settings say otherwise.

    Example: amiable console --port 8600
    """

    def work() -> None:
        from amiable.console import open_console

        open_console(Home.at(home, make=True), port=port)

    guarded(work, debug=debug)


@app.command()
def doctor(
    home: HomeOption = HERE, as_json: JsonOption = False, debug: DebugOption = False
) -> None:
    """Check the installation, the home, the models and the dates of the legal parameters.

    Example: amiable doctor
    """

    def work() -> None:
        from amiable.doctor import examine

        findings = examine(Home.at(home), day_of(None))
        for finding in findings:
            say(f"{finding.state:<5} {finding.subject}: {finding.says}")
        if as_json:
            summary({"findings": [finding.told() for finding in findings]})
        if any(finding.state == "bad" for finding in findings):
            raise typer.Exit(1)

    guarded(work, debug=debug)


cli_models.register(app)
cli_papers.register(app)
cli_messages.register(app)
cli_bank.register(app)
cli_courts.register(app)
cli_labels.register(app)
cli_ladder.register(app)
cli_law.register(app)
cli_dossier.register(app)
cli_letters.register(app)
cli_portfolio.register(app)
cli_regret.register(app)
cli_partners.register(app)
cli_simulate.register(app)
cli_titles.register(app)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    app()
