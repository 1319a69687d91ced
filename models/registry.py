"""Models kept, dated, promoted and rolled back; the only place that knows MLflow.

The records are MLflow's, in ``HOME/mlflow.db``; the files lie under ``HOME/artifacts`` as the
artifacts of their run, at locations written relative to it (``mlflow-artifacts:/…``), so that a
home may be moved, and ``mlflow server --backend-store-uri sqlite:///mlflow.db
--artifacts-destination artifacts`` started inside it shows them. With a server of a team
(``http…``) they are sent to it as well, and fetched from it by another home. A part is JSON, or
a scikit-learn estimator saved by skops, whose types must stand in ``TRUSTED_TYPES``; nothing is
ever unpickled.
"""

from __future__ import annotations

import logging
import math
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from models import champions, model_files
from models.champions import Kept
from models.model_files import TRUSTED_TYPES, RegistryError

__all__ = ["TRUSTED_TYPES", "LoadedModel", "Registry", "RegistryError", "Version"]

CHAMPION, CHALLENGER = "champion", "challenger"

_SCHEME = "mlflow-artifacts:/"
_PROMOTIONS = "promotions"
_FAILED = "failed_gates"
_MOST_METRICS = 500  # in one call of MLflow


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A version and its parts: estimators, and what JSON held; ``records`` are for people."""

    name: str
    version: str
    trained_as_of: date
    data_version: str
    parts: Mapping[str, Any]
    metrics: Mapping[str, float] = field(default_factory=dict)
    records: Mapping[str, Any] = field(default_factory=dict)
    card: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One line of the list of versions."""

    name: str
    version: str
    trained_as_of: date
    data_version: str
    aliases: tuple[str, ...]
    metrics: Mapping[str, float]
    params: Mapping[str, str] = field(default_factory=dict)
    failed_gates: tuple[str, ...] = ()


class Registry:
    """The models of one home.

    ``uri`` replaces the local SQLite store by another MLflow store: a database, with the files
    still in the home, or a server (``http…``), which then holds the files too.
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
        records: Mapping[str, Any] | None = None,
    ) -> str:
        """Keep a trained model as the challenger; return its version.

        ``parts`` maps a file name without suffix to plain JSON data or to a scikit-learn
        estimator; ``card`` is Markdown for people, ``records`` further JSON data for screens; a
        version with ``failed_gates`` cannot be promoted. Raises ``RegistryError`` when an
        estimator holds a type that is not in ``TRUSTED_TYPES``.
        """
        with self._speaking() as client:
            draft = self._home / "artifacts" / f"{model_name}-{uuid4().hex}.draft"
            digest = model_files.write(draft, parts, card, records or {})
            run = client.create_run(self._experiment(client, model_name))
            source = run.info.artifact_uri
            folder = self._folder(model_name, run.info.run_id, source)
            folder.parent.mkdir(parents=True, exist_ok=True)
            draft.rename(folder)
            _note(client, run.info.run_id, metrics, params)
            if self._is_server:
                client.log_artifacts(run.info.run_id, str(folder))
            client.set_terminated(run.info.run_id)
            return self._version_of(
                client, model_name, run.info.run_id, source, digest, trained_as_of,
                data_version, failed_gates,
            )  # fmt: skip

    def _version_of(
        self,
        client: Any,
        model_name: str,
        run_id: str,
        source: str,
        digest: str,
        trained_as_of: date,
        data_version: str,
        failed_gates: Sequence[str],
    ) -> str:
        if not self._registered(model_name):
            client.create_registered_model(model_name)
        kept = client.create_model_version(
            model_name,
            source=source,
            run_id=run_id,
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
        for kept in self._promoted(name):
            if date.fromisoformat(kept.tags["trained_as_of"]) <= as_of:
                return self._load(kept)
        return None

    def never_promoted(self, name: str) -> bool:
        """Whether no version was ever made champion."""
        return not self._exists() or not self._promotions(name)

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
        return self._load(self._kept(kept))

    def load(self, name: str, version: str) -> LoadedModel:
        """One version with its parts."""
        return self._load(self._kept(self._version(name, version)))

    def promote(self, name: str, version: str | None = None) -> str:
        """Make a version (by default the challenger) the champion; say so in a sentence.

        Raises ``RegistryError`` when there is no such version or one of its gates did not hold.
        """
        kept = self._version(name, self.candidate(name, version))
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

    def candidate(self, name: str, version: str | None = None) -> str:
        """The version asked for, by default the challenger.

        Raises ``RegistryError`` when there is none.
        """
        if version is not None:
            return str(self._version(name, version).version)
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
                run.metrics,
                run.params,
                tuple(gate for gate in kept.tags.get(_FAILED, "").split(",") if gate),
            )
            for kept in client.search_model_versions(f"name = '{name}'")
            for run in [client.get_run(kept.run_id).data]
        ]
        return sorted(found, key=lambda line: int(line.version))

    def _promoted(self, name: str) -> list[Kept]:
        """Promoted versions, last first; a local store that did not change is not opened."""
        if self._uri is not None:
            return self._read_promoted(name)
        return champions.promoted(self._home, name, self._read_promoted)

    def _read_promoted(self, name: str) -> list[Kept]:
        with self._speaking() as client:
            return [
                self._kept(client.get_model_version(name, version))
                for version in reversed(self._promotions(name))
            ]

    def _kept(self, told: Any) -> Kept:
        run = self._client().get_run(told.run_id)
        version, tags = str(told.version), dict(told.tags)
        return Kept(told.name, version, told.run_id, told.source, tags, run.data.metrics)

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

    def _load(self, kept: Kept) -> LoadedModel:
        folder = self._folder(kept.name, kept.run_id, kept.source)
        if not folder.is_dir() and self._is_server:
            self._fetch(kept, folder)
        if not folder.is_dir():
            raise RegistryError(
                f"{kept.name} version {kept.version}: its files are missing ({folder}). "
                "Restore them, roll back, or train again."
            )
        if model_files.digest(folder) != kept.tags["sha256"]:
            raise RegistryError(
                f"{kept.name} version {kept.version}: its files are not those that were kept "
                f"({folder}). Restore them, roll back, or train again."
            )
        return LoadedModel(
            kept.name,
            str(kept.version),
            date.fromisoformat(kept.tags["trained_as_of"]),
            kept.tags["data_version"],
            model_files.read(folder),
            kept.metrics,
            model_files.json_of(folder / model_files.RECORDS),
            (folder / model_files.CARD).read_text(encoding="utf-8"),
        )

    @property
    def _is_server(self) -> bool:
        return bool(self._uri and self._uri.startswith(("http://", "https://")))

    def _folder(self, name: str, run_id: str, source: str) -> Path:
        """Where the files of a version lie in this home; never outside its ``artifacts``."""
        artifacts = self._home / "artifacts"
        relative = source.removeprefix(_SCHEME) if source.startswith(_SCHEME) else ""
        folder = artifacts / (relative.strip("/") or f"{name}/{run_id}/artifacts")
        if not folder.resolve().is_relative_to(artifacts):
            raise RegistryError(f"{name}: the files of a version lie outside the home ({source}).")
        return folder

    def _experiment(self, client: Any, name: str) -> str:
        found = client.get_experiment_by_name(name)
        if found:
            return str(found.experiment_id)
        # A server decides itself where it keeps files.
        location = None if self._is_server else _SCHEME + name
        return str(client.create_experiment(name, artifact_location=location))

    def _fetch(self, kept: Kept, folder: Path) -> None:
        draft = self._home / "artifacts" / f"{kept.name}-{uuid4().hex}.draft"
        draft.mkdir(parents=True)
        self._client().download_artifacts(kept.run_id, "", str(draft))
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft.rename(folder)

    @contextmanager
    def _speaking(self) -> Iterator[Any]:
        """The client; what MLflow raises becomes a ``RegistryError`` of one line."""
        client = self._client()
        from mlflow.exceptions import MlflowException

        try:
            yield client
        except MlflowException as error:
            said = str(error).splitlines()[0][:300]
            where = self._uri or f"{self._home / 'mlflow.db'}"
            raise RegistryError(
                f"The model store {where} does not answer as it should: {said}"
            ) from error

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
    # The last line of a command is its own; a server that is down is told soon, not in minutes.
    os.environ["MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"] = "true"
    os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "20")
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
