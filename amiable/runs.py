"""One day in order: facts, features, scores, choices, audit, publication; and its record."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import law.parameters
import law.rows
from amiable import ladders, law_values, scoring
from amiable.errors import AmiableError
from amiable.home import Home
from amiable.logs import Steps
from data_schema import tables
from pipelines import build, publication
from pipelines.journal import DECISION_TYPES, Journal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DoorRows = dict[str, tuple[dict[str, str], list[tuple[Any, ...]]]]

_RUN_SETTINGS = {
    "default_minutes_per_day": "DOUBLE",
    "tolerance": "DECIMAL(18,2)",
    "assumed_terms_days": "BIGINT",
}
# Never framed: the whole ledger's events and payments stay in the database, for the trace.
_TRACED = ("core.claims", "core.payments", "core.timeline")


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What a run did; printed by ``amiable run --json``.

    ``contradictions`` names, a sentence each, the decisions that rows imported later contradict;
    ``capacity`` is ``mart.capacity``: where the time of each collector ends.
    """

    run_id: str
    as_of: date
    published: bool
    rows: dict[str, int]
    seconds: dict[str, float]
    models: dict[str, str]
    parameters: str
    contradictions: list[str] = field(default_factory=list)
    capacity: list[dict[str, Any]] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """The summary object of the contract."""
        return {
            "run_id": self.run_id,
            "as_of": self.as_of.isoformat(),
            "published": self.published,
            "rows": self.rows,
            "seconds": self.seconds,
            "models": self.models,
            "parameters": self.parameters,
            "capacity": self.capacity,
        }

    def nobody_there(self) -> str | None:
        """One sentence where every collector is away on the day."""
        if not self.capacity or not all(each["is_away"] for each in self.capacity):
            return None
        return (
            f"All {len(self.capacity)} collectors are away on {self.as_of}: no contact fits the"
            " time of the day. Check absent_from and absent_until in agents."
        )


def door_rows(home: Home, as_of: date, *, minutes: float | None = None) -> DoorRows:
    """Rows that a build needs from outside the ledger: law, decisions, settings, as of a day."""
    journal = Journal(home.journal_url)
    try:
        decisions = journal.decisions(as_of=as_of)
    finally:
        journal.close()
    settings = home.settings
    run = (
        settings.default_minutes_per_day if minutes is None else minutes,
        settings.tolerance,
        settings.assumed_terms_days,
    )
    with law_values.in_force(home, as_of) as own:
        of_law = law.rows.rows(as_of)
    changes = ladders.in_force(home, as_of).changes
    return {
        **of_law,
        "law.own_ladders": ({"entry": "VARCHAR"}, [(each.entry(),) for each in changes]),
        "law.own_values": ({"entry": "VARCHAR"}, [(each.entry,) for each in own]),
        "journal.decisions": (dict(DECISION_TYPES), decisions),
        "settings.run": (dict(_RUN_SETTINGS), [run]),
    }


def run_day(
    home: Home,
    as_of: date,
    *,
    started_at: datetime,
    steps: Steps,
    minutes: float | None = None,
    publish: bool = False,
) -> RunRecord:
    """Build, score, choose, audit and publish one day, or change nothing.

    ``minutes`` replaces every collector's capacity. A day older than the published one goes to
    history only, unless ``publish``.

    Raises
    ------
    AmiableError
        When nothing was imported yet, or another command is writing in the home.
    """
    if not home.store.exists():
        raise AmiableError(
            f"{home.path}: nothing imported yet. Begin with `amiable import FILE`,"
            " or with `amiable demo`."
        )
    scoring.check_costs(home)
    run_id = f"{started_at:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    scratch = home.path / "building" / f"{run_id}.duckdb"
    with home.alone():
        scratch.parent.mkdir(exist_ok=True)
        for leftover in scratch.parent.iterdir():
            leftover.unlink()
        try:
            con = build.connect(scratch, home.store)
            try:
                with law_values.in_force(home, as_of):
                    return _run(
                        con,
                        home,
                        as_of,
                        run_id,
                        started_at,
                        steps,
                        minutes=minutes,
                        publish=publish,
                    )
            finally:
                con.close()
        finally:
            for leftover in scratch.parent.glob(f"{run_id}.duckdb*"):
                leftover.unlink()


def _run(
    con: DuckDBPyConnection,
    home: Home,
    as_of: date,
    run_id: str,
    started_at: datetime,
    steps: Steps,
    *,
    minutes: float | None,
    publish: bool,
) -> RunRecord:
    with steps("facts and features"):
        for name, (columns, rows) in door_rows(home, as_of, minutes=minutes).items():
            build.put(con, name, columns, rows)
        build.build(con, [*scoring.SCORED_ON, *_TRACED], as_of=as_of)
    models = scoring.score_day(con, home, as_of, steps, minutes=minutes)
    with steps("tables of the day"):
        parameters = law.parameters.version()
        record = {
            "as_of": as_of,
            "run_id": run_id,
            "started_at": started_at,
            "models": json.dumps(models, sort_keys=True),
            "parameters": parameters,
            "code": version("amiable"),
        }
        targets = [f"mart.{name}" for name in tables("out") if name != "runs"]
        made = build.build(con, targets, as_of=as_of)
    held = {b.name.removeprefix("mart."): b.rows for b in made if b.name in targets}
    with steps("audit"):
        _put_record(con, record, steps, held)
        publication.audit(con)
    last = publication.published_day(home.path)
    shown = publish or last is None or as_of >= last
    with steps("publication"):
        publication.publish(
            con,
            home.path,
            run_id=run_id,
            history_only=not shown,
            most_bytes=int(home.settings.past_days_gigabytes * 10**9),
        )
    against = [_contradiction(*row) for row in build.frame(con, "core.contradictions").values]
    capacity = build.frame(con, "mart.capacity").drop(columns="as_of")
    cut = [{str(name): each[name] for name in each} for each in capacity.to_dict("records")]
    return RunRecord(
        run_id, as_of, shown, held, dict(steps.seconds), models, parameters, against, cut
    )


def _contradiction(
    _: str, entry_id: str, kind: str, subject: str, decided_on: date, table: str, key: str, on: date
) -> str:
    """One sentence on a decision that stands no longer."""
    return (
        f"The {kind} of {decided_on:%Y-%m-%d} on {subject} (journal entry {entry_id}) no longer"
        f" stands: contradicted by {table} {key} of {on:%Y-%m-%d}."
    )


def _put_record(
    con: DuckDBPyConnection, record: dict[str, Any], steps: Steps, rows: dict[str, int]
) -> None:
    columns = {c.name: c.sql_type for c in tables("out")["runs"].columns}
    finished = record["started_at"] + timedelta(seconds=sum(steps.seconds.values()))
    told = {
        **record,
        "finished_at": finished,
        "seconds": json.dumps(steps.seconds),
        "rows": json.dumps(rows, sort_keys=True),
    }
    build.put(con, "mart.runs", columns, [tuple(told[name] for name in columns)])


def snapshot_days(as_of: date, first: date, *, most: int = 18) -> Sequence[date]:
    """Days on which training looks at the ledger: the same day of earlier months.

    The newest lies thirty days before ``as_of``, so that its shortest horizon is mature; none
    lies before ``first``.

    >>> snapshot_days(date(2026, 3, 31), date(2026, 1, 5))
    [datetime.date(2026, 2, 28), datetime.date(2026, 1, 28)]
    """
    from dateutil.relativedelta import relativedelta

    newest = min(as_of - timedelta(days=30), as_of + relativedelta(months=-1))
    days = [newest + relativedelta(months=-n) for n in range(most)]
    return [day for day in days if day >= first]
