"""Dated records as the files hold them: units, shapes of values, and how a file is read.

A file keeps each value as the text prints it (2.62, ``percent per year``), so that a person
compares line by line; numbers are read as ``Decimal``, never through a float, and percents
become fractions once, by unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import yaml

from law.errors import BrokenParameter

CONFIDENCES = ("high", "medium", "low")
NATURES = ("law", "case_law", "derived", "market", "statistic", "assumption", "product_policy")

#: Units a parameter may have, and by what its numbers are divided to become plain.
UNITS: Mapping[str, int] = {
    "percent per year": 100,
    "percentage points": 100,
    "percent": 100,
    "percent of slice": 100,
    "percent of claims": 100,
    "multiple": 1,
    "multiple by claim": 1,
    "EUR": 1,
    "EUR before tax": 1,
    "EUR including tax": 1,
    "EUR per invoice": 1,
    "hours": 1,
    "days": 1,
    "days end of month": 1,
    "months": 1,
    "years": 1,
    "persons": 1,
    "count": 1,
    "share": 1,
    "probability": 1,
    "yes or no": 1,
    "rule": 1,
    "effect": 1,
    "list": 1,
    "table": 1,
}
_ONLY_RATES = {"percent of slice", "percent of claims"}


@dataclass(frozen=True, slots=True)
class Range:
    """A price, duration or probability known only within bounds."""

    low: Decimal
    central: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Bracket:
    """One slice of a scale: ``rate`` (a fraction, or a multiple) from ``low`` to ``high`` EUR."""

    low: Decimal
    high: Decimal | None
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Scale:
    """A degressive tariff: slices, a cap, and a fixed fee for claims up to a small amount."""

    brackets: tuple[Bracket, ...]
    cap: Decimal | None = None
    fixed_up_to: Decimal | None = None
    fixed_fee: Decimal | None = None

    def fee(self, amount: Decimal) -> Decimal:
        """Marginal fee on an amount in EUR, not rounded.

        >>> tenth = Bracket(Decimal(0), Decimal(100), Decimal("0.1"))
        >>> Scale((tenth, Bracket(Decimal(100), None, Decimal("0.05")))).fee(Decimal(300))
        Decimal('20.00')
        """
        if amount <= 0:
            return Decimal(0)
        if self.fixed_fee is not None and amount <= (self.fixed_up_to or 0):
            return self.fixed_fee
        total = Decimal(0)
        for bracket in self.brackets:
            top = amount if bracket.high is None else min(amount, bracket.high)
            if top > bracket.low:
                total += (top - bracket.low) * bracket.rate
        return total if self.cap is None else min(total, self.cap)

    def at(self, amount: Decimal) -> Decimal:
        """The rate or multiple of the slice in which an amount lies (upper bound included)."""
        for bracket in self.brackets:
            if bracket.high is None or amount <= bracket.high:
                return bracket.rate
        return self.brackets[-1].rate


Value = Decimal | bool | str | Range | Scale | tuple[Any, ...] | Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Record:
    """One value and the day it starts, with where it comes from and how sure we are.

    ``printed`` is the value as the file writes it, ``value`` the plain one (fractions for
    percents). ``value`` is None where the rule was repealed or does not apply.
    """

    subject: str
    name: str
    from_on: date
    value: Value
    printed: str
    article: str
    source: str
    confidence: str
    verify: bool
    checked_on: date
    note: str | None = None
    replaced: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One named parameter: what it says, in which unit, and its records in order of time.

    ``every_months`` is set where a new value is due that often: a rate of each half-year.
    """

    subject: str
    name: str
    says: str
    unit: str
    nature: str
    checked_on: date
    records: tuple[Record, ...]
    every_months: int | None = None


class _ExactLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML whose numbers are decimals, as printed."""


def _exact(loader: Any, node: yaml.ScalarNode) -> Decimal:
    return Decimal(loader.construct_scalar(node))


_ExactLoader.add_constructor("tag:yaml.org,2002:float", _exact)
_ExactLoader.add_constructor("tag:yaml.org,2002:int", _exact)


def exact(text: str) -> Any:
    """What a YAML text holds, its numbers as decimals; raises ``yaml.YAMLError``."""
    return yaml.load(text, Loader=_ExactLoader)  # a SafeLoader but for decimals


def read(subject: str, text: str) -> dict[str, Parameter]:
    """The parameters of a subject from the text of its file; ``BrokenParameter`` if it is bent."""
    return {name: _read(subject, name, node) for name, node in exact(text).items()}


def _read(subject: str, name: str, node: Mapping[str, Any]) -> Parameter:
    where = f"law/parameters/{subject}.yaml, {name}"
    missing = {"says", "unit", "nature", "checked_on", "values"} - set(node)
    if missing:
        raise BrokenParameter(f"{where}: {', '.join(sorted(missing))} is missing.")
    if node["unit"] not in UNITS:
        raise BrokenParameter(f"{where}: unknown unit {node['unit']!r}.")
    if node["nature"] not in NATURES:
        raise BrokenParameter(f"{where}: unknown nature {node['nature']!r}.")
    records = tuple(_record(subject, name, node, raw, where) for raw in node["values"])
    starts = [each.from_on for each in records]
    if not starts or starts != sorted(set(starts)):
        raise BrokenParameter(f"{where}: days must rise, each once.")
    every = node.get("every_months")
    return Parameter(
        subject,
        name,
        node["says"],
        node["unit"],
        node["nature"],
        node["checked_on"],
        records,
        None if every is None else int(every),
    )


def _record(
    subject: str, name: str, node: Mapping[str, Any], raw: Mapping[str, Any], where: str
) -> Record:
    for key in ("from", "article", "source", "confidence"):
        if not raw.get(key):
            raise BrokenParameter(f"{where}: a record without {key}.")
    if raw["confidence"] not in CONFIDENCES:
        raise BrokenParameter(f"{where}: unknown confidence {raw['confidence']!r}.")
    return Record(
        subject=subject,
        name=name,
        from_on=raw["from"],
        value=plain(raw["value"], node["unit"], where),
        printed=printed(raw["value"]),
        article=raw["article"],
        source=raw["source"],
        confidence=raw["confidence"],
        verify=bool(raw.get("verify", False)),
        checked_on=raw.get("checked_on", node["checked_on"]),
        note=raw.get("note"),
    )


def plain(raw: Any, unit: str, where: str) -> Value:
    """The plain value of one that a file prints; ``BrokenParameter`` for slices with a hole."""
    by = UNITS[unit]
    if isinstance(raw, Decimal):
        return raw / by
    if raw is None or isinstance(raw, bool | str):
        return raw
    if isinstance(raw, Mapping):
        if set(raw) == {"low", "central", "high"}:
            return Range(raw["low"] / by, raw["central"] / by, raw["high"] / by)
        if "brackets" in raw:
            return _scale(raw, by, where)
    found: Value = _deep(raw, by if unit in _ONLY_RATES else 1)
    return found


def _scale(raw: Mapping[str, Any], by: int, where: str) -> Scale:
    brackets = tuple(
        Bracket(slice_["from"], slice_["to"], slice_.get("rate", slice_.get("coefficient")) / by)
        for slice_ in raw["brackets"]
    )
    if any(low.high != high.low for low, high in pairwise(brackets)):
        raise BrokenParameter(f"{where}: the slices leave a hole or overlap.")
    fixed = raw.get("fixed_if_claim_at_most", {})
    return Scale(brackets, raw.get("cap"), fixed.get("amount"), fixed.get("fee"))


def _deep(raw: Any, by: int) -> Any:
    if isinstance(raw, Mapping):
        return {key: each / by if key == "rate" else _deep(each, by) for key, each in raw.items()}
    if isinstance(raw, list):
        return tuple(_deep(each, by) for each in raw)
    return raw


def printed(raw: Any) -> str:
    """A value as a file prints it, on one line."""
    if raw is None:
        return "—"
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, Mapping):
        return ", ".join(f"{key.replace('_', ' ')}: {_inside(each)}" for key, each in raw.items())
    if isinstance(raw, list):
        return "; ".join(_inside(each) for each in raw)
    return str(raw)


def _inside(raw: Any) -> str:
    return f"({printed(raw)})" if isinstance(raw, Mapping) else printed(raw)
