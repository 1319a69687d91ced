import json
import runpy
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.metrics import brier, calibration_line, observed_over_expected
from models.recovery import RecoveryModel, fit, score
from models.recovery.cash import ANY, COLUMNS, FULL, HORIZONS
from models.recovery.labels import labels
from models.recovery.logistic import fit_logistic
from models.recovery.prior import paid_within, prior

made_up = runpy.run_path(str(Path(__file__).with_name("recovery_portfolio.py")))["made_up"]

KNOWN_BY = date(2024, 6, 1)
LATER = date(2027, 1, 1)


def claim(**changes):
    plain = {
        "claim_id": "C1",
        "debtor_id": "D1",
        "open_amount_eur": 1000.0,
        "days_overdue": 10.0,
        "date_basis": "stated",
        "headcount": np.nan,
        "in_insolvency": False,
    }
    return pd.DataFrame([{**plain, **changes}])


def outcome(**changes):
    plain = {
        "claim_id": "C1",
        "day": pd.Timestamp("2024-01-01"),
        "days_to_full": np.nan,
        "days_to_any": np.nan,
        **{f"cash_{h}": 0.0 for h in HORIZONS},
        "censored_after_days": 400,
        "ended_as": "open",
    }
    return pd.DataFrame([{**plain, **changes}])


@pytest.fixture(scope="module")
def portfolio():
    return made_up()


@pytest.fixture(scope="module")
def history(portfolio):
    features, extras, outcomes = portfolio
    past = features["day"] <= pd.Timestamp(KNOWN_BY)
    return features[past], extras, outcomes[past]


@pytest.fixture(scope="module")
def model(history):
    return fit(*history, known_by=KNOWN_BY)


@pytest.fixture(scope="module")
def later(portfolio):
    features, _, outcomes = portfolio
    after = features["day"] > pd.Timestamp(KNOWN_BY)
    return (
        features[after].drop(columns="day").reset_index(drop=True),
        outcomes[after].reset_index(drop=True),
    )


def test_the_published_curve_falls_with_age():
    ages = np.array([0.0, 30, 90, 180, 365, 730, 2000])

    chance = paid_within(ages, 90)

    assert np.all(np.diff(chance) < 0)


def test_the_published_curve_gives_back_the_surveys():
    eventually = paid_within(np.array([0.0, 91.3, 365.25, 730.5]), 3500)

    assert eventually == pytest.approx([0.94, 0.70, 0.239, 0.10], abs=0.02)


def test_a_claim_not_yet_due_is_likelier_paid_than_one_late():
    early = prior(claim(days_overdue=-15.0))
    late = prior(claim(days_overdue=15.0))

    assert early["p_60"].item() > late["p_60"].item()


def test_an_unknown_date_is_no_reason_for_hope():
    unknown = prior(claim(days_overdue=5.0, date_basis="unknown"))
    fresh = prior(claim(days_overdue=5.0))

    assert unknown["p_90"].item() < 0.3 < fresh["p_90"].item()


def test_an_insolvency_leaves_a_dividend():
    row = prior(claim(in_insolvency=True)).iloc[0]

    # Four percent in the end, a quarter of it within the year that the forecast covers.
    assert row["expected_recovered"] == pytest.approx(10.0)
    assert row["p_365"] <= 0.01


def test_large_firms_pay_later():
    large, mean = prior(claim(headcount=2000.0)), prior(claim())

    assert large["p_30"].item() < mean["p_30"].item()


def test_a_row_counts_only_once_its_horizon_is_over():
    paid_early = outcome(days_to_full=10, days_to_any=10, ended_as="paid", censored_after_days=40)

    marks = labels(paid_early, date(2024, 2, 10))

    assert marks["full", 30].tolist() == [1.0]
    assert np.isnan(marks["full", 60]).all()


@pytest.mark.parametrize(
    ("ended_as", "label"), [("write_off", 0.0), ("insolvency", 0.0), ("credit", np.nan)]
)
def test_other_ends_count_as_the_card_says(ended_as, label):
    ended = outcome(ended_as=ended_as, censored_after_days=20)

    found = labels(ended, LATER)["full", 90]

    assert np.array_equal(found, [label], equal_nan=True)


def test_a_payment_before_a_lawsuit_still_counts():
    sued = outcome(days_to_any=5, ended_as="litigation", censored_after_days=20)

    marks = labels(sued, LATER)

    assert marks["any", 90].tolist() == [1.0]
    assert np.isnan(marks["full", 90]).all()


def test_ridge_without_penalty_finds_the_true_coefficients():
    generator = np.random.default_rng(3)
    matrix = generator.normal(size=(20_000, 2))
    offset = generator.normal(size=20_000)
    chance = 1 / (1 + np.exp(-(offset + 0.5 + matrix @ [1.0, -2.0])))
    happened = (generator.random(20_000) < chance).astype(float)

    intercept, coefficients = fit_logistic(matrix, happened, offset, 1e6)

    assert [intercept, *coefficients] == pytest.approx([0.5, 1.0, -2.0], abs=0.08)


def test_forecasts_are_calibrated_on_days_never_seen(model, later, portfolio):
    features, outcomes = later
    scored = score(model, features, portfolio[1])
    happened = labels(outcomes, LATER)["full", 90]

    slope, _ = calibration_line(happened, scored["p_90"].to_numpy())

    assert 0.85 < slope < 1.2
    assert 0.9 < observed_over_expected(happened, scored["p_90"].to_numpy()) < 1.1


def test_the_model_beats_the_published_curves(model, later, portfolio):
    features, outcomes = later
    happened = labels(outcomes, LATER)["full", 90]

    mine = brier(happened, score(model, features, portfolio[1])["p_90"].to_numpy())
    curves = brier(happened, score(None, features, portfolio[1])["p_90"].to_numpy())

    assert mine < 0.97 * curves


def test_a_model_of_shuffled_outcomes_scores_worse(model, later, history, portfolio):
    features, outcomes = later
    shuffled = history[2].copy()
    told = ["days_to_full", "days_to_any", "ended_as"]
    shuffled[told] = shuffled[told].sample(frac=1, random_state=0).to_numpy()
    fooled = fit(history[0], history[1], shuffled, known_by=KNOWN_BY)
    happened = labels(outcomes, LATER)["full", 90]

    mine = brier(happened, score(model, features, portfolio[1])["p_90"].to_numpy())
    theirs = brier(happened, score(fooled, features, portfolio[1])["p_90"].to_numpy())

    assert mine < theirs


@pytest.mark.parametrize("which", ["model", "prior"])
def test_curves_are_ordered_and_cash_lies_within_the_claim(which, model, later, portfolio):
    features, _ = later
    scored = score(model if which == "model" else None, features, portfolio[1])
    full, any_ = scored[list(FULL)].to_numpy(), scored[list(ANY)].to_numpy()
    open_amount = features["open_amount_eur"].to_numpy()

    assert list(scored.columns) == list(COLUMNS)
    assert np.all(np.diff(full, axis=1) >= 0)
    assert np.all(np.diff(any_, axis=1) >= 0)
    assert np.all(any_ >= full)
    assert np.all((scored["low"] >= 0) & (scored["low"] <= scored["expected_recovered"]))
    assert np.all(scored["expected_recovered"] <= scored["high"])
    assert np.all(scored["high"] <= open_amount)


def test_nine_cash_amounts_in_ten_fall_in_the_interval(model, later, portfolio):
    features, outcomes = later
    scored = score(model, features, portfolio[1])
    seen = ~np.isnan(labels(outcomes, LATER)["any", 365])
    cash = outcomes["cash_365"]

    inside = (cash >= scored["low"] - 0.01) & (cash <= scored["high"] + 0.01)

    assert inside[seen].mean() > 0.9


def test_one_claim_is_scored_as_among_many(model, later, portfolio):
    features, _ = later

    many = score(model, features, portfolio[1])
    one = score(model, features.iloc[[7]], portfolio[1])

    pd.testing.assert_frame_equal(one, many.iloc[[7]].reset_index(drop=True))


def test_no_claim_gives_no_row(model, later, portfolio):
    nothing = later[0].iloc[:0]

    assert score(model, nothing, portfolio[1]).shape == (0, len(COLUMNS))
    assert score(None, nothing, portfolio[1]).shape == (0, len(COLUMNS))


def told(model):
    return json.dumps(model.parts()["model"])


def test_its_parts_give_back_the_same_figures(model, later, portfolio):
    parts = model.parts()
    again = RecoveryModel.from_parts({**parts, "model": json.loads(told(model))})

    pd.testing.assert_frame_equal(
        score(again, later[0], portfolio[1]), score(model, later[0], portfolio[1])
    )


def test_learning_twice_gives_the_same_bytes(model, history):
    shuffled = history[0].sample(frac=1, random_state=1)

    again = fit(shuffled, history[1], history[2], known_by=KNOWN_BY)

    assert told(again) == told(model)


def test_rows_after_the_day_of_training_teach_nothing(model, portfolio):
    everything = fit(*portfolio, known_by=KNOWN_BY)

    assert told(everything) == told(model)


def test_forty_rows_leave_the_curves_nearly_alone(history, later):
    features, extras, outcomes = history

    small = fit(features.iloc[:40], extras, outcomes.iloc[:40], known_by=KNOWN_BY)
    scored = score(small, later[0], extras)

    assert scored["weight"].max() < 0.5
    assert set(scored["basis"]) <= {"prior", "blend"}


def test_one_kind_of_outcome_leaves_the_curves_alone_and_says_why(history, later):
    features, extras, outcomes = history
    never = outcomes.assign(days_to_full=np.nan, days_to_any=np.nan, ended_as="open")

    alone = fit(features, extras, never, known_by=KNOWN_BY)

    assert "published curves" in alone.reasons_[0]
    pd.testing.assert_frame_equal(score(alone, later[0], extras), score(None, later[0], extras))


def test_an_insolvent_debtor_is_left_to_the_curves(model, later, portfolio):
    features = later[0].head(5).assign(in_insolvency=True)

    scored = score(model, features, portfolio[1])

    assert set(scored["basis"]) == {"prior"}
    assert scored["p_365"].max() <= 0.01


def test_how_often_we_called_is_no_feature(model):
    ours = {"n_actions", "n_actions_30", "days_since_action", "stage_rank", "n_no_answer"}

    assert not ours & set(model.design_.sources)
    assert "is_vulnerable" not in model.design_.sources


def test_absurd_amounts_and_missing_features_give_probabilities(model, later, portfolio):
    features = later[0].head(3).copy()
    features.loc[:, "open_amount_eur"] = [1e30, 0.01, np.nan]
    features.loc[:, "solvency_score"] = np.nan
    features.loc[:, "naf_division"] = "never seen"

    scored = score(model, features, portfolio[1])

    assert scored[[f"p_{h}" for h in HORIZONS]].notna().all(axis=None)
