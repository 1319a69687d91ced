"""The creditor's books while a world is played: rows added, rows changed, what is new."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulation.days import dates

Day = "day"
Moment = "moment"
Cents = "cents"
Plain = "plain"


class Book:
    """One canonical table that grows; columns are whole numbers of days, seconds or cents.

    ``columns`` gives each column's kind: ``day`` (days since 1970, ``NEVER`` is missing),
    ``moment`` (seconds since 1970), ``cents`` (−1 is missing) or ``plain`` (objects).
    """

    def __init__(self, key: str, prefix: str, columns: dict[str, str]) -> None:
        """An empty table whose key is ``prefix`` and the number of the row."""
        self.key, self.prefix, self._kinds = key, prefix, columns
        self.size = 0
        self._room = 256
        self._columns = {name: np.empty(self._room, _TYPES[kind]) for name, kind in columns.items()}
        self._is_new = np.zeros(self._room, dtype=bool)

    def add(self, size: int, **values: object) -> np.ndarray:
        """Add rows; scalars are repeated, columns left out are missing. Returns their numbers."""
        rows = np.arange(self.size, self.size + size)
        self._grow(self.size + size)
        for name, column in self._columns.items():
            column[rows] = values.get(name, _MISSING[self._kinds[name]])
        self._is_new[rows] = True
        self.size += size
        return rows

    def change(self, rows: np.ndarray, **values: object) -> None:
        """Overwrite some columns of rows."""
        for name, value in values.items():
            self._columns[name][rows] = value
        self._is_new[rows] = True

    def get(self, name: str) -> np.ndarray:
        """A column as it stands, a view."""
        return self._columns[name][: self.size]

    def frame(self, *, only_new: bool = False) -> pd.DataFrame:
        """The table in the contract's columns, money in units, days as ``datetime64[s]``."""
        rows = np.flatnonzero(self._is_new[: self.size]) if only_new else np.arange(self.size)
        table = {self.key: numbered(self.prefix, rows)} if self.key else {}
        for name, kind in self._kinds.items():
            table[name] = _shown(self._columns[name][rows], kind)
        return pd.DataFrame(table)

    def seen(self) -> None:
        """Nothing is new any more."""
        self._is_new[: self.size] = False

    def _grow(self, size: int) -> None:
        while self._room < size:
            self._room *= 2
        for name, column in self._columns.items():
            if column.size < self._room:
                wider = np.empty(self._room, column.dtype)
                wider[: column.size] = column
                self._columns[name] = wider
        if self._is_new.size < self._room:
            self._is_new = np.append(
                self._is_new, np.zeros(self._room - self._is_new.size, dtype=bool)
            )


def numbered(prefix: str, rows: np.ndarray) -> np.ndarray:
    """Identifiers of rows, from one on.

    >>> numbered("F", np.array([0, 16])).tolist()
    ['F0000001', 'F0000017']
    """
    numbers = (np.asarray(rows) + 1).tolist()
    return np.array([f"{prefix}{each:07d}" for each in numbers], dtype=object)


def _shown(values: np.ndarray, kind: str) -> np.ndarray:
    if kind == Day:
        return dates(values)
    if kind == Moment:
        return values.astype("datetime64[s]")
    if kind == Cents:
        return np.where(values < 0, np.nan, values / 100)
    return values


_TYPES: dict[str, type] = {Day: np.int64, Moment: np.int64, Cents: np.int64, Plain: object}
_MISSING: dict[str, object] = {Day: 2**30, Moment: 0, Cents: -1, Plain: None}


def ledger() -> dict[str, Book]:
    """The books of events, empty; parties are drawn once and stand beside them."""
    day, moment, cents, plain = Day, Moment, Cents, Plain
    return {
        "claims": Book(
            "claim_id",
            "F",
            {
                "debtor_id": plain,
                "creditor_id": plain,
                "invoice_number": plain,
                "issued_on": day,
                "due_on": day,
                "date_basis": plain,
                "amount": cents,
                "vat_amount": cents,
                "currency": plain,
                "nature": plain,
                "has_order": plain,
                "has_delivery_proof": plain,
                "has_terms": plain,
            },
        ),
        "payments": Book(
            "payment_id", "R", {"claim_id": plain, "paid_on": day, "amount": cents, "method": plain}
        ),
        "actions": Book(
            "action_id",
            "A",
            {
                "claim_id": plain,
                "at": moment,
                "channel": plain,
                "stage": plain,
                "tone": plain,
                "action": plain,
                "contact_group_id": plain,
                "recommendation_id": plain,
                "agent_id": plain,
                "received_on": day,
                "minutes": plain,
                "cost": cents,
                "propensity": plain,
            },
        ),
        "interactions": Book(
            "interaction_id",
            "I",
            {"claim_id": plain, "at": moment, "action_id": plain, "channel": plain,
             "outcome": plain},
        ),
        "promises": Book(
            "promise_id",
            "P",
            {"claim_id": plain, "made_on": day, "due_on": day, "amount": cents, "kept_on": day,
             "in_writing": plain},
        ),
        "plans": Book(
            "plan_id",
            "E",
            {"claim_id": plain, "agreed_on": day, "signed": plain, "broken_on": day},
        ),
        "instalments": Book(
            "",
            "",
            {"plan_id": plain, "due_on": day, "amount": cents, "paid_on": day},
        ),
        "disputes": Book(
            "dispute_id",
            "L",
            {"claim_id": plain, "opened_on": day, "reason": plain, "in_writing": plain,
             "answered_on": day, "founded": plain, "closed_on": day},
        ),
        "insolvencies": Book(
            "",
            "",
            {"debtor_id": plain, "opened_on": day, "kind": plain, "published_on": day,
             "declared_on": day},
        ),
        "legal_steps": Book(
            "step_id",
            "S",
            {"claim_id": plain, "procedure": plain, "step": plain, "on": day, "amount": cents,
             "cost": cents},
        ),
        "contacts": Book(
            "contact_id",
            "K",
            {"debtor_id": plain, "name": plain, "role": plain, "can_pay": plain},
        ),
    }  # fmt: skip
