"""Parts of the partners: the register with its results; whom to instruct of a suit, the letter."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from amiable import partner_words
from amiable.dossier import file_name
from amiable.errors import AmiableError
from amiable.instructions import plain as plain_text
from amiable.partners import Candidate, Role
from app_streamlit import partners
from app_streamlit.parts import frame, tables
from app_streamlit.parts.words import Words, plain
from letters.errors import LetterError
from letters.instructions.letter import instruction_pdf
from pipelines.errors import PipelineError


def panel(say: Words, suit_id: str, compared: pd.DataFrame) -> None:
    """Who may work on the suit by a course, why one is advised, the letter, another choice."""
    box = st.expander(
        say("partners.title"), icon=":material/handshake:", key="partners_open", on_change="rerun"
    )
    if not box.open or compared.empty:
        return
    with box:
        st.caption(say("partners.help"))
        course = st.selectbox(
            say("suit.course"),
            list(compared["course"]),
            format_func=lambda code: say.code("course", code),
            key="partners_course",
        )
        found = partners.roles(suit_id, course)
        if found is None:
            st.caption(say("suit.earlier"))
            return
        if not found:
            st.caption(say("partners.none_needed"))
        for role in found:
            _role(say, role)
        there = {each.partner_id: each for role in found for each in role.candidates}
        if there:
            _letter(say, suit_id, course, there)
            if frame.decides(say):
                _choose(say, suit_id, there)


def in_costs(say: Words, suit_id: str, course: str) -> None:
    """Whose agreed fee stands in the published costs of a course, where it is not the usual one."""
    row = partners.advised(suit_id).get(course)
    if row is None or row["partner_id"] is None or row["partner_kind"] == "enforcement_officer":
        return
    if row["fixed_fee"] is None and row["success_rate_fee"] is None:
        return
    told = partner_words.fee(row, say.language)
    st.caption(plain(say("partners.in_costs", fee=told)))


def register(say: Words) -> None:
    """Every partner of the day with what its files brought."""
    with st.expander(say("partners.register"), icon=":material/contacts:"):
        rows = partners.register()
        if rows is None:
            st.caption(say("suit.earlier"))
        elif not rows:
            st.info(plain(partner_words.say("register", "empty", say.language)))
        else:
            st.caption(say("partners.results_help"))
            tables.plain_table(pd.DataFrame([_listed(say, row) for row in rows]))
            results = [_result(say, row, each) for row in rows for each in row["results"]]
            if results:
                tables.plain_table(pd.DataFrame(results))


def _role(say: Words, role: Role) -> None:
    first = next((each for each in role.candidates if each.reason), None)
    why = partner_words.why(
        role.reason,
        say.language,
        kind=role.kind,
        n=sum(each.is_sure for each in role.candidates),
        gain=first.gain if first else None,
        ahead=first.ahead if first else None,
    )
    who = f" {partner_words.name_of(first.row)} —" if first else ""
    colon = " :" if say.language == "fr" else ":"
    st.markdown(f"**{say.code('partner_kind', role.kind)}{colon}**{plain(f'{who} {why}')}")
    tables.html_table([_candidate(say, role, each) for each in role.candidates])


def _candidate(say: Words, role: Role, each: Candidate) -> dict[str, str]:
    mine = [row for row in each.row["results"] if row["work"] == role.work]
    return {
        say("partners.partner"): ("→ " if each.reason else "") + partner_words.name_of(each.row),
        say("partners.area"): partner_words.area(each.row, say.language)
        + ("" if each.is_sure else " ?"),
        say("partners.fee"): partner_words.bare_fee(each.row, say.language),
        say("partners.results"): partner_words.results(mine, say.language),
        say("partners.gain"): say.money(each.gain),
    }


def _letter(say: Words, suit_id: str, course: str, there: dict[str, Candidate]) -> None:
    st.markdown(f"**{say('partners.letter')}**")
    partner_id = st.selectbox(
        say("partners.to"),
        list(there),
        format_func=lambda key: partner_words.name_of(there[key].row),
        key="partners_to",
    )
    try:
        made = partners.letter(suit_id, partner_id, course, say.language)
    except (AmiableError, LetterError, PipelineError) as error:
        st.warning(plain(error))
        return
    st.caption(plain(say("partners.sign", total=made.total)))
    left, right = st.columns(2)
    name = f"{suit_id}-{partner_id}"
    left.download_button(
        say("partners.pdf"),
        lambda: instruction_pdf(made),
        file_name(name, "A-SIGNER-mission", "pdf"),
        "application/pdf",
        key="partners_pdf",
    )
    right.download_button(
        say("partners.txt"),
        plain_text(made),
        file_name(name, "A-SIGNER-mission", "txt"),
        "text/plain",
        key="partners_txt",
    )


def _choose(say: Words, suit_id: str, there: dict[str, Candidate]) -> None:
    with st.form("partner_choice", clear_on_submit=True, border=False):
        partner_id = st.selectbox(
            say("partners.choose"),
            list(there),
            format_func=lambda key: partner_words.name_of(there[key].row),
            key="partner_chosen",
        )
        reason = st.text_input(say("claim.reason"), key="partner_reason", max_chars=500)
        sent = st.form_submit_button(say("partners.choose"))
    if not sent:
        return
    actor = st.session_state.get("actor", "").strip()
    if not actor:
        st.error(say("claim.who_needed"))
        return
    if not reason.strip():
        st.error(say("claim.reason_needed"))
        return
    try:
        partners.choose(suit_id, partner_id, actor, reason)
    except (AmiableError, PipelineError) as error:
        st.error(plain(error))
        return
    st.success(say("partners.chosen"))


def _listed(say: Words, row: dict[str, object]) -> dict[str, str]:
    marks = [partner_words.area(row, say.language)]
    unread = tables.listed(row["area_unread"])
    if unread:
        told = partner_words.say("register", "unread", say.language)
        marks.append(told.format(parts=", ".join(unread)))
    name = partner_words.name_of(row)
    if row["is_namesake"]:
        told = partner_words.say("register", "namesake", say.language)
        name += f" ({row['partner_id']}, {told})"
    return {
        say("partners.partner"): name,
        say("col.kind"): say.code("partner_kind", row["kind"]),
        say("partners.area"): say.joint.join(marks),
        say("partners.fee"): partner_words.bare_fee(row, say.language),
        say("partners.files"): str(row["n_files"]),
    }


def _result(say: Words, row: dict[str, object], each: dict[str, object]) -> dict[str, str]:
    told = {
        name: partner_words.figure(each, name, say.language)
        for name in ("value", "low", "high", "usual", "observed", "expected")
    }
    return {
        say("partners.partner"): partner_words.name_of(row),
        say("partners.work"): say.code("partner_work", each["work"]),
        say("col.measure"): say.code("partner_measure", each["measure"]),
        say("partners.files"): str(each["n"]),
        say("partners.value"): told["value"],
        say("partners.interval"): f"{told['low']} – {told['high']}",
        say("partners.usual"): told["usual"],
        say("col.observed"): told["observed"],
        say("partners.expected"): told["expected"],
    }
