"""Surrogate explanations: exact, additive, faithful, bounded."""

import runpy
import warnings
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from models.explain import explain_recovery, explainer, to_learn_from
from models.explanations import surrogate
from models.explanations.encoding import Encoding
from models.explanations.rows import MOST_FEATURES, SMALL, UNEXPLAINED
from models.recovery.design import Design
from models.recovery.model import RecoveryModel

made_up = runpy.run_path(str(Path(__file__).with_name("recovery_portfolio.py")))["made_up"]


class Boosted:
    """A champion that is no line: boosted trees on the same features."""

    engine_ = "boosted"

    def __init__(self, features, outcomes):
        paid = (outcomes["days_to_full"] <= 90).to_numpy()
        self.encoding = Encoding.fit(features, paid.astype(float))
        self.trees = HistGradientBoostingClassifier(max_iter=40, max_leaf_nodes=8, random_state=0)
        self.trees.fit(self.encoding.matrix(features).to_numpy(), paid)

        self.design_ = Design.fit(features, [], [])

    def joined(self, features, extras):
        return features

    def predict(self, features, extras):
        chance = np.zeros(len(features))
        if len(features):
            matrix = self.encoding.matrix(features).to_numpy()
            chance = self.trees.predict_proba(matrix)[:, 1].round(6)
        return pd.DataFrame({"claim_id": features["claim_id"].astype(str), "p_90": chance})


@pytest.fixture(scope="module")
def portfolio():
    features, extras, outcomes = made_up(1600)
    features["solvency_score"] = features["solvency_score"].mask(
        np.random.default_rng(1).random(len(features)) < 0.1
    )
    return features, extras, outcomes


@pytest.fixture(scope="module")
def model(portfolio):
    return Boosted(portfolio[0], portfolio[2])


@pytest.fixture(scope="module")
def claims(portfolio):
    features = portfolio[0]
    claims = features.drop_duplicates("claim_id", keep="last").drop(columns="day")
    return claims.reset_index(drop=True)


@pytest.fixture(scope="module")
def rows(model, portfolio, claims):
    return explain_recovery(model, claims, portfolio[1], model.predict(claims, portfolio[1]))


def totals(rows, claims):
    summed = rows.groupby("subject_id", observed=True).agg(
        {"contribution": "sum", "base_value": "first"}
    )
    return summed.sum(axis=1).reindex(claims["claim_id"]).to_numpy()


def test_every_claim_adds_up_to_its_published_probability(rows, model, portfolio, claims):
    published = model.predict(claims, portfolio[1])["p_90"].to_numpy()

    assert np.abs(totals(rows, claims) - published).max() < 2e-6
    assert rows["base_value"].nunique() == 1
    assert not rows.duplicated(["subject_id", "feature"]).any()


def test_what_the_surrogate_leaves_is_a_row_and_small(rows, claims):
    gap = rows.loc[rows["feature"] == UNEXPLAINED, "contribution"]

    assert 0 < gap.abs().sum() / len(claims) <= surrogate.WANTED_GAP + 0.002
    assert gap.abs().max() < 0.2


def test_values_are_those_of_the_shap_library_missing_values_included(model, portfolio, claims):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # shap 0.51 draws with what matplotlib will drop
        import shap
    published = model.predict(claims, portfolio[1])["p_90"].to_numpy()
    encoding = Encoding.fit(claims, published)
    matrix = encoding.matrix(claims)
    trees = surrogate.fitted(matrix, published)
    few = claims.iloc[:150]
    assert 0.05 < np.isnan(encoding.matrix(few)["solvency_score"]).mean() < 0.95

    ((_, mine),) = surrogate.contributions(trees, encoding, few)

    explainer = shap.TreeExplainer(trees, feature_perturbation="tree_path_dependent")
    theirs = explainer.shap_values(encoding.matrix(few).to_numpy())
    assert np.abs(mine - theirs).max() < 1e-5
    assert np.mean(trees.predict(matrix.to_numpy())) == pytest.approx(
        float(np.ravel(explainer.expected_value)[0]), abs=1e-6
    )


def test_a_batch_that_does_not_add_up_is_done_again_by_the_reference(
    model, portfolio, claims, monkeypatch
):
    published = model.predict(claims, portfolio[1])["p_90"].to_numpy()
    few, told = claims.iloc[:400], published[:400]
    right = surrogate.explain(few, told)
    from woodelf import WoodelfExplainer

    honest = WoodelfExplainer.shap_values
    monkeypatch.setattr(WoodelfExplainer, "shap_values", lambda *a, **k: honest(*a, **k) * 1.1)

    again = surrogate.explain(few, told)

    assert np.abs(again.frame.to_numpy() - right.frame.to_numpy()).max() < 1e-5


def test_chunks_change_nothing(model, portfolio, claims, monkeypatch):
    published = model.predict(claims, portfolio[1])["p_90"].to_numpy()
    whole = surrogate.explain(claims, published)
    monkeypatch.setattr(surrogate, "CHUNK", 700)

    chunked = surrogate.explain(claims, published)

    assert np.abs(chunked.frame.to_numpy() - whole.frame.to_numpy()).max() < 1e-6
    assert chunked.base == whole.base


def test_the_order_of_the_claims_changes_nothing(model, portfolio, claims, rows):
    mixed = claims.sample(frac=1.0, random_state=3)

    again = explain_recovery(model, mixed, portfolio[1], model.predict(mixed, portfolio[1]))

    assert again["contribution"].to_numpy() == pytest.approx(
        rows["contribution"].to_numpy(), abs=1e-6
    )


def test_few_rows_per_claim_hold_the_whole_sum(rows, claims):
    per_claim = rows.groupby("subject_id", observed=True).size()

    single = ~rows["feature"].astype(str).str.startswith("(")
    assert rows[single].groupby("subject_id", observed=True).size().max() <= MOST_FEATURES + 1
    assert len(per_claim) == len(claims)
    small = rows.loc[rows["feature"] == SMALL, "contribution"]
    assert small.abs().max() < 0.01


@pytest.mark.parametrize("n", [0, 1, 2, 40])
def test_a_portfolio_too_small_for_trees_is_explained_by_mixtures_of_its_claims(
    n, model, portfolio, claims
):
    few = claims.iloc[:n]
    published = model.predict(few, portfolio[1])

    rows = explain_recovery(model, few, portfolio[1], published)

    assert rows["subject_id"].nunique() == n
    if n:
        assert np.abs(totals(rows, few) - published["p_90"].to_numpy()).max() < 2e-6
    gap = rows.loc[rows["feature"] == UNEXPLAINED, "contribution"]
    assert gap.abs().sum() <= 0.03 * max(n, 1)


def test_taking_the_first_reason_away_moves_the_probability_the_right_way(
    model, portfolio, claims, rows
):
    """The removal test: the feature goes to its mean of the portfolio, the model scores again."""
    published = model.predict(claims, portfolio[1]).set_index("claim_id")["p_90"]
    own = rows[rows["value"].notna()]
    first = own.loc[own.groupby("subject_id", observed=True)["contribution"].idxmax()]
    first = first.set_index(first["subject_id"].astype(str)).loc[lambda r: r["contribution"] > 0.03]
    changed = claims[claims["claim_id"].isin(first.index)].set_index("claim_id", drop=False)
    for name in first["feature"].astype(str).unique():
        there = first.index[first["feature"] == name]
        column = changed[name].astype(float)
        column[there] = pd.to_numeric(claims[name].astype(float)).mean()
        changed[name] = column

    removed = model.predict(changed, portfolio[1]).set_index("claim_id")["p_90"]

    fell = removed[first.index] < published[first.index]
    assert len(fell) > 100
    assert fell.mean() > 0.8


def test_claims_explained_part_by_part_are_told_the_same(model, portfolio, claims, rows):
    published = model.predict(claims, portfolio[1])
    learnt = to_learn_from(model, claims["claim_id"])
    mine = claims[claims["claim_id"].isin(learnt)].sort_values("claim_id")
    once = explainer(model, mine, portfolio[1], published)

    parts = [once.rows(part, portfolio[1], published) for part in (claims[:500], claims[500:])]

    whole = pd.concat([part.astype({"subject_id": str, "feature": str}) for part in parts])
    whole = whole.sort_values(["subject_id", "feature"])
    assert whole["feature"].tolist() == rows["feature"].tolist()
    assert np.abs(whole["contribution"].to_numpy() - rows["contribution"].to_numpy()).max() < 1e-6
    assert set(whole["base_value"]) == set(rows["base_value"])


@pytest.mark.parametrize("n", [40, None])
def test_the_boosted_model_of_the_house_is_explained_faithfully(n, portfolio, claims, house):
    few = claims.iloc[:n]
    published = house.predict(few, portfolio[1])

    rows = explain_recovery(house, few, portfolio[1], published)

    assert house.engine_ == "boosted"
    assert np.abs(totals(rows, few) - published["p_90"].to_numpy()).max() < 2e-6
    gap = rows.loc[rows["feature"] == UNEXPLAINED, "contribution"]
    assert gap.abs().sum() / len(few) <= surrogate.LARGEST_GAP


@pytest.fixture(scope="module")
def house():
    return RecoveryModel().fit(*made_up(3000), known_by=date(2025, 1, 1))
