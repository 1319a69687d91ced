"""What changed since an earlier day: claims that came, were paid, went or moved, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import streamlit as st

from app_streamlit import desk
from app_streamlit.parts import tables
from app_streamlit.parts.words import Words, missing, plain
from pipelines.days import Day

_KINDS = ("new", "paid", "part_paid", "gone", "moved")
_MOST = 500
_NOT_PAID = ("credit_note", "write_off", "set_off")


def of_the_day(say: Words) -> None:
    """Counts and a table, against the day chosen; nothing before the second day."""
    days = desk.earlier_days()
    if not days:
        return
    since = _chosen(days, "compared_with")
    rows = desk.changes(since)
    counts = rows["kind"].value_counts()
    told = {kind: int(counts.get(kind, 0)) for kind in _KINDS}
    with st.expander(say("changes.title", day=say.day(since.as_of), **told)):
        _choice(say, days, "compared_with")
        if rows.empty:
            st.caption(say("changes.nothing"))
            return
        if len(rows) > _MOST:
            st.caption(say("changes.largest", n=_MOST, total=len(rows)))
        _table(say, rows.head(_MOST), desk.changed_events(since))


def of_claim(say: Words, claim_id: str) -> None:
    """Sentences on one claim, against the day chosen; nothing before the second day."""
    days = desk.earlier_days()
    if not days:
        return
    since = _chosen(days, "claim_compared_with")
    rows = desk.changes(since, claim_id)
    with st.expander(say("changes.claim", day=say.day(since.as_of)), expanded=not rows.empty):
        _choice(say, days, "claim_compared_with")
        if rows.empty:
            st.caption(say("changes.nothing"))
            return
        events = desk.changed_events(since, claim_id).to_dict("records")
        told = list(sentences(say, rows.to_dict("records")[0], events))
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in told))


def _chosen(days: list[Day], key: str) -> Day:
    wanted = st.session_state.get(key)
    return next((day for day in days if day.run_id == wanted), days[0])


def _choice(say: Words, days: list[Day], key: str) -> None:
    names = {day.run_id: say.day(day.as_of) for day in days}
    if st.session_state.get(key) not in names:
        st.session_state.pop(key, None)
    st.selectbox(say("changes.compare"), list(names), format_func=names.__getitem__, key=key)


def _table(say: Words, rows: pd.DataFrame, events: pd.DataFrame) -> None:
    by_claim: dict[str, list[dict[str, Any]]] = {}
    for event in events[events["claim_id"].isin(rows["claim_id"])].to_dict("records"):
        by_claim.setdefault(event["claim_id"], []).append(event)
    records = rows.to_dict("records")
    made = rows.assign(
        told=[say.money(_open(row), row["currency"]) for row in records],
        why=[
            say.joint.join(sentences(say, row, by_claim.get(row["claim_id"], [])))
            for row in records
        ],
    )
    tables.plain_table(
        tables.shown(
            made,
            {
                "kind": ("kind", lambda kind: say(f"changes.{kind}")),
                "debtor_name": ("debtor", str),
                "claim_id": ("claims", str),
                "told": ("open", str),
                "why": ("why", str),
            },
            say,
        ),
        height=min(420, 40 + 35 * len(rows)),
    )


def _open(row: dict[str, Any]) -> object:
    return row["open_before"] if missing(row["open_now"]) else row["open_now"]


def sentences(say: Words, row: dict[str, Any], events: list[dict[str, Any]]) -> Iterator[str]:
    """Why a claim is told to have changed, one sentence for each fact."""
    if not missing(row["why"]):
        yield say(f"changes.{row['why']}")
    yield from _money(say, row, events)
    for event in events:
        if event["kind"] not in ("payment", "issued"):
            yield _event(say, event)
    if row["kind"] in ("part_paid", "moved"):
        yield from _moves(say, row)


def _money(say: Words, row: dict[str, Any], events: list[dict[str, Any]]) -> Iterator[str]:
    """Each payment or credit; sums where a day gone by no longer tells them one by one."""
    who, currency = row["debtor_name"], row["currency"]
    receipts = [event for event in events if event["kind"] == "payment"]
    for receipt in receipts:
        method = receipt["label_code"]
        key = "credited" if method in _NOT_PAID else "paid_by"
        key = "reversed" if receipt["amount"] < 0 else key
        yield say(
            f"changes.{key}",
            who=who,
            amount=say.money(abs(receipt["amount"]), currency),
            day=say.day(receipt["happened_at"]),
            method=say.code("payment_method", method),
        ).removesuffix(f" ({say.code('payment_method', 'other')})")
    if not receipts and row["paid"] > 0:
        told = say.money(row["paid"], currency), say.day(row["last_paid_on"])
        yield say("changes.paid_in_all", who=who, amount=told[0], day=told[1])
    if not receipts and row["credited"] > 0:
        yield say("changes.credited_in_all", amount=say.money(row["credited"], currency))
    if not missing(row["open_before"]) and not missing(row["open_now"]):
        before, now = row["open_before"], row["open_now"]
        if before != now:
            told = say.money(before, currency), say.money(now, currency)
            yield say("changes.balance", before=told[0], now=told[1])


def _event(say: Words, event: dict[str, Any]) -> str:
    named = [say.known("event", event["kind"]), say.day(event["happened_at"])]
    details = [
        say.label(event["label_code"]),
        say.code("channel", event["channel"]),
        "" if missing(event["amount"]) else say.money(event["amount"]),
    ]
    told = ", ".join(detail for detail in details if detail)
    return say("changes.event", what=named[0], day=named[1]) + (f" ({told})" if told else "")


def _moves(say: Words, row: dict[str, Any]) -> Iterator[str]:
    if row["stage_before"] != row["stage_now"]:
        yield _arrow(say, "stage", "claim_stage", row)
    if row["action_before"] != row["action_now"]:
        reason = row["reason" if say.language == "fr" else "reason_en"]
        yield f"{_arrow(say, 'action', 'action', row)} : {reason}"
    before, now = row["rank_before"], row["rank_now"]
    if not missing(before) and not missing(now) and before != now:
        yield say("changes.rank", before=int(before), now=int(now))
    if row["within_before"] != row["within_now"]:
        yield say("changes.within" if row["within_now"] else "changes.beyond")
    if abs(row["p_now"] - row["p_before"]) >= 0.05:
        odds = say("changes.odds", before=say.share(row["p_before"]), now=say.share(row["p_now"]))
        reason = row["odds_reason"]
        yield odds if missing(reason) else f"{odds} ({say.known('reason', reason)})"


def _arrow(say: Words, name: str, codes: str, row: dict[str, Any]) -> str:
    before = say.code(codes, row[f"{name}_before"]) or "–"
    now = say.code(codes, row[f"{name}_now"]) or "–"
    return f"{say(f'changes.{name}')} : {before} → {now}"
