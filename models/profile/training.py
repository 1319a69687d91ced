"""Training of profiles: learnt, judged on held-out labels, kept with gates and card."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from models.profile import people
from models.profile.card import card, records
from models.profile.judging import Trial, judge, report
from models.profile.labelling import fair_rows
from models.profile.model import ProfileModel, fit
from models.profile.signals import Signs, number, observe
from models.registry import LoadedModel, Registry
from models.training import Ledger, TrainingReport
from models.verdict import failed

NAME = "profile"
MOST_DEBTORS = 20_000
"""Debtors learnt from at most: every labelled one, then those with an open claim, then others."""


class NotEnoughDebtors(Exception):
    """There is nobody to learn from, or no label to judge by; the message counts them."""


def train_profile(
    features: pd.DataFrame,
    reactions: pd.DataFrame,
    texts: pd.DataFrame,
    *,
    known_by: date,
    registry: Registry,
    ledger: Ledger,
    champion: LoadedModel | None = None,
) -> TrainingReport:
    """Train, judge on labels held out, keep the model as challenger.

    The frames are ``features.debtor_facts``, ``features.debtor_reactions`` and
    ``features.debtor_texts`` of the day. The first model of a home is made champion if every
    gate holds; a later one waits for a person. Raises ``NotEnoughDebtors`` for an empty ledger.
    """
    trial = tried(features, reactions, texts, known_by=known_by, champion=champion)
    model = trial.model
    found, beside = report(trial)
    gates = judge(trial)
    params = {
        "known_by": known_by.isoformat(),
        "data_hash": ledger.data_version,
        "code": ledger.code,
        "rules": model.rules_version,
        "n_rows": model.n_rows,
        "n_labels": model.n_labels,
    }
    metrics = {**found, **_flat(beside), "temperature": model.temperature}
    version = registry.log(
        NAME,
        model.parts(),
        metrics,
        params,
        known_by,
        ledger.data_version,
        card(trial, metrics, beside, gates, params),
        failed_gates=failed(gates),
        records=records(trial, gates, beside),
    )
    promoted = not failed(gates) and registry.never_promoted(NAME)
    if promoted:
        registry.promote(NAME, version)
    said = [f"gate {name} does not hold: {gates[name].says('en')}" for name in failed(gates)]
    return TrainingReport(
        metrics, gates, promoted, version, (), {}, model.n_rows, model.n_labels, tuple(said)
    )


def tried(
    features: pd.DataFrame,
    reactions: pd.DataFrame,
    texts: pd.DataFrame,
    *,
    known_by: date,
    champion: LoadedModel | None = None,
) -> Trial:
    """A model of the ledger, with the beliefs of its cross-fitting and of the model in use."""
    features = sampled(features.assign(is_fair=fair(features)))
    if features.empty:
        raise NotEnoughDebtors("No debtor has a claim: import a ledger before training.")
    signs = observe(features, reactions, texts, as_of=known_by)
    model, past = fit(
        signs,
        features,
        people.labels(features),
        fair=features["is_fair"].to_numpy(dtype=bool),
    )
    return Trial(model, past, _of_champion(champion, signs, features))


def fair(features: pd.DataFrame) -> np.ndarray:
    """Which debtors are of the fair sample of those that labels are asked of."""
    late = [number(features, name) > 0 for name in ("debtor_n_overdue", "debtor_n_settled_late")]
    asked = (number(features, "debtor_n_open") > 0) & np.logical_or(*late)
    read = number(features, "is_read_blind") > 0
    found = np.zeros(len(features), dtype=bool)
    found[asked] = fair_rows(features["debtor_id"][asked], read[asked])
    return found


def _of_champion(
    champion: LoadedModel | None, signs: Signs, features: pd.DataFrame
) -> np.ndarray | None:
    """Belief of the model in use, (n_debtors, 4), NaN where it may have learnt the label."""
    model = None if champion is None else ProfileModel.from_parts(champion.parts)
    if champion is None or model is None:
        return None
    belief = model.predict_proba(signs, features)
    if "last_label_on" in features:
        said = pd.to_datetime(features["last_label_on"])
        belief[~(said > pd.Timestamp(champion.trained_as_of)).to_numpy()] = np.nan
    return belief


def sampled(features: pd.DataFrame, most: int = MOST_DEBTORS) -> pd.DataFrame:
    """At most so many debtors, sorted; the draw depends on nothing but their names."""
    if len(features) > most:
        name = features["debtor_id"].astype(str).to_numpy(dtype=object)
        order = np.lexsort(
            (
                pd.util.hash_array(name),
                ~(features["debtor_n_open"].to_numpy(dtype=float, na_value=0.0) > 0),
                features["last_label"].isna().to_numpy(),
            )
        )
        features = features.iloc[order[:most]]
    return features.sort_values("debtor_id").reset_index(drop=True)


def evaluated(
    features: pd.DataFrame, reactions: pd.DataFrame, texts: pd.DataFrame, *, known_by: date
) -> dict[str, Any]:
    """Held-out figures on labels, the keys of the contract; baseline is the majority's.

    Raises ``NotEnoughDebtors`` when no debtor has a label.
    """
    trial = tried(features, reactions, texts, known_by=known_by)
    if not trial.model.n_labels:
        raise NotEnoughDebtors(
            f"No label was given by {known_by}: nothing to judge {trial.model.n_rows} debtors by."
            " Import profile_labels, or confirm profiles in the console."
        )
    found, beside = report(trial)
    return {
        "target": NAME,
        "metrics": found,
        "baseline": beside["majority"],
        "baselines": beside,
        "gates": {name: gate.told() for name, gate in judge(trial).items()},
        "refused_columns": [],
        "refused_reasons": {},
        "n_train": trial.model.n_rows,
        "n_test": trial.model.n_labels,
    }


def _flat(beside: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {
        f"{name}_{key}": value
        for name, row in beside.items()
        for key, value in row.items()
        if key in ("log_loss", "accuracy", "calibration_error")
    }
