"""What a reader hands to the intake, and what an import reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Incoming:
    """Rows meant for one canonical table, still text.

    ``relation`` is a TEMP table of the store's connection with ``row_number BIGINT`` (the
    record's number in the source, header = 1) and, all VARCHAR, any columns of the table under
    their canonical names (ISO dates, decimal points) and any further columns as they came.
    An empty string counts as missing.
    """

    table: str
    relation: str


@dataclass(slots=True)
class Reading:
    """One source, read but not yet judged.

    ``refused`` names a TEMP table (row_number BIGINT, table_name VARCHAR, reason VARCHAR,
    payload VARCHAR as JSON, amount DECIMAL(38,2)) of rows the reader itself could not take;
    None if there are none. Amounts are in the source's own currency, cents exact; a row counts
    once however many canonical rows it makes. ``notes`` says which choices were made
    (encoding, separator, date order) in sentences for the user. ``known`` maps an extra column
    to ``issue``, ``close`` or ``never``.
    """

    path: str
    format: str
    incoming: list[Incoming] = field(default_factory=list)
    read: int = 0
    out_of_scope: int = 0
    amount_read: Decimal = Decimal(0)
    amount_out_of_scope: Decimal = Decimal(0)
    unreadable_amounts: int = 0
    refused: str | None = None
    notes: list[str] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class SourceReport:
    """What became of one source: read = accepted + out_of_scope + quarantined, in rows and cents.

    ``tables`` counts the canonical rows accepted by table. ``sides`` gives, for a FEC, the same
    four amounts for debits and credits apart.
    """

    path: str
    format: str
    read: int = 0
    accepted: int = 0
    out_of_scope: int = 0
    quarantined: int = 0
    amount_read: Decimal = Decimal(0)
    amount_accepted: Decimal = Decimal(0)
    amount_out_of_scope: Decimal = Decimal(0)
    amount_quarantined: Decimal = Decimal(0)
    unreadable_amounts: int = 0
    tables: dict[str, int] = field(default_factory=dict)
    sides: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    refused_columns: list[str] = field(default_factory=list)
