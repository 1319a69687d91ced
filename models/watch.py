"""What changed since a model was trained: its inputs, its scores, and whether it is still right.

Three measures, each with a level (``ok``, ``warn``, ``alarm``): the population stability index
(PSI) of every input and of the score, over all open claims and by segment; observed over
expected, and the line of calibration (slope and intercept), of forecasts whose horizon is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from models import metrics as measure
from models.recovery.cash import HORIZONS
from models.recovery.model import RecoveryModel
from models.segments import SEGMENTS, segments

COLUMNS = ("measure", "feature", "segment", "n", "figure", "low", "high", "level")
SHIFT = (0.1, 0.25)
RATIO = ((0.9, 1.1), (0.75, 1.33))
FEWEST = 50
FEWEST_EVENTS = 20
_BINS = 10
_LEVELS = 15
_IDS = ("claim_id", "debtor_id", "creditor_id", "day", "as_of")
CLOCKS = ("debtor_tenure_days", "company_age_days")
"""Inputs that grow with every day that passes: of these only that they are missing is news."""

_NEWEST_DAYS = 3
_MOST_ROWS = 50_000  # every so many claims of a larger stock


def profile(features: pd.DataFrame, scored: pd.DataFrame) -> dict[str, Any]:
    """What the claims of the newest days of a panel look like, in shares: plain data to keep.

    ``features`` with the free columns in use joined; ``scored`` has one row per row of it, in
    its order.
    """
    table = _table(features, scored)
    parts = segments(features)
    return {
        "n": len(table),
        "debtors": _debtors(features),
        "features": {name: _learn(table[name]) for name in table.columns},
        "segments": {
            f"{column} = {band}": _learn(table["p_90"].iloc[place])
            for column in SEGMENTS
            for band, place in parts.groupby(column).indices.items()
            if len(place) >= FEWEST
        },
        "mix": {column: _learn(parts[column]) for column in SEGMENTS},
    }


def newest_days(features: pd.DataFrame) -> np.ndarray:
    """Which rows of a panel lie on its newest days: the stock as it was when trained."""
    days = pd.to_datetime(features["day"])
    return days.isin(np.sort(days.unique())[-_NEWEST_DAYS:]).to_numpy()


def step(n_claims: int) -> int:
    """Of a large stock one claim in so many is looked at; of those, all.

    >>> step(949_000), step(949_000 // step(949_000))
    (18, 1)
    """
    return max(n_claims // _MOST_ROWS, 1)


def drift(
    kept: Mapping[str, Any] | None, features: pd.DataFrame, scored: pd.DataFrame
) -> pd.DataFrame:
    """PSI of every input, of the score, and of the score within each segment, since training."""
    if not kept or features.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    every = step(len(features))
    features, scored = features.iloc[::every], scored.iloc[::every]
    features = features.reset_index(drop=True)
    debtors = kept["debtors"], _debtors(features)
    table = _table(features, scored)
    parts = segments(features)
    lines = [
        _shift(name, "all", before, table[name], debtors)
        for name, before in kept["features"].items()
        if name in table.columns
    ]
    lines += [_shift(name, "mix", before, parts[name], debtors)
              for name, before in kept["mix"].items()]  # fmt: skip
    for column in SEGMENTS:
        for band, place in parts.groupby(column).indices.items():
            before = kept["segments"].get(f"{column} = {band}")
            if before is not None and len(place) >= FEWEST:
                now = table["p_90"].iloc[place]
                scale = len(place) / len(features)
                part = debtors[0] * before["n"] / kept["n"], debtors[1] * scale
                lines.append(_shift("p_90", f"{column} = {band}", before, now, part))
    return pd.DataFrame(lines, columns=list(COLUMNS))


def truth(matured: pd.DataFrame) -> pd.DataFrame:
    """Observed over expected and line of calibration of forecasts whose horizon is over.

    ``matured`` has one row per horizon, debtor and band of chances: horizon, kind, debtor_id, n,
    expected (sum of the chances), observed (claims paid in full), as
    ``pipelines.forecasts.matured`` gives it. The level is measured over all and by kind of
    debtor, slope and intercept of the log-odds over all.
    """
    lines: list[tuple[object, ...]] = []
    for horizon, rows in matured.groupby("horizon", sort=True):
        parts = [("all", rows), *((f"kind = {kind}", part) for kind, part in rows.groupby("kind"))]
        for segment, part in parts:
            told = _ratio(part.groupby("debtor_id")[["n", "expected", "observed"]].sum())
            if told is not None:
                lines.append(("observed_over_expected", f"p_{horizon}", segment, *told))
        lines += [(name, f"p_{horizon}", "all", *line) for name, line in _calibration(rows)]
    found = pd.DataFrame(lines, columns=list(COLUMNS))
    # The last digits of a fit are no finding, and would make two runs of one day differ.
    return found.round({"figure": 6, "low": 6, "high": 6})


def _ratio(debtors: pd.DataFrame) -> tuple[object, ...] | None:
    """Claims, observed over expected with its interval, and level, from sums by debtor."""
    n = int(debtors["n"].sum())
    expected, observed = (debtors[name].to_numpy(float) for name in ("expected", "observed"))
    if n < FEWEST or expected.sum() <= 0:
        return None
    ratio = observed.sum() / expected.sum()
    error = np.sqrt(np.sum((observed - ratio * expected) ** 2)) / expected.sum()
    # With nothing observed the spread is nought; Poisson's says how little that proves.
    error = max(error, np.sqrt(max(observed.sum(), 1.0)) / expected.sum() / 2)
    low, high = ratio - 1.96 * error, ratio + 1.96 * error
    return n, ratio, low, high, _ratio_level(low, high)


def _calibration(rows: pd.DataFrame) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Claims, slope and intercept of the log-odds with their intervals, and levels.

    Nothing where fewer than ``FEWEST_EVENTS`` claims were paid, or not paid: a line needs both.
    """
    n, observed = (rows[name].to_numpy(dtype=int) for name in ("n", "observed"))
    if min(observed.sum(), (n - observed).sum()) < FEWEST_EVENTS:
        return
    codes = pd.factorize(rows["debtor_id"])[0]
    step = max(int(n.sum()) // _MOST_ROWS, 1)
    kept = codes % step == 0
    n, observed, codes = n[kept], observed[kept], codes[kept]
    chance = np.repeat((rows["expected"] / rows["n"]).to_numpy(dtype=float)[kept], n)
    place = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    happened = (place < np.repeat(observed, n)).astype(float)
    found = measure.calibration_line_interval(happened, chance, pd.Series(np.repeat(codes, n)))
    for name, (figure, low, high) in found.items():
        # An intercept is a factor on the odds, and is judged as one.
        ends = (low, high) if name == "calibration_slope" else (np.exp(low), np.exp(high))
        yield name, (len(happened), figure, low, high, _ratio_level(*ends))


def watched(
    model: RecoveryModel | None,
    kept: Mapping[str, Any] | None,
    features: pd.DataFrame,
    extras: pd.DataFrame,
    scored: pd.DataFrame,
    matured: pd.DataFrame,
) -> pd.DataFrame:
    """The rows of ``mart.watch`` without ``as_of``: drift since training, and truth of late.

    ``kept`` is the profile kept with the model in use; without a model only forecasts of the
    published curves are judged.
    """
    found = truth(matured)
    if model is None:
        return found
    shifts = drift(kept, model.joined(features, extras), scored)
    parts = [part for part in (shifts, found) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else found


def worst(lines: pd.DataFrame) -> str:
    """The highest level found: ``ok`` when nothing was measured.

    >>> worst(pd.DataFrame({"level": ["ok", "warn"]}))
    'warn'
    """
    found = set(lines["level"]) if len(lines) else set()
    return next((level for level in ("alarm", "warn") if level in found), "ok")


def _table(features: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    kept = [name for name in features.columns if name not in _IDS]
    chances = [f"p_{h}" for h in HORIZONS]
    parts = [features[kept].reset_index(drop=True), scored[chances].reset_index(drop=True)]
    return pd.concat(parts, axis=1)


def _learn(column: pd.Series) -> dict[str, Any]:
    values, is_number = _values(column)
    if is_number:
        seen = values[~np.isnan(values)]
        cuts = np.quantile(seen, np.linspace(0, 1, _BINS + 1)[1:-1]) if len(seen) else []
        kept: dict[str, Any] = {"edges": [float(edge) for edge in np.unique(cuts)]}
    else:
        counts = pd.Series(values).value_counts().sort_index()
        common = counts.sort_values(ascending=False, kind="stable").index[:_LEVELS]
        kept = {"levels": [str(level) for level in common]}
    return {**kept, "n": len(column), "shares": _shares(kept, column)}


def _shares(kept: Mapping[str, Any], column: pd.Series) -> list[float]:
    """Shares of the bins (or levels), of other values, and last of missing ones."""
    values, _ = _values(column, as_number="edges" in kept)
    if "edges" in kept:
        missing = np.isnan(values)
        place = np.searchsorted(np.array(kept["edges"]), np.nan_to_num(values), side="right")
        size = len(kept["edges"]) + 2
    else:
        missing = pd.isna(values)
        index = {level: i for i, level in enumerate(kept["levels"])}
        size = len(index) + 2
        place = pd.Series(values, dtype=object).map(index).fillna(len(index)).to_numpy(dtype=int)
    place = np.where(missing, size - 1, place)
    counts = np.bincount(place, minlength=size)
    return [float(share) for share in counts / max(len(column), 1)]


def _values(column: pd.Series, as_number: bool | None = None) -> tuple[np.ndarray, bool]:
    is_number = pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)
    is_number = is_number if as_number is None else as_number
    if is_number:
        return pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan), True
    text = column.astype(object)
    # A column of texts in which nothing stands may come as numbers that are all missing.
    return text.where(text.notna(), None).map(
        lambda v: v if v is None else str(v)
    ).to_numpy(), False


def _shift(
    name: str,
    segment: str,
    before: Mapping[str, Any],
    now: pd.Series,
    debtors: tuple[float, float],
) -> tuple[object, ...]:
    shares = np.array(_shares(before, now))
    floor = 0.5 / max(min(len(now), before["n"]), 1)
    then = np.array(before["shares"])
    if name in CLOCKS:
        then, shares = (np.array([part[:-1].sum(), part[-1]]) for part in (then, shares))
    figure = measure.population_stability(then, shares, floor)
    # What so few debtors, whose claims move together, would show by chance alone.
    bins = int((then + shares > 0).sum())
    chance = (bins - 1) * sum(1 / max(n, 1) for n in debtors)
    excess = figure - 2 * chance
    level = "alarm" if excess >= SHIFT[1] else "warn" if excess >= SHIFT[0] else "ok"
    level = level if len(now) >= FEWEST else "ok"
    return ("psi", name, segment, len(now), figure, None, None, level)


def _debtors(features: pd.DataFrame) -> int:
    return int(features["debtor_id"].nunique())


def _ratio_level(low: float, high: float) -> str:
    (warn_low, warn_high), (alarm_low, alarm_high) = RATIO
    if high < alarm_low or low > alarm_high:
        return "alarm"
    return "warn" if high < warn_low or low > warn_high else "ok"
