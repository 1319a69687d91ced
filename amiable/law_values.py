"""The law of a home: the dated records, and what this client put in their place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from amiable.errors import AmiableError
from amiable.home import Home
from law import french, overrides, parameters
from law.overrides import Override
from pipelines.warehouse import Warehouse

FILE = "law.yaml"


def read(home: Home) -> tuple[Override, ...]:
    """Every entry of the home's file, those withdrawn too; none without a file.

    Raises
    ------
    BrokenOverride
        Naming the entry that cannot be used.
    AmiableError
        When the file cannot be read.
    """
    return overrides.read(_text(home), str(home.path / FILE))


@contextmanager
def in_force(home: Home, as_of: date) -> Iterator[tuple[Override, ...]]:
    """The law as the client sees it on a day, inside the block; what it replaced."""
    known = overrides.known(read(home), as_of)
    with parameters.replacing(overrides.histories(known)):
        yield known


@contextmanager
def of_day(warehouse: Warehouse) -> Iterator[None]:
    """The law as the run of a published day had it, inside the block."""
    entries = overrides.read("".join(warehouse.own_values()), "published day")
    with parameters.replacing(overrides.histories(entries)):
        yield


def add(
    home: Home,
    parameter: str,
    value: str,
    *,
    from_on: date,
    until_on: date | None,
    reason: str,
    by: str,
    today: date,
) -> Override:
    """Put a value in the place of the law's, from a day on; it counts from the next run.

    Raises
    ------
    BrokenOverride
        When it may not stand: an unknown parameter, another form, no reason, two at a time.
    """
    entry = overrides.entry_text(
        parameter,
        value,
        from_on=from_on,
        until_on=until_on,
        reason=reason,
        by=by,
        decided_on=today,
    )
    overrides.read(entry, "law override")
    before = _text(home)
    text = before if not before or before.endswith("\n") else before + "\n"
    made = overrides.read(text + entry, str(home.path / FILE))
    _write(home, text + entry)
    return made[-1]


def withdraw(home: Home, parameter: str, *, from_on: date | None, today: date) -> Override:
    """Take an entry back from today on: the law's own value counts from the next run.

    Raises
    ------
    AmiableError
        When no entry of that parameter stands, or several do and no day tells which.
    """
    entries = read(home)
    found = [
        (n, each)
        for n, each in enumerate(entries)
        if f"{each.subject}.{each.name}" == parameter
        and each.withdrawn_on is None
        and from_on in (None, each.from_on)
    ]
    if not found:
        raise AmiableError(f"No value of yours stands in the place of {parameter}.")
    if len(found) > 1:
        days = ", ".join(str(each.from_on) for _, each in found)
        raise AmiableError(f"{len(found)} values of {parameter} stand: tell --from ({days}).")
    number, entry = found[0]
    lines = _text(home).splitlines()
    starts = [n for n, line in enumerate(lines) if line.startswith("-")]
    if len(starts) != len(entries):
        raise AmiableError(
            f"{home.path / FILE}: written in a form of its own; add `withdrawn_on: {today}` to"
            f" entry {number + 1} by hand."
        )
    end = starts[number + 1] if number + 1 < len(starts) else len(lines)
    lines.insert(end, f"  withdrawn_on: {today}")
    text = "\n".join(lines) + "\n"
    overrides.read(text, str(home.path / FILE))
    _write(home, text)
    return entry


def listed(day: date, language: str = "en") -> list[dict[str, Any]]:
    """Every value that holds on a day, those replaced as they stand now: a row each."""
    french_wanted = language == "fr"

    def told(group: str, text: str) -> str:
        return french.term(group, text) if french_wanted else text

    old = {(each.subject, each.name) for each in parameters.stale(day)}
    late = {(each.subject, each.name) for each in parameters.behind(day)}
    rows = []
    for subject, found in parameters.load().items():
        for name, parameter in found.items():
            if parameters.history(subject, name)[0].from_on > day:
                continue
            record = parameters.record(subject, name, day)
            rows.append(
                {
                    "parameter": f"{subject}.{name}",
                    "subject": told("subjects", subject),
                    "says": french.says(parameter) if french_wanted else parameter.says,
                    "from_on": record.from_on,
                    "value": french.value(record.printed, parameter.unit)
                    if french_wanted
                    else record.printed,
                    "unit": told("units", parameter.unit),
                    "article": told("articles", record.article),
                    "source": told("sources", record.source),
                    "confidence": record.confidence,
                    "to_verify": record.verify,
                    "checked_on": record.checked_on,
                    "grown_old": (subject, name) in old,
                    "behind": (subject, name) in late,
                    "replaced": record.replaced,
                }
            )
    return rows


def _text(home: Home) -> str:
    path = home.path / FILE
    if not path.exists():
        return ""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AmiableError(f"{path} cannot be read as UTF-8 text: {error}.") from error


def _write(home: Home, text: str) -> None:
    path = home.path / FILE
    fresh = path.with_suffix(".yaml.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise AmiableError(f"{path} cannot be written: {error.strerror or error}.") from error
