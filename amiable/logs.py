"""What a command says while it works: progress on a terminal, plain lines elsewhere."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from rich.console import Console

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def counted(n: int, noun: str) -> str:
    """How many of something, in English.

    >>> counted(1, "debtor"), counted(0, "entry"), counted(1200, "row")
    ('1 debtor', '0 entries', '1200 rows')
    """
    many = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"
    return f"{n} {noun if n == 1 else many}"


class Steps:
    """Names and times the steps of a long command."""

    def __init__(self, *, silent: bool = False) -> None:
        """Start without steps; ``silent`` ones are timed and not told."""
        self.seconds: dict[str, float] = {}
        self._silent = silent

    @contextmanager
    def __call__(self, name: str, *, goes_on: bool = False) -> Iterator[None]:
        """Run one step; a spinner on a terminal, one line when it ends.

        A step that ``goes_on`` is taken up again under its name: its seconds add up, and the line
        comes when it ends.
        """
        started = time.perf_counter()
        if err.is_terminal and not self._silent:
            with err.status(f"{name} …"):
                yield
        else:
            yield
        seconds = self.seconds.get(name, 0.0) + time.perf_counter() - started
        self.seconds[name] = round(seconds, 3)
        if not goes_on and not self._silent:
            err.print(f"{name}: {self.seconds[name]:.1f} s", markup=False)


def say(line: str) -> None:
    """One line for the user, as it stands."""
    out.print(line, markup=False)


def warn(line: str) -> None:
    """One line of warning, apart from results."""
    err.print(line, markup=False)


def summary(told: dict[str, Any]) -> None:
    """One machine-readable object as the last line of stdout."""
    sys.stdout.flush()
    sys.stdout.write(json.dumps(told, default=_plain, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return str(value)
