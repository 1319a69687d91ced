"""Plans of the contacts that offer one: how much, in whose currency, on which terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from models.strategy.facts import Claims, Debtors
from models.strategy.mdp import Values
from models.strategy.plans import Asked, asked_of, plan_offers

COLUMNS = ("contact_group_id", "due_on", "amount", "p_kept")


def offers(
    table: pd.DataFrame,
    claims: Claims,
    debtors: Debtors,
    worth: Values,
    habits: pd.DataFrame,
    steps: Mapping[str, Any],
    effects: Mapping[str, Any],
) -> pd.DataFrame:
    """Instalments of the groups whose contact offers a plan.

    ``table`` holds the recommendations in the order of the claims; ``habits`` rows of
    ``features.debtor_habits``, or none.
    """
    rows = np.flatnonzero((table["action"] == "offer_plan").to_numpy())
    if len(rows) == 0:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    ids, asked = of_rows(table, rows, claims, debtors, worth, habits, steps, effects)
    return plan_offers(ids, asked, steps, float(effects["discount_rate"]))[list(COLUMNS)]


def of_rows(
    table: pd.DataFrame,
    rows: np.ndarray,
    claims: Claims,
    debtors: Debtors,
    worth: Values,
    habits: pd.DataFrame,
    steps: Mapping[str, Any],
    effects: Mapping[str, Any],
) -> tuple[np.ndarray, Asked]:
    """Groups of some claims, and what is asked of each."""
    group, ids = pd.factorize(table["contact_group_id"].to_numpy(dtype=object)[rows], sort=True)
    unit, _ = pd.factorize(claims.currency[rows])
    frame = pd.DataFrame(
        {
            "act_on": pd.to_datetime(table["act_on"].iloc[rows]).to_numpy(),
            "of": claims.of[rows],
            "euros": claims.chaseable_eur[rows],
            "waits": worth.waits[rows],
        }
    )
    # A plan is in the debtor's currency; several together are one plan in EUR.
    units = pd.Series(unit).groupby(group)
    alike = units.transform("min") == units.transform("max")
    asked = np.where(alike, claims.chaseable[rows], claims.chaseable_eur[rows])
    frame["amount"] = np.rint(asked * 100) / 100
    groups = frame.groupby(group, sort=True).agg(
        act_on=("act_on", "min"),
        amount=("amount", "sum"),
        of=("of", "first"),
        euros=("euros", "sum"),
        waits=("waits", "sum"),
    )
    of, euros = groups["of"].to_numpy(), groups["euros"].to_numpy(dtype=float)
    prior = debtors.belief[of] @ np.asarray(effects["plan_kept"], dtype=float)
    waits = groups["waits"].to_numpy(dtype=float)
    alone = np.divide(waits, euros, out=np.full(len(of), 0.5), where=euros > 0)
    made = asked_of(
        groups["amount"].to_numpy(dtype=float),
        groups["act_on"].to_numpy(),
        prior,
        np.clip(alone, 0.0, 1.0),
        _of_debtors(habits, debtors.ids[of]),
        steps,
    )
    return ids, made


def _of_debtors(habits: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    if habits.empty:
        return pd.DataFrame(index=ids)
    return habits.set_index("debtor_id").reindex(ids)
