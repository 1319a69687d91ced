"""Where a suit is brought: the debtor's place, and the courts that a loaded table gives for it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from law.courts import AT_HOME, UNKNOWN_SEATS, Seats, court_name, door, is_economic
from law.facts import SuitFacts
from models.litigation.classes import Classes, told_apart
from models.litigation.columns import text

_PLACE = "{place}"
_SEATS = ("judicial", "protection", "commercial")
#: Courses that go to the same door.
_DOORS: Mapping[str, str] = {
    "small_claim": "officer",
    "cheque_certificate": "officer",
    "uncontested_commercial": "registry",
    "enforcement": "enforcement",
}


@dataclass(frozen=True)
class Places:
    """``postcode`` and ``town`` (department and bare name), shape (n_suits,); ``of``: which of
    ``seats`` the courts of each suit are.
    """

    postcode: np.ndarray
    town: np.ndarray
    of: np.ndarray
    seats: list[Seats]

    def before_tae(self, day: date) -> np.ndarray:
        """Whether the commercial court is an economic one: True, False or None; (n_suits,)."""
        towns = [each.commercial for each in self.seats]
        known = [None if each is None else is_economic(each, day) for each in towns]
        return np.asarray(known, dtype=object)[self.of]


def located(debtor: pd.DataFrame, table: pd.DataFrame | None) -> Places:
    """Places of debtors, a row each, and their courts by the table of communes, if there is one.

    By the commune's code; else by the postcode, else by department and name of the town, where
    all communes so named have the same courts. What stays unsure stays unknown.
    """
    postcode = text(debtor, "postcode")
    own_town = _towns(text(debtor, "city"), postcode)
    if table is None or table.empty:
        return Places(postcode, own_town, np.zeros(len(debtor), dtype=int), [UNKNOWN_SEATS])
    of, first = told_apart([text(table, name) for name in _SEATS], len(table))
    seats = [UNKNOWN_SEATS, *(_seats(table.iloc[row]) for row in first)]
    rank = pd.Series(of + 1)
    own_code = text(debtor, "commune_code")
    code, their = text(table, "commune_code"), text(table, "postcode")
    towns = _towns(text(table, "commune"), np.where(pd.isna(their), code, their))
    found = np.zeros(len(debtor), dtype=int)
    for wanted, given in ((own_code, code), (postcode, their), (own_town, towns)):
        by = pd.DataFrame({"key": given, "rank": rank}).dropna()
        sure = by.groupby("key")["rank"].agg(["min", "max"])
        sure = sure["min"].where(sure["min"] == sure["max"], 0)
        match = pd.Series(wanted, dtype=object).map(sure).fillna(0).to_numpy(dtype=int)
        found = np.where(found == 0, match, found)
    return Places(postcode, own_town, found, seats)


def courts(classes: Classes, places: Places, course: str) -> tuple[np.ndarray, np.ndarray]:
    """Name and reason of the court of a course, or of its officer; shape (n_suits,) each."""
    met: dict[tuple[str, str, bool], int] = {}
    kinds = [(*door(each, course), each.debtor_kind in AT_HOME) for each in classes.facts]
    of = np.asarray([met.setdefault(each, len(met)) for each in kinds], dtype=int)[classes.of]
    group, first = told_apart([of, places.of], len(of))
    reasons = np.asarray([kinds[classes.of[row]][1] for row in first], dtype=object)
    named = [_names(classes.facts[classes.of[row]], course, places.seats[places.of[row]])
             for row in first]  # fmt: skip
    # The postcode is written in last: the law names a court once for all of them.
    pair, example = told_apart([group, places.postcode], len(of))
    names = []
    for row in example:
        bare, with_place = named[group[row]]
        postcode = places.postcode[row]
        names.append(bare if postcode is None else with_place.replace(_PLACE, str(postcode)))
    return np.asarray(names, dtype=object)[pair], reasons[group]


def doors(courses: list[str]) -> dict[str, str]:
    """Of each course, the first one that goes to the same door, so that it is asked once.

    >>> doors(["payment_order", "merits", "small_claim"])
    {'payment_order': 'payment_order', 'merits': 'payment_order', 'small_claim': 'small_claim'}
    """
    first: dict[str, str] = {}
    return {each: first.setdefault(_DOORS.get(each, "judge"), each) for each in courses}


def _names(facts: SuitFacts, course: str, seats: Seats) -> tuple[str, str]:
    """Name of a court without a postcode, and with a mark in its place."""
    kind, _ = door(facts, course)
    bare, marked = (
        court_name(kind, facts.debtor_kind, facts.as_of, seats, postcode, "fr")
        for postcode in (None, _PLACE)
    )
    return bare, marked


def _seats(row: pd.Series) -> Seats:
    return Seats(**{name: None if pd.isna(row.get(name)) else str(row[name]) for name in _SEATS})


def _towns(names: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Department and town as one key, without case, accents and signs; None where one lacks.

    >>> _towns(np.array(["Saint-Étienne", None], dtype=object), np.array(["42000", "42001"]))
    array(['42 saint etienne', None], dtype=object)
    """
    keys: dict[tuple[object, str], str] = {}
    found = np.full(len(names), None, dtype=object)
    for i, (name, code) in enumerate(zip(names, codes, strict=True)):
        if name is None or code is None or pd.isna(name) or pd.isna(code):
            continue
        pair = (name, str(code)[: 3 if str(code).startswith(("97", "98")) else 2])
        if pair not in keys:
            letters = unicodedata.normalize("NFKD", str(name).lower())
            bare = "".join(each if each.isalnum() else " " for each in letters if ord(each) < 128)
            keys[pair] = f"{pair[1]} {' '.join(bare.split())}"
        found[i] = keys[pair]
    return found
