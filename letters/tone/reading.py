"""How easily a letter reads: Flesch's measure, in French as Kandel and Moles fitted it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from letters.tone.words import folded, sentences

#: Constant, weight of words a sentence, weight of syllables a word.
#: fr: L. Kandel, A. Moles, « Application de l'indice de Flesch à la langue française », Cahiers
#: d'études de radio-télévision 19 (1958), p. 253-274. en: R. Flesch, "A new readability
#: yardstick", Journal of Applied Psychology 32 (1948), p. 221-233.
_FORMULA = {"fr": (207.0, 1.015, 73.6), "en": (206.835, 1.015, 84.6)}
#: Flesch calls what lies below « very difficult »; a letter that states sums and articles of law
#: lies under a newspaper, and a debtor must still understand it.
FLOOR = 30.0
#: Words after which a sentence is told to be long.
LONG = 45
_FEWEST_WORDS = 30
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\([^)]*\)")
_VOWELS = {"fr": re.compile(r"[aeiouy]+"), "en": re.compile(r"[aeiouy]+")}


@dataclass(frozen=True, slots=True)
class Reading:
    """``ease`` in Flesch's points (100 easy, 0 hard), None of a text too short to tell."""

    ease: float | None
    long_lines: tuple[int, ...]


def reading(text: str, language: str) -> Reading:
    """Ease of a text; quotations and references in brackets are left out, as lists of sums are.

    >>> reading("Payez la somme. " * 40, "fr").ease > 60
    True
    >>> reading("Merci.", "fr").ease is None
    True
    """
    counts, long_lines = [], []
    for sentence in sentences(_QUOTED.sub(" ", text)):
        spoken = [word for word in sentence.words if word.isalpha()]
        figures = sum(any(sign.isdigit() for sign in word) for word in sentence.words)
        if len(spoken) > LONG:
            long_lines.append(sentence.line)
        if len(spoken) >= 3 and figures <= len(spoken) / 4:
            counts.append((len(spoken), sum(_syllables(word, language) for word in spoken)))
    words = sum(count for count, _ in counts)
    if words < _FEWEST_WORDS:
        return Reading(None, tuple(long_lines))
    constant, by_length, by_syllables = _FORMULA[language]
    syllables = sum(count for _, count in counts)
    ease = constant - by_length * words / len(counts) - by_syllables * syllables / words
    return Reading(round(ease, 1), tuple(long_lines))


def _syllables(word: str, language: str) -> int:
    """Groups of vowels, without the mute ending.

    >>> [_syllables(word, "fr") for word in ("facture", "payee", "paiement", "le")]
    [2, 2, 2, 1]
    """
    bare = folded(word)
    if language == "fr":
        bare = re.sub(r"(?<=[aeiou])y(?=[aeiou])", "j", bare)
        bare = re.sub(r"(?<=[a-z]{2})(?:e|es|(?<!m)ent)$", "", bare) if len(bare) > 3 else bare
    elif len(bare) > 3:
        bare = re.sub(r"(?<=[^aeiouyl])(?:e|es|ed)$", "", bare)
    return max(1, len(_VOWELS[language].findall(bare)))
