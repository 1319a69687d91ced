"""Profiles learnt: label model, end model, gates, registry; with and without labels."""

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from benchmarks import profiles as report
from benchmarks.profile_worlds import DAY, PROFILES, WORLDS, book
from models.profile.belief import posterior
from models.profile.correction import corrected
from models.profile.decision import decide
from models.profile.design import BEHAVIOURS, layout
from models.profile.elicited import elicited_odds
from models.profile.judging import (
    Trial,
    calibration_error,
    chance_calibration_errors,
    excess_calibration_error,
    figures,
    judge,
)
from models.profile.label_model import LabelModel, majority
from models.profile.model import ProfileModel, adjusted_rand, fit
from models.profile.rules import rules
from models.profile.scoring import score
from models.profile.signals import observe
from models.profile.training import (
    NotEnoughDebtors,
    evaluated,
    fair,
    sampled,
    train_profile,
    tried,
)
from models.registry import LoadedModel
from models.training import Ledger
from models.verdict import failed

N = 500
NO_DECISIONS = pd.DataFrame(columns=["entry_id", "at", "kind", "debtor_id", "question", "answer"])


@pytest.fixture(scope="module")
def world():
    facts, reactions, texts, truth = book("plain", n=N, seed=4)
    return facts, reactions, texts, truth, observe(facts, reactions, texts, as_of=DAY)


def labelled(truth, many, seed=0):
    labels = np.full(len(truth), -1)
    place = np.random.default_rng(seed).permutation(len(truth))[:many]
    labels[place] = truth[place]
    return labels


@pytest.fixture(scope="module")
def learnt(world):
    facts, _, _, truth, signs = world
    return {many: fit(signs, facts, labelled(truth, many)) for many in (0, 150)}


def test_without_any_label_the_model_beats_the_vote_and_the_elicited_rates(world, learnt):
    facts, _, _, truth, signs = world
    mine = figures(learnt[0][0].predict_proba(signs, facts), truth, np.full(N, "undetermined"))
    for other in (majority(signs.seen), posterior(elicited_odds(signs.seen, signs.missed))):
        theirs = figures(other, truth, np.full(N, "undetermined"))
        assert mine["log_loss"] < theirs["log_loss"]
        assert mine["accuracy"] > theirs["accuracy"] - 0.01


def test_labels_help_debtors_that_nobody_labelled(world, learnt):
    facts, _, _, truth, signs = world
    unknown = labelled(truth, 150) < 0
    nothing = np.full(unknown.sum(), "undetermined")
    told = [
        figures(learnt[many][0].predict_proba(signs, facts)[unknown], truth[unknown], nothing)
        for many in (0, 150)
    ]

    assert told[1]["log_loss"] < told[0]["log_loss"]
    assert told[1]["calibration_error"] < 0.09


def test_disorganised_debtors_are_seldom_called_bad_faith(world, learnt):
    facts, _, _, truth, signs = world
    for model, _ in learnt.values():
        said = decide(model.predict_proba(signs, facts), None, model.limits)
        assert (said[truth == 0] == "bad_faith").mean() <= 0.03
    assert learnt[0][0].limits is None
    assert learnt[150][0].limits is not None


def test_the_label_model_learns_rates_that_the_elicited_ones_have_wrong():
    generator = np.random.default_rng(0)
    truth = generator.choice(4, 4000, p=rules().prior)
    rates = np.stack([signal.rates for signal in rules().signals])
    rates[0] = [0.10, 0.10, 0.60, 0.10]
    seen = (generator.random((4000, len(rates))) < rates[:, truth].T).astype(float)

    model = LabelModel().fit(seen, 1 - seen, np.full(4000, -1))

    assert model.rates_[0].argmax() == 2
    assert (model.predict_proba(seen, 1 - seen).argmax(axis=1) == truth).mean() > 0.85


def test_a_signal_said_twice_counts_less_than_twice():
    generator = np.random.default_rng(0)
    truth = generator.choice(4, 3000, p=rules().prior)
    rates = np.stack([signal.rates for signal in rules().signals])
    seen = (generator.random((3000, len(rates))) < rates[:, truth].T).astype(float)
    seen[:, 1] = seen[:, 0]

    model = LabelModel().fit(seen, 1 - seen, np.full(3000, -1))

    assert model.temper_[:2].max() < 0.8 * np.median(model.temper_)


def test_labels_tell_that_a_family_of_signals_means_little_in_a_book():
    generator = np.random.default_rng(0)
    families = np.asarray([signal.family for signal in rules().signals])
    width = layout(rules()).width
    blank = np.zeros(width, dtype=bool)
    blank[: len(families)] = families == "grievance"
    beta = np.zeros((width, 4))
    beta[: len(families)] = generator.normal(0, 1.5, (len(families), 4))
    columns = np.zeros((150, width))
    columns[:, : len(families)] = generator.random((150, len(families))) < 0.3
    truth = posterior(columns @ np.where(blank[:, None], 0.0, beta))
    labels = np.array([generator.choice(4, p=row) for row in truth])

    _, moved = corrected(np.zeros(4), beta, columns, np.eye(4)[labels], np.zeros((width, 0)))

    worth = np.linalg.norm(moved, axis=1)[: len(families)]
    worth = worth / np.linalg.norm(beta, axis=1)[: len(families)]
    silent = blank[: len(families)]
    assert worth[silent].max() < 0.6
    assert worth[~silent].mean() > 0.8
    # The step is one for a whole family: what its signals say of the profiles keeps its shape.
    assert np.ptp(worth[silent]) < 1e-6


def test_held_out_beliefs_never_saw_the_label(world):
    facts, reactions, texts, truth, _ = world
    few = facts.head(150)
    signs = observe(few, reactions, texts, as_of=DAY)
    right = labelled(truth[:150], 60)
    place = np.flatnonzero(right >= 0)[0]
    wrong = right.copy()
    wrong[place] = (right[place] + 1) % 4

    beliefs = [fit(signs, few, labels)[1].label_model[place] for labels in (right, wrong)]

    np.testing.assert_allclose(*beliefs)


def test_labels_drawn_by_lot_alone_judge_once_they_are_enough(world, learnt):
    facts, _, _, truth, signs = world
    labels = labelled(truth, 150)
    by_lot = np.flatnonzero(labels >= 0)[:60]
    lot = np.isin(np.arange(N), by_lot)

    _, past = fit(signs, facts, labels, fair=lot)
    _, few = fit(signs, facts, np.where(lot, -1, labels), fair=lot)

    assert past.is_fair
    np.testing.assert_array_equal(np.flatnonzero(past.judges), by_lot)
    assert not few.is_fair
    assert few.judges.sum() == 90
    assert not learnt[150][1].is_fair


def test_the_fair_sample_is_of_debtors_that_are_asked_of_and_ends_at_the_first_one_unread():
    ids = [f"D{place}" for place in range(40)]
    facts = pd.DataFrame(
        {
            "debtor_id": ids,
            "debtor_n_open": [1] * 30 + [0] * 10,
            "debtor_n_overdue": [1] * 20 + [0] * 20,
            "debtor_n_settled_late": 0,
            "is_read_blind": True,
        }
    )
    everyone = fair(facts)
    last = facts.loc[everyone, "debtor_id"].iloc[[7]]
    passed_over = fair(facts.assign(is_read_blind=~facts["debtor_id"].isin(last)))

    assert everyone.sum() == 20
    assert not everyone[20:].any()
    assert passed_over.sum() < 20
    assert not passed_over[last.index[0]]


def test_the_same_ledger_gives_the_same_model_in_any_order(world, learnt):
    facts, reactions, texts, truth, _ = world
    mixed = facts.assign(truth=labelled(truth, 150)).sample(frac=1, random_state=1)
    mixed = mixed.sort_values("debtor_id").reset_index(drop=True)
    signs = observe(mixed, reactions.sample(frac=1, random_state=2), texts, as_of=DAY)

    again, _ = fit(signs, mixed, mixed["truth"].to_numpy())

    np.testing.assert_allclose(again.beta, learnt[150][0].beta, atol=1e-9)


def test_a_model_goes_through_plain_json_and_scores_the_same(world, learnt):
    facts, reactions, texts, _, _ = world
    model = learnt[150][0]
    kept = ProfileModel.from_parts(json.loads(json.dumps(model.parts())))

    told = [score(facts, reactions, texts, NO_DECISIONS, as_of=DAY, model=m) for m in (model, kept)]

    pd.testing.assert_frame_equal(told[0][0], told[1][0])
    why = told[0][1]
    reached = why.groupby("subject_id", observed=True)["contribution"].sum()
    reached += why.groupby("subject_id", observed=True)["base_value"].first()
    certain = told[0][0].set_index("debtor_id")["certainty"]
    np.testing.assert_allclose(reached.reindex(certain.index), certain, atol=1e-6)
    older = model.parts()
    older["model"]["features"] = ["another_signal"]
    assert ProfileModel.from_parts(older) is None


def test_no_feature_says_who_or_where_a_debtor_is():
    words = ("postcode", "city", "age", "gender", "name", "email", "phone", "language", "kind",
             "address", "commune", "siren", "birth")  # fmt: skip
    columns = {each.column for each in BEHAVIOURS}
    columns |= {column for signal in rules().signals for column, _, _ in signal.when}

    assert not {c for c in columns for part in c.split("_") if part in words}
    assert len(set(layout(rules()).names)) == len(layout(rules()).names)


class Shelf:
    """A registry that keeps versions in memory, as JSON."""

    def __init__(self):
        self.kept, self.promoted = [], []

    def log(self, name, parts, metrics, params, trained_as_of, data_version, card, **more):
        plain = json.loads(json.dumps(parts))
        records = json.loads(json.dumps(more["records"], allow_nan=False))
        self.kept.append(LoadedModel(name, str(len(self.kept) + 1), trained_as_of, data_version,
                                     plain, metrics, records, card))  # fmt: skip
        return self.kept[-1].version

    def never_promoted(self, name):
        return not self.promoted

    def promote(self, name, version):
        self.promoted.append(version)


def train(world, shelf, many, champion=None, on="2026-11-22"):
    facts, reactions, texts, truth, _ = world
    labels = labelled(truth, many)
    names = np.where(labels >= 0, np.asarray(PROFILES, dtype=object)[labels], None)
    return train_profile(
        facts.assign(last_label=names, last_label_on=pd.Timestamp(on)), reactions, texts,
        known_by=DAY, registry=shelf, ledger=Ledger("data"), champion=champion,
    )  # fmt: skip


def test_a_first_model_is_crowned_without_labels_and_the_next_waits_for_a_person(world):
    shelf = Shelf()
    first = train(world, shelf, 0)
    older = replace(shelf.kept[0], trained_as_of=DAY - timedelta(days=90))
    second = train(world, shelf, 150, champion=older)
    unjudged = train(world, shelf, 150, champion=shelf.kept[0])

    assert first.promoted
    assert not second.promoted
    assert not failed(second.gates)
    assert second.gates["profile_beside_champion"].figure is not None
    assert unjudged.gates["profile_beside_champion"].figure is None
    kept = shelf.kept[1]
    assert kept.records["rates"][0]["elicited"]
    assert "never a verdict" in kept.card
    assert second.metrics["log_loss"] < second.metrics["majority_log_loss"]


def test_a_handful_of_debtors_is_not_learnt_from(world):
    facts, reactions, texts, truth, _ = world
    few = facts.head(40).assign(last_label=[PROFILES[k] for k in truth[:40]])

    trial = tried(few, reactions, texts, known_by=DAY)

    assert "enough_debtors" in failed(judge(trial))


def test_a_model_that_errs_is_refused(learnt):
    model, past = learnt[150]
    spoilt = replace(past, model=np.roll(past.model, 2, axis=1))

    refused = failed(judge(Trial(model, spoilt, None)))

    assert {"profile_beside_majority", "profile_beside_elicited"} <= set(refused)


def test_without_a_label_there_is_nothing_to_evaluate(world):
    facts, reactions, texts, _, _ = world
    with pytest.raises(NotEnoughDebtors, match="No label"):
        evaluated(facts.head(60).assign(last_label=None), reactions, texts, known_by=DAY)


def test_a_sample_keeps_every_labelled_debtor_and_prefers_open_ones():
    facts = pd.DataFrame(
        {
            "debtor_id": [f"d{i}" for i in range(100)],
            "debtor_n_open": [i % 2 for i in range(100)],
            "last_label": ["bad_faith" if i % 10 == 0 else None for i in range(100)],
        }
    )

    kept = sampled(facts, most=40)

    assert kept["last_label"].notna().sum() == 10
    assert (kept.loc[kept["last_label"].isna(), "debtor_n_open"] == 1).all()


def test_a_calibrated_belief_has_no_calibration_error_beyond_chance():
    generator = np.random.default_rng(0)
    belief = generator.dirichlet([1, 1, 1, 1], 300)
    truth = (belief.cumsum(axis=1) < generator.random((300, 1))).sum(axis=1)

    assert excess_calibration_error(belief, truth) < 0.03
    assert excess_calibration_error(belief**4 / (belief**4).sum(axis=1)[:, None], truth) > 0.1
    found = calibration_error(belief.max(axis=1), belief.argmax(axis=1) == truth)
    chance = chance_calibration_errors(belief.max(axis=1))
    assert np.quantile(chance, 0.01) < found < np.quantile(chance, 0.99)
    assert chance.mean() > 2 * chance_calibration_errors(np.repeat(belief.max(axis=1), 9)).mean()
    assert adjusted_rand(truth, generator.permutation(truth)) < 0.1


def test_the_quick_report_holds_loose_bounds(tmp_path, monkeypatch):
    plan = {**report.QUICK, "worlds": ("provoked",), "debtors": 350}
    monkeypatch.setattr(report, "QUICK", plan)
    monkeypatch.setattr(report, "SITTINGS", (50, 50, 200))

    told = report.main(["--quick", "--to", str(tmp_path)])

    hundred = next(line for line in told["figures"]["provoked"] if line["labels"] == 100)
    assert hundred["share_of_ceiling"] > 0.8
    assert hundred["excess_log_loss"] < 0.3
    assert hundred["false_bad_faith"] <= 0.03
    assert "provoked" in (tmp_path / "profiles_report.md").read_text(encoding="utf-8")
    assert set(WORLDS) >= {"provoked", "changing"}
