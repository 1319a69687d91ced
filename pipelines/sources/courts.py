"""The table of courts by commune that a user may load: an official list, in the user's own file.

One row per commune. Columns, by these names or the French ones of ``_NAMES``, in any order;
others are left aside. ``commune_code`` (INSEE, five signs) is needed, and at least one of
``judicial`` (town of the tribunal judiciaire) and ``commercial`` (of the court that hears
commercial cases). ``protection``: town of the judge of protection disputes. ``commune`` and
``postcode`` find debtors whose commune code is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipelines.errors import LedgerRefused
from pipelines.sources.headers import plain
from pipelines.sources.tabular import open_tabular

COLUMNS = ("commune_code", "commune", "postcode", "judicial", "protection", "commercial")

_NAMES: Mapping[str, tuple[str, ...]] = {
    "commune_code": ("commune code", "code commune", "code insee", "insee", "code officiel"),
    "commune": ("commune", "nom commune", "libelle commune", "ville"),
    "postcode": ("postcode", "code postal", "cp"),
    "judicial": ("judicial", "tribunal judiciaire", "tj", "siege tj"),
    "protection": (
        *("protection", "tribunal proximite", "juge contentieux protection", "jcp", "tprx"),
    ),
    "commercial": (
        *("commercial", "tribunal commerce", "tribunal activite economique", "tc", "tae"),
        *("siege tc", "juridiction commerciale"),
    ),
}
_CODE = re.compile(r"^(\d{5}|2[AB]\d{3})$")
_POSTCODE = re.compile(r"^\d{5}$")
# "Tribunal judiciaire de Lyon" is the court of Lyon; what follows the last "of" is the town.
_COURT = re.compile(
    r"^(?i:tribunal|chambre|tprx|tj|tc|tae)\b.*\s"
    r"(?i:(?P<of>du |des )|de |d['’])(?P<town>[A-ZÀ-Ý].*)$"
)
_ARTICLES = {"du ": "Le ", "des ": "Les "}
_MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Courts:
    """Rows in ``COLUMNS``, one per commune and postcode; lines left out, each with its reason."""

    rows: pd.DataFrame
    refused: list[str]


def read(path: Path) -> Courts:
    """The table of a file (CSV or XLSX); a line without a proper commune code is left out.

    Raises
    ------
    LedgerRefused
        Naming the file and what is missing: the code, any court, or every line.
    """
    table = open_tabular(path, lambda header: float(len(_found(header))))
    place = _found(table.header)
    if "commune_code" not in place:
        raise LedgerRefused(
            f"{path.name} names no column of commune codes (commune_code, code INSEE); it has"
            f" {', '.join(table.header[:12])}."
        )
    if not {"judicial", "commercial"} & place.keys():
        raise LedgerRefused(f"{path.name} names no column of courts (judicial, commercial).")
    known: dict[tuple[str, str | None], dict[str, object]] = {}
    refused: list[str] = []
    for line, cells in table.rows():
        row = {name: cells[at].strip() for name, at in place.items() if at < len(cells)}
        code = _five(row.get("commune_code", "").upper())
        if not _CODE.match(code):
            refused.append(f"line {line}: {row.get('commune_code', '')[:20]!r} is no commune code")
            continue
        made = _row(code, row)
        key = (code, made["postcode"] if isinstance(made["postcode"], str) else None)
        if known.setdefault(key, made) != made:
            refused.append(f"line {line}: commune {code} has other courts on an earlier line")
    if not known:
        raise LedgerRefused(f"{path.name} holds no commune: {'; '.join(refused[:_MOST_TOLD])}.")
    rows = pd.DataFrame(list(known.values()), columns=list(COLUMNS)).astype(object)
    return Courts(rows.where(rows.notna(), None), refused)


def _found(header: Sequence[str]) -> dict[str, int]:
    """Where each column stands; the first that bears its name."""
    names = [plain(each) for each in header]
    return {
        column: names.index(synonym)
        for column, synonyms in _NAMES.items()
        for synonym in [next((each for each in map(plain, synonyms) if each in names), None)]
        if synonym is not None
    }


def _row(code: str, row: Mapping[str, str]) -> dict[str, object]:
    postcode = _five(row.get("postcode", ""))
    return {
        "commune_code": code,
        "commune": row.get("commune") or None,
        "postcode": postcode if _POSTCODE.match(postcode) else None,
        "judicial": _town(row.get("judicial", "")),
        "protection": _town(row.get("protection", "")),
        "commercial": _town(row.get("commercial", "")),
    }


def _five(code: str) -> str:
    """A code with the zero in front that a spreadsheet took off."""
    return f"0{code}" if len(code) == 4 and code.isdigit() else code


def _town(name: str) -> str | None:
    """The town of a court's name.

    >>> [_town(name) for name in ("Tribunal judiciaire de Lyon", "TJ d'Évry", "TC du Mans", "")]
    ['Lyon', 'Évry', 'Le Mans', None]
    """
    told = " ".join(name.split())
    found = _COURT.match(told)
    if found:
        article = (found["of"] or "").lower()
        told = _ARTICLES.get(article, "") + found["town"]
    return told[:80] or None
