"""What analysts' labels say that the soft labels miss, learnt from the labels alone.

A hundred labels cannot tell hundreds of coefficients apart. So they move few directions that books
are known to differ in: how often each signal shows among debtors of a profile (a rate, which moves
what the signal and its absence say together), all signals of a family at once, and what each
figure of behaviour tells. How far each kind usually moves was measured on invented worlds of other
seeds than those of the report (docs/adr/0015).
"""

from __future__ import annotations

import numpy as np

from models.profile.rules import Rules, rules
from models.profile.signals import Signs
from models.profile.softmax import fit_softmax

PULLS = {"signal": 10.0, "family": 20.0, "figure": 40.0, "known": 100.0}
"""One over the variance of a coefficient, by kind of direction."""
PULL_BASE = 4.0
_LEAST_RATE = 0.01


def directions(signs: Signs, width: int, use: np.ndarray) -> np.ndarray:
    """Directions in which labels may move coefficients, (width, n_directions).

    ``width`` is that of :func:`models.profile.design.matrix`, ``use`` (n_debtors,) of bool the
    debtors that say how often a signal shows. A unit of a direction is its usual move.
    """
    seen, occasions = signs.seen[use].sum(axis=0), (signs.seen + signs.missed)[use].sum(axis=0)
    rate = np.clip((seen + 1) / (occasions + 2), _LEAST_RATE, 1 - _LEAST_RATE)
    # A debtor shows a signal beyond what its occasions make expect: seen - rate (seen + missed).
    beyond = np.vstack([np.diag(1 - rate), -np.diag(rate)])
    figures = np.eye(width - len(beyond))
    half = len(figures) // 2
    known, far = figures[:, :half], figures[:, half:]
    kinds = {"signal": beyond, "family": beyond @ _families(rules()), "figure": far, "known": known}
    whole = {"signal": 0, "family": 0, "figure": len(beyond), "known": len(beyond)}
    told = []
    for kind, part in kinds.items():
        placed = np.zeros((width, part.shape[1]))
        placed[whole[kind] : whole[kind] + len(part)] = part / np.sqrt(PULLS[kind])
        told.append(placed)
    return np.hstack(told)


def corrected(
    base: np.ndarray,
    beta: np.ndarray,
    columns: np.ndarray,
    target: np.ndarray,
    along: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Base (4,) and coefficients (width, 4) moved along ``along`` to fit labels better.

    ``columns`` (n_labels, width) and ``target`` (n_labels, 4), shares, are of labelled debtors.
    """
    more, steps = fit_softmax(
        columns @ along,
        target,
        np.ones(len(target)),
        offset=base + columns @ beta,
        pull=1.0,
        pull_base=PULL_BASE,
    )
    return base + more, beta + along @ steps


def _families(elicited: Rules) -> np.ndarray:
    """Which family each signal is of, (n_signals, n_families)."""
    of = [signal.family for signal in elicited.signals]
    return np.asarray([[float(name == own) for name in sorted(set(of))] for own in of])
