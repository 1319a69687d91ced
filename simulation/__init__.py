"""Invented ledgers with known truth, for demonstrations, tests and measurements."""
