"""How long a claim can be sued for, and what each event does to that time.

Code civil, art. 2219 to 2254; Code de commerce, art. L110-4; Code de la consommation, art.
L218-2. The product counts from the earliest plausible start and shows the margin.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from dateutil.relativedelta import relativedelta

from law import parameters
from law.errors import NotYetLaw
from law.parameters import Record

Effect = Literal["interrupt", "suspend", "none"]

#: The general period of each regime, by the name of its parameter.
REGIMES = {
    "professional": "between_professionals",
    "consumer": "professional_on_consumer",
    "civil": "civil",
    "public": "owed_by_public_body",
}
#: Natures whose own law prevails over the general period of the regime.
OWN_PERIOD = (
    "transport",
    "telecom",
    "cheque",
    "bill_of_exchange",
    "insurance_premium",
    "residential_rent",
    "commercial_rent",
    "co_ownership",
    "consumer_credit",
    "tort",
    "title",
)

#: Regime of a debtor kind, when the creditor is a professional.
REGIME_OF_DEBTOR = {
    "company": "professional",
    "sole_trader": "professional",
    "association": "civil",
    "consumer": "consumer",
    "public": "public",
    "unknown": "unknown",
}

#: Events of the contract's tables, and the event of the law that each one is.
EVENTS = {
    "action": "reminder_phone_email",
    "written_reminder": "reminder_phone_email",
    "formal_notice": "formal_notice_registered_letter",
    "registered_letter": "formal_notice_registered_letter",
    "part_payment": "acknowledgment_by_debtor",
    "acknowledgment": "acknowledgment_by_debtor",
    "plan_request": "acknowledgment_by_debtor",
    "written_promise": "acknowledgment_by_debtor",
    "spoken_promise": "spoken_promise",
    "signed_plan": "acknowledgment_by_debtor",
    "unsigned_plan": "negotiation_without_mediator",
    "payment_order_filed": "payment_order_application_filed",
    "payment_order_served": "payment_order_served",
    "suit_filed": "court_claim_including_interim",
    "seized": "conservatory_or_enforcement_measure",
    "small_claim_agreed": "small_claims_simplified_agreement",
    "declared_in_insolvency": "proof_of_claim_in_insolvency",
    "over_indebtedness": "overindebtedness_plan_or_request",
    "mediation_or_conciliation_agreed": "mediation_or_conciliation_agreed",
    "participative_procedure_agreement": "participative_procedure_agreement",
    "measure_of_inquiry_before_suit": "measure_of_inquiry_before_suit",
    "impossibility_to_act": "impossibility_to_act",
}

#: Events that interrupt a time-bar (forclusion) too: Code civil, art. 2241, 2244.
_INTERRUPTS_TIME_BAR = frozenset(
    {
        "court_claim_including_interim",
        "payment_order_served",
        "conservatory_or_enforcement_measure",
        "proof_of_claim_in_insolvency",
    }
)
#: Events after which no long stop holds: Code civil, art. 2232.
WITHOUT_LONG_STOP = frozenset({"suit_filed", "payment_order_served", "seized"})
_WRITTEN = frozenset({"written_reminder", "formal_notice", "registered_letter"})


def regime(debtor_kind: str, creditor_kind: str | None = "company") -> str:
    """Regime of limitation between a creditor and a debtor; an unknown debtor is ``unknown``.

    A creditor who is a natural person has no consumer period against a consumer.

    >>> regime("consumer"), regime("consumer", "natural_person"), regime("unknown")
    ('consumer', 'civil', 'unknown')
    """
    if creditor_kind == "natural_person" and debtor_kind not in ("public", "unknown"):
        return "civil"
    return REGIME_OF_DEBTOR[debtor_kind]


def limitation_on(start: date, months: int) -> date:
    """Last day on which a suit still stops the period; the claim is barred from the next day.

    Same day-number of the last month, or its last day; not prolonged to a working
    day, since that rule is for procedural time limits only.

    Source: Code civil, art. 2228, 2229; Code de procédure civile, art. 641.

    >>> limitation_on(date(2024, 2, 29), 24)
    datetime.date(2026, 2, 28)
    """
    return start + relativedelta(months=months)


def suspended(end: date, from_on: date, to_on: date) -> date:
    """End of a period that stood still from ``from_on`` to ``to_on``, six months left at least.

    Source: Code civil, art. 2230, 2238, 2239.

    >>> suspended(date(2026, 6, 1), date(2026, 5, 1), date(2026, 7, 1))
    datetime.date(2027, 1, 1)
    """
    if from_on >= end or to_on <= from_on:
        return end
    least = parameters.whole("limitation_events", "suspension_minimum_left_months", to_on)
    return max(end + (to_on - from_on), to_on + relativedelta(months=least))


def limitation_months(regime: str, nature: str, day: date) -> int | None:
    """Months of limitation for a claim, or None before the oldest parameter.

    >>> limitation_months("consumer", "contract", date(2026, 11, 21))
    24
    >>> limitation_months("unknown", "commercial_rent", date(2026, 11, 21))
    24
    """
    found = limitation_period(regime, nature, day)
    return None if found is None else found[0]


def limitation_period(regime: str, nature: str, day: date) -> tuple[int, Record] | None:
    """Months of limitation for a claim and the record that gives them; None before the oldest.

    ``regime`` is a key of ``REGIMES`` or ``unknown``, to which the strictest period applies;
    ``nature`` a claim nature or ``title``. Against a public body no period is longer than the
    four years of loi 68-1250. A nature whose own law had not begun falls back on the regime.
    """
    if regime == "unknown":
        regimes = [each for each in REGIMES if each != "public"]
        periods = [limitation_period(each, nature, day) for each in regimes]
        if nature != "title":
            periods.append(limitation_period("consumer", "other", day))
        return _shortest([period for period in periods if period is not None])
    general = _period(REGIMES[regime], day)
    own = _period(nature, day) if nature in OWN_PERIOD else None
    if own is None or general is None:
        return own or general
    return _shortest([own, general]) if regime == "public" else own


def _shortest(periods: list[tuple[int, Record]]) -> tuple[int, Record] | None:
    return min(periods, key=lambda period: period[0], default=None)


def _period(name: str, day: date) -> tuple[int, Record] | None:
    if not parameters.holds("limitation", name, day):
        return None
    return parameters.whole("limitation", name, day), parameters.record("limitation", name, day)


def months_of(regime_name: str, nature: str, day: date, agreed_months: int | None = None) -> int:
    """Months for a claim on a day; what professionals agreed counts between one and ten years.

    Source: Code civil, art. 2254; Code de la consommation, art. L218-1.

    >>> months_of("professional", "contract", date(2026, 11, 21), agreed_months=24)
    24
    """
    months = limitation_months(regime_name, nature, day)
    if months is None:
        raise NotYetLaw(f"No limitation period for {regime_name}, {nature} on {day}.")
    fixed = regime_name not in ("professional", "civil") or nature in agreed_not_for(day)
    if agreed_months is None or fixed:
        return months
    lowest = parameters.whole("limitation", "agreed_minimum", day)
    highest = parameters.whole("limitation", "agreed_maximum", day)
    return min(max(agreed_months, lowest), highest)


def agreed_not_for(day: date) -> tuple[str, ...]:
    """Natures of claims whose period no agreement may change on a day.

    Source: Code civil, art. 2254; Code des assurances, art. L114-3.
    """
    if not parameters.holds("limitation", "agreed_not_for", day):
        return ()
    found = parameters.value("limitation", "agreed_not_for", day)
    return tuple(map(str, found)) if isinstance(found, tuple) else ()


def effect(
    event: str, day: date, nature: str = "contract", regime_name: str = "professional"
) -> Effect:
    """What an event does to the period: interrupt (a new full one), suspend, or none.

    ``event`` is one of ``EVENTS`` or a name of the law's own table; see `effect_record`.

    >>> effect("formal_notice", date(2026, 11, 21)), effect("part_payment", date(2026, 11, 21))
    ('none', 'interrupt')
    """
    found = effect_record(event, day, nature, regime_name).value
    if found == "interrupt":
        return "interrupt"
    if found == "suspend":
        return "suspend"
    return "none"


def effect_record(
    event: str, day: date, nature: str = "contract", regime_name: str = "professional"
) -> Record:
    """The record that says what an event does to the period of a claim.

    A registered letter interrupts for an insurance premium, a written request for payment
    against a public body. The time-bar of consumer credit (forclusion) is never suspended, and
    only a suit or an enforcement measure interrupts it: the record is then that of the time-bar,
    whose value is no effect.

    Source: Code civil, art. 2220, 2238 to 2244; Code des assurances, art. L114-2; loi 68-1250,
    art. 2; Code de la consommation, art. R312-35.
    """
    name = EVENTS.get(event, event)
    if nature == "insurance_premium" and event == "registered_letter":
        name = "registered_letter_on_insurance_premium"
    elif regime_name == "public" and event in _WRITTEN and nature != "title":
        name = "written_claim_on_public_body"
    record = parameters.record("limitation_events", name, day)
    if nature == "consumer_credit" and name not in _INTERRUPTS_TIME_BAR:
        return parameters.record("limitation", "consumer_credit", day)
    return record


def events(day: date) -> list[Record]:
    """The whole table of events as it stands on a day."""
    return [
        parameters.record("limitation_events", name, day)
        for name, parameter in parameters.load()["limitation_events"].items()
        if parameter.unit == "effect" and parameter.records[0].from_on <= day
    ]
