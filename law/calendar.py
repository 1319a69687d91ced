"""French public holidays, and the days on which one may contact or reckon with an office."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter

#: Days after Easter Sunday: Easter Monday, Ascension, Whit Monday.
_AFTER_EASTER = (1, 39, 50)
_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The eleven public holidays of a year; Alsace-Moselle has two more, not counted here.

    Source: Code du travail, art. L3133-1.

    >>> date(2026, 4, 6) in public_holidays(2026)
    True
    """
    movable = {easter(year) + timedelta(days=days) for days in _AFTER_EASTER}
    return frozenset(movable | {date(year, month, day) for month, day in _FIXED})


def is_public_holiday(day: date) -> bool:
    """Whether a day is a public holiday in France."""
    return day in public_holidays(day.year)


def may_contact(day: date) -> bool:
    """Monday to Saturday and no public holiday: our cautious rule, the law sets none."""
    return day.weekday() < 6 and not is_public_holiday(day)


def is_working(day: date) -> bool:
    """Monday to Friday and no public holiday."""
    return day.weekday() < 5 and not is_public_holiday(day)
