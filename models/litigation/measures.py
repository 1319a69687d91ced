"""In which order to seize, where to stop, and what that is worth: a search that ends when paid.

Each measure is a box of `models.litigation.boxes`: cash discounted by the measure's own days, its
acts, and the chance that it finds anything. What is worth trying at all is found by weighing every
part of the best order. That a failure puts the next one off counts for land alone, which takes
years. A measure that finds ends the search: what is then still owed is looked at anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from law.costs import collection_fee, total, vat_factor
from law.facts import SuitFacts
from law.land import LAND
from law.measures import Measure
from law.terms import course_terms
from models.litigation.boxes import Box, after_nothing, best, ordered, shared, weigh
from models.litigation.irrecoverable import exits
from models.litigation.land import land_box
from models.litigation.reach import NATURAL, share_of_claim


@dataclass(frozen=True, slots=True)
class Attempt:
    """One measure in its place; amounts in EUR, net of the VAT that the creditor recovers.

    ``chance``: that it finds something, once those before it found nothing; ``cost``: laid out on
    average if it is tried; ``cash``: what comes in of the claim if it finds, discounted, less the
    officer's fee; ``index``: its reservation price and ``net`` what trying it adds in its place,
    nothing coming after: both count the costs that a debtor who pays gives back too. Of land, and
    of what is not advised, ``net`` is what it adds to all the others; land by one way in the place
    of the other.
    ``days``: until the cash; ``advised``: part of the best sequence.
    """

    code: str
    chance: float
    cost: float
    cash: float
    index: float
    net: float
    days: int
    advised: bool


@dataclass(frozen=True, slots=True)
class Search:
    """The whole sequence: ``attempts`` in order, the advised ones and those not worth it.

    ``chance``: that one of the advised finds; ``cost``: their outlay on average; ``net``: what they
    are worth, the VAT that a failure brings back counted; ``write_off``: what giving up today is
    worth; ``gain``: the one less the other.
    """

    attempts: tuple[Attempt, ...]
    chance: float
    cost: float
    net: float
    write_off: float

    @property
    def is_advised(self) -> bool:
        """Whether any measure is worth trying."""
        return any(each.advised for each in self.attempts)

    @property
    def gain(self) -> float:
        """What the sequence is worth beyond giving up today."""
        return self.net - self.write_off


def search(
    facts: SuitFacts,
    measures: Sequence[Measure],
    by: Mapping[str, Any],
    *,
    chance: float | None = None,
    n_fruitless: int = 0,
) -> Search | None:
    """The measures that are open, in the order that is worth most; None where none is.

    ``by``: the assumptions of this room; ``chance``: that a title brings anything, as published,
    own results counted (by default the law's own prior); ``n_fruitless``: seizures made already
    that brought nothing: each counts as one like the first.
    """
    open_ = [each for each in measures if each.closed is None]
    boxes = [box for each in open_ if (box := _box(each, facts, by)) is not None]
    if not boxes:
        return None
    if chance is None:
        chance = float(course_terms("enforcement", facts).p_enforced.central)
    q, boxes = _calibrated(boxes, float(np.clip(chance, 0.0, 1.0)), facts)
    boxes = ordered(boxes)
    for _ in range(n_fruitless):
        q = after_nothing(q, next((box.finds for box in boxes if not box.is_slow), 0.0))
    # A failure leaves what giving up is worth: the VAT, less the record that proves the failure.
    write_off = max((float(each.net) for each in exits(facts, by)), default=0.0)
    kept = best(boxes, q, write_off)
    net, hit, cost = weigh(kept, q, write_off)
    return Search(tuple(_attempts(boxes, kept, q, write_off)), hit, cost, net, write_off)


def _calibrated(boxes: list[Box], chance: float, facts: SuitFacts) -> tuple[float, list[Box]]:
    """Chance that there is anything, and the boxes, such that together they find as published.

    Land that the registry found is news beyond what was published: the debtor has something, the
    other measures find as often as before.
    """
    slow = [box for box in boxes if box.is_slow]
    if not facts.has_land or not slow:
        return shared(boxes, chance)
    q, quick = shared([box for box in boxes if not box.is_slow], chance, is_sure=True)
    return q, [*quick, *slow]


def _box(measure: Measure, facts: SuitFacts, by: Mapping[str, Any]) -> Box | None:
    if measure.code in LAND:
        return land_box(measure, facts, by)
    told = by["measures"][measure.code]
    finds = float(told["finds"][facts.debtor_kind in NATURAL])
    if finds <= 0:
        return None
    dry, wet = (float(total(list(lines)).central) for lines in (measure.empty, measure.found))
    claimed = float(facts.claimed)
    collected = claimed * share_of_claim(facts, float(told["reach"]), by)
    # Costs on the debtor come back once it pays, as far as it reaches (CPCE L111-8).
    back = float(total(list(measure.found), on_loser_only=True).central) * collected / claimed
    fee = collection_fee(Decimal(str(round(collected, 2))), facts.as_of, payer="creditor")
    later = (1 + by["discount_rate"]) ** (-told["days"] / 365)
    cash = collected * later - float(fee * vat_factor(facts))
    days = int(told["days"])
    share = collected / claimed
    return Box(measure.code, finds, dry, wet - dry, cash, back * later, days, measure.after, share)


def _attempts(boxes: list[Box], kept: list[Box], q: float, left: float) -> list[Attempt]:
    """The advised measures, each after those before it; then what each of the others would add."""
    made = []
    for place, box in enumerate(kept):
        before = _chance_left(kept[:place], q)
        hit = before * box.finds
        net = hit * (box.prize - left) - box.dry
        if box.is_slow:
            net = weigh(kept, q, left)[0] - weigh(kept[:place], q, left)[0]
        made.append(_attempt(box, hit, net, advised=True))
    for box in (box for box in boxes if box not in kept):
        beside = [each for each in kept if not (box.is_slow and each.is_slow)]
        tried = _in_place([*beside, box])
        net = weigh(tried, q, left)[0] - weigh(beside, q, left)[0]
        before = _chance_left(tried[: tried.index(box)], q)
        made.append(_attempt(box, before * box.finds, net, advised=False))
    return made


def _in_place(boxes: list[Box]) -> list[Box]:
    slow = [box for box in boxes if box.is_slow]
    return [*ordered([box for box in boxes if not box.is_slow], next(iter(slow), None)), *slow]


def _chance_left(tried: Sequence[Box], q: float) -> float:
    for box in tried:
        q = after_nothing(q, box.finds)
    return q


def _attempt(box: Box, hit: float, net: float, *, advised: bool) -> Attempt:
    return Attempt(
        box.code, hit, box.dry + hit * box.more, box.cash, box.index, net, box.days, advised
    )
