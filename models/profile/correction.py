"""What analysts' labels say that the soft labels miss, learnt from the labels alone.

A hundred labels cannot tell hundreds of coefficients apart. So they move few directions that books
are known to differ in. First, how much a family of signals or a figure of behaviour tells at all:
one step for the four profiles, since a book in which a refusal means little is more usual than one
in which it means something else. Then, half as far, for each profile on its own: how often each
signal shows (a rate, which moves what the signal and its absence say together), all signals of a
family at once, and what each figure says. How far each kind usually moves was measured on invented
worlds of other seeds than those of the report (docs/adr/0015).
"""

from __future__ import annotations

import numpy as np

from models.profile.rules import Rules, rules
from models.profile.signals import Signs
from models.profile.softmax import fit_moves

PULLS = {"signal": 40.0, "family": 80.0, "figure": 160.0, "known": 400.0}
"""One over the variance of a coefficient, by kind of direction."""
PULL_WORTH = 3.0
"""Likewise, of how much more or less a family or a figure tells than soft labels say."""
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
    """Base (4,) and coefficients (width, 4) moved to fit labels better.

    ``columns`` (n_labels, width) and ``target`` (n_labels, 4), shares, are of labelled debtors;
    ``along`` (width, n_directions) are the directions of each profile's own.
    """
    sources = _sources(rules(), len(beta))
    told = np.stack([columns[:, of] @ beta[of] for of in sources], axis=2)
    more, worth, steps = fit_moves(
        base + columns @ beta,
        told / np.sqrt(PULL_WORTH),
        columns @ along,
        target,
        np.ones(len(target)),
        pull=1.0,
        pull_base=PULL_BASE,
    )
    worth = sources.T @ (worth / np.sqrt(PULL_WORTH))
    return base + more, beta * (1 + worth)[:, None] + along @ steps


def _sources(elicited: Rules, width: int) -> np.ndarray:
    """Which columns each family of signals and each figure has, (n_sources, width) of bool.

    A column belongs to one of them.
    """
    families = _families(elicited).T > 0
    figures = np.eye((width - 2 * families.shape[1]) // 2, dtype=bool)
    signals = np.hstack([families, families])
    top = np.hstack([signals, np.zeros((len(signals), 2 * len(figures)), dtype=bool)])
    low = np.hstack([np.zeros((len(figures), signals.shape[1]), dtype=bool), figures, figures])
    return np.vstack([top, low])


def _families(elicited: Rules) -> np.ndarray:
    """Which family each signal is of, (n_signals, n_families)."""
    of = [signal.family for signal in elicited.signals]
    return np.asarray([[float(name == own) for name in sorted(set(of))] for own in of])
