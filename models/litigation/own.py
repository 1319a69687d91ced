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
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, ndtri

from models.litigation import past as suits_past
from models.litigation import reach
from models.litigation.chances import SIGNS, Drawn, Results, beside, draws
from models.litigation.classes import told_apart
from models.litigation.columns import flag, number, text
from models.litigation.past import TRAITS, Past, Stratum, traits_of
from models.litigation.reach import NATURAL
from models.litigation.scenarios import uniforms
from models.litigation.terms import Terms

_TIMES = ("days_to_title", "days_if_opposed")
_COSTS = ("advance_cost", "contested_extra_cost", "enforcement_cost")


@dataclass
class Own:
    """Chances drawn from the law's ranges and from own outcomes.

    ``groups``: number of each creditor with suits enough to count for itself; 0 for the others.
    ``pace`` and ``price``: factors on times by group and course, that of no name for courses never
    gone, on costs by group. ``awards``:
    how many orders told what they granted, and the sum of the shares. ``reaches``: draws of what
    is within reach, by group.
    """

    by: Mapping[str, Any]
    groups: Mapping[str, int] = field(default_factory=dict)
    past: Past | None = None
    pace: Mapping[tuple[int, str], float] = field(default_factory=dict)
    price: Mapping[int, float] = field(default_factory=dict)
    awards: tuple[int, float] = (0, 0.0)
    reaches: Mapping[int, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    _drawn: dict[tuple[int, str, Stratum], np.ndarray] = field(default_factory=dict)
    _fits: dict[tuple[int, str], tuple[dict[Stratum, np.ndarray], np.ndarray]] = field(
        default_factory=dict
    )
    _told: dict[tuple[int, str], tuple[Results | None, list[Stratum]]] = field(default_factory=dict)
    _numbers: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)

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
        node = suits_past.learnt_at(course, node)
        court = suits_past.court_of(course, node)
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
        return reach.draws(
            none, none, none, none, none, suits_past.reach_uniforms(self.by), self.by
        )

    def partial_award(self, partial: float) -> float:
        """Share of what is asked that an order for a part grants, with the orders of the house.

        ``partial``: share of the orders that grant a part. What was granted on average is drawn
        to what is assumed, as by ``own_figures_usual`` orders.
        """
        assumed, belief = float(self.by["partial_award"]), float(self.by["own_figures_usual"])
        n, granted = self.awards
        if not partial or not n:
            return assumed
        mean = (belief * (1 - partial * (1 - assumed)) + granted) / (belief + n)
        return float(np.clip(1 - (1 - mean) / partial, 0.5, 1.0))

    def adjusted(self, course: str, terms: Terms, group: np.ndarray) -> Terms:
        """The terms of a course at the creditors' own pace and prices."""
        pace = {g: each for (g, name), each in self.pace.items() if not name}
        pace |= {g: each for (g, name), each in self.pace.items() if name == course}
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

    def _of(self, group: int, node: str, stratum: Stratum) -> np.ndarray:
        """Log-odds of a stratum in each draw, whatever other strata are asked for."""
        if (group, node, stratum) not in self._drawn:
            met, _ = self._fitted(group, node)
            if stratum in met:
                return met[stratum]
            if met:
                ranges = np.asarray([each[1] for each in met])
                drawn, u = np.stack(list(met.values())), self._uniform(node, repr(stratum))
                found = beside(np.asarray(stratum[1]), ranges, drawn, u, self.by)
            else:
                found = self._draw(node, [stratum], None).strata[0]
            self._drawn[(group, node, stratum)] = found
        return self._drawn[(group, node, stratum)]

    def _fitted(self, group: int, node: str) -> tuple[dict[Stratum, np.ndarray], np.ndarray]:
        """Log-odds of the strata that own suits belong to, and slopes of the traits."""
        if (group, node) not in self._fits:
            results, known = self._results(group, node)
            if results is None:
                usual = np.asarray(self.by["own_slope"][node], dtype=float)
                self._fits[(group, node)] = (
                    {},
                    np.repeat(usual[:, None], self.by["draws"], axis=1),
                )
            else:
                drawn = self._draw(node, known, results)
                strata = dict(zip(known, drawn.strata, strict=True))
                self._fits[(group, node)] = (strata, drawn.slopes)
        return self._fits[(group, node)]

    def _draw(self, node: str, strata: list[Stratum], results: Results | None) -> Drawn:
        keys = [*(repr(each) for each in strata), *TRAITS]
        u = {str(place): self._uniform(node, key) for place, key in enumerate(keys)}
        u |= {name: self._uniform(node, name) for name in ("chance", "rho")}
        return draws(np.asarray([each[1] for each in strata]), results, SIGNS[node], u, self.by)

    def _uniform(self, node: str, key: str) -> np.ndarray:
        if (node, key) not in self._numbers:
            seed = zlib.crc32(f"{node} {key}".encode()) + self.by["seed"]
            self._numbers[(node, key)] = uniforms(self.by["draws"], seed, ("u",))["u"]
        return self._numbers[(node, key)]

    def _results(self, group: int, node: str) -> tuple[Results | None, list[Stratum]]:
        if self.past is None:
            return None, []
        if (group, node) not in self._told:
            self._told[(group, node)] = self.past.results(group, node, self.by)
        return self._told[(group, node)]


def own_record(
    past: pd.DataFrame, ripe: pd.DataFrame, by: Mapping[str, Any], *, as_of: date
) -> Own:
    """What past suits tell, as of a day.

    Parameters
    ----------
    past
        ``features.past_suits``; may be empty.
    ripe
        ``features.ripe_accounts``: what the suits were chosen from; without it a share is
        assumed.
    """
    if past.empty:
        return Own(by)
    suits = suits_past.of_law(past, as_of)
    creditors = text(past, "creditor_id", "").astype(str)
    names, counts = np.unique(creditors, return_counts=True)
    enough = names[np.argsort(-counts, kind="stable")][: by["own_groups_most"]]
    enough = sorted(set(enough) & set(names[counts >= by["own_suits_least"]]))
    groups = {str(name): place + 1 for place, name in enumerate(enough)}
    group = np.asarray([groups.get(each, 0) for each in creditors], dtype=int)
    kinds = text(past, "kind", "unknown")
    sued = suits_past.brought(ripe, creditors, kinds, by)
    hits, known = suits_past.outcomes(past)
    traits = traits_of(
        number(past, "solvency_score"), number(past, "amount_eur"), number(past, "months"),
        flag(past, "is_documented"), flag(past, "is_disputed"), np.isin(kinds, NATURAL), as_of,
    )  # fmt: skip
    months = np.nan_to_num(number(past, "months"), nan=by["usual_months"])
    late = np.round(np.clip(months - by["usual_months"], 0, by["most_months"]))
    told = Past(
        suits,
        group,
        sued,
        traits,
        -by["decay_monthly"] * late,
        hits,
        known,
        suits_past.strata_of(suits),
    )
    pace = suits_past.paces(past, suits, group, by)
    price = dict(
        enumerate(
            suits_past.factors(*suits_past.price(past, suits), np.ones(len(past), bool), group, by)
        )
    )
    reaches = suits_past.reaches(past, suits, group, sued, by)
    awards = suits_past.awards(past)
    return Own(by, groups, told, pace, price, awards, reaches)
