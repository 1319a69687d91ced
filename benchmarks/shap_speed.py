"""How fast the batch explainer is beside `shap.TreeExplainer`, and one million claims explained.

Run: uv run python -m benchmarks.shap_speed [--claims 1000000]
Prints one JSON object. Features: 40, a tenth of the values missing; the explained model is a
boosted champion of 200 trees; the surrogate is that of the daily run.
"""

import argparse
import json
import resource
import time
import warnings

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier

from models.explanations import surrogate
from models.explanations.encoding import EXTRA, Encoding
from models.explanations.rows import rows

N_FEATURES, MISSING = 40, 0.1
BESIDE = 3_000


def claims(n, seed):
    """Made-up features that hang together: six factors behind forty columns, half counts."""
    generator = np.random.default_rng(seed)
    loads = np.random.default_rng(1).normal(size=(6, N_FEATURES)) * 0.4
    values = generator.normal(size=(n, 6)) @ loads + generator.normal(size=(n, N_FEATURES))
    values[:, N_FEATURES // 2 :] = np.round(np.exp(values[:, N_FEATURES // 2 :]))
    values[generator.random(values.shape) < MISSING] = np.nan
    frame = pd.DataFrame(values, columns=[f"{EXTRA}{i:02d}" for i in range(N_FEATURES)])
    return frame.assign(claim_id=[f"C{i:08d}" for i in range(n)])


def champion(frame):
    """Boosted trees whose truth has few strong and many weak features and an interaction."""
    values = np.nan_to_num(frame[[c for c in frame if c.startswith(EXTRA)]].to_numpy())
    seen = np.sign(values) * np.log1p(np.abs(values))
    slopes = np.random.default_rng(2).normal(size=N_FEATURES) * 2 / np.arange(1, 41)
    odds = seen @ slopes + 0.5 * seen[:, 0] * seen[:, 1] - 0.5
    paid = np.random.default_rng(3).random(len(frame)) < 1 / (1 + np.exp(-odds))
    trees = HistGradientBoostingClassifier(
        max_iter=200, max_leaf_nodes=15, learning_rate=0.05, early_stopping=False, random_state=0
    )
    return trees.fit(frame.drop(columns="claim_id").to_numpy(), paid)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--claims", type=int, default=1_000_000)
    asked = parser.parse_args()
    trees = champion(claims(60_000, seed=0))
    frame = claims(asked.claims, seed=7)
    matrix = frame.drop(columns="claim_id").to_numpy()
    published = np.concatenate(
        [trees.predict_proba(part)[:, 1] for part in np.array_split(matrix, 20)]
    )
    told = {"claims": asked.claims, "features": N_FEATURES, "missing": MISSING}
    told |= beside_shap(frame, published)
    begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, busy = time.perf_counter(), time.process_time()
    found = surrogate.explain(frame, published)
    told["explain_seconds"] = round(time.perf_counter() - start, 1)
    told["explain_processor_seconds"] = round(time.process_time() - busy, 1)
    start = time.perf_counter()
    parts = {name: found.frame[name].to_numpy() for name in found.frame.columns}
    made = rows(frame, parts, found.base, published)
    told["rows_seconds"] = round(time.perf_counter() - start, 1)
    sums = made.groupby("subject_id", observed=True, sort=False)["contribution"].sum()
    gap = np.abs(sums.to_numpy() + found.base - published).max()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told |= {
        "trees": found.n_trees,
        "fidelity_r2": round(found.fidelity, 4),
        "mean_gap": round(found.mean_gap, 4),
        "rows": len(made),
        "rows_per_claim": round(len(made) / asked.claims, 1),
        "largest_additivity_error": float(gap),
        "memory_added_gib": round((peak - begin) / 2**20, 2),
        "peak_gib": round(peak / 2**20, 2),
    }
    print(json.dumps(told, indent=1))


def beside_shap(frame, published):
    """Rows per second of processor time, batch and reference on one surrogate; their difference.

    Each works in one thread.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import shap
    some, labels = frame.iloc[:100_000], published[:100_000]
    encoding = Encoding.fit(some, labels)
    trees = surrogate.fitted(encoding.matrix(some), labels)
    start = time.process_time()
    found = surrogate.contributions(trees, encoding, some, threads=1)
    mine = np.concatenate([values for _, values in found])
    batch = len(some) / (time.process_time() - start)
    few = encoding.matrix(some.iloc[:BESIDE]).to_numpy()
    explainer = shap.TreeExplainer(trees, feature_perturbation="tree_path_dependent")
    start = time.process_time()
    theirs = explainer.shap_values(few, check_additivity=False)
    reference = BESIDE / (time.process_time() - start)
    return {
        "batch_rows_per_second": round(batch),
        "shap_rows_per_second": round(reference),
        "ratio": round(batch / reference, 1),
        "largest_difference": float(np.abs(mine[:BESIDE] - theirs).max()),
    }


if __name__ == "__main__":
    main()
