"""What each suit is worth by one course in court, against the best course without a judge.

Means are exact sums over profiles, abilities and ends; what stays unknown about the chances, costs
and times is drawn once per class of suits. Draws decide only how sure an advice is, and only
where it is in question: a course that is closed, or not worth it on average, needs none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from scipy.special import ndtri

from models.litigation import branches, spread
from models.litigation.branches import LOST, OPPOSED_PAID, OPPOSED_UNPAID, PAID, UNPAID, Turns
from models.litigation.calm import Calm, Stake, given_ability
from models.litigation.classes import told_apart
from models.litigation.own import Own
from models.litigation.reach import Reach, relative
from models.litigation.scenarios import Money, factors, lattice, money, uniforms
from models.litigation.terms import Terms, collection_fee

#: Courses whose first turn is a judge's look at the merits, both sides heard.
EXAMINED = ("summary", "merits", "tj_request", "european_small_claim")
_CLASSES_AT_ONCE, _SUITS_AT_ONCE = 96, 512
#: Bounds of the classes of age, months, and the age for which each class speaks: its middle.
AGES = np.asarray([6.0, 9.0, 12.0, 18.0, 24.0, 36.0])
AGES_SPOKEN = np.asarray([6.0, 7.5, 10.5, 15.0, 21.0, 30.0, 42.0])


@dataclass(frozen=True)
class Worth:
    """One course in court for each suit, shape (n_suits,) unless said; EUR, days.

    ``by_ability``: expected worth if able to pay and if not, each with its chance, shape
    (n_suits, 2), not yet against the course without a suit; ``able``: chance of the former.
    ``fixed``: part of the expected net that does not move with the amount; ``per_award``: what a
    euro kept of the claim adds to it; ``usual``: share of a claim that comes in if anything does;
    ``rate``: what is kept of that; ``remains``: of the amicable way.
    ``unpaid``: expected net if no title ever brought anything. ``doubt``: share of the draws in
    which the course is worth no more than going on without a suit. ``deciles``: (3, n_suits).
    ``ends``: chance of each end, ``nets``: its part of the expected net, (n_suits, 6); ``spreads``:
    doubt about the chances granted, opposed, won, enforced, (n_suits, 4); ``share_spread`` and
    ``cost_spread``: doubt about shares collected and costs, in parts of each.
    """

    expected: np.ndarray
    per_award: np.ndarray
    usual: np.ndarray
    rate: np.ndarray
    remains: np.ndarray
    by_ability: np.ndarray
    able: np.ndarray
    fixed: np.ndarray
    unpaid: np.ndarray
    doubt: np.ndarray
    deciles: np.ndarray
    p_loss: np.ndarray
    p_success: np.ndarray
    p_collect: np.ndarray
    cost: np.ndarray
    peak: np.ndarray
    days: np.ndarray
    debtor_pays: np.ndarray
    ends: np.ndarray
    nets: np.ndarray
    spreads: np.ndarray
    share_spread: np.ndarray
    cost_spread: np.ndarray


@dataclass(frozen=True)
class Docket:
    """What every course needs to know of the suits, shape (n_suits,).

    ``group``: whose own outcomes count; ``traits``: of the claims, shape (n_suits, n_traits);
    ``best``: the best open course without a suit;
    ``left``: going on amicably; ``months``: age of the oldest claim; ``reach``: logarithm of what
    is usually within reach of such a debtor's creditors.
    """

    stake: Stake
    months: np.ndarray
    reach: np.ndarray
    consumer: np.ndarray
    group: np.ndarray
    traits: np.ndarray
    best: Calm
    left: Calm


class Weigher:
    """Weighs courses with one set of random numbers for all of them."""

    def __init__(self, docket: Docket, own: Own, by: Mapping[str, Any]) -> None:
        """``own``: past suits of the creditors; ``by``: the assumptions."""
        self.docket, self.own, self.by = docket, own, by
        self._u = uniforms(by["draws"], by["seed"], ("cost", "time", "award", "amicable"))
        self._normal = {name: ndtri(self._u[name]) for name in ("cost", "time")}
        self._evenly = []
        for n in (by["scenarios"], by["fewer_scenarios"]):
            points = lattice(n, ("share", "award", "cost", "time"))
            self._evenly.append(({k: ndtri(points[k]) for k in ("cost", "time")}, points))
        groups = [own.reach(group) for group in range(int(docket.group.max(initial=0)) + 1)]
        claimed = docket.stake.amount + docket.stake.interest
        self._reach = Reach(claimed, docket.reach, docket.group, groups)
        spread_ = by["amicable_spread"]
        drawn = np.exp(spread_ * ndtri(self._u["amicable"]))
        self._amicable = drawn / drawn.mean()

    def course(self, course: str, terms: Terms, admissible: np.ndarray, partial: float) -> Worth:
        """Weigh one course for all suits; ``partial``: share of its titles for a part only."""
        docket = self.docket
        n = len(docket.months)
        age = np.searchsorted(AGES, docket.months)
        columns = [_alike(terms)[terms.place], age, docket.consumer, docket.group]
        columns += list((docket.traits if self.own.past is not None else docket.traits[:, :1]).T)
        odds_of, ones = told_apart(columns, n)
        # A few draws, evenly taken, give the mean; the doubt asks all of them.
        parts = [self.turns(course, terms, some, 4) for some in _some(ones)]
        ends = np.concatenate([branches.ends(each, self.by).mean(axis=4) for each in parts])
        spreads = np.concatenate([_spreads(each) for each in parts])
        own_time = self.by["own_time"][course]
        by = {**self.by, "partial_award": self.own.partial_award(partial)}
        many = money(terms.ranges, own_time, partial, self._normal, self._u, by)
        few, fewer = (
            money(terms.ranges, own_time, partial, normal, points, by)
            for normal, points in self._evenly
        )
        pair_of, first = told_apart([odds_of, terms.place], n)
        those, usual = ends[odds_of[first]][..., None], many.on_average().of(terms.place[first])
        outlays = (many.advance, many.contested, many.enforcing)
        scene = _Scene(
            award=float(many.award.mean()),
            back=many.back[:, 0],
            back_fought=many.back_fought[:, 0],
            outlays=tuple(each.mean(axis=1) for each in outlays),
            peak=np.quantile(sum(outlays, np.zeros(1)), 0.9, axis=1),
            cost_spread=relative(sum(outlays, np.zeros(1))),
            days=np.median(many.days, axis=1),
            longer_days=np.median(many.longer_days, axis=1),
            few=few,
            fewer=fewer,
            ends=ends,
            mean=factors(those, usual)[..., 0],
            dry=factors(_dry(those), usual)[..., 0],
        )
        closed = replace(scene, few=fewer)
        found = {each.name: np.zeros(n) for each in fields(Worth)}
        found |= {"by_ability": np.zeros((n, 2)), "deciles": np.zeros((3, n))}
        found |= {"ends": np.zeros((n, 6)), "nets": np.zeros((n, 6))}
        found |= {"spreads": spreads[odds_of], "share_spread": self._reach.spread}
        found["cost_spread"] = scene.cost_spread[terms.place]
        # The spread of a course that is closed is told in fewer scenarios.
        for open_ in (True, False):
            for part in _some(np.flatnonzero(admissible == open_), _SUITS_AT_ONCE):
                self._fill(
                    found, scene if open_ else closed, terms, part, odds_of[part], pair_of[part]
                )
        asked = np.flatnonzero(admissible & (found["expected"] > 0))
        found["doubt"] = np.ones(n)
        for one in np.unique(odds_of[asked]):
            those = asked[odds_of[asked] == one]
            drawn = branches.ends(self.turns(course, terms, ones[one : one + 1]), self.by)
            found["doubt"][those] = self._doubt(drawn, many, terms, those, found)
        return Worth(**found)

    def whole(self, rows: np.ndarray) -> np.ndarray:
        """Chance that all that is claimed lies within reach, if anything does, (n_rows,)."""
        likely = self._reach.scenarios(rows, 8)[1]
        return np.asarray(likely[:, 6:].sum(axis=1))

    def turns(self, course: str, terms: Terms, ones: np.ndarray, every: int = 1) -> Turns:
        """Chances at each turn for the classes that the suits ``ones`` stand for."""
        docket, at = self.docket, terms.place[ones]
        chances = {
            node: self.own.chances(
                course, node, terms[node][at], docket.group[ones], docket.traits[ones], every
            )
            for node in ("p_granted", "p_opposed", "p_won_if_opposed", "p_enforced")
        }
        waited = [
            (terms[name][at, 1] + terms["days_enforcement"][at, 1]) / 365
            for name in ("days_to_title", "days_if_opposed")
        ]
        return Turns(
            granted=chances["p_granted"],
            opposed=chances["p_opposed"],
            won=chances["p_won_if_opposed"],
            enforced=chances["p_enforced"],
            examined=np.full(len(ones), course in EXAMINED),
            consumer=docket.consumer[ones],
            usual_opposition=terms["p_opposed"][at, 1],
            months=AGES_SPOKEN[np.searchsorted(AGES, docket.months[ones])],
            wait=waited[0],
            longer_wait=waited[1],
        )

    def _fill(
        self,
        found: dict[str, np.ndarray],
        scene: _Scene,
        terms: Terms,
        rows: np.ndarray,
        odds: np.ndarray,
        pair: np.ndarray,
    ) -> None:
        """Weigh the suits ``rows``; ``odds`` and ``pair``: their classes in the scene."""
        docket = self.docket
        stake, best, left = docket.stake.of(rows), docket.best.of(rows), docket.left.of(rows)
        belief, at, usual = stake.belief, terms.place[rows], scene.award * self._reach.share[rows]
        chance = np.einsum("rk,rkze->rze", belief, scene.ends[odds])
        able = chance[:, 0].sum(axis=1)
        claimed = stake.amount + stake.interest
        kept = keeps(terms, claimed, at)
        rate = kept[0] + kept[1] * usual
        remains = (given_ability(left, able, self.by) * left.worth[:, None]).sum(axis=2)
        own = np.empty((len(rows), 2, 5))
        own[:, :, 0], own[:, :, 1] = rate[:, None], stake.relief[:, None]
        own[:, :, 2], own[:, :, 3] = remains, 1.0
        own[:, :, 4] = stake.contribution[:, None]
        mean = scene.mean[pair]
        found["by_ability"][rows] = by_ability = np.einsum("rk,rkzf,rzf->rz", belief, mean, own)
        found["expected"][rows] = by_ability.sum(axis=1) - best.mean
        found["unpaid"][rows] = (
            np.einsum("rk,rkzf,rzf->r", belief, scene.dry[pair], own) - best.mean
        )
        found["fixed"][rows] = np.einsum("rk,rkz->r", belief, mean[..., 3])
        found["per_award"][rows] = np.einsum("rk,rkz->r", belief, mean[..., 0])
        found["usual"][rows], found["able"][rows] = usual, able
        found["rate"][rows], found["remains"][rows] = rate, own[:, :, 2].mean(axis=1)
        ends = chance.sum(axis=1)
        titled = ends[:, [PAID, UNPAID, OPPOSED_PAID, OPPOSED_UNPAID]].sum(axis=1)
        fought = ends[:, [OPPOSED_PAID, OPPOSED_UNPAID, LOST]].sum(axis=1)
        pays = ends[:, PAID] + ends[:, OPPOSED_PAID]
        found["p_success"][rows] = titled
        found["p_collect"][rows] = np.divide(
            pays, titled, out=np.zeros_like(pays), where=titled > 0
        )
        advance, contested, enforcing = (each[at] for each in scene.outlays)
        fee = usual * claimed - rate
        found["cost"][rows] = (
            advance + stake.contribution + fought * contested + titled * enforcing + pays * fee
        )
        found["peak"][rows] = scene.peak[at] + stake.contribution
        found["days"][rows] = np.where(fought > 0.5, scene.longer_days[at], scene.days[at])
        given = claimed * usual + scene.back[at] + stake.contribution
        found["debtor_pays"][rows] = pays * given + ends[:, OPPOSED_PAID] * scene.back_fought[at]
        joint = np.einsum("rze,rza->rea", chance, given_ability(best, able, self.by))
        share, likely = self._reach.scenarios(rows, len(scene.few.award))
        values, weights, nets = spread.nets(
            joint,
            scene.few.of(at),
            scene.fewer.of(at),
            (share * scene.few.award, likely),
            kept,
            stake.relief,
            left.worth,
            stake.contribution,
            best.worth,
        )
        found["deciles"][:, rows] = spread.deciles(values, weights, 0.08 * stake.amount)
        found["ends"][rows], found["nets"][rows] = ends, nets
        found["p_loss"][rows] = spread.below_nothing(values, weights)

    def _doubt(
        self,
        ends: np.ndarray,
        many: Money,
        terms: Terms,
        rows: np.ndarray,
        found: Mapping[str, np.ndarray],
    ) -> np.ndarray:
        """Share of the draws in which suits of one class of odds are worth no more."""
        stake, calm = self.docket.stake.of(rows), self.docket.best.of(rows).mean
        # What is kept of a claim moves with each draw of what is within reach.
        own = np.stack(
            [
                np.zeros(len(rows)), stake.relief, found["remains"][rows],
                np.ones(len(rows)), stake.contribution,
            ],
            axis=1,
        )  # fmt: skip
        mix = (stake.belief[:, :, None] * own[:, None, :]).reshape(len(rows), -1)
        at = terms.place[rows]
        kept = keeps(terms, stake.amount + stake.interest, at)
        share = self._reach.drawn(rows) * (found["usual"][rows] / self._reach.share[rows])[:, None]
        rate = kept[0][:, None] + kept[1][:, None] * share
        doubt = np.empty(len(rows))
        places, at = np.unique(terms.place[rows], return_inverse=True)
        for one, place in enumerate(places):
            per = factors(ends, many.of(np.asarray([place])))[0].sum(axis=1)
            those = np.flatnonzero(at == one)
            worth = mix[those] @ per.reshape(mix.shape[1], -1)
            worth += (stake.belief[those] @ per[:, 0]) * rate[those]
            doubt[those] = (worth <= calm[those][:, None] * self._amicable).mean(axis=1)
        return doubt


@dataclass(frozen=True)
class _Scene:
    """A course: costs and times by class of terms; ``few`` and ``fewer`` scenarios for spreads.

    ``ends``: mean chance of each end by class of odds, shape (n_odds, 4, 2, 6); ``mean`` and
    ``dry``: worth per factor, as it is and if no title brings anything, by pair of classes,
    shape (n_pairs, 4, 2, 5). ``outlays``: to file, to fight an opposition, to enforce.
    """

    award: float
    back: np.ndarray
    back_fought: np.ndarray
    outlays: tuple[np.ndarray, ...]
    peak: np.ndarray
    cost_spread: np.ndarray
    days: np.ndarray
    longer_days: np.ndarray
    few: Money
    fewer: Money
    ends: np.ndarray
    mean: np.ndarray
    dry: np.ndarray


def _spreads(turns: Turns) -> np.ndarray:
    """Standard deviation of each chance over the draws, shape (n_classes, 4)."""
    nodes = (turns.granted, turns.opposed, turns.won, turns.enforced)
    return np.stack([each.std(axis=1) for each in nodes], axis=1)


def _dry(ends: np.ndarray) -> np.ndarray:
    """The same ends without a cent from any title."""
    dry = ends.copy()
    dry[:, :, :, UNPAID] += dry[:, :, :, PAID]
    dry[:, :, :, OPPOSED_UNPAID] += dry[:, :, :, OPPOSED_PAID]
    dry[:, :, :, [PAID, OPPOSED_PAID]] = 0.0
    return dry


def _alike(terms: Terms) -> np.ndarray:
    """Classes of terms that agree in chances and usual times, shape (n_classes,)."""
    names = ("p_granted", "p_opposed", "p_won_if_opposed", "p_enforced")
    columns = [terms[name] for name in names]
    columns += [terms[name][:, 1:2] for name in ("days_to_title", "days_if_opposed")]
    columns.append(terms["days_enforcement"][:, 1:2])
    _, of = np.unique(np.concatenate(columns, axis=1), axis=0, return_inverse=True)
    return np.asarray(of).ravel()


def keeps(terms: Terms, claimed: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What fees on cash leave of a share x of the claim: ``a + b * x``, shape (n_suits,).

    ``at``: class of terms of each suit. The officer's tariff bends little between these shares.
    """
    low, high = 0.55, 1.0
    success = 0.0 if terms.success is None else terms.success[at]
    at_low, at_high = (
        share * claimed * (1 - success)
        - collection_fee(terms.scale, share * claimed) * terms.cost_factor[at]
        for share in (low, high)
    )
    slope = (at_high - at_low) / (high - low)
    return at_low - slope * low, slope


def _some(ones: np.ndarray, most: int = _CLASSES_AT_ONCE) -> Iterator[np.ndarray]:
    for start in range(0, len(ones), most):
        yield ones[start : start + most]
