"""Which claims justify a suit, and what must be settled before."""

from app_streamlit import desk
from app_streamlit.parts import claim, frame, suit, suits

say = frame.words()
if frame.head(say, "suits"):
    chosen = suits.overview(say)
    if chosen is not None:
        compared = desk.courses(chosen)
        claim.courses(say, {}, compared)
        suit.panel(say, chosen, compared)
