r"""Advice and overrides scored by what followed, situation by situation, never by person.

A decision is a step advised for a claim; it was followed, replaced by another step, or left
undone. Of a claim with the amount :math:`a` open and the chance :math:`p` of payment in full
within the horizon (`pipelines.regrets.HORIZON`), a step :math:`s` was expected to bring
:math:`e_s = a p + g_s`, with :math:`g` the published gain; what came is :math:`o = a` or 0. The
score of a situation is :math:`\sum (o - e) / \sum a`, its regret the score of the advice followed
less its own: what following would have brought on top, for each euro at stake.

Who overrides has reasons that no table holds: a regret is a question to ask, not a proof.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

FEWEST = 30
"""Debtors below whom a situation tells nothing yet."""

ALL = "all"
HOW = ("followed", "override", "not_done")
SITUATION = ("profile", "stage", "action")
COLUMNS = (
    *SITUATION,
    "how",
    "n",
    "n_debtors",
    "eur",
    "paid_eur",
    "expected_advised",
    "expected_chosen",
    "score",
    "low",
    "high",
    "shrunk",
    "regret",
    "regret_low",
    "regret_high",
    "verdict",
)
_Z = 1.96
#: Scores of situations differ by about as much before anything is known: 10 euros in a hundred.
_SPREAD = 0.10


def ledger(decisions: pd.DataFrame) -> pd.DataFrame:
    """The table of situations: ``mart.regret`` without its day, all together first.

    Parameters
    ----------
    decisions
        debtor_id, profile, stage, action (advised), chosen, open_eur (EUR), chance (of payment in
        full within the horizon), expected_gain (EUR, of the advice), is_paid.

    Returns
    -------
    DataFrame
        ``score``, ``shrunk`` and ``regret`` in EUR for each EUR at stake, with 95 % intervals that
        take a debtor's decisions as one. A step taken that was never advised to anybody has no
        expectation: such a decision is not scored.
    """
    if decisions.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = _scored(decisions)
    rows = rows[rows["expected_chosen"].notna()]
    if rows.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    whole = rows.assign(**dict.fromkeys(SITUATION, ALL))
    every = [_table(whole), _table(rows)]
    table = pd.concat([each for each in every if len(each)], ignore_index=True)
    table["shrunk"] = _shrunk(table)
    table = _against_advice(table)
    table["verdict"] = _verdicts(table)
    return table[list(COLUMNS)].reset_index(drop=True)


def _scored(decisions: pd.DataFrame) -> pd.DataFrame:
    """Each decision with what it was expected to bring, and what it brought."""
    amount = decisions["open_eur"].to_numpy(dtype=float)
    waiting = amount * decisions["chance"].to_numpy(dtype=float)
    gain = decisions["expected_gain"].to_numpy(dtype=float)
    same = (decisions["chosen"] == decisions["action"]).to_numpy()
    waited = (decisions["chosen"] == "wait").to_numpy()
    how = np.where(same, "followed", np.where(waited, "not_done", "override"))
    instead = np.where(waited, 0.0, amount * _usual_gain(decisions))
    return decisions.assign(
        how=how,
        eur=amount,
        paid_eur=amount * decisions["is_paid"].to_numpy(dtype=float),
        expected_advised=waiting + gain,
        expected_chosen=waiting + np.where(same, gain, instead),
    )


def _usual_gain(decisions: pd.DataFrame) -> np.ndarray:
    """What the step taken brings by the EUR where it is advised, for the profile, else at all."""
    sums = decisions.groupby(["profile", "action"])[["expected_gain", "open_eur"]].sum()
    rate = (sums["expected_gain"] / sums["open_eur"]).astype(float)
    both = pd.MultiIndex.from_frame(decisions[["profile", "chosen"]])
    found = rate.reindex(both).to_numpy(dtype=float)
    plain = sums.groupby(level="action").sum()
    usual = (plain["expected_gain"] / plain["open_eur"]).astype(float)
    return np.where(np.isnan(found), usual.reindex(decisions["chosen"]).to_numpy(float), found)


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per situation and how the advice was taken, with the score and its error."""
    keys = [*SITUATION, "how"]
    grouped = rows.groupby(keys, sort=True)
    table = grouped.agg(
        n=("eur", "size"),
        n_debtors=("debtor_id", "nunique"),
        eur=("eur", "sum"),
        paid_eur=("paid_eur", "sum"),
        expected_advised=("expected_advised", "sum"),
        expected_chosen=("expected_chosen", "sum"),
    )
    table["score"] = (table["paid_eur"] - table["expected_chosen"]) / table["eur"]
    left = rows.join(table["score"].rename("mean"), on=keys)
    apart = left["paid_eur"] - left["expected_chosen"] - left["mean"] * left["eur"]
    many = table["n_debtors"]
    seen = _of_debtors(apart, rows, keys) * many / (many - 1).clip(lower=1)
    # A few who all paid show no spread: chance alone has one.
    odds = (rows["expected_chosen"] / rows["eur"]).clip(0.02, 0.98)
    drawn = _of_debtors(rows["eur"] * np.sqrt(odds * (1 - odds)), rows, keys)
    table["error"] = np.sqrt(np.maximum(seen, drawn)) / table["eur"]
    table["low"] = table["score"] - _Z * table["error"]
    table["high"] = table["score"] + _Z * table["error"]
    return table.reset_index()


def _of_debtors(values: pd.Series, rows: pd.DataFrame, keys: list[str]) -> pd.Series:
    """Squares of the sums by debtor, summed by situation: a debtor's decisions are one."""
    each = values.groupby([rows[key] for key in [*keys, "debtor_id"]]).sum()
    return each.pow(2).groupby(level=keys).sum()


def _shrunk(table: pd.DataFrame) -> np.ndarray:
    """Scores drawn to that of all who took advice so, the more the less is known."""
    whole = table[table["action"] == ALL].set_index("how")["score"]
    centre = table["how"].map(whole).to_numpy(dtype=float)
    weight = _SPREAD**2 / (_SPREAD**2 + table["error"].to_numpy(dtype=float) ** 2)
    drawn = centre + weight * (table["score"].to_numpy(dtype=float) - centre)
    return np.where(table["action"] == ALL, table["score"], drawn)


def _against_advice(table: pd.DataFrame) -> pd.DataFrame:
    """What following would have brought on top, where some followed in the same situation."""
    kept = table[table["how"] == "followed"].set_index(list(SITUATION))
    place = pd.MultiIndex.from_frame(table[list(SITUATION)])
    other = kept[["shrunk", "error", "n_debtors"]].reindex(place).reset_index(drop=True)
    apart = (table["how"] != "followed").to_numpy() & (other["n_debtors"] >= FEWEST).to_numpy()
    regret = np.where(apart, other["shrunk"] - table["shrunk"], np.nan)
    wide = _Z * np.sqrt(other["error"] ** 2 + table["error"] ** 2)
    return table.assign(regret=regret, regret_low=regret - wide, regret_high=regret + wide)


def _verdicts(table: pd.DataFrame) -> np.ndarray:
    early = table["n_debtors"] < FEWEST
    by = [early, table["low"] > 0, table["high"] < 0]
    return np.select(by, ["too_early", "better", "worse"], "as_expected")
