"""Parameters of the worlds that are played."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

Parameters = Mapping[str, Any]
_REFERENCE = "calibrated"


def names() -> tuple[str, ...]:
    """Names of the worlds, the reference first.

    >>> names()
    ('calibrated', 'confounded', 'null_tone', 'drift', 'tiny_client')
    """
    return tuple(_every())


def load(name: str) -> Parameters:
    """Parameters of one world: those of the reference, with what differs laid over.

    Raises ``KeyError`` if there is no such world, or if it names what the reference lacks.
    """
    every = _every()
    if name not in every:
        raise KeyError(f"no world {name!r} to play; there are: {', '.join(every)}")
    laid = dict(every[_REFERENCE])
    for section, values in every[name].items():
        if isinstance(values, Mapping):
            unknown = set(values) - set(laid[section])
            if unknown:
                raise KeyError(f"world {name}: unknown in {section}: {', '.join(sorted(unknown))}")
            laid[section] = {**laid[section], **values}
        else:
            laid[section] = values
    return laid


def _every() -> dict[str, dict[str, Any]]:
    text = (Path(__file__).parent / "worlds.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return loaded
