"""The models: are they still right, and should one be replaced."""

from app_streamlit import desk
from app_streamlit.parts import frame, workshop

say = frame.words()
frame.title(say, "models")
versions = workshop.versions(say)
if versions:
    chosen = workshop.choose(say, versions)
    kept = workshop.load(say, chosen)
    if kept is not None:
        workshop.gates(say, kept)
        workshop.calibration(say, kept)
        workshop.paid_only(say, kept)
        workshop.refused(say, kept)
    if desk.snapshot() is not None:
        workshop.watched(say, desk.watch())
    if kept is not None:
        workshop.card(say, kept)
workshop.decide(say, versions)
