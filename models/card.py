"""What is kept beside a model: a card for people, and the figures that a screen draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from models import metrics as measure
from models.backtest import FEWEST_TESTS, Backtest
from models.recovery.cash import HORIZONS
from models.recovery.model import RecoveryModel, score
from models.segments import SEGMENTS
from models.verdict import Gate, cell, gate_table
from models.watch import newest_days, profile

_LIMITS = (
    "Probability of payment under amicable treatment as in this creditor's history: it does not"
    " say what an action would change.",
    "One creditor's history says little about another's.",
    "A policy of writing off, or of suing, colours what was learnt.",
)


def card(
    model: RecoveryModel,
    past: Backtest,
    found: Mapping[str, float],
    gates: Mapping[str, Gate],
    params: Mapping[str, Any],
    refused: Mapping[str, str],
) -> str:
    """What a person should know of a version before trusting it, in Markdown."""
    lines = [
        "# Recovery",
        "",
        f"Learnt from {model.n_rows_} rows (claim, day) known by {params['known_by']}. "
        "Probability that an open claim is paid within 30 to 365 days, and the cash expected.",
        "",
        *gate_table(gates),
    ]
    lines += ["", "## Calibration at 90 days", "", "| forecast | observed | rows |"]
    lines += ["| --- | --- | --- |"]
    for row in calibration(past.rows).get("90", []):
        lines.append(f"| {row['forecast']:.1%} | {row['observed']:.1%} | {row['n']} |")
    lines += ["", "## Segments", "", "| segment | rows | forecast | observed |"]
    lines += ["| --- | --- | --- | --- |"]
    for row in by_segment(past.rows):
        shown = f"{row['forecast']:.1%} | {row['observed']:.1%}"
        lines.append(f"| {cell(row['segment'])} | {row['n']} | {shown} |")
    lines += ["", "## Metrics", "", "| metric | value |", "| --- | --- |"]
    lines += [f"| {name} | {value:.4g} |" for name, value in sorted(found.items())]
    lines += ["", "## Data and settings", "", "| parameter | value |", "| --- | --- |"]
    lines += [f"| {name} | {cell(value)} |" for name, value in params.items()]
    lines += ["", "## Columns refused", ""]
    lines += [f"- {cell(name)}: {cell(why)}" for name, why in refused.items()] or ["None."]
    lines += ["", "## Limits", "", *[f"- {limit}" for limit in (*_LIMITS, *model.reasons_)]]
    return "\n".join(lines) + "\n"


def records(
    model: RecoveryModel,
    past: Backtest,
    gates: Mapping[str, Gate],
    features: pd.DataFrame,
    extras: pd.DataFrame,
    outcomes: pd.DataFrame,
    refused: Mapping[str, str],
) -> dict[str, Any]:
    """Plain data by file name: gates, calibration, segments, curves, profile, refused."""
    return {
        "gates": {name: gate.told() for name, gate in gates.items()},
        "calibration": calibration(past.rows),
        "segments": by_segment(past.rows),
        "payment_curve": payment_curve(features, outcomes),
        "profile": training_profile(model, features, extras),
        "refused": dict(refused),
    }


def training_profile(
    model: RecoveryModel, features: pd.DataFrame, extras: pd.DataFrame
) -> dict[str, Any]:
    """Bin edges and shares of the newest days' claims, for :mod:`models.watch`."""
    kept = newest_days(features)
    rows = features[kept].reset_index(drop=True).assign(day=lambda t: pd.to_datetime(t["day"]))
    free = extras.assign(day=pd.to_datetime(extras["day"])) if len(extras) else extras
    return profile(model.joined(rows, free), score(model, rows, free))


def calibration(rows: pd.DataFrame) -> dict[str, list[dict[str, float]]]:
    """Forecast, observed and n in ten bins, by horizon that can be judged."""
    found: dict[str, list[dict[str, float]]] = {}
    if rows.empty:
        return found
    for horizon in HORIZONS:
        happened = rows[f"full_{horizon}"].to_numpy(dtype=float)
        known = ~np.isnan(happened)
        if known.sum() >= FEWEST_TESTS:
            chance = rows.loc[known, f"p_{horizon}"].to_numpy(dtype=float)
            bins = measure.calibration_bins(happened[known], chance)
            found[str(horizon)] = bins.round(6).to_dict("records")
    return found


def by_segment(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Forecast and observed at 90 days by segment."""
    if rows.empty:
        return []
    known = rows[rows["full_90"].notna()]
    lines = []
    for column in SEGMENTS:
        for band, part in known.groupby(column):
            forecast, observed = float(part["p_90"].mean()), float(part["full_90"].mean())
            line = {"segment": f"{column} = {band}", "n": len(part)}
            lines.append({**line, "forecast": forecast, "observed": observed})
    return lines


def payment_curve(features: pd.DataFrame, outcomes: pd.DataFrame) -> dict[str, Any]:
    """Share paid in full by day after a claim is first seen, with open claims censored.

    Kaplan and Meier's curve over the first row of each claim, the number of claims whose
    observation ends in each stretch, and what an average of the paid claims alone would say.
    """
    keys = ["claim_id", "day"]
    first = features[keys].assign(day=pd.to_datetime(features["day"])).sort_values("day")
    first = first.drop_duplicates("claim_id")
    seen = outcomes.assign(day=pd.to_datetime(outcomes["day"]))
    rows = first.merge(seen, on=keys, how="inner")
    paid_in = pd.to_numeric(rows["days_to_full"], errors="coerce").to_numpy(float, na_value=np.nan)
    watched = pd.to_numeric(rows["censored_after_days"], errors="coerce").fillna(0).to_numpy(float)
    paid = ~np.isnan(paid_in)
    until = np.where(paid, np.nan_to_num(paid_in), watched)
    days = np.arange(0, 366, 15)
    at_risk = np.array([(until >= day).sum() for day in np.arange(1, 366)])
    events = np.bincount(until[paid & (until <= 365)].astype(int), minlength=366)[1:366]
    open_share = np.cumprod(1 - events / np.maximum(at_risk, 1))
    curve = np.concatenate([[0.0], 1 - open_share])
    inside = until[paid]
    ends = until[~paid & (until <= 365)]
    half = np.flatnonzero(curve >= 0.5)
    return {
        "days": days.tolist(),
        "all": [round(float(curve[day]), 6) for day in days],
        "paid_only": [
            round(float((inside <= day).mean()) if len(inside) else 0.0, 6) for day in days
        ],
        "censored": np.histogram(ends, bins=[*days, 380])[0].astype(int).tolist(),
        "n": len(rows),
        "n_open": int((~paid).sum()),
        "mean_days_paid_only": float(inside.mean()) if len(inside) else None,
        "median_days": int(half[0]) if len(half) else None,
        "paid_within_year": round(float(curve[365]), 6),
    }
