"""A mapping: which column of a file holds which column of the contract, and how it is written.

The YAML form is the contract's. Beyond the columns of the table, a mapping of claims may name
``debtors.<column>`` (an attribute of the debtor), ``balance`` (what is still open), ``credit``
(the credit side where ``amount`` is the debit side), ``document_type`` (tells credit notes) and
``status`` (tells paid, cancelled and draft invoices).
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path

import yaml

from data_schema import tables
from pipelines.errors import LedgerRefused

FURTHER_ROLES = ("balance", "credit", "document_type", "status")
KNOWN = ("issue", "close", "never")

_OPTIONS = ("date_format", "decimal", "thousands", "encoding", "separator", "sheet")
_TEXTS = ("format", "table", *_OPTIONS)
_THOUSANDS = (".", ",", " ", "'", "\u00a0", "\u202f", "")


@dataclass(frozen=True, slots=True)
class Mapping:
    """Where the columns of a table lie in a file.

    ``columns`` maps canonical names to names of source columns, each used once. ``defaults``
    gives values to canonical columns, for rows whose cell is empty and for columns that the file
    lacks. ``known`` says of further source columns when they become known: ``issue`` (the
    default), ``close``, ``never``. What is None is detected.
    """

    columns: AbstractMapping[str, str]
    format: str = "ledger"
    table: str = "claims"
    date_format: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    defaults: AbstractMapping[str, str] = field(default_factory=dict)
    known: AbstractMapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what the contract has no word for."""
        if self.format != "ledger":
            raise LedgerRefused(f"The mapping has format {self.format!r}; it must be ledger.")
        if self.table not in tables("in"):
            raise LedgerRefused(f"The mapping's table {self.table!r} does not exist.")
        allowed = canonical_names(self.table)
        for part, names in (("columns", self.columns), ("defaults", self.defaults)):
            if unknown := [name for name in names if name not in allowed]:
                raise LedgerRefused(
                    f"The mapping's {part} name {_listed(unknown)}, which {self.table} has not."
                )
        if not self.columns:
            raise LedgerRefused("The mapping names no columns.")
        if twice := _twice(list(self.columns.values())):
            raise LedgerRefused(f"The mapping uses {_listed(twice)} for more than one column.")
        if wrong := [name for name, when in self.known.items() if when not in KNOWN]:
            raise LedgerRefused(
                f"The mapping says of {_listed(wrong)} something else than {', '.join(KNOWN)}."
            )
        if self.decimal not in (None, ".", ","):
            raise LedgerRefused(f"The mapping's decimal is {self.decimal!r}, not . or ,")
        if self.thousands is not None and self.thousands not in _THOUSANDS:
            raise LedgerRefused(f"The mapping's thousands is {self.thousands!r}: unknown.")
        if self.decimal is not None and self.decimal == self.thousands:
            raise LedgerRefused("The mapping has the same sign for decimals and thousands.")

    def on(self, header: Sequence[str], where: str) -> Mapping:
        """This mapping with the names exactly as ``header`` spells them.

        A name may differ from the file's in case and surrounding spaces. Raises
        ``LedgerRefused`` naming the columns that ``where`` lacks.
        """
        spelt = {name.strip().casefold(): name for name in header}
        wanted = [*self.columns.values(), *self.known]
        if missing := [name for name in wanted if name.strip().casefold() not in spelt]:
            raise LedgerRefused(
                f"{where} has no column {_listed(missing)}. It has {_listed(list(header)[:40])}."
            )
        columns = {name: spelt[source.strip().casefold()] for name, source in self.columns.items()}
        known = {spelt[source.strip().casefold()]: when for source, when in self.known.items()}
        return replace(self, columns=columns, known=known)


def canonical_names(table: str) -> tuple[str, ...]:
    """What a mapping of ``table`` may name.

    >>> "debtors.siren" in canonical_names("claims"), "debtors.siren" in canonical_names("payments")
    (True, False)
    """
    names = tables("in")[table].names
    if table != "claims":
        return names
    debtors = tuple("debtors." + name for name in tables("in")["debtors"].names)
    return (*names, *FURTHER_ROLES, *debtors)


def load(path: Path) -> Mapping:
    """The mapping in a YAML file; ``LedgerRefused`` with one line when it is not one."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise LedgerRefused(f"{path}: the mapping cannot be read ({error.strerror}).") from error
    except (yaml.YAMLError, UnicodeError) as error:
        first = str(error).splitlines()[0]
        raise LedgerRefused(f"{path}: the mapping is not YAML ({first}).") from error
    if not isinstance(raw, dict):
        raise LedgerRefused(f"{path}: a mapping is a list of keys and values.")
    try:
        return _from(raw)
    except LedgerRefused as error:
        raise LedgerRefused(f"{path}: {error}") from error


def dump(mapping: Mapping) -> str:
    """The mapping as YAML, in the contract's order, without what is left to detection.

    >>> print(dump(Mapping({"claim_id": "Num", "amount": "Total"})), end="")
    format: ledger
    table: claims
    columns:
      claim_id: Num
      amount: Total
    """
    entries: dict[str, object] = {"format": mapping.format, "table": mapping.table}
    entries["columns"] = dict(mapping.columns)
    for name in _OPTIONS:
        value = getattr(mapping, name)
        if value is not None:
            entries[name] = value
    for name in ("defaults", "known"):
        if values := getattr(mapping, name):
            entries[name] = dict(values)
    return yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=1000)


def save(mapping: Mapping, path: Path) -> None:
    """Write the mapping to a YAML file that `load` reads back as it was.

    Raises ``LedgerRefused`` when the file cannot be written.
    """
    try:
        path.write_text(dump(mapping), encoding="utf-8")
    except OSError as error:
        raise LedgerRefused(f"{path}: the mapping cannot be written ({error.strerror}).") from error


def _from(raw: dict[object, object]) -> Mapping:
    allowed = {each.name for each in fields(Mapping)}
    if unknown := [str(key) for key in raw if key not in allowed]:
        raise LedgerRefused(f"The mapping has {_listed(unknown)}, which is no part of a mapping.")
    texts = {key: _text(str(key), raw[key]) for key in _TEXTS if raw.get(key) is not None}
    columns, defaults, known = (
        _texts(name, raw.get(name)) for name in ("columns", "defaults", "known")
    )
    return Mapping(columns=columns, defaults=defaults, known=known, **texts)


def _texts(name: str, raw: object) -> dict[str, str]:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise LedgerRefused(f"The mapping's {name} is not a list of keys and values.")
    return {_key(name, key): _text(name, value) for key, value in raw.items()}


def _key(name: str, key: object) -> str:
    # YAML reads a bare ``on``, a column of ours, as true.
    return "on" if key is True else _text(name, key)


def _text(name: str, value: object) -> str:
    # YAML reads true, 2024 and 2024-01-31 as more than texts: they are meant as written.
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int | float):
        return str(value)
    raise LedgerRefused(f"The mapping's {name} holds something that is not a text: {value!r}.")


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
