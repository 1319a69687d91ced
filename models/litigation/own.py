"""A creditor's own past suits: what they say of the chances, times and costs of the next one.

Outcomes are counted by stratum, that is by the range that the law's statistics give for suits of
their kind; what a creditor's suits do not tell, those of the house's other creditors tell in
part.
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

from law.facts import SuitFacts
from law.terms import CourseTerms, course_terms
from models.litigation import reach
from models.litigation.chances import SIGNS, Tally, draws
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

_Stratum = tuple[float, float, float]


@dataclass
class Own:
    """Chances drawn from the law's ranges and from own outcomes, each stratum once.

    ``groups``: number of each creditor with suits enough to count for itself; 0 for the others.
    ``tallies``: by group and node, hits, trials and share brought of each stratum. ``pace`` and
    ``price``: factors on times by group and course, on costs by group. ``reaches``: draws of what
    is within reach, by group.
    """

    by: Mapping[str, Any]
    groups: Mapping[str, int] = field(default_factory=dict)
    tallies: Mapping[tuple[int, str], Mapping[_Stratum, _Stratum]] = field(default_factory=dict)
    pace: Mapping[tuple[int, str], float] = field(default_factory=dict)
    price: Mapping[int, float] = field(default_factory=dict)
    reaches: Mapping[int, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    _drawn: dict[tuple[int, str, _Stratum], np.ndarray] = field(default_factory=dict)

    def group_of(self, creditor_ids: np.ndarray) -> np.ndarray:
        """Group of each creditor, shape (n,)."""
        return np.asarray([self.groups.get(str(each), 0) for each in creditor_ids], dtype=int)

    def chances(self, course: str, node: str, ranges: np.ndarray, group: np.ndarray) -> np.ndarray:
        """Chances at a node for each class, shape (n_classes, n_draws).

        ``ranges``: those of the law, shape (n_classes, 3); ``group``, shape (n_classes,).
        """
        name = _name(node, course)
        keys = [(int(g), name, tuple(each)) for g, each in zip(group, ranges.tolist(), strict=True)]
        missing = sorted({key for key in keys if key not in self._drawn})
        for g in sorted({key[0] for key in missing}):
            self._draw(g, name, node, [key[2] for key in missing if key[0] == g])
        return np.stack([self._drawn[key] for key in keys])

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

    def _draw(self, group: int, name: str, node: str, strata: list[_Stratum]) -> None:
        known = self.tallies.get((group, name), {})
        # Other strata of the node tell of this one too.
        every = sorted({*strata, *known})
        counts = np.asarray([known.get(each, (0.0, 0.0, 1.0)) for each in every])
        seed = zlib.crc32(name.encode()) + self.by["seed"]
        u = uniforms(self.by["draws"], seed, ("cell", "chance"))
        tally = Tally(counts[:, 0], counts[:, 1], counts[:, 2])
        drawn = draws(np.asarray(every), tally, SIGNS[node], u, self.by)
        for each, row in zip(every, drawn, strict=True):
            self._drawn[(group, name, each)] = row


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
    creditors = text(past, "creditor_id", "")
    names, counts = np.unique(creditors.astype(str), return_counts=True)
    enough = names[counts >= by["own_suits_least"]]
    groups = {str(name): place + 1 for place, name in enumerate(enough)}
    group = np.asarray([groups.get(str(each), 0) for each in creditors], dtype=int)
    sued = _brought(ripe, creditors, text(past, "kind", "unknown"), by)
    every = range(len(groups) + 1)
    tallies: dict[tuple[int, str], dict[_Stratum, _Stratum]] = {}
    for node, column in OUTCOMES.items():
        strata, counts = _counted(node, past[column], suits, group, sued)
        for each in every:
            weighted = _with_others(counts, each, by)
            for (name, stratum), (hits, trials, share) in zip(strata, weighted, strict=True):
                told = (float(hits), float(trials), float(share / trials) if trials else 1.0)
                tallies.setdefault((each, name), {})[stratum] = told
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
    return Own(by, groups, tallies, pace, price, reaches)


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


def _with_others(counts: np.ndarray, group: int, by: Mapping[str, Any]) -> np.ndarray:
    """Counts of a group and, for less, of the others; ``counts`` has the groups as first axis."""
    others: float = by["others_weight"]
    own = counts[group] if group > 0 else 0.0
    return np.asarray(others * counts.sum(axis=0) + (1 - others) * own)


def _name(node: str, course: str) -> str:
    # What a debtor has does not depend on the judge.
    return node if node == "p_enforced" else f"{node} {course}"


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


def _counted(
    node: str,
    outcome: pd.Series[Any],
    suits: list[CourseTerms],
    group: np.ndarray,
    sued: np.ndarray,
) -> tuple[list[tuple[str, _Stratum]], np.ndarray]:
    """Strata met, with the node's name, and by group their hits, trials and shares brought.

    The counts have shape (n_groups, n_strata, 3).
    """
    places: dict[tuple[str, _Stratum], int] = {}
    of = np.empty(len(suits), dtype=int)
    for i, each in enumerate(suits):
        law = getattr(each, node)
        key = (_name(node, each.course), (float(law.low), float(law.central), float(law.high)))
        of[i] = places.setdefault(key, len(places))
    known = outcome.notna().to_numpy()
    hit = outcome.where(outcome.notna(), False).astype(bool).to_numpy()
    counts = np.zeros((int(group.max(initial=0)) + 1, len(places), 3))
    told = np.stack([hit, np.ones(len(hit)), sued], axis=1)[known]
    np.add.at(counts, (group[known], of[known]), told)
    return list(places), counts


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
