"""Probability, amount and time of payment of a claim under amicable treatment."""

from __future__ import annotations

from models.recovery.model import RecoveryModel, fit, score

# The function ``prior`` stays in its module: re-exported here it would hide that module.
__all__ = ["RecoveryModel", "fit", "score"]
