"""Values that a client puts in the place of the law's: each with its reason, author and day.

They stand in a YAML list, one entry each::

    - parameter: interest.professional
      from: 2026-07-01
      value: 2.75
      reason: "Arrêté of 24 June 2026, read on Légifrance"
      by: Claire Morel
      decided_on: 2026-11-26

The value is written as the law's own file prints it. It holds from its day until ``until``, or
else until the law's next value. ``withdrawn_on`` takes an entry back from that day on; nothing is
ever deleted, so that a run as of a past day sees what was known then, and no more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

import yaml

from law import parameters
from law.errors import LawError, NotYetLaw
from law.parameters import Parameter, Range, Record, Value
from law.records import exact, plain, printed

_NEEDED = ("parameter", "from", "value", "reason", "by", "decided_on")
_ALLOWED = (*_NEEDED, "until", "withdrawn_on")
_SHORTEST_REASON = 10
_LONGEST_TEXT = 500
_NAME = re.compile(r"[a-z_0-9]+\.[a-z_0-9]+")
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?|true|false|yes|no")
_PERCENT = ("percent per year", "percentage points", "percent", "percent of claims")
_WHOLE = ("days", "days end of month", "months", "years", "persons", "count", "hours")


class BrokenOverride(LawError):
    """An entry that cannot be used; the message says where, what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Override:
    """One value of a client in the place of the law's, from a day on; ``entry`` for `read`."""

    subject: str
    name: str
    from_on: date
    until_on: date | None
    value: Value
    printed: str
    reason: str
    by: str
    decided_on: date
    withdrawn_on: date | None
    entry: str

    @property
    def told(self) -> str:
        """Why, by whom and when, in one line."""
        return f"{self.reason} ({self.by}, {self.decided_on:%Y-%m-%d})"


def read(text: str, where: str) -> tuple[Override, ...]:
    """The entries of a file, in its order.

    Raises
    ------
    BrokenOverride
        Naming the file, the entry and what is wrong with it; also where two entries that stand
        replace one parameter at the same time.
    """
    try:
        found = exact(text)
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        told = "" if line is None else f", line {line + 1}"
        raise BrokenOverride(f"{where}{told}: this is not YAML; correct or remove it.") from error
    except ArithmeticError as error:
        raise BrokenOverride(
            f"{where}: a value cannot be read; write numbers like 2.75."
        ) from error
    if found is None:
        return ()
    if not isinstance(found, list):
        raise BrokenOverride(f"{where}: a list of entries is needed, each beginning with a dash.")
    entries = tuple(_entry(raw, f"{where}, entry {n}") for n, raw in enumerate(found, start=1))
    _apart(entries, where)
    return entries


def entry_text(
    parameter: str,
    value: str,
    *,
    from_on: date,
    reason: str,
    by: str,
    decided_on: date,
    until_on: date | None = None,
) -> str:
    """One entry as a file holds it, from what a person typed; `read` says whether it may stand.

    ``value`` is a number, yes or no, words, or low/central/high.

    >>> told = {"from_on": date(2026, 7, 1), "by": "Zoé", "decided_on": date(2026, 11, 26)}
    >>> print(entry_text("interest.professional", "2.75", reason="arrêté lu", **told))
    - parameter: interest.professional
      from: 2026-07-01
      value: 2.75
      reason: "arrêté lu"
      by: "Zoé"
      decided_on: 2026-11-26
    <BLANKLINE>
    """
    until = [] if until_on is None else [f"  until: {until_on}"]
    return "\n".join(
        [
            f"- parameter: {parameter if _NAME.fullmatch(parameter) else json.dumps(parameter)}",
            f"  from: {from_on}",
            *until,
            f"  value: {_as_yaml(value.strip())}",
            f"  reason: {json.dumps(reason, ensure_ascii=False)}",
            f"  by: {json.dumps(by, ensure_ascii=False)}",
            f"  decided_on: {decided_on}",
            "",
        ]
    )


def _as_yaml(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    if len(parts := value.split("/")) == 3 and all(map(_PLAIN.fullmatch, parts)):
        return "{{low: {}, central: {}, high: {}}}".format(*parts)
    return json.dumps(value, ensure_ascii=False)


def known(overrides: Iterable[Override], as_of: date) -> tuple[Override, ...]:
    """Entries that a run as of a day may see: decided by then, and not withdrawn by then."""
    return tuple(
        each
        for each in overrides
        if each.decided_on <= as_of and (each.withdrawn_on is None or as_of < each.withdrawn_on)
    )


def histories(overrides: Iterable[Override]) -> dict[tuple[str, str], tuple[Record, ...]]:
    """Whole histories of the parameters replaced, for `law.parameters.replacing`."""
    by_name: dict[tuple[str, str], list[Override]] = {}
    for each in overrides:
        by_name.setdefault((each.subject, each.name), []).append(each)
    return {name: _spliced(*name, entries) for name, entries in by_name.items()}


def _spliced(subject: str, name: str, entries: list[Override]) -> tuple[Record, ...]:
    base = parameters.load()[subject][name].records
    ends = {id(each): each.until_on or _next(base, each.from_on) for each in entries}
    days = {record.from_on for record in base}
    days |= {each.from_on for each in entries}
    days |= {end for end in ends.values() if end is not None}
    made: list[Record] = []
    for day in sorted(days):
        of_law = next((each for each in reversed(base) if each.from_on <= day), None)
        own = [e for e in entries if e.from_on <= day and (ends[id(e)] or date.max) > day]
        standing = of_law or replace(base[0], value=None, printed="—", from_on=day)
        if own:
            standing = replace(
                standing,
                value=own[-1].value,
                printed=own[-1].printed,
                replaced=own[-1].told,
                verify=False,
                checked_on=own[-1].decided_on,
            )
        made.append(replace(standing, from_on=day))
    return tuple(made)


def _next(base: tuple[Record, ...], day: date) -> date | None:
    return next((record.from_on for record in base if record.from_on > day), None)


def _entry(raw: Any, where: str) -> Override:
    if not isinstance(raw, Mapping):
        raise BrokenOverride(f"{where}: {', '.join(_NEEDED)} are needed.")
    missing = [key for key in _NEEDED if raw.get(key) in (None, "")]
    if missing:
        raise BrokenOverride(f"{where}: {', '.join(missing)} is missing; fill it in.")
    unknown = [str(key) for key in raw if key not in _ALLOWED]
    if unknown:
        raise BrokenOverride(f"{where}: no such field as {', '.join(unknown)[:80]}; remove it.")
    parameter = _parameter(raw["parameter"], where)
    days = {key: _day(raw.get(key), key, where) for key in ("from", "decided_on")}
    until_on = _maybe(raw.get("until"), "until", where)
    if until_on is not None and until_on <= days["from"]:
        raise BrokenOverride(f"{where}: until is not after from; correct one of them.")
    reason, by = _line(raw["reason"], "reason", where), _line(raw["by"], "by", where)
    if len(reason) < _SHORTEST_REASON:
        raise BrokenOverride(f"{where}: the reason says too little; write where the value is from.")
    return Override(
        subject=parameter.subject,
        name=parameter.name,
        from_on=days["from"],
        until_on=until_on,
        value=_value(raw["value"], parameter, where),
        printed=printed(raw["value"]),
        reason=reason,
        by=by,
        decided_on=days["decided_on"],
        withdrawn_on=_maybe(raw.get("withdrawn_on"), "withdrawn_on", where),
        entry=f"- {_flow(raw)}\n",
    )


def _flow(raw: Any) -> str:
    """A value as YAML on one line."""
    if isinstance(raw, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in raw.items()) + "}"
    if isinstance(raw, list):
        return "[" + ", ".join(map(_flow, raw)) + "]"
    if isinstance(raw, str):
        return json.dumps(raw)
    return {None: "null", True: "true", False: "false"}.get(raw, str(raw))


def _parameter(raw: Any, where: str) -> Parameter:
    subject, _, name = str(raw).partition(".")
    try:
        parameters.history(subject, name)
    except NotYetLaw as error:
        names = [f"{s}.{n}" for s, found in parameters.load().items() for n in found]
        near = get_close_matches(str(raw), names, n=3, cutoff=0.5)
        hint = f"; did you mean {', '.join(near)}?" if near else "; see `amiable law list`."
        raise BrokenOverride(f"{where}: there is no parameter {str(raw)[:80]!r}{hint}") from error
    return parameters.load()[subject][name]


def _value(raw: Any, parameter: Parameter, where: str) -> Value:
    """The plain value, of the same shape as the law's and within what its unit allows."""
    name = f"{parameter.subject}.{parameter.name}"
    shapes = {type(each.value) for each in parameter.records if each.value is not None}
    try:
        value = plain(raw, parameter.unit, where)
    except (LawError, TypeError, KeyError, AttributeError, ArithmeticError) as error:
        raise BrokenOverride(f"{where}: the value does not have the form of {name}.") from error
    if type(value) not in shapes:
        example = parameter.records[-1].printed[:60]
        raise BrokenOverride(
            f"{where}: {name} is told in {parameter.unit}, like {example}; write it so."
        )
    numbers = [value] if isinstance(value, Decimal) else []
    if isinstance(value, Range):
        numbers = [value.low, value.central, value.high]
        if not value.low <= value.central <= value.high:
            raise BrokenOverride(f"{where}: low, central and high do not rise.")
    most = Decimal(1) if parameter.unit in (*_PERCENT, "share", "probability") else None
    for number in numbers:
        if not number.is_finite() or number < 0 or (most is not None and number > most):
            raise BrokenOverride(f"{where}: {printed(raw)[:40]} {parameter.unit} cannot be.")
        if parameter.unit in _WHOLE and number != number.to_integral_value():
            raise BrokenOverride(f"{where}: {parameter.unit} are whole numbers.")
    return value


def _day(raw: Any, key: str, where: str) -> date:
    if type(raw) is not date:
        raise BrokenOverride(f"{where}: {key} is not a day; write it like 2026-11-26.")
    return raw


def _maybe(raw: Any, key: str, where: str) -> date | None:
    return None if raw is None else _day(raw, key, where)


def _line(raw: Any, key: str, where: str) -> str:
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in str(raw)).split())
    if not text or len(text) > _LONGEST_TEXT:
        raise BrokenOverride(f"{where}: {key} holds from 1 to {_LONGEST_TEXT} characters.")
    return text


def _apart(entries: tuple[Override, ...], where: str) -> None:
    """No two entries that stand may replace one parameter at the same time."""
    ends: dict[tuple[str, str], date] = {}
    for each in sorted(entries, key=lambda entry: entry.from_on):
        name = (each.subject, each.name)
        if each.withdrawn_on is not None:
            continue
        if each.from_on < ends.get(name, date.min):
            raise BrokenOverride(
                f"{where}: two entries replace {each.subject}.{each.name} at the same time;"
                " withdraw one of them (withdrawn_on: DAY)."
            )
        base = parameters.load()[each.subject][each.name].records
        ends[name] = each.until_on or _next(base, each.from_on) or date.max
