"""One gate of a promotion: does it hold, by which figure, in a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Gate:
    """What one gate found.

    ``figure`` is None where there was nothing to judge by; ``limit`` is what it is held against,
    as text; ``blocks`` is False for a warning. ``about`` fills the blanks of the sentence: a
    float, or a text, or ``(code, blanks)`` for a phrase of its own.
    """

    name: str
    passed: bool
    figure: float | None
    limit: float | tuple[float, float] = 0.0
    blocks: bool = True
    about: Mapping[str, Any] = field(default_factory=dict)

    def title(self, language: str) -> str:
        """The name of the gate in ``fr`` or ``en``."""
        return _phrase(self.name, "name", language)

    def says(self, language: str) -> str:
        """The figure and what it is held against, in a sentence.

        >>> Gate("sense", True, -1.5, 1.0, about={"what": ("age", {})}).says("en")
        'Six months of age more changes the chance at 90 days by -1.5 points on average; at most 1.'
        """
        if self.figure is None:
            return _phrase(self.name, "unjudged", language)
        blanks = {"figure": self.figure, "limit": self.limit, **self.about}
        said = {key: _written(value, language) for key, value in blanks.items()}
        sentence = _phrase(self.name, "says", language).format(**said)
        advice = "" if self.passed else _phrase(self.name, "advice", language)
        return f"{sentence} {advice}".rstrip()

    def told(self) -> dict[str, Any]:
        """The gate as plain data: passed, figure, limit, blocks, title and says by language."""
        limit = list(self.limit) if isinstance(self.limit, tuple) else self.limit
        return {
            "passed": self.passed,
            "figure": None if self.figure is None else round(float(self.figure), 9),
            "limit": limit,
            "blocks": self.blocks,
            "title": {language: self.title(language) for language in _LANGUAGES},
            "says": {language: self.says(language) for language in _LANGUAGES},
        }


def failed(gates: Mapping[str, Gate]) -> list[str]:
    """Names of the gates that forbid a promotion."""
    return [name for name, gate in gates.items() if gate.blocks and not gate.passed]


def in_order(told: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Gates as told, in the order in which a person would ask."""
    place = {name: i for i, name in enumerate(_phrases())}
    return dict(sorted(told.items(), key=lambda item: place.get(item[0], len(place))))


@cache
def _phrases() -> Mapping[str, Mapping[str, list[str]]]:
    text = Path(__file__).with_name("gates.yaml").read_text(encoding="utf-8")
    read: Mapping[str, Mapping[str, list[str]]] = yaml.safe_load(text)
    return read


def _phrase(name: str, part: str, language: str) -> str:
    pair = _phrases()[name].get(part, ["", ""])
    return pair[0 if language == "fr" else 1]


def _written(value: Any, language: str) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], str):
        code, blanks = value
        said = {key: _written(part, language) for key, part in blanks.items()}
        return _phrase("what", code, language).format(**said)
    if isinstance(value, tuple):
        joined = " à " if language == "fr" else " to "
        return joined.join(_written(part, language) for part in value)
    if isinstance(value, int | float):
        if not math.isfinite(value):
            return "–"
        text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
        text = text.replace("-0", "0") if text == "-0" else text
        if language == "fr":
            return text.replace(",", " ").replace(".", ",")
        return text
    return str(value)


def gate_table(gates: Mapping[str, Gate]) -> list[str]:
    """The gates as lines of Markdown, for the card of a version."""
    lines = ["## Gates", "", "| gate | holds | figure |", "| --- | --- | --- |"]
    for gate in gates.values():
        holds = "yes" if gate.passed else "no" if gate.blocks else "no (a warning)"
        lines.append(f"| {gate.title('en')} | {holds} | {cell(gate.says('en'))} |")
    return lines


def cell(text: object) -> str:
    """Text that stays inside its cell of a Markdown table, whatever a stranger put into it."""
    shown = str(text).replace("\n", " ").replace("|", "\\|")
    return shown.replace("<", "&lt;").replace("[", "\\[").replace("`", "'")
