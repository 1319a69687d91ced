"""What a collector can change on a claim, and what the model then says of it.

Each lever sets a few features as they would stand afterwards and lets the model score again: the
change is that of the *forecast*. Claims whose delivery is proven pay more often; whether proving
it makes them pay is another question, so each row says ``association``. A lever applies only
where there is something to change, and only to a state that enough claims of the day are in: the
model is never asked about what it has not seen.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
import yaml

from data_schema import tables
from models.recovery.cash import HORIZONS
from models.strategy.tables import ladder

FEWEST_ALIKE = 10
TARGET = "p_90"
ASSOCIATION = "association"
_SIGNS = {">=": operator.ge, ">": operator.gt, "==": operator.eq, "!=": operator.ne}


class Scorer(Protocol):
    """A recovery model, as far as levers need it."""

    def predict(self, features: pd.DataFrame, extras: pd.DataFrame) -> pd.DataFrame:
        """Columns of ``mart.recovery``, row by row."""
        ...


@dataclass(frozen=True, slots=True)
class Lever:
    """One lever: where it applies, what it sets, and the ladder's action that costs the time."""

    name: str
    action: str
    channel: str
    where: tuple[tuple[str, str, float], ...]
    sets: tuple[tuple[str, Any], ...]

    @property
    def minutes(self) -> float:
        """Minutes of a collector."""
        return float(ladder()["actions"][self.action])

    @property
    def cost(self) -> float:
        """EUR: outlay of the channel and the collector's minutes at the ladder's price."""
        outlay = float(ladder()["channels"][self.channel]["outlay"])
        return outlay + self.minutes * float(ladder()["minute_price"])

    def applies(self, features: pd.DataFrame) -> np.ndarray:
        """Claims with something to change, shape (n_claims,); never those in insolvency."""
        holds = features["in_insolvency"].astype("boolean").fillna(False).to_numpy(dtype=bool)
        holds = ~holds
        for name, sign, number in self.where:
            if name not in features.columns:
                return np.zeros(len(features), dtype=bool)
            values = features[name].to_numpy(dtype=float, na_value=np.nan)
            holds &= _SIGNS[sign](values, number)  # NaN differs from all, exceeds none
        return holds

    def standing(self, features: pd.DataFrame) -> int:
        """How many claims already stand as the lever would leave one."""
        seen = np.ones(len(features), dtype=bool)
        for name, value in self.sets:
            if name not in features.columns:
                return 0
            if value is not None:
                seen &= (features[name] == value).fillna(False).to_numpy(dtype=bool)
        return int(seen.sum())

    def after(self, features: pd.DataFrame) -> pd.DataFrame:
        """The claims as they would stand."""
        changed = features.copy()
        for name, value in self.sets:
            kind = features[name].dtype
            changed[name] = pd.Series([value] * len(features), index=features.index, dtype=kind)
        return changed


@cache
def known() -> tuple[Lever, ...]:
    """The levers of ``levers.yaml``, in its order."""
    text = (Path(__file__).parent / "levers.yaml").read_text(encoding="utf-8")
    return tuple(
        Lever(
            name,
            told["action"],
            told["channel"],
            tuple((column, sign, float(number)) for column, sign, number in told["where"]),
            tuple(told["set"].items()),
        )
        for name, told in yaml.safe_load(text).items()
    )


def standing(features: pd.DataFrame) -> Counter[str]:
    """How many claims already stand as each lever would leave one; counts of parts add up."""
    return Counter({lever.name: lever.standing(features) for lever in known()})


def levers(
    model: Scorer | None,
    features: pd.DataFrame,
    extras: pd.DataFrame,
    published: pd.DataFrame,
    *,
    seen: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """Rows of ``mart.levers`` without ``as_of``, one per claim and lever that applies.

    The published curves alone know none of these features: without a model there is no row.
    ``same_way`` is the share of the horizons whose probability moves as p_90 does. ``seen`` is
    `standing` of all claims of the day, where ``features`` hold a part of them.
    """
    columns = [column.name for column in tables("out")["levers"].columns if column.name != "as_of"]
    nothing = pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
    if model is None:
        return nothing
    pieces = []
    before = published.set_index("claim_id")
    alike = standing(features) if seen is None else seen
    for lever in known():
        where = lever.applies(features)
        if not where.any() or alike[lever.name] < FEWEST_ALIKE:
            continue
        claims = features.loc[where]
        ids = claims["claim_id"].astype(str)
        own = extras[extras["claim_id"].isin(claims["claim_id"])]
        pieces.append(_rows(lever, before.loc[ids], model.predict(lever.after(claims), own)))
    if not pieces:
        return nothing
    made = pd.concat(pieces, ignore_index=True)
    return made.sort_values(["claim_id", "lever"], ignore_index=True)[columns]


def _rows(lever: Lever, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    names = [f"p_{horizon}" for horizon in HORIZONS]
    moved = after[names].to_numpy(dtype=float) - before[names].to_numpy(dtype=float)
    change = moved[:, names.index(TARGET)]
    cash = after["expected_recovered"].to_numpy() - before["expected_recovered"].to_numpy()
    return pd.DataFrame(
        {
            "claim_id": before.index.to_numpy(dtype=object),
            "lever": lever.name,
            "p_90": before[TARGET].to_numpy(dtype=float),
            "p_90_after": after[TARGET].to_numpy(dtype=float),
            "cash_change": np.round(cash, 2),
            "minutes": lever.minutes,
            "cost": round(lever.cost, 2),
            "evidence": ASSOCIATION,
            "same_way": (np.sign(moved) == np.sign(change)[:, None]).mean(axis=1),
        }
    )
