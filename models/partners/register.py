"""The register of partners of a day: who they are, where they work, what they ask and achieve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from models.partners.areas import Area, bare, department_of, read_area, told


@dataclass(frozen=True)
class Register:
    """Partners in the order of their ids, shape (n_partners,) each.

    ``fixed`` (EUR before tax) and ``rate`` (of the cash) are NaN where not told. ``ratio``: by
    work and measure, shrunk result over that of the usual partner, 1 where none is known.
    """

    ids: np.ndarray
    kind: np.ndarray
    name: np.ndarray
    areas: list[Area]
    fixed: np.ndarray
    rate: np.ndarray
    ratio: Mapping[tuple[str, str], np.ndarray] = field(default_factory=dict)

    def results(self, work: str, measure: str) -> np.ndarray:
        """Ratio of each partner to the usual one, shape (n_partners,)."""
        return self.ratio.get((work, measure), np.ones(len(self.ids)))

    def of_kind(self, *kinds: str) -> np.ndarray:
        """Places of the partners of some kinds."""
        return np.flatnonzero(np.isin(self.kind.astype(str), kinds))


def read_register(
    partners: pd.DataFrame, results: pd.DataFrame, towns: Mapping[str, frozenset[str]]
) -> Register:
    """The register of ``staging.partners`` with ``mart.partner_results``; ``towns``: known ones."""
    rows = partners.sort_values("partner_id").reset_index(drop=True)
    ids = _texts(rows, "partner_id")
    place = {str(each): at for at, each in enumerate(ids)}
    ratio: dict[tuple[str, str], np.ndarray] = {}
    for row in results.itertuples():
        key = (str(row.work), str(row.measure))
        ratio.setdefault(key, np.ones(len(ids)))[place[str(row.partner_id)]] = row.ratio
    return Register(
        ids,
        _texts(rows, "kind"),
        _texts(rows, "name"),
        [read_area(each, towns) for each in _texts(rows, "area")],
        _numbers(rows, "fixed_fee"),
        _numbers(rows, "success_rate_fee"),
        ratio,
    )


def towns_known(ledger: pd.DataFrame, seats: pd.DataFrame | None) -> dict[str, frozenset[str]]:
    """Departments of each town by its bare name, of ``core.towns`` and of the table of courts."""
    found: dict[str, set[str]] = {}
    pairs = [(_texts(ledger, "city"), _texts(ledger, "postcode_start"))]
    if seats is not None and not seats.empty:
        codes = _texts(seats, "postcode")
        code = np.where(pd.isna(codes), _texts(seats, "commune_code"), codes)
        pairs.append((_texts(seats, "commune"), code))
    for names, codes in pairs:
        for name, code in zip(names, codes, strict=True):
            of = None if code is None or name is None else department_of(str(code).ljust(5, "0"))
            if of is not None:
                found.setdefault(bare(str(name)), set()).add(of)
    return {name: frozenset(each) for name, each in found.items()}


def published(register: Register, partners: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``mart.partners`` without ``as_of``."""
    rows = partners.sort_values("partner_id").reset_index(drop=True)
    names = [bare(str(each or "")) for each in register.name]
    keys = pd.Series([f"{kind} {name}" for kind, name in zip(register.kind, names, strict=True)])
    n_files = results.groupby("partner_id")["n"].max() if len(results) else pd.Series(dtype=int)
    return pd.DataFrame(
        {
            "partner_id": register.ids,
            "kind": register.kind,
            "name": register.name,
            "area": _texts(rows, "area"),
            "area_read": [told(each, "fr") if each.is_known else None for each in register.areas],
            "area_unread": [list(each.unread) for each in register.areas],
            "fixed_fee": _texts(rows, "fixed_fee"),
            "success_rate_fee": _texts(rows, "success_rate_fee"),
            "is_namesake": keys.duplicated(keep=False).to_numpy() & np.asarray(
                [bool(name) for name in names], dtype=bool
            ),
            "n_files": [int(n_files.get(each, 0)) for each in register.ids],
            "note": _texts(rows, "note"),
        }
    )  # fmt: skip


def _texts(frame: pd.DataFrame, name: str) -> np.ndarray:
    """A column as objects, None where null or absent; shape (n,)."""
    if name not in frame:
        return np.full(len(frame), None, dtype=object)
    values = frame[name].astype(object)
    return values.where(values.notna(), None).to_numpy(dtype=object)


def _numbers(frame: pd.DataFrame, name: str) -> np.ndarray:
    """A column as floats, NaN where null or absent; shape (n,)."""
    found = [np.nan if each is None else float(each) for each in _texts(frame, name)]
    return np.asarray(found, dtype=float)
