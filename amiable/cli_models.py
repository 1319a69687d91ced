"""The commands of a model's life: train, evaluate, promote, roll back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
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
        str, typer.Option("--model", help="recovery, profile, effects, or all that can be trained.")
    ] = "all",
    trust: Annotated[
        list[str] | None,
        typer.Option("--trust", help="Free column that is known before the outcome; repeatable."),
    ] = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Train, evaluate out of time and register a challenger; gates decide on a first champion.

    Example: amiable train --as-of 2026-11-21
    """
    day = day_of(as_of)

    def work() -> None:
        from amiable import learning
        from models.training import summary_of

        if model not in ("recovery", "profile", "effects", "all"):
            raise AmiableError(
                f"--model {model}: this version trains `recovery`, `profile` and `effects`."
            )
        here, steps = Home.at(home), Steps()
        told: dict[str, Any] = {}
        untaught: AmiableError | None = None
        if model in ("recovery", "all"):
            try:
                report = learning.train(here, day, steps=steps, trusted=trust or ())
                _say_gates(report, "recovery")
                told = summary_of(report)
            except AmiableError as error:
                if model == "recovery":
                    raise
                # A ledger too young for one model may well teach the other.
                untaught = error
        if model in ("profile", "all"):
            report = learning.train_profile(here, day, steps=steps)
            _say_gates(report, "profile")
            mine = summary_of(report, "profile")
            told = {**told, "profile": mine} if model == "all" else mine
        if model in ("effects", "all"):
            try:
                report = learning.train_effects(here, day, steps=steps)
                _say_gates(report, "effects")
                mine = summary_of(report, "effects")
                told = {**told, "effects": mine} if model == "all" else mine
            except AmiableError as error:
                if model == "effects":
                    raise
                # Nothing need be learnt of effects: elicited ones are in use until it is.
                say(f"effects: {error}")
        if untaught is not None:
            raise untaught
        if as_json:
            summary(told)

    guarded(work, debug=debug)


def _say_gates(report: Any, name: str) -> None:
    for gate in report.gates.values():
        mark = "yes " if gate.passed else "NO  " if gate.blocks else "warn"
        say(f"  {mark} {gate.title('en')}: {gate.says('en')}")
    for column, reason in report.refused_reasons.items():
        say(f"  refused column {column!r}: {reason}")
    for reason in report.reasons[: len(report.reasons) - report.n_failed]:
        say(f"  {reason}")
    if report.version is None:
        say("Nothing could be learnt: runs use the published curves.")
    elif report.promoted:
        say(f"{name} version {report.version} is the first champion: every gate holds.")
    elif report.n_failed:
        say(f"{name} version {report.version} is kept as challenger; it cannot be promoted.")
    else:
        say(
            f"{name} version {report.version} is kept as challenger and may be promoted:"
            f" `amiable promote {name}`."
        )


ByOption = Annotated[str, typer.Option("--by", help="Your name, for the journal.")]
ReasonOption = Annotated[str | None, typer.Option("--reason", help="Why, for the journal.")]


def promote(
    name: Annotated[str, typer.Argument(help="Model, such as recovery.")],
    model_version: Annotated[
        str | None, typer.Option("--version", help="Version; the challenger by default.")
    ] = None,
    by: ByOption = "amiable promote",
    checked_by: Annotated[
        str | None, typer.Option("--checked-by", help="A second person who looked over it.")
    ] = None,
    reason: ReasonOption = None,
    home: HomeOption = HERE,
    debug: DebugOption = False,
) -> None:
    """Show the gates of a version and make it the champion, if they hold.

    Example: amiable promote recovery --version 3 --by "A. Martin" --reason "new ledger"
    """

    def act(registry: Any) -> str:
        from models.verdict import in_order

        version = registry.candidate(name, model_version)
        gates = registry.load(name, version).records.get("gates", {})
        for gate in in_order(gates).values():
            mark = "yes " if gate["passed"] else "NO  " if gate["blocks"] else "warn"
            say(f"  {mark} {gate['title']['en']}: {gate['says']['en']}")
        told: str = registry.promote(name, version)
        return told

    _move(home, debug, name, act, by=by, reason=reason, second=checked_by)


def rollback(
    name: Annotated[str, typer.Argument(help="Model, such as recovery.")],
    by: ByOption = "amiable rollback",
    reason: ReasonOption = None,
    home: HomeOption = HERE,
    debug: DebugOption = False,
) -> None:
    """Give the alias back to the champion before.

    Example: amiable rollback recovery --reason "complaints since Monday"
    """

    def act(registry: Any) -> str:
        told: str = registry.rollback(name)
        return told

    _move(home, debug, name, act, by=by, reason=reason, second=None)


def _move(
    home: Path,
    debug: bool,
    name: str,
    act: Callable[[Any], str],
    *,
    by: str,
    reason: str | None,
    second: str | None,
) -> None:
    def work() -> None:
        from amiable.promotion import write
        from models.registry import Registry, RegistryError

        here = Home.at(home)
        try:
            with here.alone():
                registry = Registry(here.path, here.settings.mlflow_tracking_uri)
                say(act(registry))
                write(here, registry, name, at=now(), actor=by, reason=reason, second=second)
        except RegistryError as error:
            raise AmiableError(str(error)) from error

    guarded(work, debug=debug)


def evaluate(
    target: Annotated[
        str, typer.Option("--target", help="late, recovery, profile or policy.")
    ] = "recovery",
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
        say(f"{target}: trained on {told['n_train']}, tested on {told['n_test']}")
        for line in _figures(told):
            say(line)
        for line in _standing(told):
            say(line)
        for column in told["refused_columns"]:
            say(f"  refused column {column!r}: {told['refused_reasons'].get(column, '')}")
        if as_json:
            summary(told)

    guarded(work, debug=debug)


def _standing(told: dict[str, Any]) -> Iterator[str]:
    """How far the worth of a policy and its effects are known; nothing for other targets."""
    if told["target"] != "policy":
        return
    yield f"  worth of the policy: {told['verdict'].replace('_', ' ')}"
    lifted = told["uplift"]
    if lifted["low"] is not None:
        ends = f"{lifted['difference']:.0f} EUR [{lifted['low']:.0f}, {lifted['high']:.0f}]"
        counts = f"{lifted['n_policy']:.0f} debtors against {lifted['n_control']:.0f}"
        yield f"  against control within 90 days: {ends}, {counts}, look {lifted['looks']:.0f}"
    yield (
        f"  against control: {lifted['status'].replace('_', ' ')}; contacts avoided"
        f" {lifted['avoided']:.0f}, of them paid without one {lifted['avoided_paid']:.0f}"
    )
    for line in told["effects"]:
        yield (
            f"  {line['effect']}: {line['status'].replace('_', ' ')} ({line['design']},"
            f" {line['n']} contacts, ESS {line['ess']:.0f})"
        )


_BY_HORIZON = ("n", "auc", "log_loss", "brier", "calibration_slope", "observed_over_expected")


def _figures(told: dict[str, Any]) -> Iterator[str]:
    """The figures of a back-test, a line per horizon where it has several; all are in the JSON."""
    metrics, baseline = told["metrics"], told["baseline"]
    horizons = sorted(int(name[4:]) for name in metrics if re.fullmatch(r"auc_\d+", name))
    for horizon in horizons:
        parts = []
        for name in _BY_HORIZON:
            value, beside = metrics[f"{name}_{horizon}"], baseline.get(f"{name}_{horizon}")
            ends = [metrics.get(f"{name}_{horizon}_{end}") for end in ("low", "high")]
            text = (
                f"{name.replace('_', ' ')} {value:.0f}"
                if name == "n"
                else (f"{name.replace('_', ' ')} {value:.3f}")
            )
            if None not in ends:
                text += f" [{ends[0]:.3f}, {ends[1]:.3f}]"
            if name not in ("n", "observed_over_expected") and beside is not None:
                text += f" (curves {beside:.3f})"
            parts.append(text)
        yield f"  {horizon} days: " + ", ".join(parts)
    if horizons:
        return
    for name, value in metrics.items():
        beside = baseline.get(name)
        yield f"  {name} {value:.4g}" + ("" if beside is None else f" (baseline {beside:.4g})")
