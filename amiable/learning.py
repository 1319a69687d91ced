"""Training and back-testing from the store: what the door hands to ``models``."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amiable.errors import AmiableError
from amiable.home import Home
from amiable.logs import Steps
from amiable.promotion import model_of
from amiable.runs import door_rows, snapshot_days
from pipelines import decided, panel, sampling
from pipelines.contents import fingerprint, first_day
from pipelines.ledger_signs import ledger_signs
from pipelines.settled import settled_claims

if TYPE_CHECKING:
    from pandas import DataFrame

    from models.strategy.effects.training import Decisions
    from models.training import TrainingReport

MOST_CLAIMS = 60_000
"""Claims whose history is learnt from at most: a larger ledger is sampled by debtors."""


def train(
    home: Home, as_of: date, *, steps: Steps, trusted: Collection[str] = ()
) -> TrainingReport:
    """Train a recovery challenger on what was known on a day.

    The first model of a home is made champion if every gate holds; a later one waits for
    ``amiable promote``. ``trusted`` are free columns that a person says are known in time.

    Raises
    ------
    AmiableError
        When nothing was imported, or the ledger is younger than the shortest horizon.
    """
    from models.registry import Registry, RegistryError
    from models.training import Ledger, train_recovery

    with home.alone():
        features, extras, outcomes = _panel(home, as_of, steps)
        with steps("signs of the ledger"):
            signs, groups = ledger_signs(home.store, door_rows(home, as_of), known_by=as_of)
        data = fingerprint(home.store)
        ledger = Ledger(data, version("amiable"), signs, groups, frozenset(trusted))
        registry = Registry(home.path, home.settings.mlflow_tracking_uri)
        with steps("training"):
            try:
                return train_recovery(
                    features,
                    extras,
                    outcomes,
                    known_by=as_of,
                    registry=registry,
                    data_version=data,
                    ledger=ledger,
                    champion=model_of(home, registry, "recovery", as_of),
                )
            except RegistryError as error:
                raise AmiableError(str(error)) from error


def train_profile(home: Home, as_of: date, *, steps: Steps) -> TrainingReport:
    """Train a challenger for the profiles on what was known on a day; labels are optional.

    Raises
    ------
    AmiableError
        When nothing was imported, or no debtor has a claim.
    """
    from models.profile import training
    from models.registry import Registry, RegistryError
    from models.training import Ledger

    with home.alone():
        frames = _debtors(home, as_of, steps)
        registry = Registry(home.path, home.settings.mlflow_tracking_uri)
        with steps("training of profiles"):
            try:
                return training.train_profile(
                    *frames,
                    known_by=as_of,
                    registry=registry,
                    ledger=Ledger(fingerprint(home.store), version("amiable")),
                    champion=model_of(home, registry, training.NAME, as_of),
                )
            except (RegistryError, training.NotEnoughDebtors) as error:
                raise AmiableError(str(error)) from error


def train_effects(home: Home, as_of: date, *, steps: Steps) -> TrainingReport:
    """Train a challenger for the effects of acting on the decisions known on a day.

    Raises
    ------
    AmiableError
        When nothing was imported, or no decision on an overdue claim is a month old.
    """
    from models.registry import Registry, RegistryError
    from models.strategy.effects import training
    from models.training import Ledger

    with home.alone():
        decisions = _decisions(home, as_of, steps)
        registry = Registry(home.path, home.settings.mlflow_tracking_uri)
        with steps("training of effects"):
            try:
                return training.train_effects(
                    decisions,
                    known_by=as_of,
                    registry=registry,
                    ledger=Ledger(fingerprint(home.store), version("amiable")),
                    champion=model_of(home, registry, training.NAME, as_of),
                )
            except (RegistryError, training.NotEnoughDecisions) as error:
                raise AmiableError(str(error)) from error


def _decisions(home: Home, as_of: date, steps: Steps) -> Decisions:
    """Decisions of the past, what runs advised, and what was believed of debtors on some days."""
    import pandas as pd

    from models.profile.scoring import believed
    from models.strategy.effects.training import Decisions
    from models.strategy.tables import PROFILES

    if not home.store.exists():
        raise AmiableError(f"{home.path}: nothing imported yet. Begin with `amiable import FILE`.")
    rows = door_rows(home, as_of)
    choices = decided.choices(home.path, as_of=as_of)
    days = decided.decision_days(choices["day"], as_of)
    with _sampled(home, steps) as store:
        with steps("decisions of the past"):
            points = decided.decision_points(store, rows, days, as_of=as_of)
        with steps("beliefs of then"):
            looked = decided.belief_days(points["day"], choices["day"], as_of)
            found = []
            for day in looked:
                facts, reactions, texts = panel.debtors(store, rows, day)
                # Elicited rates: a model trained today would know what came of it.
                then = believed(facts, reactions, texts, pd.DataFrame(), as_of=day)
                columns = {f"p_{name}": then.probabilities[:, i] for i, name in enumerate(PROFILES)}
                found.append(
                    pd.DataFrame({"day": pd.Timestamp(day), "debtor_id": then.ids, **columns})
                )
            beliefs = pd.concat(found, ignore_index=True) if found else pd.DataFrame()
    return Decisions(points, choices, beliefs, is_invented=home.is_demo)


def _debtors(home: Home, as_of: date, steps: Steps) -> tuple[DataFrame, DataFrame, DataFrame]:
    """History, reactions and texts of every debtor known on a day, a sample of a large ledger."""
    if not home.store.exists():
        raise AmiableError(f"{home.path}: nothing imported yet. Begin with `amiable import FILE`.")
    with _sampled(home, steps, with_labelled=True) as store, steps("debtors as known on the day"):
        return panel.debtors(store, door_rows(home, as_of), as_of)


def _panel(home: Home, as_of: date, steps: Steps) -> tuple[DataFrame, DataFrame, DataFrame]:
    if not home.store.exists():
        raise AmiableError(f"{home.path}: nothing imported yet. Begin with `amiable import FILE`.")
    first = first_day(home.store)
    days = [] if first is None else snapshot_days(as_of, first)
    if not days:
        raise AmiableError(
            f"{home.path}: the ledger holds no history of thirty days before {as_of};"
            " a run uses the published curves until then."
        )
    with _sampled(home, steps) as store, steps(f"features of {len(days)} past days"):
        return panel.panel(store, door_rows(home, as_of), days, known_by=as_of)


@contextmanager
def _sampled(home: Home, steps: Steps, *, with_labelled: bool = False) -> Iterator[Path]:
    """The store to learn from: whole debtors up to about ``MOST_CLAIMS`` claims, else all."""
    held = sampling.claims_of(home.store)
    if held <= MOST_CLAIMS:
        yield home.store
        return
    with tempfile.TemporaryDirectory(dir=home.path, prefix="sample-") as folder:
        part = Path(folder) / "sample.duckdb"
        with steps(f"a sample of about {MOST_CLAIMS} of {held} claims"):
            share = MOST_CLAIMS / held
            sampling.sample(home.store, part, share=share, with_labelled=with_labelled)
        yield part


def evaluate(
    home: Home,
    as_of: date,
    *,
    target: str,
    train_before: date | None,
    score_at: str,
    steps: Steps,
) -> dict[str, Any]:
    """Back-test one target; the keys are those of the contract.

    Raises
    ------
    AmiableError
        For a target that this version does not measure.
    """
    from models.evaluation import NotEnoughHistory
    from models.profile.training import NotEnoughDebtors
    from models.strategy.effects.training import NotEnoughDecisions

    try:
        return _evaluated(
            home, as_of, target=target, train_before=train_before, score_at=score_at, steps=steps
        )
    except (NotEnoughHistory, NotEnoughDebtors, NotEnoughDecisions) as error:
        raise AmiableError(str(error)) from error


def _evaluated(
    home: Home,
    as_of: date,
    *,
    target: str,
    train_before: date | None,
    score_at: str,
    steps: Steps,
) -> dict[str, Any]:
    from models import evaluation

    if target == "late" and score_at == "issue":
        if train_before is None:
            raise AmiableError("--target late needs --train-before DATE.")
        with steps("claims and their ends"):
            claims, columns = settled_claims(home.store, door_rows(home, as_of), known_by=as_of)
        with steps("back-test"):
            return dict(evaluation.evaluate_late(claims, columns, train_before=train_before))
    if target == "recovery" and score_at == "as_of":
        features, extras, outcomes = _panel(home, as_of, steps)
        with steps("back-test"):
            return dict(
                evaluation.evaluate_recovery(
                    features, extras, outcomes, known_by=as_of, train_before=train_before
                )
            )
    if target == "profile" and score_at == "as_of":
        from models.profile.training import evaluated

        frames = _debtors(home, as_of, steps)
        with steps("labels held out"):
            return dict(evaluated(*frames, known_by=as_of))
    if target == "policy" and score_at == "as_of":
        return _policy(home, as_of, steps)
    raise AmiableError(
        f"--target {target} --score-at {score_at}: this version measures `late` at `issue`,"
        " `recovery`, `profile` and `policy` at `as_of`."
    )


def _policy(home: Home, as_of: date, steps: Steps) -> dict[str, Any]:
    """Off-policy worth of the policy in use beside what was done, and against control."""
    from models.registry import Registry
    from models.strategy.effects import training

    decisions = _decisions(home, as_of, steps)
    registry = Registry(home.path, home.settings.mlflow_tracking_uri)
    champion = model_of(home, registry, training.NAME, as_of)
    with steps("off-policy evaluation"):
        return dict(training.evaluated(decisions, known_by=as_of, champion=champion))
