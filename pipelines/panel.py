"""The past as it was known on each of several days, and what came of it.

Each day is built from the ledger by the same SQL files as the day's own run, so that a model
learns from nothing it could not have seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from pipelines.build import Rows, build, connect, frame, put

DoorRows = Mapping[str, tuple[Mapping[str, str], Rows]]

_FEATURES = "features.claim_features"
_EXTRAS = "features.claim_extras"
_OF_DEBTORS = ("features.debtor_facts", "features.debtor_reactions", "features.debtor_texts")


def panel(
    store: Path, door_rows: DoorRows, days: Sequence[date], *, known_by: date
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Features of every claim open on each day, their free columns, and their outcomes.

    Parameters
    ----------
    store : Path
        The imported ledger, opened read-only.
    door_rows : mapping of table name to (SQL types by column, rows)
        What the door hands to a build; each build sees of it what its own day knew.
    days : sequence of date
        Days to look from, each at most ``known_by``.
    known_by : date
        Day on which the outcomes are read; nothing known later is used.

    Returns
    -------
    features : DataFrame
        ``features.claim_features`` of each day, with the column ``day``.
    extras : DataFrame
        ``features.claim_extras`` of each day, with the column ``day``.
    outcomes : DataFrame
        One row per row of ``features``, in its order: claim_id, day, days_to_full and
        days_to_any (days from ``day``, missing if not seen), cash_365 (EUR paid by the debtor
        within 365 days, also after the observation of the claim ended), censored_after_days
        (days observed) and ended_as (``paid`` ``write_off`` ``credit`` ``insolvency``
        ``litigation`` ``open``).

    Raises
    ------
    ValueError
        There is no day, or one lies after ``known_by``.
    """
    if not days or max(days) > known_by:
        raise ValueError(f"Days must be given and lie on or before {known_by}; got {list(days)}")
    seen = [_looked_at(store, door_rows, day) for day in sorted(set(days))]
    features = pd.concat([day for day, _ in seen], ignore_index=True)
    extras = pd.concat([day for _, day in seen], ignore_index=True)
    return features, extras, _outcomes(store, door_rows, features, known_by)


def debtors(
    store: Path, door_rows: DoorRows, day: date
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """What profiles are learnt from, of every debtor known on a day.

    ``features.debtor_facts``, ``features.debtor_reactions`` and ``features.debtor_texts``.
    """
    con = _opened(store, door_rows)
    try:
        build(con, _OF_DEBTORS, as_of=day)
        facts, reactions, texts = (frame(con, name) for name in _OF_DEBTORS)
    finally:
        con.close()
    return facts, reactions, texts


def _looked_at(store: Path, door_rows: DoorRows, day: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    con = _opened(store, door_rows)
    try:
        build(con, [_FEATURES, _EXTRAS], as_of=day)
        features, extras = frame(con, _FEATURES), frame(con, _EXTRAS)
    finally:
        con.close()
    for table in (features, extras):
        table.insert(0, "day", pd.Timestamp(day))
    return features, extras


def _outcomes(
    store: Path, door_rows: DoorRows, features: pd.DataFrame, known_by: date
) -> pd.DataFrame:
    columns = {"claim_id": "VARCHAR", "day": "DATE", "open_amount_eur": "DOUBLE"}
    con = _opened(store, door_rows)
    try:
        put(con, "training.panel_days", columns, features[list(columns)])
        build(con, ["training.outcomes"], as_of=known_by)
        outcomes = frame(con, "training.outcomes")
    finally:
        con.close()
    keys = features[["claim_id", "day"]]
    outcomes["day"] = outcomes["day"].astype(keys["day"].dtype)
    return keys.merge(outcomes, on=["claim_id", "day"], how="left", validate="one_to_one")


def _opened(store: Path, door_rows: DoorRows) -> duckdb.DuckDBPyConnection:
    con = connect(None, store)
    for name, (columns, rows) in door_rows.items():
        put(con, name, columns, rows)
    return con
