"""Measures on land and buildings: a mortgage from a title, and the seizure that may follow it.

Both begin with a question to the land registry. What they bring is elicited and says so: no public
figure was read. A lawyer is compulsory for the seizure; a person decides. Not legal advice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from law import parameters
from law.costs import CostLine, vat_factor
from law.facts import SuitFacts
from law.parameters import Range, Record
from law.schedule import Limit

#: The measures, the lighter first; the second comes after the first where both are open.
LAND = ("mortgage", "property")
#: Debtors of whom land may be the home: a person decides on its seizure, and says so first.
HOUSED = frozenset({"consumer", "sole_trader", "unknown"})
_LEAST = {"mortgage": "judicial_mortgage_least_claim", "property": "property_seizure_least_claim"}
_LIMITS = {
    "mortgage": (("confirm_mortgage", "conservatory_mortgage_confirm_months"),),
    "property": (
        ("pay_after_command", "seizure_command_days"),
        ("publish_command", "seizure_publish_months"),
        ("orientation_summons", "seizure_summons_months"),
        ("agreed_sale", "agreed_sale_months"),
        ("agreed_sale_more", "agreed_sale_more_months"),
        ("forced_sale", "forced_sale_months"),
    ),
}


def obstacle(code: str, facts: SuitFacts) -> str | None:
    """Why a measure on land is not open; the gates of enforcement come before.

    Without land nothing is there to take; a small claim does not ask for it (CPCE, art. L111-7,
    the amount is a rule of this program); a home waits for a person's word.

    >>> from datetime import date
    >>> facts = SuitFacts(Decimal(20000), date(2026, 11, 26), debtor_kind="consumer")
    >>> obstacle("mortgage", facts), obstacle("property", facts)
    (None, 'person_decides_home')
    """
    if facts.has_land is False:
        return "no_land"
    if facts.amount < parameters.number("land", _LEAST[code], _day(_LEAST[code], facts)):
        return "stake_below_land"
    if code == "property" and facts.debtor_kind in HOUSED and not facts.land_decided:
        return "person_decides_home"
    return None


def outlays(code: str, facts: SuitFacts, *, finds: bool) -> list[CostLine]:
    """What a measure on land costs: the question alone where there is none, else its acts too.

    In EUR, net of the VAT that the creditor recovers. The seizure is told with the mortgage before
    it. What is advanced for the sale the buyer pays
    on top of the price; the lawyer's free fees stay on the creditor.

    >>> from datetime import date
    >>> facts = SuitFacts(Decimal(20000), date(2026, 11, 26), debtor_kind="company")
    >>> [str(line.amount.central) for line in outlays("mortgage", facts, finds=True)]
    ['12', '400', '10.0000']
    """
    asked = [] if facts.has_land else [_fixed("land_registry_request", facts)]
    if not finds:
        return asked
    lines = [*asked, _priced("mortgage_formalities_ht", facts), _duty(facts)]
    if code == "property":
        lines.append(_priced("seizure_advance_ht", facts))
        lines.append(_priced("seizure_lawyer_ht", facts, on_loser=False))
    return lines


def limits(code: str, facts: SuitFacts) -> Iterator[Limit]:
    """Code des procédures civiles d'exécution, art. R321-3, R321-6, R322-4, R322-21, R322-26."""
    for limit, name in _LIMITS[code]:
        record = _record(name, facts)
        assert isinstance(record.value, Decimal)
        yield Limit(limit, int(record.value), None, record)


def notes(code: str, facts: SuitFacts) -> Iterator[tuple[str, Record]]:
    """What a person has to know first."""
    if facts.has_land is None:
        yield "ask_land_registry", _record("land_registry_request", facts)
    yield "proportionate", _record("proportionate", facts)
    if facts.debtor_kind == "sole_trader":
        yield "sole_trader_home", _record("sole_trader_home", facts)
    if code == "mortgage":
        yield "before_a_title", _record("conservatory_mortgage", facts)
    else:
        day = parameters.begun("enforcement", "property_seizure", facts.as_of)
        yield "lawyer_and_judge", parameters.record("enforcement", "property_seizure", day)
        yield "no_bid", _record("no_bid", facts)


def likely(name: str, facts: SuitFacts) -> float:
    """The central value of an elicited chance (0 to 1), length (months) or multiple of land.

    Raises
    ------
    NotYetLaw
        When ``law/parameters/land.yaml`` has no record of that name.
    """
    found = parameters.value("land", name, _day(name, facts))
    return float(found.central if isinstance(found, Range) else str(found))


def _fixed(name: str, facts: SuitFacts) -> CostLine:
    fee = parameters.number("land", name, _day(name, facts))
    return CostLine(name, Range(fee, fee, fee), True, (_record(name, facts),))


def _priced(name: str, facts: SuitFacts, *, on_loser: bool = True) -> CostLine:
    price = parameters.spread("land", name, _day(name, facts))
    times = vat_factor(facts)
    amount = Range(price.low * times, price.central * times, price.high * times)
    return CostLine(name, amount, on_loser, (_record(name, facts),))


def _duty(facts: SuitFacts) -> CostLine:
    rate = parameters.spread("land", "mortgage_tax_rate", _day("mortgage_tax_rate", facts))
    secured = facts.claimed
    amount = Range(rate.low * secured, rate.central * secured, rate.high * secured)
    return CostLine("mortgage_tax_rate", amount, True, (_record("mortgage_tax_rate", facts),))


def _record(name: str, facts: SuitFacts) -> Record:
    return parameters.record("land", name, _day(name, facts))


def _day(name: str, facts: SuitFacts) -> date:
    return parameters.begun("land", name, facts.as_of)
