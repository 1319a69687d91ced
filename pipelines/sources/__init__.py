"""Files in; canonical rows, refused rows and an account of both out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from pipelines.errors import LedgerRefused, PipelineError
from pipelines.sources.reading import Incoming, Reading, SourceReport

__all__ = ["FORMATS", "Incoming", "Reading", "SourceReport", "format_of", "import_paths"]

FORMATS = ("auto", "canonical", "ledger", "fec", "einvoice", "bodacc", "bank", "message")

# The readers are imported where they are used: they build on the intake, which builds on
# `pipelines.sources.reading`, and no command should wait for spreadsheets it does not open.


def import_paths(
    con: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    *,
    format: str = "auto",
    mapping: Path | None = None,
    strict: bool = False,
    imported_at: datetime,
    demo: bool = False,
    assumed_terms_days: int = 30,
    progress: Callable[[str], None] | None = None,
    mask: Callable[[str], str] = str,
) -> list[SourceReport]:
    """Import each path in turn; one report per file.

    A path is imported whole or not at all under ``strict``; a canonical folder is one path of
    several files. What came before a path that fails stays imported. ``assumed_terms_days`` is
    the payment term, in days, of invoices whose source has no due date. ``progress`` is told
    one line per file. ``mask`` is applied to the texts of messages before they are kept.

    Raises
    ------
    LedgerRefused
        A path does not exist, cannot be read as its format, or has a refused row under
        ``strict``; the message says what, where and what to do.
    """
    tell = progress or (lambda line: None)
    reports: list[SourceReport] = []
    for path in paths:
        _check_exists(path)
        kind = format_of(path, mapped=mapping is not None) if format == "auto" else format
        choices = _Choices(mapping, strict, imported_at, demo, assumed_terms_days, mask)
        try:
            reports += _import_one(con, path, kind, choices, tell)
        except (OSError, UnicodeError) as error:
            raise LedgerRefused(f"{path} cannot be read: {error}") from error
        except duckdb.Error as error:
            first = (str(error).strip().splitlines() or ["unknown reason"])[0][:300]
            raise PipelineError(f"{path} could not be stored: {first}") from error
    _match_messages(con)
    return reports


def _match_messages(con: duckdb.DuckDBPyConnection) -> None:
    """Messages that came before their debtor or invoice find them now."""
    from pipelines.messages import match
    from pipelines.store import transaction

    with transaction(con):
        match(con)


@dataclass(frozen=True, slots=True)
class _Choices:
    mapping: Path | None
    strict: bool
    imported_at: datetime
    demo: bool
    assumed_terms_days: int
    mask: Callable[[str], str]


def _import_one(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    kind: str,
    choices: _Choices,
    tell: Callable[[str], None],
) -> list[SourceReport]:
    if kind == "canonical":
        return _import_canonical(con, path, choices, tell)
    if path.is_dir() and kind not in ("einvoice", "message"):
        raise LedgerRefused(f"{path} is a folder; the format {kind} is read file by file")
    if kind in ("ledger", "einvoice", "bodacc", "bank"):
        from pipelines.intake import admit
        from pipelines.sources import einvoice_settling
        from pipelines.store import transaction

        reading = _read(con, path, kind, choices)
        with transaction(con):
            report = admit(
                con,
                reading,
                imported_at=choices.imported_at,
                strict=choices.strict,
                demo=choices.demo,
            )
            if kind == "einvoice":
                einvoice_settling.settle(con, report, imported_at=choices.imported_at)
        _drop(con, reading)
    elif kind == "message":
        from pipelines.messages import import_mails

        report = import_mails(
            con,
            path,
            imported_at=choices.imported_at,
            strict=choices.strict,
            mask=choices.mask,
        )
    elif kind == "fec":
        from pipelines.sources import fec

        report = fec.import_file(
            con,
            path,
            imported_at=choices.imported_at,
            assumed_terms_days=choices.assumed_terms_days,
            strict=choices.strict,
            demo=choices.demo,
        )
    else:
        raise LedgerRefused(f"{kind} is no format; choose one of {', '.join(FORMATS)}")
    tell(_line(report))
    return [report]


def _read(con: duckdb.DuckDBPyConnection, path: Path, kind: str, choices: _Choices) -> Reading:
    if kind == "ledger":
        from pipelines.sources import ledger

        return ledger.read(con, path, choices.mapping)
    if kind == "bodacc":
        from pipelines.sources import bodacc

        return bodacc.read(con, path)
    if kind == "bank":
        from pipelines.sources import bank

        return bank.read(con, path)
    from pipelines.sources import einvoice

    return einvoice.read(con, path, assumed_terms_days=choices.assumed_terms_days)


def format_of(path: Path, *, mapped: bool = False) -> str:
    """The format of a path by its name and first bytes; ``mapped`` says that a mapping exists.

    A folder with a table of the contract is canonical, whatever else it holds. Raises
    ``LedgerRefused`` for a folder without tables and invoices, an empty file, or a file that
    cannot be any known format.
    """
    from pipelines.sources import bodacc, canonical, eml

    if path.is_dir():
        if not canonical.is_canonical(path):
            from pipelines.sources import einvoice

            if einvoice.holds_invoices(path):
                return "einvoice"
            if eml.holds_mails(path):
                return "message"
        canonical.files(path)
        return "canonical"
    if path.stat().st_size == 0:
        raise LedgerRefused(f"{path} is empty; export it again")
    suffix = path.suffix.lower()
    if suffix in (".eml", ".txt", "") and not mapped and eml.looks_like_mail(path):
        return "message"
    if suffix in (".csv", ".txt", ".xml") and not mapped and bodacc.looks_like_bodacc(path):
        return "bodacc"
    if not mapped and _is_bank(path):
        return "bank"
    if suffix in (".xml", ".pdf", ".zip"):
        return "einvoice"
    if suffix in (".xlsx", ".xls", ".xlsm"):
        return "ledger"
    if not mapped and canonical.is_canonical(path):
        return "canonical"
    if suffix == ".parquet":
        raise LedgerRefused(
            f"{path}: a Parquet file is read under the name of its table (claims.parquet, …);"
            " rename it"
        )
    return "fec" if _has_fec_header(path) else "ledger"


def _is_bank(path: Path) -> bool:
    from pipelines.sources import bank, canonical

    return not canonical.is_canonical(path) and bank.looks_like_bank(path)


def _check_exists(path: Path) -> None:
    try:
        if path.is_dir():
            return
        if path.is_file():
            with path.open("rb"):
                return
    except OSError as error:
        raise LedgerRefused(f"{path} cannot be opened: {error.strerror}") from error
    if path.exists():
        raise LedgerRefused(f"{path} is neither a file nor a folder")
    raise LedgerRefused(f"{path} does not exist; check the path")


def _import_canonical(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    choices: _Choices,
    tell: Callable[[str], None],
) -> list[SourceReport]:
    from pipelines.intake import admit
    from pipelines.sources import canonical
    from pipelines.store import transaction

    reports: list[SourceReport] = []
    # Under strict one refused row refuses the folder, not just its table.
    with transaction(con) if choices.strict else nullcontext():
        for table, file in canonical.files(path):
            reading = canonical.read_table(con, table, file)
            with nullcontext() if choices.strict else transaction(con):
                report = admit(
                    con,
                    reading,
                    imported_at=choices.imported_at,
                    strict=choices.strict,
                    demo=choices.demo,
                )
            _drop(con, reading)
            reports.append(report)
            tell(_line(report))
    others = canonical.strangers(path)
    if others:
        named = ", ".join(others[:10]) + (" …" if len(others) > 10 else "")
        reports[-1].notes.append(f"{path}: not a table of the contract, left aside: {named}")
    return reports


def _drop(con: duckdb.DuckDBPyConnection, reading: Reading) -> None:
    """Give back the room of rows that are now in the store."""
    for relation in [*(incoming.relation for incoming in reading.incoming), reading.refused]:
        if relation:
            con.execute("drop table if exists " + relation)


def _has_fec_header(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(4096).replace(b"\0", b"").lower()
    first = head.lstrip(b"\xef\xbb\xbf\xff\xfe").split(b"\n")[0]
    return b"journalcode" in first and b"comptenum" in first


def _line(report: SourceReport) -> str:
    parts = [f"{report.accepted:,} of {report.read:,} rows"]
    if report.quarantined:
        parts.append(f"{report.quarantined:,} in quarantine")
    if report.out_of_scope:
        parts.append(f"{report.out_of_scope:,} out of scope")
    return f"{Path(report.path).name}: " + ", ".join(parts)
