"""Signals in the free text of notes: French, misspelt, abbreviated; quotes are cut and masked."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
import yaml

from models.profile.families import spoken, trained
from models.profile.plain_text import plain
from models.profile.rules import Rules, Signal, rules

QUOTE_LENGTH = 90
MASK = "[masqué]"
_BETWEEN = "\x1e"
COLUMNS = ["debtor_id", "signal", "on", "n", "quote", "strength"]
# Longer texts are read sentence by sentence; sentences too short to speak wait for the next.
LONG, SHORT, LONGEST, MOST_PARTS = 160, 25, 600, 60
_LEXICON = Path(__file__).parent / "lexicon.yaml"
_LETTER = re.compile(r"[^\W\d_]")
_END = re.compile(r"(?<=[.!?…;])\s+|[\r\n]+")
_CLAUSE = re.compile(r"(?<=[,;:.!?)])\s+|\s+(?=[(-] ?)|\s+(?=(?:mais|car|donc|but|so)\b)")


class Spoken(Protocol):
    """What a rule of words has: a pattern, and whether a denial beside it silences it."""

    @property
    def pattern(self) -> re.Pattern[str] | None:
        """The words."""

    @property
    def negation(self) -> bool:
        """Whether denials count."""


def find(signal: Spoken, text: str, elicited: Rules) -> re.Match[str] | None:
    """First place where a plain text speaks for the signal, denials set aside."""
    assert signal.pattern is not None
    for match in signal.pattern.finditer(text):
        if not signal.negation:
            return match
        before = text[max(0, match.start() - 30) : match.start()]
        after = text[match.end() : match.end() + 20]
        if elicited.negation_before.search(before) or elicited.negation_after.search(after):
            continue
        return match
    return None


def quote(text: str, start: int, end: int, sensitive: re.Pattern[str]) -> str:
    """The words around a match, cut to ``QUOTE_LENGTH``, sensitive terms masked (GDPR art. 9)."""
    return masked(cut(unicodedata.normalize("NFC", text), start, end), sensitive)


def cut(composed: str, start: int, end: int) -> str:
    """The words around a place of a text, about ``QUOTE_LENGTH`` characters, not yet masked."""
    middle = (start + end) // 2
    left = max(0, min(start, middle - QUOTE_LENGTH // 2))
    right = min(len(composed), left + QUOTE_LENGTH)
    # Whole words only: a sensitive word cut in two would escape the mask.
    while left > 0 and not composed[left - 1].isspace():
        left -= 1
    while right < len(composed) and not composed[right].isspace():
        right += 1
    prefix = "… " if left else ""
    suffix = " …" if right < len(composed) else ""
    return prefix + " ".join(composed[left:right].split()) + suffix


def masked(text: str, sensitive: re.Pattern[str]) -> str:
    """A text without its sensitive terms (GDPR art. 9).

    >>> masked("payé après l'opération", re.compile("operation"))
    "payé après l'[masqué]"
    """
    composed = unicodedata.normalize("NFC", text)
    pieces, last = [], 0
    for match in sensitive.finditer(plain(composed)):
        pieces += [composed[last : match.start()], MASK]
        last = match.end()
    return "".join([*pieces, composed[last:]])


def read(texts: pd.DataFrame, elicited: Rules) -> pd.DataFrame:
    """Signals spoken in texts: the model tells the family, the lexicon which of its signals.

    Parameters
    ----------
    texts
        columns debtor_id, on (date), text.

    Returns
    -------
    DataFrame
        one row per debtor and signal: debtor_id, signal, on (the last day it was spoken),
        n (how often), quote, strength (chance, from 0 to 1, that those words speak of it).
    """
    texts = texts[texts["text"].notna() & (texts["text"] != "")]
    if texts.empty:  # a book without a word needs no model of words
        return pd.DataFrame(columns=COLUMNS)
    codes, distinct = pd.factorize(texts["text"])
    told = _spoken([str(text) for text in distinct], elicited)
    if told.empty:
        return pd.DataFrame(columns=COLUMNS)
    said = pd.DataFrame({"debtor_id": texts["debtor_id"].array, "on": texts["on"].array})
    said = said.assign(text=codes).merge(told, on="text")
    said = said.sort_values(["debtor_id", "signal", "on", "strength", "text"])
    grouped = said.groupby(["debtor_id", "signal"], sort=True)
    last = grouped[["on", "part", "strength"]].last()
    last["n"] = grouped.size()
    last["quote"] = _quotes(last["part"].to_numpy(), told, elicited)
    return last.reset_index()[COLUMNS]


def _spoken(distinct: list[str], elicited: Rules) -> pd.DataFrame:
    """What distinct texts say: text (place), signal, strength, words (of the part), part."""
    texts = [unicodedata.normalize("NFC", text.replace(_BETWEEN, " ")) for text in distinct]
    cut_up = [[part for part in parts(text) if _LETTER.search(part)] for text in texts]
    where = np.repeat(np.arange(len(texts)), [len(found) for found in cut_up])
    words = np.asarray([part for found in cut_up for part in found], dtype=object)
    model = trained()
    chance = model.predict_proba(words)
    rows, columns = np.nonzero(spoken(chance, model.families_))
    found = pd.DataFrame(
        {
            "text": where[rows],
            "family": np.asarray(model.families_, dtype=object)[columns],
            "strength": chance[rows, columns].round(3),
            "words": words[rows],
        }
    )
    if found.empty:
        return found.assign(signal=[], part=[])
    # All at once: letter by letter, a text keeps its place between its neighbours.
    low = plain(_BETWEEN.join(found["words"]))
    simple = elicited.sensitive.sub(lambda hit: "x" * len(hit.group()), low).split(_BETWEEN)
    named = [
        (row, name)
        for row, (family, said) in enumerate(zip(found["family"], simple, strict=True))
        for name in _signals(family, said, elicited)
    ]
    told = found.iloc[[row for row, _ in named]].assign(signal=[name for _, name in named])
    told = told.sort_values(["text", "signal", "strength"], kind="stable")
    told = told.drop_duplicates(["text", "signal"], keep="last").reset_index(drop=True)
    return told.assign(part=np.arange(len(told)))


def _signals(family: str, simple: str, elicited: Rules) -> list[str]:
    """Names of a family's signals that a simple text speaks for; the first where none stands out.

    None at all where the only words of the lexicon that speak for the family are denied.
    """
    signals = _named(family)
    found = {signal.name for signal in signals if find(signal, simple, elicited) is not None}
    heard = [
        signal.name for signal in signals if signal.name in found and signal.unless not in found
    ]
    denied = any(
        signal.negation and signal.pattern is not None and signal.pattern.search(simple)
        for signal in signals
    )
    return heard or ([] if denied else [signals[0].name])


@cache
def _named(family: str) -> tuple[Signal, ...]:
    names = yaml.safe_load(_LEXICON.read_text(encoding="utf-8"))["families"][family]
    known = {signal.name: signal for signal in rules().signals}
    return tuple(known[name] for name in names)


def parts(text: str) -> list[str]:
    """A text, or its sentences when it is long; short ones stay with what follows.

    >>> parts("NRP. " * 2)
    ['NRP. NRP.']
    """
    if len(text) <= LONG:
        return [text.strip()]
    found, kept = [], ""
    for piece in _END.split(text)[:MOST_PARTS]:
        kept = f"{kept} {piece.strip()}".strip()
        if len(kept) >= SHORT:
            found.append(kept[:LONGEST])
            kept = ""
    return [*found, kept] if kept else found


def _quotes(wanted: np.ndarray, said: pd.DataFrame, elicited: Rules) -> np.ndarray:
    """Quotes of parts: of a long one the clause that speaks most of the family."""
    places, distinct = pd.factorize(wanted)
    told = said.iloc[distinct]
    clauses = [
        [words] if len(words) <= QUOTE_LENGTH else [c for c in _CLAUSE.split(words) if c.strip()]
        for words in told["words"]
    ]
    model = trained()
    flat = [clause for each in clauses if len(each) > 1 for clause in each]
    chance = model.predict_proba(flat)
    made, start = [], 0
    for words, family, each in zip(told["words"], told["family"], clauses, strict=True):
        best = each[0] if each else words
        if len(each) > 1:
            here = chance[start : start + len(each), model.families_.index(family)]
            start += len(each)
            best = each[int(here.argmax())]
        at = words.find(best)
        made.append(cut(words, at, at + len(best)))
    # One pass over all of them: the mask is the slowest part of a quote.
    shown = masked(_BETWEEN.join(made), elicited.sensitive).split(_BETWEEN)
    return np.asarray(shown, dtype=object)[places]
