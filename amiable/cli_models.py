"""The commands of a model's life: train, evaluate, promote, roll back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from amiable.errors import AmiableError
from amiable.home import Home
from amiable.logs import Steps, say, summary
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


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (train, promote, rollback, evaluate):
        app.command()(command)


def train(
    as_of: DayOption = None,
    model: Annotated[
        str, typer.Option("--model", help="recovery, or all that can be trained.")
    ] = "all",
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Train, evaluate out of time and register a challenger; gates decide on a first champion.

    Example: amiable train --as-of 2026-11-21
    """
    day = day_of(as_of)

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

    guarded(work, debug=debug)


def promote(
    name: Annotated[str, typer.Argument(help="Model, such as recovery.")],
    model_version: Annotated[
        str | None, typer.Option("--version", help="Version; the challenger by default.")
    ] = None,
    home: HomeOption = HERE,
    debug: DebugOption = False,
) -> None:
    """Make a version the champion, if its gates hold.

    Example: amiable promote recovery --version 3
    """
    _move(home, debug, name, lambda registry: registry.promote(name, model_version))


def rollback(
    name: Annotated[str, typer.Argument(help="Model, such as recovery.")],
    home: HomeOption = HERE,
    debug: DebugOption = False,
) -> None:
    """Give the alias back to the champion before.

    Example: amiable rollback recovery
    """
    _move(home, debug, name, lambda registry: registry.rollback(name))


def _move(home: Path, debug: bool, name: str, act: Callable[[Any], str]) -> None:
    def work() -> None:
        from amiable.promotion import follow
        from models.registry import Registry, RegistryError

        here = Home.at(home)
        try:
            with here.alone():
                registry = Registry(here.path, here.settings.mlflow_tracking_uri)
                say(act(registry))
                follow(here, registry, name, at=now(), actor="amiable promote")
        except RegistryError as error:
            raise AmiableError(str(error)) from error

    guarded(work, debug=debug)


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
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Back-test on data that the model has not seen.

    Example: amiable evaluate --target late --train-before 2013-07-01
    """
    day = day_of(as_of)
    before = None if train_before is None else day_of(train_before, "--train-before")

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

    guarded(work, debug=debug)
