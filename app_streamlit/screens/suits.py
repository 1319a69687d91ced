"""Which claims justify a suit, and what must be settled before."""

from app_streamlit import desk
from app_streamlit.parts import budget, claim, dossier, frame, suit, suits

say = frame.words()
if frame.head(say, "suits"):
    found = suits.overview(say)
    if not found.empty:
        budget.panel(say)
        chosen = suits.choice(say, found)
        if chosen is not None:
            compared = desk.courses(chosen)
            claim.courses(say, {}, compared)
            suit.panel(say, chosen, compared)
            dossier.panel(say, chosen, chosen)
