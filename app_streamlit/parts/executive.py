"""What an executive reads of a suit before signing, from the decision down to the last doubt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from amiable.suits import SuitFile
from app_streamlit import suits
from app_streamlit.parts import (
    claim,
    grounds,
    laid_open,
    land,
    signing,
    suit,
    tables,
    titles,
    worth,
)
from app_streamlit.parts.words import Words, missing, plain
from law.gates import LIFTABLE, OUT_OF_COURT

# Steps after a title that leave the choice among the courses open.
_WEIGHED = ("seize", "other_course", "leave")
Row = Mapping[str, Any]


def panel(say: Words, suit_id: str, compared: pd.DataFrame) -> None:
    """The decision, its figures, gates, courses, a hundred files, what moves it, the signature."""
    file, courses = suits.of(suit_id), suits.worth(suit_id)
    if file is None or courses.empty:
        st.caption(say("suit.earlier"))
        return
    rows = {str(row["course"]): row for row in courses.to_dict("records")}
    advised = next(row for row in rows.values() if row["recommended"])
    names = _studied(rows)
    st.subheader(say("executive.title"))
    st.markdown(f"**{plain(decision(say, advised, file))}**")
    st.caption(say("suit.no_advice"))
    titles.panel(say, file.after)
    land.panel(say, file)
    if not names:
        st.info(plain(_none(say, rows)))
        suit.gates(say, file)
        claim.courses(say, {}, compared, file.facts.insolvency)
        suit.detail(say, file, compared)
        return
    course = st.selectbox(
        say("executive.course"), names, format_func=lambda code: say.code("course", code),
        key="studied",
    )  # fmt: skip
    row = rows[course]
    found = suits.laid_open(suit_id, course, str(advised["course"]))
    if found is not None and found.reason != "advised":
        st.markdown(plain(laid_open.why_not(say, found, row)))
    worth.vat_within(say, row, suits.vat(suit_id).get(course, 0.0))
    _tiles(say, row, file)
    suit.gates(say, file)
    claim.courses(say, {}, compared, file.facts.insolvency)
    if found is None:
        st.caption(say("suit.earlier"))
    else:
        laid_open.hundred(say, found)
        laid_open.tornado(say, found)
        written = laid_open.values(say, found) | {"stake": say.euros(file.facts.claimed)}
        grounds.figures(say, suits.grounds(suit_id, course), found, written)
    worth.balance(say, row, float(file.facts.amount))
    signing.panel(say, file, course)
    st.markdown(f"#### {say('executive.detail')}")
    suit.detail(say, file, compared)


def decision(say: Words, advised: Row, file: SuitFile) -> str:
    """The sentence of the decision; of an order or a title, that its next step comes first."""
    if file.after is not None and file.after.step.code not in _WEIGHED:
        return say("titles.under_way")
    course = say.code("course", advised["course"])
    if advised["course"] in OUT_OF_COURT:
        kind = file.facts.insolvency
        if advised["course"] != "write_off":
            return say("executive.not_sue", course=course)
        if kind is None:
            told_first = say("executive.not_sue", course=course)
            if not file.facts.vat_comes_back:
                return told_first
            return f"{told_first} {say('executive.vat_left', vat=say.euros(file.facts.vat_amount))}"
        if kind == "over_indebtedness":
            return say("executive.over_indebtedness")
        until = next((each.on for each in file.checks if each.gate.code == "insolvency"), None)
        by = "" if until is None else say("executive.until", day=say.day(until))
        named = say.code("insolvency_kind", kind)
        declared = "_declared" if file.facts.is_declared else ""
        lost = kind == "liquidation" and file.facts.vat_comes_back
        state = "liquidation" if lost else "proceedings"
        return say(f"executive.{state}{declared}", kind=named, until=by)
    told = {
        "course": course,
        "net": say.euros(advised["expected_net"]),
        "cost": say.euros(advised["cost"]),
        "months": say.number(advised["months_to_cash"], 1),
    }
    if missing(advised["court"]):
        return say("executive.sue", **told)
    court = advised["court"] if say.language == "fr" else file.courts[str(advised["course"])]
    return say("executive.sue_at", court=court, **told)


def _studied(rows: Mapping[str, Row]) -> list[str]:
    """Courses before a judge worth a look: the one advised, the open ones, those tasks open."""
    weighed = [
        row for row in rows.values()
        if row["course"] not in OUT_OF_COURT
        and not missing(row["settlement_high"])
        and (row["admissible"] or set(tables.listed(row["obstacles"])) <= set(LIFTABLE))
    ]  # fmt: skip

    def first(row: Row) -> tuple[bool, bool, float]:
        net = row["expected_net"]
        return not row["recommended"], not row["admissible"], 0.0 if missing(net) else -float(net)

    return [str(row["course"]) for row in sorted(weighed, key=first)]


def _none(say: Words, rows: Mapping[str, Row]) -> str:
    """No course before a judge can be opened by a task: what closes them all."""
    closed = [
        set(tables.listed(row["obstacles"]))
        for row in rows.values()
        if row["course"] not in OUT_OF_COURT
    ]
    common = sorted(set.intersection(*closed)) if closed else []
    why = say.joint.join(say.rule(code, "obstacles") for code in common if code not in LIFTABLE)
    return say("executive.all_closed", why=why or say("executive.each_its_own"))


def _tiles(say: Words, row: Row, file: SuitFile) -> None:
    quiet: dict[str, Any] = {
        "delta_color": "off",
        "delta_arrow": "off",
        "border": True,
        "width": "content",
    }
    titled, paid = row["p_success"], row["p_collect"]
    both = None if missing(titled) else float(titled) * float(paid)
    low, high = (say.euros(row[name]) for name in ("p10", "p90"))
    cells = {
        "stake": (say.euros(file.facts.claimed), {"part": say.euros(file.facts.amount)}),
        "odds": (say.share(both), {"title": say.share(titled), "paid": say.share(paid)}),
        "cost": (say.euros(row["cost"]), {"peak": say.euros(row["peak_cash_out"])}),
        "net": (say.euros(row["expected_net"]), {"low": low, "high": high}),
        "time": (
            say("executive.months", n=say.number(row["months_to_cash"], 1)),
            {"loss": say.share(row["p_loss"])},
        ),
    }
    # Tiles as wide as their words, on as many lines as it takes: nothing is cut.
    with st.container(horizontal=True):
        for name, (value, more) in cells.items():
            st.metric(
                say(f"executive.{name}"), plain(value),
                plain(say(f"executive.{name}_more", **more)), **quiet,
            )  # fmt: skip
