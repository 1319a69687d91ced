"""Models kept, dated, promoted and rolled back; the only place that knows MLflow.

The records are MLflow's, in ``HOME/mlflow.db``; the files lie under ``HOME/artifacts`` at
locations written relative to it (``mlflow-artifacts:/…``), so that a home may be moved, and
``mlflow server --backend-store-uri sqlite:///mlflow.db --artifacts-destination artifacts``
started inside it shows them. A part is JSON, or a scikit-learn estimator saved by skops, whose
types must stand in ``TRUSTED_TYPES``; nothing is ever unpickled.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import os
import shutil
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any
from uuid import uuid4

CHAMPION, CHALLENGER = "champion", "challenger"
REQUIREMENTS = ("numpy", "pandas", "scikit-learn", "scipy", "skops")

# Reviewed: reads arrays of tree nodes, runs no code of the file.
TRUSTED_TYPES = ("sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",)

_SCHEME = "mlflow-artifacts:/"
_PROMOTIONS = "promotions"
_FAILED = "failed_gates"
_MOST_METRICS = 500  # in one call of MLflow


class RegistryError(Exception):
    """A model cannot be kept or found; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A version and its parts: estimators, and what JSON held."""

    name: str
    version: str
    trained_as_of: date
    data_version: str
    parts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """One line of the list of versions."""

    name: str
    version: str
    trained_as_of: date
    data_version: str
    aliases: tuple[str, ...]
    metrics: Mapping[str, float]


class Registry:
    """The models of one home.

    ``uri`` replaces the local SQLite store by another MLflow store (a team's PostgreSQL); the
    files stay in the home.
    """

    def __init__(self, home: Path, uri: str | None = None) -> None:
        """Nothing is opened before it is needed: an empty home costs nothing."""
        self._home = Path(home).resolve()
        self._uri = uri
        self._opened: Any = None

    def log(
        self,
        model_name: str,
        parts: Mapping[str, Any],
        metrics: Mapping[str, float],
        params: Mapping[str, Any],
        trained_as_of: date,
        data_version: str,
        card: str,
        *,
        failed_gates: Sequence[str] = (),
    ) -> str:
        """Keep a trained model as the challenger; return its version.

        ``parts`` maps a file name without suffix to plain JSON data or to a scikit-learn
        estimator; ``card`` is Markdown for people; a version with ``failed_gates`` cannot be
        promoted. Raises ``RegistryError`` when an estimator holds a type that is not in
        ``TRUSTED_TYPES``.
        """
        client = self._client()
        relative = f"{model_name}/{uuid4().hex}"
        digest = _write(self._home / "artifacts" / relative, parts, card)
        experiment = client.get_experiment_by_name(model_name)
        experiment_id = (
            experiment.experiment_id
            if experiment
            else client.create_experiment(model_name, artifact_location=_SCHEME + model_name)
        )
        run = client.create_run(experiment_id)
        _note(client, run.info.run_id, metrics, params)
        client.set_terminated(run.info.run_id)
        if not self._registered(model_name):
            client.create_registered_model(model_name)
        kept = client.create_model_version(
            model_name,
            source=_SCHEME + relative,
            run_id=run.info.run_id,
            tags={
                "trained_as_of": trained_as_of.isoformat(),
                "data_version": data_version,
                "sha256": digest,
                _FAILED: ",".join(failed_gates),
            },
        )
        client.set_registered_model_alias(model_name, CHALLENGER, kept.version)
        return str(kept.version)

    def champion(self, name: str, as_of: date) -> LoadedModel | None:
        """The model to use on a day, or None.

        The champion if it was trained on or before ``as_of``; else the version promoted last
        among those trained by then and never rolled back: a past day must not see a model that
        learnt from its future.
        """
        if not self._exists():
            return None
        for version in reversed(self._promotions(name)):
            kept = self._client().get_model_version(name, version)
            if date.fromisoformat(kept.tags["trained_as_of"]) <= as_of:
                return self._load(kept)
        return None

    def chosen(self, name: str, version: str, as_of: date) -> LoadedModel:
        """The version that a person chose for a day.

        Raises ``RegistryError`` when there is none, one of its gates did not hold, or it learnt
        from days after ``as_of``.
        """
        kept = self._version(name, version)
        if failed := kept.tags.get(_FAILED):
            raise RegistryError(f"{name} version {version}: these gates do not hold: {failed}.")
        if date.fromisoformat(kept.tags["trained_as_of"]) > as_of:
            raise RegistryError(f"{name} version {version} learnt from days after {as_of}.")
        return self._load(kept)

    def load(self, name: str, version: str) -> LoadedModel:
        """One version with its parts."""
        return self._load(self._version(name, version))

    def promote(self, name: str, version: str | None = None) -> str:
        """Make a version (by default the challenger) the champion; say so in a sentence.

        Raises ``RegistryError`` when there is no such version or one of its gates did not hold.
        """
        kept = self._version(name, version or self._challenger(name))
        if failed := kept.tags.get(_FAILED):
            raise RegistryError(
                f"{name} version {kept.version} is not promoted: these gates do not hold: {failed}."
            )
        client = self._client()
        history = [v for v in self._promotions(name) if v != str(kept.version)]
        history.append(str(kept.version))
        client.set_registered_model_tag(name, _PROMOTIONS, ",".join(history))
        client.set_registered_model_alias(name, CHAMPION, kept.version)
        if CHALLENGER in kept.aliases:
            client.delete_registered_model_alias(name, CHALLENGER)
        return f"{name}: version {kept.version} is the champion."

    def rollback(self, name: str) -> str:
        """Give the crown back to the champion before; say so in a sentence.

        Raises ``RegistryError`` when there is none.
        """
        history = self._promotions(name) if self._exists() else []
        if len(history) < 2:
            raise RegistryError(f"{name}: no earlier champion to go back to.")
        client = self._client()
        client.set_registered_model_tag(name, _PROMOTIONS, ",".join(history[:-1]))
        client.set_registered_model_alias(name, CHAMPION, history[-2])
        return f"{name}: version {history[-2]} is the champion again, {history[-1]} no longer."

    def _challenger(self, name: str) -> str:
        for line in self.versions(name):
            if CHALLENGER in line.aliases:
                return line.version
        raise RegistryError(f"{name}: no challenger to promote; `amiable train` makes one.")

    def versions(self, name: str) -> list[Version]:
        """Every version of a model, oldest first; empty when there is none."""
        if not self._exists() or not self._registered(name):
            return []
        client = self._client()
        aliases: dict[str, list[str]] = {}
        for alias, number in client.get_registered_model(name).aliases.items():
            aliases.setdefault(str(number), []).append(alias)
        found = [
            Version(
                name,
                str(kept.version),
                date.fromisoformat(kept.tags["trained_as_of"]),
                kept.tags["data_version"],
                tuple(sorted(aliases.get(str(kept.version), []))),
                client.get_run(kept.run_id).data.metrics,
            )
            for kept in client.search_model_versions(f"name = '{name}'")
        ]
        return sorted(found, key=lambda line: int(line.version))

    def _promotions(self, name: str) -> list[str]:
        if not self._registered(name):
            return []
        text = self._client().get_registered_model(name).tags.get(_PROMOTIONS, "")
        return [version for version in text.split(",") if version]

    def _version(self, name: str, version: str) -> Any:
        known = [line.version for line in self.versions(name)]
        if str(version) not in known:
            listed = ", ".join(known) or "none"
            raise RegistryError(f"{name}: no version {version}; there are: {listed}.")
        return self._client().get_model_version(name, str(version))

    def _load(self, kept: Any) -> LoadedModel:
        folder = self._home / "artifacts" / kept.source.removeprefix(_SCHEME)
        if not folder.is_dir():
            raise RegistryError(
                f"{kept.name} version {kept.version}: its files are missing ({folder}). "
                "Restore them, roll back, or train again."
            )
        if _digest(folder) != kept.tags["sha256"]:
            raise RegistryError(
                f"{kept.name} version {kept.version}: its files are not those that were kept "
                f"({folder}). Restore them, roll back, or train again."
            )
        return LoadedModel(
            kept.name,
            str(kept.version),
            date.fromisoformat(kept.tags["trained_as_of"]),
            kept.tags["data_version"],
            _read(folder),
        )

    def _exists(self) -> bool:
        return self._uri is not None or (self._home / "mlflow.db").exists()

    def _registered(self, name: str) -> bool:
        found = self._client().search_registered_models(f"name = '{name}'")
        return bool(found)

    def _client(self) -> Any:
        if self._opened is None:
            self._home.mkdir(parents=True, exist_ok=True)
            self._opened = _mlflow_client(self._uri or f"sqlite:///{self._home / 'mlflow.db'}")
        return self._opened


def _mlflow_client(uri: str) -> Any:
    """MLflow's client, imported here since the import alone takes seconds; silent, offline."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ["DO_NOT_TRACK"] = "true"
    with warnings.catch_warnings():
        # MLflow 3.17 maps its tables in ways that SQLAlchemy 2.1 will drop; not ours to mend.
        warnings.simplefilter("ignore")
        from mlflow.tracking import MlflowClient

        # The import sets the level of its loggers anew.
        logging.getLogger("mlflow").setLevel(logging.WARNING)
        logging.getLogger("alembic").setLevel(logging.WARNING)
        return MlflowClient(tracking_uri=uri, registry_uri=uri)


def _note(
    client: Any, run_id: str, metrics: Mapping[str, float], params: Mapping[str, Any]
) -> None:
    from mlflow.entities import Metric, Param

    noted = [
        Metric(name, float(value), 0, 0)
        for name, value in sorted(metrics.items())
        if math.isfinite(value)
    ]
    settings = [Param(name, str(value)) for name, value in sorted(params.items())]
    for start in range(0, max(len(noted), 1), _MOST_METRICS):
        client.log_batch(
            run_id, metrics=noted[start : start + _MOST_METRICS], params=[] if start else settings
        )


def _write(folder: Path, parts: Mapping[str, Any], card: str) -> str:
    from sklearn.base import BaseEstimator

    draft = folder.with_name(folder.name + ".draft")
    draft.mkdir(parents=True)
    for name, part in sorted(parts.items()):
        if isinstance(part, BaseEstimator):
            _dump(part, draft / f"{name}.skops")
        else:
            text = json.dumps(part, sort_keys=True, ensure_ascii=False, allow_nan=False)
            (draft / f"{name}.json").write_text(text, encoding="utf-8")
    (draft / "card.md").write_text(card, encoding="utf-8")
    pinned = "".join(f"{package}=={installed(package)}\n" for package in REQUIREMENTS)
    (draft / "requirements.txt").write_text(pinned, encoding="utf-8")
    digest = _digest(draft)
    draft.rename(folder)
    return digest


def _dump(estimator: Any, path: Path) -> None:
    from skops import io as skops_io  # imported late: three seconds, and JSON does without

    skops_io.dump(estimator, path)
    foreign = set(skops_io.get_untrusted_types(file=path))
    if refused := sorted(foreign - set(TRUSTED_TYPES)):
        shutil.rmtree(path.parent)
        raise RegistryError(f"{path.stem}: types not reviewed: {', '.join(refused)}.")


def _read(folder: Path) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".json":
            parts[path.stem] = json.loads(path.read_text(encoding="utf-8"))
        elif path.suffix == ".skops":
            from skops import io as skops_io

            parts[path.stem] = skops_io.load(path, trusted=list(TRUSTED_TYPES))
    return parts


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
