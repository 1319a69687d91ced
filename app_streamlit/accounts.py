"""What the day looked at says of the law on one claim: its account and its limitation."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from amiable import law_values
from amiable import statement as account
from app_streamlit import clock, desk
from law.overrides import Override
from pipelines.errors import EarlierVersion
from pipelines.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable


def statement(claim_id: str) -> list[dict[str, Any]]:
    """Lines of the account of one open claim; none for a day of an earlier version."""
    try:
        with Warehouse(desk.home().path, file=desk.snapshot()) as warehouse:
            return warehouse.statement(claim_id)
    except EarlierVersion:
        return []


def limitation(claim_id: str) -> list[dict[str, Any]]:
    """The period of one open claim, each event with its effect, its end; as `statement`."""
    try:
        with Warehouse(desk.home().path, file=desk.snapshot()) as warehouse:
            return warehouse.trace("limitation", claim_id)
    except EarlierVersion:
        return []


def law(day: date, language: str) -> list[dict[str, Any]]:
    """Every value of the law on a day, with this client's own in their place.

    Raises ``LawError`` or ``AmiableError`` where the client's file cannot be used.
    """
    with law_values.in_force(desk.home(), day):
        return law_values.listed(day, language)


def own_values() -> list[Override]:
    """Values of this client that stand, also those that act on other days; raises as `law`."""
    return [each for each in law_values.read(desk.home()) if each.withdrawn_on is None]


def put_value(name: str, value: str, *, from_on: date, reason: str, by: str) -> Override:
    """Put a value of the client in the place of the law's, from the next run on.

    A decimal comma is understood. Raises ``LawError`` where it may not stand.
    """
    return law_values.add(
        desk.home(),
        name,
        value.replace(",", "."),
        from_on=from_on,
        until_on=None,
        reason=reason,
        by=by,
        today=clock.today(),
    )


def withdraw_value(entry: Override) -> Override:
    """Take a value of the client back, from the next run on."""
    name = f"{entry.subject}.{entry.name}"
    return law_values.withdraw(desk.home(), name, from_on=entry.from_on, today=clock.today())


def replaced() -> list[dict[str, Any]]:
    """Values that the client put in the place of the law's, as they held on the day looked at."""
    try:
        with Warehouse(desk.home().path, file=desk.snapshot()) as warehouse:
            return warehouse.replaced()
    except EarlierVersion:
        return []


def statement_paper(claim_id: str, language: str) -> Callable[[], bytes]:
    """What makes the account of one open claim as PDF when a person asks for it."""
    here, path = desk.home(), desk.snapshot()

    def made() -> bytes:
        with Warehouse(here.path, file=path) as warehouse:
            return account.statement_paper(
                warehouse, claim_id, language=language, invented=here.is_demo
            )

    return made
