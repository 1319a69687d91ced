"""Invented suits whose outcome laws are known, to judge what a suit is said to be worth."""

from simulation.lawsuits.generator import Lawsuits, generate, worlds

__all__ = ["Lawsuits", "generate", "worlds"]
