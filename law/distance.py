"""Longer times for whoever lives far from the court: overseas, or abroad. Not legal advice.

The times to appear, to oppose, to appeal, for third-party opposition, revision and cassation are
longer; those that bind the creditor (to serve, to file, to declare) and those of seizures are not.
Declaring in an insolvency has a rule of its own (C. com. R622-24), the European order too.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from law import parameters
from law.parameters import Record

Residence = Literal["metropolitan", "overseas", "abroad"]

#: Territories of the Republic overseas that have a country code of their own (ISO 3166-1).
OVERSEAS = frozenset({"GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "WF", "PF", "NC", "TF"})
_NAMES: dict[str, str] = {
    "overseas": "distance_months_overseas",
    "abroad": "distance_months_abroad",
}


def residence(country: str, postcode: str | None) -> Residence:
    """Where somebody lives, as art. 643 tells it; a French address without a postcode is near.

    >>> residence("FR", "69003"), residence("FR", "97400"), residence("RE", None)
    ('metropolitan', 'overseas', 'overseas')
    >>> residence("BE", "97400")
    'abroad'
    """
    if country in OVERSEAS:
        return "overseas"
    if country != "FR":
        return "abroad"
    return "overseas" if (postcode or "")[:2] in ("97", "98") else "metropolitan"


def distance(lives: Residence, day: date) -> Record | None:
    """The text that lengthens a time begun on a day, None where none does."""
    name = _NAMES.get(lives)
    if name is None:
        return None
    return parameters.record("procedures", name, parameters.begun("procedures", name, day))


def distance_months(lives: Residence, day: date) -> int:
    """Months that a time to appear, to oppose or to appeal is longer by.

    Before a court of metropolitan France; a court overseas adds them for those who do not live
    there (art. 644), so that the longer time is the prudent one.

    Source: Code de procédure civile, art. 643 to 645.

    >>> [distance_months(lives, date(2026, 11, 26)) for lives in ("metropolitan", "abroad")]
    [0, 2]
    """
    found = distance(lives, day)
    if found is None:
        return 0
    assert isinstance(found.value, Decimal)
    return int(found.value)
