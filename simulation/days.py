"""Days as whole numbers since 1970-01-01, and the French days without contact."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from dateutil.easter import easter

NEVER = 2**30
"""A day beyond every simulation."""

_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))


def number(day: date) -> int:
    """Days since 1970-01-01.

    >>> number(date(1970, 1, 5))
    4
    """
    return (day - date(1970, 1, 1)).days


def dates(numbers: np.ndarray) -> np.ndarray:
    """Days as ``datetime64[s]``; ``NEVER`` becomes missing (NaT).

    >>> dates(np.array([4, NEVER])).astype(str).tolist()
    ['1970-01-05T00:00:00', 'NaT']
    """
    numbers = np.asarray(numbers, dtype=np.int64)
    days = np.where(numbers >= NEVER, 0, numbers).astype("datetime64[D]").astype("datetime64[s]")
    days[numbers >= NEVER] = np.datetime64("NaT")
    return days


def weekday(numbers: np.ndarray) -> np.ndarray:
    """Day of the week, Monday 0."""
    return (np.asarray(numbers) + 3) % 7


def public_holidays(first: int, last: int) -> np.ndarray:
    """French public holidays (C. trav., art. L3133-1) between two days, both included."""
    years = range(date(1970, 1, 1).year + first // 366, 1971 + last // 365)
    days = [number(date(year, month, day)) for year in years for month, day in _FIXED]
    for year in years:
        sunday = easter(year)
        days += [number(sunday + timedelta(days=gap)) for gap in (1, 39, 50)]
    kept = np.array(sorted(set(days)), dtype=np.int64)
    return kept[(kept >= first) & (kept <= last)]


def on_contact_days(numbers: np.ndarray, holidays: np.ndarray) -> np.ndarray:
    """Each day, or the first later one that is neither a Sunday nor a public holiday."""
    moved = np.array(numbers, dtype=np.int64)
    closed_days = np.append(holidays, NEVER)
    # Easter Sunday and Monday, or 1 May beside a Sunday, make at most three closed days running.
    for _ in range(4):
        place = np.minimum(np.searchsorted(closed_days, moved), closed_days.size - 1)
        closed = (weekday(moved) == 6) | ((closed_days[place] == moved) & (moved < NEVER))
        if not closed.any():
            break
        moved[closed] += 1
    return moved
