"""The command that plays policies on invented worlds."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from amiable.errors import AmiableError
from amiable.logs import err, say, summary
from amiable.options import DebugOption, JsonOption, guarded

_LONGEST = 52


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(simulate)


def simulate(
    world: Annotated[str, typer.Option("--world", help="World to play on.")] = "calibrated",
    policy: Annotated[
        list[str] | None,
        typer.Option("--policy", help="Policy to play; repeatable. By default every one."),
    ] = None,
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=_LONGEST, help="Weeks.")] = _LONGEST,
    claims: Annotated[
        int, typer.Option("--claims", min=1, help="Invoices of the fifteen months before.")
    ] = 1000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed, other luck.")] = 1,
    minutes: Annotated[
        float | None,
        typer.Option("--minutes", min=0, help="Minutes a week of the whole team."),
    ] = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Play policies week by week on an invented world, against no action and an oracle.

    Example: amiable simulate --world calibrated --policy amount_first --claims 400
    """

    def work() -> None:
        from amiable.playing import POLICIES, play_one
        from simulation.play.scoring import lift, scored

        chosen = policy or list(POLICIES)
        unknown = [each for each in chosen if each not in POLICIES]
        if unknown:
            raise AmiableError(f"no policy {', '.join(unknown)}; there are: {', '.join(POLICIES)}.")
        told: list[dict[str, Any]] = []
        with TemporaryDirectory(prefix="amiable-play-") as folder:

            def played(name: str) -> tuple[Any, dict[str, Any]]:
                return play_one(
                    world,
                    name,
                    seed=seed,
                    claims=claims,
                    weeks=weeks,
                    minutes=minutes,
                    folder=Path(folder) / name,
                    progress=_progress(name),
                )

            nobody, _ = played("none")
            untouched = scored(nobody, "none", nobody)
            wise, _ = played("oracle")
            best = scored(wise, "oracle", nobody)
            reach = lift(best, untouched)
            for name in [each for each in POLICIES if each in chosen]:
                if name in ("none", "oracle"):
                    one = untouched if name == "none" else best
                else:
                    lived, beside = played(name)
                    one = scored(lived, name, nobody, **beside)
                gained = lift(one, untouched)
                share = round(gained / reach, 3) if reach > 0 else None
                told.append({**one.told(), "lift": gained, "share_of_oracle": share})
                say(_line(told[-1]))
        if as_json:
            summary({"world": world, "policies": told})

    guarded(work, debug=debug)


def _progress(policy: str) -> Any:
    """The product takes its time: it says how far it has come."""

    def told(week: int) -> None:
        if policy == "product" and week % 4 == 0:
            err.print(f"{policy}: week {week}", markup=False)

    return told


def _line(row: dict[str, Any]) -> str:
    share = "no share" if row["share_of_oracle"] is None else f"{row['share_of_oracle']:.2f}"
    broken = sum(row["violations"].values())
    return (
        f"{row['policy']}: {row['cash']:,.0f} EUR in, {row['lift']:,.0f} EUR beyond no action"
        f" ({share} of the oracle's), {row['minutes']:,.0f} of {row['capacity']:,.0f} minutes,"
        f" {row['contacts']} contacts, {broken} violations of D4, {row['beyond_capacity']} beyond"
        f" capacity, {row['left_alone']} of {row['self_healers']} self-healing claims left alone"
    )
