"""Cash of many claims together: sums over groups, and the weeks to come, with honest intervals.

Claims of one debtor are paid or not paid together, and all claims share the climate: intervals
from independent claims would be several times too narrow. Each draw gives every claim a latent
normal score with the correlations of :mod:`models.recovery.dependence`, and reads off the share
of it that is paid, and when.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd
from scipy.stats import norm

from models.recovery import prior as published
from models.recovery.cash import ANY, FULL, HORIZONS, share_quantile
from models.recovery.dependence import Dependence, assumed
from models.recovery.model import RecoveryModel
from models.recovery.shares import assumed as assumed_shares
from models.recovery.shares import part_mean

WEEK_DAYS = 7
_FEW_CLAIMS, _DRAWS_OF_MANY = 20_000, 40


def group_intervals(
    model: RecoveryModel | None,
    features: pd.DataFrame,
    scored: pd.DataFrame,
    groups: np.ndarray,
    *,
    level: float = 0.9,
    draws: int = 400,
    seed: int = 0,
) -> pd.DataFrame:
    """Cash of each group of claims within 365 days, and an interval that holds it.

    Parameters
    ----------
    model : the model that scored, None for the published curves.
    features : claim_id, debtor_id and open_amount_eur (EUR); claims without a rate are left out.
    scored : columns of ``mart.recovery``, claim by claim as in ``features``.
    groups : array of shape (n_claims,), the group of each claim.
    level : probability that the interval should hold the cash.

    Returns
    -------
    DataFrame with one row per group, sorted: group, expected, low, high (EUR).
    """
    amount, mine = _amounts(features, scored)
    names, group = np.unique(np.asarray(groups)[mine], return_inverse=True)
    totals = np.zeros((_draws(draws, len(mine)), len(names)))
    for i, share in enumerate(_shares(model, features, scored, mine, len(totals), seed)):
        totals[i] = np.bincount(group, weights=amount * share, minlength=len(names))
    expected = np.bincount(
        group,
        weights=scored["expected_recovered"].to_numpy(dtype=float)[mine],
        minlength=len(names),
    )
    low, high = _interval(totals, expected, level)
    return pd.DataFrame({"group": names, "expected": expected, "low": low, "high": high})


def weekly_cash(
    model: RecoveryModel | None,
    features: pd.DataFrame,
    scored: pd.DataFrame,
    *,
    weeks: int = 13,
    level: float = 0.9,
    draws: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Cash of the whole portfolio in each week to come: week (1, 2, …), expected, low, high (EUR).

    What payment in full brings by itself comes with its curve; the rest (parts, and instalments of
    those who get to the end) by the flows of :mod:`models.recovery.shares`. Over 365 days the weeks
    add up to the expected cash, later ones hold nothing; between two horizons they are even.
    """
    amount, mine = _amounts(features, scored)
    full = scored[list(FULL)].to_numpy(dtype=float)[mine]
    any_ = scored[list(ANY)].to_numpy(dtype=float)[mine]
    share = full[:, -1] + (any_[:, -1] - full[:, -1]) * _part(features, scored, mine)
    at_once, rest = _timed(model, full, any_, share)
    ends = np.minimum(np.arange(weeks + 1) * float(WEEK_DAYS), HORIZONS[-1])
    in_full = np.diff(_by_day(full, ends), axis=1)
    spread = np.diff(_by_day(rest.cumsum(axis=1), ends), axis=1)
    left = share - at_once * full[:, -1]
    expected = at_once * amount @ in_full + (amount * left) @ spread
    totals = np.zeros((_draws(draws, len(mine)), weeks))
    cumulative = in_full.cumsum(axis=1)
    for i, (score, paid) in enumerate(_drawn(model, features, scored, mine, len(totals), seed)):
        # The highest scores are the earliest payments in full.
        above = 1.0 - norm.cdf(score)
        whole = above < full[:, -1]
        week = (above[:, None] > cumulative).sum(axis=1)
        soon = whole & (week < weeks)
        ended = np.bincount(week[soon], weights=amount[soon], minlength=weeks)[:weeks]
        totals[i] = at_once * ended + (amount * (paid - at_once * whole)) @ spread
    low, high = _interval(totals, expected, level)
    return pd.DataFrame(
        {"week": np.arange(1, weeks + 1), "expected": expected, "low": low, "high": high}
    )


def _timed(
    model: RecoveryModel | None, full: np.ndarray, any_: np.ndarray, share: np.ndarray
) -> tuple[float, np.ndarray]:
    """Part of the amount that comes with payment in full itself, and when the rest comes.

    The latter by interval of the horizons, shape (n_claims, 5), rows of sum one.
    """
    learnt = None if model is None else model.shares_
    shares = assumed_shares() if learnt is None else learnt
    timing = shares.timing(full, any_)
    in_full = np.diff(full, axis=1, prepend=0.0)
    at_once = min(shares.flows[0], 1.0)
    rest = np.maximum(share[:, None] * timing - at_once * in_full, 0.0)
    total = rest.sum(axis=1, keepdims=True)
    return at_once, np.where(total > 1e-9, rest / np.maximum(total, 1e-9), timing)


def dated_weeks(weeks: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """``weekly_cash`` with the first and last day of each week, the first beginning tomorrow.

    >>> dated_weeks(pd.DataFrame({"week": [1]}), date(2026, 11, 20))["to_on"].item()
    datetime.date(2026, 11, 27)
    """
    ends = [as_of + timedelta(days=WEEK_DAYS * int(week)) for week in weeks["week"]]
    starts = [end - timedelta(days=WEEK_DAYS - 1) for end in ends]
    return weeks.assign(from_on=starts, to_on=ends)


def _amounts(features: pd.DataFrame, scored: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Open amounts (EUR) and positions of the claims that have one."""
    if list(features["claim_id"].astype(str)) != list(scored["claim_id"].astype(str)):
        raise ValueError("features and scored must hold the same claims in the same order")
    amount = features["open_amount_eur"].to_numpy(dtype=float, na_value=np.nan)
    mine = np.flatnonzero(~np.isnan(amount))
    return amount[mine], mine


def _draws(draws: int, n_claims: int) -> int:
    return draws if n_claims <= _FEW_CLAIMS else min(draws, _DRAWS_OF_MANY)


def _part(features: pd.DataFrame, scored: pd.DataFrame, mine: np.ndarray) -> np.ndarray:
    """Mean share of those who pay a part only, read back from what was published."""
    expected = scored["expected_recovered"].to_numpy(dtype=float)[mine]
    amount = features["open_amount_eur"].to_numpy(dtype=float)[mine]
    share = expected / np.maximum(amount, 0.01)
    last = HORIZONS[-1]
    full = scored[f"p_{last}"].to_numpy(dtype=float)[mine]
    any_ = scored[f"p_any_{last}"].to_numpy(dtype=float)[mine]
    return part_mean(share, full, any_)


def _shares(
    model: RecoveryModel | None,
    features: pd.DataFrame,
    scored: pd.DataFrame,
    mine: np.ndarray,
    draws: int,
    seed: int,
) -> Iterator[np.ndarray]:
    for _, share in _drawn(model, features, scored, mine, draws, seed):
        yield share


def _drawn(
    model: RecoveryModel | None,
    features: pd.DataFrame,
    scored: pd.DataFrame,
    mine: np.ndarray,
    draws: int,
    seed: int,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Latent score and share paid within 365 days of each claim, draw by draw."""
    last = HORIZONS[-1]
    full = scored[f"p_{last}"].to_numpy(dtype=float)[mine]
    any_ = scored[f"p_any_{last}"].to_numpy(dtype=float)[mine]
    part = _part(features, scored, mine)
    moves: Dependence = assumed() if model is None else model.dependence_
    precision = (
        float(published.curves()["assumptions"]["partial_precision"])
        if model is None
        else model.precision_
    )
    debtor = pd.factorize(features["debtor_id"].to_numpy()[mine])[0]
    n_debtors = int(debtor.max()) + 1 if len(debtor) else 0
    alone = np.sqrt(max(1.0 - moves.debtor - moves.common, 0.0))
    generator = np.random.default_rng(seed)
    for _ in range(draws):
        climate = generator.standard_normal()
        of_debtor = generator.standard_normal(n_debtors)[debtor] if n_debtors else np.zeros(0)
        score = (
            np.sqrt(moves.common) * climate
            + np.sqrt(moves.debtor) * of_debtor
            + alone * generator.standard_normal(len(mine))
        )
        yield score, share_quantile(full, any_, norm.cdf(score), part, precision)


def _interval(
    totals: np.ndarray, expected: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the interval, moved so that the mean of the draws is the expectation."""
    if not len(totals):
        return expected.copy(), expected.copy()
    tail = (1.0 - level) / 2
    if len(totals) <= _DRAWS_OF_MANY:
        # Few draws know their spread, not their tails; sums of many claims are nearly normal.
        spread = norm.ppf(1.0 - tail) * totals.std(axis=0, ddof=1)
        return np.maximum(expected - spread, 0.0), expected + spread
    low, high = np.quantile(totals, [tail, 1.0 - tail], axis=0)
    off = expected - totals.mean(axis=0)
    return np.maximum(np.minimum(low + off, expected), 0.0), np.maximum(high + off, expected)


def _by_day(curve: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Chance by each day, shape (n_claims, n_days), straight between the horizons."""
    knots = np.concatenate([[0.0], np.asarray(HORIZONS, dtype=float)])
    values = np.concatenate([np.zeros((len(curve), 1)), curve], axis=1)
    after = np.clip(np.searchsorted(knots, days, side="left"), 1, len(HORIZONS))
    share = (days - knots[after - 1]) / (knots[after] - knots[after - 1])
    return values[:, after - 1] * (1 - share) + values[:, after] * share
