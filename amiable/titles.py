"""After an order or a title: the next step with its day, the clocks, the measures in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from amiable.awards import Carried, carried
from amiable.awards import summed as sums_of
from amiable.awards import told as carried_told
from data_schema import word as code_word
from law.conduct import PERSON_SIGNS_FOR
from law.french import term
from law.land import LAND
from law.limitation import regime
from law.measures import Measure, measures
from law.schedule import Running, declaration_until
from law.titles import Next, Standing, Title, clocks, interrupting, next_step, warns_on
from law.words import word
from letters.writing import clean, money, percent, short_day

if TYPE_CHECKING:
    from pandas import DataFrame

    from law.facts import SuitFacts
    from models.litigation.measures import Search
    from pipelines.warehouse import Warehouse


#: Steps before a title can be enforced.
_BEFORE = (
    "serve_order",
    "serve_part",
    "serve_judgment",
    "serve_title",
    "default_void",
    "wait_opposition",
)


Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class AfterTitle:
    """What follows an order or a title of one suit, as the day knew it.

    ``carries``: what the decisions grant and what is left of it, None where none stands.
    ``ahead``: the title cannot be enforced yet, the measures are weighed as once it can.
    ``search``: the measures in order and what they are worth, None where none is open;
    ``interrupts``: events that begin the ten years anew; ``warned_on``: since when the end of the
    title is near, None while it is not; ``signs``: a person has to sign any measure;
    ``land``: what is to be asked before any measure on land, a code of ``land_asks``.
    """

    step: Next
    carries: Carried | None
    clocks: tuple[Running, ...]
    ahead: bool
    measures: tuple[Measure, ...]
    search: Search | None
    interrupts: tuple[str, ...]
    warned_on: date | None
    signs: bool
    land: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A suit with an order or a title, and its next step: one dated line of work.

    ``amount``: what its decisions carry of the principal, else what is open.
    """

    suit_id: str
    debtor_id: str
    debtor_name: str
    amount: Decimal
    step: Next

    def told(self) -> dict[str, Any]:
        """The line for another program."""
        step = {"next": self.step.code, "on": _iso(self.step.on), "lapses": self.step.lapses}
        return {"suit_id": self.suit_id, "debtor_id": self.debtor_id,
                "amount": float(self.amount), **step}  # fmt: skip


def dated(warehouse: Warehouse, as_of: date) -> list[Line]:
    """Every suit of the day with an order or a title: what lapsed or lapses first, then the others.

    Raises
    ------
    EarlierVersion
        When the day was published by a version that did not write what is asked for here.
    """
    from amiable.law_values import of_day

    rows = warehouse.titles(None)
    with of_day(warehouse):
        found = [
            _line(suit_id, list(members), as_of)
            for suit_id, members in groupby(rows, key=lambda row: str(row["suit_id"]))
        ]
    return sorted(found, key=_urgent)


def _line(suit_id: str, rows: Rows, as_of: date) -> Line:
    known = standing(rows, as_of)
    carries = carried(rows, known)
    amount = carries.left if carries else max(row["open_eur"] or Decimal(0) for row in rows)
    first = rows[0]
    step = next_step(known)
    return Line(suit_id, str(first["debtor_id"]), str(first["debtor_name"]), amount, step)


def _urgent(one: Line) -> tuple[bool, date]:
    gone = one.step.code in ("order_void", "default_void")
    return not (one.step.lapses or gone), one.step.on or date.max


def after_title(
    rows: Rows, facts: SuitFacts, by: Mapping[str, Any], published: DataFrame
) -> AfterTitle | None:
    """What follows the title of a suit; None where it has neither an order nor a title.

    ``rows`` of ``sql/suit/titles``; ``by``: the assumptions of litigation; ``published``: row of
    ``sql/suit/enforcement``, the chance that enforcing brings anything, own results counted.
    """
    from models.litigation.measures import search

    if not rows:
        return None
    known = standing(rows, facts.as_of)
    running = clocks(known)
    opens_on = max((each.on for each in running if each.code == "enforce_from"), default=None)
    step = next_step(known)
    ahead = step.code in _BEFORE
    carries = carried(rows, known)
    if ahead:
        facts = replace(facts, has_title=True, is_enforceable=True)
        facts = carries.of(facts) if carries else facts
    answered = {row["has_land"] for row in rows} - {None}
    decided = all(row["land_decided"] for row in rows)
    facts = replace(facts, has_land=any(answered) if answered else None, land_decided=decided)
    every = measures(facts)
    if ahead:
        every = tuple(each._replace(opens_on=opens_on) for each in every)
    chance = None if published.empty else _share(published["p_collect"].iloc[0])
    found = search(facts, every, by, chance=chance, n_fruitless=known.n_fruitless)
    if step.code == "seize" and found is not None and not found.is_advised:
        step = step._replace(code="leave", on=None)
    near = None if known.ends_on is None else warns_on(known.ends_on)
    return AfterTitle(
        step,
        carries,
        running,
        ahead,
        every,
        found,
        interrupting(facts.as_of, regime(known.debtor_kind, known.creditor_kind)),
        near if near is not None and near <= facts.as_of else None,
        facts.debtor_kind in PERSON_SIGNS_FOR,
        _land_question(facts, every, found),
    )


def _land_question(facts: SuitFacts, every: Sequence[Measure], found: Search | None) -> str | None:
    """What to ask of land: the registry, or a person; None where nothing hangs on it."""
    if found is None or facts.has_land is False:
        return None
    if facts.has_land is None:
        on_land = any(each.advised and each.code in LAND for each in found.attempts)
        return "registry" if on_land else None
    return "decide" if any(each.closed == "person_decides_home" for each in every) else None


def standing(rows: Rows, as_of: date) -> Standing:
    """What the rows of one suit in ``sql/suit/titles`` tell, as the law asks it."""
    first = rows[0]
    published = first["published_on"]
    declare_by = None
    if published is not None:
        declare_by = declaration_until(published, longer=all(row["has_longer"] for row in rows))
    named = ("procedure", "granted_on", "won_on", "served_on", "opposed_on", "in_part")
    refused = any(row["is_refused"] for row in rows)
    return Standing(
        as_of=as_of,
        titles=tuple(Title(*(row[name] for name in named)) for row in rows),
        debtor_kind=first["debtor_kind"],
        creditor_kind=first["creditor_kind"] or "company",
        country=first["country"],
        lives=first["residence"],
        title_on=_first(rows, "title_on"),
        ends_on=_first(rows, "ends_on"),
        enforceable_on=_first(rows, "enforceable_on"),
        insolvency=first["insolvency"],
        declare_by=declare_by,
        is_declared=all(row["is_declared"] for row in rows),
        is_unenforceable=all(row["is_unenforceable"] for row in rows),
        is_vulnerable=any(row["is_vulnerable"] for row in rows),
        approved=False if refused else all(row["is_approved"] for row in rows) or None,
        seized_on=max(filter(None, (row["seized_on"] for row in rows)), default=None),
        n_fruitless=max(row["n_fruitless"] for row in rows),
        advised=first["advised"],
    )


def told(step: Next, language: str, write: Callable[[date], str] | None = None) -> str:
    """The next step in words, with its days, as ``write`` writes them."""
    code = "refused_lapses" if step.code == "refused" and step.lapses else step.code
    days = {"on": step.on, "since": step.since}
    blanks = {
        name: write(day) if write and day else short_day(day, language)
        for name, day in days.items()
    } | {
        "course": code_word("course", step.course, language) if step.course else "",
    }
    return word("next_steps", code, language).format(**blanks)


def line(one: Line, language: str) -> str:
    """A suit and its next step on one line, the day first."""
    day = short_day(one.step.on, language)
    amount = money(one.amount, "EUR", language)
    return f"{day} · {clean(one.debtor_name)} · {amount} · {told(one.step, language)}"


def pages(found: AfterTitle, language: str) -> Iterator[str]:
    """What follows the title of one suit as lines of text."""
    yield told(found.step, language)
    if found.carries:
        yield from carried_told(found.carries, language)
    for each in found.clocks:
        days = {name: short_day(getattr(each, name), language) for name in ("since", "on")}
        article = each.record.article
        article = term("articles", article) if language == "fr" else article
        yield f"- {word('running', each.code, language).format(**days)} ({article})"
    if found.ahead:
        yield word("measure_totals", "ahead", language)
    attempts = found.search.attempts if found.search else ()
    for place, attempt in enumerate(attempts, start=1):
        line = word("measure_totals", "line", language).format(
            measure=word("measures", attempt.code, language),
            chance=percent(attempt.chance, language, digits=0),
            cost=_eur(attempt.cost, language),
            cash=_eur(attempt.cash, language),
            net=_eur(attempt.net, language),
        )
        yield f"{place}. {line}" if attempt.advised else f"– {line}"
    yield from closed(found, language)
    if found.search:
        yield total(found.search, language)
    if found.land:
        yield word("land_asks", found.land, language)


def closed(found: AfterTitle, language: str) -> Iterator[str]:
    """Why measures are not open: one line where it is the same for all."""
    reasons = [each.closed for each in found.measures]
    if reasons[0] is not None and len(set(reasons)) == 1:
        why = word("obstacles", reasons[0], language)
        yield word("measure_totals", "all_closed", language).format(why=why)
        return
    for each in found.measures:
        if each.closed:
            name = word("measures", each.code, language)
            yield word("measure_totals", "closed", language).format(
                measure=name, why=word("obstacles", each.closed, language)
            )


def total(search: Search, language: str) -> str:
    """What the whole sequence is worth, in one sentence."""
    return word("measure_totals", "all" if search.is_advised else "none", language).format(
        chance=percent(search.chance, language, digits=0),
        cost=_eur(search.cost, language),
        net=_eur(search.net, language),
        write_off=_eur(search.write_off, language),
    )


def summed(found: AfterTitle) -> dict[str, Any]:
    """The same for another program."""
    search = found.search
    return {
        "next": {"code": found.step.code, "on": _iso(found.step.on), "lapses": found.step.lapses},
        "carries": sums_of(found.carries),
        "clocks": [
            {"code": each.code, "since": _iso(each.since), "on": _iso(each.on),
             "article": each.record.article, "to_verify": each.record.verify}
            for each in found.clocks
        ],
        "measures": [
            {"code": each.code, "closed": each.closed, "opens_on": _iso(each.opens_on)}
            for each in found.measures
        ],
        "sequence": [
            {"code": each.code, "chance": round(each.chance, 4), "cost": round(each.cost, 2),
             "cash": round(each.cash, 2), "index": round(each.index, 2),
             "net": round(each.net, 2), "days": each.days, "advised": each.advised}
            for each in (search.attempts if search else ())
        ],
        "is_forecast": found.ahead,
        "net": None if search is None else round(search.net, 2),
        "write_off": None if search is None else round(search.write_off, 2),
        "signs": found.signs,
        "land": found.land,
    }  # fmt: skip


def _eur(amount: float, language: str) -> str:
    return money(Decimal(str(round(amount, 2))), "EUR", language)


def _first(rows: Rows, name: str) -> date | None:
    return min(filter(None, (row[name] for row in rows)), default=None)


def _share(value: object) -> float | None:
    import pandas as pd

    return None if value is None or pd.isna(value) else float(str(value))  # type: ignore[call-overload]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
