"""Profile of a debtor: four hypotheses with probabilities, never a verdict (D10 to D14).

Small named rules read history, reactions and notes; a label model learns what they are worth in a
ledger, an end model joins them to how the debtor pays, and unequal costs decide what is said.
Nothing here reads the name of a debtor.
"""

from models.profile.scoring import score

__all__ = ["score"]
