"""The statutory ledger of a French company (FEC): its customer accounts become claims and payments.

The customer lines of a ledger (accounts 411 and 416) are kept in ``intake.fec_lines``. After each
file everything that the ledger says is derived anew from all its lines, so that the order in
which its years arrive does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb

from pipelines.errors import LedgerRefused
from pipelines.intake import record_source, requarantine, retire, source_id, upsert
from pipelines.sources.fec_text import looks_like_fec, read_layout, read_lines
from pipelines.sources.reading import SourceReport
from pipelines.store import count, transaction

__all__ = ["import_file", "looks_like_fec"]

FORMAT = "fec"
# Two files that share more days than this are two exports of one accounting year. Fewer are the
# opening lines of a year, which some software dates on the last day of the year before.
_OVERLAP = timedelta(days=15)
_LONGEST_YEAR = timedelta(days=366)
_SQL = Path(__file__).parent.parent / "sql" / "fec"
_FATES = ("read", "accepted", "out_of_scope", "quarantined")
_FROM_FILE = (
    "judged_lines",
    "entries",
    "file_period",
    "accounting",
    "customer_lines",
    "refused_lines",
)
_PASSES = (
    ("contest_letter", "lettered"),
    ("contest_other_year", "inferred"),
    ("contest_carried", "inferred"),
    ("contest_pool", "inferred"),
)
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


def import_file(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    imported_at: datetime,
    assumed_terms_days: int = 30,
    strict: bool = False,
    demo: bool = False,
) -> SourceReport:
    """Read one FEC into the store and derive its ledger anew, all or nothing.

    A FEC has no due date: an invoice is due ``assumed_terms_days`` after it was issued. The
    creditor is the SIREN that begins the file's name (article A47 A-1: SIREN, FEC, closing
    day), else the name itself.

    Raises
    ------
    LedgerRefused
        The file has no header of a FEC, or under ``strict`` a line of it cannot be taken.
    """
    layout = read_layout(path)
    ledger = ledger_of(path)
    with transaction(con):
        _create_tables(con)
        con.register("fec_stream", read_lines(path, layout))
        con.execute("create or replace temp table fec_raw as from fec_stream")
        con.unregister("fec_stream")
        source = source_id(str(path))
        for name in _FROM_FILE:
            _make(con, name, ledger=ledger, source_id=source)
        report = _account(con, path)
        if strict and report.quarantined:
            raise LedgerRefused(_first_refusal(con, path, report.quarantined))
        report.notes += layout.notes() + _file_notes(con, layout.positions)
        _store_lines(con, ledger, source, imported_at)
        _derive(con, ledger, assumed_terms_days)
        _count_carried(con, report, source)
        _publish(con, ledger, source, imported_at, report, siren=_siren(ledger, demo=demo))
        report.notes += _ledger_notes(con, ledger, assumed_terms_days)
        _make(con, "left_quarantine", source_id=source)
        requarantine(
            con,
            "(select *, cast(null as varchar) as key from fec_refused)",
            "fec_left_quarantine",
            source=str(path),
            imported_at=imported_at,
        )
        record_source(con, report, imported_at=imported_at)
        _drop_working_tables(con)
    return report


def ledger_of(path: Path) -> str:
    """Name of the ledger a file belongs to: what its name says before FEC and a day, else its stem.

    >>> ledger_of(Path("123456782FEC20231231.txt")), ledger_of(Path("export.txt"))
    ('123456782', 'export')
    """
    named = re.match(r"(?i)(.*[^\W_])[ _-]*FEC[ _-]*\d{8}(?!\d)", path.stem)
    return (named.group(1) if named else path.stem)[:60]


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


def _create_tables(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "create table if not exists intake.fec_files (source_id varchar, ledger varchar,"
        " period_from date, period_to date, imported_at timestamp)"
    )
    con.execute(
        "create table if not exists intake.fec_lines (ledger varchar, line_id varchar,"
        " source_id varchar, row_number bigint, journal_code varchar, entry_number varchar,"
        " entry_date date, account varchar, customer varchar, has_auxiliary boolean,"
        " customer_name varchar, piece varchar, issued_on date, letter varchar,"
        " net decimal(18,2), is_opening boolean, kind varchar, method varchar,"
        " vat_amount decimal(18,2))"
    )


def _store_lines(
    con: duckdb.DuckDBPyConnection, ledger: str, source: str, imported_at: datetime
) -> None:
    """Unite the file's lines with those at hand; a file within its period gives way to it."""
    period = _row(con, "from fec_file_period")
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
        " cast($imported_at as timestamp) as imported_at",
        {"source": source, "ledger": ledger, "imported_at": imported_at, **days},
    )


def _derive(con: duckdb.DuckDBPyConnection, ledger: str, assumed_terms_days: int) -> None:
    """Claims and payments of the whole ledger, as working tables."""
    files = [
        FilePeriod(str(name), since, until, bool(has_opening))
        for name, since, until, has_opening in con.execute(
            "select files.source_id, files.period_from, files.period_to, exists (select 1"
            " from intake.fec_lines as lines where lines.source_id = files.source_id"
            " and lines.ledger = files.ledger and lines.is_opening)"
            " from intake.fec_files as files where files.ledger = $ledger",
            {"ledger": ledger},
        ).fetchall()
    ]
    con.execute("create or replace temp table fec_years (source_id varchar, starts_on date)")
    for name, first_day in sorted(accounting_years(files).items()):
        con.execute("insert into fec_years values ($name, $day)", {"name": name, "day": first_day})
    _make(con, "year_dates", ledger=ledger)
    con.execute(
        "create or replace temp table fec_ledger as " + _select("ledger_lines"), {"ledger": ledger}
    )
    for name in ("opening_differences", "movements", "letter_groups"):
        _make(con, name, ledger=ledger)
    con.execute(
        "create or replace temp table fec_pairs"
        " (debit_line varchar, credit_line varchar, amount decimal(18,2), allocation varchar)"
    )
    for contest, allocation in _PASSES:
        _make(con, "residuals")
        con.execute("create or replace temp table fec_contest as " + _select(contest))
        con.execute(
            "insert into fec_pairs select *, $allocation from (" + _select("match") + ")",
            {"allocation": allocation},
        )
    _make(con, "residuals")
    for name in ("claim_lines", "claims", "payments", "debtors"):
        _make(con, name, ledger=ledger, terms_days=assumed_terms_days)


def _publish(
    con: duckdb.DuckDBPyConnection,
    ledger: str,
    source: str,
    imported_at: datetime,
    report: SourceReport,
    *,
    siren: str | None,
) -> None:
    """Put what was derived into the canonical tables, and retire what no longer is."""
    _make(con, "creditor", ledger=ledger, siren=siren)
    for table, relation in _PUBLISHED.items():
        upsert(con, table, relation, source_id=source, imported_at=imported_at)
        report.tables[table] = count(con, "select count(*) from " + relation)
    for table, key in (("payments", "payment_id"), ("claims", "claim_id")):
        con.execute(
            "create or replace temp table fec_gone as select {key} from main.{table} as held"
            " where starts_with(held.{key}, $prefix) and held.creditor_id = $ledger"
            " and not exists (select 1 from fec_{table} as kept where kept.{key} = held.{key})".replace(
                "{key}", key
            ).replace("{table}", table),
            {"prefix": ledger + ":", "ledger": ledger},
        )
        if count(con, "select count(*) from fec_gone"):
            retire(con, table, "fec_gone", imported_at=imported_at)


def _account(con: duckdb.DuckDBPyConnection, path: Path) -> SourceReport:
    told = _row(con, "from fec_accounting")
    report = SourceReport(path=str(path), format=FORMAT)
    report.unreadable_amounts = _whole(told["unreadable_amounts"])
    for side in ("debit", "credit"):
        report.sides[side] = {fate: _money(told[side + "_" + fate]) for fate in _FATES}
    for fate in _FATES:
        setattr(report, fate, _whole(told[fate]))
        setattr(report, "amount_" + fate, sum(s[fate] for s in report.sides.values()))
    return report


def _count_carried(con: duckdb.DuckDBPyConnection, report: SourceReport, source: str) -> None:
    """Opening lines that repeat a closing balance at hand are out of scope."""
    carried = con.execute(_select("carried_lines"), {"source_id": source})
    lines, *amounts = carried.fetchall()[0]
    report.accepted -= lines
    report.out_of_scope += lines
    for side, amount in zip(("debit", "credit"), amounts, strict=True):
        report.sides[side]["accepted"] -= amount
        report.sides[side]["out_of_scope"] += amount
        report.amount_accepted -= amount
        report.amount_out_of_scope += amount
    if lines:
        report.notes.append(
            f"{lines} opening lines repeat the closing balances of the year before: not counted again"
        )


def _first_refusal(con: duckdb.DuckDBPyConnection, path: Path, n_refused: int) -> str:
    number, reason = con.execute(
        "select row_number, reason from fec_refused order by row_number limit 1"
    ).fetchall()[0]
    return f"{path.name}, line {number}: {reason} ({n_refused} such lines); nothing was imported"


def _file_notes(con: duckdb.DuckDBPyConnection, positions: Mapping[str, int]) -> list[str]:
    notes = []
    period = _row(con, "from fec_file_period")
    if period["n_lines"]:
        notes.append(f"entries from {period['period_from']} to {period['period_to']}")
    if "letter" not in positions:
        notes.append("no column EcritureLet: no line is lettered")
    entries = con.execute(
        "select count_if(debit <> credit), coalesce(sum(abs(debit - credit)), 0) from fec_entries"
    ).fetchall()[0]
    if entries[0]:
        notes.append(
            f"{entries[0]} entries do not balance (by {entries[1]} in all): is the file whole?"
        )
    told = _row(con, "from fec_accounting")
    if told["other_dates"]:
        notes.append(f"{told['other_dates']} lines write their date otherwise than YYYYMMDD")
    if told["foreign_lines"]:
        notes.append(
            f"{told['foreign_lines']} customer lines name a foreign currency: the amounts in euros count"
        )
    return notes


def _ledger_notes(con: duckdb.DuckDBPyConnection, ledger: str, terms_days: int) -> list[str]:
    told = {name: _money(value) for name, value in _row(con, _select("outcome")).items()}
    notes = [
        f"ledger {ledger}: {told['n_customers']} customers, open {told['open_amount']},"
        f" credits in hand {told['in_hand']}"
    ]
    states = con.execute(_select("lettering")).fetchall()
    notes += [
        f"lettering {state}: {lines} lines, debit {debit}, credit {credit}"
        for state, lines, debit, credit in states
    ]
    notes.append(f"no due date in a FEC: {terms_days} days after the invoice assumed")
    if told["n_outside"]:
        notes.append(
            f"{told['n_outside']} claims ({told['outside']}) are lettered with a receipt outside"
            " the file: a person must confirm that they are open"
        )
    if told["matched"]:
        share = 100 * told["inferred"] / told["matched"]
        notes.append(f"{share:.1f} % of the amounts paid were matched by inference, oldest first")
    if told["n_differences"]:
        notes.append(
            f"{told['n_differences']} opening balances differ from the closing balance of the year"
            f" before (by {told['differences']} in all): the differences are kept"
        )
    return notes


def _siren(ledger: str, *, demo: bool) -> str | None:
    """The ledger's name if it is a SIREN; under ``demo`` its check digit may be wrong."""
    if not re.fullmatch(r"[0-9]{9}", ledger):
        return None
    doubled = (int(d) * (1 + place % 2) for place, d in enumerate(ledger))
    is_valid = sum(n // 10 + n % 10 for n in doubled) % 10 == 0
    return ledger if demo or is_valid else None


def _drop_working_tables(con: duckdb.DuckDBPyConnection) -> None:
    names = con.execute(
        "select table_name from duckdb_tables() where temporary and starts_with(table_name, 'fec_')"
    ).fetchall()
    for (name,) in names:
        con.execute("drop table " + name)


def _select(name: str) -> str:
    return (_SQL / (name + ".sql")).read_text(encoding="utf-8")


def _make(con: duckdb.DuckDBPyConnection, name: str, **parameters: object) -> None:
    """Build the working table that one file of SQL describes."""
    sql = _select(name)
    used = {key: value for key, value in parameters.items() if "$" + key in sql}
    target = _WORKING_NAMES.get(name, name)
    con.execute("create or replace temp table fec_" + target + " as " + sql, used)


_WORKING_NAMES = {"judged_lines": "judged", "refused_lines": "refused"}


def _row(con: duckdb.DuckDBPyConnection, sql: str) -> Row:
    con.execute(sql)
    names = [str(column[0]) for column in con.description or []]
    return dict(zip(names, con.fetchall()[0], strict=True))


def _whole(value: object) -> int:
    return int(str(value))


def _money(value: object) -> Decimal:
    return Decimal(str(value))
