"""Does publishing slow down with the days kept? ``uv run python -m benchmarks.history``."""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import duckdb

from amiable.demo import demo
from amiable.home import Home
from amiable.logs import Steps
from pipelines import days, publication

CLAIMS = 3000
RUNS = 60


def main(runs: int = RUNS) -> None:
    """Publish one built day so many times under other dates, and print time and size."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home.at(Path(folder) / "demo", make=True)
        now = datetime.now(UTC).replace(tzinfo=None)
        demo(home, now.date(), claims=CLAIMS, seed=7, now=now, steps=Steps())
        built = Path(folder) / "built.duckdb"
        shutil.copyfile(home.warehouse, built)
        target = Path(folder) / "home"
        target.mkdir()
        with duckdb.connect(str(built)) as con:
            con.execute("drop schema history cascade")
            for number in range(runs):
                _publish(con, target, number, now)
        kept = days.days(target, target / "warehouse.duckdb")
        print(f"{len(kept)} days can be looked at")


def _publish(con: duckdb.DuckDBPyConnection, home: Path, number: int, now: datetime) -> None:
    run_id, day = f"r{number:05d}", now.date() + timedelta(days=number)
    con.execute("update mart.runs set run_id = $run, as_of = $day", {"run": run_id, "day": day})
    start = perf_counter()
    path = publication.publish(con, home, run_id=run_id)
    took = perf_counter() - start
    size = sum(file.stat().st_size for file in days.folder_of(home).iterdir()) / 10**6
    told = f"run {number + 1}: {took:.2f} s, published {path.stat().st_size / 10**6:.1f} MB"
    print(f"{told}, days {size:.1f} MB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
