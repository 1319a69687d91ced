"""Words of the dossier, and the shapes that its paper is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from letters.writing import fit

Row = Mapping[str, Any]
Section = dict[str, Any]
Cell = str | Mapping[str, str]


def say(group: str, name: str | None, language: str) -> str:
    """A phrase of ``words.yaml``; without a name, one that stands outside the groups.

    Raises
    ------
    KeyError
        When nobody wrote it.
    """
    phrases: Any = _phrases()[group] if name is None else _phrases()[group][name]
    return str(phrases[0 if language == "fr" else 1])


def has(group: str, name: str) -> bool:
    """Whether somebody wrote that phrase."""
    return name in _phrases()[group]


def section(
    title: str,
    *,
    before: Sequence[str] = (),
    facts: Sequence[tuple[str, str]] = (),
    table: Mapping[str, Any] | None = None,
    mono: str | None = None,
    after: Sequence[str] = (),
) -> Section:
    """A title, what is said before, facts, a table, a fingerprint, what is said after."""
    return {
        "title": fit(title),
        "before": list(before),
        "facts": [[name, fit(value)] for name, value in facts],
        "table": table,
        "mono": mono,
        "after": list(after),
    }


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[float],
    *,
    right: Sequence[int] = (),
    size: float = 8,
    total: Sequence[str] = (),
) -> dict[str, Any]:
    """A table; a width of 0 fits its column, ``right`` are the columns set to the right."""
    return {
        "head": list(head),
        "rows": [[fit(cell) if isinstance(cell, str) else cell for cell in row] for row in rows],
        "widths": list(widths),
        "right": list(right),
        "size": size,
        "total": list(total),
    }


@cache
def _phrases() -> Mapping[str, Any]:
    text = Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")
    phrases: Mapping[str, Any] = yaml.safe_load(text)
    return phrases
