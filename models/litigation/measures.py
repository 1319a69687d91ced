r"""In which order to seize, where to stop, and what that is worth: a search that ends when paid.

Whether the debtor has anything is the same for every measure: with chance ``q`` it does, and then
measure m finds it with chance ``h_m``, each by itself; after a failure ``q`` falls by Bayes' rule.
A measure costs ``c_m`` where it finds nothing and brings ``v_m`` where it finds, what it then
costs more taken off. Exchanging two neighbours m and n changes the worth of the sequence by

.. math:: q \, h_m h_n \bigl[(v_m - c_m / h_m) - (v_n - c_n / h_n)\bigr],

so that the best order goes by ``v_m - c_m / h_m`` whatever ``q``: the reservation price of a box
that holds ``v_m`` or nothing (Weitzman 1979, Econometrica 47, 641-654). What is worth trying at all
is found by weighing every part of that order, of which there are few. Cash is discounted by the
measure's own days; that a failure puts the next one off is left out. A measure that finds ends the
search: what is then still owed is looked at anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations
from typing import Any

import numpy as np

from law.costs import collection_fee, total, vat_factor
from law.facts import SuitFacts
from law.measures import Measure
from law.terms import course_terms
from models.litigation.irrecoverable import exits
from models.litigation.past import NATURAL
from models.litigation.reach import share_collected, usual_reach


@dataclass(frozen=True, slots=True)
class Attempt:
    """One measure in its place; amounts in EUR, net of the VAT that the creditor recovers.

    ``chance``: that it finds something, once those before it found nothing; ``cost``: laid out on
    average if it is tried; ``cash``: what comes in of the claim if it finds, discounted, less the
    officer's fee; ``index``: its reservation price and ``net`` what trying it adds in its place,
    nothing coming after: both count the costs that a debtor who pays gives back too.
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


@dataclass(frozen=True, slots=True)
class _Box:
    """A measure as the order sees it.

    ``finds``: its chance where there is anything; ``dry``: its costs where it finds nothing;
    ``more``: what finding costs on top; ``back``: what of all that the debtor then gives back.
    """

    code: str
    finds: float
    dry: float
    more: float
    cash: float
    back: float
    days: int
    after: tuple[str, ...]

    @property
    def prize(self) -> float:
        return self.cash + self.back - self.more

    @property
    def index(self) -> float:
        return self.prize - self.dry / self.finds


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
    open_ = [each for each in measures if each.closed is None and each.is_priced]
    boxes = [box for each in open_ if (box := _box(each, facts, by)) is not None]
    if not boxes:
        return None
    if chance is None:
        chance = float(course_terms("enforcement", facts).p_enforced.central)
    q, boxes = _shared(boxes, float(np.clip(chance, 0.0, 1.0)))
    boxes = _ordered(boxes)
    for _ in range(n_fruitless):
        q = _after_nothing(q, boxes[0].finds)
    # A failure leaves what giving up is worth: the VAT, less the record that proves the failure.
    write_off = max((float(each.net) for each in exits(facts, by)), default=0.0)
    kept = _best(boxes, q, write_off)
    net, hit, cost = _weigh(kept, q, write_off)
    return Search(tuple(_attempts(boxes, kept, q, write_off)), hit, cost, net, write_off)


def _box(measure: Measure, facts: SuitFacts, by: Mapping[str, Any]) -> _Box | None:
    told = by["measures"][measure.code]
    finds = float(told["finds"][facts.debtor_kind in NATURAL])
    if finds <= 0:
        return None
    dry, wet = (float(total(list(lines)).central) for lines in (measure.empty, measure.found))
    claimed = float(facts.claimed)
    collected = claimed * _share(claimed, facts, float(told["reach"]), by)
    # Costs on the debtor come back once it pays, as far as it reaches (CPCE L111-8).
    back = float(total(list(measure.found), on_loser_only=True).central) * collected / claimed
    fee = collection_fee(Decimal(str(round(collected, 2))), facts.as_of, payer="creditor")
    later = (1 + by["discount_rate"]) ** (-told["days"] / 365)
    cash = collected * later - float(fee * vat_factor(facts))
    days = int(told["days"])
    return _Box(measure.code, finds, dry, wet - dry, cash, back * later, days, measure.after)


def _share(claimed: float, facts: SuitFacts, times: float, by: Mapping[str, Any]) -> float:
    """Mean share of the claim that comes in once something does, over how far that may spread."""
    official = float(course_terms("enforcement", facts).p_enforced.central)
    natural = np.asarray([facts.debtor_kind in NATURAL])
    amount = np.asarray([float(facts.amount)])
    reach = usual_reach(np.asarray([official]), natural, amount, by) + np.log(times)
    spreads = np.asarray(by["reach_spreads"], dtype=float)
    weights = np.asarray(by["reach_spreads_weight"], dtype=float)
    shares = share_collected(
        np.full(len(spreads), claimed), np.repeat(reach, len(spreads)), spreads
    )
    return float(shares @ weights / weights.sum())


def _shared(boxes: list[_Box], chance: float) -> tuple[float, list[_Box]]:
    """Chance that there is anything, and the measures, such that all together find with ``chance``.

    Where that exceeds what the measures find on a debtor who surely has something, each finds more.
    """
    missed = float(np.prod([1 - box.finds for box in boxes]))
    if chance <= 1 - missed:
        return chance / (1 - missed), boxes
    power = np.log(max(1 - chance, 1e-9)) / np.log(missed)
    return 1.0, [replace(box, finds=float(1 - (1 - box.finds) ** power)) for box in boxes]


def _ordered(boxes: list[_Box]) -> list[_Box]:
    """By reservation price; what must wait for others comes right after the last of them."""
    found = sorted((b for b in boxes if not b.after), key=lambda b: (-b.index, b.code))
    for box in (b for b in boxes if b.after):
        index = [i for i, other in enumerate(found) if other.index < box.index]
        waits = [i + 1 for i, other in enumerate(found) if other.code in box.after]
        found.insert(max([*index[:1], *waits], default=len(found)), box)
    return found


def _after_nothing(q: float, finds: float) -> float:
    return q * (1 - finds) / (1 - q * finds)


def _best(boxes: list[_Box], q: float, left: float) -> list[_Box]:
    """The part of the order that is worth most; of parts worth the same, the shortest."""
    best: list[_Box] = []
    worth = left
    codes = {box.code for box in boxes}
    for n in range(1, len(boxes) + 1):
        for part in combinations(boxes, n):
            taken = {box.code for box in part}
            if any(need in codes - taken for box in part for need in box.after):
                continue
            net = _weigh(part, q, left)[0]
            if net > worth + 1e-9:
                best, worth = list(part), net
    return best


def _weigh(part: Sequence[_Box], q: float, left: float) -> tuple[float, float, float]:
    """Worth of trying a part in its order, the chance that it finds, and its outlay on average."""
    net = cost = 0.0
    reached = 1.0
    for box in part:
        hit = q * box.finds
        net += reached * (hit * box.prize - box.dry)
        cost += reached * (box.dry + hit * box.more)
        reached *= 1 - hit
        q = _after_nothing(q, box.finds)
    return net + reached * left, 1 - reached, cost


def _attempts(boxes: list[_Box], kept: list[_Box], q: float, left: float) -> list[Attempt]:
    """Each measure after the advised ones before it; then the others, after all of those."""
    made = []
    for box in [*kept, *(box for box in boxes if box not in kept)]:
        hit = q * box.finds
        made.append(
            Attempt(
                box.code, hit, box.dry + hit * box.more, box.cash, box.index,
                hit * (box.prize - left) - box.dry, box.days, box in kept,
            )
        )  # fmt: skip
        if box in kept:
            q = _after_nothing(q, box.finds)
    return made
