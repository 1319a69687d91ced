"""A recovery model as plain data and estimators, and back; nothing is ever unpickled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from models.columns import ExtraColumns
from models.recovery import hazard
from models.recovery.calibration import Calibration
from models.recovery.dependence import Dependence
from models.recovery.design import Design
from models.recovery.evidence import Evidence
from models.recovery.fitting import Maps, Recipe
from models.recovery.hazard import BoostedHazard, LogisticHazard
from models.recovery.model import RecoveryModel
from models.recovery.rhythm import Rhythm
from models.recovery.second import SecondLook
from models.recovery.shares import Shares
from models.recovery.write_offs import WriteOffs

FORMAT = 9
"""Of the parts; a version of another format is not read."""


def told(model: RecoveryModel) -> dict[str, Any]:
    """What a registry keeps: ``model`` as plain data and, for trees, an estimator by kind."""
    logistic = {
        kind: hazard.as_json(engine)
        for kind, engine in model.hazards_.items()
        if isinstance(engine, LogisticHazard)
    }
    trees = {
        kind: engine for kind, engine in model.hazards_.items() if isinstance(engine, BoostedHazard)
    }
    record = {
        "format": FORMAT,
        "known_by": model.known_by_.isoformat(),
        "engine": model.engine_,
        "recipe": asdict(model.recipe_),
        "design": model.design_.to_json(),
        "extras": model.extras_.to_json(),
        "evidence": [
            {"kind": kind, "horizon": horizon, **asdict(line)}
            for (kind, horizon), line in sorted(model.evidence_.items())
        ],
        "logistic": logistic,
        "seen": {kind: list(engine.seen) for kind, engine in trees.items()},
        "second": {kind: asdict(e.second) for kind, e in trees.items() if e.second is not None},
        "calibrations": _maps_told(model.calibrations_),
        "prior_maps": _maps_told(model.prior_maps_),
        "base_curve": model.base_curve_.tolist(),
        "level": {kind: list(pair) for kind, pair in model.level_.items()},
        "shares": model.shares_.to_json() if model.shares_ is not None else None,
        "dependence": asdict(model.dependence_),
        "tail": model.tail_,
        "rhythm": asdict(model.rhythm_),
        "dividend_pace": model.dividend_pace_,
        "write_offs": asdict(model.write_offs_),
        "reasons": model.reasons_,
        "n_rows": model.n_rows_,
    }
    return {"model": record, **{f"boosted_{kind}": e.trees for kind, e in trees.items()}}


def read(parts: Mapping[str, Any]) -> RecoveryModel:
    """The model that ``told`` wrote; it scores the same bytes."""
    record, model = parts["model"], RecoveryModel()
    model.known_by_ = date.fromisoformat(record["known_by"])
    model.engine_ = record["engine"]
    model.recipe_ = Recipe(**record["recipe"])
    model.design_ = Design.from_json(record["design"])
    model.extras_ = ExtraColumns.from_json(record["extras"])
    model.evidence_ = {
        (line["kind"], line["horizon"]): Evidence(
            line["n_events"], line["n_without"], tuple(line["band_claims"]), line["curves"]
        )
        for line in record["evidence"]
    }
    model.hazards_ = {k: hazard.from_json(line) for k, line in record["logistic"].items()}
    for kind, seen in record["seen"].items():
        look = record["second"].get(kind)
        model.hazards_[kind] = BoostedHazard(
            parts[f"boosted_{kind}"], tuple(seen), SecondLook.from_json(look) if look else None
        )
    model.calibrations_ = _maps_read(record["calibrations"])
    model.prior_maps_ = _maps_read(record["prior_maps"])
    model.base_curve_ = np.array(record["base_curve"])
    model.level_ = {kind: (line[0], line[1], line[2]) for kind, line in record["level"].items()}
    kept = record["shares"]
    model.shares_ = None if kept is None else Shares.from_json(kept)
    model.dependence_ = Dependence(**record["dependence"])
    model.tail_ = record["tail"]
    model.rhythm_ = Rhythm.from_json(record["rhythm"])
    model.dividend_pace_ = record["dividend_pace"]
    model.write_offs_ = WriteOffs.from_json(record["write_offs"])
    model.reasons_ = list(record["reasons"])
    model.n_rows_ = record["n_rows"]
    return model


def _maps_told(maps: Maps) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "horizon": horizon, **asdict(map_)}
        for (kind, horizon), map_ in sorted(maps.items())
    ]


def _maps_read(told: list[dict[str, Any]]) -> Maps:
    return {
        (line["kind"], line["horizon"]): Calibration(line["a"], line["c"], line["b"])
        for line in told
    }
