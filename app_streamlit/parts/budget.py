"""The yearly budget of suits: what it brings, the suits it pays for, why the others wait."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from amiable.portfolio import Wish
from app_streamlit import suits
from app_streamlit.parts import charts, drawing, tables
from app_streamlit.parts.words import Words, plain

_MOST = 200


def panel(say: Words) -> None:
    """Budget and appetite for risk, the frontier, the plan and the suits left with their reason."""
    st.markdown(f"#### {say('budget.title')}")
    most = suits.most_to_spend()
    if not most:
        st.caption(say("budget.none"))
        return
    wish = _wish(say, most)
    made, along = suits.plan(wish), suits.frontier(wish)
    st.markdown(
        plain(
            say(
                "budget.says",
                n=len(made.chosen),
                cost=say.money(made.cost),
                net=say.money(made.expected_net),
                worst=say.money(made.worst),
                bound=say.money(made.bound),
                value=say.money(made.value),
            )
        )
    )
    st.markdown(plain(say("budget.next", euro=say.money(suits.next_euro(wish)))))
    _frontier(say, along, wish.budget)
    _chosen(say, made.chosen)
    _left(say, made.why_not)


def _wish(say: Words, most: int) -> Wish:
    left, middle, right = st.columns(3)
    budget = left.slider(
        say("budget.budget"), 0, most, most, step=max(most // 40, 1), key="suit_budget"
    )
    risk = middle.slider(
        say("budget.risk"),
        0,
        100,
        0,
        step=5,
        format="%d %%",
        key="suit_risk",
        help=say("budget.risk_help"),
    )
    per_week = right.number_input(say("budget.per_week"), 1, 500, 5, key="suit_filings")
    ready = st.checkbox(say("budget.only_ready"), key="suit_ready")
    return Wish(float(budget), risk / 100, int(per_week), with_tasks=not ready)


def _frontier(say: Words, along: pd.DataFrame, budget: float) -> None:
    if along.empty:
        st.caption(say("budget.nothing_pays"))
        return
    drawing.draw(say, charts.frontier(along, budget, x=say("budget.x"), y=say("budget.y")))
    knee = along[along["knee"]].iloc[0]
    st.caption(
        plain(say("budget.knee", at=say.money(knee["budget"]), euro=say.money(knee["next_euro"])))
    )
    with st.expander(say("ends.table")):
        tables.plain_table(
            tables.shown(
                along,
                {
                    "budget": ("budget", say.money),
                    "value": ("value", say.money),
                    "next_euro": ("next_euro", say.money),
                },
                say,
            )
        )


def _chosen(say: Words, chosen: pd.DataFrame) -> None:
    if chosen.empty:
        return
    read: dict[str, tuple[str, tables.Cell]] = {
        "debtor_name": ("debtor", tables.name),
        "week": ("week", str),
        "course": ("course", lambda code: say.code("course", code)),
        "cost": ("cost", say.money),
        "expected_net": ("net", say.money),
        "p10": ("worst", say.money),
        "lapses_on": ("lapses", say.day),
    }
    more: dict[str, tuple[str, tables.Cell]] = {
        "debtor_name": ("debtor", str),
        "suit_amount": ("amount", say.money),
        "obstacles": ("before", lambda codes: _told(say, codes)),
    }
    rows = chosen.head(_MOST)
    tables.readable(say, tables.shown(rows, read, say), tables.shown(rows, read | more, say))


def _left(say: Words, left: pd.DataFrame) -> None:
    if left.empty:
        return
    with st.expander(say("budget.why_not", n=len(left))):
        tables.plain_table(
            tables.shown(
                left.sort_values("value", ascending=False).head(_MOST),
                {
                    "debtor_name": ("debtor", tables.name),
                    "reason": ("reason", lambda code: say(f"budget.left_{code}")),
                    "course": ("course", lambda code: _course(say, code)),
                    "value": ("value", say.money),
                    "cost": ("cost", say.money),
                    "suit_amount": ("amount", say.money),
                },
                say,
            )
        )


def _course(say: Words, code: object) -> str:
    return say.code("course", code) if isinstance(code, str) else "–"


def _told(say: Words, codes: object) -> str:
    return say.joint.join(say.rule(code, "obstacles") for code in tables.listed(codes)) or "–"
