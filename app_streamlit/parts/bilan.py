"""The first look at a portfolio: what lies there, line by line, each leading to its claims."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from app_streamlit import desk
from app_streamlit.parts import charts, drawing, tables
from app_streamlit.parts.words import Words, missing, plain
from letters.bilan import AGES, Look, ages_sentence, told

_CHOSEN = "bilan_line"
_AGES = "bilan_ages"


def ages(say: Words, look: Look) -> None:
    """Euros by age, as a picture, a sentence and a table."""
    st.subheader(say("bilan.ages"))
    lines = told(look, AGES, say.language)
    frame = pd.DataFrame(
        {
            "name": [line.name for line in lines],
            "n": [line.n for line in lines],
            "amount": [0.0 if line.amount is None else float(line.amount) for line in lines],
        }
    )
    drawing.draw(say, charts.amounts(frame, x="EUR"))
    st.markdown(plain(ages_sentence(look, say.language)))
    names = [line.line for line in lines]
    table = tables.shown(
        pd.DataFrame({"line": lines}),
        {"line": ("line", lambda line: line.name)},
        say,
    ).assign(**{say("col.open"): [line.figures for line in lines]})
    st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        on_select=lambda: _choose_row(names),
        selection_mode="single-row",
        key=_AGES,
    )
    if st.session_state.get(_CHOSEN) in names:
        detail(say, look, st.session_state[_CHOSEN])


def section(say: Words, look: Look, wanted: tuple[str, ...], title: str) -> None:
    """Lines, each a button to its claims, its figures and what it is worth or costs."""
    st.subheader(say(f"bilan.{title}"))
    lines = told(look, wanted, say.language)
    if not lines:
        st.caption(say("bilan.nothing"))
    for line in lines:
        left, middle, right = st.columns([5, 4, 8], vertical_alignment="center")
        left.button(
            line.name, key=f"line_{line.line}", width="stretch", on_click=_choose, args=[line.line]
        )
        middle.markdown(plain(line.figures))
        right.caption(plain(line.says))
        if st.session_state.get(_CHOSEN) == line.line:
            detail(say, look, line.line)


def _choose(line: str) -> None:
    """Show the claims of a line; the same button again hides them."""
    st.session_state[_CHOSEN] = None if st.session_state.get(_CHOSEN) == line else line


def _choose_row(names: list[str]) -> None:
    rows = st.session_state[_AGES].selection.rows
    st.session_state[_CHOSEN] = names[rows[0]] if rows else None


def detail(say: Words, look: Look, line: str) -> None:
    """The claims of one line, each of which opens."""
    if line == "credits":
        _credits(say, desk.credits())
    claims = desk.bilan_claims(line)
    n = int(look.lines[line]["n_claims"]) if line in look.lines else 0
    if n > len(claims):
        st.caption(say("bilan.first", shown=len(claims), n=n))
    if not claims:
        return
    chosen = st.dataframe(
        _claims(say, claims),
        hide_index=True,
        width="stretch",
        height=min(420, 40 + 35 * len(claims)),
        on_select="rerun",
        selection_mode="single-row",
        key=f"bilan_claims_{line}",
    )
    rows = chosen.selection.rows if chosen else []
    claim = claims[rows[0]]["claim_id"] if rows and rows[0] < len(claims) else None
    if st.button(say("today.open"), disabled=claim is None, key="open_claim"):
        st.session_state["claim_id"] = str(claim)
        st.switch_page("screens/claim.py")


def _claims(say: Words, claims: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(claims)
    return tables.shown(
        frame.assign(told=list(map(say.money, frame["open_amount"], frame["currency"]))),
        {
            "debtor_name": ("debtor", str),
            "claim_id": ("claims", str),
            "invoice_number": ("invoice", tables.text),
            "due_on": ("due", say.day),
            "days_overdue": (
                "days",
                lambda value: "–" if missing(value) else f"{float(value):.0f}",
            ),
            "told": ("open", str),
            "worth": ("worth", say.money),
            "stage": ("stage", lambda code: say.code("claim_stage", code)),
        },
        say,
    )


def _credits(say: Words, rows: list[dict[str, Any]]) -> None:
    """The sums in hand themselves; some are of debtors who owe nothing any more."""
    st.caption(say("bilan.credits"))
    tables.plain_table(
        tables.shown(
            pd.DataFrame(rows),
            {
                "debtor_name": ("debtor", str),
                "creditor_name": ("creditor", tables.text),
                "amount": ("amount", say.money),
                "since": ("on", say.day),
                "source": ("source", str),
            },
            say,
        ),
        height=min(240, 40 + 35 * len(rows)),
    )


def paper(say: Words) -> None:
    """The same on paper, made when a person asks for it."""
    st.download_button(
        say("bilan.paper"),
        desk.bilan_paper(say.language),
        "bilan.pdf",
        "application/pdf",
        key="bilan_pdf",
        icon=":material/picture_as_pdf:",
    )
