"""The worlds an invented ledger can come from: parameters, one YAML file each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

World = Mapping[str, Any]

PROFILES = ("disorganised", "cash_strapped", "bad_faith", "dissatisfied")
"""Order of the four profiles in every list of four of a world."""

_HERE = Path(__file__).parent
_REFERENCE = "calm"


def names() -> tuple[str, ...]:
    """Names of the worlds, in alphabetical order.

    >>> names()
    ('calm', 'confounded_history', 'crisis', 'null_tone', 'seasonal', 'small_claims')
    """
    return tuple(sorted(path.stem for path in _HERE.glob("*.yaml")))


def load(name: str) -> World:
    """Parameters of one world: those of the calm one, with what differs laid over.

    Raises ``KeyError`` if there is no world of that name, or if it names a parameter that the
    calm world does not know (a misspelt parameter would otherwise do nothing, silently).

    >>> load("null_tone")["collection"]["firm_effect"]
    [0.0, 0.0, 0.0, 0.0]
    """
    if name not in names():
        raise KeyError(f"no world {name!r}; there are: {', '.join(names())}")
    reference = _read(_REFERENCE)
    return reference if name == _REFERENCE else _overlay(reference, _read(name), name)


def _read(name: str) -> World:
    parameters: World = yaml.safe_load((_HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return parameters


def _overlay(reference: World, differing: World, name: str) -> World:
    laid = dict(reference)
    for section, values in differing.items():
        if section not in reference:
            raise KeyError(f"world {name}: unknown section {section}")
        if isinstance(values, Mapping):
            unknown = set(values) - set(reference[section])
            if unknown:
                raise KeyError(f"world {name}: unknown in {section}: {', '.join(sorted(unknown))}")
            laid[section] = {**reference[section], **values}
        else:
            laid[section] = values
    return laid
