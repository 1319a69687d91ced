"""The suits of a published day that a yearly budget pays for, and why the others wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from amiable.errors import AmiableError

if TYPE_CHECKING:
    from pandas import DataFrame

    from models.litigation.portfolio import Plan
    from pipelines.warehouse import Warehouse

WEEKS = 52


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: budget (EUR a year), κ of the worst decile, filings in a week.

    ``with_tasks``: suits that tasks still hold back count as well, at what they would be worth.
    """

    budget: float
    risk: float = 0.0
    per_week: int | None = None
    with_tasks: bool = True

    @property
    def filings(self) -> int | None:
        """Suits at most in the year."""
        return None if self.per_week is None else self.per_week * WEEKS


def offers(warehouse: Warehouse) -> DataFrame:
    """Every suit of the day and each of its courses before a judge."""
    from law.gates import LIFTABLE, OUT_OF_COURT

    return warehouse.offers(calm=OUT_OF_COURT, liftable=LIFTABLE)


def planned(found: DataFrame, wish: Wish) -> Plan:
    """The plan for a wish, its rows with the debtor, the amount and what is to be done before.

    Raises
    ------
    AmiableError
        when the wish is out of range, in one line.
    """
    from dataclasses import replace

    from models.litigation.portfolio import plan

    try:
        made = plan(
            _counted(found, wish),
            budget=wish.budget,
            risk=wish.risk,
            filings=wish.filings,
            per_week=wish.per_week,
            urgent=found.drop_duplicates("suit_id").set_index("suit_id")["lapses_on"],
        )
    except ValueError as error:
        raise AmiableError(f"{error}.") from error
    about = found[["suit_id", "debtor_name", "suit_amount", "lapses_on"]].drop_duplicates("suit_id")
    tasks = found[["suit_id", "course", "after_tasks", "obstacles", "p_loss"]]
    chosen = made.chosen.merge(about, on="suit_id", how="left")
    return replace(
        made,
        chosen=chosen.merge(tasks, on=["suit_id", "course"], how="left"),
        why_not=made.why_not.merge(about, on="suit_id", how="left"),
    )


def outlook(found: DataFrame, wish: Wish) -> DataFrame:
    """The frontier of the same offers: what each budget is worth at best."""
    from models.litigation.portfolio import frontier

    told: DataFrame = frontier(_counted(found, wish), risk=wish.risk, filings=wish.filings)
    return told


def next_euro(found: DataFrame, wish: Wish) -> float:
    """What the next euro beyond the budget of a wish brings at best, EUR; 0 where nothing does."""
    from models.litigation.portfolio import frontier

    told = frontier(
        _counted(found, wish), risk=wish.risk, filings=wish.filings, budgets=[wish.budget]
    )
    return float(told["next_euro"].sum())


def _counted(found: DataFrame, wish: Wish) -> DataFrame:
    if not wish.with_tasks:
        return found
    either = found["admissible"].astype(bool) | found["after_tasks"].astype(bool)
    return found.assign(admissible=either)
