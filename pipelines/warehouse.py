"""Reading the published day or one gone by: tables whole, or all that it says about a claim."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from string import Template
from types import TracebackType
from typing import TYPE_CHECKING, Any

import duckdb

from data_schema import tables
from pipelines import connection
from pipelines.days import day_of
from pipelines.errors import EarlierVersion, PipelineError
from pipelines.publication import published
from pipelines.store import columns_of, open_store, quoted, statement

if TYPE_CHECKING:
    from pandas import DataFrame

_QUERIES = Path(__file__).parent / "sql"
_WHICH = "select * from {name} where {which} order by all"
#: Rows of a client's debtors, by the column that says so.
_OF_CLIENT = {
    "debtor_id": "debtor_id in"
    " (select debtor_id from core.open_claims where creditor_id = $creditor_id)",
    "claim_id": "claim_id in (select claim_id from core.open_claims where debtor_id in"
    " (select debtor_id from core.open_claims where creditor_id = $creditor_id))",
}
#: Rows of a debtor, by the column that says so.
_OF_DEBTOR = {
    "debtor_id": "debtor_id = $debtor_id",
    "claim_id": "claim_id in (select claim_id from core.open_claims where debtor_id = $debtor_id)",
}
_EARLIER = (
    "This day was published by an earlier version, which did not write all that is asked"
    " for here. Run the day again: amiable run."
)


class Warehouse:
    """The published file of a home, or that of a day gone by, read-only; a context manager."""

    def __init__(self, home: Path, as_of: date | None = None, *, file: Path | None = None) -> None:
        """Open the day that is published now, ``as_of`` as it was published, or a run's ``file``.

        Raises
        ------
        PipelineError
            When nothing is published yet, or no run of that day is kept.
        """
        path = published(home)
        if path is None:
            raise PipelineError(f"{home}: no day is published yet. Begin with `amiable run`.")
        self._home, self._published = home, path
        self.path = file or (path if as_of is None else day_of(home, path, as_of).path)
        self._con = connection.read(self.path)

    def __enter__(self) -> Warehouse:
        """The open warehouse."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._con.close()

    def table(self, name: str) -> DataFrame:
        """One ``mart`` table whole, sorted by its key.

        Raises
        ------
        KeyError
            When the contract has no such table.
        """
        table = tables("out")[name]
        keys = ", ".join(f'"{key}"' for key in table.key)
        query = Template("from mart.$name order by $keys").substitute(name=name, keys=keys)
        return self._con.execute(query).df()

    def holds(self, name: str) -> bool:
        """Whether the published day has that ``mart`` table: one of an older version may not."""
        found = self._con.execute(
            "select count(*) from information_schema.tables"
            " where table_schema = 'mart' and table_name = $name",
            {"name": name},
        ).fetchone()
        return bool(found and found[0])

    def claims_of(self, subject_id: str) -> list[str]:
        """Claims of a contact group or a suit of the published day; empty if unknown."""
        rows = self._con.execute(_sql("claims_of"), {"subject_id": subject_id}).fetchall()
        return [str(row[0]) for row in rows]

    def find_claims(self, text: str) -> list[str]:
        """The claim with that id, else those with that invoice number, at most 20."""
        rows = self._con.execute(_sql("find_claim"), {"text": text}).fetchall()
        return [str(row[0]) for row in rows]

    def by_day(self, claim_id: str, as_of: date) -> list[dict[str, Any]]:
        """What each run up to a day recommended for a claim, oldest first."""
        with connection.read(self._published) as con:
            return _told(con, "by_day", {"claim_id": claim_id, "as_of": as_of})

    def source_row(self, claim_id: str) -> list[dict[str, Any]]:
        """The imported row of a claim, as the store holds it now.

        Raises ``PipelineError`` while another process is importing.
        """
        with open_store(self._home / "store.duckdb", read_only=True) as con:
            return _told(con, "source_row", {"claim_id": claim_id})

    def trace(self, step: str, claim_id: str) -> list[dict[str, Any]]:
        """Rows of one step of a claim's road; the steps are the files of ``sql/trace``."""
        return _told(self._con, step, {"claim_id": claim_id})

    def statement(self, claim_id: str | None) -> list[dict[str, Any]]:
        """Lines of the statement of account of one open claim, or of all of them, in order."""
        return _told(self._con, "statement", {"claim_id": claim_id})

    def own_values(self) -> list[str]:
        """Entries of the values that the client put in the place of the law's, as the run had."""
        try:
            return [str(row["entry"]) for row in _told(self._con, "own_values", {})]
        except EarlierVersion:
            return []

    def replaced(self) -> list[dict[str, Any]]:
        """Values of the client that held on the day, in the place of the law's."""
        return _told(self._con, "replaced", {})

    def versions(self) -> list[dict[str, Any]]:
        """The run whose tables are read, with the versions that it used."""
        return _told(self._con, "versions", {})

    def bilan(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        """Rows of one query of the first look: the files of ``sql/bilan``."""
        return _told(self._con, query, parameters, "bilan")

    def labels(self, query: str, **parameters: object) -> DataFrame:
        """Rows of one query about labelling: the files of ``sql/labels``."""
        try:
            return self._con.execute(_sql(query, "labels"), parameters).df()
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise EarlierVersion(_EARLIER) from error

    def titles(self, suit_id: str | None) -> list[dict[str, Any]]:
        """Orders and titles of one suit or of every suit: the file ``sql/suit/titles``."""
        return _told(self._con, "titles", {"suit_id": suit_id}, "suit")

    def suit(self, query: str, suit_id: str) -> DataFrame:
        """Rows of one query about a suit: the files of ``sql/suit``."""
        try:
            return self._con.execute(_sql(query, "suit"), {"suit_id": suit_id}).df()
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise EarlierVersion(_EARLIER) from error

    def own_suits(self, query: str) -> DataFrame:
        """What the day learnt from the creditors' past suits: the files of ``sql/own_suits``."""
        try:
            return self._con.execute(_sql(query, "own_suits")).df()
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise EarlierVersion(_EARLIER) from error

    def offers(self, *, calm: Sequence[str], liftable: Sequence[str]) -> DataFrame:
        """Courses before a judge of every suit: the file ``sql/portfolio/offers``.

        ``calm`` are the courses without a judge, ``liftable`` the obstacles that tasks remove.
        """
        parameters = {"calm": list(calm), "liftable": list(liftable)}
        try:
            return self._con.execute(_sql("offers", "portfolio"), parameters).df()
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise EarlierVersion(_EARLIER) from error

    def partners(self, query: str, **parameters: str) -> DataFrame:
        """Rows of one query about partners: the files of ``sql/partners``."""
        try:
            return self._con.execute(_sql(query, "partners"), parameters).df()
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise EarlierVersion(_EARLIER) from error

    def letter_rows(
        self, groups: list[str] | None = None, *, claim_id: str | None = None
    ) -> list[dict[str, Any]]:
        """Claims of the contacts named, of a claim's contact, or of every contact of the day."""
        return _told(self._con, "claims", {"groups": groups, "claim_id": claim_id}, "letters")

    def dossier(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        """Rows of one query about a dossier or a memo: the files of ``sql/dossier``."""
        return _told(self._con, query, parameters, "dossier")

    def on_file(self, claim_ids: list[str], as_of: date) -> list[dict[str, Any]]:
        """Documents of the claims as the store holds them now, known on a day.

        Raises ``PipelineError`` while another process is importing.
        """
        with open_store(self._home / "store.duckdb", read_only=True) as con:
            return _told(con, "on_file", {"claim_ids": claim_ids, "as_of": as_of}, "dossier")

    def letter_facts(self, query: str, claim_ids: list[str]) -> list[dict[str, Any]]:
        """Rows about some claims: ``disputes`` or ``papers`` of ``sql/letters``."""
        return _told(self._con, query, {"claim_ids": claim_ids}, "letters")

    def clients(self) -> dict[str, str]:
        """Names of the creditors that the published day knows, by creditor_id, sorted."""
        rows = _told(self._con, "clients", {}, "ladders")
        return {str(row["creditor_id"]): str(row["name"]) for row in rows}

    def of_client(self, name: str, creditor_id: str | None) -> DataFrame:
        """Rows of a table that concern the debtors of a client, of every one when None.

        A table that names neither debtor nor claim comes whole. In the order of its columns.
        """
        columns = columns_of(self._con, name)
        which = "true"
        if creditor_id is not None:
            which = next((_OF_CLIENT[key] for key in _OF_CLIENT if key in columns), which)
        named = ".".join(map(quoted, name.split(".")))
        query = statement(_WHICH, name=named, which=which)
        given = {} if which == "true" else {"creditor_id": creditor_id}
        try:
            return self._con.execute(query, given).df()
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise EarlierVersion(_EARLIER) from error

    def of_debtor(self, name: str, debtor_id: str) -> DataFrame:
        """Rows of a table that concern one debtor or its open claims, in the order of its columns.

        Raises ``EarlierVersion`` where the day holds no such table.
        """
        try:
            columns = columns_of(self._con, name)
            which = next((_OF_DEBTOR[key] for key in _OF_DEBTOR if key in columns), "true")
            query = statement(_WHICH, name=".".join(map(quoted, name.split("."))), which=which)
            given = {} if which == "true" else {"debtor_id": debtor_id}
            return self._con.execute(query, given).df()
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise EarlierVersion(_EARLIER) from error

    def plans(self, groups: list[str]) -> list[dict[str, Any]]:
        """Instalments offered to the contacts named."""
        return _told(self._con, "plans", {"groups": groups}, "letters")


def _told(
    con: duckdb.DuckDBPyConnection, name: str, parameters: dict[str, Any], folder: str = "trace"
) -> list[dict[str, Any]]:
    try:
        cursor = con.execute(_sql(name, folder), parameters)
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise EarlierVersion(_EARLIER) from error
    names = [described[0] for described in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _sql(name: str, folder: str = "trace") -> str:
    return (_QUERIES / folder / f"{name}.sql").read_text(encoding="utf-8")
