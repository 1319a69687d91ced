"""The law as dated records: every look-up takes a day.

One YAML file per subject under ``parameters/``; one record per change. A file keeps each value
as the text prints it (2.62, ``percent per year``), so that a person compares line by line; the
loader reads numbers as ``Decimal``, never through a float, and turns percent into fractions
once, by unit. A value holds from its day until the next record of the same name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import yaml
from dateutil.relativedelta import relativedelta

from law.errors import BrokenParameter, NotYetLaw

_Kind = TypeVar("_Kind")

FOLDER = Path(__file__).parent / "parameters"
STALE_AFTER = relativedelta(months=6)
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

        >>> scale("commissaire_scales", "collection_fee_creditor", date(2020, 3, 1)).fee(
        ...     Decimal(10000)
        ... )
        Decimal('487.0630')
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


@dataclass(frozen=True, slots=True)
class Parameter:
    """One named parameter: what it says, in which unit, and its records in order of time."""

    subject: str
    name: str
    says: str
    unit: str
    nature: str
    checked_on: date
    records: tuple[Record, ...]


def subjects() -> tuple[str, ...]:
    """Names of the subjects, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def load() -> Mapping[str, Mapping[str, Parameter]]:
    """Every parameter, by subject and name."""
    return {subject: _subject(subject) for subject in subjects()}


def history(subject: str, name: str) -> tuple[Record, ...]:
    """Every record of a parameter, oldest first; ``NotYetLaw`` if nobody wrote it down."""
    return _parameter(subject, name).records


@lru_cache(maxsize=100_000)
def record(subject: str, name: str, day: date) -> Record:
    """The record that holds on a day; ``NotYetLaw`` before the first.

    >>> record("payment_order", "service_deadline_months", date(2026, 8, 31)).value
    Decimal('6')
    >>> record("payment_order", "service_deadline_months", date(2026, 9, 1)).value
    Decimal('3')
    """
    found = None
    records = history(subject, name)
    for candidate in records:
        if candidate.from_on <= day:
            found = candidate
    if found is None:
        raise NotYetLaw(
            f"{subject}.{name} is not known before {records[0].from_on}; asked for {day}."
        )
    return found


def value(subject: str, name: str, day: date) -> Value:
    """The plain value that holds on a day: fractions for percents, None where repealed.

    >>> value("interest", "professional", date(2026, 3, 1))
    Decimal('0.0262')
    """
    return record(subject, name, day).value


def number(subject: str, name: str, day: date) -> Decimal:
    """The value on a day, where it is one number; ``NotYetLaw`` where it was repealed."""
    return _typed(subject, name, day, Decimal)


def whole(subject: str, name: str, day: date) -> int:
    """The value on a day as an integer: months, days, counts."""
    return int(number(subject, name, day))


def spread(subject: str, name: str, day: date) -> Range:
    """The value on a day, where it is known within bounds only."""
    return _typed(subject, name, day, Range)


def scale(subject: str, name: str, day: date) -> Scale:
    """The tariff that holds on a day."""
    return _typed(subject, name, day, Scale)


def flag(subject: str, name: str, day: date) -> bool:
    """The value on a day, where it is yes or no."""
    return _typed(subject, name, day, bool)


def holds(subject: str, name: str, day: date) -> bool:
    """Whether the parameter has a value on that day (neither too early nor repealed)."""
    records = history(subject, name)
    return records[0].from_on <= day and record(subject, name, day).value is not None


def begun(subject: str, name: str, day: date) -> date:
    """The day itself, or the first day of the parameter if that is later.

    For prices and priors only: an estimate of today serves an older day better than none.
    """
    return max(day, history(subject, name)[0].from_on)


@cache
def version() -> str:
    """Hash of the parameter files: the same law gives the same twelve characters."""
    digest = hashlib.sha256()
    for subject in subjects():
        digest.update(subject.encode())
        digest.update((FOLDER / f"{subject}.yaml").read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def to_verify(day: date) -> tuple[Record, ...]:
    """Records holding on a day that nobody has checked against the official text yet."""
    found = []
    for parameters in load().values():
        for name, parameter in parameters.items():
            if parameter.records[0].from_on <= day:
                standing = record(parameter.subject, name, day)
                if standing.verify:
                    found.append(standing)
    return tuple(found)


def stale(day: date) -> tuple[Parameter, ...]:
    """Parameters that nobody has looked at for more than six months on that day."""
    return tuple(
        parameter
        for parameters in load().values()
        for parameter in parameters.values()
        if parameter.checked_on + STALE_AFTER < day
    )


def _typed(subject: str, name: str, day: date, kind: type[_Kind]) -> _Kind:
    found = value(subject, name, day)
    if found is None:
        raise NotYetLaw(f"{subject}.{name} holds no value on {day}: repealed or not applicable.")
    if not isinstance(found, kind):
        raise BrokenParameter(f"{subject}.{name} is no {kind.__name__} on {day}.")
    return found


def _parameter(subject: str, name: str) -> Parameter:
    found = _subject(subject).get(name)
    if found is None:
        raise NotYetLaw(f"No parameter {subject}.{name}; see docs/law.md for the list.")
    return found


class _ExactLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML whose numbers are decimals, as printed."""


def _exact(loader: Any, node: yaml.ScalarNode) -> Decimal:
    return Decimal(loader.construct_scalar(node))


_ExactLoader.add_constructor("tag:yaml.org,2002:float", _exact)
_ExactLoader.add_constructor("tag:yaml.org,2002:int", _exact)


@cache
def _subject(subject: str) -> Mapping[str, Parameter]:
    path = FOLDER / f"{subject}.yaml"
    if not path.exists():
        raise NotYetLaw(f"No subject {subject}; see docs/law.md for the list.")
    text = path.read_text(encoding="utf-8")
    raw = yaml.load(text, Loader=_ExactLoader)  # a SafeLoader but for decimals
    return {name: _read(subject, name, node) for name, node in raw.items()}


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
    return Parameter(
        subject, name, node["says"], node["unit"], node["nature"], node["checked_on"], records
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
        value=_plain(raw["value"], node["unit"], where),
        printed=_printed(raw["value"]),
        article=raw["article"],
        source=raw["source"],
        confidence=raw["confidence"],
        verify=bool(raw.get("verify", False)),
        checked_on=node["checked_on"],
        note=raw.get("note"),
    )


def _plain(raw: Any, unit: str, where: str) -> Value:
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
    plain: Value = _deep(raw, by if unit in _ONLY_RATES else 1)
    return plain


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


def _printed(raw: Any) -> str:
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
    return f"({_printed(raw)})" if isinstance(raw, Mapping) else _printed(raw)
