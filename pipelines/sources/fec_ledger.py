"""What the stored lines of one ledger amount to: claims, payments, and credits in hand.

Everything is derived from all lines of the ledger by the SELECTs of ``sql/fec``, over working
tables named ``fec_…``. Letters come first; the rest is allocated first in, first out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from pipelines.intake import retire, upsert
from pipelines.store import count, statement

# Two files that share more days than this are two exports of one accounting year. Fewer are the
# opening lines of a year, which some software dates on the last day of the year before.
_OVERLAP = timedelta(days=15)
_LONGEST_YEAR = timedelta(days=366)
_SQL = Path(__file__).parent.parent / "sql" / "fec"
_PASSES = (
    ("contest_letter", "lettered"),
    ("contest_other_year", "inferred"),
    ("contest_carried", "inferred"),
    ("contest_pool", "inferred"),
)
_WORKING_NAMES = {
    "judged_lines": "judged",
    "refused_lines": "refused",
    "ledger_lines": "ledger",
}
_PUBLISHED = {
    "creditors": "fec_creditor",
    "debtors": "fec_debtors",
    "claims": "fec_claims",
    "payments": "fec_payments",
}

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class FilePeriod:
    """One file of a ledger: the days its lines cover, and whether it brings opening lines."""

    source_id: str
    period_from: date
    period_to: date
    has_opening: bool


def accounting_years(files: list[FilePeriod]) -> dict[str, date]:
    """First day of the accounting year each file begins in, by source.

    Files that overlap belong together, and so does a file without opening lines that goes on
    within a year of the first day.

    >>> year = FilePeriod("a", date(2022, 1, 1), date(2022, 12, 31), has_opening=True)
    >>> next_year = FilePeriod("b", date(2023, 1, 1), date(2023, 12, 31), has_opening=True)
    >>> {name: str(day) for name, day in accounting_years([next_year, year]).items()}
    {'a': '2022-01-01', 'b': '2023-01-01'}
    """
    years: dict[str, date] = {}
    first = last = None
    for file in sorted(files, key=lambda file: (file.period_from, file.period_to, file.source_id)):
        goes_on = (
            first is not None
            and last is not None
            and (
                file.period_from < last - _OVERLAP
                or (not file.has_opening and file.period_to < first + _LONGEST_YEAR)
            )
        )
        if first is None or last is None or not goes_on:
            first, last = file.period_from, file.period_to
        last = max(last, file.period_to)
        years[file.source_id] = first
    return years


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Make the two tables in which the store keeps customer lines, and the files they came in."""
    con.execute(
        "create table if not exists intake.fec_files (source_id varchar, ledger varchar,"
        " period_from date, period_to date, has_opening boolean, imported_at timestamp)"
    )
    con.execute(
        "create table if not exists intake.fec_lines (ledger varchar, line_id varchar,"
        " source_id varchar, row_number bigint, journal_code varchar, entry_number varchar,"
        " entry_date date, account varchar, customer varchar, has_auxiliary boolean,"
        " customer_name varchar, piece varchar, issued_on date, letter varchar,"
        " net decimal(18,2), is_opening boolean, kind varchar, method varchar,"
        " vat_amount decimal(18,2))"
    )


def store_lines(
    con: duckdb.DuckDBPyConnection, ledger: str, source: str, imported_at: datetime
) -> None:
    """Unite the file's lines with those at hand; a file within its period gives way to it."""
    period = row(con, "from fec_file_period")
    if not period["n_lines"]:
        return
    days = {"since": period["period_from"], "until": period["period_to"]}
    covered = con.execute(
        "select source_id from intake.fec_files where ledger = $ledger"
        " and (source_id = $source or (period_from >= $since and period_to <= $until))",
        {"ledger": ledger, "source": source, **days},
    ).fetchall()
    for (held,) in covered:
        con.execute(
            "delete from intake.fec_lines where ledger = $ledger and source_id = $held",
            {"ledger": ledger, "held": held},
        )
        con.execute(
            "delete from intake.fec_files where ledger = $ledger and source_id = $held",
            {"ledger": ledger, "held": held},
        )
        if held != source:
            con.execute("delete from intake.quarantine where source_id = $held", {"held": held})
    con.execute(
        "delete from intake.fec_lines as held where ledger = $ledger and exists"
        " (select 1 from fec_customer_lines as came where came.line_id = held.line_id)",
        {"ledger": ledger},
    )
    con.execute("insert into intake.fec_lines by name from fec_customer_lines")
    con.execute(
        "insert into intake.fec_files by name select $source as source_id, $ledger as ledger,"
        " cast($since as date) as period_from, cast($until as date) as period_to,"
        " (select coalesce(bool_or(is_opening), false) from fec_customer_lines) as has_opening,"
        " cast($imported_at as timestamp) as imported_at",
        {"source": source, "ledger": ledger, "imported_at": imported_at, **days},
    )


def derive(con: duckdb.DuckDBPyConnection, ledger: str, assumed_terms_days: int) -> None:
    """Claims and payments of the whole ledger, as working tables."""
    files = [
        FilePeriod(str(name), since, until, bool(has_opening))
        for name, since, until, has_opening in con.execute(
            "select source_id, period_from, period_to, has_opening"
            " from intake.fec_files where ledger = $ledger",
            {"ledger": ledger},
        ).fetchall()
    ]
    con.execute("create or replace temp table fec_years (source_id varchar, starts_on date)")
    for name, first_day in sorted(accounting_years(files).items()):
        con.execute("insert into fec_years values ($name, $day)", {"name": name, "day": first_day})
    make(con, "year_dates", ledger=ledger)
    for name in ("ledger_lines", "opening_differences", "movements", "letter_groups"):
        make(con, name, ledger=ledger)
    con.execute(
        "create or replace temp table fec_pairs"
        " (debit_line varchar, credit_line varchar, amount decimal(18,2), allocation varchar)"
    )
    for contest, allocation in _PASSES:
        make(con, "residuals")
        con.execute("create or replace temp table fec_contest as " + select(contest))
        con.execute(
            "insert into fec_pairs select *, $allocation from (" + select("match") + ")",
            {"allocation": allocation},
        )
    make(con, "residuals")
    for name in ("claim_lines", "claims", "payments", "debtors"):
        make(con, name, ledger=ledger, terms_days=assumed_terms_days)


def publish(
    con: duckdb.DuckDBPyConnection,
    ledger: str,
    source: str,
    imported_at: datetime,
    *,
    siren: str | None,
) -> dict[str, int]:
    """Put what was derived into the canonical tables, retire what no longer is; rows by table."""
    make(con, "creditor", ledger=ledger, siren=siren)
    rows: dict[str, int] = {}
    for table, relation in _PUBLISHED.items():
        upsert(con, table, relation, source_id=source, imported_at=imported_at)
        rows[table] = count(con, "select count(*) from " + relation)
    for table, key in (("payments", "payment_id"), ("claims", "claim_id")):
        con.execute(
            statement(
                "create or replace temp table fec_gone as select {key} from main.{table} as held"
                " where starts_with(held.{key}, $prefix) and held.creditor_id = $ledger"
                " and not exists"
                " (select 1 from fec_{table} as kept where kept.{key} = held.{key})",
                key=key,
                table=table,
            ),
            {"prefix": ledger + ":", "ledger": ledger},
        )
        if count(con, "select count(*) from fec_gone"):
            retire(con, table, "fec_gone", imported_at=imported_at)
    return rows


def drop_working_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Leave the connection as it was found."""
    names = con.execute(
        "select table_name from duckdb_tables() where temporary and starts_with(table_name, 'fec_')"
    ).fetchall()
    for (name,) in names:
        con.execute("drop table " + name)


def select(name: str) -> str:
    """Text of one SELECT of ``sql/fec``."""
    return (_SQL / (name + ".sql")).read_text(encoding="utf-8")


def make(con: duckdb.DuckDBPyConnection, name: str, **parameters: object) -> None:
    """Build the working table that one file of SQL describes."""
    sql = select(name)
    used = {key: value for key, value in parameters.items() if "$" + key in sql}
    target = _WORKING_NAMES.get(name, name)
    con.execute("create or replace temp table fec_" + target + " as " + sql, used)


def row(con: duckdb.DuckDBPyConnection, sql: str) -> Row:
    """The one row of a query, by column."""
    con.execute(sql)
    names = [str(column[0]) for column in con.description or []]
    return dict(zip(names, con.fetchall()[0], strict=True))
