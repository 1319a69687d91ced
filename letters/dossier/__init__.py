"""A dossier: what is owed, the exhibits, what happened, what was tried, what misses."""
