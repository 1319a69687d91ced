"""A mortgage from a title, and a seizure of land after it, as boxes like any other measure.

Both first ask the land registry, for a few euros; only where it answers that there is land are
the acts paid. Of many such tries those that end with money carry the acts of all: what a find
costs is the acts divided by the chance that they bring anything. Chances, lengths and prices are
records of `law`, elicited, that a client may replace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from law.costs import CostLine, total
from law.facts import SuitFacts
from law.land import likely
from law.measures import Measure
from models.litigation.boxes import Box
from models.litigation.reach import NATURAL, share_of_claim

_MONTH = 365 / 12
# No act is certain to pay, whatever a client writes: Bayes' rule needs a rest.
_SUREST = 0.999


def land_box(measure: Measure, facts: SuitFacts, by: Mapping[str, Any]) -> Box | None:
    """The mortgage alone, or the mortgage and, if it did not pay in its time, the seizure.

    ``finds`` is told on a debtor who has something; 1 times the chance of the acts where the
    registry answered already. The officer's fee on what he collects is left out: lawyers
    distribute the price of land. None where nobody owns any, or nothing of it ever pays.
    """
    asked = _sum(measure.empty)
    acts, owed = _sum(measure.found) - asked, _sum(measure.found, on_loser_only=True)
    owner = "land_of_person" if facts.debtor_kind in NATURAL else "land_of_business"
    owned = 1.0 if facts.has_land else likely(owner, facts)
    pays, term = likely("mortgage_pays", facts), likely("mortgage_months", facts) * _MONTH
    days, later = term, _later(term, by)
    if measure.code == "property":
        wait = likely("mortgage_wait_months", facts) * _MONTH
        days = wait + likely("seizure_months", facts) * _MONTH
        early = 1 - (1 - pays) ** (1.0 if term <= wait else wait / term)
        sold = (1 - early) * likely("seizure_pays", facts)
        pays = early + sold
        # A mortgage that pays in its time spares the acts of the seizure.
        seizing = [line for line in measure.found if line.code.startswith("seizure_")]
        acts -= early * _sum(seizing)
        owed -= early / pays * _sum(seizing, on_loser_only=True)
        later = (early * _later(wait, by) + sold * _later(days, by)) / pays
    reach = likely("land_reach", facts)
    if min(owned, pays, reach) <= 0:
        return None
    share = share_of_claim(facts, reach, by)
    return Box(
        measure.code,
        min(owned * pays, _SUREST),
        asked,
        acts / pays,
        float(facts.claimed) * share * later,
        owed * share * later,
        round(days),
        puts_off=_later(days, by),
        acts=owned,
    )


def _sum(lines: Iterable[CostLine], *, on_loser_only: bool = False) -> float:
    return float(total(list(lines), on_loser_only=on_loser_only).central)


def _later(days: float, by: Mapping[str, Any]) -> float:
    return float((1 + by["discount_rate"]) ** (-days / 365))
