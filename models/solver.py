"""Branch and bound without a word: what the solver's library prints by itself is left unsaid."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any

from scipy.optimize import milp

_ONE_AT_A_TIME = threading.Lock()
_STDOUT = 1


def solved(objective: Any, **problem: Any) -> Any:
    """`scipy.optimize.milp`, silent on the terminal; what it raises or answers is left as it is.

    HiGHS prints notes of some steps with a plain ``printf``, which none of its options stops and
    which would end up among the lines that other programs read (``--json``).
    """
    with _silent():
        return milp(objective, **problem)


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Standard output led nowhere at the level of the file descriptor; errors stay on their own."""
    with _ONE_AT_A_TIME:
        flush = ctypes.CDLL(None).fflush if os.name == "posix" else None
        try:
            sys.stdout.flush()
            kept = os.dup(_STDOUT)
        except (OSError, ValueError):
            # Nothing is written to: there is nothing to keep silent.
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            if flush is not None:
                flush(None)
            os.dup2(nowhere, _STDOUT)
            yield
        finally:
            # What the library holds back would come out once the descriptor is back.
            if flush is not None:
                flush(None)
            os.dup2(kept, _STDOUT)
            os.close(kept)
            os.close(nowhere)
