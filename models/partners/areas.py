"""The area of a partner as a person writes it, and which places lie in it.

Parts stand apart by a comma, a semicolon, a slash, a bar, a line or the word ``et``. Each is a
department by code or name, the first digits of postcodes, a region, a town with its department
(``Villeurbanne (69)``, ``69100 Villeurbanne``) or alone where the ledger or the table of courts
knows one town of that name, a country by its two capitals, ``France``, ``Europe`` or ``monde``.
What is not read is kept and said; an area of which nothing is read is unknown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

#: An area longer than this is no area.
_LONGEST = 2000
_PARTS = re.compile(r"[,;/|+\n\r]")
_JOINED = re.compile(r"\s(?:et|and)\s", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:l|le|la|les) ")
_WORDS = re.compile(
    r"^(?:(?:les|le|la|l)\s+)?(?:d[eé]partements?|dept|d[eé]p|r[eé]gions?|codes? postaux|cp)"
    r"\b\.?\s*(?:(?:de|du|des|d)\b\s*)?",
    re.IGNORECASE,
)
_WITH_DEPARTMENT = re.compile(r"^(?P<town>[^\d()]+?)\s*\((?P<code>\d{2,3}|2[ABab])\)$")
_WITH_POSTCODE = re.compile(r"^(?P<code>\d{5})\s+(?P<town>[^\d()]+)$")
_SEVERAL = re.compile(r"^(?:\d{2}|2[ABab])(?:\s*-\s*(?:\d{2}|2[ABab])){2,}$|^\d{2}(?:\s+\d{2})+$")


@dataclass(frozen=True)
class Area:
    """Where a partner works; ``unread``: the parts that nobody could read, as written.

    ``prefixes``: first digits of postcodes; ``towns``: department and bare name, as
    ``69 villeurbanne``; ``countries``: beside France.
    """

    france: bool = False
    everywhere: bool = False
    departments: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    towns: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    unread: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether any part of it was read."""
        return bool(
            self.france
            or self.everywhere
            or self.departments
            or self.prefixes
            or self.towns
            or self.countries
        )

    def covers(self, postcode: np.ndarray, town: np.ndarray, country: np.ndarray) -> np.ndarray:
        """Whether places lie in it; shape (n,) of booleans, as the three columns.

        ``postcode`` and ``country`` as texts (None: not known), ``town`` as ``town_key`` gives
        it. A place of which nothing is known lies in an area that holds all of its country only.
        """
        abroad = np.asarray([each not in (None, "FR") for each in country], dtype=bool)
        if self.everywhere:
            return np.ones(len(postcode), dtype=bool)
        found = abroad & np.isin(country.astype(str), sorted(self.countries))
        if self.france:
            return np.asarray(found | ~abroad)
        departments = np.asarray([department_of(each) or "" for each in postcode], dtype=object)
        inside = np.isin(departments.astype(str), sorted(self.departments) or [" "])
        codes = np.asarray([each or "" for each in postcode], dtype=object)
        for prefix in self.prefixes:
            inside |= np.asarray([str(each).startswith(prefix) for each in codes], dtype=bool)
        inside |= np.isin(np.asarray([each or "" for each in town], dtype=object).astype(str),
                          sorted(self.towns) or [" "])  # fmt: skip
        return np.asarray(found | (inside & ~abroad))


def read_area(text: object, towns: Mapping[str, frozenset[str]] | None = None) -> Area:
    """The area that a text tells.

    ``towns``: bare names of towns known, each with the departments where one bears it.

    >>> area = read_area("69, 42 et Savoie ; 71100 ; un peu partout")
    >>> sorted(area.departments), sorted(area.prefixes), area.unread
    (['42', '69', '73'], ['71100'], ('un peu partout',))
    >>> read_area("Villeurbanne (69)").towns
    frozenset({'69 villeurbanne'})
    >>> read_area("75-78").unread, read_area(None).is_known
    (('75-78',), False)
    """
    if not isinstance(text, str):
        return Area()
    if len(text) > _LONGEST:
        return Area(unread=(text[:40] + "…",))
    held: dict[str, set[str]] = {
        name: set() for name in ("departments", "prefixes", "towns", "countries", "flags")
    }
    unread = []
    for part in _PARTS.split(text):
        written = " ".join(part.split())
        if not written or _take(written, held, towns or {}):
            continue
        # "Indre et Loire" is one department, "Rhône et Savoie" are two.
        pieces = [each.strip() for each in _JOINED.split(written)]
        unread += [each for each in pieces if each and not _take(each, held, towns or {})]
    flags = held.pop("flags")
    return Area(
        france="france" in flags,
        everywhere="everywhere" in flags,
        **{name: frozenset(each) for name, each in held.items()},
        unread=tuple(unread),
    )


def _take(written: str, held: dict[str, set[str]], towns: Mapping[str, frozenset[str]]) -> bool:
    """Add what one part tells; False if it is not read."""
    if re.fullmatch(r"[A-Z]{2}", written) and written in _places()["union"]:
        (held["flags"] if written == "FR" else held["countries"]).add(
            "france" if written == "FR" else written
        )
        return True
    plain = _WORDS.sub("", written).strip(" .")
    if _SEVERAL.match(plain):
        codes = [_department(code) for code in re.split(r"[\s-]+", plain)]
        if all(codes):
            held["departments"].update(code for each in codes for code in each)
            return True
        return False
    if re.fullmatch(r"\d{1,2}|2[ABab]|97\d", plain):
        found = _department(plain)
        held["departments"].update(found)
        return bool(found)
    if re.fullmatch(r"\d{3,5}", plain):
        known = department_of(plain.ljust(5, "0")) is not None
        held["prefixes"].update({plain} if known else set())
        return known
    for pattern in (_WITH_DEPARTMENT, _WITH_POSTCODE):
        if told := pattern.match(plain):
            code = told["code"]
            of = _department(code) if len(code) < 5 else {department_of(code) or ""} - {""}
            held["towns"].update(f"{each} {bare(told['town'])}" for each in of)
            return bool(of)
    name = bare(plain)
    return any(_named(each, held, towns) for each in dict.fromkeys((name, _ARTICLE.sub("", name))))


def _named(name: str, held: dict[str, set[str]], towns: Mapping[str, frozenset[str]]) -> bool:
    places = _places()
    for flag in ("france", "everywhere"):
        if name in places[flag]:
            held["flags"].add(flag)
            return True
    if name in places["europe"]:
        held["flags"].add("france")
        held["countries"].update(set(places["union"]) - {"FR"})
        return True
    if name in places["names"]:
        held["departments"].update(places["names"][name])
        return True
    where = towns.get(name, frozenset())
    # Two towns of one name: which one is meant, nobody can tell.
    if len(where) == 1:
        held["towns"].update(f"{each} {name}" for each in where)
        return True
    return False


def bare(text: str) -> str:
    """A name without case, accents and signs.

    >>> bare("Saint-Étienne"), bare("Provence-Alpes-Côte d'Azur")
    ('saint etienne', 'provence alpes cote d azur')
    """
    letters = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    kept = "".join(each if each.isalnum() else " " for each in letters if ord(each) < 128
                   or each in "’–—")  # fmt: skip
    return " ".join(kept.split())


@lru_cache(maxsize=100_000)
def department_of(postcode: object) -> str | None:
    """The department of a French postcode; None for what is none.

    A few communes have the postcode of the department beside theirs.

    >>> department_of("69003"), department_of("97400"), department_of("20200"), department_of("0")
    ('69', '974', '2B', None)
    """
    code = str(postcode or "").strip()
    if not re.fullmatch(r"\d{5}", code):
        return None
    if code.startswith("20"):
        return "2A" if code[:3] in ("200", "201") else "2B"
    found = code[:3] if code.startswith(("97", "98")) else code[:2]
    return found if found in _places()["codes"] else None


def _department(code: str) -> set[str]:
    """Departments of a code as written: 1 is 01, 20 both of Corsica."""
    found = code.upper().zfill(2)
    if found == "20":
        return {"2A", "2B"}
    return {found} & _places()["codes"]


def told(area: Area, language: str) -> str:
    """An area in words, as it was read.

    >>> told(read_area("69 ; Bretagne"), "fr"), told(read_area("?!"), "en")
    ('22, 29, 35, 56, 69', 'unknown')
    """
    french = language == "fr"
    if area.everywhere:
        return "monde" if french else "worldwide"
    abroad = sorted(area.countries)
    if area.france:
        union = len(abroad) == len(_places()["union"]) - 1
        more = ["Union européenne" if french else "European Union"] if union else abroad
        return ", ".join(["France", *(more if abroad else [])])
    towns = [each.partition(" ") for each in sorted(area.towns)]
    parts = [*sorted(area.departments), *sorted(area.prefixes)]
    parts += [f"{town.title()} ({code})" for code, _, town in towns]
    return ", ".join([*parts, *abroad]) or ("inconnue" if french else "unknown")


@cache
def _places() -> Mapping[str, Any]:
    raw = yaml.safe_load(Path(__file__).with_name("places.yaml").read_text(encoding="utf-8"))
    names: dict[str, set[str]] = {}
    mainland: set[str] = set()
    for region, told_of in raw["regions"].items():
        codes = set(told_of["departments"])
        mainland |= codes
        for name in (region, *told_of["also"]):
            names[name] = codes
    for name in raw["mainland"]:
        names[name] = mainland
    for name in raw["overseas_names"]:
        names[name] = set(raw["overseas"])
    named = {code: name for each in raw["regions"].values() for code, name in
             each["departments"].items()} | raw["overseas"]  # fmt: skip
    for code, name in named.items():
        names |= {each: {code} for each in (bare(name), _ARTICLE.sub("", bare(name)))}
    return {**raw, "names": names, "codes": set(named)}
