"""Rows that come, change and go: the store keeps what it replaced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from data_schema import Column, Table, tables
from pipelines.errors import PipelineError
from pipelines.store import columns_of, count, literal, quoted, statement, stored_columns


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one upsert: new keys, known keys with other content, known keys as they were."""

    inserted: int = 0
    replaced: int = 0
    unchanged: int = 0


def upsert(
    con: duckdb.DuckDBPyConnection,
    table: str,
    relation: str,
    *,
    source_id: str,
    imported_at: datetime,
) -> Counts:
    """Put typed rows into a canonical table; what they replace moves to ``past.<table>``.

    ``relation`` has the table's key, ``row_number`` and any of its columns, typed, each key
    once. A column it lacks keeps the stored value (or takes the contract's default in a new
    row); a null in a column it has takes the default too, else blanks the stored value.
    ``extra``, a JSON object of texts sorted by name, is merged into the stored one, where null
    takes a name away. A row that would change nothing is not touched at all. Runs inside the
    caller's transaction.

    Raises
    ------
    PipelineError
        A key occurs twice in ``relation``.
    """
    contract = tables("in")[table]
    present = set(columns_of(con, relation))
    _refuse_double_keys(con, contract, relation)
    content = [_content(contract, column, present) for column in contract.columns]
    names = [quoted(column.name) for column in contract.columns]
    if contract.extras:
        names.append("extra")
        content.append(_merged_extra("extra" in present))
    con.execute(
        statement(
            """create or replace temp table intake_merged as
            select *, md5(concat_ws(chr(31), {hashed})) as row_hash
            from (
                select
                    {content},
                    incoming.row_number,
                    stored.{key} is not null as is_stored,
                    stored.row_hash as stored_hash,
                from {relation} as incoming
                left join {table} as stored on {same_key}
            )""",
            content=",\n".join(content),
            hashed=", ".join(_hashed(name) for name in names),
            relation=relation,
            table="main." + quoted(table),
            key=quoted(contract.key[0]),
            same_key=same_key(contract, "incoming", "stored"),
        )
    )
    changed = "is_stored and stored_hash is distinct from row_hash"
    counts = Counts(
        inserted=count(con, "select count(*) from intake_merged where not is_stored"),
        replaced=count(con, "select count(*) from intake_merged where " + changed),
        unchanged=count(
            con, "select count(*) from intake_merged where is_stored and stored_hash = row_hash"
        ),
    )
    if counts.replaced:
        con.execute(
            statement(
                "create or replace temp table intake_changed as"
                " select * from intake_merged where {changed}",
                changed=changed,
            )
        )
        retire(con, table, "intake_changed", imported_at=imported_at)
    con.execute(
        statement(
            """insert into {table} by name
            select
                {names},
                row_number,
                row_hash,
                $source_id as source_id,
                $imported_at::timestamp as imported_at,
            from intake_merged
            where not is_stored or stored_hash is distinct from row_hash""",
            table="main." + quoted(table),
            names=", ".join(names),
        ),
        {"source_id": source_id, "imported_at": imported_at},
    )
    con.execute("drop table if exists intake_changed")
    con.execute("drop table intake_merged")
    return counts


def retire(
    con: duckdb.DuckDBPyConnection, table: str, keys_relation: str, *, imported_at: datetime
) -> int:
    """Move the rows whose key stands in ``keys_relation`` to the past; how many they were.

    Runs inside the caller's transaction.
    """
    contract = tables("in")[table]
    parts = {
        "table": "main." + quoted(table),
        "past": "past." + quoted(table),
        "keys": keys_relation,
        "names": ", ".join(map(quoted, stored_columns(contract))),
        "same_key": same_key(contract, "leaving", "stored"),
    }
    moved = con.execute(
        statement(
            """insert into {past} by name
            select {names}, $imported_at::timestamp as replaced_at
            from {table} as stored
            where exists (select 1 from {keys} as leaving where {same_key})""",
            **parts,
        ),
        {"imported_at": imported_at},
    ).fetchall()[0][0]
    con.execute(
        statement(
            """delete from {table} as stored
            where exists (select 1 from {keys} as leaving where {same_key})""",
            **parts,
        )
    )
    return int(moved)


def create_parents(
    con: duckdb.DuckDBPyConnection,
    column: Column,
    relation: str,
    *,
    source_id: str,
    imported_at: datetime,
) -> int:
    """Create the rows that a column of ``relation`` names and the store lacks; how many.

    Their name is their id and their ``row_number`` null, which marks them; the real row, when
    it comes, replaces them like any other.
    """
    if column.refers is None:
        raise PipelineError(f"{column.name} refers to no table")
    parent = tables("in")[column.refers]
    key = quoted(parent.key[0])
    con.execute(
        statement(
            """create or replace temp table intake_named as
            select distinct
                named.{column} as {key},
                named.{column} as name,
                null::bigint as row_number,
            from {relation} as named
            where
                named.{column} is not null
                and not exists (
                    select 1 from {parent} as stored where stored.{key} = named.{column}
                )""",
            column=quoted(column.name),
            key=key,
            relation=relation,
            parent="main." + quoted(parent.name),
        )
    )
    counts = upsert(con, parent.name, "intake_named", source_id=source_id, imported_at=imported_at)
    con.execute("drop table intake_named")
    return counts.inserted


def same_key(table: Table, left: str, right: str) -> str:
    """SQL that two rows have the table's key in common; parts of a key may be null.

    >>> same_key(tables("in")["plans"], "incoming", "stored")
    '(incoming."plan_id" = stored."plan_id")'
    """
    parts = []
    for name in table.key:
        meets = "=" if table[name].required else "is not distinct from"
        parts.append(f"{left}.{quoted(name)} {meets} {right}.{quoted(name)}")
    return "(" + " and ".join(parts) + ")"


def _content(table: Table, column: Column, present: set[str]) -> str:
    name = quoted(column.name)
    parts = [f"incoming.{name}"] if column.name in present else [f"stored.{name}"]
    if column.default is not None:
        parts.append(literal(column.default))
    return statement(
        "cast(coalesce({parts}) as {type}) as {name}",
        parts=", ".join(parts),
        type=column.sql_type,
        name=name,
    )


def _merged_extra(present: bool) -> str:
    if not present:
        return "stored.extra as extra"
    # Sorted names make one text of one content, whatever the order of a file's columns.
    return """nullif(
        case
            when stored.extra is null then json_merge_patch('{}'::json, incoming.extra::json)
            else to_json(map_from_entries(list_sort(list_filter(
                map_entries(map_concat(
                    stored.extra::json::map(varchar, varchar),
                    coalesce(incoming.extra, '{}')::json::map(varchar, varchar)
                )),
                lambda entry: entry.value is not null
            ))))
        end::varchar,
        '{}'
    ) as extra"""


def _hashed(name: str) -> str:
    # Only what is there is hashed, so that a column added to the contract changes no hash.
    return statement("{label} || {name}::varchar", label=literal(name.strip('"') + "="), name=name)


def _refuse_double_keys(con: duckdb.DuckDBPyConnection, table: Table, relation: str) -> None:
    double = count(
        con,
        statement(
            "select count(*) from (select 1 from {relation} group by {key} having count(*) > 1)",
            relation=relation,
            key=", ".join(map(quoted, table.key)),
        ),
    )
    if double:
        raise PipelineError(f"{table.name}: {double} keys stand on several rows to be stored")
