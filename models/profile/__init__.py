"""Profile of a debtor: four hypotheses with probabilities, never a verdict (D10 to D14).

Small named rules read the history and the notes; each weighs by elicited rates; together they
move a prior that prefers *disorganised*. Nothing here reads the name of a debtor.
"""

from models.profile.scoring import score

__all__ = ["score"]
