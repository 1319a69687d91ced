"""Bank lines: proposals by certainty, a person's word on them, and its undo."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from amiable import matching
from amiable.errors import AmiableError
from amiable.export import harmless
from amiable.matching import BankDay
from app_streamlit import clock, desk, waiting
from app_streamlit.parts import frame, journal, tables
from app_streamlit.parts.words import Words, plain
from pipelines.bank_match import SUBJECT, is_match
from pipelines.errors import PipelineError
from pipelines.journal import Entry

_SURE = 0.85
_LIKELY = 0.6
_MOST_DECIDED = 20


def read(say: Words) -> BankDay | None:
    """The bank lines to decide on as of the day looked at; an error is told and gives None."""
    try:
        with st.spinner(say("bank.reading")):
            return waiting.bank_day()
    except (PipelineError, AmiableError) as error:
        st.info(plain(error))
        return None


def later(say: Words, day: BankDay) -> None:
    """Lines booked after the day looked at wait for a run of their day."""
    if day.n_later:
        st.caption(say("bank.later", n=day.n_later, day=say.day(day.as_of)))


def tiles(say: Words, day: BankDay) -> None:
    """How many lines there are to decide, and how sure the proposals are."""
    best = day.proposals[day.proposals["place"] == 1]
    counts = {
        "to_decide": len(day.lines) - len(matching.in_ledger(day)),
        "sure": int(((best["score"] >= _SURE) & ~best["is_ambiguous"]).sum()),
        "ambiguous": int(best["is_ambiguous"].sum()),
        "none": len(matching.unmatched(day)),
    }
    for column, (name, n) in zip(st.columns(len(counts)), counts.items(), strict=True):
        column.metric(say(f"bank.{name}"), n)


def proposals(say: Words, day: BankDay) -> list[str]:
    """The best proposal of each line, the surest first; returns the lines ticked."""
    best = day.proposals[day.proposals["place"] == 1].merge(day.lines, on="line_id")
    if best.empty:
        return []
    st.subheader(say("bank.proposals"))
    st.caption(say("bank.help"))
    rows = pd.DataFrame(
        [
            {
                say("bank.certainty"): _certainty(say, row),
                say("col.on"): say.day(row["booked_on"]),
                say("col.amount"): say.money(row["amount"], row["currency"]),
                say("bank.said"): _said(row),
                say("col.debtor"): tables.text(row["debtor_name"]),
                say("bank.pays"): _shares(say, row),
                say("col.why"): ", ".join(matching.reasons(row, say.language)),
            }
            for row in best.to_dict("records")
        ]
    )
    places = _ticked(rows, best["line_id"], "bank_proposals")
    st.download_button(
        say("bank.export"),
        harmless(rows).to_csv(index=False),
        "matches.csv",
        "text/csv",
        key="bank_export",
    )
    return best["line_id"].iloc[places].tolist()


def without(say: Words, day: BankDay) -> list[str]:
    """Lines to which nothing points; returns those ticked."""
    alone = matching.unmatched(day)
    if alone.empty:
        return []
    st.subheader(say("bank.without"))
    st.caption(say("bank.without_help"))
    places = _ticked(_lines(say, alone), alone["line_id"], "bank_without")
    return alone["line_id"].iloc[places].tolist()


def in_ledger(say: Words, day: BankDay) -> None:
    """Lines that the ledger has already: nothing to do."""
    known = matching.in_ledger(day)
    if not known.empty:
        with st.expander(say("bank.in_ledger", n=len(known))):
            tables.plain_table(_lines(say, known))


def decide(say: Words, day: BankDay, chosen: list[str]) -> None:
    """Confirm the proposals ticked, say that the lines pay nothing, or choose other claims."""
    if not frame.decides(say):
        return
    best = day.proposals[(day.proposals["place"] == 1) & day.proposals["line_id"].isin(chosen)]
    left, right = st.columns([2, 5])
    confirm = say("bank.confirm", n=len(best))
    if left.button(confirm, disabled=best.empty, type="primary", key="bank_confirm"):
        _record(say, {row["line_id"]: matching.of_proposal(row) for row in best.to_dict("records")})
    reject = say("bank.reject", n=len(chosen))
    if right.button(reject, disabled=not chosen, key="bank_reject"):
        _record(say, dict.fromkeys(chosen, matching.rejection()))
    if len(chosen) == 1:
        _choose(say, day, chosen[0])
    else:
        st.caption(say("bank.select"))


def _choose(say: Words, day: BankDay, line_id: str) -> None:
    """Another proposal of the line, or claims found by their number or debtor."""
    line = day.lines[day.lines["line_id"] == line_id].to_dict("records")[0]
    mine = day.proposals[day.proposals["line_id"] == line_id].assign(currency=line["currency"])
    with st.container(border=True):
        st.markdown(f"**{plain(say('bank.other'))}** — {plain(_said(line))}")
        for row in mine[mine["place"] == 1].to_dict("records"):
            why = ", ".join(matching.reasons(row, say.language))
            st.caption(plain(f"{_certainty(say, row)} · {_shares(say, row)} : {why}"))
        for row in mine[mine["place"] > 1].to_dict("records"):
            who = tables.text(row["debtor_name"])
            told = f"{_certainty(say, row)} · {who} · {_shares(say, row)}"
            if st.button(plain(told), key=f"bank_other_{row['place']}"):
                _record(say, {line_id: matching.of_proposal(row)})
        wanted = st.text_input(say("bank.search"), key="bank_search")
        if not wanted.strip():
            return
        found = desk.find_claims(wanted)
        found = found[found["currency"] == line["currency"]].set_index("claim_id")
        claims = st.multiselect(
            say("bank.claims"),
            found.index.tolist(),
            format_func=lambda claim: _named(say, found.loc[claim]),
            placeholder="–",
            key="bank_claims",
        )
        if not claims:
            st.caption(say("bank.found", n=len(found)))
            return
        told = matching.shared_out(line, found.loc[claims].reset_index().to_dict("records"))
        st.caption(plain(_shares(say, told)))
        if st.button(say("bank.confirm_chosen"), key="bank_confirm_chosen"):
            _record(say, {line_id: matching.of_proposal(told)})


def decided(say: Words, day: BankDay) -> None:
    """What was said of bank lines and stands, newest first, each with its undo."""
    standing = [
        entry
        for entry in desk.journal().standing(as_of=day.as_of)
        if is_match(entry.kind, entry.payload)
    ]
    if not standing:
        return
    with st.expander(say("bank.decided", n=len(standing)), expanded=True):
        for entry in reversed(standing[-_MOST_DECIDED:]):
            left, right = st.columns([5, 1])
            left.markdown(
                plain(f"{say.day(entry.as_of)} — {entry.actor} — {journal.details(say, entry)}")
            )
            if desk.looked_at() is None and right.button(
                say("claim.undo"), key=f"undo_{entry.entry_id}"
            ):
                journal.undo(say, entry)


def _record(say: Words, payloads: dict[str, dict[str, Any]]) -> None:
    actor = st.session_state.get("actor", "").strip()
    if not actor:
        st.error(say("claim.who_needed"))
        return
    try:
        desk.record(
            Entry(
                at=clock.now(),
                as_of=desk.day(),
                actor=actor,
                subject_type=SUBJECT,
                subject_id=line_id,
                kind="answer",
                payload=payload,
                run_id=desk.run()["run_id"],
            )
            for line_id, payload in payloads.items()
        )
    except PipelineError as error:
        st.error(plain(error))
        return
    st.toast(say("claim.saved"))
    st.rerun()


def _certainty(say: Words, row: dict[str, Any]) -> str:
    score = float(row["score"])
    if row["is_ambiguous"]:
        name = "ambiguous"
    else:
        name = "sure" if score >= _SURE else "likely" if score >= _LIKELY else "unsure"
    return f"{say.share(score)} · {say(f'bank.is_{name}')}"


def _shares(say: Words, row: dict[str, Any]) -> str:
    told = [
        f"{claim} {say.money(amount, row.get('currency', 'EUR'))}"
        for claim, amount in zip(row["claim_ids"], row["amounts"], strict=True)
    ]
    if isinstance(row["on_account"], str):
        told.append(
            say("bank.on_account", amount=say.money(row["on_account"], row.get("currency", "EUR")))
        )
    return " + ".join(told)


def _said(row: dict[str, Any]) -> str:
    parts = [row["counterparty"], row["remittance"]]
    return " · ".join(part for part in parts if isinstance(part, str) and part) or "–"


def _named(say: Words, claim: pd.Series) -> str:
    due = say.money(claim["open_amount"], claim["currency"])
    return f"{claim.name} · {claim['debtor_name']} · {due}"


def _lines(say: Words, lines: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                say("col.on"): say.day(row["booked_on"]),
                say("col.amount"): say.money(row["amount"], row["currency"]),
                say("bank.said"): _said(row),
            }
            for row in lines.to_dict("records")
        ]
    )


def _ticked(rows: pd.DataFrame, line_ids: pd.Series, key: str) -> list[int]:
    # The lines are part of the key: what was ticked of others must not count for these.
    ticked = st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height=min(420, 40 + 35 * len(rows)),
        on_select="rerun",
        selection_mode="multi-row",
        key=f"{key}_{hash(tuple(line_ids))}",
    )
    return [place for place in ticked.selection.rows if place < len(rows)] if ticked else []
