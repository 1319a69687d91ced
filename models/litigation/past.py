"""Past suits as the law of today sees them: their strata, traits, outcomes, times and costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from law.facts import SuitFacts
from law.steps import solvency_steps
from law.terms import CourseTerms, course_terms
from models.litigation import reach
from models.litigation.chances import Results
from models.litigation.classes import told_apart
from models.litigation.columns import flag, number, text
from models.litigation.reach import NATURAL
from models.litigation.scenarios import uniforms

#: By node: the column of ``features.past_suits`` that tells how it ended.
OUTCOMES = {
    "p_granted": "granted",
    "p_opposed": "opposed",
    "p_won_if_opposed": "won",
    "p_enforced": "collected",
}
#: Courses by which a part only is often granted.
IN_PART = ("payment_order", "european_order")
#: Courses that begin where an order that is opposed ends: a judge hears both sides on the merits
#: (CPC 1417). An order itself is granted on documents alone, and tells little of that.
HEARD = ("merits", "tj_request", "european_small_claim")

Stratum = tuple[str, tuple[float, ...]]
"""A course, or none where it does not count, and a range of the law."""


@dataclass(frozen=True)
class Past:
    """Past suits, one entry each: terms of today, group of the creditor, share brought, traits,
    log-odds that enforcement lost with age; by node whether it ended well and whether that is
    known. ``strata``: by node, those met, and the place of each suit among them.
    """

    suits: list[CourseTerms]
    group: np.ndarray
    sued: np.ndarray
    traits: np.ndarray
    faded: np.ndarray
    hits: Mapping[str, np.ndarray]
    known: Mapping[str, np.ndarray]
    strata: Mapping[str, tuple[list[Stratum], np.ndarray]]

    def results(
        self, group: int, node: str, by: Mapping[str, Any]
    ) -> tuple[Results | None, list[Stratum]]:
        """Outcomes at a node for a group of creditors, and the strata they belong to."""
        rows = np.flatnonzero(self.known[node])
        if not len(rows):
            return None, []
        met, place = self.strata[node]
        own = (self.group[rows] == group) & (group > 0)
        weight = np.where(own, 1.0, by["others_weight"])
        faded = self.faded[rows] * (node == "p_enforced")
        columns = [self.hits[node][rows], place[rows], self.sued[rows], faded]
        # Suits alike are one row that weighs as much as they do.
        alike, first = told_apart([*columns, *self.traits[rows].T], len(rows))
        kept = rows[first]
        results = Results(
            self.hits[node][kept],
            place[kept],
            np.bincount(alike, weight),
            self.sued[kept],
            self.traits[kept],
            faded[first],
            np.asarray(by["own_slope"][node], dtype=float),
            np.asarray(by["own_slope_spread"][node]),
        )
        return results, met


def learnt_at(course: str, node: str) -> str:
    """The node whose outcomes tell the chance at a node of a course.

    >>> learnt_at("merits", "p_granted"), learnt_at("payment_order", "p_granted")
    ('p_won_if_opposed', 'p_granted')
    """
    return "p_won_if_opposed" if node == "p_granted" and course in HEARD else node


def court_of(course: str, node: str) -> str:
    """The course that a stratum belongs to; none where the way there does not count.

    What a debtor has does not depend on the judge, nor what a hearing finds on what led to it.
    """
    return "" if node in ("p_enforced", "p_won_if_opposed") else course


def stratum(terms: CourseTerms, node: str) -> Stratum:
    """Stratum of a suit at a node where outcomes are learnt."""
    heard = node == "p_won_if_opposed" and terms.course in HEARD
    law = terms.p_granted if heard else getattr(terms, node)
    return court_of(terms.course, node), (float(law.low), float(law.central), float(law.high))


def outcomes(past: pd.DataFrame) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """By node where outcomes are learnt: whether each suit ended well, whether that is known.

    Arrays of shape (n_suits,).
    """
    heard = np.isin(text(past, "procedure", ""), HEARD)
    hits = {node: flag(past, column) for node, column in OUTCOMES.items()}
    known = {node: past[column].notna().to_numpy() for node, column in OUTCOMES.items()}
    for each in (hits, known):
        won, granted = each["p_won_if_opposed"], each["p_granted"]
        each["p_won_if_opposed"] = np.where(heard, granted, won)
        each["p_granted"] = granted & ~heard
    return hits, known


def strata_of(suits: list[CourseTerms]) -> dict[str, tuple[list[Stratum], np.ndarray]]:
    """By node: the strata met, and the place of each suit among them."""
    found = {}
    for node in OUTCOMES:
        places: dict[Stratum, int] = {}
        of = [places.setdefault(stratum(each, node), len(places)) for each in suits]
        found[node] = (list(places), np.asarray(of, dtype=int))
    return found


#: What is known of a claim beside its stratum, in the order of the columns of ``traits_of``.
TRAITS = ("score", "amount", "months", "documented", "disputed", "natural", "unscored")


def traits_of(
    score: np.ndarray,
    amount: np.ndarray,
    months: np.ndarray,
    documented: np.ndarray,
    disputed: np.ndarray,
    natural: np.ndarray,
    as_of: date,
) -> np.ndarray:
    """Traits of claims on like scales, in few steps, nought for the usual; shape (n, n_traits).

    A score speaks beside the middle of its class of solvency, which the stratum knows. Debtors
    without a score are weighed as the middle class is, and may be other people.
    """
    edges = np.asarray([0.0, *(float(each) for each in solvency_steps(as_of)), 100.0])
    which = np.clip(np.searchsorted(edges, score, side="right") - 1, 0, len(edges) - 2)
    middle = (edges[:-1] + edges[1:])[which] / 2
    steps = np.round(np.nan_to_num((score - middle) / 25) * 2) / 2
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
            np.where(np.isnan(score), 1.0, 0.0),
        ],
        axis=1,
    )


def of_law(past: pd.DataFrame, as_of: date) -> list[CourseTerms]:
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
    # A score counts by the step that it has reached.
    steps = np.asarray([0.0, *(float(each) for each in solvency_steps(as_of))])
    level = steps[np.clip(np.searchsorted(steps, score, side="right") - 1, 0, len(steps) - 1)]
    asked: dict[tuple[Any, ...], CourseTerms] = {}
    found = []
    for i in range(len(past)):
        key = (
            *(str(each[i]) for each in words.values()), trader[i], bool(documented[i]),
            bool(disputed[i]), None if np.isnan(score[i]) else float(level[i]),
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


def brought(
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


def reaches(
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
    usual = reach.usual_reach(enforced, natural, np.nan_to_num(amount), by)
    others: float = by["others_weight"]
    found = {}
    for each in range(int(group.max(initial=0)) + 1):
        weight = np.where((group == each) & (each > 0), 1.0, others)[told]
        found[each] = reach.draws(
            share[told], amount[told], usual[told], weight, sued[told], reach_uniforms(by), by
        )
    return found


def reach_uniforms(by: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Uniform numbers for ``reach.draws``."""
    return uniforms(by["draws"], by["seed"] + 1, ("cell", "rho"))


def _with_others(sums: np.ndarray, group: int, by: Mapping[str, Any]) -> np.ndarray:
    """Sums of a group and, for less, of the others; the groups are the first axis."""
    others: float = by["others_weight"]
    own = sums[group] if group > 0 else 0.0
    return np.asarray(others * sums.sum(axis=0) + (1 - others) * own)


def pace(past: pd.DataFrame, suits: list[CourseTerms]) -> tuple[np.ndarray, np.ndarray]:
    """Own times to a title, of suits not opposed, and the usual ones."""
    quick = flag(past, "granted") & ~flag(past, "opposed")
    usual = np.asarray([float(each.days_to_title.central) for each in suits])
    return np.where(quick, number(past, "days_to_title"), np.nan), usual


def paces(
    past: pd.DataFrame, suits: list[CourseTerms], group: np.ndarray, by: Mapping[str, Any]
) -> dict[tuple[int, str], float]:
    """Factors on times by group and course; by no course, those of all courses together.

    Courts that are slow by one course are so by another: what a course does not tell itself is
    drawn to the factor of all.
    """
    own, usual = pace(past, suits)
    courses = np.asarray([each.course for each in suits])
    everywhere = np.ones(len(past), bool)
    found = {(g, ""): each for g, each in enumerate(factors(own, usual, everywhere, group, by))}
    of_all = np.asarray([found[(g, "")] for g in range(len(found))])
    for course in sorted(set(courses)):
        beside = factors(own, usual * of_all[group], courses == course, group, by)
        found |= {(g, course): of_all[g] * each for g, each in enumerate(beside)}
    return found


def price(past: pd.DataFrame, suits: list[CourseTerms]) -> tuple[np.ndarray, np.ndarray]:
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


def factors(
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


def awards(past: pd.DataFrame) -> tuple[int, float]:
    """How many orders to pay told what they granted of what was asked, and the sum of the shares.

    An order alone: a judge who heard both sides grants a part for another reason.
    """
    if "awarded_share" not in past:
        return 0, 0.0
    orders = past["procedure"].isin(IN_PART).to_numpy()
    share = number(past, "awarded_share")[orders]
    known = share[~np.isnan(share)]
    return len(known), float(known.sum())
