"""Reading the published day: tables whole, or all that it says about one claim."""

from __future__ import annotations

from pathlib import Path
from string import Template
from types import TracebackType
from typing import TYPE_CHECKING, Any

from data_schema import tables
from pipelines import connection
from pipelines.errors import PipelineError
from pipelines.publication import published

if TYPE_CHECKING:
    from pandas import DataFrame

_TRACE = Path(__file__).parent / "sql" / "trace"


class Warehouse:
    """The published file of a home, read-only; a context manager."""

    def __init__(self, home: Path) -> None:
        """Open the day that is published now.

        Raises
        ------
        PipelineError
            When nothing is published yet.
        """
        path = published(home)
        if path is None:
            raise PipelineError(f"{home}: no day is published yet. Begin with `amiable run`.")
        self.path = path
        self._con = connection.read(path)

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

    def claims_of(self, subject_id: str) -> list[str]:
        """Claims of a contact group or a suit of the published day; empty if unknown."""
        rows = self._con.execute(_sql("claims_of"), {"subject_id": subject_id}).fetchall()
        return [str(row[0]) for row in rows]

    def find_claim(self, text: str) -> str | None:
        """The claim with that id or invoice number, among all claims of the published day."""
        row = self._con.execute(_sql("find_claim"), {"text": text}).fetchone()
        return None if row is None else str(row[0])

    def trace(self, step: str, claim_id: str) -> list[dict[str, Any]]:
        """Rows of one step of a claim's road; the steps are the files of ``sql/trace``."""
        cursor = self._con.execute(_sql(step), {"claim_id": claim_id})
        names = [described[0] for described in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _sql(name: str) -> str:
    return (_TRACE / f"{name}.sql").read_text(encoding="utf-8")
