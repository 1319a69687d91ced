"""The rules of a message: patterns by outcome, reasons of disputes, abbreviations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import yaml

from models.profile.notes import find, masked, plain
from models.profile.rules import Rules, rules

_FILE = Path(__file__).parent / "lexicon.yaml"
_WORD = re.compile(r"[a-z]+")
_BLANKED = re.compile(r"\bx{3,}\b")
_DISAGREE = re.compile(r"\bpas (?:du tout |trop )?(?:d'? ?accord|daccord?|dacor|ok)\b")
_FIGURE = re.compile(r"\d+(?:[ .,/:-]\d+)*")
_ANSWER = re.compile(r"^\s*(?:re|rep|ref|tr|fwd?|aw|wg)\s*(?:\[\d+\])?\s*:")


@dataclass(frozen=True)
class Pattern:
    """One rule of an outcome; ``negation``: a word of denial beside it silences it."""

    outcome: str
    pattern: re.Pattern[str]
    negation: bool


@dataclass(frozen=True)
class Lexicon:
    """All rules, in order."""

    patterns: tuple[Pattern, ...]
    irony: re.Pattern[str]
    abbreviations: Mapping[str, str]
    dispute_reasons: Mapping[str, re.Pattern[str]]


@cache
def lexicon() -> Lexicon:
    """The rules in force.

    >>> sorted(lexicon().dispute_reasons)[:2]
    ['duplicate', 'not_delivered']
    """
    raw = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    patterns = [
        Pattern(outcome, re.compile(part), told.get("negation", False))
        for outcome, told in raw["outcomes"].items()
        for part in told.get("patterns", ())
    ]
    return Lexicon(
        patterns=tuple(patterns),
        irony=re.compile(raw["irony"]),
        abbreviations=raw["abbreviations"],
        dispute_reasons={name: re.compile(told) for name, told in raw["dispute_reasons"].items()},
    )


def simple(text: str, elicited: Rules) -> str:
    """A text as the rules read it: plain, and without the words that may be no signal.

    A sensitive word is blanked out letter by letter, so that positions stay.
    """
    low = plain(text)
    return elicited.sensitive.sub(lambda found: "x" * len(found.group()), low)


def matches(text: str) -> list[tuple[str, re.Match[str]]]:
    """The outcomes for which rules speak in a simple text, and the words that say so."""
    elicited = rules()
    found = []
    for rule in lexicon().patterns:
        match = find(rule, text, elicited)
        if match is not None:
            found.append((rule.outcome, match))
    return found


def subject_speaks(subject: str) -> bool:
    """Whether a subject is the author's own word on the matter: no answer, and a rule speaks.

    >>> subject_speaks("Contestation facture 12"), subject_speaks("Facture 12")
    (True, False)
    >>> subject_speaks("Re: Contestation facture 12")
    False
    """
    low = simple(subject, rules())
    return _ANSWER.match(low) is None and bool(matches(low))


def hits(texts: Sequence[str]) -> np.ndarray:
    """Which rules speak in simple texts.

    Returns
    -------
    ndarray of shape (n_texts, n_rules)
        One column per rule of the messages' lexicon, then one per signal of the lexicon of notes,
        then irony, a question, a figure.
    """
    return np.array([_spoken(text) for text in ("", *texts)], dtype=float)[1:]


@lru_cache(maxsize=20_000)
def _spoken(text: str) -> tuple[bool, ...]:
    elicited, own = rules(), lexicon()
    ruled = [*own.patterns, *(s for s in elicited.signals if s.pattern is not None)]
    return (
        *(find(rule, text, elicited) is not None for rule in ruled),
        own.irony.search(text) is not None,
        "?" in text,
        _FIGURE.search(text) is not None,
    )


def spelt_out(text: str) -> str:
    """A simple text with its abbreviations written out and its figures made alike.

    >>> spelt_out("cpta : vir. le 12/10")
    'comptabilite : virement. le 0'
    """
    known = lexicon().abbreviations
    spoken = _DISAGREE.sub("desaccord", _BLANKED.sub(" ", text))
    written = _WORD.sub(lambda found: known.get(found.group(), found.group()), spoken)
    return _FIGURE.sub("0", written)


def hidden(text: str) -> str:
    """A text as it may be kept: terms of health, religion, union and origin masked.

    >>> hidden("Je sors de l'hôpital.")
    "Je sors de l'[masqué]."
    """
    return masked(text, rules().sensitive)
