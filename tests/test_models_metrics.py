import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from models import metrics


@pytest.fixture(scope="module")
def forecast():
    generator = np.random.default_rng(0)
    chance = generator.random(5000)
    return (generator.random(5000) < chance).astype(float), chance


def test_figures_agree_with_scikit_learn(forecast):
    happened, chance = forecast
    rounded = np.round(chance, 1)

    assert metrics.auc(happened, rounded) == pytest.approx(roc_auc_score(happened, rounded))
    assert metrics.brier(happened, chance) == pytest.approx(brier_score_loss(happened, chance))
    assert metrics.log_loss(happened, chance) == pytest.approx(log_loss(happened, chance))


def test_a_true_forecast_is_calibrated(forecast):
    slope, intercept = metrics.calibration_line(*forecast)

    assert (slope, intercept) == pytest.approx((1, 0), abs=0.1)
    assert metrics.calibration_error(*forecast) < 0.03
    assert metrics.observed_over_expected(*forecast) == pytest.approx(1, abs=0.05)


def test_an_overconfident_forecast_has_a_slope_below_one(forecast):
    happened, chance = forecast
    odds = (chance / (1 - chance)) ** 2

    slope, _ = metrics.calibration_line(happened, odds / (1 + odds))

    assert slope == pytest.approx(0.5, abs=0.05)


def test_few_rows_hardly_move_a_forecast():
    margin, happened = np.array([2.0, -2.0]), np.array([0.0, 1.0])

    slope, shift = metrics.platt(margin, happened, strength=20.0)

    assert slope == pytest.approx(1, abs=0.25)
    assert shift == pytest.approx(0, abs=0.05)


def test_one_kind_of_outcome_has_no_auc():
    assert np.isnan(metrics.auc(np.ones(3), np.array([0.1, 0.2, 0.3])))


def test_repeating_each_row_of_a_debtor_does_not_narrow_the_interval(forecast):
    losses = forecast[1][:100] - 0.5
    debtors = pd.Series(np.arange(100))

    once = metrics.debtor_bootstrap(losses, debtors)
    tenfold = metrics.debtor_bootstrap(np.repeat(losses, 10), debtors.repeat(10))

    assert tenfold == pytest.approx(once)
