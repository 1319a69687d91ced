import json
import runpy
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from scipy.stats import norm

from models.recovery import RecoveryModel, fitting
from models.recovery import hazard as hazards
from models.recovery.calibration import Calibration, fit_calibration
from models.recovery.cash import ANY, FULL, HORIZONS, part_quantile
from models.recovery.dependence import Dependence, fit_dependence
from models.recovery.labels import labels
from models.recovery.periods import EDGES, N_BINS, periods, watched_days, within
from models.recovery.portfolio import group_intervals, weekly_cash
from models.recovery.shrinkage import gamma_poisson_weight

made_up = runpy.run_path(str(Path(__file__).with_name("recovery_portfolio.py")))["made_up"]
KNOWN_BY = date(2024, 6, 1)
LATER = date(2027, 1, 1)


def seen(**changes):
    plain = {
        "claim_id": "C1",
        "day": pd.Timestamp("2024-01-01"),
        "days_to_full": np.nan,
        "days_to_any": np.nan,
        "censored_after_days": 366,
        "ended_as": "open",
    }
    return pd.DataFrame([{**plain, **changes}])


@pytest.fixture(scope="module")
def portfolio():
    return made_up()


@pytest.fixture(scope="module")
def past(portfolio):
    features, extras, outcomes = portfolio
    before = features["day"] <= pd.Timestamp(KNOWN_BY)
    return features[before], extras, outcomes[before]


@pytest.fixture(scope="module")
def boosted(past):
    model = RecoveryModel(trees_from=0)
    always = pytest.MonkeyPatch()
    always.setattr("models.recovery.fitting._WORTH_IT", -1.0)
    model.fit(*past, known_by=KNOWN_BY)
    always.undo()
    return model


@pytest.fixture(scope="module")
def later(portfolio):
    features, _, outcomes = portfolio
    after = features["day"] > pd.Timestamp(KNOWN_BY)
    return (
        features[after].drop(columns="day").reset_index(drop=True),
        outcomes[after].reset_index(drop=True),
    )


def test_a_payment_ends_its_row_in_its_bin():
    rows = periods(seen(days_to_full=40, days_to_any=20, ended_as="paid"), LATER, "full")

    assert rows.happened.tolist() == [0, 0, 1]
    assert periods(seen(days_to_any=20), LATER, "any").happened.tolist() == [0, 1]


def test_a_bin_seen_by_half_counts_neither_way():
    paid = seen(days_to_full=40, ended_as="paid", censored_after_days=40)

    rows = periods(paid, date(2024, 2, 20), "full")

    assert rows.bin.tolist() == [0, 1]
    assert rows.happened.sum() == 0


def test_written_off_and_insolvent_stay_under_watch_and_a_lawsuit_ends_it():
    for ended_as in ("write_off", "insolvency"):
        row = seen(ended_as=ended_as, censored_after_days=50)
        assert watched_days(row, date(2024, 12, 31)).tolist() == [365]
    for ended_as in ("litigation", "credit"):
        row = seen(ended_as=ended_as, censored_after_days=50)
        assert len(periods(row, date(2024, 12, 31), "full").row) == 2


def test_a_row_without_a_whole_bin_teaches_nothing():
    assert len(periods(seen(), date(2024, 1, 10), "full").row) == 0


def test_hazards_and_horizons_agree():
    flat = np.full((1, N_BINS), 0.1)

    chances = within(flat)[0]

    bins = [EDGES.index(h) for h in HORIZONS]
    assert chances == pytest.approx([1 - 0.9**n for n in bins])


def test_the_family_of_the_map_follows_the_number_of_claims():
    generator = np.random.default_rng(0)
    chance = generator.uniform(0.05, 0.95, 4000)
    happened = (generator.random(4000) < expit(0.5 * logit(chance) - 0.4)).astype(float)

    families = [fit_calibration(happened, chance, n).family for n in (10, 200, 5000)]

    assert families == ["temperature", "platt", "beta"]


def test_a_map_finds_what_was_wrong_and_few_claims_move_it_little():
    generator = np.random.default_rng(1)
    chance = generator.uniform(0.05, 0.95, 8000)
    truth = expit(0.5 * logit(chance) - 0.4)
    happened = (generator.random(8000) < truth).astype(float)

    found = fit_calibration(happened, chance, 4000)
    few = fit_calibration(happened[:8], chance[:8], 3)

    assert np.abs(found(chance) - truth).max() < 0.03
    assert np.abs(few(chance) - chance).max() < 0.1
    assert np.all(np.diff(found(np.sort(chance))) >= 0)


def test_the_slope_of_a_map_is_its_derivative():
    map_, chance = Calibration(1.3, 0.8, 0.2), np.array([0.1, 0.5, 0.9])

    steep = (map_(chance + 1e-6) - map_(chance - 1e-6)) / 2e-6

    assert map_.slope(chance) == pytest.approx(steep, rel=1e-5)


def test_the_table_of_parts_has_the_mean_asked_for():
    levels = (np.arange(4000) + 0.5) / 4000

    parts = part_quantile(np.full(4000, 0.3), levels, 2.0)

    assert parts.mean() == pytest.approx(0.3, abs=0.005)


def test_trees_are_kept_and_give_the_same_figures(boosted, later, portfolio):
    assert boosted.engine_ == "boosted"
    parts = boosted.parts()
    again = RecoveryModel.from_parts({**parts, "model": json.loads(json.dumps(parts["model"]))})

    few = later[0].head(50)
    pd.testing.assert_frame_equal(
        again.predict(few, portfolio[1]), boosted.predict(few, portfolio[1])
    )


def test_trees_are_calibrated_and_better_than_chance(boosted, later, portfolio):
    scored = boosted.predict(later[0], portfolio[1])
    happened = labels(later[1], LATER)["full", 90]
    known = ~np.isnan(happened)
    chance = scored["p_90"].to_numpy()[known]

    assert chance.mean() == pytest.approx(happened[known].mean(), abs=0.05)
    assert np.mean((chance - happened[known]) ** 2) < happened[known].var()


def test_one_claim_is_scored_by_trees_as_among_many(boosted, later, portfolio):
    many = boosted.predict(later[0].head(30), portfolio[1])

    one = boosted.predict(later[0].iloc[[7]], portfolio[1])

    pd.testing.assert_frame_equal(one, many.iloc[[7]].reset_index(drop=True))


def test_cash_lies_between_the_two_probabilities(boosted, later, portfolio):
    scored = boosted.predict(later[0], portfolio[1])
    amount = later[0]["open_amount_eur"].to_numpy()
    share = scored["expected_recovered"].to_numpy() / amount

    assert np.all(share >= scored["p_365"] - 0.01 / amount - 1e-6)
    assert np.all(share <= scored["p_any_365"] + 0.01 / amount + 1e-6)


def test_a_slowdown_is_found_corrected_and_told(past):
    features, extras, outcomes = past
    slow = outcomes.reset_index(drop=True)
    paid_on = slow["day"] + pd.to_timedelta(slow["days_to_full"], unit="D")
    half = slow["claim_id"].str[-1].isin(list("02468"))
    dropped = (paid_on > pd.Timestamp(KNOWN_BY) - pd.Timedelta(days=90)) & half
    slow.loc[dropped, ["days_to_full", "days_to_any"]] = np.nan
    slow.loc[dropped, "ended_as"] = "open"

    model = RecoveryModel(trees_from=10**9).fit(features, extras, slow, known_by=KNOWN_BY)

    used, found, _ = model.level_["full"]
    assert found < used < -0.05
    assert any("corrected" in reason for reason in model.reasons_)


def test_what_moves_together_is_found_again():
    generator = np.random.default_rng(2)
    debtor = np.repeat(np.arange(4000), 3)
    day = np.repeat(np.arange(12000) % 40, 1)
    day = day[np.repeat(np.arange(4000), 3)]
    chance = generator.uniform(0.1, 0.9, 12000)
    score = np.sqrt(0.3) * generator.normal(size=4000)[debtor]
    score = score + np.sqrt(0.7) * generator.normal(size=12000)
    happened = (norm.cdf(score) < chance).astype(float)

    keys = (pd.Series(debtor), pd.Series(day))
    found = fit_dependence(happened, chance, *keys, month=(happened, chance))
    unsure = fit_dependence(happened, chance, *keys, month=(happened, chance), level_error=0.2)

    assert found.debtor == pytest.approx(0.3, abs=0.06)
    assert found.common < 0.01
    assert unsure.common > found.common + 0.01


def test_a_climate_is_found_by_its_months_and_few_claims_do_not_deny_it():
    generator = np.random.default_rng(3)
    day = np.repeat(np.arange(24), 400)
    debtor = pd.Series(np.arange(len(day)))
    chance = generator.uniform(0.1, 0.9, len(day))
    alone = generator.normal(size=len(day))
    shaken = np.sqrt(0.05) * generator.normal(size=24)[day] + np.sqrt(0.95) * alone
    keys = (debtor, pd.Series(day))

    def common(score, rows=slice(None)):
        happened = (norm.cdf(score) < chance).astype(float)[rows]
        part = tuple(key[rows] for key in keys)
        told = (happened, chance[rows])
        return fit_dependence(*told, *part, month=told).common

    assert common(shaken) > 0.02
    assert common(alone) < 0.004
    assert common(alone, slice(None, None, 100)) > 0.007


def test_sums_of_claims_that_move_together_have_wider_intervals(boosted, later, portfolio):
    claims = later[0].drop_duplicates("claim_id").head(400).reset_index(drop=True)
    scored = boosted.predict(claims, portfolio[1])
    together = claims.assign(debtor_id="one")
    kept = boosted.dependence_
    boosted.dependence_ = Dependence(0.3, 0.0)

    apart = group_intervals(boosted, claims, scored, np.zeros(400)).iloc[0]
    one = group_intervals(boosted, together, scored, np.zeros(400)).iloc[0]
    boosted.dependence_ = kept

    assert one["high"] - one["low"] > 2 * (apart["high"] - apart["low"])
    assert one["expected"] == pytest.approx(scored["expected_recovered"].sum())


def test_the_weeks_add_up_to_what_the_quarter_brings(boosted, later, portfolio):
    claims = later[0].drop_duplicates("claim_id").head(300).reset_index(drop=True)
    scored = boosted.predict(claims, portfolio[1])

    weeks = weekly_cash(boosted, claims, scored, weeks=13)

    amount = claims["open_amount_eur"].to_numpy()
    least = float((amount * scored["p_90"]).sum())
    most = float((amount * scored["p_any_180"]).sum())
    assert 0.9 * least <= weeks["expected"].sum() <= most
    assert np.all((weeks["low"] <= weeks["expected"]) & (weeks["expected"] <= weeks["high"]))


def test_no_claim_has_no_cash(boosted, later, portfolio):
    nothing = later[0].head(0)
    scored = boosted.predict(nothing, portfolio[1])

    assert group_intervals(boosted, nothing, scored, np.zeros(0)).empty
    assert weekly_cash(boosted, nothing, scored)["expected"].sum() == 0
    assert set(scored.columns) >= {*FULL, *ANY}


def test_a_bin_that_nobody_lived_through_follows_the_published_shape(past):
    features, extras, outcomes = past
    young = features["day"] > pd.Timestamp(KNOWN_BY) - pd.Timedelta(days=200)

    model = RecoveryModel(trees_from=10**9).fit(
        features[young], extras, outcomes[young], known_by=KNOWN_BY
    )
    scored = model.predict(features[young].drop(columns="day").head(20), extras)

    assert "365 days" in " ".join(model.reasons_)
    assert np.all(scored["p_365"] >= scored["p_180"])
    assert scored["p_365"].mean() > scored["p_180"].mean()


def test_recent_odds_are_measured_with_their_error():
    generator = np.random.default_rng(3)
    margins = np.full((4000, N_BINS), -1.0)
    rows = hazards.Periods(
        np.arange(4000), np.zeros(4000, dtype=int), (generator.random(4000) < 0.4) * 1.0
    )

    shift, error = fitting.level_shift(
        margins, rows, np.ones(4000, dtype=bool), pd.Series(np.arange(4000))
    )

    assert shift == pytest.approx(logit(0.4) + 1.0, abs=3 * error)
    assert 0.02 < error < 0.06


def test_the_pace_of_debtors_is_weighed_by_how_much_they_differ():
    generator = np.random.default_rng(5)
    expected = generator.gamma(2.0, 2.0, 4000)
    for weight in (1.0, 4.0):
        pace = generator.gamma(weight, 1 / weight, 4000)
        found = gamma_poisson_weight(generator.poisson(expected * pace).astype(float), expected)
        assert found == pytest.approx(weight, rel=0.25)
    alike = generator.poisson(expected).astype(float)
    assert gamma_poisson_weight(alike, expected) > 15


def test_a_map_stays_near_the_one_before_while_little_speaks_against_it():
    generator = np.random.default_rng(6)
    chance = generator.uniform(0.05, 0.6, 4000)
    happened = (generator.random(4000) < chance).astype(float)
    before = Calibration(1.4, 1.4, 0.3)

    few = fit_calibration(happened[:40], chance[:40], 12, near=before)
    many = fit_calibration(happened, chance, 1200, near=before)

    assert few.a == pytest.approx(1.4, abs=0.35)
    assert many.a == pytest.approx(1.0, abs=0.2)
    assert fit_calibration(happened[:0], chance[:0], 0, near=before) == before
