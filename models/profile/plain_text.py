"""Texts in lower case without accents, character for character."""

from __future__ import annotations

import unicodedata

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
