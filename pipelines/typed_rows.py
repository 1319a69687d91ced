"""Text rows of one canonical table become typed rows, each with the reasons against it."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from data_schema import Column, Table, tables
from pipelines.errors import LedgerRefused
from pipelines.judgement import LONGEST_TEXT, Judgement, cleaned, is_siren, judged
from pipelines.sources.reading import Incoming
from pipelines.store import columns_of, count, literal, quoted, statement

MAX_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class TypedRows:
    """Rows of one table as a TEMP relation.

    It has row_number, the table's columns that came, typed, ``extra`` (JSON of further
    columns, if any came), ``intake_key`` (the key as text, null when unreadable),
    ``intake_cents`` (the amount, null when missing or unreadable), ``unread_amount``,
    ``bad_siren`` and ``intake_reason`` (null when nothing speaks against the row).
    """

    table: Table
    relation: str
    incoming: str
    columns: tuple[Column, ...]
    extras: tuple[str, ...]
    notes: tuple[str, ...]
    rank: int


def typed_rows(
    con: duckdb.DuckDBPyConnection, incoming: Incoming, *, rank: int, demo: bool
) -> TypedRows:
    """Judge the values of every row, column by column, in one pass.

    Raises ``LedgerRefused`` for too many columns or a required column that did not come.
    """
    table = tables("in")[incoming.table]
    found = [name for name in columns_of(con, incoming.relation) if name != "row_number"]
    check_columns(table, found)
    columns = tuple(column for column in table.columns if column.name in found)
    further = tuple(sorted(set(found) - set(table.names)))
    extras = further if table.extras else ()
    relation = f"intake_typed_{rank}"
    _make(con, relation, incoming.relation, table, columns, extras, demo=demo)
    notes = []
    if further and not extras:
        named = ", ".join(further[:10]) + (" …" if len(further) > 10 else "")
        notes.append(f"{table.name}: columns that the contract does not know were ignored: {named}")
    blanked = count(con, statement("select count(*) from {of} where bad_siren", of=relation))
    if blanked:
        notes.append(f"{table.name}: {blanked} wrong SIREN left empty; their rows are kept")
    return TypedRows(table, relation, incoming.relation, columns, extras, tuple(notes), rank)


def check_width(n_columns: int, where: str) -> None:
    """Refuse a source of more columns than any ledger has, before anything is made of them."""
    if n_columns > MAX_COLUMNS:
        raise LedgerRefused(
            f"{where}: {n_columns} columns, of which at most {MAX_COLUMNS} are read;"
            " check the separator, or keep the columns that matter"
        )


def check_columns(table: Table, found: list[str], where: str = "") -> None:
    """Refuse a source whose columns are too many or lack one that the contract requires."""
    at = where or table.name
    check_width(len(found), at)
    missing = [c.name for c in table.columns if c.required and c.name not in found]
    if missing:
        raise LedgerRefused(
            f"{at}: required column{'s' if len(missing) > 1 else ''} {', '.join(missing)} missing;"
            f" {table.name} cannot be read without"
        )


def _make(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    incoming: str,
    table: Table,
    columns: tuple[Column, ...],
    extras: tuple[str, ...],
    *,
    demo: bool,
) -> None:
    present = {column.name for column in columns}
    judgements = {c.name: judged(c, is_key=c.name in table.key, demo=demo) for c in columns}
    texts = [cleaned(quoted(name)) + " as " + quoted(name) for name in judgements]
    results = [quoted("v:" + name) + " as " + quoted(name) for name in judgements]
    # A key's optional part that did not come is empty, not unknown.
    results += ["null::varchar as " + quoted(n) for n in table.key if n not in present]
    if extras:
        pairs = ", ".join(literal(name) + ", " + cleaned(quoted(name)) for name in extras)
        texts.append("json_object(" + pairs + ")::varchar as extra")
        results.append("extra")
    con.execute(
        statement(
            """create or replace temp table {relation} as
            select
                row_number,
                {results},
                {key} as intake_key,
                {cents}::decimal(38,2) as intake_cents,
                {unread} as unread_amount,
                {bad_siren} as bad_siren,
                nullif(concat_ws('; ', {reasons}), '') as intake_reason,
            from (
                select *, {values}
                from (select row_number, {texts} from {incoming}) as texts
            ) as typed""",
            relation=relation,
            incoming=incoming,
            texts=", ".join(texts),
            values=", ".join(j.value + " as " + quoted("v:" + n) for n, j in judgements.items()),
            results=", ".join(results),
            key=" || '|' || ".join(_key_part(table[n]) for n in table.key if n in present),
            cents=quoted("v:" + table.amount) if table.amount in present else "null",
            unread=_lost(table.amount) if table.amount in present else "false",
            bad_siren=" or ".join(_lost(c.name) for c in columns if is_siren(c)) or "false",
            reasons=", ".join(_reasons(table, present, judgements, extras)),
        )
    )


def _reasons(
    table: Table, present: set[str], judgements: dict[str, Judgement], extras: tuple[str, ...]
) -> list[str]:
    refusals = [refusal for judgement in judgements.values() for refusal in judgement.refusals]
    if table.name == "payments":
        empty = " and ".join(
            quoted(name) + " is null" for name in ("claim_id", "debtor_id") if name in present
        )
        advice = "claim_id and debtor_id are both missing: say which claim or who paid"
        refusals.append((empty or "true", literal(advice)))
    if extras:
        advice = f"the further columns hold more than {LONGEST_TEXT} characters: shorten them"
        refusals.append((f"length(extra) > {LONGEST_TEXT}", literal(advice)))
    return ["case when " + condition + " then " + reason + " end" for condition, reason in refusals]


def _key_part(column: Column) -> str:
    value = quoted("v:" + column.name) + "::varchar"
    return value if column.required else "coalesce(" + value + ", '')"


def _lost(name: str | None) -> str:
    """SQL that a text came whose value could not be read."""
    if name is None:
        return "false"
    text, value = quoted(name), quoted("v:" + name)
    return statement("({text} is not null and {value} is null)", text=text, value=value)
