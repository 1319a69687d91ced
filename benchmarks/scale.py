"""A million claims through the road: ``uv run python -m benchmarks.scale [--claims N]``.

Makes its own data (consumer debts, nearly all of them open on the day), then each step in a
process of its own: import, training on a bounded sample, features of the day, scores of every
claim, explanations of every claim, and the whole day as ``amiable run`` publishes it. Prints
seconds and peak memory by step, and one line of JSON last; ``--to docs`` writes the page
``scale.md``. Bounds at a million claims: 6 GiB in every step, SHAP within 120 seconds on two
cores. ``--steps score,explain --home DIR`` goes on from a home made before.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

DAY = date(2026, 11, 22)
STEPS = ("invent", "import", "train", "features", "score", "explain", "day")
MOST_GIB, MOST_SHAP_SECONDS = 6.0, 120.0
_FRAMES = ("claim_features", "claim_extras")


def invent(folder, n_claims, seed):
    """A canonical folder in Parquet: no truth is drawn, the ledger is all that is wanted."""
    from simulation import payers

    portfolio = payers.generate("instalments", n_claims=n_claims, seed=seed, as_of=DAY, draws=0)
    ledger = folder / "ledger"
    ledger.mkdir(parents=True)
    for name, table in portfolio.tables.items():
        rows = pa.Table.from_pandas(table, preserve_index=False)
        pa.parquet.write_table(rows, ledger / f"{name}.parquet")
    return {"claims": len(portfolio.tables["claims"])}


def home_of(folder):
    from amiable.home import Home

    return Home.at(folder / "home", make=True)


def import_(folder, n_claims, seed):
    from amiable.imports import import_sources

    home = home_of(folder)
    home.mark_demo(seed=seed, claims=n_claims)
    reports = import_sources(
        home, [folder / "ledger"], imported_at=datetime(2026, 11, 22), source_format="canonical"
    )
    return {
        "rows": sum(report.accepted for report in reports),
        "quarantined": sum(report.quarantined for report in reports),
    }


def train(folder, n_claims, seed):
    from amiable import learning
    from amiable.logs import Steps

    steps = Steps()
    report = learning.train(home_of(folder), DAY, steps=steps)
    (folder / "version").write_text(report.version or "", encoding="utf-8")
    return {
        "rows_learnt_from": report.n_train,
        "promoted": report.promoted,
        **{f"seconds: {name}": value for name, value in steps.seconds.items()},
    }


def features(folder, n_claims, seed):
    """The frames that a run scores, kept as files so that what follows is measured alone."""
    from amiable.runs import door_rows
    from pipelines import build

    home = home_of(folder)
    scratch = folder / "scratch.duckdb"
    scratch.unlink(missing_ok=True)
    con = build.connect(scratch, home.store)
    for name, (columns, values) in door_rows(home, DAY).items():
        build.put(con, name, columns, values)
    build.build(con, [f"features.{name}" for name in _FRAMES], as_of=DAY)
    found = {}
    for name in _FRAMES:
        frame = build.frame(con, f"features.{name}")
        frame.to_parquet(folder / f"{name}.parquet")
        found[name] = len(frame)
        del frame
    con.close()
    return found


def model_of(folder):
    """The model that was trained, promoted or not; None when nothing could be learnt."""
    from models.registry import Registry
    from models.training import loaded

    version = (folder / "version").read_text(encoding="utf-8")
    return loaded(Registry(folder / "home").load("recovery", version)) if version else None


def score(folder, n_claims, seed):
    from models import recovery

    model = model_of(folder)
    scored = recovery.score(
        model, *(pd.read_parquet(folder / f"{name}.parquet") for name in _FRAMES)
    )
    scored.to_parquet(folder / "scored.parquet")
    return {"claims": len(scored), "engine": getattr(model, "engine_", "line per horizon")}


def explain(folder, n_claims, seed):
    from models.explain import explain_recovery

    frames = [pd.read_parquet(folder / f"{name}.parquet") for name in _FRAMES]
    model, scored = model_of(folder), pd.read_parquet(folder / "scored.parquet")
    started = time.perf_counter()
    rows = explain_recovery(model, *frames, scored)
    seconds = time.perf_counter() - started
    code, subjects = pd.factorize(rows["subject_id"])
    total = np.bincount(code, weights=rows["contribution"])
    base = np.zeros(len(subjects))
    base[code] = rows["base_value"]
    published = scored.set_index("claim_id")["p_90"].astype(float)
    worst = float(np.abs(total + base - published.reindex(subjects).to_numpy()).max())
    return {
        "claims": len(subjects),
        "rows": len(rows),
        "seconds: SHAP": round(seconds, 1),
        "worst gap": worst,
    }


def day(folder, n_claims, seed):
    """What ``amiable run`` does, with the model trained before, its gates set aside."""
    from amiable.runs import run_day
    from models.registry import Registry

    home = home_of(folder)
    crown(Registry(home.path), (folder / "version").read_text(encoding="utf-8"))
    steps = measured_steps()
    record = run_day(home, DAY, started_at=datetime(2026, 11, 22), steps=steps, publish=True)
    return {
        "claims": record.rows["claims"],
        "rows": sum(record.rows.values()),
        "model": record.models["recovery"],
        **{f"seconds: {name}": value for name, value in steps.seconds.items()},
        **{f"GiB: {name}": value for name, value in steps.peaks.items()},
    }


def crown(registry, version):
    """Make a version the champion even where a gate refuses it: only its size is measured."""
    from models.registry import CHAMPION, RegistryError

    try:
        registry.promote("recovery", version)
    except RegistryError:
        client = registry._client()
        client.set_registered_model_tag("recovery", "promotions", version)
        client.set_registered_model_alias("recovery", CHAMPION, version)


def measured_steps():
    """Steps that also tell the peak of memory of each; only Linux forgets a peak when asked."""
    from contextlib import contextmanager

    from amiable.logs import Steps

    class Measured(Steps):
        def __init__(self):
            super().__init__()
            self.peaks = {}

        @contextmanager
        def __call__(self, name):
            self.peaks[f"before {name}"] = peak_gib()
            Path("/proc/self/clear_refs").write_text("5")
            with super().__call__(name):
                yield
            self.peaks[name] = peak_gib()
            print(f"{name}: {self.peaks[name]} GiB", file=sys.stderr, flush=True)
            Path("/proc/self/clear_refs").write_text("5")

    return Measured()


def peak_gib():
    """Most memory held since the process began, or since the kernel was told to forget."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)


WORK = dict(zip(STEPS, (invent, import_, train, features, score, explain, day), strict=True))


def alone(step, folder, n_claims, seed):
    """One step in a process of its own; what it says, its seconds, its peak of memory."""
    words = [sys.executable, "-m", "benchmarks.scale", "--only", step, "--home", folder]
    words += ["--claims", n_claims, "--seed", seed]
    started = time.perf_counter()
    done = subprocess.run(list(map(str, words)), stdout=subprocess.PIPE, text=True, check=True)
    said = json.loads(done.stdout.strip().splitlines()[-1])
    return {"seconds": round(time.perf_counter() - started, 1), **said}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", default=",".join(STEPS), help="some of them, with commas")
    parser.add_argument("--home", type=Path, help="a folder to keep; else a temporary one")
    parser.add_argument("--only", choices=STEPS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only:
        said = WORK[asked.only](asked.home, asked.claims, asked.seed)
        peak = max(peak_gib(), *(v for k, v in said.items() if k.startswith("GiB: ")), 0.0)
        print(json.dumps({**said, "peak_gib": peak}))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.home or Path(temporary)
        found = {}
        for step in asked.steps.split(","):
            found[step] = alone(step, folder, asked.claims, asked.seed)
            print(f"{step}: {found[step]}", flush=True)
    peak = max(part["peak_gib"] for part in found.values())
    shap = found.get("explain", {}).get("seconds: SHAP", 0.0)
    held = peak <= MOST_GIB and shap <= MOST_SHAP_SECONDS
    print(json.dumps({"claims": asked.claims, "peak_gib": peak, "held": held, "steps": found}))
    if not held and asked.claims >= 1_000_000:
        sys.exit(f"Bounds missed: {peak} GiB of {MOST_GIB}, SHAP {shap} s of {MOST_SHAP_SECONDS}.")


if __name__ == "__main__":
    main()
