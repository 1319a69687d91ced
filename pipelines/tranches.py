"""The open claims of a day in tranches of whole debtors, so that no frame grows with the ledger.

What is scored of a claim depends on its debtor's rows alone. A ledger of one tranche is framed
whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from pipelines import build
from pipelines.store import columns_of, count, quoted, statement

_SQL = Path(__file__).parent / "sql" / "tranches" / "claims.sql"
_TABLE = "tranches.claims"
_OF_DEBTORS = "debtor_id in (select debtor_id from tranches.claims where tranche = $tranche)"
_OF_CLAIMS = "claim_id in (select claim_id from tranches.claims where tranche = $tranche)"


@dataclass(frozen=True, slots=True)
class Tranches:
    """The tranches of the claims open in a scratch file; ``len`` is one at least."""

    con: duckdb.DuckDBPyConnection
    n: int

    def __len__(self) -> int:
        """How many tranches."""
        return self.n

    def frame(self, name: str, tranche: int) -> pd.DataFrame:
        """The rows of a table that belong to the debtors of a tranche, counted from 0.

        Rows in the order of their columns from the left. A row that names no debtor goes with
        its claim; one that names neither is seen only where there is a single tranche.
        """
        if self.n == 1:
            return build.frame(self.con, name)
        columns = columns_of(self.con, name)
        which = _OF_DEBTORS if "debtor_id" in columns else _OF_CLAIMS
        if {"debtor_id", "claim_id"} <= set(columns):
            which = f"case when debtor_id is null then {_OF_CLAIMS} else {_OF_DEBTORS} end"
        return self._selected(name, which, {"tranche": tranche})

    def of_claims(self, name: str, claim_ids: pd.Series[str]) -> pd.DataFrame:
        """The rows of a table that name one of these claims, in the order of their columns."""
        wanted = pa.table({"claim_id": pa.array(claim_ids, type=pa.string())})
        self.con.register("wanted_claims", wanted)
        try:
            which = "claim_id in (select claim_id from wanted_claims)"
            return self._selected(name, which, {})
        finally:
            self.con.unregister("wanted_claims")

    def columns(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        """Some columns of all rows of a table, in their order from the left."""
        query = "select {columns} from {name} order by all"
        named = ", ".join(map(quoted, columns))
        return self.con.execute(statement(query, columns=named, name=_named(name))).df()

    def _selected(self, name: str, which: str, parameters: dict[str, int]) -> pd.DataFrame:
        query = "select * from {name} where " + which + " order by all"
        return self.con.execute(statement(query, name=_named(name)), parameters).df()


def divide(con: duckdb.DuckDBPyConnection, *, most_claims: int) -> Tranches:
    """Put the open claims in tranches of about ``most_claims``; ``core.open_claims`` must stand.

    A debtor with more claims than that has a tranche of its own.
    """
    con.execute("create schema if not exists tranches")
    con.execute(
        statement("create table {name} as {sql}", name=_TABLE, sql=_SQL.read_text("utf-8")),
        {"most_claims": most_claims},
    )
    return Tranches(con, max(count(con, "select count(distinct tranche) from tranches.claims"), 1))


def _named(name: str) -> str:
    return ".".join(map(quoted, name.split(".")))
