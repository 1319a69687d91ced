"""A million debtors profiled with evidence: ``uv run python -m benchmarks.profiles_scale``.

Makes a book (a tenth drawn, the rest copies under other names, every second text told apart
by a number), learns a model on a part of it, then scores and writes all of it in its own process:
signals, words, belief, word, question, evidence, contributions. Prints seconds (by the clock and of
processor time), peak memory, and how busy the machine was before (mean length of its queue);
bounds at a million debtors on two cores: 180 seconds by the clock and 6 GiB.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.profile_worlds import DAY, book
from data_schema import tables
from models.profile.model import ProfileModel, fit
from models.profile.rules import rules
from models.profile.scoring import score
from models.profile.signals import observe
from pipelines import build

MOST_SECONDS, MOST_GIB = 180.0, 6.0
COPIES = 10
_DAYS = sorted({signal.dated for signal in rules().signals if signal.dated})
_FRAMES = ("facts", "reactions", "texts")


def invent(folder, n):
    """The three frames as Parquet files, and a model as JSON."""
    facts, reactions, texts, truth = book("plain", n=n // COPIES, seed=1)
    facts = facts.assign(**dict.fromkeys(_DAYS, pd.Timestamp(DAY) - pd.Timedelta(days=40)))
    some = facts.head(3_000)
    labels = np.where(np.arange(len(some)) < 300, truth[: len(some)], -1)
    model, _ = fit(observe(some, reactions, texts, as_of=DAY), some, labels)
    (folder / "model.json").write_text(json.dumps(model.parts()), encoding="utf-8")
    for name, frame in zip(_FRAMES, (facts, reactions, texts), strict=True):
        parts = [frame.assign(debtor_id=frame["debtor_id"] + f"-{i}") for i in range(COPIES)]
        whole = pd.concat(parts, ignore_index=True)
        if name == "texts":
            apart = np.where(np.arange(len(whole)) % 2, " " + whole.index.astype(str), "")
            whole["words"] = whole["words"] + apart
        whole.to_parquet(folder / f"{name}.parquet")


def profiled(folder):
    """Seconds of scoring and of writing, rows, and the peak of this process."""
    facts, reactions, texts = (pd.read_parquet(folder / f"{name}.parquet") for name in _FRAMES)
    model = ProfileModel.from_parts(json.loads((folder / "model.json").read_text("utf-8")))
    load = os.getloadavg()[0]
    nothing = pd.DataFrame(columns=["entry_id", "at", "kind", "debtor_id", "question", "answer"])
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    profiles, why = score(facts, reactions, texts, nothing, as_of=DAY, model=model)
    scored = time.perf_counter() - started
    started = time.perf_counter()
    con = build.connect(folder / "scratch.duckdb")
    for name, frame in (("profiles", profiles), ("explanations", why)):
        columns = {c.name: c.sql_type for c in tables("out")[name].columns if c.name != "as_of"}
        build.put(con, f"scores.{name}", columns, frame)
    con.close()
    written = time.perf_counter() - started
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "debtors": len(profiles),
        "with_evidence": int(profiles["evidence"].list.len().gt(0).sum()),
        "texts": len(texts),
        "distinct_texts": int(texts["words"].nunique()),
        "explanations": len(why),
        "seconds_scoring": round(scored, 1),
        "seconds_writing": round(written, 1),
        "cpu_user": round(usage.ru_utime - before.ru_utime, 1),
        "cpu_system": round(usage.ru_stime - before.ru_stime, 1),
        "load_before": round(load, 1),
        "peak_gib": round(usage.ru_maxrss / 2**20, 2),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--debtors", type=int, default=1_000_000)
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--only", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.make:
        invent(asked.make, asked.debtors)
        return
    if asked.only:
        print(json.dumps(profiled(asked.only)))
        return
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "benchmarks.profiles_scale"]
        subprocess.run([*words, "--debtors", str(asked.debtors), "--make", folder], check=True)
        done = subprocess.run(
            [*words, "--only", folder], stdout=subprocess.PIPE, text=True, check=True
        )
    told = json.loads(done.stdout.strip().splitlines()[-1])
    seconds = told["seconds_scoring"] + told["seconds_writing"]
    told["held"] = seconds <= MOST_SECONDS and told["peak_gib"] <= MOST_GIB
    print(json.dumps(told))
    if not told["held"] and asked.debtors >= 1_000_000:
        sys.exit(f"Bounds missed: {seconds:.0f} s of {MOST_SECONDS}, {told['peak_gib']} GiB.")


if __name__ == "__main__":
    main()
