"""The model that a person promoted, as the journal tells it, before the registry's champion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from amiable.logs import warn
from pipelines.journal import Entry, Journal

if TYPE_CHECKING:
    from amiable.home import Home
    from models.registry import LoadedModel, Registry


@dataclass(frozen=True, slots=True)
class Promotion:
    """A standing entry that promotes a model: which version, and the entry's id."""

    version: str
    entry_id: str


def promoted(home: Home, name: str, as_of: date) -> Promotion | None:
    """The last promotion of a model that stands in the journal on a day; None without any."""
    journal = Journal(home.journal_url)
    try:
        standing = journal.standing(as_of=as_of)
    finally:
        journal.close()
    mine = [
        Promotion(str(entry.payload.get("version") or ""), entry.entry_id)
        for entry in standing
        if entry.kind == "promote" and entry.subject_id == name
    ]
    return mine[-1] if mine else None


def model_of(home: Home, registry: Registry, name: str, as_of: date) -> LoadedModel | None:
    """The version promoted in the journal if it may be used on that day, else the champion."""
    from models.registry import RegistryError

    chosen = promoted(home, name, as_of)
    if chosen is not None:
        try:
            return registry.chosen(name, chosen.version, as_of)
        except RegistryError as error:
            warn(f"The promotion {chosen.entry_id} in the journal has no effect: {error}")
    return registry.champion(name, as_of)


def write(
    home: Home,
    registry: Registry,
    name: str,
    *,
    at: datetime,
    actor: str,
    reason: str | None = None,
    second: str | None = None,
) -> None:
    """Write the champion of now into the journal, in place of the promotion before.

    ``second`` is the person who looked over it. After a roll-back to nothing to replace,
    nothing is written.
    """
    before = promoted(home, name, at.date())
    champion = registry.champion(name, at.date())
    if champion is None:
        return
    payload = {"version": champion.version}
    if second:
        payload["checked_by"] = second
    entry = Entry(
        at=at,
        as_of=at.date(),
        actor=actor,
        subject_type="model",
        subject_id=name,
        kind="promote",
        payload=payload,
        reason=reason,
        supersedes=None if before is None else before.entry_id,
    )
    journal = Journal(home.journal_url)
    try:
        journal.record([entry])
    finally:
        journal.close()


def earlier_model(version: str, name: str = "recovery") -> str:
    """One sentence on a champion whose parts this version of the program does not read."""
    instead = {"recovery": "published curves are", "profile": "the elicited rates are"}.get(
        name, "the elicited effects are"
    )
    return (
        f"{name.capitalize()} model version {version} was made by an earlier version of amiable;"
        f" {instead} used; run amiable train."
    )
