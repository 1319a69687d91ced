"""What a suit is worth: counted ends against plain drawing, chances learnt from own suits."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit, ndtri

from models.litigation import branches, own_outcomes, spread, worth
from models.litigation.branches import Turns, ends
from models.litigation.calm import Calm, given_ability, together
from models.litigation.chances import SIGNS, Results, beside, draws, inverse_mills
from models.litigation.compare import assumptions
from models.litigation.past import TRAITS, traits_of
from models.litigation.reach import draws as reach_draws
from models.litigation.reach import share_collected, usual_reach
from models.litigation.scenarios import factors, lattice, money, uniforms
from models.litigation.terms import Terms

BY = assumptions()
NAMES = ("share", "award", "cost", "time")
DAY = dt.date(2026, 11, 21)
RANGES = {
    "advance_cost": [80.0, 90.0, 120.0], "contested_extra_cost": [2000.0, 3500.0, 6000.0],
    "contested_recoverable": [60.0, 60.0, 60.0], "enforcement_cost": [180.0, 180.0, 180.0],
    "recoverable_costs": [150.0, 150.0, 150.0], "article_700": [0.0, 50.0, 300.0],
    "days_to_title": [85.0, 115.0, 160.0], "days_if_opposed": [180.0, 270.0, 450.0],
    "days_enforcement": [40.0, 60.0, 120.0],
}  # fmt: skip


def turns_of(opposed=0.3, granted=0.75, enforced=0.5, consumer=False, won=0.8, examined=False):
    at = {"granted": granted, "opposed": opposed, "won": won, "enforced": enforced}
    return Turns(
        **{name: np.full((1, 1), value) for name, value in at.items()},
        examined=np.array([examined]),
        consumer=np.array([consumer]),
        usual_opposition=np.array([0.05]),
        months=np.array([6.0]),
        wait=np.array([0.5]),
        longer_wait=np.array([1.0]),
    )


def normals(n, rng):
    return {name: rng.standard_normal(n) for name in ("cost", "time")}


def scene(n, rng=None):
    """Costs and times of one class in n scenarios: evenly spread, or drawn plainly."""
    ranges = {name: np.array([each]) for name, each in RANGES.items()}
    if rng is None:
        u = lattice(n, NAMES)
        normal = {name: ndtri(u[name]) for name in ("cost", "time")}
    else:
        u = {"award": rng.random(n), "share": rng.random(n)}
        normal = normals(n, rng)
    return money(ranges, 40.0, 0.57, normal, u, BY), np.interp(u["share"], [0, 0.4, 1], [0.2, 1, 1])


@pytest.mark.parametrize("amount", [900.0, 12_000.0])
def test_deciles_and_chance_of_loss_agree_with_plain_drawing(amount):
    rng = np.random.default_rng(3)
    belief = np.array([0.3, 0.25, 0.3, 0.15])
    chance = np.einsum("k,kze->ze", belief, ends(turns_of(), BY)[0, :, :, :, 0])
    calm = Calm(
        np.array([[0.15, 0.1, 0.75]]), np.array([[amount, amount / 3, -12.0]]),
        np.array([12.0]), np.array([12.0]), np.array([0.25]), np.zeros(1),
    )  # fmt: skip
    given = given_ability(calm, chance[0].sum()[None], BY)
    joint = np.einsum("ze,rza->rea", chance, given)
    keeps = (np.array([-10.0]), np.array([amount * 0.94]))
    relief, left = np.array([amount / 6]), calm.worth
    few, share = scene(BY["scenarios"])
    values, weights, parts = spread.nets(
        joint,
        few,
        scene(BY["fewer_scenarios"])[0],
        ((share * few.award)[None], np.full((1, len(share)), 1 / len(share))),
        keeps,
        relief,
        left,
        np.zeros(1),
        calm.worth,
    )
    ours = spread.deciles(values, weights, np.array([0.04 * amount]))[:, 0]

    n = 200_000
    drawn, share = scene(n, rng)
    cell = rng.choice(18, n, p=joint[0].ravel() / joint.sum())
    end, other = np.divmod(cell, 3)
    d = {name: getattr(drawn, name)[0] for name in
         ("advance", "contested", "enforcing", "title", "cash", "longer_cash")}  # fmt: skip
    kept = keeps[0] + keeps[1] * share * drawn.award + drawn.back[0, 0]
    back = relief[0] * BY["vat_relief_after_enforcement"]
    fight = d["contested"] * d["title"]
    net = np.select(
        [end == each for each in range(6)],
        [
            left[0, other] * BY["left_after_refusal"] * d["title"],
            (kept - d["enforcing"]) * d["cash"],
            (back - d["enforcing"]) * d["cash"],
            (kept + 60.0 - d["enforcing"]) * d["longer_cash"] - fight,
            (back - d["enforcing"]) * d["longer_cash"] - fight,
            -fight,
        ],
    )
    net = net - d["advance"] - 40.0 - calm.worth[0, other]
    theirs = np.quantile(net, [0.1, 0.5, 0.9])

    assert weights.sum() == pytest.approx(1)
    assert parts.sum() == pytest.approx((values * weights).sum())
    # To 1 % of the amount, or to half a point of probability where the truth jumps.
    low, high = (np.quantile(net, np.array([0.1, 0.5, 0.9]) + by) for by in (-0.005, 0.005))
    inside = (ours >= low - 0.01 * amount) & (ours <= high + 0.01 * amount)
    assert inside.all(), (ours, theirs)
    assert spread.below_nothing(values, weights)[0] == pytest.approx((net < 0).mean(), abs=0.01)
    assert (values * weights).sum() == pytest.approx(net.mean(), abs=0.01 * amount)


def test_the_ends_of_a_suit_are_all_and_apart():
    found = ends(turns_of(), BY)

    assert found.min() >= 0
    np.testing.assert_allclose(found.sum(axis=(2, 3)), 1)


def test_who_cannot_pay_opposes_less_and_pays_less():
    able, unable = np.moveaxis(ends(turns_of(opposed=0.2), BY)[0, 2, :, :, 0], 0, 0)
    fought = [branches.OPPOSED_PAID, branches.OPPOSED_UNPAID, branches.LOST]

    assert able[fought].sum() / able.sum() > unable[fought].sum() / unable.sum()
    assert able[branches.PAID] / able.sum() > 5 * unable[branches.PAID] / unable.sum()


def test_an_old_claim_is_enforced_less_often():
    young = turns_of()
    old = Turns(**{**vars(young), "months": np.array([30.0])})

    assert ends(old, BY)[0, :, :, branches.PAID].sum() < ends(young, BY)[0, :, :, 1].sum()


def test_the_silence_of_a_consumer_is_no_gain():
    """No belief makes a consumer's suit better by making a defence rarer (D14)."""
    weak, sure = 0.45, 0.95
    paid = {
        (consumer, won): ends(turns_of(0.05, consumer=consumer, won=won), BY)[0, :, :, 1].sum()
        for consumer in (False, True)
        for won in (weak, sure)
    }
    rarer = ends(turns_of(0.001, consumer=True), BY)
    rare = ends(turns_of(0.005, consumer=True), BY)

    assert paid[(False, weak)] == pytest.approx(paid[(False, sure)])
    assert paid[(True, weak)] < 0.6 * paid[(True, sure)]
    assert rarer[0, :, :, branches.PAID].sum() == pytest.approx(rare[0, :, :, branches.PAID].sum())


def test_factors_of_a_class_are_the_mean_net_of_its_suits():
    rng = np.random.default_rng(5)
    drawn, _ = scene(400)
    per = factors(ends(turns_of(), BY), drawn.on_average())[0, :, :, :, 0].sum(axis=1)
    one = factors(ends(turns_of(), BY), scene(50_000, rng)[0]).mean(axis=4)[0].sum(axis=1)

    np.testing.assert_allclose(per, one, rtol=0.02, atol=0.01)


def drawn_chances(hits, trials, sued, ranges=((0.5, 0.7, 0.85),), node="p_enforced"):
    """Chances of each stratum once so many suits of each are known."""
    ranges = np.asarray(ranges)
    hits, trials = (np.broadcast_to(each, len(ranges)) for each in (hits, trials))
    stratum = np.repeat(np.arange(len(ranges)), trials)
    hit = np.concatenate([np.arange(n) < k for k, n in zip(hits, trials, strict=True)])
    n = len(hit)
    results = Results(
        hit, stratum, np.ones(n), np.full(n, sued), np.zeros((n, len(TRAITS))), np.zeros(n),
        np.asarray(BY["own_slope"][node]), np.asarray(BY["own_slope_spread"][node]),
    )  # fmt: skip
    names = ("chance", "rho", *map(str, range(len(ranges) + len(TRAITS))))
    drawn = draws(ranges, results, SIGNS[node], uniforms(400, 7, names), BY)
    return expit(drawn.strata)


def test_within_its_class_of_solvency_a_better_score_collects_more_often():
    none = own_outcomes(past_suits(0, 0), RIPE.iloc[:0], as_of=DAY)
    scores = np.array([52.0, 75.0, 98.0, np.nan])
    usual, known = np.full(4, 2000.0), np.ones(4, dtype=bool)
    traits = traits_of(scores, usual, np.full(4, 9.0), known, ~known, ~known, DAY)
    solvent, group = np.tile([0.5, 0.7, 0.85], (4, 1)), np.zeros(4, dtype=int)

    low, middle, high, unknown = none.chances("merits", "p_enforced", solvent, group, traits).mean(
        axis=1
    )

    assert low < middle - 0.05 < high - 0.1
    assert middle == unknown == pytest.approx(0.7, abs=0.01)


def test_few_found_at_the_sound_make_one_doubt_the_fragile():
    sound, fragile = (0.5, 0.7, 0.85), (0.1, 0.25, 0.45)

    told = drawn_chances([5, 0], [40, 0], 1, (sound, fragile)).mean(axis=1)

    assert told[0] < 0.4
    assert told[1] < 0.2


def test_without_own_suits_the_official_range_stands():
    chance = drawn_chances(0, 0, 1)[0]

    assert chance.mean() == pytest.approx(0.7, abs=0.01)
    assert np.quantile(chance, [0.05, 0.95]) == pytest.approx([0.5, 0.85], abs=0.05)


def test_many_own_suits_prevail_over_the_official_range():
    chance = drawn_chances(240, 800, 0.99)[0]

    assert chance.mean() == pytest.approx(0.3, abs=0.04)
    assert chance.std() < 0.03


def test_own_suits_count_for_less_where_few_accounts_were_sued():
    """Selection: nine in ten were paid, but only the best twentieth had been brought."""
    all_brought, few_brought = drawn_chances(90, 100, 0.99), drawn_chances(90, 100, 0.05)

    assert all_brought.mean() == pytest.approx(0.89, abs=0.02)
    assert few_brought.mean() < all_brought.mean() - 0.06
    assert few_brought.std() > all_brought.std()


def test_selection_is_corrected_the_other_way_for_oppositions():
    few = drawn_chances(4, 100, 0.05, ((0.04, 0.08, 0.15),), "p_opposed").mean()
    every = drawn_chances(4, 100, 0.99, ((0.04, 0.08, 0.15),), "p_opposed").mean()

    assert few > every


def test_results_with_one_kind_of_debtor_tell_a_little_of_the_others():
    ranges = ((0.1, 0.25, 0.45), (0.5, 0.7, 0.85))
    told = drawn_chances((0, 95), (0, 100), 0.99, ranges)

    assert 0.27 < told[0].mean() < 0.6


def test_the_mean_of_the_chosen_grows_as_fewer_are_chosen():
    assert (np.diff(inverse_mills(np.array([0.9, 0.5, 0.2, 0.05]))) > 0).all()


def test_two_courses_without_a_suit_share_the_debtor():
    one = Calm(np.array([[0.2, 0.1, 0.7]]), np.array([[100.0, 40.0, 0.0]]), *np.zeros((4, 1)))
    other = Calm(np.array([[0.3, 0.1, 0.6]]), np.array([[90.0, 30.0, -5.0]]), *np.zeros((4, 1)))
    values, weights = together(one, other)

    assert weights.sum() == pytest.approx(1)
    assert (values * weights).sum() == pytest.approx((one.mean - other.mean)[0])
    assert weights[values == 10.0].sum() == pytest.approx(0.2)


def past_suits(n, collected, creditor="K1", **changes):
    """n orders granted and unopposed, so many of them paid."""
    row = {
        "creditor_id": creditor, "procedure": "payment_order", "kind": "company",
        "nature": "contract", "country": "FR", "is_trader": True, "solvency_score": 80.0,
        "is_documented": True, "is_disputed": False, "amount_eur": 4000.0, "granted": True,
        "opposed": False, "won": None, "months": 9.0,
        "collected_share": 1.0, "days_to_title": 115, "cost": None,
    } | changes  # fmt: skip
    return pd.DataFrame([row | {"collected": i < collected} for i in range(n)])


RIPE = pd.DataFrame([{"creditor_id": "K1", "kind": "company", "ripe": 60, "brought": 57}])


def enforced_by(own, creditor):
    solvent = np.array([[0.5, 0.7, 0.85]])
    group = own.group_of(np.array([creditor], dtype=object))
    usual = np.zeros((1, len(TRAITS)))
    return own.chances("merits", "p_enforced", solvent, group, usual).mean()


def test_a_creditor_s_own_suits_count_more_than_those_of_its_neighbours():
    own = own_outcomes(past_suits(60, 12), RIPE, as_of=DAY)
    none = own_outcomes(past_suits(0, 0), RIPE.iloc[:0], as_of=DAY)

    assert enforced_by(none, "K1") == pytest.approx(0.7, abs=0.01)
    assert enforced_by(own, "K1") < enforced_by(own, "K2") < 0.65


def test_a_tiny_client_keeps_the_official_chances_nearly():
    own = own_outcomes(past_suits(2, 0), RIPE, as_of=DAY)

    assert 0.6 < enforced_by(own, "K1") < 0.7


def test_own_times_and_prices_replace_the_usual_ones_by_and_by():
    slow = own_outcomes(past_suits(40, 40, days_to_title=230, cost=800), RIPE, as_of=DAY)

    # Forty to two by all courses, and of what is left forty to two by this one.
    assert slow.pace[(1, "payment_order")] == pytest.approx(2 ** (1 - (2 / 42) ** 2))
    assert slow.pace[(1, "")] == pytest.approx(2 ** (40 / 42))
    assert slow.price[1] > 1.5


def test_courts_slow_by_one_course_are_thought_slow_by_one_never_gone():
    slow = own_outcomes(past_suits(40, 40, days_to_title=230), RIPE, as_of=DAY)
    usual = {name: np.array([each]) for name, each in RANGES.items()}
    terms = Terms(usual, np.zeros(1, dtype=int), None, np.ones(1), np.zeros((1, 3)))

    found = slow.adjusted("merits", terms, np.ones(1, dtype=int))

    assert found["days_to_title"] == pytest.approx(usual["days_to_title"] * 2 ** (40 / 42))


def test_a_hearing_is_learnt_from_orders_that_were_opposed_and_not_from_orders_granted():
    """An order is granted on documents; opposed, it is heard as a suit on the merits is."""
    documented = np.array([[0.7, 0.85, 0.95]])

    def heard(past):
        own = own_outcomes(past, RIPE, as_of=DAY)
        usual, one = np.zeros((1, len(TRAITS))), np.ones(1, dtype=int)
        return own.chances("merits", "p_granted", documented, one, usual).mean()

    refused = past_suits(40, 0, granted=False, opposed=None, won=None)
    lost = past_suits(40, 0, opposed=True, won=False)
    never = past_suits(40, 0, procedure="merits", granted=False, opposed=None)

    assert heard(refused) == pytest.approx(0.85, abs=0.01)
    assert heard(lost) == pytest.approx(heard(never), abs=0.01)
    assert heard(lost) < 0.45


def test_debtors_without_a_score_do_not_speak_of_those_in_the_middle_class():
    between = np.array([[0.3, 0.475, 0.65]])

    def middle(score):
        own = own_outcomes(past_suits(60, 6, solvency_score=score), RIPE, as_of=DAY)
        traits = np.zeros((1, len(TRAITS)))
        one = np.ones(1, dtype=int)
        return own.chances("merits", "p_enforced", between, one, traits).mean()

    assert middle(40.0) < 0.2
    assert middle(np.nan) > middle(40.0) + 0.03


def test_a_large_claim_is_collected_in_part_more_often():
    median = usual_reach(np.array([0.5]), np.array([False]), np.array([1000.0]), BY)
    shares = share_collected(np.array([500.0, 5_000.0, 50_000.0]), median, np.array([1.4]))

    assert (np.diff(shares) < 0).all()
    assert shares[0] > 0.95


def test_the_share_collected_is_the_mean_of_what_lies_within_reach():
    drawn = np.exp(np.random.default_rng(1).normal(9.0, 1.4, 400_000))

    expected = np.minimum(drawn / 12_000, 1).mean()
    found = share_collected(np.array([12_000.0]), np.array([9.0]), np.array([1.4]))
    assert found[0] == pytest.approx(expected, abs=0.003)


def test_titles_paid_in_part_lower_what_is_thought_within_reach():
    u, n = uniforms(400, 3, ("cell", "rho")), 60
    told = (np.full(n, 4_000.0), np.full(n, 9.0), np.ones(n), np.ones(n))
    none = np.zeros(0)

    before, _ = reach_draws(none, none, none, none, none, u, BY)
    part, _ = reach_draws(np.full(n, 0.2), *told, u, BY)
    full, _ = reach_draws(np.ones(n), *told, u, BY)
    assert part.mean() < before.mean() - 0.5 < full.mean()


def test_a_stratum_without_suits_follows_those_that_have_some():
    """As the whole fit says it, which would take it in without outcomes."""
    ranges = ((0.1, 0.25, 0.45), (0.5, 0.7, 0.85))
    whole = drawn_chances((0, 190), (0, 200), 0.99, ranges)
    met = logit(drawn_chances(190, 200, 0.99, ranges[1:]))

    alone = beside(
        np.array(ranges[0]), np.array(ranges[1:]), met, uniforms(400, 9, ("u",))["u"], BY
    )
    assert expit(alone).mean() == pytest.approx(whole[0].mean(), abs=0.02)
    assert expit(alone).std() == pytest.approx(whole[0].std(), abs=0.03)


def test_orders_that_granted_little_make_the_next_order_worth_less():
    usual = own_outcomes(past_suits(60, 40), RIPE, as_of=DAY)
    cut = own_outcomes(past_suits(60, 40, awarded_share=0.7), RIPE, as_of=DAY)
    whole = own_outcomes(past_suits(60, 40, awarded_share=1.0), RIPE, as_of=DAY)

    assert usual.partial_award(0.57) == usual.by["partial_award"]
    mean = 1 - 0.57 * (1 - cut.partial_award(0.57))
    assert mean == pytest.approx((60 * 0.7 + 8 * (1 - 0.57 * 0.07)) / 68, abs=0.02)
    assert whole.partial_award(0.57) > usual.partial_award(0.57) > cut.partial_award(0.57)
    assert cut.partial_award(0.0) == cut.by["partial_award"]


def test_classes_of_age_make_claims_no_older_on_average():
    months = np.linspace(0, 36, 721)
    spoken = worth.AGES_SPOKEN[np.searchsorted(worth.AGES, months)]
    late = [
        np.clip(each - assumptions()["usual_months"], 0, None).mean() for each in (months, spoken)
    ]

    assert late[1] == pytest.approx(late[0], abs=0.05)
