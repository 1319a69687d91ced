"""Probability, amount and time of payment of a claim under amicable treatment."""

from __future__ import annotations
