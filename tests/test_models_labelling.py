"""Which debtors are labelled, by whom again, and how far labellers agree."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from models.profile.labelling import (
    LABEL_COLUMNS,
    agreement,
    contested,
    fair_sample,
    krippendorff_alpha,
    last_words,
    queue,
)
from models.profile.telling import described, telling_order

DAY = date(2026, 10, 1)
BEFORE = "2026-09-01"
PROFILES = ("disorganised", "cash_strapped", "bad_faith", "dissatisfied")


def portfolio(n=2000, seed=3):
    chance = np.random.default_rng(seed)
    belief = chance.dirichlet([0.6] * 4, n)
    return pd.DataFrame(
        {
            "debtor_id": [f"D{place:05d}" for place in range(n)],
            **{f"p_{name}": belief[:, k] for k, name in enumerate(PROFILES)},
            "debtor_open_eur": chance.lognormal(7, 1.5, n),
            "debtor_late_share": np.where(chance.random(n) < 0.3, np.nan, chance.random(n)),
            "n_answers": 3,
            "n_refusal": chance.integers(0, 3, n),
        }
    )


def said(*rows):
    return pd.DataFrame(rows, columns=list(LABEL_COLUMNS))


def ask(debtors, labels, labeller="zoé", n=20, day=DAY):
    def describe(some):
        return debtors[debtors["debtor_id"].isin(some)]

    return queue(debtors, labels, labeller=labeller, day=day, n=n, describe=describe)


# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability": examples A, B and C, nominal.
BINARY = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
TWO = [[0, 0, 1, 1, 3, 2, 2, 2, 4, 3, 3, 0], [1, 0, 1, 1, 1, 2, 2, 2, 4, 3, 3, 3]]
FOUR = [
    [0, 1, 2, 2, 1, 0, 3, 0, 1, -1, -1, -1],
    [0, 1, 2, 2, 1, 1, 3, 0, 1, 4, -1, 2],
    [-1, 2, 2, 2, 1, 2, 3, 1, 1, 4, 0, -1],
    [0, 1, 2, 2, 1, 3, 3, 0, 1, 4, 0, -1],
]


@pytest.mark.parametrize(("codes", "alpha"), [(BINARY, 0.095), (TWO, 0.692), (FOUR, 0.743)])
def test_alpha_is_that_of_the_published_examples(codes, alpha):
    assert krippendorff_alpha(np.array(codes).T) == pytest.approx(alpha, abs=5e-4)


def test_alpha_counted_by_hand():
    # Three cases of two labels AA, AB, BB: coincidences AA 2, AB 1, BA 1, BB 2; n = 6, 3 of each.
    # Disagreement seen 2 of 6, expected 3 * 3 * 2 / (6 * 5) = 18 / 30: 1 - (1/3) / (3/5) = 4/9.
    assert krippendorff_alpha(np.array([[0, 0], [0, 1], [1, 1]])) == pytest.approx(4 / 9)


@pytest.mark.parametrize("codes", [[[0, -1], [-1, 1]], [[2, 2], [2, 2]], [[-1, -1]]])
def test_alpha_is_not_invented_where_nothing_can_be_compared(codes):
    assert krippendorff_alpha(np.array(codes)) is None


def test_labels_by_chance_alone_have_an_alpha_about_nought():
    drawn = np.random.default_rng(1).integers(0, 4, (20_000, 3))

    assert abs(krippendorff_alpha(drawn)) < 0.01


def test_agreement_counts_blind_words_only_and_takes_cannot_say_for_missing():
    labels = said(
        ("D1", "a", "bad_faith", BEFORE, True),
        ("D1", "b", "bad_faith", BEFORE, True),
        ("D1", "c", "disorganised", BEFORE, False),
        ("D2", "a", "disorganised", BEFORE, True),
        ("D2", "b", None, BEFORE, True),
        ("D3", "a", "disorganised", BEFORE, True),
        ("D3", "b", "disorganised", BEFORE, True),
    )

    found = agreement(labels)

    assert (found.alpha, found.n_cases, found.n_labellers, found.same) == (1.0, 2, 2, 1.0)
    assert found.pairs.sum() == 4
    one = agreement(labels.head(2))
    assert (one.alpha, one.low, one.n_cases, one.same) == (None, None, 1, 1.0)


def test_three_in_ten_fresh_cases_are_drawn_at_random_and_the_rest_tell_much():
    debtors = portfolio()

    found = ask(debtors, said(), n=100)

    assert found["drawn"].value_counts().to_dict() == {"telling": 70, "random": 30}
    belief = debtors[[f"p_{name}" for name in PROFILES]].to_numpy()
    doubt = pd.Series(1 - (belief**2).sum(axis=1), index=debtors["debtor_id"])
    told = doubt[found["debtor_id"][found["drawn"] == "telling"]]
    assert told.mean() > doubt.mean() + doubt.std() / 2


def test_the_queue_does_not_depend_on_the_order_of_rows_and_grows_without_changing():
    debtors = portfolio()

    found = ask(debtors, said())
    shuffled = ask(debtors.sample(frac=1, random_state=1), said())
    longer = ask(debtors, said(), n=60)

    pd.testing.assert_frame_equal(found, shuffled)
    assert set(found["debtor_id"]) <= set(longer["debtor_id"])
    by_chance = longer["debtor_id"][longer["drawn"] == "random"]
    assert set(found["debtor_id"][found["drawn"] == "random"]) <= set(by_chance)
    assert list(ask(debtors, said(), day=date(2026, 10, 2))["debtor_id"]) != list(
        found["debtor_id"]
    )


def test_a_fair_sample_is_as_doubtful_as_all_are_though_telling_cases_are_more_so():
    debtors = portfolio(3000)
    labels = said()
    for day in range(1, 5):
        found = ask(debtors, labels, n=200, day=date(2026, 9, day))
        on = f"2026-09-{day:02d}"
        fresh = said(*((name, "zoé", "bad_faith", on, True) for name in found["debtor_id"]))
        labels = fresh if labels.empty else pd.concat([labels, fresh], ignore_index=True)

    fair = fair_sample(debtors, labels)

    belief = debtors[[f"p_{name}" for name in PROFILES]].to_numpy()
    doubt = pd.Series(1 - (belief**2).sum(axis=1), index=debtors["debtor_id"])
    assert len(fair) >= 240
    assert abs(doubt[fair].mean() - doubt.mean()) < 3 * doubt.std() / np.sqrt(len(fair))
    assert doubt[labels["debtor_id"]].mean() > doubt.mean() + 0.4 * doubt.std()


def test_a_case_passed_over_ends_the_fair_sample():
    debtors = portfolio(50)
    first = list(ask(debtors, said(), n=170)["debtor_id"])
    assert len(first) == 50
    everyone = said(*((name, "zoé", None, BEFORE, True) for name in first))
    order = list(fair_sample(debtors, everyone))

    assert sorted(order) == sorted(first)
    gap = everyone[everyone["debtor_id"] != order[10]]
    assert list(fair_sample(debtors, gap)) == order[:10]


def test_what_no_label_has_spoken_of_yet_is_asked_before_more_of_the_same():
    shown = {"n_answers": 3, "n_refusal": [2] * 40 + [0] * 40 + [0], "n_plan_request": 0}
    debtors = pd.DataFrame({**shown, "solvency_score": [np.nan] * 40 + [90.0] * 40 + [np.nan]})
    belief = np.tile([0.5, 0.1, 0.35, 0.05], (81, 1))
    facts = described(debtors)

    order = telling_order(belief, facts, np.zeros(81, dtype=bool), 4)
    labelled = np.zeros(81, dtype=bool)
    labelled[:10] = True
    then = telling_order(belief, facts, labelled, 3)

    assert {bool(row < 40) for row in order} == {True, False}
    assert 80 not in order
    assert (then >= 40).all()
    assert not labelled[then].any()


def test_who_is_known_for_sure_is_not_asked_of():
    belief = np.array([[0.97, 0.01, 0.01, 0.01]] * 50 + [[0.4, 0.3, 0.2, 0.1]])

    order = telling_order(belief, np.ones((51, 1)), np.zeros(51, dtype=bool), 1)

    assert list(order) == [50]


def test_one_case_in_five_is_offered_to_a_second_person_and_nobody_twice():
    debtors = portfolio()
    labels = said(*((name, "ana", "disorganised", BEFORE, True) for name in debtors["debtor_id"]))

    again = ask(debtors, labels, labeller="zoé", n=2000)

    assert set(again["drawn"]) == {"double"}
    assert 0.17 < len(again) / len(debtors) < 0.23
    assert ask(debtors, labels, labeller="ana", n=2000).empty


def test_second_looks_leave_half_of_the_queue_to_new_cases():
    debtors = portfolio()
    first = debtors["debtor_id"].head(1000)
    labels = said(*((name, "ana", "disorganised", BEFORE, True) for name in first))

    counts = ask(debtors, labels)["drawn"].value_counts()

    assert counts.to_dict() == {"double": 10, "telling": 7, "random": 3}


def test_what_was_labelled_today_stays_in_the_queue_as_done():
    debtors = portfolio()
    found = ask(debtors, said())
    first = found["debtor_id"].iloc[0]

    after = ask(debtors, said((first, "zoé", "bad_faith", str(DAY), True)))

    assert list(after["debtor_id"]) == list(found["debtor_id"])
    assert list(after["debtor_id"][after["done"]]) == [first]
    tomorrow = ask(debtors, said((first, "zoé", "bad_faith", BEFORE, True)))
    assert first not in set(tomorrow["debtor_id"])


def test_a_case_that_its_reader_decided_on_with_the_belief_in_sight_is_not_asked_blind():
    debtors = portfolio()
    first = ask(debtors, said())["debtor_id"].iloc[0]

    after = ask(debtors, said((first, "zoé", "bad_faith", str(DAY), False)))

    assert first not in set(after["debtor_id"])


def test_a_disagreement_goes_to_a_third_person_until_it_is_settled():
    debtors = portfolio()
    two = [("D00007", "ana", "bad_faith", BEFORE, True), ("D00007", "bob", None, BEFORE, True)]
    assert contested(said(*two)).empty
    two[1] = ("D00007", "bob", "disorganised", BEFORE, True)
    split = contested(said(*two))
    assert split["told"].tolist() == [{"ana": "bad_faith", "bob": "disorganised"}]

    third = ask(debtors, said(*two))

    assert third.set_index("debtor_id")["drawn"]["D00007"] == "third"
    assert "D00007" not in set(ask(debtors, said(*two), labeller="bob")["debtor_id"])
    voice = ("D00007", "zoé", "bad_faith", str(DAY), True)
    assert contested(said(*two, voice)).empty
    settled = ("D00007", "bob", "disorganised", str(DAY), False)
    assert contested(said(*two, settled)).empty
    assert "D00007" not in set(ask(debtors, said(*two, settled))["debtor_id"])


def test_the_last_word_of_a_person_counts_and_a_settlement_hides_no_blind_word():
    labels = last_words(
        said(
            ("D1", "a", "bad_faith", BEFORE, True),
            ("D1", "a", "disorganised", BEFORE, True),
            ("D1", "a", "dissatisfied", BEFORE, False),
        )
    )

    assert labels["profile"].tolist() == ["disorganised", "dissatisfied"]


def test_an_empty_portfolio_has_an_empty_queue():
    assert ask(portfolio(0), said()).empty
    assert agreement(said()).alpha is None


def test_a_large_portfolio_is_drawn_from_at_once():
    debtors = portfolio(100_000)

    assert len(ask(debtors, said(), n=500)) == 500
