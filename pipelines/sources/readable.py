"""How the cells of one file are to be read: the choices its columns force, and the others."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from data_schema import tables
from pipelines.sources.mapping import Mapping
from pipelines.sources.values import (
    AmountVotes,
    DateVotes,
    amount_votes,
    date_votes,
    decimal_text,
    iso_date,
)
from pipelines.store import literal, quoted, statement

_NOTHING = "('', '-', '–', '—', 'null', 'none', 'n/a', '#n/a', 'nan', 'nat')"
_NUMERIC = ("money", "number", "rate", "integer")
_FURTHER = {"balance": "money", "credit": "money", "document_type": "text", "status": "text"}


@dataclass(slots=True)
class Readable:
    """A mapping with every choice made; ``value`` gives the SQL of a canonical column."""

    mapping: Mapping
    day_first: dict[str, bool] = field(default_factory=dict)
    decimal: dict[str, str] = field(default_factory=dict)
    is_stated: bool = False
    notes: list[str] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether a canonical column comes from the file or from a default."""
        return name in self.mapping.columns or name in self.mapping.defaults

    def raw(self, name: str) -> str:
        """SQL of the cell as it came; empty text when it says nothing or is not mapped."""
        source = self.mapping.columns.get(name)
        if source is None:
            return "''"
        return said(quoted(source))

    def value(self, name: str) -> str:
        """SQL of the value as canonical text (ISO date, decimal point); unreadable as it came."""
        cell = self.raw(name)
        kind = type_of(self.mapping.table, name)
        if name not in self.mapping.columns:
            form = "''"
        elif kind in ("date", "timestamp"):
            form = self._dated(name, cell, kind)
        elif kind in _NUMERIC:
            form = statement(
                "coalesce({number}, {cell})",
                number=decimal_text(
                    cell,
                    decimal=self.decimal.get(name, "."),
                    strict=self.is_stated,
                ),
                cell=cell,
            )
        else:
            form = cell
        if name in self.mapping.defaults:
            return statement(
                "coalesce(nullif({form}, ''), {default})",
                form=form,
                default=literal(self.mapping.defaults[name]),
            )
        return form

    def _dated(self, name: str, cell: str, kind: str) -> str:
        day = iso_date(
            cell,
            day_first=self.day_first.get(name, True),
            date_format=self.mapping.date_format,
        )
        if kind == "date":
            return statement("coalesce({day}, {cell})", day=day, cell=cell)
        clock = statement(
            "regexp_extract({cell}, {pattern}, 1)",
            cell=cell,
            pattern=literal("[T ]([0-9]{2}:[0-9]{2}(:[0-9]{2})?)"),
        )
        return statement(
            "coalesce({day} || case when {clock} <> '' then 'T' || {clock} else '' end, {cell})",
            day=day,
            clock=clock,
            cell=cell,
        )


def said(cell: str) -> str:
    """SQL of a cell, empty when it holds a dash or a word for nothing."""
    return statement(
        "case when lower({cell}) in {nothing} then '' else {cell} end", cell=cell, nothing=_NOTHING
    )


def type_of(table: str, name: str) -> str:
    """Contract type of what a mapping may name."""
    if table == "claims" and name in _FURTHER:
        return _FURTHER[name]
    if name.startswith("debtors."):
        return tables("in")["debtors"][name.removeprefix("debtors.")].type
    return tables("in")[table][name].type


def choose(
    con: duckdb.DuckDBPyConnection, relation: str, mapping: Mapping, *, french: bool
) -> Readable:
    """Decide over whole columns in which order dates are written and which sign is decimal.

    What a column leaves open, the file's other columns decide; what they leave open too is read
    the French way (day first), and said so.
    """
    readable = Readable(mapping)
    kinds = {name: type_of(mapping.table, name) for name in mapping.columns}
    dates = [name for name, kind in kinds.items() if kind in ("date", "timestamp")]
    numbers = [name for name, kind in kinds.items() if kind in _NUMERIC]
    if mapping.date_format is None:
        _choose_order(con, relation, readable, dates, french)
    else:
        readable.notes.append(f"Dates are read as {mapping.date_format}.")
    if stated := mapping.decimal or _opposite(mapping.thousands):
        readable.decimal = dict.fromkeys(numbers, stated)
        readable.is_stated = True
        readable.notes.append(f"Amounts are read with the decimal sign {stated!r}, as stated.")
    else:
        _choose_decimal(con, relation, readable, numbers, french)
    return readable


def _choose_order(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    readable: Readable,
    names: list[str],
    french: bool,
) -> None:
    votes = {name: date_votes(con, relation, readable.raw(name)) for name in names}
    day = sum(vote.day_first for vote in votes.values())
    month = sum(vote.month_first for vote in votes.values())
    either = sum(vote.either for vote in votes.values())
    for name, vote in votes.items():
        if vote.day_first == vote.month_first:
            readable.day_first[name] = day >= month
        else:
            readable.day_first[name] = vote.day_first > vote.month_first
    readable.notes += _order_notes(readable.day_first, votes, day, month, either, french)


def _order_notes(
    day_first: dict[str, bool],
    votes: dict[str, DateVotes],
    day: int,
    month: int,
    either: int,
    french: bool,
) -> list[str]:
    if not day and not month:
        if not either:
            return []
        why = "the separator is French" if french else "nothing in the file tells"
        return [
            f"Dates such as 03/04/2024 are assumed to be day first ({why}): "
            f"{either} could be read either way. State date_format if they are not."
        ]
    notes = [
        f"Dates of {name} are {'day' if day_first[name] else 'month'} first: "
        f"{max(vote.day_first, vote.month_first)} leave no choice."
        for name, vote in votes.items()
        if vote.day_first != vote.month_first
    ]
    for name, vote in votes.items():
        if vote.day_first and vote.month_first:
            notes.append(
                f"{min(vote.day_first, vote.month_first)} dates of {name} are written the other "
                "way round and are refused."
            )
    if len(set(day_first.values())) > 1:
        notes.append("The date columns are not written in the same order: look at them.")
    return notes


def _choose_decimal(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    readable: Readable,
    names: list[str],
    french: bool,
) -> None:
    votes = {name: amount_votes(con, relation, readable.raw(name)) for name in names}
    comma = sum(vote.comma for vote in votes.values())
    point = sum(vote.point for vote in votes.values())
    for name, vote in votes.items():
        readable.decimal[name], note = _decimal(name, vote, comma, point, french)
        if note:
            readable.notes.append(note)


def _decimal(
    name: str, vote: AmountVotes, comma: int, point: int, french: bool
) -> tuple[str, str | None]:
    """The decimal sign of a column, and what to say about it."""
    if vote.comma != vote.point:
        sign = "," if vote.comma > vote.point else "."
        other = min(vote.comma, vote.point)
        word = "commas" if sign == "," else "points"
        note = f"Amounts of {name} have decimal {word}"
        return sign, note + (f", but for {other} written the other way." if other else ".")
    # No ledger writes thousandths: a group of three figures is a group of thousands.
    if vote.either_comma or vote.either_point:
        sign = "." if vote.either_comma >= vote.either_point else ","
        if comma != point:
            sign = "," if comma > point else "."
        example = "1,234" if vote.either_comma >= vote.either_point else "1.234"
        separates = (sign == ",") == (example == "1,234")
        meaning = "has decimals" if separates else "means 1234"
        return sign, f"An amount of {name} such as {example} {meaning}: assumed from the file."
    if comma != point:
        return ("," if comma > point else "."), None
    return ("," if french else "."), None


def _opposite(thousands: str | None) -> str | None:
    return {".": ",", ",": "."}.get(thousands or "")
