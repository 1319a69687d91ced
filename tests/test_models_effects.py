"""Effects learnt from logs: with known chances towards the truth, without them never astray."""

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.strategy.effects import policy, training
from models.strategy.effects.contrasts import contrasts
from models.strategy.effects.model import fit, mapping_of
from models.strategy.effects.posterior import later_share, prior, update
from models.strategy.effects.units import ANSWERS, in_state, read, states
from models.strategy.effects.uplift import _radius, uplift
from models.strategy.ope import Estimate
from models.strategy.tables import effects, ladder
from models.verdict import failed

NAMES = ["disorganised", "cash_strapped", "bad_faith", "dissatisfied"]
TRUTH = {"email": 0.1, "phone": 1.1}
BY_CHANNEL = {"email": 1, "phone": 3}


def logs(n_debtors=500, weeks=8, seed=0, *, hidden=0.0, logged="all", truth=TRUTH):
    """Decision points of a made-up past: hidden hardness may drive both calls and payment."""
    rng = np.random.default_rng(seed)
    n = n_debtors * weeks
    debtor = np.repeat(np.arange(n_debtors), weeks)
    hard = rng.normal(size=n_debtors)[debtor]
    age = rng.integers(5, 120, n)
    # Harder debtors are called more; nobody wrote down how hard they seemed.
    odds = np.stack([np.full(n, 0.8), np.zeros(n), hidden * hard], axis=1)
    chances = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    pick = (np.cumsum(chances, axis=1) < rng.random((n, 1))).sum(axis=1)
    channel = np.asarray([None, "email", "phone"], dtype=object)[pick]
    own = np.asarray([0.0, truth["email"], truth["phone"]])[pick]
    p_90 = 1 / (1 + np.exp(-(0.3 - 1.0 * hidden * hard - 0.004 * (age - 40))))
    moved = 1 / (1 + np.exp(-(np.log(p_90 / (1 - p_90)) + own)))
    # What a contact adds comes within the month, as does not what time brings.
    p_30 = 1 - (1 - p_90) ** (1 / 1.8) * (1 - moved) / (1 - p_90)
    paid = rng.random(n) < p_30
    earlier = rng.random(n) < 1 / (1 + np.exp(-(-0.5 - 1.0 * hidden * hard)))
    chance = chances[np.arange(n), pick]
    known = {"all": np.ones(n, dtype=bool), "contacts": pick > 0, "none": np.zeros(n, dtype=bool)}
    day = pd.Timestamp("2026-01-05") + pd.to_timedelta(
        np.tile(np.arange(weeks) * 14, n_debtors), "D"
    )
    points = pd.DataFrame(
        {
            "debtor_id": [f"D{each:05d}" for each in debtor], "day": day, "kind": "company",
            "solvency_score": np.nan, "n_claims": 1, "open_eur": 1000.0, "days_overdue": age,
            "n_contacts": 0, "n_contacts_45": 0, "days_since_contact": np.nan, "stage_rank": 0,
            "n_settled": 3, "n_late": 1, "cash_before": np.where(earlier, 900.0, 0.0),
            "n_refusal": 0, "n_no_answer": 0, "n_cash_wait": 0, "n_reached": 0,
            "action": np.where(pick > 0, "remind", None), "channel": channel, "stage": None,
            "tone": None, "propensity": np.where(known[logged] & (pick > 0), chance, np.nan),
            "recommendation_id": None, "dose": (pick > 0).astype(float),
            "cash_30": np.where(paid, 1000.0, 0.0),
            "cash_90": np.where(paid | (rng.random(n) < (moved - p_30) / (1 - p_30)), 1000.0, 0.0),
            "observed_days": 200,
        }
    )  # fmt: skip
    ids = np.asarray([f"R{i}" for i in range(n)], dtype=object)
    points["recommendation_id"] = np.where((pick > 0) & (logged == "all"), ids, None)
    choices = pd.DataFrame(
        {
            "day": points["day"], "debtor_id": points["debtor_id"],
            "recommendation_id": ids, "channel": channel,
            "action": points["action"].fillna("wait"), "propensity": chance,
            "propensity_wait": chances[:, 0],
            **dict.fromkeys([f"p_{name}" for name in NAMES], np.nan),
        }
    )  # fmt: skip
    choices = choices if logged == "all" else choices.iloc[:0]
    return points, choices


def learnt(points, choices):
    units = read(points, choices, pd.DataFrame(), decay=0.88, floor=0.4)
    found = contrasts(units)
    before = prior(effects())
    return units, found, before, update(before, found, units, later_share(units))


@pytest.fixture(scope="module")
def fits():
    """What is learnt from logs of several kinds, by kind."""
    kinds = {
        "known": {}, "contacts_known": {"logged": "contacts"},
        "confounded": {"hidden": 1.0, "logged": "none"}, "confounded_known": {"hidden": 1.0},
        "few": {"n_debtors": 40, "weeks": 2},
    }  # fmt: skip
    return {kind: learnt(*logs(**{"n_debtors": 300} | changes)) for kind, changes in kinds.items()}


def average(fits, kind, channel):
    """Effect before and after, on debtors of the average belief."""
    units, _, before, after = fits[kind]
    belief = units.belief.mean(axis=0)
    place = BY_CHANNEL[channel] - 1
    return before.average(place, belief)[0], after.average(place, belief)[0]


def contrast(fits, kind, channel):
    return next(each for each in fits[kind][1] if each.arm == BY_CHANNEL[channel])


def test_a_draw_of_one_in_thirty_does_not_carry_the_estimate():
    points, choices = logs(200, weeks=4)
    # One debtor in two is in a part of the ledger where next to nobody is called.
    rare = points["debtor_id"].str[-1].astype(int) % 2 == 0
    kept = ~rare | points["channel"].isna() | (points.index % 25 == 0)
    chances = choices["propensity_wait"].where(~rare, 0.97)
    drawn = np.where(choices["action"] == "wait", chances, choices["propensity"])
    drawn = np.where(rare & (choices["action"] != "wait"), 0.015, drawn)
    choices = choices.assign(propensity=drawn, propensity_wait=chances)
    units, found, _, _ = learnt(points[kept], choices[kept])
    phone = next(each for each in found if each.arm == BY_CHANNEL["phone"])

    weight = pd.Series(phone.weight).groupby(units.alone[phone.rows] > 0.9).mean()
    assert phone.design == "random"
    assert phone.weight.mean() == pytest.approx(1)
    assert weight[False] > 4 * weight[True]
    assert phone.effect > 1.96 * phone.error > 0


@pytest.mark.parametrize("kind", ["known", "confounded_known"])
@pytest.mark.parametrize("channel", ["email", "phone"])
def test_with_known_chances_an_effect_moves_towards_the_truth(fits, kind, channel):
    was, is_now = average(fits, kind, channel)

    assert contrast(fits, kind, channel).design == "random"
    assert abs(is_now - TRUTH[channel]) < abs(was - TRUTH[channel])
    assert abs(is_now - TRUTH[channel]) < 0.35


def test_hard_debtors_called_more_do_not_teach_that_calls_delay_payment(fits):
    told = contrast(fits, "confounded", "phone")
    was, is_now = average(fits, "confounded", "phone")

    assert told.design == "observed"
    assert "placebo" in told.doubts
    assert is_now == pytest.approx(was, abs=0.05)


def test_a_negative_effect_of_estimated_chances_is_never_believed():
    points, choices = logs(300, weeks=6, logged="none", truth={"email": 0.1, "phone": -1.0})
    _, found, before, after = learnt(points, choices)
    phone = next(each for each in found if each.arm == BY_CHANNEL["phone"])

    assert phone.effect < 0
    assert "wrong_sign" in phone.doubts
    assert after.mean[2] == pytest.approx(before.mean[2], abs=0.05)


def test_chances_of_contacts_alone_compare_contacts_with_one_another(fits):
    units, found, before, after = fits["contacts_known"]
    belief = units.belief.mean(axis=0)
    apart = [each.average(2, belief)[0] - each.average(0, belief)[0] for each in (before, after)]

    assert {each.design: each.against > 0 for each in found} == {"between": True, "observed": False}
    assert apart[1] > apart[0] + 0.2


def test_too_few_decisions_leave_the_elicited_effects(fits):
    units, found, before, after = fits["few"]

    assert all("too_few" in each.doubts for each in found)
    assert np.allclose(before.mean, after.mean)
    assert fit(units).mapping["channel"] == effects()["channel"]


def test_only_drawn_contacts_are_called_measured_and_on_an_invented_ledger_simulated(fits):
    status = {
        kind: fit(fits[kind][0]).mapping["status"]["phone"]
        for kind in ("known", "contacts_known", "confounded", "few")
    }

    assert status == {
        "known": "measured",
        "contacts_known": "not_provable_yet",
        "confounded": "not_provable_yet",
        "few": "not_provable_yet",
    }
    invented = fit(fits["known"][0], is_invented=True).mapping["status"]
    assert invented["phone"] == "simulated"
    assert invented["resend_documents"] == "not_provable_yet"


def held_back(n_debtors, wait, truth, seed=7):
    """Logs of a policy that follows a rule but for a draw that leaves one contact in many."""
    points, _ = logs(n_debtors, weeks=2, seed=seed)
    rng = np.random.default_rng(seed)
    n = len(points)
    called = (points["days_overdue"] > 60).to_numpy()
    left = rng.random(n) < wait
    channel = np.where(left, None, np.where(called, "phone", "email"))
    own = np.where(left, 0.0, np.where(called, truth["phone"], truth["email"]))
    p_90 = 1 / (1 + np.exp(-(0.3 - 0.004 * (points["days_overdue"].to_numpy() - 40))))
    moved = 1 / (1 + np.exp(-(np.log(p_90 / (1 - p_90)) + own)))
    p_30 = 1 - (1 - p_90) ** (1 / 1.8) * (1 - moved) / (1 - p_90)
    ids = np.asarray([f"R{i}" for i in range(n)], dtype=object)
    points = points.assign(
        action=np.where(left, None, "remind"), channel=channel, dose=(~left).astype(float),
        recommendation_id=np.where(left, None, ids), propensity=np.nan,
        cash_30=np.where(rng.random(n) < p_30, 1000.0, 0.0),
    )  # fmt: skip
    choices = pd.DataFrame(
        {
            "day": points["day"], "debtor_id": points["debtor_id"], "recommendation_id": ids,
            "channel": channel, "action": np.where(left, "wait", "remind"),
            "propensity": np.where(left, wait, 1 - wait), "propensity_wait": wait,
            **dict.fromkeys([f"p_{name}" for name in NAMES], np.nan),
        }
    )  # fmt: skip
    return points, choices


def test_one_contact_in_twenty_five_left_by_chance_measures_a_call_and_no_effect_of_none():
    points, choices = held_back(1850, 0.04, {"email": 0.0, "phone": 0.8})
    found = {
        line["effect"]: line
        for line in fit(read(points, choices, pd.DataFrame(), decay=0.88, floor=0.4)).told
    }

    assert found["phone"]["design"] == found["email"]["design"] == "random"
    assert found["phone"]["doubts"] == found["email"]["doubts"] == []
    assert found["phone"]["status"] == "measured"
    assert found["phone"]["average"] == pytest.approx(0.8, abs=0.35)
    assert found["email"]["status"] == "not_provable_yet"
    assert found["email"]["seen_low"] < 0 < found["email"]["seen_high"]
    assert found["email"]["average"] < 0.8 * found["email"]["elicited"]


def test_the_mapping_has_the_shape_of_the_elicited_effects_and_is_kept_as_json(fits):
    learnt_ = fit(fits["known"][0])
    kept = json.loads(json.dumps(learnt_.parts()))

    assert set(effects()) <= set(learnt_.mapping)
    assert mapping_of(kept) == learnt_.mapping
    assert mapping_of({"effects": {"format": 0}}) is None
    assert {line["effect"] for line in learnt_.told} == {
        *effects()["channel"], *effects()["action"], "firm_tone",
    }  # fmt: skip


def test_tone_is_never_claimed(fits):
    points, choices = logs(200, weeks=4)
    told = np.where(points["channel"].isna(), None, np.where(points.index % 2, "firm", "courteous"))
    better = points["cash_30"].where(told != "firm", 1000.0)
    units = read(
        points.assign(tone=told, cash_30=better), choices, pd.DataFrame(), decay=0.9, floor=0.4
    )
    line = next(each for each in fit(units).told if each["effect"] == "firm_tone")

    assert line["seen"] > 0.3
    assert line["status"] == "not_provable_yet"
    assert "not_by_chance" in line["doubts"]
    assert 0 < line["average"] < 0.5


def test_answers_rests_and_young_decisions_are_left_out():
    points, choices = logs(30, weeks=1)
    points.loc[0, "action"] = ANSWERS[0]
    points.loc[1, "days_since_contact"] = 3.0
    points.loc[2, "observed_days"] = 20
    units = read(points, choices, pd.DataFrame(), decay=0.9, floor=0.4)

    assert len(units) == 27
    assert np.isnan(units.late_share).sum() == 0


def test_a_wait_for_want_of_time_has_no_known_chance():
    points, choices = logs(200, weeks=1)
    asked = read(points, choices.assign(action="remind"), pd.DataFrame(), decay=0.9, floor=0.4)
    waits = asked.arm == 0

    assert np.isnan(asked.logged[waits]).all()
    assert not np.isnan(asked.logged[~waits]).any()


def test_a_contact_asked_for_and_not_made_counts_as_asked_for(fits):
    points, choices = logs(120, weeks=4)
    calls = (points["channel"] == "phone").to_numpy()
    left = points.assign(dose=points["dose"].where(~calls, 0.0))
    left.loc[calls, ["action", "channel", "recommendation_id"]] = None
    left.loc[calls, "propensity"] = np.nan
    units, late = (
        read(frame, choices, pd.DataFrame(), decay=0.9, floor=0.4)
        for frame in (left, pd.concat([left, made_later(points[calls])]))
    )
    found = [each for each in contrasts(units) if each.design == "random"]

    asked = units.asked == BY_CHANNEL["phone"]
    assert asked.sum() == calls.sum()
    assert (units.arm[asked] == 0).all()
    assert np.isnan(units.logged[asked]).all()
    assert np.allclose(units.asked_chance[asked], choices.loc[calls, "propensity"])
    # Nothing was added by asking: nothing is said of the call.
    assert BY_CHANNEL["phone"] not in {each.arm for each in found}
    assert "in_part" in replace(contrast(fits, "known", "phone"), dose=0.1).doubts
    # Made some days later it is the contact of that day, and counted once.
    twice = late.asked == BY_CHANNEL["phone"]
    assert (late.arm[twice] == BY_CHANNEL["phone"]).all()


def made_later(points):
    """The same contacts three days after they were asked for."""
    return points.assign(day=points["day"] + pd.Timedelta(days=3))


def test_any_claim_of_a_contact_tells_its_chance():
    points, choices = logs(60, weeks=2)
    numbers = [[f"{each}b", each] for each in choices["recommendation_id"]]
    other = points.assign(recommendation_id=points["recommendation_id"] + "b")
    units, plain = (
        read(frame, advice, pd.DataFrame(), decay=0.9, floor=0.4)
        for frame, advice in (
            (other, choices.assign(recommendation_ids=numbers)),
            (points, choices),
        )
    )

    assert np.allclose(units.logged, plain.logged)
    assert np.array_equal(units.asked, plain.asked)


def test_what_the_ledger_drew_is_never_compared_with_what_runs_left_alone():
    points, choices = logs(200, weeks=4)
    early = points["day"] < points["day"].median()
    mixed = points.assign(
        propensity=np.where(points["channel"].notna(), 0.3, np.nan),
        recommendation_id=points["recommendation_id"].where(~early, None),
    )
    units = read(
        mixed,
        choices[choices["day"] >= points["day"].median()],
        pd.DataFrame(),
        decay=0.9,
        floor=0.4,
    )

    assert not (units.is_random & units.is_drawn).any()
    assert units.is_random[units.arm == 0].any()
    assert (units.day[units.is_random] >= np.datetime64(points["day"].median(), "D")).all()


def test_beliefs_are_those_known_by_the_day():
    points, choices = logs(3, weeks=3)
    known = pd.DataFrame(
        {
            "day": [dt.date(2026, 1, 10), dt.date(2026, 6, 1)], "debtor_id": ["D00001"] * 2,
            "p_disorganised": [0.1, 0.9], "p_cash_strapped": [0.7, 0.05],
            "p_bad_faith": [0.1, 0.03], "p_dissatisfied": [0.1, 0.02],
        }
    )  # fmt: skip
    units = read(points, choices.iloc[:0], known, decay=0.9, floor=0.4)
    mine = units.belief[units.debtor == "D00001"]

    assert mine[0] == pytest.approx([0.4, 0.2, 0.2, 0.2])
    assert np.allclose(mine[1:], [0.1, 0.7, 0.1, 0.1])


def test_slopes_move_an_effect_with_age():
    state = states(np.array([5.0, 400.0]), np.array([1000.0, 1000.0]), np.array([2.0, 2.0]))
    flat = in_state(effects(), "phone", state)
    young, old = in_state({**effects(), "slopes": {"phone": [-0.2, 0, 0]}}, "phone", state)

    assert flat.tolist() == effects()["channel"]["phone"]
    assert (young > flat).all()
    assert (old < flat).all()


def test_the_gates_refuse_what_would_have_brought_less(fits):
    units = fits["known"][0]
    good = training.tried(units, None, is_invented=False)
    gates = training.judge(good)
    worse = replace(good, value=replace(good.value, gain=Estimate(-90.0, -120.0, -60.0)))
    refused = training.judge(worse)["effects_value"]

    assert not failed(gates)
    assert gates["effects_value"].figure > 0
    assert failed(training.judge(worse)) == ["effects_value"]
    assert "-120" in refused.says("en")
    assert refused.says("fr")


def test_the_policy_by_the_true_effects_is_worth_more_than_that_by_their_reverse(fits):
    seen = policy.past(fits["known"][0], ladder())
    own = effects()
    right = {**own, "channel": {**own["channel"], "email": [0.1] * 4, "phone": [1.1] * 4}}
    wrong = {**own, "channel": {**own["channel"], "email": [1.1] * 4, "phone": [0.0] * 4}}
    values = policy.compared(seen, right, wrong)

    assert values["policy"].gain.low > 0
    assert values["policy"].by_method["dr"].low > values["champion"].by_method["dr"].high


def test_against_control_the_interval_holds_at_every_look():
    wrong = sum(not _sequence_holds(seed) for seed in range(40))

    assert wrong <= 4


def _sequence_holds(seed):
    values = np.random.default_rng(seed).exponential(size=2_000) - 1
    return all(abs(values[:n].mean()) <= _radius(values[:n]) for n in range(50, 2_000, 50))


def test_uplift_is_caused_by_the_policy_and_needs_enough_control_debtors():
    points, _ = logs(1_200, weeks=1)
    rng = np.random.default_rng(1)
    control = rng.random(len(points)) < 0.3
    points["cash_90"] = np.where(rng.random(len(points)) < np.where(control, 0.3, 0.6), 1000.0, 0.0)
    choices = points[["day", "debtor_id"]].assign(
        arm=np.where(control, "control", "policy"), action="wait", propensity_wait=0.97
    )
    found = uplift(points, choices)
    waits = points["action"].isna() & ~control
    few = uplift(points, choices.assign(arm="policy"))

    assert found.is_provable
    assert found.low < 300 < found.high
    assert found.low > 0
    assert found.avoided == waits.sum()
    assert not few.is_provable
    assert few.n_control == 0
    assert uplift(points.iloc[:0], choices.iloc[:0]).looks == 0


def test_a_contact_avoided_is_counted_once_a_fortnight_however_often_one_looks():
    points, _ = logs(50, weeks=1)
    points = points[points["action"].isna()]
    daily = pd.concat([points.assign(day=points["day"] + pd.Timedelta(days=n)) for n in range(7)])
    choices = daily[["day", "debtor_id"]].assign(arm="policy", action="wait", propensity_wait=0.97)
    sure = choices.assign(propensity_wait=1.0)

    assert uplift(daily, choices).avoided == len(points)
    assert uplift(daily, sure).avoided == 0
