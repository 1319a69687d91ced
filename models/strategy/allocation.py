"""Which contacts fit the day: prices of a minute, then an exact choice in each collector's time.

Each contact offers options (a channel, an action), at most one of which is taken. First a price
for each queue's minute is sought by sub-gradient, so that what is worth its time at that price
uses the minutes there are; then each queue is filled exactly (a multiple-choice knapsack). The
price gives a bound that no plan exceeds, and with it a proof of how good the plan is.

Sources: Sinha and Zoltners 1979 (multiple-choice knapsack), Fisher 1981 (Lagrangian bounds).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint
from scipy.sparse import csr_array

from models.solver import solved

_ROUNDS = 60
#: Options given to the solver at once, nearest to the price first; then all that may still count.
_FIRST, _MOST = 400, 20_000
_SECONDS = 1.0
_EPS = 1e-9


@dataclass(frozen=True)
class Options:
    """What may be done, sorted by ``group``; arrays of shape (n_options,).

    ``group`` counts the contacts from 0, none left out; ``gain`` in EUR, ``minutes`` of work.
    """

    group: np.ndarray
    gain: np.ndarray
    minutes: np.ndarray

    def of(self, rows: np.ndarray) -> Options:
        """Some of them, groups numbered anew."""
        group = np.unique(self.group[rows], return_inverse=True)[1]
        return Options(group, self.gain[rows], self.minutes[rows])


@dataclass(frozen=True)
class Plan:
    """What is taken, shape (n_options,); its gain, what none exceeds, and the price of a minute.

    ``is_exact``: proved to be the best there is.
    """

    taken: np.ndarray
    gain: float
    bound: float
    price: float
    is_exact: bool


def fill(options: Options, capacity: float) -> Plan:
    """The most valuable choice within the minutes of one queue.

    Parameters
    ----------
    options
        options without gain may be among them: none is taken.
    capacity
        minutes there are.
    """
    taken = np.zeros(len(options.group), dtype=bool)
    kept = _undominated(options)
    if len(kept) == 0:
        return Plan(taken, 0.0, 0.0, 0.0, True)
    some = options.of(kept)
    price, bound, chosen = _fractional(some, capacity)
    chosen, is_exact = _improved(some, capacity, price, bound, chosen)
    taken[kept[chosen]] = True
    gain = float(options.gain[taken].sum())
    return Plan(taken, gain, max(bound, gain), price, is_exact)


def _undominated(options: Options) -> np.ndarray:
    """Options worth something that no quicker one of the group equals, by group and minutes."""
    rows = np.flatnonzero(options.gain > 0)
    rows = rows[np.lexsort((-options.gain[rows], options.minutes[rows], options.group[rows]))]
    group, gain = options.group[rows], options.gain[rows]
    starts = np.append(True, group[1:] != group[:-1])[: len(rows)]
    best = _running_best(gain, starts)
    return rows[starts | (gain > best + _EPS)]


def _running_best(gain: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Largest gain among the earlier options of the group, −inf for the first."""
    top = float(gain.max(initial=0.0)) + 1.0
    lifted = gain + top * np.cumsum(starts)
    before = np.append(-np.inf, np.maximum.accumulate(lifted)[:-1])[: len(gain)]
    return np.where(starts, -np.inf, before - top * np.cumsum(starts))


def _fractional(options: Options, capacity: float) -> tuple[float, float, np.ndarray]:
    """Price of a minute, gain if contacts could be cut in pieces, and a whole choice near it."""
    rows = _hull(options)
    group = options.group[rows]
    starts = np.append(True, group[1:] != group[:-1])
    more = np.where(starts, options.gain[rows], np.diff(options.gain[rows], prepend=0.0))
    longer = np.where(starts, options.minutes[rows], np.diff(options.minutes[rows], prepend=0.0))
    rate = more / np.maximum(longer, _EPS)
    order = np.argsort(-rate, kind="stable")
    spent = np.cumsum(longer[order])
    n_whole = int(np.searchsorted(spent, capacity + _EPS, side="right"))
    whole = order[:n_whole]
    price, bound = 0.0, float(more[whole].sum())
    reached = np.full(int(options.group.max()) + 1, -1)
    np.maximum.at(reached, group[whole], whole)
    if n_whole < len(order):
        next_one = order[n_whole]
        left = capacity - (spent[n_whole - 1] if n_whole else 0.0)
        price = float(rate[next_one])
        bound += left * price
        _fill_up(order[n_whole:], group, longer, left, reached)
    chosen = np.zeros(len(options.group), dtype=bool)
    chosen[rows[reached[reached >= 0]]] = True
    return price, bound, chosen


def _hull(options: Options) -> np.ndarray:
    """Options on the upper hull of their group: each brings less a minute than the one before."""
    rows = np.arange(len(options.group))
    while True:
        group = options.group[rows]
        starts = np.append(True, group[1:] != group[:-1])
        more = np.where(starts, options.gain[rows], np.diff(options.gain[rows], prepend=0.0))
        time = np.where(starts, options.minutes[rows], np.diff(options.minutes[rows], prepend=0.0))
        rate = more / np.maximum(time, _EPS)
        under = np.append((rate[1:] >= rate[:-1]) & ~starts[1:], False)
        if not under.any():
            return rows
        rows = rows[~under]


def _fill_up(
    later: np.ndarray, group: np.ndarray, longer: np.ndarray, left: float, reached: np.ndarray
) -> None:
    """Take what still fits, best first; a step counts only after those before it of its group."""
    for step in later[:_FIRST]:
        before = step - 1 if step and group[step - 1] == group[step] else -1
        if longer[step] <= left + _EPS and reached[group[step]] == before:
            reached[group[step]] = step
            left -= longer[step]


def _improved(
    options: Options, capacity: float, price: float, bound: float, chosen: np.ndarray
) -> tuple[np.ndarray, bool]:
    """The best choice, and whether it is proved so.

    An option loses what its group's best brings more at the price. One that loses more than the
    gap between the bound and a plan cannot be in a better plan: only the others are looked at.
    """
    net = options.gain - price * options.minutes
    best = np.zeros(int(options.group.max()) + 1)
    np.maximum.at(best, options.group, net)
    loss = best[options.group] - net
    waiting = best - 0.0
    for most in (_FIRST, _MOST):
        gap = bound - options.gain[chosen].sum()
        if gap <= max(_EPS * bound, 1e-6):
            return chosen, True
        open_, rests = loss < gap - _EPS, waiting < gap - _EPS
        is_whole = open_.sum() <= most
        if not is_whole:
            limit = np.partition(loss, most)[most]
            open_, rests = open_ & (loss <= limit), rests & (waiting <= limit)
        chosen, solved = _solved(options, capacity, open_, rests, chosen)
        if is_whole:
            return chosen, solved
    return chosen, False


def _solved(
    options: Options, capacity: float, open_: np.ndarray, rests: np.ndarray, chosen: np.ndarray
) -> tuple[np.ndarray, bool]:
    """The best choice among open options, the other groups as they stand at their best."""
    n_open = np.bincount(options.group[open_], minlength=len(rests))
    undecided = n_open + rests > 1
    # A group with one way left goes that way; one with none left keeps what it has.
    fixed = np.where(n_open[options.group] + rests[options.group] == 0, chosen, open_)
    fixed &= ~undecided[options.group]
    free = np.flatnonzero(open_ & undecided[options.group])
    left = capacity - options.minutes[fixed].sum()
    if len(free) == 0 or left < -_EPS:
        return chosen, False
    group = np.unique(options.group[free], return_inverse=True)[1]
    n = int(group.max()) + 1
    least = np.where(rests[np.unique(options.group[free])], 0.0, 1.0)
    one = csr_array((np.ones(len(free)), (group, np.arange(len(free)))), shape=(n, len(free)))
    found = solved(
        -options.gain[free],
        integrality=np.ones(len(free)),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(one, least, 1.0),
            LinearConstraint(options.minutes[free][None, :], -np.inf, left + _EPS),
        ],
        options={"time_limit": _SECONDS, "mip_rel_gap": 0.0, "presolve": False},
    )
    if found.x is None:
        return chosen, False
    made = fixed.copy()
    made[free[found.x > 0.5]] = True
    better = options.gain[made].sum() > options.gain[chosen].sum()
    return (made if better else chosen), found.status == 0


def prices(
    options: Options, of: np.ndarray, serves: np.ndarray, minutes: np.ndarray
) -> tuple[np.ndarray, float]:
    """Price of a minute of each queue, and what no plan of the day exceeds.

    Parameters
    ----------
    of
        shape (n_groups,): kind of each contact.
    serves
        shape (n_kinds, n_queues): whether a queue may take contacts of a kind. Of the queues that
        may, the cheapest is asked.
    minutes
        shape (n_queues,): minutes there are.

    Returns
    -------
    price, bound
        EUR a minute, shape (n_queues,), and EUR.
    """
    kept = _undominated(options)
    if len(kept) == 0 or not serves.any():
        return np.zeros(len(minutes)), 0.0
    kind = of[options.group[kept]]
    some, there = options.of(kept), minutes > 0
    price = np.where(there, _first_prices(some, kind, serves, minutes), np.inf)
    best, bound = price, np.inf
    starts = np.flatnonzero(np.append(True, some.group[1:] != some.group[:-1]))
    for turn in range(_ROUNDS):
        asked = np.where(serves, price, np.inf).min(axis=1)
        net = some.gain - np.where(some.minutes > 0, asked[kind] * some.minutes, 0.0)
        top = np.maximum(np.maximum.reduceat(net, starts), 0.0)
        total = float(top.sum() + price[there] @ minutes[there])
        if total < bound:
            best, bound = price, total
        takes = (net >= top[some.group] - _EPS) & (net > 0)
        wanted = np.bincount(kind[takes], some.minutes[takes], minlength=len(serves))
        over = _shared(wanted, asked, serves, price, minutes) / np.maximum(minutes, _EPS) - 1
        step = 0.5 / (1 + turn / 6)
        price = price * np.exp(step * np.clip(over, -1.0, 1.0))
    return np.where(np.isfinite(best) & (best > 1e-6), best, 0.0), bound


def _first_prices(
    options: Options, kind: np.ndarray, serves: np.ndarray, minutes: np.ndarray
) -> np.ndarray:
    """Prices to begin with: that of all time together, or of a queue's own contacts if dearer."""
    together = _fractional(options, float(minutes.sum()))[0]
    price = np.full(len(minutes), max(together, _EPS))
    alone = serves.sum(axis=1) == 1
    for queue in np.flatnonzero((serves & alone[:, None]).any(axis=0)):
        own = np.flatnonzero((alone & serves[:, queue])[kind])
        if len(own):
            price[queue] = max(price[queue], _fractional(options.of(own), minutes[queue])[0])
    return price


def _shared(
    wanted: np.ndarray,
    asked: np.ndarray,
    serves: np.ndarray,
    price: np.ndarray,
    minutes: np.ndarray,
) -> np.ndarray:
    """Minutes asked of each queue: a kind's go to its cheapest queues, by their minutes."""
    near = serves & (price <= 1.02 * asked[:, None] + _EPS) & (minutes > 0)
    weight = near * minutes
    weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), _EPS)
    spent: np.ndarray = (wanted[:, None] * weight).sum(axis=0)
    return spent
