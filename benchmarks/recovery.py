"""The recovery model beside the truth of invented worlds: ``uv run python -m benchmarks.recovery``.

Each world and seed goes through the public road (import, train, run) in a home and a process of
its own; the figures go to docs/recovery_report.md and docs/recovery_report.json. ``--quick`` takes
two small worlds and writes nothing unless ``--to`` names a folder. ``--worlds a,b`` narrows.
Two runs go at once, each on one thread, or as many as ``--jobs`` says.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from benchmarks.recovery_figures import HORIZONS, judged
from benchmarks.recovery_page import page
from benchmarks.recovery_run import DAY

ROOT = Path(__file__).parent.parent
WORLDS = ("weibull", "cured", "instalments", "slowing", "staggered", "staggered_instalments",
          "calm")  # fmt: skip
FULL = {"worlds": WORLDS, "seeds": (1, 2, 3), "claims": 12_000, "draws": 200}
QUICK = {"worlds": ("instalments", "staggered"), "seeds": (1,), "claims": 1_500, "draws": 60}


def travelled(world, seed, n_claims, draws):
    """One world in a process of its own: what it said, and its claims."""
    with tempfile.TemporaryDirectory() as folder:
        words = [world, seed, n_claims, draws, folder]
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.recovery_run", *map(str, words)],
            cwd=ROOT, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONWARNINGS": "default", "OMP_NUM_THREADS": "1",
                 "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{world}, seed {seed}: {done.stderr[-3000:]}")
        said = json.loads(done.stdout.strip().splitlines()[-1])
        return said, pd.read_parquet(Path(folder) / "claims.parquet")


def measured(worlds, seeds, claims, draws, jobs=2):
    """Figures by world and what each run said."""
    found = {}
    with ThreadPoolExecutor(jobs) as pool:
        waiting = {world: [pool.submit(travelled, world, seed, claims, draws) for seed in seeds]
                   for world in worlds}  # fmt: skip
        try:
            for world, runs in waiting.items():
                said = [run.result() for run in runs]
                rows = pd.concat([frame for _, frame in said], ignore_index=True)
                runs = [run for run, _ in said]
                found[world] = {**judged(rows, runs), "runs": runs}
                print(f"{world}: {line(found[world])}", flush=True)
        except BaseException:
            pool.shutdown(cancel_futures=True)  # one failed: the others need not begin
            raise
    return found


def line(found):
    """A world in one line, for whoever waits."""
    share = [found["briers"][f"p_any_{h}"]["model_share"] for h in HORIZONS]
    slope = [found["calibration"][f"p_any_{h}"]["slope"] for h in HORIZONS]
    said = f"share of skill {numbers(share)}, slopes {numbers(slope)} (any payment, 30–365 days), "
    said += f"coverage {found['cash']['coverage']:.3f}"
    if "sums" in found:
        said += f", sums {found['sums']['coverage']:.3f}"
    if "fresh" in found:
        said += f", new claims {found['fresh']['p_any_model_over_truth']:.3f}"
    return said


def numbers(values):
    return " ".join(f"{value:.2f}" for value in values)


def main(given=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--worlds", help="some of: " + ", ".join(WORLDS))
    parser.add_argument("--seeds", help="whole numbers, with commas")
    parser.add_argument("--claims", type=int)
    parser.add_argument("--jobs", type=int, default=2, help="runs at once, each on one thread")
    parser.add_argument("--to", type=Path, help="folder of the report; docs for the full one")
    asked = parser.parse_args(given)
    plan = dict(QUICK if asked.quick else FULL)
    if asked.worlds:
        plan["worlds"] = tuple(asked.worlds.split(","))
    if asked.seeds:
        plan["seeds"] = tuple(map(int, asked.seeds.split(",")))
    if asked.claims:
        plan["claims"] = asked.claims
    words = [f"--{name} {value}" for name, value in vars(asked).items()
             if name in ("worlds", "seeds", "claims", "to") and value]  # fmt: skip
    command = " ".join(
        ["uv run python -m benchmarks.recovery", *(["--quick"] if asked.quick else []), *words]
    )
    started = time.perf_counter()
    found = measured(**plan, jobs=asked.jobs)
    whole = plan == FULL
    folder = asked.to or (ROOT / "docs" if whole else None)
    told = {
        "command": command,
        "made_on": date.today().isoformat(),
        "version": version("amiable"),
        "as_of": DAY.isoformat(),
        **{key: list(value) if isinstance(value, tuple) else value for key, value in plan.items()},
        "seconds": round(time.perf_counter() - started),
        "figures": found,
    }
    if folder:
        text = json.dumps(rounded(told), ensure_ascii=False, indent=1) + "\n"
        (folder / "recovery_report.json").write_text(text, encoding="utf-8")
        (folder / "recovery_report.md").write_text(page(told), encoding="utf-8")
    return told


def rounded(value):
    """Five digits after the point are enough to compare reports."""
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    return [rounded(part) for part in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
