"""Words of the letters of instruction."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml


def say(group: str, name: str, language: str) -> str:
    """A phrase of ``words.yaml``.

    Raises
    ------
    KeyError
        When nobody wrote it.
    """
    pair = _phrases()[group][name]
    return pair[0] if language == "fr" else pair[1]


@cache
def _phrases() -> Mapping[str, Mapping[str, list[str]]]:
    text = Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")
    phrases: Mapping[str, Mapping[str, list[str]]] = yaml.safe_load(text)
    return phrases
