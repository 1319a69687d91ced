"""What a minute of the team is worth on a day, before anybody's channel is chosen.

Only contacts that come near the cut line set the price: it is found on the debtors with most to
gain, whose contacts are chosen twice, at the ladder's price and at the one that follows from it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from pipelines.tranches import Tranches

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from models.strategy import Policy

MOST_CLAIMS = 20_000
"""Claims of the debtors looked at, at most."""

_FRAMES = {
    "open_claims": "core.open_claims",
    "debtors": "core.debtors",
    "conduct_rows": "core.conduct",
    "contacts": "staging.contacts",
    "decisions": "core.decisions",
    "disputes": "core.disputes",
    "queues": "features.queues",
}


def minute_price(
    tranches: Tranches,
    scored: DataFrame,
    agents: DataFrame,
    policy: Policy,
    *,
    default_minutes: float,
    as_of: date,
    **others: Any,
) -> float | None:
    """EUR a minute at which what is worth doing fills the time; None where time is no matter.

    ``scored``: the odds of all claims; ``others``: more of what `models.strategy.recommend` takes.
    """
    import numpy as np
    import pandas as pd

    from models import strategy

    chosen = _most_to_gain(tranches, scored)
    if chosen.empty:
        return None
    frames = {key: tranches.of_debtors(name, chosen) for key, name in _FRAMES.items()}
    odds = scored[scored["claim_id"].isin(frames["open_claims"]["claim_id"])]

    def price_at(price: float | None) -> float:
        advice = strategy.recommend(
            **frames,
            profiles=pd.DataFrame(),
            recovery=odds,
            litigation=pd.DataFrame(),
            policy=replace(policy, control=0.0, explore=0.0, scarce_minute=price),
            as_of=as_of,
            **others,
        )
        found: float = strategy.team_price(
            [advice.due], agents, default_minutes=default_minutes, as_of=as_of
        )
        return found

    first = price_at(None)
    if first <= float(others["ladder"]["minute_price"]):
        return None
    # Quicker channels leave time over: the price lies between the two.
    return float(np.sqrt(first * max(price_at(first), 1e-6)))


def _most_to_gain(tranches: Tranches, scored: DataFrame) -> Series[str]:
    """The debtors who owe most that is neither sure nor lost, up to ``MOST_CLAIMS`` claims."""
    owed = tranches.columns(
        "features.claim_features", ["claim_id", "debtor_id", "open_amount_eur"]
    ).merge(scored[["claim_id", "p_90"]], on="claim_id")
    open_ = owed["p_90"].astype(float) * (1 - owed["p_90"].astype(float))
    owed = owed.assign(stake=owed["open_amount_eur"].astype(float).fillna(0.0) * open_)
    each = owed.groupby("debtor_id").agg(stake=("stake", "sum"), n=("claim_id", "size"))
    each = each[each["n"] <= MOST_CLAIMS].sort_values(["stake", "n"], ascending=[False, True])
    return each.index[each["n"].cumsum() <= MOST_CLAIMS].to_series()
