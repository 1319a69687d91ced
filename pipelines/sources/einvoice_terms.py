"""When an electronic invoice is due: as stated, counted from its terms of payment, or unknown."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from datetime import date, timedelta

from pipelines.sources.einvoice_document import EInvoice, plain

_LONGEST = 200
_FILLER = (
    "(?:paiement|reglement|payment|payable|echeance|due|nets?|a|au|sous|dans|within|in|de|du|la|le"
    "|date|d|facture|facturation|emission|invoice|issue|from|of|after|the|par|by|virement|cheque"
    "|transfer|compter|partir|calendaires?|delai|terms?|avant|plus|tard|before|on)"
)
_DAYS = re.compile(
    rf"(?:{_FILLER}-)*(\d{{1,3}})-(?:jours?|jrs?|j|days?)(?:-{_FILLER})*?"
    r"(-(?:fin-de-mois|fdm|end-of-(?:the-)?month|eom))?(?:-le-(\d{1,2}))?"
    rf"(?:-{_FILLER})*|net-(\d{{1,3}})"
)
_AT_ONCE = re.compile(
    rf"(?:{_FILLER}-)*(?:comptant|(?:a|on|upon|des)-(?:la-)?rece(?:ption|ipt)|immediate(?:ly)?"
    rf"|cash)(?:-{_FILLER})*"
)
_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})|(\d{4})-(\d{2})-(\d{2})")
_DATED = re.compile(rf"(?:{_FILLER}-?)*")


def due_on(invoice: EInvoice, counts: Counter[str]) -> tuple[str, str]:
    """Due date and where it comes from; the last of several, so that nothing is overdue early.

    ``counts`` is told which way was gone. A day that cannot be read stays as written.
    """
    if invoice.due_days:
        days = [day for day in invoice.due_days if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day)]
        if len(set(days)) > 1:
            counts["instalments"] += 1
        return max(days, default=invoice.due_days[0]), "stated"
    counted = counted_from(invoice.terms, invoice.issued_on)
    if counted:
        counts["terms"] += 1
        return counted, "stated"
    if not invoice.issued_on:
        return "", ""
    counts["assumed"] += 1
    return "", "assumed"


def counted_from(terms: str, issued_on: str) -> str:
    """A due date from terms that say nothing else; empty where they say more, or none.

    >>> counted_from("Paiement à 30 jours fin de mois", "2026-01-15")
    '2026-02-28'
    >>> counted_from("Échéance : 15/03/2026", "2026-01-15")
    '2026-03-15'
    >>> counted_from("2 % d'escompte à 8 jours, sinon 30 jours", "2026-01-15")
    ''
    """
    words = plain(terms, _LONGEST)
    try:
        issued = date.fromisoformat(issued_on)
        if dated := _named(terms):
            return dated.isoformat() if dated >= issued else ""
        if _AT_ONCE.fullmatch(words):
            return issued_on
        found = _DAYS.fullmatch(words)
        if not found or len(terms) > _LONGEST or "%" in terms:
            return ""
        day = issued + timedelta(days=int(found[1] or found[4]))
        if found[2]:
            day = day.replace(day=monthrange(day.year, day.month)[1])
        if found[3]:
            day = _next(day, int(found[3]))
    except (ValueError, OverflowError):
        return ""
    return day.isoformat()


def _named(terms: str) -> date | None:
    """The one day that terms name, where they say nothing beside."""
    found = list(_DATE.finditer(terms[:_LONGEST]))
    if len(found) != 1 or len(terms) > _LONGEST:
        return None
    rest = plain(_DATE.sub(" ", terms), _LONGEST)
    if not _DATED.fullmatch(rest):
        return None
    day, month, year, iso_year, iso_month, iso_day = found[0].groups()
    return date(int(year or iso_year), int(month or iso_month), int(day or iso_day))


def _next(day: date, wanted: int) -> date:
    """The first day of that number in its month after a day."""
    later = day + timedelta(days=1)
    if later.day > wanted:
        later = later.replace(day=1) + timedelta(days=32)
    return later.replace(day=min(wanted, monthrange(later.year, later.month)[1]))
