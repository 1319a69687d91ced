"""What another ladder would change tomorrow, on the portfolio as it was published.

Both ladders walk over the same facts on the day after the published one, as if nothing happened
until then: what differs is the ladder's doing alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from amiable.acting import acting_on
from amiable.home import Home
from amiable.ladders import ALL, Change, InForce, read, standing
from pipelines.warehouse import Warehouse

if TYPE_CHECKING:
    from pandas import DataFrame

_TABLES = (
    "core.open_claims",
    "core.debtors",
    "core.conduct",
    "mart.profiles",
    "mart.recovery",
    "mart.litigation",
    "staging.contacts",
    "staging.creditors",
    "core.decisions",
    "law.days",
)
_FURTHER = ("core.disputes", "features.debtor_habits")
_STEP = ("action", "stage")
_MANNER = ("channel", "tone")
_DATES = ("act_on", "escalate_on", "escalate_to")
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Move:
    """Claims that go from one step to another; ``kind`` is ``step``, ``manner`` or ``date``.

    A step is (action, stage, channel, tone). ``days``: how much later the next step comes, the
    median where it has a day on both sides, else None. Amounts in EUR.
    """

    kind: str
    before: tuple[str | None, ...]
    after: tuple[str | None, ...]
    n_claims: int
    eur: float
    days: float | None


@dataclass(frozen=True, slots=True)
class Example:
    """One claim that changes: where it stands with the ladder in force and with the other."""

    claim_id: str
    debtor_name: str
    eur: float
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a ladder would change on ``day``; work is (contacts and tasks, minutes) of the day."""

    day: date
    n_claims: int
    n_changed: int
    eur_changed: float
    n_by_kind: dict[str, int]
    moves: tuple[Move, ...]
    examples: tuple[Example, ...]
    work_before: tuple[int, float]
    work_after: tuple[int, float]

    def told(self) -> dict[str, Any]:
        """The summary object of the command."""
        return {
            "day": self.day.isoformat(),
            "claims": self.n_claims,
            "changed": self.n_changed,
            "eur_changed": round(self.eur_changed, 2),
            "by_kind": self.n_by_kind,
            "moves": [
                {
                    "kind": each.kind,
                    "from": each.before,
                    "to": each.after,
                    "claims": each.n_claims,
                    "eur": round(each.eur, 2),
                    "days_later": each.days,
                }
                for each in self.moves
            ],
            "examples": [
                {
                    "claim_id": each.claim_id,
                    "eur": round(each.eur, 2),
                    "from": {k: None if v is None else str(v) for k, v in each.before.items()},
                    "to": {k: None if v is None else str(v) for k, v in each.after.items()},
                }
                for each in self.examples
            ],
            "work": {"before": self.work_before, "after": self.work_after},
        }


def preview(home: Home, change: Change) -> Preview:
    """What a change, or one more ladder, would do to the claims it concerns.

    Raises
    ------
    AmiableError
        When the ladder may not stand.
    PipelineError
        When no day is published.
    """
    with Warehouse(home.path) as warehouse:
        day = warehouse.versions()[0]["as_of"] + timedelta(days=1)
        changes = read(home)
        # The published day may be an old one: what stands is what stands when the change is made.
        on = max(day, change.decided_on)
        now, then = standing(changes, on), standing((*changes, change), on)
        creditor = None if change.creditor == ALL else change.creditor
        frames = {name: warehouse.of_client(name, creditor) for name in _TABLES}
        for name in _FURTHER:
            frames[name] = warehouse.of_client(name, creditor)
    adds = acting_on(home, on).mapping
    return compared(frames, now, then, day, tolerance=float(home.settings.tolerance), effects=adds)


def compared(
    frames: dict[str, DataFrame],
    now: InForce,
    then: InForce,
    day: date,
    *,
    tolerance: float,
    effects: Mapping[str, Any] | None = None,
) -> Preview:
    """Both ladders over the same rows of the day before; ``frames`` by table.

    ``effects`` are what acting adds, those of the next run; by default the priors.
    """
    from models.strategy import Policy, recommend

    rows = [frames[name] for name in _TABLES]
    rows[0] = rows[0].assign(
        days_overdue=rows[0]["days_overdue"] + 1,
        dispute_open_days=rows[0]["dispute_open_days"] + 1,
    )
    advised = [
        recommend(
            *rows,
            as_of=day,
            ladder=each.house,
            own=each.own,
            policy=Policy(tolerance=tolerance),
            disputes=frames["core.disputes"],
            habits=frames["features.debtor_habits"],
            effects=effects,
        )
        for each in (now, then)
    ]
    work = [(len(each.due), float(each.due["minutes"].sum() if len(each.due) else 0.0))
            for each in advised]  # fmt: skip
    names = frames["core.debtors"].set_index("debtor_id")["name"]
    both = _both(advised[0].recommendations, advised[1].recommendations, frames)
    changed = both[both["kind"] != ""]
    return Preview(
        day=day,
        n_claims=len(both),
        n_changed=len(changed),
        eur_changed=float(changed["eur"].sum()),
        n_by_kind={
            kind: int((changed["kind"] == kind).sum()) for kind in ("step", "manner", "date")
        },
        moves=_moves(changed),
        examples=_examples(changed, {str(key): str(name) for key, name in names.items()}),
        work_before=work[0],
        work_after=work[1],
    )


def _both(before: DataFrame, after: DataFrame, frames: dict[str, DataFrame]) -> DataFrame:
    """One row per claim: what both ladders advise, EUR, and what kind of change it is."""
    import numpy as np
    import pandas as pd

    fields = [*_STEP, *_MANNER, *_DATES]
    kept = ["claim_id", "debtor_id", *fields]
    joined = before[kept].merge(after[["claim_id", *fields]], on="claim_id", suffixes=("", "_to"))
    amounts = frames["core.open_claims"].set_index("claim_id")["open_amount_eur"]
    eur = joined["claim_id"].map(amounts).astype(float).fillna(0.0)

    def differs(names: tuple[str, ...]) -> Any:
        return np.any([_differ(joined[name], joined[f"{name}_to"]) for name in names], axis=0)

    kind = np.where(differs(_DATES), "date", "")
    kind = np.where(differs(_MANNER), "manner", kind)
    kind = np.where(differs(_STEP), "step", kind)
    later = pd.to_datetime(_next(joined, "_to")) - pd.to_datetime(_next(joined, ""))
    return joined.assign(eur=eur, kind=kind, later=later.dt.days)


def _differ(one: Any, other: Any) -> Any:
    return ((one != other) & ~(one.isna() & other.isna())).to_numpy(dtype=bool)


def _next(joined: DataFrame, ending: str) -> Any:
    """Day of the next step: that of the contact advised, else of the stage after it."""
    first, then = joined[f"act_on{ending}"], joined[f"escalate_on{ending}"]
    same = joined["act_on"] == joined["act_on_to"]
    return first.where(~same, then)


def _moves(changed: DataFrame) -> tuple[Move, ...]:
    keys = [f"{name}{ending}" for ending in ("", "_to") for name in (*_STEP, *_MANNER)]
    if changed.empty:
        return ()
    grouped = changed.groupby(["kind", *keys], dropna=False, sort=True)
    moves = [
        Move(
            kind=str(key[0]),
            before=tuple(map(_text, key[1:5])),
            after=tuple(map(_text, key[5:])),
            n_claims=len(rows),
            eur=float(rows["eur"].sum()),
            days=None if rows["later"].isna().all() else float(rows["later"].median()),
        )
        for key, rows in grouped
    ]
    order = {"step": 0, "manner": 1, "date": 2}
    return tuple(sorted(moves, key=lambda each: (order[each.kind], -each.n_claims, each.before[0])))


def _examples(changed: DataFrame, names: dict[str, str]) -> tuple[Example, ...]:
    order = {"step": 0, "manner": 1, "date": 2}
    first = changed.assign(place=changed["kind"].map(order)).sort_values(
        ["place", "eur", "claim_id"], ascending=[True, False, True]
    )
    fields = [*_STEP, *_MANNER, "act_on", "escalate_on", "escalate_to"]
    return tuple(
        Example(
            claim_id=str(row["claim_id"]),
            debtor_name=str(names.get(row["debtor_id"], row["debtor_id"])),
            eur=float(row["eur"]),
            before={name: _value(row[name]) for name in fields},
            after={name: _value(row[f"{name}_to"]) for name in fields},
        )
        for row in first.head(_EXAMPLES).to_dict("records")
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _value(value: Any) -> Any:
    import pandas as pd

    return None if pd.isna(value) else value
