"""The hypothesis about one debtor: belief, what speaks for and against, history, next question."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd
import streamlit as st

from app_streamlit import beliefs, desk
from app_streamlit.parts import charts, drawing, frame, profile_charts, tables
from app_streamlit.parts.words import Words, missing, plain
from models.profile.rules import rules
from pipelines.errors import PipelineError

_ANSWER = "answer:"
_MOST_QUESTIONS = 5


def of_debtor(say: Words, told: dict[str, Any]) -> None:
    """Four hypotheses, the word said, the next question, and why."""
    st.markdown(f"#### {say('claim.profile')}")
    if missing(told["profile"]):
        st.caption(say("profile.none"))
        return
    now = beliefs.updated(told)
    _belief(say, told, now)
    _question(say, told, now)
    with st.expander(say("profile.why"), expanded=True):
        if now.answers:
            st.caption(say("profile.why_published"))
        _why(say, told)
    with st.expander(say("profile.history")):
        _history(say, str(told["debtor_id"]))


def _belief(say: Words, told: dict[str, Any], now: beliefs.Updated) -> None:
    names = [say.code("profile", name) for name in beliefs.NAMES]
    published = [float(told[f"p_{name}"]) for name in beliefs.NAMES]
    if now.answers:
        drawn = pd.DataFrame({"name": names, "p": now.p, "p_before": published})
        drawn["label"] = [say.share(value) for value in now.p]
        drawn["label_before"] = [say.share(value) for value in published]
        after, before = say("profile.after"), say("profile.before")
        drawing.draw(say, profile_charts.two_beliefs(drawn, now=after, before=before))
        table = drawn[["name", "label_before", "label"]]
        table.columns = [say("col.profile"), before, after]
        tables.plain_table(table)
    else:
        chart = charts.shares(dict(zip(names, published, strict=True)), x="P")
        drawing.draw(say, chart)
    likeliest = int(now.p.argmax())
    word = say.code("profile_decision", now.word)
    certainty = say.share(now.p[likeliest])
    st.markdown(plain(say("claim.profile_says", profile=word, certainty=certainty)))
    if now.word != beliefs.NAMES[likeliest]:
        key = "profile.undecided" if now.word == "undetermined" else "profile.other"
        st.caption(plain(say(key, likeliest=names[likeliest], certainty=certainty)))
    if now.answers:
        given = say.joint.join(
            f"{question_text(say, name)} — {say('answer.' + answer)}"
            for name, answer in now.answers
        )
        st.info(plain(say("profile.updated", answers=given)), icon=":material/update:")


def _question(say: Words, told: dict[str, Any], now: beliefs.Updated) -> None:
    """The question expected to settle most; a click on its answer is journalled."""
    if not now.questions:
        st.caption(say("profile.all_asked"))
        return
    st.markdown(f"**{say('profile.ask')}**")
    shares = dict(now.questions[:_MOST_QUESTIONS])
    chosen = st.selectbox(
        say("profile.ask"),
        list(shares),
        format_func=lambda name: f"{question_text(say, name)} ({say.share(shares[name])})",
        label_visibility="collapsed",
        key=f"question_{told['debtor_id']}",
    )
    st.caption(plain(say("profile.ask_says", share=say.share(shares[chosen]))))
    st.markdown(f"> {plain(question_text(say, chosen))}")
    if not frame.decides(say):
        return
    answers = next(each.answers for each in rules().questions if each.name == chosen)
    for column, answer in zip(st.columns(len(answers)), answers, strict=True):
        label = say(f"answer.{answer}")
        if column.button(label, key=f"answer_{chosen}_{answer}", width="stretch"):
            _record(say, str(told["debtor_id"]), chosen, answer)


def _record(say: Words, debtor_id: str, question: str, answer: str) -> None:
    actor = st.session_state.get("actor", "").strip()
    if not actor:
        st.error(say("claim.who_needed"))
        return
    try:
        desk.record([beliefs.answer_entry(debtor_id, question, answer, actor)])
    except PipelineError as error:
        st.error(plain(error))
        return
    st.toast(say("profile.saved"))
    st.rerun()


def _why(say: Words, told: dict[str, Any]) -> None:
    """What speaks for and against one hypothesis, in points that add up to its probability."""
    chosen = st.selectbox(
        say("profile.of"),
        beliefs.NAMES,
        index=beliefs.NAMES.index(_likeliest(told)),
        format_func=lambda name: say.code("profile", name),
        key=f"why_{told['debtor_id']}",
    )
    rows = beliefs.parts(told, chosen)
    if rows.empty:
        st.caption(say("profile.no_parts"))
        return
    base = float(rows["base_value"].iloc[0])
    p = base + float(rows["contribution"].sum())
    name = say.code("profile", chosen)
    st.markdown(plain(say("profile.adds_up", name=name, base=say.share(base), p=say.share(p))))
    quoted = _quoted(told)
    shown = rows.assign(
        what=[_part(say, row.feature, row.value) for row in rows.itertuples()],
        points=[say.points(float(value)) for value in rows["contribution"]],
        on=[say.day(quoted.get(row.feature, (None, None))[0]) for row in rows.itertuples()],
        source=[_source(say, row.feature, row.reason_group) for row in rows.itertuples()],
        quote=[tables.text(quoted.get(row.feature, (None, None))[1]) for row in rows.itertuples()],
    )
    for title, side in (("for", rows["contribution"] > 0), ("against", rows["contribution"] < 0)):
        st.markdown(f"**{say('profile.' + title)}**")
        if not side.any():
            st.caption(say("profile.nothing"))
            continue
        columns = {name: (name, str) for name in ("points", "quote", "on", "source")}
        told_columns = {"what": ("signal", str), **columns}
        tables.plain_table(tables.shown(shown[side], told_columns, say))
    steps = [(row.what, float(row.contribution)) for row in shown.itertuples()]
    title = say("profile.chart", name=name)
    drawing.draw(say, charts.waterfall(steps, base, title=title))
    st.caption(say("profile.sources"))


def _likeliest(told: dict[str, Any]) -> str:
    return max(beliefs.NAMES, key=lambda name: float(told[f"p_{name}"]))


def _quoted(told: dict[str, Any]) -> dict[str, tuple[object, object]]:
    """Day and words of each signal that was seen."""
    found = told["evidence"] if told["evidence"] is not None else []
    return {str(each["signal"]): (each["on"], each["quote"]) for each in found}


def _part(say: Words, name: object, value: object) -> str:
    """A part of a belief in words: a signal seen or not, a figure, a word of a person."""
    text = str(name)
    if text.startswith(_ANSWER):
        return say("profile.answered", question=question_text(say, text.removeprefix(_ANSWER)))
    found = next((signal for signal in rules().signals if signal.name == text), None)
    if found is None:
        return say.known("feature", text).replace("_", " ")
    told = found.french if say.language == "fr" else found.english
    seen = not missing(value) and float(str(value)) > 0
    return told if seen else say("claim.absent", signal=told)


def _source(say: Words, name: object, group: object) -> str:
    """The row of the domain that a signal comes from; the kind of figure for another part."""
    found = next((signal for signal in rules().signals if signal.name == name), None)
    return say.known("reason", str(group)) if found is None else found.source


def question_text(say: Words, asked: object) -> str:
    """A question, told by its name or its French text, in the language."""
    found = next((each for each in rules().questions if each.is_told_by(asked)), None)
    if found is None:
        return "–" if missing(asked) else str(asked)
    return found.words(say.language)


def _history(say: Words, debtor_id: str) -> None:
    """The belief on each published day."""
    past = beliefs.history(debtor_id)
    if len(past) < 2:
        st.caption(say("profile.one_day"))
        return
    names = [say.code("profile", name) for name in beliefs.NAMES]
    lines = past.melt(["as_of"], [f"p_{name}" for name in beliefs.NAMES], "code", "p")
    lines["name"] = [say.code("profile", code.removeprefix("p_")) for code in lines["code"]]
    lines["day"] = [say.day(value) for value in lines["as_of"]]
    chart = profile_charts.over_days(lines[["day", "name", "p"]], names=names)
    drawing.draw(say, chart)
    words = list(past["profile"])
    changed = sum(a != b for a, b in pairwise(words))
    first, last = (say.code("profile_decision", word) for word in (words[0], words[-1]))
    told = {"n": len(past), "changed": changed, "first": first, "last": last}
    st.markdown(plain(say("profile.history_says", **told)))
    columns = {
        "as_of": ("at", say.day),
        "profile": ("profile", lambda code: say.code("profile_decision", code)),
        **{f"p_{name}": (f"p_{name}", say.share) for name in beliefs.NAMES},
    }
    tables.plain_table(tables.shown(past.iloc[::-1], columns, say))
