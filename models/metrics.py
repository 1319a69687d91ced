"""How good probabilities and cash forecasts are."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit, logit, xlogy
from scipy.stats import rankdata

_FLOOR = 1e-6


def log_loss(happened: np.ndarray, chance: np.ndarray) -> float:
    """Mean negative log-likelihood in nats; both arrays of shape (n,).

    >>> round(log_loss(np.array([1, 0]), np.array([.5, .5])), 4)
    0.6931
    """
    return float(log_losses(happened, chance).mean())


def log_losses(happened: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Negative log-likelihood of each row in nats, shape (n,)."""
    p = np.clip(chance, _FLOOR, 1 - _FLOOR)
    return np.asarray(-(xlogy(happened, p) + xlogy(1 - happened, 1 - p)))


def brier(happened: np.ndarray, chance: np.ndarray) -> float:
    """Mean squared distance between chance and outcome."""
    return float(np.mean((happened - chance) ** 2))


def auc(happened: np.ndarray, score: np.ndarray) -> float:
    """Probability that a row where it happened scores above one where it did not; ties half.

    NaN when only one kind of row exists.

    >>> auc(np.array([0, 0, 1, 1]), np.array([.1, .4, .35, .8]))
    0.75
    """
    ones = int(np.sum(happened == 1))
    zeros = int(np.sum(happened == 0))
    if ones == 0 or zeros == 0:
        return float("nan")
    ranks = rankdata(score)
    return float((ranks[happened == 1].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def calibration_error(happened: np.ndarray, chance: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error over bins of equal numbers of rows (ECE)."""
    order = np.argsort(chance, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(part) * abs(happened[part].mean() - chance[part].mean()) for part in parts]
    return float(sum(gaps) / len(chance))


def calibration_line(happened: np.ndarray, chance: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of the outcome on the log-odds of the forecast; (1, 0) is calibrated."""
    x = logit(np.clip(chance, _FLOOR, 1 - _FLOOR))
    return platt(x, happened, strength=1e-3)


def platt(margin: np.ndarray, happened: np.ndarray, strength: float = 5.0) -> tuple[float, float]:
    """Slope and intercept in log-odds that fit the outcomes best, drawn to (1, 0).

    ``strength`` is the weight of the pull in rows' units: few rows hardly move the forecast. The
    slope is positive by construction, so that an order is never turned round.
    """

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        slope = np.exp(theta[0])
        z = slope * margin + theta[1]
        value = np.sum(np.logaddexp(0.0, z) - happened * z)
        error = expit(z) - happened
        gradient = np.array([np.sum(error * margin) * slope, np.sum(error)])
        return value + strength * np.sum(theta**2) / 2, gradient + strength * theta

    found = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=[(-4, 3), (-8, 8)])
    return float(np.exp(found.x[0])), float(found.x[1])


def observed_over_expected(happened: np.ndarray, chance: np.ndarray) -> float:
    """Events observed over events expected; 1 is unbiased."""
    return float(np.sum(happened) / max(np.sum(chance), 1e-12))


def debtor_bootstrap(
    losses: np.ndarray, debtor_ids: pd.Series, draws: int = 500, seed: int = 0
) -> tuple[float, float]:
    """95 % interval of the mean of ``losses`` when whole debtors are drawn, not rows.

    ``losses`` of shape (n_rows,), for instance the difference of two models' losses.
    """
    codes = pd.factorize(debtor_ids)[0]
    sums = np.bincount(codes, weights=losses)
    sizes = np.bincount(codes).astype(float)
    generator = np.random.default_rng(seed)
    picked = generator.integers(0, len(sums), size=(draws, len(sums)))
    means = sums[picked].sum(axis=1) / sizes[picked].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def bootstrap(
    happened: np.ndarray,
    score: np.ndarray,
    debtor_ids: pd.Series,
    statistic: Callable[[np.ndarray, np.ndarray], float] = auc,
    draws: int = 200,
    seed: int = 0,
) -> tuple[float, float]:
    """95 % interval of ``statistic(happened, score)`` when whole debtors are drawn."""
    codes = pd.factorize(debtor_ids)[0]
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(codes.max() + 2))
    rows_of = [order[a:b] for a, b in pairwise(starts)]
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        drawn = generator.integers(0, len(rows_of), len(rows_of))
        rows = np.concatenate([rows_of[i] for i in drawn])
        found.append(statistic(happened[rows], score[rows]))
    low, high = np.nanquantile(found, [0.025, 0.975])
    return float(low), float(high)


def calibration_interval(
    happened: np.ndarray, chance: np.ndarray, debtor_ids: pd.Series, z: float = 1.96
) -> dict[str, tuple[float, float, float]]:
    """Calibration slope and observed over expected, each with the ends of its interval.

    Returns ``{"calibration_slope": (figure, low, high), "observed_over_expected": …}``. Errors
    count whole debtors, whose claims move together (sandwich of the sums by debtor); ``z`` is
    the normal quantile.
    """
    line = calibration_line_interval(happened, chance, debtor_ids, z)
    codes = pd.factorize(debtor_ids)[0]
    expected = max(float(chance.sum()), 1e-12)
    ratio = float(happened.sum()) / expected
    gaps = np.bincount(codes, weights=happened - ratio * chance)
    ratio_error = float(np.sqrt(np.sum(gaps**2))) / expected
    return {
        "calibration_slope": line["calibration_slope"],
        "observed_over_expected": (ratio, ratio - z * ratio_error, ratio + z * ratio_error),
    }


def calibration_line_interval(
    happened: np.ndarray, chance: np.ndarray, debtor_ids: pd.Series, z: float = 1.96
) -> dict[str, tuple[float, float, float]]:
    """Slope of the outcome on the log-odds of the forecast, and intercept at a slope of one.

    Each is (figure, low, high), errors as in ``calibration_interval``; (1, 0) is calibrated.
    The intercept is the shift of the log-odds at which as many events are expected as were
    observed (Cox 1958): with the slope left free it would speak of a chance of one half only.
    """
    codes = pd.factorize(debtor_ids)[0]
    x = logit(np.clip(chance, _FLOOR, 1 - _FLOOR))
    slope, intercept = calibration_line(happened, chance)
    p = expit(slope * x + intercept)
    design = np.column_stack([x, np.ones_like(x)])
    bread = np.linalg.pinv((design * (p * (1 - p))[:, None]).T @ design + 1e-6 * np.eye(2))
    scores = np.column_stack(
        [np.bincount(codes, weights=(happened - p) * column) for column in design.T]
    )
    slope_error = float(np.sqrt(max((bread @ (scores.T @ scores) @ bread)[0, 0], 0.0)))
    shift = level_shift(happened, x)
    p = expit(x + shift)
    sums = np.bincount(codes, weights=happened - p)
    shift_error = float(np.sqrt(np.sum(sums**2)) / max(np.sum(p * (1 - p)), 1e-12))
    return {
        "calibration_slope": (slope, slope - z * slope_error, slope + z * slope_error),
        "calibration_intercept": (shift, shift - z * shift_error, shift + z * shift_error),
    }


def level_shift(happened: np.ndarray, margin: np.ndarray) -> float:
    """What to add to the log-odds so that as many events are expected as were observed.

    Within ±8, its value where everything or nothing happened.

    >>> round(level_shift(np.array([1, 1, 1, 0]), np.zeros(4)), 4)
    1.0986
    """
    low, high = -8.0, 8.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if expit(margin + middle).sum() < happened.sum() else (low, middle)
        )
    return float((low + high) / 2)


def population_stability(before: np.ndarray, now: np.ndarray, floor: float = 1e-4) -> float:
    """PSI between two arrays of shares of the same bins; 0 is no change, above .2 a large one.

    An empty bin counts as ``floor``, a share that the sizes of the samples can show.

    >>> round(population_stability(np.array([.5, .5]), np.array([.5, .5])), 3)
    0.0
    """
    a, b = np.clip(before, floor, None), np.clip(now, floor, None)
    a, b = a / a.sum(), b / b.sum()
    return float(np.sum((b - a) * np.log(b / a)))


def calibration_bins(happened: np.ndarray, chance: np.ndarray, bins: int = 10) -> pd.DataFrame:
    """Forecast, outcome and number of rows in bins of equal numbers of rows."""
    order = np.argsort(chance, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return pd.DataFrame(
        [
            {
                "forecast": float(chance[part].mean()),
                "observed": float(happened[part].mean()),
                "n": len(part),
            }
            for part in parts
        ],
        columns=["forecast", "observed", "n"],
    )


def summary(happened: np.ndarray, chance: np.ndarray) -> dict[str, float]:
    """AUC, Brier, log loss, ECE, calibration slope and intercept, O/E, rate and n of rows."""
    slope, intercept = calibration_line(happened, chance)
    return {
        "auc": auc(happened, chance),
        "brier": brier(happened, chance),
        "log_loss": log_loss(happened, chance),
        "calibration_error": calibration_error(happened, chance),
        "calibration_slope": slope,
        "calibration_intercept": intercept,
        "observed_over_expected": observed_over_expected(happened, chance),
        "rate": float(np.mean(happened)),
        "n": float(len(happened)),
    }
