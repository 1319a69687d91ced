"""Measurements: the README, speed, acceptance on third-party files."""
