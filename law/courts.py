"""Which court hears a suit, by kind and place; never a town that nobody gave us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from law import parameters
from law.facts import SuitFacts
from law.words import word

CourtKind = Literal[
    "commercial", "commercial_chamber", "judicial", "protection_judge", "administrative", "foreign"
]

#: Natures that belong to the judge of protection disputes (COJ, art. L213-4-4, L213-4-5).
PROTECTION_NATURES = frozenset({"consumer_credit", "residential_rent"})
#: Natures that the civil court hears even between traders.
CIVIL_NATURES = frozenset({"co_ownership", "commercial_rent"})
#: Haut-Rhin, Bas-Rhin, Moselle: commercial chamber of the civil court (C. com., art. L731-1).
LOCAL_LAW_DEPARTMENTS = frozenset({"57", "67", "68"})
#: Departments that lie whole within the area of one tribunal des activités économiques.
TAE_DEPARTMENTS = frozenset({"75", "78", "92"})


@dataclass(frozen=True, slots=True)
class Court:
    """A court: its kind, why it is this one, and how to name it in French and English."""

    kind: CourtKind
    reason: str
    name: str
    name_en: str


def court(facts: SuitFacts) -> Court:
    """The court of a suit, at the debtor's domicile or seat.

    Source: Code de procédure civile, art. 42, 43, 1406; Code de commerce, art. L721-3; Code de
    l'organisation judiciaire, art. L213-4-4, L213-4-5.
    """
    kind, reason = _kind(facts)
    return Court(kind, reason, _name(facts, kind, "fr"), _name(facts, kind, "en"))


def court_kind(facts: SuitFacts) -> CourtKind:
    """Kind of the court of a suit, without its name."""
    return _kind(facts)[0]


def is_civil_court(facts: SuitFacts) -> bool:
    """Whether a suit goes to the tribunal judiciaire, in one of its formations."""
    return court_kind(facts) in ("judicial", "protection_judge", "commercial_chamber")


def lawyer_required(course: str, facts: SuitFacts) -> bool:
    """Whether a lawyer must be instructed to start a course.

    Before the judge of protection disputes none ever is. Before 2020 the commercial court asked
    for none, and neither did the civil court up to the same amount.

    Source: Code de procédure civile, art. 760, 761, 853.
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
    return facts.amount > parameters.number(*name, started)


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


def _name(facts: SuitFacts, kind: CourtKind, language: str) -> str:
    with_tae = kind == "commercial" and _tae_runs(facts)
    name = word("courts", "commercial_or_tae" if with_tae else kind, language)
    person = "domicile" if facts.debtor_kind in ("consumer", "sole_trader", "unknown") else "seat"
    if kind in ("administrative", "foreign"):
        return name
    place = word("places", person, language)
    if facts.postcode:
        place += word("places", "postcode", language).replace("{postcode}", facts.postcode)
    return f"{name} {place}"


def _tae_runs(facts: SuitFacts) -> bool:
    history = parameters.history("court_fees", "tae_courts")
    if facts.as_of < history[0].from_on:
        return False
    return bool(parameters.value("court_fees", "tae_courts", facts.as_of))
