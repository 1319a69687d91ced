"""Policies played for a year beside an oracle: ``uv run python -m benchmarks.policy``.

Plays no action, three orders of the plain ladder, the product through its own commands, and an
oracle on invented worlds (``simulation.play``), and says what each brought beyond no action, with
which minutes, and whether conduct was kept. ``--to docs`` writes ``policy_report.md`` and
``.json``; ``--cache FOLDER`` keeps every play as it ends, so that a run that was stopped goes on
where it was; ``--quick`` takes eight weeks of small worlds.
"""

import argparse
import json
import os
import tempfile
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

from amiable.playing import POLICIES, play_one
from benchmarks.policy_page import page
from simulation.play import worlds
from simulation.play.scoring import scored

CLAIMS, WEEKS, SEEDS = 1500, 52, (1, 2)
#: A tiny client is tiny.
SMALL = {"tiny_client": 150}


def main(arguments=None):
    """Play what was not played yet, print, and write the report where asked."""
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--to", type=Path, metavar="FOLDER")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="plays kept and taken up")
    parser.add_argument("--kept", action="store_true", help="tell only what the cache holds")
    parser.add_argument("--worlds", default=",".join(worlds.names()))
    parser.add_argument("--policies", default=",".join(POLICIES))
    parser.add_argument("--seeds", default=",".join(map(str, SEEDS)))
    parser.add_argument("--claims", type=int, default=CLAIMS)
    parser.add_argument("--weeks", type=int, default=WEEKS)
    parser.add_argument("--remark", default="", help="what to say of the plays that were kept")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args(arguments)
    weeks = min(asked.weeks, 8) if asked.quick else asked.weeks
    claims = min(asked.claims, 400) if asked.quick else asked.claims
    seeds = [int(each) for each in asked.seeds.split(",")][: 1 if asked.quick else None]
    names = asked.worlds.split(",")
    policies = [each for each in POLICIES if each in asked.policies.split(",")]
    plays = []
    for seed in seeds:
        for name in names:
            size = min(claims, SMALL.get(name, claims))
            # Luck weighs most where there is least to average it over.
            alike = [seed, seed + 100, seed + 200] if name in SMALL and not asked.quick else [seed]
            for each in alike:
                plays += played(name, each, size, weeks, policies, asked.cache, asked.kept)
    told = {
        "command": f"uv run python -m benchmarks.policy --seeds {asked.seeds}"
        + (f" --to {asked.to}" if asked.to else ""),
        "made_on": date.today().isoformat(),
        "version": version("amiable"),
        "weeks": weeks,
        "seeds": seeds,
        "remark": asked.remark,
        "says": {name: worlds.load(name)["says"] for name in names},
        "plays": plays,
    }
    if asked.to:
        text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
        (asked.to / "policy_report.json").write_text(text, encoding="utf-8")
        (asked.to / "policy_report.md").write_text(page(told), encoding="utf-8")
    return told


def played(world, seed, claims, weeks, policies, cache, kept_only=False):
    """Every policy on one world and seed, as plain values; kept plays are read back."""
    nobody, found = None, []
    for policy in dict.fromkeys(["none", *policies]):
        kept = None
        if cache is not None:
            cache.mkdir(parents=True, exist_ok=True)
            kept = cache / f"{world}-{claims}-{weeks}-{seed}-{policy}.json"
        if kept is not None and kept.exists():
            found.append(json.loads(kept.read_text(encoding="utf-8")))
            continue
        if kept_only:
            continue
        if nobody is None:
            nobody = lived("none", world, seed, claims, weeks)[0]
        started, cpu = time.perf_counter(), time.process_time()
        here, beside = (nobody, {}) if policy == "none" else lived(
            policy, world, seed, claims, weeks
        )  # fmt: skip
        row = scored(here, policy, nobody, **beside).told()
        row["played_in"] = round(time.perf_counter() - started, 1)
        row["cpu_seconds"] = round(time.process_time() - cpu, 1)
        row["busy"] = round(os.getloadavg()[0], 1)
        if kept is not None:
            kept.write_text(json.dumps(row) + "\n", encoding="utf-8")
        print(world, seed, policy, {key: row[key] for key in ("worth", "minutes", "contacts")},
              row["violations"], flush=True)  # fmt: skip
        found.append(row)
    return found


def lived(policy, world, seed, claims, weeks):
    """The world after a policy was played on it."""
    with tempfile.TemporaryDirectory(prefix="amiable-policy-") as folder:
        return play_one(
            world, policy, seed=seed, claims=claims, weeks=weeks, minutes=None,
            folder=Path(folder) / "home",
        )  # fmt: skip


if __name__ == "__main__":
    main()
