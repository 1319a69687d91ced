"""The ladder and the effect priors, read from the YAML files beside; their hash is the version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from data_schema import yaml_text

_HERE = Path(__file__).parent
PROFILES = ("disorganised", "cash_strapped", "bad_faith", "dissatisfied")


@cache
def ladder() -> Mapping[str, Any]:
    """The ladder as data.

    >>> list(ladder()["stages"])
    ['reminder', 'firm_reminder', 'formal_notice', 'last_attempt']
    """
    return _load("ladder.yaml")


@cache
def effects() -> Mapping[str, Any]:
    """Priors of the effects, in log-odds."""
    return _load("effects.yaml")


@cache
def phrases() -> Mapping[str, Any]:
    """Templates of the reasons."""
    return _load("phrases.yaml")


def version(steps: Mapping[str, Any], learnt: Mapping[str, Any] | None = None) -> str:
    """Twelve characters that change when the ladder or the effects (by default the priors) do."""
    text = json.dumps([steps, effects() if learnt is None else learnt], sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _load(name: str) -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml_text.loaded((_HERE / name).read_text(encoding="utf-8"))
    return content
