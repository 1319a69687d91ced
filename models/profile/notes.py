"""Signals in the free text of notes: French, misspelt, abbreviated; quotes are cut and masked."""

from __future__ import annotations

import re
import unicodedata
from typing import Protocol

import pandas as pd

from models.profile.rules import Rules

QUOTE_LENGTH = 90
MASK = "[masqué]"

_PLAIN = {
    code: unicodedata.normalize("NFD", chr(code))[0]
    for code in range(0xC0, 0x250)
    if unicodedata.normalize("NFD", chr(code)) != chr(code)
}
_PLAIN |= {ord("’"): "'", ord("‘"): "'", ord("œ"): "o", ord("Œ"): "O", 0xA0: " ", 0x202F: " "}
_PLAIN |= {ord("\n"): " ", ord("\t"): " ", ord("\r"): " "}


def plain(text: str) -> str:
    """Lower case without accents, character for character, so that positions stay.

    >>> plain("Trésorerie très tendue")
    'tresorerie tres tendue'
    """
    composed = unicodedata.normalize("NFC", text)
    lowered = composed.translate(_PLAIN).lower()
    # A few capitals grow when lowered; positions matter more than they do.
    return lowered if len(lowered) == len(composed) else composed.translate(_PLAIN)


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
    composed = unicodedata.normalize("NFC", text)
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
    return prefix + " ".join(masked(composed[left:right], sensitive).split()) + suffix


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
    """Signals spoken in texts.

    Parameters
    ----------
    texts
        columns debtor_id, on (date), text.

    Returns
    -------
    DataFrame
        one row per debtor and signal: debtor_id, signal, on (the last day it was spoken),
        n (how often), quote.
    """
    columns = ["debtor_id", "signal", "on", "n", "quote"]
    texts = texts[texts["text"].notna() & (texts["text"] != "")]
    if texts.empty:
        return pd.DataFrame(columns=columns)
    distinct = texts["text"].drop_duplicates().astype(object)
    found = [
        (text, signal.name, quote(text, *match.span(), elicited.sensitive))
        for text, simple in zip(distinct, distinct.map(plain), strict=True)
        for signal in elicited.signals
        if signal.pattern is not None and (match := find(signal, simple, elicited)) is not None
    ]
    if not found:
        return pd.DataFrame(columns=columns)
    spoken = texts.merge(pd.DataFrame(found, columns=["text", "signal", "quote"]), on="text")
    spoken = spoken.sort_values(["debtor_id", "signal", "on", "quote"])
    grouped = spoken.groupby(["debtor_id", "signal"], sort=True)
    last = grouped[["on", "quote"]].last()
    last["n"] = grouped.size()
    return last.reset_index()[columns]
