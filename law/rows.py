"""The law as rows for SQL: rates by half-year, periods by claim, and the calendar.

A run as of a day sees no parameter that starts later. Intervals are half-open; the last one
ends on ``FOR_EVER``. Rates are fractions a year.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from data_schema.contract import codes
from law import parameters
from law.calendar import is_working, may_contact
from law.distance import Residence
from law.errors import NotYetLaw
from law.limitation import (
    EVENTS,
    REGIMES,
    WITHOUT_LONG_STOP,
    agreed_not_for,
    effect_record,
    limitation_period,
)
from law.procedures import enforcement_wait

FOR_EVER = date(9999, 12, 31)
DAYS_BEHIND = 40
DAYS_AHEAD = 400
_HALF_YEAR = timedelta(days=180)

Cell = Decimal | date | str | bool | int | None
Rows = tuple[dict[str, str], list[tuple[Cell, ...]]]

_RATE = "DECIMAL(12,6)"

#: The parameters behind each rule by which a claim bears a rate or an indemnity.
RULES: dict[str, list[tuple[str, str]]] = {
    "default": [
        ("late_payment", "ecb_rate"),
        ("late_payment", "default_margin"),
        ("late_payment", "floor_lifts_default"),
    ],
    "contract": [("late_payment", "floor_multiple")],
    "floor": [("late_payment", "floor_multiple"), ("interest", "professional")],
    "public": [("late_payment", "ecb_rate"), ("late_payment", "public_margin")],
    "agreed": [("interest", "consumer_interest_start")],
    "legal_professional": [("interest", "professional")],
    "legal_individual": [("interest", "individual")],
    "legal_professional_raised": [
        ("interest", "professional"),
        ("interest", "post_judgment_uplift_points"),
    ],
    "legal_individual_raised": [
        ("interest", "individual"),
        ("interest", "post_judgment_uplift_points"),
    ],
    "indemnity": [("late_payment", "fixed_indemnity")],
    "public_indemnity": [("late_payment", "public_indemnity")],
    "justified": [("gates", "founded_dispute_first")],
}
#: Whose article is told, where not that of every parameter.
_TOLD = {
    "default": [("late_payment", "default_margin")],
    "public": [("late_payment", "public_margin")],
}
_FROM_NOTICE = ("interest", "consumer_interest_start")


def rows(as_of: date) -> dict[str, Rows]:
    """Each table by name: its columns with their DuckDB types, and its rows, sorted.

    >>> tables = rows(date(2026, 11, 21))
    >>> tables["law.penalty_rates"][1][-1][2:]
    (Decimal('0.124'), Decimal('0.08250'), Decimal('0.104'))
    """
    return {
        "law.penalty_rates": _penalty_rates(as_of),
        "law.legal_rates": _legal_rates(as_of),
        "law.uplift_delays": _months_of(as_of, "interest", "post_judgment_uplift_delay_months"),
        "law.order_waits": _order_waits(as_of),
        "law.indemnities": _indemnities(as_of),
        "law.rate_sources": _rate_sources(as_of),
        "law.limitation_periods": _limitation_periods(as_of),
        "law.limitation_effects": _limitation_effects(as_of),
        "law.limitation_limits": _limitation_limits(as_of),
        "law.vat_relief": _vat_relief(as_of),
        "law.replaced": _replaced(as_of),
        "law.days": _days(as_of),
    }


def change_days(names: Sequence[tuple[str, str]], as_of: date) -> list[date]:
    """Days up to ``as_of`` on which one of the parameters changes, once all have begun."""
    histories = [parameters.history(*name) for name in names]
    begun = max(history[0].from_on for history in histories)
    changes = {each.from_on for history in histories for each in history}
    return sorted(day for day in changes | {begun} if begun <= day <= as_of)


def _intervals(days: Sequence[date]) -> list[tuple[date, date]]:
    return list(zip(days, [*days[1:], FOR_EVER], strict=True)) if days else []


def _penalty_rates(as_of: date) -> Rows:
    names = [
        ("late_payment", "ecb_rate"),
        ("late_payment", "default_margin"),
        ("late_payment", "floor_multiple"),
        ("late_payment", "public_margin"),
        ("interest", "professional"),
    ]
    found: list[tuple[Cell, ...]] = []
    for from_on, to_on in _intervals(change_days(names, as_of)):
        ecb = parameters.number("late_payment", "ecb_rate", from_on)
        default = ecb + parameters.number("late_payment", "default_margin", from_on)
        public = ecb + parameters.number("late_payment", "public_margin", from_on)
        floor = parameters.number("interest", "professional", from_on) * parameters.number(
            "late_payment", "floor_multiple", from_on
        )
        if parameters.flag("late_payment", "floor_lifts_default", from_on):
            default = max(default, floor)
        found.append((from_on, to_on, default, floor, public))
    columns = {
        "from_on": "DATE",
        "to_on": "DATE",
        "default_rate": _RATE,
        "floor_rate": _RATE,
        "public_rate": _RATE,
    }
    return columns, found


def _legal_rates(as_of: date) -> Rows:
    names = [
        ("interest", "professional"),
        ("interest", "individual"),
        ("interest", "post_judgment_uplift_points"),
    ]
    found: list[tuple[Cell, ...]] = [
        (from_on, to_on, *(parameters.number(*name, from_on) for name in names))
        for from_on, to_on in _intervals(change_days(names, as_of))
    ]
    columns = {
        "from_on": "DATE",
        "to_on": "DATE",
        "professional_rate": _RATE,
        "individual_rate": _RATE,
        "uplift": _RATE,
    }
    return columns, found


def _months_of(as_of: date, subject: str, name: str) -> Rows:
    found: list[tuple[Cell, ...]] = [
        (from_on, to_on, parameters.whole(subject, name, from_on))
        for from_on, to_on in _intervals(change_days([(subject, name)], as_of))
    ]
    return {"from_on": "DATE", "to_on": "DATE", "months": "BIGINT"}, found


def _order_waits(as_of: date) -> Rows:
    """Months from the service of an order to its enforcement, by where the debtor lives."""
    lives: tuple[Residence, ...] = ("metropolitan", "overseas", "abroad")
    name = ("payment_order", "enforcement_wait_months_after_service")
    found: list[tuple[Cell, ...]] = [
        (from_on, to_on, *(enforcement_wait(from_on, each) for each in lives))
        for from_on, to_on in _intervals(change_days([name], as_of))
    ]
    names = ("months", "overseas_months", "abroad_months")
    return {"from_on": "DATE", "to_on": "DATE", **dict.fromkeys(names, "BIGINT")}, found


def _indemnities(as_of: date) -> Rows:
    """Amounts between professionals; the decree on public buyers came some months later."""
    name, public = ("late_payment", "fixed_indemnity"), ("late_payment", "public_indemnity")
    days = sorted({*change_days([name], as_of), *change_days([name, public], as_of)})
    found: list[tuple[Cell, ...]] = [
        (
            from_on,
            to_on,
            parameters.number(*name, from_on),
            parameters.number(*public, from_on) if parameters.holds(*public, from_on) else None,
        )
        for from_on, to_on in _intervals(days)
    ]
    columns = {
        "from_on": "DATE",
        "to_on": "DATE",
        "amount": "DECIMAL(18,2)",
        "public_amount": "DECIMAL(18,2)",
    }
    return columns, found


def rate_source(rule: str, day: date, as_of: date) -> tuple[str, bool, str | None]:
    """What a statement cites for a rule of `RULES` on a day, as known on ``as_of``.

    Returns
    -------
    tuple
        The articles; whether a value is to verify, or a newer one was due; why and by whom a
        client's own value stands there, if one does.
    """
    records = [parameters.record(*name, day) for name in RULES[rule]]
    if rule == "default" and not _floor_is_higher(day):
        records = [each for each in records if each.name != "floor_lifts_default"]
    if rule.startswith("legal_") and parameters.holds(*_FROM_NOTICE, day):
        records.append(parameters.record(*_FROM_NOTICE, day))
    cited = [parameters.record(*name, day) for name in _TOLD.get(rule, [])] or records
    article = "; ".join(dict.fromkeys(each.article for each in cited))
    late = parameters.behind(as_of) if as_of > day + _HALF_YEAR else ()
    unsure = any(each.verify or each in late for each in records)
    own = "; ".join(dict.fromkeys(each.replaced for each in records if each.replaced))
    return article, unsure, own or None


def _floor_is_higher(day: date) -> bool:
    """Whether the floor of a contract rate lies above the default rate of a day."""
    floor = parameters.number("late_payment", "floor_multiple", day)
    if not parameters.holds("interest", "professional", day):
        return False
    default = parameters.number("late_payment", "ecb_rate", day)
    default += parameters.number("late_payment", "default_margin", day)
    return floor * parameters.number("interest", "professional", day) > default


def _rate_sources(as_of: date) -> Rows:
    """Per rule of a rate or an indemnity and stretch of time: its articles, and what is unsure."""
    found: list[tuple[Cell, ...]] = [
        (rule, from_on, to_on, *rate_source(rule, from_on, min(as_of, to_on)))
        for rule, names in sorted(RULES.items())
        for from_on, to_on in _intervals(change_days(names, as_of))
    ]
    columns = {
        "rule": "VARCHAR",
        "from_on": "DATE",
        "to_on": "DATE",
        "article": "VARCHAR",
        "is_to_verify": "BOOLEAN",
        "replaced": "VARCHAR",
    }
    return columns, found


def _limitation_periods(as_of: date) -> Rows:
    found: list[tuple[Cell, ...]] = []
    fixed = agreed_not_for(as_of)
    for regime in (*REGIMES, "unknown"):
        for nature in (*codes("claim_nature"), "title"):
            period = limitation_period(regime, nature, as_of)
            if period is None:
                continue
            months, record = period
            # What professionals agree holds for their general periods, never for a title.
            agreed: tuple[Cell, Cell] = (None, None)
            if regime in ("professional", "civil") and nature not in ("title", *fixed):
                agreed = (
                    parameters.whole("limitation", "agreed_minimum", as_of),
                    parameters.whole("limitation", "agreed_maximum", as_of),
                )
            by_year = record.name == "owed_by_public_body"
            row = (regime, nature, months, record.name, record.article, record.verify, by_year)
            found.append((*row, *agreed, record.replaced))
    columns = {
        "regime": "VARCHAR",
        "nature": "VARCHAR",
        "months": "BIGINT",
        "period": "VARCHAR",
        "article": "VARCHAR",
        "is_to_verify": "BOOLEAN",
        "is_by_year": "BOOLEAN",
        "least_agreed": "BIGINT",
        "most_agreed": "BIGINT",
        "replaced": "VARCHAR",
    }
    return columns, sorted(found, key=lambda row: (row[0], row[1]))


def _vat_relief(as_of: date) -> Rows:
    """Until 31 December of how many years after the event the VAT of a lost claim is deducted."""
    name = ("vat_bad_debt", "deadline_years_after_event")
    found: list[tuple[Cell, ...]] = []
    for from_on, to_on in _intervals(change_days([name], as_of)):
        record = parameters.record(*name, from_on)
        found.append((from_on, to_on, parameters.whole(*name, from_on), record.article))
    columns = {"from_on": "DATE", "to_on": "DATE", "years": "BIGINT", "article": "VARCHAR"}
    return columns, found


def _limitation_effects(as_of: date) -> Rows:
    """What each event does to the period of each kind of claim, and by which article."""
    found: list[tuple[Cell, ...]] = []
    natures = sorted([*codes("claim_nature"), "title"])
    for event in sorted(EVENTS):
        # Only a few natures and public bodies have a law of their own here.
        told = {
            (regime, nature): _effect(event, as_of, nature, regime)
            for regime in ("public", "civil")
            for nature in ("other", "insurance_premium", "consumer_credit", "title")
        }
        for regime in sorted([*REGIMES, "unknown"]):
            for nature in natures:
                like = ("public" if regime == "public" else "civil", nature)
                effect = told[like if like in told else (like[0], "other")]
                if effect is not None:
                    found.append((event, regime, nature, *effect, event in WITHOUT_LONG_STOP))
    columns = {
        "event": "VARCHAR",
        "regime": "VARCHAR",
        "nature": "VARCHAR",
        "effect": "VARCHAR",
        "article": "VARCHAR",
        "is_to_verify": "BOOLEAN",
        "is_without_end": "BOOLEAN",
    }
    return columns, found


def _effect(event: str, day: date, nature: str, regime: str) -> tuple[Cell, ...] | None:
    try:
        record = effect_record(event, day, nature, regime)
    except NotYetLaw:
        return None
    what = record.value if isinstance(record.value, str) else "none"
    return what, record.article, record.verify


def _limitation_limits(as_of: date) -> Rows:
    names = {
        "least_left_months": ("limitation_events", "suspension_minimum_left_months"),
        "lapse_months": ("limitation_events", "lapse_of_instance_months"),
        "long_stop_months": ("limitation", "long_stop_months"),
        "warning_days": ("limitation", "warning_days"),
    }
    held = all(parameters.holds(*name, as_of) for name in names.values())
    row: tuple[Cell, ...] = tuple(parameters.whole(*name, as_of) for name in names.values() if held)
    return dict.fromkeys(names, "BIGINT"), [row] if held else []


def _replaced(as_of: date) -> Rows:
    """Values of the client that hold on the day, in the place of the law's."""
    found: list[tuple[Cell, ...]] = [
        (each.subject, each.name, each.from_on, each.printed, each.article, each.replaced)
        for each in parameters.own(as_of)
    ]
    columns = {
        "subject": "VARCHAR",
        "name": "VARCHAR",
        "from_on": "DATE",
        "printed": "VARCHAR",
        "article": "VARCHAR",
        "why": "VARCHAR",
    }
    return columns, found


def _days(as_of: date) -> Rows:
    first = as_of - timedelta(days=DAYS_BEHIND)
    span = DAYS_BEHIND + DAYS_AHEAD + 1
    days = [first + timedelta(days=shift) for shift in range(span)]
    found: list[tuple[Cell, ...]] = [(day, may_contact(day), is_working(day)) for day in days]
    return {"day": "DATE", "may_contact": "BOOLEAN", "is_working": "BOOLEAN"}, found
