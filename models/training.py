"""Training: evaluated out of time, kept with its gates and card, the first crowned by them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from models.backtest import Backtest, backtest, figures
from models.card import card, records
from models.explanations import steadiness
from models.gates import Trial, judge, newest
from models.recovery.model import RecoveryModel, fit
from models.recovery.storing import FORMAT
from models.registry import LoadedModel, Registry
from models.verdict import Gate, failed

NAME = "recovery"
_EXPLAINED = 500


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a training did and why.

    ``gates`` by name; ``version`` is None when nothing could be learnt; ``reasons`` are plain
    sentences, one for each gate that does not hold among them.
    """

    metrics: Mapping[str, float]
    gates: Mapping[str, Gate]
    promoted: bool
    version: str | None
    refused_columns: tuple[str, ...]
    refused_reasons: Mapping[str, str]
    n_train: int
    n_test: int
    reasons: tuple[str, ...]
    used_columns: tuple[str, ...] = ()

    @property
    def n_failed(self) -> int:
        """Gates that forbid a promotion."""
        return len(failed(self.gates))


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the door knows of the ledger beside the panel.

    ``signs`` and ``groups`` are those of ``pipelines.ledger_signs``; ``code`` is the version of
    the program; ``trusted`` are free columns that a person says are known in time.
    """

    data_version: str
    code: str = ""
    signs: Mapping[str, float] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    trusted: frozenset[str] = frozenset()


def train_recovery(
    features: pd.DataFrame,
    extras: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    known_by: date,
    registry: Registry,
    data_version: str,
    ledger: Ledger | None = None,
    champion: LoadedModel | None = None,
) -> TrainingReport:
    """Train, evaluate out of time, keep the model as challenger.

    It is made champion at once only where there is none yet and every gate holds: later ones
    wait for a person (``amiable promote``). The frames are those of
    :meth:`models.recovery.model.RecoveryModel.fit`; ``champion`` is the model in use, by
    default the registry's.
    """
    ledger = ledger or Ledger(data_version)
    model = fit(features, extras, outcomes, known_by=known_by)
    past = backtest(features, extras, outcomes, known_by=known_by, groups=ledger.groups)
    found = figures(past.rows)
    champion = champion or registry.champion(NAME, known_by)
    trial = _trial(model, past, (features, extras, outcomes), known_by, ledger, champion)
    gates = {**judge(trial), **{gate.name: gate for gate in _reasons(trial)}}
    refused = dict(sorted({**past.refused, **model.extras_.refused}.items()))
    version = None
    if learnt(model):
        params = parameters(model, known_by, ledger)
        version = registry.log(
            NAME,
            model.parts(),
            found,
            {**params, "parameter_hash": _hash(params)},
            known_by,
            data_version,
            card(model, past, found, gates, params, refused),
            failed_gates=failed(gates),
            records=records(model, past, gates, features, extras, outcomes, refused),
        )
    promoted = version is not None and not failed(gates) and registry.never_promoted(NAME)
    if promoted and version is not None:
        registry.promote(NAME, version)
    said = [f"gate {name} does not hold: {gates[name].says('en')}" for name in failed(gates)]
    return TrainingReport(
        found,
        gates,
        promoted,
        version,
        tuple(refused),
        refused,
        model.n_rows_,
        int(found.get("n", 0)),
        (*model.reasons_, *said),
        (*model.extras_.numbers, *model.extras_.levels, *model.extras_.rates),
    )


def _trial(
    model: RecoveryModel,
    past: Backtest,
    panel: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
    known_by: date,
    ledger: Ledger,
    champion: LoadedModel | None,
) -> Trial:
    return Trial(
        model,
        past,
        *panel,
        known_by,
        champion=loaded(champion),
        champion_day=None if champion is None else champion.trained_as_of,
        champion_auc=None if champion is None else champion.metrics.get("auc"),
        signs=ledger.signs,
        groups=ledger.groups,
        trusted=ledger.trusted,
    )


def _reasons(trial: Trial) -> Iterator[Gate]:
    """Whether reasons are those of other debtors, and of the champion."""
    if not learnt(trial.model):
        return
    claims = newest(trial.features, trial.extras, most=_EXPLAINED)
    panel = (trial.features, trial.extras, trial.outcomes)
    found = steadiness.over_halves(*panel, claims, known_by=trial.known_by)
    yield steadiness.gate("steady_reasons", found)
    if trial.champion is not None and learnt(trial.champion):
        found = steadiness.between(trial.model, trial.champion, *claims)
        yield steadiness.gate("same_reasons", found)


def loaded(kept: LoadedModel | None) -> RecoveryModel | None:
    """The recovery model of a registry's version, None for None.

    None also for a version of an earlier program, whose parts nobody reads any more.
    """
    if kept is None or not is_read(kept):
        return None
    return RecoveryModel.from_parts(kept.parts)


def is_read(kept: LoadedModel) -> bool:
    """Whether this version of the program reads the parts of a registry's version."""
    return bool(kept.parts["model"].get("format") == FORMAT)


def learnt(model: RecoveryModel) -> bool:
    """Whether a model learnt anything beyond the published curves."""
    return bool(model.hazards_)


def parameters(model: RecoveryModel, known_by: date, ledger: Ledger) -> dict[str, Any]:
    """What a training was set to, and on what it rests: the parameters of its MLflow run."""
    settings = {f"set_{name}": value for name, value in sorted(model.get_params().items())}
    return {
        "known_by": known_by.isoformat(),
        "data_hash": ledger.data_version,
        "code": ledger.code,
        "engine": getattr(model, "engine_", "logistic"),
        "n_rows": model.n_rows_,
        **settings,
    }


def _hash(params: Mapping[str, Any]) -> str:
    settings = {key: str(value) for key, value in params.items() if key.startswith("set_")}
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]


def summary_of(report: TrainingReport, name: str = NAME) -> dict[str, Any]:
    """The report as plain data, for ``--json``."""
    return {
        "model": name,
        "metrics": dict(report.metrics),
        "gates": {name: gate.told() for name, gate in report.gates.items()},
        "failed_gates": failed(report.gates),
        "promoted": report.promoted,
        "version": report.version,
        "refused_columns": list(report.refused_columns),
        "refused_reasons": dict(report.refused_reasons),
        "used_columns": list(report.used_columns),
        "n_train": report.n_train,
        "n_test": report.n_test,
        "reasons": list(report.reasons),
    }
