"""Parts of the ladder's effect: what would change tomorrow, and putting it in force after that."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from amiable.errors import AmiableError
from amiable.ladder_preview import Example, Move, Preview
from app_streamlit import ladders
from app_streamlit.parts import frame, ladder, tables
from app_streamlit.parts.words import Words, plain
from pipelines.errors import PipelineError

_MOST = 40


def of(say: Words, creditor: str, parts: dict[str, Any]) -> None:
    """The effect of the ladder in the cells, on demand; then the key that puts it in force."""
    if not frame.decides(say):
        return
    if st.button(say("ladders.preview"), type="primary", key="ladder_look"):
        st.session_state["ladder_seen"] = (creditor, parts)
    if st.session_state.get("ladder_seen") != (creditor, parts):
        st.caption(say("ladders.preview_first"))
        return
    try:
        change = ladders.asked_for(creditor, parts, reason=say("ladders.trial"), by="–")
        with st.spinner(say("ladders.walking")):
            found = ladders.preview(change)
    except (AmiableError, PipelineError) as error:
        ladder.refused(say, error)
        return
    _shown(say, found)
    _force(say, creditor, parts)


def _shown(say: Words, found: Preview) -> None:
    st.markdown(f"#### {say('ladders.effect', day=say.day(found.day))}")
    (n, minutes), (n_after, minutes_after) = found.work_before, found.work_after
    told = (
        ("changed", say("ladders.of", n=found.n_changed, all=found.n_claims)),
        ("eur", say.money(found.eur_changed)),
        ("contacts", f"{n} → {n_after}"),
        ("minutes", f"{say.number(minutes)} → {say.number(minutes_after)} min"),
    )
    with st.container(horizontal=True, gap="medium"):
        for name, value in told:
            st.metric(say(f"ladders.{name}"), plain(value), width="content")
    if not found.moves:
        st.info(say("ladders.no_effect"))
        return
    kinds = [say(f"ladders.kind_{kind}", n=n) for kind, n in found.n_by_kind.items() if n]
    st.caption(say.joint.join(kinds) + ".")
    tables.plain_table(pd.DataFrame([_move(say, each) for each in found.moves[:_MOST]]))
    if len(found.moves) > _MOST:
        st.caption(say("ladders.more", n=len(found.moves) - _MOST))
    st.markdown(f"**{say('ladders.examples')}**")
    tables.plain_table(pd.DataFrame([_example(say, each) for each in found.examples]))


def _move(say: Words, each: Move) -> dict[str, str]:
    same = each.before == each.after
    later = say("ladders.days", n=f"{each.days:+.0f}") if each.days else "–"
    return {
        say("ladders.from"): ladder.step(say, each.before),
        say("ladders.to"): say("ladders.same") if same else ladder.step(say, each.after),
        say("ladders.n"): say.number(each.n_claims),
        say("ladders.eur"): say.money(each.eur),
        say("ladders.later"): later,
    }


def _example(say: Words, each: Example) -> dict[str, str]:
    def told(advised: dict[str, Any]) -> str:
        step = ladder.step(say, [advised[name] for name in ("action", "stage", "channel", "tone")])
        told = f"{step}, {say.day(advised['act_on'])}"
        if advised["escalate_to"] is None:
            return told
        then = say.code("stage", advised["escalate_to"])
        return f"{told} ; {say('ladders.then', stage=then, day=say.day(advised['escalate_on']))}"

    return {
        say("ladders.claim"): each.claim_id,
        say("col.debtor"): each.debtor_name,
        say("ladders.eur"): say.money(each.eur),
        say("ladders.from"): told(each.before),
        say("ladders.to"): told(each.after),
    }


def _force(say: Words, creditor: str, parts: dict[str, Any]) -> None:
    with st.form("ladder_force", border=True):
        st.caption(say("ladders.force_help"))
        reason = st.text_input(say("ladders.reason"), max_chars=500, key="ladder_reason")
        sent = st.form_submit_button(say("ladders.force"))
    who = str(st.session_state.get("actor") or "").strip()
    if sent and not who:
        st.error(say("claim.who_needed"))
    elif sent:

        def put() -> None:
            ladders.put(ladders.asked_for(creditor, parts, reason=reason, by=who))

        ladder.done(say, "ladders.forced", put)
