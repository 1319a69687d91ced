"""What changed since the last earlier day: claims that came, went or moved, and why."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app_streamlit.parts import tables
from app_streamlit.parts.words import Words, missing

_KINDS = ("new", "gone", "moved")


def since(say: Words, rows: pd.DataFrame) -> None:
    """A sentence and a table; nothing before the second day."""
    if rows.empty:
        return
    counts = rows["kind"].value_counts()
    told = {kind: int(counts.get(kind, 0)) for kind in _KINDS}
    with st.expander(say("changes.title", day=say.day(rows["since"].iloc[0]), **told)):
        shown = rows.assign(
            told=list(map(say.money, rows["amount"], rows["currency"])),
            why=[_why(say, row) for row in rows.itertuples()],
        )
        tables.plain_table(
            tables.shown(
                shown,
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


def _why(say: Words, row: object) -> str:
    kind, why = row.kind, row.why  # type: ignore[attr-defined]
    if kind != "moved":
        return "" if missing(why) else say.known("changes", why)
    before, now = row.action_before, row.action_now  # type: ignore[attr-defined]
    reason = row.reason if say.language == "fr" else row.reason_en  # type: ignore[attr-defined]
    return f"{say.code('action', before)} → {say.code('action', now)} : {reason}"
