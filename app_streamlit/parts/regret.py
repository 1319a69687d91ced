"""Parts of the regret ledger: what came of advice followed or not, in sentences and a table."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from app_streamlit.parts import tables
from app_streamlit.parts.words import Words, missing, plain

_ALL, _EARLY = "all", "too_early"


def panel(say: Words, found: pd.DataFrame) -> None:
    """A sentence for each way of taking advice, then every situation."""
    st.subheader(say("regret.title"))
    if found.empty:
        st.caption(say("regret.none"))
        return
    for row in found[found["action"] == _ALL].to_dict("records"):
        st.markdown("- " + plain(_sentence(say, row)))
    apart = found[found["action"] != _ALL]
    told = apart[apart["verdict"] != _EARLY]
    if told.empty:
        st.caption(say("regret.early", n=len(apart)))
    else:
        tables.plain_table(pd.DataFrame([_row(say, row) for row in told.to_dict("records")]))
        if left := len(apart) - len(told):
            st.caption(say("regret.early", n=left))
    st.caption(say("regret.note"))


def _sentence(say: Words, row: dict[str, Any]) -> str:
    how = say.code("advice_taken", row["how"]).capitalize()
    if row["verdict"] == _EARLY:
        return say("regret.says_early", how=how, n=say.number(row["n"]), eur=say.money(row["eur"]))
    return say(
        f"regret.says_{row['verdict']}",
        how=how,
        n=say.number(row["n"]),
        eur=say.money(row["eur"]),
        score=_hundred(say, row["score"]),
        low=_hundred(say, row["low"]),
        high=_hundred(say, row["high"]),
    )


def _hundred(say: Words, rate: object) -> str:
    """A rate as EUR for each 100 EUR, with its sign."""
    if missing(rate):
        return "–"
    each = float(str(rate)) * 100
    return ("+" if each > 0 else "") + say.number(each, 1)


def _row(say: Words, row: dict[str, Any]) -> dict[str, str]:
    chased = row["stage"] != "not_chased"
    return {
        say("col.profile"): say.code("profile_decision", row["profile"]),
        say("col.stage"): say.code("stage", row["stage"]) if chased else say("regret.not_chased"),
        say("regret.advised"): say.code("action", row["action"]),
        say("regret.taken"): say.code("advice_taken", row["how"]),
        say("regret.n"): say.number(row["n"]),
        say("regret.eur"): say.money(row["eur"]),
        say("regret.score"): _hundred(say, row["score"]),
        say("regret.interval"): f"{_hundred(say, row['low'])} ; {_hundred(say, row['high'])}",
        say("regret.shrunk"): _hundred(say, row["shrunk"]),
        say("regret.regret"): _hundred(say, row["regret"]),
        say("regret.verdict"): say.code("regret_verdict", row["verdict"]),
    }
