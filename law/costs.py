"""What a course costs, net of the VAT that the creditor recovers, and what comes back.

Regulated fees are those of the day of the act; prices of free professions are ranges. Postage
is left out, as in the tariff's own examples. Not legal advice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from law import parameters
from law.courts import TAE_DEPARTMENTS, court_kind, is_civil_court, lawyer_required
from law.facts import SuitFacts
from law.parameters import Range, Record, Scale

NOTHING = Range(Decimal(0), Decimal(0), Decimal(0))
#: Courses for whose filing the contribution for economic justice may be due.
CONTRIBUTING = frozenset({"payment_order", "summary", "merits"})
#: Up to this claim agencies quote their rate for small ones, EUR; beyond these days, for old ones.
AGENCY_SMALL_CLAIM = Decimal(2500)
AGENCY_OLD_DAYS = (365, 730)


@dataclass(frozen=True, slots=True)
class CostLine:
    """One outlay in EUR, net of recoverable VAT; ``on_loser``: part of the costs (dépens)."""

    code: str
    amount: Range
    on_loser: bool
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """The TAE contribution: ``due`` is None where the facts do not settle it."""

    due: bool | None
    amount: Range
    records: tuple[Record, ...] = ()


def vat_factor(facts: SuitFacts) -> Decimal:
    """By what an amount before tax is multiplied: 1 for a creditor that deducts VAT."""
    if facts.recovers_vat:
        return Decimal(1)
    return 1 + parameters.number("vat", "standard_rate", _begun("vat", "standard_rate", facts))


def officer_act(act: str, claim: Decimal, day: date) -> Decimal:
    """Price of one act of an enforcement officer, in EUR before tax, postage left out.

    Fixed fee times the coefficient of the claim, plus travel.

    Source: Code de commerce, art. A444-10 and following, A444-46, A444-48.

    >>> officer_act("service_of_judgment_or_order", Decimal(10000), date(2026, 10, 1))
    Decimal('60.980')
    """
    fee, times, travel = _act_records(act, day)
    assert isinstance(fee.value, Decimal)
    assert isinstance(times.value, Scale)
    assert isinstance(travel.value, Decimal)
    return fee.value * times.value.at(claim) + travel.value


def registry_fee(name: str, day: date) -> Decimal:
    """A fee of the commercial registry in EUR including tax, the central one of a range."""
    return _central("court_fees", name, day).central


def collection_fee(collected: Decimal, day: date, *, payer: str) -> Decimal:
    """Fee on sums collected, EUR before tax; ``payer`` is ``creditor`` or ``debtor``.

    Source: Code de commerce, art. A444-31 (debtor), A444-32 (creditor); both add up (R444-55).

    >>> collection_fee(Decimal(10000), date(2020, 3, 1), payer="debtor")
    Decimal('98.0985')
    """
    return collection_scale(day, payer=payer).fee(collected)


def collection_scale(day: date, *, payer: str = "creditor") -> Scale:
    """The tariff behind ``collection_fee``."""
    name = ("commissaire_scales", f"collection_fee_{payer}")
    return parameters.scale(*name, parameters.begun(*name, day))


def tae_contribution(facts: SuitFacts) -> Contribution:
    """Contribution for economic justice, due at filing before twelve commercial courts.

    Which court it is follows from a loaded table of communes, else from the postcode in three
    departments only; elsewhere, and where headcount, turnover or profit is unknown, the answer
    is a range and ``due`` is None. It is measured on all that is asked, interest and indemnities
    included, costs and art. 700 left out.

    Source: loi 2023-1059, art. 27; décret 2024-1225.
    """
    if facts.creditor_kind == "public" or facts.before_tae is False:
        return Contribution(False, NOTHING)
    day, names = facts.as_of, ("tae_min_claims", "tae_legal_person", "tae_exempt_below_headcount")
    held = all(parameters.holds("court_fees", name, day) for name in names)
    if not held or court_kind(facts) != "commercial":
        return Contribution(False, NOTHING)
    small = facts.claimed <= parameters.number("court_fees", "tae_min_claims", day)
    least = parameters.number("court_fees", "tae_exempt_below_headcount", day)
    if small or (facts.headcount is not None and facts.headcount < least):
        return Contribution(False, NOTHING)
    records = tuple(parameters.record("court_fees", name, day) for name in names)
    natural = facts.creditor_kind in ("natural_person", "sole_trader")
    if natural:
        # The income of a natural person is not among the facts: only its bounds are known.
        worst = _worst("tae_natural_person", facts)
        return Contribution(None, Range(Decimal(0), Decimal(0), worst), records)
    known = None not in (facts.headcount, facts.turnover, facts.profit)
    if not known:
        worst = _worst("tae_legal_person", facts)
        return Contribution(None, Range(Decimal(0), Decimal(0), worst), records)
    owed = _owed(facts)
    if owed == 0:
        return Contribution(False, NOTHING, records)
    if facts.before_tae or (facts.postcode or "")[:2] in TAE_DEPARTMENTS:
        return Contribution(True, Range(owed, owed, owed), records)
    return Contribution(None, Range(Decimal(0), Decimal(0), owed), records)


def legal_aid_contribution(course: str, facts: SuitFacts) -> Decimal:
    """Contribution for legal aid before the civil court; not for payment orders.

    Source: Code général des impôts, art. 1635 bis Q (start and exemptions still to verify).
    """
    name = ("court_fees", "legal_aid_contribution")
    subject = course in ("summary", "merits", "tj_request", "european_small_claim")
    if not subject or not is_civil_court(facts) or not parameters.holds(*name, facts.as_of):
        return Decimal(0)
    return parameters.number(*name, facts.as_of)


def outlays(course: str, facts: SuitFacts) -> list[CostLine]:
    """What the creditor advances up to the title; nothing for courses without a judge."""
    lines: list[CostLine] = []
    if course == "payment_order":
        if court_kind(facts) == "commercial":
            lines.append(_registry("tc_payment_order_ttc", facts))
        lines.append(_act("service_of_judgment_or_order", facts))
    elif course == "small_claim":
        lines += [_fee(name, facts) for name in ("small_claims_file_ht", "small_claims_title_ht")]
    elif course in ("summary", "merits"):
        registry = {"summary": "tc_interim_two_parties_ttc", "merits": "tc_merits_two_parties_ttc"}
        lines.append(_act("summons", facts))
        if court_kind(facts) == "commercial":
            lines.append(_registry(registry[course], facts))
        lines.append(_act("service_of_judgment_or_order", facts))
    elif course in ("tj_request", "european_small_claim"):
        lines.append(_act("service_of_judgment_or_order", facts))
    elif course == "european_order":
        if facts.debtor_kind in ("company", "sole_trader"):
            lines.append(_registry("tc_payment_order_ttc", facts))
        lines.append(_act("service_of_judgment_or_order", facts))
    elif course == "cheque_certificate":
        lines.append(_act("service_unpaid_cheque_certificate", facts))
    elif course == "uncontested_commercial":
        lines.append(_act("command_before_movable_sale", facts))
        lines.append(_act("service_of_judgment_or_order", facts))
    lines += _lawyer(course, facts)
    lines += _contributions(course, facts)
    return lines


def contested_outlays(course: str, facts: SuitFacts) -> list[CostLine]:
    """What comes on top when the debtor opposes a payment order."""
    if course not in ("payment_order", "european_order"):
        return []
    lines: list[CostLine] = []
    if court_kind(facts) == "commercial" or facts.country != "FR":
        lines.append(_registry("tc_opposition_deposit_ttc", facts))
    else:
        lines.append(_act("service_of_judgment_or_order", facts))
    if lawyer_required("merits", facts):
        lines.append(_market("lawyer_merits_tc_ht", facts))
    return lines


def enforcement_outlays(facts: SuitFacts) -> list[CostLine]:
    """One seizure of a bank account: search, seizure, certificate; on the debtor once paid.

    Source: Code des procédures civiles d'exécution, art. L111-8 al. 1, L211-1, L152-1.
    """
    plain = [
        _fee(name, facts) for name in ("information_request", "certificate_of_non_contestation")
    ]
    return [plain[0], _act("garnishee_seizure", facts), plain[1]]


#: Acts of each measure of enforcement: always, where it finds something, where it finds nothing.
_MEASURES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "accounts": (
        ("information_request",),
        ("garnishee_seizure", "certificate_of_non_contestation"),
        ("garnishee_negative_account",),
    ),
    # The price of the order to pay before wages was not read: that before movables stands in.
    "wages": (
        ("information_request", "command_before_movable_sale", "wage_seizure_surcharge"),
        ("wage_seizure_request",),
        (),
    ),
    "movables": (
        ("command_before_movable_sale",),
        ("movable_sale_seizure",),
        ("record_of_nothing_to_seize",),
    ),
    "vehicle": (("information_request",), ("vehicle_declaration_seizure",), ()),
    "shares": (("seizure_shares",), (), ()),
}
_WITHOUT_TRAVEL = frozenset(
    {
        "information_request",
        "certificate_of_non_contestation",
        "wage_seizure_request",
        "wage_seizure_surcharge",
    }
)


def measure_outlays(measure: str, facts: SuitFacts, *, finds: bool) -> list[CostLine]:
    """Acts of one measure of enforcement, as it finds something to seize or not.

    Source: Code de commerce, art. A444-10 and following; on the debtor once paid (CPCE L111-8).

    >>> from datetime import date
    >>> facts = SuitFacts(Decimal(4000), date(2026, 11, 21))
    >>> [line.code for line in measure_outlays("accounts", facts, finds=False)]
    ['information_request', 'garnishee_negative_account']
    """
    always, found, nothing = _MEASURES[measure]
    acts = always + (found if finds else nothing)
    return [_fee(act, facts) if act in _WITHOUT_TRAVEL else _act(act, facts) for act in acts]


def article_700(course: str, facts: SuitFacts) -> Range:
    """What a court usually grants the winner towards the lawyer; at its discretion."""
    names = {
        "payment_order": "article_700_payment_order",
        "summary": "article_700_interim",
        "merits": "article_700_merits_tc",
    }
    if course not in names:
        return NOTHING
    return _central("market_prices", names[course], facts.as_of)


def agency_commission(facts: SuitFacts) -> tuple[Range, Record]:
    """Success fee of a collection agency, as a fraction of what is recovered."""
    days = (facts.as_of - facts.oldest_due_on).days if facts.oldest_due_on else 0
    old, very_old = AGENCY_OLD_DAYS
    if facts.has_title or days > very_old:
        name = "agency_post_judgment_or_very_old"
    elif days > old or facts.debtor_kind in ("consumer", "unknown"):
        name = "agency_consumer_or_old"
    elif facts.amount <= AGENCY_SMALL_CLAIM:
        name = "agency_business_small"
    else:
        name = "agency_business_recent"
    day = _begun("market_prices", name, facts)
    return parameters.spread("market_prices", name, day), parameters.record(
        "market_prices", name, day
    )


def total(lines: list[CostLine], *, on_loser_only: bool = False) -> Range:
    """Sum of lines; with ``on_loser_only`` of those that the loser pays back."""
    kept = [line.amount for line in lines if line.on_loser or not on_loser_only]
    return Range(
        sum((each.low for each in kept), Decimal(0)),
        sum((each.central for each in kept), Decimal(0)),
        sum((each.high for each in kept), Decimal(0)),
    )


def _begun(subject: str, name: str, facts: SuitFacts) -> date:
    return parameters.begun(subject, name, facts.as_of)


def _central(subject: str, name: str, day: date) -> Range:
    found = parameters.value(subject, name, parameters.begun(subject, name, day))
    if isinstance(found, Range):
        return found
    exact = parameters.number(subject, name, parameters.begun(subject, name, day))
    return Range(exact, exact, exact)


def _times(amount: Range, factor: Decimal) -> Range:
    return Range(amount.low * factor, amount.central * factor, amount.high * factor)


def _act_records(act: str, day: date) -> tuple[Record, Record, Record]:
    names = (
        ("commissaire_fees", act),
        ("commissaire_scales", "coefficient"),
        ("commissaire_scales", "travel_fee"),
    )
    fee, times, travel = (parameters.record(*name, parameters.begun(*name, day)) for name in names)
    return fee, times, travel


def _act(act: str, facts: SuitFacts) -> CostLine:
    price = officer_act(act, facts.amount, facts.as_of) * vat_factor(facts)
    records = _act_records(act, facts.as_of)
    return CostLine(act, Range(price, price, price), True, records)


def _registry(name: str, facts: SuitFacts) -> CostLine:
    day = _begun("court_fees", name, facts)
    factor = Decimal(1)
    if facts.recovers_vat:
        factor = 1 / (1 + parameters.number("vat", "standard_rate", day))
    amount = _times(_central("court_fees", name, day), factor)
    return CostLine(name, amount, True, (parameters.record("court_fees", name, day),))


def _fee(name: str, facts: SuitFacts) -> CostLine:
    subject = "court_fees" if name.startswith("small_claims") else "commissaire_fees"
    subject = "commissaire_scales" if name == "wage_seizure_surcharge" else subject
    day = _begun(subject, name, facts)
    amount = _times(_central(subject, name, day), vat_factor(facts))
    # The simplified procedure stays on the creditor whatever comes of it (CPCE, art. L125-1).
    on_loser = subject != "court_fees"
    return CostLine(name, amount, on_loser, (parameters.record(subject, name, day),))


def _market(name: str, facts: SuitFacts) -> CostLine:
    day = _begun("market_prices", name, facts)
    amount = _times(_central("market_prices", name, day), vat_factor(facts))
    return CostLine(name, amount, False, (parameters.record("market_prices", name, day),))


def _lawyer(course: str, facts: SuitFacts) -> list[CostLine]:
    if not lawyer_required(course, facts):
        return []
    lines = [_market({"summary": "lawyer_interim_ht"}.get(course, "lawyer_merits_tc_ht"), facts)]
    if is_civil_court(facts):
        day = _begun("court_fees", "lawyer_plea_duty", facts)
        duty = _central("court_fees", "lawyer_plea_duty", day)
        record = parameters.record("court_fees", "lawyer_plea_duty", day)
        lines.append(CostLine("lawyer_plea_duty", duty, True, (record,)))
    return lines


def _contributions(course: str, facts: SuitFacts) -> list[CostLine]:
    lines: list[CostLine] = []
    aid = legal_aid_contribution(course, facts)
    if aid > 0:
        record = parameters.record("court_fees", "legal_aid_contribution", facts.as_of)
        lines.append(CostLine("legal_aid_contribution", Range(aid, aid, aid), True, (record,)))
    if course in CONTRIBUTING:
        owed = tae_contribution(facts)
        if owed.amount.high > 0:
            lines.append(CostLine("tae_contribution", owed.amount, True, owed.records))
    return lines


def _tiers(name: str, day: date) -> tuple[dict[str, Decimal | None], ...]:
    found = parameters.value("court_fees", name, day)
    assert isinstance(found, tuple)
    return found


def _worst(name: str, facts: SuitFacts) -> Decimal:
    """The most that any tier asks of these claims."""
    return max(_share(tier, facts.claimed) for tier in _tiers(name, facts.as_of))


def _share(tier: dict[str, Decimal | None], amount: Decimal) -> Decimal:
    rate, cap = tier["rate"], tier["cap"]
    assert rate is not None
    assert cap is not None
    return min(amount * rate, cap)


def _owed(facts: SuitFacts) -> Decimal:
    """What a legal person whose figures are known owes before a TAE."""
    assert facts.turnover is not None
    assert facts.profit is not None
    for tier in reversed(_tiers("tae_legal_person", facts.as_of)):
        from_turnover, least = tier["turnover_from"], tier["min_profit"]
        assert from_turnover is not None
        assert least is not None
        if facts.turnover > from_turnover and facts.profit > least:
            return _share(tier, facts.claimed)
    return Decimal(0)
