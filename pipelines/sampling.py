"""A store with a part of the debtors and all that is theirs: what training needs of a large one.

What is known of a claim depends on its debtor's own rows only, so a sample of whole debtors has
the features it would have among all.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from data_schema import load_order, tables
from pipelines.store import count, literal, open_store, quoted, statement, transaction

_PARTS = 1_000_000

# A row comes along when its subject does; tables that name neither come along whole.
_BY_DEBTOR = "origin.debtor_id in (select debtor_id from debtors)"
_BY_CLAIM = "origin.claim_id in (select claim_id from claims)"
_BY_EITHER = f"case when origin.claim_id is null then {_BY_DEBTOR} else {_BY_CLAIM} end"
_BY_PLAN = "origin.plan_id in (select plan_id from plans)"
_BY_SUBJECT = (
    "origin.subject_type = 'claim' and origin.subject_id in (select claim_id from claims)"
    " or origin.subject_type = 'debtor' and origin.subject_id in (select debtor_id from debtors)"
)
_DRAWN = "md5_number_lower(origin.debtor_id) % $parts < $kept"
_LABELLED = "origin.debtor_id in (select debtor_id from drawn_from.profile_labels)"


def claims_of(store: Path) -> int:
    """How many claims a store holds."""
    with open_store(store, read_only=True) as con:
        return count(con, "select count(*) from claims")


def sample(store: Path, target: Path, *, share: float, with_labelled: bool = False) -> Path:
    """Write the store of a ``share`` (0 to 1) of the debtors to ``target``, a new file.

    Debtors are drawn by a hash of their id: the same ones each time, more of them with a larger
    share. ``with_labelled``: every debtor whose profile an analyst labelled comes along too.
    Returns ``target``.

    Raises
    ------
    ValueError
        ``share`` lies outside 0 to 1.
    FileExistsError
        There is a file at ``target``.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"A share lies between 0 and 1; got {share}")
    if target.exists():
        raise FileExistsError(f"{target} exists; a sample is written to a new file")
    con = open_store(target)
    try:
        con.execute(statement("attach {file} as drawn_from (read_only)", file=literal(str(store))))
        with transaction(con):
            for name in ["intake.extra_columns", *_ordered()]:
                _copy(con, name, share, with_labelled)
    finally:
        con.close()
    return target


def _ordered() -> list[str]:
    """Tables of the contract, each after those whose ids it names."""
    first = ["debtors", "claims", "plans"]
    return [*first, *(name for name in load_order() if name not in first)]


def _copy(con: duckdb.DuckDBPyConnection, name: str, share: float, with_labelled: bool) -> None:
    add = (
        "insert into {table} by name select origin.* from drawn_from.{table} as origin where {kept}"
    )
    table = name if "." in name else quoted(name)
    parameters = {"parts": _PARTS, "kept": round(share * _PARTS)} if name == "debtors" else None
    con.execute(statement(add, table=table, kept=_kept(name, with_labelled)), parameters)


def _kept(name: str, with_labelled: bool) -> str:
    columns = set() if "." in name else {column.name for column in tables("in")[name].columns}
    if name in ("debtors", "claims"):
        drawn = " or ".join([_DRAWN, _LABELLED]) if with_labelled else _DRAWN
        return drawn if name == "debtors" else _BY_DEBTOR
    for needed, condition in (
        ({"claim_id", "debtor_id"}, _BY_EITHER),
        ({"subject_id"}, _BY_SUBJECT),
        ({"claim_id"}, _BY_CLAIM),
        ({"debtor_id"}, _BY_DEBTOR),
        ({"plan_id"}, _BY_PLAN),
    ):
        if needed <= columns:
            return condition
    return "true"
