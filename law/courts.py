"""Which court hears a suit, by kind and place; never a town that nobody gave us.

Who is asked where no judge is: an enforcement officer.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from law import parameters
from law.facts import SuitFacts
from law.words import word

CourtKind = Literal[
    "commercial",
    "commercial_chamber",
    "judicial",
    "protection_judge",
    "administrative",
    "foreign",
    "officer",
    "officer_and_registry",
    "enforcement_judge",
]

#: Natures that belong to the judge of protection disputes (COJ, art. L213-4-4, L213-4-5).
PROTECTION_NATURES = frozenset({"consumer_credit", "residential_rent"})
#: Natures that the civil court hears even between traders.
CIVIL_NATURES = frozenset({"co_ownership", "commercial_rent"})
#: Haut-Rhin, Bas-Rhin, Moselle: commercial chamber of the civil court (C. com., art. L731-1).
LOCAL_LAW_DEPARTMENTS = frozenset({"57", "67", "68"})
#: Departments that lie whole within the area of one tribunal des activités économiques.
TAE_DEPARTMENTS = frozenset({"75", "78", "92"})


#: Kinds of debtor that have a domicile; the others have a registered office.
AT_HOME = frozenset({"consumer", "sole_trader", "unknown"})
#: Courses that begin before no judge: who is asked instead.
_BEFORE_OFFICER: Mapping[str, CourtKind] = {
    "small_claim": "officer",
    "cheque_certificate": "officer",
    "uncontested_commercial": "officer_and_registry",
    "enforcement": "enforcement_judge",
}


@dataclass(frozen=True, slots=True)
class Seats:
    """Towns of the courts of one commune, as the table that the user loaded gives them."""

    judicial: str | None = None
    protection: str | None = None
    commercial: str | None = None


UNKNOWN_SEATS = Seats()


@dataclass(frozen=True, slots=True)
class Court:
    """A court: its kind, why it is this one, and how to name it in French and English."""

    kind: CourtKind
    reason: str
    name: str
    name_en: str


def court(facts: SuitFacts, course: str | None = None, seats: Seats = UNKNOWN_SEATS) -> Court:
    """The court of a suit, at the debtor's domicile or seat, or the officer of a course.

    The town is named only where ``seats`` gives it.

    Source: Code de procédure civile, art. 42, 43, 1406; Code de commerce, art. L721-3; Code de
    l'organisation judiciaire, art. L213-4-4, L213-4-5, L213-6; Code des procédures civiles
    d'exécution, art. L125-1, L126-1; Code monétaire et financier, art. L131-73.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> facts = SuitFacts(Decimal(4000), date(2026, 11, 21), debtor_kind="company")
    >>> court(facts, "merits", Seats(commercial="Le Mans")).name
    'tribunal des activités économiques du Mans'
    """
    kind, reason = door(facts, course)
    asked = (kind, facts.debtor_kind, facts.as_of, seats, facts.postcode)
    return Court(kind, reason, *(court_name(*asked, each) for each in ("fr", "en")))


def door(facts: SuitFacts, course: str | None = None) -> tuple[CourtKind, str]:
    """Kind of the court or officer of a course, and the reason, without a name."""
    kind, reason = _kind(facts)
    officer = _BEFORE_OFFICER.get(course or "")
    if officer is not None and kind not in ("administrative", "foreign"):
        return officer, "court_officer"
    return kind, reason


def court_name(
    kind: CourtKind,
    debtor_kind: str,
    day: date,
    seats: Seats,
    postcode: str | None,
    language: str,
) -> str:
    """How a court is named in ``fr`` or ``en``: its town if ``seats`` gives it, else the place."""
    if kind in ("administrative", "foreign"):
        return word("courts", kind, language)
    told, town = str(kind), _town(kind, seats)
    if kind in ("commercial", "officer_and_registry") and _tae_runs(day):
        sure = "_tae" if town and is_economic(town, day) else ""
        told += sure if town else "_or_tae"
    named = word("courts", told, language)
    if town:
        return f"{named} {of_town(town) if language == 'fr' else 'of ' + town}"
    place = word("places", "domicile" if debtor_kind in AT_HOME else "seat", language)
    if postcode:
        place += word("places", "postcode", language).replace("{postcode}", postcode)
    return f"{named} {place}"


def is_economic(town: str, day: date) -> bool:
    """Whether the commercial court of a town is a tribunal des activités économiques on a day.

    Source: loi 2023-1059, art. 26; arrêté of 5 July 2024.
    """
    history = parameters.history("court_fees", "tae_courts")
    if day < history[0].from_on:
        return False
    towns = parameters.value("court_fees", "tae_courts", day)
    assert isinstance(towns, tuple)
    return _bare(town) in {_bare(str(each)) for each in towns}


def of_town(town: str) -> str:
    """A town after "of" in French, its article contracted.

    >>> of_town("Auxerre"), of_town("Le Havre"), of_town("Les Sables"), of_town("La Rochelle")
    ("d'Auxerre", 'du Havre', 'des Sables', 'de La Rochelle')
    """
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if town.startswith(article):
            return contracted + town.removeprefix(article)
    return ("d'" if _bare(town)[:1] in {"a", "e", "i", "o", "u", "y"} else "de ") + town


def _bare(town: str) -> str:
    letters = unicodedata.normalize("NFKD", town.casefold())
    return "".join(each for each in letters if each.isalnum())


def court_kind(facts: SuitFacts) -> CourtKind:
    """Kind of the court of a suit, without its name."""
    return _kind(facts)[0]


def is_civil_court(facts: SuitFacts) -> bool:
    """Whether a suit goes to the tribunal judiciaire, in one of its formations."""
    return court_kind(facts) in ("judicial", "protection_judge", "commercial_chamber")


def lawyer_required(course: str, facts: SuitFacts) -> bool:
    """Whether a lawyer must be instructed to start a course.

    Before the judge of protection disputes none ever is. Before 2020 the commercial court asked
    for none, and neither did the civil court up to the same amount. What counts is the demand:
    the principal and what it has borne by the day of the suit; costs and art. 700 do not.

    Source: Code de procédure civile, art. 35 to 37, 760, 761, 853.
    """
    if course not in ("summary", "merits"):
        return False
    kind = court_kind(facts)
    if kind in ("administrative", "foreign", "protection_judge"):
        return False
    name = ("thresholds", "lawyer_optional_max_claim")
    started = parameters.begun(*name, facts.as_of)
    if started > facts.as_of and kind == "commercial":
        return False
    return facts.claimed > parameters.number(*name, started)


def _kind(facts: SuitFacts) -> tuple[CourtKind, str]:
    if facts.debtor_kind == "public":
        return "administrative", "court_public_debtor"
    if facts.country != "FR":
        return "foreign", "court_debtor_abroad"
    if facts.nature in PROTECTION_NATURES:
        return "protection_judge", "court_protection_matter"
    if facts.nature in CIVIL_NATURES:
        return "judicial", "court_civil_matter"
    if facts.is_trader is False or facts.debtor_kind in ("consumer", "association", "unknown"):
        return "judicial", "court_debtor_no_trader"
    if (facts.postcode or "")[:2] in LOCAL_LAW_DEPARTMENTS:
        return "commercial_chamber", "court_local_law"
    return "commercial", "court_between_traders"


def _town(kind: CourtKind, seats: Seats) -> str | None:
    if kind in ("commercial", "commercial_chamber", "officer_and_registry"):
        return seats.commercial
    if kind == "protection_judge":
        return seats.protection or seats.judicial
    # An officer's area is that of a court of appeal, which the table does not give.
    return None if kind == "officer" else seats.judicial


def _tae_runs(day: date) -> bool:
    history = parameters.history("court_fees", "tae_courts")
    return day >= history[0].from_on and bool(parameters.value("court_fees", "tae_courts", day))
