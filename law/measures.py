"""Measures of enforcement: which are open against a debtor, on which days, at what price.

What a measure may reach and how often is the models' to say; here stands what the texts and the
tariff of the day say. A commissaire de justice alone acts, a person decides. Not legal advice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from law import land, parameters
from law.costs import CostLine, measure_outlays
from law.facts import SuitFacts
from law.parameters import Record
from law.procedures import gates
from law.schedule import Limit

#: Measures and the parameter that founds each, in the order of the code.
MEASURES = {
    "accounts": "account_seizure",
    "wages": "wage_seizure",
    "movables": "movable_seizure",
    "vehicle": "vehicle_seizure",
    "shares": "share_seizure",
    "mortgage": "judicial_mortgage",
    "property": "property_seizure",
}
#: Debtors that may live on wages, and those whose account keeps a sum that nobody seizes.
EARNING = frozenset({"consumer", "unknown"})
NATURAL = frozenset({"consumer", "sole_trader", "unknown"})


class Measure(NamedTuple):
    """One measure against one debtor.

    ``closed``: why it is not open, a code of ``obstacles``; ``opens_on``: first day on which it
    may be taken, if known. ``found`` and ``empty``: its acts as it finds something or nothing.
    ``limits``: its own delays; ``notes``: what else the texts say,
    codes of ``measure_notes``. ``after``: measures that must have failed before.
    """

    code: str
    record: Record
    closed: str | None
    opens_on: date | None
    found: tuple[CostLine, ...]
    empty: tuple[CostLine, ...]
    limits: tuple[Limit, ...] = ()
    notes: tuple[tuple[str, Record], ...] = ()
    after: tuple[str, ...] = ()


def measures(facts: SuitFacts, *, enforceable_on: date | None = None) -> tuple[Measure, ...]:
    """Every measure with what opens or closes it; ``enforceable_on`` where that day is to come.

    Nothing is open while the gates of enforcement are not passed: insolvency, refusal, no title
    or none that can be enforced yet, a public body (CGPPP L2311-1), a debtor abroad.

    >>> facts = SuitFacts(Decimal(4000), date(2026, 11, 21), debtor_kind="company", has_title=True,
    ...                   oldest_due_on=date(2026, 1, 31))
    >>> [each.code for each in measures(facts) if each.closed is None]
    ['accounts', 'movables', 'vehicle', 'shares', 'mortgage']
    """
    barred = next(iter(gates("enforcement", facts).obstacles), None)
    if barred is None and facts.country != "FR":
        barred = "debtor_abroad"
    opens_on = facts.as_of if barred is None else None
    if barred == "not_enforceable_yet":
        opens_on = enforceable_on
    return tuple(_measure(code, facts, barred, opens_on) for code in MEASURES)


def _measure(code: str, facts: SuitFacts, barred: str | None, opens_on: date | None) -> Measure:
    on_land = code in land.LAND
    closed = barred
    if closed is None and code == "wages" and facts.debtor_kind not in EARNING:
        closed = "no_wages"
    if closed is None and on_land:
        closed = land.obstacle(code, facts)
    priced = land.outlays if on_land else measure_outlays
    found, empty = (tuple(priced(code, facts, finds=finds)) for finds in (True, False))
    return Measure(
        code,
        _founded(code, facts.as_of),
        closed,
        opens_on,
        found,
        empty,
        tuple(land.limits(code, facts) if on_land else _limits(code, facts.as_of)),
        tuple(_notes(code, facts)),
        ("accounts", "wages") if code == "movables" and _needs_judge(facts) else (),
    )


def _founded(code: str, day: date) -> Record:
    """The record that founds a measure."""
    if code == "mortgage":
        name = ("land", MEASURES[code])
        return parameters.record(*name, parameters.begun(*name, day))
    return _record(MEASURES[code], day)


def _limits(code: str, day: date) -> Iterator[Limit]:
    """Code des procédures civiles d'exécution, art. R211-3, R211-11, R221-1, L212-2."""
    names = {
        "accounts": (
            ("notify_debtor", "garnishee_notify_debtor_days"),
            ("contest_seizure", "garnishee_contest_months"),
        ),
        "movables": (("after_command", "movable_sale_command_days"),),
        "wages": (("after_wage_command", "wage_seizure_command_months"),),
    }
    for limit, name in names.get(code, ()):
        record = _record(name, day)
        assert isinstance(record.value, Decimal)
        yield Limit(limit, int(record.value), None, record)


def _notes(code: str, facts: SuitFacts) -> Iterator[tuple[str, Record]]:
    """What a person has to know of the measure beside its price and its days."""
    natural = facts.debtor_kind in NATURAL
    if code == "accounts" and natural:
        yield "protected_balance", _record("protected_bank_balance", facts.as_of)
    if code == "wages":
        yield "wage_scale", _record("wage_seizure_scale_annual", facts.as_of)
    if code == "movables" and _needs_judge(facts):
        name = ("thresholds", "home_seizure_min_claim")
        yield "dwelling_judge", parameters.record(*name, parameters.begun(*name, facts.as_of))
    if facts.debtor_kind == "sole_trader" and code in ("movables", "shares", *land.LAND):
        yield "professional_assets", _record("sole_trader_asset_split", facts.as_of)
    if code in land.LAND:
        yield from land.notes(code, facts)


def _needs_judge(facts: SuitFacts) -> bool:
    """Whether movables in a dwelling wait for accounts and wages to fail (CPCE L221-2, R221-2)."""
    name = ("thresholds", "home_seizure_min_claim")
    least = parameters.number(*name, parameters.begun(*name, facts.as_of))
    return facts.debtor_kind in EARNING and facts.amount < least


def _record(name: str, day: date) -> Record:
    return parameters.record("enforcement", name, parameters.begun("enforcement", name, day))
