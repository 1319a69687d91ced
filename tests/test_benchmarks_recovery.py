"""The report on the recovery model: its figures are right, and the quick one holds loose bounds."""

import json

import numpy as np
import pandas as pd
import pytest

from benchmarks import recovery
from benchmarks.recovery_figures import HORIZONS, KINDS, briers, calibration, cash


def invented_claims(sharpness, n=4000, draws=100, seed=0):
    """Claims whose model stands between the mean (0) and the truth (1)."""
    rng = np.random.default_rng(seed)
    margin = rng.normal(-0.5, 1.2, n)
    true = 1 / (1 + np.exp(-margin))
    rows = {"seed": 1, "debtor_id": [f"D{i // 2}" for i in range(n)]}
    for kind, lived in KINDS.items():
        rows[lived] = np.where(rng.random(n) < true, 20.0, np.nan)
        for horizon in HORIZONS:
            rows[f"truth_{kind}_{horizon}"] = rng.binomial(draws, true) / draws
            chance = 1 / (1 + np.exp(-sharpness * margin))
            rows[f"model_{kind}_{horizon}"] = chance
            rows[f"prior_{kind}_{horizon}"] = 0.5
    return pd.DataFrame(rows)


def test_the_truth_itself_has_the_whole_skill_and_a_slope_of_one():
    claims = invented_claims(1.0)
    found, slope = briers(claims, "p", 90, 100), calibration(claims, "p", 90)

    assert found["model_share"] == pytest.approx(1, abs=0.02)
    assert found["model"] == pytest.approx(found["truth"], abs=0.001)
    assert found["model_lived"] == pytest.approx(found["truth_lived"], abs=0.003)
    assert slope["slope"] == pytest.approx(1, abs=0.03)
    assert slope["slope_low"] < 1 < slope["slope_high"]
    assert slope["oe_low"] < 1 < slope["oe_high"]


def test_a_timid_forecast_has_a_steep_slope_and_less_skill():
    claims = invented_claims(0.4)

    assert calibration(claims, "p_any", 30)["slope"] == pytest.approx(2.5, abs=0.15)
    assert 0 < briers(claims, "p_any", 30, 100)["model_share"] < 0.9


def test_coverage_counts_futures_and_the_year_lived():
    claims = pd.DataFrame(
        {
            "low": [0.0, 5.0], "high": [10.0, 6.0], "cash_365": [10.0, 7.0], "expected": [5.0, 5.5],
            "covered": [1.0, 0.5], "open_amount": [10.0, 10.0], "truth_cash": [5.0, 5.5],
            "truth_low": [0.0, 0.0], "truth_high": [10.0, 10.0],
        }
    )  # fmt: skip
    found = cash(claims)

    assert (found["coverage"], found["coverage_lived"]) == (0.75, 0.5)
    assert found["cash_truth_over_expected"] == 1


@pytest.mark.slow
def test_the_quick_report_holds_loose_bounds(tmp_path):
    told = recovery.main(
        ["--quick", "--worlds", "instalments", "--claims", "500", "--to", str(tmp_path)]
    )

    page = (tmp_path / "recovery_report.md").read_text(encoding="utf-8")
    kept = json.loads((tmp_path / "recovery_report.json").read_text(encoding="utf-8"))
    found = told["figures"]["instalments"]
    assert "## instalments" in page
    assert kept["figures"]["instalments"]["runs"][0]["ledger_sha256"]
    assert found["cash"]["coverage"] >= 0.8
    assert found["briers"]["p_any_90"]["model_share"] > 0.3
    assert 0.6 < found["calibration"]["p_any_90"]["slope"] < 2
