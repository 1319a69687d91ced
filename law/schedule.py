"""The time limits of a course once it begins: how long, by which text, by which day if known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from law import parameters
from law.courts import court_kind, is_civil_court
from law.distance import Residence, distance, residence
from law.facts import SuitFacts
from law.parameters import Record
from law.procedures import enforceable_on, opposition_until, service_deadline


class Limit(NamedTuple):
    """A time limit: ``number`` of months or days as ``record`` says; ``on`` where it is known.

    Words for ``code``: ``limits`` of ``law/words.yaml``.
    """

    code: str
    number: int
    on: date | None
    record: Record


_Name = tuple[str, str, str]
_PROCEDURE, _ORDER = "procedures", "payment_order"
_SUMMONS_TC: tuple[_Name, ...] = (
    ("serve_summons", _PROCEDURE, "tc_summons_days_before_hearing"),
    ("file_summons", _PROCEDURE, "tc_filing_days_before_hearing"),
)
_SUMMONS_TJ: tuple[_Name, ...] = (("file_summons", _PROCEDURE, "tj_filing_days_before_hearing"),)
_JUDGMENT: tuple[_Name, ...] = (
    ("serve_default", _PROCEDURE, "default_judgment_service_months"),
    ("appeal", _PROCEDURE, "merits_appeal_months"),
)
_OPPOSED_TC: tuple[_Name, ...] = (("deposit_fees", _ORDER, "tc_fee_deposit_days"),)
_OPPOSED_TJ: tuple[_Name, ...] = (
    ("instruct_after_opposition", _ORDER, "tj_lawyer_appointment_days_after_opposition"),
)
_OWN: Mapping[str, tuple[_Name, ...]] = {
    "summary": (("appeal_order", _PROCEDURE, "interim_appeal_days"),),
    "merits": _JUDGMENT,
    "tj_request": _JUDGMENT,
    "european_order": (("european_opposition", _PROCEDURE, "european_order_opposition_days"),),
    "small_claim": (("debtor_answers", _PROCEDURE, "small_claims_answer_months"),),
    "cheque_certificate": (("cheque_title", _PROCEDURE, "cheque_title_wait_days"),),
}


def limits(course: str, facts: SuitFacts) -> tuple[Limit, ...]:
    """Limits of a course filed on the day of the facts, in the order in which they come.

    Of an order, the day it is expected decides which law holds (décret 2026-96, art. 9).

    >>> from decimal import Decimal
    >>> found = limits("payment_order", SuitFacts(Decimal(4000), date(2026, 11, 21)))
    >>> [(limit.code, limit.number, str(limit.on)) for limit in found][:2]
    [('order_expected', 36, '2026-12-27'), ('serve_order', 3, '2027-03-27')]
    """
    commercial = court_kind(facts) == "commercial"
    if course == _ORDER:
        opposed = _OPPOSED_TC if commercial else _OPPOSED_TJ if is_civil_court(facts) else ()
        return (*_of_order(facts), *_all(opposed, facts.as_of), *_far(facts))
    summons = _SUMMONS_TC if commercial else _SUMMONS_TJ
    summoned = summons if course in ("summary", "merits") else ()
    far = _far(facts) if course in ("summary", "merits", "tj_request") else ()
    return (*_all(summoned, facts.as_of), *_all(_OWN.get(course, ()), facts.as_of), *far)


def _far(facts: SuitFacts) -> tuple[Limit, ...]:
    """What the debtor's distance adds: Code de procédure civile, art. 643."""
    record = distance(residence(facts.country, facts.postcode), facts.as_of)
    if record is None:
        return ()
    assert isinstance(record.value, Decimal)
    return (Limit("longer_far", int(record.value), None, record),)


class Running(NamedTuple):
    """Where an order under way stands: ``since`` it was given or served, the day ``on`` it meets.

    Words for ``code``: ``running`` of ``law/words.yaml``.
    """

    code: str
    since: date
    on: date
    record: Record


def of_order(
    granted_on: date, served_on: date | None, as_of: date, lives: Residence = "metropolitan"
) -> tuple[Running, ...]:
    """What the day of a payment order, and that of its service, still ask for; ``lives``: debtor.

    The day of the order decides which law holds (décret 2026-96, art. 9).

    Source: Code de procédure civile, art. 1411, 1416, 1422.

    >>> [(each.code, str(each.on)) for each in of_order(date(2026, 9, 1), None, date(2026, 11, 21))]
    [('serve_by', '2026-12-01')]
    >>> served = of_order(date(2026, 8, 31), date(2026, 9, 15), date(2026, 11, 21))
    >>> [(each.code, str(each.on)) for each in served]
    [('oppose_until', '2026-10-15'), ('enforce_from', '2026-10-15')]
    """
    if served_on is None:
        by = service_deadline(granted_on)
        record = parameters.record(_ORDER, "service_deadline_months", granted_on)
        return (Running("serve_by" if by >= as_of else "void_since", granted_on, by, record),)
    wait = (_ORDER, "enforcement_wait_months_after_service")
    return (
        Running(
            "oppose_until",
            served_on,
            opposition_until(served_on, lives),
            parameters.record(_ORDER, "opposition_months", served_on),
        ),
        Running(
            "enforce_from",
            served_on,
            enforceable_on(granted_on, served_on, lives),
            parameters.record(*wait, parameters.begun(*wait, granted_on)),
        ),
    )


def declaration_until(published_on: date, *, longer: bool = False) -> date:
    """Last day to declare a claim in insolvency proceedings published that day.

    ``longer``: a creditor outside metropolitan France.

    Source: Code de commerce, art. L622-24, R622-24.

    >>> declaration_until(date(2026, 8, 10)), declaration_until(date(2026, 8, 10), longer=True)
    (datetime.date(2026, 10, 10), datetime.date(2026, 12, 10))
    """
    months = parameters.whole("insolvency", "proof_of_claim_months", published_on)
    if longer:
        months += parameters.whole("insolvency", "proof_of_claim_extra_months_abroad", published_on)
    return published_on + relativedelta(months=months)


def _of_order(facts: SuitFacts) -> tuple[Limit, ...]:
    """Code de procédure civile, art. 1411, 1416, 1422."""
    expected = _limit("order_expected", "payment_order_statistics", "days_to_order", facts.as_of)
    order_on = facts.as_of + timedelta(days=expected.number)
    serve = _limit("serve_order", _ORDER, "service_deadline_months", order_on)
    return (
        expected._replace(on=order_on),
        serve._replace(on=service_deadline(order_on)),
        _limit("opposition", _ORDER, "opposition_months", order_on),
        _limit("enforce_order", _ORDER, "enforcement_wait_months_after_service", order_on),
    )


def _all(names: tuple[_Name, ...], day: date) -> tuple[Limit, ...]:
    return tuple(_limit(code, subject, name, day) for code, subject, name in names)


def _limit(code: str, subject: str, name: str, day: date) -> Limit:
    """A limit as it stands on a day; one that began later stands for older days too."""
    record = parameters.record(subject, name, parameters.begun(subject, name, day))
    assert isinstance(record.value, Decimal)
    return Limit(code, int(record.value), None, record)
