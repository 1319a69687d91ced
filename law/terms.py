"""The terms of each course: costs, chances and times, with the records they come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from law import costs, parameters
from law.costs import NOTHING
from law.courts import court_kind, lawyer_required
from law.facts import SuitFacts
from law.parameters import Range, Record, Scale

DAYS_A_MONTH = Decimal(30)
CERTAIN = Range(Decimal(1), Decimal(1), Decimal(1))


@dataclass(frozen=True, slots=True)
class CourseTerms:
    """What one course costs, how it may end, and when; the numbers a decision is made of.

    Amounts in EUR, net of the VAT that the creditor recovers; ranges are low, central, high.
    ``advance_cost``: paid up to the title. ``contested_extra_cost``: on top when opposed.
    ``enforcement_cost``: advanced to enforce. ``recoverable_costs``: of advance and enforcement,
    what a losing debtor who pays gives back. ``collection_scale`` times ``cost_factor``: the fee
    on sums collected that stays on the creditor; ``commission``: share kept by an agency.
    ``p_enforced``: any cash given a title. ``sources``: each record used, once.
    """

    course: str
    advance_cost: Range
    contested_extra_cost: Range
    contested_recoverable: Range
    enforcement_cost: Range
    recoverable_costs: Range
    article_700: Range
    collection_scale: Scale | None
    cost_factor: Decimal
    commission: Range
    lawyer_required: bool
    p_granted: Range
    p_opposed: Range
    p_won_if_opposed: Range
    p_enforced: Range
    days_to_title: Range
    days_if_opposed: Range
    days_enforcement: Range
    sources: tuple[Record, ...]

    def creditor_collection_fee(self, collected: Decimal) -> Decimal:
        """What stays on the creditor when so much is collected, EUR net of recoverable VAT."""
        scale = Decimal(0)
        if self.collection_scale is not None:
            scale = self.collection_scale.fee(collected) * self.cost_factor
        return scale + collected * self.commission.central * self.cost_factor


def course_terms(course: str, facts: SuitFacts, as_of: date | None = None) -> CourseTerms:
    """Terms of a course for a suit, as they stand on ``facts.as_of``.

    Admissibility is another question: see ``law.procedures.gates``.

    >>> facts = SuitFacts(Decimal(10000), date(2026, 10, 1), debtor_kind="company")
    >>> terms = course_terms("payment_order", facts)
    >>> terms.advance_cost.central.quantize(Decimal("0.01"))
    Decimal('86.17')
    """
    if as_of is not None and as_of != facts.as_of:
        raise ValueError("as_of differs from the day of the facts")
    used: list[Record] = []
    outlays = costs.outlays(course, facts)
    contested = costs.contested_outlays(course, facts)
    in_court = course not in ("amicable", "plan", "agency", "write_off")
    enforcing = costs.enforcement_outlays(facts) if in_court else []
    for line in [*outlays, *contested, *enforcing]:
        used += line.records
    commission = NOTHING
    if course == "agency":
        commission, record = costs.agency_commission(facts)
        used.append(record)
    scale = None
    if in_court:
        scale = costs.collection_scale(facts.as_of)
        used.append(_standing("commissaire_scales", "collection_fee_creditor", facts.as_of))
    granted, opposed, won = _chances(course, facts, used)
    to_title, if_opposed = _times(course, facts, used)
    return CourseTerms(
        course=course,
        advance_cost=costs.total(outlays),
        contested_extra_cost=costs.total(contested),
        contested_recoverable=costs.total(contested, on_loser_only=True),
        enforcement_cost=costs.total(enforcing),
        recoverable_costs=costs.total([*outlays, *enforcing], on_loser_only=True),
        article_700=costs.article_700(course, facts),
        collection_scale=scale,
        cost_factor=costs.vat_factor(facts),
        commission=commission,
        lawyer_required=lawyer_required(course, facts),
        p_granted=granted,
        p_opposed=opposed,
        p_won_if_opposed=won,
        p_enforced=_enforced(facts, used) if in_court else NOTHING,
        days_to_title=to_title,
        days_if_opposed=if_opposed,
        days_enforcement=_prior("days_garnishee_after_title", facts, used) if in_court else NOTHING,
        sources=_once(used),
    )


def founded(course: str, facts: SuitFacts) -> dict[str, tuple[Record, ...]]:
    """The records that each figure of a course in court comes from, by the input it feeds.

    >>> facts = SuitFacts(
    ...     Decimal(10000), date(2026, 10, 1), debtor_kind="company", has_order=True
    ... )
    >>> {name: [each.name for each in found]
    ...  for name, found in founded("summary", facts).items() if name in ("p_granted", "time")}
    {'p_granted': ['interim_granted_if_uncontested'], 'time': ['days_interim_tc', \
'days_garnishee_after_title']}
    """
    turns: list[Record] = []
    _chances(course, facts, turns)
    names = ("p_granted", "p_opposed", "p_won")
    found = {name: (each,) for name, each in zip(names, turns, strict=False)}
    enforced: list[Record] = []
    _enforced(facts, enforced)
    times: list[Record] = []
    _times(course, facts, times)
    _prior("days_garnishee_after_title", facts, times)
    lines = [
        *costs.outlays(course, facts),
        *costs.contested_outlays(course, facts),
        *costs.enforcement_outlays(facts),
    ]
    paid = [record for line in lines for record in line.records]
    paid.append(_standing("commissaire_scales", "collection_fee_creditor", facts.as_of))
    return {
        **found,
        "p_collect": _once(enforced),
        "time": _once(times),
        "costs": _once(paid),
    }


def _once(used: list[Record]) -> tuple[Record, ...]:
    return tuple({(each.subject, each.name, each.from_on): each for each in used}.values())


def _standing(subject: str, name: str, day: date) -> Record:
    return parameters.record(subject, name, parameters.begun(subject, name, day))


def _prior(name: str, facts: SuitFacts, used: list[Record]) -> Range:
    record = _standing("priors", name, facts.as_of)
    used.append(record)
    assert isinstance(record.value, Range)
    return record.value


def _chances(course: str, facts: SuitFacts, used: list[Record]) -> tuple[Range, Range, Range]:
    """Chance of a title at first, of an opposition, and of winning after it."""
    documented = _merits(facts)
    if course in ("payment_order", "european_order"):
        return (
            _prior(_granted(facts), facts, used),
            _prior(_opposition(facts), facts, used),
            _prior(documented, facts, used),
        )
    if course == "summary":
        # What is neither proved nor undisputed is closed to it (art. 835 and 873 CPC); where such a
        # claim went there all the same, the judge saw a case on its merits.
        sure = facts.is_documented and not facts.has_serious_dispute
        name = "interim_granted_if_uncontested" if sure else documented
        return _prior(name, facts, used), NOTHING, CERTAIN
    if course in ("merits", "tj_request", "european_small_claim"):
        return _prior(documented, facts, used), NOTHING, CERTAIN
    if course in ("small_claim", "uncontested_commercial"):
        return _prior("small_claim_agreed", facts, used), NOTHING, CERTAIN
    if course == "cheque_certificate":
        return _prior("cheque_title_issued", facts, used), NOTHING, CERTAIN
    if course == "enforcement":
        return CERTAIN, NOTHING, CERTAIN
    return NOTHING, NOTHING, NOTHING


def _merits(facts: SuitFacts) -> str:
    if not facts.is_documented:
        return "merits_won_if_undocumented"
    return "merits_won_if_disputed" if facts.has_serious_dispute else "merits_won_if_documented"


def _granted(facts: SuitFacts) -> str:
    """Judges look at the exhibits only: what is proved is granted more often."""
    return f"payment_order_granted{'_if_documented' * facts.is_documented}"


def _opposition(facts: SuitFacts) -> str:
    if facts.has_serious_dispute:
        return "payment_order_opposed_if_disputed"
    consumer = facts.debtor_kind in ("consumer", "unknown")
    return "payment_order_opposed_b2c" if consumer else "payment_order_opposed_b2b"


def _times(course: str, facts: SuitFacts, used: list[Record]) -> tuple[Range, Range]:
    """Days to the title, and to the title when the debtor opposes."""
    civil = court_kind(facts) != "commercial"
    names = {
        "payment_order": "days_payment_order_tj_unopposed"
        if civil
        else "days_payment_order_tc_unopposed",
        "small_claim": "days_small_claims_simplified",
        "summary": "days_interim_tj" if civil else "days_interim_tc",
        "merits": "days_merits_tj" if civil else "days_merits_tc",
        "tj_request": "days_tj_request",
        "european_order": "days_european_order",
        "european_small_claim": "days_european_small_claim",
        "cheque_certificate": "days_cheque_certificate",
        "uncontested_commercial": "days_uncontested_commercial",
        "amicable": "days_amicable_phase",
        "agency": "days_amicable_phase",
        "plan": "days_amicable_phase",
    }
    if course not in names:
        return NOTHING, NOTHING
    to_title = _prior(names[course], facts, used)
    if course == "payment_order":
        to_title = _sooner(to_title, names[course], facts)
    if course in ("payment_order", "european_order"):
        return to_title, _prior("days_payment_order_opposed_tc", facts, used)
    return to_title, to_title


def _sooner(days: Range, prior: str, facts: SuitFacts) -> Range:
    """Days to an enforceable order, less the wait that the law did not ask for on that day yet.

    The prior counts the wait of its own first day (CPC 1422); an older order waits less.
    """
    name = ("payment_order", "enforcement_wait_months_after_service")
    today, then = (
        parameters.whole(*name, parameters.begun(*name, day))
        for day in (facts.as_of, parameters.history("priors", prior)[0].from_on)
    )
    less = (then - today) * DAYS_A_MONTH
    return Range(*(max(each - less, Decimal(0)) for each in (days.low, days.central, days.high)))


def _enforced(facts: SuitFacts, used: list[Record]) -> Range:
    """Chance of any cash given a title, by kind and solvency; between the two if unknown."""
    natural = facts.debtor_kind in ("consumer", "unknown")
    strong = "employee_debtor" if natural else "solvent_company"
    weak = "debtor_on_benefits" if natural else "fragile_company"
    good = _prior(f"enforcement_success_{strong}", facts, used)
    bad = _prior(f"enforcement_success_{weak}", facts, used)
    score = facts.solvency_score
    if score is not None:
        solvent = _standing("priors", "solvent_from_score", facts.as_of)
        fragile = _standing("priors", "fragile_below_score", facts.as_of)
        used += [solvent, fragile]
        assert isinstance(solvent.value, Decimal)
        assert isinstance(fragile.value, Decimal)
        if score >= solvent.value:
            return good
        if score < fragile.value:
            return bad
    # Of either kind as likely: what is not known is the mean of both, known as well as they are.
    return Range(
        (good.low + bad.low) / 2, (good.central + bad.central) / 2, (good.high + bad.high) / 2
    )
