"""One claim looked at on its own: its road, and the plans its debtor could be offered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from models.strategy.facts import PRIOR, Claims, Debtors, read_claims, read_debtors, with_contacts
from models.strategy.mdp import Outlook, outlook, values
from models.strategy.offers import of_rows
from models.strategy.plans import Asked, amounts, first_days, plan_offers, schedules


def look_ahead(
    open_claims: pd.DataFrame,
    debtors: pd.DataFrame,
    conduct_rows: pd.DataFrame,
    profiles: pd.DataFrame,
    creditors: pd.DataFrame,
    contacts: pd.DataFrame,
    recovery: pd.DataFrame,
    litigation: pd.DataFrame,
    habits: pd.DataFrame,
    claim_id: str,
    *,
    ladder: Mapping[str, Any],
    effects: Mapping[str, Any],
    as_of: date,
) -> tuple[Outlook, pd.DataFrame, pd.DataFrame] | None:
    """Road, plan worth most (due_on, amount, p_kept) and a row per length of plan.

    The frames are those of `recommend`, of one debtor. None where nothing may be asked for.
    """
    if open_claims.empty:
        return None
    who, _ = with_contacts(
        read_debtors(open_claims, debtors, conduct_rows, profiles, creditors, PRIOR, as_of=as_of),
        contacts,
    )
    claims = read_claims(open_claims, recovery, litigation, who)
    price = float(ladder["minute_price"])
    road = outlook(claims, who, claim_id, ladder, effects, minute_price=price, as_of=as_of)
    if road is None:
        return None
    asked = _asked(claims, who, habits, claim_id, ladder, effects, as_of)
    rate = float(effects["discount_rate"])
    offer = plan_offers(np.asarray([claim_id], dtype=object), asked, ladder, rate)
    return road, offer[["due_on", "amount", "p_kept"]], _lengths(asked, ladder, rate)


def _asked(
    claims: Claims,
    debtors: Debtors,
    habits: pd.DataFrame,
    claim_id: str,
    ladder: Mapping[str, Any],
    effects: Mapping[str, Any],
    as_of: date,
) -> Asked:
    """All that the claim's debtor may be asked for in its currency, as one plan."""
    today = np.datetime64(as_of, "D")
    worth = values(
        claims,
        debtors,
        ladder,
        effects,
        today=today,
        minute_price=float(ladder["minute_price"]),
    )
    unit = claims.currency[claims.ids == claim_id][0]
    rows = np.flatnonzero((claims.chaseable > 0) & (claims.currency == unit))
    table = pd.DataFrame({"contact_group_id": claim_id, "act_on": as_of}, index=range(len(claims)))
    return of_rows(table, rows, claims, debtors, worth, habits, ladder, effects)[1]


def _lengths(asked: Asked, ladder: Mapping[str, Any], rate: float) -> pd.DataFrame:
    """What plans of equal instalments are worth by their number of months."""
    found, first = schedules(asked, ladder, rate), first_days(asked, ladder)
    rows = [
        {
            "months": int(months),
            "instalment": amounts(asked, first, int(months), rising=False)[0].max() / 100,
            "p_kept": float(found.kept[0, plan]),
            "worth": float(found.worth[0, plan]),
            "discount": max(0.0, 1 - float(found.worth[0, plan])),
        }
        for plan, months in enumerate(found.months)
        if not found.rising[plan] and found.open[0, plan]
    ]
    return pd.DataFrame(rows)
