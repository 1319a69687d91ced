"""A creditor's own past suits: what they say of the chances, times and costs of the next one.

Outcomes belong to a stratum, that is to the course and the range that the law's statistics give
for suits of their kind; what a creditor's suits do not tell, those of the house's other creditors
tell in part.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, ndtri

from law.facts import SuitFacts
from law.terms import CourseTerms, course_terms
from models.litigation import reach
from models.litigation.chances import SIGNS, Drawn, Results, draws
from models.litigation.classes import told_apart
from models.litigation.columns import flag, number, text
from models.litigation.scenarios import uniforms
from models.litigation.terms import Terms

#: By node: the column of ``training.past_suits`` that tells how it ended.
OUTCOMES = {
    "p_granted": "granted",
    "p_opposed": "opposed",
    "p_won_if_opposed": "won",
    "p_enforced": "collected",
}
NATURAL = ("consumer", "unknown")
_TIMES = ("days_to_title", "days_if_opposed")
_COSTS = ("advance_cost", "contested_extra_cost", "enforcement_cost")

_Stratum = tuple[str, tuple[float, ...]]


@dataclass(frozen=True)
class Past:
    """Past suits, one entry each: terms of today, group of the creditor, share brought, traits,
    log-odds that enforcement lost with age; by node whether it ended well and whether that is
    known.
    """

    suits: list[CourseTerms]
    group: np.ndarray
    sued: np.ndarray
    traits: np.ndarray
    faded: np.ndarray
    hits: Mapping[str, np.ndarray]
    known: Mapping[str, np.ndarray]


@dataclass
class Own:
    """Chances drawn from the law's ranges and from own outcomes.

    ``groups``: number of each creditor with suits enough to count for itself; 0 for the others.
    ``pace`` and ``price``: factors on times by group and course, on costs by group. ``reaches``:
    draws of what is within reach, by group.
    """

    by: Mapping[str, Any]
    groups: Mapping[str, int] = field(default_factory=dict)
    past: Past | None = None
    pace: Mapping[tuple[int, str], float] = field(default_factory=dict)
    price: Mapping[int, float] = field(default_factory=dict)
    reaches: Mapping[int, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    _drawn: dict[tuple[int, str, _Stratum], np.ndarray] = field(default_factory=dict)
    _fits: dict[tuple[int, str], tuple[dict[_Stratum, np.ndarray], np.ndarray]] = field(
        default_factory=dict
    )

    def group_of(self, creditor_ids: np.ndarray) -> np.ndarray:
        """Group of each creditor, shape (n,)."""
        return np.asarray([self.groups.get(str(each), 0) for each in creditor_ids], dtype=int)

    def chances(
        self,
        course: str,
        node: str,
        ranges: np.ndarray,
        group: np.ndarray,
        traits: np.ndarray,
        every: int = 1,
    ) -> np.ndarray:
        """Chances at a node for each class, shape (n_classes, n_draws).

        ``ranges``: those of the law, shape (n_classes, 3); ``group``, shape (n_classes,);
        ``traits``, shape (n_classes, n_traits). ``every``: one draw in so many.
        """
        found = np.empty((len(ranges), len(range(0, self.by["draws"], every))))
        # What a debtor has does not depend on the judge.
        court = "" if node == "p_enforced" else course
        strata = [(court, tuple(each)) for each in ranges.tolist()]
        for g in np.unique(group):
            rows = np.flatnonzero(group == g)
            asked = sorted({strata[i] for i in rows})
            drawn = {each: self._of(int(g), node, each) for each in asked}
            odds = np.stack([drawn[strata[i]][::every] for i in rows])
            slopes = self._fitted(int(g), node)[1]
            if slopes.any():
                odds = odds + traits[rows] @ slopes[:, ::every]
            # A class holds unlike debtors: what it leaves out is a doubt of its own.
            found[rows] = expit(odds + self._left_out(node, every))
        return found

    def _left_out(self, node: str, every: int) -> np.ndarray:
        normal = ndtri(self._uniform(node, "left out"))[::every]
        return np.asarray(self.by["left_out_spread"][node] * normal)

    def reach(self, group: int) -> tuple[np.ndarray, np.ndarray]:
        """Shift and spread of the logarithm of what is within reach, shape (n_draws,) each."""
        if group in self.reaches:
            return self.reaches[group]
        none = np.zeros(0)
        return reach.draws(none, none, none, none, none, _uniforms(self.by), self.by)

    def adjusted(self, course: str, terms: Terms, group: np.ndarray) -> Terms:
        """The terms of a course at the creditors' own pace and prices."""
        pace = {g: each for (g, name), each in self.pace.items() if name == course}
        if not pace and not self.price:
            return terms
        of, first = told_apart([terms.place, group], len(group))
        place, groups = terms.place[first], group[first]
        ranges = {name: each[place].copy() for name, each in terms.ranges.items()}
        for names, factors in ((_TIMES, pace), (_COSTS, self.price)):
            times = np.asarray([factors.get(int(g), 1.0) for g in groups])
            for name in names:
                ranges[name] *= times[:, None]
        return replace(terms, ranges=ranges, place=of, cost_factor=terms.cost_factor[place])

    def _of(self, group: int, node: str, stratum: _Stratum) -> np.ndarray:
        """Log-odds of a stratum in each draw, whatever other strata are asked for."""
        if (group, node, stratum) not in self._drawn:
            met, _ = self._fitted(group, node)
            if stratum in met:
                return met[stratum]
            results, known = self._results(group, node)
            drawn = self._draw(node, [*known, stratum], results)
            self._drawn[(group, node, stratum)] = drawn.strata[-1]
        return self._drawn[(group, node, stratum)]

    def _fitted(self, group: int, node: str) -> tuple[dict[_Stratum, np.ndarray], np.ndarray]:
        """Log-odds of the strata that own suits belong to, and slopes of the traits."""
        if (group, node) not in self._fits:
            results, known = self._results(group, node)
            if results is None:
                self._fits[(group, node)] = ({}, np.zeros((len(TRAITS), self.by["draws"])))
            else:
                drawn = self._draw(node, known, results)
                strata = dict(zip(known, drawn.strata, strict=True))
                self._fits[(group, node)] = (strata, drawn.slopes)
        return self._fits[(group, node)]

    def _draw(self, node: str, strata: list[_Stratum], results: Results | None) -> Drawn:
        keys = [*(repr(each) for each in strata), *TRAITS]
        u = {str(place): self._uniform(node, key) for place, key in enumerate(keys)}
        u |= {name: self._uniform(node, name) for name in ("chance", "rho")}
        return draws(np.asarray([each[1] for each in strata]), results, SIGNS[node], u, self.by)

    def _uniform(self, node: str, key: str) -> np.ndarray:
        seed = zlib.crc32(f"{node} {key}".encode()) + self.by["seed"]
        return uniforms(self.by["draws"], seed, ("u",))["u"]

    def _results(self, group: int, node: str) -> tuple[Results | None, list[_Stratum]]:
        """Own outcomes at a node, and the strata they belong to."""
        past = self.past
        if past is None or not past.known[node].any():
            return None, []
        rows = np.flatnonzero(past.known[node])
        places: dict[_Stratum, int] = {}
        of = np.asarray(
            [places.setdefault(_stratum(past.suits[i], node), len(places)) for i in rows],
            dtype=int,
        )
        own = (past.group[rows] == group) & (group > 0)
        results = Results(
            past.hits[node][rows],
            of,
            np.where(own, 1.0, self.by["others_weight"]),
            past.sued[rows],
            past.traits[rows],
            past.faded[rows] * (node == "p_enforced"),
            np.asarray(self.by["own_slope_spread"][node]),
        )
        return results, list(places)


def _stratum(terms: CourseTerms, node: str) -> _Stratum:
    law = getattr(terms, node)
    court = "" if node == "p_enforced" else terms.course
    return court, (float(law.low), float(law.central), float(law.high))


#: What is known of a claim beside its stratum, in the order of the columns of ``traits_of``.
TRAITS = ("score", "amount", "months", "documented", "disputed", "natural")


def traits_of(
    score: np.ndarray,
    amount: np.ndarray,
    months: np.ndarray,
    documented: np.ndarray,
    disputed: np.ndarray,
    natural: np.ndarray,
) -> np.ndarray:
    """Traits of claims on like scales, in few steps, nought for the usual; shape (n, n_traits)."""
    steps = np.round(np.clip((np.nan_to_num(score, nan=50.0) - 50) / 25, -2, 2) * 2) / 2
    size = np.log(np.maximum(np.nan_to_num(amount, nan=2000.0), 1.0) / 2000) / 1.2
    late = np.clip((np.nan_to_num(months, nan=9.0) - 9) / 9, -1, 3)
    return np.stack(
        [
            steps,
            np.round(np.clip(size, -2, 3)),
            np.round(late),
            np.where(documented, 0.3, -0.7),
            np.where(disputed, 1.0, 0.0),
            np.where(natural, 1.0, 0.0),
        ],
        axis=1,
    )


def own_record(
    past: pd.DataFrame, ripe: pd.DataFrame, by: Mapping[str, Any], *, as_of: date
) -> Own:
    """What past suits tell, as of a day.

    Parameters
    ----------
    past
        ``training.past_suits``; may be empty.
    ripe
        ``training.ripe_accounts``: what the suits were chosen from; without it a share is
        assumed.
    """
    if past.empty:
        return Own(by)
    suits = _of_law(past, as_of)
    creditors = text(past, "creditor_id", "").astype(str)
    names, counts = np.unique(creditors, return_counts=True)
    enough = names[np.argsort(-counts, kind="stable")][: by["own_groups_most"]]
    enough = sorted(set(enough) & set(names[counts >= by["own_suits_least"]]))
    groups = {str(name): place + 1 for place, name in enumerate(enough)}
    group = np.asarray([groups.get(each, 0) for each in creditors], dtype=int)
    kinds = text(past, "kind", "unknown")
    sued = _brought(ripe, creditors, kinds, by)
    known = {node: past[column].notna().to_numpy() for node, column in OUTCOMES.items()}
    hits = {node: flag(past, column) for node, column in OUTCOMES.items()}
    traits = traits_of(
        number(past, "solvency_score"), number(past, "amount_eur"), number(past, "months"),
        flag(past, "is_documented"), flag(past, "is_disputed"), np.isin(kinds, NATURAL),
    )  # fmt: skip
    months = np.nan_to_num(number(past, "months"), nan=by["usual_months"])
    late = np.clip(months - by["usual_months"], 0, by["most_months"])
    told = Past(suits, group, sued, traits, -by["decay_monthly"] * late, hits, known)
    courses = [each.course for each in suits]
    pace = {
        (each, course): factor
        for course in sorted(set(courses))
        for each, factor in enumerate(
            _factors(*_pace(past, suits), np.asarray(courses) == course, group, by)
        )
    }
    price = dict(enumerate(_factors(*_price(past, suits), np.ones(len(past), bool), group, by)))
    reaches = _reaches(past, suits, group, sued, by)
    return Own(by, groups, told, pace, price, reaches)


def _uniforms(by: Mapping[str, Any]) -> dict[str, np.ndarray]:
    return uniforms(by["draws"], by["seed"] + 1, ("cell", "rho"))


def _reaches(
    past: pd.DataFrame,
    suits: list[CourseTerms],
    group: np.ndarray,
    sued: np.ndarray,
    by: Mapping[str, Any],
) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """What was within reach, by group, from the shares of titles that came in."""
    share, amount = number(past, "collected_share"), number(past, "amount_eur")
    told = flag(past, "collected") & (share > 0) & (amount > 0)
    enforced = np.asarray([float(each.p_enforced.central) for each in suits])
    natural = np.isin(text(past, "kind", "unknown"), NATURAL)
    usual = reach.usual_reach(enforced, natural, by)
    others: float = by["others_weight"]
    found = {}
    for each in range(int(group.max(initial=0)) + 1):
        weight = np.where((group == each) & (each > 0), 1.0, others)[told]
        found[each] = reach.draws(
            share[told], amount[told], usual[told], weight, sued[told], _uniforms(by), by
        )
    return found


def _with_others(sums: np.ndarray, group: int, by: Mapping[str, Any]) -> np.ndarray:
    """Sums of a group and, for less, of the others; the groups are the first axis."""
    others: float = by["others_weight"]
    own = sums[group] if group > 0 else 0.0
    return np.asarray(others * sums.sum(axis=0) + (1 - others) * own)


def _of_law(past: pd.DataFrame, as_of: date) -> list[CourseTerms]:
    """Terms of today of each past suit."""
    score, trader = number(past, "solvency_score"), text(past, "is_trader")
    amount = np.nan_to_num(number(past, "amount_eur", 0.0))
    documented, disputed = flag(past, "is_documented"), flag(past, "is_disputed")
    words = {
        name: text(past, name, other)
        for name, other in (
            ("procedure", ""), ("kind", "unknown"), ("nature", "contract"), ("country", "FR"),
        )
    }  # fmt: skip
    asked: dict[tuple[Any, ...], CourseTerms] = {}
    found = []
    for i in range(len(past)):
        key = (
            *(str(each[i]) for each in words.values()), trader[i], bool(documented[i]),
            bool(disputed[i]), None if np.isnan(score[i]) else float(score[i]),
            # The law's prices move with the amount in few steps only.
            float(2.0 ** np.ceil(np.log2(max(amount[i], 1.0)))),
        )  # fmt: skip
        if key not in asked:
            facts = SuitFacts(
                Decimal(str(key[8])), as_of, debtor_kind=key[1], nature=key[2], country=key[3],
                is_trader=None if key[4] is None else bool(key[4]), has_order=key[5],
                has_serious_dispute=key[6], solvency_score=key[7], headcount=0,
            )  # fmt: skip
            asked[key] = course_terms(key[0], facts)
        found.append(asked[key])
    return found


def _brought(
    ripe: pd.DataFrame, creditors: np.ndarray, kinds: np.ndarray, by: Mapping[str, Any]
) -> np.ndarray:
    """Share of the accounts ripe for a suit that the creditor sued, by suit and kind of debtor."""
    if ripe.empty:
        return np.full(len(creditors), by["brought_if_unknown"])
    natural = np.isin(text(ripe, "kind", "unknown"), NATURAL)
    who = text(ripe, "creditor_id", "").astype(str)
    totals: dict[tuple[str, bool], np.ndarray] = {}
    pairs = np.stack([number(ripe, "brought", 0.0), number(ripe, "ripe", 0.0)], axis=1)
    for key, pair in zip(zip(who, natural.tolist(), strict=True), pairs, strict=True):
        totals[key] = totals.get(key, np.zeros(2)) + pair
    found = []
    for creditor, kind in zip(creditors.astype(str), kinds, strict=True):
        sued, among = totals.get((creditor, kind in NATURAL), np.zeros(2))
        found.append(sued / among if among > 0 else by["brought_if_unknown"])
    return np.clip(np.asarray(found), 0.005, 1.0)


def _pace(past: pd.DataFrame, suits: list[CourseTerms]) -> tuple[np.ndarray, np.ndarray]:
    """Own times to a title, of suits not opposed, and the usual ones."""
    quick = flag(past, "granted") & ~flag(past, "opposed")
    usual = np.asarray([float(each.days_to_title.central) for each in suits])
    return np.where(quick, number(past, "days_to_title"), np.nan), usual


def _price(past: pd.DataFrame, suits: list[CourseTerms]) -> tuple[np.ndarray, np.ndarray]:
    """Own outlays of suits that are over, and what their steps usually cost."""
    enforced = past["collected"].notna().to_numpy()
    refused = past["granted"].notna().to_numpy() & ~flag(past, "granted")
    usual = np.asarray(
        [
            float(each.advance_cost.central)
            + float(each.contested_extra_cost.central) * fought
            + float(each.enforcement_cost.central) * seized
            for each, fought, seized in zip(suits, flag(past, "opposed"), enforced, strict=True)
        ]
    )
    return np.where(enforced | refused, number(past, "cost"), np.nan), usual


def _factors(
    own: np.ndarray,
    usual: np.ndarray,
    among: np.ndarray,
    group: np.ndarray,
    by: Mapping[str, Any],
) -> list[float]:
    """By group, own figures over the usual ones, drawn to one where there are few."""
    told = among & (own > 0) & (usual > 0)
    sums = np.zeros((int(group.max(initial=0)) + 1, 2))
    ratio = np.log(own[told] / usual[told])
    np.add.at(sums, group[told], np.stack([ratio, np.ones(len(ratio))], axis=1))
    found = []
    for each in range(len(sums)):
        total, count = _with_others(sums, each, by)
        found.append(float(np.exp(np.clip(total / (count + by["own_figures_usual"]), -2, 2))))
    return found
