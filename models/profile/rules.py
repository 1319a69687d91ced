"""The elicited rules: signals, lexicon and questions, read from the YAML files beside."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from data_schema import yaml_text

_HERE = Path(__file__).parent
AFTER_FIRM = "_after_firm"

Condition = tuple[str, str, float]
"""Column, sign, number."""


@dataclass(frozen=True)
class Signal:
    """One named rule.

    ``rates`` of shape (4,): elicited chance that a debtor of each profile shows it, given the
    occasion. ``exposure`` says what occasions are counted for a reaction (``answers`` or
    ``contacts``) or a word (``texts``); ``is_after_firm``: counts only what followed a firm tone
    of ours, the signal of the same name without the suffix counts the rest; ``unless``: a signal of
    the same words that leaves nothing to this one; ``dated``: the column with the day that a signal
    of behaviour was last shown.
    """

    name: str
    group: str
    family: str
    source: str
    rates: np.ndarray
    french: str
    english: str
    when: tuple[Condition, ...] = ()
    observed: tuple[Condition, ...] = ()
    count: str | None = None
    dated: str | None = None
    outcome: str | None = None
    exposure: str | None = None
    pattern: re.Pattern[str] | None = None
    negation: bool = False
    unless: str | None = None
    hostile: bool = False
    is_after_firm: bool = False

    @property
    def word(self) -> str:
        """Name of the signal that is looked for: without what followed our tone."""
        return self.name.removesuffix(AFTER_FIRM)

    @property
    def favours(self) -> int:
        """Index of the profile that the signal speaks for."""
        return int(np.argmax(self.rates))


@dataclass(frozen=True)
class Question:
    """One question; ``likelihoods`` has shape (n_answers, 4): P(answer | profile).

    ``of`` is the profile whose own question it is, None for none; ``person`` what a natural person
    is asked instead, French and English; ``formerly`` earlier wordings.
    """

    name: str
    french: str
    english: str
    answers: tuple[str, ...]
    likelihoods: np.ndarray
    of: str | None = None
    person: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()

    def is_told_by(self, text: object) -> bool:
        """Whether a text is its name, or its words of today or before, in either language."""
        return text in (self.name, self.french, self.english, *self.person, *self.formerly)

    def words(self, language: str, *, person: bool = False) -> str:
        """What is asked, in ``fr`` or ``en``, of a firm or of a natural person."""
        french, english = self.person if person and self.person else (self.french, self.english)
        return french if language == "fr" else english


@dataclass(frozen=True)
class Rules:
    """Everything elicited, in order."""

    profiles: tuple[str, ...]
    prior: np.ndarray
    signals: tuple[Signal, ...]
    questions: tuple[Question, ...]
    temper: float
    temper_missed: float
    family_correlation: float
    memory_per_week: float
    count_growth: float
    count_growth_cap: float
    confirmation: float
    beside_confirmation: float
    label_accuracy: float
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
    signals += [_after_firm(signal, raw["after_firm"]) for signal in signals if signal.hostile]
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
                of=fields.get("of"),
                person=tuple(fields.get("person", ())),
                formerly=tuple(fields.get("formerly", ())),
            )
            for name, fields in _load("questions.yaml")["questions"].items()
        ),
        temper=raw["temper"],
        temper_missed=raw["temper_missed"],
        family_correlation=raw["family_correlation"],
        memory_per_week=raw["memory_per_week"],
        count_growth=raw["count_growth"],
        count_growth_cap=raw["count_growth_cap"],
        confirmation=raw["confirmation"],
        beside_confirmation=raw["beside_confirmation"],
        label_accuracy=raw["label_accuracy"],
        sensitive=re.compile(lexicon["sensitive"]),
        negation_before=re.compile(lexicon["negation_before"]),
        negation_after=re.compile(lexicon["negation_after"]),
    )


def version() -> str:
    """Twelve characters that change when a rule, a word, a question or a sentence changes."""
    told = hashlib.blake2b(digest_size=6)
    for path in (*sorted(_HERE.glob("*.yaml")), *sorted(_HERE.glob("sentences/*.*"))):
        told.update(path.read_bytes())
    return told.hexdigest()


def _load(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml_text.loaded((_HERE / name).read_text(encoding="utf-8"))
    return content


def _signal(name: str, fields: dict[str, Any]) -> Signal:
    patterns = fields.get("patterns")
    return Signal(
        name=name,
        group=fields["group"],
        family=fields["family"],
        source=fields["source"],
        rates=np.asarray(fields["rates"], dtype=float),
        french=fields["fr"],
        english=fields["en"],
        when=_conditions(fields.get("when")),
        observed=_conditions(fields.get("observed")),
        count=fields.get("count") or fields.get("weight"),
        dated=fields.get("dated"),
        outcome=fields.get("outcome"),
        exposure=fields.get("exposure", "texts" if patterns else None),
        pattern=re.compile("|".join(f"(?:{part})" for part in patterns)) if patterns else None,
        negation=fields.get("negation", False),
        unless=fields.get("unless"),
        hostile=fields.get("hostile", False),
    )


def _after_firm(signal: Signal, kept: float) -> Signal:
    """The same word after a firm tone of ours: its rates differ less between profiles."""
    middle = np.log(signal.rates).mean()
    return replace(
        signal,
        name=signal.name + AFTER_FIRM,
        rates=np.exp(middle + kept * (np.log(signal.rates) - middle)),
        french=signal.french + ", après un ton ferme de notre part",
        english=signal.english + ", after a firm tone of ours",
        is_after_firm=True,
    )


def _conditions(raw: dict[str, str] | None) -> tuple[Condition, ...]:
    conditions = []
    for column, text in (raw or {}).items():
        sign, number = text.split()
        conditions.append((column, sign, float(number)))
    return tuple(conditions)
