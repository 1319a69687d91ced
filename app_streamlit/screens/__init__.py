"""Screens, each the noun it shows."""
