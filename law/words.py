"""Words, French and English, for the codes of this room."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from data_schema import yaml_text

_FILE = Path(__file__).parent / "words.yaml"


def word(list_name: str, code: str, language: str) -> str:
    """The words for a code in ``fr`` or ``en``; the code itself when the list lacks it.

    >>> word("obstacles", "time_barred", "fr")
    'créance prescrite'
    """
    pair = words().get(list_name, {}).get(code)
    if pair is None:
        return code
    return pair[0] if language == "fr" else pair[1]


@cache
def words() -> Mapping[str, Mapping[str, list[str]]]:
    """Every list: code to French and English words."""
    lists: Mapping[str, Mapping[str, list[str]]] = yaml_text.loaded(
        _FILE.read_text(encoding="utf-8")
    )
    return lists
