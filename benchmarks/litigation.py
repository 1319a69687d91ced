"""What a suit is said to be worth beside the truth: ``uv run python -m benchmarks.litigation``.

Invented suits of several worlds whose outcome laws are known (``simulation.lawsuits``): other
odds, other prices, debtors who cannot pay, histories that agents had picked, a client with four
suits. Says how much of the value of the best possible filings the proposed ones bring, how many of
them are mistakes, how much could be known at best (``benchmarks.litigation_knowable``), whether the
chance of loss is true, how far quantiles are off, and how long 100,000 claims take.
``--to docs`` writes ``litigation_report.md`` and ``.json``; ``--quick`` takes
few suits and one history of each world; ``--speed`` with it measures the time alone anew, and keeps
what the report had of it.
"""

import argparse
import json
import os
import resource
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.litigation_figures import DAY, judged, pooled
from benchmarks.litigation_knowable import knowable
from benchmarks.litigation_page import page
from law.procedures import OUT_OF_COURT

SEEDS, SUITS, CLAIMS = (31, 32, 33, 34), 2000, 100_000
DECILES = ("p10", "p50", "p90")


def main(arguments=None):
    """Judge, measure and print; write the report where asked."""
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--to", type=Path, metavar="FOLDER")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--worlds", help="some worlds, by name, with commas between")
    parser.add_argument("--claims", type=int, default=CLAIMS, help="claims of the speed run")
    parser.add_argument("--speed", action="store_true", help="the time alone, in a report made")
    asked = parser.parse_args(arguments)
    if asked.speed:
        return timed_again(asked.to, asked.claims)
    seeds, suits = (SEEDS[:1], 300) if asked.quick else (SEEDS, SUITS)
    claims = min(asked.claims, 2000) if asked.quick else asked.claims
    speed = fast(claims)
    from simulation.lawsuits import worlds

    names = asked.worlds.split(",") if asked.worlds else list(worlds())
    found = {}
    for name in names:
        found[name] = {"says": worlds()[name]["says"], **beside(name, suits, seeds)}
        print(name, {key: found[name]["own"][key] for key in ("share", "negative", "gap_all")})
    told = {
        "command": "uv run python -m benchmarks.litigation"
        + (" --quick" if asked.quick else "")
        + (f" --to {asked.to}" if asked.to else ""),
        "made_on": date.today().isoformat(),
        "version": version("amiable"),
        "as_of": DAY.isoformat(),
        "suits": suits,
        "seeds": list(seeds),
        "speed": speed,
        "quantiles": exactness(min(suits, 400)),
        "worlds": found,
    }
    if asked.to:
        written(told, asked.to)
    print(json.dumps({"speed": speed, "quantiles": told["quantiles"]}))
    return told


def written(told, folder):
    """The report, as figures and as a page."""
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    (folder / "litigation_report.json").write_text(text, encoding="utf-8")
    (folder / "litigation_report.md").write_text(page(told), encoding="utf-8")


def timed_again(folder, claims):
    """The report of a folder with its time measured anew; the former stays beside it."""
    told = json.loads((folder / "litigation_report.json").read_text(encoding="utf-8"))
    told["speed_before"] = [*told.get("speed_before", []), told["speed"]]
    told["speed"] = fast(claims)
    written(told, folder)
    return told


def weighed(lawsuits, *, with_own=True):
    """The table of courses of the suits of a world."""
    from models import litigation

    frames = dict(lawsuits.frames)
    past, ripe = frames.pop("past"), frames.pop("ripe")
    own = litigation.own_outcomes(past, ripe, as_of=DAY) if with_own else None
    return litigation.compare(**frames, own=own, as_of=DAY)


def beside(world, suits, seeds):
    """Figures of a world over several histories: with the past suits, without, and at best."""
    from simulation.lawsuits import generate

    found = {"own": [], "official": [], "wide": [], "knowable": []}
    for seed in seeds:
        lawsuits = generate(world, n_suits=suits, seed=seed, as_of=DAY)
        table = weighed(lawsuits)
        found["own"].append(judged(lawsuits, table))
        for name, filed in knowable(world, lawsuits, table, seed).items():
            found[name].append(judged(lawsuits, filed))
        found["official"].append(judged(lawsuits, weighed(lawsuits, with_own=False)))
    return {name: pooled(parts) for name, parts in found.items()}


def fast(claims):
    """Seconds and memory of ``mart.litigation`` for so many open claims, one suit each."""
    from simulation.lawsuits import generate

    lawsuits = generate("usual", n_suits=claims, seed=SEEDS[0], as_of=DAY, draws=2, lives=1)
    wall, cpu = time.perf_counter(), time.process_time()
    table = weighed(lawsuits)
    return {
        "busy": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
        "claims": claims,
        "rows": len(table),
        "seconds": round(time.perf_counter() - wall, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
    }


def exactness(suits):
    """How far deciles are off those of 64 times as many scenarios, in parts of the amount.

    Where the distribution jumps, two deciles may differ by the whole of the jump: a decile is
    off by its distance to those half a point of probability below and above.
    """
    from models.litigation.compare import assumptions
    from simulation.lawsuits import generate

    lawsuits = generate("usual", n_suits=suits, seed=SEEDS[0], as_of=DAY, draws=2, lives=1)
    by = assumptions()
    kept = {name: by[name] for name in ("scenarios", "fewer_scenarios")}
    first, again = weighed(lawsuits), weighed(lawsuits)
    try:
        by.update({name: each * 64 for name, each in kept.items()})
        below, above = (shifted(lawsuits, by_) for by_ in (-0.005, 0.005))
    finally:
        by.update(kept)
    in_court = ~first["course"].isin(OUT_OF_COURT) & first["admissible"]
    amount = first.loc[in_court, "suit_amount"].to_numpy(dtype=float)[:, None]
    said, low, high = (
        each.loc[in_court, list(DECILES)].to_numpy(dtype=float) for each in (first, below, above)
    )
    off = (np.maximum(np.maximum(low - said, said - high), 0) / amount).ravel()
    return {
        "deciles": len(off),
        "mean": round(float(off.mean()), 5),
        "within_1_percent": round(float((off <= 0.01).mean()), 4),
        "worst": round(float(off.max()), 4),
        "same_twice": bool(first.equals(again)),
    }


def shifted(lawsuits, by):
    """The table with its deciles a little further down or up."""
    from models.litigation import spread

    usual = spread.DECILES
    try:
        spread.DECILES = tuple(each + by for each in usual)
        return weighed(lawsuits)
    finally:
        spread.DECILES = usual


if __name__ == "__main__":
    main()
