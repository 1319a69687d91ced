"""Worlds of payers: the same bytes twice, calibrated truths, ledgers that come in whole."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from pipelines import sources
from pipelines.store import open_store
from simulation import payers
from simulation.futures import HORIZONS
from simulation.generator import write

AS_OF = date(2026, 11, 20)
TODAY = pd.Timestamp(AS_OF)


@pytest.fixture(scope="module")
def worlds():
    return {
        name: payers.generate(name, n_claims=4000, seed=5, as_of=AS_OF, draws=50)
        for name in payers.RECIPES
    }


def standard_error(residual, debtor_ids):
    """Of a sum, whole debtors being independent."""
    return np.sqrt((pd.Series(residual).groupby(np.asarray(debtor_ids)).sum() ** 2).sum())


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for folder in ("once", "again"):
        portfolio = payers.generate("cured", n_claims=300, seed=8, as_of=AS_OF, draws=10)
        write(portfolio, tmp_path / folder)

    files = sorted((tmp_path / "once").rglob("*.*"))
    assert len(files) == 6 + 4
    for file in files:
        twin = tmp_path / "again" / file.relative_to(tmp_path / "once")
        assert file.read_bytes() == twin.read_bytes(), file.name


def test_an_unknown_world_and_empty_ones_are_refused():
    with pytest.raises(KeyError, match="no world of payers 'calm'; there are: cured"):
        payers.generate("calm", n_claims=10, seed=1, as_of=AS_OF)
    with pytest.raises(ValueError, match="at least one claim and one month"):
        payers.generate("cured", n_claims=0, seed=1, as_of=AS_OF)


def test_the_ledger_alone_is_the_same_ledger():
    alone, known = (
        payers.generate("weibull", n_claims=300, seed=2, as_of=AS_OF, draws=n) for n in (0, 3)
    )
    assert alone.truth == {}
    for name, table in known.tables.items():
        pd.testing.assert_frame_equal(table, alone.tables[name])


def test_one_claim_makes_a_world():
    for name in payers.RECIPES:
        portfolio = payers.generate(name, n_claims=1, seed=1, as_of=AS_OF, draws=2)
        assert len(portfolio.tables["claims"]) == 1, name


def test_every_ledger_comes_in_whole(worlds, tmp_path):
    for name, portfolio in worlds.items():
        write(portfolio, tmp_path / name)
        con = open_store(tmp_path / f"{name}.duckdb")
        reports = sources.import_paths(
            con, [tmp_path / name / "ledger"], format="canonical", mapping=None, strict=True,
            imported_at=datetime(2026, 11, 20), demo=True, assumed_terms_days=30, progress=None,
        )  # fmt: skip
        con.close()
        rows = sum(len(table) for table in portfolio.tables.values())
        assert sum(report.quarantined for report in reports) == 0, name
        assert sum(report.accepted for report in reports) == rows, name


def test_nothing_of_the_ledger_lies_after_the_day(worlds):
    for name, portfolio in worlds.items():
        for table, columns in {
            "payments": ["paid_on"],
            "claims": ["issued_on"],
            "disputes": ["opened_on", "closed_on", "answered_on"],
            "insolvencies": ["opened_on"],
        }.items():
            for column in columns:
                seen = portfolio.tables[table][column].dropna()
                assert (seen <= TODAY).all(), (name, table, column)


def test_the_truth_covers_the_open_claims_and_their_balances(worlds):
    for name, portfolio in worlds.items():
        claims, payments = portfolio.tables["claims"], portfolio.tables["payments"]
        paid = claims["claim_id"].map(payments.groupby("claim_id")["amount"].sum()).fillna(0)
        left = (claims["amount"] - paid).round(2)
        recovery = portfolio.truth["recovery"].set_index("claim_id")["open_amount"]
        expected = left.set_axis(claims["claim_id"])[lambda amount: amount > 0]
        pd.testing.assert_series_equal(recovery, expected, check_names=False)
        assert list(portfolio.truth["realised"]["claim_id"]) == list(recovery.index), name
        assert list(portfolio.truth["futures"]["claim_id"]) == list(recovery.index), name


def test_what_is_lived_agrees_with_the_truth_within_its_error(worlds):
    scores = []
    for portfolio in worlds.values():
        recovery, lived = portfolio.truth["recovery"], portfolio.truth["realised"]
        for kind, prefix in (("days_to_full", "p"), ("days_to_any", "p_any")):
            for horizon in HORIZONS:
                residual = (lived[kind] <= horizon) - recovery[f"{prefix}_{horizon}"]
                error = standard_error(residual, recovery["debtor_id"])
                scores.append(residual.sum() / error)

    assert np.abs(scores).max() < 4.5
    assert np.abs(scores).mean() < 1.4


def test_the_truth_beats_the_base_rate_at_every_horizon(worlds):
    for name, portfolio in worlds.items():
        recovery, lived = portfolio.truth["recovery"], portfolio.truth["realised"]
        for horizon in HORIZONS[1:]:
            happened = (lived["days_to_any"] <= horizon).astype(float)
            brier = ((recovery[f"p_any_{horizon}"] - happened) ** 2).mean()
            assert brier < happened.var(ddof=0), (name, horizon)


def test_curves_rise_and_cash_lies_within_the_balance(worlds):
    for name, portfolio in worlds.items():
        recovery = portfolio.truth["recovery"]
        full = recovery[[f"p_{horizon}" for horizon in HORIZONS]].to_numpy()
        either = recovery[[f"p_any_{horizon}" for horizon in HORIZONS]].to_numpy()
        assert (np.diff(full, axis=1) >= 0).all(), name
        assert (np.diff(either, axis=1) >= 0).all(), name
        assert (either >= full).all(), name
        assert recovery["expected_cash"].between(0, recovery["open_amount"]).all(), name
        assert (recovery["cash_05"] <= recovery["cash_95"]).all(), name


def test_instalments_excite_themselves_and_are_seldom_whole(worlds):
    tables, truth = worlds["instalments"].tables, worlds["instalments"].truth
    payments = tables["payments"].query("method == 'transfer'")
    month = (payments["paid_on"] - TODAY).dt.days // 30
    seen = set(zip(payments["claim_id"], month, strict=True))
    paid = [(claim, when) for claim, when in seen if when < -1]
    again = np.mean([(claim, when + 1) in seen for claim, when in paid])
    claims = tables["claims"].set_index("claim_id")
    early = claims.index[claims["issued_on"] < TODAY - pd.Timedelta(days=300)]
    n_payments = payments.groupby("claim_id").size().reindex(early).dropna()
    share = payments["amount"] / payments["claim_id"].map(claims["amount"])

    assert 0.5 < again < 0.72
    assert (n_payments > 1).mean() > 0.55
    assert share.median() < 0.12
    assert truth["realised"]["days_to_full"].notna().mean() < 0.15


def test_a_label_of_paid_so_far_is_low_where_the_history_is_short(worlds):
    for name in ("staggered", "staggered_instalments"):
        tables, truth = worlds[name].tables, worlds[name].truth
        old = tables["claims"][tables["claims"]["issued_on"] <= TODAY - pd.Timedelta(days=7)]
        payers_ = tables["payments"].query("method == 'transfer'")["claim_id"].unique()
        so_far = old["claim_id"].isin(payers_).mean()
        new = ~truth["recovery"]["claim_id"].isin(old["claim_id"])
        assert new.mean() > 0.2
        assert so_far < 0.85 * truth["recovery"].loc[new, "p_any_365"].mean(), name


def test_payments_slow_down_towards_the_day(worlds):
    steady, slow = (worlds[name].tables["payments"] for name in ("weibull", "slowing"))
    recent = [(p["paid_on"] > TODAY - pd.Timedelta(days=45)).mean() for p in (steady, slow)]
    assert recent[1] < 0.8 * recent[0]
