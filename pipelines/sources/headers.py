"""What the names of columns say: synonyms of French and English accounting programs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SMALL_WORDS = frozenset({"de", "d", "la", "des", "the", "of"})
_RANK = 0.004


def plain(name: str) -> str:
    """A name without case, accents, punctuation, small words and the plural s.

    >>> plain("Date d'échéance"), plain("invoiceNumber"), plain("DAYS_TO_SETTLE")
    ('date echeance', 'invoice number', 'day to settle')
    """
    parted = _CAMEL.sub(" ", name)
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", parted) if not unicodedata.combining(sign)
    )
    words = re.findall(r"[a-z0-9]+", bare.lower().replace("°", " "))
    return " ".join(
        word[:-1] if len(word) > 3 and word.endswith("s") else word
        for word in words
        if word not in _SMALL_WORDS
    )


@cache
def name_scores(name: str) -> Mapping[str, float]:
    """How well a name suits each canonical column, from 0 to 1; what does not suit is absent.

    >>> round(name_scores("Due Date")["due_on"], 1), "amount" in name_scores("Montant HT")
    (1.0, False)
    """
    words = plain(name)
    squeezed = words.replace(" ", "")
    if squeezed in {entry.replace(" ", "") for entry in _lists()["untaxed"]}:
        return {}
    # A column that only the end of a claim tells must not slip into a role by likeness.
    exact_only = known_by_name(name) is not None
    scores: dict[str, float] = {}
    for canonical, synonyms in _synonyms().items():
        for rank, synonym in enumerate(synonyms):
            score = 0.0
            if synonym.replace(" ", "") == squeezed:
                score = 1.0 - _RANK * rank
            elif not exact_only and " " in synonym and _within(synonym, words):
                score = 0.6 - _RANK * rank
            scores[canonical] = max(scores.get(canonical, 0.0), score)
    return {canonical: score for canonical, score in scores.items() if score > 0}


@cache
def known_by_name(name: str) -> str | None:
    """``close`` or ``never`` when the name tells that the column is filled afterwards.

    >>> known_by_name("Disputed"), known_by_name("DaysLate"), known_by_name("Region")
    ('close', 'never', None)
    """
    words = plain(name)
    for kind, answer in (("never_known", "never"), ("known_at_close", "close")):
        for entry in _lists()[kind]:
            if entry.replace(" ", "") == words.replace(" ", "") or (
                " " in entry and _within(entry, words)
            ):
                return answer
    return None


def header_likeness(header: Sequence[str]) -> float:
    """How much a header looks like an invoice list's: the sum of its columns' best scores."""
    return sum(max(name_scores(name).values(), default=0.0) for name in header)


def _within(part: str, words: str) -> bool:
    return f" {part} " in f" {words} "


@cache
def _lists() -> Mapping[str, list[str]]:
    raw = _raw()
    return {
        name: [plain(entry) for entry in raw[name]]
        for name in ("untaxed", "known_at_close", "never_known")
    }


@cache
def _synonyms() -> Mapping[str, list[str]]:
    raw = _raw()
    own = {canonical: [canonical, *synonyms] for canonical, synonyms in raw["claims"].items()}
    debtors = {
        "debtors." + canonical: ["debtor " + canonical, *synonyms]
        for canonical, synonyms in raw["debtors"].items()
    }
    return {
        canonical: list(dict.fromkeys(plain(synonym) for synonym in synonyms))
        for canonical, synonyms in (own | debtors).items()
    }


@cache
def _raw() -> dict[str, dict[str, list[str]]]:
    text = Path(__file__).with_name("headers.yaml").read_text(encoding="utf-8")
    raw: dict[str, dict[str, list[str]]] = yaml.safe_load(text)
    return raw
