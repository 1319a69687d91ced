"""Invented identities: names of no real firm, numbers that cannot belong to anyone.

SIREN numbers fail the Luhn check on purpose; telephone numbers lie in the ranges that the
French regulator keeps for fiction (ARCEP, decision 2018-0881); e-mail addresses lie under the
top-level domain ``.example`` (RFC 2606).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

import numpy as np
import yaml

_FORMS = ("SARL", "SAS", "SASU", "EURL", "SA", "SNC", "SCI")

FICTION_RANGES = ("0199 00", "0261 91", "0353 01", "0465 71", "0536 49", "0639 98")
"""First six digits of the telephone ranges kept for fiction (ARCEP, decision 2018-0881)."""


@cache
def words(subject: str) -> tuple[str, ...]:
    """One list of ``words.yaml``.

    >>> words("tails")[0]
    'lane'
    """
    text = (Path(__file__).parent / "words.yaml").read_text(encoding="utf-8")
    return tuple(yaml.safe_load(text)[subject])


def luhn_digit(bodies: np.ndarray) -> np.ndarray:
    """Last digit that would make each eight-digit number pass the Luhn check.

    >>> luhn_digit(np.array([73282932])).tolist()   # a textbook example, 732 829 320
    [0]
    """
    bodies = np.asarray(bodies, dtype=np.int64)
    total = np.zeros_like(bodies)
    for place in range(8):
        digit = bodies // 10**place % 10
        # Seen from the right with the check digit in front, even places are doubled.
        doubled = digit * 2 if place % 2 == 0 else digit
        total += doubled // 10 + doubled % 10
    return (10 - total % 10) % 10


def false_sirens(rng: np.random.Generator, size: int) -> np.ndarray:
    """Distinct nine-digit numbers as text, none of which passes the Luhn check."""
    bodies = rng.choice(70_000_000, size=size, replace=False, shuffle=True) + 20_000_000
    wrong = (luhn_digit(bodies) + rng.integers(1, 10, size)) % 10
    return (bodies * 10 + wrong).astype(str).astype(object)


def coined_words(rng: np.random.Generator, size: int) -> np.ndarray:
    """Coined words of two or three syllables, none of which is a known firm."""
    coined = _pick(rng, "heads", size) + _pick(rng, "middles", size) + _pick(rng, "tails", size)
    known = np.isin([word.lower() for word in coined], words("real_firms"))
    coined[known] = coined[known] + "ix"
    return coined


def firm_names(rng: np.random.Generator, forms: np.ndarray) -> np.ndarray:
    """Names such as ``Vezorlane Menuiserie SARL``; the legal form is written on most."""
    names = coined_words(rng, forms.size) + " " + _pick(rng, "trades", forms.size)
    written = rng.random(forms.size) < 0.7
    return np.where(written, names + " " + forms, names)


def legal_forms(rng: np.random.Generator, size: int) -> np.ndarray:
    """Legal forms of companies, about as frequent as in the register."""
    return rng.choice(
        np.array(_FORMS, dtype=object), size, p=[0.36, 0.33, 0.11, 0.1, 0.04, 0.02, 0.04]
    )


def person_names(rng: np.random.Generator, size: int) -> np.ndarray:
    """A common first name and a common last name, drawn apart."""
    return _pick(rng, "first_names", size) + " " + _pick(rng, "last_names", size)


def public_names(rng: np.random.Generator, size: int) -> np.ndarray:
    """Names of public bodies in invented places."""
    return _pick(rng, "public_bodies", size) + coined_words(rng, size)


def club_names(rng: np.random.Generator, size: int) -> np.ndarray:
    """Names of associations."""
    return _pick(rng, "associations", size) + coined_words(rng, size)


def phones(rng: np.random.Generator, size: int) -> np.ndarray:
    """Ten digits in pairs, within the ranges kept for fiction."""
    ranges = np.array([kept.replace(" ", "") for kept in FICTION_RANGES], dtype=object)
    tails = np.array([f"{number:04d}" for number in range(10_000)], dtype=object)
    raw = rng.choice(ranges, size) + tails[rng.integers(0, 10_000, size)]
    return np.array([" ".join(n[at : at + 2] for at in range(0, 10, 2)) for n in raw], dtype=object)


def streets(rng: np.random.Generator, size: int) -> np.ndarray:
    """Number and street, from streets that half the towns of the country have."""
    numbers = rng.integers(1, 140, size).astype(str).astype(object)
    return numbers + " " + _pick(rng, "streets", size)


def towns(rng: np.random.Generator, size: int) -> np.ndarray:
    """Names of invented places."""
    return coined_words(rng, size) + "-sur-" + coined_words(rng, size)


def addresses(local: np.ndarray, names: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """E-mail addresses under ``.example``; the number keeps the domains apart."""
    return np.array(
        [
            f"{part}@{_slug(name)}-{number}.example"
            for part, name, number in zip(local, names, numbers, strict=True)
        ],
        dtype=object,
    )


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "".join(letter if letter.isalnum() else "-" for letter in plain).strip("-")[:24]


def _pick(rng: np.random.Generator, subject: str, size: int) -> np.ndarray:
    return rng.choice(np.array(words(subject), dtype=object), size)
