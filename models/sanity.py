"""Is what a model learnt from fit to learn from: enough, true to time, of distinct debtors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.backtest import dated
from models.columns import ExtraColumns, binned, folds, shrunken_rates, widened
from models.metrics import auc, log_loss
from models.recovery.labels import OUTCOMES, labels, settled_by_day
from models.recovery.model import MAIN_HORIZON, fit, score
from models.verdict import Gate

if TYPE_CHECKING:
    from models.gates import Trial

FEWEST_CLAIMS = 150
FEWEST_DEBTORS = 30
FEWEST_EVENTS = 50
LEAK_AUC = 0.95
STRONG_AUC = 0.8
MOST_AHEAD = 0.02
MOST_GAIN = 0.15
MOST_FILL_GAP = 0.4
MOST_COPIES = 0.02
MOST_SHARED = 0.2
MOST_REPEATS = 0.1
MOST_UNFIT = 0.08
MOST_SHORT = 0.05
_TRIED_ROWS = 1_500
_OWN = ("amount_eur", "open_amount_eur", "days_since_issue", "days_overdue", "terms_days",
        "solvency_score", "headcount", "company_age_days", "debtor_kind", "naf_division",
        "country")  # fmt: skip


def judge(trial: Trial) -> Iterator[Gate]:
    """The gates on the data, in order."""
    rows = _rows(trial)
    happened = labels(rows, trial.known_by)["full", MAIN_HORIZON]
    yield _enough(rows)
    yield _mature(rows, happened)
    yield _distinct(rows, trial)
    yield _payments(rows, trial)
    yield _leak(rows, happened, trial)
    yield _blind(trial)


def _rows(trial: Trial) -> pd.DataFrame:
    """Rows of the panel with what became of them."""
    kept = [name for name in OUTCOMES if name in trial.outcomes.columns]
    right = dated(trial.outcomes)[["claim_id", "day", *kept]]
    return dated(trial.features).merge(right, on=["claim_id", "day"], validate="one_to_one")


def _enough(rows: pd.DataFrame) -> Gate:
    claims, debtors = rows["claim_id"].nunique(), rows["debtor_id"].nunique()
    holds = claims >= FEWEST_CLAIMS and debtors >= FEWEST_DEBTORS
    about = {"debtors": debtors, "limit_debtors": FEWEST_DEBTORS}
    return Gate("enough_data", holds, float(claims), FEWEST_CLAIMS, about=about)


def _mature(rows: pd.DataFrame, happened: np.ndarray) -> Gate:
    ids = rows["claim_id"]
    events = min(ids[happened == 1].nunique(), ids[happened == 0].nunique())
    return Gate("mature_labels", events >= FEWEST_EVENTS, float(events), FEWEST_EVENTS)


def _distinct(rows: pd.DataFrame, trial: Trial) -> Gate:
    """Rows whose debtor or claim stands there twice: copies in the panel, identities in the ledger.

    Debtors of one identity are held in one part of the back-test; beyond a fifth of them the
    source should be mended first.
    """
    found = (
        ("copies", copies(rows, across=True), MOST_COPIES),
        ("repeats", copies(rows, across=False), MOST_REPEATS),
        ("identities", trial.signs.get("shared_identities", 0.0), MOST_SHARED),
    )
    kind, share, limit = max(found, key=lambda line: line[1] / line[2])
    about = {"kind": (kind, {})}
    return Gate("distinct_debtors", share <= limit, 100 * share, 100 * limit, about=about)


def copies(rows: pd.DataFrame, *, across: bool) -> float:
    """Share of the rows that another claim repeats to the cent, on the same day.

    ``across``: a claim of another debtor, all that is known of both debtors being equal; else a
    claim of the same debtor. An amount that many share (a subscription) is no sign: half of the
    debtors with that amount on that day must be copies of one another.
    """
    own = [name for name in _OWN if name in rows.columns]
    own += [name for name in rows.columns if name.startswith("debtor_") and name != "debtor_id"]
    own = list(dict.fromkeys(own))
    keys = ["day", "creditor_id", "amount_eur"]
    text = rows[[*keys, *own[1:]]].astype({"day": "int64"})
    text = text.assign(**{name: text[name].astype(str) for name in ("creditor_id",)})
    whole = pd.util.hash_pandas_object(_plain(text), index=False).to_numpy()
    amount = pd.util.hash_pandas_object(_plain(text[keys]), index=False).to_numpy()
    if not across:
        debtor = pd.util.hash_array(rows["debtor_id"].astype(str).to_numpy(dtype=object))
        whole, amount = whole ^ debtor, amount ^ debtor
    subject = rows["debtor_id" if across else "claim_id"].astype(str)
    table = pd.DataFrame({"whole": whole, "amount": amount, "subject": subject.to_numpy()})
    alike = table.groupby("whole")["subject"].transform("nunique")
    of_amount = table.groupby("amount")["subject"].transform("nunique")
    known = rows["amount_eur"].notna().to_numpy() & rows["days_since_issue"].notna().to_numpy()
    twin = (alike > 1).to_numpy() & (2 * alike > of_amount).to_numpy() & known
    return float(twin.mean()) if len(twin) else 0.0


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers rounded, all else as text: what can be hashed alike."""
    made = {}
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            made[name] = column.to_numpy(dtype=float, na_value=np.nan).round(6)
        else:
            made[name] = column.astype(object).where(column.notna(), "").astype(str)
    return pd.DataFrame(made)


def _payments(rows: pd.DataFrame, trial: Trial) -> Gate:
    """Payments that cannot be their claim's, in the ledger; and cash that contradicts the end."""
    found = [(trial.signs.get("unfit_payments", 0.0), MOST_UNFIT)]
    if "cash_365" in rows.columns:
        cash = pd.to_numeric(rows["cash_365"], errors="coerce").to_numpy(float, na_value=np.nan)
        amount = rows["open_amount_eur"].to_numpy(float, na_value=np.nan)
        days = pd.to_numeric(rows["days_to_full"], errors="coerce")
        full = (days <= 365).to_numpy(dtype=bool, na_value=False)
        odd = full & (cash < 0.8 * amount)
        found.append((float(odd.sum() / max(full.sum(), 1)), MOST_SHORT))
    share, limit = max(found, key=lambda line: line[0] / line[1])
    return Gate("payments_fit", share <= limit, 100 * share, 100 * limit)


def _leak(rows: pd.DataFrame, happened: np.ndarray, trial: Trial) -> Gate:
    """The worst sign that a column knows the outcome."""
    signs = [
        gate for gate in _signs_of_columns(rows, happened, trial) if gate.figure == gate.figure
    ]
    if not signs:
        return Gate("no_leak", True, None, LEAK_AUC)
    return max(signs, key=lambda gate: (not gate.passed, gate.figure))


def _signs_of_columns(rows: pd.DataFrame, happened: np.ndarray, trial: Trial) -> Iterator[Gate]:
    chosen: ExtraColumns = trial.model.extras_
    names = [*chosen.numbers, *chosen.levels, *chosen.rates]
    doubted = [name for name in names if name not in trial.trusted]
    wide = widened(rows, trial.extras, names)
    settled = settled_by_day(rows, trial.known_by)
    days = rows["day"].astype("int64").to_numpy()
    halves = folds(rows["debtor_id"], 2)
    alone = {}
    for name in doubted:
        number, text = wide[name]
        values = text if name in chosen.levels or name in chosen.rates else number
        filled = pd.notna(values)
        alone[name] = separation(values, filled, happened, days, halves)
        yield _filled(name, filled, settled, days)
    for name in ("open_amount_eur", "days_overdue", "open_share", "paid_share"):
        if name in rows.columns:
            values = rows[name].to_numpy(dtype=float, na_value=np.nan)
            alone[name] = separation(values, ~np.isnan(values), happened, days, halves)
    for name, figure in alone.items():
        about = {"what": ("alone", {"column": name})}
        yield Gate("no_leak", not figure > LEAK_AUC, figure, LEAK_AUC, about=about)
    yield from _against_the_rest(trial, {name: alone[name] for name in doubted})


def separation(
    values: np.ndarray, filled: np.ndarray, paid: np.ndarray, days: np.ndarray, halves: np.ndarray
) -> float:
    """AUC of a column alone, out of time: learnt on earlier days of half of the debtors.

    NaN where there is too little to learn or to judge.
    """
    known = ~np.isnan(paid)
    if known.sum() < 40:
        return float("nan")
    middle = np.sort(days[known])[known.sum() // 2]
    early, late = known & (days < middle) & (halves == 0), known & (days >= middle) & (halves == 1)
    if min(early.sum(), late.sum()) < 20:
        return float("nan")
    keys = pd.Series(binned(values, filled, early), dtype=object)
    rates = shrunken_rates(keys[early].to_numpy(), paid[early], weight=1.0)
    guess = keys.map(rates).astype(float).fillna(rates[""]).to_numpy()
    return auc(paid[late], guess[late])


def _filled(name: str, filled: np.ndarray, settled: np.ndarray, days: np.ndarray) -> Gate:
    """Whether a column is filled on claims settled since, and seldom on the others of that day."""
    table = pd.DataFrame({"day": days, "settled": settled, "filled": filled.astype(float)})
    by_day = table.groupby(["day", "settled"])["filled"].agg(["mean", "count"]).unstack()
    both = by_day.dropna()
    if both.empty or ("mean", True) not in both or ("mean", False) not in both:
        return Gate("no_leak", True, None)
    weight = both["count"].min(axis=1)
    shares = [float(np.average(both["mean", end], weights=weight)) for end in (True, False)]
    gap = shares[0] - shares[1]
    about = {"column": name, "settled": 100 * shares[0], "open": 100 * shares[1]}
    what = {"what": ("filled", about)}
    return Gate("no_leak", gap <= MOST_FILL_GAP, 100 * gap, 100 * MOST_FILL_GAP, about=what)


def _against_the_rest(trial: Trial, alone: dict[str, float]) -> Iterator[Gate]:
    """A free column that tells more than all else together, or a model too good to be true."""
    test = trial.past.rows
    known = test[test["full_90"].notna()] if len(test) else test
    if known.empty:
        return
    paid = known["full_90"].to_numpy(float)
    whole = auc(paid, known["p_90"].to_numpy(float))
    yield Gate("no_leak", not whole > LEAK_AUC, whole, LEAK_AUC, about={"what": ("model", {})})
    if not alone:
        return
    rows, without = _without_extras(trial, known)
    paid, mine = rows["full_90"].to_numpy(float), rows["p_90"].to_numpy(float)
    worst = max(alone, key=lambda name: np.nan_to_num(alone[name]))
    rest = auc(paid, without)
    if alone[worst] >= STRONG_AUC:
        about = {"column": worst, "without": rest}
        limit = rest + MOST_AHEAD
        what = {"what": ("dominant", about)}
        yield Gate("no_leak", not alone[worst] > limit, alone[worst], limit, about=what)
    gain = 1 - log_loss(paid, mine) / max(log_loss(paid, without), 1e-9)
    what = {"what": ("gain", {"column": worst})}
    yield Gate("no_leak", not gain > MOST_GAIN, 100 * gain, 100 * MOST_GAIN, about=what)


def _without_extras(trial: Trial, known: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows of the last origin, and their chances by a model that sees no free column."""
    features, outcomes = dated(trial.features), dated(trial.outcomes)
    origin = known["origin"].max()
    rows = known[known["origin"] == origin]
    held = set(rows["debtor_id"])
    none = trial.extras.head(0)
    learn_on = ~features["debtor_id"].isin(held) & (features["day"] <= origin)
    model = fit(features[learn_on], none, outcomes, known_by=origin.date())
    asked = rows[["claim_id", "day"]].merge(features, on=["claim_id", "day"], how="left")
    return rows, score(model, asked, none)["p_90"].to_numpy(float)


def _blind(trial: Trial) -> Gate:
    """Largest change of a chance when all that follows a past day is shuffled."""
    features, outcomes = dated(trial.features), dated(trial.outcomes)
    hashed = pd.util.hash_array(features["debtor_id"].astype(str).to_numpy(dtype=object))
    kept = np.argsort(hashed, kind="stable")[:_TRIED_ROWS]
    features = features.iloc[np.sort(kept)]
    # A day among the rows kept: those of a single debtor may all be early ones.
    days = np.sort(features["day"].unique())
    if len(features) < 40 or len(days) < 3:
        return Gate("blind_to_future", True, None, 1e-9)
    day = pd.Timestamp(days[len(days) // 2])
    keys = features[["claim_id", "day"]]
    outcomes = keys.merge(outcomes, on=["claim_id", "day"], how="inner")
    known = features[features["day"] <= day]
    rows = known[known["day"] == day].head(200)
    told = [
        score(fit(known, trial.extras, seen, known_by=day.date()), rows, trial.extras)["p_90"]
        for seen in (outcomes, shuffled_after(outcomes, day))
    ]
    change = float(np.abs(told[0].to_numpy(float) - told[1].to_numpy(float)).max())
    return Gate("blind_to_future", change <= 1e-9, change, 1e-9)


def shuffled_after(outcomes: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Outcomes in which all that happened after a day is replaced by something else."""
    elapsed = (day - outcomes["day"]).dt.days.to_numpy(dtype=float)
    changed = outcomes.copy()
    generator = np.random.default_rng(0)
    late = np.maximum(elapsed, 0) + generator.integers(1, 400, len(outcomes))
    for name in ("days_to_full", "days_to_any"):
        days = pd.to_numeric(outcomes[name], errors="coerce").to_numpy(float, na_value=np.nan)
        after = np.isnan(days) | (days > elapsed)
        other = np.where(generator.random(len(outcomes)) < 0.5, late, np.nan)
        changed[name] = np.where(after, other, days)
    changed["days_to_any"] = np.fmin(changed["days_to_any"], changed["days_to_full"])
    return changed
