"""What is kept beside a model of profiles: a card for people, and figures that a screen draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from models.profile.decision import decide, words
from models.profile.design import layout
from models.profile.judging import Trial, shares
from models.profile.model import CrossFit, ProfileModel
from models.profile.rules import rules
from models.verdict import Gate, gate_table

_KINDS = ("seen", "missed", "known", "how far")
_MOST_LINES = 15


def records(
    trial: Trial, gates: Mapping[str, Gate], beside: Mapping[str, Mapping[str, float]]
) -> dict[str, Any]:
    """Plain data for screens: gates, baselines, shares, learnt rates beside the elicited ones."""
    past, learnt = trial.past, trial.model.learnt
    return {
        "gates": {name: gate.told() for name, gate in gates.items()},
        "baselines": {name: dict(row) for name, row in beside.items()},
        "shares": dict(shares(past.model)),
        "confusion": confusion(past, trial.model),
        "rates": [
            {
                "signal": signal.name,
                "elicited": signal.rates.tolist(),
                "learnt": learnt["rates"][place],
                "temper": learnt["temper"][place],
            }
            for place, signal in enumerate(rules().signals)
        ],
    }


def confusion(past: CrossFit, model: ProfileModel) -> list[dict[str, Any]]:
    """Labels against words said, held out: one row per profile and word with its count."""
    known = past.judges
    said = decide(past.model[known], None, model.limits)
    true = np.asarray(rules().profiles, dtype=object)[past.labels[known]]
    return [
        {"label": name, "said": word, "n": int(((true == name) & (said == word)).sum())}
        for name in rules().profiles
        for word in words()
    ]


def card(
    trial: Trial,
    metrics: Mapping[str, float],
    beside: Mapping[str, Mapping[str, float]],
    gates: Mapping[str, Gate],
    params: Mapping[str, Any],
) -> str:
    """What a person should know of a version before trusting it, in Markdown."""
    model = trial.model
    lines = [
        "# Profile",
        "",
        f"Learnt from {model.n_rows} debtors known by {params['known_by']},"
        f" {model.n_labels} of them labelled by people. Probability of four hypotheses why a"
        " debtor does not pay; never a verdict.",
        "",
        *gate_table(gates),
    ]
    lines += ["", "## On labels held out", "", _judges(trial.past), ""]
    lines += ["| belief | log loss | accuracy | ECE |"]
    lines += ["| --- | --- | --- | --- |"]
    for name, row in {"model": metrics, **beside}.items():
        if "log_loss" in row:
            told = (row["log_loss"], row["accuracy"], row["calibration_error"])
            lines.append(f"| {name} | " + " | ".join(f"{value:.3f}" for value in told) + " |")
    lines += ["", "## What weighs most", "", f"| feature | as | {' | '.join(rules().profiles)} |"]
    lines += ["| --- | --- | --- | --- | --- | --- |", *_heaviest(model)]
    lines += ["", "## Data and settings", "", "| parameter | value |", "| --- | --- |"]
    lines += [f"| {name} | {value} |" for name, value in params.items()]
    lines += ["", "## Limits", ""]
    lines += [
        "- A label is a person's opinion; the figures are of agreement with it.",
        "- Postcode, age, gender, names and what stands for them are not features.",
        "- What follows a firm tone of ours weighs less as a sign of bad faith.",
    ]
    return "\n".join(lines) + "\n"


def _judges(past: CrossFit) -> str:
    n = int(past.judges.sum())
    if past.is_fair:
        return f"Of {n} debtors, a fair sample: each read blind in an order drawn by lot."
    return (
        f"Of all {n} labelled debtors: too few were drawn by lot to judge by them alone, so that"
        " harder cases than usual may be among them."
    )


def _heaviest(model: ProfileModel) -> list[str]:
    plan = layout(rules())
    n_signals = len(rules().signals)
    n_figures = len(plan.names) - n_signals
    ends = np.cumsum([n_signals, n_signals, n_figures, n_figures])
    order = np.argsort(-np.abs(model.beta).max(axis=1), kind="stable")[:_MOST_LINES]
    lines = []
    for column in order:
        kind = _KINDS[int(np.searchsorted(ends, column, "right"))]
        slopes = " | ".join(f"{value:+.2f}" for value in model.beta[column])
        lines.append(f"| {plan.names[plan.feature[column]]} | {kind} | {slopes} |")
    return lines
