"""What people decided and what came of it: an append-only journal in SQLite or PostgreSQL.

Nothing here is ever changed or removed: an undo is an entry of its own. A run reads the entries
that stand on its day as facts beside the imported ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from pipelines import bank_match
from pipelines.door import DOOR
from pipelines.entries import (
    PAYLOAD_CODES,
    PAYLOAD_TEXTS,
    Entry,
    JournalRefused,
    amount_of,
    check,
    day_of,
    flag_of,
    minutes_of,
    propensity_of,
    taken_back,
    target_of,
)
from pipelines.errors import PipelineError

__all__ = ["DECISION_TYPES", "Entry", "Journal", "JournalRefused", "check", "taken_back"]

_TABLE = sa.Table(
    "journal",
    sa.MetaData(),
    sa.Column("entry_id", sa.String(64), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=False), nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("actor", sa.String(200), nullable=False),
    sa.Column("role", sa.String(80)),
    sa.Column("subject_type", sa.String(20), nullable=False),
    sa.Column("subject_id", sa.String(400), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("run_id", sa.String(80)),
    sa.Column("supersedes", sa.String(64)),
)

_MAKER_ALONE = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "SELECT pg_advisory_xact_lock(hashtext('amiable.journal'))",
}

DECISION_TYPES: Mapping[str, str] = DOOR["journal.decisions"]
"""Columns of ``journal.decisions`` and their SQL types, in order."""


class Journal:
    """The journal at an SQLAlchemy URL; made or migrated when it is opened."""

    def __init__(self, url: str) -> None:
        """Open the journal, creating its table when it is missing.

        Raises
        ------
        PipelineError
            When the address is wrong, its driver is missing or the database cannot be reached.
        """
        try:
            # SQLite makes a second writer wait for the first; the default gives up after five.
            patient = {"timeout": 30} if sa.make_url(url).drivername == "sqlite" else {}
            self._engine = sa.create_engine(url, connect_args=patient)
        except ImportError as error:
            raise PipelineError(
                f"The journal's driver is missing ({error.name}): install amiable[postgresql]."
            ) from error
        except sa.exc.ArgumentError as error:
            raise PipelineError(
                "The journal's address is no database address: write it like"
                " postgresql+psycopg://user@host/database."
            ) from error
        where = f"The journal at {self._engine.url.render_as_string()}"
        try:
            self._migrate()
        except sa.exc.SQLAlchemyError as error:
            self.close()
            said = str(error).splitlines()[0]
            raise PipelineError(f"{where} cannot be opened: {said}") from error
        except CommandError as error:
            self.close()
            raise PipelineError(
                f"{where} was made by a later version of amiable ({error}): bring amiable up to"
                " date."
            ) from error

    def _migrate(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        head = ScriptDirectory.from_config(config).get_current_head()
        with self._engine.begin() as connection:
            if MigrationContext.configure(connection).get_current_revision() == head:
                return
        with self._engine.begin() as connection:
            # Sessions that find the journal missing at one moment make it one after another.
            connection.exec_driver_sql(_MAKER_ALONE[connection.dialect.name])
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def record(self, entries: Iterable[Entry], *, again: bool = True) -> int:
        """Append entries, all or none; those already there are passed over.

        ``again`` lets it try once more when another session recorded the same at that moment.

        Returns
        -------
        int
            How many were new.
        """
        ready = [entry.identified() for entry in entries]
        for entry in ready:
            check(entry)
        unique = {entry.entry_id: entry for entry in ready}
        try:
            with self._engine.begin() as connection:
                known = self._known(connection, list(unique))
                self._refuse_strays(connection, [e for k, e in unique.items() if k not in known])
                rows = [_row(entry) for key, entry in unique.items() if key not in known]
                if rows:
                    connection.execute(_TABLE.insert(), rows)
        except sa.exc.IntegrityError:
            # Another session recorded one of them meanwhile; now it is known.
            if not again:
                raise
            return self.record(unique.values(), again=False)
        except sa.exc.OperationalError as error:
            raise PipelineError(f"The journal cannot be written: {error.orig}.") from error
        return len(rows)

    def _refuse_strays(self, connection: sa.Connection, entries: Sequence[Entry]) -> None:
        """Refuse an entry that takes back or replaces one that is not in the journal."""
        aimed = {entry.entry_id: target for entry in entries if (target := target_of(entry))}
        there = self._known(connection, list(set(aimed.values())))
        there |= {entry.entry_id for entry in entries}
        taken_back(entries)
        for entry_id, target in aimed.items():
            if target not in there or target == entry_id:
                raise JournalRefused(
                    f"journal entry {entry_id}: the journal holds no other entry {target[:80]!r} to"
                    " take back."
                )

    def _known(self, connection: sa.Connection, keys: Sequence[str]) -> set[str]:
        known: set[str] = set()
        for start in range(0, len(keys), 500):
            some = keys[start : start + 500]
            query = sa.select(_TABLE.c.entry_id).where(_TABLE.c.entry_id.in_(some))
            known.update(connection.scalars(query))
        return known

    def entries(self, *, as_of: date | None = None) -> list[Entry]:
        """Every entry known on a day, oldest first; all of them without a day."""
        query = sa.select(_TABLE)
        if as_of is not None:
            query = query.where(_TABLE.c.as_of <= as_of)
        try:
            with self._engine.connect() as connection:
                rows = connection.execute(query).mappings().all()
        except sa.exc.OperationalError as error:
            raise PipelineError(f"The journal cannot be read: {error.orig}.") from error
        entries = [Entry(**{**row, "payload": json.loads(row["payload"])}) for row in rows]
        # Ordered here: each database has its own order of letters, and a run must not depend on it.
        return sorted(entries, key=lambda entry: (entry.as_of, entry.at, entry.entry_id))

    def standing(self, *, as_of: date) -> list[Entry]:
        """Entries that stand on a day: neither undone nor superseded, oldest first.

        An undo may itself be undone: the last word counts.
        """
        known = self.entries(as_of=as_of)
        gone = taken_back(known)
        return [e for e in known if e.entry_id not in gone and e.kind != "undo"]

    def decisions(
        self, *, as_of: date, claims_of: Callable[[str], Sequence[str]] | None = None
    ) -> list[tuple[Any, ...]]:
        """Rows of ``journal.decisions``: one per standing entry and claim.

        ``claims_of`` tells the claims of a contact group or suit that the payload leaves out.
        An entry about a debtor or a model gives one row without a claim; the match of a bank
        line one per claim with its share, and one without a claim for what goes on account.
        """
        rows: list[tuple[Any, ...]] = []
        for entry in self.standing(as_of=as_of):
            if bank_match.is_match(entry.kind, entry.payload):
                told = [
                    {**_flat(entry, claim_id), "amount": amount}
                    for claim_id, amount in bank_match.shares(entry.payload)
                ]
            else:
                told = [_flat(entry, claim_id) for claim_id in _claims(entry, claims_of)]
            rows += [tuple(values[name] for name in DECISION_TYPES) for values in told]
        return rows


def _claims(entry: Entry, claims_of: Callable[[str], Sequence[str]] | None) -> Sequence[str | None]:
    if entry.subject_type == "claim":
        return [entry.subject_id]
    if entry.subject_type in ("contact_group", "suit"):
        told = entry.payload.get("claim_ids") or (claims_of(entry.subject_id) if claims_of else [])
        return [str(claim) for claim in told] or [None]
    return [None]


def _flat(entry: Entry, claim_id: str | None) -> dict[str, Any]:
    payload = entry.payload
    where = f"journal entry {entry.entry_id}"
    debtor = entry.subject_id if entry.subject_type == "debtor" else payload.get("debtor_id")
    return {
        "entry_id": entry.entry_id,
        "at": _moment(entry),
        "as_of": entry.as_of,
        "actor": entry.actor,
        "kind": entry.kind,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "claim_id": claim_id,
        "debtor_id": debtor,
        **{name: payload.get(name) or None for name in PAYLOAD_CODES},
        **{name: str(payload[name]) if payload.get(name) else None for name in PAYLOAD_TEXTS},
        "blind": flag_of(payload.get("blind"), "blind", where),
        "minutes": minutes_of(payload.get("minutes"), where),
        "propensity": propensity_of(payload.get("propensity"), where),
        "due_on": day_of(payload.get("due_on"), "due_on", where),
        "until_on": day_of(payload.get("until_on"), "until_on", where),
        "amount": amount_of(payload.get("amount"), where),
        "reason": entry.reason,
    }


def _moment(entry: Entry) -> datetime:
    """When a decision counts: whoever decides today on a day gone by decides at that day's noon."""
    if entry.at.date() <= entry.as_of:
        return entry.at
    return datetime.combine(entry.as_of, time(12))


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "entry_id": entry.entry_id,
        "at": entry.at,
        "as_of": entry.as_of,
        "actor": entry.actor,
        "role": entry.role,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "kind": entry.kind,
        "payload": json.dumps(dict(entry.payload), default=str, ensure_ascii=False, sort_keys=True),
        "reason": entry.reason,
        "run_id": entry.run_id,
        "supersedes": entry.supersedes,
    }
