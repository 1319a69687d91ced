"""Forecasts on past days by models that knew only those days, and how good they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from models import metrics as measure
from models.columns import folds
from models.recovery.cash import HORIZONS
from models.recovery.labels import OUTCOMES, labels
from models.recovery.model import MAIN_HORIZON, RecoveryModel, fit, score
from models.segments import SEGMENTS, segments

ORIGINS = 3
FEWEST_TESTS = 100
KEYS = ["claim_id", "day"]


@dataclass(frozen=True, slots=True)
class Backtest:
    """Forecasts made on past days by models that knew only what was known then.

    ``rows`` has claim_id, debtor_id, day, origin, ``lived`` (the longest horizon in days whose
    outcomes the model of that origin had seen, 0 for none), for each horizon ``full_<h>`` and
    ``any_<h>`` (what became of it, NaN if not known yet), cash_365, open_amount_eur, the bands of
    ``models.segments``, and the columns of ``mart.recovery`` of the model and, with the prefix
    ``prior_``, of the published curves. ``used`` are the free columns a model of an origin took.
    """

    rows: pd.DataFrame
    n_train: int
    refused: Mapping[str, str]
    n_origins: int = 0
    used: tuple[str, ...] = field(default=())


def backtest(
    features: pd.DataFrame,
    extras: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    known_by: date,
    origins: int = ORIGINS,
    groups: Mapping[str, str] | None = None,
) -> Backtest:
    """Rolling origins: learn by each origin, forecast debtors held out of it until the next one.

    A label enters training only when its horizon ended by the origin, which is the purge; the
    debtors are split in as many parts as there are origins and each part is forecast once.
    The longest horizon is tried besides on the newest day for which it is over, and on that alone.
    ``groups`` names, for debtors that are one under several ids, the one they belong to.
    """
    features, outcomes = dated(features), dated(outcomes)
    starts = _origins(features["day"], known_by, origins)
    part = folds(_grouped(features["debtor_id"], groups), max(len(starts), 1))
    long = _long_origin(features["day"], known_by, starts)
    tested, n_train = [], 0
    refused: dict[str, str] = {}
    used: set[str] = set()
    trials = [*enumerate(pairwise([*starts, pd.Timestamp.max]))]
    if long is not None:
        trials.append((0, (long, long + pd.Timedelta(days=1))))
    for i, (origin, end) in trials:
        learn_on = (part != i) & (features["day"] <= origin).to_numpy()
        test_on = (part == i) & features["day"].between(origin, end, inclusive="left").to_numpy()
        model = fit(features[learn_on], extras, outcomes, known_by=origin.date())
        refused.update(model.extras_.refused)
        used.update(_used(model))
        n_train = max(n_train, model.n_rows_)
        tested.append(_forecast(model, features[test_on], extras).assign(origin=origin))
    if not tested:
        return Backtest(pd.DataFrame(), n_train, refused)
    rows = _with_labels(pd.concat(tested, ignore_index=True), outcomes, known_by)
    if long is not None:
        shorter = [f"{kind}_{horizon}" for kind in ("full", "any") for horizon in HORIZONS[:-1]]
        rows.loc[rows["origin"] == long, shorter] = np.nan
    return Backtest(rows, n_train, refused, len(starts), tuple(sorted(used)))


def single_origin(
    features: pd.DataFrame,
    extras: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    known_by: date,
    origin: date,
) -> Backtest:
    """One model, learnt by ``origin``, forecasting every row of that day and later."""
    features, outcomes = dated(features), dated(outcomes)
    learn_on = features["day"] < pd.Timestamp(origin)
    model = fit(features[learn_on], extras, outcomes, known_by=origin)
    rows = _forecast(model, features[~learn_on], extras).assign(origin=pd.Timestamp(origin))
    rows = _with_labels(rows, outcomes, known_by)
    return Backtest(rows, model.n_rows_, model.extras_.refused, 1, tuple(_used(model)))


def dated(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with ``day`` as timestamps."""
    return frame.assign(day=pd.to_datetime(frame["day"]))


def figures(rows: pd.DataFrame) -> dict[str, float]:
    """Metrics of a backtest: by horizon (``auc_90``), by origin, and plain those of 90 days.

    ``baseline_…`` are those of the published curves on the same rows; ``ibs`` the mean Brier
    score over the horizons; ``…_origin_1`` that of the first origin of 90 days; ``coverage`` the
    share of claims whose cash fell in the 90 % interval, ``cash_ratio`` the cash seen over
    expected.
    """
    found: dict[str, float] = {}
    if rows.empty:
        return found
    for horizon in HORIZONS:
        for prefix, name in (("", "p_"), ("baseline_", "prior_p_")):
            part = _summary(rows, f"{name}{horizon}", horizon)
            found.update({f"{prefix}{key}_{horizon}": value for key, value in part.items()})
    for key in [key for key in found if key.endswith(f"_{MAIN_HORIZON}")]:
        found[key.removesuffix(f"_{MAIN_HORIZON}")] = found[key]
    for prefix in ("", "baseline_"):
        scores = [found[f"{prefix}brier_{h}"] for h in HORIZONS if f"{prefix}brier_{h}" in found]
        if scores:
            found[f"{prefix}ibs"] = float(np.mean(scores))
    main = rows[rows[f"full_{MAIN_HORIZON}"].notna()]
    for i, (_, part_rows) in enumerate(main.groupby("origin"), start=1):
        part = _summary(part_rows, f"p_{MAIN_HORIZON}", MAIN_HORIZON)
        kept = ("auc", "brier", "log_loss", "observed_over_expected", "n")
        found.update({f"{key}_origin_{i}": part[key] for key in kept if key in part})
    return {**found, **_cash(rows)}


def _summary(rows: pd.DataFrame, name: str, horizon: int) -> dict[str, float]:
    happened = rows[f"full_{horizon}"].to_numpy(dtype=float)
    known = ~np.isnan(happened)
    if known.sum() < FEWEST_TESTS or len(np.unique(happened[known])) < 2:
        return {}
    return measure.summary(happened[known], rows[name].to_numpy(dtype=float)[known])


def _cash(rows: pd.DataFrame) -> dict[str, float]:
    year = rows["any_365"].notna() & rows["open_amount_eur"].notna() & rows["cash_365"].notna()
    if year.sum() < FEWEST_TESTS:
        return {}
    cash = rows.loc[year, "cash_365"].to_numpy(dtype=float)
    inside = (cash >= rows.loc[year, "low"] - 0.01) & (cash <= rows.loc[year, "high"] + 0.01)
    expected = rows.loc[year, "expected_recovered"].to_numpy(dtype=float)
    ratio = measure.observed_over_expected(cash, expected)
    return {"coverage": float(inside.mean()), "cash_ratio": ratio}


def _with_labels(rows: pd.DataFrame, outcomes: pd.DataFrame, known_by: date) -> pd.DataFrame:
    kept = [name for name in OUTCOMES if name in outcomes.columns]
    rows = rows.merge(outcomes[[*KEYS, *kept]], on=KEYS, how="inner", validate="one_to_one")
    for (kind, horizon), happened in labels(rows, known_by).items():
        rows[f"{kind}_{horizon}"] = happened
    return rows


def _origins(panel_days: pd.Series, known_by: date, origins: int) -> list[pd.Timestamp]:
    """The latest days whose main horizon is over by ``known_by``: half of them, three at least.

    A model of an early day knew little of what the one to promote has lived through since, and
    would be judged on the most rows, its mistakes those of a young ledger.
    """
    last = pd.Timestamp(known_by) - pd.Timedelta(days=MAIN_HORIZON)
    days = np.sort(panel_days[panel_days <= last].unique())
    first = pd.Timestamp(days[0]) + pd.Timedelta(days=MAIN_HORIZON) if len(days) else last
    usable = [pd.Timestamp(day) for day in days if pd.Timestamp(day) >= first]
    if not usable:
        return []
    later = usable[min((len(usable) + 1) // 2, max(len(usable) - origins, 0)) :]
    chosen = np.linspace(0, len(later) - 1, min(origins, len(later))).round().astype(int)
    return [later[i] for i in sorted(set(chosen))]


def _long_origin(
    panel_days: pd.Series, known_by: date, starts: list[pd.Timestamp]
) -> pd.Timestamp | None:
    """The newest day for which the longest horizon is over, where no other origin lies as early."""
    days = pd.to_datetime(panel_days).unique()
    if not starts:
        return None
    newest = pd.Timestamp(known_by) - pd.Timedelta(days=HORIZONS[-1])
    first = pd.Timestamp(days.min()) + pd.Timedelta(days=MAIN_HORIZON)
    usable = [pd.Timestamp(day) for day in days if first <= pd.Timestamp(day) <= newest]
    return max(usable) if usable and starts[0] > newest else None


def _grouped(debtor_ids: pd.Series, groups: Mapping[str, str] | None) -> pd.Series:
    if not groups:
        return debtor_ids
    return debtor_ids.map(groups).fillna(debtor_ids)


def _forecast(model: RecoveryModel, features: pd.DataFrame, extras: pd.DataFrame) -> pd.DataFrame:
    features = features.reset_index(drop=True)
    mine = score(model, features, extras)
    curves = score(None, features, extras).drop(columns="claim_id").add_prefix("prior_")
    kept = features[["day", "debtor_id", "open_amount_eur"]]
    parts = [mine, kept, segments(features)[list(SEGMENTS)], curves]
    lived = max((horizon for _, horizon in model.evidence_), default=0)
    return pd.concat(parts, axis=1).assign(lived=lived)


def _used(model: RecoveryModel) -> list[str]:
    return [*model.extras_.numbers, *model.extras_.levels, *model.extras_.rates]
