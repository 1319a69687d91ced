"""The law as dated records: every look-up takes a day.

One YAML file per subject under ``parameters/``, read by `law.records`; one record per change. A
value holds from its day until the next record of the same name. A client may put values of its
own in the place of the law's (`law.overrides`): they hold inside `replacing`, and nowhere else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from dateutil.relativedelta import relativedelta

from law.errors import BrokenParameter, NotYetLaw
from law.records import (
    CONFIDENCES,
    NATURES,
    UNITS,
    Bracket,
    Parameter,
    Range,
    Record,
    Scale,
    Value,
    read,
)

__all__ = [
    "CONFIDENCES",
    "NATURES",
    "UNITS",
    "Bracket",
    "Parameter",
    "Range",
    "Record",
    "Scale",
    "Value",
]

_Kind = TypeVar("_Kind")
_Asked = ParamSpec("_Asked")
_Given = TypeVar("_Given")

FOLDER = Path(__file__).parent / "parameters"
STALE_AFTER = relativedelta(months=6)
Replaced = Mapping[tuple[str, str], tuple[Record, ...]]

_REPLACED: ContextVar[Replaced] = ContextVar("replaced", default={})  # noqa: B039 - never written


def subjects() -> tuple[str, ...]:
    """Names of the subjects, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def load() -> Mapping[str, Mapping[str, Parameter]]:
    """Every parameter, by subject and name."""
    return {subject: _subject(subject) for subject in subjects()}


@contextmanager
def replacing(replaced: Replaced) -> Iterator[None]:
    """Let whole histories stand in the place of the law's, by subject and name.

    Of this thread only, and until the block ends.
    """
    token = _REPLACED.set(replaced)
    try:
        yield
    finally:
        _REPLACED.reset(token)


def cached(work: Callable[_Asked, _Given]) -> Callable[_Asked, _Given]:
    """Keep the answers of a function that asks the law, apart for each client's own values."""
    held: dict[object, _Given] = {}

    @wraps(work)
    def asked(*args: _Asked.args, **kwargs: _Asked.kwargs) -> _Given:
        key = (version(), args, tuple(sorted(kwargs.items())))
        if key not in held:
            if len(held) > 1000:
                held.clear()
            held[key] = work(*args, **kwargs)
        return held[key]

    return asked


def history(subject: str, name: str) -> tuple[Record, ...]:
    """Every record of a parameter, oldest first; ``NotYetLaw`` if nobody wrote it down."""
    found = _REPLACED.get().get((subject, name))
    return _parameter(subject, name).records if found is None else found


def record(subject: str, name: str, day: date) -> Record:
    """The record that holds on a day; ``NotYetLaw`` before the first.

    >>> record("payment_order", "service_deadline_months", date(2026, 8, 31)).value
    Decimal('6')
    >>> record("payment_order", "service_deadline_months", date(2026, 9, 1)).value
    Decimal('3')
    """
    replaced = _REPLACED.get().get((subject, name))
    if replaced is None:
        return _standing(subject, name, day)
    return _of(replaced, day)


@lru_cache(maxsize=100_000)
def _standing(subject: str, name: str, day: date) -> Record:
    return _of(_parameter(subject, name).records, day)


def _of(records: tuple[Record, ...], day: date) -> Record:
    found = None
    for candidate in records:
        if candidate.from_on <= day:
            found = candidate
    if found is None:
        first = records[0]
        raise NotYetLaw(
            f"{first.subject}.{first.name} is not known before {first.from_on}; asked for {day}."
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


def version() -> str:
    """Hash of the parameter files: the same law gives the same twelve characters.

    Where a client's own values stand, their hash follows after a ``+``.
    """
    replaced = _REPLACED.get()
    return _version() if not replaced else f"{_version()}+{_own(replaced)}"


@cache
def _version() -> str:
    digest = hashlib.sha256()
    for subject in subjects():
        digest.update(subject.encode())
        digest.update((FOLDER / f"{subject}.yaml").read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def _own(replaced: Replaced) -> str:
    told = [
        (*name, str(each.from_on), each.printed)
        for name, records in sorted(replaced.items())
        for each in records
        if each.replaced is not None
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:6]


def to_verify(day: date) -> tuple[Record, ...]:
    """Records holding on a day that nobody has checked against the official text yet."""
    return tuple(each for each in _holding(day) if each.verify)


def stale(day: date) -> tuple[Record, ...]:
    """Records holding on a day that nobody has looked at for more than six months."""
    return tuple(each for each in _holding(day) if each.checked_on + STALE_AFTER < day)


def behind(day: date) -> tuple[Record, ...]:
    """The last records of parameters of which a newer one was due by a day: a new half-year."""
    found = []
    for subject, name, months in _renewed():
        last = history(subject, name)[-1]
        if last.from_on + relativedelta(months=months) <= day:
            found.append(last)
    return tuple(found)


@cache
def _renewed() -> tuple[tuple[str, str, int], ...]:
    return tuple(
        (subject, name, parameter.every_months)
        for subject, found in load().items()
        for name, parameter in found.items()
        if parameter.every_months is not None
    )


def own(day: date) -> tuple[Record, ...]:
    """Records holding on a day that a client put in the place of the law's."""
    return tuple(each for each in _holding(day) if each.replaced is not None)


def _holding(day: date) -> Iterator[Record]:
    for parameters in load().values():
        for name, parameter in parameters.items():
            if history(parameter.subject, name)[0].from_on <= day:
                yield record(parameter.subject, name, day)


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


@cache
def _subject(subject: str) -> Mapping[str, Parameter]:
    path = FOLDER / f"{subject}.yaml"
    if not path.exists():
        raise NotYetLaw(f"No subject {subject}; see docs/law.md for the list.")
    return read(subject, path.read_text(encoding="utf-8"))
