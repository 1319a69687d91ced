"""What could be known of suits at best: a learner who knows the form of a world's laws.

It sees what the product sees (facts of each suit, the forecast without a judge, the past suits) and
beside them what no method knows: how each law looks, what scores and profiles mean, costs, times,
what orders grant, how agents chose. Hidden are the levels: how often orders are granted and
opposed, opponents lose, anything is found, how much lies within reach and how it varies. They are
drawn around those of the first world, weighed by how well they explain the past suits, drawn again
around what is likely. It files twice: whatever is worth more on average, the most that can be had;
and from the surest suit on for as long as it expects no more mistakes than the aim allows. Whoever
knows less of the laws can do better by luck alone, or by expecting the truth beforehand.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from benchmarks.litigation_figures import DAY
from benchmarks.litigation_page import AIM_NEGATIVE
from simulation.lawsuits import outcomes, worlds
from simulation.lawsuits.generator import case_of, prices_of, promise, unseen, visible
from simulation.lawsuits.outcomes import Case, Hidden

#: What is hidden of a world, and how far it may lie from the first world's (standard deviations).
LEVELS = {
    "granted": 0.4, "summary": 0.3, "opposed": 0.6, "won": 0.7, "found": 1.0, "within_reach": 0.7,
    "wealth": 0.4, "wealth_spread": 0.4, "opposed_of_wealth": 0.3, "fails": 0.6,
}  # fmt: skip
_RATIOS = ("within_reach", "fails", "wealth_spread")
_FIRST, _AGAIN, _KEPT, _DRAWS = 1000, 500, 40, 40
#: Of the world: doubt about the forecast (log-odds) and about what is seized (logarithm).
_NOISE, _LUCK = 0.2, 0.7
_COURSES = ("payment_order", "summary", "merits", "tj_request")


@dataclass(frozen=True)
class _Told:
    """Past suits: what is at stake, unseen states drawn (wealth at level nought, and the part of it
    that varies), years to a title, and outcomes; shape (n_suits, 1) or (n_suits, draws).
    """

    case: Case
    hidden: Hidden
    normal: np.ndarray
    picked: np.ndarray
    years: tuple[np.ndarray, np.ndarray]
    order: np.ndarray
    granted: np.ndarray
    opposed: np.ndarray
    won: np.ndarray
    collected: np.ndarray
    share: np.ndarray


def knowable(world, lawsuits, table, seed):
    """The table of the product with what such a learner files: ``wide``, or ``knowable`` if sure.

    Of what the product said the open courses alone are taken.
    """
    rng = np.random.default_rng([seed, 77])
    law, first = worlds()[world], dict(worlds()["usual"])
    # The share of households, costs and times stand in the records.
    first |= {name: law[name] for name in ("dearer", "slower", "consumers", "pays_of_wealth")}
    told = _told(lawsuits.frames["past"], law, first, rng)
    steps = _likely(told, first, rng)
    seen, suits = lawsuits.seen, lawsuits.seen["suit_id"]
    case = case_of(seen)
    prices = {course: prices_of(course, seen, law, DAY) for course in _COURSES}
    calm, doubt = _calm(lawsuits, law, case)
    gains = []
    for step in steps:
        levels = _levels(first, step)
        hidden = unseen(rng, seen, _DRAWS, levels)
        off = doubt * rng.standard_normal(len(suits))
        gains.append(
            [
                _value(course, hidden, case, prices[course], calm[1], levels) - calm[0] - off
                for course in _COURSES
            ]
        )
    open_ = table.pivot(index="suit_id", columns="course", values="admissible").loc[suits]
    gains, open_ = np.asarray(gains), open_[list(_COURSES)].to_numpy(dtype=bool).T
    pairs = pd.MultiIndex.from_frame(table[["suit_id", "course"]])
    return {
        name: table.assign(
            recommended=pairs.isin(pd.MultiIndex.from_frame(_filed(gains, open_, suits, most)))
        )
        for name, most in (("wide", 1.0), ("knowable", AIM_NEGATIVE))
    }


def _filed(gains, open_, suits, most):
    """The surest suits, as many as let at most such a part be mistakes, (draws, courses, suits)."""
    mean = np.where(open_, gains.mean(axis=0), -np.inf)
    best, at = mean.argmax(axis=0), np.arange(len(suits))
    wrong = (gains[:, best, at] < 0).mean(axis=0)
    asked = np.flatnonzero(mean[best, at] > 0)
    order = asked[np.argsort(wrong[asked], kind="stable")]
    few = np.cumsum(wrong[order]) <= most * np.arange(1, len(order) + 1)
    filed = order[few]
    return pd.DataFrame(
        {"suit_id": suits[filed], "course": np.asarray(_COURSES, dtype=object)[best[filed]]}
    )


def _levels(first, step):
    """A world so many steps from the first; what is a ratio moves by its logarithm."""
    first = {"summary": 0.0} | first
    moved = {
        name: first[name] * np.exp(by) if name in _RATIOS else first[name] + by
        for name, by in step.items()
    }
    return first | moved


def _chances(course, hidden, case, levels):
    if course == "summary":
        granted = ndtr(0.3 + levels["summary"] + 0.45 * hidden.merit)
        return [granted, np.zeros_like(granted), np.ones_like(granted)]
    return outcomes.chances(course, hidden, case, levels)


def _value(course, hidden, case, price, left, levels):
    odds = _chances(course, hidden, case, levels)
    return outcomes.suit_value(course, hidden, case, price, left, levels, odds).mean(axis=1)


def _calm(lawsuits, law, case):
    """The best course without a suit and going on, as the forecast has them, and their doubt."""
    truth = lawsuits.truth.pivot(index="suit_id", columns="course", values="value")
    truth = truth.loc[lawsuits.seen["suit_id"]]
    frame = lawsuits.frames["recovery"]
    amount = case.amount[:, 0]
    kept = 1.08 ** (-120 / 365) * (amount - 0.15 * case.vat[:, 0])
    seen = frame["expected_recovered"].to_numpy() / amount
    going_on = truth["amicable"].to_numpy()
    said = kept * seen + 1.08 ** (-120 / 365) * 0.15 * case.vat[:, 0] - 12
    best = truth[list(outcomes.CALM)].to_numpy().max(axis=1)
    return (best + said - going_on, said[:, None]), _NOISE * kept * seen * (1 - seen)


def _told(past, law, first, rng):
    """Past suits with unseen states; ``picked``: how likely each state made the choice to sue."""
    columns = {"amount_eur": "amount", "is_documented": "documented", "is_disputed": "disputed",
               "solvency_score": "score", "months": "months", "kind": "kind"}  # fmt: skip
    seen = {new: past[old].to_numpy() for old, new in columns.items()}
    seen |= {name: seen[name].astype(bool) for name in ("documented", "disputed")}
    seen["belief"] = rng.dirichlet(law["belief"], len(past))
    order = (past["procedure"] == "payment_order").to_numpy()[:, None]
    prices = [prices_of(name, seen, law, DAY) for name in ("payment_order", "summary")]
    years = tuple(
        np.where(order, *(getattr(each, name) for each in prices)) / 365
        for name in ("days", "longer_days")
    )
    key = int(rng.integers(2**31))
    still, moving = (
        unseen(np.random.default_rng(key), seen, _DRAWS, first | {"wealth": 0, "wealth_spread": by})
        for by in (0, 1)
    )
    others = visible(rng, 4000, law)
    wish = promise(others, unseen(rng, others, 1, law), law)[:, 0] + rng.standard_normal(4000)
    usual = Hidden(
        law["wealth"] + still.wealth + law["wealth_spread"] * (moving.wealth - still.wealth),
        still.merit,
        still.profile,
    )
    picked = ndtr(promise(seen, usual, law) - np.quantile(wish, 1 - law["brought"]))
    outcome = {
        name: past[name].eq(True).to_numpy(dtype=bool)[:, None]
        for name in ("granted", "opposed", "won", "collected")
    }
    share = past["collected_share"].to_numpy(dtype=float)[:, None]
    return _Told(
        case_of(seen), still, moving.wealth - still.wealth, np.maximum(picked, 1e-6), years, order,
        share=share, **outcome,
    )  # fmt: skip


def _likely(told, first, rng):
    """Levels that the past suits make likely, a dictionary each."""
    spread = np.asarray(list(LEVELS.values()))
    steps = spread[:, None] * rng.standard_normal((len(spread), _FIRST))
    log_p = _log_p(told, first, steps)
    for _ in range(2):
        weight = _shares(log_p)
        centre = (steps @ weight)[:, None]
        around = 1.3 * (np.cov(steps, aweights=weight) + np.diag((0.15 * spread) ** 2))
        root = np.linalg.cholesky(around)
        steps = centre + root @ rng.standard_normal((len(spread), _AGAIN))
        off = np.linalg.solve(root, steps - centre)
        before = -0.5 * ((steps / spread[:, None]) ** 2).sum(axis=0)
        log_p = _log_p(told, first, steps) + before + 0.5 * (off**2).sum(axis=0)
    kept = rng.choice(_AGAIN, _KEPT, p=_shares(log_p))
    return [dict(zip(LEVELS, steps[:, i], strict=True)) for i in kept]


def _shares(log_p):
    chance = np.exp(log_p - log_p.max())
    return chance / chance.sum()


def _log_p(told, first, steps):
    """Logarithm of the probability of all past outcomes for each column of ``steps``."""
    found = [_fit(told, _levels(first, dict(zip(LEVELS, s, strict=True)))) for s in steps.T]
    return np.asarray(found)


def _fit(told, levels):
    """The same for one world; a choice that an unseen state made likelier speaks of that state."""
    wealth = levels["wealth"] + told.hidden.wealth + levels["wealth_spread"] * told.normal
    hidden = Hidden(wealth, told.hidden.merit, told.hidden.profile)
    ordered, opposed, won = _chances("payment_order", hidden, told.case, levels)
    granted = np.where(told.order, ordered, _chances("summary", hidden, told.case, levels)[0])
    opposed = np.where(told.order, opposed, 0.0)
    fought = np.where(told.won, won, 1 - won)
    heard = np.where(told.opposed, opposed * fought, 1 - opposed)
    likely = np.where(told.granted, granted * heard, 1 - granted)
    years = np.where(told.opposed, *told.years[::-1])
    there = outcomes.found(hidden, years, levels)
    reach = np.log(levels["within_reach"] / told.case.claimed) + wealth - levels["fades"] * years
    share = np.where(told.collected, told.share, 1.0)
    partly = np.exp(-0.5 * ((np.log(share) - reach) / _LUCK) ** 2) / _LUCK
    comes = there * np.where(share >= 1, ndtr(reach / _LUCK), partly)
    none = 1 - there * ndtr((reach - np.log(0.05)) / _LUCK)
    titled = told.granted & (~told.opposed | told.won)
    likely = likely * np.where(titled, np.where(told.collected, comes, none), 1.0)
    mean = (likely * told.picked).sum(axis=1) / told.picked.sum(axis=1)
    return float(np.log(np.maximum(mean, 1e-12)).sum())
