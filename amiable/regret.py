"""The regret ledger of the published day, as plain rows."""

from __future__ import annotations

from typing import Any

from amiable.home import Home
from pipelines.warehouse import Warehouse


def rows(home: Home) -> list[dict[str, Any]]:
    """Situations, all together first, then the most money at stake first; none is None.

    Raises ``PipelineError`` when no day is published.
    """
    with Warehouse(home.path) as warehouse:
        if not warehouse.holds("regret"):
            return []
        frame = warehouse.table("regret").drop(columns=["as_of"])
    frame = frame.assign(first=frame["action"] != "all").sort_values(
        ["first", "eur", "profile", "stage", "action", "how"],
        ascending=[True, False, True, True, True, True],
    )
    plain = frame.drop(columns=["first"]).astype(object)
    known = plain.where(plain.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in known.to_dict("records")]
