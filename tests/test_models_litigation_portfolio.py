"""The suits of a budget: exact, proved by a bound, explained."""

import itertools

import numpy as np
import pandas as pd
import pytest

from models.litigation.portfolio import frontier, plan


def offers(rows: list[tuple[str, str, float, float, float]]) -> pd.DataFrame:
    """Courses from (suit, course, cost, net, p10)."""
    names = ["suit_id", "course", "cost", "expected_net", "p10"]
    return pd.DataFrame(rows, columns=names).assign(admissible=True)


SMALL = offers(
    [
        ("a", "payment_order", 100, 500, -100),
        ("a", "merits", 900, 1200, -900),
        ("b", "payment_order", 100, 300, 50),
        ("c", "payment_order", 200, 200, -200),
        ("d", "small_claim", 50, -20, -50),
    ]
)


def by_hand(courses: pd.DataFrame, budget: float, filings: int) -> float:
    """The best sum over every choice of at most one course of each suit."""
    groups = [[None, *g.itertuples()] for _, g in courses.groupby("suit_id")]
    best = 0.0
    for choice in itertools.product(*groups):
        taken = [row for row in choice if row is not None]
        if sum(row.cost for row in taken) <= budget and len(taken) <= filings:
            best = max(best, sum(row.expected_net for row in taken))
    return best


@pytest.mark.parametrize("budget", [0, 99, 100, 200, 399, 400, 1000, 1199, 1200, 5000])
@pytest.mark.parametrize("filings", [1, 2, 5])
def test_the_plan_is_the_best_of_all_choices(budget: float, filings: int) -> None:
    found = plan(SMALL, budget=budget, filings=filings)
    assert found.value == pytest.approx(by_hand(SMALL, budget, filings))
    assert found.cost <= budget
    assert found.chosen["suit_id"].is_unique
    assert found.bound >= found.value - 1e-9


def test_the_next_euro_is_worth_the_steepest_suit_still_left() -> None:
    # By hand: a by order is 5 a euro, b 3; then c is 1 a euro, and raising a to the merits is
    # (1200 - 500) / (900 - 100) = 0.875 a euro; after 1,200 euros nothing is left to buy.
    told = frontier(SMALL, budgets=[50, 150, 300, 700, 1300])
    assert told["value"].tolist() == pytest.approx([250, 650, 900, 1262.5, 1700])
    assert told["next_euro"].tolist() == pytest.approx([5, 3, 1, 0.875, 0])
    assert told["knee"].sum() == 1
    assert told.loc[told["knee"], "budget"].item() == 300
    # All costs 1,200 and brings 1,700: 17 / 12 a euro. Only a and b by order bring more than that.
    exact = frontier(SMALL).query("knee")
    assert exact["budget"].item() == 200
    assert exact["value"].item() == pytest.approx(800)
    assert exact["next_euro"].item() == pytest.approx(1)


@pytest.mark.parametrize("filings", [None, 3])
def test_the_bend_is_the_point_farthest_above_the_line_however_many_suits_may_be_filed(
    filings: int | None,
) -> None:
    draw = np.random.default_rng(11)
    rows = [
        (f"s{i}", course, float(cost), float(net), 0.0)
        for i in range(6)
        for course, cost, net in zip(
            ("payment_order", "merits"), draw.integers(0, 25, 2), draw.integers(1, 900, 2),
            strict=True,
        )
    ]  # fmt: skip
    told = frontier(offers(rows), filings=filings)
    last = told["budget"].max()
    every = frontier(offers(rows), filings=filings, budgets=np.arange(0.0, last + 1).tolist())

    assert told.loc[told["knee"], "budget"].item() == every.loc[every["knee"], "budget"].item()


def test_where_a_budget_pays_for_exactly_so_many_suits_the_next_euro_is_the_cheaper_one() -> None:
    # By hand, at each bend: 10 euros pay for a by order, the next euro starts to raise it to the
    # merits at (130 - 100) / (30 - 10) = 1.5; 30 euros pay for that, the next starts on b at
    # 0.5 / 20; at 50 nothing is left. A suit that costs nothing is there from the first euro.
    bends = offers(
        [
            ("a", "payment_order", 10, 100, 50),
            ("a", "merits", 30, 130, 50),
            ("b", "payment_order", 20, 0.5, 0),
            ("free", "small_claim", 0, 5, 1),
        ]
    )
    told = frontier(bends, budgets=[0, 10, 30, 50])
    assert told["value"].tolist() == pytest.approx([5, 105, 135, 135.5])
    assert told["next_euro"].tolist() == pytest.approx([10, 1.5, 0.025, 0])


def test_who_fears_the_worst_decile_brings_fewer_suits() -> None:
    assert set(plan(SMALL, budget=5000).chosen["suit_id"]) == {"a", "b", "c"}
    wary = plan(SMALL, budget=5000, risk=0.5)
    assert dict(zip(wary.chosen["suit_id"], wary.chosen["course"], strict=True)) == {
        "a": "payment_order",
        "b": "payment_order",
    }
    assert set(plan(SMALL, budget=5000, risk=1.0).chosen["suit_id"]) == {"b"}


def test_each_suit_left_is_told_why() -> None:
    closed = SMALL.copy()
    closed.loc[closed["suit_id"] == "b", "admissible"] = False
    found = plan(closed, budget=150, risk=0.0)
    told = dict(zip(found.why_not["suit_id"], found.why_not["reason"], strict=True))
    assert told == {"b": "no_course", "c": "budget", "d": "no_gain"}
    one = plan(SMALL, budget=5000, filings=1)
    assert set(one.why_not.query("reason == 'filings'")["suit_id"]) == {"b", "c"}
    risky = plan(SMALL, budget=5000, risk=0.6)
    assert set(risky.why_not.query("reason == 'too_risky'")["suit_id"]) == {"c"}


def test_what_lapses_first_is_filed_first() -> None:
    days = pd.Series({"c": pd.Timestamp("2026-12-01"), "a": pd.Timestamp("2027-06-01")})
    found = plan(SMALL, budget=5000, per_week=1, urgent=days)
    assert found.chosen["suit_id"].tolist() == ["c", "a", "b"]
    assert found.chosen["week"].tolist() == [1, 2, 3]


def test_no_suit_and_no_euro_give_an_empty_plan() -> None:
    days = pd.Series([], dtype="datetime64[us]", index=pd.Index([], dtype=object))
    nothing = plan(SMALL.iloc[:0], budget=100, urgent=days)
    assert plan(SMALL, budget=0, urgent=days).chosen.empty
    assert nothing.chosen.empty
    assert nothing.why_not.empty
    assert (nothing.value, nothing.bound, nothing.gap) == (0.0, 0.0, 0.0)
    assert frontier(SMALL.iloc[:0]).empty
    assert plan(SMALL, budget=0).chosen.empty


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"budget": -1}, "budget"),
        ({"budget": float("nan")}, "budget"),
        ({"budget": 1, "risk": 2}, "worst decile"),
        ({"budget": 1, "filings": 0}, "filings"),
        ({"budget": 1, "per_week": 0}, "in a week"),
    ],
)
def test_a_wish_out_of_range_is_refused_in_words(wrong: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        plan(SMALL, **wrong)


def test_two_thousand_suits_are_solved_within_a_thousandth_of_the_bound() -> None:
    draw = np.random.default_rng(3)
    n = 2000
    cost = draw.lognormal(5.5, 0.8, (n, 4)).round(2)
    net = (draw.lognormal(6.5, 1.0, (n, 1)) * draw.uniform(0.5, 1.2, (n, 4)) - cost).round(2)
    courses = offers(
        [
            (f"s{i:04d}", f"c{k}", cost[i, k], net[i, k], net[i, k] - 2 * cost[i, k])
            for i in range(n)
            for k in range(4)
        ]
    )
    found = plan(courses, budget=60_000, risk=0.1, filings=300)
    assert found.cost <= 60_000
    assert len(found.chosen) <= 300
    assert found.gap <= 0.001
