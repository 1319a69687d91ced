"""Courses without a suit: their ends, and the chance that a suit ends below them."""

import numpy as np
import pytest
from scipy.special import ndtri

from models.litigation import spread
from models.litigation.branches import UNPAID
from models.litigation.calm import Stake, calm_courses, given_ability, together
from models.litigation.compare import assumptions
from models.litigation.scenarios import lattice, money

BY = assumptions()
NAMES = ("share", "award", "cost", "time")
RANGES = {
    "advance_cost": [80.0, 90.0, 120.0], "contested_extra_cost": [0.0, 0.0, 0.0],
    "contested_recoverable": [0.0, 0.0, 0.0], "enforcement_cost": [150.0, 180.0, 240.0],
    "recoverable_costs": [0.0, 0.0, 0.0], "article_700": [0.0, 0.0, 0.0],
    "days_to_title": [85.0, 115.0, 160.0], "days_if_opposed": [180.0, 270.0, 450.0],
    "days_enforcement": [40.0, 60.0, 120.0],
}  # fmt: skip


def stake_of(amount=12_000.0, full=0.2, some=0.3, part=0.4, relief_now=0.15):
    one, share = np.ones(1), full + (some - full) * part
    return Stake(
        amount=amount * one, interest=0 * one, expected=amount * share * one,
        p_full=full * one, p_any=some * one, relief=amount / 6 * one, relief_now=relief_now * one,
        belief=np.full((1, 4), 0.25), insolvent=0 * one, dividend=0.0, commission=0.15 * one,
        agency_fee=0 * one, contribution=0 * one,
    )  # fmt: skip


def scenarios(n):
    ranges = {name: np.array([each]) for name, each in RANGES.items()}
    u = lattice(n, NAMES)
    normal = {name: ndtri(u[name]) for name in ("cost", "time")}
    return money(ranges, 40.0, 0.0, normal, u, BY)


def in_vain(calm, stake):
    """Nets of a suit whose title brings nothing but VAT, and their chances."""
    able = np.array([0.5])
    chance = np.zeros((1, 2, 6))
    chance[0, :, UNPAID] = able[0], 1 - able[0]
    joint = np.einsum("rze,rza->rea", chance, given_ability(calm, able, BY))
    share = np.ones((1, BY["scenarios"])), np.full((1, BY["scenarios"]), 1 / BY["scenarios"])
    keeps = np.zeros(1), stake.amount
    few, fewer = (scenarios(BY[name]) for name in ("scenarios", "fewer_scenarios"))
    return spread.nets(
        joint, few, fewer, share, keeps, stake.relief, calm.worth, np.zeros(1), calm.worth
    )


@pytest.mark.parametrize("relief_now", [0.0, 0.15, 1.0])
@pytest.mark.parametrize("course", ["amicable", "plan", "agency", "write_off"])
def test_the_ends_of_a_course_without_a_suit_are_all_and_keep_its_mean(course, relief_now):
    stake = stake_of(relief_now=relief_now)
    found = calm_courses(stake, BY)[course]

    assert found.chance.min() >= 0
    assert found.chance.sum() == pytest.approx(1)
    assert found.chance[:, :2].sum() == pytest.approx(found.p_collect[0])
    mixed = np.einsum("z,rza->ra", [0.3, 0.7], given_ability(found, np.array([0.3]), BY))
    assert mixed == pytest.approx(found.chance)
    # VAT comes back of what was not paid, in so many cases.
    unpaid = 1 - found.p_collect[0]
    discount = (1 + BY["discount_rate"]) ** (-BY["amicable_days"] / 365)
    if course == "amicable":
        expected = stake.expected[0] + (stake.amount - stake.expected)[0] / 6 * relief_now
        assert found.mean[0] == pytest.approx(expected * discount - BY["amicable_cost"])
    if course == "write_off":
        assert found.mean[0] == pytest.approx(relief_now * 2000)
    assert found.chance[0, 2] == pytest.approx(unpaid * relief_now)


def test_vat_that_comes_back_without_a_suit_makes_a_suit_in_vain_a_loss():
    stake = stake_of()
    calm = calm_courses(stake, BY)["amicable"]
    values, weights, _ = in_vain(calm, stake)

    rng = np.random.default_rng(5)
    n = 200_000
    u, vat = rng.random(n), rng.random(n) < 0.15
    paid = np.select([u < 0.2, u < 0.3], [1.0, 0.4], 0.0)
    # What a part leaves gives back its VAT as expected: far from the line either way.
    back = np.where(paid == 0, vat * 2000.0, (1 - paid) * 0.15 * 2000.0)
    years = BY["amicable_days"] / 365
    without = (12_000 * paid + back) / (1 + BY["discount_rate"]) ** years - BY["amicable_cost"]
    cost, days = np.exp(0.2 * rng.standard_normal(n)), rng.uniform(150, 220, n)
    suit = (1800.0 - 180 * cost) / (1 + BY["discount_rate"]) ** (days / 365) - 90 * cost - 40
    lived = (suit < without).mean()

    assert lived == pytest.approx(0.3 + 0.7 * 0.15, abs=0.005)
    assert spread.below_nothing(values, weights)[0] == pytest.approx(lived, abs=0.01)


def test_a_suit_in_vain_of_a_claim_without_vat_loses_for_certain():
    stake = stake_of()
    stake = Stake(**{**vars(stake), "relief": np.zeros(1)})
    values, weights, _ = in_vain(calm_courses(stake, BY)["amicable"], stake)

    assert spread.below_nothing(values, weights)[0] == pytest.approx(1.0)


def test_an_agency_raises_whole_payments_as_it_raises_the_cash():
    stake = stake_of()
    found = calm_courses(stake, BY)
    lifted = found["agency"].cost[0] / stake.commission[0] / stake.expected[0]

    assert lifted > 1.1
    assert found["agency"].chance[0, 0] == pytest.approx(0.2 * lifted)
    values, weights = together(found["agency"], found["amicable"])
    mean = found["agency"].mean[0] - found["amicable"].mean[0]
    assert (values * weights).sum() == pytest.approx(mean)
