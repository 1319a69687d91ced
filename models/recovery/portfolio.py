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
from models.recovery.rhythm import Rhythm, places
from models.recovery.shares import Shares, part_mean
from models.recovery.shares import assumed as assumed_shares

WEEK_DAYS = 7
_PAID_BY = ("paid_share", "amount_eur", "n_payments")
CASH_BY = ("open_amount_eur", *_PAID_BY, "days_since_last_payment")
"""Features that ``weekly_cash`` reads; without the latter four payments keep no day or size."""
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
    as_of: date | None = None,
) -> pd.DataFrame:
    """Cash of the whole portfolio in each week to come: week (1, 2, …), expected, low, high (EUR).

    What payment in full brings by itself comes with its curve; the rest (parts, and instalments of
    those who get to the end) by the flows of :mod:`models.recovery.shares`. Over 365 days the weeks
    add up to the expected cash, later ones hold nothing; between two horizons they follow the
    month as :mod:`models.recovery.rhythm` learnt it, by days_since_last_payment where ``features``
    has it and by the day of the month where ``as_of`` is given.
    """
    amount, mine = _amounts(features, scored)
    full = scored[list(FULL)].to_numpy(dtype=float)[mine]
    any_ = scored[list(ANY)].to_numpy(dtype=float)[mine]
    share = full[:, -1] + (any_[:, -1] - full[:, -1]) * _part(features, scored, mine)
    shares = assumed_shares() if model is None or model.shares_ is None else model.shares_
    at_once, rest = _timed(shares, full, any_, share)
    ends = np.minimum(np.arange(1, weeks + 1) * float(WEEK_DAYS), HORIZONS[-1])
    rhythm = Rhythm() if model is None else model.rhythm_
    in_full, parts = np.diff(full, axis=1, prepend=0.0), amount * (share - at_once * full[:, -1])
    upto = rhythm.spread(ends, as_of, at_once * amount @ in_full + parts @ rest)
    place = places(features.iloc[mine])
    cumulative = _by_end(in_full, upto, place)
    spread = np.diff(_by_end(rest, upto, place), axis=1, prepend=0.0)
    in_parts = parts[:, None] * spread
    expected = at_once * amount @ np.diff(cumulative, axis=1, prepend=0.0) + in_parts.sum(axis=0)
    lumps = _lumps(in_parts, _payment(features.iloc[mine], amount, shares.flows[1]))
    totals = np.zeros((_draws(draws, len(mine)), weeks))
    chance = np.random.default_rng((seed, 1))
    for i, (score, paid) in enumerate(_drawn(model, features, scored, mine, len(totals), seed)):
        # The highest scores are the earliest payments in full.
        above = 1.0 - norm.cdf(score)
        whole = above < full[:, -1]
        week = (above[:, None] > cumulative).sum(axis=1)
        soon = whole & (week < weeks)
        ended = np.bincount(week[soon], weights=amount[soon], minlength=weeks)[:weeks]
        even = (amount * (paid - at_once * whole)) @ spread
        totals[i] = at_once * ended + _in_lumps(even, lumps, chance)
    low, high = _interval(totals, expected, level)
    return pd.DataFrame(
        {"week": np.arange(1, weeks + 1), "expected": expected, "low": low, "high": high}
    )


def _timed(
    shares: Shares, full: np.ndarray, any_: np.ndarray, share: np.ndarray
) -> tuple[float, np.ndarray]:
    """Part of the amount that comes with payment in full itself, and when the rest comes.

    The latter by interval of the horizons, shape (n_claims, 5), rows of sum one.
    """
    timing = shares.timing(full, any_)
    in_full = np.diff(full, axis=1, prepend=0.0)
    at_once = min(shares.flows[0], 1.0)
    rest = np.maximum(share[:, None] * timing - at_once * in_full, 0.0)
    total = rest.sum(axis=1, keepdims=True)
    return at_once, np.where(total > 1e-9, rest / np.maximum(total, 1e-9), timing)


def _by_end(gained: np.ndarray, upto: np.ndarray, place: np.ndarray) -> np.ndarray:
    """What comes by each end, (n_claims, n_ends), from what comes in each interval (n_claims, 5).

    ``upto`` is that of ``Rhythm.spread``, ``place`` the row of each claim in it.
    """
    out = np.empty((len(gained), upto.shape[2]))
    for row in np.unique(place):
        mine = place == row
        out[mine] = gained[mine] @ upto[row]
    return out


def _payment(features: pd.DataFrame, amount: np.ndarray, first: float) -> np.ndarray:
    """Size of a payment in part of each claim (EUR): the mean of its own, else ``first`` of it."""
    size = np.full(len(amount), np.nan)
    if set(_PAID_BY) <= set(features.columns):
        told, whole, n = features[list(_PAID_BY)].to_numpy(dtype=float, na_value=np.nan).T
        np.divide(told * whole, n, out=size, where=n > 0)
    return np.clip(np.where(size > 0, size, first * amount), 0.01, np.maximum(amount, 0.01))


def _lumps(in_parts: np.ndarray, payment: np.ndarray) -> np.ndarray:
    """Variance of the parts of each week, shape (n_weeks,): a payment comes whole or not at all.

    With z the size of a payment and E the cash expected of a claim in a week, a payment comes with
    chance E/z: the variance is E·z·(1 − E/z).
    """
    once = np.minimum(in_parts, payment[:, None])
    return np.asarray((once * (payment[:, None] - once)).sum(axis=0))


def _in_lumps(even: np.ndarray, lumps: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """The parts of each week as they might come, of mean ``even`` and variance ``lumps``: gamma."""
    some = (even > 0) & (lumps > 0)
    safe = np.where(some, even, 1.0), np.where(some, lumps, 1.0)
    drawn = chance.gamma(safe[0] ** 2 / safe[1], safe[1] / safe[0])
    return np.asarray(np.where(some, drawn, np.maximum(even, 0.0)))


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
