"""The files of one model version: parts, records for people, card; read without unpickling.

A part is JSON, or a scikit-learn estimator saved by skops whose types stand in
``TRUSTED_TYPES``.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

REQUIREMENTS = ("numpy", "pandas", "scikit-learn", "scipy", "skops")
RECORDS = "records"
CARD = "card.md"

# Reviewed: reads arrays of tree nodes, runs no code of the file.
TRUSTED_TYPES = ("sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",)


class RegistryError(Exception):
    """A model cannot be kept or found; the message says which and what to do."""


def write(draft: Path, parts: Mapping[str, Any], card: str, records: Mapping[str, Any]) -> str:
    """Write all files of a version into a new folder; return their digest."""
    from sklearn.base import BaseEstimator

    (draft / RECORDS).mkdir(parents=True)
    for name, part in sorted(parts.items()):
        if isinstance(part, BaseEstimator):
            _dump(part, draft / f"{name}.skops")
        else:
            _write_json(part, draft / f"{name}.json")
    for name, record in sorted(records.items()):
        _write_json(record, draft / RECORDS / f"{name}.json")
    (draft / CARD).write_text(card, encoding="utf-8")
    pinned = "".join(f"{package}=={installed(package)}\n" for package in REQUIREMENTS)
    (draft / "requirements.txt").write_text(pinned, encoding="utf-8")
    return digest(draft)


def _write_json(value: Any, path: Path) -> None:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)
    path.write_text(text, encoding="utf-8")


def _dump(estimator: Any, path: Path) -> None:
    from skops import io as skops_io  # imported late: three seconds, and JSON does without

    skops_io.dump(estimator, path)
    foreign = set(skops_io.get_untrusted_types(file=path))
    if refused := sorted(foreign - set(TRUSTED_TYPES)):
        shutil.rmtree(path.parent)
        raise RegistryError(f"{path.stem}: types not reviewed: {', '.join(refused)}.")


def read(folder: Path) -> dict[str, Any]:
    """The parts, by name."""
    parts = json_of(folder)
    for path in sorted(folder.glob("*.skops")):
        from skops import io as skops_io

        parts[path.stem] = skops_io.load(path, trusted=list(TRUSTED_TYPES))
    return parts


def json_of(folder: Path) -> dict[str, Any]:
    """What each JSON file of a folder holds, by its name without suffix."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.json"))
    }


def digest(folder: Path) -> str:
    """Digest of the names and bytes of all files below a folder."""
    told = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        told.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()
