"""Parts of what follows an order or a title: dated lines, next step, clocks, what to seize."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import streamlit as st

from amiable.awards import told as carried
from amiable.titles import AfterTitle, Line, closed, told, total
from app_streamlit import suits
from app_streamlit.parts import tables
from app_streamlit.parts.words import Words, plain
from law.french import term
from law.land import LAND
from law.measures import Measure
from law.parameters import Record
from models.litigation.measures import Attempt

_MOST = 1000


def overview(say: Words) -> None:
    """Every suit with an order or a title, with its next step and its day; what lapses first."""
    found = suits.titled()
    st.markdown(f"#### {say('titles.title')}")
    if not found:
        st.caption(say("titles.none"))
        return
    st.caption(say("titles.says", n=len(found), lapsing=sum(each.step.lapses for each in found)))
    rows = [
        {
            say("titles.by"): _by(say, each),
            say("col.debtor"): tables.name(each.debtor_name),
            say("col.amount"): say.money(each.amount),
            say("titles.next"): told(each.step, say.language, say.day),
        }
        for each in found[:_MOST]
    ]
    tables.readable(say, pd.DataFrame(rows))


def panel(say: Words, found: AfterTitle | None) -> None:
    """What follows the title of one suit; nothing without an order or a title."""
    if found is None:
        return
    st.markdown(f"#### {say('titles.after')}")
    _step(say, found)
    for line in carried(found.carries, say.language) if found.carries else ():
        st.markdown(plain(line))
    for each in found.clocks:
        days = {"since": say.day(each.since), "on": say.day(each.on)}
        line = say.rule(each.code, "running").format(**days)
        st.markdown(f"- {plain(f'{line} — {_source(say, each.record)}')}")
    if any(each.code == "title_until" for each in found.clocks):
        events = ", ".join(say.rule(code, "limitation_events") for code in found.interrupts)
        st.caption(plain(say("titles.interrupts", events=events)))
    _sequence(say, found)
    for line in closed(found, say.language):
        st.markdown(f"- {plain(line.removeprefix('× '))}")
    _texts(say, [each for each in found.measures if each.closed is None])


def _step(say: Words, found: AfterTitle) -> None:
    text = plain(told(found.step, say.language, say.day))
    if found.step.lapses or found.warned_on is not None:
        st.warning(text, icon=":material/event_busy:")
    else:
        st.info(text, icon=":material/event:")
    if found.signs and found.search is not None:
        st.caption(say("titles.signs"))


def _sequence(say: Words, found: AfterTitle) -> None:
    """The measures in their order, with chances, costs and what they add."""
    search = found.search
    if search is None:
        return
    if found.ahead:
        st.caption(say("titles.ahead"))
    rows = [_row(say, place, attempt) for place, attempt in enumerate(search.attempts, start=1)]
    table = pd.DataFrame(rows).map(plain)
    st.table(table.set_index(table.columns[0]))
    st.markdown(plain(total(search, say.language)))
    st.caption(plain(say("titles.order")))


def _row(say: Words, place: int, attempt: Attempt) -> dict[str, str]:
    return {
        say("col.rank"): str(place) if attempt.advised else "–",
        say("titles.measure"): say.rule(attempt.code, "measures"),
        say("titles.finds"): say.share(attempt.chance),
        say("col.cost"): say.euros(attempt.cost),
        say("titles.cash"): say.euros(attempt.cash),
        say("col.duration"): str(attempt.days),
        say("titles.adds"): say.euros(attempt.net),
        say("titles.index"): say.euros(attempt.index),
    }


def _texts(say: Words, measures: list[Measure]) -> None:
    """Of each open measure its text, its acts with their price, its days and what to know."""
    if not measures:
        return
    with st.expander(say("titles.texts")):
        for each in measures:
            opens = (
                f" ({say('titles.from_on', on=say.day(each.opens_on))})" if each.opens_on else ""
            )
            name = f"{say.rule(each.code, 'measures')}{opens} — {_source(say, each.record)}"
            st.markdown(f"**{plain(name)}**")
            lines = [*_acts(say, each), *_days(say, each), *_notes(say, each)]
            st.markdown("\n".join(f"- {plain(line)}" for line in lines))


def _acts(say: Words, measure: Measure) -> list[str]:
    """Acts where it finds something; what is paid where it finds nothing."""
    found = sum(line.amount.central for line in measure.found)
    empty = sum(line.amount.central for line in measure.empty)
    acts = say.joint.join(
        f"{say.rule(line.code, 'costs')} : {say.money(line.amount.central)}"
        for line in measure.found
    )
    if measure.code in LAND:
        own = sum(line.amount.central for line in measure.found if not line.on_loser)
        told = {"begun": say.money(found - empty), "asked": say.money(empty), "own": say.money(own)}
        return [say("titles.acts_land", **told, acts=acts)]
    return [say("titles.acts", found=say.money(found), empty=say.money(empty), acts=acts)]


def _days(say: Words, measure: Measure) -> list[str]:
    return [
        f"{say.rule(each.code, 'limits').format(n=each.number)} — {_source(say, each.record)}"
        for each in measure.limits
    ]


def _notes(say: Words, measure: Measure) -> list[str]:
    return [
        f"{say.rule(code, 'measure_notes').format(amount=_amount(say, record))}"
        f" — {_source(say, record)}"
        for code, record in measure.notes
    ]


def _amount(say: Words, record: Record) -> str:
    return say.money(record.value) if isinstance(record.value, Decimal) else ""


def _source(say: Words, record: Record) -> str:
    article = term("articles", record.article) if say.language == "fr" else record.article
    return f"{article} ({say('law.to_verify')})" if record.verify else article


def _by(say: Words, line: Line) -> str:
    if line.step.on is None:
        return "–"
    return f"{say.day(line.step.on)}{' ▲' if line.step.lapses else ''}"
