"""The invented ledger's open claims lived again from the day: what was to be expected of them."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from simulation import truth
from simulation.futures import HORIZONS
from simulation.generator import generate

SUNDAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def portfolio():
    return truth.known(n_claims=6000, seed=3, as_of=SUNDAY, draws=50)


def test_the_ledger_is_the_generators_own(portfolio):
    plain = generate(n_claims=6000, seed=3, as_of=SUNDAY)
    for name, table in plain.tables.items():
        pd.testing.assert_frame_equal(table, portfolio.tables[name])
    assert set(plain.truth) | {"recovery", "realised", "weeks", "futures"} == set(portfolio.truth)


def test_the_same_arguments_give_the_same_truth():
    first, again = (
        truth.known(n_claims=400, seed=9, as_of=SUNDAY, draws=5, world="crisis") for _ in range(2)
    )
    for name, table in first.truth.items():
        pd.testing.assert_frame_equal(table, again.truth[name])


def test_a_day_within_a_week_is_refused():
    with pytest.raises(ValueError, match="a Sunday and at least one draw, not Friday 2026-11-20"):
        truth.known(n_claims=10, seed=1, as_of=date(2026, 11, 20))


def test_every_open_claim_of_the_books_has_its_truth(portfolio):
    claims, payments = portfolio.tables["claims"], portfolio.tables["payments"]
    paid = claims["claim_id"].map(payments.groupby("claim_id")["amount"].sum()).fillna(0)
    left = (claims["amount"] - paid).round(2)[claims["closed_on"].isna()]
    expected = left.set_axis(claims.loc[left.index, "claim_id"])[lambda amount: amount > 0]
    recovery = portfolio.truth["recovery"].set_index("claim_id")["open_amount"]

    assert set(expected.index) <= set(recovery.index)
    pd.testing.assert_series_equal(recovery[expected.index], expected, check_names=False)


def test_what_is_lived_agrees_with_the_truth_within_its_error(portfolio):
    recovery, lived = portfolio.truth["recovery"], portfolio.truth["realised"]
    scores = []
    for kind, prefix in (("days_to_full", "p"), ("days_to_any", "p_any")):
        for horizon in HORIZONS:
            happened = (lived[kind] <= horizon).astype(float)
            residual = happened - recovery[f"{prefix}_{horizon}"]
            by_debtor = residual.groupby(recovery["debtor_id"]).sum()
            scores.append(residual.sum() / np.sqrt((by_debtor**2).sum()))
            assert (residual**2).mean() < happened.var(ddof=0), (prefix, horizon)

    assert np.abs(scores).max() < 4


def test_the_end_of_a_running_promise_is_not_read_from_the_script(portfolio):
    promises = portfolio.tables["promises"]
    running = promises[promises["due_on"] > pd.Timestamp(SUNDAY) + pd.Timedelta(days=4)]
    recovery = portfolio.truth["recovery"].set_index("claim_id")
    chances = recovery.reindex(running["claim_id"].unique())["p_any_30"].dropna()

    assert len(chances) >= 2
    assert chances.between(0.02, 0.995).mean() > 0.9


def test_cash_of_the_futures_adds_up(portfolio):
    recovery, futures = portfolio.truth["recovery"], portfolio.truth["futures"]
    cash = futures.drop(columns="claim_id").to_numpy() / 100
    weeks = portfolio.truth["weeks"]

    assert (cash <= recovery["open_amount"].to_numpy()[:, None]).all()
    np.testing.assert_allclose(cash.mean(axis=1), recovery["expected_cash"], atol=1e-3)
    assert weeks["expected"].sum() == pytest.approx(recovery["expected_cash"].sum(), rel=0.05)
