"""What changed since training is measured, and little data raises no alarm."""

import runpy
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models import watch
from models.card import payment_curve, training_profile
from models.recovery import fit, score

made_up = runpy.run_path(str(Path(__file__).with_name("recovery_portfolio.py")))["made_up"]


@pytest.fixture(scope="module")
def kept():
    """A model with the profile kept beside it, and a stock of other debtors of the same days."""
    features, extras, outcomes = made_up(2000)
    model = fit(features, extras, outcomes, known_by=date(2025, 1, 1))
    half = pd.util.hash_array(features["debtor_id"].to_numpy(dtype=object)) % 2 == 0
    before = features[half]
    now = features[~half & watch.newest_days(features)].reset_index(drop=True)
    return model, training_profile(model, before, extras), now, extras, (features, outcomes)


def drifted(kept, **changes):
    model, profile, now, extras, _ = kept
    changed = now.assign(**changes)
    lines = watch.drift(profile, changed, score(model, changed, extras))
    return lines.set_index(["feature", "segment"])


def test_a_stock_like_that_of_training_raises_no_alarm(kept):
    lines = drifted(kept)

    assert not (lines["level"] == "alarm").any()
    assert {("p_90", "all"), ("open_amount_eur", "all"), ("age", "mix")} <= set(lines.index)


def test_an_input_that_moved_is_named(kept):
    lines = drifted(kept, open_amount_eur=lambda rows: rows["open_amount_eur"] * 100)

    assert lines.loc[("open_amount_eur", "all"), "level"] == "alarm"
    assert lines.loc[("terms_days", "all"), "level"] == "ok"


def test_a_column_that_is_no_longer_filled_is_named(kept):
    lines = drifted(kept, solvency_score=np.nan, debtor_kind=None)

    assert lines.loc[("solvency_score", "all"), "level"] == "alarm"
    assert lines.loc[("debtor_kind", "all"), "level"] == "alarm"


def test_what_grows_with_every_day_is_no_news_but_its_absence_is(kept):
    model, _, now, extras, _ = kept
    scored = score(model, now, extras)
    days = np.arange(len(now)) % 700.0
    known = watch.profile(now.assign(debtor_tenure_days=days), scored)

    def level(values):
        lines = watch.drift(known, now.assign(debtor_tenure_days=values), scored)
        return lines.set_index(["feature", "segment"]).loc[("debtor_tenure_days", "all"), "level"]

    assert level(days + 200) == "ok"
    assert level(np.nan) == "alarm"


def test_a_few_claims_prove_nothing(kept):
    model, profile, now, extras, _ = kept
    few = now.head(8)

    lines = watch.drift(profile, few, score(model, few, extras))

    assert watch.worst(lines) == "ok"


def matured(expected, observed, n=2, debtors=100):
    return pd.DataFrame(
        {
            "horizon": 90,
            "kind": "company",
            "debtor_id": [f"D{i}" for i in range(debtors)],
            "n": n,
            "expected": expected,
            "observed": np.where(np.arange(debtors) % 2, observed, observed),
        }
    )


@pytest.mark.parametrize(("observed", "level"), [(1.0, "ok"), (0.0, "alarm"), (2.0, "alarm")])
def test_forecasts_are_held_against_what_happened(observed, level):
    told = watch.truth(matured(1.0, observed)).set_index(["measure", "segment"])
    ratio = told.loc["observed_over_expected"]

    assert set(ratio.index) == {"all", "kind = company"}
    assert set(ratio["level"]) == {level}
    assert ratio["figure"].tolist() == pytest.approx([observed] * 2)


def forecasts(slope=1.0, shift=0.0, debtors=400, *, effect=0.0):
    """Claims whose odds are those forecast, stretched and shifted; those of a debtor alike."""
    rng = np.random.default_rng(0)
    margin = rng.normal(0, 1.5, (debtors, 4)) + 0.5
    luck = effect * rng.normal(size=(debtors, 1))
    paid = rng.random((debtors, 4)) < 1 / (1 + np.exp(-(slope * margin + shift + luck)))
    return pd.DataFrame(
        {
            "horizon": 90,
            "kind": "company",
            "debtor_id": np.repeat(np.arange(debtors), 4).astype(str),
            "n": 1,
            "expected": (1 / (1 + np.exp(-margin))).ravel(),
            "observed": paid.ravel().astype(int),
        }
    )


@pytest.mark.parametrize(
    ("slope", "shift", "levels"),
    [(1, 0, ("ok", "ok")), (0.5, 0, ("alarm", "ok")), (1, -1, ("ok", "alarm"))],
)
def test_the_line_of_calibration_of_forecasts_come_due_raises_its_alarm(slope, shift, levels):
    told = watch.truth(forecasts(slope, shift)).set_index("measure")

    found = told.loc["calibration_slope"], told.loc["calibration_intercept"]
    assert found[0]["low"] < slope < found[0]["high"]
    assert tuple(line["level"] for line in found) == levels


def test_claims_of_one_debtor_that_move_together_widen_the_interval_of_the_slope():
    def width(rows):
        line = watch.truth(rows).set_index("measure").loc["calibration_intercept"]
        return line["high"] - line["low"]

    alone = forecasts().assign(debtor_id=lambda rows: [str(i) for i in range(len(rows))])
    together = forecasts(effect=2.0)

    assert width(together) > 1.3 * width(alone)


def test_a_line_needs_claims_of_both_kinds():
    few = forecasts(shift=9.0)

    assert set(watch.truth(few)["measure"]) == {"observed_over_expected"}


def test_no_model_and_no_history_give_no_lines(kept):
    now, extras = kept[2], kept[3]
    none = matured(1.0, 1.0).head(0)

    assert watch.watched(None, None, now, extras, score(None, now, extras), none).empty


def test_open_claims_pull_the_curve_down_where_an_average_of_the_paid_would_not(kept):
    features, outcomes = kept[4]

    curve = payment_curve(features, outcomes)

    assert curve["all"][0] == 0
    assert np.all(np.diff(curve["all"]) >= 0)
    assert curve["paid_only"][6] > curve["all"][6]
    assert curve["n_open"] > 0


def test_the_curve_is_kaplan_and_meiers():
    days = pd.Timestamp("2024-01-01")
    features = pd.DataFrame({"claim_id": list("abcd"), "day": days})
    outcomes = features.assign(
        days_to_full=[15.0, None, 30.0, None], censored_after_days=[400, 20, 400, 400]
    )

    curve = payment_curve(features, outcomes)

    # 1/4 at 15 days; then two of three are left at 30 days, one of them pays: 1 - 3/4 * 1/2.
    assert curve["all"][:3] == [0.0, 0.25, 0.625]
    assert curve["paid_only"][:3] == [0.0, 0.5, 1.0]
    assert curve["censored"][1] == 1
