"""The promises written beside the columns of a query, and whether its table keeps them.

A promise stands in the comment at the end of a column's line::

    claim_id,                    -- #unique #not_null
    plan_id,                     -- #unique(due_on): the column together with those named
    open_amount,                 -- #positive, or #nonnegative; a null breaks neither
    status                       -- #in(running, kept, broken); a null is not in question
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import duckdb
from sqlglot import exp

from pipelines.errors import BrokenPromise

_PROMISE = re.compile(r"#(unique|not_null|positive|nonnegative|in)\b(?:\(([^)]*)\))?")
_COLUMN = re.compile(r'([A-Za-z_][A-Za-z_0-9]*|"[^"]+")\s*,?\s*$')


@dataclass(frozen=True, slots=True)
class Promise:
    """What one column promises; ``words`` are the columns or codes in brackets."""

    column: str
    kind: str
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The promise as it is written in a comment."""
        return "#" + self.kind + ("(" + ", ".join(self.words) + ")" if self.words else "")


def promised(sql: str) -> tuple[Promise, ...]:
    """The promises of a query's columns, in order.

    >>> [str(promise) for promise in promised("select\\n    a.x,  -- #unique #in(b, c)")]
    ['#unique', '#in(b, c)']
    """
    found = []
    for line in sql.splitlines():
        code, mark, comment = line.partition("--")
        column = _COLUMN.search(code)
        if not mark or column is None:
            continue
        for kind, words in _PROMISE.findall(comment):
            named = tuple(word.strip() for word in words.split(",") if word.strip())
            found.append(Promise(column[1].strip('"'), kind, named))
    return tuple(found)


def check(con: duckdb.DuckDBPyConnection, name: str, promises: tuple[Promise, ...]) -> None:
    """Count the rows of a table that break each promise, in one pass.

    Raises
    ------
    BrokenPromise
        Names the table, the column, the promise and the number of rows.
    """
    if not promises:
        return
    counts = con.execute(_counting(name, promises)).fetchall()[0]
    broken = [
        ".".join((name, promise.column)) + f": {promise} broken by {count} rows"
        for promise, count in zip(promises, counts, strict=True)
        if count
    ]
    if broken:
        raise BrokenPromise("; ".join(broken))


@cache
def _counting(name: str, promises: tuple[Promise, ...]) -> str:
    query = exp.select(*map(_broken, promises)).from_(exp.to_table(name))
    return str(query.sql(dialect="duckdb"))


def _broken(promise: Promise) -> exp.Expression:
    column = exp.column(promise.column, quoted=True)
    zero = exp.Literal.number(0)
    match promise.kind:
        case "unique":
            return _repeated(promise)
        case "not_null":
            fails: exp.Expression = exp.Is(this=column, expression=exp.null())
        case "positive":
            fails = exp.LTE(this=column, expression=zero)
        case "nonnegative":
            fails = exp.LT(this=column, expression=zero)
        case _:
            words = [exp.Literal.string(word) for word in promise.words]
            fails = exp.not_(exp.In(this=column, expressions=words))
    return exp.CountIf(this=fails)


def _repeated(promise: Promise) -> exp.Expression:
    """Rows beyond the first of each key; rows whose column is null are not in question."""
    columns = [exp.column(name, quoted=True) for name in (promise.column, *promise.words)]
    key: exp.Expression = columns[0]
    if promise.words:
        key = exp.Anonymous(this="row", expressions=columns)
    distinct = exp.Count(this=exp.Distinct(expressions=[key]))
    total = exp.Count(this=columns[0].copy()) if not promise.words else exp.Count(this=exp.Star())
    return exp.Sub(this=total, expression=distinct)
