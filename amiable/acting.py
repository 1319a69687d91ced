"""The effects of acting that a day's run uses: those promoted, else the elicited ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from amiable.home import Home
from amiable.logs import warn
from amiable.promotion import earlier_model, model_of

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, slots=True)
class Acting:
    """What acting adds: the effects in use, None for the elicited ones; their version; lines."""

    mapping: Mapping[str, Any] | None
    version: str
    lines: DataFrame


def acting_on(home: Home, as_of: date) -> Acting:
    """The effects of a day, with the rows of ``mart.effects``."""
    from models.registry import Registry
    from models.strategy.effects.model import mapping_of
    from models.strategy.effects.standing import lines

    registry = Registry(home.path, home.settings.mlflow_tracking_uri)
    kept = model_of(home, registry, "effects", as_of)
    mapping = None if kept is None else mapping_of(kept.parts)
    if kept is not None and mapping is None:
        warn(earlier_model(kept.version, "effects"))
        kept = None
    version = "elicited" if kept is None else kept.version
    return Acting(mapping, version, lines(None if kept is None else kept.parts, version))
