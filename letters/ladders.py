"""Which template says a stage or an answer, in which tone and by which channels: read as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from law.conduct import TONE_RANK
from letters.facts import CHASING, Request


@dataclass(frozen=True, slots=True)
class Rung:
    """One letter: its template, tones from the softest up, channels, tone when asked for.

    ``founded`` is its template where every grievance is founded, if it has one.
    """

    template: str
    tones: tuple[str, ...]
    channels: tuple[str, ...]
    asked: str
    founded: str | None = None

    def tone(self, wanted: str) -> str:
        """The tone wanted, or the nearest that this letter has: never a softer one if it can.

        >>> rungs()["formal_notice"].tone("courteous"), rungs()["reminder"].tone("firm")
        ('formal', 'firm')
        """
        above = [tone for tone in self.tones if TONE_RANK[tone] >= TONE_RANK.get(wanted, 0)]
        return above[0] if above else self.tones[-1]


@cache
def rungs() -> Mapping[str, Rung]:
    """Every stage and answer by its name."""
    read = _read()
    told: dict[str, dict[str, Any]] = {**read["stages"], **read["answers"]}
    every = tuple(TONE_RANK)
    return {
        name: Rung(
            template=each["template"],
            tones=tuple(each.get("tones", every)),
            channels=tuple(each["channels"]),
            asked=each.get("asked", "courteous"),
            founded=each.get("founded"),
        )
        for name, each in told.items()
    }


@cache
def languages() -> tuple[str, ...]:
    """Languages that every letter is written in."""
    return tuple(_read()["languages"])


def rung(request: Request) -> Rung:
    """The letter that a request asks for: of the stage where money is asked for, else the answer.

    Raises
    ------
    KeyError
        For an action that calls for no letter.
    """
    chases = request.action in CHASING
    return rungs()[(request.stage or "reminder") if chases else request.action]


def template(request: Request) -> str:
    """The file of the template, below the folder of templates."""
    folder = f"{request.language}/sms" if request.channel == "sms" else request.language
    told = rung(request)
    founded = bool(request.disputes) and all(each.founded for each in request.disputes)
    name = told.founded if told.founded and founded else told.template
    return f"{folder}/{name}.md"


def _read() -> dict[str, Any]:
    text = Path(__file__).with_name("ladders.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = yaml.safe_load(text)
    return read
