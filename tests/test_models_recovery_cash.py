"""Cash in parts and dividends: what goes on in days that nobody has lived through yet."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from models.recovery.cash import ANY, FULL, HORIZONS
from models.recovery.dependence import Dependence
from models.recovery.dividends import dividend_pace
from models.recovery.portfolio import _in_lumps, _lumps, weekly_cash
from models.recovery.rhythm import Rhythm, places
from models.recovery.shares import CASH, fit_shares


def by_instalments(n: int, watched: float, monthly: float, seed: int = 0) -> tuple:
    """Claims of which half begin to pay within a month and then pay a part each month."""
    draw = np.random.default_rng(seed)
    pays = draw.random(n) < 0.5
    months = np.array(HORIZONS) / 30.0
    paid = pays[:, None] * monthly * months * draw.uniform(0.7, 1.3, (n, 1)) * 100.0
    rows = pd.DataFrame({"claim_id": [f"c{i}" for i in range(n)], "open_amount_eur": 100.0})
    rows[list(CASH)] = paid
    full = np.full((n, len(HORIZONS)), 0.01)
    any_ = np.full((n, len(HORIZONS)), 0.5)
    return rows, np.zeros((n, 1)), np.full(n, watched), full, any_


@pytest.mark.parametrize("watched", [90.0, 180.0])
def test_instalments_go_on_in_the_intervals_nobody_has_lived_through(watched: float) -> None:
    rows, matrix, days, full, any_ = by_instalments(1500, watched, monthly=0.04)
    shares = fit_shares(rows, matrix, days, full, any_)
    truth = 0.5 * 0.04 * HORIZONS[-1] / 30.0
    assert shares.expected(matrix, full, any_).mean() == pytest.approx(truth, rel=0.15)


def test_how_parts_spread_is_known_before_a_year_has_gone_by() -> None:
    """Within half a year each has paid about a quarter, none a tenth: parts are near their mean."""
    rows, matrix, days, full, any_ = by_instalments(1500, 180.0, monthly=0.04)
    assert fit_shares(rows, matrix, days, full, any_).precision > 2.5
    few = slice(0, 40)
    told = (rows[few], matrix[few], days[few], full[few], any_[few])
    assert fit_shares(*told).precision == pytest.approx(1.5)


def test_a_ledger_that_pays_at_once_has_no_instalments_that_go_on() -> None:
    rows, matrix, days, full, any_ = by_instalments(1500, 180.0, monthly=0.0)
    came = np.random.default_rng(1).random(1500) < 0.4
    rows[list(CASH)] = np.tile(np.where(came, 100.0, 0.0)[:, None], (1, len(HORIZONS)))
    full, any_ = np.full_like(full, 0.4), np.full_like(any_, 0.45)
    shares = fit_shares(rows, matrix, days, full, any_)
    assert shares.flows[2] * 12 * 0.05 < 0.02
    assert shares.expected(matrix, full, any_).mean() == pytest.approx(0.4, abs=0.03)


def test_the_weeks_of_instalments_come_as_they_are_paid_and_add_up_to_the_year() -> None:
    rows, matrix, days, full, any_ = by_instalments(1500, 400.0, monthly=0.04)
    shares = fit_shares(rows, matrix, days, full, any_)
    claims = rows.assign(debtor_id=rows["claim_id"])
    scored = rows[["claim_id"]].assign(
        **dict(zip(FULL, full.T, strict=True)),
        **dict(zip(ANY, any_.T, strict=True)),
        expected_recovered=100.0 * shares.expected(matrix, full, any_),
    )
    model = SimpleNamespace(
        shares_=shares,
        precision_=shares.precision,
        dependence_=Dependence(0.0, 0.0),
        rhythm_=Rhythm(),
    )
    weeks = weekly_cash(model, claims, scored, weeks=54)
    assert weeks["expected"].sum() == pytest.approx(scored["expected_recovered"].sum())
    assert weeks["expected"].iloc[-1] == 0
    monthly = 1500 * 0.5 * 0.04 * 100.0
    assert weeks["expected"].iloc[:13].sum() == pytest.approx(monthly * 91 / 30, rel=0.15)
    # Intervals come from draws of the same weeks: around the level, not around a first payment.
    assert weeks["high"].iloc[0] < 2 * monthly * 7 / 30


def insolvent(n: int, paid: int) -> pd.DataFrame:
    """Rows of claims in insolvency seen for two years, of which the first ``paid`` brought cash."""
    return pd.DataFrame(
        {
            "claim_id": [f"c{i}" for i in range(n)],
            "day": date(2024, 1, 1),
            "days_to_full": np.nan,
            "days_to_any": [100.0 if i < paid else np.nan for i in range(n)],
            "censored_after_days": 30.0,
            "ended_as": "insolvency",
        }
    )


def test_dividends_come_at_the_pace_that_the_ledger_has_seen() -> None:
    today = date(2026, 1, 1)
    assert dividend_pace(insolvent(0, 0), today) == 1.0
    assert 0.5 < dividend_pace(insolvent(10, 0), today) < 1.0
    assert dividend_pace(insolvent(400, 0), today) < 0.15
    assert dividend_pace(insolvent(400, 8), today) == pytest.approx(1.0, abs=0.1)
    twice = pd.concat([insolvent(400, 8), insolvent(400, 8).assign(day=date(2024, 2, 1))])
    assert dividend_pace(twice, today) == dividend_pace(insolvent(400, 8), today)


def standing_orders(n: int, regular: bool, seed: int = 0) -> pd.DataFrame:
    """Rows of six monthly panel days: claims that pay each month on a day of their own, or any."""
    draw = np.random.default_rng(seed)
    days = pd.date_range("2024-01-22", periods=6, freq=pd.DateOffset(months=1))
    own = draw.integers(1, 29, n)
    rows = []
    for day in days:
        since = (day.day - own) % 30 if regular else draw.integers(1, 30, n)
        ahead = np.where(since > 0, 30 - since, 30) if regular else draw.integers(1, 31, n)
        rows.append(
            pd.DataFrame(
                {
                    "claim_id": [f"c{i}" for i in range(n)],
                    "day": day,
                    "days_since_last_payment": since.astype(float),
                    "days_since_issue": 400.0,
                    "days_to_any": ahead.astype(float),
                    "days_to_full": np.nan,
                    "censored_after_days": 400.0,
                    "ended_as": "open",
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def test_who_pays_on_a_day_of_the_month_is_expected_on_it_and_others_are_not() -> None:
    today = date(2024, 8, 22)
    kept = Rhythm.fit(standing_orders(400, regular=True), today)
    free = Rhythm.fit(standing_orders(400, regular=False), today)
    assert kept.since_last[0] + kept.since_last[-1] > 8
    assert all(0.7 < weight < 1.4 for weight in free.since_last)
    assert Rhythm.fit(standing_orders(2, regular=True).head(2), today).since_last[5] > 0.2
    assert Rhythm.from_json({"since_last": [1.0] * 10, "month_day": [1.0] * 10}) == Rhythm()


def test_the_rhythm_moves_cash_between_weeks_and_never_out_of_its_interval() -> None:
    kept = Rhythm.fit(standing_orders(400, regular=True), date(2024, 8, 22))
    upto = kept.spread(np.array(HORIZONS, dtype=float), date(2024, 8, 22))
    for k in range(len(HORIZONS)):
        assert upto[:, k] == pytest.approx(np.tile(1.0 * (np.arange(5) >= k), (32, 1)))
    # Ten days since the last payment: the next one comes in twenty days, in the third week.
    weeks = np.diff(kept.spread(np.arange(0, 29.0, 7), None)[10, 0])
    assert weeks.argmax() == 2
    assert weeks[2] > 0.7
    assert places(pd.DataFrame({"days_since_last_payment": [10.0, 41.0, np.nan]})).tolist() == [
        10,
        10,
        31,
    ]


def test_one_large_payment_is_less_sure_than_many_small_ones() -> None:
    weekly = np.full((100, 2), 10.0)
    small, large = _lumps(weekly, np.full(100, 12.0)), _lumps(weekly, np.full(100, 500.0))
    assert large[0] > 20 * small[0]
    draw = np.random.default_rng(0)
    drawn = np.array([_in_lumps(weekly.sum(axis=0), large, draw) for _ in range(2000)])
    assert drawn.mean(axis=0) == pytest.approx([1000.0, 1000.0], rel=0.05)
    assert drawn.var(axis=0) == pytest.approx(large, rel=0.15)
    assert _in_lumps(np.zeros(2), large, draw).tolist() == [0.0, 0.0]
