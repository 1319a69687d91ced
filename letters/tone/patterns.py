"""Rules from their YAML files, as matchers over the words of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data_schema.yaml_text import loaded
from letters.tone.words import Speller, folded

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Hit:
    """Words of a sentence that a rule names, by their places."""

    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Sequences that must all be there, and what spares the sentence."""

    wanted: tuple[re.Pattern[str], ...]
    sparing: tuple[re.Pattern[str], ...]

    def hits(self, words: Sequence[str]) -> Iterator[Hit]:
        """Every place where the first sequence stands, with the first place of the others."""
        text = " ".join(words) + " "
        if any(each.search(text) for each in self.sparing):
            return
        others = [each.search(text) for each in self.wanted[1:]]
        if not all(others):
            return
        for found in self.wanted[0].finditer(text):
            places = _places(text, found)
            for other in others:
                assert other is not None
                places |= _places(text, other)
            yield Hit(tuple(sorted(places)))


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a letter may not say; ``says`` and ``source`` are told to the writer.

    A rule that is ``sure`` gives way only to a sentence that sounds very proper as a whole.
    """

    name: str
    family: str
    says: tuple[str, str]
    source: str
    patterns: tuple[Pattern, ...]
    spared: tuple[re.Pattern[str], ...]
    heading: bool
    debtor: frozenset[str]
    stages: frozenset[str]
    unless_title: bool
    unless_suit: bool
    time_barred: bool
    denial: bool
    advice: bool
    sure: bool


@dataclass(frozen=True, slots=True)
class Book:
    """The rules of one language, its frames of speech, and its speller."""

    rules: tuple[Rule, ...]
    frames: Mapping[str, re.Pattern[str]]
    speller: Speller


@cache
def book(language: str) -> Book:
    """Rules and frames of ``fr`` or ``en``."""
    told = _read(f"rules_{language}.yaml")
    spoken = _read("frames.yaml")[language]
    lists: dict[str, list[str]] = {**told["words"], **spoken.get("words", {})}
    # Words that the rules name are right as they are.
    known = _literals(entry for entries in lists.values() for entry in entries)
    known |= _literals(text for each in told["rules"] for text in each["match"])
    return Book(
        rules=tuple(_rule(each, lists) for each in told["rules"]),
        frames={name: _compiled(text, lists) for name, text in spoken["frames"].items()},
        speller=Speller(told["spelled"], known | frozenset(spoken["lookalikes"])),
    )


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing that a letter of some stages has to say."""

    name: str
    says: tuple[str, str]
    source: str
    stages: frozenset[str]
    only: str | None
    short: bool
    unless_time_barred: bool
    patterns: tuple[Pattern, ...]


@cache
def mentions() -> tuple[Mention, ...]:
    """What letters must mention, from ``mentions.yaml``."""
    read: list[dict[str, Any]] = loaded((_HERE / "mentions.yaml").read_text("utf-8"))
    return tuple(
        Mention(
            name=told["name"],
            says=tuple(told["says"]),
            source=told["source"],
            stages=frozenset(told["stages"]),
            only=told.get("only"),
            short=told.get("short", True),
            unless_time_barred=told.get("unless_time_barred", False),
            patterns=tuple(_pattern(text, {}) for text in told["match"]),
        )
        for told in read
    )


def _literals(texts: Iterable[object]) -> frozenset[str]:
    return frozenset(
        word
        for text in texts
        for word in re.split(r"[ ()|.+&]+", folded(str(text)))
        if re.fullmatch(r"[a-z]{3,}\*?", word)
    )


def _read(name: str) -> dict[str, Any]:
    read: dict[str, Any] = loaded((_HERE / name).read_text(encoding="utf-8"))
    return read


def _rule(told: Mapping[str, Any], lists: Mapping[str, list[str]]) -> Rule:
    return Rule(
        name=told["name"],
        family=told["family"],
        says=tuple(told["says"]),
        source=told["source"],
        patterns=tuple(_pattern(str(text), lists) for text in told["match"]),
        spared=tuple(_compiled(str(text), lists) for text in told.get("spared", ())),
        heading=told.get("heading", False),
        debtor=frozenset(told.get("debtor", ())),
        stages=frozenset(told.get("stages", ())),
        unless_title=told.get("unless_title", False),
        unless_suit=told.get("unless_suit", False),
        time_barred=told.get("time_barred", False),
        denial=told.get("denial", True),
        advice=told.get("advice", False),
        sure=told.get("sure", False),
    )


def _pattern(text: str, lists: Mapping[str, list[str]]) -> Pattern:
    wanted, *sparing = text.split(" + ")
    return Pattern(
        wanted=tuple(_compiled(part.strip(), lists) for part in wanted.split(" & ")),
        sparing=tuple(_compiled(part.strip(), lists) for part in sparing),
    )


def _compiled(text: str, lists: Mapping[str, list[str]]) -> re.Pattern[str]:
    """A sequence over words that are each followed by one space; every part is a group."""
    made = [
        part if (part := _gap(told)) else f"({_one(told, lists)})"
        for told in _split(folded(text), " ")
    ]
    return re.compile(r"(?<!\S)" + "".join(made))


def _gap(part: str) -> str:
    return {"...": r"(?:\S+ ){0,8}?", "..": r"(?:\S+ ){0,3}?"}.get(part, "")


def _one(part: str, lists: Mapping[str, list[str]]) -> str:
    if part.startswith("@"):
        entries = [folded(str(entry)) for entry in lists[part[1:]]]
        return "(?:" + "|".join(_sequence(entry, lists) for entry in entries) + ")"
    if part.startswith("("):
        inner = part.removesuffix("?")[1:-1]
        made = "(?:" + "|".join(_sequence(each, lists) for each in _split(inner, "|")) + ")"
        return made + ("?" if part.endswith("?") else "")
    return part.replace("*", r"\S*").replace("#", r"\d\S*") + " "


def _sequence(text: str, lists: Mapping[str, list[str]]) -> str:
    return "".join(_gap(part) or _one(part, lists) for part in _split(text, " "))


def _split(text: str, sign: str) -> list[str]:
    """Parts between the signs that stand in no bracket."""
    parts, depth = [""], 0
    for each in text:
        depth += (each == "(") - (each == ")")
        if each == sign and not depth:
            parts.append("")
        else:
            parts[-1] += each
    return [part for part in parts if part]


def _places(text: str, found: re.Match[str]) -> set[int]:
    """Places of the words that the groups hold; what the gaps hold is left out."""
    places: set[int] = set()
    for group in range(1, (found.lastindex or 0) + 1):
        held = found.group(group)
        if held:
            first = text.count(" ", 0, found.start(group))
            places |= set(range(first, first + held.count(" ")))
    return places
