"""Payment in full where debts are paid by instalments: rare, and sudden at the last one."""

import numpy as np
import pandas as pd
import pytest

from models.columns import folds
from models.recovery import pace
from models.recovery.evidence import Evidence, left_to_curves
from models.recovery.fitting import _penalty, begun, calibrations, level_error, set_right
from models.recovery.hazard import Inputs, LogisticHazard
from models.recovery.periods import EDGES, N_BINS, Periods


def by_instalments(**changes):
    plain = {
        "open_amount_eur": 600.0,
        "amount_eur": 1000.0,
        "paid_share": 0.4,
        "n_payments": 4.0,
        "days_to_clear": 180.0,
    }
    return pd.DataFrame([{**plain, **changes}])


def test_the_rest_runs_out_at_the_pace_seen_and_by_a_payment_a_month():
    ratio = pace.ratios(by_instalments())[0]

    # Six hundred at a hundred a month and at the pace of the last ninety days: 180 days both.
    assert ratio[EDGES.index(180) - 1] == pytest.approx([0.0, 0.0])


@pytest.mark.parametrize(
    "unpaid",
    [
        {"n_payments": 0.0, "paid_share": 0.0, "days_to_clear": np.nan},
        {"n_payments": np.nan, "paid_share": np.nan, "days_to_clear": np.nan},
        {"open_amount_eur": 0.0, "days_to_clear": -3.0},
    ],
)
def test_a_claim_on_which_nothing_was_paid_is_left_as_it_was(unpaid):
    columns = pace.columns(pace.ratios(by_instalments(**unpaid)))

    assert np.all(columns == 0.0)


def test_the_leap_comes_in_the_bin_of_the_last_instalment_and_fades_with_the_days():
    soon = pace.columns(pace.ratios(by_instalments(days_to_clear=45.0)))[0, :, 0]
    late = pace.columns(pace.ratios(by_instalments(days_to_clear=270.0)))[0, :, 0]

    assert soon[0] < 0.05 < 0.5 < soon[2]
    assert late[4] < 0.1 < 0.25 < late[6]
    assert soon[-1] < soon[3]


def test_folds_within_a_fold_are_all_filled():
    debtors = pd.Series([f"D{i}" for i in range(900)])
    left = debtors[folds(debtors, 3) != 0]

    assert set(folds(left, 6, within=True)) == set(range(6))
    # What went wrong: the same draw again leaves folds empty, and nothing was learnt out of fold.
    assert set(folds(left, 6)) != set(range(6))


def test_a_curve_far_off_loses_its_weight_and_a_good_one_keeps_it():
    generator = np.random.default_rng(0)
    happened = (generator.random(4000) < 0.01).astype(float)
    truth, far = np.full((4000, 5), 0.01), np.full((4000, 5), 0.2)
    seen = {("full", 90): Evidence(40, 3960, (4000,))}

    def left(curve):
        marks = {("full", 90): happened}
        return left_to_curves(seen, marks, {"full": truth}, {"full": curve})["full", 90]

    assert left(far).curves < 0.2
    assert left(truth).curves == 1.0
    assert left(far).weight(np.array([0])) > 0.9 > left(truth).weight(np.array([0]))


def test_the_level_of_a_ledger_moves_a_foreign_curve_all_the_way():
    n = 3000
    rows = pd.DataFrame(
        {"claim_id": [f"C{i}" for i in range(n)], "day": pd.Timestamp("2024-01-01")}
    )
    happened = np.zeros(n)
    happened[::30] = 1.0
    marks = {(kind, h): happened for kind in ("full", "any") for h in (30, 60, 90, 180, 365)}
    curve = np.full((n, 5), 0.3)
    known_by = pd.Timestamp("2025-01-01").date()

    told = {"full": curve, "any": curve}
    wide = calibrations(told, marks, rows, known_by, family="platt", belief=2.0)

    assert wide["full", 30](curve[:, 0]).mean() == pytest.approx(1 / 30, abs=0.015)


def test_the_level_of_cash_is_as_sure_as_the_payments_that_bring_it():
    level = {"full": (0.0, 0.0, 0.3), "any": (0.0, 0.0, 0.1)}
    share = np.full(10, 0.2)

    assert level_error(level, np.full(10, 0.02), share) == pytest.approx(0.12)
    assert level_error(level, share, share) == pytest.approx(0.3)


def test_a_weaker_penalty_must_gain_more_than_its_error(monkeypatch):
    """Of two penalties whose losses differ by the luck of six events the stronger stays."""
    n = 600
    debtors = pd.Series([f"D{i}" for i in range(n)])
    rare = (np.arange(n) % 100 == 0).astype(float)
    judge = Periods(np.arange(n), np.zeros(n, dtype=int), rare)
    learn = Periods(judge.row, judge.bin, np.ones(n))
    strong = np.full((n, N_BINS), -4.6)
    luck = rare * np.where(np.arange(n) % 200 == 0, 0.7, -0.5)
    news = 6.0 * rare - 3.0
    weak = {}

    class Engine:
        def __init__(self, strength):
            self.strength = strength

        def margins(self, inputs, kind):
            return strong if self.strength == 0.003 else weak["margins"]

    monkeypatch.setattr(
        LogisticHazard, "fit", lambda i, k, p, strength, near=None: Engine(strength)
    )
    chosen = []
    for more in (luck, news):
        weak["margins"] = strong + more[:, None]
        best, losses = _penalty(Inputs.__new__(Inputs), "full", learn, judge, debtors, (0.003, 0.3))
        assert losses["logistic 0.3"] < losses["logistic 0.003"]
        chosen.append(best)

    assert chosen == [0.003, 0.3]


def test_who_goes_on_paying_is_set_right_apart_from_who_begins():
    """Forecasts right for those who never paid and too sure of those who did keep the former."""
    draw = np.random.default_rng(0)
    n = 6000
    paid_before = np.arange(n) % 3 == 0
    rows = pd.DataFrame(
        {
            "claim_id": [f"C{i}" for i in range(n)],
            "day": pd.Timestamp("2024-01-01"),
            "n_payments": paid_before.astype(float),
        }
    )
    margin = np.where(paid_before, draw.normal(1.0, 1.0, n), draw.normal(-2.5, 0.7, n))
    said = np.repeat(1 / (1 + np.exp(-margin))[:, None], 5, axis=1)
    true = 1 / (1 + np.exp(-np.where(paid_before, 0.5 * margin, margin)))
    happened = (draw.random(n) < true).astype(float)
    marks = {("any", h): happened for h in (30, 60, 90, 180, 365)}
    marks |= {("full", h): np.zeros(n) for h in (30, 60, 90, 180, 365)}
    told, known_by = {"full": said * 0, "any": said}, pd.Timestamp("2025-01-01").date()

    apart = calibrations(told, marks, rows, known_by, begun=begun(rows))
    one = calibrations(told, marks, rows, known_by)

    error = {}
    for name, maps in (("apart", apart), ("one", one)):
        any_ = set_right(told, maps, begun(rows))[1][:, 0]
        error[name] = [np.abs(any_ - true)[part].mean() for part in (paid_before, ~paid_before)]
    assert error["apart"][0] < 0.05
    assert error["apart"][1] < 0.6 * error["one"][1]
    # Features without payments, as of a ledger that tells none, have one map for all.
    assert not begun(rows.drop(columns="n_payments")).any()
