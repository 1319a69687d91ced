"""The elicited rules: signals, lexicon and questions, read from the YAML files beside."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Signal:
    """One named rule.

    ``seen`` and ``unseen`` are log-likelihoods by profile, shape (4,), centred so that their mean
    is zero: only differences between profiles carry information.
    """

    name: str
    group: str
    family: str
    source: str
    seen: np.ndarray
    unseen: np.ndarray
    french: str
    english: str
    when: tuple[tuple[str, str, float], ...] = ()
    observed: tuple[tuple[str, str, float], ...] = ()
    count: str | None = None
    outcome: str | None = None
    pattern: re.Pattern[str] | None = None
    negation: bool = False

    @property
    def favours(self) -> int:
        """Index of the profile that the signal speaks for."""
        return int(np.argmax(self.seen))


@dataclass(frozen=True)
class Question:
    """One question; ``likelihoods`` has shape (n_answers, 4): P(answer | profile)."""

    name: str
    french: str
    english: str
    answers: tuple[str, ...]
    likelihoods: np.ndarray


@dataclass(frozen=True)
class Rules:
    """Everything elicited, in order."""

    profiles: tuple[str, ...]
    prior: np.ndarray
    signals: tuple[Signal, ...]
    questions: tuple[Question, ...]
    temper: float
    family_correlation: float
    memory_per_week: float
    count_growth: float
    count_growth_cap: float
    confirmation: float
    beside_confirmation: float
    error_costs: np.ndarray
    undetermined_cost: float
    sensitive: re.Pattern[str]
    negation_before: re.Pattern[str]
    negation_after: re.Pattern[str]


@cache
def rules() -> Rules:
    """The rules in force.

    >>> elicited = rules()
    >>> elicited.profiles[int(elicited.prior.argmax())]
    'disorganised'
    """
    raw = _load("signals.yaml")
    lexicon = _load("lexicon.yaml")
    signals = [_signal(name, fields) for name, fields in raw["signals"].items()]
    signals += [_signal(name, fields) for name, fields in lexicon["notes"].items()]
    return Rules(
        profiles=tuple(raw["profiles"]),
        prior=np.asarray(raw["prior"], dtype=float),
        signals=tuple(signals),
        questions=tuple(
            Question(
                name=name,
                french=fields["fr"],
                english=fields["en"],
                answers=tuple(fields["answers"]),
                likelihoods=np.asarray(list(fields["answers"].values()), dtype=float),
            )
            for name, fields in _load("questions.yaml")["questions"].items()
        ),
        temper=raw["temper"],
        family_correlation=raw["family_correlation"],
        memory_per_week=raw["memory_per_week"],
        count_growth=raw["count_growth"],
        count_growth_cap=raw["count_growth_cap"],
        confirmation=raw["confirmation"],
        beside_confirmation=raw["beside_confirmation"],
        error_costs=np.asarray(raw["error_costs"], dtype=float),
        undetermined_cost=raw["undetermined_cost"],
        sensitive=re.compile(lexicon["sensitive"]),
        negation_before=re.compile(lexicon["negation_before"]),
        negation_after=re.compile(lexicon["negation_after"]),
    )


def version() -> str:
    """Twelve characters that change when a rule, a word or a question changes."""
    told = hashlib.blake2b(digest_size=6)
    for path in sorted(_HERE.glob("*.yaml")):
        told.update(path.read_bytes())
    return told.hexdigest()


def _load(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((_HERE / name).read_text(encoding="utf-8"))
    return content


def _signal(name: str, fields: dict[str, Any]) -> Signal:
    rates = np.asarray(fields["rates"], dtype=float)
    patterns = fields.get("patterns")
    return Signal(
        name=name,
        group=fields["group"],
        family=fields["family"],
        source=fields["source"],
        seen=np.log(rates) - np.log(rates).mean(),
        unseen=np.log1p(-rates) - np.log1p(-rates).mean(),
        french=fields["fr"],
        english=fields["en"],
        when=_conditions(fields.get("when")),
        observed=_conditions(fields.get("observed")),
        count=fields.get("count"),
        outcome=fields.get("outcome"),
        pattern=re.compile("|".join(f"(?:{part})" for part in patterns)) if patterns else None,
        negation=fields.get("negation", False),
    )


def _conditions(raw: dict[str, str] | None) -> tuple[tuple[str, str, float], ...]:
    conditions = []
    for column, text in (raw or {}).items():
        sign, number = text.split()
        conditions.append((column, sign, float(number)))
    return tuple(conditions)
