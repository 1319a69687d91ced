import json
import runpy
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models import columns
from models.evaluation import NotEnoughHistory, at_issue, evaluate_late, evaluate_recovery
from models.explain import explain_recovery
from models.recovery import fit, score
from models.registry import Registry
from models.training import loaded, summary_of, train_recovery

made_up = runpy.run_path(str(Path(__file__).with_name("recovery_portfolio.py")))["made_up"]
KNOWN_BY = date(2025, 1, 1)


def column(keys, name, values):
    """One free column, long, of numbers or of texts."""
    values = np.asarray(values)
    numeric = values.dtype.kind == "f"
    return pd.DataFrame(
        {
            **{key: keys[key].to_numpy() for key in keys},
            "name": name,
            "numeric": numeric,
            "number_value": values if numeric else np.nan,
            "text_value": None if numeric else values,
        }
    )


@pytest.fixture(scope="module")
def portfolio():
    return made_up(3000)


@pytest.fixture(scope="module")
def trained(portfolio, tmp_path_factory):
    registry = Registry(tmp_path_factory.mktemp("home"))
    report = train_recovery(
        *portfolio, known_by=KNOWN_BY, registry=registry, data_version="ledger-1"
    )
    return registry, report


def test_the_first_champion_is_crowned_by_the_gates(trained):
    registry, report = trained

    assert report.promoted, report.reasons
    assert all(gate.passed for gate in report.gates.values())
    assert report.metrics["log_loss"] < report.metrics["baseline_log_loss"]
    assert loaded(registry.champion("recovery", KNOWN_BY)).n_rows_ == report.n_train


def test_a_version_keeps_what_it_rests_on_and_what_a_screen_draws(trained):
    registry, report = trained

    (line,) = registry.versions("recovery")
    kept = registry.load("recovery", line.version)

    assert line.params["data_hash"] == "ledger-1"
    assert len(line.params["parameter_hash"]) == 16
    assert {"auc_30", "auc_365", "auc_origin_1", "auc_origin_3"} <= set(line.metrics)
    assert set(kept.records) == {
        "calibration", "gates", "payment_curve", "profile", "refused", "segments",
    }  # fmt: skip
    assert kept.records["gates"]["no_leak"]["says"]["fr"] in str(report.gates["no_leak"].says("fr"))
    assert "## Calibration at 90 days" in kept.card


def test_a_version_tells_whether_its_reasons_stay_the_same_with_other_debtors(trained):
    _, report = trained
    gate = report.gates["steady_reasons"]

    assert not gate.blocks
    assert 70 <= gate.figure < 100
    assert 0.4 < gate.about["rank"] < 1
    assert 30 < gate.about["top"] < 100


def test_nothing_new_crowns_nobody(trained, portfolio):
    registry, _ = trained

    again = train_recovery(
        *portfolio, known_by=KNOWN_BY, registry=registry, data_version="ledger-1"
    )

    assert not again.promoted
    assert not again.gates["better_than_champion"].passed
    assert again.gates["same_reasons"].figure == 100
    assert registry.champion("recovery", KNOWN_BY).version == "1"


def test_no_rows_make_no_version_and_a_reason(portfolio, tmp_path):
    features, extras, outcomes = portfolio

    report = train_recovery(
        features.head(0),
        extras,
        outcomes.head(0),
        known_by=KNOWN_BY,
        registry=Registry(tmp_path),
        data_version="empty",
    )

    assert summary_of(report)["version"] is None
    assert "published curves" in report.reasons[0]


def test_columns_that_know_the_end_are_refused_and_an_honest_one_is_used(portfolio):
    features, _, outcomes = portfolio
    keys = features[["claim_id", "day"]]
    generator = np.random.default_rng(0)
    paid_on = outcomes["day"] + pd.to_timedelta(outcomes["days_to_full"], "D")
    settled = (paid_on <= "2026-06-01").to_numpy()
    delay = outcomes["days_to_full"].fillna(999.0).to_numpy()
    extras = pd.concat(
        [
            column(keys, "days_to_settle", delay + generator.normal(0, 1, len(keys))),
            column(keys[settled], "receipt", np.full(settled.sum(), "yes")),
            column(keys, "mood", generator.choice(["good", "bad"], len(keys))),
            column(keys, "distance", generator.random(len(keys))),
            column(keys, "clerk", [f"clerk {i}" for i in generator.integers(0, 40, len(keys))]),
        ]
    )

    model = fit(features, extras, outcomes, known_by=date(2026, 6, 1))

    assert "AUC" in model.extras_.refused["days_to_settle"]
    assert model.extras_.refused["receipt"] == "filled only on settled claims"
    assert model.extras_.numbers == ("distance",)
    assert model.extras_.levels == ("mood",)
    assert list(model.extras_.rates) == ["clerk"]
    one_day = features[features["day"] == features["day"].max()].drop(columns="day")
    assert score(model, one_day, extras.drop(columns="day").head(0))["p_90"].notna().all()


def test_the_mapping_has_the_last_word():
    features = made_up(400)[0]
    keys = features[["claim_id", "day"]]
    extras = column(keys, "paperless", np.ones(len(keys))).assign(known="never")

    chosen, _ = columns.learn(
        features, extras, np.full(len(keys), np.nan), np.zeros(len(keys), dtype=bool)
    )

    assert chosen.refused == {"paperless": "the mapping says so"}


def test_recovery_is_judged_against_the_published_curves(portfolio):
    features, _, outcomes = portfolio
    # A column that knows how late the claim will be paid changes nothing: it is refused.
    keys, delay = features[["claim_id", "day"]], outcomes["days_to_full"].fillna(999.0)
    leak = column(keys, "days_late", delay.to_numpy(dtype=float))

    told = evaluate_recovery(
        features, leak, outcomes, known_by=KNOWN_BY, train_before=date(2024, 3, 1)
    )
    metrics = told["metrics"]

    assert told["refused_columns"] == ["days_late"]
    assert metrics["auc_90_low"] < metrics["auc_90"] < metrics["auc_90_high"] < 0.95
    assert metrics["calibration_slope_90_low"] < 1 < metrics["calibration_slope_90_high"]
    assert metrics["log_loss_gain_90_low"] > 0

    assert told["metrics"]["brier"] < told["baseline"]["brier"]
    assert told["metrics"]["auc"] > 0.8
    assert told["n_test"] > 1000


def test_hostile_columns_are_used_or_refused_by_name_and_never_break_a_model():
    features, _, outcomes = made_up(600)
    keys = features[["claim_id", "day"]]
    claim = pd.factorize(keys["claim_id"])[0]
    rng = np.random.default_rng(5)
    of_claim = rng.random(claim.max() + 1)
    late = (keys["day"] >= keys["day"].quantile(0.7)).to_numpy()
    named = {
        '"; DROP TABLE claims; --': np.where(of_claim[claim] < 0.5, "x", "y"),
        "été 😀 \u202e": np.where(of_claim[claim] < 0.3, "é", "😀"),
        "claim_id": of_claim[claim],
        "open_amount_eur": of_claim[claim] ** 2,
        "": np.where(of_claim[claim] < 0.2, "", "z"),
        "huge": np.where(of_claim[claim] < 0.5, 1e308, -1e308),
        "infinite": np.where(of_claim[claim] < 0.5, np.inf, of_claim[claim]),
        "missing": np.full(len(keys), np.nan),
        "constant": np.full(len(keys), "same"),
        "identifier": np.array([f"id {i}" for i in claim]),
        "numéro": np.array([f"{1e6 * value:,.2f}" for value in of_claim[claim]]),
        "many": np.array([f"cat {i % 97}" for i in claim]),
        "days_late": outcomes["days_to_full"].fillna(999.0).to_numpy(dtype=float),
    }
    extras = pd.concat([column(keys, name, values) for name, values in named.items()])
    newer = column(keys[late], "only later", rng.choice(["p", "q"], int(late.sum())))
    extras = pd.concat([extras, newer])

    model = fit(features, extras, outcomes, known_by=KNOWN_BY)
    again = type(model).from_parts(json.loads(json.dumps(model.parts(), allow_nan=False)))
    one_day = features[features["day"] == features["day"].max()].drop(columns="day")
    free = extras[extras["day"] == extras["day"].max()].drop(columns="day")
    said = score(again, one_day, free)
    why = explain_recovery(again, one_day, free, said)

    refused = model.extras_.refused
    assert "AUC" in refused["days_late"]
    assert refused["constant"] == "the same on every claim"
    assert {"identifier", "numéro"} == {k for k, v in refused.items() if v.startswith("a text")}
    assert {"huge", "missing"} <= refused.keys()
    assert {'"; DROP TABLE claims; --', "only later"} <= set(model.extras_.levels)
    assert {"claim_id", "open_amount_eur"} <= set(model.extras_.numbers)
    assert "many" in model.extras_.rates
    assert said["p_90"].between(0, 1).all()
    total = (
        why.groupby("subject_id")["contribution"].sum()
        + why.groupby("subject_id")["base_value"].first()
    )
    assert np.allclose(total, said.set_index("claim_id")["p_90"].reindex(total.index), atol=1e-6)


@pytest.fixture(scope="module")
def invoices():
    generator = np.random.default_rng(1)
    n = 3000
    slow = generator.beta(1, 2, 120)
    debtor = generator.integers(0, 120, n)
    issued = pd.Timestamp("2023-01-01") + pd.to_timedelta(generator.integers(0, 700, n), "D")
    late = generator.random(n) < slow[debtor]
    delay = np.where(late, generator.integers(1, 40, n), generator.integers(-10, 1, n))
    claims = pd.DataFrame(
        {
            "claim_id": [f"C{i}" for i in range(n)],
            "debtor_id": [f"D{i}" for i in debtor],
            "issued_on": issued,
            "due_on": issued + pd.Timedelta(days=30),
            "amount": generator.lognormal(6, 1, n).round(2),
        }
    )
    claims["settled_on"] = claims["due_on"] + pd.to_timedelta(delay, "D")
    return claims, slow[debtor], late


def test_lateness_is_foretold_from_the_habits_of_the_debtor(invoices):
    claims, slow, late = invoices
    told = evaluate_late(claims, made_up(40)[1], train_before=date(2024, 3, 1))
    tested = (claims["issued_on"] >= "2024-03-01").to_numpy()
    best = columns.auc(late[tested].astype(float), slow[tested])

    assert told["n_train"] == (claims["settled_on"] < "2024-03-01").sum()
    assert told["n_test"] == tested.sum()
    assert best - 0.05 < told["metrics"]["auc"] <= best + 0.03


def test_lateness_is_not_read_from_a_column_that_knows_it(invoices):
    claims, _, late = invoices
    leak = column(claims[["claim_id"]], "days_late", late * 10.0)
    hidden = column(claims[["claim_id"]], "disputed", np.where(late, "yes", "no"))
    extras = pd.concat([leak.assign(is_early=True), hidden.assign(is_early=False)])

    told = evaluate_late(claims, extras, train_before=date(2024, 3, 1))

    assert told["refused_columns"] == ["days_late", "disputed"]
    assert told["metrics"]["auc"] < 0.85


def test_what_happens_later_changes_nothing_known_at_issue(invoices):
    claims = invoices[0].sort_values("issued_on").reset_index(drop=True)
    later = claims["settled_on"] >= "2024-06-01"
    changed = claims.assign(
        settled_on=claims["settled_on"].where(~later, claims["due_on"] + pd.Timedelta(days=500))
    )
    before = (claims["issued_on"] < "2024-06-01").to_numpy()

    then = [
        at_issue(rows, (rows["settled_on"] > rows["due_on"]).to_numpy(dtype=float))
        for rows in (claims, changed)
    ]

    assert np.allclose(then[0][0][before], then[1][0][before], rtol=0, atol=1e-9)
    assert np.array_equal(then[0][1][before], then[1][1][before])
    assert not np.array_equal(then[0][1], then[1][1])


def test_too_few_invoices_are_counted_in_the_refusal(invoices):
    claims, _, _ = invoices

    with pytest.raises(NotEnoughHistory, match="at least 20"):
        evaluate_late(claims, made_up(40)[1], train_before=date(2022, 1, 1))
