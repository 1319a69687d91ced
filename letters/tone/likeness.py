"""Whether a sentence sounds like those that were judged before, where no rule knows its words.

A naive Bayes reader (Maron, "Automatic indexing", JACM 8, 1961) over the starts of words and their
neighbours, learnt from the sentences of ``heard/``. It tells likeness, not law: rules come first.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from data_schema.yaml_text import loaded
from letters.tone.words import sentences, words

HEARD = Path(__file__).parent / "heard"
#: The letters of the product are proper by definition.
_OURS = Path(__file__).parents[1] / "templates"
_FILLED, _TOLD = re.compile(r"{{.*?}}", re.S), re.compile(r"{%.*?%}|{#.*?#}", re.S)
#: Letters of a word that count: endings say little of what a sentence means.
_STEM = 7
#: How far apart two words may stand to count together.
_REACH = 3
#: What is added to each count, so that a word never heard decides nothing alone.
_ADDED = 0.2
#: Log-odds over the root of the number of traits, above which a sentence is told; what a rule that
#: stops it adds (one whose words leave little doubt adds more), and what a denial takes away.
#: Chosen together so that of proper sentences of a hand kept apart one in twenty is stopped
#: (docs/letters.md).
THRESHOLD, RULED, SURELY, DENIED = 0.2, 1.0, 3.0, 0.5
_FEWEST_WORDS = 4
#: Of shorter words nothing is told of a denial.
_FEWEST_LETTERS = 3
#: Words of one letter; what else stands alone is no word.
_SHORT = frozenset("acdijlmnsty")

_SIGNS = frozenset(',:()«»"')
#: Words that deny what follows (of both languages), how many words they deny, and what ends it
#: (Pang, Lee and Vaithyanathan, "Thumbs up?", EMNLP 2002, mark words after a negation alike).
_DENIERS = frozenset(
    [
        "ne",
        "n",
        "pas",
        "aucun",
        "aucune",
        "ni",
        "jamais",
        "sans",
        "rien",
        "nul",
        "nulle",
        "personne",
        "not",
        "no",
        "never",
        "nobody",
        "nothing",
        "none",
        "neither",
        "nor",
        "without",
    ]
)
_DENIED_WORDS = 7
_ENDS = frozenset([*",:()", "mais", "donc", "but", "so"])

Trait = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """``score`` as :data:`THRESHOLD`; the likeliest family; words that weigh most, as written."""

    score: float
    family: str
    words: str


@dataclass(frozen=True, slots=True)
class _Side:
    """How often each trait was heard on one side; ``total`` with what is added to each."""

    counts: Counter[Trait]
    total: float


class Ear:
    """What was heard in offending sentences (family, words) and in proper ones."""

    def __init__(
        self,
        offending: Iterable[tuple[str, tuple[str, ...]]],
        proper: Iterable[tuple[str, ...]],
    ) -> None:
        """Count the traits of each sort."""
        of: dict[str, Counter[Trait]] = {}
        for family, told in offending:
            of.setdefault(family, Counter()).update(_traits(told))
        fair: Counter[Trait] = Counter()
        for told in proper:
            fair.update(_traits(told))
        foul: Counter[Trait] = Counter()
        for counts in of.values():
            foul.update(counts)
        added = _ADDED * len(foul.keys() | fair.keys())
        self._of = {family: _Side(counts, counts.total() + added) for family, counts in of.items()}
        self._foul = _Side(foul, foul.total() + added)
        self._fair = _Side(fair, fair.total() + added)

    def heard(self, told: tuple[str, ...]) -> Likeness | None:
        """How a sentence sounds; None of one too short to tell."""
        traits = _traits(told)
        if (
            sum(word.isalpha() and (len(word) > 1 or word in _SHORT) for word in told)
            < _FEWEST_WORDS
        ):
            return None
        weighed = self._log_odds(traits, self._foul, self._fair)
        family = max(
            self._of,
            key=lambda name: sum(self._log_odds(traits, self._of[name], self._foul).values()),
        )
        heavy = {
            stem
            for trait in sorted(weighed, key=lambda each: (-weighed[each], each))[:3]
            for stem in trait
        }
        shown = [word for word in told if _stem(word) in heavy]
        return Likeness(sum(weighed.values()) / math.sqrt(len(traits)), family, " ".join(shown[:6]))

    def _log_odds(self, traits: Iterable[Trait], of: _Side, against: _Side) -> dict[Trait, float]:
        """Of each trait that was heard before."""
        tilt = math.log(of.total / against.total)
        return {
            trait: math.log((of.counts[trait] + _ADDED) / (against.counts[trait] + _ADDED)) - tilt
            for trait in traits
            if trait in self._foul.counts or trait in self._fair.counts
        }


@cache
def ear(language: str) -> Ear:
    """What is learnt of the files of ``heard/`` in one language."""
    return learnt(sorted(HEARD.glob("*.yaml")), language)


def learnt(paths: Iterable[Path], language: str) -> Ear:
    """An ear that heard these files only."""
    offending: list[tuple[str, tuple[str, ...]]] = []
    proper: list[tuple[str, ...]] = [*_our_own(language)]
    for path in paths:
        told = heard_in(path)
        for family, languages in told["offending"].items():
            for spoken, said in languages.items():
                if spoken[:2] == language:
                    offending += [(family, words(each)) for each in said]
        for spoken, said in told["proper"].items():
            # What only a decided suit allows (``fr_suit``) is no lesson.
            if spoken == language:
                proper += [words(each) for each in said]
    return Ear(offending, proper)


@cache
def heard_in(path: Path) -> Mapping[str, Any]:
    """One file of judged sentences."""
    told: Mapping[str, Any] = loaded(path.read_text(encoding="utf-8"))
    return told


@cache
def _our_own(language: str) -> tuple[tuple[str, ...], ...]:
    return tuple(
        sentence.words
        for path in sorted((_OURS / language).rglob("*.md"))
        for sentence in sentences(
            _FILLED.sub("0", _TOLD.sub(" ", path.read_text(encoding="utf-8")))
        )
    )


def _stem(word: str) -> str:
    return "0" if word[0].isdigit() else word[:_STEM]


@lru_cache(maxsize=20_000)
def _traits(told: tuple[str, ...]) -> frozenset[Trait]:
    stems = ["", *(_stem(word) for word in told if word not in _SIGNS)]
    pairs = {
        (str(apart), first, second)
        for apart in range(1, _REACH + 1)
        for first, second in zip(stems, stems[apart:], strict=False)
    }
    threes = set(zip(stems, stems[1:], stems[2:], strict=False))
    return frozenset({(stem,) for stem in stems[1:]} | pairs | threes | _denied_or_said(told))


def _denied_or_said(told: tuple[str, ...]) -> set[Trait]:
    """Each longer word with a mark of whether it is denied."""
    traits: set[Trait] = set()
    left = 0
    for word in told:
        if word in _DENIERS:
            left = _DENIED_WORDS
        elif word in _ENDS:
            left = 0
        elif len(word) >= _FEWEST_LETTERS:
            traits.add(("¬" if left > 0 else "+", _stem(word)))
            left -= 1
    return traits
