"""The register of partners of a day, and who may work on one of its suits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from amiable.errors import AmiableError
from pipelines import build
from pipelines.journal import Entry

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pandas import DataFrame

    from models.litigation.compare import Scales
    from models.litigation.facts import Suits
    from models.litigation.hired import Hired, Partners
    from models.litigation.terms import Terms
    from pipelines.warehouse import Warehouse

SUITS, HANDED = "training.partner_suits", "training.hand_overs"
PARTNERS, TOWNS, CHOICES = "staging.partners", "core.towns", "core.partner_choices"
READ = (PARTNERS, TOWNS, SUITS, HANDED)
"""Tables that the register of a day is made of."""


def of_scratch(
    con: DuckDBPyConnection, seats: DataFrame | None, as_of: date
) -> tuple[Partners | None, DataFrame, DataFrame]:
    """Partners of the day being built, None without one; the register's rows, and its results."""
    import pandas as pd

    from models.litigation.compare import assumptions
    from models.litigation.hired import Partners
    from models.partners import partner_results, read_register
    from models.partners.register import published, towns_known

    rows = build.frame(con, PARTNERS)
    if rows.empty:
        return None, pd.DataFrame(), pd.DataFrame()
    results = partner_results(
        build.frame(con, SUITS), build.frame(con, HANDED), assumptions(), as_of=as_of
    )
    register = read_register(rows, results, towns_known(build.frame(con, TOWNS), seats))
    made = Partners(register, build.frame(con, CHOICES))
    return made, published(register, rows, results), results


@dataclass(frozen=True, slots=True)
class Candidate:
    """A partner who may do one part of a suit.

    ``is_sure``: its area is known and holds the place. ``gain``: expected net beside the usual
    partner, EUR. ``reason`` where it is the one advised.
    """

    partner_id: str
    row: dict[str, Any]
    is_sure: bool
    gain: float
    ahead: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """One part of a course: the kind of partner, who may do it, the advised one first; why."""

    kind: str
    work: str
    candidates: tuple[Candidate, ...]
    reason: str


def register_rows(warehouse: Warehouse) -> list[dict[str, Any]]:
    """Partners of the day, each with its ``results``."""
    results = _rows(warehouse.partners("results"))
    return [
        row | {"results": [each for each in results if each["partner_id"] == row["partner_id"]]}
        for row in _rows(warehouse.partners("register"))
    ]


def of_courses(warehouse: Warehouse, suit_id: str) -> dict[str, dict[str, Any]]:
    """By course of a suit that calls for a partner: whom, why, and what it asks."""
    return {row["course"]: row for row in _rows(warehouse.partners("courses", suit_id=suit_id))}


def course_of(warehouse: Warehouse, suit_id: str, course: str | None) -> str:
    """The course asked for; without one that which the day advises for a suit.

    Raises
    ------
    AmiableError
        For a course that does not exist, or a suit of which none was weighed.
    """
    from data_schema import codes

    if course is not None:
        if course not in codes("course"):
            known = ", ".join(codes("course"))
            raise AmiableError(f"{course!r} is no course; use one of {known}.")
        return course
    rows = warehouse.dossier("courses", suit_id=suit_id)
    if not rows:
        raise AmiableError(f"No course was weighed for the suit {suit_id}.")
    return str(rows[0]["course"])


def roles(
    warehouse: Warehouse,
    suit_id: str,
    course: str,
    *,
    as_of: date,
    seats: DataFrame | None = None,
) -> tuple[Role, ...]:
    """The kinds of partner that a course of a suit calls for, and who may do each.

    A mediator too where an attempt at an agreement is asked for first; without cost a court's
    conciliator does as well. Empty for a course that a creditor takes alone, or an unknown suit.
    """
    from amiable.law_values import of_day
    from amiable.suits import read_one
    from law.gates import SUITS, checklist
    from law.partners import professions

    known = read_one(
        {name: warehouse.suit(name, suit_id) for name in _SUIT}, as_of=as_of, seats=seats
    )
    if known is None:
        return ()
    facts = known.classes.facts[0]
    with of_day(warehouse):
        kinds = list(professions(course, facts))
        failed = {gate.code for gate in checklist(facts) if not gate.passed}
        if "amicable_attempt" in failed and course in SUITS:
            kinds.append("mediator")
        if not kinds:
            return ()
        on = _hired(warehouse, known, suit_id, as_of, seats)
        terms = on.asked.get(course)
        return tuple(_role(warehouse, on.hired, course, kind, terms) for kind in kinds)


def partners_of(warehouse: Warehouse, suit_id: str, seats: DataFrame | None) -> Partners | None:
    """The register of a day and whom people chose for one suit of it; None without a partner.

    Raises
    ------
    EarlierVersion
        When the day was published by a version that did not keep them.
    """
    from models.litigation.hired import Partners
    from models.partners import read_register
    from models.partners.register import towns_known

    rows = warehouse.partners("register")
    if rows.empty:
        return None
    towns = towns_known(warehouse.partners("towns"), seats)
    register = read_register(rows, warehouse.partners("results"), towns)
    return Partners(register, warehouse.partners("choices", suit_id=suit_id))


def _hired(
    warehouse: Warehouse, known: Suits, suit_id: str, as_of: date, seats: DataFrame | None
) -> Scales:
    from models.litigation.compare import admitted_to, assumptions, gates_of, scales
    from models.litigation.own import Own

    by = assumptions()
    admitted = admitted_to(known, gates_of(known))
    partners = partners_of(warehouse, suit_id, seats)
    return scales(known, admitted, Own(by), by, as_of, partners)


def _role(warehouse: Warehouse, hired: Hired, course: str, kind: str, terms: Terms | None) -> Role:
    import numpy as np

    from models.partners.choice import choose, gains

    of_work = None if kind == "mediator" else terms
    task = hired.task(course, kind, of_work)
    register = hired.register
    if register is None:
        return Role(kind, task.work, (), "none_on_file")
    among = hired.among(kind)
    made = choose(register, task, hired.places, hired.said(kind), among)
    reason, one = str(made.reason[0]), np.asarray([0])
    rows = {row["partner_id"]: row for row in register_rows(warehouse)}
    found = []
    for at in among:
        area = register.areas[at]
        sure = area.is_known and bool(hired.places.inside(area)[0])
        is_advised = at == made.place[0]
        if not (sure or not area.is_known or is_advised):
            continue
        partner_id = str(register.ids[at])
        ahead = made.ahead[0] if is_advised and not np.isnan(made.ahead[0]) else None
        found.append(
            Candidate(
                partner_id,
                rows[partner_id] | {"course": course},
                sure,
                float(gains(register, int(at), task, one)[0]),
                None if ahead is None else float(ahead),
                reason if is_advised else None,
            )
        )
    found.sort(
        key=lambda each: (each.reason is None, not each.is_sure, -each.gain, each.partner_id)
    )
    return Role(kind, task.work, tuple(found), reason)


def choice(
    warehouse: Warehouse, suit_id: str, partner_id: str, *, actor: str, reason: str, at: datetime
) -> Entry:
    """The journal entry by which a person gives a suit to a partner; the next run follows it.

    Raises
    ------
    AmiableError
        When the day knows no such suit or partner, or the reason or the person is missing.
    """
    run = warehouse.versions()[0]
    claims = warehouse.claims_of(suit_id)
    if not claims:
        raise AmiableError(f"No suit {suit_id!r} on {run['as_of']}.")
    if partner_id not in {row["partner_id"] for row in register_rows(warehouse)}:
        raise AmiableError(f"No partner {partner_id!r} on {run['as_of']}; see `amiable partners`.")
    if not reason.strip() or not actor.strip():
        raise AmiableError("Choosing a partner needs who chooses (--by) and why (--reason).")
    return Entry(
        at=at,
        as_of=run["as_of"],
        actor=actor.strip(),
        subject_type="suit",
        subject_id=suit_id,
        kind="answer",
        payload={"question": "partner", "answer": partner_id, "claim_ids": claims},
        reason=reason.strip(),
        run_id=run["run_id"],
    )


_SUIT = ("suits", "open_claims", "debtors", "creditors", "recovery", "documents")


def _rows(frame: DataFrame) -> list[dict[str, Any]]:
    """Rows of plain values, None where nothing is known."""
    plain = frame.astype(object)
    return plain.where(frame.notna(), None).to_dict("records")  # type: ignore[return-value]
