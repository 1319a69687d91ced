"""What lies ahead of one claim: staying amicable or going further, the price of waiting, plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from amiable import ladders
from amiable.acting import acting_on
from amiable.home import Home

if TYPE_CHECKING:
    from pandas import DataFrame

    from models.strategy.mdp import Outlook
    from pipelines.warehouse import Warehouse

_TABLES = (
    "core.open_claims",
    "core.debtors",
    "core.conduct",
    "mart.profiles",
    "staging.creditors",
    "staging.contacts",
    "mart.recovery",
    "mart.litigation",
    "features.debtor_habits",
)


@dataclass(frozen=True, slots=True)
class Ahead:
    """The road of one claim and what its debtor could be offered.

    ``offer``: instalments (due_on, amount, p_kept) of the plan worth most, for all that the debtor
    may be asked for in this claim's currency. ``lengths``: one row per number of months: months,
    instalment, p_kept (whole), worth (share of the amount, once accepted), discount (paid at once,
    worth the same).
    """

    outlook: Outlook
    offer: DataFrame
    lengths: DataFrame


def ahead(
    warehouse: Warehouse, home: Home, debtor_id: str, claim_id: str, *, as_of: date
) -> Ahead | None:
    """The road of a claim of the day that a warehouse shows; None where nothing may be asked for.

    Raises
    ------
    EarlierVersion
        When the day was published by a version that did not write what is asked for here.
    """
    from models.strategy.on_demand import look_ahead
    from models.strategy.tables import effects

    adds = acting_on(home, as_of).mapping or effects()
    rows = {name: warehouse.of_debtor(name, debtor_id) for name in _TABLES}
    in_use = ladders.in_force(home, as_of)
    creditors = rows["core.open_claims"].set_index("claim_id")["creditor_id"]
    ladder = in_use.of(str(creditors.get(claim_id)))
    found = look_ahead(*rows.values(), claim_id, ladder=ladder, effects=adds, as_of=as_of)
    return None if found is None else Ahead(*found)
