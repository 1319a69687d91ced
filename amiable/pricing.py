"""What a minute of the team is worth on a day, from all open claims at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipelines import build

if TYPE_CHECKING:
    from pandas import DataFrame

    from amiable.acting import Acting
    from pipelines.tranches import Tranches

PACE = "features.team_pace"
_AMOUNTS = ("claim_id", "debtor_id", "open_amount_eur", "open_amount", "chaseable_amount")


def minute_price(
    tranches: Tranches,
    odds: Sequence[DataFrame],
    agents: DataFrame,
    default_minutes: float,
    ladder: Mapping[str, Any],
    acting: Acting,
) -> float:
    """EUR a minute; ``odds`` are the rows of ``mart.recovery``, tranche by tranche."""
    import pandas as pd

    from models import strategy

    stated = default_minutes
    if len(agents):
        stated = float(agents["minutes_per_day"].fillna(default_minutes).sum())
    price: float = strategy.price_of_time(
        tranches.columns("core.open_claims", _AMOUNTS),
        pd.concat([part[["claim_id", "p_90", "expected_recovered"]] for part in odds]),
        build.frame(tranches.con, PACE),
        ladder,
        acting.mapping,
        minutes_a_day=stated,
    )
    return price
