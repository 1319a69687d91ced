r"""Measures of enforcement as boxes: what opening them in an order is worth, and the best order.

Whether the debtor has anything is the same for every box: with chance ``q`` it does, and then box
m finds it with chance ``h_m``, each by itself; after a failure ``q`` falls by Bayes' rule. A box
costs ``c_m`` where it finds nothing and brings ``v_m`` where it finds, what it then costs more
taken off. Exchanging two neighbours m and n changes the worth of the sequence by

.. math:: q \, h_m h_n \bigl[(v_m - c_m / h_m) - (v_n - c_n / h_n)\bigr],

so that quick boxes go by ``v_m - c_m / h_m`` whatever ``q``: the reservation price of a box that
holds ``v_m`` or nothing (Weitzman 1979, Econometrica 47, 641-654). A slow box, which takes years,
comes after the quick ones whatever its price: waiting weeks for them loses nothing of it, and the
law asks for no more than is needed (CPCE, art. L111-7). It stays open for what a quick one leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np


@dataclass(frozen=True, slots=True)
class Box:
    """A measure as the order sees it; amounts in EUR.

    ``finds``: its chance where there is anything; ``dry``: its costs where it finds nothing;
    ``more``: what finding costs on top; ``back``: what of all that the debtor then gives back;
    ``after``: boxes that must have failed before; ``share``: of the claim, what it brings.
    ``puts_off``: what one euro is worth that waits until its acts failed, 1 for a quick box;
    ``acts``: chance that they are begun at all where there is anything. Of slow boxes a sequence
    holds one at most, at its end: they are ways of taking the same thing.
    """

    code: str
    finds: float
    dry: float
    more: float
    cash: float
    back: float
    days: int
    after: tuple[str, ...] = ()
    share: float = 1.0
    puts_off: float = 1.0
    acts: float = 1.0

    @property
    def prize(self) -> float:
        """What it brings where it finds."""
        return self.cash + self.back - self.more

    @property
    def index(self) -> float:
        """Its reservation price."""
        return self.prize - self.dry / self.finds

    @property
    def is_slow(self) -> bool:
        """Whether it takes years, so that the quick ones come first."""
        return self.puts_off < 1


def shared(
    boxes: Sequence[Box], chance: float, *, is_sure: bool = False
) -> tuple[float, list[Box]]:
    """Chance that there is anything, and the boxes, such that all together find with ``chance``.

    Of slow boxes the likeliest counts. Where ``chance`` exceeds what the boxes find on a debtor
    who surely has something, each finds more; where it is known that he has (``is_sure``), each
    finds as much as that asks for.
    """
    slow = max((box.finds for box in boxes if box.is_slow), default=0.0)
    missed = float(np.prod([1 - box.finds for box in boxes if not box.is_slow])) * (1 - slow)
    if chance <= 1 - missed and not is_sure:
        return chance / (1 - missed), list(boxes)
    power = np.log(max(1 - chance, 1e-9)) / np.log(missed)
    finds = [float(1 - (1 - box.finds) ** power) for box in boxes]
    return 1.0, [
        replace(box, finds=found, acts=max(box.acts, found))
        for box, found in zip(boxes, finds, strict=True)
    ]


def ordered(boxes: Sequence[Box], slow: Box | None = None) -> list[Box]:
    """By reservation price; what must wait for others comes right after the last of them.

    ``slow``: the one that comes after them, where there is one.
    """

    def price(box: Box) -> float:
        return box.index + _of_rest(box, slow)

    found = sorted((b for b in boxes if not b.after), key=lambda b: (-price(b), b.code))
    for box in (b for b in boxes if b.after):
        index = [i for i, other in enumerate(found) if price(other) < price(box)]
        waits = [i + 1 for i, other in enumerate(found) if other.code in box.after]
        found.insert(max([*index[:1], *waits], default=len(found)), box)
    return found


def _of_rest(box: Box, slow: Box | None) -> float:
    """What a slow box is worth on what a quick one that found leaves of the claim."""
    if slow is None or box.is_slow:
        return 0.0
    left = (1 - box.share) * slow.cash + slow.back - slow.more
    return max(0.0, slow.finds * left - slow.dry)


def after_nothing(q: float, finds: float) -> float:
    """Chance that there is anything once a box found nothing."""
    return q * (1 - finds) / (1 - q * finds)


def best(boxes: Sequence[Box], q: float, left: float) -> list[Box]:
    """The sequence worth most, ``left`` (EUR) being what giving up is worth; the shortest such.

    Every part of the quick boxes in its order is weighed, with each slow box at its end or none.
    """
    found: list[Box] = []
    worth = left
    for part in sorted(_sequences(boxes), key=len):
        net = weigh(part, q, left)[0]
        if net > worth + 1e-9:
            found, worth = part, net
    return found


def _sequences(boxes: Sequence[Box]) -> Iterator[list[Box]]:
    codes = {box.code for box in boxes}
    quick = [box for box in boxes if not box.is_slow]
    for slow in (None, *(box for box in boxes if box.is_slow)):
        row = ordered(quick, slow)
        for n in range(len(row) + 1):
            for part in combinations(row, n):
                taken = {box.code for box in part}
                if not any(need in codes - taken for box in part for need in box.after):
                    yield [*part, *([slow] if slow else [])]


def weigh(part: Sequence[Box], q: float, left: float) -> tuple[float, float, float]:
    """Worth of opening boxes in their order (EUR), chance that one finds, mean outlay (EUR)."""
    net = cost = 0.0
    reached = waits = 1.0
    slow = part[-1] if part and part[-1].is_slow else None
    for box in part:
        hit = q * box.finds
        net += waits * reached * (hit * (box.prize + _of_rest(box, slow)) - box.dry)
        cost += reached * (box.dry + hit * box.more)
        reached *= 1 - hit
        # Only what failed after its acts had begun makes the rest wait.
        begun = q * (box.acts - box.finds) / (1 - hit) if box.is_slow else 0.0
        waits *= 1 - (1 - box.puts_off) * begun
        q = after_nothing(q, box.finds)
    return net + waits * reached * left, 1 - reached, cost
