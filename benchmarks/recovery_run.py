"""One invented world through the public road: import, train, run; then judged beside its truth.

``python -m benchmarks.recovery_run WORLD SEED CLAIMS DRAWS FOLDER`` writes FOLDER/claims.parquet
and prints one line of JSON. A process of its own, so that its peak of memory is its own.
"""

import hashlib
import json
import resource
import sys
import time
from datetime import date, datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from scipy.stats import norm

from amiable.home import Home
from amiable.imports import import_sources
from amiable.learning import train
from amiable.logs import Steps
from amiable.runs import run_day
from benchmarks.recovery_figures import HORIZONS, KINDS
from models.recovery.prior import prior
from models.registry import Registry
from models.training import loaded
from models.verdict import failed
from simulation import payers
from simulation.generator import write

DAY = date(2026, 11, 22)
GROUP, FEWEST_GROUPS = 200, 60


def invented(world, seed, n_claims, draws):
    """The portfolio of a world of payers, or of the invented ledger's worlds."""
    if world in payers.RECIPES:
        return payers.generate(world, n_claims=n_claims, seed=seed, as_of=DAY, draws=draws)
    from simulation import truth

    return truth.known(n_claims=n_claims, seed=seed, as_of=DAY, world=world, draws=draws)


def digest(folder):
    """Of every file of a ledger, in order."""
    total = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        total.update(file.name.encode())
        total.update(file.read_bytes())
    return total.hexdigest()


def travelled(portfolio, folder, seed, n_claims):
    """The road, and what it leaves: report of the training, the model, frames, seconds."""
    write(portfolio, folder)
    home = Home.at(folder / "home", make=True)
    home.mark_demo(seed=seed, claims=n_claims)
    steps, started = Steps(), time.perf_counter()
    import_sources(
        home,
        [folder / "ledger"],
        imported_at=datetime(2026, 11, 22),
        source_format="canonical",
        strict=True,
    )
    seconds = {"import": time.perf_counter() - started}
    started = time.perf_counter()
    report = train(home, DAY, steps=steps)
    seconds["train"] = time.perf_counter() - started
    started = time.perf_counter()
    record = run_day(home, DAY, started_at=datetime(2026, 11, 22, 6), steps=steps)
    seconds["run"] = time.perf_counter() - started
    con = duckdb.connect(str(home.warehouse), read_only=True)
    features = con.sql("select * from features.claim_features order by claim_id").df()
    extras = con.sql("select * from features.claim_extras").df()
    published = con.sql("select * from mart.recovery order by claim_id").df()
    con.close()
    kept = None
    if report.version is not None:
        kept = Registry(home.path, home.settings.mlflow_tracking_uri).load(
            "recovery", report.version
        )
    return report, record, loaded(kept), features, extras, published, seconds


def table(portfolio, features, scored):
    """One row per claim: truth, model, prior, and what was lived; see ``recovery_figures``."""
    recovery, lived = portfolio.truth["recovery"], portfolio.truth["realised"]
    rows = recovery[["claim_id", "debtor_id", "open_amount"]].copy()
    for name, frame in (("truth", recovery), ("model", scored), ("prior", prior(features))):
        by_claim = frame.set_index("claim_id")
        for kind in KINDS:
            for horizon in HORIZONS:
                chance = by_claim[f"{kind}_{horizon}"]
                rows[f"{name}_{kind}_{horizon}"] = rows["claim_id"].map(chance)
    by_claim = scored.set_index("claim_id")
    for name, column in (("expected", "expected_recovered"), ("low", "low"), ("high", "high")):
        rows[name] = rows["claim_id"].map(by_claim[column].astype(float))
    for name, column in (
        ("truth_cash", "expected_cash"), ("truth_low", "cash_05"), ("truth_high", "cash_95"),
    ):  # fmt: skip
        rows[name] = recovery[column]
    for column in ("days_to_full", "days_to_any", "cash_365"):
        rows[column] = lived[column]
    futures = portfolio.truth["futures"].drop(columns="claim_id").to_numpy() / 100
    low, high = rows["low"].to_numpy()[:, None], rows["high"].to_numpy()[:, None]
    rows["covered"] = ((futures >= low - 0.01) & (futures <= high + 0.01)).mean(axis=1)
    claims = portfolio.tables["claims"].set_index("claim_id")
    issued = rows["claim_id"].map(claims["issued_on"])
    rows["fresh"] = issued > pd.Timestamp(DAY) - pd.Timedelta(days=7)
    usable = rows["model_p_90"].notna() & rows["expected"].notna()
    return rows[usable], futures[usable.to_numpy()]


def naive(portfolio):
    """Share of the older claims with a payment so far, in full or any: the label to avoid."""
    claims, payments = portfolio.tables["claims"], portfolio.tables["payments"]
    old = claims[claims["issued_on"] <= pd.Timestamp(DAY) - pd.Timedelta(days=7)]
    money = payments[~payments["method"].isin(["credit_note", "write_off"])]
    paid = old["claim_id"].map(money.groupby("claim_id")["amount"].sum()).fillna(0)
    return {
        "p": float((paid >= old["amount"] - 0.005).mean()),
        "p_any": float((paid > 0).mean()),
    }


def sums(model, features, scored, rows, futures):
    """Coverage of the 90 % intervals of sums over random groups of 200 claims."""
    from models.recovery.portfolio import group_intervals

    place = features.reset_index(drop=True).index[features["claim_id"].isin(rows["claim_id"])]
    mine, said = features.loc[place], scored.loc[place]
    order = rows["claim_id"].to_numpy()
    if len(order) < GROUP:
        return None
    at = pd.Series(np.arange(len(order)), index=order)
    rng = np.random.default_rng(0)
    covered, lived, bias, n = [], [], [], 0
    cash = rows["cash_365"].to_numpy()
    while n < FEWEST_GROUPS:
        shuffled = rng.permutation(len(mine))[: len(mine) // GROUP * GROUP]
        label = np.repeat(np.arange(len(shuffled) // GROUP), GROUP)
        part = mine.iloc[shuffled].reset_index(drop=True)
        of_part = said.iloc[shuffled].reset_index(drop=True)
        groups = pd.Series([f"g{number:04d}" for number in label])
        found = group_intervals(model, part, of_part, groups).set_index("group")
        for number, name in enumerate(sorted(groups.unique())):
            who = at[part["claim_id"].to_numpy()[label == number]].to_numpy()
            total, actual = futures[who].sum(axis=0), cash[who].sum()
            low, high = float(found.at[name, "low"]), float(found.at[name, "high"])
            covered.append(np.mean((total >= low) & (total <= high)))
            lived.append(low <= actual <= high)
            bias.append(float(found.at[name, "expected"]) / total.mean())
            n += 1
    return {
        "coverage": float(np.mean(covered)),
        "coverage_lived": float(np.mean(lived)),
        "expected_over_truth": float(np.mean(bias)),
        "groups": float(n),
    }


def by_week(model, features, scored, portfolio):
    """Thirteen weeks of portfolio cash: error of the forecast and coverage."""
    from models.recovery.portfolio import weekly_cash

    said = weekly_cash(model, features, scored, weeks=13, as_of=DAY)
    true = portfolio.truth["weeks"].head(13)
    forecast, low, high = (said[name].to_numpy(dtype=float) for name in ("expected", "low", "high"))
    expected, lived = true["expected"].to_numpy(), true["realised"].to_numpy()
    # Sums of many claims: the true week is nearly normal, its 90 % interval 3.29 deviations wide.
    spread = np.maximum((true["high"] - true["low"]).to_numpy() / 3.29, 0.01)
    covered = norm.cdf((high - expected) / spread) - norm.cdf((low - expected) / spread)
    return {
        "error_to_truth": float(np.abs(forecast - expected).sum() / expected.sum()),
        "error_to_lived": float(np.abs(forecast - lived).sum() / lived.sum()),
        "error_of_truth_to_lived": float(np.abs(expected - lived).sum() / lived.sum()),
        "total_over_truth": float(forecast.sum() / expected.sum()),
        "coverage": float(covered.mean()),
        "coverage_lived": float(((lived >= low) & (lived <= high)).mean()),
    }


def tried(work, *values):
    """None while the model has no portfolio of its own yet."""
    try:
        return work(*values)
    except ImportError:
        return None


def main(world, seed, n_claims, draws, folder):
    started = time.perf_counter()
    portfolio = invented(world, seed, n_claims, draws)
    seconds = {"invent": time.perf_counter() - started}
    report, record, model, features, extras, published, spent = travelled(
        portfolio, folder, seed, n_claims
    )
    # A model that its gates refused is judged all the same, and said to be refused.
    scored = published if model is None else model.predict(features, extras)
    if report.promoted:
        gap = (scored["p_90"] - published["p_90"].astype(float)).abs().max()
        assert gap < 1e-6, f"published and predicted p_90 differ by {gap}"
    rows, futures = table(portfolio, features, scored)
    rows.assign(seed=seed, world=world).to_parquet(folder / "claims.parquet")
    return {
        "world": world,
        "seed": seed,
        "claims": n_claims,
        "draws": draws,
        "ledger_sha256": digest(folder / "ledger"),
        "open": len(rows),
        "engine": "prior" if model is None else str(getattr(model, "engine_", "line per horizon")),
        "promoted": report.promoted,
        "failed_gates": sorted(failed(report.gates)),
        "reasons": list(report.reasons),
        "refused_columns": list(report.refused_columns),
        "naive": naive(portfolio),
        "sums": tried(sums, model, features, scored, rows, futures) if model else None,
        "weeks": tried(by_week, model, features, scored, portfolio) if model else None,
        "seconds": {
            **{key: round(value, 1) for key, value in {**seconds, **spent}.items()},
            "total": round(time.perf_counter() - started, 1),
        },
        "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "published": record.rows["recovery"],
    }


if __name__ == "__main__":
    given = sys.argv[1:]
    told = main(given[0], int(given[1]), int(given[2]), int(given[3]), Path(given[4]))
    print(json.dumps(told))
