"""What a late payment bears: penalties between professionals, legal interest for the rest.

A stretch is ``(from_on, to_on, balance)``: a constant balance over half-open days. Interest is
simple, day by day, actual days over 365 (the usual practice; no statute fixes it). Nothing is
rounded inside; each component of a claim is rounded once, half up, to the cent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate, pairwise

from dateutil.relativedelta import relativedelta

from law import parameters
from law.parameters import Record
from law.rows import change_days

DAYS_PER_YEAR = 365
CENT = Decimal("0.01")

Stretch = tuple[date, date, Decimal]
#: Rate in force on a day, and the records that make it.
_RateOn = Callable[[date], tuple[Decimal, tuple[Record, ...]]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement; printed, the amounts add up to the rounded total."""

    from_on: date
    to_on: date
    days: int
    balance: Decimal
    rate: Decimal
    article: str
    amount: Decimal


def rounded(amount: Decimal) -> Decimal:
    """An amount to the cent, half up: done once for each component of a claim.

    >>> rounded(Decimal("2.675"))
    Decimal('2.68')
    """
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def penalty_rate(
    day: date, contract_rate: Decimal | None = None, *, public: bool = False
) -> Decimal:
    """Yearly rate of late-payment penalties in force on a day, as a fraction.

    A contract rate below the floor of the half-year is lifted to it; the default rate is not
    (whether the floor lifts it too is not settled). A public buyer owes the rate of its own
    decree, whatever the contract.

    Source: Code de commerce, art. L441-10 II; Code de la commande publique, art. R2192-31.

    >>> penalty_rate(date(2026, 7, 1))
    Decimal('0.124')
    >>> penalty_rate(date(2024, 3, 1), Decimal("0.12"))
    Decimal('0.15210')
    """
    return _penalty(contract_rate, public=public)[1](day)[0]


def late_payment_penalties(
    stretches: Iterable[Stretch], contract_rate: Decimal | None = None, *, public: bool = False
) -> Decimal:
    """Penalties on the stretches of one claim between professionals, not rounded.

    The first stretch starts on the day after the due date; ``NotYetLaw`` before the first rate.

    Source: Code de commerce, art. L441-10 II and D441-5.

    >>> first, last = date(2025, 10, 1), date(2026, 10, 1)
    >>> rounded(late_payment_penalties([(first, last, Decimal(10000))]))
    Decimal('1221.30')
    """
    lines = penalty_lines(stretches, contract_rate, public=public)
    return sum((line.amount for line in lines), Decimal(0))


def legal_interest(
    stretches: Iterable[Stretch],
    *,
    individual: bool = False,
    enforceable_on: date | None = None,
) -> Decimal:
    """Legal interest on the stretches of one claim, not rounded.

    ``individual``: the creditor is a natural person not acting for a business. With
    ``enforceable_on``, the day a decision could be enforced, the rate rises by the uplift two
    months later. On a consumer or civil debt the first stretch starts on the day after the
    formal notice was received.

    Source: Code monétaire et financier, art. L313-2 and L313-3; Code civil, art. 1231-6.
    """
    raised_on = None if enforceable_on is None else _uplift_on(enforceable_on)
    lines = legal_lines(stretches, individual=individual, raised_on=raised_on)
    return sum((line.amount for line in lines), Decimal(0))


def rates_known_from(kind: str) -> date:
    """First day with a rate on file, of ``penalties`` or ``legal_interest``.

    >>> rates_known_from("penalties")
    datetime.date(2015, 1, 1)
    """
    names = [("interest", "professional")]
    if kind == "penalties":
        names += [("late_payment", "ecb_rate"), ("late_payment", "default_margin")]
    return max(parameters.history(*name)[0].from_on for name in names)


def penalty_lines(
    stretches: Iterable[Stretch], contract_rate: Decimal | None = None, *, public: bool = False
) -> list[Line]:
    """Penalties cut at each change of rate, amounts exact; see `late_payment_penalties`."""
    return _lines(stretches, *_penalty(contract_rate, public=public))


def legal_lines(
    stretches: Iterable[Stretch], *, individual: bool = False, raised_on: date | None = None
) -> list[Line]:
    """Legal interest cut at each change of rate, amounts exact; raised from a day on, if any."""
    extra = [] if raised_on is None else [raised_on]
    return _lines(stretches, *_legal(individual=individual, raised_on=raised_on), extra)


def statement(
    stretches: Iterable[Stretch],
    contract_rate: Decimal | None = None,
    *,
    kind: str = "penalties",
    public: bool = False,
    individual: bool = False,
    enforceable_on: date | None = None,
) -> list[Line]:
    """The stretches as printed: one line per balance and rate, to the cent.

    ``kind`` is ``penalties`` or ``legal_interest``. The last line absorbs the remainder, so
    that the lines add up to the component rounded once.
    """
    if kind == "penalties":
        exact = penalty_lines(stretches, contract_rate, public=public)
    elif kind == "legal_interest":
        raised_on = None if enforceable_on is None else _uplift_on(enforceable_on)
        exact = legal_lines(stretches, individual=individual, raised_on=raised_on)
    else:
        raise ValueError(f"kind is penalties or legal_interest, not {kind!r}")
    total = rounded(sum((line.amount for line in exact), Decimal(0)))
    printed = [_with_amount(line, rounded(line.amount)) for line in exact]
    if not printed:
        return []
    before = sum((line.amount for line in printed[:-1]), Decimal(0))
    if before <= total:
        return [*printed[:-1], _with_amount(printed[-1], total - before)]
    # Many lines rounded up would leave the last below nothing: each then takes what the sum so far
    # has grown by.
    sums = [rounded(each) for each in accumulate(line.amount for line in exact)]
    grown = [later - earlier for earlier, later in pairwise([Decimal(0), *sums])]
    return [_with_amount(line, amount) for line, amount in zip(exact, grown, strict=True)]


def _with_amount(line: Line, amount: Decimal) -> Line:
    return replace(line, amount=amount)


def _penalty(
    contract_rate: Decimal | None, *, public: bool
) -> tuple[list[tuple[str, str]], _RateOn]:
    ecb = ("late_payment", "ecb_rate")
    if public:
        return [ecb], lambda day: _sum_of(day, ecb, ("late_payment", "public_margin"))
    multiple, legal = ("late_payment", "floor_multiple"), ("interest", "professional")
    if contract_rate is None:

        def default(day: date) -> tuple[Decimal, tuple[Record, ...]]:
            found = _sum_of(day, ecb, ("late_payment", "default_margin"))
            if not parameters.flag("late_payment", "floor_lifts_default", day):
                return found
            floor = parameters.number(*multiple, day) * parameters.number(*legal, day)
            return max(found[0], floor), found[1]

        return [ecb, legal], default

    def at_least_the_floor(day: date) -> tuple[Decimal, tuple[Record, ...]]:
        floor = parameters.number(*multiple, day) * parameters.number(*legal, day)
        records = (parameters.record(*multiple, day), parameters.record(*legal, day))
        return max(contract_rate, floor), records

    return [legal], at_least_the_floor


def _legal(*, individual: bool, raised_on: date | None) -> tuple[list[tuple[str, str]], _RateOn]:
    name = ("interest", "individual" if individual else "professional")
    uplift = ("interest", "post_judgment_uplift_points")

    def rate_on(day: date) -> tuple[Decimal, tuple[Record, ...]]:
        if raised_on is not None and day >= raised_on:
            return _sum_of(day, name, uplift)
        return _sum_of(day, name)

    return [name], rate_on


def _uplift_on(enforceable_on: date) -> date:
    months = parameters.whole("interest", "post_judgment_uplift_delay_months", enforceable_on)
    return enforceable_on + relativedelta(months=months)


def _sum_of(day: date, *names: tuple[str, str]) -> tuple[Decimal, tuple[Record, ...]]:
    rate = sum((parameters.number(*name, day) for name in names), Decimal(0))
    return rate, tuple(parameters.record(*name, day) for name in names)


def _lines(
    stretches: Iterable[Stretch],
    names: list[tuple[str, str]],
    rate_on: _RateOn,
    extra: Iterable[date] = (),
) -> list[Line]:
    """Stretches cut at each change of rate, amounts exact."""
    lines = []
    for from_on, to_on, balance in sorted(stretches):
        changes = {*change_days(names, to_on), *extra}
        cuts = sorted({from_on, to_on, *(day for day in changes if from_on < day < to_on)})
        for start, end in pairwise(cuts):
            rate, records = rate_on(start)
            days = (end - start).days
            article = "; ".join(dict.fromkeys(each.article for each in records))
            amount = balance * rate * days / DAYS_PER_YEAR
            lines.append(Line(start, end, days, balance, rate, article, amount))
    return lines
