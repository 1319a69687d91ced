"""A day of 50,000 contacts with 17 actions each: ``uv run python -m benchmarks.allocation``.

Fills the minutes of teams of several sizes with `models.strategy.allocation.fill` and shows
seconds, and the plan beside the bound that no plan exceeds. Bounds: 2 seconds, 99 % of the bound.
"""

import argparse
import json
import sys
import time

import numpy as np

from models.strategy.allocation import Options, fill, prices

MOST_SECONDS, LEAST_SHARE = 2.0, 0.99


def invented(n_groups, n_actions, seed):
    """Contacts whose actions take 1 to 45 minutes and bring more the longer they are, roughly."""
    rng = np.random.default_rng(seed)
    shape = (n_groups, n_actions)
    minutes = rng.choice([1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 45], shape).astype(float)
    worth = np.exp(rng.normal(2.5, 1.3, (n_groups, 1))) * rng.uniform(0.2, 1.2, shape)
    gain = worth * minutes**0.4 - rng.choice([0.0, 0.1, 1.6, 6.5], shape)
    group = np.repeat(np.arange(n_groups), n_actions)
    return Options(group, gain.ravel(), minutes.ravel())


def measured(options, agents):
    """One plan for a team working 360 minutes each."""
    began, busy = time.perf_counter(), time.process_time()
    plan = fill(options, 360.0 * agents)
    found = {
        "agents": agents,
        "seconds": round(time.perf_counter() - began, 2),
        "processor seconds": round(time.process_time() - busy, 2),
        "contacts": int(plan.taken.sum()),
        "gain": round(plan.gain),
        "share of the bound": round(plan.gain / plan.bound, 6),
        "proved best": plan.is_exact,
        "EUR a minute": round(plan.price, 2),
    }
    began = time.perf_counter()
    kinds = np.zeros(int(options.group.max()) + 1, dtype=int)
    everybody = np.ones((1, agents), dtype=bool)
    prices(options, kinds, everybody, np.full(agents, 360.0))
    return found | {"seconds: prices by sub-gradient": round(time.perf_counter() - began, 2)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=50_000)
    parser.add_argument("--actions", type=int, default=17)
    parser.add_argument("--agents", default="1,10,100", help="sizes of the team, with commas")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    options = invented(asked.claims, asked.actions, asked.seed)
    for agents in map(int, asked.agents.split(",")):
        found = measured(options, agents)
        print(json.dumps(found))
        slow = found["processor seconds"] > MOST_SECONDS
        if slow or found["share of the bound"] < LEAST_SHARE:
            sys.exit("Missed.")


if __name__ == "__main__":
    main()
