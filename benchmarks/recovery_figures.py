"""Figures of a recovery forecast beside the truth of an invented world.

``claims`` is one row per open claim: debtor_id, seed, open_amount, fresh, for each kind ``p`` and
``p_any`` and horizon the columns ``<source>_<kind>_<horizon>`` of the sources ``truth`` (share of
the true futures), ``model`` and ``prior``, days_to_full, days_to_any, cash_365 (what was lived),
expected, low, high (the model's cash) and covered (share of the futures within low and high).
"""

import numpy as np
import pandas as pd
from scipy.special import expit, logit

HORIZONS = (30, 60, 90, 180, 365)
KINDS = {"p": "days_to_full", "p_any": "days_to_any"}
_FLOOR = 1e-5


def briers(claims, kind, horizon, draws):
    """Brier scores of model, truth, base rate and prior, expected over the true futures.

    With y drawn from the truth π, E(p − y)² = (p − π)² + π(1 − π): no luck of one year in it. The
    base rate knows the true mean of each seed, so that beating it takes discrimination.
    """
    truth = claims[f"truth_{kind}_{horizon}"].to_numpy()
    noise = truth * (1 - truth)
    base = claims.groupby("seed")[f"truth_{kind}_{horizon}"].transform("mean").to_numpy()
    found = {
        name: float(np.mean((claims[f"{name}_{kind}_{horizon}"].to_numpy() - truth) ** 2 + noise))
        for name in ("model", "prior")
    }
    found["base"] = float(np.mean((base - truth) ** 2 + noise))
    # A share of R draws has π(1 − π)(1 − 1/R) on average.
    found["truth"] = float(np.mean(noise) * draws / max(draws - 1, 1))
    happened = (claims[KINDS[kind]] <= horizon).to_numpy(dtype=float)
    for name in ("model", "truth", "prior"):
        chance = claims[f"{name}_{kind}_{horizon}"].to_numpy()
        found[f"{name}_lived"] = float(np.mean((chance - happened) ** 2))
    best = found["base"] - found["truth"]
    found["skill_of_truth"] = best / found["base"] if found["base"] else float("nan")
    for name in ("model", "prior"):
        found[f"{name}_share"] = (found["base"] - found[name]) / best if best > 0 else float("nan")
    return found


def calibration(claims, kind, horizon):
    """Slope in log-odds and observed over expected of the model, with 95 % intervals by debtor.

    ``slope`` and ``oe`` are against the true futures, free of the luck of one year; ``*_lived``
    and their intervals against what was lived.
    """
    chance = np.clip(claims[f"model_{kind}_{horizon}"].to_numpy(), _FLOOR, 1 - _FLOOR)
    truth = claims[f"truth_{kind}_{horizon}"].to_numpy()
    lived = (claims[KINDS[kind]] <= horizon).to_numpy(dtype=float)
    group = pd.factorize(claims["seed"].astype(str) + claims["debtor_id"])[0]
    slope, _ = _slope(truth, chance, group)
    lived_slope, error = _slope(lived, chance, group)
    ratio = lived.sum() / chance.sum()
    spread = np.sqrt(np.sum(np.bincount(group, lived - ratio * chance) ** 2)) / chance.sum()
    return {
        "slope": slope,
        "oe": float(truth.sum() / chance.sum()),
        "slope_lived": lived_slope,
        "slope_low": lived_slope - 1.96 * error,
        "slope_high": lived_slope + 1.96 * error,
        "oe_lived": float(ratio),
        "oe_low": float(ratio - 1.96 * spread),
        "oe_high": float(ratio + 1.96 * spread),
    }


def _slope(outcome, chance, group):
    """Logistic slope of outcomes (0 to 1) on log-odds; its standard error, debtors whole."""
    x = np.column_stack([np.ones(len(chance)), logit(chance)])
    theta = np.array([0.0, 1.0])
    hessian = np.eye(2)
    for _ in range(30):
        fitted = expit(x @ theta)
        hessian = (x * (fitted * (1 - fitted))[:, None]).T @ x + 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, x.T @ (outcome - fitted))
        theta = theta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    score = x * (outcome - expit(x @ theta))[:, None]
    by_group = np.column_stack([np.bincount(group, score[:, i]) for i in (0, 1)])
    inverse = np.linalg.inv(hessian)
    variance = inverse @ (by_group.T @ by_group) @ inverse
    return float(theta[1]), float(np.sqrt(variance[1, 1]))


def cash(claims):
    """Per-claim coverage of the 90 % intervals, lived and over the futures; cash over expected."""
    lived = claims["cash_365"]
    inside = (lived >= claims["low"] - 0.01) & (lived <= claims["high"] + 0.01)
    return {
        "coverage": float(claims["covered"].mean()),
        "coverage_lived": float(inside.mean()),
        "cash_truth_over_expected": float(claims["truth_cash"].sum() / claims["expected"].sum()),
        "cash_lived_over_expected": float(lived.sum() / claims["expected"].sum()),
        "mean_width": float((claims["high"] - claims["low"]).sum() / claims["open_amount"].sum()),
        "mean_width_truth": float(
            (claims["truth_high"] - claims["truth_low"]).sum() / claims["open_amount"].sum()
        ),
    }


def fresh(claims, naive):
    """Mean forecast for claims of the last week, over the truth; beside a paid-so-far label."""
    new = claims[claims["fresh"]]
    found = {}
    for kind in KINDS:
        truth = new[f"truth_{kind}_365"].mean()
        found[f"{kind}_truth"] = float(truth)
        found[f"{kind}_model_over_truth"] = float(new[f"model_{kind}_365"].mean() / truth)
        found[f"{kind}_naive_over_truth"] = float(np.mean([run[kind] for run in naive]) / truth)
    by_seed = new.groupby("seed")[["model_p_any_365", "truth_p_any_365"]].mean()
    ratios = by_seed["model_p_any_365"] / by_seed["truth_p_any_365"]
    return {**found, "n": len(new), "by_seed": [float(ratio) for ratio in ratios]}


def judged(claims, runs):
    """Every figure of one world, its seeds pooled."""
    draws = runs[0]["draws"]
    found = {"n_claims": len(claims), "briers": {}, "calibration": {}}
    for kind in KINDS:
        for horizon in HORIZONS:
            key = f"{kind}_{horizon}"
            found["briers"][key] = briers(claims, kind, horizon, draws)
            found["calibration"][key] = calibration(claims, kind, horizon)
    found["cash"] = cash(claims)
    if claims["fresh"].mean() > 0.1:
        found["fresh"] = fresh(claims, [run["naive"] for run in runs])
    for name in ("sums", "weeks"):
        parts = [run[name] for run in runs if run.get(name)]
        if parts:
            found[name] = {key: float(np.mean([part[key] for part in parts])) for key in parts[0]}
            found[name]["by_seed"] = [part["coverage"] for part in parts]
    return found
