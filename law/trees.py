"""Each course as a small tree: what is asked at each turn, how likely, at what cost, and when.

The chances, costs and times are those of ``law.terms``, from which the value of a suit starts;
here they stand in the order in which they happen. Not legal advice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from law import costs, parameters
from law.costs import CostLine
from law.facts import SuitFacts
from law.gates import COURSES
from law.parameters import Range
from law.terms import CourseTerms, course_terms


@dataclass(frozen=True, slots=True)
class End:
    """How a course may end; words: ``ends`` of ``law/words.yaml``."""

    code: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a course: a question with two answers; words: ``turns``.

    ``chance``: of yes, once one got here; ``in_part``: of those, the share granted in part only.
    ``costs``: laid out for the answer, net of the VAT that the creditor recovers. ``days``: from
    the decision to sue until the answer, low, central and high; None where nobody knows it apart.
    """

    code: str
    chance: Range
    yes: Turn | End
    no: Turn | End
    costs: tuple[CostLine, ...] = ()
    days: Range | None = None
    in_part: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Way:
    """One way through a tree: answers given, its end, its chance, outlay (EUR) and days."""

    answers: tuple[tuple[str, bool], ...]
    end: str
    chance: Decimal
    outlay: Decimal
    days: Decimal | None


def tree(course: str, facts: SuitFacts, paying: tuple[Decimal, Decimal] | None = None) -> Turn:
    """The tree of a course for a suit.

    ``paying``: chances that the debtor pays all, and anything, without a judge (of the recovery
    model); needed for the courses out of court only, where the law knows no chance.

    >>> from datetime import date
    >>> facts = SuitFacts(Decimal(4000), date(2026, 11, 21), debtor_kind="company", has_order=True)
    >>> turn = tree("payment_order", facts)
    >>> turn.code, turn.yes.code, [line.code for line in turn.yes.costs]
    ('granted', 'opposed', ['service_of_judgment_or_order'])
    """
    if course not in COURSES:
        raise ValueError(f"No course {course!r}; known: {', '.join(COURSES)}.")
    if course in _CALM:
        return _CALM[course](facts, paying or (Decimal(0), Decimal(0)))
    return _TREES[course](course, course_terms(course, facts), facts)


def ways(turn: Turn | End) -> Iterator[Way]:
    """Every way through a tree, yes before no; the chances add up to one.

    >>> from datetime import date
    >>> facts = SuitFacts(Decimal(4000), date(2026, 11, 21), debtor_kind="company", has_order=True)
    >>> [(way.end, f"{way.chance:.3f}") for way in ways(tree("merits", facts))]
    [('paid', '0.404'), ('unpaid', '0.446'), ('lost', '0.150')]
    """
    yield from _ways(turn, (), Decimal(1), Decimal(0), None)


def _ways(
    turn: Turn | End,
    answers: tuple[tuple[str, bool], ...],
    chance: Decimal,
    outlay: Decimal,
    days: Decimal | None,
) -> Iterator[Way]:
    if isinstance(turn, End):
        yield Way(answers, turn.code, chance, outlay, days)
        return
    spent = outlay + costs.total(list(turn.costs)).central
    until = days if turn.days is None else turn.days.central
    for said, branch in ((True, turn.yes), (False, turn.no)):
        share = turn.chance.central if said else 1 - turn.chance.central
        if share > 0:
            yield from _ways(branch, (*answers, (turn.code, said)), chance * share, spent, until)


def _enforced(terms: CourseTerms, facts: SuitFacts, titled: Range | None) -> Turn:
    """From the title to the money: one seizure of accounts, then paid or not."""
    days = None if titled is None else _added(titled, terms.days_enforcement)
    return Turn(
        "enforced",
        terms.p_enforced,
        End("paid"),
        End("unpaid"),
        tuple(costs.enforcement_outlays(facts)),
        days,
    )


def _order(course: str, terms: CourseTerms, facts: SuitFacts) -> Turn:
    """On documents first; an opposition turns it into a suit on the merits (CPC 1405 to 1422)."""
    outlays = costs.outlays(course, facts)
    served = [line for line in outlays if line.code == "service_of_judgment_or_order"]
    filed = [line for line in outlays if line not in served]
    won = Turn(
        "won",
        terms.p_won_if_opposed,
        _enforced(terms, facts, terms.days_if_opposed),
        End("lost"),
        tuple(costs.contested_outlays(course, facts)),
        terms.days_if_opposed,
    )
    opposed = Turn(
        "opposed",
        terms.p_opposed,
        won,
        _enforced(terms, facts, terms.days_to_title),
        tuple(served),
        terms.days_to_title,
    )
    name = ("payment_order_statistics", "days_to_order")
    until_order = parameters.number(*name, parameters.begun(*name, facts.as_of))
    in_part = ("payment_order_statistics", "partial_among_accepted")
    return Turn(
        "granted",
        terms.p_granted,
        opposed,
        End("refused"),
        tuple(filed),
        Range(until_order, until_order, until_order),
        parameters.number(*in_part, parameters.begun(*in_part, facts.as_of)),
    )


def _judged(course: str, terms: CourseTerms, facts: SuitFacts) -> Turn:
    """Both sides are heard: the judge grants the claim or not."""
    refused = End("refused" if course == "summary" else "lost")
    return Turn(
        "granted" if course == "summary" else "won",
        terms.p_granted,
        _enforced(terms, facts, terms.days_to_title),
        refused,
        tuple(costs.outlays(course, facts)),
        terms.days_to_title,
    )


def _by_officer(course: str, terms: CourseTerms, facts: SuitFacts) -> Turn:
    """No judge: the debtor agrees, or lets the time pass (CPCE L125-1, L126-1; CMF L131-73)."""
    code = {"small_claim": "agreed", "cheque_certificate": "certified"}.get(course, "unanswered")
    return Turn(
        code,
        terms.p_granted,
        _enforced(terms, facts, terms.days_to_title),
        End("refused"),
        tuple(costs.outlays(course, facts)),
        terms.days_to_title,
    )


def _title(course: str, terms: CourseTerms, facts: SuitFacts) -> Turn:
    """The title is there: only the seizure is left."""
    nothing = Range(Decimal(0), Decimal(0), Decimal(0))
    return _enforced(terms, facts, nothing)


_TREES: Mapping[str, Callable[[str, CourseTerms, SuitFacts], Turn]] = {
    "payment_order": _order,
    "european_order": _order,
    "summary": _judged,
    "merits": _judged,
    "tj_request": _judged,
    "european_small_claim": _judged,
    "small_claim": _by_officer,
    "cheque_certificate": _by_officer,
    "uncontested_commercial": _by_officer,
    "enforcement": _title,
}


def _paid(facts: SuitFacts, paying: tuple[Decimal, Decimal]) -> Turn:
    """All of it, a part, or nothing, without a judge."""
    full, some = paying[0], max(paying)
    rest = (some - full) / (1 - full) if full < 1 else Decimal(0)
    part = Turn("pays_part", _sure(rest), End("paid_in_part"), End("unpaid"))
    return Turn("pays_all", _sure(full), End("paid"), part)


def _written_off(facts: SuitFacts, paying: tuple[Decimal, Decimal]) -> Turn:
    """What is left is the VAT, where the law lets it come back (CGI 272-1)."""
    sure = facts.vat_comes_back and facts.insolvency == "liquidation"
    return Turn("vat_back", _sure(Decimal(int(sure))), End("vat_recovered"), End("unpaid"))


_CALM: Mapping[str, Callable[[SuitFacts, tuple[Decimal, Decimal]], Turn]] = {
    "amicable": _paid,
    "plan": _paid,
    "agency": _paid,
    "write_off": _written_off,
}


def _sure(share: Decimal) -> Range:
    return Range(share, share, share)


def _added(one: Range, other: Range) -> Range:
    return Range(one.low + other.low, one.central + other.central, one.high + other.high)
