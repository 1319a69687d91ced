"""Parts of a suit: its gates as a checklist, what a person notes, and a course as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd
import streamlit as st

from amiable.suits import Check, SuitFile
from app_streamlit import clock, desk, suits
from app_streamlit.parts import frame, grounds, partners, tables, titles
from app_streamlit.parts.words import Words, missing, plain
from law.conduct import AS_CONSUMER
from law.costs import CostLine
from law.french import term
from law.gates import SUITS
from law.trees import End, Turn, ways
from models.litigation.irrecoverable import mention
from pipelines.errors import PipelineError
from pipelines.journal import Entry

# What a person may note of a suit, and the gate that it speaks of.
_NOTES = {
    "approve_suit": "approval",
    "refuse_suit": "approval",
    "amicable_attempt": "amicable_attempt",
    "insurer_consent": "insurance",
    "assignee_consent": "assignment",
}
# Courses whose place the law says more about (CPC 46, 1406).
_PLACES = ("payment_order", "summary", "merits")
_ELSEWHERE = ("court_public_debtor", "court_debtor_abroad")
_SIGNED = ("approve_suit", "refuse_suit")
_REASONED = ("refuse_suit", "land_seizure")
_CLEARING = tuple(note for note in _NOTES if note not in _SIGNED)


def panel(say: Words, suit_id: str | None, courses: pd.DataFrame | None) -> None:
    """What follows a title, the gates of the suit, what clears them, and a course laid open."""
    if not suit_id or courses is None or courses.empty:
        return
    found = suits.of(suit_id)
    if found is None:
        st.markdown(f"#### {say('suit.gates')}")
        st.caption(say("suit.earlier"))
        return
    titles.panel(say, found.after)
    gates(say, found, _NOTES)
    st.caption(say("suit.no_advice"))
    detail(say, found, courses)


def gates(say: Words, found: SuitFile, notes: Iterable[str] = _CLEARING) -> None:
    """The gates as a checklist, and the form in which a person notes what clears one."""
    st.markdown(f"#### {say('suit.gates')}")
    checklist(say, found.checks)
    grounds.gates(say, found)
    failed = {check.gate.code for check in found.checks if not check.gate.passed}
    offered = [note for note in notes if note in _SIGNED or _NOTES[note] in failed]
    if offered and frame.decides(say):
        _form(say, found, offered)


def detail(say: Words, found: SuitFile, courses: pd.DataFrame) -> None:
    """One course as a tree, with its court, costs and time limits; the ways out."""
    names = list(courses["course"])
    course = st.selectbox(
        say("suit.course"), names, format_func=lambda code: say.code("course", code), key="course"
    )
    _where(say, found, courses.set_index("course").loc[course])
    _tree(say, found, course)
    _exits(say, found)


def _where(say: Words, found: SuitFile, chosen: pd.Series) -> None:
    """Why the course is closed, or which court hears it, and why."""
    if not chosen["admissible"]:
        closed = (say.rule(code, "obstacles") for code in tables.listed(chosen["obstacles"]))
        st.warning(plain(say("suit.is_closed", why=say.joint.join(closed))))
    more = suits.worth(found.suit_id)
    if more.empty or missing(chosen["court"]):
        return
    told = more.set_index("course").loc[chosen.name]
    why = say.rule(str(told["court_reason"]), "court_reasons")
    place = place_rule(say, str(chosen.name), found.facts.debtor_kind, str(told["court_reason"]))
    court = chosen["court"] if say.language == "fr" else found.courts[str(chosen.name)]
    st.markdown(plain(say("suit.court", court=court, why=why) + place))


def place_rule(say: Words, course: str, debtor_kind: str, reason: str) -> str:
    """What the law says more about the place of a course; nothing where it says nothing.

    A consumer is sued at home only; other judges than the civil ones of France have other rules.
    """
    at_home = course != "payment_order" and debtor_kind in AS_CONSUMER
    if course not in _PLACES or at_home or reason in _ELSEWHERE:
        return ""
    return say.rule(course, "place_rules")


def checklist(say: Words, checks: tuple[Check, ...]) -> None:
    """What stands in the way, with its task; then, folded, the gates passed and why."""
    by_state: dict[str, list[Check]] = {"closed": [], "todo": [], "passed": []}
    for check in checks:
        by_state[_state(check)].append(check)
    counts = {state: len(found) for state, found in by_state.items()}
    st.markdown(plain(say("suit.counts", **counts)))
    failed = [_failed(say, check) for check in (*by_state["closed"], *by_state["todo"])]
    if failed:
        tables.html_table(failed)
    with st.expander(say("suit.met", n=counts["passed"])):
        tables.plain_table(pd.DataFrame([_met(say, check) for check in by_state["passed"]]))


def _failed(say: Words, check: Check) -> dict[str, str]:
    gate = check.gate
    by = f" ({say.day(check.on)})" if check.on else ""
    return {
        say("col.state"): say(f"suit.{_state(check)}"),
        say("col.condition"): say.rule(gate.code, "gates"),
        say("col.reason"): say.rule(gate.reason, "obstacles") + by,
        say("col.todo"): say.rule(gate.task, "tasks") if gate.task else "–",
        say("col.closes"): _closed(say, check) or "–",
    }


def _met(say: Words, check: Check) -> dict[str, str]:
    return {
        say("col.condition"): say.rule(check.gate.code, "gates"),
        say("col.reason"): say.rule(check.gate.reason, "gate_reasons"),
        say("col.on"): say.day(check.on) if check.on else "",
    }


def _state(check: Check) -> str:
    return "passed" if check.gate.passed else "closed" if check.gate.bars else "todo"


def _closed(say: Words, check: Check) -> str:
    bars = check.gate.bars
    if set(SUITS) <= bars:
        return say("suit.all")
    return ", ".join(say.code("course", course) for course in SUITS if course in bars)


def _form(say: Words, found: SuitFile, notes: list[str]) -> None:
    """One note at a time: an approval, a refusal, an attempt made, a consent given."""
    with st.expander(say("suit.note")), st.form("suit_note", clear_on_submit=True, border=False):
        note = st.selectbox(
            say("suit.what"), notes, format_func=lambda name: say(f"suit.{name}"), key="note_kind"
        )
        on = st.date_input(
            say("suit.when"),
            desk.day(),
            max_value=desk.day(),
            format=say.date_format,
            key="note_on",
        )
        reason = st.text_input(say("claim.reason"), key="note_reason", max_chars=500)
        sent = st.form_submit_button(say("suit.note"))
    if sent:
        record(say, found, note, str(on), reason)


def record(say: Words, found: SuitFile, note: str, on: str, reason: str) -> None:
    """Write a note or a signature into the journal, or say what it lacks."""
    actor = st.session_state.get("actor", "").strip()
    if not actor:
        st.error(say("claim.who_needed"))
        return
    if note in _REASONED and not reason.strip():
        st.error(say("claim.reason_needed"))
        return
    try:
        desk.record([entry_of(found, note, on, reason, actor)])
    except PipelineError as error:
        st.error(plain(error))
        return
    st.success(say("claim.saved"))


def entry_of(found: SuitFile, note: str, on: str, reason: str, actor: str) -> Entry:
    """The entry of a note about a suit: a signature, or the day on which something was settled."""
    signed = note in _SIGNED
    said = {} if signed else {"question": note, "answer": on}
    return Entry(
        at=clock.now(),
        as_of=desk.day(),
        actor=actor,
        subject_type="suit",
        subject_id=found.suit_id,
        kind=note if signed else "answer",
        payload=said | {"claim_ids": found.claim_ids, "debtor_id": found.debtor_id},
        reason=reason.strip() or None,
        run_id=desk.run()["run_id"],
    )


def _tree(say: Words, found: SuitFile, course: str) -> None:
    """Ways through the course, the likeliest first; its costs with their texts; its limits."""
    tree = found.trees[course]
    tables.html_table(
        [
            {
                say("col.chance"): say.share(way.chance),
                say("col.way"): " → ".join(
                    say.rule(code, "turns" if said else "turns_no") for code, said in way.answers
                ),
                say("col.end"): say.rule(way.end, "ends"),
                say("col.outlay"): say.money(way.outlay),
                say("col.duration"): "–" if way.days is None else str(round(way.days)),
            }
            for way in sorted(ways(tree), key=lambda way: -way.chance)
        ]
    )
    if course in (*SUITS, "enforcement"):
        st.caption(plain(say("suit.ways_usual")))
    if course == "agency":
        kept = found.commission
        shares = {"share": kept.central, "low": kept.low, "high": kept.high}
        told = {name: say.share(value) for name, value in shares.items()}
        st.caption(plain(say("suit.commission", **told)))
    if part := max((turn.in_part for turn in _turns(tree)), default=0):
        st.caption(plain(say("suit.in_part", share=say.share(part))))
    lines = [_line(say, turn, line) for turn in _turns(tree) for line in turn.costs]
    if lines:
        st.caption(plain(say("suit.costs")))
        tables.html_table(lines)
        st.caption(plain(say("suit.fee", fee=say.money(found.fee))))
    partners.in_costs(say, found.suit_id, course)
    for limit in found.limits[course]:
        told = say.rule(limit.code, "limits").format(n=limit.number)
        by = f" ({say.day(limit.on)})" if limit.on else ""
        st.markdown(f"- {plain(f'{told}{by} — {_article(say, limit.record.article)}')}")


def _exits(say: Words, found: SuitFile) -> None:
    """Should the claim prove irrecoverable: each way out, its price, the VAT it brings back."""
    relieved = desk.ask_if_held("vat_relief", suit_id=found.suit_id)
    if not found.exits and relieved.empty:
        return
    with st.expander(say("suit.exits")):
        st.caption(plain(say("suit.exits_says")))
        tables.html_table(
            [
                {
                    say("col.way"): say.rule(each.code, "exits"),
                    say("col.cost"): say.money(each.cost),
                    say("col.back"): say.money(each.back),
                    say("col.chance"): say.share(each.chance),
                    say("col.net"): say.money(each.net),
                }
                for each in found.exits
            ]
        )
        for row in relieved.to_dict("records"):
            told = say(
                "suit.relief",
                claim=row["invoice_number"] or row["claim_id"],
                event=say.code("vat_event", row["event"]),
                on=say.day(row["event_on"]),
                vat=say.money(row["vat_unpaid"], row["currency"]),
                until=say.day(row["deadline_on"]),
            )
            st.markdown(f"- {plain(told)}")
            st.code(mention(row["net_unpaid"], row["vat_unpaid"]), language=None, wrap_lines=True)


def _turns(turn: Turn | End) -> Iterator[Turn]:
    if isinstance(turn, Turn):
        yield turn
        yield from _turns(turn.yes)
        # The seizure after an opposition costs what the one without it does.
        if turn.code != "opposed":
            yield from _turns(turn.no)


def _line(say: Words, turn: Turn, line: CostLine) -> dict[str, str]:
    amount, first = line.amount, line.records[0]
    bounds = say.money(amount.central)
    if amount.low != amount.high:
        bounds += f" ({say.money(amount.low)} – {say.money(amount.high)})"
    return {
        say("col.turn"): say.rule(turn.code, "turn_costs"),
        say("col.what"): say.rule(line.code, "costs"),
        say("col.cost"): bounds,
        say("col.loser"): say("word.yes") if line.on_loser else say("word.no"),
        say("col.article"): _article(say, first.article),
        say("col.since"): say.day(first.from_on),
    }


def _article(say: Words, text: str) -> str:
    return term("articles", text) if say.language == "fr" else text
