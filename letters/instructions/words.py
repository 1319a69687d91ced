"""Words of the letters of instruction."""

from __future__ import annotations

from letters.writing import phrase


def say(group: str, name: str, language: str) -> str:
    """A phrase of ``words.yaml`` of this room.

    Raises
    ------
    KeyError
        When nobody wrote it.
    """
    return phrase("instructions/words.yaml", name, language, group)
