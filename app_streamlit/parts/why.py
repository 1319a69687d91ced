"""Why a claim has its probability, what says so, and what could be changed."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from app_streamlit import desk
from app_streamlit.parts import charts, drawing, tables
from app_streamlit.parts.words import Words, missing, plain
from models.explanations.reasons import Reason, leading, reasons, sentence

_TARGET = "p_90"
_EXTRA = "extra_columns"
_SURE = 0.02
_STEADY = 0.8
_OTHER = "(other: "
_STATES = ("proof_state", "payment_method", "outcome", "dispute_reason", "insolvency_kind")


def reasons_of(say: Words, told: dict[str, Any]) -> None:
    """Sentences for and against, a waterfall that adds up, its table, and the proof."""
    st.markdown(f"#### {say('why.title')}")
    claim_id = told["claim_id"]
    rows = desk.reasons(claim_id, _TARGET)
    if rows.empty:
        return
    features = desk.features(claim_id, _TARGET)
    points = dict(zip(rows["reason_group"], rows["contribution"].astype(float), strict=True))
    found = reasons(points, desk.facts(claim_id), say.language, _own(features))
    base = float(rows["base_value"].iloc[0])
    st.markdown(plain(say("why.says", base=say.share(base), p=say.share(told["p_90"]))))
    up, down = leading(found)
    for title, side in (("why.up", up), ("why.down", down)):
        lines = [f"- {plain(sentence(each, say.language))}" for each in side]
        st.markdown("\n".join([f"**{say(title)}**", "", *(lines or [f"- {say('why.nothing')}"])]))
    steps = [(say.known("reason", each.group), each.points) for each in found]
    drawing.draw(say, charts.waterfall(steps, base, title=say("why.chart")))
    _fidelity(say, points.get("unexplained", 0.0))
    st.caption(say("why.not_cause"))
    with st.expander(say("why.table")):
        _added(say, steps, base)
    with st.expander(say("why.proof")):
        _proof(say, claim_id, [*up, *down])
    with st.expander(say("why.details")):
        _details(say, features)


def _own(features: pd.DataFrame) -> list[tuple[str, object]]:
    shown = features[
        (features["reason_group"] == _EXTRA) & ~features["feature"].str.startswith("(")
    ]
    values = shown["value"].astype(object).where(shown["text_value"].isna(), shown["text_value"])
    return list(zip(shown["feature"], values, strict=True))


def _fidelity(say: Words, left: float) -> None:
    day = desk.fidelity()
    if abs(left) > _SURE:
        st.warning(plain(say("why.weak", left=say.points(left))))
    if missing(day["mean_gap"]) or day["mean_gap"] < 1e-6:
        st.caption(plain(say("why.exact")))
        return
    told = say(
        "why.fidelity",
        r2=say.share(day["r2"]),
        gap=say.points(day["mean_gap"]),
        left=say.points(left),
    )
    st.caption(plain(told))


def _added(say: Words, steps: list[tuple[str, float]], base: float) -> None:
    frame = pd.DataFrame(steps, columns=["reason", "points"])
    running = base + frame["points"].cumsum()
    frame["points"] = [say.points(value) for value in frame["points"]]
    frame["running"] = [say.share(value, 1) for value in running]
    start = pd.DataFrame(
        [{"reason": say("why.start"), "points": "", "running": say.share(base, 1)}]
    )
    whole = pd.concat([start, frame], ignore_index=True)
    whole.columns = [say(f"col.{name}") for name in whole.columns]
    tables.plain_table(whole)


def _proof(say: Words, claim_id: str, told: list[Reason]) -> None:
    if not told:
        st.caption(say("why.nothing"))
        return
    names = [say.known("reason", each.group) for each in told]
    chosen = told[names.index(st.selectbox(say("why.proof_choose"), names, key="proof"))]
    rows = desk.proof(claim_id)
    rows = rows[rows["proof"] == chosen.proof]
    st.markdown(plain(chosen.says))
    if rows.empty:
        st.caption(say("why.proof_none"))
        return
    n = int(rows["n_rows"].iloc[0])
    st.caption(plain(say("why.proof_count", n=n, shown=len(rows))))
    tables.plain_table(
        tables.shown(
            rows.assign(
                amount=[
                    "–" if missing(amount) else say.money(amount, currency or "EUR")
                    for amount, currency in zip(rows["amount"], rows["currency"], strict=True)
                ],
                days=["–" if missing(days) else f"{days:.0f}" for days in rows["days"]],
            ),
            {
                "name": ("ref", tables.text),
                "happened_on": ("on", say.day),
                "amount": ("amount", str),
                "state": ("state", lambda code: _state(say, code)),
                "days": ("days", str),
            },
            say,
        )
    )


def _state(say: Words, code: object) -> str:
    if missing(code):
        return "–"
    name = str(code)
    if name in say.groups()["proof_state"]:
        return say.known("proof_state", name)
    told = (say.code(codes, name) for codes in _STATES[1:])
    return next((word for word in told if word and word != name), name.replace("_", " "))


def _details(say: Words, features: pd.DataFrame) -> None:
    def named(name: object) -> str:
        text = str(name)
        if text.startswith(_OTHER):
            return "… " + say.known("reason", text.removeprefix(_OTHER).rstrip(")"))
        return say.known("feature", text)

    told = features["text_value"].fillna(features["value"].round(3).astype(str))
    tables.plain_table(
        tables.shown(
            features.assign(told=told.replace("nan", "–")),
            {
                "feature": ("feature", named),
                "told": ("value", tables.text),
                "reason_group": ("reason", lambda name: say.known("reason", str(name))),
                "contribution": ("points", lambda value: say.points(float(str(value)))),
            },
            say,
        )
    )


def levers_of(say: Words, claim_id: str) -> None:
    """What a collector can change: modelled change, time, and that it is an association."""
    st.markdown(f"#### {say('levers.title')}")
    rows = desk.levers(claim_id)
    if rows.empty:
        st.caption(say("levers.none"))
        return
    better = rows[rows["change"] > 0.0005]
    if better.empty:
        st.caption(say("levers.no_gain"))
        return
    best = better.iloc[0]
    told = say(
        "levers.says",
        lever=say.code("lever", best["lever"]),
        change=say.points(best["change"]),
        cash=say.money(best["cash_change"]),
        minutes=f"{best['minutes']:.0f}",
    )
    st.markdown(plain(told))
    tables.plain_table(
        tables.shown(
            better,
            {
                "lever": ("lever", lambda code: say.code("lever", code)),
                "change": ("change", lambda value: say.points(float(str(value)))),
                "evidence": ("evidence", lambda code: say.code("lever_evidence", code)),
                "cash_change": ("cash", say.money),
                "minutes": ("minutes", lambda value: f"{float(str(value)):.0f}"),
                "cost": ("cost", say.money),
                "same_way": ("steady", lambda value: _steady(say, value)),
            },
            say,
        )
    )
    if len(better) < len(rows):
        st.caption(say("levers.others", n=len(rows) - len(better)))
    st.caption(say("levers.mark"))


def _steady(say: Words, value: object) -> str:
    return say("levers.steady") if float(str(value)) >= _STEADY else say("levers.unsteady")
