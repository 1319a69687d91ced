"""What the model store said of promoted versions, kept beside it.

Opening MLflow takes seconds, which a run that only reads its champions need not spend. What was
read is kept with the stamp of the store's file; any change of the store makes it worthless.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

_FILE = "champions.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """A version as the store tells it."""

    name: str
    version: str
    run_id: str
    source: str
    tags: Mapping[str, str]
    metrics: Mapping[str, float]


def promoted(home: Path, name: str, ask: Callable[[str], list[Kept]]) -> list[Kept]:
    """The promoted versions of a model, last first; the store of the home is asked if it changed.

    A home that cannot be written is read more slowly, and that is all.
    """
    artifacts = home / "artifacts"
    # Taken before the store is read: what changes meanwhile makes it worthless, not wrong.
    seen = (home / "mlflow.db").stat()
    now = (seen.st_mtime_ns, seen.st_size)
    champions = _told(artifacts, now)
    if name in champions:
        return [Kept(**each) for each in champions[name]]
    found = ask(name)
    champions[name] = [asdict(each) for each in found]
    draft = artifacts / f"{uuid4().hex}.draft"
    with suppress(OSError):
        artifacts.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"stamp": list(now), "champions": champions})
        draft.write_text(text, encoding="utf-8")
        draft.replace(artifacts / _FILE)
    return found


def _told(artifacts: Path, now: tuple[int, int]) -> dict[str, list[dict[str, Any]]]:
    try:
        read = json.loads((artifacts / _FILE).read_text(encoding="utf-8"))
        found = read["champions"] if tuple(read["stamp"]) == now else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
