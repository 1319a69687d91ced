"""The commands. Each is thin: it reads the day and the settings once, and passes values on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from amiable.errors import AmiableError
from amiable.home import Home
from amiable.logs import Steps, say, summary, warn

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


class Engine(StrEnum):
    """Engines of a run."""

    duckdb = "duckdb"
    spark = "spark"


HomeOption = Annotated[
    Path,
    typer.Option("--home", envvar="AMIABLE_HOME", help="Folder of the portfolio."),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="End with one machine-readable object on stdout.")
]
DayOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Day looked at, as 2026-11-21.")
]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure.")]
_HERE = Path(".amiable")


def _now() -> datetime:
    """The clock, read once per command."""
    return datetime.now(UTC).replace(tzinfo=None)


def _day(text: str | None, option: str = "--as-of") -> date:
    if text is None:
        return datetime.now(UTC).astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is not a day; write 2026-11-21.", param_hint=option
        ) from error


def _guarded(work: Callable[[], None], *, debug: bool) -> None:
    """Run a command; a failure it can explain is one line on stderr and exit code 1."""
    from law.errors import LawError
    from pipelines.errors import PipelineError

    try:
        work()
    except (AmiableError, PipelineError, LawError) as error:
        if debug:
            raise
        warn(f"amiable: {' '.join(str(error).split())}")
        raise typer.Exit(1) from error
    except Exception as error:
        if debug or isinstance(error, typer.Exit):
            raise
        said = " ".join(str(error).split())[:300]
        warn(f"amiable: {type(error).__name__}: {said} (--debug shows where)")
        raise typer.Exit(1) from error


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
    home: HomeOption = _HERE,
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
            imported_at=_now(),
            source_format=source_format.value,
            mapping=mapping,
            strict=strict,
            progress=warn,
        )
        for report in reports:
            say(
                f"{report.path} ({report.format}): {report.read} rows read, "
                f"{report.accepted} accepted, {report.out_of_scope} out of scope, "
                f"{report.quarantined} in quarantine."
            )
            for note in report.notes:
                say(f"  {note}")
            if report.refused_columns:
                say(f"  columns not offered to models: {', '.join(report.refused_columns)}")
        if as_json:
            summary(told(reports))

    _guarded(work, debug=debug)


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
    home: HomeOption = _HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Build and publish the day: features, odds, courses, worklist, explanations.

    Example: amiable run --as-of 2026-11-21
    """
    day = _day(as_of)

    def work() -> None:
        from amiable.runs import run_day

        if engine is Engine.spark:
            raise AmiableError("--engine spark: this version runs on duckdb only.")
        record = run_day(
            Home.at(home), day, started_at=_now(), steps=Steps(), minutes=minutes, publish=publish
        )
        shown = "published" if record.published else "in history only, a later day is published"
        say(
            f"Run {record.run_id} as of {day}, {shown}: {record.rows['claims']} open claims, "
            f"{record.rows['worklist']} contacts, {sum(record.seconds.values()):.1f} s."
        )
        if as_json:
            summary(record.told())

    _guarded(work, debug=debug)


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
    home: HomeOption = _HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Invent a French portfolio, import it, train, run the day, open the console.

    Example: amiable demo --claims 20000 --no-console
    """
    day = _day(as_of)

    def work() -> None:
        from amiable.demo import demo as whole_road

        here = Home.at(home, make=True)
        steps = Steps()
        record = whole_road(here, day, claims=claims, seed=seed, now=_now(), steps=steps)
        say(
            f"Demo ready as of {day} in {sum(steps.seconds.values()):.0f} s: "
            f"{record.rows['claims']} open claims, {record.rows['worklist']} contacts."
        )
        if as_json:
            summary(record.told())
        if not no_console:
            from amiable.console import open_console

            open_console(here, port=None)

    _guarded(work, debug=debug)


@app.command()
def train(
    as_of: DayOption = None,
    model: Annotated[
        str, typer.Option("--model", help="recovery, or all that can be trained.")
    ] = "all",
    home: HomeOption = _HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Train, evaluate out of time and register a challenger; gates decide on a first champion.

    Example: amiable train --as-of 2026-11-21
    """
    day = _day(as_of)

    def work() -> None:
        from amiable.learning import train as train_model
        from models.training import summary_of

        if model not in ("recovery", "all"):
            raise AmiableError(f"--model {model}: this version trains `recovery`.")
        report = train_model(Home.at(home), day, steps=Steps())
        for line in report.reasons:
            say(line)
        if as_json:
            summary(summary_of(report))

    _guarded(work, debug=debug)


@app.command()
def promote(
    name: Annotated[str, typer.Argument(help="Model, such as recovery.")],
    model_version: Annotated[
        str | None, typer.Option("--version", help="Version; the challenger by default.")
    ] = None,
    home: HomeOption = _HERE,
    debug: DebugOption = False,
) -> None:
    """Make a version the champion, if its gates hold.

    Example: amiable promote recovery --version 3
    """
    _move(home, debug, lambda registry: registry.promote(name, model_version))


@app.command()
def rollback(
    name: Annotated[str, typer.Argument(help="Model, such as recovery.")],
    home: HomeOption = _HERE,
    debug: DebugOption = False,
) -> None:
    """Give the alias back to the champion before.

    Example: amiable rollback recovery
    """
    _move(home, debug, lambda registry: registry.rollback(name))


def _move(home: Path, debug: bool, act: Callable[[Any], str]) -> None:
    def work() -> None:
        from models.registry import Registry, RegistryError

        here = Home.at(home)
        try:
            with here.alone():
                say(act(Registry(here.path, here.settings.mlflow_tracking_uri)))
        except RegistryError as error:
            raise AmiableError(str(error)) from error

    _guarded(work, debug=debug)


@app.command()
def evaluate(
    target: Annotated[str, typer.Option("--target", help="late or recovery.")] = "recovery",
    train_before: Annotated[
        str | None,
        typer.Option("--train-before", metavar="DATE", help="Train on what ended before."),
    ] = None,
    score_at: Annotated[
        str | None, typer.Option("--score-at", help="issue or as_of; by default what fits.")
    ] = None,
    as_of: DayOption = None,
    home: HomeOption = _HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Back-test on data that the model has not seen.

    Example: amiable evaluate --target late --train-before 2013-07-01
    """
    day = _day(as_of)
    before = None if train_before is None else _day(train_before, "--train-before")

    def work() -> None:
        from amiable.learning import evaluate as back_test

        told = back_test(
            Home.at(home),
            day,
            target=target,
            train_before=before,
            score_at=score_at or ("issue" if target == "late" else "as_of"),
            steps=Steps(),
        )
        figures = ", ".join(f"{name} {value:.4g}" for name, value in told["metrics"].items())
        say(f"{target}: trained on {told['n_train']}, tested on {told['n_test']}: {figures}")
        for column in told["refused_columns"]:
            say(f"  refused column: {column}")
        if as_json:
            summary(told)

    _guarded(work, debug=debug)


@app.command()
def record(
    file: Annotated[Path, typer.Argument(help="CSV or JSON lines of journal entries.")],
    home: HomeOption = _HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Write decisions and outcomes from another program into the journal.

    Example: amiable record decisions.jsonl
    """

    def work() -> None:
        from amiable.recording import record_file

        count, new = record_file(Home.at(home, make=True), file, now=_now())
        say(f"{file}: {count} entries read, {new} new in the journal.")
        if as_json:
            summary({"read": count, "recorded": new})

    _guarded(work, debug=debug)


@app.command()
def explain(
    claim: Annotated[str, typer.Argument(help="Claim or invoice number.")],
    home: HomeOption = _HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """One claim from its ledger row to its worklist line, step by step.

    Example: amiable explain F-2025-0117
    """

    def work() -> None:
        from amiable.trace import explain as trace
        from amiable.trace import lines
        from pipelines.warehouse import Warehouse

        with Warehouse(Home.at(home).path) as warehouse:
            claim_id, steps = trace(warehouse, claim)
        for line in lines(claim_id, steps):
            say(line)
        if as_json:
            summary({"claim_id": claim_id, **steps})

    _guarded(work, debug=debug)


@app.command()
def export(
    what: Annotated[str, typer.Argument(help="worklist, recommendations, litigation, claims, …")],
    to: Annotated[Path, typer.Option("--to", help="File to write: .csv, .xlsx or .parquet.")],
    home: HomeOption = _HERE,
    debug: DebugOption = False,
) -> None:
    """Write a published table to a file that other programs open.

    Example: amiable export worklist --to worklist.xlsx
    """

    def work() -> None:
        from amiable.export import TABLES, write
        from pipelines.warehouse import Warehouse

        if what not in TABLES:
            raise AmiableError(f"{what!r} cannot be exported; choose one of {', '.join(TABLES)}.")
        here = Home.at(home)
        with Warehouse(here.path) as warehouse:
            frame = warehouse.table(TABLES[what])
        write(frame, to, watermark="DEMO, invented" if here.is_demo else None)
        say(f"{to}: {len(frame)} rows.")

    _guarded(work, debug=debug)


@app.command()
def console(
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="Port of the console.")
    ] = None,
    home: HomeOption = _HERE,
    debug: DebugOption = False,
) -> None:
    """Open the console, on loopback unless the settings say otherwise.

    Example: amiable console --port 8600
    """

    def work() -> None:
        from amiable.console import open_console

        open_console(Home.at(home, make=True), port=port)

    _guarded(work, debug=debug)


@app.command()
def doctor(
    home: HomeOption = _HERE, as_json: JsonOption = False, debug: DebugOption = False
) -> None:
    """Check the installation, the home, the models and the dates of the legal parameters.

    Example: amiable doctor
    """

    def work() -> None:
        from amiable.doctor import examine

        findings = examine(Home.at(home), _day(None))
        for finding in findings:
            say(f"{finding.state:<5} {finding.subject}: {finding.says}")
        if as_json:
            summary({"findings": [finding.told() for finding in findings]})
        if any(finding.state == "bad" for finding in findings):
            raise typer.Exit(1)

    _guarded(work, debug=debug)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    app()
