"""The generic intake: rows of any source are judged whole, then loaded or quarantined.

Nothing loops over rows: each step is one SQL statement over all rows of a source.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import duckdb

from data_schema import load_order
from pipelines.errors import LedgerRefused, PipelineError
from pipelines.history import Counts, create_parents, retire, upsert
from pipelines.judgement import NUMBER, cleaned
from pipelines.quarantine import fingerprint, record_source, requarantine, source_id
from pipelines.refusals import collect_refusals
from pipelines.sources.reading import Reading, SourceReport
from pipelines.store import count, literal, quoted, scalar, statement, transaction
from pipelines.typed_rows import TypedRows, typed_rows

__all__ = [
    "Counts",
    "admit",
    "arrival_order",
    "fingerprint",
    "load",
    "record_source",
    "requarantine",
    "retire",
    "source_id",
    "upsert",
]


def arrival_order() -> tuple[str, ...]:
    """Names of the canonical tables in an order in which they can be loaded.

    >>> arrival_order()[-1]
    'facts'
    """
    # Facts name claims and debtors without saying so as a foreign key.
    return (*(name for name in load_order() if name != "facts"), "facts")


def load(
    con: duckdb.DuckDBPyConnection,
    reading: Reading,
    *,
    imported_at: datetime,
    strict: bool = False,
    demo: bool = False,
) -> SourceReport:
    """Judge every row of a reading, load the good ones, quarantine the others: all or nothing.

    A source row counts once: it is accepted if none of the canonical rows made of it is
    refused, else all of them are withheld. The account follows the amounts of the first table
    of the reading that has any. Rows of its other tables (the debtor named on each invoice)
    may repeat a key: the first value that is not empty counts. With ``demo`` a SIREN may fail
    its check digit.

    Raises
    ------
    LedgerRefused
        Under ``strict``, if any row is refused; a table with too many columns, or without a
        column that the contract requires. Nothing has changed then.
    PipelineError
        The reading's own count of rows is not that of the rows it handed over.
    """
    with transaction(con):
        return admit(con, reading, imported_at=imported_at, strict=strict, demo=demo)


def admit(
    con: duckdb.DuckDBPyConnection,
    reading: Reading,
    *,
    imported_at: datetime,
    strict: bool = False,
    demo: bool = False,
) -> SourceReport:
    """What `load` does, inside the caller's transaction."""
    order = arrival_order()
    came = [
        typed_rows(con, incoming, rank=rank, demo=demo)
        for rank, incoming in enumerate(reading.incoming)
    ]
    main = next((rows for rows in came if rows.table.amount), came[0] if came else None)
    came.sort(key=lambda rows: order.index(rows.table.name))
    collect_refusals(con, reading, came, main)
    report = _account(con, reading, came)
    if strict and report.quarantined:
        raise LedgerRefused(_first_refusal(con, report))
    for rows in came:
        report.notes.extend(rows.notes)
        _store(con, rows, report, imported_at=imported_at, is_main=rows is main)
        _keep_extra_columns(con, rows, reading.known)
    _accepted_keys(con, came)
    requarantine(
        con, "intake_refused", "intake_accepted", source=reading.path, imported_at=imported_at
    )
    record_source(con, report, imported_at=imported_at)
    for relation in [
        "intake_refused",
        "intake_accepted",
        "intake_amounts",
        *(rows.relation for rows in came),
    ]:
        con.execute("drop table " + relation)
    return report


def _account(
    con: duckdb.DuckDBPyConnection, reading: Reading, came: list[TypedRows]
) -> SourceReport:
    """Rows and cents of the source: what came, taken whole, against what became of it."""
    accepted = count(con, statement(_ACCEPTED_ROWS, numbers=_numbers(came)))
    quarantined = count(con, "select count(*) from intake_refused")
    read = accepted + quarantined + reading.out_of_scope
    if reading.read not in (0, read):
        raise PipelineError(
            f"{reading.path}: {reading.read} rows were read and {read} handed over;"
            " nothing was loaded"
        )
    came_in = _cents(con, "select sum(cents) from intake_amounts")
    taken = _cents(con, _ACCEPTED_CENTS)
    unreadable = count(con, "select count(*) from intake_amounts where unread")
    if reading.refused is not None:
        came_in += _cents(con, statement(_READER_CENTS, rows=reading.refused))
    held = _cents(con, "select sum(amount) from intake_refused")
    if came_in != taken + held:
        raise PipelineError(
            f"{reading.path}: of {came_in} only {taken + held} is accounted for; nothing was loaded"
        )
    notes = list(reading.notes)
    if reading.amount_read not in (Decimal(0), came_in + reading.amount_out_of_scope):
        notes.append(
            f"The amounts as written add up to {reading.amount_read}; as claims less credits"
            f" they are {came_in + reading.amount_out_of_scope}."
        )
    return SourceReport(
        path=reading.path,
        format=reading.format,
        read=read,
        accepted=accepted,
        out_of_scope=reading.out_of_scope,
        quarantined=quarantined,
        amount_read=came_in + reading.amount_out_of_scope,
        amount_accepted=taken,
        amount_out_of_scope=reading.amount_out_of_scope,
        amount_quarantined=held,
        unreadable_amounts=reading.unreadable_amounts + unreadable,
        notes=notes,
    )


def _store(
    con: duckdb.DuckDBPyConnection,
    rows: TypedRows,
    report: SourceReport,
    *,
    imported_at: datetime,
    is_main: bool,
) -> None:
    """Put the accepted rows of one table into the store, after the parents they create."""
    name = rows.table.name
    columns = [quoted(c) for c in {c.name: 0 for c in rows.columns} | dict.fromkeys(rows.table.key)]
    if rows.extras:
        columns.append("extra")
    # In the main table a key stands on one good row; elsewhere rows of one key are one row.
    template = _ACCEPTED if is_main else _MERGED
    keys = [quoted(key) for key in rows.table.key]
    con.execute(
        statement(
            template,
            rows=rows.relation,
            columns=", ".join(columns),
            keys=", ".join(keys),
            merged=", ".join(
                statement("arg_min({column}, row_number) as {column}", column=column)
                for column in columns
                if column not in keys
            )
            or "true as only_keys",
        )
    )
    named = {column.name for column in rows.columns}
    if name == "claims" and "due_on" in named:
        # A due day that somebody states is no longer the one that a file lets assume, earlier or
        # later: a FEC imported again knows no more of it.
        con.execute(_STATED_STAYS if "date_basis" in named else _DATED)
        con.execute("drop table intake_accepting")
        con.execute("alter table intake_dated rename to intake_accepting")
    source = source_id(report.path)
    for column in rows.columns:
        if column.creates:
            created = create_parents(
                con, column, "intake_accepting", source_id=source, imported_at=imported_at
            )
            if created:
                parents = column.refers or ""
                made = f"{parents} were" if created > 1 else f"{parents.removesuffix('s')} was"
                report.notes.append(f"{name}: {created} {made} created from {column.name} alone")
    counts = upsert(con, name, "intake_accepting", source_id=source, imported_at=imported_at)
    stored = counts.inserted + counts.replaced + counts.unchanged
    report.tables[name] = report.tables.get(name, 0) + stored
    con.execute("drop table intake_accepting")


def _keep_extra_columns(
    con: duckdb.DuckDBPyConnection, rows: TypedRows, known: dict[str, str]
) -> None:
    """Note the further columns, and whether all their values so far are numbers."""
    if not rows.extras:
        return
    tests = ", ".join(
        statement(
            "coalesce(bool_and(regexp_matches({text}, {number}))"
            " filter (where {text} is not null), true)",
            text=cleaned("came." + quoted(name)),
            number=literal(NUMBER),
        )
        for name in rows.extras
    )
    found = con.execute(statement(_NUMERIC, tests=tests, incoming=rows.incoming)).fetchall()[0]
    held = {
        name: (stated, numeric)
        for name, stated, numeric in con.execute(
            "select column_name, known, numeric from intake.extra_columns"
            " where table_name = $table",
            {"table": rows.table.name},
        ).fetchall()
    }
    for name, numeric in zip(rows.extras, found, strict=True):
        before = held.get(name, ("issue", True))
        now = (known.get(name, before[0]), bool(numeric and before[1]))
        if held.get(name) == now:
            continue
        column = {"table": rows.table.name, "name": name}
        con.execute(
            "delete from intake.extra_columns where table_name = $table and column_name = $name",
            column,
        )
        con.execute(
            "insert into intake.extra_columns values ($table, $name, $known, $numeric)",
            {**column, "known": now[0], "numeric": now[1]},
        )


def _accepted_keys(con: duckdb.DuckDBPyConnection, came: list[TypedRows]) -> None:
    parts = [
        statement(_ACCEPTED_KEYS, rows=rows.relation, name=literal(rows.table.name))
        for rows in came
    ]
    con.execute(
        "create or replace temp table intake_accepted as " + (" union all ".join(parts) or _NO_KEYS)
    )


def _numbers(came: list[TypedRows]) -> str:
    parts = [statement("select row_number from {rows}", rows=rows.relation) for rows in came]
    return " union all ".join(parts) or _NO_NUMBERS


def _cents(con: duckdb.DuckDBPyConnection, sql: str) -> Decimal:
    return Decimal(str(scalar(con, sql) or 0)).quantize(Decimal("0.01"))


def _first_refusal(con: duckdb.DuckDBPyConnection, report: SourceReport) -> str:
    number, reason = con.execute(
        "select row_number, reason from intake_refused order by row_number, reason limit 1"
    ).fetchall()[0]
    return (
        f"{report.path}: {report.quarantined} of {report.read} rows refused, so nothing was"
        f" loaded; the first, row {number}: {reason}"
    )


_NO_NUMBERS = "select null::bigint as row_number limit 0"
_NO_KEYS = "select null::bigint as row_number, '' as table_name, '' as key limit 0"

_ACCEPTED_ROWS = """
    select count(distinct row_number)
    from ({numbers})
    where row_number not in (select row_number from intake_refused)"""

_ACCEPTED_CENTS = """
    select sum(cents)
    from intake_amounts
    where row_number not in (select row_number from intake_refused)"""

_READER_CENTS = """
    select sum(amount)
    from (
        select row_number, max(amount) as amount
        from {rows}
        where row_number not in (select row_number from intake_amounts where cents is not null)
        group by row_number
    )"""

_ACCEPTED = """
    create or replace temp table intake_accepting as
    select row_number, {columns}
    from {rows}
    where row_number not in (select row_number from intake_refused)"""

_MERGED = """
    create or replace temp table intake_accepting as
    select {keys}, min(row_number) as row_number, {merged}
    from {rows}
    where row_number not in (select row_number from intake_refused)
    group by {keys}"""

_DATED = """
    create or replace temp table intake_dated as
    select
        came.*,
        case
            when came.due_on is not null and held.date_basis is not null then 'stated'
            else held.date_basis
        end as date_basis
    from intake_accepting as came
    left join main.claims as held on came.claim_id = held.claim_id"""

_STATED_STAYS = """
    create or replace temp table intake_dated as
    select
        came.* replace (
            case when held.date_basis = 'stated' and came.date_basis = 'assumed'
                then held.due_on else came.due_on end as due_on,
            case when held.date_basis = 'stated' and came.date_basis = 'assumed'
                then 'stated' else came.date_basis end as date_basis
        )
    from intake_accepting as came
    left join main.claims as held on came.claim_id = held.claim_id"""

_ACCEPTED_KEYS = """
    select row_number, {name} as table_name, intake_key as key
    from {rows}
    where row_number not in (select row_number from intake_refused)"""

_NUMERIC = """
    select {tests}
    from {incoming} as came
    where came.row_number not in (select row_number from intake_refused)"""
