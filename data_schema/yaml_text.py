"""YAML as data: the fast safe loader where PyYAML was built with it, else the plain one."""

from __future__ import annotations

from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def loaded(text: str) -> Any:
    """What a YAML text holds; raises ``yaml.YAMLError``.

    >>> loaded("late: [1, 2]")
    {'late': [1, 2]}
    """
    return yaml.load(text, Loader=_LOADER)  # a safe loader either way
