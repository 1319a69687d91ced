"""Today's contacts, best first, and what fits the time."""

import streamlit as st

from amiable.export import harmless
from app_streamlit import desk
from app_streamlit.parts import acting, changes, confirm, frame, journal, sending, worklist

say = frame.words()
if frame.head(say, "today"):
    figures = desk.figures()
    agents = desk.agents()
    usual = worklist.hours_planned(desk.home(), desk.ask_if_held("capacity", agent=None))
    left, middle, right = st.columns([2, 2, 3])
    with left:
        names = [None, *agents["agent_id"]]
        agent = st.selectbox(
            say("today.agent"),
            names,
            format_func=lambda name: name or say("today.everyone"),
            key="agent",
        )
    with middle:
        hours = st.slider(say("today.hours"), 0.0, 10.0, usual, 0.5, key="hours")
    with right:
        wanted = st.text_input(say("today.search"), key="search")
    capacity = worklist.as_planned(desk.ask_if_held("capacity", agent=agent), hours, usual)
    minutes = hours * 60 if capacity.empty else None
    left = desk.ask_if_held("left_because")
    lines = worklist.filtered(desk.worklist(agent), wanted, left, minutes=minutes)
    worklist.tiles(say, figures, lines, minutes=worklist.time_of(capacity, hours, len(agents)))
    worklist.cautions(say, figures)
    changes.of_the_day(say)
    journal.contradicted(say, desk.contradictions())
    if desk.undecided():
        st.page_link(
            "screens/bilan.py", label=say("bilan.first_look"), icon=":material/monitoring:"
        )
    waiting = confirm.unanswered(desk.to_confirm())
    if lines.empty:
        st.info(say("today.empty" if waiting.empty else "today.empty_to_confirm"))
    else:
        chosen = worklist.table(say, lines)
        worklist.cut_line(say, lines, capacity)
        acting.summary(say, lines)
        if st.button(say("today.open"), disabled=chosen is None, key="open", type="primary"):
            st.session_state["claim_id"] = chosen
            st.switch_page("screens/claim.py")
        if chosen is None:
            st.caption(say("today.select"))
        else:
            sending.panel(say, chosen, opened=True)
        shown = harmless(worklist.for_export(lines, demo=desk.home().is_demo))
        st.download_button(
            say("today.export"), shown.to_csv(index=False), "worklist.csv", "text/csv", key="export"
        )
    confirm.still_open(say, waiting)
