"""Messages of the published day: facts read, texts made, files written, and what was sent kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from amiable import law_values, letter_facts
from amiable.copies import keep
from amiable.home import Home
from law.conduct import STAGE_RANK, needs_person
from letters.disputes import Sheet, sheet
from letters.errors import LetterError, NotWritten
from letters.facts import WRITTEN, Request
from letters.ladders import rungs
from letters.mail import is_address
from letters.render import Message, message
from letters.script import SPOKEN, script
from letters.writing import LANGUAGES, clean, word
from pipelines.journal import Entry
from pipelines.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Prepared:
    """The messages of one contact: written, or refused with one line each.

    ``scripts`` are what to say where the contact is a call or a visit; ``complaints`` what is to
    be done about the debtor's open disputes, one for each creditor.
    """

    group: str
    rank: int | None
    debtor_name: str
    within_capacity: bool
    action: str
    channel: str | None
    messages: tuple[Message, ...] = ()
    refused: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    advice: Mapping[str, Any] = field(default_factory=dict)
    scripts: tuple[Message, ...] = ()
    complaints: tuple[Sheet, ...] = ()


def of_the_day(
    home: Home,
    groups: Sequence[str] | None = None,
    *,
    language: str | None = None,
    beyond: bool = True,
    file: Path | None = None,
) -> list[Prepared]:
    """Messages of the day's contacts, in the order of work.

    ``groups`` names contacts (None: all of the worklist); ``language`` overrides the debtor's;
    without ``beyond``, contacts below the cut line are left out. ``file`` is that of another run
    than the published one.
    """
    with Warehouse(home.path, file=file) as warehouse:
        rows = warehouse.letter_rows(list(groups) if groups is not None else None)
        return _prepared(home, warehouse, rows, language=language, beyond=beyond)


def of_claim(
    home: Home,
    claim_id: str,
    *,
    stage: str | None = None,
    language: str | None = None,
    file: Path | None = None,
) -> Prepared:
    """The message about one claim: the one advised for its contact, or that of a stage.

    Raises
    ------
    LookupError
        When the claim is not open on the published day.
    """
    with Warehouse(home.path, file=file) as warehouse:
        rows = warehouse.letter_rows(claim_id=claim_id)
        if stage is not None:
            rows = [row for row in rows if row["claim_id"] == claim_id]
        made = _prepared(home, warehouse, rows, language=language, stage=stage)
    if not made:
        raise LookupError(f"claim {claim_id} is not open on the published day")
    return made[0]


def _prepared(
    home: Home,
    warehouse: Warehouse,
    rows: Sequence[dict[str, Any]],
    *,
    language: str | None,
    beyond: bool = True,
    stage: str | None = None,
) -> list[Prepared]:
    as_of = warehouse.versions()[0]["as_of"]
    kept = [row for row in rows if beyond or row["within_capacity"]]
    offered: dict[str, list[tuple[date, Any]]] = {}
    about = letter_facts.about(warehouse, [str(row["claim_id"]) for row in kept])
    for row in warehouse.plans(sorted({row["contact_group_id"] for row in kept})):
        offered.setdefault(row["contact_group_id"], []).append((row["due_on"], row["amount"]))
    with law_values.of_day(warehouse):
        return [
            _contact(home, as_of, key, list(members), offered.get(key, []), about, language, stage)
            for key, members in groupby(kept, key=lambda row: str(row["contact_group_id"]))
        ]


def _contact(
    home: Home,
    as_of: date,
    group: str,
    rows: list[dict[str, Any]],
    plan: list[tuple[date, Any]],
    about: letter_facts.About,
    language: str | None,
    stage: str | None,
) -> Prepared:
    lead = next((row for row in rows if row["is_lead"]), rows[0])
    messages, scripts, complaints, refused = [], [], [], []
    # One letter speaks for one creditor.
    ordered = sorted(rows, key=lambda row: row["creditor_id"] or "")
    for _, claims in groupby(ordered, key=lambda row: row["creditor_id"]):
        try:
            members = list(claims)
            wanted = _request(home, as_of, lead, members, plan, about, language, stage)
            complaints.append(sheet(wanted))
            if wanted.channel in SPOKEN:
                scripts.append(script(wanted))
            else:
                messages.append(message(wanted))
        except LetterError as error:
            refused.append(str(error))
    return Prepared(
        group=group,
        rank=lead["rank"],
        debtor_name=clean(lead["debtor_name"]),
        within_capacity=bool(lead["within_capacity"]),
        action=lead["action"],
        channel=lead["channel"],
        messages=tuple(messages),
        refused=tuple(dict.fromkeys(refused)),
        claims=tuple(row["claim_id"] for row in rows),
        advice=lead,
        scripts=tuple(scripts),
        complaints=tuple(each for each in complaints if each is not None),
    )


def _request(
    home: Home,
    as_of: date,
    lead: dict[str, Any],
    claims: list[dict[str, Any]],
    plan: list[tuple[date, Any]],
    about: letter_facts.About,
    language: str | None,
    stage: str | None,
) -> Request:
    first = claims[0]
    spoken = language or (lead["debtor_language"] or "fr")[:2].lower()
    spoken = spoken if spoken in LANGUAGES else "fr"
    action, tone, channel, step = (
        lead["action"],
        lead["tone"],
        lead["channel"],
        lead["advised_stage"],
    )
    if stage is not None:
        _climbs(stage, claims, spoken)
        action = "formal_notice" if stage == "formal_notice" else "remind"
        tone, step = rungs()[stage].asked, stage
        channel = "registered_letter" if stage == "formal_notice" else _written(lead)
    elif action in ("resolve_dispute", "find_contact") and channel is None:
        channel = _written(lead)
    return Request(
        action=action,
        stage=step,
        tone=tone or "courteous",
        channel=channel or "",
        language=spoken,
        as_of=as_of,
        creditor=letter_facts.creditor(first),
        debtor=letter_facts.debtor(lead),
        claims=tuple(map(letter_facts.claim, claims)),
        collects_for_others=bool(first["collects_for_others"]),
        agency=letter_facts.agency(home.settings) if first["collects_for_others"] else None,
        contact_name=lead["contact_name"],
        email=lead["contact_email"] or lead["debtor_email"],
        phone=lead["contact_phone"] or lead["debtor_phone"],
        plan=tuple(plan),
        last_contact_on=max(
            (row["last_contact_on"] for row in claims if row["last_contact_on"]), default=None
        ),
        first_letter_on=min(
            (row["first_letter_on"] for row in claims if row["first_letter_on"]), default=None
        ),
        mediator=home.settings.consumer_mediator,
        in_insolvency=lead["insolvency_kind"] is not None,
        do_not_contact=bool(lead["do_not_contact"]),
        represented_by=lead["represented_by"],
        email_refused=lead["email_consent"] is False,
        sms_refused=lead["sms_consent"] is False
        or (lead["debtor_kind"] in ("consumer", "unknown") and lead["sms_consent"] is not True),
        person_signs=needs_person(
            lead["debtor_kind"], "formal_notice" if step == "formal_notice" else action
        ),
        invented=home.is_demo,
        question=letter_facts.question(first["next_question"], spoken, lead["debtor_kind"]),
        promise_on=max(filter(None, map(letter_facts.broken_on, claims)), default=None),
        owner=lead["owner"],
        **about.of(claims),
        keys={"rank": lead["rank"], "contact_group_id": lead["contact_group_id"]},
    )


def _climbs(stage: str, claims: list[dict[str, Any]], language: str) -> None:
    """A stage asked for by a person neither falls back nor leaves one out."""
    reached = max(STAGE_RANK.get(row["stage"], 0) for row in claims)
    if not reached <= STAGE_RANK[stage] <= reached + 1:
        raise NotWritten(
            word("refused", "ladder", language).format(
                who=clean(claims[0]["debtor_name"]), claim=clean(claims[0]["claim_id"])
            )
        )


def _written(row: dict[str, Any]) -> str:
    """E-mail where there is an address and no refusal, else a letter."""
    reachable = is_address(row["contact_email"] or row["debtor_email"])
    return "email" if reachable and row["email_consent"] is not False else "letter"


def sent(
    home: Home, prepared: Iterable[Prepared], *, actor: str, at: datetime, as_of: date, run_id: str
) -> list[Entry]:
    """Journal entries of messages that a person says were sent, one for each contact.

    A copy of each message as it left is kept in the home; the entry names it with its SHA-256.
    The propensity of the advice goes with what followed it, so that a later model may weigh it;
    what departs from the advice has none.
    """
    entries = []
    for each in prepared:
        if not each.messages:
            continue
        request = each.messages[0].request
        advised = all(
            (request.action == each.action, request.channel == each.channel,
             request.stage == each.advice.get("advised_stage"))
        )  # fmt: skip
        claims = [line.claim.claim_id for made in each.messages for line in made.asked]
        payload = {
            "channel": request.channel,
            "stage": request.stage or _stage(each),
            "tone": request.tone,
            "action": request.action,
            "recommendation_id": each.advice.get("recommendation_id"),
            "propensity": each.advice.get("propensity") if advised else None,
            "contact_id": each.advice.get("contact_id"),
            "claim_ids": claims,
            "copies": keep(home, each.messages),
        }
        entries.append(
            Entry(
                at=at,
                as_of=as_of,
                actor=actor,
                subject_type="contact_group",
                subject_id=each.group,
                kind="sent",
                payload={name: value for name, value in payload.items() if value is not None},
                run_id=run_id,
            )
        )
    return entries


def _stage(prepared: Prepared) -> str:
    """An answer has no stage of its own: it stays on the step that was reached."""
    reached = prepared.advice.get("stage")
    return str(reached) if reached in STAGE_RANK else "reminder"


def undone(entries: Sequence[Entry], *, actor: str, at: datetime, as_of: date) -> list[Entry]:
    """Entries that take those back; nothing is removed."""
    return [
        Entry(
            at=at,
            as_of=as_of,
            actor=actor,
            subject_type=entry.subject_type,
            subject_id=entry.subject_id,
            kind="undo",
            supersedes=entry.entry_id,
        )
        for entry in entries
    ]


def is_written(prepared: Prepared) -> bool:
    """Whether what is advised today goes out in writing, ready or refused.

    The acknowledgement of a dispute may be written too, but no one is to send it every day.
    """
    return prepared.channel in WRITTEN
