"""Parts of what is said: the script of a call or visit, and a complaint point by point."""

from __future__ import annotations

import streamlit as st

from amiable.messages import Prepared
from app_streamlit.parts.words import Words, plain
from letters.render import Message


def script(found: Message) -> None:
    """A script of a call or a visit: what is said aloud set apart, the question above all."""
    st.markdown(f"**{plain(found.subject)}**")
    quotes = [block.text for block in found.blocks if block.text[:1] in ("«", "“")]
    for block in found.blocks:
        if block.kind == "table":
            for line in found.tables[block.text].lines:
                st.markdown("- " + plain(line))
        elif block.text in quotes:
            shown = st.success if block.text == quotes[-1] else st.info
            shown(plain(block.text))
        else:
            st.markdown(("- " if block.kind == "item" else "") + plain(block.text))


def complaints(say: Words, prepared: Prepared) -> None:
    """The debtor's open disputes, point by point against the papers on file; who, until when."""
    for sheet in prepared.complaints:
        with st.expander(say("spoken.complaint", n=len(sheet.points)), expanded=True):
            who = sheet.owner or say("spoken.nobody")
            told = "spoken.repair" if sheet.founded else "spoken.answer"
            st.markdown(plain(say(told, who=who, day=say.day(sheet.until))))
            for each in sheet.points:
                found = say(f"spoken.founded_{each.dispute.founded}".lower())
                st.markdown(f"**{each.number}.** {plain(each.told)} — *{plain(found)}*")
                held = list(each.papers)
                if each.missing:
                    held.append(say("spoken.missing", papers=", ".join(each.missing)))
                st.markdown("\n".join(f"- {plain(paper)}" for paper in held))
            if any(each.missing for each in sheet.points):
                st.caption(say("spoken.ask_creditor"))
