"""Probability, amount and time of payment of a claim under amicable treatment."""

from __future__ import annotations

from models.recovery.model import RecoveryModel, fit, score
from models.recovery.prior import prior

__all__ = ["RecoveryModel", "fit", "prior", "score"]
