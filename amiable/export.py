"""Published tables to files that other programs open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from amiable.errors import AmiableError

if TYPE_CHECKING:
    from pandas import DataFrame

TABLES = {
    "worklist": "worklist",
    "recommendations": "recommendations",
    "litigation": "litigation",
    "claims": "claims",
    "vat_relief": "vat_relief",
    "recovery": "recovery",
    "profiles": "profiles",
    "credits": "credits",
    "levers": "levers",
    "cash_forecast": "cash_forecast",
    "partners": "partners",
    "partner_results": "partner_results",
    "quarantine": "quarantine",
}
"""What may be exported, and the ``mart`` table it is."""


def outgoing(name: str, frame: DataFrame) -> DataFrame:
    """A table as it leaves the house: best first, and with the words that the law asks for."""
    if "rank" in frame:
        frame = frame.sort_values("rank", ignore_index=True)
    if name != "vat_relief":
        return frame
    from models.litigation.irrecoverable import mention

    sums = zip(frame["net_unpaid"], frame["vat_unpaid"], strict=True)
    return frame.assign(mention=[mention(net, vat) for net, vat in sums])


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(frame: DataFrame) -> DataFrame:
    """The frame with every text that a spreadsheet would run as a formula made plain text.

    Debtor names and notes are written by strangers: a cell that begins with ``=``, ``+``, ``-``,
    ``@``, a tab or a return gets an apostrophe in front (OWASP, CSV injection).
    """
    made = frame.copy()
    for name in made.columns:
        column = made[name]
        if any(isinstance(value, list) or hasattr(value, "tolist") for value in column):
            column = column.map(_joined)
        if column.dtype == object or str(column.dtype) in ("str", "string"):
            column = column.map(_plain)
        made[name] = column
    made.columns = [_plain(name) for name in made.columns]
    return made


def _joined(value: object) -> object:
    if value is None or isinstance(value, str | float):
        return value
    listed = value.tolist() if hasattr(value, "tolist") else value
    return " | ".join(str(part) for part in listed) if isinstance(listed, list) else listed


def _plain(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def write(frame: DataFrame, target: Path, *, watermark: str | None = None) -> None:
    """Write a frame as csv, xlsx or parquet, told by the ending of ``target``.

    ``watermark`` becomes a column of its own name, so that an invented portfolio says so in
    every row.

    Raises
    ------
    AmiableError
        For another ending, or a folder that cannot be written.
    """
    if watermark:
        frame = frame.assign(portfolio=watermark)
    ending = target.suffix.lower()
    try:
        if ending == ".parquet":
            frame.to_parquet(target, index=False)
        elif ending == ".csv":
            harmless(frame).to_csv(target, index=False, encoding="utf-8-sig")
        elif ending == ".xlsx":
            harmless(frame).to_excel(target, index=False)
        else:
            raise AmiableError(f"{target}: write to a .csv, .xlsx or .parquet file.")
    except OSError as error:
        raise AmiableError(f"{target} cannot be written: {error.strerror or error}.") from error
