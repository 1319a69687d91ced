"""The suit that a screen looks at, as the day published it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from amiable.courts import seats
from amiable.grounds import Ground
from amiable.grounds import grounds as made_of
from amiable.portfolio import Wish, offers, outlook, planned
from amiable.portfolio import next_euro as beyond
from amiable.suits import SuitFile, own_suits, suit_file
from amiable.suits import laid_open as weighed
from amiable.titles import Line, dated
from app_streamlit import desk
from law.gates import LIFTABLE, OUT_OF_COURT
from pipelines.errors import EarlierVersion
from pipelines.warehouse import Warehouse

if TYPE_CHECKING:
    from pandas import DataFrame

    from models.litigation.laid_open import LaidOpen
    from models.litigation.own import Own
    from models.litigation.portfolio import Plan


def of(suit_id: str) -> SuitFile | None:
    """The suit laid open; None for a day published without what it needs."""
    return _of(str(desk.snapshot()), suit_id)


def insolvency(suit_id: str | None) -> str | None:
    """Kind of the proceedings open against the debtor of a suit; None without any."""
    found = of(suit_id) if suit_id else None
    return None if found is None else found.facts.insolvency


def of_the_day() -> DataFrame:
    """Every suit with the course advised; those to bring first, then those that tasks hold back.

    ``vat`` and ``opened_vat``: VAT within the net, where it makes half of it or more.
    """
    found = _at_stake(desk.ask("suits", **_least(), calm=OUT_OF_COURT, liftable=LIFTABLE))
    rows = desk.ask_if_held("suits_vat", calm=OUT_OF_COURT)
    if rows.empty:
        return found.assign(vat=None, opened_vat=None)
    opened = rows.rename(columns={"course": "opened_course", "vat_part": "opened_vat"})
    found = found.merge(rows.rename(columns={"vat_part": "vat"}), "left", ["suit_id", "course"])
    return found.merge(opened, "left", ["suit_id", "opened_course"])


def not_advised() -> tuple[DataFrame, DataFrame]:
    """Why suits are not advised, by reason; and those nearest to being worth it."""
    asked = {"calm": OUT_OF_COURT, "liftable": LIFTABLE}
    nearest = _at_stake(desk.ask("suit_nearest", **asked))
    return desk.ask("suit_reasons", **_least(), **asked), nearest


def _at_stake(found: DataFrame) -> DataFrame:
    """Of a suit with a title, as its amount, what the title still carries: all it is weighed on."""
    titled = desk.ask_if_held("suits_titled")
    if titled.empty or found.empty:
        return found
    carried = found["suit_id"].map(titled.set_index("suit_id")["titled_amount"])
    return found.assign(suit_amount=carried.where(carried.notna(), found["suit_amount"]))


def _least() -> dict[str, float]:
    """What a suit must bring beyond the best way without one: EUR, and parts of its cost."""
    from models.litigation.compare import assumptions

    return {name: float(assumptions()[name]) for name in ("least_gain", "least_return")}


def titled() -> list[Line]:
    """Suits with an order or a title and the next step of each, what lapses first."""
    return _titled(str(desk.snapshot()))


@st.cache_data(max_entries=5, show_spinner=False)
def _titled(path: str) -> list[Line]:
    try:
        with Warehouse(desk.home().path, file=Path(path)) as warehouse:
            return dated(warehouse, desk.day())
    except EarlierVersion:
        return []


def worth(suit_id: str) -> DataFrame:
    """What each course of a suit takes and what would change it; empty for an earlier version."""
    return desk.ask_if_held("suit_worth", suit_id=suit_id)


def vat(suit_id: str) -> dict[str, float]:
    """VAT within the expected net of each course of a suit; empty for an earlier version."""
    rows = desk.ask_if_held("suit_vat", suit_id=suit_id)
    return {} if rows.empty else dict(rows.set_index("course")["vat_part"].astype(float))


def laid_open(suit_id: str, course: str, recommended: str) -> LaidOpen | None:
    """A course in court of a suit, weighed again in full; None for an earlier version."""
    return _laid_open(str(desk.snapshot()), suit_id, course, recommended)


@st.cache_data(max_entries=100, show_spinner=False)
def _laid_open(path: str, suit_id: str, course: str, recommended: str) -> LaidOpen | None:
    told = {"recommended": recommended, "as_of": desk.day(), "seats": seats(desk.home())}
    try:
        own = _own(path)
        with Warehouse(desk.home().path, file=Path(path)) as warehouse:
            return weighed(warehouse, suit_id, course, own, **told)
    except EarlierVersion:
        return None


def grounds(suit_id: str, course: str) -> tuple[Ground, ...]:
    """What each figure of a course in court is made of; nothing for an earlier version."""
    return _grounds(str(desk.snapshot()), suit_id, course)


@st.cache_data(max_entries=100, show_spinner=False)
def _grounds(path: str, suit_id: str, course: str) -> tuple[Ground, ...]:
    file = _of(path, suit_id)
    try:
        with Warehouse(desk.home().path, file=Path(path)) as warehouse:
            return () if file is None else made_of(warehouse, suit_id, course, file.facts)
    except EarlierVersion:
        return ()


@st.cache_resource(max_entries=2, show_spinner=False)
def _own(path: str) -> Own:
    with Warehouse(desk.home().path, file=Path(path)) as warehouse:
        return own_suits(warehouse, desk.day())


@st.cache_data(max_entries=50, show_spinner=False)
def _of(path: str, suit_id: str) -> SuitFile | None:
    try:
        with Warehouse(desk.home().path, file=Path(path)) as warehouse:
            return suit_file(warehouse, suit_id, as_of=desk.day(), seats=seats(desk.home()))
    except EarlierVersion:
        return None


def most_to_spend() -> int:
    """Whole euros that every suit worth bringing would take together; 0 where none is."""
    along = _frontier(str(desk.snapshot()), Wish(0.0))
    return 0 if along.empty else int(along["budget"].max()) + 1


def plan(wish: Wish) -> Plan:
    """The suits to bring for a wish."""
    made = _plan(str(desk.snapshot()), wish)
    return replace(made, chosen=_at_stake(made.chosen), why_not=_at_stake(made.why_not))


def frontier(wish: Wish) -> DataFrame:
    """What each budget is worth at best, for the other figures of a wish."""
    return _frontier(str(desk.snapshot()), wish)


def next_euro(wish: Wish) -> float:
    """What the next euro beyond the budget of a wish brings at best."""
    return _beyond(str(desk.snapshot()), wish)


@st.cache_data(max_entries=200, show_spinner=False)
def _beyond(path: str, wish: Wish) -> float:
    return beyond(_offers(path), wish)


@st.cache_data(max_entries=200, show_spinner=False)
def _plan(path: str, wish: Wish) -> Plan:
    return planned(_offers(path), wish)


@st.cache_data(max_entries=200, show_spinner=False)
def _frontier(path: str, wish: Wish) -> DataFrame:
    return outlook(_offers(path), wish)


@st.cache_data(max_entries=5, show_spinner=False)
def _offers(path: str) -> DataFrame:
    with Warehouse(desk.home().path, file=Path(path)) as warehouse:
        return offers(warehouse)
