"""Where each figure of a suit comes from: ledger rows, a model's version, past suits, texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from law.parameters import Record
from pipelines.errors import PipelineError

if TYPE_CHECKING:
    from pandas import DataFrame

    from law.facts import SuitFacts
    from pipelines.warehouse import Warehouse

#: Of each input the column of the past suits that counts for it, and whether only of its course.
_COUNTED = {
    "p_granted": ("granted", True),
    "p_opposed": ("opposed", True),
    "p_won": ("won", True),
    "p_collect": ("collected", False),
    "share_collected": ("collected_share", False),
    "costs": ("cost", False),
    "time": ("days_to_title", False),
}
#: Inputs whose outcomes several courses may tell, with their node.
_NODES = {"p_granted": "p_granted", "p_won": "p_won_if_opposed"}
#: Inputs that an assumption of the program moves beside what is told.
_ASSUMED = ("p_opposed", "p_won", "p_collect", "share_collected", "amicable")
_MOST_ROWS = 5


@dataclass(frozen=True, slots=True)
class Ground:
    """What one figure is made of; ``run``: of what is counted from all the others.

    ``records``: dated values of the law; ``n_own``, ``n_house``: past suits counted, the
    creditor's own and all; ``model``: version that forecasts the amicable way, with how many of
    the claims it speaks for; ``rows``: rows of the ledger; ``is_assumed``: by the file of
    assumptions too.
    """

    name: str
    records: tuple[Record, ...] = ()
    n_own: int = 0
    n_house: int = 0
    model: str | None = None
    rows: tuple[str, ...] = ()
    is_assumed: bool = False
    run: str | None = None

    @property
    def counts_suits(self) -> bool:
        """Whether past suits would move it, were there any."""
        return self.name in _COUNTED


def grounds(
    warehouse: Warehouse, suit_id: str, course: str, facts: SuitFacts
) -> tuple[Ground, ...]:
    """What each figure of a course in court of a suit is made of, in the order of the panel.

    Raises
    ------
    EarlierVersion
        When the day was published by a version that did not keep what is asked for here.
    """
    from amiable.law_values import of_day
    from law.terms import founded
    from models.litigation.inputs import INPUTS

    rows = {name: warehouse.suit(name, suit_id) for name in ("suits", "open_claims", "recovery")}
    past = warehouse.own_suits("past_suits")
    run = warehouse.versions()[0]
    creditor = None if rows["suits"].empty else rows["suits"]["creditor_id"].iloc[0]
    ledger = _rows(warehouse, rows["open_claims"])
    with of_day(warehouse):
        records = founded(course, facts)
    found = [Ground("stake", rows=ledger), Ground("net", run=_run(run))]
    for name in (*INPUTS, "time"):
        own, house = _suits(past, name, course, creditor)
        found.append(
            Ground(
                name,
                records=records.get(name, ()),
                n_own=own,
                n_house=house,
                model=_model(run, rows["recovery"]) if name == "amicable" else None,
                rows=ledger if name == "amicable" else (),
                is_assumed=name in _ASSUMED,
            )
        )
    return tuple(each for each in found if _speaks(each))


def _speaks(ground: Ground) -> bool:
    """Whether a course has the turn at all: an enforcement is neither granted nor opposed."""
    made = ground.records or ground.rows or ground.model or ground.run
    return bool(made) or ground.name == "share_collected"


def _run(run: Mapping[str, Any]) -> str:
    return f"{run['run_id']}, {run['code']}, {run['parameters']}"


def _rows(warehouse: Warehouse, claims: DataFrame) -> tuple[str, ...]:
    """Claims with the row of the source that states each; the first few, and how many more."""
    told = []
    ids = [str(each) for each in claims["claim_id"]]
    for claim_id in ids[:_MOST_ROWS]:
        try:
            source = next(iter(warehouse.source_row(claim_id)), None)
        except PipelineError:
            # An import holds the store: the claim is named without its row.
            source = None
        told.append(_row(claim_id, source))
    if more := len(ids) - _MOST_ROWS:
        told += [f"+{more}"] if more > 0 else []
    return tuple(told)


def _row(claim_id: str, source: Mapping[str, Any] | None) -> str:
    if source is None or not source["source"]:
        return claim_id
    return f"{claim_id} ({PurePath(str(source['source'])).name}, {source['row']})"


def _suits(past: DataFrame, name: str, course: str, creditor: object) -> tuple[int, int]:
    """Past suits whose outcome is known at a turn: the creditor's own, and all."""
    if name not in _COUNTED or past.empty:
        return 0, 0
    from models.litigation.past import court_of, learnt_at, outcomes

    column, of_course = _COUNTED[name]
    known = past[column].notna()
    if name in _NODES:
        node = learnt_at(course, _NODES[name])
        known, of_course = outcomes(past)[1][node], court_of(course, node) != ""
    if of_course:
        known &= past["procedure"] == course
    own = known & (past["creditor_id"] == creditor)
    return int(own.sum()), int(known.sum())


def _model(run: Mapping[str, Any], recovery: DataFrame) -> str:
    """The versions behind the odds of payment without a suit, as the run recorded them."""
    version = json.loads(run["models"]).get("recovery") or "–"
    bases = sorted({str(each) for each in recovery["basis"].dropna()})
    return " · ".join([f"recovery {version}", *bases])
