"""Words of the memo, and its figures as each language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from letters.writing import money, percent


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
    phrases: Any = _phrases() if group is None else _phrases()[group]
    return str(phrases[key][0 if language == "fr" else 1])


@cache
def _phrases() -> Mapping[str, Any]:
    text = Path(__file__).with_name("memo.yaml").read_text(encoding="utf-8")
    phrases: Mapping[str, Any] = yaml.safe_load(text)
    return phrases
