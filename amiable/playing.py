"""The product as a policy: week after week through its own commands, on an invented world."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from amiable.errors import AmiableError
from amiable.home import Home
from amiable.imports import import_sources
from amiable.logs import Steps

if TYPE_CHECKING:
    from pandas import DataFrame

#: Policies in the order in which they are told; the last two take the longest.
POLICIES = ("none", "oldest_first", "amount_first", "propensity_amount", "oracle", "product")
#: Weeks between two trainings.
TRAINS_EVERY = 13
_SETTINGS = "past_days_gigabytes = 0.05\n"


class ProductPolicy:
    """Imports what is new, runs the day, reads the tables out, and has the week's work done.

    Nothing but the contract is used: canonical rows in, ``mart.worklist`` and
    ``mart.recommendations`` out. The people of this world sign whatever a person must sign.

    Parameters
    ----------
    folder
        a home of its own, made anew.
    learns
        train at the start and every thirteen weeks, and promote what passes its gates.
    """

    def __init__(self, folder: Path, *, learns: bool = True) -> None:
        """Nothing is imported yet."""
        shutil.rmtree(folder, ignore_errors=True)
        self.home = Home.at(folder, make=True)
        (folder / "settings.toml").write_text(_SETTINGS, encoding="utf-8")
        self.home = Home.at(folder)
        self.home.mark_demo(seed=0, claims=0)
        self.learns = learns
        self.seconds: dict[str, float] = {}
        self.weeks = 0

    def __call__(self, world: Any) -> DataFrame:
        """The week's actions, in the order of the worklist."""
        today: date = world.today
        self._timed("import", lambda: self._import(world))
        if self.learns and self.weeks % TRAINS_EVERY == 0:
            self._timed("train", lambda: self._train(today))
        minutes = max(world.minutes_per_week.values())
        self._timed("run", lambda: self._run(today, minutes))
        self.weeks += 1
        return self._work(world)

    def on_tone(self) -> dict[str, object]:
        """What the published day says of a firm tone against a courteous one; empty if nothing."""
        from pipelines.warehouse import Warehouse

        with Warehouse(self.home.path) as warehouse:
            effects = warehouse.table("effects")
        rows = effects[effects["effect"] == "firm_tone"]
        columns = ["status", "average", "average_low", "average_high"]
        return {} if rows.empty else dict(zip(columns, rows[columns].values[0], strict=True))

    def _timed(self, name: str, work: Any) -> None:
        started = perf_counter()
        work()
        self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - started

    def _import(self, world: Any) -> None:
        from simulation.generator import Portfolio, write

        folder = self.home.path / "week"
        shutil.rmtree(folder, ignore_errors=True)
        write(Portfolio(world.increment(), {}), folder)
        at = datetime.combine(world.today, time(6))
        reports = import_sources(
            self.home,
            [folder / "ledger"],
            imported_at=at,
            source_format="canonical",
            strict=True,
        )
        refused = sum(report.quarantined for report in reports)
        if refused:
            raise AmiableError(f"{refused} rows of an invented week were refused.")

    def _train(self, today: date) -> None:
        """Train what can be trained, and promote what passes its gates, as a person would."""
        from amiable import learning
        from models.registry import Registry, RegistryError

        registry = Registry(self.home.path, self.home.settings.mlflow_tracking_uri)
        trainings = {
            "recovery": learning.train,
            "profile": learning.train_profile,
            "effects": learning.train_effects,
        }
        for name, train in trainings.items():
            try:
                report = train(self.home, today, steps=Steps(silent=True))
                if report.version and not report.promoted and report.n_failed == 0:
                    registry.promote(name, report.version)
            except (AmiableError, RegistryError):
                # A ledger too small or too young to learn this from: what was in use stays.
                continue

    def _run(self, today: date, minutes: float) -> None:
        from amiable.runs import run_day

        at = datetime.combine(today, time(7))
        steps = Steps(silent=True)
        run_day(self.home, today, started_at=at, steps=steps, minutes=minutes, publish=True)

    def _work(self, world: Any) -> DataFrame:
        from pipelines.warehouse import Warehouse

        with Warehouse(self.home.path) as warehouse:
            advice = warehouse.table("recommendations")
            work = warehouse.table("worklist")
        return week_of_work(advice, work, world.today, world.minutes_per_week)


def week_of_work(
    advice: DataFrame, work: DataFrame, monday: date, minutes: dict[str, float]
) -> DataFrame:
    """Rows for `simulation.play.World.step` from the tables out of a Monday.

    First what the worklist holds within capacity, by rank; then what falls due later in the week,
    by gain per minute. An agent's work is spread over the days that it fills.
    """
    import pandas as pd

    rows = advice.drop(columns=["as_of"], errors="ignore")
    chosen = work[work["within_capacity"].astype(bool)].sort_values("rank")
    agents = dict(zip(work["contact_group_id"], work["agent_id"], strict=True))
    later = rows[rows["action"].ne("wait") & ~rows["contact_group_id"].isin(agents)]
    day = pd.to_datetime(later["act_on"])
    later = later[(day >= pd.Timestamp(monday)) & (day < pd.Timestamp(monday) + pd.Timedelta("7D"))]
    order = [*chosen["contact_group_id"], *_by_gain(later)]
    spent = dict.fromkeys(minutes, 0.0)
    of_group = dict(iter(rows.groupby("contact_group_id", sort=False)))
    parts = []
    for place, group in enumerate(order):
        part = of_group[group]
        agent = agents.get(group) or _least(spent, minutes)
        limit = minutes.get(agent, max(minutes.values()))
        needed = float(part["minutes"].max())
        if place >= len(chosen) and spent.get(agent, 0.0) + needed > limit:
            continue
        wanted = pd.Timestamp(monday) + pd.Timedelta(
            days=min(int(spent.get(agent, 0.0) / max(limit, 1e-9) * 5), 4)
        )
        spent[agent] = spent.get(agent, 0.0) + needed
        on = max(wanted, pd.Timestamp(part["act_on"].iloc[0]))
        parts.append(part.assign(agent_id=agent, act_on=_open_day(on)))
    if not parts:
        return rows.iloc[:0].assign(agent_id=None)
    return pd.concat(parts, ignore_index=True)


def _by_gain(rows: DataFrame) -> list[str]:
    """Groups with a gain, by gain per minute."""
    each = rows.groupby("contact_group_id").agg(
        gain=("expected_gain", "sum"), minutes=("minutes", "max")
    )
    each = each[each["gain"] > 0]
    rate = each["gain"] / each["minutes"].clip(lower=0.5)
    return [str(group) for group in rate.sort_values(ascending=False, kind="stable").index]


def _least(spent: dict[str, float], minutes: dict[str, float]) -> str:
    return min(minutes, key=lambda agent: spent[agent] / max(minutes[agent], 1e-9))


def _open_day(on: Any) -> Any:
    """The day itself, or the next on which one may contact."""
    import pandas as pd

    from law.calendar import may_contact

    while not may_contact(on.date()):
        on = on + pd.Timedelta(days=1)
    return on


def play_one(
    name: str,
    policy: str,
    *,
    seed: int,
    claims: int,
    weeks: int,
    minutes: float | None,
    folder: Path,
    progress: Callable[[int], None] | None = None,
) -> tuple[Any, dict[str, Any]]:
    """Play one policy on one world; the world afterwards, and what else `scored` asks.

    ``folder`` is where the product keeps its home while it plays.
    """
    from simulation.play import World
    from simulation.play.oracle import oracle
    from simulation.play.policies import SIMPLE
    from simulation.play.scoring import play

    try:
        world = World.start(name, seed=seed, claims=claims, minutes=minutes)
    except (KeyError, ValueError) as error:
        raise AmiableError(str(error.args[0])) from error
    if policy == "product":
        product = ProductPolicy(folder)
        play(world, product, weeks, progress=progress)
        seconds = {key: round(each, 1) for key, each in product.seconds.items()}
        return world, {"seconds": seconds, "on_tone": product.on_tone()}
    if policy == "oracle":
        play(world, lambda each: oracle(each, horizon=weeks), weeks, progress=progress)
    else:
        play(world, SIMPLE[policy], weeks, progress=progress)
    return world, {}
