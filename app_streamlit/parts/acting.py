"""What acting brings, and how far that is known: the effects in use, the policy against control."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from app_streamlit import desk
from app_streamlit.parts import tables
from app_streamlit.parts.words import Words, missing, plain
from models.model_files import RegistryError
from models.strategy.conduct import CHANNELS

_UNPROVEN = "not_provable_yet"


def panel(say: Words) -> None:
    """Effects of the day with their standing, and what the last training saw against control."""
    st.subheader(say("acting.title"))
    lines = desk.effects()
    if lines.empty:
        st.caption(say("acting.none"))
        return
    shown = int((lines["status"] != _UNPROVEN).sum())
    version = str(lines["version"].iloc[0])
    told = say("acting.elicited") if version == "elicited" else say("acting.version", n=version)
    st.markdown(f"{plain(told)} {say('acting.says', shown=shown, n=len(lines))}")
    tables.plain_table(_table(say, lines))
    st.caption(say("acting.note"))
    _against_control(say)


def _table(say: Words, lines: pd.DataFrame) -> pd.DataFrame:
    def name(effect: object) -> str:
        code = str(effect)
        if code == "firm_tone":
            return say("acting.firm_tone")
        return say.code("channel" if code in CHANNELS else "action", code)

    rows = lines.to_dict("records")
    columns = {
        "effect": [name(row["effect"]) for row in rows],
        "standing": [say.code("effect_status", row["status"]) for row in rows],
        "log_odds": [_ends(say, row, "average", _odds) for row in rows],
        "elicited_by": [_odds(say, row["elicited"]) for row in rows],
        "design": [say.code("effect_design", row["design"]) for row in rows],
        "contacts": lines["n"].tolist(),
        "effective": [f"{row['ess']:.0f}" for row in rows],
        "in_a_month": [_ends(say, row, "seen", _points) for row in rows],
        "doubts": [
            ", ".join(say.code("effect_doubt", doubt) for doubt in tables.listed(row["doubts"]))
            for row in rows
        ],
    }
    return pd.DataFrame({say(f"acting.{key}"): values for key, values in columns.items()})


def _ends(say: Words, row: dict[str, Any], name: str, write: Any) -> str:
    if missing(row[name]):
        return "–"
    if missing(row[f"{name}_low"]):
        return str(write(say, row[name]))
    low, high = (write(say, row[f"{name}_{end}"]) for end in ("low", "high"))
    return f"{write(say, row[name])} [{low} ; {high}]"


def _odds(say: Words, value: object) -> str:
    if missing(value):
        return "–"
    text = f"{float(str(value)):+.2f}"
    return text.replace(".", ",") if say.language == "fr" else text


def _points(say: Words, value: object) -> str:
    """Points of the share of overdue euros."""
    text = f"{100 * float(str(value)):+.1f}"
    return text.replace(".", ",") if say.language == "fr" else text


def _against_control(say: Words) -> None:
    """Euros a debtor against the permanent control, as the newest version saw them."""
    st.markdown(f"**{say('acting.control')}**")
    try:
        versions = desk.registry().versions("effects")
        kept = desk.registry().load("effects", versions[-1].version) if versions else None
    except RegistryError as error:
        st.error(plain(say("models.store", error=error)))
        return
    found = None if kept is None else kept.records.get("uplift")
    if kept is None or not found:
        st.caption(say("acting.control_none"))
        return
    counts = {name: int(found[name]) for name in ("n_policy", "n_control", "looks")}
    standing = say.code("effect_status", found["status"])
    if found["low"] is None:
        st.markdown(plain(say("acting.control_few", status=standing, **counts)))
    else:
        sums = {name: say.money(round(found[name])) for name in ("difference", "low", "high")}
        on = say.day(kept.trained_as_of)
        st.markdown(plain(say("acting.control_says", status=standing, on=on, **sums, **counts)))
    avoided = {name: int(found[name]) for name in ("avoided", "avoided_paid")}
    st.markdown(plain(say("acting.avoided", **avoided)))


def badge(say: Words, action: object, channel: object) -> None:
    """Under a gain: how far the effect it rests on is known; nothing without an effect."""
    status = _standing(desk.effects(), action, channel)
    if status:
        st.caption(plain(say("acting.badge", status=say.code("effect_status", status))))


def summary(say: Words, lines: pd.DataFrame) -> None:
    """Under the day's table: on how many of its gains the logs have spoken."""
    effects = desk.effects()
    if effects.empty or lines.empty:
        return
    standing = [_standing(effects, line.action, line.channel) for line in lines.itertuples()]
    counts = pd.Series(standing, dtype=object).value_counts()
    told = ", ".join(f"{say.code('effect_status', status)} ({n})" for status, n in counts.items())
    if told:
        st.caption(plain(say("acting.of_the_day", told=told)))


def _standing(effects: pd.DataFrame, action: object, channel: object) -> str | None:
    """Standing of the effect behind a step: the action's own, else the channel's."""
    if effects.empty:
        return None
    by_name = dict(zip(effects["effect"], effects["status"], strict=True))
    return by_name.get(action) or by_name.get(channel)
