"""Parts of the day: tiles, cautions, the table of contacts and its cut line."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from amiable.home import Home
from app_streamlit.parts import tables
from app_streamlit.parts.words import Words, missing, plain

_WHAT = ("action", "channel", "tone")
_LOCKS = (
    "dispute_open",
    "promise_running",
    "plan_running",
    "in_insolvency",
    "vulnerable",
    "unknown_kind",
    "lettered_outside_file",
    "near_limitation",
    "time_barred",
    "assumed_due_date",
)


def hours_planned(home: Home, capacity: pd.DataFrame) -> float:
    """Hours a day of a collector by the run, else the settings, in steps of half an hour."""
    minutes = home.settings.default_minutes_per_day
    if not capacity.empty:
        minutes = float(capacity["minutes"].max())
    return min(round(minutes / 30) / 2, 10.0)


def as_planned(capacity: pd.DataFrame, hours: float, usual: float) -> pd.DataFrame:
    """The plan of the run while the hours are the usual ones; no row once others are chosen."""
    return capacity if hours == usual else capacity.head(0)


def time_of(capacity: pd.DataFrame, hours: float, n_agents: int) -> float:
    """Minutes of all collectors shown, by the plan, else by the hours chosen for each."""
    if capacity.empty:
        return hours * 60 * max(n_agents, 1)
    return float(capacity["minutes"].sum())


def filtered(
    lines: pd.DataFrame, wanted: str, left: pd.DataFrame, *, minutes: float | None
) -> pd.DataFrame:
    """Lines whose debtor or claim holds a text, with ``fits``: in the time planned by the run.

    With ``minutes``: in so many of each collector instead. ``left`` says why a line was left.
    """
    because = {} if left.empty else left.set_index("contact_group_id")["left_because"].to_dict()
    fits = lines["within_capacity"] if minutes is None else lines["minutes_so_far"] <= minutes
    told = [
        "fits" if fit else because.get(key, "no_time")
        for fit, key in zip(fits, lines["contact_group_id"], strict=True)
    ]
    made = lines.assign(fits=fits.astype(bool), left_because=told)
    if wanted.strip():
        text = wanted.strip().casefold()
        names = made["debtor_name"].astype(str) + " " + made["claim_id"].astype(str)
        made = made[names.str.casefold().str.contains(text, regex=False)]
    return made.reset_index(drop=True)


def tiles(say: Words, figures: dict[str, Any], lines: pd.DataFrame, *, minutes: float) -> None:
    """Five figures of the day."""
    within = lines[lines["fits"]]
    planned = say("today.of", planned=f"{within['minutes'].sum():.0f}", available=f"{minutes:.0f}")
    told = (
        ("contacts", f"{len(within)}"),
        ("gain", say.money(within["expected_gain"].astype(float).sum().round(2))),
        ("overdue", say.money(figures["overdue_eur"])),
        ("disputes", f"{figures['n_disputed']}"),
        ("time", planned),
    )
    # Side by side as far as they fit: no figure is cut on a narrow screen.
    with st.container(horizontal=True, gap="medium"):
        for name, value in told:
            st.metric(say(f"today.{name}"), plain(value), width="content")


def cautions(say: Words, figures: dict[str, Any]) -> None:
    """What the reader must know about dates, lettering, currencies and credits."""
    for name, count in (
        ("assumed", "n_assumed"),
        ("undated", "n_unknown_date"),
        ("outside", "n_outside"),
        ("no_rate", "n_without_rate"),
    ):
        if figures[count]:
            st.caption(say.counted(f"today.{name}", int(figures[count])))
    if figures["credits"]:
        st.caption(say("today.credits", amount=plain(say.money(figures["credits"]))))


def table(say: Words, lines: pd.DataFrame) -> str | None:
    """The contacts; returns the lead claim of the line chosen, None without a choice."""
    shown = tables.shown(
        lines.assign(
            why=lines["reason" if say.language == "fr" else "reason_en"],
            what=[
                " · ".join(filter(None, (say.code(name, getattr(line, name)) for name in _WHAT)))
                for line in lines.itertuples()
            ],
        ),
        {
            "rank": ("rank", int),
            "debtor_name": ("debtor", str),
            "open_eur": ("open", say.money),
            "days_overdue": ("days", tables.text),
            "what": ("action", str),
            "expected_gain": ("gain", say.money),
            "cost_of_waiting": ("waits", lambda value: "" if missing(value) else say.money(value)),
            "minutes": ("minutes", lambda value: f"{float(value):.0f}"),
            "profile": ("profile", lambda code: say.code("profile_decision", code)),
            "certainty": ("certainty", say.share),
            "p_30": ("p30", say.share),
            "flags": ("locks", lambda value: _locks(say, value)),
            "why": ("why", tables.text),
            "agent_id": ("agent", str),
            "left_because": (
                "within",
                lambda value: "✓" if value == "fits" else say.code("left_because", value),
            ),
        },
        say,
    )
    chosen = st.dataframe(
        shown,
        hide_index=True,
        width="stretch",
        height=min(520, 40 + 35 * len(shown)),
        on_select="rerun",
        selection_mode="single-row",
        key="lines",
    )
    rows = chosen.selection.rows if chosen else []
    return str(lines.loc[rows[0], "claim_id"]) if rows and rows[0] < len(lines) else None


def _locks(say: Words, flags: object) -> str:
    held = tables.listed(flags)
    return ", ".join(say("flag." + flag) for flag in _LOCKS if flag in held)


def cut_line(say: Words, lines: pd.DataFrame, capacity: pd.DataFrame) -> None:
    """Where the time ends: by the run's plan, where there is one, for each collector."""
    if capacity.empty:
        st.caption(_cut_here(say, lines))
        return
    if capacity["is_away"].all():
        st.warning(say("today.all_away"))
    left = capacity["gain_beyond"].astype(float).sum().round(2)
    told = {
        "within": int(capacity["n_within"].sum()),
        "no_time": int(capacity["n_no_time"].sum()),
        "no_gain": int(capacity["n_no_gain"].sum()),
    }
    st.caption(say("today.cut_plan", left=plain(say.money(left)), **told))
    if told["no_time"] == 0:
        return
    tables.plain_table(
        tables.shown(
            capacity,
            {
                "agent_id": ("agent", str),
                "planned_minutes": ("minutes", lambda value: f"{float(value):.0f}"),
                "minutes": ("of_minutes", lambda value: f"{float(value):.0f}"),
                "n_within": ("within", str),
                "planned_gain": ("gain", say.money),
                "n_no_time": ("left", str),
                "minute_price": ("minute_price", lambda value: say.money(round(float(value), 2))),
                "next_hour": ("next_hour", say.money),
            },
            say,
        )
    )


def _cut_here(say: Words, lines: pd.DataFrame) -> str:
    """Where the time chosen on the screen ends, and what the next hour would bring."""
    beyond = lines[~lines["fits"]]
    if beyond.empty:
        return say("today.cut_all")
    first = beyond.groupby("agent_id")["minutes_so_far"].transform("min")
    soon = beyond[beyond["minutes_so_far"] - first < 60]
    brought = soon["expected_gain"].astype(float).sum().round(2)
    within = int(lines["fits"].sum())
    return say("today.cut", within=within, beyond=len(beyond), next=plain(say.money(brought)))


def for_export(lines: pd.DataFrame, *, demo: bool) -> pd.DataFrame:
    """The lines as a file for other programs; an invented portfolio says so in each row."""
    made = lines.drop(columns=["minutes_so_far"])
    return made.assign(portfolio="DEMO") if demo else made
