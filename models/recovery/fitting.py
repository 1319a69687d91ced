"""How a recovery model is learnt: engine by score, forecasts out of fold, maps set right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.special import expit

from models.columns import folds
from models.recovery.calibration import BELIEF, Calibration, fit_calibration
from models.recovery.cash import HORIZONS, order
from models.recovery.hazard import (
    BoostedHazard,
    Inputs,
    LogisticHazard,
    period_losses,
)
from models.recovery.periods import EDGES, MIDDLES, Periods, periods, within
from models.recovery.second import SecondLook

KINDS = ("full", "any")
AGAIN = "again"
"""Any payment of a claim on which something was paid before, which has maps of its own."""

FOLDS = 3
LINEAR_FOLDS = 6  # cheap, and the nearer to all rows, the less the maps learn to flatten
RECENT_DAYS = 60
HALF_LIFE_DAYS = 120.0
_MOST_TO_CHOOSE = 15_000
_WORTH_IT = 0.005  # relative loss that trees must gain: below it the simpler engine stays
_FEWEST_TO_FIT = 5  # person-period rows with the event
_FEWEST_RECENT = 20  # payments in the newest months
_FEWEST_TO_MAP = 10  # claims of the rarer outcome
_UNKNOWN_LEVEL = 0.3  # error in log-odds where the newest months show too few payments
_SURE = 1.5  # standard errors within which a change of level is no news

Hazard = LogisticHazard | BoostedHazard
Margins = dict[str, np.ndarray]
Maps = dict[tuple[str, int], Calibration]
Level = dict[str, tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What was chosen by score: the engine, the penalties or the number of trees, the losses.

    ``strength`` is that of payment in full, often the rarer event, ``strength_any`` that of any
    payment. ``losses`` is the mean log loss of person-period rows of debtors held out, of payment
    in full, by candidate.
    """

    engine: str
    strength: float
    n_trees: int
    losses: Mapping[str, float]
    strength_any: float

    def fit(self, inputs: Inputs, kind: str, seen: Periods, near: Hazard | None = None) -> Hazard:
        """The chosen engine learnt on person-period rows, from ``near`` on where that is one."""
        if self.engine == "boosted":
            return BoostedHazard.fit(inputs, kind, seen, n_trees=self.n_trees)
        strength = self.strength if kind == "full" else self.strength_any
        start = near if isinstance(near, LogisticHazard) else None
        return LogisticHazard.fit(inputs, kind, seen, strength, start)


def by_kind(rows: pd.DataFrame, known_by: date) -> dict[str, Periods]:
    """Person-period rows of both kinds of event."""
    return {kind: periods(rows, known_by, kind) for kind in KINDS}


def choose(
    inputs: Inputs,
    rows: pd.DataFrame,
    seen: Mapping[str, Periods],
    strengths: Sequence[float],
    *,
    with_trees: bool,
) -> Recipe:
    """The engine that forecasts the debtors held out best; trees are tried where claims are many.

    Trees must gain ``_WORTH_IT``: less proves nothing, and the simpler engine stays. Each kind of
    event has the penalty that suits it, since payments in full may be rare where others are many.
    """
    debtors = rows["debtor_id"]
    part = folds(debtors, FOLDS, within=True)
    few = np.arange(len(rows)) < _MOST_TO_CHOOSE
    halves = {kind: (line.of((part != 0) & few), line.of((part == 0) & few))
              for kind, line in seen.items()}  # fmt: skip
    strength_any, _ = _penalty(inputs, "any", *halves["any"], debtors, strengths)
    strength, losses = _penalty(inputs, "full", *halves["full"], debtors, strengths)
    if not losses:
        return Recipe("logistic", strength, 0, losses, strength_any)
    n_trees = 0
    if with_trees:
        n_trees, losses["boosted"] = BoostedHazard.choose_size(inputs, "full", *halves["full"])
    linear = losses[f"logistic {strength}"]
    wins = losses.get("boosted", np.inf) < linear * (1 - _WORTH_IT)
    engine = "boosted" if wins else "logistic"
    return Recipe(engine, strength, n_trees, losses, strength_any)


def _penalty(
    inputs: Inputs,
    kind: str,
    learn: Periods,
    judge: Periods,
    debtors: pd.Series,
    strengths: Sequence[float],
) -> tuple[float, dict[str, float]]:
    """The inverse strength of the penalty, and the mean loss of each; none with too few events.

    A weaker penalty must gain more than the standard error of its gain, debtors whole (the rule
    of one standard error, Breiman and others 1984): of a rare event a third shows a handful.
    """
    if min(len(judge.row), len(learn.row)) == 0 or learn.happened.sum() < _FEWEST_TO_FIT:
        return strengths[0], {}
    debtor = pd.factorize(debtors)[0][judge.row]
    losses = {}
    best, least = strengths[0], np.full(len(judge.row), np.inf)
    engine = None
    for strength in sorted(strengths):
        engine = LogisticHazard.fit(inputs, kind, learn, strength, engine)
        loss = period_losses(engine.margins(inputs, kind), judge)
        losses[f"logistic {strength}"] = float(loss.mean())
        gain = np.bincount(debtor, least - loss)
        if gain.sum() > np.sqrt((gain**2).sum()) or np.isinf(gain.sum()):
            best, least = strength, loss
    return best, losses


def out_of_fold(
    recipe: Recipe,
    inputs: Inputs,
    rows: pd.DataFrame,
    seen: Mapping[str, Periods],
    whole: Mapping[str, Hazard],
) -> Margins | None:
    """Margins of rows by engines that saw none of their debtor; None where folds are empty.

    ``whole`` are the engines learnt from all rows, near which those of the folds lie.
    """
    n_folds = LINEAR_FOLDS if recipe.engine == "logistic" else FOLDS
    part = folds(rows["debtor_id"], n_folds, within=True)
    found: Margins = {}
    for kind in KINDS:
        margins = np.empty((len(rows), len(EDGES) - 1))
        for k in range(n_folds):
            learn = seen[kind].of(part != k)
            if learn.happened.sum() < _FEWEST_TO_FIT or not (part == k).any():
                return None
            engine = recipe.fit(inputs, kind, learn, whole[kind])
            margins[part == k] = engine.margins(inputs.take(part == k), kind)
        found[kind] = margins
    return found


def second_looks(
    recipe: Recipe, margins: Margins, inputs: Inputs, seen: Mapping[str, Periods]
) -> dict[str, SecondLook]:
    """What sets the margins of trees right, by kind; the logistic engine needs none."""
    if recipe.engine != "boosted":
        return {}
    return {kind: SecondLook.fit(margins[kind], inputs.age, seen[kind]) for kind in KINDS}


def levels(
    margins: Margins, rows: pd.DataFrame, seen: Mapping[str, Periods], known_by: date
) -> Level:
    """How far the newest months lie above the fit, by kind: log-odds used, found, its error.

    What lies within ``_SURE`` standard errors is left alone; beyond, the correction grows to the
    whole of what was found (drawn in the way of James and Stein 1961).
    """
    recent = recent_bins(rows, known_by)
    out = {}
    for kind in KINDS:
        newest = recent[seen[kind].row, seen[kind].bin]
        shift, error = level_shift(margins[kind], seen[kind], newest, rows["debtor_id"])
        sure = np.isfinite(error) and abs(shift) > _SURE * error
        used = shift * (1.0 - (_SURE * error / shift) ** 2) if sure else 0.0
        spread = error if np.isfinite(error) else _UNKNOWN_LEVEL
        out[kind] = (round(float(used), 10), round(shift, 10), round(spread, 10))
    return out


def level_shift(
    margins: np.ndarray, periods: Periods, recent: np.ndarray, debtors: pd.Series
) -> tuple[float, float]:
    """Log-odds by which the newest person-periods lie above the fit, and its standard error.

    ``recent`` marks the person-periods (boolean, shape (n_periods,)) that ended lately. One Newton
    step from no shift; the error is clustered by debtor, whose rows move together.
    """
    at = margins[periods.row, periods.bin][recent]
    happened = periods.happened[recent]
    if happened.sum() < _FEWEST_RECENT:
        return 0.0, float("inf")
    shift = 0.0
    for _ in range(20):
        chance = expit(at + shift)
        spread = float((chance * (1 - chance)).sum())
        step = float((happened - chance).sum()) / max(spread, 1e-9)
        shift += float(np.clip(step, -1.0, 1.0))
        if abs(step) < 1e-6:
            break
    residual = happened - expit(at + shift)
    codes = pd.factorize(debtors.to_numpy()[periods.row[recent]])[0]
    scores = np.bincount(codes, weights=residual)
    return shift, float(np.sqrt((scores**2).sum()) / max(spread, 1e-9))


def level_error(level: Level, full: np.ndarray, share: np.ndarray) -> float:
    """Standard error in log-odds of the level of cash, from those of the two kinds of payment.

    Weighted by what payments in full bring of the share expected, arrays of shape (n_rows,):
    where debts are paid by instalments the few payments in full say little of the cash.
    """
    whole = float(np.clip(full.sum() / max(share.sum(), 1e-9), 0.0, 1.0))
    return whole * level["full"][2] + (1.0 - whole) * level["any"][2]


def recent_bins(rows: pd.DataFrame, known_by: date) -> np.ndarray:
    """Which bins of each row have their middle in the newest months, shape (n_rows, N_BINS)."""
    age = (pd.Timestamp(known_by) - pd.to_datetime(rows["day"])).dt.days.to_numpy()
    return age[:, None] - MIDDLES < RECENT_DAYS


def at_their_level(margins: Margins, level: Level, recent: np.ndarray) -> Margins:
    """Margins with the correction of the newest months in the bins that they hold.

    So a map learnt from old and new outcomes does not correct a second time.
    """
    return {kind: margin + level[kind][0] * recent for kind, margin in margins.items()}


def calibrations(
    chances: Mapping[str, np.ndarray],
    marks: Mapping[tuple[str, int], np.ndarray],
    rows: pd.DataFrame,
    known_by: date,
    *,
    begun: np.ndarray | None = None,
    family: str | None = None,
    belief: float = BELIEF,
) -> Maps:
    """The map of each kind and horizon, learnt from forecasts and mature labels.

    Where ``begun`` marks the rows on which something was paid before, any payment of those has maps
    of its own: payments recur, and what errs of who goes on paying says nothing of who begins.
    ``chances`` of shape (n_rows, 5) by kind must not have seen the labels of ``marks``. The stock
    of today is likest to the newest stocks that are mature: a row weighs half as much every
    ``HALF_LIFE_DAYS`` that it is older than those need be. Rows of one claim repeat one another
    as far as their horizons overlap.
    """
    age = (pd.Timestamp(known_by) - pd.to_datetime(rows["day"])).dt.days.to_numpy(dtype=float)
    claims = rows["claim_id"]
    panel = np.unique(age)
    gap = float(np.median(np.diff(panel))) if len(panel) > 1 else float(HORIZONS[0])
    out: Maps = {}
    everyone = np.ones(len(rows), dtype=bool)
    parts = {kind: (kind, everyone) for kind in KINDS}
    if begun is not None:
        parts = {"full": ("full", everyone), "any": ("any", ~begun), AGAIN: ("any", begun)}
    for name, (kind, who) in parts.items():
        for i, horizon in enumerate(HORIZONS):
            happened = np.where(who, marks[kind, horizon], np.nan)
            known = ~np.isnan(happened)
            counts = claims_with_and_without(claims, happened)
            if i and min(counts) < _FEWEST_TO_MAP:
                # What nobody lived through errs as what was lived through last.
                out[name, horizon] = out[name, HORIZONS[i - 1]]
                continue
            out[name, horizon] = fit_calibration(
                happened[known],
                chances[kind][known, i],
                min(counts),
                rows_per_claim=max(min(known.sum() / max(sum(counts), 1), horizon / gap), 1.0),
                weights=0.5 ** ((age[known] - horizon) / HALF_LIFE_DAYS),
                family=family,
                belief=belief,
                near=out[name, HORIZONS[i - 1]] if i else None,
            )
    return out


def begun(rows: pd.DataFrame) -> np.ndarray:
    """Whether something was paid on each claim before, shape (n_rows,)."""
    if "n_payments" not in rows.columns:
        return np.zeros(len(rows), dtype=bool)
    return np.asarray(rows["n_payments"].to_numpy(dtype=float, na_value=0.0) > 0)


def claims_with_and_without(claims: pd.Series, happened: np.ndarray) -> tuple[int, int]:
    """Distinct claims with and without the event; ``happened`` is 1, 0 or NaN."""
    return int(claims[happened == 1].nunique()), int(claims[happened == 0].nunique())


def chances_of(margins: Margins, kept: np.ndarray) -> dict[str, np.ndarray]:
    """Chance within each horizon by kind, shape (n_rows, 5), from margins of claims on the books.

    ``kept`` of shape (n_rows, N_BINS) is the chance that they still are, ``WriteOffs.kept``.
    """
    return {kind: within(expit(margin) * kept) for kind, margin in margins.items()}


def set_right(
    chances: Mapping[str, np.ndarray], maps: Maps, begun: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Calibrated probabilities in full and any, each of shape (n_rows, 5), in order.

    Rows marked in ``begun`` have the maps ``AGAIN`` of any payment, where there are any.
    """
    found = {
        kind: np.column_stack(
            [maps[kind, horizon](chances[kind][:, i]) for i, horizon in enumerate(HORIZONS)]
        )
        for kind in KINDS
    }
    if begun is not None and (AGAIN, HORIZONS[0]) in maps:
        for i, horizon in enumerate(HORIZONS):
            found["any"][begun, i] = maps[AGAIN, horizon](chances["any"][begun, i])
    return order(found["full"], found["any"])
