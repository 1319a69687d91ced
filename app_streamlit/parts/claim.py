"""Parts of a claim: what is due, odds, recommendation, courses, timeline."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from app_streamlit.parts import acting, charts, drawing, tables
from app_streamlit.parts.words import Words, missing, plain

_HORIZONS = (30, 60, 90, 180, 365)
# Of a course, what one reads on a narrow screen; the rest folds.
_READ = ("name", "expected_net", "p10", "p90", "p_loss", "cost")


def choice(say: Words, found: pd.DataFrame, wanted: str | None) -> str | None:
    """A list of the claims found; the one wanted is chosen first, even from outside the list."""
    labels = {
        row.claim_id: f"{row.claim_id} · {row.debtor_name}"
        f" · {say.money(row.open_amount, row.currency)}"
        for row in found.itertuples()
    }
    names = list(labels)
    if wanted and wanted not in labels:
        names = [wanted, *names]
    if not names:
        return None
    place = names.index(wanted) if wanted in names else 0
    return st.selectbox(
        say("claim.choose"), names, index=place, format_func=lambda name: labels.get(name, name)
    )


def header(say: Words, told: dict[str, Any]) -> None:
    """Who owes what to whom, how late, and the alerts."""
    st.subheader(plain(f"{told['debtor_name']} — {told['invoice_number'] or told['claim_id']}"))
    late = told["days_overdue"]
    if missing(late):
        when = say("claim.no_date")
    elif late > 0:
        when = say("claim.days", n=int(late))
    else:
        when = say("claim.not_due", n=-int(late))
    kind = say.code("debtor_kind", told["debtor_kind"])
    parts = [kind, when, say.code("claim_stage", told["stage"])]
    if told["date_basis"] == "assumed":
        parts.append(say("claim.assumed"))
    parts += [say.known("flag", flag) for flag in tables.listed(told["flags"])]
    st.caption(plain(" · ".join(dict.fromkeys(part for part in parts if part))))


def due(say: Words, told: dict[str, Any]) -> None:
    """The sums due, part by part, to the cent."""
    st.markdown(f"#### {say('claim.facts')}")
    currency = told["currency"]
    rows = [
        (say(f"claim.{key}"), say.money(told[name], currency))
        for key, name in (
            ("open_amount", "open_amount"),
            ("disputed", "disputed_amount"),
            ("penalties", "late_penalties"),
            ("interest", "legal_interest"),
            ("indemnity", "fixed_indemnity"),
            ("total", "total_due"),
        )
    ]
    rows.append((say("claim.due_on"), say.day(told["due_on"])))
    rows.append((say("claim.limitation"), say.day(told["limitation_on"])))
    st.table(pd.DataFrame([(plain(a), plain(b)) for a, b in rows], columns=["", " "]).set_index(""))
    if not missing(told["limitation_earliest_on"]):
        st.caption(say("claim.limitation_from", day=say.day(told["limitation_earliest_on"])))


def odds(say: Words, told: dict[str, Any]) -> None:
    """Probability of payment by horizon, with a sentence and a table."""
    st.markdown(f"#### {say('claim.odds')}")
    if missing(told["p_90"]):
        return
    full = [float(told[f"p_{h}"]) for h in _HORIZONS]
    some = [float(told[f"p_any_{h}"]) for h in _HORIZONS]
    series = {say("col.full"): full, say("col.any"): some}
    drawing.draw(say, charts.curve(_HORIZONS, series, x=say("word.days"), y="P"))
    sentence = say(
        "claim.odds_says",
        p30=say.share(told["p_30"]),
        p90=say.share(told["p_90"]),
        p365=say.share(told["p_365"]),
        cash=say.money(told["expected_recovered"]),
        low=say.money(told["low"]),
        high=say.money(told["high"]),
    )
    st.markdown(plain(sentence))
    basis = say.code("recovery_basis", told["basis"])
    st.caption(plain(say("claim.basis", basis=basis, weight=say.share(told["weight"]))))
    with st.expander(say("col.horizon")):
        frame = pd.DataFrame({say("col.horizon"): _HORIZONS})
        for name, values in series.items():
            frame[name] = [say.share(value) for value in values]
        tables.plain_table(frame)


def recommendation(say: Words, told: dict[str, Any]) -> None:
    """What to do, why, and which rules bound the choice."""
    st.markdown(f"#### {say('claim.recommendation')}")
    if missing(told["action"]):
        st.info(say("claim.waits"))
        return
    parts = [
        say.code("action", told["action"]),
        say.code("channel", told["channel"]),
        say.code("tone", told["tone"]),
        say.code("stage", told["next_stage"]),
    ]
    reason = told["reason"] if say.language == "fr" else told["reason_en"]
    st.success(plain(" · ".join(part for part in parts if part)) + "\n\n" + plain(reason))
    columns = st.columns(2)
    columns[0].metric(say("claim.gain"), plain(say.money(told["expected_gain"])))
    with columns[0]:
        acting.badge(say, told["action"], told["channel"])
    columns[1].metric(say("claim.act_on"), plain(say.day(told["act_on"])))
    if not missing(told["escalate_on"]) and told["escalate_to"]:
        stage = say.code("stage", told["escalate_to"])
        st.caption(plain(say("claim.escalate", stage=stage, day=say.day(told["escalate_on"]))))
    guards = tables.listed(told["guards"])
    if guards:
        told_rules = ", ".join(say.rule(guard) for guard in guards)
        st.caption(plain(f"{say('claim.guards')} : {told_rules}"))


def courses(
    say: Words, told: dict[str, Any], frame: pd.DataFrame | None, insolvency: str | None = None
) -> None:
    """Courses of the suit: net against the best course without a suit, costs, risks.

    ``insolvency``: kind of the proceedings open against the debtor, in which a claim is declared.
    """
    st.markdown(f"#### {say('claim.courses')}")
    if frame is None or frame.empty:
        st.info(say("claim.no_suit"))
        return
    named = frame.assign(name=[_course(say, code, insolvency) for code in frame["course"]])
    best = named[named["recommended"]].iloc[0]
    amount = say.money(best["suit_amount"])
    told_first = say("claim.courses_says", amount=amount, course=best["name"])
    st.markdown(plain(told_first))
    drawn = named[named["admissible"] | named["recommended"]].copy()
    for column in ("p10", "p90", "expected_net"):
        drawn[column] = drawn[column].astype(float)
    drawn["name"] = drawn["name"].where(~drawn["recommended"], "★ " + drawn["name"])
    picture = drawn[["name", "p10", "p90", "expected_net", "recommended"]]
    says = say("claim.courses_chart")
    drawing.draw(say, charts.intervals(picture, x="EUR"), says=f"{told_first} {says}")
    st.caption(says)
    columns = _open_columns(say)
    read = {name: columns[name] for name in _READ}
    tables.readable(say, tables.shown(drawn, read, say), tables.shown(drawn, columns, say))
    closed = named[~named["admissible"] & ~named["recommended"]]
    if not closed.empty:
        with st.expander(say("claim.courses_closed", n=len(closed))):
            tables.wrapped(
                tables.shown(
                    closed,
                    {
                        "name": ("course", str),
                        "expected_net": ("net", say.money),
                        "obstacles": ("obstacles", lambda v: _obstacles(say, v)),
                    },
                    say,
                )
            )


def _course(say: Words, code: str, insolvency: str | None) -> str:
    if code == "write_off" and insolvency == "over_indebtedness":
        return say("claim.answered")
    if code == "write_off" and insolvency is not None:
        return say("claim.declared", kind=say.code("insolvency_kind", insolvency))
    return say.code("course", code)


def _open_columns(say: Words) -> dict[str, tuple[str, tables.Cell]]:
    return {
        "name": ("course", str),
        "expected_net": ("net", say.money),
        "p10": ("worst", say.money),
        "p90": ("best", say.money),
        "p_loss": ("loss", say.share),
        "cost": ("cost", say.money),
        "p_success": ("success", say.share),
        "p_collect": ("collect", say.share),
        "break_even_amount": ("breakeven", say.money),
        "duration_days": ("duration", tables.text),
        "court": ("court", tables.text),
    }


def _obstacles(say: Words, codes: object) -> str:
    return ", ".join(say.rule(code, "obstacles") for code in tables.listed(codes))


def timeline(say: Words, events: pd.DataFrame) -> None:
    """Events, newest first."""
    st.markdown(f"#### {say('claim.timeline')}")
    if events.empty:
        st.caption(say("claim.no_events"))
        return
    tables.plain_table(
        tables.shown(
            events,
            {
                "happened_at": ("at", say.day),
                "kind": ("event", lambda code: say.known("event", str(code))),
                "label_code": ("kind", say.label),
                "channel": ("channel", lambda code: say.code("channel", code)),
                "amount": ("amount", lambda v: "" if missing(v) else say.money(v)),
                "note": ("note", lambda v: "" if missing(v) else say.code("procedure", str(v))),
            },
            say,
        )
    )


def siblings(say: Words, claims: pd.DataFrame) -> None:
    """Every open claim of the debtor."""
    if len(claims) < 2:
        return
    with st.expander(f"{say('claim.siblings')} ({len(claims)})"):
        tables.plain_table(
            tables.shown(
                claims,
                {
                    "claim_id": ("claims", str),
                    "invoice_number": ("invoice", tables.text),
                    "due_on": ("due", say.day),
                    "days_overdue": ("days", tables.text),
                    "open_amount": ("open", lambda v: say.money(v)),
                    "total_due": ("total", lambda v: say.money(v)),
                    "stage": ("stage", lambda code: say.code("claim_stage", code)),
                },
                say,
            )
        )
