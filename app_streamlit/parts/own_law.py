"""Parts of a client's own legal values: where they act, which stand, put one in, take one back."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from amiable.errors import AmiableError
from app_streamlit import accounts, clock
from app_streamlit.parts import tables
from app_streamlit.parts.words import Words, plain
from law.errors import LawError
from law.overrides import Override


def acting(say: Words) -> None:
    """A line for each value of the client that held on the day looked at."""
    for row in accounts.replaced():
        told = f"{row['parameter']} = {row['printed']} : {row['why']}"
        st.caption(plain(say("law.replaced", why=told)))


def standing(say: Words, found: pd.DataFrame) -> None:
    """The client's own values with their reasons, and how one is taken back."""
    st.markdown(f"#### {say('law.own')}")
    if told := st.session_state.pop("law_told", None):
        st.success(plain(told))
    mine = accounts.own_values()
    if not mine:
        st.caption(say("law.own_none"))
    else:
        rules = dict(zip(found["parameter"], found["says"], strict=True))
        tables.plain_table(pd.DataFrame([_row(say, each, rules) for each in mine]))
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        names = {f"{_name(each)} · {each.from_on}": each for each in mine}
        chosen = left.selectbox(say("law.withdraw_which"), list(names), key="law_withdraw_which")
        if right.button(say("law.withdraw"), key="law_withdraw"):
            _do(say, "law.withdrawn", lambda: accounts.withdraw_value(names[chosen]))
    _form(say, found)


def _form(say: Words, found: pd.DataFrame) -> None:
    with st.expander(say("law.put"), icon=":material/edit:"):
        st.caption(say("law.put_help"))
        who = str(st.session_state.get("actor") or "").strip()
        rules = dict(zip(found["parameter"], found["says"], strict=True))
        with st.form("law_put", border=False):
            name = st.selectbox(
                say("law.says"),
                list(rules),
                format_func=lambda each: f"{rules[each]} ({each})",
                key="law_put_name",
            )
            left, right = st.columns(2)
            value = left.text_input(
                say("law.value"), help=say("law.put_value"), key="law_put_value"
            )
            first = right.date_input(
                say("law.from_on"), clock.today(), format=say.date_format, key="law_put_from"
            )
            reason = st.text_input(say("law.why"), max_chars=500, key="law_put_why")
            sent = st.form_submit_button(say("law.put_send"))
        if sent and not who:
            st.error(say("claim.who_needed"))
        elif sent:
            _do(
                say,
                "law.put_done",
                lambda: accounts.put_value(name, value, from_on=first, reason=reason, by=who),
            )


def _do(say: Words, done: str, work: Callable[[], object]) -> None:
    try:
        work()
    except (LawError, AmiableError) as error:
        st.error(plain(say.sentence(str(error))))
        return
    st.session_state["law_told"] = say(done)
    st.rerun()


def _row(say: Words, each: Override, rules: dict[str, str]) -> dict[str, str]:
    return {
        say("law.says"): rules.get(_name(each), _name(each)),
        say("law.parameter"): _name(each),
        say("law.value"): each.printed,
        say("law.from_on"): say.day(each.from_on),
        say("law.until_on"): say.day(each.until_on),
        say("law.why"): each.told,
    }


def _name(each: Override) -> str:
    return f"{each.subject}.{each.name}"
