"""What people decided and what came of it: an append-only journal in SQLite or PostgreSQL.

Nothing here is ever changed or removed: an undo is an entry of its own. A run reads the entries
that stand on its day as facts beside the imported ones.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from data_schema import codes
from pipelines.door import DOOR
from pipelines.errors import PipelineError

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

DECISION_TYPES: Mapping[str, str] = DOOR["journal.decisions"]
"""Columns of ``journal.decisions`` and their SQL types, in order."""

_PAYLOAD_CODES = {
    "outcome": "outcome",
    "channel": "channel",
    "stage": "stage",
    "tone": "tone",
    "action": "action",
    "dispute_reason": "dispute_reason",
    "profile": "profile",
    "course": "course",
}
_PAYLOAD_TEXTS = ("contact_id", "note", "question", "answer", "recommendation_id")
_PAYLOAD_DATES = ("due_on", "until_on")
_NEEDED = {
    "outcome": ("outcome",),
    "promise": ("due_on", "amount"),
    "confirm_profile": ("profile",),
    "answer": ("question", "answer"),
    "sent": ("channel", "stage"),
    "postpone": ("until_on",),
}
_DAY_MINUTES = 1440
_CAPS = {
    "entry_id": 64,
    "actor": 200,
    "role": 80,
    "subject_id": 400,
    "run_id": 80,
    "supersedes": 64,
}


class JournalRefused(PipelineError):
    """An entry breaks the journal's rules; the message names the entry and the field."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision or outcome, as the contract's Journal section defines it.

    ``at`` is the wall clock of the decision (naive, UTC), ``as_of`` the day that the person
    was looking at. ``payload`` holds what the kind needs: an outcome its ``outcome``; a promise
    ``due_on`` and ``amount``; ``sent`` its ``channel`` and ``stage``; ``postpone`` ``until_on``;
    ``claim_ids`` names the claims of a contact group.
    """

    at: datetime
    as_of: date
    actor: str
    subject_type: str
    subject_id: str
    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    role: str | None = None
    run_id: str | None = None
    supersedes: str | None = None
    entry_id: str = ""

    def identified(self) -> Entry:
        """The entry with an id: its own, else one made from its content.

        The same content gives the same id, so that recording a file twice records it once.
        """
        if self.entry_id:
            return self
        told = {name: value for name, value in asdict(self).items() if name != "entry_id"}
        text = json.dumps(told, default=str, sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return Entry(**{**told, "entry_id": digest[:32]})


def check(entry: Entry) -> None:
    """Refuse an entry that breaks the contract, in one sentence."""
    where = f"journal entry {entry.entry_id or entry.subject_id or '(no subject)'}"
    for name, list_name in (("kind", "journal_kind"), ("subject_type", "journal_subject")):
        value = getattr(entry, name)
        if value not in codes(list_name):
            raise JournalRefused(
                f"{where}: {name} is {value!r}; use one of {', '.join(codes(list_name))}."
            )
    if not entry.subject_id.strip() or not entry.actor.strip():
        raise JournalRefused(f"{where}: subject_id and actor must be filled.")
    for name, cap in _CAPS.items():
        if len(getattr(entry, name) or "") > cap:
            raise JournalRefused(f"{where}: {name} is longer than {cap} characters.")
    for name in (*_CAPS, "reason", "payload"):
        told = json.dumps(getattr(entry, name) or "", default=str, ensure_ascii=False)
        if re.search(r"[\ud800-\udfff]|\\u0000", told):
            raise JournalRefused(f"{where}: {name} holds a character that is no text.")
    for name in _NEEDED.get(entry.kind, ()):
        if entry.payload.get(name) in (None, ""):
            raise JournalRefused(f"{where}: a {entry.kind} needs {name} in its payload.")
    if entry.kind == "undo" and not (entry.supersedes or entry.payload.get("entry_id")):
        raise JournalRefused(f"{where}: an undo needs supersedes, the entry that it takes back.")
    if entry.kind in ("override", "refuse_suit") and not (entry.reason or "").strip():
        raise JournalRefused(f"{where}: a {entry.kind} needs a reason.")
    for name, list_name in _PAYLOAD_CODES.items():
        value = entry.payload.get(name)
        if value not in (None, "") and value not in codes(list_name):
            raise JournalRefused(
                f"{where}: {name} is {value!r}; use one of {', '.join(codes(list_name))}."
            )
    for name in _PAYLOAD_DATES:
        _date(entry.payload.get(name), name, where)
    _amount(entry.payload.get("amount"), where)
    _minutes(entry.payload.get("minutes"), where)
    # What stands in the journal stands for ever: what no run could read must not enter.
    for name in (*_PAYLOAD_TEXTS, "debtor_id"):
        if isinstance(entry.payload.get(name), dict | list):
            raise JournalRefused(f"{where}: {name} is a list or an object; write a text.")
    claims = entry.payload.get("claim_ids") or []
    if not isinstance(claims, list) or not all(isinstance(claim, str) for claim in claims):
        raise JournalRefused(f"{where}: claim_ids is no list of identifiers.")


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
            self._engine = sa.create_engine(url)
        except ImportError as error:
            raise PipelineError(
                f"The journal's driver is missing ({error.name}): install amiable[postgresql]."
            ) from error
        except sa.exc.ArgumentError as error:
            raise PipelineError(
                "The journal's address is no database address: write it like"
                " postgresql+psycopg://user@host/database."
            ) from error
        try:
            self._migrate(url)
        except sa.exc.SQLAlchemyError as error:
            said = str(error).splitlines()[0]
            raise PipelineError(
                f"The journal at {self._engine.url.render_as_string()} cannot be opened: {said}"
            ) from error

    def _migrate(self, url: str) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self._engine.begin() as connection:
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
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        entries = [Entry(**{**row, "payload": json.loads(row["payload"])}) for row in rows]
        # Ordered here: each database has its own order of letters, and a run must not depend on it.
        return sorted(entries, key=lambda entry: (entry.as_of, entry.at, entry.entry_id))

    def standing(self, *, as_of: date) -> list[Entry]:
        """Entries that stand on a day: neither undone nor superseded, oldest first.

        An undo may itself be undone: the last word counts.
        """
        known = self.entries(as_of=as_of)
        gone: set[str] = set()
        for entry in reversed(known):
            if entry.entry_id in gone:
                continue
            target = entry.supersedes or entry.payload.get("entry_id")
            if target and (entry.supersedes or entry.kind == "undo"):
                gone.add(str(target))
        return [e for e in known if e.entry_id not in gone and e.kind != "undo"]

    def decisions(
        self, *, as_of: date, claims_of: Callable[[str], Sequence[str]] | None = None
    ) -> list[tuple[Any, ...]]:
        """Rows of ``journal.decisions``: one per standing entry and claim.

        ``claims_of`` tells the claims of a contact group or suit that the payload leaves out.
        An entry about a debtor or a model gives one row without a claim.
        """
        rows: list[tuple[Any, ...]] = []
        for entry in self.standing(as_of=as_of):
            for claim_id in _claims(entry, claims_of):
                values = _flat(entry, claim_id)
                rows.append(tuple(values[name] for name in DECISION_TYPES))
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
        **{name: payload.get(name) or None for name in _PAYLOAD_CODES},
        **{name: str(payload[name]) if payload.get(name) else None for name in _PAYLOAD_TEXTS},
        "minutes": _minutes(payload.get("minutes"), where),
        "due_on": _date(payload.get("due_on"), "due_on", where),
        "until_on": _date(payload.get("until_on"), "until_on", where),
        "amount": _amount(payload.get("amount"), where),
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


def _date(value: object, name: str, where: str) -> date | None:
    if value in (None, ""):
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise JournalRefused(
            f"{where}: {name} is {str(value)[:40]!r}; write a day as 2026-11-21."
        ) from error


def _amount(value: object, where: str) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        amount = Decimal(str(value))
        exact = amount.quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise JournalRefused(f"{where}: amount is {str(value)[:40]!r}; write 1234.56.") from error
    if amount != exact or not 0 <= amount < Decimal("1e12"):
        raise JournalRefused(f"{where}: amount is {str(value)[:40]!r}; write 1234.56.")
    return exact


def _minutes(value: object, where: str) -> float | None:
    if value in (None, ""):
        return None
    try:
        minutes = float(str(value))
    except ValueError:
        minutes = -1.0
    if not 0 <= minutes <= _DAY_MINUTES:
        raise JournalRefused(
            f"{where}: minutes is {str(value)[:40]!r}; write a number from 0 to {_DAY_MINUTES}."
        )
    return minutes
