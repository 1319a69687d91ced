"""Which rows of a source are refused, and the one sentence that says all reasons."""

from __future__ import annotations

import duckdb

from data_schema import Column, tables
from pipelines.errors import LedgerRefused
from pipelines.judgement import cleaned, shown
from pipelines.sources.reading import Reading
from pipelines.store import columns_of, literal, quoted, statement
from pipelines.typed_rows import TypedRows

LONGEST_SHOWN = 1000
_MOST_PASSES = 50


def collect_refusals(
    con: duckdb.DuckDBPyConnection,
    reading: Reading,
    came: list[TypedRows],
    main: TypedRows | None,
) -> None:
    """Make the TEMP table ``intake_refused``: one row per refused row of the source.

    Columns: row_number, table_name, reason, payload (the row as read, JSON), key, amount.
    ``intake_amounts`` (row_number, cents, unread) tells the amounts of all rows. A row
    is refused when a value is, when it names an unknown parent, when its key stands on an
    earlier good row of the main table, or when it names a row that is itself refused.
    """
    con.execute(
        "create or replace temp table intake_said"
        " (row_number bigint, place integer, reason varchar)"
    )
    for place, rows in enumerate(came):
        _say(con, place, _OWN_REASONS, rows=rows.relation)
    if reading.refused is not None:
        _say(con, -1, _READER_REASONS, rows=reading.refused)
    for rows in came:
        for column in _foreign_keys(rows):
            _refuse_unknown(con, rows, column, came)
        if rows.table.name == "facts":
            _say(con, 101, _UNKNOWN_SUBJECT, rows=rows.relation, shown=shown("rows.subject_id"))
    if main is not None:
        _refuse_doubles(con, main)
    _refuse_orphans(con, reading.path, came)
    _make_amounts(con, came, main)
    _gather(con, reading, came, main)
    con.execute("drop table intake_said")


def _say(con: duckdb.DuckDBPyConnection, place: int, template: str, **parts: str) -> int:
    """Note reasons; ``place`` orders them in the sentence. How many were noted."""
    said = con.execute(
        "insert into intake_said " + statement(template, place=str(place), **parts)
    ).fetchall()
    return int(said[0][0])


def _foreign_keys(rows: TypedRows) -> list[Column]:
    return [column for column in rows.columns if column.refers and not column.creates]


def _refuse_unknown(
    con: duckdb.DuckDBPyConnection, rows: TypedRows, column: Column, came: list[TypedRows]
) -> None:
    parent = tables("in")[str(column.refers)]
    advice = f": no such row in {parent.name}; import it first, or correct the identifier"
    _say(
        con,
        100,
        _UNKNOWN_PARENT,
        rows=rows.relation,
        column=quoted(column.name),
        key=quoted(parent.key[0]),
        known=_known(parent.name, came),
        reason=_sentence(column.name, advice),
    )


def _known(parent: str, came: list[TypedRows]) -> str:
    key = quoted(tables("in")[parent].key[0])
    sources = ["main." + quoted(parent)]
    sources += [rows.relation for rows in came if rows.table.name == parent]
    return " union all ".join(
        statement("select {key} from {source}", key=key, source=source) for source in sources
    )


def _sentence(name: str, advice: str) -> str:
    return statement(
        "{name} || {value} || {advice}",
        name=literal(name + " is "),
        value=shown("rows." + quoted(name)),
        advice=literal(advice),
    )


def _refuse_doubles(con: duckdb.DuckDBPyConnection, main: TypedRows) -> None:
    content = [quoted(column.name) for column in main.columns]
    if main.extras:
        content.append("extra")
    marked = ", ".join(
        statement("coalesce({name}::varchar, chr(0))", name=name) for name in content
    )
    _say(
        con,
        102,
        _DOUBLES,
        rows=main.relation,
        content="md5(concat_ws(chr(31), " + marked + "))",
        key=literal(" + ".join(main.table.key)),
        shown=shown("rows.intake_key"),
    )


def _refuse_orphans(con: duckdb.DuckDBPyConnection, path: str, came: list[TypedRows]) -> None:
    """Refuse rows whose parent came in the same source and was itself refused."""
    names = {rows.table.name: rows for rows in came}
    links = [
        (rows, column, names[str(column.refers)])
        for rows in came
        for column in _foreign_keys(rows)
        if column.refers in names
    ]
    for _ in range(_MOST_PASSES):
        newly = 0
        for rows, column, parent in links:
            advice = f": that row of {parent.table.name} was itself refused; correct it first"
            newly += _say(
                con,
                103,
                _ORPHANS,
                rows=rows.relation,
                column=quoted(column.name),
                key=quoted(parent.table.key[0]),
                stored="main." + quoted(parent.table.name),
                parents=parent.relation,
                reason=_sentence(column.name, advice),
            )
        if not newly:
            return
    raise LedgerRefused(f"{path}: its rows refer to one another in an endless chain; correct it")


def _make_amounts(
    con: duckdb.DuckDBPyConnection, came: list[TypedRows], main: TypedRows | None
) -> None:
    amounts = []
    if main is not None:
        amounts.append(statement(_MAIN_AMOUNTS, rows=main.relation))
        amounts += [
            statement(
                _OTHER_AMOUNTS,
                rows=rows.relation,
                main=main.relation,
                sign="-1" if rows.table.name == "payments" else "1",
            )
            for rows in came
            if rows is not main and rows.table.amount
        ]
    con.execute(statement(_AMOUNTS, amounts=" union all ".join(amounts or [_NO_AMOUNTS])))


def _gather(
    con: duckdb.DuckDBPyConnection,
    reading: Reading,
    came: list[TypedRows],
    main: TypedRows | None,
) -> None:
    # The main table's row shows what the source said; the others stand in where it has none.
    shown_first = sorted(came, key=lambda rows: (rows is not main, rows.rank))
    payloads = [
        statement(
            _PAYLOAD,
            place=str(place),
            rows=rows.incoming,
            name=literal(rows.table.name),
            pairs=_pairs(columns_of(con, rows.incoming)),
        )
        for place, rows in enumerate(shown_first, start=1)
    ]
    if reading.refused is not None:
        payloads.insert(0, statement(_READER_PAYLOAD, rows=reading.refused))
    keys = [
        statement(_KEYS, place=str(place), rows=rows.relation)
        for place, rows in enumerate(shown_first, start=1)
    ]
    con.execute(
        statement(
            _REFUSED,
            keys=" union all ".join(keys or [_NO_KEYS]),
            payloads=" union all ".join(payloads or [_NO_PAYLOAD]),
        )
    )


def _pairs(names: list[str]) -> str:
    return ", ".join(
        statement(
            "{name}, {text}[:{longest}]",
            name=literal(name),
            text=cleaned("rows." + quoted(name)),
            longest=str(LONGEST_SHOWN),
        )
        for name in names
        if name != "row_number"
    )


_OWN_REASONS = """
    select row_number, {place}, intake_reason from {rows} where intake_reason is not null"""

_READER_REASONS = "select row_number, {place}, reason from {rows}"

_UNKNOWN_PARENT = """
    select distinct rows.row_number, {place}, {reason}
    from {rows} as rows
    where
        rows.{column} is not null
        and not exists (
            select 1 from ({known}) as known where known.{key} = rows.{column}
        )"""

_UNKNOWN_SUBJECT = """
    select distinct
        rows.row_number,
        {place},
        'subject_id is ' || {shown} || ': no such ' || rows.subject_type || '; import it first',
    from {rows} as rows
    where
        rows.subject_id is not null
        and (
            (
                rows.subject_type = 'claim'
                and not exists (select 1 from main.claims where claim_id = rows.subject_id)
            )
            or (
                rows.subject_type = 'debtor'
                and not exists (select 1 from main.debtors where debtor_id = rows.subject_id)
            )
        )"""

_DOUBLES = """
    select
        row_number,
        {place},
        case
            when content = first_value(content) over same
                then 'duplicate of row ' || first_value(row_number) over same
            else
                {key} || ' is ' || {shown} || ': row ' || first_value(row_number) over same
                || ' has it too, with other content; keep one of them'
        end,
    from (
        select rows.row_number, rows.intake_key, {content} as content
        from {rows} as rows
        where
            rows.intake_key in (
                select intake_key from {rows} group by intake_key having count(*) > 1
            )
            and rows.row_number not in (select row_number from intake_said)
    ) as rows
    window same as (partition by intake_key order by row_number)
    qualify row_number() over same > 1"""

_ORPHANS = """
    select distinct rows.row_number, {place}, {reason}
    from {rows} as rows
    where
        rows.{column} is not null
        and not exists (select 1 from intake_said as said where said.row_number = rows.row_number)
        and not exists (select 1 from {stored} as stored where stored.{key} = rows.{column})
        and not exists (
            select 1
            from {parents} as parents
            where
                parents.{key} = rows.{column}
                and not exists (
                    select 1 from intake_said as said where said.row_number = parents.row_number
                )
        )"""

# What each row of the source brings to the account. A row that makes no row of the main table
# but a payment, such as a credit note among invoices, takes its amount away.
_AMOUNTS = """
    create or replace temp table intake_amounts as
    select row_number, sum(cents)::decimal(38,2) as cents, bool_or(unread) as unread
    from ({amounts})
    group by row_number"""

_MAIN_AMOUNTS = """
    select row_number, intake_cents as cents, unread_amount as unread from {rows}"""

_OTHER_AMOUNTS = """
    select row_number, {sign} * intake_cents as cents, unread_amount as unread
    from {rows}
    where row_number not in (select row_number from {main})"""

_NO_AMOUNTS = """
    select null::bigint as row_number, 0::decimal(38,2) as cents, false as unread limit 0"""

_KEYS = """
    select row_number, {place} as place, coalesce(min(intake_key), '') as key
    from {rows}
    where row_number in (select row_number from intake_said)
    group by row_number"""

_NO_KEYS = "select null::bigint as row_number, 0 as place, '' as key limit 0"

_PAYLOAD = """
    select
        rows.row_number,
        {place} as place,
        {name} as table_name,
        json_merge_patch('{}'::json, json_object({pairs}))::varchar as payload,
        null::decimal(38,2) as amount,
    from {rows} as rows
    where rows.row_number in (select row_number from intake_said)"""

_READER_PAYLOAD = """
    select row_number, 0 as place, table_name, payload, amount from {rows}"""

_NO_PAYLOAD = """
    select null::bigint as row_number, 0 as place, '' as table_name, '' as payload,
        0::decimal(38,2) as amount limit 0"""

_REFUSED = """
    create or replace temp table intake_refused as
    select
        said.row_number,
        payloads.table_name,
        said.reason,
        payloads.payload,
        nullif(keys.key, '') as key,
        coalesce(amounts.cents, payloads.amount, 0)::decimal(38,2) as amount,
    from (
        select row_number, string_agg(distinct reason, '; ' order by reason) as reason
        from intake_said
        group by row_number
    ) as said
    left join (
        select
            row_number,
            arg_min(table_name, (place, payload)) as table_name,
            arg_min(payload, (place, payload)) as payload,
            max(amount) as amount,
        from ({payloads})
        group by row_number
    ) as payloads on payloads.row_number = said.row_number
    left join (
        select row_number, arg_min(key, place) as key from ({keys}) group by row_number
    ) as keys on keys.row_number = said.row_number
    left join intake_amounts as amounts on amounts.row_number = said.row_number"""
