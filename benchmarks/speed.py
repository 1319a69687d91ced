"""How fast, as ratios in one run: ``uv run python -m benchmarks.speed [--claims N]``.

Each line sets what a run does beside the bare kernel it rests on, or beside the plain pandas and
shap that one would write without it, on the same invented portfolio and in the same process.
Ratios below 1 mean that ours is faster. Nothing here is a test: machines differ.
"""

import argparse
import tempfile
import time
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import shap
from scipy.special import expit

from amiable.home import Home
from amiable.imports import import_sources
from amiable.learning import train
from amiable.logs import Steps
from amiable.runs import door_rows
from models import explain, recovery
from models.registry import Registry
from models.training import loaded
from pipelines import build
from simulation.generator import generate, write

DAY = date(2026, 11, 20)
ROUNDS = 5


def seconds(work):
    """The best of some rounds: what the machine can do when nothing else disturbs it."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def balances_by_pandas(folder):
    claims = pd.read_csv(folder / "claims.csv", parse_dates=["issued_on", "due_on"])
    payments = pd.read_csv(folder / "payments.csv", parse_dates=["paid_on"])
    payments = payments[payments["paid_on"] <= pd.Timestamp(DAY)]
    paid = payments.groupby("claim_id")["amount"].sum()
    claims["open"] = claims["amount"] - claims["claim_id"].map(paid).fillna(0)
    claims["late"] = (pd.Timestamp(DAY) - claims["due_on"]).dt.days
    settled = payments.groupby("claim_id")["paid_on"].max()
    claims["delay"] = (claims["claim_id"].map(settled) - claims["due_on"]).dt.days
    by_debtor = claims.groupby("debtor_id").agg(
        mean_delay=("delay", "mean"), n_open=("open", lambda part: (part > 0).sum())
    )
    return claims[claims["open"] > 0].join(by_debtor, on="debtor_id")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=20_000)
    wanted = parser.parse_args().claims
    with tempfile.TemporaryDirectory() as folder:
        home = Home.at(Path(folder) / "home", make=True)
        home.mark_demo(seed=7, claims=wanted)
        write(generate(n_claims=wanted, seed=7, as_of=DAY), Path(folder))
        ledger = Path(folder) / "ledger"
        import_sources(home, [ledger], imported_at=datetime(2026, 11, 20))
        train(home, DAY, steps=Steps())
        report(home, ledger)


def report(home, ledger):
    rows = door_rows(home, DAY)

    def features():
        con = build.connect(None, home.store)
        for name, (columns, values) in rows.items():
            build.put(con, name, columns, values)
        build.build(con, ["features.claim_features", "features.claim_extras"], as_of=DAY)
        return con

    con = features()
    frame, extras = (build.frame(con, f"features.claim_{name}") for name in ("features", "extras"))
    model = loaded(Registry(home.path).champion("recovery", DAY))
    if model is None:
        raise SystemExit("No model passed its gates on this portfolio: take more --claims.")
    published = recovery.score(model, frame, extras)
    matrix = model.design_.matrix(model.extras_.join(frame, extras))
    weights = np.random.default_rng(0).normal(size=matrix.shape[1])
    linear = shap.LinearExplainer((weights, 0.0), matrix)

    lines = [
        ("features by SQL, exact cents, as of a day / balances and delays alone by pandas",
         seconds(features), seconds(lambda: balances_by_pandas(ledger))),
        ("score at ten horizons with intervals / one bare matrix product and sigmoid each",
         seconds(lambda: recovery.score(model, frame, extras)),
         10 * seconds(lambda: expit(matrix @ weights))),
        ("explain p_90 of every claim, adding up / shap.LinearExplainer, log-odds only",
         seconds(lambda: explain.explain_recovery(model, frame, extras, published)),
         seconds(lambda: linear.shap_values(matrix))),
    ]  # fmt: skip
    print(f"{len(frame):,} open claims, best of {ROUNDS}")
    for what, ours, other in lines:
        print(f"{what}: {ours:.3f} s / {other:.3f} s = {ours / other:.1f}")


if __name__ == "__main__":
    main()
