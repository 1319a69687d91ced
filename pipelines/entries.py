"""What one entry of the journal is, and what the contract refuses."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from graphlib import CycleError, TopologicalSorter
from typing import Any

from data_schema import codes
from pipelines import bank_match
from pipelines.errors import PipelineError

PAYLOAD_CODES = {
    "outcome": "outcome",
    "channel": "channel",
    "stage": "stage",
    "tone": "tone",
    "action": "action",
    "dispute_reason": "dispute_reason",
    "profile": "profile",
    "course": "course",
}
PAYLOAD_TEXTS = ("contact_id", "note", "question", "answer", "recommendation_id")
_PAYLOAD_DATES = ("due_on", "until_on")
_NEEDED = {
    "outcome": ("outcome",),
    "promise": ("due_on", "amount"),
    "confirm_profile": ("profile",),
    "answer": ("question", "answer"),
    "sent": ("channel", "stage"),
    "postpone": ("until_on",),
}
#: Questions whose answer needs a reason, and what the answer is.
_REASONED = {
    "partner": "the choice of a partner",
    "land_seizure": "a decision on the seizure of land",
}
_PLAINLY = ("yes", "oui", "true", "no", "non", "false")
#: Questions that runs read as yes or no, and the answers that they know.
_YES_OR_NO = {
    "dispute_founded": _PLAINLY,
    "dispute_closed": _PLAINLY,
    "dispute_remedied": _PLAINLY,
    "land_registry": ("found", "yes", "oui", "none", "no", "non"),
    "land_seizure": _PLAINLY,
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
    for question, choice in _REASONED.items():
        chooses = entry.kind == "answer" and entry.payload.get("question") == question
        if chooses and not (entry.reason or "").strip():
            raise JournalRefused(f"{where}: {choice} needs a reason.")
    known = _YES_OR_NO.get(str(entry.payload.get("question"))) if entry.kind == "answer" else None
    if known and str(said := entry.payload["answer"]).lower() not in known:
        raise JournalRefused(f"{where}: answer is {said!r}; use one of {', '.join(known)}.")
    for name, list_name in PAYLOAD_CODES.items():
        value = entry.payload.get(name)
        if value not in (None, "") and value not in codes(list_name):
            raise JournalRefused(
                f"{where}: {name} is {value!r}; use one of {', '.join(codes(list_name))}."
            )
    for name in _PAYLOAD_DATES:
        day_of(entry.payload.get(name), name, where)
    amount_of(entry.payload.get("amount"), where)
    minutes_of(entry.payload.get("minutes"), where)
    propensity_of(entry.payload.get("propensity"), where)
    flag_of(entry.payload.get("blind"), "blind", where)
    # What stands in the journal stands for ever: what no run could read must not enter.
    for name in (*PAYLOAD_TEXTS, "debtor_id"):
        if isinstance(entry.payload.get(name), dict | list):
            raise JournalRefused(f"{where}: {name} is a list or an object; write a text.")
    if bank_match.is_match(entry.kind, entry.payload) and (
        wrong := bank_match.fault(entry.subject_type, entry.payload)
    ):
        raise JournalRefused(f"{where}: {wrong}.")
    claims = entry.payload.get("claim_ids") or []
    if not isinstance(claims, list) or not all(isinstance(claim, str) for claim in claims):
        raise JournalRefused(f"{where}: claim_ids is no list of identifiers.")


def target_of(entry: Entry) -> str | None:
    """The entry that this one takes back or replaces."""
    if entry.supersedes:
        return entry.supersedes
    told = entry.payload.get("entry_id") if entry.kind == "undo" else None
    return str(told) if told else None


def taken_back(entries: Iterable[Entry]) -> set[str]:
    """Ids of the entries that another takes back or replaces, unless that one is itself taken back.

    The order of the entries does not matter: of two of one moment neither comes first.
    ``JournalRefused`` when entries take back one another in a ring.
    """
    against: dict[str, list[str]] = {}
    for entry in entries:
        if target := target_of(entry):
            against.setdefault(target, []).append(entry.entry_id)
    gone: set[str] = set()
    try:
        for entry_id in TopologicalSorter(against).static_order():
            if any(by not in gone for by in against.get(entry_id, ())):
                gone.add(entry_id)
    except CycleError as error:
        ring = " and ".join(dict.fromkeys(error.args[1]))
        raise JournalRefused(f"journal entries {ring} take back one another.") from error
    return gone


def day_of(value: object, name: str, where: str) -> date | None:
    """A day of a payload; ``JournalRefused`` when it is none."""
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


def amount_of(value: object, where: str) -> Decimal | None:
    """An amount of a payload, to the cent; ``JournalRefused`` when it is none."""
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


def minutes_of(value: object, where: str) -> float | None:
    """Minutes of a payload, a day at most; ``JournalRefused`` when they are none."""
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


def flag_of(value: object, name: str, where: str) -> bool | None:
    """A yes or no of a payload; ``JournalRefused`` when it is neither."""
    if value in (None, ""):
        return None
    told = {"true": True, "false": False}.get(str(value).lower())
    if told is None:
        raise JournalRefused(f"{where}: {name} is {str(value)[:40]!r}; write true or false.")
    return told


def propensity_of(value: object, where: str) -> float | None:
    """Probability with which the policy chose what was done; what a later model weighs by."""
    if value in (None, ""):
        return None
    try:
        share = float(str(value))
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise JournalRefused(
            f"{where}: propensity is {str(value)[:40]!r}; write a number above 0, up to 1."
        )
    return share
