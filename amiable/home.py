"""The folder in which one portfolio lives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from amiable.errors import AmiableError
from amiable.settings import Settings, read


@dataclass(frozen=True, slots=True)
class Home:
    """Paths of a home and its settings."""

    path: Path
    settings: Settings

    @classmethod
    def at(cls, path: Path, *, make: bool = False) -> Home:
        """The home in a folder; ``make`` creates the folder."""
        if path.exists() and not path.is_dir():
            raise AmiableError(f"{path} is a file; --home takes a folder.")
        if make:
            try:
                path.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise AmiableError(f"{path} cannot be made a home: {error.strerror}.") from error
        return cls(path.resolve(), read(path))

    @property
    def store(self) -> Path:
        """What was imported."""
        return self.path / "store.duckdb"

    @property
    def warehouse(self) -> Path:
        """The published day."""
        return self.path / "warehouse.duckdb"

    @property
    def journal_url(self) -> str:
        """Where decisions are written."""
        return self.settings.journal_url or f"sqlite:///{self.path / 'journal.db'}"

    @property
    def is_demo(self) -> bool:
        """Whether the portfolio is invented, so that screens and exports say so."""
        return bool(self._about().get("demo", False))

    def mark_demo(self, *, seed: int, claims: int) -> None:
        """Say for ever that this home holds an invented portfolio."""
        about = {**self._about(), "demo": True, "seed": seed, "claims": claims}
        (self.path / "about.json").write_text(json.dumps(about) + "\n", encoding="utf-8")

    def _about(self) -> dict[str, object]:
        path = self.path / "about.json"
        if not path.exists():
            return {}
        read_back: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
        return read_back

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the home for writing; another writer is told so at once."""
        lock = FileLock(self.path / "writing.lock", timeout=2)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise AmiableError(
                f"{self.path}: another import, training or run is writing here; try again later."
            ) from error
        except OSError as error:
            raise AmiableError(f"{self.path} cannot be written: {error.strerror}.") from error
        try:
            yield
        finally:
            lock.release()
