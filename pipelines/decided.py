"""What was decided about debtors in the past, by whomever, and what came in afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from pipelines.build import build, connect, frame, put
from pipelines.panel import DoorRows
from pipelines.publication import published
from pipelines.store import literal, statement

WEEKS = 78
"""How far back decisions are looked at."""

_BELIEFS_BACK = (100, 180, 320)
_POINTS = "training.decision_points"
_CHOICES = Path(__file__).parent / "sql" / "decided" / "choices.sql"
_KEPT = 3  # tables of history that are read
_COLUMNS = (
    "day",
    "debtor_id",
    "recommendation_id",
    "recommendation_ids",
    "action",
    "channel",
    "stage",
    "tone",
    "act_on",
    "propensity",
    "propensity_wait",
    "arm",
    "policy_version",
    "expected_gain",
    "p_disorganised",
    "p_cash_strapped",
    "p_bad_faith",
    "p_dissatisfied",
)


def choices(home: Path, *, as_of: date) -> pd.DataFrame:
    """What each published run up to a day recommended by debtor, with chance, arm and belief.

    One row per day and debtor, with the numbers of all claims that its contact is about; no rows
    before there is such a history.
    """
    path = published(home)
    if path is None:
        return pd.DataFrame(columns=list(_COLUMNS))
    con = connect(None)
    try:
        con.execute(statement("attach {file} as previous (read_only)", file=literal(str(path))))
        # A history that an earlier version wrote knows no chance of waiting: it is left alone.
        held = con.execute(
            "select count(*) from information_schema.columns where table_catalog = 'previous'"
            " and table_schema = 'history' and (table_name, column_name) in"
            " (('runs', 'run_id'), ('recommendations', 'propensity_wait'), ('profiles', 'run_id'))"
        ).fetchall()[0][0]
        if held < _KEPT:
            return pd.DataFrame(columns=list(_COLUMNS))
        return con.execute(_CHOICES.read_text(encoding="utf-8"), {"as_of": as_of}).df()
    finally:
        con.close()


def decision_points(
    store: Path, door_rows: DoorRows, days: list[date], *, as_of: date
) -> pd.DataFrame:
    """Debtors with chaseable overdue claims on each of some days and on each day of contact.

    ``training.decision_points``: what was known that morning, what was done, what came in.
    ``days`` are those on which nobody need have acted; contacts before the first are left out.
    """
    con = connect(None, store)
    try:
        for name, (columns, rows) in door_rows.items():
            put(con, name, columns, rows)
        put(con, "training.decision_days", {"day": "DATE"}, [(day,) for day in sorted(set(days))])
        build(con, [_POINTS], as_of=as_of)
        return frame(con, _POINTS)
    finally:
        con.close()


def decision_days(runs: pd.Series, as_of: date) -> list[date]:
    """A day in each of the last weeks: that of its first run, else one weekday after another.

    >>> decision_days(pd.Series([date(2026, 11, 18)]), date(2026, 11, 21))[-2:]
    [datetime.date(2026, 11, 10), datetime.date(2026, 11, 18)]
    """
    monday = as_of - timedelta(days=as_of.weekday())
    ran = sorted({day.date() for day in pd.to_datetime(runs).dropna()}, reverse=True)
    # The last to be written is the earliest of its week.
    by_week = {day - timedelta(days=day.weekday()): day for day in ran}
    weeks = [monday - timedelta(days=7 * n) for n in range(WEEKS)][::-1]
    every = [by_week.get(week, week + timedelta(days=n % 5)) for n, week in enumerate(weeks)]
    return [day for day in every if day < as_of]


def belief_days(points: pd.Series, runs: pd.Series, as_of: date) -> list[date]:
    """Days on which to look what was believed: a few of those before the first run.

    >>> belief_days(pd.Series([date(2026, 1, 5)]), pd.Series([], dtype=object), date(2026, 11, 21))
    [datetime.date(2026, 1, 5), datetime.date(2026, 5, 25), datetime.date(2026, 8, 13)]
    """
    seen = pd.to_datetime(points).dropna()
    ran = pd.to_datetime(runs).dropna()
    until = ran.min().date() if len(ran) else as_of
    wanted = [until - timedelta(days=back) for back in _BELIEFS_BACK]
    if seen.empty:
        return []
    first = seen.min().date()
    return sorted({max(day, first) for day in wanted if day > first - timedelta(days=140)})
