"""Which partner leads each suit by each course: competent, and best in expected net.

The net of a partner beside the usual one, linear in what it changes: what its shrunk results move
of the expected cash, less what its fee is above the usual. Chances are the law's central ones;
the worth of the courses keeps its own chances and takes the fee only, since a result that is
drawn from the same past suits already moves them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from models.partners.areas import Area
from models.partners.register import Register

CHOSEN, BEST, ONLY_ONE, UNSURE, NOT_HERE, NONE = (
    "chosen", "best", "only_one", "area_unknown", "none_in_area", "none_on_file",
)  # fmt: skip
_MOST_LIKELY = 0.98


@dataclass(frozen=True)
class Places:
    """Where suits are brought, each place once: postcode, key of the town, country.

    ``of``, shape (n_suits,): the place of each suit.
    """

    postcode: np.ndarray
    town: np.ndarray
    country: np.ndarray
    of: np.ndarray
    _inside: dict[Area, np.ndarray] = field(default_factory=dict)

    def inside(self, area: Area) -> np.ndarray:
        """Whether each suit lies in an area, shape (n_suits,)."""
        if area not in self._inside:
            held = area.covers(self.postcode, self.town, self.country)
            self._inside[area] = np.asarray(held[self.of])
        return self._inside[area]


@dataclass(frozen=True)
class Task:
    """What a partner of a kind would do in suits, shape (n_suits,) but ``kind`` and ``work``.

    ``cash``: EUR that come in on average by the usual partner; ``chance``: of what its results
    are measured on; ``fee``: usual fixed fee, ``share``: usual success fee, both with the VAT that
    stays; ``vat``: factor on a fee before tax; ``is_free``: the fee is agreed, not a tariff.
    """

    kind: str
    work: str
    measure: str
    cash: np.ndarray
    chance: np.ndarray
    fee: np.ndarray
    share: np.ndarray
    vat: np.ndarray
    is_free: bool


@dataclass(frozen=True)
class Choice:
    """The partner of each suit, shape (n_suits,); place -1: none.

    ``gain``: expected net beside the usual partner, ``ahead``: beside the next one, EUR; NaN
    without.
    """

    place: np.ndarray
    reason: np.ndarray
    gain: np.ndarray
    ahead: np.ndarray


def choose(
    register: Register, task: Task, places: Places, said: np.ndarray, candidates: np.ndarray
) -> Choice:
    """The partner of each suit for a task.

    ``said``: place of the partner that a person chose, -1 for none; it stands whatever its area.
    ``candidates``: places of those who may do it.
    """
    n = len(task.cash)
    best, next_ = np.full(n, -np.inf), np.full(n, -np.inf)
    place, count = np.full(n, -1), np.zeros(n, dtype=int)
    sure = np.zeros(n, dtype=bool)
    for known in (True, False):
        left = np.flatnonzero(~sure)
        for at in candidates:
            if register.areas[at].is_known != known or not len(left):
                continue
            rows = left
            if known:
                rows = left[places.inside(register.areas[at])[left]]
            gain = gains(register, int(at), task, rows)
            better = gain > best[rows] + 1e-9
            next_[rows] = np.where(better, best[rows], np.maximum(next_[rows], gain))
            best[rows] = np.where(better, gain, best[rows])
            place[rows] = np.where(better, at, place[rows])
            count[rows] += 1
        # Where nobody is known to be competent, those of unknown area are asked.
        sure |= count > 0 if known else False
    reason = np.where(count > 1, BEST, ONLY_ONE).astype(object)
    reason[~sure & (count > 0)] = UNSURE
    reason[count == 0] = NOT_HERE if len(candidates) else NONE
    ahead = np.where(np.isfinite(next_), best - np.where(np.isfinite(next_), next_, 0), np.nan)
    asked = np.flatnonzero((said >= 0) & np.isin(said, candidates))
    for at in np.unique(said[asked]):
        rows = asked[said[asked] == at]
        own = gains(register, int(at), task, rows)
        ahead[rows] = np.where(place[rows] == at, ahead[rows], own - best[rows])
        best[rows], place[rows], reason[rows] = own, at, CHOSEN
    ahead = np.where(np.isfinite(ahead), ahead, np.nan)
    return Choice(place, reason, np.where(place >= 0, best, np.nan), ahead)


def gains(register: Register, at: int, task: Task, rows: np.ndarray) -> np.ndarray:
    """Expected net of one partner beside the usual one, EUR, for some suits."""
    ratio = register.results(task.work, task.measure)[at]
    chance, cash = task.chance[rows], task.cash[rows]
    own = cash * np.divide(
        np.minimum(chance * ratio, _MOST_LIKELY), chance, out=np.ones_like(chance), where=chance > 0
    )
    fixed, rate = fees(register, at, task, rows)
    return np.asarray(own * (1 - rate) - fixed - cash * (1 - task.share[rows]) + task.fee[rows])


def fees(
    register: Register, at: int, task: Task, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fixed and success fee of a partner with the VAT that stays; the usual ones if not told.

    A partner that tells one of the two asks nothing by the other, but a lawyer that tells a
    success fee alone has the usual fixed one too: a pure success fee is forbidden (loi 71-1130,
    art. 10).
    """
    usual = task.fee[rows], task.share[rows]
    fixed, rate = register.fixed[at], register.rate[at]
    if not task.is_free or (np.isnan(fixed) and np.isnan(rate)):
        return usual
    vat = task.vat[rows]
    keeps_usual = np.isnan(fixed) and task.kind == "lawyer"
    return (
        usual[0] if keeps_usual else np.nan_to_num(fixed) * vat,
        np.nan_to_num(rate) * vat,
    )
