"""The ladders of a home: what its clients put in the place of the ladder shipped.

They stand in a YAML list in ``ladders.yaml``, written by the program, one entry each change::

    - creditor: C-007
      reason: "Contract of 3 March, annex 2"
      by: Claire Morel
      decided_on: 2026-11-26
      ladder: {first_delay_days: {others: 7}}

``creditor: "*"`` speaks for every client; a client's own parts lie over those. Of several entries
of one client the last that stands counts, whole. ``withdrawn_on`` takes an entry back from that
day on, and the one before it counts again: nothing is ever deleted, so that a run as of a past
day follows the ladder that was in force then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import Any

import yaml

from amiable.errors import AmiableError
from amiable.home import Home
from models.strategy.ladder_parts import BrokenLadder, differing, over
from models.strategy.tables import ladder as shipped
from models.strategy.tables import version
from pipelines.errors import PipelineError
from pipelines.warehouse import Warehouse

FILE = "ladders.yaml"
ALL = "*"
_HEAD = "# Ladders of this home; see `amiable ladder list`. Written by the program.\n"
_NEEDED = ("creditor", "reason", "by", "decided_on", "ladder")
_LONGEST_TEXT, _SHORTEST_REASON = 500, 10

Ladder = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One ladder put in force by a person: for whom, its parts, why, by whom, when."""

    creditor: str
    reason: str
    by: str
    decided_on: date
    ladder: Mapping[str, Any]
    withdrawn_on: date | None = None

    def is_known(self, as_of: date) -> bool:
        """Whether a run as of a day follows it, if no later one does."""
        withdrawn = self.withdrawn_on is not None and self.withdrawn_on <= as_of
        return self.decided_on <= as_of and not withdrawn

    def entry(self) -> str:
        """The entry as the file holds it."""
        told = {name: getattr(self, name) for name in _NEEDED}
        if self.withdrawn_on is not None:
            told["withdrawn_on"] = self.withdrawn_on
        text: str = yaml.safe_dump(
            [told], sort_keys=False, default_flow_style=None, allow_unicode=True, width=100
        )
        return text


@dataclass(frozen=True, slots=True)
class InForce:
    """Ladders of a day: every client's, and by creditor_id those of clients with their own."""

    house: Ladder
    own: Mapping[str, Ladder]
    changes: tuple[Change, ...] = ()

    def of(self, creditor: str) -> Ladder:
        """The whole ladder that a client's claims follow."""
        return self.own.get(creditor, self.house)

    @property
    def version(self) -> str:
        """Changes whenever a ladder of any client does; that of the one ladder where none has."""
        every = {"house": dict(self.house), "own": {k: dict(v) for k, v in self.own.items()}}
        told: str = version(every if self.own else self.house)
        return told


def read(home: Home) -> tuple[Change, ...]:
    """Every change of the home's file, those withdrawn too; none without a file.

    Raises
    ------
    AmiableError
        Naming the entry that cannot be used, what is wrong and what to do.
    """
    path = home.path / FILE
    if not path.exists():
        return ()
    try:
        return parsed(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise AmiableError(f"{path} cannot be read as UTF-8 text: {error}.") from error


def parsed(text: str, where: str) -> tuple[Change, ...]:
    """The changes that a text holds; raises as `read`."""
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        told = "" if line is None else f", line {line + 1}"
        raise AmiableError(f"{where}{told}: this is not YAML; correct or remove it.") from error
    if found is None:
        return ()
    if not isinstance(found, list):
        raise AmiableError(f"{where}: a list of entries is needed, each beginning with a dash.")
    return tuple(_change(raw, f"{where}, entry {at}") for at, raw in enumerate(found, start=1))


def in_force(home: Home, as_of: date) -> InForce:
    """The ladders that a run as of a day follows; raises as `read`, or when one may not stand."""
    return standing(read(home), as_of, str(home.path / FILE))


def standing(changes: Iterable[Change], as_of: date, where: str = FILE) -> InForce:
    """The ladders that these changes come to on a day.

    Raises
    ------
    AmiableError
        When one breaks what law and conduct fix.
    """
    last = {each.creditor: each for each in changes if each.is_known(as_of)}
    try:
        house = shipped()
        if ALL in last:
            house = over(house, last[ALL].ladder, f"{where}, every client", as_of=as_of)
        own = {
            name: over(house, each.ladder, f"{where}, client {name}", as_of=as_of)
            for name, each in sorted(last.items())
            if name != ALL
        }
    except BrokenLadder as error:
        raise AmiableError(str(error)) from error
    return InForce(house, own, tuple(last[name] for name in sorted(last)))


def asked_for(
    home: Home,
    creditor: str,
    parts: Mapping[str, Any],
    where: str,
    *,
    reason: str,
    by: str,
    today: date,
) -> Change:
    """The change that parts of a ladder ask for, with only what differs from the ladder beneath.

    Raises
    ------
    AmiableError
        When it may not stand: an unknown client, a part that breaks a rule, no reason, no name.
    """
    clients = _clients(home)
    if clients and creditor not in (ALL, *clients):
        near = get_close_matches(creditor, clients, n=3, cutoff=0.5)
        some = ", ".join(clients[:5]) + ("…" if len(clients) > 5 else "")
        hint = f" Did you mean {', '.join(near)}?" if near else f" There are {some}."
        raise AmiableError(f"There is no client {creditor[:80]!r} in the portfolio.{hint}")
    in_use = in_force(home, today)
    base = shipped() if creditor == ALL else in_use.house
    try:
        whole = over(base, parts, where, as_of=today)
    except BrokenLadder as error:
        raise AmiableError(str(error)) from error
    if not (differs := differing(base, whole)):
        raise AmiableError(f"{where}: nothing differs from the ladder beneath; nothing to set.")
    told = {"creditor": creditor, "reason": reason, "by": by, "decided_on": today}
    return _change({**told, "ladder": differs}, where)


def put(home: Home, change: Change) -> None:
    """Put a client's ladder in force; it counts from the next run, in the place of the last.

    Raises
    ------
    AmiableError
        When a client's own ladder could not stand on it.
    """
    changes = (*read(home), change)
    standing(changes, change.decided_on, "with this ladder")
    _write(home, changes)


def _clients(home: Home) -> list[str]:
    """Creditors of the published day; none before the first run."""
    try:
        with Warehouse(home.path) as warehouse:
            return list(warehouse.clients())
    except PipelineError:
        return []


def undo(home: Home, creditor: str, *, today: date) -> tuple[Change, Change | None]:
    """Take a client's last change back: the one undone, and the one that counts again.

    Raises
    ------
    AmiableError
        When none stands, or what would count again may not stand.
    """
    changes = list(read(home))
    found = [n for n, each in enumerate(changes) if each.creditor == creditor and _stands(each)]
    if not found:
        whose = "every client" if creditor == ALL else f"client {creditor}"
        raise AmiableError(f"No ladder of {whose} stands: nothing to undo.")
    undone = changes[found[-1]]
    changes[found[-1]] = replace(undone, withdrawn_on=today)
    standing(changes, today, "after this undo")
    _write(home, changes)
    return undone, changes[found[-2]] if len(found) > 1 else None


def _stands(each: Change) -> bool:
    return each.withdrawn_on is None


def _change(raw: Any, where: str) -> Change:
    if not isinstance(raw, Mapping):
        raise AmiableError(f"{where}: {', '.join(_NEEDED)} are needed.")
    missing = [name for name in _NEEDED if raw.get(name) in (None, "", {})]
    if missing:
        raise AmiableError(f"{where}: {', '.join(missing)} is missing; fill it in.")
    unknown = [str(name) for name in raw if name not in (*_NEEDED, "withdrawn_on")]
    if unknown:
        raise AmiableError(f"{where}: no such field as {', '.join(unknown)[:80]}; remove it.")
    if not isinstance(raw["ladder"], Mapping):
        raise AmiableError(f"{where}: ladder holds the parts that the client replaces.")
    for name in ("decided_on", "withdrawn_on"):
        if raw.get(name) is not None and type(raw[name]) is not date:
            raise AmiableError(f"{where}: {name} is not a day; write it like 2026-11-26.")
    reason, by = _line(raw["reason"], "reason", where), _line(raw["by"], "by", where)
    if len(reason) < _SHORTEST_REASON:
        raise AmiableError(
            f"{where}: the reason says too little; write what was agreed, and where."
        )
    return Change(
        creditor=_line(raw["creditor"], "creditor", where),
        reason=reason,
        by=by,
        decided_on=raw["decided_on"],
        ladder=dict(raw["ladder"]),
        withdrawn_on=raw.get("withdrawn_on"),
    )


def _line(raw: Any, name: str, where: str) -> str:
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in str(raw)).split())
    if not text or len(text) > _LONGEST_TEXT:
        raise AmiableError(f"{where}: {name} holds from 1 to {_LONGEST_TEXT} characters.")
    return text


def _write(home: Home, changes: Iterable[Change]) -> None:
    path = home.path / FILE
    fresh = path.with_suffix(".yaml.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(_HEAD + "".join(each.entry() for each in changes), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise AmiableError(f"{path} cannot be written: {error.strerror or error}.") from error
