"""Rules that bound a choice, as bits of one number a claim; written out as words at the end."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from law import conduct

#: Rules of conduct, and what this room adds to them.
RULES = (*conduct.RULES, "one_contact_per_debtor", "kind_unknown", "override_refused")
_BIT = {rule: np.int64(1) << place for place, rule in enumerate(RULES)}


def bits(rules: Iterable[str]) -> np.int64:
    """The bits of some rules.

    >>> int(bits(["outside_hours", "contacts_per_week"]))
    5
    """
    return np.int64(sum(int(_BIT[rule]) for rule in set(rules)))


def none(n: int) -> np.ndarray:
    """No rule for each of ``n`` claims."""
    return np.zeros(n, dtype=np.int64)


def spelled(guards: np.ndarray) -> np.ndarray:
    """Sorted list of the rules of each claim, shape (n,); claims alike share a list."""
    each, which = np.unique(guards, return_inverse=True)
    cells = np.empty(len(each), dtype=object)
    for place, mask in enumerate(each):
        cells[place] = sorted(rule for rule, bit in _BIT.items() if mask & bit)
    return cells[which]
