"""One course of one suit laid open: its ends of a hundred, what each input does to its net, why.

Weighed again as the day weighed it, when somebody looks: the same inputs and the same numbers
give the figures that were published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from models.litigation.branches import (
    LOST,
    OPPOSED_PAID,
    OPPOSED_UNPAID,
    PAID,
    REFUSED,
    UNPAID,
)
from models.litigation.calm import Calm
from models.litigation.compare import (
    PRIOR,
    admitted_to,
    assumptions,
    gates_of,
    granted_in_part,
    least_gain,
    scales,
)
from models.litigation.facts import read_suits
from models.litigation.hired import Partners
from models.litigation.inputs import steps
from models.litigation.own import Own
from models.litigation.past import IN_PART
from models.litigation.scenarios import levels
from models.litigation.terms import Terms
from models.litigation.worth import Weigher, Worth

#: How a suit ends, the best first; the order in which they are shown.
ENDS = ("paid", "paid_in_part", "nothing_to_seize", "nothing_and_costs")
#: Why a course is advised or not.
REASONS = ("advised", "closed", "loses", "too_little", "unsure", "other")
_CHANCES = ("p_granted", "p_opposed", "p_won", "p_collect")
_TIMES = ("days_to_title", "days_if_opposed", "days_enforcement")
# From the first to the ninth decile of a normal law.
_DECILE = 1.2816


@dataclass(frozen=True, slots=True)
class End:
    """One way to end: its chance, how many of a hundred, and the mean net of those (EUR)."""

    code: str
    chance: float
    of_hundred: int
    net: float


@dataclass(frozen=True, slots=True)
class Input:
    """One input between its first and its ninth decile, and the expected net at each (EUR).

    A probability; a multiple of what is expected (shares, costs); EUR (amicable); days (time).
    ``flips_at``: where in between the net changes its sign; None where it keeps it.
    """

    name: str
    value: float
    low: float
    high: float
    net_low: float
    net_high: float
    flips_at: float | None


@dataclass(frozen=True, slots=True)
class LaidOpen:
    """A course of a suit. Amounts in EUR, against ``calm``, the best course without a suit.

    ``opposed``: chance that the debtor opposes; ``doubt``: share of the draws in which the course
    is worth no more; ``least``: what it must bring to be advised; ``inputs``: widest first.
    """

    course: str
    calm: str
    expected: float
    opposed: float
    doubt: float
    least: float
    reason: str
    ends: tuple[End, ...]
    inputs: tuple[Input, ...]


def lay_open(
    suit: pd.DataFrame,
    open_claims: pd.DataFrame,
    debtors: pd.DataFrame,
    creditors: pd.DataFrame,
    profiles: pd.DataFrame,
    recovery: pd.DataFrame,
    documents: pd.DataFrame,
    own: Own | None = None,
    *,
    course: str,
    recommended: str,
    as_of: date,
    seats: pd.DataFrame | None = None,
    partners: Partners | None = None,
) -> LaidOpen:
    """One course in court of one suit: the rows of ``compare``, of that suit alone.

    ``recommended``: the course that the day advises.

    Raises
    ------
    KeyError
        for a course that begins before no judge and enforces nothing.
    """
    by = assumptions()
    known = read_suits(
        suit, open_claims, debtors, creditors, profiles, recovery, documents, PRIOR,
        as_of=as_of, relief_now=by["vat_relief_now"],
        relief_failed=by["vat_relief_after_enforcement"], seats=seats,
    )  # fmt: skip
    own = own or Own(by)
    admitted = admitted_to(known, gates_of(known))
    on = scales(known, admitted, own, by, as_of, partners)
    weigher = Weigher(on.docket, own, by)
    given = on.given(course, own)
    partial = granted_in_part(as_of) * (course in IN_PART)
    open_to = admitted[course]

    def weigh(terms: Terms) -> Worth:
        return weigher.course(course, terms, open_to, partial)

    worth = weigh(given)
    expected, least = float(worth.expected[0]), float(least_gain(worth, by)[0])
    doubt = float(worth.doubt[0])
    why = _reason(course == recommended, bool(open_to[0]), expected, least, doubt > by["doubt_max"])
    return LaidOpen(
        course=course,
        calm=list(on.calms)[int(on.best[0])],
        expected=expected,
        opposed=float(worth.ends[0, [OPPOSED_PAID, OPPOSED_UNPAID, LOST]].sum()),
        doubt=doubt,
        least=least,
        reason=why,
        ends=_ends(worth, float(weigher.whole(np.arange(1))[0]) * (1 - partial)),
        inputs=_inputs(
            worth, on.docket.best, given, lambda terms: float(weigh(terms).expected[0]), by
        ),
    )


def of_hundred(chances: np.ndarray) -> np.ndarray:
    """Whole numbers that sum to a hundred, by the largest remainders; shape (n,).

    >>> of_hundred(np.array([1, 1, 1]) / 3)
    array([34, 33, 33])
    """
    exact = chances / chances.sum() * 100
    found = np.floor(exact + 1e-9).astype(int)
    left = 100 - int(found.sum())
    first = np.argsort(found - exact, kind="stable")[:left]
    found[first] += 1
    return found


def _reason(is_advised: bool, is_open: bool, expected: float, least: float, is_unsure: bool) -> str:
    if is_advised:
        return "advised"
    if not is_open:
        return "closed"
    if expected <= 0:
        return "loses"
    if expected <= least:
        return "too_little"
    return "unsure" if is_unsure else "other"


def _ends(worth: Worth, whole: float) -> tuple[End, ...]:
    """The four ends; ``whole``: chance that all that was asked comes in, if anything does."""
    chance = worth.ends[0]
    # Means are exact; parts come from a few scenarios: what they miss is shared by all ends.
    parts = worth.nets[0] + chance * (worth.expected[0] - worth.nets[0].sum()) / chance.sum()
    paying, vain, lost = [PAID, OPPOSED_PAID], [UNPAID, OPPOSED_UNPAID], [REFUSED, LOST]
    pays = float(chance[paying].sum())
    usual = float(worth.usual[0])
    # A euro more collected adds to the net at a steady rate.
    rest = float(worth.per_award[0] * worth.rate[0]) * (1 / max(usual, 1e-9) - 1)
    mean = _over(parts[paying].sum(), pays)
    all_of_it = mean + _over(rest, pays)
    in_part = _over(mean - whole * all_of_it, 1 - whole)
    chances = np.asarray([pays * whole, pays * (1 - whole), chance[vain].sum(), chance[lost].sum()])
    nets = (
        all_of_it,
        in_part,
        _over(parts[vain].sum(), chance[vain].sum()),
        _over(parts[lost].sum(), chance[lost].sum()),
    )
    counts = of_hundred(chances)
    return tuple(
        End(code, float(share), int(n), float(net))
        for code, share, n, net in zip(ENDS, chances, counts, nets, strict=True)
    )


def _inputs(
    worth: Worth, best: Calm, given: Terms, weigh: Callable[[Terms], float], by: Mapping[str, Any]
) -> tuple[Input, ...]:
    """Every input that moves the net by a euro or more, the widest first."""
    net, usual = float(worth.expected[0]), float(worth.usual[0])
    found = [
        _moved(name, net, *(float(each[0]) for each in told), usual=usual)
        for name, told in steps(worth, best, by).items()
    ]
    found.append(_time(net, given, weigh))
    moving = [each for each in found if abs(each.net_high - each.net_low) >= 1]
    return tuple(sorted(moving, key=lambda each: -abs(each.net_high - each.net_low)))


def _moved(
    name: str, net: float, value: float, spread: float, slope: float, *, usual: float
) -> Input:
    low, high = _deciles(name, value, spread)
    if name == "share_collected":
        high = max(min(high, 1 / max(usual, 1e-9)), value)
    net_low, net_high = (net + slope * (each - value) for each in (low, high))
    crosses = value - net / slope if abs(slope) > 1e-9 else None
    flips = crosses if net_low * net_high < 0 else None
    return Input(name, value, low, high, net_low, net_high, flips)


def _deciles(name: str, value: float, spread: float) -> tuple[float, float]:
    """First and ninth decile: of a chance in its log-odds, of a sum or a factor in its log."""
    if name in _CHANCES:
        if not 0 < value < 1:
            return value, value
        wide = _DECILE * spread / (value * (1 - value))
        return float(expit(logit(value) - wide)), float(expit(logit(value) + wide))
    wide = _DECILE * spread / max(abs(value), 1e-9)
    low, high = sorted((value * np.exp(-wide), value * np.exp(wide)))
    return float(low), float(high)


def _time(net: float, given: Terms, weigh: Callable[[Terms], float]) -> Input:
    """Days to the first cash, faster and slower: weighed again, for the net bends with them."""
    nets, days = [], []
    for normal in (-_DECILE, 0.0, _DECILE):
        at = {name: levels(given[name], np.asarray([normal])) for name in _TIMES}
        days.append(float((at["days_to_title"] + at["days_enforcement"])[given.place[0], 0]))
        ranges = given.ranges | {name: np.repeat(each, 3, axis=1) for name, each in at.items()}
        nets.append(weigh(replace(given, ranges=ranges)))
    # Against the usual wait, so that what a scenario adds on average is no part of the bar.
    low, high = (net + each - nets[1] for each in (nets[0], nets[2]))
    flips = None
    if low * high < 0:
        flips = days[0] + (days[2] - days[0]) * low / (low - high)
    return Input("time", days[1], days[0], days[2], low, high, flips)


def _over(value: float, by: float) -> float:
    return float(value / by) if by > 1e-9 else 0.0
