"""Training with gates: evaluated out of time, kept, and crowned only if it deserves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import xlogy

from models import metrics as measure
from models.columns import folds
from models.recovery.cash import HORIZONS
from models.recovery.labels import OUTCOMES, labels
from models.recovery.model import MAIN_HORIZON, RecoveryModel, fit, score
from models.registry import LoadedModel, Registry

NAME = "recovery"
ORIGINS = 3
FEWEST_EVENTS = 50
FEWEST_TESTS = 100
LEAK_AUC = 0.95
TOLERANCE = 0.005
CALIBRATED = (0.9, 1.1)
_KEYS = ["claim_id", "day"]

Gates = dict[str, tuple[bool, float | None]]


@dataclass(frozen=True, slots=True)
class Backtest:
    """Forecasts made on past days by models that knew only what was known then.

    ``rows`` has claim_id, debtor_id, day, for each horizon ``full_<h>`` and ``any_<h>`` (what
    became of it, NaN if not known yet), cash_365, open_amount_eur, and the columns of
    ``mart.recovery`` of the model and, with the prefix ``prior_``, of the published curves.
    """

    rows: pd.DataFrame
    n_train: int
    refused: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a training did and why.

    ``gates`` maps a gate to whether it holds and the figure it was judged by (None where there
    was nothing to judge); ``version`` is None when nothing could be learnt.
    """

    metrics: Mapping[str, float]
    gates: Gates
    promoted: bool
    version: str | None
    refused_columns: tuple[str, ...]
    refused_reasons: Mapping[str, str]
    n_train: int
    n_test: int
    reasons: tuple[str, ...]


def train_recovery(
    features: pd.DataFrame,
    extras: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    known_by: date,
    registry: Registry,
    data_version: str,
) -> TrainingReport:
    """Train, evaluate out of time, keep the model as challenger, promote it if every gate holds.

    The frames are those of :meth:`models.recovery.model.RecoveryModel.fit`.
    """
    model = fit(features, extras, outcomes, known_by=known_by)
    past = backtest(features, extras, outcomes, known_by=known_by)
    found = figures(past.rows)
    champion = registry.champion(NAME, known_by)
    gates = judge(model, past.rows, found, champion, features, extras)
    reasons = [*model.reasons_, *_failures(gates)]
    refused = dict(sorted({**past.refused, **model.extras_.refused}.items()))
    version = None
    if model.lines_:
        version = registry.log(
            NAME,
            {"model": model.to_json()},
            found,
            {"known_by": known_by.isoformat(), "strength": model.strength_},
            known_by,
            data_version,
            card(model, found, gates, known_by),
            failed_gates=[name for name, (passed, _) in gates.items() if not passed],
        )
    promoted = version is not None and all(passed for passed, _ in gates.values())
    if promoted and version is not None:
        registry.promote(NAME, version)
    return TrainingReport(
        found,
        gates,
        promoted,
        version,
        tuple(refused),
        refused,
        model.n_rows_,
        int(found.get("n", 0)),
        tuple(reasons),
    )


def loaded(kept: LoadedModel | None) -> RecoveryModel | None:
    """The recovery model of a registry's version, None for None."""
    return None if kept is None else RecoveryModel.from_json(kept.parts["model"])


def backtest(
    features: pd.DataFrame,
    extras: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    known_by: date,
    origins: int = ORIGINS,
) -> Backtest:
    """Rolling origins: learn by each origin, forecast the later rows of debtors held out of it.

    A label enters training only when its horizon ended by the origin, which is the purge; the
    debtors are split in as many parts as there are origins and each part is forecast once.
    """
    features = features.assign(day=pd.to_datetime(features["day"]))
    outcomes = outcomes.assign(day=pd.to_datetime(outcomes["day"]))
    starts = _origins(features["day"], known_by, origins)
    part = folds(features["debtor_id"], max(len(starts), 1))
    tested, n_train = [], 0
    refused: dict[str, str] = {}
    for i, origin in enumerate(starts):
        learn_on = (part != i) & (features["day"] <= origin).to_numpy()
        test_on = (part == i) & (features["day"] >= origin).to_numpy()
        model = fit(features[learn_on], extras, outcomes, known_by=origin.date())
        refused.update(model.extras_.refused)
        n_train = max(n_train, model.n_rows_)
        tested.append(_forecast(model, features[test_on], extras))
    if not tested:
        return Backtest(pd.DataFrame(), n_train, refused)
    rows = _with_labels(pd.concat(tested, ignore_index=True), outcomes, known_by)
    return Backtest(rows, n_train, refused)


def single_origin(
    features: pd.DataFrame,
    extras: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    known_by: date,
    origin: date,
) -> Backtest:
    """One model, learnt by ``origin``, forecasting every row of that day and later."""
    features = features.assign(day=pd.to_datetime(features["day"]))
    outcomes = outcomes.assign(day=pd.to_datetime(outcomes["day"]))
    learn_on = features["day"] < pd.Timestamp(origin)
    model = fit(features[learn_on], extras, outcomes, known_by=origin)
    rows = _forecast(model, features[~learn_on], extras)
    return Backtest(_with_labels(rows, outcomes, known_by), model.n_rows_, model.extras_.refused)


def _with_labels(rows: pd.DataFrame, outcomes: pd.DataFrame, known_by: date) -> pd.DataFrame:
    rows = rows.merge(outcomes[[*_KEYS, *OUTCOMES]], on=_KEYS, how="inner", validate="one_to_one")
    for (kind, horizon), happened in labels(rows, known_by).items():
        rows[f"{kind}_{horizon}"] = happened
    return rows


def _origins(panel_days: pd.Series, known_by: date, origins: int) -> list[pd.Timestamp]:
    """Days in the second half of the history whose main horizon is over by ``known_by``."""
    last = pd.Timestamp(known_by) - pd.Timedelta(days=MAIN_HORIZON)
    days = np.sort(panel_days[panel_days <= last].unique())
    first = pd.Timestamp(days[0]) + pd.Timedelta(days=MAIN_HORIZON) if len(days) else last
    usable = [pd.Timestamp(day) for day in days if pd.Timestamp(day) >= first]
    if not usable:
        return []
    later = usable[len(usable) // 3 :]
    chosen = np.linspace(0, len(later) - 1, min(origins, len(later))).round().astype(int)
    return [later[i] for i in sorted(set(chosen))]


def _forecast(model: RecoveryModel, features: pd.DataFrame, extras: pd.DataFrame) -> pd.DataFrame:
    features = features.reset_index(drop=True)
    mine = score(model, features, extras)
    curves = score(None, features, extras).drop(columns="claim_id").add_prefix("prior_")
    kept = features[["day", "debtor_id", "open_amount_eur"]]
    return pd.concat([mine, kept, curves], axis=1)


def figures(rows: pd.DataFrame) -> dict[str, float]:
    """Metrics of a backtest: by horizon (``auc_90``), and without suffix those of 90 days.

    ``baseline_…`` are those of the published curves on the same rows; ``coverage`` is the share
    of claims whose cash fell in the 90 % interval, ``cash_ratio`` the cash seen over expected.
    """
    found: dict[str, float] = {}
    if rows.empty:
        return found
    for horizon in HORIZONS:
        happened = rows[f"full_{horizon}"].to_numpy(dtype=float)
        known = ~np.isnan(happened)
        if known.sum() < FEWEST_TESTS or len(np.unique(happened[known])) < 2:
            continue
        for prefix, name in (("", "p_"), ("baseline_", "prior_p_")):
            chance = rows[f"{name}{horizon}"].to_numpy(dtype=float)
            part = measure.summary(happened[known], chance[known])
            found.update({f"{prefix}{key}_{horizon}": value for key, value in part.items()})
    for key in [key for key in found if key.endswith(f"_{MAIN_HORIZON}")]:
        found[key.removesuffix(f"_{MAIN_HORIZON}")] = found[key]
    year = rows["any_365"].notna() & rows["open_amount_eur"].notna() & rows["cash_365"].notna()
    if year.sum() >= FEWEST_TESTS:
        cash = rows.loc[year, "cash_365"].to_numpy(dtype=float)
        inside = (cash >= rows.loc[year, "low"] - 0.01) & (cash <= rows.loc[year, "high"] + 0.01)
        found["coverage"] = float(inside.mean())
        found["cash_ratio"] = measure.observed_over_expected(
            cash, rows.loc[year, "expected_recovered"].to_numpy(dtype=float)
        )
    return found


def judge(
    model: RecoveryModel,
    rows: pd.DataFrame,
    found: Mapping[str, float],
    champion: LoadedModel | None,
    features: pd.DataFrame,
    extras: pd.DataFrame,
) -> Gates:
    """The gates of a promotion, each with its figure.

    - mature_labels: claims of the rarer outcome at 90 days that are old enough.
    - out_of_time: rows forecast out of time.
    - better_than_prior: upper end of the 95 % interval, over debtors, of the log loss gained on
      the published curves, relative to theirs; at most ``TOLERANCE``, and the mean below zero.
    - better_than_champion: likewise against the champion, on days after its training.
    - calibration_slope, observed_over_expected: their 95 % intervals reach .9 to 1.1.
    - no_leak: AUC at 90 days; above .95 a column knows the future.
    """
    line = model.lines_.get(("full", MAIN_HORIZON))
    events = min(line.n_events, line.n_without) if line else 0
    gates: Gates = {
        "mature_labels": (events >= FEWEST_EVENTS, float(events)),
        "out_of_time": (found.get("n", 0) >= FEWEST_TESTS, found.get("n", 0.0)),
    }
    if "n" not in found:
        return gates
    happened = rows[f"full_{MAIN_HORIZON}"].to_numpy(dtype=float)
    known = ~np.isnan(happened)
    test = rows[known].reset_index(drop=True)
    happened, mine = happened[known], test[f"p_{MAIN_HORIZON}"].to_numpy(dtype=float)
    curves = test[f"prior_p_{MAIN_HORIZON}"].to_numpy(dtype=float)
    gates["better_than_prior"] = _better(happened, mine, curves, test["debtor_id"])
    if champion is not None:
        later = (test["day"] > pd.Timestamp(champion.trained_as_of)).to_numpy()
        theirs = _champion_chances(champion, test[later], features, extras)
        gates["better_than_champion"] = (
            _better(happened[later], mine[later], theirs, test.loc[later, "debtor_id"])
            if later.sum() >= FEWEST_TESTS
            else (False, None)
        )
    for name, statistic in (
        ("calibration_slope", lambda y, p: measure.calibration_line(y, p)[0]),
        ("observed_over_expected", measure.observed_over_expected),
    ):
        low, high = measure.bootstrap(happened, mine, test["debtor_id"], statistic)
        reaches = low <= CALIBRATED[1] and high >= CALIBRATED[0]
        gates[name] = (reaches, found[name])
    gates["no_leak"] = (found["auc"] <= LEAK_AUC, found["auc"])
    return gates


def _better(
    happened: np.ndarray, mine: np.ndarray, theirs: np.ndarray, debtors: pd.Series
) -> tuple[bool, float]:
    difference = _losses(happened, mine) - _losses(happened, theirs)
    reference = max(float(_losses(happened, theirs).mean()), 1e-9)
    _, high = measure.debtor_bootstrap(difference, debtors)
    return difference.mean() < 0 and high / reference <= TOLERANCE, high / reference


def _losses(happened: np.ndarray, chance: np.ndarray) -> np.ndarray:
    p = np.clip(chance, 1e-6, 1 - 1e-6)
    return -(xlogy(happened, p) + xlogy(1 - happened, 1 - p))


def _champion_chances(
    champion: LoadedModel, test: pd.DataFrame, features: pd.DataFrame, extras: pd.DataFrame
) -> np.ndarray:
    dated = features.assign(day=pd.to_datetime(features["day"]))
    rows = test[_KEYS].merge(dated, on=_KEYS, how="left", validate="one_to_one")
    scored = score(loaded(champion), rows, extras)
    return scored[f"p_{MAIN_HORIZON}"].to_numpy(dtype=float)


def _failures(gates: Gates) -> list[str]:
    said = []
    for name, (passed, figure) in gates.items():
        if not passed:
            shown = "nothing to judge by yet" if figure is None else f"{figure:.3g}"
            said.append(f"gate {name} does not hold ({shown})")
    return said


def card(model: RecoveryModel, found: Mapping[str, float], gates: Gates, known_by: date) -> str:
    """What a person should know of a version before trusting it, in Markdown."""
    lines: list[str] = [
        "# Recovery",
        "",
        f"Learnt from {model.n_rows_} rows (claim, day) known by {known_by.isoformat()}. "
        "Probability that an open claim is paid within 30 to 365 days under amicable treatment. "
        "Not causal: it does not say what an action would change.",
        "",
        "| gate | holds | figure |",
        "| --- | --- | --- |",
    ]
    for name, (passed, figure) in gates.items():
        shown = "" if figure is None else f"{figure:.4g}"
        lines.append(f"| {name} | {'yes' if passed else 'no'} | {shown} |")
    lines += ["", "| metric | value |", "| --- | --- |"]
    lines += [f"| {name} | {value:.4g} |" for name, value in sorted(found.items())]
    lines += ["", *[f"- {reason}" for reason in model.reasons_]]
    lines += [f"- column {name} refused: {why}" for name, why in model.extras_.refused.items()]
    return "\n".join(lines) + "\n"


def summary_of(report: TrainingReport) -> dict[str, Any]:
    """The report as plain data, for ``--json``."""
    return {
        "metrics": dict(report.metrics),
        "gates": {name: [passed, figure] for name, (passed, figure) in report.gates.items()},
        "promoted": report.promoted,
        "version": report.version,
        "refused_columns": list(report.refused_columns),
        "refused_reasons": dict(report.refused_reasons),
        "n_train": report.n_train,
        "n_test": report.n_test,
        "reasons": list(report.reasons),
    }
