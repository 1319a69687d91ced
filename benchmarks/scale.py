"""A million claims through the road: ``uv run python -m benchmarks.scale [--claims N]``.

Makes its own data (consumer debts, nearly all of them open on the day), then each step in a
process of its own: import, training on a bounded sample, the whole day as ``amiable run``
publishes it, and the Shapley values of every claim by trees, whatever engine was chosen. Prints
seconds and peak memory by step, and one line of JSON last; ``--to docs`` writes the page
``scale.md``. Bounds at a million claims: 6 GiB in every step, SHAP within 120 seconds on two
cores. ``--steps day,shap --home DIR`` goes on from a home made before.
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
STEPS = ("invent", "import", "train", "day", "shap")
MOST_GIB, MOST_SHAP_SECONDS = 6.0, 120.0
PAGE = Path(__file__).with_name("scale_page.md")


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
        def __call__(self, name, *, goes_on=False):
            self.note("between steps")
            with super().__call__(name, goes_on=goes_on):
                yield
            self.note(name)

        def note(self, name):
            self.peaks[name] = max(self.peaks.get(name, 0.0), peak_gib())
            print(f"{name}: {self.peaks[name]} GiB", file=sys.stderr, flush=True)
            Path("/proc/self/clear_refs").write_text("5")

    return Measured()


def peak_gib():
    """Most memory held since the process began, or since the kernel was told to forget."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)


def shap(folder, n_claims, seed):
    """Shapley values of every claim by the trees of the day, whatever the engine that was chosen.

    Goes over the tranches of the day as the run does, from the published odds; what is timed is
    the fit of the trees, and their values with the rows made of them.
    """
    from amiable.runs import door_rows
    from amiable.scoring import MOST_CLAIMS
    from models import explain
    from models.explanations.surrogate import drawn
    from pipelines import build, tranches

    home = home_of(folder)
    scratch = folder / "scratch.duckdb"
    scratch.unlink(missing_ok=True)
    con = build.connect(scratch, home.store)
    for name, (columns, values) in door_rows(home, DAY).items():
        build.put(con, name, columns, values)
    frames = ("features.claim_features", "features.claim_extras")
    build.build(con, ["core.open_claims", *frames], as_of=DAY)
    published = odds_of(home)
    model = as_trees(model_of(folder))
    parts = tranches.divide(con, most_claims=MOST_CLAIMS)
    ids = published["claim_id"].iloc[np.sort(drawn(published["claim_id"]))]
    learnt = [parts.of_claims(name, ids) for name in frames]
    started = time.perf_counter()
    explainer = explain.explainer(model, *learnt, published)
    fit = seconds = time.perf_counter() - started
    rows, worst, gaps = 0, 0.0, []
    for tranche in range(len(parts)):
        features, extras = (parts.frame(name, tranche) for name in frames)
        odds = published[published["claim_id"].isin(features["claim_id"])]
        started = time.perf_counter()
        made = explainer.rows(features, extras, odds)
        seconds += time.perf_counter() - started
        rows += len(made)
        worst = max(worst, largest_gap(made, odds))
        gaps.append(made.loc[made["feature"] == explain.UNEXPLAINED, "contribution"].abs().sum())
    con.close()
    scratch.unlink()
    return {
        "claims": len(published),
        "rows": rows,
        "trees": int(explainer.learnt.batched.surrogate.n_iter_),
        "mean gap": round(sum(gaps) / len(published), 4),
        "worst sum": round(worst, 9),
        "seconds: fit": round(fit, 1),
        "seconds: SHAP": round(seconds, 1),
    }


def odds_of(home):
    """The odds of the published day."""
    from pipelines import connection, publication

    with connection.read(publication.published(home.path)) as con:
        return con.execute("select claim_id, p_90 from mart.recovery order by claim_id").df()


def as_trees(model):
    """A model that is explained as trees are, whatever its engine."""
    model.engine_ = "boosted"
    return model


def model_of(folder):
    """The model that was trained, promoted or not."""
    from models.registry import Registry
    from models.training import loaded

    version = (folder / "version").read_text(encoding="utf-8")
    return loaded(Registry(folder / "home").load("recovery", version))


def largest_gap(rows, odds):
    """Largest distance of a claim's sum of points from what was published of it."""
    code, subjects = pd.factorize(rows["subject_id"])
    told = np.bincount(code, weights=rows["contribution"])
    base = np.zeros(len(subjects))
    base[code] = rows["base_value"]
    published = odds.set_index("claim_id")["p_90"].astype(float)
    return float(np.abs(told + base - published.reindex(subjects).to_numpy()).max())


WORK = dict(zip(STEPS, (invent, import_, train, day, shap), strict=True))


def alone(step, folder, n_claims, seed):
    """One step in a process of its own; what it says, its seconds, its peak of memory."""
    words = [sys.executable, "-m", "benchmarks.scale", "--only", step, "--home", folder]
    words += ["--claims", n_claims, "--seed", seed]
    started = time.perf_counter()
    done = subprocess.run(list(map(str, words)), stdout=subprocess.PIPE, text=True, check=True)
    said = json.loads(done.stdout.strip().splitlines()[-1])
    return {"seconds": round(time.perf_counter() - started, 1), **said}


def page(n_claims, found, *, processor):
    """The figures as a page of the docs: what each step said, and processor seconds of all."""
    from importlib.metadata import version

    rows = [
        f"| {step} | {told['seconds']:.0f} | {told['peak_gib']:.2f} | {_said(told)} |"
        for step, told in found.items()
    ]
    day = found.get("day", {})
    parts = [
        f"| {name.removeprefix('seconds: ')} | {seconds:.0f} |"
        f" {day.get('GiB: ' + name.removeprefix('seconds: '), 0.0):.2f} |"
        for name, seconds in day.items()
        if name.startswith("seconds: ")
    ]
    return PAGE.read_text(encoding="utf-8").format(
        n=n_claims,
        processor=f"{processor:,.0f}",
        claims=f"{n_claims:,}",
        version=version("amiable"),
        most=MOST_GIB,
        shap=MOST_SHAP_SECONDS,
        rows="\n".join(rows),
        parts="\n".join(parts),
    )


def _said(told):
    kept = {
        name: value
        for name, value in told.items()
        if name not in ("seconds", "peak_gib") and not name.startswith(("seconds: ", "GiB: "))
    }
    kept |= {name: value for name, value in told.items() if name == "seconds: SHAP"}
    return ", ".join(
        f"{name} {value:,}" if type(value) is int else f"{name} {value}"
        for name, value in kept.items()
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", default=",".join(STEPS), help="some of them, with commas")
    parser.add_argument("--home", type=Path, help="a folder to keep; else a temporary one")
    parser.add_argument("--to", type=Path, help="folder in which to write scale.md")
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
    seconds = found.get("shap", {}).get("seconds: SHAP", 0.0)
    held = peak <= MOST_GIB and seconds <= MOST_SHAP_SECONDS
    print(json.dumps({"claims": asked.claims, "peak_gib": peak, "held": held, "steps": found}))
    if asked.to:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        told = page(asked.claims, found, processor=used.ru_utime + used.ru_stime)
        (asked.to / "scale.md").write_text(told, encoding="utf-8")
    if not held and asked.claims >= 1_000_000:
        sys.exit(f"Missed: {peak} GiB of {MOST_GIB}, SHAP {seconds} s of {MOST_SHAP_SECONDS}.")


if __name__ == "__main__":
    main()
