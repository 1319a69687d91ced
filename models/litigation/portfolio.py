r"""Which suits to bring under a budget, a number of filings and an appetite for risk.

Of each suit at most one course. With net its expected net over the best way without a judge, p10
the worst decile of that net, c the cash it is expected to take,

.. math:: \max_x \sum_{s,k} v_{sk} x_{sk}, \quad v = (1 - κ)\,net + κ\,p_{10}, \quad
          \sum c\,x \le B, \quad \sum_k x_{sk} \le 1, \quad \sum x \le F,

κ from 0 (the mean alone) to 1 (the worst decile alone). Worst deciles add up as if all suits went
badly together, so that the risk is never understated (the measure is comonotone additive: Dhaene
et al. 2002). A knapsack with multiple choice (Sinha and Zoltners 1979), solved by branch and bound
(HiGHS through ``scipy.optimize.milp``) with the bound that proves how much better any other
choice could be; the frontier is its linear relaxation, whose dual price is the worth of one more
euro.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog
from scipy.sparse import coo_array, csr_array, vstack

from models.solver import solved

SECONDS = 8.0
GAP = 1e-4
REASONS = ("chosen", "no_course", "no_gain", "too_risky", "budget", "filings")
_NEEDED = ("suit_id", "course", "admissible", "expected_net", "p10", "cost")
_STEPS = 25
_HALF_CENT = 0.005
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Plan:
    """What to file. Money in EUR.

    Attributes
    ----------
    chosen : one row per suit to bring: suit_id, course, cost, expected_net, p10, value, per_euro,
        week; the first to file first.
    why_not : suit_id, course (its best, where it has one), value, cost and the reason, one of
        ``REASONS``, of each suit left.
    value, bound : what the plan is worth and what no plan can exceed.
    cost, expected_net, worst : sums of the plan.
    """

    chosen: pd.DataFrame
    why_not: pd.DataFrame
    value: float
    bound: float
    cost: float
    expected_net: float
    worst: float

    @property
    def gap(self) -> float:
        """By how much, at most, another plan could be better, as a share of the bound."""
        return 0.0 if self.bound <= 0 else max(self.bound - self.value, 0.0) / self.bound


def plan(
    courses: pd.DataFrame,
    *,
    budget: float,
    risk: float = 0.0,
    filings: int | None = None,
    per_week: int | None = None,
    urgent: pd.Series | None = None,
    seconds: float = SECONDS,
) -> Plan:
    """The suits to bring.

    Parameters
    ----------
    courses : one row per suit and course before a judge: the columns ``_NEEDED`` (EUR).
    budget : cash that may be spent, EUR.
    risk : κ of the module, 0 to 1.
    filings, per_week : suits at most in all and in one week; None for as many as pay.
    urgent : by suit_id, the day on which its claim is time-barred: such suits are filed first.

    Raises
    ------
    ValueError
        where a figure is out of range or a column is missing.
    """
    rows = _candidates(courses, budget, risk, filings, per_week)
    pays = rows[rows["value"] > 0].reset_index(drop=True)
    cap = len(pays) if filings is None else filings
    taken, bound = _solved(pays, budget, cap, seconds)
    chosen = _in_weeks(pays[taken], per_week, urgent)
    left = _why_not(courses, rows, pays, chosen, budget, cap)
    return Plan(
        chosen=chosen,
        why_not=left,
        value=float(chosen["value"].sum()),
        bound=max(float(chosen["value"].sum()), bound),
        cost=float(chosen["cost"].sum()),
        expected_net=float(chosen["expected_net"].sum()),
        worst=float(chosen["p10"].sum()),
    )


def frontier(
    courses: pd.DataFrame,
    *,
    risk: float = 0.0,
    filings: int | None = None,
    budgets: Sequence[float] | None = None,
) -> pd.DataFrame:
    """What each budget is worth at best, one row per budget.

    Columns: budget (whole cents), value (of the linear relaxation, EUR), next_euro (what the next
    euro of budget brings, EUR), knee (true on the one row that lies farthest above the straight
    line from the first to the last: Satopää et al. 2011). Empty where no suit pays.
    Without ``budgets``, 25 of them from nothing to all, and the bend itself, to the cent.
    """
    rows = _candidates(courses, 0.0, risk, filings, None)
    pays = rows[rows["value"] > 0].reset_index(drop=True)
    if pays.empty:
        return pd.DataFrame(columns=["budget", "value", "next_euro", "knee"])
    cap = len(pays) if filings is None else filings
    bend = None
    if budgets is None:
        last = _best(pays, pays["value"], cap)
        steps = np.linspace(0.0, float(last["cost"].sum()), _STEPS)
        bend = _bend(pays, last, cap)
        budgets = np.unique(np.append(steps, bend).round(2)).tolist()
    told = [_relaxed(pays, float(b), cap) for b in budgets]
    out = pd.DataFrame(told, columns=["value", "next_euro"])
    out.insert(0, "budget", [float(b) for b in budgets])
    reach = out["budget"].max() - out["budget"].min()
    rise = out["value"].max() - out["value"].min()
    along = (out["budget"] - out["budget"].min()) / (reach or 1.0)
    up = (out["value"] - out["value"].min()) / (rise or 1.0)
    at = int(np.argmax(up - along)) if bend is None else budgets.index(bend)
    out["knee"] = np.arange(len(out)) == at
    return out


def _bend(rows: pd.DataFrame, last: pd.DataFrame, cap: int) -> float:
    """The budget at which the frontier lies farthest above the line between its ends.

    There one more euro brings less than it does on that line: what is worth having at the line's
    own price a euro, each suit by its best course, costs that budget (Lagrange), whole cents.
    """
    free = rows[rows["cost"] <= 0]
    first = float(_best(free, free["value"], cap)["value"].sum())
    cost = float(last["cost"].sum())
    price = (float(last["value"].sum()) - first) / cost if cost > 0 else 0.0
    return round(float(_best(rows, rows["value"] - price * rows["cost"], cap)["cost"].sum()), 2)


def _best(rows: pd.DataFrame, worth: pd.Series, cap: int) -> pd.DataFrame:
    """Of each suit the course worth most, at most ``cap`` suits; of equals the cheaper ones."""
    order = rows.assign(worth=worth).sort_values(
        ["worth", "cost"], ascending=[False, True], kind="stable"
    )
    found = order[order["worth"] > _NOTHING].drop_duplicates("suit_id")
    return found.head(cap)


def _candidates(
    courses: pd.DataFrame,
    budget: float,
    risk: float,
    filings: int | None,
    per_week: int | None,
) -> pd.DataFrame:
    """Admissible courses with what they count for."""
    missing = set(_NEEDED) - set(courses.columns)
    if missing:
        raise ValueError(f"courses lack the columns {', '.join(sorted(missing))}")
    if not (np.isfinite(budget) and budget >= 0):
        raise ValueError(f"the budget must be a sum of euros from 0 up, not {budget}")
    if not 0 <= risk <= 1:
        raise ValueError(f"the weight of the worst decile lies between 0 and 1, not {risk}")
    for name, number in (("filings", filings), ("filings in a week", per_week)):
        if number is not None and number < 1:
            raise ValueError(f"{name}: at least 1, not {number}")
    open_ = courses[courses["admissible"].astype(bool)]
    rows = open_[["suit_id", "course"]].astype(object).reset_index(drop=True)
    for name in ("expected_net", "p10", "cost"):
        rows[name] = pd.to_numeric(open_[name]).to_numpy(dtype=float)
    rows["cost"] = rows["cost"].clip(lower=0.0)
    rows["value"] = (1 - risk) * rows["expected_net"] + risk * rows["p10"]
    rows["per_euro"] = rows["value"] / rows["cost"].where(rows["cost"] > 0)
    rows = rows.sort_values(["suit_id", "course"], kind="stable").reset_index(drop=True)
    return rows.dropna(subset=["value", "cost"]).reset_index(drop=True)


def _limits(rows: pd.DataFrame, budget: float, cap: int) -> tuple[csr_array, np.ndarray]:
    """Rows of the constraints ≤: the budget, the filings, one course per suit."""
    suit = pd.factorize(rows["suit_id"])[0]
    n = len(rows)
    each = coo_array((np.ones(n), (suit, np.arange(n))), shape=(int(suit.max()) + 1, n))
    both = csr_array(np.vstack([rows["cost"].to_numpy(), np.ones(n)]))
    limits = np.concatenate([[budget, cap], np.ones(each.shape[0])])
    return csr_array(vstack([both, each.tocsr()])), limits


def _solved(
    rows: pd.DataFrame, budget: float, cap: int, seconds: float
) -> tuple[np.ndarray, float]:
    """Which rows are taken, and the proved bound on the value of any choice."""
    if rows.empty:
        return np.zeros(0, dtype=bool), 0.0
    matrix, limits = _limits(rows, budget, cap)
    found = solved(
        -rows["value"].to_numpy(),
        constraints=LinearConstraint(matrix, ub=limits),
        integrality=np.ones(len(rows)),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": GAP},
    )
    best = rows["value"].groupby(rows["suit_id"]).max().sum()
    bound = -float(found.mip_dual_bound) if found.mip_dual_bound is not None else float(best)
    if found.x is None:
        # Nothing in time: nothing is proposed, and the bound says what may have been missed.
        return np.zeros(len(rows), dtype=bool), bound
    return np.round(found.x).astype(bool), bound


def _relaxed(rows: pd.DataFrame, budget: float, cap: int) -> tuple[float, float]:
    """Value of the relaxation at a budget of whole cents, and what the next euro brings there.

    Where a budget pays for exactly so many suits, many dual prices are right; only the least is
    that of the *next* euro. Choices of the relaxation without its budget are whole, so that it
    bends at sums of costs alone, at whole cents: half a cent further no bend is near.
    """
    matrix, limits = _limits(rows, budget + _HALF_CENT, cap)
    found = linprog(
        -rows["value"].to_numpy(), A_ub=matrix, b_ub=limits, bounds=(0, 1), method="highs"
    )
    price = max(-float(found.ineqlin.marginals[0]), 0.0)
    return max(-float(found.fun) - price * _HALF_CENT, 0.0), price


def _in_weeks(chosen: pd.DataFrame, per_week: int | None, urgent: pd.Series | None) -> pd.DataFrame:
    """The chosen in the order of filing with their week from 1; what lapses first goes first."""
    day = pd.Series(pd.NaT, index=chosen.index)
    if urgent is not None and len(chosen):
        day = pd.to_datetime(chosen["suit_id"].map(urgent))
    order = chosen.assign(day=day).sort_values(
        ["day", "value", "suit_id"], ascending=[True, False, True], na_position="last"
    )
    week = 1 if per_week is None else np.arange(len(order)) // per_week + 1
    return order.drop(columns="day").assign(week=week).reset_index(drop=True)


def _why_not(
    courses: pd.DataFrame,
    rows: pd.DataFrame,
    pays: pd.DataFrame,
    chosen: pd.DataFrame,
    budget: float,
    cap: int,
) -> pd.DataFrame:
    """The reason why each other suit is left, with its best course."""
    best = rows.sort_values(["value", "course"], ascending=[False, True], kind="stable")
    best = best.drop_duplicates("suit_id")
    names = sorted(set(courses["suit_id"].astype(str)) - set(chosen["suit_id"].astype(str)))
    suits = pd.DataFrame({"suit_id": pd.Series(names, dtype=object)})
    left = suits.merge(best, on="suit_id", how="left")
    full = len(chosen) >= cap
    left["reason"] = np.select(
        [
            left["course"].isna(),
            left["expected_net"] <= 0,
            left["value"] <= 0,
            full & (left["cost"] <= budget - chosen["cost"].sum()),
        ],
        ["no_course", "no_gain", "too_risky", "filings"],
        "budget",
    )
    return left[["suit_id", "course", "value", "cost", "reason"]]
