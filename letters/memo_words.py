"""Words of the memo, and its figures as each language writes them."""

from __future__ import annotations

from decimal import Decimal

from letters.writing import money, percent, phrase


def euros(amount: Decimal | None, language: str) -> str:
    """An amount in euros to the cent; a dash for none."""
    return "–" if amount is None else money(amount, "EUR", language)


def share(share: float | None, language: str) -> str:
    """A share in whole percent; a dash for none."""
    return "–" if share is None else percent(share, language, digits=0)


def say(key: str, language: str, group: str | None = None) -> str:
    """A phrase of ``memo.yaml``.

    Raises
    ------
    KeyError
        When nobody wrote it.
    """
    return phrase("memo.yaml", key, language, group)
