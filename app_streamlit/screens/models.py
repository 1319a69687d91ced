"""The models: are they still right, and should one be replaced."""

from app_streamlit import desk
from app_streamlit.parts import acting, ends, frame, workshop

say = frame.words()
frame.title(say, "models")
versions = workshop.versions(say)
kept = workshop.load(say, workshop.choose(say, versions)) if versions else None
if kept is not None:
    workshop.gates(say, kept)
    workshop.calibration(say, kept)
    workshop.paid_only(say, kept)
if desk.snapshot() is not None:
    ends.panel(say, desk.ends())
    acting.panel(say)
if kept is not None:
    workshop.refused(say, kept)
if desk.snapshot() is not None:
    workshop.watched(say, desk.watch())
if kept is not None:
    workshop.card(say, kept)
workshop.decide(say, versions)
