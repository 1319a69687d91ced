"""What every table promises: grain, columns, types, units, closed lists, privacy class.

The contract is data: one YAML file per table under ``tables/in`` (what a user may bring) and
``tables/out`` (what a run publishes), closed lists in ``codes/codes.yaml``. Importers, the
runner, the data dictionary and the tests all read it here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Literal

from data_schema import yaml_text

Direction = Literal["in", "out"]
Privacy = Literal["none", "business", "personal", "sensitive"]

SQL_TYPES: Mapping[str, str] = {
    "text": "VARCHAR",
    "bool": "BOOLEAN",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "money": "DECIMAL(18,2)",
    "rate": "DECIMAL(12,6)",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "list": "VARCHAR[]",
    "json": "VARCHAR",
    "evidence": 'STRUCT(signal VARCHAR, "for" VARCHAR, weight DOUBLE, "on" DATE, quote VARCHAR)[]',
}

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Column:
    """One column and its promises.

    ``unit`` is the unit of measure; ``codes`` names a closed list; ``refers`` names the table
    whose key the value must hold; with ``creates`` an unknown parent is created with its id as
    name; ``extension`` marks a column of ours that the public contract does not list; ``low``
    and ``high`` bound the value (both included).
    """

    name: str
    type: str
    says: str
    required: bool = False
    default: str | None = None
    unit: str | None = None
    codes: str | None = None
    refers: str | None = None
    creates: bool = False
    low: float | None = None
    high: float | None = None
    privacy: Privacy = "none"
    extension: bool = False

    @property
    def sql_type(self) -> str:
        """Type of the column in DuckDB."""
        return SQL_TYPES[self.type]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its grain, key and columns, in order.

    ``amount`` names the column whose cents an import accounts for; ``extras`` says that
    further columns are kept and offered to the models.
    """

    name: str
    direction: Direction
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    amount: str | None = None
    extras: bool = False

    def __getitem__(self, name: str) -> Column:
        """The column of that name; ``KeyError`` if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)


@cache
def tables(direction: Direction) -> Mapping[str, Table]:
    """Every table of one direction, by name, in alphabetical order.

    >>> tables("in")["claims"].key
    ('claim_id',)
    >>> tables("out")["recovery"]["low"].unit
    'EUR'
    """
    return {
        path.stem: _read(path, direction)
        for path in sorted((_HERE / "tables" / direction).glob("*.yaml"))
    }


@cache
def load_order() -> tuple[str, ...]:
    """Names of the tables in, parents before children.

    >>> order = load_order()
    >>> order.index("debtors") < order.index("claims") < order.index("payments")
    True
    """
    graph = {
        name: {column.refers for column in table.columns if column.refers and column.refers != name}
        for name, table in tables("in").items()
    }
    return tuple(TopologicalSorter(graph).static_order())


@cache
def codes(name: str) -> tuple[str, ...]:
    """The codes of one closed list, in order.

    >>> codes("tone")
    ('helpful', 'courteous', 'firm', 'formal')
    """
    return tuple(_lists()[name])


def word(list_name: str, code: str, language: str) -> str:
    """The word for a code in ``fr`` or ``en``; the code itself when the list lacks it.

    >>> word("stage", "formal_notice", "fr")
    'mise en demeure'
    """
    pair = _lists()[list_name].get(code)
    if pair is None:
        return code
    return pair[0] if language == "fr" else pair[1]


@cache
def _lists() -> Mapping[str, Mapping[str, list[str]]]:
    text = (_HERE / "codes" / "codes.yaml").read_text(encoding="utf-8")
    lists: Mapping[str, Mapping[str, list[str]]] = yaml_text.loaded(text)
    return lists


def _read(path: Path, direction: Direction) -> Table:
    raw = yaml_text.loaded(path.read_text(encoding="utf-8"))
    columns = tuple(Column(name=name, **fields) for name, fields in raw["columns"].items())
    if direction == "in":
        columns += (Column("deleted_on", "date", "First day on which the row no longer holds."),)
    else:
        columns = (Column("as_of", "date", "Day of the run.", required=True), *columns)
    return Table(
        name=raw["table"],
        direction=direction,
        grain=raw["grain"],
        key=tuple(raw["key"]),
        columns=columns,
        amount=raw.get("amount"),
        extras=raw.get("extras", False),
    )
