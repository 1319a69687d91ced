"""Back-tests for ``amiable evaluate``: what a model would have said, against what happened."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from models import metrics as measure
from models.backtest import FEWEST_TESTS, backtest, figures, single_origin
from models.columns import ExtraColumns, learn
from models.recovery.cash import HORIZONS
from models.recovery.labels import days
from models.recovery.logistic import fit_logistic
from models.recovery.model import MAIN_HORIZON

RATE_WEIGHT = 5.0
STRENGTHS = (0.003, 0.01, 0.03, 0.1)
_FEWEST = 20


class NotEnoughHistory(Exception):
    """There are too few claims to learn from or to judge; the message counts them."""


def evaluate_late(
    claims: pd.DataFrame, extras: pd.DataFrame, *, train_before: date
) -> dict[str, Any]:
    """Will an invoice be paid late? Said on the day it is issued, with what was known then.

    Learnt on the invoices settled before ``train_before``, judged on those issued on that day or
    later; late is settled after the due date. An invoice still open counts as late once it is
    overdue on the last day seen, and is left out before.

    Parameters
    ----------
    claims : claim_id, debtor_id, issued_on, due_on, settled_on (null if open), amount (EUR);
        rows without issued_on or due_on are left out.
    extras : long frame claim_id, name, numeric, number_value, text_value, and where the mapping
        is known is_early (known at issue; else the column is refused); may have no rows.

    Returns
    -------
    dict with target, metrics, baseline (the shrunken rate of the debtor alone), refused_columns,
    n_train, n_test, and refused_reasons.

    Raises
    ------
    NotEnoughHistory
        With fewer than twenty invoices, or one kind of outcome, on either side of the day.
    """
    rows = _dated(claims)
    late = _late(rows)
    first = np.datetime64(train_before, "D").astype(int)
    settled = _settled(rows)
    learn_on = settled < first
    judge_on = (days(rows["issued_on"]) >= first) & ~np.isnan(late)
    for said, on in (("settled before", learn_on), ("issued since", judge_on)):
        if on.sum() < _FEWEST or len(np.unique(late[on])) < 2:
            raise NotEnoughHistory(
                f"{int(on.sum())} dated claims {said} {train_before} with both outcomes "
                f"expected; at least {_FEWEST} are needed."
            )
    numbers, rate = at_issue(rows, late)
    extra, names = _extras(rows, extras, late, learn_on, np.isfinite(settled))
    matrix = _standardised(np.column_stack([numbers, extra]), learn_on)
    offset = logit(rate)
    strength = _strength(matrix[learn_on], late[learn_on], offset[learn_on])
    intercept, coefficients = fit_logistic(
        matrix[learn_on], late[learn_on], offset[learn_on], strength
    )
    chance = expit(intercept + offset + matrix @ coefficients)
    return {
        "target": "late",
        "metrics": _judged(rows[judge_on], late[judge_on], chance[judge_on]),
        "baseline": _judged(rows[judge_on], late[judge_on], rate[judge_on]),
        "refused_columns": sorted(names.refused),
        "refused_reasons": dict(sorted(names.refused.items())),
        "n_train": int(learn_on.sum()),
        "n_test": int(judge_on.sum()),
    }


def evaluate_recovery(
    features: pd.DataFrame,
    extras: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    known_by: date,
    train_before: date | None = None,
) -> dict[str, Any]:
    """Will an open claim be paid in full within 90 days? Back-tested on past days of the panel.

    Frames as for :meth:`models.recovery.model.RecoveryModel.fit`. With ``train_before`` one model
    learns what was known by that day and is judged on the later days, every debtor included;
    without it the origin rolls and debtors are held out. ``baseline`` are the published curves.
    AUC, calibration slope and the log loss gained on the baseline carry the ends of their 95 %
    interval, whole debtors drawn, as ``auc_90_low`` and ``auc_90_high``.
    """
    if train_before is None:
        past = backtest(features, extras, outcomes, known_by=known_by)
    else:
        past = single_origin(features, extras, outcomes, known_by=known_by, origin=train_before)
    found = figures(past.rows)
    if "n" not in found:
        raise NotEnoughHistory(
            f"{len(past.rows)} rows of the panel could be judged out of time by {known_by}; "
            f"none is {MAIN_HORIZON} days old with both outcomes in a hundred rows."
        )
    found |= intervals(past.rows)
    return {
        "target": "recovery",
        "metrics": {k: v for k, v in found.items() if not k.startswith("baseline_")},
        "baseline": {
            k.removeprefix("baseline_"): v for k, v in found.items() if k.startswith("baseline_")
        },
        "refused_columns": sorted(past.refused),
        "refused_reasons": dict(sorted(past.refused.items())),
        "n_train": past.n_train,
        "n_test": int(found["n"]),
    }


def intervals(rows: pd.DataFrame) -> dict[str, float]:
    """Ends of 95 % intervals by horizon of a backtest's rows, whole debtors drawn.

    ``auc_90_low``, ``auc_90_high``, likewise ``calibration_slope_90_…``, each also of the
    baseline (``baseline_auc_90_low``); and ``log_loss_gain_90`` with its ends: nats per claim
    by which the model is better than the published curves.
    """
    found: dict[str, float] = {}
    for horizon in HORIZONS:
        known = rows[rows[f"full_{horizon}"].notna()]
        happened = known[f"full_{horizon}"].to_numpy(float)
        if len(known) < FEWEST_TESTS or len(np.unique(happened)) < 2:
            continue
        debtors = known["debtor_id"]
        losses = {}
        for prefix, name in (("", "p_"), ("baseline_", "prior_p_")):
            chance = known[f"{name}{horizon}"].to_numpy(float)
            line = measure.calibration_interval(happened, chance, debtors)
            ends = {
                "auc": measure.bootstrap(happened, chance, debtors),
                "calibration_slope": line["calibration_slope"][1:],
            }
            for key, (low, high) in ends.items():
                found[f"{prefix}{key}_{horizon}_low"] = low
                found[f"{prefix}{key}_{horizon}_high"] = high
            losses[prefix] = measure.log_losses(happened, chance)
        gain = losses["baseline_"] - losses[""]
        low, high = measure.debtor_bootstrap(gain, debtors)
        key = f"log_loss_gain_{horizon}"
        found |= {key: float(gain.mean()), f"{key}_low": low, f"{key}_high": high}
    return found


def at_issue(rows: pd.DataFrame, late: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What was known of each invoice on the day it was issued, and its debtor's late rate.

    Returns the numbers, shape (n_rows, n_features), and the shrunken rate (late + m·r) / (n + m)
    over the debtor's invoices settled before that day, r the rate of all debtors' invoices
    settled before it.
    """
    issued, due, settled = days(rows["issued_on"]), days(rows["due_on"]), _settled(rows)
    debtor = pd.factorize(rows["debtor_id"])[0]
    everyone = np.zeros(len(rows), dtype=int)
    delay = np.where(np.isfinite(settled), np.clip(settled - due, -60, 120), 0.0)
    n, n_late, total_delay = _before(debtor, settled, issued, [np.nan_to_num(late), delay])
    n_all, late_all, _ = _before(everyone, settled, issued, [np.nan_to_num(late), delay])
    common = (late_all + 1.0) / (n_all + 2.0)
    rate = (n_late + RATE_WEIGHT * common) / (n + RATE_WEIGHT)
    n_issued, issued_amount = _before(
        debtor, issued.astype(float), issued, [rows["amount"].to_numpy(dtype=float)]
    )
    _, settled_amount = _before(debtor, settled, issued, [rows["amount"].to_numpy(dtype=float)])
    n_due, _ = _before(debtor, due.astype(float), issued, [delay])
    in_order = np.minimum(settled, due.astype(float))
    n_ended, _ = _before(debtor, in_order, issued, [delay])
    season = 2 * np.pi * issued / 365.25
    due_day = pd.to_datetime(rows["due_on"]).dt.day.to_numpy(dtype=float)
    amount = rows["amount"].to_numpy(dtype=float)
    open_before = n_issued - n
    numbers = np.column_stack(
        [
            np.log1p(np.abs(amount)),
            due - issued,
            np.log1p(n),
            total_delay / (n + RATE_WEIGHT),
            np.log1p(np.maximum(open_before, 0)),
            np.log1p(np.maximum(issued_amount - settled_amount, 0)),
            np.log1p(np.maximum(n_due - n, 0)),
            np.log1p(np.maximum(n_ended - n, 0)),
            np.sin(season),
            np.cos(season),
            due_day,
        ]
    )
    return numbers, np.clip(rate, 0.001, 0.999)


def _strength(matrix: np.ndarray, late: np.ndarray, offset: np.ndarray) -> float:
    """Inverse strength of the penalty that serves the last third best, learnt on the first two."""
    cut = 2 * len(late) // 3
    losses = []
    for strength in STRENGTHS:
        intercept, coefficients = fit_logistic(matrix[:cut], late[:cut], offset[:cut], strength)
        chance = expit(intercept + offset[cut:] + matrix[cut:] @ coefficients)
        losses.append(measure.log_loss(late[cut:], chance))
    return STRENGTHS[int(np.argmin(losses))]


def _before(
    group: np.ndarray, happened: np.ndarray, asked: np.ndarray, amounts: list[np.ndarray]
) -> list[np.ndarray]:
    """By group, how many events happened strictly before each asked day, and their sums."""
    far = 10_000_000.0
    at = np.where(np.isfinite(happened), happened, far / 2)
    key = group * far + at
    order = np.argsort(key, kind="stable")
    upto = np.searchsorted(key[order], group * far + asked, side="left")
    start = np.searchsorted(key[order], group * far, side="left")
    out = [(upto - start).astype(float)]
    for amount in amounts:
        running = np.concatenate([[0.0], np.cumsum(amount[order])])
        out.append(running[upto] - running[start])
    return out


def _dated(claims: pd.DataFrame) -> pd.DataFrame:
    dated = claims["issued_on"].notna() & claims["due_on"].notna() & claims["amount"].notna()
    return claims[dated].sort_values(["issued_on", "claim_id"]).reset_index(drop=True)


def _settled(rows: pd.DataFrame) -> np.ndarray:
    settled = pd.to_datetime(rows["settled_on"])
    filled = days(settled.fillna(pd.Timestamp("1970-01-01"))).astype(float)
    return np.where(settled.notna(), filled, np.inf)


def _late(rows: pd.DataFrame) -> np.ndarray:
    settled, due = _settled(rows), days(rows["due_on"])
    closed = np.isfinite(settled)
    last_seen = max(
        float(settled[closed].max()) if closed.any() else 0.0,
        float(days(rows["issued_on"]).max()) if len(rows) else 0.0,
    )
    late = (settled > due).astype(float)
    return np.where(closed | (due < last_seen), late, np.nan)


def _extras(
    rows: pd.DataFrame,
    extras: pd.DataFrame,
    late: np.ndarray,
    learn_on: np.ndarray,
    settled: np.ndarray,
) -> tuple[np.ndarray, ExtraColumns]:
    dated = rows[["claim_id", "debtor_id"]].assign(day=rows["issued_on"])
    plain = extras.drop(columns="day", errors="ignore")
    if "is_early" in plain.columns:
        known = np.where(plain["is_early"].astype(bool), "issue", "close")
        plain = plain.assign(known=known)
    chosen, joined = learn(dated, plain, np.where(learn_on, late, np.nan), settled)
    columns = [joined[name].to_numpy(dtype=float) for name in chosen.number_columns]
    columns += [np.isnan(column).astype(float) for column in columns]
    for name in chosen.level_columns:
        text = joined[name].astype(object)
        for level in sorted(set(text[learn_on & text.notna().to_numpy()]))[1:]:
            columns.append((text == level).to_numpy(dtype=float))
    if not columns:
        return np.empty((len(rows), 0)), chosen
    return np.column_stack(columns), chosen


def _standardised(matrix: np.ndarray, learn_on: np.ndarray) -> np.ndarray:
    mean = np.nanmean(matrix[learn_on], axis=0)
    deviation = np.nanstd(matrix[learn_on], axis=0)
    varies = deviation > 1e-9
    scaled = (matrix[:, varies] - mean[varies]) / deviation[varies]
    return np.clip(np.nan_to_num(scaled), -4.0, 4.0)


def _judged(rows: pd.DataFrame, late: np.ndarray, chance: np.ndarray) -> dict[str, float]:
    low, high = measure.bootstrap(late, chance, rows["debtor_id"])
    return {**measure.summary(late, chance), "auc_low": low, "auc_high": high}
