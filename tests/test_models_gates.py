"""Five canaries are refused with their reason named; good challengers pass."""

import runpy
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models import sanity
from models.backtest import backtest, figures
from models.gates import Trial, judge, own_forecasts
from models.recovery import fit
from models.recovery.hazard import BoostedHazard
from models.sanity import copies, shuffled_after
from models.verdict import Gate, failed

made_up = runpy.run_path(str(Path(__file__).with_name("recovery_portfolio.py")))["made_up"]
KNOWN_BY = date(2025, 1, 1)
THEN = date(2024, 3, 1)


def judged(features, extras, outcomes, known_by=KNOWN_BY, **more):
    model = fit(features, extras, outcomes, known_by=known_by)
    past = backtest(features, extras, outcomes, known_by=known_by, groups=more.get("groups"))
    return model, past, judge(Trial(model, past, features, extras, outcomes, known_by, **more))


def column(keys, name, values, filled=None):
    values = np.asarray(values)
    numeric = values.dtype.kind == "f"
    frame = pd.DataFrame(
        {
            **{key: keys[key].to_numpy() for key in keys},
            "name": name,
            "numeric": numeric,
            "number_value": values if numeric else np.nan,
            "text_value": None if numeric else values.astype(object),
        }
    )
    return frame if filled is None else frame[filled]


@pytest.fixture(scope="module", autouse=True)
def without_trees():
    """The gates judge whatever engine; the quick one is enough to judge them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BoostedHazard, "choose_size", lambda *_: (1, np.inf))
        yield


@pytest.fixture(scope="module")
def portfolio():
    return made_up(3000)


@pytest.fixture(scope="module")
def honest(portfolio):
    return judged(*portfolio)


@pytest.fixture(scope="module")
def champion(portfolio):
    features, extras, outcomes = portfolio
    return fit(features[features["day"] <= str(THEN)], extras, outcomes, known_by=THEN)


def paid_within(outcomes, days):
    """One value per row: whether its claim was paid so many days after the row's day."""
    return (outcomes["days_to_full"] <= days).to_numpy()


def test_an_honest_first_model_passes_every_gate(honest):
    gates = honest[2]

    assert failed(gates) == []
    assert all(gate.says(language) for gate in gates.values() for language in ("fr", "en"))


def test_canary_forty_rows(portfolio):
    features, extras, outcomes = portfolio

    gates = judged(features.head(40), extras, outcomes.head(40))[2]

    assert {"enough_data", "mature_labels", "out_of_time"} <= set(failed(gates))
    assert "150" in gates["enough_data"].says("fr")


@pytest.mark.parametrize("kind", ["noised", "category", "filled later"])
def test_canary_a_column_that_knows_the_outcome(portfolio, kind):
    features, _, outcomes = portfolio
    generator = np.random.default_rng(3)
    n = len(features)
    keys = features[["claim_id", "day"]]
    paid = paid_within(outcomes, 90)
    wrong = generator.random(n) < 0.1
    ever = outcomes["days_to_full"].notna().to_numpy()
    seen = (
        ever
        & (
            features["day"] + pd.to_timedelta(outcomes["days_to_full"].fillna(0), "D")
            <= "2025-01-01"
        ).to_numpy()
    )
    extras = {
        "noised": lambda: column(
            keys, "score", np.where(wrong, ~paid, paid) + generator.normal(0, 0.3, n)
        ),
        "category": lambda: column(
            keys, "desk", np.where(np.where(wrong, ~paid, paid), "A", "B").astype(object)
            + generator.integers(0, 9, n).astype(str).astype(object)
        ),
        "filled later": lambda: column(
            keys, "receipt", generator.normal(0, 1, n),
            filled=generator.random(n) < np.where(seen, 0.8, 0.1),
        ),
    }[kind]()  # fmt: skip

    model, _, gates = judged(features, extras, outcomes)

    name = extras["name"].iloc[0]
    refused = name in model.extras_.refused
    assert refused or "no_leak" in failed(gates), gates["no_leak"].says("en")
    assert refused or name in gates["no_leak"].says("fr")


def test_a_strong_column_that_a_person_vouches_for_is_no_leak(portfolio):
    features, _, outcomes = portfolio
    paid = paid_within(outcomes, 90)
    keys = features[["claim_id", "day"]]
    noise = np.random.default_rng(5).normal(0, 0.6, len(keys))
    extras = column(keys, "score", paid + noise)

    gates = judged(features, extras, outcomes, trusted=frozenset({"score"}))[2]

    assert gates["no_leak"].passed


def test_an_honest_column_is_no_leak(portfolio):
    features, _, outcomes = portfolio
    keys = features[["claim_id", "day"]]
    values = features["solvency_score"].fillna(50).to_numpy() + np.random.default_rng(1).normal(
        0, 5, len(keys)
    )

    model, _, gates = judged(features, column(keys, "rating", values), outcomes)

    assert model.extras_.numbers == ("rating",)
    assert gates["no_leak"].passed, gates["no_leak"].says("en")


def test_canary_payments_shuffled_among_a_fifth_of_the_claims(portfolio):
    features, extras, outcomes = portfolio
    generator = np.random.default_rng(4)
    first = ~features["claim_id"].duplicated().to_numpy()
    claims = features.loc[first, "claim_id"].to_numpy()
    moved = generator.random(len(claims)) < 0.2
    source = claims.copy()
    source[moved] = generator.permutation(claims[moved])
    other = features["claim_id"].map(dict(zip(claims, source, strict=True)))
    due = features["day"] - pd.to_timedelta(features["days_overdue"], "D")
    paid_on = (
        (features["day"] + pd.to_timedelta(outcomes["days_to_full"], "D"))
        .groupby(features["claim_id"])
        .first()
    )
    delay = (paid_on - due.groupby(features["claim_id"]).first()).dt.days
    amount = features.groupby("claim_id")["amount_eur"].first()
    left = other.map(delay) - features["days_overdue"]
    left = left.where(left > 0)
    noisy = outcomes.assign(
        days_to_full=left.to_numpy(),
        days_to_any=left.to_numpy(),
        cash_365=np.where(
            left <= 365, np.minimum(other.map(amount), features["open_amount_eur"]), 0.0
        ),
    )

    gates = judged(features, extras, noisy)[2]

    assert "payments_fit" in failed(gates)
    assert "allocated" in gates["payments_fit"].says("en")


def test_canary_a_level_that_shifted_in_the_last_months(portfolio):
    features, extras, outcomes = portfolio
    paid_on = features["day"] + pd.to_timedelta(outcomes["days_to_full"], "D")
    stopped = pd.util.hash_array(features["claim_id"].to_numpy(dtype=object)) % 3 > 0
    lost = (paid_on > "2024-07-15").to_numpy() & stopped
    shifted = outcomes.assign(
        **{name: outcomes[name].where(~lost) for name in ("days_to_full", "days_to_any")},
        cash_365=outcomes["cash_365"].where(~lost, 0.0),
    )

    gates = judged(features, extras, shifted)[2]

    assert {"recent_level"} <= set(failed(gates))
    assert gates["recent_level"].figure < 0.8


def test_canary_debtors_duplicated_under_several_ids(portfolio):
    features, extras, outcomes = portfolio
    twice = pd.util.hash_array(features["debtor_id"].to_numpy(dtype=object)) % 4 == 0
    again = features[twice].assign(
        claim_id="X" + features["claim_id"], debtor_id="X" + features["debtor_id"]
    )
    more = outcomes[twice].assign(claim_id="X" + outcomes["claim_id"])

    gates = judged(
        pd.concat([features, again], ignore_index=True),
        extras,
        pd.concat([outcomes, more], ignore_index=True),
    )[2]

    assert "distinct_debtors" in failed(gates)
    assert gates["distinct_debtors"].figure > 20


def test_debtors_known_to_be_one_are_counted_and_named(portfolio):
    gates = judged(*portfolio, signs={"shared_identities": 0.4})[2]

    assert "SIREN" in gates["distinct_debtors"].says("en")
    assert failed(gates) == ["distinct_debtors"]


def test_subscriptions_of_one_price_are_no_duplicates(portfolio):
    features = portfolio[0].assign(amount_eur=29.9, open_amount_eur=29.9)

    assert copies(features, across=True) < 0.02


def test_a_good_challenger_beats_a_good_champion(portfolio, honest, champion):
    features, _, outcomes = portfolio
    prompt = features["debtor_n_settled_late"] / (features["debtor_n_settled"] + 1)
    better = outcomes["days_to_full"].fillna(500).rank(pct=True) + prompt
    noise = np.random.default_rng(2).normal(0, 1.2, len(features))
    extras = column(features[["claim_id", "day"]], "rating", (better + noise).to_numpy())
    auc = figures(honest[1].rows)["auc"]

    gates = judged(
        features, extras, outcomes, champion=champion, champion_day=THEN, champion_auc=auc
    )[2]

    assert {"better_than_champion", "stability", "same_world"} <= set(gates)
    assert failed(gates) == [], [gates[name].says("en") for name in failed(gates)]


def test_a_challenger_no_better_than_the_champion_is_refused(portfolio, honest):
    model, past, _ = honest

    gates = judge(Trial(model, past, *portfolio, KNOWN_BY, model, date(2024, 6, 1), 0.8))

    assert "better_than_champion" in failed(gates)
    assert "%" in gates["better_than_champion"].says("fr")


def test_a_challenger_that_learnt_noise_does_not_pass_a_champion(portfolio, champion):
    features, extras, outcomes = portfolio
    generator = np.random.default_rng(0)
    mixed = outcomes.assign(
        **{name: generator.permutation(outcomes[name]) for name in ("days_to_full", "days_to_any")}
    )

    gates = judged(
        features, extras, mixed, champion=champion, champion_day=THEN, champion_auc=0.83
    )[2]

    assert "same_world" in failed(gates)


def test_what_is_shuffled_happened_after_the_day(portfolio):
    outcomes = portfolio[2]
    day = pd.Timestamp("2024-01-01")
    changed = shuffled_after(outcomes, day)
    known = (outcomes["day"] + pd.to_timedelta(outcomes["days_to_full"], "D") <= day).to_numpy()

    assert known.any()
    assert np.array_equal(changed["days_to_full"][known], outcomes["days_to_full"][known])
    after = outcomes["day"] + pd.to_timedelta(changed["days_to_full"], "D")
    assert (after[~known].dropna() > day).all()


def test_a_warning_forbids_nothing():
    gates = {"stability": Gate("stability", False, 0.4, 0.2, blocks=False, about={"overlap": 40.0})}

    assert failed(gates) == []
    assert "0,4" in gates["stability"].says("fr")


def test_thousands_of_claims_of_one_debtor_are_judged_without_a_breakdown():
    n = sanity._TRIED_ROWS + 50
    days = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"])
    keys = pd.DataFrame({"claim_id": [f"C{i}" for i in range(n)], "debtor_id": "D"})
    features = pd.concat([keys.assign(day=day, days_overdue=5.0) for day in days])
    features = features.assign(open_amount_eur=10.0, in_insolvency=False).reset_index(drop=True)
    outcomes = features[["claim_id", "day"]].assign(
        days_to_full=np.nan, days_to_any=np.nan, censored_after_days=300.0, ended_as="open",
        **{f"cash_{h}": 0.0 for h in (30, 60, 90, 180, 365)},
    )  # fmt: skip
    extras = made_up(40)[1]

    gate = sanity._blind(Trial(None, None, features, extras, outcomes, KNOWN_BY))

    assert gate.passed


def test_what_the_curves_answered_is_not_held_against_the_model():
    rows = pd.DataFrame({"weight": [0.0] * 50 + [0.9] * 200, "full_90": [0.0, 1.0] * 125})
    assert (own_forecasts(rows)["weight"] == 0.9).all()
    # A model that hardly spoke is judged by all that was said under its name.
    assert len(own_forecasts(rows.head(140))) == 140
