"""The first look at a portfolio: what lies there, line by line, each leading to its claims."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app_streamlit.parts import charts, tables
from app_streamlit.parts.words import Words

AGES = (
    "age_not_due",
    "age_30",
    "age_60",
    "age_90",
    "age_180",
    "age_365",
    "age_older",
    "age_unknown",
)
TO_DO = ("never_chased", "quick_win", "near_limitation", "unanswered_dispute", "accessories")
GAPS = ("gap_contact", "gap_kind", "gap_siren", "gap_date", "gap_proof")


def summary(rows: pd.DataFrame, lines: tuple[str, ...]) -> pd.DataFrame:
    """Claims and euros of each line, in the order given; lines without a claim count zero.

    Claims without an exchange rate count, and add nothing to the euros.
    """
    found = rows.groupby("line").agg(n=("claim_id", "count"), amount=("amount", "sum"))
    return found.reindex(list(lines), fill_value=0).reset_index()


def ages(say: Words, rows: pd.DataFrame) -> None:
    """Euros by age, as a picture, a sentence and a table."""
    st.subheader(say("bilan.ages"))
    found = summary(rows, AGES)
    found["name"] = [say(f"bilan.{line}") for line in found["line"]]
    total = found["amount"].sum()
    late = found[~found["line"].isin(["age_not_due", "age_unknown"])]["amount"].sum()
    st.altair_chart(charts.amounts(found, x="EUR"), width="stretch")
    st.markdown(
        say("bilan.ages_says", late=say.money(late), total=say.money(total)).replace("$", r"\$")
    )


def lines(say: Words, rows: pd.DataFrame, wanted: tuple[str, ...], title: str) -> None:
    """Lines with claims, euros and what each is worth; a line without claims is left out."""
    st.subheader(say(f"bilan.{title}"))
    found = summary(rows, wanted)
    found = found[found["n"] > 0]
    if found.empty:
        st.caption(say("bilan.nothing"))
        return
    shown = {
        "line": ("line", lambda line: say(f"bilan.{line}")),
        "n": ("claims", int),
        "amount": ("open", say.money),
        "help": ("why", lambda line: say(f"bilan.{line}_help")),
    }
    tables.plain_table(tables.shown(found.assign(help=found["line"]), shown, say))


def detail(say: Words, rows: pd.DataFrame) -> str | None:
    """The claims of one line; returns the one chosen."""
    st.subheader(say("bilan.detail"))
    present = [line for line in (*TO_DO, *GAPS, *AGES) if (rows["line"] == line).any()]
    line = st.selectbox(
        say("bilan.line"), present, format_func=lambda name: say(f"bilan.{name}"), key="bilan_line"
    )
    claims = rows[rows["line"] == line].reset_index(drop=True).head(1000)
    shown = tables.shown(
        claims.assign(told=list(map(say.money, claims["amount"], claims["currency"]))),
        {
            "debtor_name": ("debtor", str),
            "claim_id": ("claims", str),
            "invoice_number": ("invoice", tables.text),
            "due_on": ("due", say.day),
            "days_overdue": ("days", tables.text),
            "told": ("open", str),
            "stage": ("stage", lambda code: say.code("claim_stage", code)),
        },
        say,
    )
    chosen = st.dataframe(
        shown,
        hide_index=True,
        width="stretch",
        height=min(420, 40 + 35 * len(shown)),
        on_select="rerun",
        selection_mode="single-row",
        key="bilan_claims",
    )
    rows_chosen = chosen.selection.rows if chosen else []
    return str(claims.loc[rows_chosen[0], "claim_id"]) if rows_chosen else None
