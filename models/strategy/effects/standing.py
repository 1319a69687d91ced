"""How far each effect in use is known, as rows of ``mart.effects``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from data_schema.contract import tables
from models.strategy.effects.model import elicited_lines
from models.strategy.tables import PROFILES


def lines(parts: Mapping[str, Any] | None, version: str) -> pd.DataFrame:
    """A row for each effect of a version's parts, None for the elicited ones."""
    told = elicited_lines() if parts is None else parts["effects"]["told"]
    rows = [_row(line, version) for line in told]
    names = [name for name in tables("out")["effects"].names if name != "as_of"]
    return pd.DataFrame(rows, columns=names, dtype=object).sort_values("effect", ignore_index=True)


def _row(line: Mapping[str, Any], version: str) -> dict[str, Any]:
    by_profile = line.get("mean") or [None] * len(PROFILES)
    kept = (
        "effect", "status", "design", "doubts", "n", "n_against", "ess", "average", "average_low",
        "average_high", "elicited", "seen", "seen_low", "seen_high", "against", "e_value",
        "placebo_z",
    )  # fmt: skip
    row = {name: line.get(name) for name in kept}
    row |= {f"on_{name}": mean for name, mean in zip(PROFILES, by_profile, strict=True)}
    return {**row, "version": version}
