"""Worlds of payers: other forms of paying than the invented ledger's, each with its truth."""

from simulation.payers.forms import RECIPES
from simulation.payers.generator import generate

__all__ = ["RECIPES", "generate"]
