"""The gates of a promotion: each says yes or no, with its figure.

A challenger is judged on forecasts made on past days by models that knew only those days, of
debtors held out of them (:mod:`models.backtest`); :mod:`models.sanity` judges what it learnt
from. A gate that does not hold forbids the promotion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from statistics import NormalDist

import numpy as np
import pandas as pd

from models import metrics as measure
from models import sanity
from models.backtest import FEWEST_TESTS, KEYS, ORIGINS, Backtest, dated, single_origin
from models.recovery.cash import HORIZONS
from models.recovery.model import MAIN_HORIZON, RecoveryModel, score
from models.segments import SEGMENTS
from models.verdict import Gate

TOLERANCE = 0.005
CALIBRATED = (0.9, 1.1)
NEAR = (0.8, 1.25)  # of horizons other than the main one, which few rows reach
FEWEST_OF_SEGMENT = 300
LEAST_OWN = 0.75
"""Weight of the model from which a forecast is its own: calibration is judged on those alone.

What an early origin has never lived through the published curve answers, and is said to be a
prior; how far off that was tells nothing of the model to promote, which has lived through it.
"""
MOST_SHIFT = 0.2
LEAST_OVERLAP = 0.6
MOST_RISE = 0.01
MOST_AUC_LOST = 0.05
RECENT_DAYS = 120
LOOK_BACK = 270


@dataclass(frozen=True, slots=True)
class Trial:
    """What the gates look at.

    ``champion`` is the model in use with the day it was trained and its AUC of then; ``groups``
    names the debtor that several ids are; ``signs`` are counts of the ledger
    (:func:`pipelines.ledger_signs.ledger_signs`); ``trusted`` are columns a person vouched for.
    """

    model: RecoveryModel
    past: Backtest
    features: pd.DataFrame
    extras: pd.DataFrame
    outcomes: pd.DataFrame
    known_by: date
    champion: RecoveryModel | None = None
    champion_day: date | None = None
    champion_auc: float | None = None
    signs: Mapping[str, float] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    trusted: frozenset[str] = frozenset()


def judge(trial: Trial) -> dict[str, Gate]:
    """Every gate by name, in the order in which a person would ask."""
    gates = [*sanity.judge(trial), *_performance(trial)]
    return {gate.name: gate for gate in gates}


def _performance(trial: Trial) -> Iterator[Gate]:
    rows = trial.past.rows
    test, happened = _known(rows, MAIN_HORIZON)
    n, origins = len(test), trial.past.n_origins
    enough = n >= FEWEST_TESTS and origins >= ORIGINS
    yield Gate("out_of_time", enough, float(n), FEWEST_TESTS, about={"origins": origins})
    if n < FEWEST_TESTS or len(np.unique(happened)) < 2:
        return
    mine, curves = test["p_90"].to_numpy(float), test["prior_p_90"].to_numpy(float)
    yield better("better_than_prior", happened, mine, curves, test["debtor_id"])
    own = own_forecasts(rows)
    its_test, its_happened = _known(own, MAIN_HORIZON)
    yield from _calibration(own, its_test, its_happened)
    yield _segments(its_test, its_happened)
    yield _recent_level(own, trial.known_by)
    yield from _beside_champion(trial)
    yield sense(trial.model, trial.features, trial.extras)


def own_forecasts(rows: pd.DataFrame) -> pd.DataFrame:
    """Forecasts in which the model had its say; all where they are too few to judge it by."""
    own = rows[rows["weight"] >= LEAST_OWN]
    _, happened = _known(own, MAIN_HORIZON)
    return own if len(happened) >= FEWEST_TESTS and len(np.unique(happened)) > 1 else rows


def better(
    name: str,
    happened: np.ndarray,
    mine: np.ndarray,
    theirs: np.ndarray,
    debtors: pd.Series,
    horizon: int = MAIN_HORIZON,
) -> Gate:
    """Upper end of the 95 % interval, whole debtors drawn, of the loss gained, relative to theirs.

    In percent; the mean must lie below zero, and the upper ends of log loss and of the Brier
    score at most at ``TOLERANCE``.
    """
    found = {}
    for key, loss in (("log", measure.log_losses), ("brier", _brier_losses)):
        difference = loss(happened, mine) - loss(happened, theirs)
        reference = max(float(loss(happened, theirs).mean()), 1e-9)
        low, high = measure.debtor_bootstrap(difference, debtors)
        ends = (float(difference.mean()), low, high)
        found[key] = tuple(100 * end / reference for end in ends)
    change, low, high = found["log"]
    holds = change < 0 and max(high, found["brier"][2]) <= 100 * TOLERANCE
    about = {"change": change, "low": low, "brier": found["brier"][2]}
    about |= {"horizon": horizon, "n": len(mine)}
    return Gate(name, bool(holds), high, 100 * TOLERANCE, about=about)


def _calibration(rows: pd.DataFrame, test: pd.DataFrame, happened: np.ndarray) -> Iterator[Gate]:
    found = measure.calibration_interval(happened, test["p_90"].to_numpy(float), test["debtor_id"])
    for name, ends in found.items():
        yield _reaching(name, *ends)
    worst: Gate | None = None
    z = _normal(2 * len(HORIZONS))
    for horizon in HORIZONS:
        # What the model of an origin had never seen over tells nothing of the one to promote.
        known, seen = _known(rows[rows["lived"] >= horizon], horizon)
        if len(known) < FEWEST_TESTS or len(np.unique(seen)) < 2:
            continue
        chance = known[f"p_{horizon}"].to_numpy(float)
        ends_of = measure.calibration_interval(seen, chance, known["debtor_id"], z)
        for what, ends in ends_of.items():
            about = {"what": (what, {}), "horizon": horizon}
            gate = _reaching("calibrated_horizons", *ends, band=NEAR, **about)
            worst = _farther(worst, gate)
    if worst is not None:
        yield worst


def _segments(test: pd.DataFrame, happened: np.ndarray) -> Gate:
    parts = []
    for column in SEGMENTS:
        for band, place in test.groupby(column).indices.items():
            if test["claim_id"].iloc[place].nunique() >= FEWEST_OF_SEGMENT:
                parts.append((f"{column} = {band}", place))
    z = _normal(2 * max(len(parts), 1))
    worst: Gate | None = None
    for segment, place in parts:
        if len(np.unique(happened[place])) < 2:
            continue
        part = test.iloc[place]
        chance = part["p_90"].to_numpy(float)
        found = measure.calibration_interval(happened[place], chance, part["debtor_id"], z)
        for what, ends in found.items():
            about = {"what": (what, {}), "segment": segment, "n_segments": len(parts)}
            worst = _farther(worst, _reaching("calibrated_segments", *ends, **about))
    return worst or Gate("calibrated_segments", True, None, CALIBRATED)


def _recent_level(rows: pd.DataFrame, known_by: date) -> Gate:
    """Whether forecasts of the last origins still have the right level in the last months."""
    worst: Gate | None = None
    fresh = rows["origin"] >= rows["origin"].max() - pd.Timedelta(days=RECENT_DAYS)
    for horizon in (30, MAIN_HORIZON):
        first = pd.Timestamp(known_by) - pd.Timedelta(days=horizon + RECENT_DAYS)
        known, seen = _known(rows[fresh & (rows["day"] > first)], horizon)
        if len(known) < FEWEST_TESTS or len(np.unique(seen)) < 2:
            continue
        chance = known[f"p_{horizon}"].to_numpy(float)
        found = measure.calibration_interval(seen, chance, known["debtor_id"], _normal(4))
        ends = found["observed_over_expected"]
        worst = _farther(worst, _reaching("recent_level", *ends, horizon=horizon))
    return worst or Gate("recent_level", True, None, CALIBRATED)


def _beside_champion(trial: Trial) -> Iterator[Gate]:
    champion, day = trial.champion, trial.champion_day
    if champion is None or day is None:
        yield Gate("stability", True, None, MOST_SHIFT, blocks=False)
        return
    verdict = Gate("better_than_champion", False, None, 100 * TOLERANCE)
    world = Gate("same_world", True, None, 0.0)
    for horizon in (MAIN_HORIZON, 30):
        test, happened = _known(_since(trial, day, horizon), horizon)
        if len(test) < FEWEST_TESTS or len(np.unique(happened)) < 2:
            continue
        rows = test[KEYS].merge(dated(trial.features), on=KEYS, how="left", validate="one_to_one")
        theirs = score(champion, rows, trial.extras)[f"p_{horizon}"].to_numpy(float)
        mine = test[f"p_{horizon}"].to_numpy(float)
        verdict = better("better_than_champion", happened, mine, theirs, test["debtor_id"], horizon)
        if horizon == MAIN_HORIZON:
            world = _same_world(happened, theirs, test["debtor_id"], trial.champion_auc)
        break
    yield verdict
    yield world
    proven = verdict.figure is not None and verdict.figure < 0 and verdict.passed
    yield stability(trial.model, champion, trial.features, trial.extras, blocks=not proven)


def _since(trial: Trial, day: date, horizon: int) -> pd.DataFrame:
    """Forecasts of the challenger's kind from a day after the champion's training on.

    As the champion, it learnt from every debtor, and from nothing later than that day; the day
    is the first of the panel in the last nine months.
    """
    last = pd.Timestamp(trial.known_by) - pd.Timedelta(days=horizon)
    first = max(pd.Timestamp(day), pd.Timestamp(trial.known_by) - pd.Timedelta(days=LOOK_BACK))
    days = np.sort(pd.to_datetime(trial.features["day"]).unique())
    days = days[(days >= first) & (days <= last)]
    if not len(days):
        return pd.DataFrame()
    origin = pd.Timestamp(days[0]).date()
    panel = (trial.features, trial.extras, trial.outcomes)
    return single_origin(*panel, known_by=trial.known_by, origin=origin).rows


def _same_world(
    happened: np.ndarray, theirs: np.ndarray, debtors: pd.Series, before: float | None
) -> Gate:
    if before is None:
        return Gate("same_world", True, None, 0.0)
    now = measure.auc(happened, theirs)
    _, high = measure.bootstrap(happened, theirs, debtors)
    least = before - MOST_AUC_LOST
    return Gate("same_world", high >= least, now, least, about={"before": before, "high": high})


def stability(
    model: RecoveryModel,
    champion: RecoveryModel,
    features: pd.DataFrame,
    extras: pd.DataFrame,
    *,
    blocks: bool,
) -> Gate:
    """PSI of the scores on the newest day, and what the top deciles have in common.

    A challenger proven better may differ: then it only warns.
    """
    rows, free = newest(features, extras)
    mine = score(model, rows, free)["p_90"].to_numpy(float)
    theirs = score(champion, rows, free)["p_90"].to_numpy(float)
    edges = np.unique(np.quantile(theirs, np.linspace(0, 1, 11)[1:-1]))
    shares = [np.bincount(np.searchsorted(edges, p, "right"), minlength=len(edges) + 1)
              for p in (theirs, mine)]  # fmt: skip
    shift = measure.population_stability(shares[0] / len(rows), shares[1] / len(rows))
    top = max(len(rows) // 10, 1)
    first, second = (set(np.argsort(-p, kind="stable")[:top]) for p in (mine, theirs))
    overlap = len(first & second) / len(first | second)
    holds = shift < MOST_SHIFT and overlap >= LEAST_OVERLAP
    return Gate("stability", holds, shift, MOST_SHIFT, blocks, {"overlap": 100 * overlap})


def sense(model: RecoveryModel, features: pd.DataFrame, extras: pd.DataFrame) -> Gate:
    """Two more broken promises, or six more months, must not raise the mean chance at 90 days.

    In points of probability, the larger rise of the two.
    """
    rows, free = newest(features, extras)
    base = score(model, rows, free)["p_90"].mean()
    broken = rows.assign(n_promises_broken=rows["n_promises_broken"].fillna(0) + 2)
    older = rows.assign(
        days_overdue=rows["days_overdue"] + 182, days_since_issue=rows["days_since_issue"] + 182
    )
    rises = {
        what: 100 * float(score(model, changed, free)["p_90"].mean() - base)
        for what, changed in (("promises", broken), ("age", older))
    }
    what = max(rises, key=rises.__getitem__)
    limit = 100 * MOST_RISE
    return Gate("sense", rises[what] <= limit, rises[what], limit, about={"what": (what, {})})


def newest(
    features: pd.DataFrame, extras: pd.DataFrame, most: int = 5_000
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of the newest day of a panel, at most ``most``, with their free columns."""
    rows = dated(features)
    day = rows["day"].max()
    rows = rows[rows["day"] == day].head(most).reset_index(drop=True)
    free = extras[pd.to_datetime(extras["day"]) == day] if len(extras) else extras
    return rows, free.assign(day=pd.to_datetime(free["day"])) if len(free) else free


def _known(rows: pd.DataFrame, horizon: int) -> tuple[pd.DataFrame, np.ndarray]:
    if rows.empty:
        return rows, np.empty(0)
    happened = rows[f"full_{horizon}"].to_numpy(dtype=float)
    known = ~np.isnan(happened)
    return rows[known].reset_index(drop=True), happened[known]


def _reaching(
    name: str,
    figure: float,
    low: float,
    high: float,
    band: tuple[float, float] = CALIBRATED,
    **about: object,
) -> Gate:
    reaches = low <= band[1] and high >= band[0]
    return Gate(name, bool(reaches), figure, band, about={"low": low, "high": high, **about})


def _farther(one: Gate | None, other: Gate) -> Gate:
    """The gate whose interval lies farther from its band."""
    return other if one is None or _distance(other) > _distance(one) else one


def _distance(gate: Gate) -> float:
    low, high = gate.limit
    return max(gate.about["low"] - high, low - gate.about["high"])


def _normal(tests: int) -> float:
    """Normal quantile of a 95 % statement about so many one-sided tests at once."""
    return NormalDist().inv_cdf(1 - 0.05 / tests)


def _brier_losses(happened: np.ndarray, chance: np.ndarray) -> np.ndarray:
    return (happened - chance) ** 2
