"""Texts as the model of families reads them: words, their letters, pairs of words, ideas.

Whatever a word tells is looked up once for each distinct word, however many texts hold it: this is
what makes a million notes readable in a minute.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, diags, hstack

from data_schema import yaml_text
from models.profile.corpus import ideas

_BETWEEN = "\x1e"
_WORD = re.compile(r"[a-z]+|[0-9]+|[?!\"]|\x1e")
_ALIKE = {"’": "'", "‘": "'", "«": '"', "»": '"', "œ": "o", "c.g.t": "cgt", "f.o.": "fo "}
_DENIALS = frozenset(
    {
        "ne", "n", "pas", "plus", "jamais", "aucun", "aucune", "sans", "rien",
        "ni", "non", "not", "no", "never", "without", "don", "doesn", "didn",
        "isn", "won", "cannot", "pa", "po", "nullement",
    }
)  # fmt: skip
_REACH = 3
_GRAMS = (3, 4, 5)
# Chosen by leaving styles of author out (docs/profile_notes_report.md): weight of each block.
_WEIGHTS = {"words": 1.0, "letters": 0.8, "ideas": 0.7, "next": 0.9, "after_next": 0.5}
_OF_WORDS = ("words", "letters", "ideas")


@dataclass(frozen=True)
class Running:
    """Texts as running words.

    ``known`` are the distinct words; ``word`` is the place of each running word among them and
    ``text`` the text it stands in, both of shape (n_running,); ``denied``: after a denial.
    """

    known: np.ndarray
    word: np.ndarray
    text: np.ndarray
    denied: np.ndarray
    n_texts: int


def running(texts: Sequence[str], sensitive: re.Pattern[str]) -> Running:
    """Cut texts into words, the sensitive ones left out before anything else looks at them."""
    low = _BETWEEN.join(text.replace(_BETWEEN, " ") for text in texts).lower()
    for written, alike in _ALIKE.items():
        low = low.replace(written, alike)
    low = unicodedata.normalize("NFKD", low).encode("ascii", "ignore").decode()
    found = np.asarray(_WORD.findall(low), dtype=object)
    code, known = pd.factorize(found)
    shown = _shown(code, known, sensitive)
    mark = np.flatnonzero(known == _BETWEEN)
    ends = code == (mark[0] if len(mark) else -1)
    kept = shown & ~ends
    text, word = np.cumsum(ends)[kept], code[kept]
    alike, known = pd.factorize(
        np.asarray(["0" if told[0].isdigit() else told for told in known], dtype=object)
    )
    word = alike[word]
    denying = np.isin(known, list(_DENIALS))[word]
    denied = np.zeros(len(word), dtype=bool)
    for step in range(1, _REACH + 1):
        denied[step:] |= denying[:-step] & (text[step:] == text[:-step])
    return Running(known, word, text, denied, len(texts))


def _shown(code: np.ndarray, known: np.ndarray, sensitive: re.Pattern[str]) -> np.ndarray:
    """Which running words are not sensitive, alone or as part of an expression."""
    alone = np.asarray([sensitive.match(word) is None for word in known], dtype=bool)
    shown = alone[code] if len(code) else np.empty(0, dtype=bool)
    opening = np.isin(known, list(_openings()))
    for at in np.flatnonzero(opening[code]) if len(code) else ():
        hit = sensitive.match(" ".join(known[code[at : at + 4]]))
        if hit is not None:
            shown[at : at + len(hit.group().split())] = False
    return shown


@cache
def _openings() -> frozenset[str]:
    lexicon = yaml_text.loaded((Path(__file__).parent / "lexicon.yaml").read_text(encoding="utf-8"))
    return frozenset(lexicon["sensitive_openings"])


class Words:
    """From running words to features in five blocks, each of length one in every text.

    In the blocks of words, of letters and of ideas a text is the sum of its words.
    """

    def fit_transform(self, said: Running) -> csr_matrix:
        """Take the vocabulary of these texts and return their features."""
        self._place = {word: n for n, word in enumerate(sorted(set(said.known)))}
        self._grams = {
            gram: n for n, gram in enumerate(sorted({g for w in said.known for g in _letters(w)}))
        }
        here = self._here(said)
        self._pairs = {
            name: _often(_pairs(here, said.text, step, len(self._place)))
            for name, step in (("next", 1), ("after_next", 2))
        }
        each = _counts(said)
        self._rarity = {
            block: _rarity(abs(each) @ table) for block, table in self._tables(said.known).items()
        }
        self._rarity["letters"][1] *= self._rarity["letters"][0] > 1
        for name in self._pairs:
            self._rarity[name] = _rarity(self._paired(said, here, name))
        return csr_matrix(hstack([part for _, part in self._blocks(said)], format="csr"))

    def decide(self, said: Running, slopes: np.ndarray) -> np.ndarray:
        """The product of features and slopes, of shape (n_features, n_families)."""
        told, start = np.zeros((said.n_texts, slopes.shape[1])), 0
        each, here = _counts(said), self._here(said)
        for block, table in self._tables(said.known).items():
            weighted = table @ diags(self._rarity[block][1])
            mine = slopes[start : start + table.shape[1]]
            told += _length(each, weighted, block)[:, None] * (each @ (weighted @ mine))
            start += table.shape[1]
        for name in self._pairs:
            counts = self._paired(said, here, name)
            weighted = counts @ diags(self._rarity[name][1])
            told += _norm(weighted, name)[:, None] * (
                weighted @ slopes[start : start + counts.shape[1]]
            )
            start += counts.shape[1]
        return told

    def _blocks(self, said: Running) -> Iterator[tuple[str, csr_matrix]]:
        each, here = _counts(said), self._here(said)
        for block, table in self._tables(said.known).items():
            weighted = table @ diags(self._rarity[block][1])
            yield block, diags(_length(each, weighted, block)) @ (each @ weighted)
        for name in self._pairs:
            weighted = self._paired(said, here, name) @ diags(self._rarity[name][1])
            yield name, diags(_norm(weighted, name)) @ weighted

    def _tables(self, known: np.ndarray) -> dict[str, csr_matrix]:
        """What each distinct word is made of, once as it stands and once denied.

        Words and letters are the same when denied; ideas have columns of their own.
        """
        places = [[self._place[word]] if word in self._place else [] for word in known]
        grams = self._grams
        letters = [[grams[g] for g in _letters(w) if g in grams] for w in known]
        meant = [ideas_of(word) for word in known]
        n = len(ideas())
        denied = [[*own, *(n + idea for idea in own)] for own in meant]
        return {
            "words": _table(places * 2, len(self._place)),
            "letters": _table(letters * 2, len(grams)),
            "ideas": _table([*meant, *denied], 2 * n),
        }

    def _here(self, said: Running) -> np.ndarray:
        """Place of each running word in the vocabulary, -1 outside."""
        places = np.asarray([self._place.get(word, -1) for word in said.known], dtype=np.int64)
        return places[said.word] if len(said.word) else np.empty(0, dtype=np.int64)

    def _paired(self, said: Running, here: np.ndarray, name: str) -> csr_matrix:
        known = self._pairs[name]
        step = 1 if name == "next" else 2
        codes, texts = _pairs(here, said.text, step, len(self._place))
        at = np.minimum(np.searchsorted(known, codes), max(len(known) - 1, 0))
        hit = known[at] == codes if len(known) else np.zeros(len(codes), dtype=bool)
        return _count(texts[hit], at[hit], said.n_texts, len(known))


@cache
def _endings() -> tuple[dict[str, list[int]], dict[str, list[int]], tuple[int, ...]]:
    whole: dict[str, list[int]] = {}
    begun: dict[str, list[int]] = {}
    for number, words in enumerate(ideas().values()):
        for word in words:
            table = begun if word.endswith("*") else whole
            table.setdefault(word.removesuffix("*"), []).append(number)
    return whole, begun, tuple(sorted({len(start) for start in begun}))


@lru_cache(maxsize=200_000)
def ideas_of(word: str) -> list[int]:
    """Which ideas a word stands for.

    >>> [list(ideas())[number] for number in ideas_of("factures")]
    ['paper']
    """
    whole, begun, lengths = _endings()
    found = set(whole.get(word, ()))
    for length in lengths:
        if len(word) >= length:
            found.update(begun.get(word[:length], ()))
    return sorted(found)


@lru_cache(maxsize=200_000)
def _letters(word: str) -> list[str]:
    framed = f"<{word[:30]}>"
    return [framed[i : i + n] for n in _GRAMS for i in range(len(framed) - n + 1)]


def _counts(said: Running) -> csr_matrix:
    """Distinct words in each text, then the same words denied."""
    column = said.word + len(said.known) * said.denied
    return _count(said.text, column, said.n_texts, 2 * len(said.known))


def _rarity(counts: csr_matrix) -> np.ndarray:
    """In how many texts a column stands, and its inverse document frequency: shape (2, n)."""
    n = np.bincount(counts.indices, minlength=counts.shape[1])
    return np.stack([n, np.log((1 + counts.shape[0]) / (1 + n)) + 1])


def _length(each: csr_matrix, weighted: csr_matrix, block: str) -> np.ndarray:
    """What brings a block of a text to its weight, its words taken for strangers to each other."""
    square = each @ np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel()
    return _WEIGHTS[block] / np.sqrt(np.maximum(square, 1e-9)) * (square > 0)


def _norm(weighted: csr_matrix, block: str) -> np.ndarray:
    square = np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel()
    return _WEIGHTS[block] / np.sqrt(np.maximum(square, 1e-9)) * (square > 0)


def _pairs(here: np.ndarray, text: np.ndarray, step: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    first, second = here[:-step], here[step:]
    both = (first >= 0) & (second >= 0) & (text[:-step] == text[step:])
    return first[both] * n + second[both], text[:-step][both]


def _often(pairs: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Sorted codes of pairs that stand in two texts or more."""
    once = pd.DataFrame({"code": pairs[0], "text": pairs[1]}).drop_duplicates()
    codes, times = np.unique(once["code"].to_numpy(), return_counts=True)
    told: np.ndarray = codes[times > 1]
    return told


def _count(rows: np.ndarray, columns: np.ndarray, n_rows: int, n_columns: int) -> csr_matrix:
    shape = (n_rows, max(n_columns, 1))
    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)


def _table(lists: list[list[int]], n_columns: int) -> csr_matrix:
    lengths = np.asarray([len(each) for each in lists], dtype=np.int64)
    columns = np.fromiter((column for each in lists for column in each), np.int64, lengths.sum())
    return _count(np.repeat(np.arange(len(lists)), lengths), columns, len(lists), n_columns)
