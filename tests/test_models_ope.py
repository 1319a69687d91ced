"""Off-policy evaluation on bandits whose values are known."""

import numpy as np
import pytest

from models.strategy.ope import Logged, effective, evaluate

ACTIONS = 3


def rewards(x):
    """Mean reward of each action, (n, 3)."""
    return 1 / (1 + np.exp(-(x @ np.array([[0.8, -0.4, 0.1], [0.2, 0.5, -0.6]]))))


_MANY = rewards(np.random.default_rng(0).normal(size=(200_000, 2)))
TRUE_VALUE = float((0.9 * _MANY.max(axis=1) + 0.1 * _MANY.mean(axis=1)).mean())


def bandit(n, seed, *, bent_model=0.0, sharp=1.0):
    """Logged decisions in a world whose mean rewards are known; and the target's true value."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    mean = rewards(x)
    odds = np.exp(sharp * x @ np.array([[0.7, -0.7, 0.0], [0.0, 0.4, -0.4]]))
    logging = odds / odds.sum(axis=1, keepdims=True)
    taken = (np.cumsum(logging, axis=1) < rng.random((n, 1))).sum(axis=1)
    reward = (rng.random(n) < mean[np.arange(n), taken]).astype(float)
    best = np.eye(ACTIONS)[mean.argmax(axis=1)]
    target = 0.9 * best + 0.1 / ACTIONS
    logged = Logged(
        taken, reward, logging[np.arange(n), taken], target, mean + bent_model, np.arange(n)
    )
    return logged, TRUE_VALUE


def test_dr_and_snips_find_the_known_value_and_dm_inherits_the_bias_of_its_model():
    found = {"dm": [], "snips": [], "dr": [], "switch": []}
    covered = 0
    for seed in range(40):
        logged, value = bandit(1_000, seed, bent_model=0.1)
        judged = evaluate(logged, draws=200, seed=seed)
        for name, estimate in judged.by_method.items():
            found[name].append(estimate.value - value)
        dr = judged.by_method["dr"]
        covered += dr.low <= value <= dr.high

    bias = {name: float(np.mean(gaps)) for name, gaps in found.items()}
    assert bias["dm"] == pytest.approx(0.1, abs=0.01)
    assert abs(bias["dr"]) < 0.01
    assert abs(bias["snips"]) < 0.015
    assert covered >= 34


def test_a_policy_that_does_as_was_done_is_worth_what_came():
    logged, _ = bandit(2_000, 3)
    same = np.zeros((2_000, ACTIONS))
    same[np.arange(2_000), logged.taken] = logged.propensity
    judged = evaluate(
        Logged(
            logged.taken,
            logged.reward,
            logged.propensity,
            same,
            logged.predicted * 0,
            logged.cluster,
        )
    )

    assert judged.by_method["dr"].value == pytest.approx(logged.reward.mean())
    assert judged.gain.low == pytest.approx(0) == judged.gain.high
    assert judged.ess == pytest.approx(2_000)


def test_switch_leaves_out_the_heaviest_corrections():
    logged, _ = bandit(2_000, 5, sharp=4.0)
    plain, cut = evaluate(logged, tau=1e9), evaluate(logged, tau=2.0)

    assert plain.by_method["switch"].value == plain.by_method["dr"].value
    wide, narrow = (each.by_method["switch"] for each in (plain, cut))
    assert narrow.high - narrow.low < wide.high - wide.low


def test_few_effective_decisions_prove_nothing():
    few, _ = bandit(90, 1)
    many, _ = bandit(2_000, 1)

    assert not evaluate(few).is_provable
    assert evaluate(many).is_provable
    assert effective(np.ones(100), np.repeat(np.arange(10), 10)) == 50
    assert effective(np.zeros(3), np.arange(3)) == 0


def test_intervals_draw_whole_debtors():
    logged, _ = bandit(600, 2)
    names = ("taken", "reward", "propensity", "target", "predicted", "cluster")
    twice = Logged(*(np.concatenate([getattr(logged, name)] * 2) for name in names))

    once, doubled = evaluate(logged), evaluate(twice)
    width = once.gain.high - once.gain.low
    assert doubled.gain.high - doubled.gain.low == pytest.approx(width, rel=0.01)


def test_impossible_propensities_are_refused():
    logged, _ = bandit(50, 2)
    broken = Logged(
        logged.taken,
        logged.reward,
        logged.propensity * 0,
        logged.target,
        logged.predicted,
        logged.cluster,
    )
    with pytest.raises(ValueError, match="Propensities"):
        evaluate(broken)
