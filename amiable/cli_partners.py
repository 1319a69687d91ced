"""The command around partners: the register with its results, and who may work on a suit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from amiable.errors import AmiableError
from amiable.home import Home
from amiable.logs import say, summary
from amiable.options import (
    HERE,
    DebugOption,
    HomeOption,
    JsonOption,
    LanguageOption,
    PastOption,
    day_of,
    guarded,
    now,
)

if TYPE_CHECKING:
    from amiable.partners import Role
    from pipelines.warehouse import Warehouse


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(partners)


def partners(
    subject: Annotated[
        str | None, typer.Argument(help="Suit, claim or invoice number; the register without.")
    ] = None,
    course: Annotated[
        str | None, typer.Option("--course", help="Course of the suit; the advised one without.")
    ] = None,
    choose: Annotated[
        str | None, typer.Option("--choose", metavar="PARTNER", help="Give the suit to a partner.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who chooses.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    language: LanguageOption = None,
    as_of: PastOption = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Tell the register of partners with their results, or who may work on a suit and why.

    A choice goes to the journal with its reason; the next run follows it.

    Example: amiable partners FA2026-000117 --course merits
    """
    past = None if as_of is None else day_of(as_of)

    def work() -> None:
        from pipelines.warehouse import Warehouse

        here = Home.at(home)
        spoken = language.value if language else here.settings.language
        with Warehouse(here.path, past) as warehouse:
            if subject is None:
                if choose is not None:
                    raise AmiableError("Say which suit is given to the partner.")
                told = _register(warehouse, spoken)
            elif choose is not None:
                told = _chosen(here, warehouse, subject, choose, by, reason, past is not None)
            else:
                told = _suit(here, warehouse, subject, course, spoken)
        if as_json:
            summary(told)

    guarded(work, debug=debug)


def _register(warehouse: Warehouse, language: str) -> dict[str, Any]:
    from amiable.partner_words import area, fee, name_of, results
    from amiable.partner_words import say as phrase
    from amiable.partners import register_rows
    from data_schema import word

    rows = register_rows(warehouse)
    if not rows:
        say(phrase("register", "empty", language))
    for row in rows:
        marks = [phrase("register", "area", language).format(area=area(row, language))]
        if unread := list(row["area_unread"] if row["area_unread"] is not None else ()):
            told = ", ".join(unread)
            marks.append(phrase("register", "unread", language).format(parts=told))
        if row["is_namesake"]:
            marks.append(phrase("register", "namesake", language))
        kind = word("partner_kind", row["kind"], language)
        say(f"{row['partner_id']} {name_of(row)} · {kind} · {' · '.join(marks)}")
        say(f"    {fee(row, language)}")
        say(f"    {results(row['results'], language)}")
    return {"partners": [_plain(row) for row in rows]}


def _suit(
    home: Home, warehouse: Warehouse, subject: str, course: str | None, language: str
) -> dict[str, Any]:
    from amiable import courts
    from amiable.partners import course_of, roles

    suit_id = suit_of(warehouse, subject)
    chosen = course_of(warehouse, suit_id, course)
    as_of = warehouse.versions()[0]["as_of"]
    found = roles(warehouse, suit_id, chosen, as_of=as_of, seats=courts.seats(home))
    for line in role_lines(found, chosen, language):
        say(line)
    return {
        "suit_id": suit_id,
        "course": chosen,
        "roles": [
            {
                "kind": role.kind,
                "reason": role.reason,
                "partner_id": next((c.partner_id for c in role.candidates if c.reason), None),
                "candidates": [
                    {
                        "partner_id": each.partner_id,
                        "name": each.row["name"],
                        "is_sure": each.is_sure,
                        "gain": round(each.gain, 2),
                        "advised": each.reason is not None,
                    }
                    for each in role.candidates
                ],
            }
            for role in found
        ],
    }


def suit_of(warehouse: Warehouse, subject: str) -> str:
    """The suit of that identifier, or the one that a claim or an invoice would join."""
    from amiable.dossier import subject_of

    found = subject_of(warehouse, subject).suit_id
    if found is None:
        raise AmiableError(f"{subject} joins no suit on that day (not due, undated, no rate).")
    return found


def role_lines(found: tuple[Role, ...], course: str, language: str) -> list[str]:
    """Each part of a course in lines: who is advised and why, then the others."""
    from amiable.partner_words import fee, name_of, results, why
    from data_schema import word

    name = word("course", course, language)
    if not found:
        none = {"fr": "{} : aucun partenaire nécessaire.", "en": "{}: no partner is needed."}
        return [none[language].format(name)]
    lines = []
    for role in found:
        first = next((each for each in role.candidates if each.reason), None)
        kind = word("partner_kind", role.kind, language)
        told = why(
            role.reason,
            language,
            kind=role.kind,
            n=sum(each.is_sure for each in role.candidates),
            gain=first.gain if first else None,
            ahead=first.ahead if first else None,
        )
        who = f"{name_of(first.row)} ({first.partner_id}) — " if first else ""
        lines.append(f"{name} · {kind} : {who}{told}")
        for each in role.candidates:
            mark = "→" if each is first else " "
            lines.append(f"  {mark} {each.partner_id} {fee(each.row, language)}")
            mine = [row for row in each.row["results"] if row["work"] == role.work]
            lines.append(f"      {results(mine, language)}")
    return lines


def _chosen(
    home: Home, warehouse: Warehouse, subject: str, partner: str, by: str, reason: str, past: bool
) -> dict[str, Any]:
    from amiable.partners import choice
    from pipelines.journal import Journal

    if past:
        raise AmiableError("A choice is made on the published day: leave out --as-of.")
    suit_id = suit_of(warehouse, subject)
    entry = choice(warehouse, suit_id, partner, actor=by, reason=reason, at=now())
    journal = Journal(home.journal_url)
    try:
        journal.record([entry])
    finally:
        journal.close()
    say(f"{suit_id} is given to partner {partner}; the next run follows (amiable run).")
    return {"suit_id": suit_id, "partner_id": partner}


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON holds it."""
    from decimal import Decimal

    kept = {
        name: [] if value is None and name == "area_unread" else value
        for name, value in row.items()
        if name not in ("address", "postcode", "city", "email")
    }
    return {
        name: float(value)
        if isinstance(value, Decimal)
        else list(value)
        if hasattr(value, "tolist") and not isinstance(value, str)
        else value
        for name, value in kept.items()
    }
