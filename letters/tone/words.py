"""A letter as lines, sentences and words: lower case, no accents, slips of the pen put right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_SENTENCE = re.compile(r"(?<=[.!?…;])\s+(?=[^\s\d(])")
#: What ends in a full stop without ending a sentence.
_SHORT = re.compile(
    r"(?:\b(?:art|al|n|m|mm|mme|me|l|r|d|st|no|mr|mrs|ms|dr|tel|ref|cf|c)\.)$", re.I
)
_WORD = re.compile(r"\d+(?:[.,\u00a0 ]\d+)*|[a-z]+|[,:()«»\"%€$£]")
_DATE = re.compile(r"\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2}")
_SPACED = re.compile(r"\b(?:[^\W\d_][ .\-_*]){4,}[^\W\d_]\b")
_FOLDED = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "‘": "'", "“": '"', "”": '"'})
#: Words of the longest stretch that rules look at, and how many the next one sees again.
_MOST, _OVERLAP = 240, 30
#: Shorter words are too near to others to be put right.
_LEAST = 6


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its line (from 1), as written, and its words."""

    line: int
    text: str
    words: tuple[str, ...]
    is_heading: bool


def folded(text: str) -> str:
    """Lower case, no accents, no invisible signs.

    >>> folded("L’HUISSIER\u200b frappe à l'aube, cœur léger")
    "l'huissier frappe a l'aube, coeur leger"
    """
    bare = unicodedata.normalize("NFKD", text.translate(_FOLDED)).casefold().translate(_FOLDED)
    return "".join(
        sign
        for sign in bare
        if not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf"
    )


def words(text: str) -> tuple[str, ...]:
    """Words and signs of a sentence; letters spaced out are drawn together.

    >>> words("Vous n'irez pas en p r i s o n : 1 200,00 €")
    ('vous', 'n', 'irez', 'pas', 'en', 'prison', ':', '1 200,00', '€')
    """
    together = _SPACED.sub(lambda held: re.sub(r"[ .\-_*]", "", held[0]), text)
    plain = _DATE.sub("2000", folded(together)).replace("n't", " not").replace("can not", "cannot")
    return tuple(_WORD.findall(plain))


def sentences(text: str) -> Iterator[Sentence]:
    """Every sentence of a text, line by line.

    >>> [each.text for each in sentences("Art. L. 111-8 dit : rien. Payez !")]
    ['Art. L. 111-8 dit : rien.', 'Payez !']
    """
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip(" \t-–—•*#>=_|")
        if not bare:
            continue
        parts: list[str] = []
        for part in _SENTENCE.split(bare):
            if parts and (_SHORT.search(parts[-1]) or _is_open(parts[-1])):
                parts[-1] += " " + part
            else:
                parts.append(part)
        for part in parts:
            spoken, heads = words(part), len(parts) == 1 and _heads(part)
            # A line without a full stop is read in overlapping stretches.
            for start in range(0, max(1, len(spoken) - _OVERLAP), _MOST - _OVERLAP):
                yield Sentence(number, part, spoken[start : start + _MOST], heads)


def _is_open(part: str) -> bool:
    """Whether a quotation goes on: what it holds belongs to the sentence that opens it."""
    return part.count("«") > part.count("»") or part.count("“") > part.count("”")


def _heads(line: str) -> bool:
    """A short line that stands as a title: no full stop at its end, or in capitals."""
    bare = re.sub(r"^(?:objet|subject|re)\s*:\s*", "", line, flags=re.I)
    signs = [sign for sign in bare if sign.isalpha()]
    if not signs or len(bare.split()) > 14:
        return False
    if sum(sign.isupper() for sign in signs) > 0.6 * len(signs):
        return True
    return len(bare.split()) <= 11 and bare[-1] not in ".!?,;:…"


class Speller:
    """Puts a slip right where a word is one stroke away from a word that the rules know."""

    def __init__(self, stems: Collection[str], known: Collection[str]) -> None:
        """``stems`` may be put right to, ``known`` words are left alone; ``*`` ends a start."""
        everything = {*stems, *known}
        self._whole = {word for word in everything if not word.endswith("*")}
        self._starts = {word[:-1] for word in everything if word.endswith("*")}
        self._longest_start = max(map(len, self._starts), default=0)
        # Doubled letters at most double a word, and one more may have been added.
        self._longest_near = 2 * (max(map(len, stems), default=0) + 1)
        self._near: dict[str, list[tuple[str, bool]]] = {}
        for word in sorted(stems):
            stem, is_start = word.rstrip("*"), word.endswith("*")
            if len(stem) >= _LEAST:
                for key in {_single(stem), *_without_one(_single(stem))}:
                    self._near.setdefault(key, []).append((stem, is_start))

    def put_right(self, word: str) -> str:
        """The word, or what it was meant to be."""
        if len(word) < _LEAST - 1 or word in self._whole:
            return word
        most = min(len(word), self._longest_start)
        if any(word[:size] in self._starts for size in range(3, most + 1)):
            return word
        for size in range(min(len(word), self._longest_near), _LEAST - 2, -1):
            start, rest = word[:size], word[size:]
            bare = _single(start)
            for key in (bare, *_without_one(bare)):
                for stem, is_start in self._near.get(key, ()):
                    if (is_start or not rest) and _one_stroke(bare, _single(stem)):
                        return stem + rest
        return word


def _single(word: str) -> str:
    """Without doubled letters, the commonest slip; the first letter is never put right."""
    return re.sub(r"(.)\1", r"\1", word)


def _without_one(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def _one_stroke(one: str, other: str) -> bool:
    """Whether a letter was left out, added, changed, or two were swapped."""
    if one[:1] != other[:1] or abs(len(one) - len(other)) > 1:
        return False
    if len(one) != len(other):
        short, long = sorted((one, other), key=len)
        return short in _without_one(long)
    unlike = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(unlike) == 2:
        first, second = unlike
        return second == first + 1 and one[first] == other[second] and one[second] == other[first]
    return len(unlike) <= 1
