"""At what age and of what amount a ledger gives up, and what that does to forecasts."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from models.recovery.periods import EDGES, N_BINS, periods
from models.recovery.write_offs import WriteOffs

LATER = date(2026, 11, 22)
N = 20_000


def ledger(seed=0, gives_up=480.0, monthly=0.3):
    """Claims of all ages, months ago; the old ones of small amount are given up."""
    rng = np.random.default_rng(seed)
    age = rng.uniform(0, 600, N)
    amount = np.exp(rng.normal(6, 1, N))
    lately = rng.random(N) < 0.2
    daily = -np.log1p(-monthly) / 30
    ends = np.maximum(gives_up - age, 0) + rng.exponential(1 / daily, N)
    ends = np.where((amount < 400) & ~lately, ends, np.inf)
    days = rng.integers(40, 500, N)
    hit = ends < days
    return pd.DataFrame(
        {
            "day": [pd.Timestamp(LATER - timedelta(days=int(n))) for n in days],
            "days_overdue": age.round(),
            "date_basis": "due",
            "headcount": np.nan,
            "in_insolvency": False,
            "open_amount_eur": amount,
            "days_since_last_payment": np.where(lately, 30.0, np.nan),
            "ended_as": np.where(hit, "write_off", "open"),
            "censored_after_days": np.where(hit, np.floor(ends), days),
        }
    )


def one(**told):
    row = {
        "days_overdue": 300.0,
        "date_basis": "due",
        "headcount": np.nan,
        "in_insolvency": False,
        "open_amount_eur": 100.0,
        "days_since_last_payment": np.nan,
    }
    return pd.DataFrame([{**row, **told}])  # fmt: skip


@pytest.fixture(scope="module")
def learnt():
    return WriteOffs.fit(ledger(), LATER)


def test_a_claim_leaves_the_books_at_the_age_at_which_the_ledger_gives_up(learnt):
    kept = learnt.kept(one(days_overdue=300.0))[0]
    middle = (np.array(EDGES[:-1]) + np.array(EDGES[1:])) / 2

    truth = 0.7 ** (np.maximum(middle - 180.0, 0.0) / 30)
    assert kept == pytest.approx(truth, abs=0.08)
    assert kept[:6].min() > 0.97


def test_what_nobody_has_reached_goes_on_as_the_oldest_seen(learnt):
    kept = learnt.kept(one(days_overdue=900.0))[0]

    assert kept[-1] < 0.1
    assert np.isfinite(np.log(kept)).all()


def test_large_claims_and_those_that_paid_lately_stay(learnt):
    large = one(days_overdue=560.0, open_amount_eur=5_000.0)
    paying = one(days_overdue=560.0, days_since_last_payment=20.0)

    assert learnt.kept(large)[0].min() > 0.9
    assert learnt.kept(paying)[0].min() > 0.95


def test_a_claim_of_unknown_age_leaves_at_the_rate_of_all(learnt):
    kept = learnt.kept(one(days_overdue=np.nan))[0]

    assert 0.3 < kept[-1] < 0.95
    assert (np.diff(kept) < 0).all()


def test_a_ledger_that_never_gives_up_keeps_every_claim():
    never = WriteOffs.fit(ledger(gives_up=9_999.0), LATER)

    assert never.kept(one(days_overdue=700.0)).tolist() == [[1.0] * N_BINS]


def test_one_claim_is_kept_as_among_many(learnt):
    rows = ledger(seed=1).head(500)

    many = learnt.kept(rows)

    assert many[7].tolist() == learnt.kept(rows.iloc[[7]])[0].tolist()
    assert learnt.kept(rows.iloc[:0]).shape == (0, N_BINS)


def test_a_write_off_ends_the_person_periods_where_its_bin_is_half_over():
    row = {"day": "2024-01-01", "days_to_full": np.nan, "days_to_any": np.nan,
           "ended_as": "write_off"}  # fmt: skip
    early = pd.DataFrame([{**row, "censored_after_days": 40}])
    late = pd.DataFrame([{**row, "censored_after_days": 50}])

    assert periods(early, date(2024, 12, 31), "full").bin.tolist() == [0, 1]
    assert periods(late, date(2024, 12, 31), "full").bin.tolist() == [0, 1, 2]
