"""Claims and their ends as known on a day: what a back-test of lateness is judged on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from pipelines.build import build, connect, frame, put
from pipelines.panel import DoorRows

_ENDS = "training.claim_ends"
_COLUMNS = "training.claim_end_columns"


def settled_claims(
    store: Path, door_rows: DoorRows, *, known_by: date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every claim with an issue date, and its free columns.

    Returns
    -------
    claims : DataFrame
        claim_id, debtor_id, issued_on, due_on, amount, currency, debtor_kind, country and
        settled_on (the day the debtor's payments left nothing open, missing if not yet).
    columns : DataFrame
        Long: claim_id, name, is_early (known at issue), numeric, number_value, text_value.
    """
    con = connect(None, store)
    try:
        for name, (columns, rows) in door_rows.items():
            put(con, name, columns, rows)
        build(con, [_ENDS, _COLUMNS], as_of=known_by)
        return frame(con, _ENDS), frame(con, _COLUMNS)
    finally:
        con.close()
