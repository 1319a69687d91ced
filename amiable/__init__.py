"""The front door: commands, settings, and one day in order."""
