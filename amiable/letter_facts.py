"""Rows of the published day as the facts of a message: parties, claims, disputes, papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from amiable.settings import Settings
from letters.facts import NATURAL_PERSONS, Claim, Dispute, Paper, Party
from pipelines.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class About:
    """Open disputes and documents on file, by claim."""

    disputes: Mapping[str, tuple[Dispute, ...]]
    papers: Mapping[str, tuple[Paper, ...]]

    def of(self, claims: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Those of some claims, as a request takes them."""
        ids = [str(row["claim_id"]) for row in claims]
        return {
            "disputes": tuple(each for name in ids for each in self.disputes.get(name, ())),
            "papers": tuple(each for name in ids for each in self.papers.get(name, ())),
        }


def about(warehouse: Warehouse, claim_ids: list[str]) -> About:
    """Open disputes of some claims, and the papers on file of those that have one."""
    disputes: dict[str, list[Dispute]] = {}
    for row in warehouse.letter_facts("disputes", claim_ids):
        disputes.setdefault(row["claim_id"], []).append(
            Dispute(
                claim_id=row["claim_id"],
                opened_on=row["opened_on"],
                reason=row["reason"],
                amount=row["amount"],
                grievance=row["grievance"],
                in_writing=row["in_writing"],
                founded=row["founded"],
            )
        )
    # Only what answers a dispute is looked up.
    papers: dict[str, list[Paper]] = {}
    for row in warehouse.letter_facts("papers", sorted(disputes)) if disputes else ():
        paper = Paper(row["claim_id"], row["kind"], row["dated_on"])
        papers.setdefault(paper.claim_id, []).append(paper)
    return About(
        {name: tuple(found) for name, found in disputes.items()},
        {name: tuple(found) for name, found in papers.items()},
    )


def claim(row: dict[str, Any]) -> Claim:
    """One open claim."""
    return Claim(
        claim_id=row["claim_id"],
        invoice_number=row["invoice_number"],
        issued_on=row["issued_on"],
        due_on=row["due_on"],
        date_basis=row["date_basis"],
        currency=row["currency"],
        open_amount=row["open_amount"],
        asked=row["chaseable_amount"],
        penalties=row["late_penalties"],
        interest=row["legal_interest"],
        indemnity=row["fixed_indemnity"],
        nature=row["nature"],
        penalty_rate=row["penalty_rate"],
        days_overdue=row["days_overdue"],
        disputed=row["disputed_amount"],
        disputed_on=row["disputed_on"],
        notified_on=row["formal_notice_on"],
        stage=row["stage"],
        time_barred="time_barred" in row["flags"],
        invoiced=row["invoiced"],
    )


def creditor(row: dict[str, Any]) -> Party:
    """Who is owed."""
    told = ("kind", "siren", "address", "postcode", "city", "country", "email", "phone", "iban")
    values = {name: row[f"creditor_{name}"] for name in told}
    return Party(
        identifier=row["creditor_id"] or "",
        name=row["creditor_name"],
        **{**values, "kind": values["kind"] or "company", "country": values["country"] or "FR"},
    )


def debtor(row: dict[str, Any]) -> Party:
    """Who owes."""
    told = ("name", "kind", "siren", "address", "postcode", "city", "country", "email", "phone")
    return Party(row["debtor_id"], **{name: row[f"debtor_{name}"] for name in told})


def agency(settings: Settings) -> Party:
    """Who collects for others, as the settings say."""
    told = ("name", "siren", "address", "postcode", "city", "email", "phone", "iban")
    values = {name: getattr(settings, f"agency_{name}") for name in told}
    return Party("agency", kind="company", **values)


def broken_on(row: dict[str, Any]) -> date | None:
    """The day of a promise broken since the last contact; None where there is none."""
    on, last = row["promise_broken_on"], row["last_contact_on"]
    broken: date | None = on if last is None or (on is not None and on >= last) else None
    return broken


def question(asked: str | None, language: str, debtor_kind: str) -> str | None:
    """The question to ask, in the language, as this kind of debtor is asked; None for none."""
    if not asked:
        return None
    from models.profile.rules import rules

    person = debtor_kind in NATURAL_PERSONS
    for each in rules().questions:
        if each.is_told_by(asked):
            return str(each.words(language, person=person))
    return asked if language == "fr" else None
